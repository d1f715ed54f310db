"""A refusal that a person reads: which it was, and that there is a sentence for it in both languages."""

from collections.abc import Callable
from typing import TypeVar

import pytest

from kiosk.enrolment import EnrolmentError
from kiosk.words import LANGUAGES, load_words
from ui.county.office import OfficeError

Told = TypeVar("Told", EnrolmentError, OfficeError)


def refused(kind: type[Told], action: Callable[[], object]) -> str:
    """The code of the error that `action` raises."""
    with pytest.raises(kind) as caught:
        action()
    for language in LANGUAGES:
        assert load_words(language).say(f"problem.{caught.value.code}", **caught.value.facts)
    return caught.value.code
