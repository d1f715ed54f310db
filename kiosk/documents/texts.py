"""What every field holds and every listed word means, from fields.toml; of a body and a part its own docstring."""

import inspect
import tomllib
from dataclasses import dataclass
from importlib import resources

from kiosk.documents.errors import Untold

ANY = "any"


@dataclass(frozen=True, slots=True)
class Texts:
    tables: dict[str, dict[str, str]]

    def field(self, kind: str, name: str) -> str:
        """Raises Untold."""
        for table in (kind, ANY):
            if name in self.tables.get(table, {}):
                return self.tables[table][name]
        raise Untold(f"{kind}.{name} has no text in kiosk/documents/fields.toml")

    def words(self, kind: str, names: list[str]) -> str:
        """All words of a list with their meaning. Raises Untold."""
        return "; ".join(f"{name}: {self.field(kind, name)}" for name in names)


def load_texts() -> Texts:
    return Texts(tomllib.loads((resources.files("kiosk.documents") / "fields.toml").read_text("utf-8")))


def about(of: type) -> str:
    """The docstring in one paragraph."""
    return " ".join((inspect.getdoc(of) or "").split())
