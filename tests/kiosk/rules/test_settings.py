"""What a county may answer, as its file spells it."""

from kiosk.rules.settings import Proof, ServiceTest


def test_the_answers_of_a_county_are_spelled_so() -> None:
    assert [str(one) for one in Proof] == ["none", "tail", "pin", "staff"]
    assert [str(one) for one in ServiceTest] == ["ask", "self", "commissioned"]
