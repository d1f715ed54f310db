"""An audit as a county officer reads it: whose log, which days, what was done, what is wrong and what to do."""

from collections.abc import Iterator
from typing import Any

from ui.audit.rules import rules
from ui.audit.words import Words

COUNTED = ("certificates", "voided", "reprints", "tests", "positive", "suspect", "invalid", "incidents", "corrections")
MINUTE = 16  # characters of a time, up to its minutes


def page(report: dict[str, Any], words: Words) -> str:
    """Text of a report, each line with its line feed."""
    lines = [line for export in report["exports"] for line in (*_export(export, words), "")]
    lines += _told(report, words)
    lines.append(words.text("page", "clean" if report["clean"] else "unclean", count=_count(report)))
    return "".join(f"{line}\n" for line in lines)


def _count(report: dict[str, Any]) -> int:
    return sum(len(part["findings"]) for part in (report, *report["exports"]))


def _export(export: dict[str, Any], words: Words) -> Iterator[str]:
    yield words.text("page", "file", file=export["file"])
    if export["log"] is not None:
        yield words.text("page", "owner", owner=f"{export['county']}/{export['station']}", log=export["log"])
    if export["since"] is not None:
        span = {"since": _minute(export["since"]), "until": _minute(export["until"])}
        yield words.text("page", "span", first=export["first"], last=export["last"], **span)
        word = "confirmed" if export["confirmed"] else "unconfirmed"
        yield words.text("page", word, through=export["confirmed"], at=_minute(export["confirmed_at"] or ""))
        counts = [words.text("count", name, count=export["counts"][name]) for name in COUNTED]
        yield words.text("page", "counts", counts=words.text("page", "comma").join(counts))
    if not export["read_to_end"]:
        yield words.text("page", "stopped")
    yield from _told(export, words)
    yield from (_row(row, words) for row in export.get("entries", ()))


def _told(part: dict[str, Any], words: Words) -> Iterator[str]:
    for room in ("findings", "remarks"):
        if part[room]:
            yield words.text("page", room, count=len(part[room]))
        for one in part[room]:
            yield f"  {_where(one['seq'], words)}{said(one['code'], one['facts'], words)}"
            if room == "findings":
                yield f"      {words.text('do', _todo(one['code']))}"


def said(code: str, facts: dict[str, str], words: Words) -> str:
    """The sentence of a code."""
    return words.text("finding" if code in words.table["finding"] else "remark", code, **facts)


def _where(seq: int, words: Words) -> str:
    return words.text("page", "entry", seq=seq) if seq else ""


def _todo(code: str) -> str:
    """Which advice belongs to a code."""
    advice: dict[str, list[str]] = rules()["advice"]
    return next(name for name, codes in advice.items() if code in codes)


def _row(row: dict[str, Any], words: Words) -> str:
    wrong = ", ".join(row["findings"]) or words.text("page", "good")
    held = "" if row["held"] else words.text("page", "taken")
    return f"  {row['seq']:>8}  {row['time']}  {row['clock']:<8}{row['kind']:<22}{wrong}{held}"


def _minute(time: str) -> str:
    return time[:MINUTE].replace("T", " ")
