"""The county's pages: what an officer reads, what a consumer's phone opens, and what neither may do or show."""

import base64
import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
import rfc8785

from kiosk import contract, tree
from kiosk.checkpoint import open_receipt
from kiosk.rules.messages import EntryBody, Incident, Observation, PrintOutcome, Reprint, Subject
from kiosk.seal import link
from kiosk.words import load_words
from tests.support.bodies import FARMER, HOST, County, a_print, a_test
from tests.ui.county.conftest import NOW, Desk, served

ZH, EN = load_words("zh"), load_words("en")


def token(code: str) -> str:
    return link(HOST, "C", bytes.fromhex(code)).rpartition("/")[2]


# --- the live page ---


def test_live_page_says_what_was_tested_and_promised(desk: Desk, web: httpx.Client) -> None:
    certificate = desk.box.certificate(tests=(2,))
    desk.take(desk.box.opened(), desk.box.write(a_test()), desk.box.write(certificate))
    desk.take(desk.box.write(a_print(certificate.number)))
    page = web.get("/").text
    for words in ("豆角", FARMER.name, "3.2%", "160千克", ZH.say("county.print.printed"), ZH.say("outcome.negative")):
        assert words in page
    assert '<b id="tests-today">1</b>' in page


def test_a_positive_stands_out_by_word_and_shape_and_alarm(desk: Desk, web: httpx.Client) -> None:
    desk.take(desk.box.opened(), desk.box.write(a_test("81.2")))
    page = web.get("/").text
    assert 'class="line positive"' in page
    assert "▲" in page
    assert ZH.say("county.alarm.state.open", repeats=0) in page


def test_late_entries_carry_their_real_time(desk: Desk, web: httpx.Client) -> None:
    desk.take(desk.box.opened(), desk.box.write(a_test()), late=3600)
    page = web.get("/").text
    assert ZH.say("county.feed.late") in page
    assert "<time>09:30:02</time>" in page


def test_an_unset_clock_is_said(desk: Desk, web: httpx.Client) -> None:
    desk.box.clock = "unknown"
    desk.take(desk.box.opened(), desk.box.write(a_test()))
    assert web.get("/").text.count(ZH.say("county.feed.clock")) >= 2  # on the line and on the station


def test_a_stations_trust_light(desk: Desk, web: httpx.Client) -> None:
    desk.take(desk.box.opened())
    assert ZH.say("county.light.why.away", time="09:30:02") in web.get("/").text
    desk.database.status("gasa", {"state": "online", "through": 5}, desk.box.at.isoformat())
    assert ZH.say("county.light.why.behind", count=4) in web.get("/").text
    desk.take(desk.box.entry(1, a_test()))
    assert ZH.say("county.light.why.conflict") in web.get("/stations").text


def test_names_act_nowhere(desk: Desk, web: httpx.Client) -> None:
    name = "<script>alert(1)</script>\u202e"
    subject = replace(FARMER, name=name)
    certificate = desk.box.certificate(subject=subject)
    desk.take(desk.box.opened(), desk.box.write(a_test(subject=subject)), desk.box.write(certificate))
    for path in ("/", f"/entry/{desk.box.log}/2", f"/entry/{desk.box.log}/3", f"/N/{certificate.number}"):
        page = web.get(path).text
        assert "<script>alert" not in page
        assert "<bdi>&lt;script&gt;alert(1)&lt;/script&gt;\u202e</bdi>" in page


def test_pages_have_no_inline_code_and_say_so(web: httpx.Client) -> None:
    for path in ("/", "/stations", "/nothing", "/C/XY", "/healthz"):
        answer = web.get(path)
        assert "default-src 'self'" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "<style" not in answer.text
        assert " style=" not in answer.text
        assert " onclick=" not in answer.text


def test_language_is_chosen_once(web: httpx.Client) -> None:
    assert ZH.say("county.title.live") in web.get("/").text
    chosen = web.get("/?lang=en")
    assert EN.say("county.title.live") in chosen.text
    assert "httponly" in chosen.headers["set-cookie"].lower()
    assert EN.say("county.title.stations") in web.get("/stations").text
    assert web.get("/?lang=xx").status_code == 200


def test_no_database_yet_is_said_kindly(desk: Desk, tmp_path: Path) -> None:
    desk.start(tmp_path / "none.db")
    with served(desk) as address:
        answer = httpx.get(address, cookies=desk.cookies())
    assert answer.status_code == 503
    assert ZH.say("county.wrong.starting_title") in answer.text


def test_health(desk: Desk, web: httpx.Client) -> None:
    assert web.get("/healthz").text.startswith("ok ")


# --- one entry and its proof ---


def test_entry_shows_readings_both_verdicts_and_what_is_unconfirmed(desk: Desk, web: httpx.Client) -> None:
    odd = replace(a_test("55"), device_verdict="pass", disagrees=True)
    desk.take(desk.box.opened(), desk.box.write(odd))
    page = web.get(f"/entry/{desk.box.log}/2").text
    reason = ZH.say("verdict.positive", value="55.0", limit="50", unit="%")
    for words in ("0.500 AU", "a55a0102", "55.0%", "pass", reason, "GB/T 5009.199-2003/positive"):
        assert words in page
    for key in ("county.entry.unconfirmed_method", "county.entry.disagrees", "county.evidence.documented"):
        assert ZH.say(key) in page
    assert ZH.say("county.entry.all_held") in page


@pytest.mark.parametrize(
    "body",
    [Incident("printer", "printer.paper_out", {}), Incident("x", "nobody.knows", {}), a_print("5304270000000000Q")],
)
def test_every_known_kind_has_a_page(desk: Desk, web: httpx.Client, body: EntryBody) -> None:
    desk.take(desk.box.opened(), desk.box.write(body))
    assert web.get("/").status_code == 200
    for seq in (1, 2):
        assert ZH.say("county.entry.all_held") in web.get(f"/entry/{desk.box.log}/{seq}").text


def test_a_reading_of_an_old_capture_says_which_entry_it_reads_again(desk: Desk, web: httpx.Client) -> None:
    of = a_test()
    again = Observation(of.device, of.sample, of.capture, rereads=2)
    desk.take(desk.box.opened(), desk.box.write(of), desk.box.write(again))
    assert ZH.say("county.fact.rereads") in web.get(f"/entry/{desk.box.log}/3").text
    assert ZH.say("county.fact.rereads") not in web.get(f"/entry/{desk.box.log}/2").text
    assert EN.knows("county.fact.rereads")


def test_unknown_kinds_are_shown_raw(desk: Desk, web: httpx.Client) -> None:
    desk.take(desk.box.opened(), desk.box.write_raw("weather", {"sky": "晴"}))
    page = web.get(f"/entry/{desk.box.log}/2").text
    assert "&#34;sky&#34;: &#34;晴&#34;" in page
    assert "weather" in web.get("/").text


def test_an_entry_without_receipt_is_open_not_wrong(desk: Desk, web: httpx.Client) -> None:
    desk.take(desk.box.opened(), receipt=False)
    page = web.get(f"/entry/{desk.box.log}/1").text
    assert ZH.say("county.entry.some_open") in page
    assert ZH.say("county.proof.unreceipted") in page
    assert web.get(f"/entry/{desk.box.log}/1/proof.json").status_code == 404


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ("update entry set body = cast(replace(cast(body as text), '3.2', '1.2') as blob)", "body_broken"),
        ("update entry set signature = zeroblob(64)", "signature_broken"),
        ("update node set hash = zeroblob(32) where level = 0", "inclusion_broken"),
        ("update entry set header = cast(replace(cast(header as text), '09:30', '08:30') as blob)", "signature_broken"),
        ("update head set receipt = replace(receipt, '— ', '— x')", "receipt_broken"),
    ],
)
def test_what_was_changed_afterwards_is_found(desk: Desk, web: httpx.Client, change: str, broken: str) -> None:
    desk.take(desk.box.opened(), desk.box.write(a_test()), desk.box.write(a_test()))
    with sqlite3.connect(desk.file) as sql:
        sql.execute("drop trigger entry_unchanged")
        sql.execute(change)
    sql.close()
    page = web.get(f"/entry/{desk.box.log}/2").text
    assert ZH.say("county.entry.some_broken") in page
    sentence = ZH.say(f"county.proof.{broken}", wrong="\0") if "receipt" in broken else ZH.say(f"county.proof.{broken}")
    assert sentence.partition("\0")[0] in page
    assert web.get("/").status_code == 200


def test_a_key_that_nobody_granted(desk: Desk, web: httpx.Client) -> None:
    stranger = County("110000").enrol("gasa")
    desk.take(stranger.opened(), box=stranger)
    assert ZH.say("county.entry.some_broken") in web.get(f"/entry/{stranger.log}/1").text


def test_retired_bodies_keep_their_proof(desk: Desk, web: httpx.Client) -> None:
    certificate = desk.box.certificate()
    desk.take(desk.box.opened(), desk.box.write(a_test()), desk.box.write(certificate))
    with sqlite3.connect(desk.file) as sql:
        sql.execute("update entry set body = null, salt = null")
    sql.close()
    page = web.get(f"/entry/{desk.box.log}/2").text
    assert ZH.say("county.entry.retired") in page
    assert ZH.say("county.entry.all_held") in page
    trace = web.get(f"/C/{token(certificate.code)}")
    assert ZH.say("county.trace.recorded") in trace.text


def test_proof_file_convinces_a_third_party(desk: Desk, web: httpx.Client) -> None:
    desk.take(desk.box.opened(), *(desk.box.write(a_test(nth=nth)) for nth in range(4)))
    proof = web.get(f"/entry/{desk.box.log}/3/proof.json").json()
    envelope = contract.read(rfc8785.dumps(proof["envelope"]))
    contract.verify(envelope, base64.b64decode(proof["grant"]["key"]))
    receipt = open_receipt(proof["receipt"], desk.county.trust)
    path = [base64.b64decode(step) for step in proof["path"]]
    leaf = tree.leaf_hash(envelope.header.bytes())
    tree.verify_inclusion(leaf, proof["index"], proof["size"], path, receipt.checkpoint.root)


@pytest.mark.parametrize("path", ["/entry/nobody/1", "/entry/nobody/1/proof.json", "/entry/x/99999999999999999999999"])
def test_entries_that_are_not_here(web: httpx.Client, path: str) -> None:
    assert web.get(path).status_code == 404


# --- the trace page ---


def test_trace_page_says_who_promises_what_and_what_was_tested(desk: Desk, web: httpx.Client) -> None:
    certificate = desk.box.certificate(tests=(2,))
    desk.take(desk.box.opened(), desk.box.write(a_test()), desk.box.write(certificate))
    desk.take(desk.box.write(a_print(certificate.number)))
    answer = web.get(f"/C/{token(certificate.code)}")
    assert answer.status_code == 200
    for words in (
        "承诺达标合格证",
        "使用的常规农药、兽药残留不超标。",
        FARMER.name,
        FARMER.origin,
        "160千克",
        "2026-11-22",
        "抑制率 3.2%",
        "仅覆盖有机磷类、氨基甲酸酯类农药",
        "快检结果仅用于筛查",
        "生产者承诺，服务点仅提供载体",
    ):
        assert words in answer.text
    for key in ("real", "recorded", "copies_one"):
        assert ZH.say(f"county.trace.{key}") in answer.text


def test_contact_is_only_on_the_paper(desk: Desk, web: httpx.Client) -> None:
    certificate = desk.box.certificate()
    desk.take(desk.box.opened(), desk.box.write(certificate))
    for path in ("/", f"/N/{certificate.number}", f"/entry/{desk.box.log}/2"):
        assert FARMER.contact not in web.get(path).text
    assert ZH.say("county.trace.contact_tail", tail="1234") in web.get(f"/N/{certificate.number}").text


def test_short_contacts_are_not_shown_at_all(desk: Desk, web: httpx.Client) -> None:
    certificate = desk.box.certificate(subject=replace(FARMER, contact="1234"))
    desk.take(desk.box.opened(), desk.box.write(certificate))
    assert "1234（" not in web.get(f"/N/{certificate.number}").text


def test_a_code_ahead_of_its_record(desk: Desk, web: httpx.Client) -> None:
    certificate = desk.box.certificate()
    address = f"/C/{token(certificate.code)}"
    assert ZH.say("county.trace.awaited") in web.get(address).text
    desk.take(desk.box.opened(), desk.box.write(certificate), receipt=False)
    assert ZH.say("county.trace.stored") in web.get(address).text


def test_a_record_that_never_came_is_said(desk: Desk, web: httpx.Client) -> None:
    certificate = desk.box.certificate()
    desk.box.at = NOW.replace(day=23)
    desk.take(desk.box.opened())
    assert ZH.say("county.trace.missing") in web.get(f"/C/{token(certificate.code)}").text


def test_one_number_with_two_contents_is_said(desk: Desk, web: httpx.Client) -> None:
    shown, recorded = desk.box.certificate(), desk.box.certificate(product="黄瓜")
    desk.take(desk.box.opened(), desk.box.write(recorded))
    assert ZH.say("county.trace.differs") in web.get(f"/C/{token(shown.code)}").text


def test_reprints_are_told(desk: Desk, web: httpx.Client) -> None:
    certificate = desk.box.certificate()
    desk.take(desk.box.opened(), desk.box.write(certificate))
    desk.take(desk.box.write(a_print(certificate.number, outcome=PrintOutcome.UNKNOWN)))
    desk.take(desk.box.write(Reprint(certificate.number, 2, "spoiled")))
    assert ZH.say("county.trace.copies_again", again=1) in web.get(f"/N/{certificate.number}").text


def test_paths_in_any_case_and_any_way_to_write_a_number(desk: Desk, web: httpx.Client) -> None:
    certificate = desk.box.certificate()
    desk.take(desk.box.opened(), desk.box.write(certificate))
    code, number = token(certificate.code), certificate.number
    grouped = f"{number[:6]}-{number[6:11]}-{number[11:16]}-{number[16:]}"
    for path in (f"/C/{code}", f"/c/{code.lower()}", f"/N/{number}", f"/n/{grouped.lower()}"):
        assert web.get(path).status_code == 200
    typed = web.get("/n", params={"number": f" {grouped} "})
    assert (typed.status_code, typed.headers["location"]) == (303, f"/N/{grouped}")


def test_forged_and_garbled_codes_get_a_calm_page(desk: Desk, web: httpx.Client) -> None:
    real = token(desk.box.certificate().code)
    foreign = token(County("110000").enrol("gasa").certificate().code)
    flipped = real[:-8] + ("A" if real[-8] != "A" else "B") + real[-7:]
    for text, status, key in (
        (foreign, 404, "stranger_title"),
        (flipped, 404, "forged_title"),
        ("AAAA", 404, "forged_title"),
        ("not-base32!", 400, "garbled_title"),
        ("A", 400, "garbled_title"),
        ("A" * 4000, 400, "garbled_title"),
    ):
        answer = web.get(f"/C/{text}")
        assert (answer.status_code, ZH.say(f"county.wrong.{key}") in answer.text) == (status, True)
    assert web.get("/N/5304277K3M9QX2VHA").status_code == 400
    assert web.get(f"/N/{desk.box.certificate(9).number}").status_code == 404


def test_an_unknown_number_is_echoed_safely(web: httpx.Client) -> None:
    assert "<b>" not in web.get("/N/<b>x").text


def test_cooperatives_with_long_names_are_shown_in_full_once_recorded(desk: Desk, web: httpx.Client) -> None:
    name = "新平彝族傣族自治县戛洒镇绿源高原特色蔬菜种植加工销售农民专业合作社联合社" * 2
    certificate = desk.box.certificate(subject=Subject("s", "cooperative", name, "13900001111", "云南省"))
    assert name not in web.get(f"/C/{token(certificate.code)}").text
    desk.take(desk.box.opened(), desk.box.write(certificate))
    assert name in web.get(f"/C/{token(certificate.code)}").text


def test_templates_say_nothing_of_their_own() -> None:
    folder = Path(__file__).parents[3] / "ui" / "county" / "templates"
    for template in folder.iterdir():
        text = template.read_text(encoding="utf-8")
        assert not [character for character in text if "\u4e00" <= character <= "\u9fff"], template.name


def test_word_packs_agree() -> None:
    assert json.dumps(sorted(ZH._sentences)) == json.dumps(sorted(EN._sentences))
