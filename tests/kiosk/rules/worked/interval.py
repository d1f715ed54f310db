"""The worked rows of `packs/rules/interval.toml`, put to the real rules."""

from collections.abc import Callable
from datetime import date

from kiosk.rules.drug_use.drugs import unknown_use
from kiosk.rules.drug_use.intervals import Wait, wait
from kiosk.rules.messages import DrugUse
from tests.support import drugs as made
from tests.support.drugs import told

Given = dict[str, str]
ASKING = ("ask", "last_use", "harvest", "slip")
SAYING = ("first_day", "harvest_ahead", "use_ahead", "used_after", "from_label", "unknown_drug")


def _use(text: str) -> DrugUse:
    if text == "unknown":
        return unknown_use()
    day, days, of = f"{text}/label".split("/")[:3]
    return made.use("x", last_used=day, days=int(days) if days else None, of=of)


def _asked(given: Given) -> str:
    asked = " ".join(question.what for question in _wait(given).questions)
    return f"asked {asked}" if asked else "allowed"


def _said(rule: str) -> Callable[[Given], str]:
    return lambda given: told(_wait(given).rulings, rule)


def _wait(given: Given) -> Wait:
    return wait([_use(text) for text in given["uses"].split("+")], given["harvest"], date.fromisoformat(given["today"]))


WORKED: dict[str, Callable[[Given], str]] = {f"interval/{clause}": _asked for clause in ASKING} | {
    f"interval/{clause}": _said(f"interval/{clause}") for clause in SAYING
}
