"""The county's program opens the key for receipts and no other: what it cannot need, its unit hides from it."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.support.broker import running_broker
from tests.support.line import Box, incidents
from tests.support.waiting import wait_for
from ui.demo.programs import Programs

OPENED = re.compile(r'open(?:at2?)?\([^"]*"([^"]+)"')
CALLED = re.compile(r"connect\(.*_port=htons\((\d+)\)")
OURS = {"witness.key", "pages.key", "office.key"}  # the last only when somebody acts
PROGRAM = [str(Path(sys.executable).with_name("liangzheng")), "county", "run", "--config"]


def test_it_opens_only_the_witness_key_and_calls_only_the_broker(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    with running_broker(tmp_path, "gasa-01") as broker:
        keys = broker.folder / "keys"
        box = Box(tmp_path / "gasa-01", broker, "gasa-01")
        for file in keys.iterdir():
            if file.name not in OURS:
                file.unlink()
        traced = ["strace", "-D", "-f", "-q", "-e", "trace=open,openat,openat2,connect", "-o", str(trace)]
        config = str(broker.folder / "county.toml")
        with closing_all(Programs(tmp_path / "logs", {})) as programs, box.uplink():
            programs.start("county", [*traced, *PROGRAM, config])
            box.write(*incidents(3))
            wait_for(lambda: box.receipted() == 3, "three receipted")
            assert httpx.get(f"http://{broker.config.listen}/stations").status_code == 401  # nobody is signed in
            ended = re.compile(rf"^{programs.pids()[0]} +\+\+\+", re.MULTILINE)
        wait_for(lambda: ended.search(trace.read_text(encoding="utf-8")), "the end of the trace")
    told = trace.read_text(encoding="utf-8")
    opened = {Path(path) for path in OPENED.findall(told)}
    assert {path.name for path in opened if path.parent == keys} == {"witness.key", "pages.key"}
    assert {path.name for path in opened if path.suffix == ".key"} == {"witness.key", "pages.key", "intake.key"}
    assert {*CALLED.findall(told)} == {str(broker.port)}


@contextmanager
def closing_all(programs: Programs) -> Iterator[Programs]:
    try:
        yield programs
    finally:
        programs.stop_all()
