"""An office with producers: some listed, one taken in at a box, entries of one of them."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest

from kiosk.rules.messages import (
    AgreementSigned,
    Certification,
    FarmWork,
    Presence,
    Present,
    Subject,
    SubjectProposed,
    SubjectPut,
)
from tests.support.bodies import FARMER, a_test
from tests.ui.county.conftest import DEADLINE, Desk, served
from ui.county.migration import open_reader

OWN = {"sec-fetch-site": "same-origin", "accept": "text/html"}
TOWN, OTHER = "530427100", "530427101"
LI = replace(FARMER, id="p-li", region=f"{TOWN}001", code="93530427MA6N000091", products=("tomato",))
WANG = Subject("p-wang", "farmer", "王在彼", "13900005678", "新平县平甸乡", f"{OTHER}002")
NEW = Subject("gasa-0123456789", "farmer", "李秀英", "13800001234", "戛洒镇南蚌村")
GREEN = Certification("green", "LB-1234", "tomato", "2025-01-01", "2027-06-30")


def put(subject: Subject, **more: object) -> SubjectPut:
    return replace(SubjectPut(subject, "farmer", village="南蚌村"), **more)  # type: ignore[arg-type]


@dataclass
class Village:
    """`desk` with Li (co-op code, green mark) in one town, Wang in another, and a newcomer like Li at the box there."""

    desk: Desk

    def says(self, *acts: object) -> None:
        self.desk.accounts.desks.acts.do(lambda act: act.says(*acts))  # type: ignore[arg-type]

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(open_reader(self.desk.file)) as sql:
            return [tuple(row) for row in sql.execute(query, values)]

    def asked(self) -> list[tuple[str, str]]:
        """Kind and text of every order that was asked for."""
        found = self.rows("select body from entry where kind = 'order.asked' order by seq")
        told = [json.loads(bytes(body)) for (body,) in found]
        return [(one["order"], one["text"]) for one in told]


def stocked(desk: Desk) -> Village:
    village = Village(desk)
    village.says(put(LI, certifications=(GREEN,), scale=True), put(WANG))
    box = desk.box
    signed = AgreementSigned(LI.id, LI.name, "notice", "2026", "ab" * 32, "2026-11-20", Presence.TAIL, Present.SELF)
    work = FarmWork(LI.id, "tomato", "sprayed", "2026-05-01", given="吡虫啉", amount="20 g")
    desk.take(
        box.opened(TOWN),
        box.write(work),
        box.write(a_test("3.2", subject=LI)),
        box.write(a_test("81", nth=2, subject=LI)),
        box.write(box.certificate(subject=LI, product="tomato")),
        box.write(signed),
        box.write(SubjectProposed(NEW, "南蚌村", "staff-1")),
    )
    return village


@pytest.fixture
def village(desk: Desk) -> Village:
    return stocked(desk)


@pytest.fixture
def browser(village: Village) -> Iterator[httpx.Client]:
    """Of somebody who may do everything."""
    with served(village.desk) as address, httpx.Client(base_url=address, timeout=DEADLINE, headers=OWN) as client:
        client.cookies.update(village.desk.cookies())
        yield client
