"""Reads hostile picture files as `liangzheng scan` does, in a process of its own with bounded memory and time.

A decoder that crashes, runs for ever or wants all memory kills this process only, which is how a fuzzer sees it.
"""

import base64
import json
import resource
import signal
import struct
import subprocess
import sys
import weakref
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from drivers.errors import LinkError, Refused
from drivers.scanner.codes.reader import read_still
from drivers.scanner.frames import gray_of, opencv, read_picture
from tests.fuzz.target import Broken

MEMORY = 600 << 20  # bytes of address space beyond what the program takes before its first picture
WITHIN = 12.0  # seconds of CPU for one picture: a photograph of 50 million pixels takes three
DECLARED = ("scanner.picture", "scanner.too_large", "scanner.file")
LENGTH = struct.Struct(">I")


@dataclass(frozen=True, slots=True)
class Answer:
    """`codes` None: it was refused as declared."""

    codes: tuple[bytes, ...] | None


class PictureReader:
    """Starts its process when it is first asked, and a new one when that has died. One thread."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None

    def read(self, picture: bytes) -> Answer:
        """Broken when the process died of it, or when it was refused in a way that nobody declared."""
        child = self._child = self._child or self._started()
        if child.stdin is None or child.stdout is None:
            raise OSError("no pipes")
        child.stdin.write(LENGTH.pack(len(picture)) + picture)
        child.stdin.flush()
        told = child.stdout.readline()
        if not told:
            self._child = None
            raise Broken(f"its reader died: {_cause(child.wait())}")
        facts = json.loads(told)
        if "broken" in facts:
            raise Broken(facts["broken"])
        codes = facts["codes"]
        return Answer(None if codes is None else tuple(base64.b64decode(one) for one in codes))

    def _started(self) -> subprocess.Popen[bytes]:
        pipe, quiet = subprocess.PIPE, subprocess.DEVNULL  # the decoders complain of every damage there
        child = subprocess.Popen([sys.executable, __file__], stdin=pipe, stdout=pipe, stderr=quiet)
        weakref.finalize(self, _end, child)
        return child


def _end(child: subprocess.Popen[bytes]) -> None:
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            pipe.close()
    child.wait()


def _cause(ended: int) -> str:
    if -ended == signal.SIGPROF:
        return f"more than {WITHIN:.0f} s of CPU"
    return signal.Signals(-ended).name if ended < 0 else f"exit {ended}"


def main() -> None:
    """Pictures come in by their length, an answer of one line goes out for each; until the input ends."""
    with TemporaryDirectory(prefix="liangzheng-fuzz-") as folder:
        file = Path(folder) / "picture"
        _bounded(file)
        while head := sys.stdin.buffer.read(LENGTH.size):
            file.write_bytes(sys.stdin.buffer.read(*LENGTH.unpack(head)))
            signal.setitimer(signal.ITIMER_PROF, WITHIN)
            told = json.dumps(_read(file))
            signal.setitimer(signal.ITIMER_PROF, 0)
            sys.stdout.write(told + "\n")
            sys.stdout.flush()


def _bounded(file: Path) -> None:
    """All libraries are there before the memory is counted."""
    import numpy as np

    file.write_bytes(bytes(opencv().imencode(".png", np.zeros((300, 300), np.uint8))[1]))
    _read(file)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    most = pages * resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(file: Path) -> dict[str, object]:
    try:
        codes = read_still(gray_of(read_picture(file)))
    except (LinkError, Refused) as refused:
        return {"codes": None} if refused.code in DECLARED else {"broken": f"refused as {refused.code}"}
    except Exception as fault:  # noqa: BLE001 - whatever was not declared is what we look for
        return {"broken": f"{type(fault).__name__}: {fault}"[:300]}
    return {"codes": [base64.b64encode(one.data).decode("ascii") for one in codes]}


if __name__ == "__main__":
    main()
