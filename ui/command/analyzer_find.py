"""`liangzheng analyzer find`: asks every socket who is there, and writes down what station.toml should say of it."""

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from drivers.binding import alike
from drivers.discovery import Answer, Look, Search, askable, find, safe
from drivers.errors import DeviceError
from drivers.ports import open_port
from drivers.profile.folder import shelf_with
from drivers.profile.form import Profile
from drivers.reading import Identity
from drivers.sockets import Socket, Usb, socket_at, sockets
from kiosk.words import Words
from ui.command.columns import table, wrapped


def add(parts: "argparse._SubParsersAction[argparse.ArgumentParser]", words: Words) -> None:
    told, about = (words.say(f"command.analyzer.find.{key}") for key in ("help", "about"))
    parser = parts.add_parser("find", help=told, description="\n".join(wrapped(about)))
    parser.add_argument(
        "--profile", action="append", metavar="ID", default=[], help=words.say("command.analyzer.find.profile")
    )
    parser.add_argument(
        "--port", action="append", metavar="WHERE", default=[], help=words.say("command.analyzer.find.port")
    )
    parser.add_argument(
        "--folder", type=Path, action="append", default=[], metavar="DIR", help=words.say("command.profile.folder")
    )
    parser.add_argument("--json", action="store_true", help=words.say("command.analyzer.find.json"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, words: Words) -> int:
    """0 when an instrument was recognised."""
    shelf = shelf_with(args.folder)
    try:
        wanted = [profile for name in args.profile or shelf.models() for profile in shelf.all_of(name)]
        everyone = tuple(shelf.find(name) for name in shelf.known())
    except DeviceError as problem:
        return complain(problem, words)
    places = [socket_at(where) for where in dict.fromkeys(args.port)] or list(sockets())
    named = bool(args.profile and args.port)  # a person who names both knows what hangs there
    asked = tuple(profile for profile in wanted if (askable(profile) if named else safe(profile)))
    _say_unasked([p for p in wanted if p not in asked] if args.profile else [], words)
    if named and not asked:
        return 1
    if not (places and asked):
        print(words.say(f"command.analyzer.find.{'no_question' if places else 'no_socket'}"), file=sys.stderr)
        return 1
    print(words.say("command.analyzer.find.asking", sockets=len(places), models=_models(asked)), file=sys.stderr)
    looks = list(find(places, Search(asked, open_port, everyone)))
    looks.sort(key=lambda look: places.index(look.socket))
    (_show_json if args.json else _show)(looks, words)
    return 0 if any(look.found for look in looks) else 1


def complain(problem: DeviceError, words: Words) -> int:
    print(sentence(problem, words), file=sys.stderr)
    return 1


def sentence(problem: DeviceError, words: Words) -> str:
    return words.say(f"problem.{problem.code}", **problem.facts)


def _models(profiles: Iterable[Profile]) -> int:
    return len({profile.id for profile in profiles})


def _say_unasked(left: Sequence[Profile], words: Words) -> None:
    for profile in left:
        mute = "speaks_first" if profile.link.initiative == "device" else "mute"
        why = "unsafe" if askable(profile) else mute
        told = words.say(f"command.analyzer.find.{why}", profile=profile.id, model=profile.device.model)
        print(told, file=sys.stderr)


def _show(looks: Sequence[Look], words: Words) -> None:
    head = [words.say(f"command.analyzer.find.column.{name}") for name in ("socket", "usb", "answer")]
    print(
        "\n".join(table([head, *([look.socket.where, _usb(look.socket.usb), _short(look, words)] for look in looks)]))
    )
    for look in looks:
        if look.problem is not None:
            print("\n".join(wrapped(f"{look.socket.where}: {sentence(look.problem, words)}")))
    found = _found(looks)
    if found:
        print(f"\n{words.say('command.analyzer.find.paste')}\n")
        print("\n\n".join(_lines(place, answer, found) for place, answer in found))
    for warning in _warnings(found, words):
        print("\n" + "\n".join(wrapped(warning)))


def _show_json(looks: Sequence[Look], words: Words) -> None:
    found = _found(looks)
    told = [_facts(look, words) | _pasted(look, found) for look in looks]
    print(json.dumps({"sockets": told, "warnings": _warnings(found, words)}, ensure_ascii=False, indent=1))


def _facts(look: Look, words: Words) -> dict[str, object]:
    usb, problem = look.socket.usb, look.problem
    adapter = {"ids": usb.ids, "serial": usb.serial, "maker": usb.maker, "name": usb.name} if usb else None
    place = {"socket": look.socket.where, "steady": look.socket.steady, "usb": adapter}
    if problem is not None:
        return {**place, "outcome": problem.code, "told": sentence(problem, words)}
    return {**place, "outcome": "found"}


def _pasted(look: Look, found: Sequence[tuple[Socket, Answer]]) -> dict[str, object]:
    answer = look.found
    if answer is None or answer.identity is None:
        return {}
    told = answer.identity
    names = ("profile", "revision", "vendor", "model", "firmware", "serial", "evidence")
    weak = answer.profile.identify is not None and answer.profile.identify.weak
    facts = {name: getattr(told, name) for name in names}
    return {**facts, "weak": weak, "toml": _lines(look.socket, answer, found)}


def _found(looks: Sequence[Look]) -> list[tuple[Socket, Answer]]:
    return [(look.socket, look.found) for look in looks if look.found is not None]


def _usb(usb: Usb | None) -> str:
    return "-" if usb is None else " ".join(part for part in (usb.ids, usb.maker, usb.name, usb.serial) if part)


def _short(look: Look, words: Words) -> str:
    if look.found is None or look.found.identity is None:
        return words.say("command.analyzer.find.none")
    return who_is(look.found.identity, words)


def who_is(who: Identity, words: Words) -> str:
    more = [(name, value) for name, value in (("firmware", who.firmware), ("serial", who.serial)) if value is not None]
    told = [words.say(f"command.analyzer.find.{name}", value=value) for name, value in more]
    return words.say("command.analyzer.find.join").join([f"{who.vendor} {who.model}", *told])


def _lines(place: Socket, answer: Answer, found: Sequence[tuple[Socket, Answer]]) -> str:
    """What to paste; instruments of one model are numbered."""
    model = answer.profile.device.model
    same = [other for other, of in found if of.profile.device.model == model]
    name = model if len(same) == 1 else f"{model} {same.index(place) + 1}"
    keys = {"name": name, "profile": answer.profile.id, "port": place.where}
    if answer.identity is not None and answer.identity.serial is not None:
        keys["serial"] = answer.identity.serial
    lines = (f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in keys.items())
    return "\n".join(["[[analyzer]]", *lines])


def _warnings(found: Sequence[tuple[Socket, Answer]], words: Words) -> list[str]:
    return list(dict.fromkeys(_cautions(found, words)))


def _cautions(found: Sequence[tuple[Socket, Answer]], words: Words) -> Iterator[str]:
    for place, answer in found:
        facts = {"port": place.where, "model": answer.profile.device.model}
        if answer.profile.identify is not None and answer.profile.identify.weak:
            yield words.say("command.analyzer.find.weak", **facts)
        if answer.profile.device.evidence == "documented":
            yield words.say("command.analyzer.provisional", model=facts["model"])
        if not place.steady:
            yield words.say("command.analyzer.find.unsteady", **facts)
    for one, other in alike(found):
        yield words.say("command.analyzer.find.alike", one=one.where, other=other.where)
