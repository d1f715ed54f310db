"""The handed-out program says what ours says, of every code: the one is the other's oracle."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.hand_out import check_certificate as handed
from kiosk.hand_out.written import written
from kiosk.revoked_list import open_list
from kiosk.rules.messages import Certificate
from kiosk.rules.scan.numbers import CROCKFORD, parse_number, shown
from kiosk.seal import read_certificate
from kiosk.trust import REPLACED, Use, public_bytes, revoked
from kiosk.verify import County, Why, judge
from tests.fuzz.mutate import damaged
from tests.support.bodies import HOST, START, a_key
from tests.support.bodies import County as Bodies
from tests.support.checked import TODAY, Checking, days, relinked, sign1, token_of

MUTATIONS = 3000
LINES_MOST = 300
ORDER = 2**252 + 27742317777372353535851937790883648493
SMALL = (  # every encoding of a point whose order divides 8
    (0).to_bytes(32, "little"),
    (1).to_bytes(32, "little"),
    (2**255 - 20).to_bytes(32, "little"),
    (2**255).to_bytes(32, "little"),
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85"),
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa"),
)


Said = tuple[str, str, list[tuple[str, dict[str, str]]], tuple[object, ...] | None]  # verdict, why, told, signed


@dataclass(frozen=True, slots=True)
class Both:
    """Our judgement and that of the program, of one county and one list."""

    ours: County
    theirs: handed.County
    listed: "handed.Revoked | None"

    def told(self, text: str) -> tuple[Said, Said]:
        checked = judge(text.encode(), [self.ours], TODAY)
        said = [(one.key, dict(one.facts)) for one in (*checked.told, *checked.doubts)]
        said = [one for one in said if one[0].startswith(("verify.told.list", "verify.told.sealed", "verify.doubt"))]
        answer = handed.judge(text, self.theirs, self.listed, TODAY)
        spoken = [(key, {name: str(fact) for name, fact in facts.items()}) for key, facts in answer["told"]]
        spoken = [one for one in spoken if one[0] != "verify.told.key"]
        claims = None if answer["claims"] is None else (answer["claims"][1], answer["claims"][6], answer["claims"][3])
        code = checked.code
        signed = None if code is None else (code.number, code.quantity, code.subject)
        return (
            (checked.verdict.value, checked.why.key, sorted(said, key=str), signed),
            (answer["verdict"], answer["why"][0], sorted(spoken, key=str), claims),
        )


@pytest.fixture
def at_hand() -> Checking:
    return Checking()


@pytest.fixture
def both(at_hand: Checking, tmp_path: Path) -> Iterator[Both]:
    numbers = {at_hand.paper(2)[0].number: Why.ORDER, at_hand.paper(3)[0].number: Why.VOID}
    with agreeing(at_hand, tmp_path, numbers) as made:
        yield made


@contextmanager
def agreeing(at_hand: Checking, folder: Path, numbers: Mapping[str, Why]) -> Iterator[Both]:
    at_hand.list_file(folder / "list", numbers)
    theirs = handed.County(at_hand.trust.bytes())
    with open_list(folder / "list", at_hand.trust) as revoked:
        listed = handed.Revoked((folder / "list").read_bytes(), theirs)
        yield Both(County(at_hand.trust, revoked), theirs, listed)


def test_both_say_the_same_of_every_fate(at_hand: Checking, tmp_path: Path) -> None:
    old = at_hand.granted("old box", "2026-01-01", "2026-06-30", "gasa-03")
    gone = at_hand.granted("gone box", "2026-01-01", "2036-01-01", "gasa-04")
    at_hand.revoke(gone, "2026-11-23", 4)
    swapped = at_hand.granted("swapped box", "2026-01-01", "2036-01-01", "gasa-05")
    word = replace(at_hand.county.revocation(Use.STATION, swapped.key, "2026-11-23", 4), reason=f"{REPLACED}ab")
    at_hand.trust = at_hand.trust.merged([], [revoked(at_hand.county.root, replace(word, signature=""))])
    papers = [
        at_hand.paper(1), at_hand.paper(2), at_hand.paper(3), at_hand.paper(4, box=old), at_hand.paper(5, box=gone),
        at_hand.paper(6, at=START + days(1), box=gone), at_hand.paper(7, at=START + days(30)),
        at_hand.paper(8, box=Bodies("110000").enrol("gasa")), at_hand.paper(9, box=Bodies().enrol("a forger")),
        at_hand.paper(10, box=swapped),
    ]  # fmt: skip
    numbers = {papers[1][0].number: Why.ORDER, papers[2][0].number: Why.VOID}
    with agreeing(at_hand, tmp_path, numbers) as both:
        said = same_of_all(at_hand, both, papers)
        unlisted = Both(County(at_hand.trust), both.theirs, None)
        same_of_all(at_hand, unlisted, papers)
    assert said == [
        "genuine", "revoked", "revoked", "false", "unclear", "revoked", "genuine", "unclear", "unclear",
        "unclear",
    ]  # fmt: skip


def same_of_all(at_hand: Checking, both: Both, papers: list[tuple[Certificate, str]]) -> list[str]:
    """Both asked of each paper, as it is, spoilt and by its number: what both say of it as it is."""
    said = []
    for certificate, text in papers:
        number = certificate.number
        wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
        slips = (wrong, shown(wrong), wrong.lower(), shown(wrong).lower(), " ".join(wrong), number[:-1])
        links = (f"HTTPS://{HOST.upper()}/N/{one}" for one in slips)
        for one in (*slips, *links, text.replace("/C/", "/K/"), f"]Q1{text}", text.replace("K", "\u212a"), text + "#x"):
            ours, theirs = both.told(one)
            assert (one, *ours) == (one, *theirs)
        for one in (text[:-1], number, f"HTTPS://{HOST.upper()}/N/{number}", f" {text}\n", text.lower(), text):
            ours, theirs = both.told(one)
            assert ours == theirs
        said.append(ours[0])
    for other in (at_hand.card(), "hello", "", "HTTPS://X/C/", "HTTPS://X/C/AAAA", "HTTPS://X/K/77", "HTTPS://X/N/1"):
        ours, theirs = both.told(other)
        assert ours[:2] == theirs[:2]
    return said


def test_both_say_the_same_of_mutated_codes(at_hand: Checking, both: Both) -> None:
    tokens, draw = [token_of(at_hand.paper(nth)[1]) for nth in (1, 2)], Random(11)
    accepted = 0
    for _ in range(MUTATIONS):
        token = damaged(draw, tokens) or b"\0"
        ours, theirs = both.told(relinked(token))
        assert ours == theirs
        accepted += token not in tokens and ours[3] is not None
    assert accepted == 0


@pytest.mark.parametrize("quantity", ["160", "160.0", "0160", "00.5", "0.5", "160.", "1e2", "0", "9" * 300])
def test_a_quantity_has_one_writing(at_hand: Checking, both: Both, quantity: str) -> None:
    """Also where a station signs another: what one reader takes the other takes (FORMATS.md §8)."""
    claims = read_certificate(token_of(at_hand.paper()[1])).code.claims() | {6: quantity}
    ours, theirs = both.told(relinked(sign1(claims, at_hand.box.key)))
    assert ours == theirs
    assert (ours[0] == "genuine") is (quantity in ("160", "160.0", "0.5", "9" * 300))


def test_a_list_of_tomorrow_and_a_revocation_that_somebody_changed(at_hand: Checking, tmp_path: Path) -> None:
    at_hand.list_file(tmp_path / "list", {}, at=START + days(400))
    theirs = handed.County(at_hand.trust.bytes())
    listed = handed.Revoked((tmp_path / "list").read_bytes(), theirs)
    told = handed.judge(at_hand.paper()[1], theirs, listed, TODAY)["told"]
    assert told[-1][0] == "verify.doubt.ahead"
    at_hand.revoke(at_hand.box, "2026-11-23", 12)
    table = json.loads(at_hand.trust.bytes())
    table["revoked"][0]["key"] = "00" * 16
    with pytest.raises(ValueError, match="not the root's"):
        handed.County(json.dumps(table).encode())


def test_a_list_of_keys_that_somebody_changed_is_refused_where_it_is_used(at_hand: Checking) -> None:
    table = json.loads(at_hand.trust.bytes())
    next(one for one in table["grants"] if one["use"] == "station")["until"] = "2099-01-01"
    changed = handed.County(json.dumps(table).encode())
    with pytest.raises(ValueError, match="not the root's"):
        handed.judge(at_hand.paper()[1], changed, None, TODAY)


def test_a_list_of_revoked_certificates_is_refused_as_ours_refuses_it(at_hand: Checking, tmp_path: Path) -> None:
    theirs = handed.County(at_hand.trust.bytes())
    at_hand.list_file(tmp_path / "list", {f"n{nth}": Why.ORDER for nth in range(3000)})
    whole = (tmp_path / "list").read_bytes()
    assert handed.Revoked(whole, theirs).why("n7") == "order"
    for at in (*range(0, 500, 7), *range(500, len(whole), 2999)):
        data = bytearray(whole)
        data[at] ^= 1
        with pytest.raises(handed.ODD):
            handed.Revoked(bytes(data), theirs)
    for cut in (whole[:-8], whole + bytes(8), b""):
        with pytest.raises(handed.ODD):
            handed.Revoked(cut, theirs)


# --- signatures ---


def theirs_and_ours(public: bytes, signature: bytes, message: bytes) -> tuple[bool, bool]:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        ours = True
    except (InvalidSignature, ValueError):
        ours = False
    return handed.signed(public, signature, message), ours


def test_signatures_are_taken_as_cryptography_takes_them() -> None:
    draw = Random(5)
    for nth in range(60):
        key, message = a_key(str(nth)), draw.randbytes(draw.randrange(300))
        public, signature = public_bytes(key), key.sign(message)
        assert theirs_and_ours(public, signature, message) == (True, True)
        for wrong in (bytes([signature[0] ^ 1]) + signature[1:], signature[:32] + bytes(32), signature[:-1], b""):
            assert theirs_and_ours(public, wrong, message) == (False, False)
        assert theirs_and_ours(public, signature, message + b"\0") == (False, False)


def test_a_signature_has_one_form() -> None:
    """s + L fits as well where s < L is not asked (RFC 8032 §5.1.7)."""
    key = a_key("malleable")
    signature = key.sign(b"paper")
    s = int.from_bytes(signature[32:], "little") + ORDER
    assert theirs_and_ours(public_bytes(key), signature[:32] + s.to_bytes(32, "little"), b"paper") == (False, False)


@pytest.mark.parametrize("public", SMALL, ids=lambda public: public.hex()[:8])
def test_a_key_of_small_order_signs_nothing(public: bytes) -> None:
    """With such a key R = identity, s = 0 would fit every message whose challenge is a multiple of eight."""
    identity = (1).to_bytes(32, "little")
    for nth in range(64):
        for point in SMALL[:3]:
            assert not handed.signed(public, point + bytes(32), bytes([nth]))
    assert not handed.signed(public, identity + bytes(32), b"")


@pytest.mark.parametrize("y", [2**255 - 19, 2**255 - 18, 2**255 - 1])
def test_a_point_has_one_form(y: int) -> None:
    for sign in (0, 1 << 255):
        assert handed.decoded(((y | sign) & (2**256 - 1)).to_bytes(32, "little")) is None


# --- the one file ---


def test_it_is_short_and_needs_nothing() -> None:
    source = written()
    code = [line for line in Path(handed.__file__).read_text("utf-8").splitlines() if line.strip()]
    assert len(code) < LINES_MOST
    imported = {
        line.split()[1].partition(".")[0] for line in source.splitlines() if line.startswith(("import ", "from "))
    }
    assert imported <= sys.stdlib_module_names


def run(folder: Path, *words: str) -> tuple[int, str]:
    command = [sys.executable, "-I", "-S", str(folder / "check_certificate.py"), *words]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=folder)
    return ended.returncode, ended.stdout or ended.stderr


def test_it_runs_alone_with_the_words_of_the_packs(at_hand: Checking, tmp_path: Path) -> None:
    """Without site packages (-S) and without the folder that it lies in (-I)."""
    (tmp_path / "check_certificate.py").write_text(written(), "utf-8")
    (tmp_path / "trust.json").write_bytes(at_hand.trust.bytes())
    certificate, text = at_hand.paper()
    at_hand.list_file(tmp_path / "list", {certificate.number: Why.ORDER})
    trust, today = ("--trust", "trust.json"), ("--today", TODAY.isoformat())
    code, said = run(tmp_path, text, *trust, *today)
    assert (code, said.splitlines()[0]) == (0, "真")
    assert certificate.subject.name in said
    code, said = run(tmp_path, text, *trust, *today, "--revoked", "list", "--lang", "en")
    assert (code, said.splitlines()[0]) == (1, "VOID OR REVOKED")
    assert run(tmp_path, text[:-1], *trust)[0] == 1
    assert run(tmp_path, certificate.number, *trust)[0] == 3
    assert run(tmp_path, text, "--trust", "list")[0] == 2
    command = [sys.executable, "-S", "check_certificate.py", text, *trust, *today]
    ascii_only = subprocess.run(
        command, capture_output=True, check=False, cwd=tmp_path, env={"PYTHONIOENCODING": "ascii"}, timeout=60
    )
    assert (ascii_only.returncode, ascii_only.stderr) == (0, b""), "a terminal without Chinese shows question marks"


def test_every_sentence_of_it_is_in_its_table() -> None:
    scope: dict[str, object] = {"__name__": "handed_out"}
    exec(compile(written(), "check_certificate.py", "exec"), scope)  # noqa: S102 - our own file
    words = scope["WORDS"]
    assert isinstance(words, dict)
    assert set(words) == {"zh", "en"}
    for language in words.values():
        assert {"verify.genuine.why", "verify.unclear.card", "unit.kg", "basis.control", "outcome.negative"} <= set(
            language
        )


@pytest.mark.parametrize("seed", range(40))
def test_numbers_are_read_alike(seed: int) -> None:
    draw = Random(seed)
    for _ in range(50):
        text = "".join(draw.choice(CROCKFORD + "ILOU- ") for _ in range(draw.randrange(15, 20)))
        text = draw.choice(("530427", "5304-27", "")) + text
        assert handed.number_of(text) == parse_number(text)
