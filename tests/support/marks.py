"""The shipped certification marks, as the rules see them."""

import tomllib
from functools import cache

from kiosk.mark_form import MarksForm
from kiosk.pack import shipped
from kiosk.rules.goods.marks import Marks


@cache
def marks() -> Marks:
    text = (shipped() / "marks" / "marks.toml").read_text(encoding="utf-8")
    return MarksForm.model_validate(tomllib.loads(text)).value()
