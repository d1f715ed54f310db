"""新人登记: somebody without a card is taken in by staff and served at once. The county confirms or merges him.

His id is the station's code and something random, so that no two stations of a county give the same.
"""

from kiosk.rules.messages import CardGiven, EntryBody, Subject, SubjectProposed
from kiosk.rules.scan.numbers import CARD_BYTES, card_number
from kiosk.rules.sentence import Sentence
from kiosk.rules.sheets.people import helper, helper_ask
from kiosk.rules.sheets.sheet import Ask, Choice, Draft, Facts, Kind, Made, Sheet, Then

KINDS = ("farmer", "family_farm", "cooperative", "enterprise", "buyer")
ONE_PERSON = KINDS[:2]
ID_DIGITS = 10  # hex: 40 bits beside the code of the station
LISTED = 23  # villages that are offered as buttons; of more the initials are typed
OTHER = "other"
CONTACT_MOST, CONTACT_LEAST = 12, 7  # digits; a telephone of a village has 7
NAME_MOST = 30


def asks(draft: Draft, facts: Facts) -> tuple[Ask, ...]:
    kind = draft.one("kind")
    name = Kind.TEXT if kind and kind not in ONE_PERSON else Kind.NAME
    return (
        *helper_ask(facts),
        Ask("kind", Kind.CHOICE, tuple(map(Choice, KINDS))),
        Ask("name", name, most=NAME_MOST),
        *_village(draft, facts),
        Ask("contact", Kind.DIGITS, most=CONTACT_MOST, least=CONTACT_LEAST),
        Ask("card", Kind.CHOICE, (Choice("yes"), Choice("no"))),
    )


def made(draft: Draft, facts: Facts) -> Made:
    by, village = helper(draft, facts), _where(draft, facts)
    name, kind, contact = draft.one("name"), draft.one("kind"), draft.one("contact")
    subject = Subject(f"{facts.station}-{draft.fresh[:ID_DIGITS]}", kind, name, contact, village)
    entries: list[EntryBody] = [SubjectProposed(subject, village, by.id)]
    if draft.one("card") == "yes":
        entries.append(CardGiven(card_of(draft, facts), subject.id, "new", by.id))
    waits = "" if facts.settings.newcomer_may_issue else "_waits"
    said = Sentence(f"sheet.newcomer.done{waits}", {"name": name})
    return Made(tuple(entries), Then.SERVE, slip="card" if len(entries) > 1 else "", said=said)


def _village(draft: Draft, facts: Facts) -> tuple[Ask, ...]:
    villages = facts.books.villages()
    if not villages:
        return (Ask("village", Kind.TEXT, most=NAME_MOST),)
    if len(villages) > LISTED:
        return (Ask("village", Kind.TEXT, tuple(Choice(name, name) for _, name in villages), most=NAME_MOST),)
    every = (*(Choice(code, name) for code, name in villages), Choice(OTHER))
    asked = (Ask("village", Kind.CHOICE, every),)
    return asked if draft.one("village") != OTHER else (*asked, Ask("place", Kind.TEXT, most=NAME_MOST))


def _where(draft: Draft, facts: Facts) -> str:
    """Town and village; it becomes the origin that is printed."""
    told = draft.one("village")
    return draft.one("place") if told == OTHER else dict(facts.books.villages()).get(told, told)


def card_of(draft: Draft, facts: Facts) -> str:
    """Out of the sheet's own random bytes; the next ones where that number is somebody's already."""
    bits = int.from_bytes(bytes.fromhex(draft.fresh))
    while facts.books.holder(number := card_number(bits.to_bytes(CARD_BYTES))):
        bits = (bits + 1) % (1 << 8 * CARD_BYTES)
    return number


SHEET = Sheet("newcomer", asks, made)
