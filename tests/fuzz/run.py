"""`make fuzz`: every parser under a hundred thousand damaged inputs and more. Seeded and resumable.

What is done stands in build/fuzz/; the same command goes on where the last one stopped. An input that breaks a promise
is kept in tests/fuzz/corpus/ and replayed by every `make test`. Exit 1 when there was one.
"""

import argparse
import hashlib
import json
import resource
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.fuzz.every import all_targets
from tests.fuzz.target import Fault, Tally, Target, attack, shelf

HOME = Path(__file__).resolve().parents[2] / "build" / "fuzz"
CHUNK = 500
CHUNK_WITHIN = 60  # seconds: the longest of them takes a fraction of one


class Hang(Exception):
    pass


def main() -> int:
    args = _asked(sys.argv[1:])
    until = time.monotonic() + args.minutes * 60
    signal.signal(signal.SIGALRM, _hang)
    part, _, parts = args.part.partition("/")
    names = [name for name in all_targets() if args.only in name][int(part) - 1 :: int(parts)]
    targets = all_targets()
    faults = finished = 0
    for name in names:
        count = args.count // targets[name].weight
        tally = _attacked(targets[name], count, args.seed, until)
        faults += len(tally.faults)
        finished += tally.inputs >= count
        _tell(name, tally)
    if finished < len(names):
        _say(f"not finished; go on with: .venv/bin/python tests/fuzz/run.py {' '.join(sys.argv[1:])}")
    return 1 if faults else 0


def _attacked(target: Target, count: int, seed: int, until: float) -> Tally:
    book = HOME / f"seed{seed}" / f"{target.name.replace('/', '_')}.json"
    tally = _opened(book)
    while tally.inputs < count and not tally.faults and time.monotonic() < until:
        signal.alarm(CHUNK_WITHIN)
        attack(target, min(CHUNK // target.weight, count - tally.inputs), seed, tally)
        signal.alarm(0)
        if not tally.faults:
            _write(book, tally)
    for fault in tally.faults:
        _keep(target.name, fault)
    return tally


def _opened(book: Path) -> Tally:
    if not book.exists():
        return Tally()
    facts = json.loads(book.read_text(encoding="utf-8"))
    return Tally(facts["inputs"], facts["accepted"], facts["seconds"])


def _write(book: Path, tally: Tally) -> None:
    book.parent.mkdir(parents=True, exist_ok=True)
    facts = {"inputs": tally.inputs, "accepted": tally.accepted, "seconds": round(tally.seconds, 3)}
    book.write_text(json.dumps(facts), encoding="utf-8")


def _keep(name: str, fault: Fault) -> None:
    file = shelf(name) / hashlib.sha256(fault.data).hexdigest()[:12]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(fault.data)


def _tell(name: str, tally: Tally) -> None:
    rate = tally.inputs / tally.seconds if tally.seconds else 0
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    _say(
        f"{name:32}{tally.inputs:9} inputs {tally.accepted:8} taken {rate:9.0f}/s"
        f" {memory:5} MiB {len(tally.faults):3} faults"
    )
    for told in sorted({fault.told for fault in tally.faults}):
        _say(f"  {told}")


def _hang(*_: object) -> None:
    raise Hang(f"no end within {CHUNK_WITHIN} s")


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000, help="inputs for each parser; fewer for slow ones")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--part", default="1/1", help="k/n: only every n-th parser, from the k-th")
    parser.add_argument("--only", default="", help="only parsers with this in their name")
    parser.add_argument("--minutes", type=float, default=9.0, help="stop after so long; the same command goes on")
    return parser.parse_args(arguments)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
