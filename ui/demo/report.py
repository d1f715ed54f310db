"""What a scripted turn really left behind, read from the log, the paper tray and the county, never from what was meant.

Each `Finding` is a line for the newcomer; the turn is whole only when every finding holds.
"""

import base64
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from kiosk import contract, log, tree
from kiosk.checkpoint import Receipt, open_receipt
from kiosk.contract import Envelope
from kiosk.rules.messages import Certificate, EntryBody, Observation, Outcome, Print, PrintOutcome, Test
from kiosk.rules.scan import numbers
from kiosk.rules.testing.assay import shown
from kiosk.seal import open_certificate
from kiosk.trust import SealError, Trust, read_trust
from kiosk.words import Words
from ui.county.reader import Reader
from ui.county.web.doors import COOKIE
from ui.demo.bench import Bench

SECOND = "globalwater-cl500"
COUNTY_WITHIN = 40.0  # seconds until the county has receipted everything

Body = TypeVar("Body")


@dataclass(frozen=True, slots=True)
class Finding:
    key: str  # `demo.report.<key>` is the line
    held: bool
    facts: dict[str, object]


@dataclass(frozen=True, slots=True)
class Left:
    """Everything that the turn left behind on the box."""

    envelopes: tuple[Envelope, ...]
    receipt: Receipt | None

    def of(self, kind: type[Body]) -> list[Body]:
        bodies: list[EntryBody] = [envelope.entry for envelope in self.envelopes]
        return [body for body in bodies if isinstance(body, kind)]

    def root(self, size: int) -> bytes:
        """Of the first entries, computed anew from their headers."""
        nodes: dict[tuple[int, int], bytes] = {}
        for number, envelope in enumerate(self.envelopes[:size]):
            leaf = tree.leaf_hash(envelope.header.bytes())
            for level, index, digest in tree.added(number, leaf, lambda level, index: nodes[level, index]):
                nodes[level, index] = digest
        return tree.root(size, lambda level, index: nodes[level, index])


def await_county(bench: Bench) -> Left:
    """What is on the box once the county has receipted all of it, or when it took too long."""
    trust = read_trust(bench.county / "trust.json")
    until = time.monotonic() + COUNTY_WITHIN
    while True:
        left = _left(bench, trust)
        if left.receipt is not None and left.receipt.checkpoint.size == len(left.envelopes):
            return left
        if time.monotonic() > until:
            return left
        time.sleep(0.2)


def findings(bench: Bench, left: Left, scanned: str) -> Iterator[Finding]:
    """Line by line what happened, each with whether it is really there."""
    yield Finding("scanned", bool(left.of(Test)), {"who": scanned})
    for test in left.of(Test):
        yield _test(test)
    certificates = left.of(Certificate)
    if certificates:
        yield from _certificate(bench, left, certificates[-1])
    else:
        yield from _positive(bench, left)
    yield _observed(left)
    yield from _county(bench, left)


def told(found: list[Finding], words: Words) -> str:
    """The report as text: a mark that is not only a colour, and the sentence."""
    marks = {True: words.say("demo.mark.held"), False: words.say("demo.mark.missing")}
    lines = [f"{marks[finding.held]} {_line(finding, words)}" for finding in found]
    whole = words.say("demo.whole" if all(finding.held for finding in found) else "demo.not_whole")
    return "\n".join([*lines, whole])


def _line(finding: Finding, words: Words) -> str:
    """Names of outcomes and grounds in the language of the reader; a percent sign only behind a number."""
    facts = dict(finding.facts)
    if "outcome" in facts:
        facts["outcome"] = words.say(f"outcome.{facts['outcome']}")
        facts["round"] = words.say(f"screen.result.{facts['round']}")
        facts["value"] = facts["value"] or words.say("demo.report.uncountable")
    if isinstance(basis := facts.get("basis"), tuple):
        facts["basis"] = words.say("screen.list_and").join(words.say(f"basis.{ground}") for ground in basis)
    return words.say(f"demo.report.{finding.key}", **facts)


def _left(bench: Bench, trust: Trust) -> Left:
    envelopes = tuple(contract.read(payload) for _, payload in log.payloads(bench.box / "up"))
    receipts = log.Tail(bench.box / "down" / "receipts")
    newest = receipts.after(max(0, receipts.through - 1), 1)
    try:
        return Left(envelopes, open_receipt(newest[0][1].decode(), trust) if newest else None)
    except SealError:
        return Left(envelopes, None)


def _test(test: Test) -> Finding:
    facts: dict[str, object] = {
        "device": test.device.model,
        "blank": _change(test.blank),
        "sample": _change(test.sample),
        "value": "" if test.value is None else f"{shown(test.value)}{test.unit}",
        "outcome": test.verdict.outcome,
        "rule": test.verdict.rule.rpartition("/")[0],
        "device_value": "–" if test.device_value is None else f"{test.device_value}{test.unit}",
        "round": "first" if test.retest_of is None else "repeat",
    }
    return Finding("test", bool(test.blank and test.sample), facts)


def _change(measured: tuple[object, ...]) -> object:
    changes = [one for one in measured if getattr(one, "quantity", "") == "absorbance_change"]
    return getattr(changes[0], "value", "–") if changes else "–"


def _observed(left: Left) -> Finding:
    """The second analyzer, of the other kind, was read once."""
    seen = [one for one in left.of(Observation) if one.device.profile == SECOND]
    if not seen:
        return Finding("observed", False, {"model": SECOND, "value": "–", "unit": ""})
    reading = seen[-1].readings[0]
    facts: dict[str, object] = {"model": seen[-1].device.model, "value": reading.value, "unit": reading.unit}
    return Finding("observed", reading.value is not None, facts)


def _certificate(bench: Bench, left: Left, certificate: Certificate) -> Iterator[Finding]:
    prints = [end for end in left.of(Print) if end.number == certificate.number]
    printed = any(end.outcome is PrintOutcome.PRINTED for end in prints)
    facts: dict[str, object] = {"number": numbers.shown(certificate.number), "basis": certificate.basis}
    yield Finding("certificate", printed, facts)
    papers = bench.printer.papers
    jobs = sorted(bench.paper.glob("*.escpos"))
    yield Finding("paper", len(papers) == 1, {"file": papers[-1] if papers else "–"})
    yield Finding("escpos", len(jobs) == 1, {"file": jobs[-1] if jobs else "–"})
    trust = read_trust(bench.county / "trust.json")
    code, grant = open_certificate(bytes.fromhex(certificate.code), trust)
    same = code.number == certificate.number and code.log == left.envelopes[0].header.log
    yield Finding("sealed", same, {"station": grant.name})


def _positive(bench: Bench, left: Left) -> Iterator[Finding]:
    repeats = [test for test in left.of(Test) if test.retest_of is not None]
    confirmed = len(repeats) >= 2 and all(test.verdict.outcome is Outcome.POSITIVE for test in repeats)
    yield Finding("repeated", confirmed, {"repeats": len(repeats)})
    yield Finding("no_certificate", not left.of(Certificate) and not bench.printer.papers, {})
    with Reader(bench.county / "county.db") as reader:
        confirmed_there = [row for row in reader.alarms(20) if (row["kind"], row["state"]) == ("positive", "confirmed")]
    yield Finding("alarm", len(confirmed_there) == 1, {"count": len(confirmed_there)})


def _county(bench: Bench, left: Left) -> Iterator[Finding]:
    size = 0 if left.receipt is None else left.receipt.checkpoint.size
    yield Finding("receipted", size == len(left.envelopes), {"receipted": size, "recorded": len(left.envelopes)})
    name = left.envelopes[0].header.log
    with Reader(bench.county / "county.db") as reader:
        rows = sum(reader.entry(name, seq) is not None for seq in range(1, len(left.envelopes) + 1))
    yield Finding("rows", rows == len(left.envelopes), {"rows": rows})
    held = left.receipt is not None and left.root(size) == left.receipt.checkpoint.root
    yield Finding("tree", held and _proved(bench, left, size), {"size": size})


def _proved(bench: Bench, left: Left, size: int) -> bool:
    """The county's own proof for the last entry, checked here against the receipted root."""
    last = left.envelopes[size - 1]
    proof = _fetched(f"{bench.county_url}/entry/{last.header.log}/{size}/proof.json", bench.signed_in())
    if proof is None or left.receipt is None:
        return False
    try:
        path = [base64.b64decode(step) for step in proof["path"]]
        leaf = tree.leaf_hash(last.header.bytes())
        tree.verify_inclusion(leaf, size - 1, int(proof["size"]), path, left.root(int(proof["size"])))
    except (KeyError, TypeError, ValueError, tree.TreeError):
        return False
    return True


def _fetched(url: str, session: str) -> dict[str, Any] | None:
    browser = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    asked = urllib.request.Request(url, headers={"Cookie": f"{COOKIE}={session}"})
    try:
        with browser.open(asked, timeout=10) as answer:
            table: dict[str, Any] = json.loads(answer.read())
            return table
    except (urllib.error.URLError, ValueError):
        return None
