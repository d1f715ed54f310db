"""Notes that somebody else made: the answer is a refusal. Those that are right: tests/oracles/test_notes.py."""

from datetime import timedelta

import pytest

from kiosk.checkpoint import Checkpoint, open_checkpoint, open_countersigned, open_receipt, sign_checkpoint
from kiosk.trust import SealError, public_bytes
from tests.support.bodies import START, County, a_key

COUNTY = County()
BOX = COUNTY.enrol("gasa")
NAME, ROOT = "liangzheng/530427/gasa", bytes(range(32))
RECEIPT = COUNTY.receipt(BOX.log, 7, ROOT)
CHECKPOINT = sign_checkpoint(Checkpoint(BOX.log, 7, ROOT), NAME, BOX.key)
TEXT, LINE = RECEIPT.split("\n\n")
HOSTILE = [
    "",
    "\n\n",
    TEXT,
    f"{TEXT}\n\n",
    f"{TEXT}\n{LINE}",
    f"{TEXT}\n\n{LINE}{LINE}",
    f"{TEXT}\n\n{LINE.replace('—', '-')}",
    f"{TEXT}\n\n{LINE[:-10]}\n",
    f"{TEXT}\n\n— x AAAA\n",
    f"{TEXT}\n\n— \ud800 {LINE.split()[2]}\n",
    f"\ud800{RECEIPT}",
    RECEIPT.replace("\n7\n", "\n07\n"),
    RECEIPT.replace("\n7\n", "\n-7\n"),
    RECEIPT.replace("\n7\n", "\n7\nanother line\n"),
    RECEIPT.replace("\n7\n", f"\n{'9' * 5000}\n"),
    RECEIPT.replace("\n", "\r\n"),
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_note_is_refused(hostile: str) -> None:
    with pytest.raises(SealError):
        open_receipt(hostile, COUNTY.trust)
    with pytest.raises(SealError):
        open_checkpoint(hostile, NAME, public_bytes(BOX.key))
    with pytest.raises(SealError):
        open_countersigned(hostile, NAME, public_bytes(BOX.key), COUNTY.trust)


def test_a_note_is_of_the_key_and_the_name_that_signed_it() -> None:
    assert open_checkpoint(CHECKPOINT, NAME, public_bytes(BOX.key)).size == 7
    for name, key in (("liangzheng/530427/other", BOX.key), (NAME, a_key("somebody"))):
        with pytest.raises(SealError):
            open_checkpoint(CHECKPOINT, name, public_bytes(key))


def test_the_day_of_a_receipt_is_that_of_its_seconds_in_utc() -> None:
    """FORMATS.md §6: a grant begins the day before, for what is signed just after midnight in Beijing."""
    first = START.replace(year=2026, month=1, day=1, hour=8, minute=0)
    assert open_receipt(COUNTY.receipt(BOX.log, 7, ROOT, first), COUNTY.trust).checkpoint.size == 7
    with pytest.raises(SealError):
        open_receipt(COUNTY.receipt(BOX.log, 7, ROOT, first - timedelta(seconds=1)), COUNTY.trust)
