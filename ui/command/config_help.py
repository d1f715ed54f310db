"""What stands under `--help` of a program: every key of its configuration file, with its default and what it means."""

import json
from collections.abc import Iterator

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from kiosk.words import Words


def keys_told(program: str, model: type[BaseModel], words: Words) -> str:
    """Lines for argparse's epilog; `config.<program>.<key>` in the word packs says what a key means."""
    lines = [words.say("command.config.keys", program=program)]
    for key, field in fields(model):
        if not _tables(field):
            lines += [f"  {key}{_default(field, words)}", f"      {words.say(f'config.{program}.{key}')}"]
        else:
            lines += ["", f"  {_header(key, field)}  {words.say(f'config.{program}.{key}.table')}"]
    return "\n".join(lines)


def fields(model: type[BaseModel], place: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Every key with its path, a table before its own keys."""
    for name, field in model.model_fields.items():
        yield f"{place}{name}", field
        for table in _tables(field):
            yield from fields(table, f"{place}{name}.")


def _tables(field: FieldInfo) -> list[type[BaseModel]]:
    kinds = (field.annotation, *getattr(field.annotation, "__args__", ()))
    return [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)]


def _header(key: str, field: FieldInfo) -> str:
    return f"[[{key}]]" if isinstance(field.default, tuple) else f"[{key}]"


def _default(field: FieldInfo, words: Words) -> str:
    if field.is_required():
        return f"  ({words.say('command.config.required')})"
    return f" = {json.dumps(field.default, default=str, ensure_ascii=False)}"
