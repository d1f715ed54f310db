"""`liangzheng profile import-csv`: a maker's table of registers as tables of a profile. What was not used is named."""

import argparse
import csv
import io
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from drivers.errors import ProfileError
from drivers.profile.sheet import MOST, exchanges, registers
from kiosk.words import LANGUAGES, Words, load_words

COLUMNS = ("number", "address", "table", "name", "type", "order", "scale", "unit")
ENCODINGS = ("utf-8-sig", "gb18030")  # as office programs in China save a table


def add(
    parts: "argparse._SubParsersAction[argparse.ArgumentParser]", shared: argparse.ArgumentParser, words: Words
) -> None:
    told, about = (words.say(f"command.profile.csv.{key}") for key in ("help", "about"))
    parser = parts.add_parser("import-csv", help=told, description=about, parents=[shared])
    parser.add_argument("file", type=Path, metavar="FILE", help=words.say("command.profile.csv.file"))
    parser.add_argument("--gap", type=int, default=0, metavar="N", help=words.say("command.profile.csv.gap"))
    most = words.say("command.profile.csv.most")
    parser.add_argument("--most", type=int, default=MOST, metavar="N", help=most)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, words: Words) -> int:
    """1 when no row at all could be used."""
    try:
        rows = list(_rows(args.file))
    except ProfileError as problem:
        print(words.say(f"problem.{problem.code}", **problem.facts), file=sys.stderr)
        return 1
    used, unused = registers(rows)
    for one in unused:
        why = words.say(f"command.profile.csv.unused.{one.reason}", value=one.value)
        print(words.say("command.profile.csv.line", line=one.line, why=why), file=sys.stderr)
    if used:
        print(exchanges(used, args.gap, max(1, min(args.most, MOST))), end="", flush=True)
    print(words.say("command.profile.csv.sum", used=len(used), unused=len(unused)), file=sys.stderr)
    if used:
        print(words.say("command.profile.csv.next"), file=sys.stderr)
    return 0 if used else 1


def _rows(file: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Line numbers are those of the file, as an editor shows them."""
    text = _text(file)
    head = text.splitlines()[0] if text.strip() else ""
    separator = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    columns = [_column(cell) for cell in next(reader, [])]
    if not {"number", "address"} & set(columns) or "type" not in columns:
        raise ProfileError("profile.sheet", file=file, found=head, known=", ".join(COLUMNS))
    for cells in reader:
        named = {name: cell for name, cell in zip(columns, cells, strict=False) if name}
        yield reader.line_num, named


def _text(file: Path) -> str:
    try:
        data = file.read_bytes()
    except OSError as absent:
        raise ProfileError("profile.unreadable", file=file) from absent
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ProfileError("profile.unreadable", file=file)


def _column(cell: str) -> str:
    """The column that a head cell names, in either language; "" for one that we do not use."""
    said = cell.strip().lower()
    for language in LANGUAGES:
        words = load_words(language)
        for name in COLUMNS:
            also = words.say(f"command.profile.csv.column.{name}").lower().split(",")
            if said == name or said in (one.strip() for one in also):
                return name
    return ""
