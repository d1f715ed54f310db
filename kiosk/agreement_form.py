"""The form of `agreements/*.toml`: one dated text that is read and signed at the box."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from kiosk.pack_forms import Origin, Words
from kiosk.rules.sheets.document import Document


class AgreementForm(Origin):
    """The text as it is read and signed: `id` is the edition, and the name of the file."""

    id: Words
    what: Literal["notice", "pledge"]
    in_force_from: date
    title: Words
    paragraphs: Annotated[tuple[Words, ...], Field(min_length=1, max_length=12)]

    def value(self) -> Document:
        return Document(self.what, self.id, self.in_force_from, self.title, self.paragraphs, self.confirmed)
