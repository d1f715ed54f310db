"""A child says only what differs; what it cannot mean is refused with file, key and the nearest right word."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from drivers.errors import ProfileError
from drivers.profile.extend import extended
from drivers.profile.folder import Shelf, digest, shipped

PARENT: dict[str, Any] = {
    "id": "maker-parent",
    "revision": 3,
    "device": {"vendor": "Maker", "caveats": ["one", "two"]},
    "link": {"baud": 9600, "forbid": ["1B B9"]},
    "exchange": {"read": {"send": "1B B1", "reply": "@group"}},
    "record": {
        "group": {
            "fields": [{"id": "item", "type": "u8"}, {"id": "mask", "type": "u8"}],
            "slots": {
                "count": 8,
                "fields": [{"id": "first", "type": "f32be"}, {"id": "second", "type": "f32be", "max": 5}],
                "more": [{"id": "later", "type": "u16be"}],
                "tail": [{"id": "sum", "type": "u8"}],
            },
        }
    },
}
ITEM, SLOT = {"type": "u8", "max": 1}, {"id": "sample", "type": "f32be"}


def child(**tables: Any) -> dict[str, Any]:
    return {"id": "maker-child", "revision": 1, "extends": "maker-parent@3", **tables}


def parent(name: str) -> Mapping[str, Any]:
    assert name == "maker-parent"
    return PARENT


def merged(**tables: Any) -> dict[str, Any]:
    return extended(child(**tables), parent, "maker-child/any.toml")


def test_a_child_that_says_nothing_is_its_parent() -> None:
    assert merged() == {**PARENT, "id": "maker-child", "revision": 1, "extends": "maker-parent@3"}


def test_tables_merge_by_key_and_everything_else_is_replaced() -> None:
    tables = merged(device={"model": "B", "caveats": ["three"]}, link={"baud": 115200})
    assert tables["device"] == {"vendor": "Maker", "model": "B", "caveats": ["three"]}
    assert tables["link"] == {"baud": 115200, "forbid": ["1B B9"]}


def test_a_table_in_a_table_merges_too() -> None:
    assert merged(exchange={"read": {"send": "1B B2"}, "hello": {"send": "1B BF"}})["exchange"] == {
        "read": {"send": "1B B2", "reply": "@group"},
        "hello": {"send": "1B BF"},
    }


def test_a_patch_replaces_single_fields_and_leaves_their_places() -> None:
    group = merged(patch={"record": {"group": {"item": ITEM, "second": SLOT}}})["record"]["group"]
    assert group["fields"] == [{"id": "item", "type": "u8", "max": 1}, {"id": "mask", "type": "u8"}]
    assert group["slots"]["fields"] == [{"id": "first", "type": "f32be"}, {"id": "sample", "type": "f32be"}]
    assert group["slots"]["count"] == 8


def test_a_patch_reaches_the_second_parts_and_the_tail_of_slots() -> None:
    slots = merged(patch={"record": {"group": {"later": {"type": "u16le"}, "sum": {"type": "u16le"}}}})
    assert [slots["record"]["group"]["slots"][at] for at in ("more", "tail")] == [
        [{"id": "later", "type": "u16le"}],
        [{"id": "sum", "type": "u16le"}],
    ]


def test_a_patch_changes_a_record_that_the_child_itself_lays_over_the_parents() -> None:
    own = {"group": {"fields": [{"id": "info", "type": "u8"}]}}
    group = merged(record=own, patch={"record": {"group": {"info": {"type": "hex1"}}}})["record"]["group"]
    assert group["fields"] == [{"id": "info", "type": "hex1"}]


def test_the_parent_stays_as_it_was() -> None:
    before = repr(PARENT)
    merged(link={"baud": 1}, patch={"record": {"group": {"item": ITEM, "second": SLOT}}})
    assert repr(PARENT) == before


def test_without_a_parent_a_profile_is_what_it_says() -> None:
    assert extended(dict(PARENT), parent, "x.toml") == PARENT


@pytest.mark.parametrize(
    ("tables", "code", "path", "name", "nearest"),
    [
        ({"extends": "", "patch": {"record": {}}}, "profile.orphan", "patch", "patch", "extends"),
        ({"extends": "maker-parent@2"}, "profile.parent", "extends", "maker-parent@2", "maker-parent@3"),
        ({"extends": "maker-parent@"}, "profile.parent", "extends", "maker-parent@", "maker-parent@3"),
        ({"patch": {"recrd": {}}}, "profile.patch", "patch", "recrd", "record"),
        ({"patch": {"record": {"grop": {}}}}, "profile.patch", "patch.record", "grop", "group"),
        (
            {"patch": {"record": {"group": {"secnd": SLOT}}}},
            "profile.patch",
            "patch.record.group",
            "secnd",
            "second",
        ),
        ({"patch": {"exchange": {"read": {"mask": {}}}}}, "profile.patch", "patch.exchange.read", "mask", "-"),
    ],
)
def test_what_a_child_cannot_mean_is_named(
    tables: dict[str, Any], code: str, path: str, name: str, nearest: str
) -> None:
    with pytest.raises(ProfileError) as caught:
        merged(**tables)
    facts = {"file": "maker-child/any.toml", "path": path, "name": name, "nearest": nearest}
    assert caught.value.code == code
    assert caught.value.facts | facts == caught.value.facts


@pytest.mark.parametrize(
    ("patch", "path"),
    [
        (3, "patch"),
        ({"record": 3}, "patch.record"),
        ({"record": {"group": [1]}}, "patch.record.group"),
        ({"record": {"group": {"item": "u8"}}}, "patch.record.group.item"),
    ],
)
def test_a_patch_that_is_no_table_is_named(patch: object, path: str) -> None:
    with pytest.raises(ProfileError, match=r"profile\.value") as caught:
        merged(patch=patch)
    assert (caught.value.facts["file"], caught.value.facts["path"]) == ("maker-child/any.toml", path)


def test_a_grandchild_is_told_whose_child_it_may_be() -> None:
    with pytest.raises(ProfileError) as caught:
        extended(child(), lambda name: {**PARENT, "extends": "maker-oldest@1"}, "maker-child/any.toml")
    assert caught.value.code == "profile.grandchild"
    assert caught.value.facts == {
        "file": "maker-child/any.toml",
        "path": "extends",
        "name": "maker-parent@3",
        "nearest": "maker-oldest@1",
    }


# --- in files ---------------------------------------------------------------------------------------------------------


def shelf_with(tmp_path: Path, text: str) -> tuple[Shelf, Path]:
    """The shipped profiles and one child of them."""
    file = tmp_path / "maker-child" / "any.toml"
    file.parent.mkdir()
    file.write_text(text, "utf-8")
    return Shelf((tmp_path, *shipped().roots)), file


TTNJ = shipped().place("taiyang-ttnj-8").read_text("utf-8").replace("taiyang-ttnj-8", "maker-child")


def test_a_child_in_a_folder_of_ones_own_extends_a_shipped_profile(tmp_path: Path) -> None:
    shelf, file = shelf_with(tmp_path, TTNJ)
    own, parent = shelf.load(file), shelf.find("taiyang-ttj-8h16")
    assert own.link == parent.link
    assert own.confirm == parent.confirm
    assert own.device.model == "TTNJ-8"
    assert digest(own) != digest(parent)


@pytest.mark.parametrize(
    ("old", "new", "code", "path", "nearest"),
    [
        ("8h16@1", "8h16@9", "profile.parent", "extends", "taiyang-ttj-8h16@1"),
        ("ttj-8h16@1", "ttnj-8@1", "profile.grandchild", "extends", "taiyang-ttj-8h16@1"),
        ("ttj-8h16@1", "ttj-8h61@1", "profile.unknown", "extends", "taiyang-ttj-8h16"),
        ("result = {", "reslt = {", "profile.patch", "patch.record.group", "result"),
        ("[patch.record.group]", "[patch.record.groups]", "profile.patch", "patch.record", "group"),
        ("min = 0, max = 100", "min = 0, mx = 100", "profile.key", "record.group.slots.fields.1", "max"),
    ],
)
def test_a_wrong_child_names_its_own_file(
    old: str, new: str, code: str, path: str, nearest: str, tmp_path: Path
) -> None:
    assert old in TTNJ
    shelf, file = shelf_with(tmp_path, TTNJ.replace(old, new))
    with pytest.raises(ProfileError) as caught:
        shelf.load(file)
    told = {key: caught.value.facts[key] for key in ("file", "path", "nearest")}
    assert (caught.value.code, told) == (code, {"file": "maker-child/any.toml", "path": path, "nearest": nearest})


def test_a_parent_that_is_broken_is_named_itself(tmp_path: Path) -> None:
    shelf, file = shelf_with(tmp_path, TTNJ.replace("taiyang-ttj-8h16@1", "maker-parent@1"))
    broken = tmp_path / "maker-parent" / "any.toml"
    broken.parent.mkdir()
    broken.write_text("format = ", "utf-8")
    with pytest.raises(ProfileError, match=r"profile\.syntax") as caught:
        shelf.load(file)
    assert caught.value.facts["file"] == "maker-parent/any.toml"
