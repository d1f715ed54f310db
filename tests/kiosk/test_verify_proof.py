"""The county's proof of an entry, in both of its forms, judged with nothing but the county's root key."""

import base64
import json
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from kiosk import tree
from kiosk.rules.sentence import Sentence
from kiosk.tlog_proof import TlogProof, parse_tlog_proof
from kiosk.trust import Broken, Trust, Untrusted, public_bytes
from kiosk.verify import County, PaperCheck, Verdict, Why
from kiosk.verify_proof import as_tlog_proof, judge_proof
from kiosk.verify_told import lines
from kiosk.words import load_words
from tests.fuzz.mutate import bent, damaged
from tests.support.bodies import START, a_test
from tests.support.checked import TODAY, Checking, OnDay
from ui.county import proof
from ui.county.reader import Receipted

FRESH = OnDay(TODAY, {})


class Logged(Checking):
    """A log of some entries, the third a certificate, all receipted."""

    def __init__(self) -> None:
        super().__init__()
        box = self.box
        self.entries = [box.opened(), box.write(a_test()), box.write(box.certificate(tests=(2,)))]
        self.entries += [box.write(a_test(nth=nth)) for nth in range(4)]
        self.bare = Trust(self.trust.county, self.trust.root, self.trust.grants[:3])  # no station in it
        self.nodes: dict[tuple[int, int], bytes] = {}
        for size, entry in enumerate(self.entries):
            fresh = tree.added(size, tree.leaf_hash(entry.header.bytes()), self.node)
            self.nodes |= {(level, index): digest for level, index, digest in fresh}

    def node(self, level: int, index: int) -> bytes:
        return self.nodes[level, index]

    def document(self, seq: int = 3, size: int = 7) -> dict[str, Any]:
        root = tree.root(size, self.node)
        receipt = self.county.receipt(self.box.log, size, root, START + timedelta(hours=1))
        return proof.document(self.entries[seq - 1], Receipted(size, root, size, receipt), self.node, self.trust)


@pytest.fixture
def at_hand() -> Logged:
    return Logged()


def judged(at_hand: Logged, document: dict[str, Any] | bytes, revoked: OnDay | None = FRESH) -> PaperCheck:
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return judge_proof(data, [County(at_hand.bare.merged([], at_hand.trust.revoked), revoked)], TODAY)


def both(document: dict[str, Any]) -> tuple[bytes, bytes]:
    return json.dumps(document).encode(), as_tlog_proof(document).encode()


def test_the_proof_of_a_certificate_tells_of_the_certificate_and_of_its_entry(at_hand: Logged) -> None:
    for form in both(at_hand.document()):
        checked = judged(at_hand, form)
        assert (checked.verdict, checked.why.key) == (Verdict.GENUINE, "verify.genuine.why")
        assert checked.code is not None
        told = {one.key: one.facts for one in checked.told}
        assert told["verify.told.entry"]["seq"] == "3"
        assert told["verify.told.witnessed"]["size"] == "7"
        assert load_words("en").say("verify.verdict.genuine") == lines(checked, load_words("en"))[0]


@pytest.mark.parametrize("seq", range(1, 8))
@pytest.mark.parametrize("size", [7])
def test_every_entry_of_the_log_is_proved(at_hand: Logged, seq: int, size: int) -> None:
    for form in both(at_hand.document(seq, size)):
        assert judged(at_hand, form).verdict is Verdict.GENUINE


def test_a_log_of_one_entry_has_no_path(at_hand: Logged) -> None:
    document = at_hand.document(1, 1)
    assert document["path"] == []
    for form in both(document):
        assert judged(at_hand, form).why == Sentence("verify.proof.whole")


def test_retired_entries_are_proved_by_their_header(at_hand: Logged) -> None:
    at_hand.entries[2] = replace(at_hand.entries[2], body=None, salt=None)
    checked = judged(at_hand, at_hand.document())
    assert (checked.verdict, checked.code) == (Verdict.GENUINE, None)
    assert "verify.told.retired" in {one.key for one in checked.told}


def test_a_void_certificate_stays_void_however_well_it_is_proved(at_hand: Logged) -> None:
    number = at_hand.paper()[0].number
    assert judged(at_hand, at_hand.document(), OnDay(TODAY, {number: Why.VOID})).verdict is Verdict.REVOKED


@pytest.mark.parametrize(("through", "verdict"), [(2, Verdict.REVOKED), (3, Verdict.GENUINE)])
def test_of_a_revoked_key_the_first_entries_count(at_hand: Logged, through: int, verdict: Verdict) -> None:
    """Whatever day the station wrote: the county had the entry, and the root says how far it counts."""
    document = at_hand.document()
    at_hand.revoke(at_hand.box, "2026-01-02", through)
    assert judged(at_hand, document).verdict is verdict


def test_the_county_proves_the_entries_of_a_revoked_key_that_count(at_hand: Logged) -> None:
    at_hand.revoke(at_hand.box, "2026-01-02", 2)
    for seq in (1, 2):
        assert judged(at_hand, at_hand.document(seq)).verdict is Verdict.GENUINE
    with pytest.raises(Untrusted):
        at_hand.document(3)


def test_what_does_not_fit_is_named(at_hand: Logged) -> None:
    document = at_hand.document()
    stranger = Logged()
    other_path = at_hand.document(2)["path"]
    wrong: dict[str, dict[str, Any]] = {
        "body": {"envelope": document["envelope"] | {"salt": base64.b64encode(bytes([1] * 16)).decode()}},
        "signature": {"envelope": document["envelope"] | {"sig": base64.b64encode(bytes(64)).decode()}},
        "receipt": {"receipt": document["receipt"].replace("\n7\n", "\n8\n")},
        "inclusion": {"path": other_path},
        "form": {"index": "2"},
    }
    for key, change in wrong.items():
        checked = judged(at_hand, document | change)
        assert (checked.verdict, checked.why.key) == (Verdict.FALSE, f"verify.proof.{key}")
    granted = document["grant"] | {"key": base64.b64encode(public_bytes(stranger.county.order)).decode()}
    assert judged(at_hand, document | {"grant": granted}).why.key == "verify.proof.signature"
    assert judged(at_hand, document | {"grant": document["grant"] | {"county": "110000"}}).verdict is Verdict.UNCLEAR


def test_no_changed_proof_is_taken(at_hand: Logged) -> None:
    """Bytes and values bent; what still passes says the same of the same entry."""
    document, draw = at_hand.document(), Random(3)
    wanted = judged(at_hand, document)
    forms = both(document)
    for nth in range(1500):
        data = damaged(draw, forms) if nth % 2 else json.dumps(bent(draw, document)).encode()
        checked = judged(at_hand, data)
        if checked.verdict is Verdict.GENUINE:
            assert (checked.code, checked.told) == (wanted.code, wanted.told)


# --- the form of C2SP ---


def test_a_tlog_proof_is_written_as_the_specification_says() -> None:
    text = TlogProof(5, (bytes(32), bytes([255] * 32)), "origin\n9\nroot\n\n— key sig\n", b"more").text()
    assert text == (
        "c2sp.org/tlog-proof@v1\nextra bW9yZQ==\nindex 5\n"
        f"{base64.b64encode(bytes(32)).decode()}\n{base64.b64encode(bytes([255] * 32)).decode()}\n"
        "\norigin\n9\nroot\n\n— key sig\n"
    )
    assert parse_tlog_proof(text) == TlogProof(
        5, (bytes(32), bytes([255] * 32)), "origin\n9\nroot\n\n— key sig\n", b"more"
    )
    assert parse_tlog_proof("c2sp.org/tlog-proof@v1\nindex 0\n\nnote\n") == TlogProof(0, (), "note\n")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "index 0\n\nnote\n",
        "c2sp.org/tlog-proof@v2\nindex 0\n\nnote\n",
        "c2sp.org/tlog-proof@v1\nindex 00\n\nnote\n",
        "c2sp.org/tlog-proof@v1\nindex -1\n\nnote\n",
        "c2sp.org/tlog-proof@v1\nindex x\n\nnote\n",
        "c2sp.org/tlog-proof@v1\n\nnote\n",
        "c2sp.org/tlog-proof@v1\nindex 0\n\n",
        "c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\nnote\n",
        "c2sp.org/tlog-proof@v1\nindex 0\n!!!!\n\nnote\n",
        "c2sp.org/tlog-proof@v1\nindex 0\nextra AAAA\n\nnote\n",
        "c2sp.org/tlog-proof@v1\nextra AAAB=\nindex 0\n\nnote\n",
        "c2sp.org/tlog-proof@v1\nindex 0\n" + f"{'A' * 43}=\n" * 64 + "\nnote\n",
    ],
)
def test_other_texts_are_no_tlog_proof(text: str) -> None:
    with pytest.raises(Broken):
        parse_tlog_proof(text)
