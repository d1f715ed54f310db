"""Each check of the auditor meets exactly its fault, signed with the station's true key, and tells it by its code."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.contract import key_id
from kiosk.trust import Revoked, Trust, Use, public_bytes, revoked
from tests.support.lies import Lie, Told, public, sealed, told_in, written
from tests.support.scenarios import CARRY, FOLDER
from tests.support.village import COUNTY, FARMER, ROOT, STATION, grant, key, trust
from ui.audit.report import report
from ui.audit.together import Asked, audit

Story = list[Told]
Change = Callable[[Story], Story]
LOG = key_id(public_bytes(key("station")))


def day() -> Story:
    """opened 1, test 2, lot L1 of 160 kg 3, certificate 4, its print 5, then L2, L3, a positive, the day's close."""
    return told_in(FOLDER / "normal-day.zip")


def voids() -> Story:
    """opened 1, test 2, lot 3, certificate 4, print 5, void 6, certificate in its place 7, print 8 … close."""
    return told_in(FOLDER / "voids.zip")


def codes(tmp_path: Path, data: bytes, rest: str = "findings") -> list[str]:
    file = tmp_path / "told.zip"
    file.write_bytes(data)
    found = report(audit(Asked([file], ROOT)))
    return sorted({one["code"] for one in found["exports"][0][rest]})


def number(story: Story, nth: int = 4) -> str:
    told: str = story[nth - 1].body["number"]
    return told


def after(story: Story, behind: int, kind: str, **body: object) -> Story:
    """One more entry behind entry number `behind`; the closed day counts it, and who named a later one still does."""
    more = Told(kind, body, story[behind - 1].time, story[behind - 1].clock)
    rest = [pointing(one, lambda old: old + (old > behind)) for one in story]
    return counted([*rest[:behind], more, *rest[behind:]])


def pointing(one: Told, new: Callable[[int], int]) -> Told:
    """The same entry, where others have got other numbers."""
    return (
        one.but(tests=[new(seq) for seq in one.body["tests"]])
        if "tests" in one.body and one.kind == "certificate"
        else one
    )


def changed(story: Story, seq: int, **body: object) -> Story:
    return [*story[: seq - 1], story[seq - 1].but(**body), *story[seq:]]


def without(story: Story, *seqs: int) -> Story:
    kept = [one for seq, one in enumerate(story, 1) if seq not in seqs]
    return counted([pointing(one, lambda old: old - sum(seq < old for seq in seqs)) for one in kept])


def counted(story: Story) -> Story:
    """The closed day says what its entries say."""
    kinds = [one.kind for one in story]
    outcomes = [one.body["verdict"]["outcome"] for one in story if one.kind == "test"]
    counts = {
        "certificates": kinds.count("certificate"), "voided": kinds.count("certificate.voided"),
        "tests": kinds.count("test"), "positives": outcomes.count("positive"),
    }  # fmt: skip
    return [one.but(**counts) if one.kind == "day.closed" else one for one in story]


def moved(story: Story, seq: int, **passed: float) -> Story:
    return [*story[: seq - 1], story[seq - 1].later(**passed), *story[seq:]]


def printed(number: str, copy: int = 1, outcome: str = "printed", part: str = "") -> dict[str, object]:
    return {"number": number, "copy": copy, "outcome": outcome, "evidence": "job", "reason": "", "part": part}


def reprint(number: str, copy: int = 2, part: str = "") -> dict[str, object]:
    return {"number": number, "copy": copy, "reason": "spoiled", "part": part}


def void(number: str, paper: str = "taken_back") -> dict[str, object]:
    return {"number": number, "reason": "other", "by": "self", "paper": paper, "visit": "", "note": "x"}


def correction(**told: object) -> dict[str, object]:
    made = {"corrects": 2, "field": "origin", "old": FARMER.origin, "new": "y", "reason": "z", "by": "A", "second": "B"}
    return {**made, "dependents": [], **told}


def resealed(story: Story, seq: int, own: str = "station", /, **said: object) -> Story:
    """A certificate whose body says this, and whose code says it too."""
    body = {**story[seq - 1].body, **said}
    return changed(story, seq, **said, code=sealed(body, own))


def order(stream: str, seq: int, kind: str = "card.revoked") -> dict[str, object]:
    return {"stream": stream, "seq": seq, "order": kind, "digest": "ab" * 32, "done": True, "reason": ""}


def gone(story: Story, *seqs: int) -> Story:
    return [replace(one, gone=one.gone or seq in seqs) for seq, one in enumerate(story, 1)]


def retired(*spans: tuple[int, int]) -> dict[str, object]:
    told = [{"first": first, "last": last} for first, last in spans]
    return {"before": "2026-01-01", "days": 200, "spans": told, "held": 0, "months": []}


def half_a_year(story: Story, *spans: tuple[int, int]) -> Story:
    """The same, and retention a good half year later."""
    return [*story, Told("retention.done", retired(*spans), story[-1].time).later(days=200)]


def cert(story: Story, **said: object) -> Story:
    return resealed(story, 4, "station", **said)


def test_what_is_told_again_word_for_word_is_true(tmp_path: Path) -> None:
    for story in (day(), voids(), told_in(FOLDER / "parts.zip"), told_in(FOLDER / "orders.zip")):
        assert codes(tmp_path, written(story)) == []


STORIES: dict[str, tuple[str, Change]] = {
    "a second original": ("original_twice", lambda s: after(s, 5, "print", **printed(number(s)))),
    "printed, then confirmed": (
        "original_twice", lambda s: after(s, 5, "print", **printed(number(s), outcome="confirmed"))
    ),
    "copy 2 came out twice": (
        "copy_twice",
        lambda s: after(
            after(after(s, 5, "reprint", **reprint(number(s))), 6, "print", **printed(number(s), 2)),
            7, "print", **printed(number(s), 2),
        ),
    ),
    "copy 2 that nobody announced": ("copy_unannounced", lambda s: after(s, 5, "print", **printed(number(s), 2))),
    "copy 3 after copy 1": (
        "copies_gap",
        lambda s: after(after(s, 5, "reprint", **reprint(number(s), 3)), 6, "print", **printed(number(s), 3)),
    ),
    "a copy before the end of the one before": (
        "reprint_early",
        lambda s: after(after(without(s, 5), 4, "reprint", **reprint(number(s))), 5, "print", **printed(number(s), 2)),
    ),
    "a reprint after the void": (
        "reprint_void",
        lambda s: after(after(s, 5, "certificate.voided", **void(number(s))), 6, "reprint", **reprint(number(s))),
    ),
    "no print at all": ("no_end", lambda s: without(s, 5)),
    "unknown and nobody was asked": ("no_end", lambda s: changed(s, 5, outcome="unknown")),
    "a copy without an end": ("no_end", lambda s: after(s, 5, "reprint", **reprint(number(s)))),
    "a print of nothing": ("print_unknown", lambda s: after(s, 5, "print", **printed("530427008J4CT4AN2"))),
    "a reprint of nothing": ("reprint_unknown", lambda s: after(s, 5, "reprint", **reprint("530427008J4CT4AN2"))),
    "a void of nothing": ("void_unknown", lambda s: after(s, 5, "certificate.voided", **void("530427008J4CT4AN2"))),
    "a part of a paper without parts": (
        "part_unknown", lambda s: after(s, 5, "print", **printed(number(s), part=CARRY))
    ),
    "void twice": (
        "void_twice",
        lambda s: after(after(s, 5, "certificate.voided", **void(number(s))), 6,
                        "certificate.voided", **void(number(s))),
    ),
    "void as not printed": (
        "void_not_printed", lambda s: after(s, 5, "certificate.voided", **void(number(s), "not_printed"))
    ),
    "the same number again": ("number_twice", lambda s: after(s, 9, "certificate", **s[3].body)),
    "a number with a wrong check": (
        "number_form",
        lambda s: changed(cert(s, number="530427008J4CT4AN3"), 5, number="530427008J4CT4AN3"),
    ),
    "paper 3 of 2": ("paper_of", lambda s: cert(s, nth=3, of=2)),
    "a code of another key": ("code", lambda s: resealed(s, 4, "second")),
    "no code": ("code", lambda s: changed(s, 4, code="")),
    "a code with another signature": (
        "code", lambda s: changed(s, 4, code=s[3].body["code"][:-2] + f"{int(s[3].body['code'][-2:], 16) ^ 1:02x}")
    ),
    "a code with bytes behind it": ("code", lambda s: changed(s, 4, code=s[3].body["code"] + "00")),
    "a code with another quantity": ("code_says", lambda s: changed(s, 4, code=sealed(s[3].body, quantity="999"))),
    "a code with another date": ("code_says", lambda s: changed(s, 4, code=sealed(s[3].body, date="2026-03-03"))),
    "a code with another number": (
        "code_says", lambda s: changed(s, 4, code=sealed(s[3].body, number="530427008J4CT4AN2"))
    ),
    "a code with another text": ("code_says", lambda s: changed(s, 4, code=sealed(s[3].body, text="cd" * 32))),
    "a code with no test": ("code_says", lambda s: changed(s, 4, code=sealed(s[3].body, tests=[]))),
    "dated last week": ("date", lambda s: cert(s, date="2026-02-22")),
    "a test that is not there": ("test_missing", lambda s: cert(s, tests=[99])),
    "a test that is no test": ("test_missing", lambda s: cert(s, tests=[3])),
    "a test of other goods": ("test_other_goods", lambda s: changed(s, 2, product="rice")),
    "a test of another lot": ("test_other_lot", lambda s: changed(s, 2, lot="L9")),
    "more than was declared": (
        "quantity_over", lambda s: cert(s, quantity="160.001", quantity_typed="160.001 kg")
    ),
    "a lot that nobody declared": ("lot_unknown", lambda s: changed(s, 3, lot="L9")),
    "typed otherwise": ("quantity_typed", lambda s: cert(s, quantity_typed="320 kg")),
    "a correction of nothing": ("correction_unknown", lambda s: after(s, 5, "correction", **correction(corrects=99))),
    "a correction of itself": ("correction_unknown", lambda s: after(s, 5, "correction", **correction(corrects=6))),
    "a verdict corrected": ("correction_field", lambda s: after(s, 5, "correction", **correction(field="verdict"))),
    "a reading corrected": ("correction_field", lambda s: after(s, 5, "correction", **correction(field="value"))),
    "a certificate corrected": (
        "correction_field", lambda s: after(s, 5, "correction", **correction(corrects=4, field="quantity"))
    ),
    "corrected by one twice": ("correction_person", lambda s: after(s, 5, "correction", **correction(second="a"))),
    "corrected by nobody": ("correction_person", lambda s: after(s, 5, "correction", **correction(by=" ", second=""))),
    "a body that is gone": ("missing_body", lambda s: gone(s, 14)),
    "a body that should be gone": ("kept_body", lambda s: gone(half_a_year(s, (2, 5)), 2, 3, 4)),
    "the opening is gone": ("must_stay", lambda s: gone(half_a_year(s, (1, 5)), 1, 2, 3, 4, 5)),
    "gone too early": (
        "retired_early", lambda s: gone([*s, Told("retention.done", retired((2, 5)), s[-1].time)], 2, 3, 4, 5)
    ),
    "retention of what comes later": ("retention_spans", lambda s: half_a_year(s, (90, 91))),
    "retention out of order": ("retention_spans", lambda s: half_a_year(s, (4, 5), (2, 3))),
    "an order is missing": (
        "orders_gap", lambda s: after(after(s, 1, "order.done", **order("all", 1)), 2, "order.done", **order("all", 3))
    ),
    "orders that do not begin at 1": ("orders_gap", lambda s: after(s, 1, "order.done", **order("own", 2))),
    "a stream that there is not": ("orders_stream", lambda s: after(s, 1, "order.done", **order("else", 1))),
    "a day that counts less": ("day_counts", lambda s: changed(s, len(s), certificates=2)),
    "a day without its positive": ("day_counts", lambda s: changed(s, len(s), positives=0)),
    "no opening": ("opened", lambda s: [replace(s[1], kind="incident"), *s[1:]]),
    "the opening of another": ("opened", lambda s: changed(s, 1, key=public("second"))),
    "opened again": ("opened_again", lambda s: after(s, 5, "log.opened", **s[0].body)),
    "a copy that is no number": ("body_form", lambda s: changed(s, 5, copy="1")[:5]),
    "a certificate without a subject": ("body_form", lambda s: changed(s, 4, subject=None)[:4]),
    "time goes back": ("time_back", lambda s: moved(s, 4, minutes=-5)),
    "a clock of its own": ("clock_state", lambda s: [*s[:3], replace(s[3], clock="sundial"), *s[4:]]),
}  # fmt: skip
REPLACING: dict[str, tuple[str, Change]] = {
    "replaces nothing": ("replaces_unknown", lambda s: resealed(s, 7, replaces="530427008J4CT4AN2")),
    "replaces a paper that stands": ("replaces_standing", lambda s: counted([*s[:5], *s[6:]])),
    "replaces another's": (
        "replaces_other", lambda s: changed(s, 4, subject={**s[3].body["subject"], "id": "s-0002"})
    ),
    "replaced twice": (
        "replaced_twice", lambda s: [one.but(replaces=number(s)) if seq == 9 else one for seq, one in enumerate(s, 1)]
    ),
}  # fmt: skip
ALSO = {  # what cannot be alone, and what it brings with it
    "the same number again": {"quantity_over"},
    "replaces a paper that stands": {"quantity_over"},
    "replaces another's": {"code_says"},
}


@pytest.mark.parametrize("name", STORIES)
def test_a_lie_of_the_station_is_told_by_its_name(tmp_path: Path, name: str) -> None:
    code, change = STORIES[name]
    assert set(codes(tmp_path, written(change(day())))) == {code, *ALSO.get(name, ())}


@pytest.mark.parametrize("name", REPLACING)
def test_a_lie_about_what_replaces_what_is_told_by_its_name(tmp_path: Path, name: str) -> None:
    code, change = REPLACING[name]
    assert set(codes(tmp_path, written(change(voids())))) == {code, *ALSO.get(name, ())}


def test_a_test_that_was_positive_carries_nothing(tmp_path: Path) -> None:
    story = day()
    verdict = {**story[1].body["verdict"], "outcome": "positive"}
    said = codes(tmp_path, written(counted(changed(story, 2, verdict=verdict))))
    assert said == ["code_says", "test_not_negative"]


# --- keys, trees, receipts ---


def taken_back(through: int, since: str = "2026-03-02") -> Revoked:
    return revoked(key("root"), Revoked(COUNTY, Use.STATION, LOG, since, through, "stolen"))


PROOFS: dict[str, tuple[str, Lie]] = {
    "a key that nobody granted": ("ungranted", Lie("second", listed=trust("station"))),
    "a key that was taken back": ("revoked", Lie(listed=trust("station", revoked=(taken_back(9, "2027-01-01"),)))),
    "a certificate before the key was granted": (
        "code_day", Lie(listed=Trust(COUNTY, public_bytes(key("root")), (
            *trust().grants, grant(Use.STATION, STATION, "station", "2026-03-03"),
        )))
    ),
    "a witness that nobody granted": ("checkpoint", Lie(witness="stranger")),
    "a close of another log": ("day_checkpoint", Lie(closes=False)),
}  # fmt: skip


@pytest.mark.parametrize("name", PROOFS)
def test_a_wrong_proof_is_told_by_its_name(tmp_path: Path, name: str) -> None:
    code, lie = PROOFS[name]
    story = after(day(), 5, "incident", part="x", problem="y", facts={})
    also = {"code", "opened", "code_says"} if lie.own != "station" else set()
    assert set(codes(tmp_path, written(story, lie))) - also == {code}


def test_of_a_part_only_what_it_holds_is_judged(tmp_path: Path) -> None:
    story = after(after(day(), 5, "reprint", **reprint(number(day()))), 6, "print", **printed(number(day()), 2))
    part = Lie(first=5)
    assert codes(tmp_path, written(story, part)) == []
    assert codes(tmp_path, written(story, part), "remarks") == ["not_judged", "partial"]
    wrong = after(story, 10, "print", **printed(number(story, 10)))
    assert codes(tmp_path, written(wrong, part)) == ["original_twice"]


def test_every_remark_says_what_a_reader_has_to_know(tmp_path: Path) -> None:
    story = day()
    remarks: dict[str, tuple[Story, Lie]] = {
        "unconfirmed": (story, Lie(confirmed=6)),
        "goes_on": (story, Lie(last=10)),
        "revoked_later": (story, Lie(listed=trust("station", revoked=(taken_back(99, "2027-01-01"),)))),
        "code_ended": (story, Lie(listed=trust("station", revoked=(taken_back(99),)))),
        "untrusted": ([replace(one, clock="unknown") if seq == 5 else one for seq, one in enumerate(story)], Lie()),
        "open": (story[:4], Lie()),
        "basis_untested": (cert(story, tests=[]), Lie()),
        "late_print": (after(changed(story, 5, outcome="unknown"), 5, "print", **printed(number(story))), Lie()),
        "void_print": (
            after(after(without(story, 5), 4, "certificate.voided", **void(number(story), "not_printed")), 5, "print",
                  **printed(number(story))), Lie()),
        "clock_claim": (cert(story, clock_trusted=False), Lie()),
        "test_other_subject": (changed(story, 2, subject="s-0002"), Lie()),
        "orders_again": (
            after(after(story, 1, "order.done", **order("all", 1)), 2, "order.done", **order("all", 1)), Lie()
        ),
        "ahead": (story, Lie(confirmed_at=story[0].at)),
        "lot_positive": (changed(counted([story[0], story[13], *story[1:13], *story[14:]]), 2, lot="L1"), Lie()),
    }  # fmt: skip
    for code, (told, lie) in remarks.items():
        found = codes(tmp_path, written(told, lie), "remarks")
        assert code in found, (code, found)


def test_one_key_in_two_boxes_is_a_fork(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(written(day()))
    (tmp_path / "b.zip").write_bytes(written(moved(day(), 6, seconds=1)))
    found = report(audit(Asked([tmp_path / "a.zip", tmp_path / "b.zip"], ROOT)))
    assert found["findings"][0]["code"] == "forked"


def test_two_logs_that_say_nothing_of_each_other(tmp_path: Path) -> None:
    both = trust("station", "second")
    (tmp_path / "a.zip").write_bytes(written(day(), Lie(listed=both)))
    other = [day()[0].but(key=public("second")), *day()[1:3]]
    (tmp_path / "b.zip").write_bytes(written(other, Lie("second", listed=both)))
    found = report(audit(Asked([tmp_path / "a.zip", tmp_path / "b.zip"], ROOT)))
    assert [one["code"] for one in found["findings"]] == ["unlinked"]
    linked = [other[0].but(predecessor=LOG, predecessor_through=14, predecessor_root="ab" * 32), *other[1:]]
    (tmp_path / "b.zip").write_bytes(written(linked, Lie("second", listed=both)))
    found = report(audit(Asked([tmp_path / "a.zip", tmp_path / "b.zip"], ROOT)))
    assert [one["code"] for one in found["exports"][1]["findings"]] == ["predecessor"]
    alone = report(audit(Asked([tmp_path / "b.zip"], ROOT)))
    assert "predecessor_absent" in [one["code"] for one in alone["exports"][0]["remarks"]]


def test_a_number_of_two_logs(tmp_path: Path) -> None:
    both = trust("station", "second")
    (tmp_path / "a.zip").write_bytes(written(day(), Lie(listed=both)))
    other = [
        day()[0].but(key=public("second"), predecessor=LOG, predecessor_through=99, predecessor_root=None),
        *day()[1:5],
    ]
    (tmp_path / "b.zip").write_bytes(written(other, Lie("second", listed=both)))
    found = report(audit(Asked([tmp_path / "a.zip", tmp_path / "b.zip"], ROOT)))
    assert [one["code"] for one in found["findings"]] == ["number_elsewhere"]


def test_what_only_the_rest_of_a_log_can_say(tmp_path: Path) -> None:
    """A body that is missing in a part; a log that continues one of which only an end is here; no root key given."""
    assert codes(tmp_path, written(gone(day(), 8), Lie(last=10))) == []
    assert "missing_later" in codes(tmp_path, written(gone(day(), 8), Lie(last=10)), "remarks")
    both = trust("station", "second")
    (tmp_path / "a.zip").write_bytes(written(day()[:6], Lie(listed=both)))
    told = {"key": public("second"), "predecessor": LOG, "predecessor_through": 9, "predecessor_root": "ab" * 32}
    (tmp_path / "b.zip").write_bytes(written([day()[0].but(**told), *day()[1:3]], Lie("second", listed=both)))
    exports = report(audit(Asked([tmp_path / "a.zip", tmp_path / "b.zip"])))["exports"]
    assert [[one["code"] for one in export["remarks"]] for export in exports] == [
        ["root_believed"], ["root_believed", "predecessor_part"],
    ]  # fmt: skip


def test_what_stands_often_is_counted(tmp_path: Path) -> None:
    story = day()
    for _ in range(120):
        story = after(story, 5, "print", **printed("530427008J4CT4AN2"))
    (tmp_path / "told.zip").write_bytes(written(story))
    (found,) = report(audit(Asked([tmp_path / "told.zip"], ROOT)))["exports"]
    assert len(found["findings"]) == 100
    assert found["remarks"] == [{"code": "more", "seq": 0, "facts": {"code": "print_unknown", "count": "20"}}]
