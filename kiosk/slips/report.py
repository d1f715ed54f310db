"""检测结果单: what was measured, against what, by whom and with what, and what the method can see at all."""

from collections.abc import Iterable, Mapping, Sequence

from kiosk.contract import Header
from kiosk.paper.slip import SlipFace
from kiosk.paper.slip_blocks import Big, Notes, Paragraph
from kiosk.rules.goods.quantity import plain
from kiosk.rules.messages import Measured, Outcome, Test
from kiosk.rules.sentence import Sentence
from kiosk.rules.testing.assayed import shown
from kiosk.rules.testing.lot import CameTo, came_to
from kiosk.rules.testing.methods import MethodPack
from kiosk.slips.desk import Desk

WIDE = ("subject", "origin", "method", "device", "reagent", "limit", "tests")
GRAVE = (Outcome.POSITIVE, Outcome.SUSPECT)
Tests = Iterable[tuple[int, Test]]  # each with its entry


def face(test: Test, header: Header, desk: Desk, beside: Tests = ()) -> SlipFace:
    """`beside`: the tests of the same sample; the verdict is what those that belong together come to."""
    method, same = desk.method(test), dict(beside)
    came = came_to(header.seq, test, same.items(), method)
    marks = () if test.method_confirmed else (desk.say("unconfirmed"),)
    return desk.face(
        desk.say("report.title"),
        Big(desk.say("report.verdict"), desk.outcome(came.outcome), framed=True),
        Paragraph(_then(came, desk), strong=True),
        desk.fields(
            ("sample_code", test.sample_code),
            ("product", desk.product(test.product)),
            ("subject", test.subject_name),
            ("origin", test.origin),
            ("lot", test.lot),
            ("sample_type", desk.words.say(f"sample_type.{test.sample_type}")),
            ("sampled_at", desk.time(test.sampled_at)),
            wide=WIDE,
        ),
        desk.fields(
            *measured(test, method, desk), *each_test(came, same, desk), title=desk.say("report.measured"), wide=WIDE
        ),
        desk.fields(*_made(test, header, desk), title=desk.say("report.made"), wide=WIDE),
        Notes((scope(method, desk), desk.say("screening"), *_remarks(test, desk))),
        header=header,
        marks=marks,
    )


def measured(test: Test, method: MethodPack | None, desk: Desk) -> list[tuple[str, str]]:
    """Value, control and limit with their units; a reading by eye has no value, and none is made up."""
    return [
        ("item", item(test, method, desk)),
        ("value", value(test, method, desk)),
        ("blank", desk.say("and").join(_quantity(one, desk) for one in _first(test.blank))),
        ("limit", limit(test, method, desk)),
    ]


def each_test(came: CameTo, same: Mapping[int, Test], desk: Desk) -> list[tuple[str, str]]:
    """A first test and its repeats, each with its value; nothing where it stands alone."""
    together = [(same[seq], desk.method(same[seq])) for seq in came.seqs if seq in same]
    told = [
        desk.words.say(
            "bench.note",
            which=desk.words.say("screen.result.first" if one.retest_of is None else "screen.result.repeat"),
            outcome=desk.outcome(one.verdict.outcome),
            value="" if one.value is None else value(one, method, desk),
        ).strip()
        for one, method in together
    ]
    return [("tests", desk.say("and").join(told))] if len(told) > 1 else []


def _then(came: CameTo, desk: Desk) -> str:
    """What to do now; once the repeats are done nobody is sent to test again."""
    key = "settled" if came.settled and came.outcome in GRAVE else "then"
    return desk.say(f"report.{key}.{came.outcome}")


def value(test: Test, method: MethodPack | None, desk: Desk) -> str:
    if test.value is None:
        return desk.say("report.no_value")
    name = desk.say(f"report.value.{test.method_kind}") if test.method_kind in ("inhibition", "strip") else ""
    at = test.limit if test.limit is not None else None if method is None else method.limit
    return f"{name} {shown(test.value, test.unit, at)}{test.unit}".strip()


def limit(test: Test, method: MethodPack | None, desk: Desk) -> str:
    """From where on it is positive; of a strip, below what."""
    at = test.limit if test.limit is not None else None if method is None else method.limit
    if at is None:
        return ""
    return desk.say("report.below" if test.method_kind == "strip" else "report.from", limit=plain(at), unit=test.unit)


def item(test: Test, method: MethodPack | None, desk: Desk) -> str:
    known = None if method is None else method.item(test.item)
    named = "" if known is None else known.names.get(desk.words.language, "")
    return test.item_name or named or test.item


def scope(method: MethodPack | None, desk: Desk) -> str:
    """What the method can see, by its pack: a negative says nothing about anything else (用什么药、检什么药)."""
    if method is None or not method.scope:
        return desk.say("scope_unknown")
    drugs = desk.say("and").join(desk.say(f"drug.{drug}") for drug in method.scope)
    return desk.say("scope", drugs=drugs)


def _made(test: Test, header: Header, desk: Desk) -> list[tuple[str, str]]:
    device = f"{test.device.model} {test.device_serial}".strip()
    dated = desk.say("report.expires", day=desk.day(test.reagent_expiry)) if test.reagent_expiry else ""
    unconfirmed = "" if test.method_confirmed else desk.say("report.not_checked")
    return [
        ("method", f"{test.method}{unconfirmed}"),
        ("device", device),
        ("channel", "" if test.channel is None else str(test.channel)),
        ("temperature", "" if test.temperature is None else f"{plain(test.temperature)} °C"),
        ("reagent", f"{test.reagent_lot}{dated}"),
        ("tested_at", desk.time(test.started_at or header.time)),
        ("tester", test.tester or desk.say("report.self_served")),
        ("reviewer", test.reviewer),
        ("read_by", test.read_by),
    ]


def _remarks(test: Test, desk: Desk) -> list[str]:
    told = []
    if test.retest_of is not None:
        told.append(desk.say("report.retest", seq=test.retest_of))
    if test.disagrees:
        told.append(desk.words.say("verdict.disagrees"))
    if test.verdict.outcome is Outcome.INVALID:
        told.insert(0, desk.sentence(Sentence(test.verdict.reason, test.verdict.facts)))
    return told


def _first(readings: Sequence[Measured]) -> Sequence[Measured]:
    """One of each quantity that says what was read."""
    seen: dict[str, Measured] = {}
    for one in readings:
        if one.value is not None:
            seen.setdefault(one.quantity, one)
    return tuple(seen.values())[:2]


def _quantity(one: Measured, desk: Desk) -> str:
    key = f"county.quantity.{one.quantity}"
    name = desk.words.say(key) if desk.words.knows(key) else one.quantity
    return f"{name} {'' if one.value is None else f'{one.value:f}'} {one.unit}".strip()
