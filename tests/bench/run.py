"""`make bench`: each figure beside its floor or reference, measured in the same run. Never part of `make test`.

Absolute figures are this machine's; the ratios are what may be compared (performance.md §0.2).
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tests.bench import (
    commit,
    county_pages,
    finding,
    paper,
    proof,
    record,
    scanner,
    scenes,
    screen,
    sight,
    uplink,
    whole,
)
from tests.bench.row import HEAD, Row, say

BUILD = Path(__file__).resolve().parents[2] / "build"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    names = (
        "commit", "county_pages", "finding", "paper", "proof", "record", "scanner", "scenes", "screen", "sight",
        "uplink", "whole",
    )  # fmt: skip
    parser.add_argument("--only", choices=names, help="one part of it")
    parser.add_argument(
        "--entries", type=int, help="how long the log of `proof`, `record`, `uplink` is; the most of `county_pages`"
    )
    told = parser.parse_args()
    BUILD.mkdir(exist_ok=True)
    parts: Mapping[str, Callable[[], Iterator[Row]]] = {
        "commit": lambda: commit.rows(BUILD),
        "county_pages": lambda: county_pages.rows(BUILD, told.entries),
        "finding": finding.rows,
        "paper": paper.rows,
        "proof": lambda: proof.rows(told.entries),
        "record": lambda: record.rows(told.entries),
        "scanner": scanner.rows,
        "scenes": scenes.rows,
        "screen": screen.rows,
        "sight": sight.rows,
        "uplink": lambda: uplink.rows(told.entries),
        "whole": whole.rows,
    }
    say(HEAD)
    done: list[Row] = []
    for name, rows in parts.items():
        for row in rows() if told.only in (None, name) else ():
            say(str(row))
            done.append(row)
    report = json.dumps([row.table() for row in done], ensure_ascii=False, indent=1)
    (BUILD / "bench.json").write_text(report + "\n", encoding="utf-8")
    say(f"{BUILD / 'bench.json'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
