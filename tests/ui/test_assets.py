"""Browser parts: copied with their licences, or a sentence that says what to run; the lock names no address."""

import json
from pathlib import Path

import pytest

from ui.assets import APPS, PARTS, MissingParts, copy_parts

ROOT = Path(__file__).parents[2]


def test_missing_parts_are_said_before_anything_is_copied(tmp_path: Path) -> None:
    with pytest.raises(MissingParts, match="npm ci"):
        copy_parts(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_parts_and_licences_reach_both_apps(tmp_path: Path) -> None:
    for source in PARTS.values():
        (tmp_path / "node_modules" / source).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "node_modules" / source).write_text(source)
    copy_parts(tmp_path)
    for app in APPS:
        vendor = tmp_path / "ui" / app / "static" / "vendor"
        assert {file.name: file.read_text() for file in vendor.iterdir()} == PARTS


def test_the_lock_pins_what_the_package_asks_and_no_address() -> None:
    package = json.loads((ROOT / "package.json").read_text())
    asked = package["dependencies"] | package["devDependencies"]
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert {name: locked[f"node_modules/{name}"]["version"] for name in asked} == asked
    assert all("integrity" in part for place, part in locked.items() if place)
    assert "resolved" not in (ROOT / "package-lock.json").read_text()
