"""The root of the repository is the architecture (design.md §2): these folders and files, and no others."""

from tests.house.sources import ROOT

FOLDERS = {"kiosk", "drivers", "firmware_profiles", "ui", "tests", "systemd", ".ci"}
FILES = {
    "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md", "Makefile",
    "requirements.txt", "requirements-dev.txt", "package.json", "package-lock.json",
    ".gitignore", ".gitattributes",
}  # fmt: skip
WORDS_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "base", "manager", "handler", "misc", "const"}


def ignored() -> set[str]:
    """Names that git does not keep; `.git` is a file in a work tree."""
    lines = (ROOT / ".gitignore").read_text("utf-8").split()
    return {line.strip("/") for line in lines} | {".git"}


def test_the_root_holds_what_the_design_says() -> None:
    kept = {entry.name + "/" * entry.is_dir() for entry in ROOT.iterdir() if entry.name not in ignored()}
    wanted = {f"{name}/" for name in FOLDERS} | FILES
    assert sorted(kept - wanted) == [], "these do not belong in the root"
    assert sorted(wanted - kept) == [], "these are missing in the root"


def test_names_are_words_of_the_trade() -> None:
    kept = [path for name in FOLDERS for path in (ROOT / name).rglob("*") if "vendor" not in path.parts]
    assert [
        str(path.relative_to(ROOT)) for path in kept if path.stem in WORDS_THAT_SAY_NOTHING and path.suffix != ".html"
    ] == []
