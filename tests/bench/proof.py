"""What others check with: the auditor on a long export, one code, a long list of revoked certificates, the hand-out."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk import log
from kiosk.contract import read
from kiosk.export import take_out
from kiosk.hand_out import check_certificate
from kiosk.hand_out.written import written
from kiosk.rebuild import rebuild
from kiosk.revoked_list import RevokedList, open_list, write_list
from kiosk.seal import link
from kiosk.verify import County, Verdict, Why, judge
from tests.bench.row import Row, alternating, milliseconds
from tests.faults.box import STATION, Site
from tests.support.bodies import COUNTY, HOST, START, Station, a_print, a_test

ENTRIES = 100_000
ROUNDS = 3
PAIRS = 200
SHORT, LONG = 1_000, 1_000_000  # revoked certificates
STARTS = 5
TODAY = START.date()


def rows(entries: int | None) -> Iterator[Row]:
    with TemporaryDirectory(prefix="liangzheng-bench-") as name:
        yield from _audited(Path(name), entries or ENTRIES)
        yield from _checked(Path(name))


# --- the auditor ------------------------------------------------------------------------------------------------------


def _audited(folder: Path, entries: int) -> Iterator[Row]:
    """As anybody runs it, start of the program included, beside nothing but the signatures of the entries."""
    site, export = Site(folder / "box"), folder / "log.zip"
    site.make()
    _worked(site, entries)
    rebuild(site.home, site.key, site.county.trust).file.replace(site.home.tables)
    take_out(site.home, site.key, site.county.trust, 1, 0, export)
    mine, theirs = alternating(lambda: _audit(export), _signatures(site), ROUNDS)
    rates, floor = (tuple(entries / took * 1000 for took in each) for each in (mine, theirs))
    yield Row(f"audit: {entries} entries", "s", tuple(took / 1000 for took in mine))
    yield Row(f"audit: {entries} entries", "1/s", rates, "its signatures alone", floor)


def _audit(export: Path) -> None:
    """Whatever it finds: 0 and 1 are both answers."""
    done = subprocess.run([sys.executable, "-m", "ui.audit", str(export)], check=False, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        raise ValueError(done.stderr)


def _signatures(site: Site) -> Callable[[], None]:
    public = site.key.public_key()
    entries = [read(payload) for _, payload in log.payloads(site.home.up)]
    signed = [(entry.signature, entry.header.bytes()) for entry in entries]

    def check() -> None:
        for signature, header in signed:
            public.verify(signature, header)

    return check


def _worked(site: Site, entries: int) -> None:
    """So many entries of a sound log: a test, its certificate, the print."""
    station, writer = Station(COUNTY, STATION, site.key, START), log.Writer(site.home.up)
    writer.append(station.opened().bytes())
    for seq in range(2, entries + 1):
        nth, step = divmod(seq - 2, 3)
        station.at += timedelta(seconds=1)
        if step == 1:
            paper = station.certificate(nth, (seq - 1,), product="cowpea")
        body = a_test(nth=nth + 1) if step == 0 else paper if step == 1 else a_print(paper.number)
        writer.append(station.entry(seq, body).bytes())
    writer.flush()
    writer.publish(writer.last)
    writer.close()


# --- one code ---------------------------------------------------------------------------------------------------------


def _checked(folder: Path) -> Iterator[Row]:
    site = Site(folder / "box")
    trust, paper = site.county.trust, Station(COUNTY, STATION, site.key, START).certificate(7)
    code = link(HOST, "C", bytes.fromhex(paper.code))
    short, long = folder / "short.lzrev", folder / "long.lzrev"
    for file, count in ((short, SHORT), (long, LONG)):
        _revoked(file, count, site.county.order)
    with ExitStack() as stack:
        few, many = (stack.enter_context(open_list(file, trust)) for file in (short, long))
        counties = [County(trust, many)]
        if judge(code.encode(), counties, TODAY).verdict is not Verdict.GENUINE:
            raise ValueError("the code is not found to be genuine")
        mine, bare = alternating(lambda: judge(code.encode(), counties, TODAY), _bare(site.key), PAIRS)
        yield Row("code: judged, list asked", "ms", tuple(mine), "one bare signature", tuple(bare))
        yield _looked_up(many, few)
    mine, theirs = alternating(lambda: _opened(long, site), lambda: _opened(short, site), PAIRS)
    yield Row(f"revoked: list of {LONG} opened", "ms", tuple(mine), f"list of {SHORT}", tuple(theirs))
    yield from _handed_out(folder, site, code)


def _bare(key: Ed25519PrivateKey) -> Callable[[], None]:
    public, message = key.public_key(), bytes(250)
    signature = key.sign(message)
    return lambda: public.verify(signature, message)


def _revoked(file: Path, count: int, key: Ed25519PrivateKey) -> None:
    numbers = {f"530427{nth:07}": Why.ORDER for nth in range(count)}
    write_list(file, COUNTY, 1, START, 1, numbers, key)


def _looked_up(many: RevokedList, few: RevokedList) -> Row:
    absent = iter(f"absent-{nth}" for nth in range(4 * PAIRS))
    mine, theirs = alternating(lambda: many.why(next(absent)), lambda: few.why(next(absent)), PAIRS)
    return Row(f"revoked: one number in {LONG}", "ms", tuple(mine), f"in {SHORT}", tuple(theirs))


def _opened(file: Path, site: Site) -> None:
    with open_list(file, site.county.trust):
        pass


# --- the hand-out -----------------------------------------------------------------------------------------------------


def _handed_out(folder: Path, site: Site, code: str) -> Iterator[Row]:
    """Python's standard library alone; the whole program beside an empty one, its answer beside ours."""
    program, trust = folder / "check_certificate.py", folder / "trust.json"
    program.write_text(written(), encoding="utf-8")
    trust.write_bytes(site.county.trust.bytes())
    county, ours = check_certificate.County(trust.read_bytes()), [County(site.county.trust)]
    day = date(TODAY.year, TODAY.month, TODAY.day)
    mine, theirs = alternating(
        lambda: check_certificate.judge(code, county, None, day), lambda: judge(code.encode(), ours, day), STARTS * 3
    )
    yield Row("hand-out: one code judged", "ms", tuple(mine), "kiosk.verify", tuple(theirs))
    command = [sys.executable, "-I", str(program), code, "--trust", str(trust), "--today", day.isoformat()]
    whole = [milliseconds(lambda: subprocess.run(command, check=True, capture_output=True)) for _ in range(STARTS)]
    empty = [sys.executable, "-I", "-c", "pass"]
    bare = [milliseconds(lambda: subprocess.run(empty, check=True)) for _ in range(STARTS)]
    yield Row("hand-out: the program, one code", "ms", tuple(whole), "an empty Python", tuple(bare))
