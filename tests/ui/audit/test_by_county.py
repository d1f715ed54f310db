"""An export that the county made of a station's log: as good a proof as the station's own, and told for what it is."""

import base64
import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.checkpoint import sign_note
from kiosk.contract import key_id
from kiosk.export_read import examine
from kiosk.trust import Grant, Revoked, Use, granted, parse_trust, public_bytes, revoked
from tests.support.lies import Lie, packed, told_in, unpacked, written
from tests.support.scenarios import FOLDER
from tests.support.village import COUNTY, ROOT, SINCE, STATION, UNTIL, grant, key, trust
from ui.audit.page import page
from ui.audit.report import report
from ui.audit.together import Asked, audit
from ui.audit.words import words_in

Parts = dict[str, bytes]
OFFICE = f"liangzheng/{COUNTY}/office"
KID = key_id(public_bytes(key("office")))
GRANTED = grant(Use.OFFICE, "office", "office")
ENDED = revoked(key("root"), Revoked(COUNTY, Use.OFFICE, KID, "2026-06-01", 0, "stolen"))


def of_county(
    station: Parts,
    *,
    words: tuple[Grant | Revoked, ...] = (GRANTED,),
    own: str = "office",
    name: str = OFFICE,
    checkpoint: bytes | None = None,
) -> Parts:
    """The same log, given out by the county: its receipt alone, and its office's signature over the list."""
    parts = {part: data for part, data in station.items() if part != "export.txt"}
    grants, ended = [one for one in words if isinstance(one, Grant)], [one for one in words if isinstance(one, Revoked)]
    parts["trust.json"] = parse_trust(parts["trust.json"], "trust.json").merged(grants, ended).bytes()
    if "checkpoint.txt" in parts:
        text, _, lines = parts["checkpoint.txt"].partition(b"\n\n")
        parts["checkpoint.txt"] = checkpoint or text + b"\n\n" + lines.partition(b"\n")[2]
    return signed(parts, station["export.txt"], own, name)


def signed(parts: Parts, told: bytes, own: str = "office", name: str = OFFICE, owner: str = "") -> Parts:
    """With a list of these parts; what it says of the log is as `told`."""
    form, log, whose, *rest = told.decode().split("\n")[:5]
    sums = [f"{hashlib.sha256(data).hexdigest()}  {part}" for part, data in parts.items()]
    text = "\n".join((form, log, owner or whose, *rest, *sums)) + "\n"
    return {**parts, "export.txt": sign_note(text, name, key(own)).encode()}


NORMAL = unpacked((FOLDER / "normal-day.zip").read_bytes())


def said(tmp_path: Path, parts: Parts, listed: bytes | None = None) -> tuple[list[str], list[str]]:
    """Codes of findings and of remarks."""
    file = tmp_path / "county.zip"
    file.write_bytes(packed(parts))
    (found,) = report(audit(Asked([file], ROOT, trust=listed)))["exports"]
    return [one["code"] for one in found["findings"]], [one["code"] for one in found["remarks"]]


def house(tmp_path: Path, parts: Parts) -> tuple[list[str], bool]:
    """What `liangzheng record verify` finds, and whether it says that the county made this."""
    file = tmp_path / "county.zip"
    file.write_bytes(packed(parts))
    looked = examine(file, None, lambda _: None)
    return [one.code for one in looked.findings], looked.by_county


def test_an_export_of_the_county_is_in_order_and_is_told(tmp_path: Path) -> None:
    assert said(tmp_path, of_county(NORMAL)) == ([], ["by_county"])
    assert house(tmp_path, of_county(NORMAL)) == ([], True)


def test_an_export_of_the_station_is_not_told_to_be_the_county_s(tmp_path: Path) -> None:
    assert said(tmp_path, NORMAL) == ([], [])
    assert house(tmp_path, NORMAL) == ([], False)


def test_without_a_receipt_there_is_no_checkpoint(tmp_path: Path) -> None:
    bare = {name: data for name, data in NORMAL.items() if name != "checkpoint.txt"}
    assert said(tmp_path, of_county(bare)) == ([], ["by_county", "unconfirmed"])
    assert house(tmp_path, of_county(bare)) == ([], True)


def test_any_of_the_office_s_keys_may_sign(tmp_path: Path) -> None:
    """After a renewal the older one stays granted."""
    renewed = grant(Use.OFFICE, "office", "renewed", "2026-05-01")
    for own in ("office", "renewed"):
        assert said(tmp_path, of_county(NORMAL, words=(GRANTED, renewed), own=own)) == ([], ["by_county"])


def of_station(name: str) -> Grant:
    public = base64.b64encode(public_bytes(key("office"))).decode()
    return granted(key("root"), Grant(COUNTY, Use.STATION, name, public, SINCE, UNTIL))


WRONG: dict[str, tuple[str, Parts]] = {
    "a key that nobody granted": ("maker", of_county(NORMAL, words=())),
    "a key that was granted for orders": ("maker", of_county(NORMAL, words=(grant(Use.ORDER, "office", "office"),))),
    "a key that was granted to a station": ("maker", of_county(NORMAL, words=(of_station("gasa-02"),))),
    "a key of the office in another name": (
        "maker", of_county(NORMAL, words=(grant(Use.OFFICE, "other", "office"),))
    ),
    "another key in the office's name": ("maker", of_county(NORMAL, own="stranger")),
    "the station's key in the office's name": ("maker", of_county(NORMAL, own="station")),
    "the witness in the office's name": ("maker", of_county(NORMAL, own="witness")),
    "the office in the station's name": ("manifest", of_county(NORMAL, name=f"liangzheng/{COUNTY}/{STATION}")),
    "the office in the witness's name": ("manifest", of_county(NORMAL, name=f"liangzheng/{COUNTY}/witness")),
    "a key that was taken back": ("maker_revoked", of_county(NORMAL, words=(GRANTED, ENDED))),
    "with the station's line": ("checkpoint", of_county(NORMAL, checkpoint=NORMAL["checkpoint.txt"])),
}  # fmt: skip
IN_THE_HOUSE = {"checkpoint": "receipt"}  # other codes of ours for the same


@pytest.mark.parametrize("name", WRONG)
def test_what_the_county_did_not_make_is_told(tmp_path: Path, name: str) -> None:
    code, parts = WRONG[name]
    assert said(tmp_path, parts)[0] == [code]
    assert IN_THE_HOUSE.get(code, code) in house(tmp_path, parts)[0]


def test_a_station_may_not_leave_its_line_out(tmp_path: Path) -> None:
    county = of_county(NORMAL)
    parts = {name: data for name, data in county.items() if name != "export.txt"}
    own = signed(parts, NORMAL["export.txt"], "station", f"liangzheng/{COUNTY}/{STATION}")
    assert said(tmp_path, own)[0] == ["checkpoint"]
    assert house(tmp_path, own)[0] == ["receipt"]


def test_a_key_that_was_taken_back_since_is_told_by_the_list_of_today(tmp_path: Path) -> None:
    today = trust("station").merged([GRANTED], [ENDED]).bytes()
    assert said(tmp_path, of_county(NORMAL)) == ([], ["by_county"])
    assert said(tmp_path, of_county(NORMAL), today) == (["maker_revoked"], ["by_county"])


def test_a_station_s_log_is_not_the_county_s_own(tmp_path: Path) -> None:
    parts = {name: data for name, data in of_county(NORMAL).items() if name != "export.txt"}
    assert said(tmp_path, signed(parts, NORMAL["export.txt"], owner=f"{COUNTY}/office"))[0] == ["ungranted"]
    assert house(tmp_path, signed(parts, NORMAL["export.txt"], owner=f"{COUNTY}/office"))[0] == ["ungranted"]


def test_the_county_keeps_bodies_by_its_own_days(tmp_path: Path) -> None:
    """What it took, no entry of the station tells; what the station took, the county may still have."""
    story = told_in(FOLDER / "normal-day.zip")
    gone = unpacked(written([replace(one, gone=True) if seq == 3 else one for seq, one in enumerate(story)]))
    assert said(tmp_path, gone)[0] == ["missing_body"]
    assert said(tmp_path, of_county(gone))[0] == []
    assert "missing_county" in said(tmp_path, of_county(gone))[1]
    stays = unpacked(written([*story[:-1], replace(story[-1], gone=True)]))
    assert said(tmp_path, of_county(stays))[0] == ["must_stay"]
    kept = [*story, replace(story[-1], kind="retention.done", body=TAKEN).later(days=300)]
    assert said(tmp_path, unpacked(written(kept)))[0] == ["kept_body"]
    assert said(tmp_path, of_county(unpacked(written(kept))))[0] == []


TAKEN = {"before": "2026-06-01", "days": 200, "spans": [{"first": 4, "last": 4}], "captures": 0, "months": []}


def test_every_byte_counts(tmp_path: Path) -> None:
    whole = packed(of_county(NORMAL))
    file = tmp_path / "x.zip"
    for at in (*range(0, len(whole), 97), *range(len(whole) - 1500, len(whole), 7)):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert not audit(Asked([file], ROOT)).clean, at


def test_an_officer_reads_who_made_it(tmp_path: Path) -> None:
    file = tmp_path / "county.zip"
    file.write_bytes(packed(of_county(NORMAL)))
    found = report(audit(Asked([file], ROOT)))
    assert "县里做的导出文件" in page(found, words_in("zh"))
    assert "made by the county, not by the station" in page(found, words_in("en"))


def test_an_unconfirmed_part_of_the_middle(tmp_path: Path) -> None:
    story = told_in(FOLDER / "normal-day.zip")
    for lie in (Lie(first=5, last=9), Lie(first=5, last=9, confirmed=3), Lie(first=5, confirmed=7)):
        found, remarks = said(tmp_path, of_county(unpacked(written(story, lie))))
        assert (found, "partial" in remarks, "by_county" in remarks) == ([], True, True)
