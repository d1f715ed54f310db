"""Entries about the people who come: who is new, whose card was lost, what they signed, how they were served."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from kiosk.rules.messages.forms import Day, Digest, DigestOrNone, Form, Hex
from kiosk.rules.messages.parts import Presence, Present, Subject


@dataclass(frozen=True, slots=True)
class SubjectProposed:
    """Somebody without a card was taken in by staff. The county confirms, corrects or merges him.

    `subject.id` was given by the station; a later `subjects.upsert` of the same id confirms it, a `subjects.merged`
    says who he is.
    """

    kind: ClassVar[str] = "subject.proposed"
    subject: Subject
    village: str
    by: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class CardGiven:
    """A card was handed out at the box. `replaces` is the number of the one that opens nothing from now on."""

    kind: ClassVar[str] = "card.given"
    card: str
    subject: str
    reason: Annotated[str, Form(words=("new", "lost", "damaged"))]
    by: str
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class PinSet:
    """A subject chose a PIN for this station: a keyed hash, whose key never leaves the box."""

    kind: ClassVar[str] = "pin.set"
    subject: str
    pin: Hex
    by: str


@dataclass(frozen=True, slots=True)
class AgreementSigned:
    """责任告知 (notice) or 承诺协议 (pledge), read and signed at the box. `text` is the digest of the words shown."""

    kind: ClassVar[str] = "agreement.signed"
    subject: str
    subject_name: str
    what: Annotated[str, Form(words=("notice", "pledge"))]
    edition: str
    text: Digest
    date: Day
    presence: Presence
    present: Present
    signature: DigestOrNone = ""  # picture of the signature; empty: signed on paper
    by: str = ""  # staff who helped


@dataclass(frozen=True, slots=True)
class Rating:
    """满意度, one tap after a visit. Says nothing of who."""

    kind: ClassVar[str] = "rating"
    score: Annotated[str, Form(words=("good", "fair", "bad"))]


@dataclass(frozen=True, slots=True)
class Complaint:
    """举报: what somebody tells the county. How to reach him, if he wants to be reached, is in `sealed`."""

    kind: ClassVar[str] = "complaint"
    about: Annotated[str, Form(words=("paper", "goods", "drugs", "service", "other"))]
    text: str
    number: str = ""  # of the certificate that it is about
    sealed: str = ""
    pictures: tuple[Digest, ...] = ()
