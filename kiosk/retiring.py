"""How salt and body of entries are taken from every copy on the box. What may go is for kiosk.rules to say.

The entry that names them is durable before the first byte goes; all of this may be done twice.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from kiosk import contract, log
from kiosk.rules.certify.cases import NEVER
from kiosk.rules.messages import Retired
from kiosk.tables import Tables

AT_ONCE = 50  # entries of one transaction: somebody may be waiting


def refusal(tables: Tables, retired: Retired) -> str:
    """Why these spans cannot be taken; empty when they can. Policy is elsewhere: this is what would break a record."""
    spans = [(span.first, span.last) for span in retired.spans]
    if any(first > last for first, last in spans) or any(a[1] >= b[0] for a, b in pairwise(spans)):
        return "spans are not in order"
    if spans and (spans[0][0] < 1 or spans[-1][1] > tables.receipted()):
        return f"the county has confirmed entries 1 to {tables.receipted()} only"
    for seq in _each(spans):
        kind, _ = tables.head_of(seq)
        if kind in NEVER:  # what the state of a station follows from
            return f"entry {seq} ({kind}) stays"
        if tables.retired.takes(seq) is not None:
            return f"entry {seq} was taken before"
    return ""


def take_rows(tables: Tables, transaction: Callable[[], AbstractContextManager[None]]) -> None:
    """Salt, body and derived rows of every entry that is named and still has them."""
    left = [seq for _, first, last in tables.retired.unfinished() for seq in range(first, last + 1)]
    for start in range(0, len(left), AT_ONCE):
        with transaction():
            for seq in left[start : start + AT_ONCE]:
                envelope = contract.read(tables.payload(seq) or b"")
                if envelope.body is not None:
                    tables.forget(envelope)


def take_frames(tables: Tables, writer: log.Writer) -> None:
    spans = [(first, last) for _, first, last in tables.retired.unfinished()]
    writer.rewrite(stripped, spans)


def take_evidence(tables: Path) -> None:
    """Tables that a rebuild put aside, or made and never put in force, hold what is taken now."""
    for left in (".2*", ".rebuilt*", ".compared*"):
        for file in tables.parent.glob(f"{tables.name}{left}"):
            file.unlink()


def stripped(_seq: int, payload: bytes) -> bytes:
    """The envelope as it is after retention."""
    return replace(contract.read(payload), salt=None, body=None).bytes()


def _each(spans: list[tuple[int, int]]) -> Iterator[int]:
    for first, last in spans:
        yield from range(first, last + 1)
