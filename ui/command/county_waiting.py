"""`liangzheng county waiting`: what waits for the county's word. `order confirm` and `order alarm-seen` give it."""

import argparse
from collections.abc import Sequence
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from kiosk.clock import Clock, build_time
from kiosk.rules.messages import (
    AlarmSeen,
    Card,
    CardGiven,
    CardRevoked,
    Complaint,
    EntryBody,
    FaultReported,
    OrderBody,
    Outcome,
    Subject,
    SubjectProposed,
    SubjectsMerged,
    SubjectsUpsert,
    Test,
)
from kiosk.trust import read_trust
from kiosk.words import Words
from ui.command.columns import table
from ui.command.county_give import Kind, Parser, formed
from ui.county.database import DatabaseError
from ui.county.office import OfficeError, no_database, read_county, station_of
from ui.county.orders import Orders
from ui.county.reader import Kept, Reader
from ui.county.sheet import body_of
from ui.county.waiting import Waiting, answers, waiting

SHOWN = 50


def describe(parts: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> argparse.ArgumentParser:
    told = words.say("command.county.waiting.help")
    parser = parts.add_parser("waiting", help=told, description=told)
    parser.add_argument("folder", type=Path, metavar="FOLDER", help=words.say("command.county.folder"))
    parser.add_argument(
        "--most", type=int, default=SHOWN, metavar="N", help=words.say("command.county.waiting.most", most=SHOWN)
    )
    return parser


def kinds() -> tuple[Kind, ...]:
    return (
        Kind("confirm", _confirm_options, _confirm, sure=True),
        Kind("alarm-seen", _seen_options, _seen),
    )


def run_waiting(args: argparse.Namespace, words: Words) -> int:
    config = read_county(args.folder)
    try:
        with Reader(config.memory) as reader:
            found = waiting(reader, answers(Orders(args.folder)), max(args.most, 1))
    except DatabaseError as wrong:
        raise no_database(wrong) from wrong
    if not found:
        print(words.say("office.waiting.none"))
        return 0
    print("\n".join(table([_row(one, words) for one in found])))
    print(words.say("office.waiting.how"))
    return 0


def _row(one: Waiting, words: Words) -> tuple[str, ...]:
    what = words.say(f"office.waiting.{one.what.replace('.', '_')}")
    return what, one.entry, one.station, one.time[:16], _told(one, words)


def _told(one: Waiting, words: Words) -> str:
    """What an officer has to know of it before he answers."""
    match one.body:
        case SubjectProposed(subject=subject, village=village, note=note):
            return "  ".join(filter(None, (subject.id, subject.name, village, subject.contact, note)))
        case CardGiven(card=card, subject=subject_id, replaces=old):
            key = "office.waiting.card_instead" if old else "office.waiting.card_new"
            return words.say(key, card=card, subject=subject_id, old=old)
        case Complaint(about=about, text=text, number=number, sealed=sealed):
            said = f"{words.say(f'office.waiting.about.{about}')}: {text}"
            return "  ".join(filter(None, (said, number, words.say("office.waiting.sealed") if sealed else "")))
        case FaultReported(part=part, what=what, note=note):
            return f"{part}: {words.say(f'office.waiting.fault.{what}')}  {note}".rstrip()
        case Test(subject_name=name, product=product, sample_code=code):
            return "  ".join(filter(None, (product, name, code)))
    return words.say("office.waiting.retired")


# --- the answers ------------------------------------------------------------------------------------------------------


def _confirm_options(parser: Parser) -> None:
    parser.takes("entry", metavar="LOG/SEQ")
    parser.takes("--as", dest="corrected", type=Path, metavar="FILE.json", word="as")
    parser.takes("--into", default="", metavar="SUBJECT")
    parser.takes("--reason", default="", metavar="TEXT")


def _seen_options(parser: Parser) -> None:
    parser.takes("entry", metavar="LOG/SEQ")
    parser.takes("--by", required=True, metavar="NAME")
    parser.takes("--note", default="", metavar="TEXT")


def _confirm(args: argparse.Namespace) -> Sequence[OrderBody]:
    kept = _entry(args)
    match body_of(kept):
        case SubjectProposed(subject=subject):
            return _newcomer(args, subject)
        case CardGiven() as given if args.corrected is None and not args.into:
            return _card(args, given)
    raise OfficeError("office.confirm.nothing", entry=args.entry)


def _newcomer(args: argparse.Namespace, told: Subject) -> Sequence[OrderBody]:
    """As he was taken in, as the office corrects him, or as somebody who is on the list already."""
    if args.into and args.corrected is not None:
        raise OfficeError("office.confirm.one")
    if args.into:
        return (SubjectsMerged(args.into, (told.id,), args.reason),)
    subject = told if args.corrected is None else _corrected(args.corrected)
    if subject.id != told.id:
        raise OfficeError("office.confirm.id", told=told.id, given=subject.id)
    return (SubjectsUpsert((subject,)),)


def _card(args: argparse.Namespace, given: CardGiven) -> Sequence[OrderBody]:
    """All boxes learn the new number, and that the old one opens nothing."""
    if given.subject not in answers(Orders(args.folder)).subjects:
        raise OfficeError("office.confirm.first", subject=given.subject)
    told = SubjectsUpsert((), (Card(given.card, given.subject),))
    reason = args.reason or given.reason
    return (told, CardRevoked(given.replaces, reason)) if given.replaces else (told,)


def _corrected(file: Path) -> Subject:
    try:
        return TypeAdapter(Subject).validate_json(file.read_bytes(), strict=True)
    except ValidationError as wrong:
        place = ".".join(map(str, wrong.errors()[0]["loc"])) or "JSON"
        raise OfficeError("office.subjects_form", place=place) from wrong


def _seen(args: argparse.Namespace) -> Sequence[OrderBody]:
    """Goes to the station whose log it is: nobody else can show it."""
    kept = _entry(args)
    header = kept.envelope.header
    if not _is_seen(body_of(kept)):
        raise OfficeError("office.seen.nothing", entry=args.entry)
    args.station = station_of(read_trust(args.folder / "trust.json"), header.log) or kept.station
    at = Clock(build_time()).now().text
    facts = {"log": header.log, "seq": header.seq, "by": args.by, "at": at, "note": args.note}
    return (formed(AlarmSeen, facts),)


def _is_seen(body: EntryBody | None) -> bool:
    """Whether it is enough to have seen it; a newcomer or a card wants more."""
    match body:
        case Test(verdict=verdict):
            return verdict.outcome is Outcome.POSITIVE
        case Complaint() | FaultReported():
            return True
    return False


def _entry(args: argparse.Namespace) -> Kept:
    log, _, seq = args.entry.rpartition("/")
    if not log or not (seq.isascii() and seq.isdigit()):
        raise OfficeError("office.open.form", entry=args.entry)
    try:
        with Reader(read_county(args.folder).memory) as reader:
            kept = reader.entry(log, int(seq))
    except DatabaseError as wrong:
        raise no_database(wrong) from wrong
    if kept is None:
        raise OfficeError("office.open.none", entry=args.entry)
    if kept.envelope.body is None:
        raise OfficeError("office.open.retired", entry=args.entry)
    return kept
