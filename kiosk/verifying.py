"""Whether a record, as it lies in its folders, is whole: segments, tables, tree, and what the county confirmed.

Reads only, also beside a station that works. All that is wrong is told, not only the first.
"""

import base64
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from kiosk import log
from kiosk.brought import Brought
from kiosk.checking import Examiner
from kiosk.checkpoint import open_countersigned, open_receipt
from kiosk.contract import ContractError, key_id, read
from kiosk.export_read import Looked
from kiosk.live_trust import LiveTrust
from kiosk.record_error import Foreign
from kiosk.recovery import own
from kiosk.rules.messages import Opened
from kiosk.tables import Tables, read_tables
from kiosk.trust import SealError, Trust, Use


def verify(up: Path, tables: Path, down: Path, trust: Trust, progress: Callable[[int], None]) -> Looked:
    """Look at all of a record; `progress` is told the number of each entry."""
    looked = Looked(first=1)
    through = log.Tail(up).through
    opening = _opening(up, looked)
    if opening is None:
        return looked
    public = base64.b64decode(opening.key)
    looked.log, looked.county, looked.station = key_id(public), opening.county, opening.station
    _granted(looked, trust)
    try:
        with closing(read_tables(tables)) as sql:
            rows, live = Tables(sql, lambda _: None), LiveTrust(lambda: trust)
            live.learn(rows.orders.key_words())
            _both(looked, up, rows, public, through, progress)
            _receipts(looked, rows, Brought(down, live, looked.county, looked.station, looked.log), public, live.now())
            told = [row[0] for row in sql.execute("pragma quick_check(5)") if row[0] != "ok"]
        for line in told:
            looked.found("tables", told=line)
    except sqlite3.Error as wrong:
        looked.found("tables", told=wrong)
        _segments(looked, up, public, progress)
    if looked.last < through and not looked.findings:
        looked.found("missing", looked.last + 1)
    return looked


def _opening(up: Path, looked: Looked) -> Opened | None:
    """The first entry says whose log this is; it is signed by the key that it names."""
    try:
        _, payload = next(log.payloads(up))
        body = read(payload).entry
    except StopIteration:
        looked.found("empty")
    except (log.Damaged, ContractError) as wrong:
        looked.found("damaged", 1, wrong)
    else:
        if isinstance(body, Opened):
            return body
        looked.found("foreign", 1, body.kind)
    return None


def _granted(looked: Looked, trust: Trust) -> None:
    mine = [grant for grant in trust.grants if grant.use == Use.STATION and key_id(grant.public) == looked.log]
    if trust.county != looked.county or not any(grant.name == looked.station for grant in mine):
        looked.found("ungranted", told=f"{looked.county}/{looked.station}")


def _both(
    looked: Looked, up: Path, tables: Tables, public: bytes, through: int, progress: Callable[[int], None]
) -> None:
    examiner = Examiner(tables, public, f"liangzheng/{looked.county}/{looked.station}")
    in_tables, again = tables.last(), log.Tail(up)
    try:
        for seq, payload in log.payloads(up):
            if seq > max(through, in_tables):
                break  # of a station that works: not yet promised to anybody
            wrong = "" if seq > in_tables else examiner.entry(seq, payload)
            if wrong and (lies := again.after(seq - 1, 1)):  # retention may have taken it since its segment was read
                wrong = examiner.entry(*lies[0])
            if wrong:
                looked.found(wrong, seq)
            _count(looked, seq, payload, progress)
    except log.Damaged as wrong_segment:
        looked.found("damaged", wrong_segment.seq, wrong_segment)
        return
    if min(looked.last, in_tables) < through:
        looked.found("behind", min(looked.last, in_tables), through)
    elif in_tables > looked.last:
        looked.found("behind", looked.last, in_tables)


def _segments(looked: Looked, up: Path, public: bytes, progress: Callable[[int], None]) -> None:
    """What can be said of one copy alone: each entry is ours and follows the one before."""
    try:
        for seq, payload in log.payloads(up):
            own(payload, seq, public)
            _count(looked, seq, payload, progress)
    except log.Damaged as wrong:
        looked.found("damaged", wrong.seq, wrong)
    except Foreign as wrong:
        looked.found("foreign", looked.last + 1, wrong)


def _count(looked: Looked, seq: int, payload: bytes, progress: Callable[[int], None]) -> None:
    looked.last = seq
    looked.retired += payload.startswith(b'{"body":null,')
    progress(seq)


def _receipts(looked: Looked, tables: Tables, brought: Brought, public: bytes, trust: Trust) -> None:
    """The county's newest word that holds, and any word of it that does not."""
    receipts, _ = brought.receipts(0)
    for receipt in receipts:
        said = receipt.checkpoint
        if said.size > looked.last or tables.root(said.size) != said.root:
            looked.found("receipt", said.size)
        elif not looked.confirmed_at:
            looked.confirmed, looked.confirmed_at = said.size, receipt.time.isoformat()
    wrong = Examiner(tables, public, "").receipt(looked.last)
    if wrong:
        looked.found(wrong, tables.receipted())
    elif not looked.confirmed_at and _witnessed(tables.receipt_note(), looked, public, trust):
        looked.confirmed, looked.confirmed_at = tables.receipt()


def _witnessed(note: str, looked: Looked, public: bytes, trust: Trust) -> bool:
    """Whether a witness of this list gave the receipt that the tables keep; older software kept no note of it."""
    with suppress(SealError):
        return not note or bool(open_countersigned(note, f"liangzheng/{looked.county}/{looked.station}", public, trust))
    with suppress(SealError):
        return bool(open_receipt(note, trust))
    return False
