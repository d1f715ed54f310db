"""A disk as pessimistic as POSIX allows: what was flushed stays; of the rest a power cut leaves any part.

Contents belong to inodes, names to folders, and each persists by itself. A flush of a file keeps its contents as they
were when it began, and the names that lead to it; a flush of a folder keeps its names (reliability.md §1.3). A rename
happens whole or not at all, and is not durable before one of the two. A write may be torn between sectors.
"""

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.faults.recorder import Step

SECTOR = 512
Image = dict[str, bytes]  # path → contents
Keeps = Callable[[Step], bool]


@dataclass
class Inode:
    durable: bytearray = field(default_factory=bytearray)
    pending: list[Step] = field(default_factory=list)


class Disk:
    """Begins with `root` as it lies there, all of it durable; `do` takes what is done to it afterwards.

    Folders are there from the beginning: an installer makes them.
    """

    def __init__(self, root: Path) -> None:
        self._inodes: dict[int, Inode] = {}
        self._names: dict[str, int] = {}
        self._folders = {root.stat().st_ino: "."}
        self._pending: list[Step] = []  # of names
        self._begun: dict[int, tuple[int, int, frozenset[int]]] = {}
        for path in sorted(root.rglob("*")):
            name, number = str(path.relative_to(root)), path.stat().st_ino
            if path.is_dir():
                self._folders[number] = name
            else:
                self._names[name] = number
                self._inodes[number] = Inode(bytearray(path.read_bytes()))

    @property
    def folders(self) -> list[str]:
        return sorted(self._folders.values())[1:]

    def do(self, step: Step) -> bool:
        """Take one call; False when it cannot change what a power cut leaves or what was promised."""
        match step.call:
            case "c":
                self._pending.append(step)
                self._inodes.setdefault(step.inode, Inode())
            case "r" | "u":
                self._pending.append(step)
            case "w" | "t":
                self._inodes.setdefault(step.inode, Inode()).pending.append(step)
            case "b":
                pending = self._inodes[step.inode].pending if step.inode in self._inodes else []
                self._begun[step.offset] = (step.inode, len(pending), frozenset(map(id, self._pending)))
            case "s":
                self._flushed(*self._begun.pop(step.offset))
        return step.call not in "bm"

    def left(self, keeps: Keeps, torn: Random | None = None) -> Image:
        """What is there after a power cut now, when of all that is pending `keeps` decides."""
        names = dict(self._names)
        for step in self._pending:
            if keeps(step):
                self._rename(names, step)
        return {path: self._contents(number, keeps, torn) for path, number in names.items()}

    def _contents(self, number: int, keeps: Keeps, torn: Random | None) -> bytes:
        inode = self._inodes[number]
        if not inode.pending:
            return bytes(inode.durable)
        made = bytearray(inode.durable)
        for step in inode.pending:
            if keeps(step):
                _apply(made, step, torn)
        return bytes(made)

    def _flushed(self, number: int, covered: int, begun: frozenset[int]) -> None:
        if number in self._folders:
            folder = self._folders[number]
            self._keep_names([step for step in self._pending if id(step) in begun and _parent(step.path) == folder])
            return
        if number not in self._inodes:  # a folder made during the run: its names stay uncertain, the harder case
            return
        inode, leads = self._inodes[number], self._leading_to(number)
        for step in inode.pending[:covered]:
            _apply(inode.durable, step, None)
        del inode.pending[:covered]
        self._keep_names([step for step in self._pending if id(step) in begun and step.path in leads])

    def _keep_names(self, kept: list[Step]) -> None:
        for step in kept:
            self._rename(self._names, step)
        done = set(map(id, kept))
        self._pending = [step for step in self._pending if id(step) not in done]

    def _leading_to(self, number: int) -> set[str]:
        """Names by which a file was or is known."""
        names = {path for path, at in self._names.items() if at == number}
        for step in self._pending:
            if (step.call == "c" and step.inode == number) or (step.call == "r" and step.other in names):
                names.add(step.path)
        return names

    @staticmethod
    def _rename(names: dict[str, int], step: Step) -> None:
        if step.call == "c":
            names[step.path] = step.inode
        elif step.call == "u":
            names.pop(step.path, None)
        elif step.other in names:
            names[step.path] = names.pop(step.other)


def _apply(made: bytearray, step: Step, torn: Random | None) -> None:
    end = step.offset + len(step.data)
    if step.call == "t":
        made[step.offset :] = bytes(max(0, step.offset - len(made)))
        return
    if len(made) < end:
        made.extend(bytes(end - len(made)))
    if torn is None:
        made[step.offset : end] = step.data
        return
    at = step.offset
    while at < end:
        sector_end = min(end, (at // SECTOR + 1) * SECTOR)
        if torn.random() < 0.5:
            made[at:sector_end] = step.data[at - step.offset : sector_end - step.offset]
        at = sector_end


def lay(folder: Path, image: Image, folders: Iterable[str]) -> None:
    """Make a folder as an image says."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name in folders:
        (folder / name).mkdir()
    for path, contents in image.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)  # some folders are made on the way: torn/
        (folder / path).write_bytes(contents)


def lying(folder: Path) -> Image:
    """What lies in a folder."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def _parent(path: str) -> str:
    return path.rpartition("/")[0] or "."
