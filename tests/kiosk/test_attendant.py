"""The attendant with a real record and a real press: paper exactly once, and nobody in front of the box can stop it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Self, TypeVar

import pytest

from drivers.errors import LinkError
from drivers.scanner.codes.decoders import read_codes
from drivers.scanner.wire import Camera, CameraState, Preview, Seen
from kiosk import log
from kiosk.attendant import Attendant, Hardware
from kiosk.clock import Clock
from kiosk.contract import read
from kiosk.devices import DeviceLost, PrintEnded, PrintJob
from kiosk.entrance import Entrance
from kiosk.housekeeping import Household
from kiosk.issuing import Press
from kiosk.record import Home, Record
from kiosk.rules.drug_use.intervals import Asks, Question
from kiosk.rules.goods.quantity import Unit
from kiosk.rules.messages import (
    Basis,
    CardRevoked,
    Certificate,
    CertificateRevoked,
    DrugsStated,
    DrugUse,
    EntryBody,
    Incident,
    Incoming,
    LotDeclared,
    OrderBody,
    Outcome,
    Print,
    Reprint,
    SampleType,
    Scene,
    Subject,
    SubjectsUpsert,
)
from kiosk.rules.quality_control.timing import Moment
from kiosk.rules.scan.numbers import RANDOM_BYTES, certificate_number
from kiosk.rules.sentence import Sentence
from kiosk.rules.settings import Proof
from kiosk.rules.testing.lot import TestNote
from kiosk.rules.visits import arrival, drug_turn
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.turn import Stage, Visit
from kiosk.run import Place, Run
from kiosk.saved_visit import to_json
from kiosk.screen import Screen
from kiosk.seal import CardCode, CertificateCode, link, seal_card, seal_certificate
from kiosk.serving import Settings
from kiosk.words import load_words
from tests.support.bodies import COUNTY, FARMER, HOST, START, County, a_test
from tests.support.law import PACKS, law
from tests.support.presses import press_of
from tests.support.waiting import wait_for

STATION = "gasa-01"
BUYER = Subject("s-0002", "buyer", "Wang", "13900004321", "Yuxi", region="530427")
SOON = 20.0
Body = TypeVar("Body", bound=EntryBody)


class Box:
    """One box over several starts. `jobs` is what reached the printer's queue."""

    def __init__(self, folder: Path) -> None:
        self.county = County()
        self.station = self.county.enrol(STATION)
        self.home = Home(COUNTY, STATION, "0", folder / "record.db", folder / "up", folder / "down")
        self.captures = folder / "blobs"
        self.jobs: list[PrintJob] = []
        code = CardCode("K-1", FARMER.id, FARMER.name, date(2026, 3, 1))
        self.card = link(HOST, "K", seal_card(code, self.county.card))
        self.products = dict(PACKS.products)
        self.method = False
        self.answers: dict[str, Any] = {}  # of the county
        self.time = START
        self.bring(SubjectsUpsert((FARMER, BUYER)))

    @property
    def buyers_card(self) -> str:
        code = CardCode("K-2", BUYER.id, BUYER.name, date(2026, 3, 1))
        return link(HOST, "K", seal_card(code, self.county.card))

    def paper(self, product: str, subject: str, number: str, quantity: str = "100") -> str:
        """A certificate of another station, as its code stands on paper."""
        code = CertificateCode(
            number, 1, "Li", subject, product, Decimal(quantity), "kg", "Xinping", START.date(), (Basis.CONTROL,), (),
            self.station.log, "cd" * 32,
        )  # fmt: skip
        return link(HOST, "C", seal_certificate(code, self.station.key, HOST))

    def record(self) -> Record:
        clock = Clock(START - timedelta(days=1), lambda: START, self.captures / "never")
        return Record(self.home, self.station.key, self.county.trust, clock)

    def bring(self, *bodies: OrderBody) -> None:
        with closing(log.Writer(self.home.down / "all")) as writer:
            for body in bodies:
                writer.append(self.county.give("all", writer.last + 1, body).bytes())
            writer.flush()
            writer.publish(writer.last)

    @contextmanager
    def serves(self, wordings: bool = True) -> Iterator["Served"]:
        """From a start of the program to its end; what was not answered stays unanswered, as after a SIGKILL."""
        with Served(self, wordings) as served:
            yield served

    def settings(self) -> Settings:
        rules = law(method=self.method, **({"proof": Proof.NONE} | self.answers))
        place = Place(Scene.BASE, SampleType.SELF)
        wordings, unconfirmed = PACKS.wordings, PACKS.unconfirmed
        return Settings(lambda _: rules, self.products, lambda: wordings, place, (), lambda: unconfirmed)

    @contextmanager
    def hardware(self, attendant: Attendant) -> Iterator[Hardware]:
        """Nothing but a printer's queue; the station starts its devices before anybody is served."""
        yield Hardware({}, self.jobs.append)

    def household(self, record: Record, clock: Clock) -> Household:
        """It hears the county, and does nothing else by itself."""
        return Household(record, clock)

    def entries(self, kind: type[Body]) -> list[Body]:
        bodies = [read(payload).entry for _, payload in log.payloads(self.home.up)]
        return [body for body in bodies if isinstance(body, kind)]


class Served:
    def __init__(self, box: Box, wordings: bool) -> None:
        self._box = box
        self._wordings = wordings
        self._stopping = threading.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._showings = 0
        self.attendant: Attendant

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(SOON)
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join(SOON)

    def _serve(self) -> None:
        box = self._box
        clock = Clock(START - timedelta(days=1), lambda: box.time, box.captures / "never")
        record = Record(box.home, box.station.key, box.county.trust, clock)
        with closing(record):
            wordings = {wording.id: wording for wording in PACKS.wordings} if self._wordings else {}
            press = Press(COUNTY, HOST, box.station.key, load_words("zh"), wordings, press_of(), read_codes)
            entrance = Entrance(box.county.trust, record.tables)
            household = box.household(record, clock)
            self.attendant = Attendant(record, entrance, press, clock, box.captures, box.settings(), household)
            with box.hardware(self.attendant) as hardware:
                self._ready.set()
                self.attendant.begin(hardware)
                self.attendant.serve(self._stopping)

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def until(self, wanted: Callable[[Screen], bool]) -> Screen:
        def shown() -> bool:
            assert self.alive
            return wanted(self.attendant.screen())

        wait_for(shown, "the screen", SOON)
        return self.attendant.screen()

    def at(self, stage: Stage) -> Screen:
        return self.until(lambda screen: screen.visit.stage is stage)

    def tap(self, action: str, value: str = "") -> Screen:
        visit = self.attendant.screen().visit
        return self.attendant.act(action, value, visit.id, visit.stage)

    def shows(self, code: str | bytes) -> None:
        """A code held before the camera, as the scanner tells it: its first read and the one that confirms it."""
        self._showings += 1
        data = code if isinstance(code, bytes) else code.encode()
        for reads in (1, 2):
            self.attendant.post(Seen(data, "QRCode", "zxing", reads=reads, showing=self._showings))

    def promises(self, box: Box) -> PrintJob:
        """Card, lot and promise; the job that went to the printer."""
        self.until(lambda screen: screen.link.recorded >= 2)  # the list of producers has been obeyed
        self.shows(box.card)
        self.at(Stage.PRODUCT)
        self.tap("product", "cowpea")
        self.tap("quantity", "320 jin")
        self.tap("drugs_none")
        screen = self.at(Stage.PROMISE)
        self.tap("promise", "+".join(screen.offered[0]))
        self.at(Stage.PRINTING)
        self.until(lambda _: bool(box.jobs))
        return box.jobs[-1]


@pytest.fixture
def box(tmp_path: Path) -> Box:
    return Box(tmp_path)


def refused(job: PrintJob) -> PrintEnded:
    return PrintEnded(job.number, job.copy, False, False, "status", LinkError("printer.silent"))


def test_a_power_cut_in_the_second_try_of_a_print_asks_the_person_and_never_prints_the_original_twice(box: Box) -> None:
    with box.serves() as served:
        job = served.promises(box)
        served.attendant.post(refused(job))
        served.at(Stage.UNPRINTED)
        served.tap("print_again")
        served.at(Stage.PRINTING)
    with box.serves() as served:
        served.at(Stage.UNSURE)
        served.tap("paper_spoiled")
        served.at(Stage.PRINTING)
        assert (box.jobs[-1].number, box.jobs[-1].copy) == (job.number, 2)
    assert [end.outcome for end in box.entries(Print) if isinstance(end, Print)] == ["failed", "unknown"]
    assert len(box.entries(Reprint)) == 1


def test_a_copy_that_cannot_be_drawn_is_a_sentence_and_the_box_goes_on(box: Box) -> None:
    with box.serves() as served:
        served.attendant.post(refused(served.promises(box)))
        served.at(Stage.UNPRINTED)
    with box.serves(wordings=False) as served:
        screen = served.at(Stage.UNPRINTED)
        screen = served.tap("print_again")
        assert screen.visit.notice is not None
        assert screen.visit.notice.key == "problem.rules.no_wording"
        assert screen.visit.stage is Stage.UNPRINTED


def test_a_scanner_that_never_stops_talking_does_not_keep_the_county_out(box: Box) -> None:
    with box.serves() as served:
        served.until(lambda screen: screen.link.recorded >= 2)
        box.bring(CardRevoked("K-1", "lost"))

        def busy_and_heard() -> bool:
            served.attendant.post(Camera(CameraState.READY))
            served.attendant.post(Preview(b"picture"))
            return served.attendant.screen().link.recorded >= 3

        wait_for(busy_and_heard, "the order, however much there is to hear", SOON)
        assert served.attendant.preview() == b"picture"


@pytest.mark.parametrize(
    ("action", "value"),
    [
        ("product", "?"),
        ("quantity", "9" * 5000 + " kg"),
        ("promise", "x+y"),
        ("read", "camera"),
        ("tail", "\0"),
        ("card", "9" * 5000),
        ("number", ""),
        ("?", ""),
    ],
)
def test_a_hostile_tap_changes_nothing(box: Box, action: str, value: str) -> None:
    with box.serves() as served:
        served.until(lambda screen: screen.link.recorded >= 2)
        for data in (b"", b"\xff" * 9000, f"HTTPS://{HOST}/K/AAAA".encode(), b"LZ"):
            served.shows(data)
        served.shows(box.card)
        before = served.at(Stage.PRODUCT).visit
        assert replace(served.tap(action, value).visit, notice=None) == before
        assert served.alive


def test_a_loose_plug_does_not_fill_the_log(box: Box) -> None:
    with box.serves() as served:
        served.until(lambda screen: screen.link.recorded >= 2)
        for _ in range(50):
            served.attendant.post(DeviceLost("printer", LinkError("printer.silent")))
        served.attendant.post(DeviceLost("printer", LinkError("printer.garbled")))
        served.until(lambda screen: any("garbled" in problem.key for problem in screen.problems))
    told = [incident.problem for incident in box.entries(Incident) if isinstance(incident, Incident)]
    assert told == ["printer.silent", "printer.garbled"]


def test_only_the_next_persons_card_ends_a_finished_visit(box: Box) -> None:
    with box.serves() as served:
        job = served.promises(box)
        served.attendant.post(PrintEnded(job.number, job.copy, True, True, "completion"))
        done = served.at(Stage.DONE).visit.id
        for code in (b"HTTPS://LZ.EXAMPLE.CN/N/" + job.number.encode(), b"hello"):
            served.shows(code)
        served.tap("?")  # answered after what was seen before it
        assert served.attendant.screen().visit.id == done
        served.shows(box.card)
        served.at(Stage.PRODUCT)


def done(box: Box, served: Served) -> PrintJob:
    job = served.promises(box)
    served.attendant.post(PrintEnded(job.number, job.copy, True, True, "completion"))
    served.at(Stage.DONE)
    return job


@pytest.mark.parametrize("action", ["split", "drug_off", "drug_answer", "paper_off"])
@pytest.mark.parametrize("value", ["\u00b2", "9" * 5000, "-1", "7"])
def test_no_number_of_a_browser_stops_the_box(box: Box, action: str, value: str) -> None:
    with box.serves() as served:
        served.until(lambda screen: screen.link.recorded >= 2)
        served.shows(box.card)
        served.at(Stage.PRODUCT)
        served.tap("product", "cowpea")
        served.tap("quantity", "320 jin")
        served.tap("drug", "others")
        served.tap(action, value)
        assert served.tap("?").visit.stage is Stage.DRUGS
        assert served.alive


def test_no_copy_of_a_void_certificate_is_printed(box: Box) -> None:
    with box.serves() as served:
        job = done(box, served)
        served.tap("wrong")
        screen = served.tap("void", "not_sold taken_back no")
        assert (screen.visit.stage, screen.visit.number) == (Stage.DONE, "")
        served.tap("paper_spoiled")
        served.tap("wrong")
        assert served.tap("?").visit.stage is Stage.DONE
        assert box.jobs == [job]


def test_a_certificate_that_the_county_revoked_is_not_printed_later(box: Box) -> None:
    with box.serves() as served:
        job = served.promises(box)
        served.attendant.post(refused(job))
        before = served.at(Stage.UNPRINTED).link.recorded
        box.bring(CertificateRevoked(job.number, "fraud"))
        served.until(lambda screen: screen.link.recorded > before)
        screen = served.tap("print_again")
        assert screen.visit.notice == Sentence("void.no_copy", {"number": job.number})
        assert len(box.jobs) == 1


def test_goods_whose_certificate_is_void_are_not_declared_once_more(box: Box) -> None:
    with box.serves() as served:
        done(box, served)
        served.tap("wrong")
        served.tap("void", "wrong_quantity taken_back yes")
        served.tap("product", "cowpea")
        served.tap("quantity", "400 jin")
        served.tap("drugs_none")
        screen = served.at(Stage.PROMISE)
        served.tap("promise", "+".join(screen.offered[0]))
        served.at(Stage.PRINTING)
    lots = [one for one in box.entries(LotDeclared) if isinstance(one, LotDeclared)]
    assert [(one.quantity, one.quantity_typed) for one in lots] == [(Decimal(160), "320 jin"), (Decimal(40), "40 kg")]
    papers = [one for one in box.entries(Certificate) if isinstance(one, Certificate)]
    assert [one.lot for one in papers] == [lots[0].lot] * 2
    assert papers[1].replaces == papers[0].number


def test_a_product_that_the_county_took_away_stops_neither_the_box_nor_its_next_start(box: Box) -> None:
    with box.serves() as served:
        served.attendant.post(refused(served.promises(box)))
        served.at(Stage.UNPRINTED)
        served.tap("park")
        served.at(Stage.IDLE)
    box.products.pop("cowpea")
    with box.serves() as served:
        served.shows(box.card)
        served.at(Stage.UNPRINTED)
        assert served.tap("print_again").visit.notice == Sentence("visit.product_gone")


@pytest.mark.parametrize("steps", [(), ("drugs_none",)])
def test_a_product_that_goes_in_the_middle_of_a_turn(box: Box, steps: tuple[str, ...]) -> None:
    with box.serves() as served:
        served.until(lambda screen: screen.link.recorded >= 2)
        served.shows(box.card)
        served.at(Stage.PRODUCT)
        served.tap("product", "cowpea")
        served.tap("quantity", "320 jin")
        for step in steps:
            served.tap(step)
        stage = served.attendant.screen().visit.stage
        del box.products["cowpea"]
        served.attendant.post(Camera(CameraState.ABSENT, "scanner.absent"))
        served.until(lambda screen: bool(screen.problems))
        served.tap("promise", "control")
        served.tap("drugs_none")
        assert served.alive
    with box.serves() as served:
        assert served.at(stage).visit.product == "cowpea"
        assert served.tap("back").visit.stage is not stage


def test_a_positive_test_is_not_lost_when_the_power_goes_behind_it(box: Box) -> None:
    rules = law(proof=Proof.NONE)
    visit = arrival.card_shown(Visit("v1"), rules, FARMER, "K-1", first_use=True)
    visit = turn.quantity_given(turn.product_chosen(visit, PACKS.products["cowpea"]), rules, "320", Unit.JIN)
    visit = turn.test_wanted(drug_turn.drugs_told(visit, rules, PACKS.products["cowpea"], used=False), rules)
    begun = Run("r1", based=Moment(START, "boot-0", timedelta(seconds=5)))
    with closing(box.record()) as record:
        seq = record.last + 1
        positive = replace(a_test("75.2"), visit="v1", run="r1")
        note = TestNote(seq, Outcome.POSITIVE, "75.2")
        record.append(positive, ("v1", to_json(visit, seq), replace(begun, notes=(note,)).json()))
    box.method = True
    with box.serves() as served:
        assert served.at(Stage.RETESTING).visit.tests == (note,)


def test_what_was_said_of_a_lot_is_not_unsaid_by_a_power_cut(box: Box) -> None:
    rules = law(proof=Proof.NONE)
    used = DrugUse("registered", "X", ("dimethoate",), last_used=START.date().isoformat(), interval_days=7)
    visit = arrival.card_shown(Visit("v1"), rules, FARMER, "K-1", first_use=True)
    visit = turn.quantity_given(turn.product_chosen(visit, PACKS.products["cowpea"]), rules, "320", Unit.JIN)
    visit = replace(visit, used=True, uses=(used,), asked=(Question(Asks.HARVEST),))
    with closing(box.record()) as record:
        seq = record.last + 1
        lot = LotDeclared("L1", FARMER.id, "cowpea", Decimal(160), "kg", "320 jin", FARMER.origin, "v1")
        record.append(lot, ("v1", to_json(turn.declared(visit, "L1", seq), seq), None))
    with box.serves() as served:
        served.until(lambda _: bool(box.entries(DrugsStated)))
    said = [one for one in box.entries(DrugsStated) if isinstance(one, DrugsStated)]
    assert [(one.lot, one.uses[0].name) for one in said] == [("L1", "X")]


def in_basket(box: Box, served: Served, *papers: str) -> Screen:
    served.until(lambda screen: screen.link.recorded >= 2)
    served.shows(box.buyers_card)
    served.at(Stage.BASKET)
    for paper in papers:
        served.shows(paper)
    return served.tap("?")


def number(salt: int) -> str:
    return certificate_number(COUNTY, bytes([salt]) * RANDOM_BYTES)


def test_a_buyer_certifies_nothing_that_his_papers_do_not_name(box: Box) -> None:
    name = PACKS.products["cowpea"].names["zh"]
    with box.serves() as served:
        in_basket(box, served, box.paper(name, FARMER.id, number(1)))
        served.tap("basket_closed")
        screen = served.tap("product", "tomato")
        assert screen.visit.stage is Stage.PRODUCT
        assert screen.visit.notice == Sentence("incoming.other_product", {"paper": "cowpea", "goods": "tomato"})
        assert served.tap("product", "cowpea").visit.stage is Stage.QUANTITY
        screen = served.tap("quantity", "101 kg")
        assert (screen.visit.stage, screen.offered) == (Stage.PROMISE, ())
        assert screen.visit.notice == Sentence("lot.over_issue", {"left": "100", "asked": "101", "unit": "kg"})
        served.tap("back")
        screen = served.tap("quantity", "100 kg")
        assert screen.visit.stage is Stage.PROMISE
        served.tap("promise", "+".join(screen.offered[0]))
        served.at(Stage.PRINTING)
        served.attendant.post(PrintEnded(box.jobs[-1].number, 1, True, True, "completion"))
        served.at(Stage.DONE)
        served.tap("next")
        screen = in_basket(box, served, box.paper(name, FARMER.id, number(1)))
        assert screen.visit.basket == ()
        assert screen.visit.notice == Sentence("incoming.twice", {"number": number(1)})


def test_a_buyers_own_certificate_is_no_source_of_goods(box: Box) -> None:
    name = PACKS.products["cowpea"].names["zh"]
    with box.serves() as served:
        screen = in_basket(box, served, box.paper(name, BUYER.id, number(1)))
        assert screen.visit.basket == ()
        assert screen.visit.notice == Sentence("visit.paper_own", {"number": number(1)})
    assert box.entries(Incoming) == []


def test_a_paper_that_was_put_back_or_left_behind_may_be_shown_again_and_is_one_entry(box: Box) -> None:
    paper = box.paper(PACKS.products["cowpea"].names["zh"], FARMER.id, number(1))
    with box.serves() as served:
        kept = in_basket(box, served, paper, paper).visit.basket
        served.tap("paper_off", str(kept[0].seq))
        served.shows(paper)
        assert served.tap("?").visit.basket == kept
        served.tap("abandon")
        served.tap("next")
        assert in_basket(box, served, paper).visit.basket == kept
    assert len(box.entries(Incoming)) == 1


def test_a_later_paper_that_cannot_be_made_is_told_and_may_be_tried_again(box: Box) -> None:
    cowpea = box.products["cowpea"]
    with box.serves() as served:
        served.until(lambda screen: screen.link.recorded >= 2)
        served.shows(box.card)
        served.at(Stage.PRODUCT)
        for action, value in (("product", "cowpea"), ("quantity", "300 kg"), ("drugs_none", ""), ("split", "2")):
            screen = served.tap(action, value)
        served.tap("promise", "+".join(screen.offered[0]))
        served.until(lambda _: bool(box.jobs))
        del box.products["cowpea"]
        served.attendant.post(PrintEnded(box.jobs[0].number, 1, True, True, "completion"))
        told = served.until(lambda screen: screen.visit.notice is not None).visit
        assert (told.stage, told.notice) == (Stage.CONTINUING, Sentence("visit.product_gone"))
        box.products["cowpea"] = cowpea
        assert served.tap("print_again").visit.stage is Stage.PRINTING
    papers = [one for one in box.entries(Certificate) if isinstance(one, Certificate)]
    assert [(one.nth, one.of, one.quantity) for one in papers] == [(1, 2, Decimal(150)), (2, 2, Decimal(150))]


def test_a_run_that_an_older_program_saved_is_lost_but_not_the_turn(box: Box) -> None:
    rules = law(proof=Proof.NONE)
    visit = arrival.card_shown(Visit("v1"), rules, FARMER, "K-1", first_use=True)
    visit = turn.quantity_given(turn.product_chosen(visit, PACKS.products["cowpea"]), rules, "320", Unit.JIN)
    visit = turn.test_wanted(drug_turn.drugs_told(visit, rules, PACKS.products["cowpea"], used=False), rules)
    with closing(box.record()) as record:
        record.save_visit("v1", to_json(visit, record.last), '{"id": "r1", "known": [], "based": true, "notes": []}')
    box.method = True
    with box.serves() as served:
        screen = served.at(Stage.TEST_CHOICE)
        assert screen.visit.notice == Sentence("visit.run_interrupted")
