"""Profiles from files: read, merge with the parent, find, digest. One that contradicts itself is not handed out.

A folder holds `<maker>-<model>/<firmware>.toml`, its `.golden` and, if you like, a `.md`.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import rfc8785
from pydantic import ValidationError

from drivers.errors import ProfileError
from drivers.profile.contradictions import contradictions
from drivers.profile.extend import extended
from drivers.profile.form import Profile
from drivers.profile.patterns import unreadable
from drivers.profile.references import lost
from drivers.profile.table import nearest

TAGS = {
    "read", "write", "pdu", "hear", "next", "ask", "framed", "line", "fixed", "silence", "astm", "is", "in", "clear",
    "between", "near", "operator", "wait_s", "run", "inhibition", "log_ratio", "delta", "linear", "split", "pattern",
    "tagged", "grid", "slip", "segments",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shelf:
    """One or more folders of profiles; the first that has a name wins."""

    roots: tuple[Traversable, ...]

    def known(self) -> tuple[str, ...]:
        """`id/firmware` of every profile."""
        return tuple(
            sorted({f"{model.name}/{file.name[:-5]}" for model in self._models() for file in _profiles(model)})
        )

    def models(self) -> dict[str, tuple[str, ...]]:
        """id → its `id/firmware` names."""
        ids = sorted({name.split("/")[0] for name in self.known()})
        return {id_: tuple(name for name in self.known() if name.split("/")[0] == id_) for id_ in ids}

    def place(self, profile_id: str, suffix: str = ".toml") -> Traversable:
        """The profile's file, or another one beside it. By `id` where the model has one file, else by `id/firmware`."""
        chosen = [name for name in self.known() if profile_id in (name, name.split("/")[0])]
        if len(chosen) > 1:
            raise ProfileError("profile.several", name=profile_id, known=", ".join(chosen))
        if not chosen:
            known = [*self.models(), *self.known()]
            raise ProfileError("profile.unknown", name=profile_id, nearest=nearest(profile_id, known))
        model, firmware = chosen[0].split("/")
        of_model = [root / model for root in self.roots if (root / model / f"{firmware}.toml").is_file()]
        return of_model[0] / f"{firmware}{suffix}"

    def find(self, profile_id: str) -> Profile:
        """Raises the first of its faults."""
        return self.load(self.place(profile_id))

    def all_of(self, model_id: str) -> tuple[Profile, ...]:
        """Every file of a model, or the one file that is named."""
        return tuple(self.find(name) for name in self.models().get(model_id, (model_id,)))

    def load(self, file: Traversable) -> Profile:
        """Raises the first of `faults`; its facts name file, path in it and, where there is one, the nearest word."""
        for fault in self.faults(file):
            raise fault
        return self._parse(file)

    def faults(self, file: Traversable) -> list[ProfileError]:
        """Everything wrong with a profile file."""
        try:
            profile = self._parse(file)
        except ProfileError as broken:
            return [broken]
        except ValidationError as invalid:
            return [_fault(named(file), error) for error in invalid.errors()]
        found = list(unreadable(profile)) or list(lost(profile)) or list(contradictions(profile))
        return [ProfileError(code, file=named(file), path=path, **facts) for code, path, facts in found]

    def resolved(self, file: Traversable) -> dict[str, Any]:
        """The file's tables with those of its parent, patches applied."""
        return extended(_tables(file), self._parent, named(file))

    def _parse(self, file: Traversable) -> Profile:
        return Profile.model_validate(self.resolved(file))

    def _parent(self, profile_id: str) -> Mapping[str, Any]:
        return _tables(self.place(profile_id))

    def _models(self) -> list[Traversable]:
        return [entry for root in self.roots for entry in _entries(root) if entry.is_dir()]


def shipped() -> Shelf:
    return Shelf((files("firmware_profiles"),))


def shelf_with(folders: Sequence[Path]) -> Shelf:
    """The shipped profiles behind those of other folders: a profile of one's own comes before ours of the same name."""
    return Shelf((*folders, *shipped().roots))


def find(profile_id: str) -> Profile:
    return shipped().find(profile_id)


def known() -> tuple[str, ...]:
    return shipped().known()


def digest(profile: Profile) -> str:
    """SHA-256 of the canonical JSON of what the resolved profile says; a new key of the form changes no old digest."""
    return sha256(rfc8785.dumps(flat(profile))).hexdigest()


def flat(profile: Profile) -> dict[str, Any]:
    """What the resolved profile says, for JSON; numbers with a point are strings. Waivers describe no device."""
    return profile.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"waived"})


def _entries(root: Traversable) -> list[Traversable]:
    try:
        return list(root.iterdir())
    except OSError as absent:
        raise ProfileError("profile.unreadable", file=root) from absent


def _profiles(model: Traversable) -> list[Traversable]:
    return [file for file in model.iterdir() if file.name.endswith(".toml")]


def named(file: Traversable) -> str:
    return "/".join(str(file).split("/")[-2:])


def _tables(file: Traversable) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"), parse_float=Decimal)
    except (OSError, UnicodeDecodeError) as broken:
        raise ProfileError("profile.unreadable", file=named(file)) from broken
    except (ValueError, ArithmeticError, RecursionError) as broken:  # no TOML, or a number without end
        raise ProfileError("profile.syntax", file=named(file), detail=str(broken)) from broken


def _fault(file: str, error: Any) -> ProfileError:
    path = ".".join(str(part) for part in error["loc"] if part not in TAGS) or "-"
    if error["type"] in ("key", "word"):
        return ProfileError(f"profile.{error['type']}", file=file, path=path, **error["ctx"])
    if error["type"] == "missing":
        return ProfileError("profile.missing", file=file, path=path)
    shown = re.sub(r"Decimal\('([^']*)'\)", r"\1", str(error["input"]))[:80]
    return ProfileError("profile.value", file=file, path=path, value=shown, detail=error["msg"])
