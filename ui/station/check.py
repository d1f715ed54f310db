"""A checked certificate in words, as its page shows it: verdict, what to compare, what is known besides."""

from dataclasses import dataclass

from kiosk import verify_told
from kiosk.rules.scan.numbers import shown
from kiosk.rules.sentence import Sentence
from kiosk.verify import PaperCheck, Verdict
from ui.station.view import View

SIGNS = {Verdict.GENUINE: "yes", Verdict.FALSE: "close", Verdict.REVOKED: "no", Verdict.UNCLEAR: "attention"}
BIG = 5  # of the signed words: quantity, product, who, where, when
SMALL = 8  # and of those that are drawn at all
UNSAID = ("verify.told.key",)  # a day that says nothing to whoever stands here
LONG = 11  # characters of a word that takes more than one line at full size


@dataclass(frozen=True, slots=True)
class Answer:
    """`first` is the quantity, which is drawn largest; `big` and `small` are label and value."""

    verdict: str
    tone: str
    sign: str
    why: str
    first: tuple[str, str] | None
    big: tuple[tuple[str, str], ...]
    small: tuple[tuple[str, str], ...]
    told: tuple[str, ...]
    doubts: tuple[str, ...]
    advice: str
    long: bool


def answer(view: View) -> Answer:
    checked = view.screen.checked or PaperCheck(Verdict.UNCLEAR, Sentence("verify.unclear.other"))
    fields = _fields(checked, view)
    return Answer(
        verify_told.verdict(checked, view.words),
        checked.verdict.value,
        SIGNS[checked.verdict],
        view.tell(checked.why),
        fields[0] if checked.code is not None else None,
        fields[1:BIG] if checked.code is not None else fields,
        fields[BIG:SMALL],
        tuple(view.tell(one) for one in checked.told if one.key not in UNSAID),
        tuple(view.tell(one) for one in checked.doubts),
        verify_told.advice(checked, view.words),
        any(len(value) > LONG for _, value in fields[1:BIG]),
    )


def _fields(checked: PaperCheck, view: View) -> tuple[tuple[str, str], ...]:
    if checked.code is not None:
        return verify_told.fields(checked.code, view.words)
    return ((view.say("verify.field.number"), shown(checked.number)),) if checked.number else ()
