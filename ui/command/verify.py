"""`liangzheng verify CODE|PICTURE|PDF|PROOF`: is it genuine, and does it still count? With no network at all.

Exit codes: 0 genuine and standing, 1 false, void or revoked, 2 wrong usage or an unreadable file, 3 cannot tell.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from drivers.errors import DeviceError
from kiosk.clock import Clock, build_time
from kiosk.rules.sentence import Sentence
from kiosk.trust import SealError, Trust, read_trust
from kiosk.verify import County, PaperCheck, Verdict, Why, judge
from kiosk.words import Words
from ui.command.files_told import file_told, reason
from ui.command.out_file import put

if TYPE_CHECKING:
    from kiosk.revoked_list import RevokedList
    from kiosk.verify_files import InPdf

GENUINE, NOT, USAGE, UNCLEAR = 0, 1, 2, 3
SEVERITY = (GENUINE, UNCLEAR, NOT)  # the worse the later
ENDS = {Verdict.GENUINE: GENUINE, Verdict.UNCLEAR: UNCLEAR, Verdict.FALSE: NOT, Verdict.REVOKED: NOT}


class Unread(Exception):
    """A file that was named cannot be read; the words say which, and why."""


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> None:
    told = {name: words.say(f"command.verify.{name}") for name in ("help", "epilog", "thing", "trust", "revoked")}
    parser = commands.add_parser("verify", help=told["help"], description=told["help"], epilog=told["epilog"])
    parser.add_argument("thing", nargs="?", metavar="CODE|FILE", help=told["thing"])
    parser.add_argument("--trust", action="append", type=Path, default=[], metavar="FILE", help=told["trust"])
    parser.add_argument("--revoked", action="append", type=Path, default=[], metavar="FILE", help=told["revoked"])
    parser.add_argument("--json", action="store_true", help=words.say("command.verify.json"))
    parser.add_argument("--hand-out", type=Path, metavar="FILE", help=words.say("command.verify.hand_out"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, words: Words) -> int:
    if args.hand_out is not None:
        return _hand_out(args.hand_out, words)
    missing = "needs" if args.thing is None else "no_trust" if not args.trust else ""
    if missing:
        print(words.say(f"command.verify.{missing}"), file=sys.stderr)
        return USAGE
    try:
        with ExitStack() as stack:
            counties = _counties(args.trust, args.revoked, stack, words)
            checked = _checked(args.thing, counties, Clock(build_time()).now().at.date(), words)
    except Unread as wrong:
        print(wrong, file=sys.stderr)
        return USAGE
    _print(checked, words, as_json=args.json)
    return ends(checked)


def ends(checked: Sequence[PaperCheck]) -> int:
    """That of the worst certificate; of other things only when there is no certificate among them."""
    papers = [one for one in checked if one.of_certificate] or checked
    return max((ENDS[one.verdict] for one in papers), key=SEVERITY.index)


def _print(checked: Sequence[PaperCheck], words: Words, *, as_json: bool) -> None:
    from kiosk.verify_told import facts, lines

    for nth, one in enumerate(checked):
        if as_json:
            print(json.dumps(facts(one), ensure_ascii=False))
        else:
            print("\n".join([""] * (nth > 0) + [_harmless(line) for line in lines(one, words)]))


def _harmless(line: str) -> str:
    """A hostile name may carry what a terminal obeys."""
    return "".join(sign if sign.isprintable() else json.dumps(sign)[1:-1] for sign in line)


def _counties(trusts: Sequence[Path], lists: Sequence[Path], stack: ExitStack, words: Words) -> list[County]:
    known: dict[str, Trust] = {}
    try:
        for file in trusts:
            trust = read_trust(file)
            before = known.get(trust.county, trust)
            known[trust.county] = before.merged(trust.grants, trust.revoked)
    except SealError as wrong:
        raise Unread(words.say("command.verify.strange_trust", reason=reason(wrong, words))) from wrong
    revoked: dict[str, RevokedList] = {}
    for name, one in [_list(file, known, stack, words) for file in lists]:
        if name not in revoked or revoked[name].counter < one.counter:  # of several of one county the newest
            revoked[name] = one
    asked = {name: _Asked(one, words) for name, one in revoked.items()}
    return [County(trust, asked.get(name)) for name, trust in known.items()]


class _Asked:
    """A list whose pages are read when it is asked: one that is spoilt is told by its own name."""

    def __init__(self, listed: "RevokedList", words: Words) -> None:
        self._listed = listed
        self._words = words
        self.day: date | None = listed.day
        self.counter: int | None = listed.counter

    def why(self, number: str) -> Why | None:
        try:
            return self._listed.why(number)
        except (SealError, OSError) as wrong:
            raise Unread(self._words.say("command.verify.spoilt_list", reason=reason(wrong, self._words))) from wrong


def _list(file: Path, known: dict[str, Trust], stack: ExitStack, words: Words) -> "tuple[str, RevokedList]":
    from kiosk.revoked_list import open_list

    why = ""
    for name, trust in known.items():
        try:
            return name, stack.enter_context(open_list(file, trust))
        except (SealError, OSError) as wrong:
            why = reason(wrong, words)
    raise Unread(words.say("command.verify.strange_list", file=file, reason=why))


def _checked(thing: str, counties: Sequence[County], today: date, words: Words) -> list[PaperCheck]:
    file = Path(thing)
    try:
        if not _is_file(file):
            return [judge(thing.encode("utf-8", "surrogateescape"), counties, today)]
        return _of_file(file, counties, today)
    except DeviceError as problem:
        raise Unread(words.say(f"problem.{problem.code}", **problem.facts)) from problem
    except ModuleNotFoundError as missing:
        raise Unread(words.say("command.verify.no_parts", name=missing.name)) from missing
    except (SealError, OSError) as wrong:
        raise Unread(words.say("command.verify.unread", file=thing, reason=reason(wrong, words))) from wrong


def _of_file(file: Path, counties: Sequence[County], today: date) -> list[PaperCheck]:
    from kiosk import verify_files
    from kiosk.verify_files import What
    from kiosk.verify_proof import MOST_BYTES, judge_proof

    with file.open("rb") as source:
        head = source.read(MOST_BYTES + 1)
    kind = verify_files.what(head[:64])
    if kind is What.PROOF:
        return [judge_proof(head, counties, today)]
    if kind is What.PDF:
        return _of_pdf(verify_files.codes_in_pdf(file), counties, today)
    codes = verify_files.codes_in_text(file) if kind is What.TEXT else verify_files.codes_in_picture(file)
    return [judge(code, counties, today) for code in codes] or [_nothing("nothing")]


def _of_pdf(found: "InPdf", counties: Sequence[County], today: date) -> list[PaperCheck]:
    """Every code with its page. What nobody looked into may hold a false one: it is told."""
    checked = []
    for code, page in found.codes:
        one = judge(code, counties, today)
        checked.append(replace(one, told=(*one.told, Sentence("verify.told.pdf", {"page": str(page)}))))
    if found.more:
        checked.append(_nothing("more", certificate=True))
    if found.unread:
        checked.append(_nothing("pictures", count=str(found.unread)))
    return checked or [_nothing("nothing")]


def _nothing(key: str, *, certificate: bool = False, **facts: str) -> PaperCheck:
    return PaperCheck(Verdict.UNCLEAR, Sentence(f"verify.unclear.{key}", facts), of_certificate=certificate)


def _is_file(file: Path) -> bool:
    try:
        return file.is_file()
    except (OSError, ValueError):  # longer than a name may be, or with a zero byte
        return False


def _hand_out(file: Path, words: Words) -> int:
    from kiosk.hand_out.written import written

    try:
        put(file, written().encode())
    except OSError as wrong:
        print(words.say("problem.file.other", file=file, reason=file_told(wrong, words)), file=sys.stderr)
        return 1
    print(words.say("command.verify.written", file=file, name=file.name))
    return GENUINE
