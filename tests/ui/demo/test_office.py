"""What the demonstration's office orders: every order is one that stations do, and every badge is read."""

from contextlib import closing
from datetime import date
from pathlib import Path

from PIL import Image

from drivers.scanner.codes.decoders import read_codes
from kiosk.order_checks import misfit
from kiosk.order_table import OrderTable
from kiosk.paper.badge import badge_face
from kiosk.paper.card import load_card_press
from kiosk.rules.scan.codes import Kind, explain
from kiosk.staff_pin import verify
from kiosk.tables import open_tables
from kiosk.words import load_words
from ui.demo.office import office

TODAY = date(2026, 11, 22)


def test_stations_do_what_it_orders() -> None:
    with closing(open_tables(Path(":memory:"))) as sql:
        table = OrderTable(sql)
        for order in office().orders(TODAY):
            assert misfit(table, order) is None
            table.apply(order, "all/1", TODAY.isoformat())
        staff = table.staff()
        assert {role for person in staff for role in person.roles} == {"clerk", "inspector", "technician"}
        assert [verify(known.pin, person.pin) for known, person in zip(office().staff, staff, strict=True)] == [
            True
        ] * 3
        assert [task.why for task in table.tasks(TODAY.isoformat())] == ["random", "risk"]
        assert len(table.notices(TODAY.isoformat())) == 1


def test_a_badge_is_read_as_its_own() -> None:
    for person in office().staff:
        face = badge_face(load_words("zh"), "lz.example.cn", person.name, person.roles, person.badge)
        drawn: Image.Image = load_card_press().draw(face)
        (code,) = read_codes(memoryview(drawn.convert("L").tobytes()).cast("B", (drawn.height, drawn.width)))
        told = explain(code)
        assert (told.kind, told.text, told.ok) == (Kind.BADGE, person.badge, True)
