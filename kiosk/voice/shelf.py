"""Which sound is played for a prompt: the chosen pack's, else the placeholder's. Read anew when a folder changes."""

from dataclasses import dataclass
from pathlib import Path

from kiosk.voice.errors import VoiceError
from kiosk.voice.pack import KIND, NAME, Pack, open_pack
from kiosk.voice.placeholder import name_of


@dataclass(frozen=True, slots=True)
class Found:
    """`stamp` is another one for every other file of that name."""

    pack: str
    file: str
    stamp: str


class Shelf:
    """`chosen` is the pack that the station's configuration names; empty: none."""

    def __init__(self, folder: Path, chosen: str) -> None:
        self._folder = folder
        self._chosen = chosen
        self._open: dict[str, tuple[int, Pack]] = {}

    def found(self, key: str, language: str) -> Found | None:
        """The sound of a prompt; None where nobody ever spoke it."""
        for name in filter(None, (self._chosen, name_of(language))):
            pack = self._pack(name)
            file = None if pack is None or pack.head.language != language else pack.files.get(key)
            if file is not None and (stamp := _stamp(file)):
                return Found(name, file.name, stamp)
        return None

    def same_voice(self, own: str, general: str, language: str) -> bool:
        """There is a sound of `own`, and it is spoken by whoever would speak `general`."""
        found, instead = self.found(own, language), self.found(general, language)
        return found is not None and (instead is None or found.pack == instead.pack)

    def placeholder(self, language: str) -> bool:
        """The chosen pack does not speak this language, so that a computer does."""
        pack = self._pack(self._chosen) if self._chosen else None
        return pack is None or pack.head.placeholder or pack.head.language != language

    def file(self, pack: str, name: str) -> Path | None:
        """A sound by its place on the shelf. Nothing else of the disk can be named."""
        if not NAME.fullmatch(pack) or not NAME.fullmatch(name) or not name.endswith(KIND):
            return None
        file = self._folder / pack / name
        return file if file.is_file() and not file.is_symlink() else None

    def _pack(self, name: str) -> Pack | None:
        """As it is on the disk: a recording that was just kept is heard at once."""
        folder = self._folder / name
        try:
            changed = folder.stat().st_mtime_ns
            known = self._open.get(name)
            if known is None or known[0] != changed:
                known = self._open[name] = (changed, open_pack(folder))
        except (OSError, VoiceError):  # the technician's page and `liangzheng voice check` say why
            return None
        return known[1]


def _stamp(file: Path) -> str:
    try:
        state = file.stat()
    except OSError:
        return ""
    return f"{state.st_mtime_ns:x}"
