"""`liangzheng county card` and `cards`: producers' cards, one person a card, as a picture or on sheets of A4.

A card is drawn before its order is given: what cannot be drawn must open nothing.
"""

import argparse
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

from kiosk.clock import Clock, build_time
from kiosk.order_table import OrderTable
from kiosk.rules.messages import Card, SubjectsSnapshot, SubjectsUpsert
from kiosk.rules.scan.numbers import shown_card
from kiosk.rules.sentence import Sentence
from kiosk.words import Words
from ui.command.county_known import Known
from ui.command.rehearsal import Rehearsal, given_in
from ui.county.cards import give_card, new_number
from ui.county.office import OfficeError, make_card, read_county
from ui.county.orders import ALL, Orders

AT_ONCE = 200  # cards in one order


def describe(
    parts: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words
) -> tuple[argparse.ArgumentParser, argparse.ArgumentParser]:
    """The parsers of `card` and `cards`."""

    def said(key: str) -> str:
        return words.say(f"command.county.{key}")

    one = parts.add_parser("card", help=said("card.help"), description=said("card.help"))
    one.add_argument("folder", type=Path, metavar="FOLDER", help=said("folder"))
    one.add_argument("subject", metavar="SUBJECT_ID", help=said("card.subject"))
    one.add_argument("--name", required=True, metavar="NAME", help=said("card.name"))
    one.add_argument("--number", metavar="NUMBER", help=said("card.number"))
    one.add_argument("--out", type=Path, metavar="FILE", help=said("card.out"))
    many = parts.add_parser("cards", help=said("cards.help"), description=said("cards.help"))
    many.add_argument("folder", type=Path, metavar="FOLDER", help=said("folder"))
    many.add_argument("subjects", nargs="*", metavar="SUBJECT_ID", help=said("cards.subjects"))
    many.add_argument("--out", type=Path, required=True, metavar="FILE", help=said("cards.out"))
    return one, many


def run_card(args: argparse.Namespace, words: Words) -> int:
    read_county(args.folder)  # says what is wrong with a folder that is none
    orders, now = Orders(args.folder), Clock(build_time()).now()
    number = args.number or new_number(orders)
    with closing(Rehearsal(orders)) as rehearsal:
        doubt = Known(orders, rehearsal.table, "", now.at.date()).card(number, args.subject)
    if doubt is not None:
        print(words.say(doubt.key, **doubt.facts), file=sys.stderr)
        return 1
    link = make_card(args.folder, args.subject, args.name, number, now.at.date())
    if args.out is not None:  # a picture without its order opens nothing; an order without its picture is nobody's card
        _draw(args.out, [(args.name, number, link)], words, sheets=False)
    given = give_card(orders, number, args.subject, now)
    print(words.say("office.card", number=shown_card(number), stream=ALL, seq=given.header.seq), file=sys.stderr)
    print(link)
    return 0


def run_cards(args: argparse.Namespace, words: Words) -> int:
    """Cards of those who are named, else of everybody who has none yet."""
    read_county(args.folder)
    orders, now = Orders(args.folder), Clock(build_time()).now()
    with closing(Rehearsal(orders)) as rehearsal:
        table, known = rehearsal.table, Known(orders, rehearsal.table, "", now.at.date())
        wanted = tuple(dict.fromkeys(args.subjects)) or _without(orders, table)
        cards = tuple(Card(number, subject) for subject, number in zip(wanted, _numbers(orders), strict=False))
        doubt = next(filter(None, (known.card(one.number, one.subject) for one in cards)), None)
        names = [one.name for subject in wanted if (one := table.subject(subject)) is not None]
    if doubt is not None or not cards:
        why = Sentence("office.cards_none") if doubt is None else doubt
        print(words.say(why.key, **why.facts), file=sys.stderr)
        return 1
    _sheets(args, cards, names, now.at.date(), words)
    for at in range(0, len(cards), AT_ONCE):
        given = orders.give(ALL, SubjectsUpsert((), cards[at : at + AT_ONCE]), now.at, now.state)
        count = len(cards[at : at + AT_ONCE])
        print(words.say("office.cards", count=count, stream=ALL, seq=given.header.seq), file=sys.stderr)
    return 0


def _without(orders: Orders, table: OrderTable) -> tuple[str, ...]:
    """Everybody on the county's list who has no card."""
    held = {card.subject for card in table.subjects.cards()}
    bodies = (envelope.order for envelope in given_in(orders, ALL))
    told = (one for body in bodies if isinstance(body, SubjectsUpsert | SubjectsSnapshot) for one in body.subjects)
    listed = dict.fromkeys(one.id for one in told)
    return tuple(one for one in listed if one not in held and (now := table.subject(one)) is not None and now.id == one)


def _numbers(orders: Orders) -> Iterator[str]:
    """New ones, none of them twice."""
    drawn: set[str] = set()
    while True:
        number = new_number(orders)
        if number not in drawn:
            drawn.add(number)
            yield number


def _sheets(args: argparse.Namespace, cards: tuple[Card, ...], names: list[str], day: date, words: Words) -> None:
    links = [make_card(args.folder, one.subject, name, one.number, day) for one, name in zip(cards, names, strict=True)]
    _draw(args.out, [(name, one.number, link) for one, name, link in zip(cards, names, links, strict=True)], words)


def _draw(out: Path, cards: list[tuple[str, str, str]], words: Words, *, sheets: bool = True) -> None:
    """Name, number and link of each. What draws is loaded here: a county that serves its pages does not need it."""
    from kiosk.paper.card import CardFace
    from kiosk.paper.errors import PaperError
    from ui.command.paper_out import write
    from ui.command.paper_pieces import drawn, sheets_of_cards

    title, label, hint, named = (words.say(f"paper.card.{part}") for part in ("title", "number", "hint", "name"))
    faces = [CardFace(title, name, label, shown_card(number), hint, link, named) for name, number, link in cards]
    try:
        pages = sheets_of_cards(faces) if sheets else drawn(faces[0], "card")
    except PaperError as wrong:
        told = words.say(f"problem.{wrong.code}", **wrong.facts)
        raise OfficeError("office.card_drawing", reason=told) from wrong
    write(pages, out, words.say("slips.piece.card"))
