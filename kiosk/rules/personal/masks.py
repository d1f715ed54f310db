"""How a person is shown where the whole is not needed: pages, lists, logs. One mask for each kind of fact."""

from kiosk.rules.scan.private import MASK

TAIL = 4
SHOWN_OF_PLACE = 6  # characters: province and prefecture of a Chinese address, never the house
VEILED = frozenset({"contact", "producer_contact"})  # members of a body that pages show only by their tail
CLOSED = frozenset({"sealed", "person"})  # members that no page has a use for


def name(text: str) -> str:
    """The first character, as a clerk calls people up by their family name; nothing of an empty one."""
    told = text.strip()
    return told[:1] + MASK if told else ""


def phone(text: str) -> str:
    """Its last four digits; only the mask when there is too little to hide behind them."""
    return _tail([one for one in text if one.isdigit()])


def id_number(text: str) -> str:
    """Its last four characters, the check character among them."""
    return _tail([one for one in text.upper() if one.isalnum()])


def address(text: str) -> str:
    """Where somebody lives, as far as the prefecture; only the mask of a short one."""
    told = text.strip()
    if not told:
        return ""
    return told[:SHOWN_OF_PLACE] + MASK if len(told) > 2 * SHOWN_OF_PLACE else MASK


def veiled(body: object) -> object:
    """A JSON body for a page: contacts by their tail, what is sealed left out. Names and places stay."""
    if isinstance(body, dict):
        return {key: _member(key, value) for key, value in body.items()}
    return [veiled(one) for one in body] if isinstance(body, list) else body


def _member(key: str, value: object) -> object:
    if isinstance(value, str) and value:
        return phone(value) if key in VEILED else MASK if key in CLOSED else value
    return veiled(value)


def _tail(signs: list[str]) -> str:
    if not signs:
        return ""
    return MASK + "".join(signs[-TAIL:]) if len(signs) > TAIL else MASK
