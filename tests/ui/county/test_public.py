"""The feed tells what its list says and no person; every kind has a line and a page, and some keep their content."""

import json
import re
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args, get_type_hints

import httpx
import pytest

from kiosk.clock import Clock
from kiosk.documents import written
from kiosk.documents.texts import load_texts
from kiosk.enrolment import TrustFile, install
from kiosk.rules.messages import ENTRY_KINDS
from kiosk.words import load_words
from tests.kiosk.documents.drawn import filled
from tests.kiosk.documents.foreign import Python
from tests.support.bodies import START
from tests.ui.county.conftest import Desk
from ui.county.acceptance import Acceptance, Files
from ui.county.blobs import Blobs
from ui.county.feed import event, is_told
from ui.county.orders import Orders
from ui.county.public import FOR_ROLES, OTHERWISE, PERSON, PUBLIC, SEALED_OFF, WITHHELD, Fields
from ui.county.witness import Witness

ZH = load_words("zh")


def reason(kind: str, member: str) -> str | None:
    return WITHHELD.get(f"{kind}.{member}", WITHHELD.get(member))


def levels() -> list[tuple[str, Any, Fields]]:
    """Every object that the feed tells of: a body, or a part in one, with its public members."""
    found: list[tuple[str, Any, Fields]] = []
    for kind, members in PUBLIC.items():
        body = ENTRY_KINDS[kind]
        found.append((kind, body, members))
        hints = get_type_hints(body)
        parts = [((get_args(hints[name]) or (hints[name],))[0], inner) for name, inner in members.items() if inner]
        found += [(part.__name__, part, inner) for part, inner in parts]
    return found


def test_every_member_is_public_or_says_why_not() -> None:
    untold, doubtful = [], []
    for name, of, public in levels():
        for field in fields(of):
            why = None if f"{name}.{field.name}" in OTHERWISE else reason(name, field.name)
            if field.name not in public and why is None:
                untold.append(f"{name}.{field.name}")
            if field.name in public and why is not None:
                doubtful.append(f"{name}.{field.name}: {why}")
    assert (untold, doubtful) == ([], [])


def test_the_lists_name_nothing_that_is_not() -> None:
    names = {field.name for body in ENTRY_KINDS.values() for field in fields(body)}
    parts = {field.name for _, of, _ in levels() for field in fields(of)}
    assert {name.rpartition(".")[2] for name in WITHHELD} - names - parts == set()
    assert {name for _, of, public in levels() for name in public} <= names | parts
    assert SEALED_OFF.keys() <= ENTRY_KINDS.keys()
    assert SEALED_OFF.keys() >= FOR_ROLES
    assert SEALED_OFF.keys() | PUBLIC.keys() == ENTRY_KINDS.keys()


def shown(desk: Desk, kind: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(event(desk.box.write(filled(kind)), "gasa"))
    return told


@pytest.mark.parametrize("kind", PUBLIC)
def test_no_person_travels(kind: str, desk: Desk) -> None:
    """Every free text of the body is its own path; those in the event are the public ones and no others."""
    texts = re.findall(r"<([a-z_.]+)>", json.dumps(shown(desk, kind)["data"]))
    allowed = {f".{name}" for name in PUBLIC[kind]} | {
        f".{name}.{inner}" for name, members in PUBLIC[kind].items() for inner in members
    }
    assert set(texts) <= allowed
    private = {name for name, why in WITHHELD.items() if why == PERSON}
    assert [text for text in texts if text.rpartition(".")[2] in private] == []


@pytest.mark.parametrize("kind", PUBLIC)
def test_events_fit_their_schema(kind: str, desk: Desk) -> None:
    name = f"feed.{kind}"
    told = shown(desk, kind)
    assert Python({name: written.schema(name, load_texts(), PUBLIC)}).takes(name, told)
    assert told["data"].keys() == PUBLIC[kind].keys()


def acceptance(desk: Desk, tmp_path: Path) -> Acceptance:
    install(tmp_path / "trust.json", desk.county.trust.bytes())
    trust = TrustFile(tmp_path / "trust.json")
    witness = Witness(tmp_path / "witness", "liangzheng/530427/witness", desk.county.witness)
    files = Files(trust, witness, Orders(tmp_path), Blobs(tmp_path / "blobs"))
    return Acceptance(desk.database, files, Clock(START), lambda *_, **__: None)


def test_what_is_sealed_off_has_no_event_and_holds_nothing_up(desk: Desk, tmp_path: Path) -> None:
    intake = acceptance(desk, tmp_path)
    quiet = [desk.box.write(filled("advice")) for _ in range(5)]
    desk.take(*quiet)
    assert intake.feed(2) == []
    after = desk.box.write(filled("tube.bound"))
    desk.take(after, desk.box.write(filled("objection")))
    told = intake.feed(2)
    assert [entry.header.seq for entry, _ in told] == [after.header.seq]
    intake.fed([after])
    assert intake.feed(2) == []
    assert desk.database.unpublished(10) == []


def test_a_kind_of_tomorrow_is_told_without_its_content(desk: Desk) -> None:
    told = json.loads(event(desk.box.write_raw("of.tomorrow", {"name": "x"}), "gasa"))
    assert (told["type"], told["data"]) == ("cn.liangzheng.of.tomorrow.1", {})
    assert is_told("of.tomorrow")


def test_every_kind_has_a_line_and_a_page(desk: Desk, web: httpx.Client) -> None:
    entries = [desk.box.write(filled(kind)) for kind in ENTRY_KINDS]
    desk.take(*entries)
    page = web.get("/").text
    own = {"test", "certificate", "incident", "log.opened", "order.done", "observation", "gate.check"}  # other words
    for kind in ENTRY_KINDS.keys() - own:
        if kind not in ("print", "reprint"):  # these change the line of their certificate
            assert ZH.say(f"county.kind.{kind}") in page, kind
    for entry in entries:
        answer = web.get(f"/entry/{entry.header.log}/{entry.header.seq}")
        assert answer.status_code == 200, entry.header.kind
        assert ZH.say(f"county.kind.{entry.header.kind}") in answer.text


def test_advice_is_proved_and_not_shown(desk: Desk, web: httpx.Client) -> None:
    body = filled("advice")
    entry = desk.box.write(body)
    desk.take(entry)
    page = web.get(f"/entry/{entry.header.log}/1").text
    assert ZH.say("county.entry.sealed_off") in page
    assert ZH.say("county.entry.all_held") in page
    proof = web.get(f"/entry/{entry.header.log}/1/proof.json").json()
    assert (proof["envelope"]["body"], proof["envelope"]["salt"]) == (None, None)
    for text in (page, web.get("/").text, json.dumps(proof)):
        assert "&lt;.plot&gt;" not in text
        assert "<.plot>" not in text
