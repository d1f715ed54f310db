"""A pack of sounds: a folder with voice.toml (what it is), spoken.toml (the words said), and one file a prompt."""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from kiosk.config import ConfigError, load
from kiosk.durable import write_whole
from kiosk.voice.errors import VoiceError
from kiosk.voice.prompts import Prompt
from kiosk.voice.sound import opus_seconds

HEAD, SPOKEN, KIND = "voice.toml", "spoken.toml", ".opus"
MOST = 4_000_000  # bytes of a pack
LARGEST = 400_000  # bytes of one sound, two minutes
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,80}")
READABLE = 0o644  # who records is another user than the one that serves the screen


class Head(BaseModel):
    """voice.toml of a pack."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(min_length=1)
    language: str = Field(pattern=r"^[a-z]{2,8}$")
    dialect: str = ""
    recorded_by: str = ""
    recorded_on: str = ""
    licence: str = ""
    placeholder: bool = False


@dataclass(frozen=True, slots=True)
class Pack:
    """`files` by prompt; `spoken` are the words that each was recorded with, where that is known."""

    folder: Path
    head: Head
    files: Mapping[str, Path]
    spoken: Mapping[str, str]

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def size(self) -> int:
        return sum(file.stat().st_size for file in self.files.values())

    def missing(self, wanted: Mapping[str, Prompt]) -> list[Prompt]:
        return [one for key, one in wanted.items() if key not in self.files]

    def changed(self, wanted: Mapping[str, Prompt]) -> list[Prompt]:
        """Recorded with other words than stand in the word pack now."""
        there = (one for key, one in wanted.items() if key in self.files)
        return [one for one in there if self.spoken.get(one.key, one.text) != one.text]


def open_pack(folder: Path) -> Pack:
    """Raises VoiceError. What its files hold is looked at by `problems`."""
    try:
        head = load(folder / HEAD, Head)
    except ConfigError as wrong:
        why = "; ".join(f"{key}: {told}" for key, told in wrong.problems)
        raise VoiceError("problem.voice.head", folder=folder, why=why) from wrong
    files = {file.name.removesuffix(KIND): file for file in sorted(folder.iterdir()) if file.name.endswith(KIND)}
    return Pack(folder, head, files, _spoken(folder / SPOKEN))


def packs(folder: Path) -> list[Pack]:
    """Every readable pack of a folder of packs."""
    there = sorted(folder.iterdir()) if folder.is_dir() else []
    return [open_pack(one) for one in there if (one / HEAD).is_file()]


def problems(pack: Pack, wanted: Mapping[str, Prompt]) -> Iterator[VoiceError]:
    """Everything that is wrong with its files."""
    ours = {HEAD, SPOKEN}
    for file in sorted(pack.folder.iterdir()):
        if file.name in ours or file.name.startswith("."):
            continue
        if file.name.removesuffix(KIND) not in wanted or not file.name.endswith(KIND):
            yield VoiceError("problem.voice.key", file=file.name)
            continue
        try:
            opus_seconds(file.read_bytes(), file.name)
        except VoiceError as wrong:
            yield wrong
    if pack.size > MOST:
        yield VoiceError("problem.voice.large", kilobytes=pack.size // 1000, most=MOST // 1000)


def begun(folder: Path, head: Head) -> Pack:
    """A new pack, or the one that is there already."""
    if not (folder / HEAD).is_file():
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / HEAD, _toml(head.model_dump()).encode(), READABLE)
    return open_pack(folder)


def kept(pack: Pack, prompt: Prompt, opus: bytes) -> Pack:
    """With one more sound, whole on the disk before it is counted."""
    opus_seconds(opus, prompt.key)
    file = pack.folder / f"{prompt.key}{KIND}"
    write_whole(file, opus, READABLE)
    spoken = {**pack.spoken, prompt.key: prompt.text}
    write_whole(pack.folder / SPOKEN, _toml(spoken).encode(), READABLE)
    return Pack(pack.folder, pack.head, {**pack.files, prompt.key: file}, spoken)


def _spoken(file: Path) -> Mapping[str, str]:
    try:
        return {key: str(text) for key, text in tomllib.loads(file.read_text("utf-8")).items()}
    except (FileNotFoundError, ValueError):  # a folder that was recorded elsewhere has none
        return {}


def _toml(table: Mapping[str, object]) -> str:
    lines = (f"{json.dumps(key)} = {json.dumps(value, ensure_ascii=False)}" for key, value in table.items())
    return "".join(f"{line}\n" for line in lines)
