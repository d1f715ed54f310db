"""A card that was handed out at the box, on the paper that is there: a code to be scanned, a name, a number."""

from kiosk.paper.slip import SlipFace
from kiosk.paper.slip_blocks import Big, Notes, Shown
from kiosk.rules.scan.numbers import shown_card
from kiosk.words import Words


def face(name: str, number: str, url: str, words: Words) -> SlipFace:
    """`url` is the sealed link that the code says."""
    say = words.say
    return SlipFace(
        title=say("paper.card.title"),
        blocks=(
            Big(say("paper.card.name"), name),
            Shown(url, say("paper.card.number")),
            Big(say("paper.card.number"), shown_card(number)),
            Notes((say("paper.card.hint"), say("slips.card.keep"))),
        ),
    )
