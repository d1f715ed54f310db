"""The badge of somebody who works at stations, on the card's form. It names; the PIN is asked beside it."""

from collections.abc import Sequence

from kiosk.paper.card import CardFace
from kiosk.rules.scan.tags import shown_tag, tag_link
from kiosk.words import Words


def badge_face(words: Words, host: str, name: str, roles: Sequence[str], number: str) -> CardFace:
    """`number`: a tag of kind BADGE (kiosk.rules.scan.tags)."""
    return CardFace(
        title=words.say("paper.badge.title"),
        name=name,
        number_label=words.say("paper.badge.number"),
        number=shown_tag(number),
        hint="  ".join(words.say(f"paper.badge.role.{role}") for role in roles),
        code_url=tag_link(host, number),
        name_label=words.say("paper.badge.name"),
    )
