"""What an exchange sends for a day, a span of days or a number; and in what order its records must be numbered."""

import struct
from datetime import date
from pathlib import Path

import pytest

from drivers.analyzer.answers import numbered
from drivers.analyzer.fields import Row
from drivers.errors import FrameError, ProfileError
from drivers.profile.exchange import Ask
from drivers.profile.folder import shipped
from drivers.profile.layout import Sequence
from drivers.profile.sent import request

DAY = date(2018, 3, 31)
LZ4000T = shipped().place("dayuan-lz4000t").read_text("utf-8")
LZ3000 = shipped().place("dayuan-lz3000").read_text("utf-8")


def fat(day: date, since: int, time: int) -> bytes:
    return struct.pack("<HH", time, (day.year - since) * 512 + day.month * 32 + day.day)


@pytest.mark.parametrize(
    ("template", "data"),
    [
        ("10 {day:ymd}", bytes((0x10, 18, 3, 31))),
        ("43 {first:fat} {last:fat-end}", b"\x43" + fat(DAY, 1980, 0) + fat(DAY, 1980, 0xFFFF)),
        ("43 {first:fat-2000} {last:fat-2000-end}", b"\x43" + fat(DAY, 2000, 0) + fat(DAY, 2000, 0xFFFF)),
        ("45 {n:u8} {n:u16le} {n:u16be} {n:u32le}", b"\x45" + struct.pack("<BH", 7, 7) + b"\0\7" + b"\7\0\0\0"),
    ],
)
def test_bytes_of_a_request(template: str, data: bytes) -> None:
    ask = Ask(idempotent=True, send=template, reply="")
    assert request(ask, {"day": DAY, "first": DAY, "last": DAY, "n": 7}) == data


@pytest.mark.parametrize(
    ("said", "text"),
    [("D {day:iso}", "D 2018-03-31"), ("{day:yyyymmdd}{day:yymmdd}", "20180331180331"), ("R{n:n}.{n:n3}", "R7.007")],
)
def test_text_of_a_request(said: str, text: str) -> None:
    ask = Ask(idempotent=True, say=said, reply="")
    assert request(ask, {"day": DAY, "n": 7}) == text.encode()


def test_a_request_without_its_day_is_not_sent() -> None:
    with pytest.raises(ProfileError, match=r"profile\.days\.none"):
        request(Ask(idempotent=True, send="10 {day:ymd}", reply=""), {})


@pytest.mark.parametrize(
    ("year", "template"), [(1999, "{day:ymd}"), (1979, "{day:fat}"), (1999, "{day:fat-2000}"), (2100, "{day:ymd}")]
)
def test_a_day_that_the_instrument_cannot_be_told_is_not_sent(year: int, template: str) -> None:
    with pytest.raises(ProfileError, match=r"profile\.days\.form"):
        request(Ask(idempotent=True, send=template, reply=""), {"day": date(year, 1, 1)})


def numbers(*numbers_: int, totals: tuple[int, ...] = (), **form: int) -> str | None:
    """What is wrong with records of these numbers."""
    renamed = {"from" if key == "start" else key: said for key, said in form.items()}
    sequence = Sequence.model_validate({"index": "n", **({"total": "of"} if totals else {}), **renamed})
    told = totals or (0,) * len(numbers_)
    try:
        numbered([Row({"n": n, "of": of}, b"") for n, of in zip(numbers_, told, strict=True)], sequence)
    except FrameError as wrong:
        return f"{wrong.code} {wrong.facts['value']}"
    return None


def test_numbers_grow_by_one() -> None:
    assert numbers(17, 18, 19) is None
    assert numbers() is None
    assert numbers(17, 19) == "analyzer.sequence 19"
    assert numbers(17, 17) == "analyzer.sequence 17"
    assert numbers(2, 3, start=1) == "analyzer.sequence 2"


def test_numbers_that_may_jump_do_not_repeat() -> None:
    assert numbers(17, 21, 18, gaps=True) is None
    assert numbers(17, 21, 17, gaps=True) == "analyzer.sequence 17"


def test_every_record_names_the_same_total() -> None:
    assert numbers(1, 2, totals=(2, 2)) is None
    assert numbers(1, 2, totals=(2, 3)) == "analyzer.sequence 2"
    assert numbers(1, 5, totals=(2, 3), gaps=True) == "analyzer.sequence 5"


@pytest.mark.parametrize(
    ("text", "old", "new", "code", "path"),
    [
        (LZ4000T, 'stamp = "time"', 'stamp = "tim"', "profile.reference", "exchange.read_day.each.stamp"),
        (
            LZ3000,
            'end = "@range.end"',
            'end = "@range.end", stamp = "time"',
            "profile.each",
            "exchange.read_records.each",
        ),
        (LZ3000, ', end = "@range.end"', "", "profile.each", "exchange.read_records.each"),
        (LZ4000T, "@count_day.count", "@count_day.cnt", "profile.reference", "exchange.read_day.count"),
    ],
)
def test_what_is_asked_for_has_to_exist(text: str, old: str, new: str, code: str, path: str, tmp_path: Path) -> None:
    assert old in text
    file = tmp_path / "any.toml"
    file.write_text(text.replace(old, new), "utf-8")
    assert [(fault.code, fault.facts["path"]) for fault in shipped().faults(file)] == [(code, path)]
