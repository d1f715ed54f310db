"""Programs that judge what we seal and sign, built on code that we did not write: a JSON line in, a JSON line out."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from playwright._impl._driver import compute_driver_executable

HERE = Path(__file__).parent
GO_SOURCES = "/usr/share/gocode"  # where Debian's golang-*-dev packages lie


class Judge:
    """A program that runs as long as it is asked."""

    def __init__(self, *command: str | Path) -> None:
        self._program = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")

    def asked(self, **question: object) -> dict[str, Any]:
        said, told = self._program.stdin, self._program.stdout
        assert said
        assert told
        said.write(json.dumps(question) + "\n")
        said.flush()
        answer: dict[str, Any] = json.loads(told.readline())
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, wrong: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._program.communicate(timeout=20)


def cose() -> Judge:
    """pycose and cwt: tests/oracles/cose.py."""
    return Judge(Path(sys.prefix) / "oracle" / "bin" / "python", "-I", HERE / "cose.py")


def cbor() -> Judge:
    """cbor2 of npm: tests/oracles/cbor.mjs."""
    node, _ = compute_driver_executable()
    return Judge(node, HERE / "cbor.mjs")


def note(place: Path) -> Judge:
    """The Go project's trees and notes: tests/oracles/note.go, built in `place`."""
    go = shutil.which("go")
    assert go, "systemd/prepare test installs it"
    free = {"GO111MODULE": "off", "GOPATH": GO_SOURCES, "GOCACHE": str(place / "cache"), "GOFLAGS": ""}
    built = [go, "build", "-o", str(place / "note"), str(HERE / "note.go")]
    subprocess.run(built, env=os.environ | free, check=True, timeout=170)
    return Judge(place / "note")
