"""An audit as one JSON object: `report.schema.json` says what is in it. Codes and facts, no sentences."""

from typing import Any

from ui.audit.examination import Examined, by_seq
from ui.audit.finding import Finding, Findings
from ui.audit.together import Audit

FORM = "liangzheng/audit/1"


def report(audit: Audit) -> dict[str, Any]:
    exports = [{"file": file.name, **_export(one)} for file, one in zip(audit.files, audit.each, strict=True)]
    return {"form": FORM, "clean": audit.clean, "exports": exports, **_told(audit.together)}


def _export(one: Examined) -> dict[str, Any]:
    told, judges = one.manifest, one.judges
    table: dict[str, Any] = {
        "log": told.log if told else None,
        "county": told.county if told else None,
        "station": told.station if told else None,
        "root_key": one.root_key or None,
        "first": told.first if told else None,
        "last": told.last if told else None,
        "confirmed": one.confirmed,
        "confirmed_at": one.confirmed_at.isoformat() if one.confirmed_at else None,
        "since": (judges.chronology.since or None) if judges else None,
        "until": (judges.chronology.until or None) if judges else None,
        "read_to_end": one.ended,
        "counts": judges.tally.table if judges else {},
        **_told(one.tell),
    }
    return {**table, "entries": _rows(one)} if one.rows else table


def _told(tell: Findings) -> dict[str, Any]:
    told = tell.sorted()
    return {"findings": _tables(told.findings), "remarks": _tables(told.remarks)}


def _tables(findings: list[Finding]) -> list[dict[str, Any]]:
    return [one.table for one in findings]


def _rows(one: Examined) -> list[dict[str, Any]]:
    wrong = by_seq(one.tell)
    return [
        {"seq": row.seq, "kind": row.kind, "time": row.time, "clock": row.clock, "held": row.held,
         "findings": wrong.get(row.seq, [])}
        for row in one.rows
    ]  # fmt: skip
