"""Whose log a new log continues: predecessor.json, beside the key, written before the old one is put aside."""

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from kiosk.trust import Broken

FILE = "predecessor.json"


@dataclass(frozen=True, slots=True)
class Predecessor:
    """The old log (key id), how far the county's newest receipt covered it, and the root there (SHA-256, hex).

    Without a receipt 0 and an empty root; the root is empty too when only the county knows how far it has come.
    """

    log: str
    through: int
    root: str

    def bytes(self) -> bytes:
        return json.dumps(asdict(self), indent=1).encode() + b"\n"


def read_predecessor(keys: Path) -> Predecessor | None:
    """None when the folder of the keys names none. Raises Broken."""
    file = keys / FILE
    try:
        found = Predecessor(**json.loads(file.read_bytes()))
        log = re.fullmatch("[0-9a-f]{32}", found.log)
        root = re.fullmatch("([0-9a-f]{64})?", found.root)
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, RecursionError) as wrong:
        raise Broken(f"{file}: does not name a predecessor: {wrong}") from wrong
    if log is None or root is None or not isinstance(found.through, int) or found.through < 0:
        raise Broken(f"{file}: does not name a predecessor")
    return found
