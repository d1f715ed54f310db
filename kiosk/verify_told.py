"""What a checked code says, in words: lines for a terminal, label and value for a screen. Words in, text out."""

from collections.abc import Sequence

from kiosk.rules.goods.quantity import plain
from kiosk.rules.scan.numbers import shown
from kiosk.rules.sentence import Sentence
from kiosk.seal import CertificateCode, TestSummary
from kiosk.verify import PaperCheck
from kiosk.words import Words

MOST_DIGITS = 12  # of a quantity that is drawn as a number
Field = tuple[str, str]


def verdict(checked: PaperCheck, words: Words) -> str:
    return words.say(f"verify.verdict.{checked.verdict}")


def fields(code: CertificateCode, words: Words) -> tuple[Field, ...]:
    """The signed words, what is compared first at the top; a name that was cut ends in an ellipsis."""
    told = {
        "quantity": quantity(code, words),
        "product": code.product,
        "subject": code.subject,
        "origin": code.origin,
        "date": code.date.isoformat(),
        "number": shown(code.number),
        "basis": "; ".join(words.say(f"basis.{basis}") for basis in code.basis),
        "tests": "; ".join(_test(test, words) for test in code.tests),
        "style": str(code.style),
    }
    return tuple((words.say(f"verify.field.{name}"), value) for name, value in told.items() if value)


def quantity(code: CertificateCode, words: Words) -> str:
    amount = code.quantity
    small = amount.is_finite() and abs(amount.adjusted()) <= MOST_DIGITS
    return f"{plain(amount) if small else '—'} {_known(f'unit.{code.unit}', code.unit, words)}"


def lines(checked: PaperCheck, words: Words) -> list[str]:
    """The verdict first; then why, who and when; what could not be checked; the signed words."""
    said = [verdict(checked, words), say(checked.why, words)]
    said += [say(one, words) for one in checked.told]
    said += [f"! {say(one, words)}" for one in checked.doubts]
    if checked.code is not None:
        said += [f"{label}{words.say('verify.separator')}{value}" for label, value in fields(checked.code, words)]
    elif checked.number:
        said.append(f"{words.say('verify.field.number')}{words.say('verify.separator')}{shown(checked.number)}")
    return [*said, advice(checked, words)] if advice(checked, words) else said


def advice(checked: PaperCheck, words: Words) -> str:
    """What to do now; empty where it is no certificate."""
    return words.say(f"verify.advice.{checked.verdict}") if checked.of_certificate else ""


def facts(checked: PaperCheck) -> dict[str, object]:
    """The same for programs: keys of the word packs, and their facts."""
    code = checked.code
    return {
        "verdict": checked.verdict.value,
        "why": _plain((checked.why,))[0],
        "told": _plain(checked.told),
        "doubts": _plain(checked.doubts),
        "number": checked.number,
        "signed": None if code is None else _signed(code),
    }


def say(sentence: Sentence, words: Words) -> str:
    return words.say(sentence.key, **sentence.facts)


def _signed(code: CertificateCode) -> dict[str, object]:
    return {
        "number": code.number,
        "style": code.style,
        "subject": code.subject,
        "product": code.product,
        "quantity": str(code.quantity),
        "unit": code.unit,
        "origin": code.origin,
        "date": code.date.isoformat(),
        "basis": [basis.value for basis in code.basis],
        "tests": [[test.method, test.outcome.value, test.value] for test in code.tests],
        "log": code.log,
        "text": code.text,
    }


def _plain(sentences: Sequence[Sentence]) -> list[dict[str, object]]:
    return [{"key": one.key, "facts": one.facts} for one in sentences]


def _test(test: TestSummary, words: Words) -> str:
    return " ".join(filter(None, (test.method, words.say(f"outcome.{test.outcome}"), test.value)))


def _known(key: str, otherwise: str, words: Words) -> str:
    """A word that a seal vouches for, and the packs may know; never one of their sentences with blanks."""
    return words.say(key) if otherwise.isalpha() and words.knows(key) else otherwise
