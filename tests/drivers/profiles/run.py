"""Every golden spoilt in every way, not only at chosen places: all flips, all truncations, all pairs of the figure.

Resumable: what is done stands in build/goldens/; the same command goes on where the last one stopped. Exit 1 when
anything spoilt was accepted as another result, or the second reading caught less than 99.9 %.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from drivers.profile.folder import digest
from tests.drivers.profiles.damage import Trial, cuts, figure, flips, is_sound, trials

HOME = Path(__file__).resolve().parents[3] / "build" / "goldens"
LEAST = 0.999


def main() -> int:
    asked = _asked()
    until = time.monotonic() + asked.minutes * 60
    book = HOME / "done.jsonl"
    done = _read(book)
    wanted = [trial for trial in trials() if is_sound(trial.case) and asked.only in trial.name]
    for trial in wanted:
        if _key(trial) not in done and time.monotonic() < until:
            done[_key(trial)] = _tried(trial)
            _append(book, done[_key(trial)])
    pages = [done[_key(trial)] for trial in wanted if _key(trial) in done]
    _tell(pages, len(wanted))
    return int(any(page["wrong"] or float(str(page["caught"] or 1)) < LEAST for page in pages))


def _tried(trial: Trial) -> dict[str, object]:
    wrong = list(_wrong(trial)) if trial.protected else []
    found = figure(trial, None) if trial.confirmed and not trial.networked else None
    bits = sum(8 * len(step.data) for step in trial.case.steps if step.mark == "<")
    return {
        "key": _key(trial),
        "name": trial.name,
        "case": trial.case.name,
        "bits": bits,
        "protected": trial.protected,
        "wrong": wrong,
        "changing": found.changing if found else None,
        "caught": found.caught if found else None,
    }


def _wrong(trial: Trial) -> Iterator[str]:
    spoilt = (*(flips(trial) if trial.guarded else ()), *cuts(trial))
    yield from (" | ".join(outcome) for one in spoilt if not trial.allowed(outcome := trial.outcome(one)))


def _key(trial: Trial) -> str:
    """Of this description and this case: whatever changes is tried again."""
    return sha256(f"{trial.name} {digest(trial.profile)} {trial.case}".encode()).hexdigest()[:20]


def _tell(pages: list[dict[str, object]], wanted: int) -> None:
    for page in pages:
        for line in page["wrong"] if isinstance(page["wrong"], list) else ():
            _say(f"WRONG {page['name']} {page['case']}: {line}")
    for name in sorted({str(page["name"]) for page in pages}):
        mine = [page for page in pages if page["name"] == name]
        caught = [float(str(page["caught"])) for page in mine if page["caught"] is not None]
        bits = sum(int(str(page["bits"])) for page in mine)
        told = f"second reading catches at least {min(caught):.4%}" if caught else ""
        _say(f"{name:34}{len(mine):4} cases {bits:8} bits {told}")
    _say(f"{len(pages)} of {wanted} cases; {sum(bool(page['wrong']) for page in pages)} accepted something else")
    if len(pages) < wanted:
        _say(f"not finished; go on with: .venv/bin/python tests/drivers/profiles/run.py {' '.join(sys.argv[1:])}")


def _read(book: Path) -> dict[str, dict[str, object]]:
    lines = book.read_text("utf-8").splitlines() if book.exists() else []
    pages = [json.loads(line) for line in lines]
    return {page["key"]: page for page in pages}


def _append(book: Path, page: dict[str, object]) -> None:
    book.parent.mkdir(parents=True, exist_ok=True)
    with book.open("a", encoding="utf-8") as out:
        out.write(json.dumps(page, ensure_ascii=False) + "\n")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="only profiles with this in their name")
    parser.add_argument("--minutes", type=float, default=9.0, help="stop after so long; the same command goes on")
    return parser.parse_args()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
