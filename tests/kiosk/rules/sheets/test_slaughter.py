"""屠宰进场: papers, ear tags, the sample of 瘦肉精; what failed never enters."""

from kiosk.rules import messages
from kiosk.rules.goods.products import ProductClass
from kiosk.rules.goods.quantity import Unit
from kiosk.rules.messages import SlaughterEntry
from kiosk.rules.sheets import slaughter
from kiosk.rules.sheets.sheet import Draft, Kind, fits
from tests.kiosk.rules.sheets.test_reading import passing, reads, sampled
from tests.kiosk.test_attendant import Served
from tests.support.bodies import FARMER
from tests.support.books import facts
from tests.support.desk import DeskBox
from tests.support.law import PACKS
from tests.support.sheets import done

STRIP = "kj-201706"
PIGS = {
    "subject": FARMER.id, "product": "pig", "heads": "3", "origin": "新平", "quarantine": "Q12345",
    "ear_1": "153000001", "ear_2": "153000002", "decision": "admit",
}  # fmt: skip


def test_animals_with_their_papers_enter(box: DeskBox, served: Served) -> None:
    done(served, "slaughter", **PIGS)
    (entry,) = box.entries(SlaughterEntry)
    assert isinstance(entry, SlaughterEntry)
    assert (str(entry.heads), entry.quarantine, entry.ear_tags) == ("3", "Q12345", ("153000001", "153000002"))


def test_only_live_animals_are_offered_and_nothing_else_is_taken() -> None:
    ask = next(one for one in slaughter.asks(Draft("slaughter"), facts()) if one.kind is Kind.PRODUCT)
    offered = [PACKS.products[one.value] for one in ask.choices]
    assert {"pig", "cattle", "sheep", "chicken", "duck", "goose"} <= {one.id for one in offered}
    assert {one.product_class for one in offered} == {ProductClass.LIVESTOCK}
    assert {one.unit for one in offered} == {Unit.HEAD, Unit.BIRD}
    assert (fits(ask, ("pig",)), fits(ask, ("cowpea",)), fits(ask, ("pork",))) == (True, False, False)


def by_strip(box: DeskBox, served: Served, line: str) -> str:
    """Code of a sample whose strip for clenbuterol was read."""
    sample = sampled(box, served).sample_code
    rule = PACKS.methods[STRIP].rule
    done(served, "reagent", has="named", lot="S2026-1", event="opened", method=rule, expires="2030-01-31")
    told = {"method": STRIP, "reagent": "S2026-1", "item": "clenbuterol", "style": "vanish", "line": line}
    controls = {"blank": "negative", "positive": "positive", "photograph": "yes"}
    done(served, "reading", sample, passing(box, minutes=6), **told, **controls)
    assert len(box.entries(messages.Test)) == 1
    return sample


def test_a_positive_never_enters(box: DeskBox, served: Served) -> None:
    screen = done(served, "slaughter", **{**PIGS, "sample": by_strip(box, served, "absent")})
    assert screen.visit.notice is not None
    assert (screen.visit.notice.key, box.entries(SlaughterEntry)) == ("sheet.slaughter.stays_out", [])


def test_what_was_found_free_of_it_enters_with_its_test(box: DeskBox, served: Served) -> None:
    done(served, "slaughter", **{**PIGS, "sample": by_strip(box, served, "visible")})
    (entry,) = box.entries(SlaughterEntry)
    assert isinstance(entry, SlaughterEntry)
    assert len(entry.tests) == 1


def test_a_test_for_pesticides_says_nothing_of_it(box: DeskBox, served: Served) -> None:
    sample = sampled(box, served)
    reads(box, served, sample.sample_code, colour="sky_blue")
    screen = done(served, "slaughter", **{**PIGS, "sample": sample.sample_code})
    assert screen.visit.notice is not None
    assert (screen.visit.notice.key, box.entries(SlaughterEntry)) == ("sheet.slaughter.other_test", [])


def test_a_drove_has_as_many_ear_tags_as_are_read(box: DeskBox, served: Served) -> None:
    tags = {f"ear_{nth}": f"1530000{nth:02}" for nth in range(1, 13)}
    done(served, "slaughter", **{**PIGS, **tags})
    (entry,) = box.entries(SlaughterEntry)
    assert isinstance(entry, SlaughterEntry)
    assert entry.ear_tags == tuple(tags.values())


def test_heads_are_whole(box: DeskBox, served: Served) -> None:
    screen = done(served, "slaughter", **{**PIGS, "heads": "2.5"})
    assert screen.visit.notice is not None
    assert screen.visit.notice.key == "sheet.slaughter.heads_whole"
