"""The scanner as a program of its own whose decoder really crashes or hangs when it sees POISON or TAR.

Usage: python -m tests.faults.scanner_program SOCKET CAMERA
"""

import ctypes
import sys
import threading
from functools import partial
from pathlib import Path

from drivers.scanner.camera.cameras import open_frames
from drivers.scanner.loop import Scanner
from drivers.scanner.server import ScanServer
from kiosk.notify import notify
from tests.support.looking import Glimpse, look

POISON, TAR = b"POISON", b"TAR"


def fragile(gray: memoryview) -> Glimpse:
    """What a fault in a C decoder does, not what Python makes of it: SIGSEGV, or never coming back."""
    sight = look(gray)
    read = {code.data for code in sight.codes}
    if POISON in read:
        ctypes.string_at(0)
    if TAR in read:
        threading.Event().wait()
    return sight


def main(socket: str, camera: str) -> None:
    with ScanServer(Path(socket)) as server:
        notify("READY=1")
        alive = partial(notify, "WATCHDOG=1")
        scanner = Scanner(partial(open_frames, camera), server.tell, fragile, server.mirror, server.wished, alive)
        scanner.run(threading.Event())


if __name__ == "__main__":
    main(*sys.argv[1:])
