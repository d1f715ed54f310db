"""A private key never leaves its file: a whole bench works, exports and is backed up, and is searched for each."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.rules.messages import OrderDone, PackPut
from kiosk.words import load_words
from tests.faults.haystack import processes
from tests.faults.spy import NAME as SPY
from tests.faults.spy import Spy
from tests.faults.ward import at_work, people
from tests.support.secrets import ARMOUR, Secrets, secret_of
from ui.demo.bench import Bench, Plan
from ui.demo.hand import Hand
from ui.demo.turn import take_turn

# Whose key lies where. The last are the broker's and of those who work for the county on its own machine.
HOMES = {
    *(f"county/keys/{name}.key" for name in ("root", "order", "witness", "card", "data", "ca")),
    "box/keys/station.key",
    "box/keys/tls/client.key",
}


def test_no_private_key_is_found_outside_its_file() -> None:
    with _running() as (bench, spy):
        told = _worked(bench)
        heard = [*processes(bench.programs.pids()), *spy.heard()]
        spy.stop()
        bench.close()
        told |= {"carry": _carried(bench)}
        homes = _homes(bench.folder)
        assert homes.keys() >= HOMES
        assert {name for name, file in homes.items() if file.stat().st_mode & 0o077} - {f"{SPY}/key.pem"} == set()
        secrets = Secrets({where: secret_of(file) for where, file in homes.items()})
        found = {(whose, where) for where, data in heard for whose in secrets.within(data)}
        found |= {(whose, where) for where, said in told.items() for whose in secrets.within(said.encode())}
        found |= {(whose, where) for where, file in _files(bench.folder) for whose in secrets.in_file(file)}
        assert found == {(where, where) for where in homes}  # each in its own file, so the search bites
        assert secrets.searched > 1_000_000


@contextmanager
def _running() -> Iterator[tuple[Bench, Spy]]:
    with tempfile.TemporaryDirectory(prefix="liangzheng-keys-", ignore_cleanup_errors=True) as folder:
        bench = Bench(Path(folder), Plan("clean", 7, run_seconds=0.3), people(), load_words("zh"))
        bench.make()
        spy = Spy(bench.county, bench.broker_port)
        with at_work(bench, spy):
            yield bench, spy


def _worked(bench: Bench) -> dict[str, str]:
    """A certificate, and every command that writes or tells what lies in the box or at the county."""
    someone = bench.people[0]
    bench.await_entry(lambda entry: isinstance(entry, OrderDone) and entry.order == PackPut.kind)  # the last order
    take_turn(bench, Hand(bench.station_url, bench.token), someone, bench.folder / "cards" / f"{someone.id}.png")
    station, county = bench.box / "etc" / "station.toml", bench.county
    return {
        "doctor": _command("doctor", "--config", station, fails=True),
        "export": _command("record", "export", station, bench.folder / "export.lzx"),
        "backup": _command("record", "backup", station, bench.folder / "backup", "--blobs"),
        "keys": _command("county", "keys", "list", county),
        "retire": _command("county", "retire", county, "--dry-run"),
    }


def _carried(bench: Bench) -> str:
    """A stick between the box and its county, while no program of theirs runs."""
    stick = bench.folder / "stick"
    stick.mkdir()
    box = ("carry", "--config", bench.box / "etc" / "uplink.toml", stick)
    return "".join(_command(*typed) for typed in (box, ("carry", "--county", bench.county, stick), box))


def _command(*typed: object, fails: bool = False) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "ui.command.main", *map(str, typed)], capture_output=True, text=True, check=False
    )
    assert fails or done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def _homes(folder: Path) -> dict[str, Path]:
    """Every file with a private key in it."""
    return {where: file for where, file in _files(folder) if ARMOUR in file.read_bytes()}


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.is_symlink():
            yield file.relative_to(folder).as_posix(), file
