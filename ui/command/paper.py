"""`liangzheng paper`: every piece of paper: listed, as a sample, drawn from an entry."""

import argparse
import sys
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from kiosk.contract import ContractError
from kiosk.issuing import PressError
from kiosk.pack import PackError, Packs, load_packs
from kiosk.paper.errors import PaperError
from kiosk.paper.pages import Pages
from kiosk.record_error import Unreadable
from kiosk.rules.messages import Opened
from kiosk.slips.cited import Cited, CitedError, cited
from kiosk.slips.desk import Desk
from kiosk.words import LANGUAGES, Words, load_words
from ui.command import paper_certificate
from ui.command.columns import table, wrapped
from ui.command.files_told import file_told, reason
from ui.command.paper_examples import HOST, Examples
from ui.command.paper_out import named, write
from ui.command.paper_pieces import KINDS, SIZES, as_example, drawn, example, of_entry
from ui.command.record_place import NoRecord, find

Run = Callable[[argparse.Namespace, Words], int]
CERTIFICATE = "certificate"
ALL = {CERTIFICATE: paper_certificate.SIZES, **SIZES}
USAGE = ("no_piece", "no_size", "file_kind")


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> None:
    told = words.say("command.paper.help")
    parser = commands.add_parser("paper", help=told, description=told)
    parts = parser.add_subparsers(required=True, metavar=words.say("command.paper.part"))
    for name, run in (("list", run_list), ("sample", run_sample), ("draw", run_draw)):
        said = words.say(f"command.paper.{name}.help")
        part = parts.add_parser(name, help=said, description=said)
        part.set_defaults(run=_guarded(run))
        if name != "list":
            _options(part, words)
    sample, draw = parts.choices["sample"], parts.choices["draw"]
    sample.add_argument("--lang", choices=LANGUAGES, default="zh", help=words.say("command.paper.option.lang"))
    draw.add_argument("--seq", type=int, required=True, metavar="N", help=words.say("command.paper.option.seq"))
    draw.add_argument(
        "--place", type=Path, required=True, metavar="PLACE", help=words.say("command.paper.option.place")
    )
    draw.add_argument("--host", metavar="HOST", help=words.say("command.paper.option.host"))


def _options(part: argparse.ArgumentParser, words: Words) -> None:
    part.add_argument("piece", metavar="PIECE", help=words.say("command.paper.option.piece"))
    part.add_argument("--size", metavar="SIZE", help=words.say("command.paper.option.size"))
    part.add_argument("--out", type=Path, required=True, metavar="FILE", help=words.say("command.paper.option.out"))


def run_list(_: argparse.Namespace, words: Words) -> int:
    head = [words.say(f"command.paper.list.{name}") for name in ("piece", "sizes", "about")]
    rows = [[name, " ".join(sizes), words.say(f"slips.piece.{name}")] for name, sizes in ALL.items()]
    print("\n".join(table([head, *rows])))
    return 0


def run_sample(args: argparse.Namespace, words: Words) -> int:
    size = _size(args)
    said = load_words(args.lang)
    desk = _desk(said, said.say("slips.example.place"), HOST, load_packs(texts=False))
    if args.piece == CERTIFICATE:
        return _out(paper_certificate.example(size, Examples(_in_chinese(desk))), args, words)
    return _out(drawn(as_example(example(args.piece, Examples(desk), desk), desk), size), args, words)


def run_draw(args: argparse.Namespace, words: Words) -> int:
    size = _size(args)
    if args.piece not in (CERTIFICATE, *KINDS):
        raise CitedError("no_record", piece=args.piece)
    place, host = find(args.place), _host(args)
    with cited(place.home.tables) as known:
        if args.piece == CERTIFICATE:
            return _out(paper_certificate.of_entry(size, known, args.seq, host), args, words)
        desk = _desk_of(known, place.home.station, host)
        return _out(drawn(of_entry(args.piece, known, args.seq, desk), size), args, words)


def _desk_of(known: Cited, station: str, host: str) -> Desk:
    """The station as its own log names it; goods and methods as the county has put them."""
    _, opened = known.entry(1)
    place = opened.name if isinstance(opened, Opened) and opened.name else station
    return _desk(load_words("zh"), place, host, known.packs())


def _desk(words: Words, place: str, host: str, packs: Packs) -> Desk:
    return Desk(words, place, host, packs.products, packs.methods)


def _in_chinese(desk: Desk) -> Desk:
    """The words of a certificate are the law's."""
    return replace(desk, words=load_words("zh"))


def _host(args: argparse.Namespace) -> str:
    """What stands in the links of codes; none where nobody says it."""
    if args.host is not None or args.place.is_dir():
        return args.host or ""
    return str(tomllib.loads(args.place.read_text("utf-8")).get("host", ""))


def _size(args: argparse.Namespace) -> str:
    """The one that was asked for, else the piece's first. What cannot be written is not drawn first."""
    if args.piece not in ALL:
        raise CitedError("no_piece", piece=args.piece, known=" ".join(ALL))
    sizes = ALL[args.piece]
    size: str = args.size or sizes[0]
    if size not in sizes:
        raise CitedError("no_size", piece=args.piece, size=size, known=" ".join(sizes))
    named(args.out)
    return size


def _out(pages: Pages, args: argparse.Namespace, words: Words) -> int:
    for file in write(pages, args.out, words.say(f"slips.piece.{args.piece}")):
        print(words.say("command.paper.told.done", file=file))
    return 0


def _guarded(run: Run) -> Run:
    """What people can put right is said in words."""

    def guarded(args: argparse.Namespace, words: Words) -> int:
        try:
            return run(args, words)
        except CitedError as wrong:
            _tell(words.say(f"command.paper.told.{wrong.code}", **wrong.facts))
            return 2 if wrong.code in USAGE else 1
        except PressError as wrong:
            _tell(words.say(wrong.sentence.key, **wrong.sentence.facts))
        except PaperError as wrong:
            _tell(words.say(f"problem.{wrong.code}", **wrong.facts))
        except NoRecord as wrong:
            _tell(words.say(f"problem.record_place.{wrong.code}", **wrong.facts))
        except PackError as wrong:
            _tell("\n".join(wrong.told(words)))
        except OSError as wrong:
            _tell(words.say("command.paper.told.refused", reason=file_told(wrong, words)))
        except (ValueError, ContractError, Unreadable) as wrong:
            _tell(words.say("command.paper.told.refused", reason=reason(wrong, words)))
        return 1

    return guarded


def _tell(sentence: str) -> None:
    print("\n".join(wrapped(sentence)), file=sys.stderr)
