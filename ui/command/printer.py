"""`liangzheng printer`: which printers there are, which models are known, how one is, and a page to try it."""

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from drivers.errors import DeviceError
from drivers.printer.job import job_id
from drivers.printer.model import PrinterModel
from drivers.printer.outcome import Printed, Unknown
from drivers.printer.places import open_printer
from drivers.printer.render import render_job
from drivers.printer.shelf import known_models, load_model, sources_of
from drivers.printer.spooler import queues
from drivers.printer.status import PrinterStatus, trouble, well
from drivers.printer.usb import steady, usb_printers
from drivers.sockets import Usb, sockets
from kiosk.paper.errors import PaperError
from kiosk.paper.fonts import load_fonts
from kiosk.paper.pages import Pages
from kiosk.paper.trial import TrialPress
from kiosk.slips.cited import CitedError
from kiosk.words import Words, load_words
from ui.command.columns import table, wrapped
from ui.command.files_told import file_told
from ui.command.paper_out import named, write
from ui.command.station_printers import trial_face

PARTS = ("online", "cover", "error", "paper", "near_end")
LABEL = re.compile(r"([1-9][0-9]{1,2})x([1-9][0-9]{1,2})")
YES, NO = "●", "—"


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> None:
    told = words.say("command.printer.help")
    parser = commands.add_parser("printer", help=told, description=told)
    parts = parser.add_subparsers(metavar=words.say("command.metavar"), required=True)
    _part(parts, "list", show_list, words).add_argument(
        "--json", action="store_true", help=words.say("command.printer.json")
    )
    models = _part(parts, "models", show_models, words)
    models.add_argument("name", nargs="?", metavar="MODEL", help=words.say("command.printer.models.name"))
    _folder(models, words)
    status = _part(parts, "status", show_status, words)
    _printer(status, words)
    status.add_argument("--json", action="store_true", help=words.say("command.printer.json"))
    test = _part(parts, "test", run_test, words)
    _printer(test, words)
    test.add_argument("--label", metavar="MMxMM", help=words.say("command.printer.test.label"))
    test.add_argument("--only", type=Path, metavar="FILE", help=words.say("command.printer.test.only"))


def _part(
    parts: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    run: Callable[[argparse.Namespace, Words], int],
    words: Words,
) -> argparse.ArgumentParser:
    told = words.say(f"command.printer.{name}.help")
    parser = parts.add_parser(name, help=told, description=told)
    parser.set_defaults(run=run)
    return parser


def _printer(parser: argparse.ArgumentParser, words: Words) -> None:
    parser.add_argument("place", metavar="PLACE", help=words.say("command.printer.place"))
    parser.add_argument("--model", required=True, metavar="MODEL", help=words.say("command.printer.model"))
    parser.add_argument("--baud", type=int, default=115200, metavar="N", help=words.say("command.printer.baud"))
    _folder(parser, words)


def _folder(parser: argparse.ArgumentParser, words: Words) -> None:
    parser.add_argument(
        "--folder", type=Path, action="append", default=[], metavar="DIR", help=words.say("command.printer.folder")
    )


def show_list(args: argparse.Namespace, words: Words) -> int:
    """0 when there is anything that may be a printer."""
    found = [(printer.where, steady(printer.node), "usb", _of_itself(printer.usb)) for printer in usb_printers()]
    found += [(f"cups:{queue}", "", "cups", "") for queue in queues()]
    found += [(socket.where, "", "serial", _of_itself(socket.usb)) for socket in sockets()]
    if args.json:
        names = ("place", "node", "kind", "says")
        print(json.dumps([dict(zip(names, one, strict=True)) for one in found], ensure_ascii=False, indent=1))
    elif found:
        head = [words.say(f"command.printer.list.column.{name}") for name in ("place", "what", "kind")]
        kinds = {kind: words.say(f"command.printer.list.kind.{kind}") for kind in ("usb", "cups", "serial")}
        rows = [[place, says or node, kinds[kind]] for place, node, kind, says in found]
        print("\n".join(table([head, *rows])))
    else:
        print(words.say("command.printer.list.none"), file=sys.stderr)
    return 0 if found else 1


def _of_itself(usb: Usb | None) -> str:
    return "" if usb is None else " ".join(fact for fact in (usb.maker, usb.name, usb.serial) if fact) or usb.ids


def show_models(args: argparse.Namespace, words: Words) -> int:
    try:
        if args.name is not None:
            return _show_model(args.name, args.folder)
        models = [load_model(name, args.folder) for name in known_models(args.folder)]
    except DeviceError as problem:
        return _complain(problem, words)
    keys = ("name", "language", "width", "says", "completes", "assumed")
    head = [words.say(f"command.printer.models.column.{name}") for name in keys]
    print("\n".join(table([head, *map(_row, models)])))
    return 0


def _row(model: PrinterModel) -> list[str]:
    says = (YES if told else NO for told in (model.answers, model.completes))
    return [model.name, model.language, str(model.width), *says, ", ".join(model.assumed) or NO]


def _show_model(name: str, folders: Sequence[Path]) -> int:
    """Every fact, its value and where it comes from."""
    rows = [[fact, str(value), source or "?"] for fact, value, source in sources_of(name, folders)]
    print("\n".join(table(rows)))
    return 0


def show_status(args: argparse.Namespace, words: Words) -> int:
    """0 when it could print now."""
    try:
        printer = open_printer(args.place, load_model(args.model, args.folder), args.baud)
        try:
            status = printer.status()
        finally:
            printer.close()
    except DeviceError as problem:
        return _complain(problem, words)
    if args.json:
        states = {part: str(getattr(status, part)) for part in PARTS}
        print(json.dumps({**states, "silent": status.silent, "trouble": trouble(status)}, ensure_ascii=False))
    else:
        rows = [[words.say(f"command.printer.status.part.{part}"), _state(status, part, words)] for part in PARTS]
        print("\n".join(table(rows)))
        print(_verdict(status, words))
    return 0 if well(status) else 1


def _state(status: PrinterStatus, part: str, words: Words) -> str:
    return words.say(f"command.printer.status.state.{getattr(status, part)}")


def _verdict(status: PrinterStatus, words: Words) -> str:
    if well(status):
        return words.say("command.printer.status.ready")
    code = trouble(status) or ("printer.silent" if status.silent else "printer.garbled")
    return words.say(f"problem.{code}")


def run_test(args: argparse.Namespace, words: Words) -> int:
    """0 when the printer said, in whatever way it can, that the page came out."""
    label = LABEL.fullmatch(args.label) if args.label is not None else None
    if args.label is not None and label is None:
        print(words.say("command.printer.test.wrong_label", label=args.label), file=sys.stderr)
        return 2
    try:
        if args.only is not None:
            named(args.only)
        model = load_model(args.model, args.folder)
        return _test(args, model, (int(label[1]), int(label[2])) if label else None, words)
    except (DeviceError, PaperError) as problem:
        return _complain(problem, words)
    except CitedError as wrong:
        print(words.say(f"command.paper.told.{wrong.code}", **wrong.facts), file=sys.stderr)
        return 2
    except OSError as wrong:
        print(words.say("command.paper.told.refused", reason=file_told(wrong, words)), file=sys.stderr)
        return 1


def _test(args: argparse.Namespace, model: PrinterModel, label: tuple[int, int] | None, words: Words) -> int:
    width = model.width if label is None else min(model.width, label[0] * model.dots_per_mm)
    press = TrialPress(load_fonts(), width, model.dots_per_mm, label and label[1] * model.dots_per_mm)
    page = press.draw(trial_face(args.place, model, width, load_words("zh")))  # paper is always Chinese
    if args.only is not None:
        pages = Pages((page,), model.dots_per_mm)
        write(pages, args.only, words.say("command.printer.test.help"))
        print(words.say("command.printer.test.saved", file=args.only))
        return 0
    name = job_id(f"trial/{model.name}", 1)
    counted = _Counted(render_job(page, name, model))
    printer = open_printer(args.place, model, args.baud)
    try:
        end = printer.print_job(counted, name)
    finally:
        printer.close()
    full = (page.width + 7) // 8 * page.height
    percent = round(100 * counted.bytes / full)
    print(words.say("command.printer.test.sent", bytes=counted.bytes, full=full, percent=percent))
    return _told(end, args.place, words)


def _told(end: Printed | Unknown, place: str, words: Words) -> int:
    if isinstance(end, Unknown):
        facts = dict.fromkeys(("port", "queue", "server"), place)
        print("\n".join(wrapped(words.say(f"problem.{end.cause}", **facts))), file=sys.stderr)
        return 1
    print("\n".join(wrapped(words.say("command.printer.test.printed", evidence=end.evidence))))
    return 0


class _Counted:
    """Counts the bytes of a job as they go out."""

    def __init__(self, job: Iterable[bytes]) -> None:
        self.bytes = 0
        self._job = job

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._job:
            self.bytes += len(piece)
            yield piece


def _complain(problem: DeviceError | PaperError, words: Words) -> int:
    print("\n".join(wrapped(words.say(f"problem.{problem.code}", **problem.facts))), file=sys.stderr)
    return 1
