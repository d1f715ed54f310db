"""Builds the recorder (recorder.c), runs a program under it, and reads what the program did to its files."""

import os
import struct
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

HEAD = struct.Struct("<cQQII")
SOURCE = Path(__file__).with_name("recorder.c")
ROOT = SOURCE.parents[2]


@dataclass(frozen=True, slots=True)
class Step:
    """One file call. `call` as in recorder.c; `path` is below the folder, `other` where a rename came from."""

    call: str
    inode: int = 0
    offset: int = 0
    path: str = ""
    other: str = ""
    data: bytes = b""


def built(folder: Path) -> Path:
    """The recorder as a shared object. Raises CalledProcessError."""
    made = folder / "recorder.so"
    command = ["gcc", "-O1", "-Wall", "-Werror", "-shared", "-fPIC", "-o", str(made), str(SOURCE), "-ldl", "-pthread"]
    subprocess.run(command, check=True)
    return made


def recorded(library: Path, folder: Path, program: Sequence[str], status: int = 0) -> tuple[Step, ...]:
    """Run a program to its end, which must be `status`; what it did below `folder`, and what it said."""
    log = library.with_name(f"{folder.name}.records")
    log.unlink(missing_ok=True)
    asked = {"LD_PRELOAD": str(library), "LIANGZHENG_RECORD_ROOT": str(folder), "LIANGZHENG_RECORD_LOG": str(log)}
    done = subprocess.run(program, env=os.environ | asked, cwd=ROOT, stdout=subprocess.DEVNULL, check=False)
    if done.returncode != status:
        raise subprocess.CalledProcessError(done.returncode, program)
    steps = tuple(_steps(log.read_bytes(), f"{folder}/"))
    log.unlink()
    return steps


def _steps(data: bytes, root: str) -> Iterator[Step]:
    at = 0
    while at < len(data):
        call, inode, offset, path_size, size = HEAD.unpack_from(data, at)
        at += HEAD.size
        path = data[at : at + path_size].decode().removeprefix(root)
        at += path_size
        body = data[at : at + size]
        at += size
        other = body.decode().removeprefix(root) if call == b"r" else ""
        yield Step(call.decode(), inode, offset, path, other, b"" if other else body)
