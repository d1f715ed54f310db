"""The checking program as it is handed out: its file, with the words of the packs in it. Nothing is installed."""

import json
from importlib import resources

from kiosk.words import LANGUAGES, load_words

EMPTY = "{}\n"
TABLE = f"WORDS: dict[str, dict[str, str]] = {EMPTY}"
SAID = ("verify.", "unit.", "basis.", "outcome.")  # the sentences that it can say
UNSAID = ("verify.proof.", "verify.check.", "unit.amount.", "unit.weighed.")


def written() -> str:
    """The whole program."""
    file = resources.files("kiosk.hand_out") / "check_certificate.py"
    before, found, after = file.read_text(encoding="utf-8").partition(TABLE)
    return f"{before}{found[: -len(EMPTY)]}{_table()}\n{after}"


def _table() -> str:
    table = {language: load_words(language).beginning(*SAID) for language in LANGUAGES}
    said = {
        language: {key: text for key, text in sentences.items() if not key.startswith(UNSAID)}
        for language, sentences in table.items()
    }
    return json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True)
