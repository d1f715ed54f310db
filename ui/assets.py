"""Build hook: browser parts go from node_modules into the packages that serve them, each with its licence.

Runs for wheels and editable installs; nothing of it is kept in git.
"""

import shutil
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PARTS = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "htmx.LICENSE.txt": "htmx.org/LICENSE",
    "sse.min.js": "htmx-ext-sse/dist/sse.min.js",
    "sse.LICENSE.txt": "htmx-ext-sse/LICENSE",
}
APPS = ("station", "county")


class MissingParts(Exception):
    def __init__(self, missing: list[str]) -> None:
        super().__init__(f"{', '.join(missing)} not found in node_modules: run `npm ci` first")


class AssetsHook(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name == "sdist":
            return
        try:
            copy_parts(Path(self.root))
        except MissingParts as missing:
            self.app.abort(f"liangzheng: {missing}")


def copy_parts(root: Path) -> None:
    """Put every part into the vendor folder of both apps. Raises MissingParts before anything is copied."""
    missing = [source for source in PARTS.values() if not (root / "node_modules" / source).is_file()]
    if missing:
        raise MissingParts(missing)
    for app in APPS:
        vendor = root / "ui" / app / "static" / "vendor"
        vendor.mkdir(parents=True, exist_ok=True)
        for name, source in PARTS.items():
            shutil.copyfile(root / "node_modules" / source, vendor / name)
