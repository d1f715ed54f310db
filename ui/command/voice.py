"""`liangzheng voice`: the packs of the screen's voice: list, missing, make, record, check, import, play."""

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from kiosk.pack import load_packs
from kiosk.voice.errors import VoiceError
from kiosk.voice.listed import listed
from kiosk.voice.pack import HEAD, Head, Pack, begun, kept, open_pack, packs, problems
from kiosk.voice.placeholder import made, name_of
from kiosk.voice.programs import decoded, encoded, play
from kiosk.voice.prompts import Prompt
from kiosk.voice.sound import opus_seconds, read_wav, trimmed
from kiosk.words import Words, languages, load_words
from ui.command.voice_folder import default_folder
from ui.command.voice_record import Booth, record


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> None:
    told = words.say("command.voice.help")
    parser = commands.add_parser("voice", help=told, description=told)
    parts = parser.add_subparsers(metavar=words.say("command.metavar"), required=True)
    _part(parts, "list", show_list, words)
    _pack(_part(parts, "missing", show_missing, words), words)
    making = _part(parts, "make", make, words)
    making.add_argument("--language", choices=languages(), help=words.say("command.voice.language"))
    _recording(_part(parts, "record", run_record, words), words)
    _pack(_part(parts, "check", check, words), words)
    taking = _part(parts, "import", take_in, words)
    _pack(taking, words)
    taking.add_argument("source", type=Path, metavar="DIR", help=words.say("command.voice.import.source"))
    _about(taking, words)
    playing = _part(parts, "play", run_play, words)
    _pack(playing, words)
    playing.add_argument("key", metavar="KEY", help=words.say("command.voice.play.key"))
    _device(playing, "out", words)


def _part(
    parts: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    run: Callable[[argparse.Namespace, Words], int],
    words: Words,
) -> argparse.ArgumentParser:
    told = words.say(f"command.voice.{name}.help")
    parser = parts.add_parser(name, help=told, description=told)
    parser.add_argument("--folder", type=Path, default=default_folder(), help=words.say("command.voice.folder"))
    parser.set_defaults(run=lambda args, words: _spoken_of(run, args, words))
    return parser


def _pack(parser: argparse.ArgumentParser, words: Words) -> None:
    parser.add_argument("pack", metavar="PACK", help=words.say("command.voice.pack"))


def _device(parser: argparse.ArgumentParser, name: str, words: Words) -> None:
    parser.add_argument(f"--{name}", default="", metavar="DEVICE", help=words.say(f"command.voice.record.{name}"))


def _about(parser: argparse.ArgumentParser, words: Words) -> None:
    """What a new pack says of itself."""
    parser.add_argument("--language", choices=languages(), default="zh", help=words.say("command.voice.language"))
    for name in ("title", "dialect", "by", "on", "licence"):
        parser.add_argument(f"--{name}", default="", help=words.say(f"command.voice.record.{name}"))


def _recording(parser: argparse.ArgumentParser, words: Words) -> None:
    _pack(parser, words)
    parser.add_argument("--from", dest="begin", default="", metavar="KEY", help=words.say("command.voice.record.from"))
    _device(parser, "device", words)
    _device(parser, "out", words)
    _about(parser, words)


def _spoken_of(run: Callable[[argparse.Namespace, Words], int], args: argparse.Namespace, words: Words) -> int:
    try:
        return run(args, words)
    except VoiceError as wrong:
        print(words.say(wrong.code, **wrong.facts), file=sys.stderr)
    except OSError as wrong:
        why = wrong.strerror or str(wrong)
        print(words.say("problem.voice.failed", program=wrong.filename or args.folder, why=why), file=sys.stderr)
    return 1


def prompts_of(language: str) -> Mapping[str, Prompt]:
    return listed(load_words(language), load_packs(texts=False))


def show_list(args: argparse.Namespace, words: Words) -> int:
    """1 when there is none."""
    found = packs(args.folder)
    for pack in found:
        wanted = prompts_of(pack.head.language)
        mark = words.say("command.voice.row_placeholder") if pack.head.placeholder else ""
        facts = {"name": pack.name, "title": pack.head.name, "recorded": len(pack.files.keys() & wanted.keys())}
        size = pack.size // 1000
        print(words.say("command.voice.row", **facts, prompts=len(wanted), kilobytes=size, mark=mark))
    if not found:
        print(words.say("command.voice.nothing"), file=sys.stderr)
    return int(not found)


def show_missing(args: argparse.Namespace, words: Words) -> int:
    """1 when anything is missing or was said with other words."""
    pack = _opened(args)
    wanted = prompts_of(pack.head.language)
    missing, changed = pack.missing(wanted), pack.changed(wanted)
    for name, some in (("gap", missing), ("stale", changed)):
        for prompt in some:
            print(words.say(f"command.voice.{name}", key=prompt.key, text=prompt.text))
    if missing or changed:
        print(words.say("command.voice.fallen", count=len(missing), pack=pack.name))
    else:
        print(words.say("command.voice.complete"))
    return int(bool(missing or changed))


def make(args: argparse.Namespace, words: Words) -> int:
    for language in (args.language,) if args.language else languages():
        count = sum(1 for _ in made(args.folder, language, prompts_of(language)))
        pack = open_pack(args.folder / name_of(language))
        print(words.say("command.voice.make.done", name=pack.name, count=count, kilobytes=pack.size // 1000))
    return 0


def run_record(args: argparse.Namespace, words: Words) -> int:
    """0 when everything is recorded, 1 when it was stopped before."""
    pack = begun(args.folder / args.pack, _head(args))
    wanted = prompts_of(pack.head.language)
    if args.begin and args.begin not in wanted:
        print(words.say("command.voice.known", key=args.begin), file=sys.stderr)
        return 1
    return record(pack, wanted, Booth(args.device, args.out, args.begin), words)


def check(args: argparse.Namespace, words: Words) -> int:
    pack = _opened(args)
    wrong = list(problems(pack, prompts_of(pack.head.language)))
    for one in wrong:
        print(words.say(one.code, **one.facts))
    if not wrong:
        print(words.say("command.voice.check.sound", recorded=len(pack.files), kilobytes=pack.size // 1000))
    return int(bool(wrong))


def take_in(args: argparse.Namespace, words: Words) -> int:
    """Every file of a folder, or none: a wrong one is named before anything is kept."""
    pack = begun(args.folder / args.pack, _head(args))
    wanted, sounds, wrong = prompts_of(pack.head.language), {}, []
    for file in sorted(args.source.iterdir()):
        try:
            prompt, opus = _taken(file, wanted)
            sounds[prompt] = opus
        except VoiceError as refused:
            wrong += [] if file.name.endswith(".toml") else [refused]
    for one in wrong:
        print(words.say(one.code, **one.facts), file=sys.stderr)
    if wrong:
        return 1
    for prompt, opus in sounds.items():
        pack = kept(pack, prompt, opus)
    print(words.say("command.voice.import.done", count=len(sounds)))
    return 0


def _taken(file: Path, wanted: Mapping[str, Prompt]) -> tuple[Prompt, bytes]:
    kind = file.suffix.lower()
    prompt = wanted.get(file.name.removesuffix(file.suffix))
    if prompt is None:
        raise VoiceError("problem.voice.key", file=file.name)
    data = file.read_bytes()
    if kind == ".wav":
        return prompt, encoded(trimmed(read_wav(data, file.name)))
    opus_seconds(data, file.name)
    return prompt, data


def run_play(args: argparse.Namespace, words: Words) -> int:
    pack = _opened(args)
    file = pack.files.get(args.key)
    if file is None:
        print(words.say("command.voice.known", key=args.key), file=sys.stderr)
        return 1
    play(decoded(file.read_bytes()), args.out)
    return 0


def _opened(args: argparse.Namespace) -> Pack:
    folder = args.folder / args.pack
    if not (folder / HEAD).is_file():
        known = ", ".join(pack.name for pack in packs(args.folder)) or "-"
        raise VoiceError("problem.voice.none", pack=args.pack, known=known)
    return open_pack(folder)


def _head(args: argparse.Namespace) -> Head:
    return Head(
        name=args.title or args.pack,
        language=args.language,
        dialect=args.dialect,
        recorded_by=args.by,
        recorded_on=args.on,
        licence=args.licence,
    )
