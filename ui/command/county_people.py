"""`liangzheng county order` about people: producers, their cards and credit, those who work at stations."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from kiosk.rules.messages import (
    Card,
    CardRevoked,
    Credit,
    CreditPut,
    OrderBody,
    Staff,
    StaffPut,
    Subject,
    SubjectsMerged,
    SubjectsSnapshot,
    SubjectsUpsert,
    SubjectsWithdrawn,
)
from kiosk.staff_pin import hashed, is_pin
from ui.command.county_give import Kind, Parser, formed
from ui.command.county_rows import read_rows, split, values_of
from ui.command.rehearsal import Rehearsal
from ui.county.office import OfficeError
from ui.county.orders import Orders

IN_ORDER = 200  # some 60 KiB of names and places, far from the largest envelope
CREDIT = ("subject", "grade", "listed", "since", "until", "reason", "source")
STAFF = ("id", "name", "roles", "badge", "until")
PINS = ("id", "pin")
ROLES = ("clerk", "inspector", "technician", "officer")


def kinds() -> tuple[Kind, ...]:
    return (
        Kind("subjects", _subjects_options, _subjects),
        Kind("withdraw", _withdraw_options, lambda args: (SubjectsWithdrawn(tuple(args.subjects), args.reason),)),
        Kind("merge", _merge_options, lambda args: (SubjectsMerged(args.into, tuple(args.subjects), args.reason),)),
        Kind("card-lost", _card_options, lambda args: (CardRevoked(args.number, args.reason),)),
        Kind("credit", _credit_options, _credit),
        Kind("staff", _staff_options, _staff),
    )


def _subjects_options(parser: Parser) -> None:
    parser.takes("file", nargs="?", type=Path, metavar="FILE")
    parser.takes("--stdin", action="store_true")
    parser.takes("--snapshot", metavar="EDITION", default="")


def _withdraw_options(parser: Parser) -> None:
    parser.takes("subjects", nargs="+", metavar="ID")
    parser.takes("--reason", default="", metavar="TEXT")


def _merge_options(parser: Parser) -> None:
    parser.takes("into", metavar="INTO")
    parser.takes("subjects", nargs="+", metavar="ID")
    parser.takes("--reason", default="", metavar="TEXT")


def _card_options(parser: Parser) -> None:
    parser.takes("number", metavar="NUMBER")
    parser.takes("--reason", default="", metavar="TEXT")


def _credit_options(parser: Parser) -> None:
    parser.takes("file", nargs="?", type=Path, metavar="FILE.csv")
    for name in CREDIT:
        parser.takes(f"--{name}", default="", metavar="TEXT")


def _staff_options(parser: Parser) -> None:
    parser.takes("file", nargs="?", type=Path, metavar="FILE")
    for name in ("id", "name", "badge", "until"):
        parser.takes(f"--{name}", default="", metavar="TEXT")
    parser.takes("--role", action="append", default=[], choices=ROLES)
    parser.takes("--pin", action="store_true")
    parser.takes("--pin-file", type=Path, metavar="FILE.csv")
    parser.takes("--withdraw", action="append", default=[], metavar="ID")


def _subjects(args: argparse.Namespace) -> Sequence[OrderBody]:
    if (args.file is None) != args.stdin:
        raise OfficeError("office.one_source")
    subjects, cards = _list(sys.stdin.buffer.read() if args.stdin else args.file.read_bytes())
    if not subjects:
        raise OfficeError("office.subjects_none")
    parts = _parts(subjects)
    if not args.snapshot:
        return [SubjectsUpsert(part, _cards_of(cards or (), part)) for part in parts]
    known = _known_cards(args) if cards is None else cards
    return [
        SubjectsSnapshot(args.snapshot, nth, len(parts), part, _cards_of(known, part))
        for nth, part in enumerate(parts, 1)
    ]


def _list(data: bytes) -> tuple[tuple[Subject, ...], tuple[Card, ...] | None]:
    """An array of producers, or an object with `subjects` and `cards`; None when it says nothing of cards."""
    try:
        table: Any = json.loads(data)
        whole = table if isinstance(table, dict) else {"subjects": table}
        subjects = TypeAdapter(tuple[Subject, ...]).validate_json(json.dumps(whole.get("subjects")), strict=True)
        cards = whole.get("cards")
        if cards is None:
            return subjects, None
        return subjects, TypeAdapter(tuple[Card, ...]).validate_json(json.dumps(cards), strict=True)
    except ValidationError as wrong:
        place = ".".join(map(str, wrong.errors()[0]["loc"])) or "JSON"
        raise OfficeError("office.subjects_form", place=place) from wrong
    except (ValueError, RecursionError) as wrong:
        raise OfficeError("office.subjects_form", place="JSON") from wrong


def _parts(subjects: tuple[Subject, ...]) -> list[tuple[Subject, ...]]:
    return [subjects[start : start + IN_ORDER] for start in range(0, len(subjects), IN_ORDER)]


def _cards_of(cards: Sequence[Card], subjects: Sequence[Subject]) -> tuple[Card, ...]:
    ids = {subject.id for subject in subjects}
    return tuple(card for card in cards if card.subject in ids)


def _known_cards(args: argparse.Namespace) -> list[Card]:
    """All that were given so far: a new list of producers leaves their cards valid."""
    with closing(Rehearsal(Orders(args.folder), args.station or "")) as rehearsal:
        return rehearsal.table.subjects.cards()


def _credit(args: argparse.Namespace) -> Sequence[OrderBody]:
    if (args.file is None) == (not args.subject):
        raise OfficeError("office.one_source")
    if args.file is None:
        graded = [formed(Credit, {name: getattr(args, name) for name in CREDIT})]
    else:
        graded = list(values_of(Credit, read_rows(args.file, CREDIT)))
    return [CreditPut(tuple(graded[start : start + IN_ORDER])) for start in range(0, len(graded), IN_ORDER)]


def _staff(args: argparse.Namespace) -> Sequence[OrderBody]:
    people = () if args.file is None else _staff_of(args.file)
    if args.id:
        facts = {"id": args.id, "name": args.name, "roles": args.role, "badge": args.badge, "until": args.until}
        people = (*people, formed(Staff, facts))
    if not people and not args.withdraw:
        raise OfficeError("office.one_source")
    pins = dict(_pins(args, people))
    strange = sorted(pins.keys() - {person.id for person in people})
    if strange:
        raise OfficeError("office.pin_whose", ids=", ".join(strange))
    keyed = tuple(_with_pin(person, pins.get(person.id)) for person in people)
    return (StaffPut(keyed, tuple(args.withdraw)),)


def _staff_of(file: Path) -> tuple[Staff, ...]:
    if file.suffix == ".csv":
        return values_of(Staff, [row | {"roles": split(row.get("roles", ""))} for row in read_rows(file, STAFF)])
    try:
        return TypeAdapter(tuple[Staff, ...]).validate_json(file.read_bytes(), strict=True)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        raise OfficeError(
            "office.order_form", place=".".join(map(str, first["loc"])) or "JSON", reason=first["msg"]
        ) from wrong


def _pins(args: argparse.Namespace, people: Sequence[Staff]) -> Iterator[tuple[str, str]]:
    """Asked for, never an argument: other programs of this machine see arguments."""
    if args.pin_file is not None:
        yield from ((row["id"], row.get("pin", "")) for row in read_rows(args.pin_file, PINS))
    elif args.pin:
        if len(people) != 1:
            raise OfficeError("office.pin_one")
        yield people[0].id, sys.stdin.readline().strip()


def _with_pin(person: Staff, pin: str | None) -> Staff:
    if pin is None:
        return person
    if not is_pin(pin):
        raise OfficeError("office.pin_form", id=person.id)
    return Staff(person.id, person.name, person.roles, person.badge, hashed(pin), person.until)
