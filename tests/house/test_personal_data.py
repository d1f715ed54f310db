"""No log line and no error names a person: what is personal is passed to no logger, and mistakes tell only where."""

import ast
import json
from collections.abc import Iterator

import pytest

from kiosk import contract
from kiosk.contract import Malformed
from kiosk.rules.messages import Incoming
from tests.house.sources import Source, called, sources
from tests.support.bodies import a_key
from tests.support.oversight import incoming

# members of bodies that hold a person's facts, a whole body, or bytes of one
PERSONAL = {
    "contact", "producer_contact", "subject_name", "seller", "issuer", "sealed", "person", "id_number", "residence",
    "id_tail", "note", "payload", "body", "entry", "subject", "visit_body", "text",
}  # fmt: skip
ON_THE_BOX = ("kiosk/", "drivers/", "ui/station/", "ui/command/station", "ui/command/uplink")
LOUD = {"debug", "info", "warning", "error", "exception", "critical"}


def spoken(source: Source) -> Iterator[ast.Call]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call):
            room, _, name = called(node).rpartition(".")
            if (name in LOUD and room.endswith("logger")) or called(node) == "print":
                yield node


def personal(call: ast.Call) -> list[str]:
    """Names of members that a call passes on."""
    values = [*call.args, *(word.value for word in call.keywords)]
    parts = [node for value in values for node in ast.walk(value)]
    named = [node.attr for node in parts if isinstance(node, ast.Attribute)]
    named += [node.id for node in parts if isinstance(node, ast.Name)]
    return sorted(PERSONAL.intersection(named))


def test_no_log_line_of_the_box_is_given_a_person() -> None:
    found = [
        f"{source.at(call)} passes {', '.join(personal(call))}"
        for source in sources()
        if source.name.startswith(ON_THE_BOX)
        for call in spoken(source)
        if personal(call)
    ]
    assert found == []


def test_the_check_itself_bites() -> None:
    tree = ast.parse('logger.info("%s", visit.subject.contact)\nself.logger.error(f"{sealed}")\nlogger.info(part)')
    assert [personal(call) for call in spoken(Source("kiosk/x.py", tree))] == [["contact", "subject"], ["sealed"], []]


@pytest.mark.parametrize(
    "wrong", [{"quantity": "李秀英 13800001234"}, {"picture": "李秀英"}, {"contact": ["13800001234"]}]
)
def test_a_body_that_does_not_fit_is_not_repeated(wrong: dict[str, object]) -> None:
    envelope = contract.write(
        incoming(issuer="李秀英", contact="13800001234"),
        log="x", seq=1, time="2026-11-22T09:00:00.000+08:00", clock="ntp", salt=bytes(16), key=a_key("box"),
    )  # fmt: skip
    body = json.loads(envelope.body or b"") | wrong
    spoilt = contract.Envelope(envelope.header, "", b"", json.dumps(body).encode(), b"")
    with pytest.raises(Malformed) as refused:
        _ = spoilt.entry
    said = str(refused.value)
    assert said.startswith(Incoming.kind)
    assert next(iter(wrong)) in said
    assert "李秀英" not in said
    assert "13800001234" not in said
