"""`liangzheng scan FILE…`: the scanner's own decoding on picture files, so that anybody can measure it."""

import argparse
import base64
import json
import sys
import time
from pathlib import Path

from drivers.errors import DeviceError
from drivers.scanner.codes.reader import read_still
from drivers.scanner.frames import gray_of, read_picture
from drivers.scanner.wire import Seen, text_of
from kiosk.words import Words


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> None:
    told = words.say("command.scan.help")
    parser = commands.add_parser("scan", help=told, description=told)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help=words.say("command.scan.file"))
    parser.add_argument("--thorough", action="store_true", help=words.say("command.scan.thorough"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, words: Words) -> int:
    """0 when every file was a readable picture, whether or not a code was in it."""
    results = [_scan(file, args.thorough, words) for file in args.files]
    return 0 if all(results) else 1


def _scan(file: Path, thorough: bool, words: Words) -> bool:
    try:
        gray = gray_of(read_picture(file))
    except DeviceError as problem:
        print(_shown(words.say(f"problem.{problem.code}", **problem.facts)), file=sys.stderr)
        return False
    began = time.perf_counter()
    codes = read_still(gray, thorough)
    took = round((time.perf_counter() - began) * 1000, 1)
    for code in codes or (None,):
        print(_shown(json.dumps({"file": str(file), **_told(code), "ms": took}, ensure_ascii=False)), flush=True)
    return True


def _shown(line: str) -> str:
    """What a terminal would obey, reverse or replace is written as JSON may write it: `\\u202e`, `\\udcff`."""
    charset = sys.stdout.encoding or "ascii"
    return "".join(sign if _harmless(sign, charset) else json.dumps(sign)[1:-1] for sign in line)


def _harmless(sign: str, charset: str) -> bool:
    try:
        return sign.isprintable() and sign.encode(charset) is not None
    except UnicodeEncodeError:
        return False


def _told(code: Seen | None) -> dict[str, str | None]:
    if code is None:
        return {"text": None, "bytes": None, "symbology": None, "decoder": None}
    return {
        "text": text_of(code.data),
        "bytes": base64.b64encode(code.data).decode("ascii"),
        "symbology": code.symbology,
        "decoder": code.decoder,
    }
