"""Why a message is put aside: a key of the words `county.parked` and its facts. Free text is the fact `detail`.

Unfit    what came is nobody's, or not what it says
"""

from pydantic import ValidationError

from kiosk.contract import Forged
from kiosk.rules.sentence import Sentence
from kiosk.wire import WireError

MOST_FACT = 160  # letters of one fact: a stranger may have written it


class Unfit(Exception):
    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts


def parked(code: str, **facts: object) -> Sentence:
    return Sentence(f"county.parked.{code}", {name: str(fact)[:MOST_FACT] for name, fact in facts.items()})


def why(wrong: Exception) -> Sentence:
    """What is told of a message that could not be taken. A validator's own words repeat what stands there: not told."""
    match wrong:
        case Unfit(code=code, facts=facts):
            return parked(code, **facts)
        case ValidationError():
            return parked("form")
        case Forged():
            return parked("forged", detail=wrong)
        case WireError():
            return parked("wire", detail=wrong)
        case _:
            return parked("malformed", detail=wrong)
