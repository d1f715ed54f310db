"""Every word that a person reads lies in the packs, in both languages, with the same blanks; every key said exists."""

import ast
import re
import string
from collections.abc import Iterable, Iterator
from functools import cache

import pytest
from jinja2 import Environment, nodes

from kiosk.clock import ClockState
from kiosk.rules.messages import (
    ACT_KINDS,
    ENTRY_KINDS,
    ORDER_KINDS,
    Basis,
    Outcome,
    Presence,
    PrintOutcome,
    SampleType,
    Scene,
)
from kiosk.rules.visits.turn import Stage
from kiosk.words import Words, load_words
from tests.house.sources import ROOT, Source, called, sources, texts

HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")  # words, not punctuation
KEY = re.compile(r"[a-z_]+(\.[a-z0-9_-]+)+\.?")
FILE = re.compile(r".*\.(key|pem|toml|html|js|css|db|conf|json|new|sock|seg|txt|png)")
SPEAKERS = {"say", "once", "tell", "_tell", "_say"}  # their first word is a key
CODED = {
    "LinkError", "FrameError", "Refused", "ProfileError", "EnrolmentError", "OfficeError", "Unusable", "OutOfTurn",
    "PrivateError", "BundleError",
}  # fmt: skip

# what looks like a key and is none
OTHER_NAMES = {
    *ACT_KINDS, *ENTRY_KINDS, *ORDER_KINDS,
    "http.response.start", "http.response.body",  # ASGI
    "identify.exchange", "identify.firmware", "read.doc", "run.exchange",  # keys of a profile
    "xinping.liangzheng.example",
    "reagent.lot",  # a member of a body
    "training.invalid",  # a host, RFC 2606
    "reagent.used",  # a row of the tables of work
}  # fmt: skip

# lists whose members the pages name; every member needs its word
LISTS: dict[str, Iterable[str]] = {
    "outcome": Outcome, "basis": Basis, "sample_type": SampleType, "scene": Scene, "visit.stage": Stage,
    "county.presence": Presence, "county.print": PrintOutcome, "county.clock": ClockState, "county.kind": ENTRY_KINDS,
    "screen.tech.clock_state": ClockState,
}  # fmt: skip


@cache
def words(language: str) -> Words:
    return load_words(language)


def keys() -> frozenset[str]:
    return frozenset(words("zh")._sentences)


def blanks(text: str) -> set[str]:
    return {re.split(r"[.\[]", name)[0] for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def known(pattern: str) -> bool:
    """Whether a key fits; `*` stands for what is filled in at run time. A problem may leave out its `problem.`."""
    fitting = re.compile(re.escape(pattern).replace(r"\*", ".+"))
    return any(fitting.fullmatch(key) or fitting.fullmatch(key.removeprefix("problem.")) for key in keys())


def pattern_of(value: ast.expr) -> str | None:
    """The key that an expression gives; None when it comes from elsewhere."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return value.value
    if isinstance(value, ast.JoinedStr):
        parts = (part.value if isinstance(part, ast.Constant) else "*" for part in value.values)
        return "".join(str(part) for part in parts)
    return None


def spoken(source: Source) -> Iterator[tuple[ast.Call, str]]:
    """Calls that say something, with the key or its pattern."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and node.args:
            name = called(node).rpartition(".")[2]
            place = 1 if name in ("once", "_problem") and len(node.args) > 1 else 0
            pattern = pattern_of(node.args[place])
            if pattern is not None and (name in SPEAKERS | CODED or name == "Sentence"):
                yield node, pattern


def test_both_languages_have_the_same_keys() -> None:
    assert sorted(keys() ^ words("en")._sentences.keys()) == []


def test_both_languages_have_the_same_blanks() -> None:
    zh, en = words("zh")._sentences, words("en")._sentences
    assert [key for key in sorted(keys()) if blanks(zh[key]) != blanks(en[key])] == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_sentence_is_empty(language: str) -> None:
    assert [key for key, text in words(language)._sentences.items() if not text.strip()] == []


def test_english_is_english() -> None:
    """But for the name of the house and the button that leads to Chinese."""
    mixed = {key for key, text in words("en")._sentences.items() if HAN.search(text)}
    assert mixed == {"county.tongue_zh", "screen.name"}


def test_every_key_said_in_code_exists() -> None:
    missing = [
        f"{source.at(node)} says {pattern!r}, which no pack has"
        for source in sources()
        for node, pattern in spoken(source)
        if "." in pattern and not known(pattern) and not known(f"*.{pattern}")
    ]
    assert missing == []


def test_every_text_that_looks_like_a_key_is_one() -> None:
    """Catches keys that travel as values: reasons, labels, problems of a device."""
    rooms = {key.partition(".")[0] for key in keys()} | {
        key.split(".")[1] for key in keys() if key.startswith("problem.")
    }
    unknown = [
        f"{source.at(text)} has {text.value!r}, which is no key"
        for source in sources()
        for text in texts(source.tree)
        if KEY.fullmatch(str(text.value))
        and str(text.value).partition(".")[0] in rooms
        and not is_name(str(text.value))
    ]
    assert unknown == []


def is_name(text: str) -> bool:
    """A key, the beginning of some, the end of some, or a name of something else."""
    if text in OTHER_NAMES or FILE.fullmatch(text) or (ROOT / text.replace(".", "/")).exists():
        return True
    if (ROOT / (text.replace(".", "/") + ".py")).exists():
        return True
    ends = text if text.endswith((".", "_")) else f"{text}."
    return known(text) or known(f"{ends}*") or known(f"*.{text}")


def test_every_blank_is_filled() -> None:
    """Where the key is literal and the facts are named on the spot."""
    unfilled = []
    for source in sources():
        for node, key in spoken(source):
            if called(node).rpartition(".")[2] == "say" and key in keys() and all(word.arg for word in node.keywords):
                left = blanks(words("zh")._sentences[key]) - {word.arg for word in node.keywords}
                unfilled += [f"{source.at(node)}: {key} needs {', '.join(sorted(left))}"] if left else []
    assert unfilled == []


def said_in_pages() -> Iterator[tuple[str, nodes.Call]]:
    environment = Environment(autoescape=True)
    for file in sorted((ROOT / "ui").glob("*/templates/**/*.html")):
        for call in environment.parse(file.read_text("utf-8")).find_all(nodes.Call):
            if getattr(call.node, "name", getattr(call.node, "attr", "")) == "say" and call.args:
                yield f"{file.relative_to(ROOT)}:{call.lineno}", call


def page_pattern(value: nodes.Expr) -> str:
    match value:
        case nodes.Const(value=text):
            return str(text)
        case nodes.Concat(nodes=parts):
            return "".join(page_pattern(part) for part in parts)
        case nodes.Add(left=left, right=right):
            return page_pattern(left) + page_pattern(right)
    return "*"


def test_every_key_said_on_a_page_exists_and_is_filled() -> None:
    wrong = []
    for place, call in said_in_pages():
        pattern = page_pattern(call.args[0])
        if not known(pattern):
            wrong.append(f"{place} says {pattern!r}, which no pack has")
        elif pattern in keys() and call.dyn_kwargs is None:
            left = blanks(words("zh")._sentences[pattern]) - {word.key for word in call.kwargs}
            wrong += [f"{place}: {pattern} needs {', '.join(sorted(left))}"] if left else []
    assert wrong == []


def test_pages_speak() -> None:
    assert len(list(said_in_pages())) > 100


@pytest.mark.parametrize("family", LISTS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_member_of_a_list_has_its_word(family: str, language: str) -> None:
    wanted = [f"{family}.{member}" for member in LISTS[family]]
    assert [key for key in wanted if not words(language).knows(key)] == []


def chinese(source: Source) -> list[str]:
    return [f"{source.at(text)}: {text.value!r}" for text in texts(source.tree) if HAN.search(str(text.value))]


def test_no_chinese_stands_in_code() -> None:
    assert [place for source in sources() for place in chinese(source)] == []


def test_no_chinese_stands_in_pages_or_scripts() -> None:
    files = [file for kind in ("html", "js") for file in (ROOT / "ui").rglob(f"*.{kind}") if "vendor" not in file.parts]
    assert [str(file.relative_to(ROOT)) for file in files if HAN.search(file.read_text("utf-8"))] == []


def test_the_checks_themselves_bite() -> None:
    spoilt = Source("kiosk/x.py", ast.parse('words.say("problem.nowhere.x"); words.say(f"nowhere.{x}"); y = "蔬菜"'))
    assert [known(pattern) for _, pattern in spoken(spoilt)] == [False, False]
    assert len(chinese(spoilt)) == 1
