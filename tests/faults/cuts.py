"""Part `cuts`: a real ext4 image is copied while the box works on it, as a cut would freeze it, and mounted anew.

What the file system had not written is not in the copy; its own journal repairs the rest. Needs root and loop devices.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random

from tests.faults.book import Absent, Found, Units
from tests.faults.box import Plan, Site
from tests.faults.clerk import Clerk, clerk
from tests.faults.inspector import inspect
from tests.faults.power import MEMORY
from tests.faults.promises import Promises
from tests.support.waiting import let_pass

FULL = 50  # images
CUTS = 10  # of each, while one box works on it
LATEST = 0.12  # seconds between two cuts
IMAGE_BYTES = 32 * 1024 * 1024


def units(seed: int, count: int | None) -> Units:
    """Raises Absent where nobody may mount."""
    if (missing := lacking()) != "":
        raise Absent(missing)
    for nth in range(FULL if count is None else count):
        yield f"image {nth}", _image(seed, nth)


def lacking() -> str:
    """Why no image can be mounted here; empty when it can."""
    if os.geteuid() != 0:
        return "mounting an image needs root"
    for program in ("mkfs.ext4", "mount", "umount", "losetup"):
        if shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin") is None:
            return f"{program} is not installed"
    return "" if _did("losetup", "--find") else "there are no loop devices here"


def _image(seed: int, nth: int) -> Callable[[], Sequence[str]]:
    return lambda: cut(Random(f"{seed}/{nth}"), CUTS)


def cut(draw: Random, cuts: int) -> Found:
    """Freeze one working box so many times."""
    memory = MEMORY if MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="liangzheng-cuts-", dir=memory) as folder:
        image, copy = Path(folder) / "image", Path(folder) / "copy"
        _format(image)
        with mounted(image, Path(folder) / "disk") as disk:
            site, promises, wrong = Site(disk / "box"), Promises(), list[str]()
            site.make()
            os.sync()
            busy = clerk(site, Plan(turns=100_000))
            try:
                for nth in range(cuts):
                    let_pass(draw.uniform(0, LATEST))
                    promises.hear(_frozen(busy, image, copy))
                    wrong += [f"cut {nth}: {sentence}" for sentence in _looked(copy, Path(folder), promises)]
            finally:
                busy.kill()
                busy.promises()
                busy.ended()
    return Found(wrong, {"cuts": cuts, "promised entries": len(promises.entries), "papers": len(promises.papers)})


def _frozen(busy: Clerk, image: Path, copy: Path) -> list[str]:
    """Copy the image at this moment; what was promised until then."""
    os.kill(busy.pid, signal.SIGSTOP)
    os.waitpid(busy.pid, os.WUNTRACED)
    shutil.copyfile(image, copy)
    said = busy.said()
    os.kill(busy.pid, signal.SIGCONT)
    return said


def _looked(copy: Path, folder: Path, promises: Promises) -> list[str]:
    try:
        with mounted(copy, folder / "again") as disk:
            return inspect(Site(disk / "box"), promises)
    except subprocess.CalledProcessError as refused:
        return [f"the image cannot be mounted any more: {refused.stderr}"]


@contextmanager
def mounted(image: Path, place: Path) -> Iterator[Path]:
    """Raises CalledProcessError. The loop device goes with the mount."""
    place.mkdir(exist_ok=True)
    _must("mount", "-o", "loop", str(image), str(place))
    try:
        yield place
    finally:
        if not _did("umount", str(place)):
            _must("umount", "--lazy", str(place))


def _format(image: Path) -> None:
    with image.open("wb") as out:
        out.truncate(IMAGE_BYTES)
    _must("mkfs.ext4", "-q", "-F", "-J", "size=4", str(image))


def _must(*command: str) -> None:
    subprocess.run(command, env=_environment(), check=True, capture_output=True, text=True)


def _did(*command: str) -> bool:
    return subprocess.run(command, env=_environment(), check=False, capture_output=True).returncode == 0


def _environment() -> dict[str, str]:
    return os.environ | {"PATH": f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"}
