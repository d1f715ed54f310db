"""Draws the county's pages: rows and values in, HTML out. Templates escape everything; no sentence stands in them."""

import json
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import jinja2

from kiosk.rules.certify.certificate import ticks
from kiosk.rules.messages import Certificate, Outcome
from kiosk.rules.scan.numbers import shown as number_shown
from kiosk.trust import Trust
from ui.county import proof
from ui.county.accounts.account import Account
from ui.county.accounts.roles import Right
from ui.county.acted import Deeds
from ui.county.database import Row
from ui.county.deed_told import deed_told
from ui.county.live import Frame
from ui.county.pending import Pending
from ui.county.public import FOR_ROLES
from ui.county.reader import Kept, Reader
from ui.county.sheet import body_of, header_facts, inhibition_shown, sheet_of
from ui.county.sheet_paper import paper_facts, paper_title
from ui.county.sheet_parts import Sheet
from ui.county.sheet_row import light, notes, parked_told, receipt_told
from ui.county.telling import Teller, is_late, measured, percent, tail_of
from ui.county.trace import Standing, Traced, TracedPaper, Void

LINES = 60  # on the live page
ALARMS = 12
STATIONS = 8
PARKED = 20
PENDING = 8
TALLIED = tuple(Outcome)
GOOD = (Standing.RECORDED, Standing.STORED)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the feed: `mark` chooses colour and shape, `tags` are (kind, words, title)."""

    place: int
    address: str
    time: str
    mark: str
    what: str
    main: str
    detail: str
    value: str
    station: str
    tags: tuple[tuple[str, str, str], ...]


class Pages:
    """Pages of one county in one language."""

    def __init__(self, county: str, tell: Teller) -> None:
        self._tell = tell
        self._pending = Pending(tell)
        self._templates = jinja2.Environment(
            loader=jinja2.PackageLoader("ui.county"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals.update(
            tell=tell, say=tell.say, county=county, number_shown=number_shown, measured=measured
        )
        self.who: Account | None = None

    def seen_by(self, account: Account | None) -> "Pages":
        """The same pages with the menu of somebody who is signed in."""
        seen = copy(self)
        seen.who = account
        return seen

    def office(self, reader: Reader, now: datetime) -> str:
        return self.draw("office.html", **self._state(reader, now), lines=self._lines(reader.newest(LINES), now))

    def frame(self, reader: Reader, since: int | None, now: datetime) -> Frame:
        """What brings a page from version `since` up to date; None, or a version that we never had: all of it."""
        version = reader.version
        if since == version:
            return Frame(since, version, b"")
        rows = [] if since is None or since > version else reader.changed(since, LINES)
        new, old = _parted(rows, since or 0)
        whole = since is None or since > version or len(new) == LINES
        fresh, lines = ([], reader.newest(LINES)) if whole else (new, old)
        parts = {"lines": self._lines(lines, now), "fresh": self._lines(fresh, now), "whole": whole}
        html = self.draw("frame.html", **self._state(reader, now), **parts)
        return Frame(since, version, event(version, html))

    def entry(self, kept: Kept, reader: Reader, trust: Trust, today: date) -> str:
        header, body = kept.envelope.header, body_of(kept)
        head = reader.head(header.log)
        checks = proof.check(kept.envelope, head, reader.nodes(header.log), trust)
        return self.draw(
            "entry.html",
            header=header,
            body=body,
            sheet=self._sheet(kept),
            facts=header_facts(kept, self._tell, today),
            checks=[(check.held, self._checked(check, today)) for check in checks],
            result=_result(checks),
            has_proof=proof.is_covered(kept.envelope, head) and _result(checks) == "all_held",
            pending=kept.place is None,
            retired=kept.envelope.body is None,
            conflicts=reader.conflicts(header.log, header.seq),
            repeats=reader.repeats(header.log, header.seq),
            copies=reader.copies(body.number) if isinstance(body, Certificate) else (),
            today=today,
            inhibition_shown=inhibition_shown,
        )

    def stations(self, reader: Reader, trust: Trust, now: datetime) -> str:
        today = now.date()
        rows = [
            (
                row,
                light(row, self._tell),
                receipt_told(row, trust, self._tell, today),
                self._tell.time(row["last_time"], today),
                notes(row, reader.entry(row["log"], row["doctor"]) if row["doctor"] else None, self._tell, today),
            )
            for row in reader.stations()
        ]
        parked = [(row, *parked_told(row, self._tell)) for row in reader.parked(PARKED)]
        return self.draw("stations.html", rows=rows, parked=parked, today=today)

    def acts(self, found: Deeds, today: date) -> str:
        told = [(one, self._tell.time(one.time, today), deed_told(one, self._tell)) for one in found.deeds]
        return self.draw("acts.html", told=told, found=found)

    def trace(self, traced: Traced) -> str:
        wording = self._tell.wording(traced.code.date, traced.recorded.wording if traced.recorded else "")
        style = wording.styles.get(traced.code.style) if wording else None
        return self.draw(
            "trace.html",
            traced=traced,
            good=traced.standing in GOOD and traced.void is Void.NOBODY,
            awaited=traced.standing is Standing.AWAITED and traced.void is Void.NOBODY,
            style=style,
            ticks=ticks(style, traced.basis) if style else (),
            unconfirmed=wording is None or not wording.confirmed,
            quantity=self._tell.amount(traced.quantity, traced.code.unit),
            tail=tail_of(traced.contact),
            scope=self._tell.scope([test.method for test in traced.tests]),
            percent=percent,
        )

    def paper(self, traced: TracedPaper) -> str:
        """入市追溯凭证 or 追溯标识: what the paper says, as it was recorded."""
        return self.draw(
            "paper.html",
            traced=traced,
            title=paper_title(traced.paper, self._tell),
            facts=paper_facts(traced, self._tell),
            certificate=traced.paper.certificate,
        )

    def wrong(self, name: str, office: bool, **facts: object) -> str:
        """A calm page that says what is wrong; `office` pages lead back to the live page."""
        title = self._tell.say(f"county.wrong.{name}_title")
        return self.draw(
            "wrong.html", title=title, words=self._tell.say(f"county.wrong.{name}", **facts), office=office
        )

    def draw(self, template: str, **values: Any) -> str:
        rights = frozenset[Right]() if self.who is None else self.who.rights
        return self._templates.get_template(template).render(values, who=self.who, rights=rights)

    def _sheet(self, kept: Kept) -> Sheet:
        if kept.envelope.header.kind in FOR_ROLES:
            return Sheet((), (self._tell.say("county.entry.sealed_off"),))
        return sheet_of(kept, self._tell)

    def _state(self, reader: Reader, now: datetime) -> dict[str, Any]:
        """Everything of the live page but its lines."""
        tally, stations = reader.tally(now.date().isoformat()), reader.stations()
        return {
            "day": f"{now:%Y-%m-%d}",
            "tests": sum(tally.get(outcome, 0) for outcome in TALLIED),
            "tally": [(outcome, tally.get(outcome, 0)) for outcome in TALLIED],
            "certificates": tally.get("certificate", 0),
            "open": reader.open_positives(),
            "online": sum(row["online"] for row in stations),
            "stations": [(row, light(row, self._tell)) for row in stations[:STATIONS]],
            "all_stations": len(stations),
            "pending": [self._waiting(kept, now.date()) for kept in reader.pending(PENDING)],
            "alarms": [
                (row, self._tell.time(row["entry_time"] or row["time"], now.date())) for row in reader.alarms(ALARMS)
            ],
        }

    def _checked(self, check: proof.Line, today: date) -> str:
        facts = dict(check.facts)
        if "time" in facts:
            facts["time"] = self._tell.time(facts["time"], today)
        if "wrong" in facts:
            facts["wrong"] = self._tell.say(facts["wrong"], **facts)
        return self._tell.say(f"county.proof.{check.key}", **facts)

    def _lines(self, rows: Iterable[Row], now: datetime) -> list[Line]:
        return [self._line(row, now.date()) for row in rows]

    def _line(self, row: Row, today: date) -> Line:
        mark, what, main, value = self._told(row)
        return Line(
            place=row["place"],
            address=f"/entry/{row['log']}/{row['seq']}",
            time=self._tell.time(row["time"], today),
            mark=mark,
            what=what,
            main=main,
            detail=row["subject_name"] or "",
            value=value,
            station=row["station"],
            tags=tuple(self._tags(row, today)),
        )

    def _waiting(self, kept: Kept, today: date) -> Line:
        """An entry beyond a gap: signed by the station, and not yet receipted."""
        header, (mark, what, main, value) = kept.envelope.header, self._pending.told(kept)
        tag = ("wait", self._tell.say("county.feed.waiting"), self._tell.say("county.feed.waiting_title"))
        return Line(
            place=-header.seq,
            address=f"/entry/{header.log}/{header.seq}",
            time=self._tell.time(header.time, today),
            mark=mark,
            what=what,
            main=main,
            detail="",
            value=value,
            station=kept.station,
            tags=(tag,),
        )

    def _told(self, row: Row) -> tuple[str, str, str, str]:
        """Mark, what it is, what it is about, and its value."""
        say, tell = self._tell.say, self._tell
        match row["kind"]:
            case "test":
                value = "" if row["value"] is None else measured(row["value"], row["unit"])
                return row["outcome"], tell.word("outcome", row["outcome"]), tell.product(row["product"]), value
            case "certificate":
                return "certificate", say("county.feed.certificate"), *self._certificate_told(row)
            case "incident":
                return "incident", say("county.feed.incident"), self._incident(row["incident"]), ""
            case "log.opened":
                return "quiet", say("county.feed.opened"), f"#{row['seq']}", ""
            case "order.done":
                return "incident", say("county.feed.refused"), f"#{row['seq']}", ""
            case kind:
                return "quiet", say("county.feed.raw"), tell.word("county.kind", kind), ""

    def _certificate_told(self, row: Row) -> tuple[str, str]:
        if not row["number"]:  # the row of this number belongs to an earlier certificate
            return self._tell.say("county.alarm.number_twice"), ""
        return self._tell.product(row["product"]), self._tell.amount(row["quantity"], row["quantity_unit"])

    def _incident(self, body: bytes | None) -> str:
        table = json.loads(body) if body else {}
        problem = self._tell.problem(str(table.get("problem", "")), table.get("facts") or {})
        return self._tell.say(
            "county.feed.at_problem", part=self._tell.word("county.part", table.get("part", "")), problem=problem
        )

    def _tags(self, row: Row, today: date) -> Iterable[tuple[str, str, str]]:
        say = self._tell.say
        if is_late(row["time"], row["received"]):
            happened, received = self._tell.time(row["time"], today), self._tell.time(row["received"], today)
            yield "late", say("county.feed.late"), say("county.feed.late_title", time=happened, received=received)
        if row["clock"] in ("unknown", "floor"):
            yield "warn", say("county.feed.clock"), self._tell.word("county.clock", row["clock"])
        if row["retest_of"] is not None:
            yield "plain", say("county.feed.retest"), f"#{row['retest_of']}"
        if row["number"]:
            yield self._print_tag(row)
        if row["disagrees"]:
            yield "warn", say("county.feed.disagrees"), say("county.entry.disagrees")
        if row["confirmed"] == 0:
            yield "quiet", say("county.feed.unconfirmed"), say("county.entry.unconfirmed_method")
        if row["evidence"] == "documented":
            yield "quiet", say("county.feed.provisional"), say("county.evidence.documented")

    def _print_tag(self, row: Row) -> tuple[str, str, str]:
        printed, copies = row["printed"] or "none", row["copies"] or 0
        words = self._tell.word("county.print", printed)
        if copies > 1:
            words = f"{words} · {self._tell.say('county.print.again', times=copies - 1)}"
        kind = (
            "good" if printed in ("printed", "confirmed") else "warn" if printed in ("unknown", "failed") else "plain"
        )
        return kind, words, number_shown(row["number"])


def event(version: int, html: str) -> bytes:
    """One server-sent event; its id lets a browser that comes back say what it last saw."""
    data = "".join(f"data: {line}\n" for line in html.splitlines() if line.strip())
    return f"id: {version}\nevent: change\n{data}\n".encode()


def _parted(rows: list[Row], since: int) -> tuple[list[Row], list[Row]]:
    """Lines that a page of version `since` lacks, and lines that it has and must draw anew."""
    return [row for row in rows if row["born"] > since], [row for row in rows if row["born"] <= since]


def _result(checks: Iterable[proof.Line]) -> str:
    held = [check.held for check in checks]
    if False in held:
        return "some_broken"
    return "some_open" if "unreceipted" in [check.key for check in checks] else "all_held"
