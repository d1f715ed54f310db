"""A real cupsd of our own, on a Unix socket, with one queue whose backend drops documents into a folder.

The file `mode` in the folder says what the printer behind it does: "" prints, "empty" waits for paper, "stop" breaks,
"cancel" gives the job up.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.waiting import wait_for

QUEUE = "office"
BACKEND = """#!/bin/sh
dir=${DEVICE_URI#tray:}
[ $# -ge 5 ] || exit 0
echo "STATE: -media-empty-error,media-low-warning" >&2
case $(cat "$dir/mode") in
  empty)
    echo "STATE: +media-empty-error" >&2
    while [ "$(cat "$dir/mode")" = empty ]; do sleep 0.05; done ;;
  stop) exit 4 ;;
  cancel) exit 5 ;;
  low) echo "STATE: +media-low-warning" >&2 ;;
esac
cat "${6:--}" > "$dir/job-$1.pdf"
"""
DAEMON = """Listen {root}/sock
LogLevel warn
MaxLogSize 0
Browsing Off
DefaultAuthType None
WebInterface No
PreserveJobHistory Yes
<Policy default>
  <Limit All>
    Order allow,deny
    Allow all
  </Limit>
</Policy>
<Location />
  Order allow,deny
  Allow all
</Location>
"""
FILES = """ServerRoot {root}/etc
ServerBin {root}/bin
CacheDir {root}/cache
StateDir {root}/state
RequestRoot {root}/spool
TempDir {root}/spool/tmp
AccessLog {root}/access
ErrorLog {root}/error
PageLog {root}/page
"""
PRINTERS = """<Printer {queue}>
Info {queue}
DeviceURI tray:{root}/tray
State Idle
Accepting {accepting}
Shared No
OpPolicy default
ErrorPolicy stop-printer
</Printer>
"""


class Spooler:
    def __init__(self, root: Path) -> None:
        self.server = str(root / "sock")
        self.tray = root / "tray"

    def behave(self, mode: str) -> None:
        fresh = self.tray / "mode.new"
        fresh.write_text(mode)
        fresh.replace(self.tray / "mode")

    @property
    def documents(self) -> list[bytes]:
        return [file.read_bytes() for file in sorted(self.tray.glob("job-*.pdf"))]


@contextmanager
def spooling(accepting: bool = True) -> Iterator[Spooler]:
    with tempfile.TemporaryDirectory(prefix="liangzheng-cups-") as place:
        root = Path(place)
        _lay_out(root, accepting)
        spooler = Spooler(root)
        command = [_cupsd(), "-f", "-c", f"{root}/etc/cupsd.conf", "-s", f"{root}/etc/cups-files.conf"]
        daemon = subprocess.Popen(command, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
        try:
            wait_for((root / "sock").exists, "cupsd listens")
            yield spooler
        finally:
            daemon.terminate()
            daemon.wait(20)


def _cupsd() -> str:
    found = shutil.which("cupsd", path=f"{os.environ['PATH']}:/usr/sbin")
    assert found is not None, "cups-daemon is not installed"
    return found


def _lay_out(root: Path, accepting: bool) -> None:
    """cupsd that is started as root runs the backend as another user: its tray is open to all."""
    root.chmod(0o755)
    for folder in ("etc", "bin/backend", "bin/filter", "spool/tmp", "cache", "state"):
        (root / folder).mkdir(parents=True)
    (root / "bin/daemon").symlink_to(Path(_cupsd()).parents[1] / "lib/cups/daemon")  # what starts a backend
    (root / "tray").mkdir()
    (root / "tray").chmod(0o777)
    (root / "tray/mode").write_text("")
    files = {"cupsd.conf": DAEMON, "cups-files.conf": FILES, "printers.conf": PRINTERS}
    for name, text in files.items():
        told = text.format(root=root, queue=QUEUE, accepting="Yes" if accepting else "No")
        (root / "etc" / name).write_text(told)
    (root / "bin/backend/tray").write_text(BACKEND)
    (root / "bin/backend/tray").chmod(0o755)
