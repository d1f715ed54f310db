"""A line of a producer's file as somebody typed it. Pure."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from kiosk.rules.messages import DossierNoted
from kiosk.rules.messages.registry import DOSSIER_LINES
from ui.county.people.errors import Unfit
from ui.county.people.facts import day_of

MOST = {"name": 60, "text": 400, "source": 80}
NUMBER = re.compile(r"[0-9]{1,9}([.][0-9]{1,2})?")
NAMED = ("enrolment", "linkage")  # of nothing they say nothing


def note_of(fields: Mapping[str, str], subject: str, by: str) -> DossierNoted:
    """Raises Unfit."""
    typed = {name: fields.get(name, "").strip() for name in ("what", "on", "name", "state", "until", "text", "source")}
    what = typed["what"]
    if what not in DOSSIER_LINES:
        raise Unfit("choice", "what")
    if day_of(typed["on"]) is None:
        raise Unfit("day", "on", told=typed["on"])
    if typed["until"] and day_of(typed["until"]) is None:
        raise Unfit("day", "until", told=typed["until"])
    for name, most in MOST.items():
        if len(typed[name]) > most:
            raise Unfit("long", name, most=most)
    if what in NAMED and not typed["name"]:
        raise Unfit("note_name", "name")
    if what == "enrolment" and not typed["state"]:
        raise Unfit("note_state", "state")
    if not (typed["name"] or typed["text"] or typed["source"] or fields.get("amount", "").strip()):
        raise Unfit("note_empty", "text")
    amount, hours = (_number(fields.get(name, ""), name) for name in ("amount", "hours"))
    state = typed["state"] if what == "enrolment" else ""
    facts = (typed["name"], state, typed["until"], amount, hours, typed["text"], typed["source"])
    return DossierNoted(subject, what, typed["on"], *facts, by=by)


def _number(text: str, column: str) -> str:
    """Plain digits, as they are written; empty for nothing. Raises Unfit."""
    told = text.strip()
    if told and NUMBER.fullmatch(told) is None:
        raise Unfit("number", column, told=told)
    try:
        return str(Decimal(told)) if told else ""
    except InvalidOperation as wrong:
        raise Unfit("number", column, told=told) from wrong
