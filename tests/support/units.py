"""Reads systemd/: units, users, folders. Values only; what is right about them is said by tests/systemd."""

from dataclasses import dataclass
from pathlib import Path

SYSTEMD = Path(__file__).resolve().parents[2] / "systemd"


@dataclass(frozen=True, slots=True)
class Unit:
    """`lines` are (key, value) pairs in their order, of all sections."""

    name: str
    lines: tuple[tuple[str, str], ...]

    def all(self, key: str) -> list[str]:
        return [value for found, value in self.lines if found == key]

    def one(self, key: str) -> str:
        """The value in force: the last one; empty when it is not set."""
        return (self.all(key) or [""])[-1]

    def words(self, key: str) -> list[str]:
        return [word for value in self.all(key) for word in value.split()]

    def groups(self) -> frozenset[str]:
        return frozenset((self.one("Group"), *self.words("SupplementaryGroups")))


@dataclass(frozen=True, slots=True)
class Folder:
    path: str
    mode: int
    user: str
    group: str


def units() -> list[Unit]:
    """Programs: what runs all the time."""
    return [_unit(file) for file in sorted(SYSTEMD.glob("*.service")) if "@" not in file.name]


def jobs() -> list[Unit]:
    """What is started for one thing, such as a stick, and ends."""
    return [_unit(file) for file in sorted(SYSTEMD.glob("*@.service"))]


def unit(program: str) -> Unit:
    return _unit(SYSTEMD / f"liangzheng-{program}.service")


def made_here(kind: str) -> frozenset[str]:
    """Names that the sysusers file makes: kind `u` users, kind `g` groups (a user brings its group)."""
    lines = [line.split() for line in _lines(SYSTEMD / "liangzheng.sysusers")]
    return frozenset(words[1] for words in lines if words[0] in ("u", kind))


def folders() -> list[Folder]:
    rows = [line.split() for line in _lines(SYSTEMD / "liangzheng.tmpfiles")]
    return [Folder(path, int(mode, 8), user, group) for _, path, mode, user, group, _ in rows]


def _unit(file: Path) -> Unit:
    pairs = (line.partition("=") for line in _lines(file) if "=" in line)
    return Unit(file.stem.removeprefix("liangzheng-"), tuple((key.strip(), value.strip()) for key, _, value in pairs))


def _lines(file: Path) -> list[str]:
    kept = (line.partition(" #")[0].strip() for line in file.read_text("utf-8").splitlines())
    return [line for line in kept if line and not line.startswith("#")]
