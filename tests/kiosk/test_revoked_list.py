"""The list that offline checkers carry: small, signed, asked without loading it, replaced whole or not at all."""

import hashlib
import os
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from kiosk import revoked_list
from kiosk.clock import BEIJING
from kiosk.revoked_list import counter_of, install, open_list
from kiosk.trust import Broken, Older, SealError, Untrusted, Use
from kiosk.verify import Why
from tests.support.bodies import County
from tests.support.checked import Checking

ROOT = Path(__file__).parents[2]
MILLION = 1_000_000
HEAD_MOST = 21_000  # bytes beside the entries of a million: the note, and 40 of each page


def numbers(count: int) -> dict[str, Why]:
    return {f"n{nth}": Why.VOID if nth % 3 == 0 else Why.ORDER for nth in range(count)}


@pytest.fixture
def at_hand() -> Checking:
    return Checking()


@pytest.mark.parametrize("count", [0, 1, 2, 2047, 2048, 2049, 5000])
def test_every_number_on_it_is_found_and_no_other(at_hand: Checking, tmp_path: Path, count: int) -> None:
    wanted = numbers(count)
    head = at_hand.list_file(tmp_path / "list", wanted)
    with open_list(tmp_path / "list", at_hand.trust) as revoked:
        assert (revoked.head, revoked.counter, revoked.day.isoformat()) == (head, 7, "2026-11-23")
        assert head.count == count
        revoked.check()
        assert {number: revoked.why(number) for number in wanted} == wanted
        assert [one for one in (f"m{nth}" for nth in range(2000)) if revoked.why(one)] == []


def test_a_million_entries_are_small_and_a_question_reads_one_page(at_hand: Checking, tmp_path: Path) -> None:
    file = tmp_path / "list"
    at_hand.list_file(file, numbers(MILLION))
    assert file.stat().st_size <= 8 * MILLION + HEAD_MOST
    with open_list(file, at_hand.trust) as revoked:
        opened = revoked.read
        assert opened <= HEAD_MOST
        for nth in range(0, MILLION, 9973):
            before = revoked.read
            assert revoked.why(f"n{nth}") is (Why.VOID if nth % 3 == 0 else Why.ORDER)
            assert revoked.why(f"m{nth}") is None
            assert revoked.read - before <= 4 * revoked_list.PAGE


def test_no_byte_of_it_can_be_changed(at_hand: Checking, tmp_path: Path) -> None:
    file, changed = tmp_path / "list", tmp_path / "changed"
    at_hand.list_file(file, numbers(2100))
    whole = file.read_bytes()
    head = len(whole) - 2100 * 8
    for at in (*range(0, head, 3), *range(head, len(whole), 997)):
        data = bytearray(whole)
        data[at] ^= 1
        changed.write_bytes(data)
        with pytest.raises(SealError), open_list(changed, at_hand.trust) as revoked:
            revoked.check()


@pytest.mark.parametrize("cut", [1, 7, 8, 4000, 16_000, 16_900])
def test_a_list_that_was_cut_or_grew_is_refused(at_hand: Checking, tmp_path: Path, cut: int) -> None:
    file = tmp_path / "list"
    at_hand.list_file(file, numbers(2100))
    whole = file.read_bytes()
    for data in (whole[:-cut], whole + b"\0" * cut, b""):
        file.write_bytes(data)
        with pytest.raises(SealError), open_list(file, at_hand.trust):
            pass


def test_a_file_that_is_cut_under_its_reader_is_told(at_hand: Checking, tmp_path: Path) -> None:
    file = tmp_path / "list"
    at_hand.list_file(file, numbers(2100))
    with open_list(file, at_hand.trust) as revoked:
        os.truncate(file, 2000)
        with pytest.raises(Broken):
            revoked.why("n1")


def test_only_an_order_key_of_this_county_that_counts_on_the_day_signs_it(at_hand: Checking, tmp_path: Path) -> None:
    file = tmp_path / "list"
    revoked_list.write_list(
        file, "530427", 7, datetime(2026, 11, 23, tzinfo=BEIJING), 3, {}, at_hand.box.key
    )  # a station's
    with pytest.raises(Untrusted), open_list(file, at_hand.trust):
        pass
    at_hand.list_file(file, {})
    with pytest.raises(Untrusted), open_list(file, County("110000").trust):
        pass
    at_hand.list_file(file, {}, at=datetime(2037, 1, 1, tzinfo=BEIJING))
    with pytest.raises(Untrusted), open_list(file, at_hand.trust):
        pass
    taken_back = at_hand.trust.merged([], [at_hand.county.revocation(Use.ORDER, at_hand.county.order, "2026-11-20")])
    at_hand.list_file(file, {})
    with pytest.raises(Untrusted), open_list(file, taken_back):
        pass


def test_a_newer_list_takes_the_place_and_no_older_one(at_hand: Checking, tmp_path: Path) -> None:
    place, came = tmp_path / "revoked.list", tmp_path / "stick"
    for counter, taken in ((5, True), (5, False), (4, False), (6, True), (1, False)):
        at_hand.list_file(came, {f"n{counter}": Why.ORDER}, counter)
        if taken:
            assert install(came, place, at_hand.trust).counter == counter
        else:
            with pytest.raises(Older):
                install(came, place, at_hand.trust)
    assert counter_of(place, at_hand.trust) == 6
    assert sorted(one.name for one in tmp_path.iterdir()) == ["revoked.list", "stick"]


STRUCK = """
import sys
from pathlib import Path
from kiosk.revoked_list import install
from kiosk.trust import read_trust
trust = read_trust(Path(sys.argv[1]))
sys.stdin.readline()
install(Path(sys.argv[2]), Path(sys.argv[3]), trust)
"""


def struck(folder: Path, call: str, nth: int, how: str) -> bool:
    """Install a list under strace, which strikes at the n-th call on its files; whether there was such a call."""
    place = folder / "revoked.list"
    paths = [option for path in (folder, place, folder / "revoked.list.new") for option in ("-P", str(path))]
    command = [sys.executable, "-c", STRUCK, *(str(folder / name) for name in ("trust.json", "stick", "revoked.list"))]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as program:
        rules = [*paths, "-e", f"trace={call}", "-e", f"inject={call}:{how}:when={nth}"]
        strace = subprocess.Popen(
            ["strace", "-f", "-p", str(program.pid), "-o", str(folder / "calls"), *rules], stderr=subprocess.PIPE
        )
        assert strace.stderr is not None
        strace.stderr.readline()  # attached
        program.communicate(b"\n")
        strace.communicate()
    return "INJECTED" in (folder / "calls").read_text() or program.returncode == -signal.SIGKILL


@pytest.mark.parametrize("how", ["signal=SIGKILL", "error=EIO", "error=ENOSPC"])
@pytest.mark.parametrize("call", ["openat", "write", "fsync", "rename", "close"])
def test_an_update_that_dies_at_any_step_leaves_the_old_list_or_the_new_one(
    at_hand: Checking, tmp_path: Path, call: str, how: str
) -> None:
    (tmp_path / "trust.json").write_bytes(at_hand.trust.bytes())
    at_hand.list_file(tmp_path / "stick", numbers(3000), 6)
    new, nth = (tmp_path / "stick").read_bytes(), 0
    while True:
        nth += 1
        at_hand.list_file(tmp_path / "revoked.list", {"n1": Why.ORDER}, 5)
        old = (tmp_path / "revoked.list").read_bytes()
        if not struck(tmp_path, call, nth, how):
            break
        assert (tmp_path / "revoked.list").read_bytes() in (old, new)
        with open_list(tmp_path / "revoked.list", at_hand.trust) as revoked:
            revoked.check()
    assert nth > 1, "no such call was seen"
    assert (tmp_path / "revoked.list").read_bytes() == new


def test_what_is_not_a_list_leaves_the_one_in_use(at_hand: Checking, tmp_path: Path) -> None:
    place, came = tmp_path / "revoked.list", tmp_path / "stick"
    at_hand.list_file(place, {"n1": Why.ORDER}, 5)
    before = place.read_bytes()
    at_hand.list_file(came, numbers(3000), 6)
    whole = came.read_bytes()
    for data in (b"", b"nothing", whole[:-1], whole[:-8] + bytes(8), whole.replace(whole[-8:], bytes(8))):
        came.write_bytes(data)
        with pytest.raises(SealError):
            install(came, place, at_hand.trust)
        assert place.read_bytes() == before


def test_a_broken_list_in_use_is_replaced(at_hand: Checking, tmp_path: Path) -> None:
    place, came = tmp_path / "revoked.list", tmp_path / "stick"
    place.write_bytes(b"LZREV1\n\n torn")
    at_hand.list_file(came, {}, 5)
    assert install(came, place, at_hand.trust).counter == 5


def test_the_file_can_be_read_by_its_description_alone(at_hand: Checking, tmp_path: Path) -> None:
    """Nothing of ours: the bytes as the top of kiosk/revoked_list.py tells them."""
    file = tmp_path / "list"
    at_hand.list_file(file, numbers(2100))
    data = file.read_bytes()
    assert data[:8] == b"LZREV1\n\n"
    begin = 12 + int.from_bytes(data[8:12], "big")
    lines = data[12:begin].decode().split("\n")
    assert lines[:5] == ["liangzheng/revoked/530427", "7", "2026-11-23T08:00:00.000+08:00", "3", "2100"]
    entries = data[-8 * 2100 :]
    assert len(data) == begin + 2 * 40 + len(entries)
    page = entries[: 2048 * 8]
    assert data[begin : begin + 40] == page[:8] + hashlib.sha256(page).digest()
    digest = int.from_bytes(hashlib.sha256(b"n1").digest()[:8], "big") & ~1
    assert digest.to_bytes(8, "big") in {entries[at : at + 8] for at in range(0, len(entries), 8)}
