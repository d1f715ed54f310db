"""What a phone sends: kept once, by its own account, with pictures drawn anew; what is wrong is told field by field."""

import hashlib
import io
from contextlib import closing
from dataclasses import replace
from html import unescape
from http.client import HTTPConnection

import httpx
import pytest
from PIL import Image

from kiosk.rules.messages import FieldNoted
from kiosk.rules.scan.numbers import CROCKFORD
from kiosk.seal import link
from kiosk.words import load_words
from tests.support.bodies import FARMER, HOST, a_test
from tests.ui.county.conftest import DEADLINE, Desk
from tests.ui.county.field.conftest import AT, ID, LINES, OWN, Phone, gate, jpeg, patrol, sample
from ui.county import pictures
from ui.county.acted import Acted
from ui.county.field.sample_code import sample_code
from ui.county.migration import open_reader

ZH = load_words("zh")
TOWN, OTHER = "530427100", "530427101"
GPS = Image.Exif()
GPS[0x010F] = "maker of the phone"
GPS.get_ifd(0x8825)[2] = (24.0, 4.0, 0.0)


def say(key: str, **facts: object) -> str:
    return ZH.say(f"county.field.{key}", **facts)


def noted(desk: Desk) -> list[FieldNoted]:
    """Every note of the county's own log, oldest first."""
    with closing(open_reader(desk.file)) as sql:
        deeds = Acted(sql).page().deeds
    return [one.act for one in reversed(deeds) if isinstance(one.act, FieldNoted)]


def blobs(desk: Desk) -> list[bytes]:
    folder = desk.accounts.desks.folder / "blobs"
    return [file.read_bytes() for file in sorted(folder.glob("*/*"))]


def problems(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code in (409, 413, 422), answer.text
    told = answer.json()
    assert told["kept"] is False
    return dict(told["problems"])


def test_a_note_is_kept_once_however_often_it_is_sent(desk: Desk, phone: Phone) -> None:
    first = phone.send(patrol(), ("picture", jpeg()))
    assert first.status_code == 200, first.text
    assert first.json() == {"kept": True, "id": ID, "seq": first.json()["seq"]}
    for _ in range(3):
        assert phone.send(patrol(), ("picture", jpeg())).json() == first.json()
    (note,) = noted(desk)
    assert (note.id, note.by, note.at, note.on) == (ID, "officer", AT, "2026-11-22")
    assert note.patrol is not None
    assert [one.found for one in note.patrol.items] == ["good"] * len(LINES)


def test_another_account_does_not_send_it_under_its_name(desk: Desk, phone: Phone) -> None:
    assert phone.send(patrol(), account="somebody").status_code == 409
    assert phone.send(patrol()).status_code == 200
    other = phone.of(desk, "wang", "officer")
    assert problems(other.send(patrol())) == {"account": say("wrong.account")}  # the id is another's
    assert [note.by for note in noted(desk)] == ["officer"]


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_a_strange_page_sends_nothing(desk: Desk, phone: Phone, site: str) -> None:
    phone.headers["sec-fetch-site"] = site
    assert phone.send(patrol()).status_code == 403
    assert noted(desk) == []


def test_who_is_not_signed_in_is_told_so(desk: Desk, phone: Phone) -> None:
    phone.web.cookies.clear()
    assert phone.send(patrol()).status_code == 401
    assert phone.get("/field/worker.js").status_code == 401
    assert phone.of(desk, "li", "reviewer").send(patrol()).status_code == 403


# --- pictures -----------------------------------------------------------------------------------------------------


def test_pictures_are_drawn_anew_without_what_a_phone_writes_into_them(desk: Desk, phone: Phone) -> None:
    GPS[0x0112] = 6  # lies on its side
    taken = jpeg(size=(3000, 2000), exif=GPS.tobytes())
    assert b"maker of the phone" in taken
    assert phone.send(patrol(**{"item.waste": "poor"}), ("picture.waste", taken)).status_code == 200
    (kept,) = blobs(desk)
    with Image.open(io.BytesIO(kept)) as drawn:
        assert drawn.format == "JPEG"
        assert max(drawn.size) == pictures.SIDE
        assert drawn.height > drawn.width
        assert not drawn.getexif()
    assert b"maker of the phone" not in kept
    (note,) = noted(desk)
    assert note.patrol is not None
    (digest,) = note.patrol.pictures
    assert {one.item: one.note for one in note.patrol.items}["waste"] == "#1"
    page = phone.get(f"/field/notes/{ID}").text
    assert f"/field/notes/{ID}/{digest}.jpg" in page
    shown = phone.get(f"/field/notes/{ID}/{digest}.jpg")
    assert (shown.content, shown.headers["content-type"]) == (kept, "image/jpeg")
    assert phone.get(f"/field/notes/{ID}/{'0' * 64}.jpg").status_code == 404


def bomb() -> bytes:
    """A small file that would fill the memory: 30 000 x 30 000."""
    out = io.BytesIO()
    Image.new("1", (30000, 30000)).save(out, "PNG")
    return out.getvalue()


HOSTILE = {
    "empty": b"",
    "words": b"<html><script>alert(1)</script>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "half": jpeg()[:400],
    "gif": b"GIF89a" + bytes(20),
    "bomb": bomb(),
    "large": jpeg() + bytes(9 << 20),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_picture_is_refused_and_not_kept(desk: Desk, phone: Phone, name: str) -> None:
    assert problems(phone.send(patrol(), ("picture", HOSTILE[name]))) == {"picture": say("wrong.no_picture")}
    assert (noted(desk), blobs(desk)) == ([], [])
    assert phone.send(patrol(), ("picture", jpeg())).status_code == 200  # the same id, corrected


def test_too_many_pictures_and_too_much_at_once_are_refused(desk: Desk, phone: Phone) -> None:
    many = [("picture", jpeg())] * (pictures.MOST + 1)
    assert problems(phone.send(patrol(), *many)) == {"picture": say("wrong.pictures", most=pictures.MOST)}
    assert phone.send(patrol(), *many, *many).status_code == 422  # more parts than a form has
    assert announced(phone, 100 << 20) == 413
    assert (noted(desk), blobs(desk)) == ([], [])


def announced(phone: Phone, length: int) -> int:
    """How a body is answered that is announced, before any of it comes."""
    cookies = "; ".join(f"{name}={value}" for name, value in phone.web.cookies.items())
    line = HTTPConnection(str(phone.web.base_url.host), phone.web.base_url.port, timeout=DEADLINE)
    with closing(line):
        line.putrequest("POST", "/field/notes")
        for name, value in {**OWN, "cookie": cookies, "content-length": str(length)}.items():
            line.putheader(name, value)
        line.endheaders()
        return line.getresponse().status


def test_a_strange_body_is_no_note(desk: Desk, phone: Phone) -> None:
    for kind, content in (("application/json", b"{}"), ("multipart/form-data; boundary=x", b"--x\r\nnothing")):
        answer = phone.web.post("/field/notes", content=content, headers={**OWN, "content-type": kind})
        assert answer.status_code in (409, 422), answer.text
    assert noted(desk) == []


# --- forms --------------------------------------------------------------------------------------------------------


def test_everything_that_is_wrong_is_told_at_once_beside_its_field(phone: Phone) -> None:
    told = problems(phone.send(patrol(subject_name=" ", **{"item.waste": "poor", "item.marks": "worse"})))
    assert told == {
        "subject_name": say("wrong.empty"),
        "note.waste": say("wrong.poor"),
        "item.marks": say("wrong.choice"),
    }
    told = problems(phone.send(gate(quantity="-3", paper="", market="x" * 50, origin="\u202e\u200b")))
    assert set(told) == {"quantity", "paper", "market", "origin"}


@pytest.mark.parametrize(
    ("fields", "note"),
    [({"kind": "party"}, ID), (patrol(), "x"), (patrol(), ID.upper()), (patrol(at="yesterday"), ID),
     (patrol(at="2026-02-31T10:00:00+08:00"), ID)],
)  # fmt: skip
def test_what_no_form_of_ours_sends_is_no_note(desk: Desk, phone: Phone, fields: dict[str, str], note: str) -> None:
    assert list(problems(phone.send(fields, note=note))) == ["form"]
    assert noted(desk) == []


def test_nothing_that_somebody_types_turns_the_page_around(desk: Desk, phone: Phone) -> None:
    name = "<b>李</b>\u202egnp\x00\x07"
    assert phone.send(patrol(subject_name=name, advice="=1+1")).status_code == 200
    (note,) = noted(desk)
    assert note.patrol is not None
    assert "\u202e" not in note.patrol.subject_name
    page = phone.get(f"/field/notes/{ID}").text
    assert "<b>李</b>" not in page
    assert "<b>李</b>" in unescape(page)


def test_the_gate_follows_the_houses_rules(desk: Desk, phone: Phone) -> None:
    told = problems(phone.send(gate(decision="admit")))
    assert told == {"reason": ZH.say("gate.reason.refuse")}
    assert phone.send(gate(decision="admit", reason="认识，少量自种")).status_code == 200
    (note,) = noted(desk)
    check = note.gate
    assert check is not None
    assert (check.state, check.advice, check.decision) == ("none", "refuse", "admit")
    assert (str(check.quantity), check.unit, check.inspector) == ("10", "kg", "Officer")
    assert [one.rule for one in check.findings] == ["gate/no_paper"]


def test_a_paper_of_ours_is_known_by_its_number_and_by_its_code(desk: Desk, phone: Phone) -> None:
    paper = desk.box.certificate(product="芹菜")
    desk.take(desk.box.opened(TOWN), desk.box.write(paper))
    code = link(HOST, "C", bytes.fromhex(paper.code))
    for number in (paper.number.lower(), f"HTTPS://LZ.EXAMPLE.CN/N/{paper.number}", code):
        told = phone.web.post("/field/paper", data={"number": number}, headers=OWN).json()
        assert told["facts"] == {
            "number": paper.number, "product": "celery", "seller": FARMER.name, "origin": FARMER.origin,
        }  # fmt: skip
    assert phone.web.post("/field/paper", data={"number": "nothing"}, headers=OWN).json() == {"found": False}
    ours = gate(paper="ours", number=paper.number, seller=FARMER.name, origin=FARMER.origin, quantity="100",
                quantity_unit="kg", decision="admit")  # fmt: skip
    advice = phone.web.post("/field/advice", data=ours, headers=OWN).json()
    assert (advice["advice"], advice["state"]) == ("admit", say("state.valid"))
    assert phone.send(ours).status_code == 200
    # What came in on it counts at every gate, and a second load of the same paper is too much.
    advice = phone.web.post("/field/advice", data=ours, headers=OWN).json()
    assert (advice["advice"], advice["state"]) == ("test_first", say("state.over_issued"))
    assert list(problems(phone.send(ours, note="f" * 32))) == ["reason"]


def test_a_code_that_somebody_altered_is_sent_away(desk: Desk, phone: Phone) -> None:
    paper = desk.box.certificate(product="芹菜")
    desk.take(desk.box.opened(TOWN), desk.box.write(paper))
    altered = bytes.fromhex(paper.code)
    altered = altered[:-1] + bytes([altered[-1] ^ 1])
    told = gate(paper="ours", number=link(HOST, "C", altered), has_picture="1")
    advice = phone.web.post("/field/advice", data=told, headers=OWN).json()
    assert (advice["advice"], advice["state"]) == ("refuse", say("state.altered"))
    assert ZH.say("gate.seal_broken") in advice["words"]
    assert problems(phone.send(told)) == {"picture": say("wrong.paper_picture")}  # a promised picture is none
    assert phone.send(told, ("picture", jpeg())).status_code == 200
    (note,) = noted(desk)
    assert note.gate is not None
    assert (note.gate.state, note.gate.alarmed) == ("altered", ("origin",))


def test_a_paper_that_nobody_knows_needs_its_picture(desk: Desk, phone: Phone) -> None:
    unknown = gate(paper="ours", number="530427-00000-00000-0", decision="test_first")
    assert list(problems(phone.send(unknown))) == ["picture"]
    assert phone.send(unknown, ("picture", jpeg()), ("picture", jpeg("red"))).status_code == 200
    (note,) = noted(desk)
    assert note.gate is not None
    assert [hashlib.sha256(kept).hexdigest() for kept in blobs(desk)] == [note.gate.picture]  # and no other
    assert note.gate.state == "incomplete"


def test_a_sample_has_the_code_that_the_phone_showed(desk: Desk, phone: Phone) -> None:
    assert phone.send(sample()).status_code == 200
    (note,) = noted(desk)
    assert note.sample is not None
    assert note.sample.sample_code == sample_code(ID) == f"P-01234567-{sample_code(ID)[-1]}"
    assert sample_code(ID)[-1] in CROCKFORD
    assert phone.send(sample(), note=ID[:16] + "f" * 16).status_code == 422  # the same code twice


def test_supervision_asks_for_portions_and_hands(desk: Desk, phone: Phone) -> None:
    supervised = sample(type="supervision", subject_signs="refused")
    assert set(problems(phone.send(supervised))) == {"test_grams", "reserve_grams", "witness"}
    whole = {**supervised, "test_grams": "250", "reserve_grams": "250", "witness": "赵六"}
    assert phone.send(whole).status_code == 200
    (note,) = noted(desk)
    assert note.sample is not None
    assert [(one.role, one.signed) for one in note.sample.signatures] == [
        ("sampler", True), ("subject", False), ("witness", True),
    ]  # fmt: skip
    assert len(set(note.sample.seals)) == 2


def test_a_disposal_belongs_to_a_case_in_ones_own_stations(desk: Desk, phone: Phone) -> None:
    there = desk.county.enrol("there")
    desk.take(desk.box.opened(TOWN), desk.box.write(a_test("81")))
    desk.take(there.opened(OTHER), there.write(a_test("81", subject=replace(FARMER, name="王在彼"))), box=there)
    town = phone.of(desk, "zhang", "assistant", regions=(TOWN,))
    page = town.get("/field/disposal").text
    assert f"{desk.box.log}/2" in page
    assert there.log not in page
    fields = {
        "kind": "disposal",
        "case": f"{desk.box.log}/2",
        "measure": "destroyed",
        "quantity": "12",
        "place": "填埋场",
    }
    assert list(problems(town.send(fields))) == ["picture"]
    assert list(problems(town.send({**fields, "case": f"{there.log}/2"}, ("picture", jpeg())))) == ["case"]
    assert problems(town.send({**fields, "quantity": ""}, ("picture", jpeg())))["quantity"]
    assert town.send(fields, ("picture", jpeg())).status_code == 200
    (note,) = noted(desk)
    assert (note.log, note.seq) == (desk.box.log, 2)
    assert note.disposal is not None
    assert (note.disposal.subject, note.disposal.product, note.disposal.tests) == (FARMER.id, "cowpea", (2,))


def test_only_a_form_may_ask_where_it_is(phone: Phone) -> None:
    for path, may in {"/field/patrol": True, "/field/gate": True, "/field": False, "/": False}.items():
        told = phone.get(path).headers["permissions-policy"]
        assert ("geolocation=(self)" in told) is may, path
        assert "camera=()" in told


# --- who sees what ------------------------------------------------------------------------------------------------


def test_notes_are_seen_by_their_writer_and_by_who_has_the_cases_of_his_town(desk: Desk, phone: Phone) -> None:
    writer = phone.of(desk, "zhang", "assistant", regions=(TOWN,))
    assert writer.send(patrol(), ("picture", jpeg())).status_code == 200
    (note,) = noted(desk)
    assert note.patrol is not None
    shot = f"/field/notes/{ID}/{note.patrol.pictures[0]}.jpg"
    sees = {
        ("zhang", "assistant", (TOWN,)): True,
        ("li", "assistant", (TOWN,)): False,  # no cases: his own only
        ("chen", "township", (TOWN,)): True,
        ("zhou", "township", (OTHER,)): False,
        ("county", "officer", ()): True,
    }
    for (account, role, regions), seen in sees.items():
        reader = phone.of(desk, account, role, regions=regions)
        for path in (f"/field/notes/{ID}", shot):
            assert reader.get(path).status_code == (200 if seen else 404), (account, path)
        assert (f"/field/notes/{ID}" in reader.get("/field/notes").text) is seen, account
        assert (f"/field/notes/{ID}" in reader.get("/field").text) is seen, account


def test_a_note_of_a_markets_keeper_is_seen_in_the_town_of_his_station(desk: Desk, phone: Phone) -> None:
    desk.take(desk.box.opened(TOWN))
    assert phone.of(desk, "market", "market", stations=("gasa",)).send(gate()).status_code == 200
    for account, regions, status in (("chen", (TOWN,), 200), ("zhou", (OTHER,), 404)):
        reader = phone.of(desk, account, "township", regions=regions)
        assert reader.get(f"/field/notes/{ID}").status_code == status


def test_the_list_turns_its_pages(desk: Desk, phone: Phone) -> None:
    ids = [f"{nth:032x}" for nth in range(35)]
    for note in ids:
        assert phone.send(patrol(), note=note).status_code == 200
    first = phone.get("/field/notes").text
    more = unescape(first.partition('href="/field/notes?before=')[2].partition('"')[0])
    second = phone.get(f"/field/notes?before={more}").text
    on = [[note for note in ids if f"/field/notes/{note}" in page] for page in (first, second)]
    assert [len(one) for one in on] == [30, 5]
    assert sorted(on[0] + on[1]) == ids
