"""What scanned bytes are said to be: kind, check, confidence, facts; and that nobody's number is in the answer."""

import base64
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.label_form import load_label
from kiosk.pack import load_packs
from kiosk.rules.ruling import stop, warn
from kiosk.rules.scan import numbers, tags
from kiosk.rules.scan.codes import Around, Check, Kind, Scanned, around, excerpt, explain, text_of
from kiosk.rules.scan.patterns import pattern
from kiosk.rules.scan.tags import Tag

NUMBER = numbers.certificate_number("530427", b"\x12\x34\x56\x78\x9a\xbc\xde")
SHOWN = numbers.shown(NUMBER)
ID = "11010519491231002X"
GTIN = "09521234543213"
UNIT = "10812341001234567890123456789012"
SIGNED = base64.b32encode(bytes(range(70))).decode().rstrip("=")
TAGGED = {tag: tags.tag_number(tag, b"liang") for tag in Tag}
R, W, N = Check.RIGHT, Check.WRONG, Check.NONE

LABEL = Around(label=load_label())


@pytest.mark.parametrize(
    ("text", "kind", "ok", "note", "check"),
    [
        ("HTTPS://COUNTY.EXAMPLE/K/MFRGG", Kind.CARD, True, "code.card", N),
        ("https://county.example/K/MFRGG", Kind.CARD, True, "code.card", N),
        ("HTTPS://COUNTY.EXAMPLE/C/MFRGG", Kind.CERTIFICATE, True, "code.certificate", N),
        ("HTTPS://COUNTY.EXAMPLE/K/MFRGH", Kind.CARD, False, "code.damaged", W),  # stray bits
        ("HTTPS://COUNTY.EXAMPLE/C/MFRG1", Kind.CERTIFICATE, False, "code.damaged", W),  # 1 is not base32
        ("https://county.example/k/MFRGG", Kind.URL, True, "code.url", N),
        ("https://county.example/K/mfrgg", Kind.URL, True, "code.url", N),
        ("https://county.example/K/MF-RGG", Kind.URL, True, "code.url", N),
        ("https://county.example/N/hello", Kind.URL, True, "code.url", N),
        (f"HTTPS://COUNTY.EXAMPLE/N/{NUMBER}", Kind.NUMBER, True, "code.number", R),
        (f"HTTPS://COUNTY.EXAMPLE/N/{SHOWN[:-1]}0", Kind.NUMBER, False, "code.number_wrong", W),
        (NUMBER, Kind.NUMBER, True, "code.number", R),
        (SHOWN.lower(), Kind.NUMBER, True, "code.number", R),
        (f"{NUMBER[:-1]}{'A' if NUMBER[-1] != 'A' else 'B'}", Kind.NUMBER, False, "code.number_wrong", W),
        ("530427-00000-00007-9", Kind.NUMBER, True, "code.number", R),
        ("53042700000000079", Kind.UNKNOWN, False, "code.unknown", N),  # mere digits, and not grouped
        (tags.shown_tag(TAGGED[Tag.REAGENT]), Kind.REAGENT, True, "code.reagent", R),
        (TAGGED[Tag.TASK], Kind.TASK, True, "code.task", R),
        (TAGGED[Tag.TUBE].lower(), Kind.TUBE, True, "code.tube", R),
        (f"HTTPS://COUNTY.EXAMPLE/S/{TAGGED[Tag.BADGE]}", Kind.BADGE, True, "code.badge", R),
        (f"HTTPS://COUNTY.EXAMPLE/S/{SIGNED}", Kind.BADGE, True, "code.badge_signed", N),
        (f"HTTPS://COUNTY.EXAMPLE/J/{SIGNED}", Kind.TASK, True, "code.task_signed", N),
        (f"HTTPS://COUNTY.EXAMPLE/T/{SIGNED}", Kind.URL, True, "code.url", N),  # a tube carries no payload
        (f"HTTPS://COUNTY.EXAMPLE/S/{SIGNED[:96]}", Kind.URL, True, "code.url", N),  # shorter than a signature
        (f"https://county.example/T/{TAGGED[Tag.BADGE]}", Kind.URL, True, "code.url", N),
        ("https://county.example/R/r7k-3m9-qx0", Kind.REAGENT, False, "code.tag_wrong", W),
        ("T7K-3M9-QX0", Kind.TUBE, False, "code.tag_wrong", W),
        ("11140500012420117H", Kind.CREDIT_CODE, True, "code.credit_code", R),
        ("n2530427mf1234567y", Kind.CREDIT_CODE, True, "code.credit_code", R),
        ("9353 0427 MA6N 0000 91", Kind.CREDIT_CODE, True, "code.credit_code", R),
        ("９３５３０４２７ＭＡ６Ｎ００００９１", Kind.CREDIT_CODE, True, "code.credit_code", R),
        ("93140500MA0K000140", Kind.CREDIT_CODE, True, "code.credit_code", R),
        ("91350211M0000XUF46", Kind.CREDIT_CODE, False, "code.credit_code_wrong", W),
        (ID, Kind.ID_NUMBER, True, "code.id_number", R),
        (ID.lower(), Kind.ID_NUMBER, True, "code.id_number", R),
        ("110105194912310021", Kind.ID_NUMBER, False, "code.id_number", W),  # mistyped: still nobody's business
        ("JT530427MF1234567S", Kind.FARM_CODE, True, "code.farm_code_unchecked", N),
        ("JT530427MF1234567X", Kind.FARM_CODE, True, "code.farm_code_unchecked", W),
        ("jt530427mf1234567q", Kind.FARM_CODE, True, "code.farm_code", R),
        ("6901234567892", Kind.GTIN, True, "code.gtin", R),
        ("690 1234 567892", Kind.GTIN, True, "code.gtin", R),
        ("6901234567893", Kind.GTIN, False, "code.gtin_wrong", W),
        ("96385074", Kind.GTIN, True, "code.gtin", R),
        ("96385075", Kind.UNKNOWN, False, "code.unknown", N),
        ("8613800004321", Kind.UNKNOWN, False, "code.unknown", N),
        ("]E06901234567892", Kind.GTIN, True, "code.gtin", R),
        ("]E0", Kind.UNKNOWN, False, "code.unreadable", N),
        (f"]d201{GTIN}", Kind.GS1, True, "code.gs1", R),
        (f"01{GTIN}", Kind.GS1, True, "code.gs1", R),
        (f"(01){GTIN}", Kind.GS1, True, "code.gs1", R),
        ("]d20109521234543214", Kind.GS1, False, "code.gs1_wrong", W),
        ("]Q3hello", Kind.GS1, False, "code.gs1_unread", W),
        ("]Q1hello", Kind.UNKNOWN, False, "code.unknown", N),
        (f"https://id.gs1.org/01/{GTIN}", Kind.GS1_LINK, True, "code.gs1_link", R),
        ("https://id.gs1.org/01/09521234543214", Kind.GS1_LINK, False, "code.gs1_link_wrong", W),
        ("https://news.example/2026/01/20260105", Kind.URL, True, "code.url", N),
        ("http://trace.example/t?c=1", Kind.URL, True, "code.url", N),
        ("PD20081234", Kind.UNKNOWN, False, "code.unknown", N),  # nothing is known of labels without a layout
        (f"https://a.example/{UNIT}", Kind.URL, True, "code.url", N),
        ("hello", Kind.UNKNOWN, False, "code.unknown", N),
        ("", Kind.UNKNOWN, False, "code.unreadable", N),
    ],
)
def test_what_it_is(text: str, kind: Kind, ok: bool, note: str, check: Check) -> None:
    scanned = explain(text.encode())
    assert (scanned.kind, scanned.ok, scanned.note, scanned.check) == (kind, ok, note, check)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "91350211M0000XUF46",
            Scanned(
                Kind.CREDIT_CODE, "91350211M0000XUF46", False, "code.credit_code_wrong", None,
                {"code": "91350211M0000XUF46", "region": "350211", "holder": "enterprise", "right": "R"},
                "codes/credit_check", W, True,
                stop("codes/credit_check", "code.credit_code_wrong", code="91350211M0000XUF46", right="R"),
            ),
        ),
        (
            "JT530427MF1234567X",
            Scanned(
                Kind.FARM_CODE, "JT530427MF1234567X", True, "code.farm_code_unchecked", None,
                {"code": "JT530427MF1234567X", "region": "530427"}, "codes/farm", W, False,
                warn("codes/farm", "code.farm_code_unchecked", code="JT530427MF1234567X"),
            ),
        ),
        (
            "JT530427MF1234567Q",
            Scanned(
                Kind.FARM_CODE, "JT530427MF1234567Q", True, "code.farm_code", None,
                {"code": "JT530427MF1234567Q", "region": "530427"}, "codes/farm", R, False,
            ),
        ),
        (ID, Scanned(Kind.ID_NUMBER, "", True, "code.id_number", rule="codes/person", check=R)),
        ("530427198001010010", Scanned(Kind.ID_NUMBER, "", False, "code.id_number", rule="codes/person_like", check=W)),
        (SHOWN, Scanned(Kind.NUMBER, NUMBER, True, "code.number", None, {"number": SHOWN}, "codes/ours", R)),
        (
            f"https://Lz.Example/N/{NUMBER}",
            Scanned(
                Kind.NUMBER, NUMBER, True, "code.number", None, {"host": "lz.example", "number": SHOWN}, "codes/ours", R
            ),
        ),
        (
            "530427-7K3M9-QX2VH-A",
            Scanned(
                Kind.NUMBER, "530427-7K3M9-QX2VH-A", False, "code.number_wrong", None,
                {"number": "530427-7K3M9-QX2VH-A"}, "codes/ours", W,
            ),
        ),
        (
            "t7k3m9qxc",
            Scanned(Kind.TUBE, "T7K3M9QXC", True, "code.tube", None, {"number": "T7K-3M9-QXC"}, "codes/tag", R),
        ),
        (
            "t7k-3m9-qx0",
            Scanned(Kind.TUBE, "T7K-3M9-QX0", False, "code.tag_wrong", None, {"number": "T7K-3M9-QX0"}, "codes/tag", W),
        ),
        (
            "https://me@lz.example/K/MFRGG",
            Scanned(
                Kind.CARD, "https://me@lz.example/K/MFRGG", True, "code.card", b"abc", {"host": "lz.example"},
                "codes/ours",
            ),
        ),
        (
            "https://lz.example/K/MFRGH",
            Scanned(
                Kind.CARD, "https://lz.example/K/MFRGH", False, "code.damaged", None, {"host": "lz.example"},
                "codes/ours", W,
            ),
        ),
        (
            f"https://lz.example/J/{SIGNED}",
            Scanned(
                Kind.TASK, f"https://lz.example/J/{SIGNED}", True, "code.task_signed", bytes(range(70)),
                {"host": "lz.example"}, "codes/ours",
            ),
        ),
        (
            "6901234567892",
            Scanned(Kind.GTIN, "6901234567892", True, "code.gtin", None, {"gtin": "6901234567892"}, "codes/goods", R),
        ),
        (
            "https://a.example/x?y=1",
            Scanned(Kind.URL, "https://a.example/x?y=1", True, "code.url", None, {"host": "a.example"}, "codes/web"),
        ),
        (
            "12 hello",
            Scanned(Kind.UNKNOWN, "12 hello", False, "code.unknown", None, {"excerpt": "12 hello"}, "codes/unknown"),
        ),
        ("", Scanned(Kind.UNKNOWN, "", False, "code.unreadable", rule="codes/unknown")),
        ("]Q3x", Scanned(Kind.GS1, "", False, "code.gs1_unread", rule="codes/elements", check=W)),
    ],
)  # fmt: skip
def test_the_whole_answer(text: str, told: Scanned) -> None:
    assert explain(text.encode()) == told


def test_pesticide_labels_are_not_confirmed() -> None:
    facts = {"registration_class": "PD", "registration_tail": "081234", "maker": "holder", "specification": "001"}
    unit = Scanned(
        Kind.PESTICIDE, UNIT, True, "code.pesticide_unit", None, facts, "codes/label_unit", N, confirmed=False
    )
    for text in (UNIT, f"https://a.example/t?c={UNIT}", f"http://a.example\r\n{UNIT}"):
        assert explain(text.encode(), LABEL) == unit
    printed = {"registration": "PD20081234"}
    told = Scanned(
        Kind.PESTICIDE,
        "PD20081234",
        True,
        "code.pesticide",
        None,
        printed,
        "codes/label_registration",
        N,
        confirmed=False,
    )
    assert explain(b"pd 20081234", LABEL) == told
    assert LABEL.label is not None
    confirmed = Around(label=replace(LABEL.label, confirmed=True))
    assert explain(UNIT.encode(), confirmed).confirmed
    assert explain(b"PD20081234", confirmed).confirmed


def test_patterns_of_the_county() -> None:
    known = Around(pattern("Z[0-9]{11}"), pattern(r"(https://t\.example/)?[XZ][0-9]+"))
    subject = Scanned(
        Kind.SUBJECT_CODE, "Z12345678901", True, "code.subject_code", None, {"code": "Z12345678901"}, "codes/pattern",
        confirmed=False,
    )  # fmt: skip
    assert explain(b" Z12345678901\n", known) == subject
    assert explain(b"X1", known) == replace(
        subject, kind=Kind.TRACE_CODE, text="X1", note="code.trace_code", facts={"code": "X1"}
    )
    assert explain(b"https://t.example/X1", known).kind is Kind.TRACE_CODE
    assert explain(b"https://t.example/Y1", known).kind is Kind.URL
    assert explain(b"Y1", known).kind is Kind.UNKNOWN
    everything = Around(pattern("(.|\n)*"))
    assert explain(b"X\nY", everything).kind is Kind.UNKNOWN  # what cannot be shown is no code
    for text, kind in (
        (ID, Kind.ID_NUMBER),
        (NUMBER, Kind.NUMBER),
        (TAGGED[Tag.TUBE], Kind.TUBE),
        ("93530427MA6N000091", Kind.CREDIT_CODE),
    ):
        assert explain(text.encode(), everything).kind is kind


def test_our_hosts_tell_our_tags_from_other_links() -> None:
    here = Around(hosts=("lz.example",))
    badge, reagent = TAGGED[Tag.BADGE], TAGGED[Tag.REAGENT]
    assert explain(f"HTTPS://LZ.EXAMPLE/S/{badge}".encode(), here).kind is Kind.BADGE
    assert explain(f"HTTPS://OTHER.EXAMPLE/S/{badge}".encode(), here).kind is Kind.URL
    assert explain(f"HTTPS://OTHER.EXAMPLE/S/{badge}".encode()).kind is Kind.BADGE
    assert explain(b"HTTPS://OTHER.EXAMPLE/K/MFRGG", here).kind is Kind.CARD  # cards of another county are shown too
    damaged = Scanned(
        Kind.REAGENT, "HTTPS://LZ.EXAMPLE/R/HEL…", False, "code.damaged", None, {"host": "lz.example"}, "codes/ours", W
    )
    assert explain(b"HTTPS://LZ.EXAMPLE/R/HELLO", here) == damaged
    assert explain(b"HTTPS://LZ.EXAMPLE/R/HELLO").kind is Kind.URL
    assert explain(f"HTTPS://LZ.EXAMPLE/R/{badge}".encode(), here).note == "code.damaged"
    assert explain(f"HTTPS://LZ.EXAMPLE/R/{reagent}".encode(), here).facts["number"] == tags.shown_tag(reagent)
    assert explain(f"HTTPS://LZ.EXAMPLE/J/{SIGNED.lower()}".encode(), here).note == "code.damaged"


def test_around_is_made_of_the_countys_settings() -> None:
    settings = replace(load_packs().settings, subject_pattern="Z[0-9]", trace_pattern="X[0-9")
    made = around(settings, LABEL.label, date(2026, 11, 22), ("LZ.Example",))
    assert made.subject is not None
    assert (made.subject.text, made.trace, made.label, made.today) == ("Z[0-9]", None, LABEL.label, date(2026, 11, 22))
    assert made.hosts == ("lz.example",)
    assert explain(b"Z1", made).kind is Kind.SUBJECT_CODE
    assert around(load_packs().settings, None, None) == Around()


def test_nobody_is_born_tomorrow() -> None:
    body = "53042720261123001"
    number = (body + "0123456789X"[[identifier(body + last) for last in "0123456789X"].index(True)]).encode()
    assert explain(number, Around(today=date(2026, 11, 23))).rule == "codes/person"
    assert explain(number, Around(today=date(2026, 11, 22))).rule == "codes/person_like"
    assert explain(number).rule == "codes/person"


def identifier(text: str) -> bool:
    return explain(text.encode()).rule == "codes/person"


def test_the_token_of_a_card_is_its_bytes() -> None:
    token = bytes(range(200))
    told = explain(b"HTTPS://COUNTY.EXAMPLE/K/" + base64.b32encode(token).rstrip(b"="))
    assert (told.token, told.facts) == (token, {"host": "county.example"})


def test_a_digital_link_tells_its_parts() -> None:
    told = explain(f"https://u@Shop.example/x/01/{GTIN}/10/AB%2F1/21/77?11=260201&3103=001500&linkType=all".encode())
    assert told.facts == {
        "host": "shop.example", "gtin": GTIN, "lot": "AB/1", "serial": "77", "produced": "2026-02-01",
        "net_kg": "1.500",
    }  # fmt: skip
    assert (told.kind, told.rule, told.check) == (Kind.GS1_LINK, "codes/elements", R)


def test_elements_tell_their_parts() -> None:
    told = explain(f"]C110AB\x1d01{GTIN}11261301990X".encode(), Around(today=date(2026, 11, 22)))
    assert told == Scanned(
        Kind.GS1, f"(10)AB(01){GTIN}(11)261301", False, "code.gs1_wrong", None,
        {"lot": "AB", "gtin": GTIN, "produced": "261301", "rest": "990X", "wrong": "(11)"}, "codes/elements", W,
    )  # fmt: skip
    assert explain(b"(11)990101", Around(today=date(2026, 11, 22))).facts == {"produced": "1999-01-01"}
    assert explain(b"(11)990101").facts == {"produced": "2099-01-01"}
    assert explain("(10)A\u200bB".encode()).facts == {"lot": "A B", "wrong": "(10)"}
    assert explain("(10)A\u200bB".encode()).text == "(10)A B"
    assert explain(b"(11)261301(10)A B").facts["wrong"] == "(10), (11)"


@pytest.mark.parametrize("data", [b"6901234567892\x1d", b"10\x1d0109521234543213", b"hello\x1d", b"\x1d"])
def test_a_separator_alone_makes_no_elements(data: bytes) -> None:
    assert explain(data).note == "code.unreadable"


@pytest.mark.parametrize("data", [b"10AB\x1d0109521234543213", b"\x1d0109521234543213", b"0109521234543213\x1d\r\n"])
def test_separators_that_scanners_send(data: bytes) -> None:
    told = explain(data)
    assert (told.kind, told.ok, told.facts["gtin"]) == (Kind.GS1, True, GTIN)


PLACES = [
    "{}", " {}\n", "https://a.example/?id={}", "https://{}.example/", "https://{}@a.example/x", "id:{};", "身份证 {}",
    "https://a.example/01/09521234543213/10/{}", "https://a.example/K/MFRGG?{}", "(01)09521234543213(21){}",
    "]C121{}", "21{}\x1d0109521234543213", "https://a.example/N/{}", "https://a.example/S/{}", "]Q1{}", "{},{}",
]  # fmt: skip
WRITTEN = [
    ID, ID.lower(), "１１０１０５１９４９１２３１００２Ｘ", "110105 19491231 002x", "110105-19491231-002X",
    "110105194912310021", "11010519491231002", "".join(f"%{ord(one):02x}" for one in ID),
]  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("written", WRITTEN)
def test_an_id_number_is_never_in_the_answer(place: str, written: str) -> None:
    data = place.replace("{}", written).encode()
    for told in (explain(data), explain(data, LABEL), explain(data, Around(None, pattern(".*")))):
        shown = repr(told)
        assert ID not in shown.upper()
        assert written not in shown
        assert ID[6:14] not in shown


@pytest.mark.parametrize("place", ["{}", " {}\n", "]Q1{}"])
@pytest.mark.parametrize("written", ["11O1O519491231002X", "1101051949123l002X", "1101051949123100X"])
def test_nor_is_a_mistyped_one(place: str, written: str) -> None:
    told = explain(place.replace("{}", written).encode(), LABEL)
    assert told == Scanned(Kind.ID_NUMBER, "", False, "code.id_number", rule="codes/person_like", check=W)


def test_an_id_number_is_no_certificate_number() -> None:
    told = explain(b"https://lz.example/N/1101051949123100X")
    assert (told.kind, told.text) == (Kind.URL, "https://lz.example/N/***")


@given(
    st.sampled_from(PLACES),
    st.from_regex(r"[1-8][0-9]{5}", fullmatch=True),
    st.dates(date(1900, 1, 1), date(2026, 11, 22)),
    st.integers(0, 999),
)
def test_nobodys_birthday_is_in_the_answer(place: str, region: str, born: date, order: int) -> None:
    body = f"{region}{born:%Y%m%d}{order:03}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    number = body + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True)) % 11]
    told = explain(place.replace("{}", number).encode())
    assert number not in repr(told)


def test_chinese_encodings() -> None:
    assert explain("番茄".encode("gb18030")).text == explain("番茄".encode()).text == "番茄"


@pytest.mark.parametrize(
    "data", [b"\x00abc", b"\xff\xff", b"a\x07b", "a\u0085b".encode(), "a\ue000".encode(), b"a\x0bb"]
)
def test_control_characters_and_noise_are_not_text(data: bytes) -> None:
    told = explain(data)
    assert (told.kind, told.text, told.note) == (Kind.UNKNOWN, "", "code.unreadable")
    assert text_of(data) is None


def test_lines_are_text_and_a_flood_is_none() -> None:
    assert text_of(b" a\r\nb\tc \n") == "a\r\nb\tc"
    assert explain(b"a\nb").text == "a b"
    assert explain(b"x" * 8192).note == "code.unknown"
    assert explain(b"x" * 8193).note == "code.unreadable"


def test_an_excerpt_is_short_and_printable() -> None:
    told = excerpt("a\u202eb\u3000" + "x" * 90)
    assert told.isprintable()
    assert len(told) == 25


@given(st.one_of(st.binary(max_size=80), st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace"))))
def test_anything_gets_an_answer(data: bytes) -> None:
    told = explain(data, LABEL)
    assert told.text.isprintable() or told.kind is Kind.URL
    assert told.token is None or told.kind in (Kind.CARD, Kind.CERTIFICATE)
    assert told.rule.startswith("codes/")
    assert (told.check is Check.WRONG) <= (not told.ok or told.kind is Kind.FARM_CODE)
