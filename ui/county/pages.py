"""Draws the county's pages: rows and values in, HTML out. Templates escape everything; no sentence stands in them."""

import json
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import jinja2

from kiosk.rules.messages import Outcome
from kiosk.rules.scan.numbers import shown as number_shown
from ui.county.accounts.account import Account
from ui.county.accounts.roles import Right
from ui.county.acted import Deeds
from ui.county.board.facts import Spot, Spots
from ui.county.board.view import Viewing
from ui.county.database import Row
from ui.county.deed_told import deed_told
from ui.county.live import Frame
from ui.county.pending import Pending
from ui.county.reader import Kept, Reader
from ui.county.telling import Teller, is_late, measured

LINES = 60  # on the live page
ALARMS = 12
STATIONS = 8
PENDING = 8
TALLIED = tuple(Outcome)
GATE = {"admit": "negative", "test_first": "suspect", "refuse": "positive"}  # marks of what an inspector decided


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
        self._viewing = Viewing(tell)
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

    @property
    def tell(self) -> Teller:
        """What says the words of these pages."""
        return self._tell

    def seen_by(self, account: Account | None) -> "Pages":
        """The same pages with the menu of somebody who is signed in."""
        seen = copy(self)
        seen.who = account
        return seen

    def office(self, reader: Reader, spots: Sequence[Spot], now: datetime) -> str:
        return self.draw("office.html", **self._state(reader, spots, now), lines=self.lines(reader.newest(LINES), now))

    def frame(self, reader: Reader, spots: Spots, since: int | None, now: datetime) -> Frame:
        """What brings a page from version `since` up to date; None, or a version that we never had: all of it."""
        version = reader.version
        if since == version:
            return Frame(since, version, b"")
        rows = [] if since is None or since > version else reader.changed(since, LINES)
        new, old = _parted(rows, since or 0)
        whole = since is None or since > version or len(new) == LINES
        fresh, lines = ([], reader.newest(LINES)) if whole else (new, old)
        parts = {"lines": self.lines(lines, now), "fresh": self.lines(fresh, now), "whole": whole}
        html = self.draw("frame.html", **self._state(reader, spots.all(reader, now), now), **parts)
        return Frame(since, version, event(version, html))

    def acts(self, found: Deeds, today: date) -> str:
        told = [(one, self._tell.time(one.time, today), deed_told(one, self._tell)) for one in found.deeds]
        return self.draw("acts.html", told=told, found=found)

    def wrong(self, name: str, office: bool, **facts: object) -> str:
        """A calm page that says what is wrong; `office` pages lead back to the live page."""
        title = self._tell.say(f"county.wrong.{name}_title")
        return self.draw(
            "wrong.html", title=title, words=self._tell.say(f"county.wrong.{name}", **facts), office=office
        )

    def draw(self, template: str, **values: Any) -> str:
        rights = frozenset[Right]() if self.who is None else self.who.rights
        return self._templates.get_template(template).render(values, who=self.who, rights=rights)

    def _state(self, reader: Reader, spots: Sequence[Spot], now: datetime) -> dict[str, Any]:
        """Everything of the live page but its lines."""
        tally, grave = reader.tally(now.date().isoformat()), self._viewing.gravest_first(spots)[:STATIONS]
        return {
            "day": f"{now:%Y-%m-%d}",
            "tests": sum(tally.get(outcome, 0) for outcome in TALLIED),
            "tally": [(outcome, tally.get(outcome, 0)) for outcome in TALLIED],
            "certificates": tally.get("certificate", 0),
            "open": reader.open_positives(),
            "online": sum(spot.facts.online for spot in spots),
            "stations": [(spot.row, self._viewing.tile(spot, now.date())) for spot in grave],
            "all_stations": len(spots),
            "pending": [self._waiting(kept, now.date()) for kept in reader.pending(PENDING)],
            "alarms": [
                (row, self._tell.time(row["entry_time"] or row["time"], now.date())) for row in reader.alarms(ALARMS)
            ],
        }

    def lines(self, rows: Iterable[Row], now: datetime) -> list[Line]:
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
                return "incident", say("county.feed.incident"), self._incident(row["told"]), ""
            case "gate.check":
                return self._gate(row["told"])
            case "log.opened" | "order.done" as kind:
                mark, what = ("quiet", "opened") if kind == "log.opened" else ("incident", "refused")
                return mark, say(f"county.feed.{what}"), f"#{row['seq']}", ""
            case kind:
                return "quiet", say("county.feed.raw"), tell.word("county.kind", kind), ""

    def _certificate_told(self, row: Row) -> tuple[str, str]:
        if not row["number"]:  # the row of this number belongs to an earlier certificate
            return self._tell.say("county.alarm.number_twice"), ""
        return self._tell.product(row["product"]), self._tell.amount(row["quantity"], row["quantity_unit"])

    def _gate(self, body: bytes | None) -> tuple[str, str, str, str]:
        """What an inspector decided at a market's entrance; nothing of it where retention took the body."""
        table = json.loads(body) if body else {}
        decided = str(table.get("decision", ""))
        market, product = str(table.get("market", "")), self._tell.product(str(table.get("product", "")))
        main = self._tell.say("county.board.gate_at", product=product, market=market) if body else ""
        return GATE.get(decided, "quiet"), self._tell.word("county.board.gate", decided), main, ""

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
