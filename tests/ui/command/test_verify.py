"""`liangzheng verify` as a person types it: the verdict first, and an exit code that a script may trust."""

import json
import zlib
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
import segno
from PIL import Image

from kiosk import verify_files
from kiosk.paper.electronic import as_pdf, as_png
from kiosk.verify import Verdict, Why
from kiosk.verify_proof import as_tlog_proof
from kiosk.words import load_words
from tests.kiosk.test_verify_proof import Logged
from tests.support.bodies import County
from tests.support.checked import Checking
from ui.command.main import main

ZH = load_words("zh")


@pytest.fixture
def at_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checking:
    monkeypatch.chdir(tmp_path)
    made = Checking()
    (tmp_path / "trust.json").write_bytes(made.trust.bytes())
    return made


def typed(capsys: pytest.CaptureFixture[str], *words: str, trust: str = "trust.json") -> tuple[int, list[str], str]:
    code = main(["verify", *words, *(("--trust", trust) if trust else ())])
    said = capsys.readouterr()
    return code, said.out.splitlines(), said.err


def verdict(of: Verdict) -> str:
    return ZH.say(f"verify.verdict.{of}")


def told(of: Verdict, why: str) -> list[str]:
    return [verdict(of), ZH.say(f"verify.{of}.{why}"), ZH.say(f"verify.advice.{of}")]


def picture(*texts: str) -> Image.Image:
    """Codes side by side on white paper."""
    drawn = [_code(text) for text in texts]
    width, height = sum(one.width for one in drawn) + 80 * (len(drawn) + 1), max(one.height for one in drawn) + 160
    sheet = Image.new("L", (width, height), 255)
    at = 80
    for one in drawn:
        sheet.paste(one, (at, 80))
        at += one.width + 80
    return sheet


def _code(text: str) -> Image.Image:
    matrix = np.array([list(row) for row in segno.make(text, error="m", boost_error=False).matrix], dtype=np.uint8)
    return Image.fromarray(np.kron(255 * (1 - matrix), np.ones((4, 4), np.uint8)))


def test_a_code_is_judged_with_no_network(at_hand: Checking, capsys: pytest.CaptureFixture[str]) -> None:
    certificate, text = at_hand.paper()
    code, said, _ = typed(capsys, text)
    assert (code, said[0]) == (0, verdict(Verdict.GENUINE))
    assert any(certificate.subject.name in line for line in said)
    assert typed(capsys, text[:-4])[:2] == (1, told(Verdict.FALSE, "broken"))
    assert typed(capsys, certificate.number)[0] == 3
    assert typed(capsys, at_hand.card())[0] == 3
    at_hand.list_file(Path("list"), {certificate.number: Why.ORDER})
    code, said, _ = typed(capsys, text, "--revoked", "list")
    assert (code, said[:2]) == (1, [verdict(Verdict.REVOKED), ZH.say("verify.revoked.order")])


def test_a_code_may_lie_in_a_text_file(at_hand: Checking, capsys: pytest.CaptureFixture[str]) -> None:
    Path("code.txt").write_text(f"\n {at_hand.paper()[1]} \n")
    assert typed(capsys, "code.txt")[0] == 0


def test_the_counties_may_be_several(at_hand: Checking, capsys: pytest.CaptureFixture[str]) -> None:
    there = County("110000")
    text = at_hand.paper(box=there.enrol("gasa"))[1]
    assert typed(capsys, text)[0] == 3
    Path("there.json").write_bytes(there.trust.bytes())
    assert typed(capsys, text, "--trust", "there.json")[0] == 0


def test_every_code_of_a_picture_is_told_and_the_worst_counts(
    at_hand: Checking, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = [at_hand.paper(nth)[1] for nth in (1, 2)]
    picture(*texts).save("two.png")
    code, said, _ = typed(capsys, "two.png", "--json")
    assert code == 0
    numbers = {json.loads(line)["number"] for line in said}
    assert numbers == {at_hand.paper(nth)[0].number for nth in (1, 2)}
    picture(texts[0], texts[1][:-4]).save("worse.png")
    assert typed(capsys, "worse.png")[0] == 1
    picture(texts[0], "https://weixin.qq.com/x").save("advert.png")
    assert typed(capsys, "advert.png")[0] == 0
    Image.new("L", (400, 400), 255).save("empty.png")
    assert typed(capsys, "empty.png")[:2] == (3, [verdict(Verdict.UNCLEAR), ZH.say("verify.unclear.nothing")])


@pytest.mark.parametrize("kind", ["jpeg", "bilevel", "two pages"])
def test_the_codes_of_a_pdf_are_read_from_its_pictures(
    at_hand: Checking, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    """As a telephone's scanning app writes it, as a press does, and with several pages."""
    first, second = (picture(at_hand.paper(nth)[1]) for nth in (1, 2))
    match kind:
        case "jpeg":
            grey = cv2.GaussianBlur(np.asarray(first), (3, 3), 0)
            Image.fromarray(grey).convert("RGB").save("paper.pdf", quality=80)
        case "bilevel":
            first.convert("1").save("paper.pdf")
        case _:
            first.save("paper.pdf", save_all=True, append_images=[second])
    code, said, _ = typed(capsys, "paper.pdf", "--json")
    assert (code, len(said)) == (0, 2 if kind == "two pages" else 1)


def test_our_own_electronic_certificate_is_read(at_hand: Checking, capsys: pytest.CaptureFixture[str]) -> None:
    page = picture(at_hand.paper()[1]).convert("1")
    Path("paper.pdf").write_bytes(as_pdf([page], 8, "certificate"))
    Path("paper.png").write_bytes(as_png([page], 8))
    for file in ("paper.pdf", "paper.png"):
        assert typed(capsys, file)[0] == 0


@pytest.mark.parametrize("data", [b"%PDF-1.7\n", b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 1 0 R>>\nendobj\n%%EOF"])
def test_a_broken_pdf_is_told(at_hand: Checking, capsys: pytest.CaptureFixture[str], data: bytes) -> None:
    Path("paper.pdf").write_bytes(data)
    code, said, _ = typed(capsys, "paper.pdf")
    assert code in (2, 3)
    assert said == [] or said[0] == verdict(Verdict.UNCLEAR)


BAD = {  # what the dictionary of a picture says, and its bytes
    "no jpeg": (b"/Filter/DCTDecode", b"hello"),
    "short": (b"/Filter/FlateDecode", zlib.compress(b"abc")),
    "no deflate": (b"/Filter/FlateDecode", b"garbage"),
    "fax": (b"/BitsPerComponent 1/Filter/CCITTFaxDecode/DecodeParms<</K -1/Columns 90/Rows 90>>", b"garbage" * 9),
    "jpeg 2000": (b"/Filter/JPXDecode", b"xxx"),
    "jbig2": (b"/Filter/JBIG2Decode", b"xxx"),
    "another filter": (b"/Filter/FooDecode", b"xxx"),
    "a bomb": (b"/Width 20000/Height 20000/Filter/FlateDecode", zlib.compress(bytes(90_000_000), 1)),
    "too large": (b"/Width 100000/Height 100000/Filter/FlateDecode", zlib.compress(bytes(9))),
    "no size": (b"/Width -9/Filter/FlateDecode", zlib.compress(bytes(9))),
}


def pdf(*pictures: tuple[bytes, bytes]) -> bytes:
    """A page with these pictures among its resources, none of them drawn."""
    names = b"".join(b"/I%d %d 0 R" % (nth, nth + 4) for nth in range(len(pictures)))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Resources<</XObject<<%b>>>>>>" % names
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page]
    objects += [
        b"<</Type/XObject/Subtype/Image/ColorSpace/DeviceGray%b/Length %d>>stream\n%b\nendstream"
        % (_sized(said), len(data), data)
        for said, data in pictures
    ]
    whole, places = b"%PDF-1.4\n", list[int]()
    for nth, one in enumerate(objects, 1):
        places.append(len(whole))
        whole += b"%d 0 obj\n%b\nendobj\n" % (nth, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(whole))
    return whole + head + table + end


def _sized(said: bytes) -> bytes:
    for name, usual in ((b"/Width", b" 90"), (b"/Height", b" 90"), (b"/BitsPerComponent", b" 8")):
        said = said if name in said else name + usual + said
    return said


def grey(image: Image.Image) -> tuple[bytes, bytes]:
    return b"/Width %d/Height %d/Filter/FlateDecode" % image.size, zlib.compress(image.tobytes())


@pytest.mark.parametrize("kind", BAD)
def test_one_bad_picture_of_a_pdf_hides_no_other(
    at_hand: Checking, capfd: pytest.CaptureFixture[str], kind: str
) -> None:
    """It is told in our words: no decoder of a stranger's picture writes to the terminal."""
    Path("paper.pdf").write_bytes(pdf(BAD[kind], grey(picture(at_hand.paper()[1]))))
    code = main(["verify", "paper.pdf", "--trust", "trust.json", "--json"])
    said = capfd.readouterr()
    answers = [json.loads(line) for line in said.out.splitlines()]
    assert (code, said.err, answers[0]["verdict"]) == (0, "", "genuine")
    assert answers[0]["told"][-1] == {"key": "verify.told.pdf", "facts": {"page": "1"}}, "nobody sees this picture"
    assert [one["why"]["key"] for one in answers[1:]] == ["verify.unclear.pictures"] * (kind != "fax")
    Path("paper.pdf").write_bytes(pdf(grey(picture(at_hand.paper()[1][:-4])), BAD[kind]))
    assert main(["verify", "paper.pdf", "--trust", "trust.json"]) == 1


def test_of_more_pictures_than_are_looked_at_nothing_is_promised(
    at_hand: Checking, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify_files, "MOST_PICTURES", 2)
    pages = [picture(at_hand.paper(nth)[1]) for nth in (1, 2)]
    Path("paper.pdf").write_bytes(pdf(*map(grey, pages)))
    assert typed(capsys, "paper.pdf")[0] == 0
    Path("paper.pdf").write_bytes(pdf(*map(grey, [*pages, picture(at_hand.paper(3)[1][:-4])])))
    code, said, _ = typed(capsys, "paper.pdf", "--json")
    assert (code, json.loads(said[-1])["why"]["key"]) == (3, "verify.unclear.more")


def test_a_file_that_an_editor_saved_again_is_read(at_hand: Checking, capsys: pytest.CaptureFixture[str]) -> None:
    """Some write a mark before the text."""
    Path("code.txt").write_text(at_hand.paper()[1], "utf-8-sig")
    assert typed(capsys, "code.txt")[0] == 0
    document = Logged().document()
    for text in (json.dumps(document), as_tlog_proof(document)):
        Path("proof").write_text(text, "utf-8-sig")
        assert typed(capsys, "proof")[0] == 0


def test_of_two_lists_of_a_county_the_newer_is_asked(at_hand: Checking, capsys: pytest.CaptureFixture[str]) -> None:
    certificate, text = at_hand.paper()
    at_hand.list_file(Path("old"), {}, counter=7)
    at_hand.list_file(Path("new"), {certificate.number: Why.ORDER}, counter=8)
    for order in (("old", "new"), ("new", "old")):
        assert typed(capsys, text, "--revoked", order[0], "--revoked", order[1])[0] == 1


def test_a_list_that_is_spoilt_inside_is_named(at_hand: Checking, capsys: pytest.CaptureFixture[str]) -> None:
    at_hand.list_file(Path("list"), {at_hand.paper()[0].number: Why.ORDER})
    data = bytearray(Path("list").read_bytes())
    data[-1] ^= 1
    Path("list").write_bytes(data)
    code, said, complaint = typed(capsys, at_hand.paper()[1], "--revoked", "list")
    assert (code, said) == (2, [])
    assert complaint.startswith(ZH.say("command.verify.spoilt_list", reason=""))


def test_a_proof_is_judged_in_both_forms(at_hand: Checking, capsys: pytest.CaptureFixture[str]) -> None:
    document = Logged().document()
    Path("entry.proof.json").write_text(json.dumps(document))
    Path("entry.tlog-proof").write_text(as_tlog_proof(document))
    for file in ("entry.proof.json", "entry.tlog-proof"):
        code, said, _ = typed(capsys, file)
        assert (code, said[0]) == (0, verdict(Verdict.GENUINE))
    Path("entry.proof.json").write_text(json.dumps(document | {"index": 3}))
    assert typed(capsys, "entry.proof.json")[0] == 1


@pytest.mark.parametrize(
    "words",
    [("x", "--trust", "nowhere.json"), ("x", "--revoked", "nowhere"), ("x", "--revoked", "trust.json"), ("picture",)],
)
def test_what_cannot_be_read_is_no_verdict(
    at_hand: Checking, capsys: pytest.CaptureFixture[str], words: Sequence[str]
) -> None:
    Path("picture").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    code, said, complaint = typed(capsys, *words)
    assert (code, said) == (2, [])
    assert complaint


def test_a_key_list_is_needed(at_hand: Checking, capsys: pytest.CaptureFixture[str]) -> None:
    assert typed(capsys, at_hand.paper()[1], trust="") == (2, [], ZH.say("command.verify.no_trust") + "\n")
    assert typed(capsys, trust="")[0] == 2


def test_a_hostile_name_does_not_rule_the_terminal(at_hand: Checking, capsys: pytest.CaptureFixture[str]) -> None:
    code, said, _ = typed(capsys, "https://x.example/\u202e/..")
    assert code == 3
    assert "\u202e" not in "".join(said)


def test_the_program_is_handed_out(at_hand: Checking, capsys: pytest.CaptureFixture[str]) -> None:
    code, said, _ = typed(capsys, "--hand-out", "check.py", trust="")
    assert (code, len(said)) == (0, 1)
    assert "def signed(" in Path("check.py").read_text("utf-8")
