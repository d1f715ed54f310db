"""`liangzheng county order` about work: tasks, lots, certificates, messages, and the stations themselves."""

import argparse
import hashlib
from collections.abc import Sequence
from pathlib import Path

from kiosk.clock import Clock, build_time
from kiosk.rules.messages import (
    CertificateRevoked,
    DoctorAsked,
    LotReleased,
    NoticePut,
    NoticeWithdrawn,
    OrderBody,
    Outcome,
    SampleType,
    TaskGiven,
    TaskWithdrawn,
    UpdateGiven,
)
from kiosk.rules.scan.numbers import parse_number
from ui.command.county_give import Kind, Parser, formed
from ui.county.office import OfficeError


def kinds() -> tuple[Kind, ...]:
    return (
        Kind("revoke-certificate", _certificate_options, _certificate),
        Kind("task", _task_options, _task),
        Kind("task-withdraw", _task_back_options, lambda args: (TaskWithdrawn(args.task, args.reason),)),
        Kind("lot-release", _lot_options, _lot),
        Kind("notice", _notice_options, _notice),
        Kind("notice-withdraw", _notice_back_options, lambda args: (NoticeWithdrawn(args.notice, args.reason),)),
        Kind("doctor", _doctor_options, lambda args: (DoctorAsked(args.reason),)),
        Kind("update", _update_options, _update),
    )


def _task_back_options(parser: Parser) -> None:
    parser.takes("task", metavar="ID")
    parser.takes("--reason", default="", metavar="TEXT")


def _notice_back_options(parser: Parser) -> None:
    parser.takes("notice", metavar="ID")
    parser.takes("--reason", default="", metavar="TEXT")


def _certificate_options(parser: Parser) -> None:
    parser.takes("number", metavar="NUMBER")
    parser.takes("--reason", required=True, metavar="TEXT")


def _task_options(parser: Parser) -> None:
    parser.takes("task", metavar="ID")
    parser.takes("--what", required=True, choices=("sample", "patrol", "gate"))
    parser.takes("--title", required=True, metavar="TEXT")
    parser.takes("--until", required=True, metavar="DATE")
    parser.takes("--subject", action="append", default=[], metavar="ID")
    parser.takes("--product", action="append", default=[], metavar="ID")
    parser.takes("--count", type=int, default=1, metavar="N")
    parser.takes("--why", default="", choices=("random", "risk", "complaint"))
    parser.takes("--sample-type", choices=[one.value for one in SampleType], default=SampleType.ROUTINE.value)


def _lot_options(parser: Parser) -> None:
    parser.takes("lot", metavar="LOT")
    parser.takes("--outcome", required=True, choices=[one.value for one in Outcome])
    parser.takes("--report", required=True, metavar="NUMBER")
    parser.takes("--laboratory", required=True, metavar="NAME")
    parser.takes("--value", metavar="NUMBER")
    parser.takes("--unit", default="", metavar="UNIT")


def _notice_options(parser: Parser) -> None:
    parser.takes("notice", metavar="ID")
    parser.takes("--what", default="message", choices=("message", "publicity"))
    parser.takes("--title", required=True, metavar="TEXT")
    parser.takes("--text", required=True, metavar="TEXT")
    parser.takes("--since", default="", metavar="DATE")
    parser.takes("--until", required=True, metavar="DATE")


def _doctor_options(parser: Parser) -> None:
    parser.takes("--reason", default="", metavar="TEXT")


def _update_options(parser: Parser) -> None:
    parser.takes("version", metavar="VERSION")
    parser.takes("--digest", default="", metavar="SHA256")
    parser.takes("--file", type=Path, metavar="FILE")
    parser.takes("--since", default="", metavar="DATE")
    parser.takes("--reason", default="", metavar="TEXT")


def _certificate(args: argparse.Namespace) -> Sequence[OrderBody]:
    number = parse_number(args.number)
    if number is None:
        raise OfficeError("office.number_form", number=args.number)
    return (CertificateRevoked(number, args.reason),)


def _task(args: argparse.Namespace) -> Sequence[OrderBody]:
    facts = {name: getattr(args, name) for name in ("task", "what", "title", "until", "count", "sample_type", "why")}
    return (formed(TaskGiven, facts | {"subjects": args.subject, "products": args.product}),)


def _lot(args: argparse.Namespace) -> Sequence[OrderBody]:
    names = ("lot", "outcome", "report", "laboratory", "value", "unit")
    return (formed(LotReleased, {name: getattr(args, name) for name in names}),)


def _notice(args: argparse.Namespace) -> Sequence[OrderBody]:
    facts = {name: getattr(args, name) for name in ("notice", "what", "title", "text", "until")}
    return (formed(NoticePut, facts | {"since": args.since or _today()}),)


def _update(args: argparse.Namespace) -> Sequence[OrderBody]:
    """The hash of a file that lies here, or one that somebody names."""
    if (args.file is None) == (not args.digest):
        raise OfficeError("office.one_source")
    digest = args.digest or hashlib.sha256(args.file.read_bytes()).hexdigest()
    facts = {"version": args.version, "digest": digest, "since": args.since, "reason": args.reason}
    return (formed(UpdateGiven, facts),)


def _today() -> str:
    return Clock(build_time()).now().at.date().isoformat()
