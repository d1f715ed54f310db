"""`liangzheng county badges`: badges of the people who work at stations, on sheets of A4.

Badges are drawn before their order is given: what cannot be drawn must open nothing.
"""

import argparse
import secrets
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from kiosk.clock import Clock, build_time
from kiosk.rules.messages import Staff, StaffPut
from kiosk.rules.scan.tags import RANDOM_BYTES, Tag, parse_tag, tag_number
from kiosk.words import Words
from ui.command.rehearsal import Rehearsal
from ui.county.office import OfficeError, read_county
from ui.county.orders import ALL, Orders


def describe(parts: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> argparse.ArgumentParser:
    told = words.say("command.county.badges.help")
    parser = parts.add_parser("badges", help=told, description=told)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help=words.say("command.county.folder"))
    parser.add_argument("staff", nargs="*", metavar="ID", help=words.say("command.county.badges.staff"))
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help=words.say("command.county.badges.out"))
    parser.add_argument("--station", metavar="CODE", help=words.say("command.county.order.station"))
    return parser


def run_badges(args: argparse.Namespace, words: Words) -> int:
    """Those who are named, else everybody; who has no number that a camera knows gets a new one."""
    config, orders, now = read_county(args.folder), Orders(args.folder), Clock(build_time()).now()
    with closing(Rehearsal(orders, args.station or "")) as rehearsal:
        staff = rehearsal.table.staff()
    people = _wanted(staff, args.staff)
    fresh = numbered(people, {person.badge for person in staff}, secrets.token_bytes)
    _draw(args.out, fresh, config.host, words)
    changed = tuple(one for one, before in zip(fresh, people, strict=True) if one != before)
    if changed:
        stream = args.station or ALL
        given = orders.give(stream, StaffPut(changed), now.at, now.state)
        print(words.say("office.badges", count=len(changed), stream=stream, seq=given.header.seq), file=sys.stderr)
    return 0


def numbered(people: Sequence[Staff], taken: set[str], random: Callable[[int], bytes]) -> tuple[Staff, ...]:
    """Each with a number of our own form, which nobody else has."""
    found: list[Staff] = []
    for person in people:
        number = parse_tag(person.badge, Tag.BADGE)
        while number is None or (number != person.badge and number in taken):
            number = tag_number(Tag.BADGE, random(RANDOM_BYTES))
        taken.add(number)
        found.append(replace(person, badge=number))
    return tuple(found)


def _wanted(staff: Sequence[Staff], ids: Sequence[str]) -> list[Staff]:
    known = {person.id: person for person in staff}
    strange = [one for one in ids if one not in known]
    if strange or not known:
        raise OfficeError("office.badges_none", ids=", ".join(strange) or "-")
    return [known[one] for one in dict.fromkeys(ids)] or list(staff)


def _draw(out: Path, people: Sequence[Staff], host: str, words: Words) -> None:
    """What draws is loaded here: a county that serves its pages does not need it."""
    from kiosk.paper.badge import badge_face
    from kiosk.paper.errors import PaperError
    from ui.command.paper_out import write
    from ui.command.paper_pieces import sheets_of_cards

    faces = [badge_face(words, host, person.name, person.roles, person.badge) for person in people]
    try:
        pages = sheets_of_cards(faces)
    except PaperError as wrong:
        told = words.say(f"problem.{wrong.code}", **wrong.facts)
        raise OfficeError("office.card_drawing", reason=told) from wrong
    write(pages, out, words.say("paper.badge.title"))
