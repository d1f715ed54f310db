"""Where a body takes one of few words, they are the words of the rule that fills it in."""

from dataclasses import replace
from enum import StrEnum

import pytest

from kiosk import contract
from kiosk.rules import ruling
from kiosk.rules.certify import incoming
from kiosk.rules.drug_use import drugs
from kiosk.rules.messages import GateCheck
from kiosk.rules.oversight import disposal, gate_facts, objection
from kiosk.rules.oversight.gate_facts import Decision
from tests.house.tables import forms
from tests.kiosk.documents.drawn import filled, plain
from tests.support.bodies import SALT, a_key, kid

CLOSED = {path: set(form.words) for path, form in forms() if form.words}


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("Finding.effect", ruling.Effect),
        ("DrugUse.answer", drugs.Answer),
        ("incoming.paper", incoming.Paper),
        ("disposal.measure", disposal.Measure),
        ("gate.check.state", gate_facts.State),
        ("gate.check.advice", gate_facts.Decision),
        ("gate.check.decision", gate_facts.Decision),
        ("result.delivered.how", objection.How),
        ("objection.closed.result", objection.Result),
    ],
)
def test_words_of_the_rules(path: str, words: type[StrEnum]) -> None:
    assert CLOSED[path] == {word.value for word in words}


def test_a_word_of_a_list_travels_as_its_text() -> None:
    """A rule may hand over its own word: what is signed is the text."""
    body: GateCheck = filled("gate.check")
    listed = replace(body, advice=Decision.REFUSE, alarmed=(gate_facts.Office.ORIGIN,))
    key = a_key("documents")
    envelope = contract.write(listed, log=kid(key), seq=1, time="t", clock="ntp", salt=SALT, key=key)
    said = plain(envelope.body)
    assert (said["advice"], said["alarmed"]) == ("refuse", ["origin"])
    assert contract.read(envelope.bytes()).entry == listed
