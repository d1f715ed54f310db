"""What an order says, in one line for a list: ids and numbers only, never a name, a telephone or a text."""

from collections.abc import Mapping

from kiosk.rules.messages import OrderBody

SHOWN = 3  # ids of a long list
MOST = 40  # characters of one value

# members of each kind that may be shown; `a/b` is member b of every part of a
MEMBERS: dict[str, tuple[str, ...]] = {
    "subjects.upsert": ("subjects/id", "cards/number"),
    "subjects.withdrawn": ("subjects",),
    "subjects.merged": ("into", "subjects"),
    "subjects.snapshot": ("edition", "part", "of", "subjects/id"),
    "credit.put": ("credits/subject",),
    "card.revoked": ("card",),
    "certificate.revoked": ("number",),
    "keys.put": ("grants/use", "grants/name", "revoked/use", "revoked/key"),
    "task.given": ("task", "what", "until"),
    "task.withdrawn": ("task",),
    "lot.released": ("lot", "outcome", "report"),
    "pack.put": ("file", "in_force_from"),
    "settings.put": ("values",),
    "staff.put": ("staff/id", "withdrawn"),
    "notice.put": ("notice", "what", "since", "until"),
    "notice.withdrawn": ("notice",),
    "doctor.asked": (),
    "update.given": ("version", "since"),
    "alarm.seen": ("log", "seq"),
}


def contents(order: OrderBody) -> str:
    """`subjects/id=s-1,s-2,s-3…(200)`; `-` when there is nothing to show."""
    said = [(path, _shown(order, path)) for path in MEMBERS[order.kind]]
    return " ".join(f"{path}={text}" for path, text in said if text) or "-"


def _shown(order: OrderBody, path: str) -> str:
    member, _, inner = path.partition("/")
    value = getattr(order, member)
    if not isinstance(value, tuple | Mapping):
        return str(value)[:MOST]
    ids = [str(getattr(part, inner) if inner else part)[:MOST] for part in value]
    return ",".join(ids[:SHOWN]) + (f"…({len(ids)})" if len(ids) > SHOWN else "")
