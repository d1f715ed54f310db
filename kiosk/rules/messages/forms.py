"""How a text in a body must look, beside being text. Part of the type, so that reader and JSON Schema say the same.

A form is closed: a text that does not fit it makes the whole body Malformed. What a person types has no form.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any


@dataclass(frozen=True, slots=True)
class Form:
    """All of a text by `pattern` (of ECMA 262 and Python alike), or one of `words`; `empty` when it may be unknown."""

    pattern: str = ""
    words: tuple[str, ...] = ()
    empty: bool = False

    def fits(self, text: object) -> bool:
        if not isinstance(text, str):
            return False
        if not text:
            return self.empty
        return text in self.words if self.words else re.fullmatch(self.pattern, text) is not None

    def read(self, text: object) -> str:
        """Raises ValueError."""
        if not isinstance(text, str) or not self.fits(text):
            raise ValueError(f"{text!r:.80} is not {' | '.join(self.words) or self.pattern}")
        return text

    def number(self, text: object) -> Decimal:
        return text if isinstance(text, Decimal) else Decimal(self.read(text))

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], Any]) -> dict[str, Any]:
        """The contract's reader asks here; nothing of it is imported."""
        check = self.number if source is Decimal else self.read
        return {
            "type": "function-before",
            "function": {"type": "no-info", "function": check},
            "schema": handler(source),
        }


DAY = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,6})?"
ZONE = "(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
HEX = "([0-9a-f]{2})"

# A number that was measured or weighed, with the digits that it was given: never a JSON number.
Number = Annotated[Decimal, Form("-?(0|[1-9][0-9]*)([.][0-9]+)?(E[+-]?[0-9]{1,6})?")]
Digest = Annotated[str, Form(f"{HEX}{{32}}")]  # SHA-256
DigestOrNone = Annotated[str, Form(f"{HEX}{{32}}", empty=True)]
KeyId = Annotated[str, Form(f"{HEX}{{16}}")]
Key = Annotated[str, Form("[A-Za-z0-9+/]{43}=")]  # 32 bytes, base64
Hex = Annotated[str, Form(f"{HEX}+", empty=True)]
Time = Annotated[str, Form(f"{DAY}T{CLOCK}{ZONE}")]
TimeOrNone = Annotated[str, Form(f"{DAY}T{CLOCK}{ZONE}", empty=True)]
Day = Annotated[str, Form(DAY)]
DayOrNone = Annotated[str, Form(DAY, empty=True)]
MonthOrDay = Annotated[str, Form("[0-9]{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?", empty=True)]
