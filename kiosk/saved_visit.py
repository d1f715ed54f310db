"""A visit as JSON, for the record to save at each transition; what comes back is the same value or refused."""

import json
from functools import cache

from pydantic import TypeAdapter, ValidationError

from kiosk.rules.errors import Unreadable
from kiosk.rules.visits.turn import Visit


def to_json(visit: Visit, seq: int) -> str:
    """`seq`: the last entry that this state knows of."""
    return json.dumps({"seq": seq, "visit": _adapter().dump_python(visit, mode="json")}, ensure_ascii=False)


def from_json(saved: str) -> tuple[Visit, int]:
    """Raises Unreadable for what is not ours."""
    try:
        table = json.loads(saved)
        visit, seq = table["visit"], table["seq"]
        if not isinstance(seq, int) or isinstance(seq, bool):
            raise Unreadable("rules.visit_unread", wrong="seq")
        return _adapter().validate_json(json.dumps(visit), strict=True), seq
    except (ValueError, TypeError, KeyError, ValidationError) as wrong:
        raise Unreadable("rules.visit_unread", wrong=type(wrong).__name__) from wrong


@cache
def _adapter() -> TypeAdapter[Visit]:
    return TypeAdapter(Visit)
