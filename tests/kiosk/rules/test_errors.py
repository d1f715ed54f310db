"""How a rule's refusal to work is told."""

from kiosk.rules.errors import OutOfTurn, RuleError, Unusable


def test_a_refusal_has_a_code_and_its_facts() -> None:
    refused = Unusable("rules.quantity_whole", typed="2.5", unit="box")
    assert (refused.code, refused.facts) == ("rules.quantity_whole", {"typed": "2.5", "unit": "box"})
    assert refused.args == ("rules.quantity_whole", {"typed": "2.5", "unit": "box"})
    assert str(refused) == "rules.quantity_whole (typed=2.5, unit=box)"
    assert str(RuleError("rules.no_wording")) == "rules.no_wording"


def test_a_step_out_of_turn_names_step_and_stage() -> None:
    refused = OutOfTurn("promised", "idle")
    assert (refused.code, refused.facts) == ("rules.out_of_turn", {"step": "promised", "stage": "idle"})
