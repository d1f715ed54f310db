"""What was found, told once each and counted always. No sentence stands here: a code, an entry, facts."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from ui.audit.codes import PROOF, REMARKS, STORY
from ui.audit.errors import Wrong

MOST = 100  # of one code that are told one by one; the rest is counted


@dataclass(frozen=True, slots=True)
class Finding:
    """`seq` is the entry that it is about, 0 for the whole."""

    code: str
    seq: int
    facts: tuple[tuple[str, str], ...]

    @property
    def table(self) -> dict[str, Any]:
        return {"code": self.code, "seq": self.seq, "facts": dict(self.facts)}


@dataclass(slots=True)
class Findings:
    findings: list[Finding] = field(default_factory=list)
    remarks: list[Finding] = field(default_factory=list)
    count: Counter[str] = field(default_factory=Counter)

    def found(self, code: str, seq: int = 0, **facts: object) -> None:
        if code not in PROOF | STORY:
            raise Wrong(code, seq)
        self._told(self.findings, code, seq, facts)

    def remarked(self, code: str, seq: int = 0, **facts: object) -> None:
        if code not in REMARKS:
            raise Wrong(code, seq)
        self._told(self.remarks, code, seq, facts)

    def caught(self, wrong: Wrong) -> None:
        self.found(wrong.code, wrong.seq, **wrong.facts)

    def sorted(self) -> "Findings":
        """By entry, as the log goes; the whole first. Of a code that was too often the rest is one remark."""
        often = {code: count - MOST for code, count in self.count.items() if count > MOST}
        more = [Finding("more", 0, _facts({"code": code, "count": count})) for code, count in often.items()]
        return Findings(sorted(self.findings, key=_order), sorted([*self.remarks, *more], key=_order), self.count)

    def _told(self, where: list[Finding], code: str, seq: int, facts: dict[str, object]) -> None:
        self.count[code] += 1
        if self.count[code] <= MOST:
            where.append(Finding(code, seq, _facts(facts)))


def _facts(facts: dict[str, object]) -> tuple[tuple[str, str], ...]:
    return tuple((name, str(value)) for name, value in sorted(facts.items()))


def _order(finding: Finding) -> tuple[int, str, tuple[tuple[str, str], ...]]:
    return finding.seq, finding.code, finding.facts
