"""Which method a sample is judged by: that of its own analyzer, and no other."""

from dataclasses import replace

from kiosk.rules.messages import SampleType, Scene
from kiosk.run import Place
from kiosk.serving import Settings, Tester
from tests.support.bodies import START
from tests.support.law import METHOD, PACKS, law

STRICT = replace(METHOD, id="strict", rule="STRICT", repeats=5)


def settings(*testers: Tester) -> Settings:
    return Settings(
        rules=law,
        products=PACKS.products,
        wordings=lambda: PACKS.wordings,
        place=Place(Scene.BASE, SampleType.SELF),
        testers=testers,
        unconfirmed=lambda: (),
        methods=lambda _: {METHOD.id: METHOD, STRICT.id: STRICT},
    )


def test_every_analyzer_has_its_own_method() -> None:
    two = settings(Tester("left", method=METHOD.id), Tester("right", method=STRICT.id))
    assert two.rules_of("left", START).method == METHOD
    assert (two.rules_of("right", START).method, two.rules_of("right", START).repeats) == (STRICT, 5)
    assert two.rules_of("", START).method == METHOD  # before one is chosen
    assert (two.tester("right"), two.tester("gone")) == (two.testers[1], None)


def test_a_method_that_the_county_took_away_measures_nothing() -> None:
    gone = settings(Tester("left", method="taken-away"))
    assert gone.rules_of("left", START).method is None


def test_an_analyzer_without_a_method_of_its_own_measures_the_stations() -> None:
    assert settings(Tester("left")).rules_of("left", START).method == METHOD
    assert settings().rules_of("", START).method == METHOD
