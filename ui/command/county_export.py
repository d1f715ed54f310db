"""`liangzheng county export`: a station's log, or the office's own, out of the county, for `liangzheng audit`."""

import argparse
import base64
import shlex
from contextlib import closing
from datetime import date
from pathlib import Path
from zipfile import is_zipfile

from kiosk.trust import read_key, read_trust
from kiosk.words import Words
from ui.county.database import DatabaseError, open_reader
from ui.county.exporting import Maker, Part, parts_of, take_out
from ui.county.office import CountyConfig, OfficeError, no_database, read_county
from ui.county.page_keys import office_key

SHOWN = 16  # digits of a log's id in the name of a file


def describe(parts: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> argparse.ArgumentParser:
    def said(name: str) -> str:
        return words.say(f"command.county.export.{name}")

    parser = parts.add_parser("export", help=said("help"), description=said("about"))
    parser.add_argument("folder", type=Path, metavar="FOLDER", help=words.say("command.county.folder"))
    parser.add_argument("station", metavar="STATION", help=said("station"))
    parser.add_argument("out", type=Path, metavar="OUT", help=said("out"))
    parser.add_argument("--from", dest="since", metavar="DAY", help=said("since"))
    parser.add_argument("--to", dest="until", metavar="DAY", help=said("until"))
    parser.add_argument("--log", default="", metavar="LOG", help=said("log"))
    return parser


def run_export(args: argparse.Namespace, words: Words) -> int:
    since, until = _day(args.since), _day(args.until)
    config = read_county(args.folder)
    maker = Maker(read_trust(config.folder / "trust.json"), read_key(office_key(config.folder)))
    try:
        files = _written(config, maker, args, (since, until), words)
    except DatabaseError as wrong:
        raise no_database(wrong) from wrong
    root = base64.b64encode(maker.trust.root).decode()
    print(words.say("office.export_audit", files=" ".join(shlex.quote(str(file)) for file in files), root=root))
    return 0


def _written(
    config: CountyConfig, maker: Maker, args: argparse.Namespace, days: tuple[date | None, date | None], words: Words
) -> list[Path]:
    with closing(open_reader(config.memory)) as sql:
        parts = parts_of(sql, args.station, *days, args.log)
        files = _files(args.out, parts)
        for file, part in zip(files, parts, strict=True):
            done = take_out(sql, maker, part, file)
            receipted = max(0, min(done.confirmed, done.last) - done.first + 1)
            facts = {"count": done.last - done.first + 1, "receipted": receipted, "log": part.log[:SHOWN]}
            print(words.say("office.exported", file=file, first=done.first, last=done.last, **facts))
    return files


def _files(out: Path, parts: list[Part]) -> list[Path]:
    """One for each part; in a folder each has a name. Raises OfficeError for what would be written over."""
    if out.is_dir():
        files = [out / f"{part.station}-{part.log[:SHOWN]}.zip" for part in parts]
    elif len(parts) > 1:
        raise OfficeError("office.export_several", logs=", ".join(part.log[:SHOWN] for part in parts))
    else:
        files = [out]
    for file in files:
        if file.exists() and not (file.is_file() and is_zipfile(file)):  # a device has no end
            raise OfficeError("office.export_other", file=file)
    return files


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as wrong:
        raise OfficeError("office.export_day", day=text) from wrong
