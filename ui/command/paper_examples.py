"""Example values of one made-up service point, of which every sample (样张) is drawn. Its names are in the packs."""

import base64
from decimal import Decimal

from kiosk.checkpoint import Checkpoint
from kiosk.contract import Header
from kiosk.paper.card import CardFace
from kiosk.rules.messages import (
    Advice,
    Check,
    DayClosed,
    DoctorReport,
    LotDeclared,
    Objection,
    Opened,
    Outcome,
    ResultDelivered,
    SampleTaken,
    SampleType,
    Scene,
    Signature,
    Subject,
    Test,
    TraceLabel,
    Voucher,
)
from kiosk.rules.messages.parts import Device, Measured, Verdict
from kiosk.rules.scan.numbers import card_number, certificate_number, shown_card
from kiosk.rules.scan.tags import RANDOM_BYTES, Tag, tag_number
from kiosk.slips.acceptance import Delivered, Part
from kiosk.slips.desk import Desk
from kiosk.slips.dispatch import Errand
from kiosk.slips.hand_in import Waiting
from kiosk.slips.handover import OpenRun, Shift

LOG = "3f2a9c1e5b7d4086a1c2e3f405162738"
DAY = "2026-11-22"
LOT = "L261122-7K3M9QX2-V"
SAMPLE = "XP-20261122-0007"
STATION = "gasa-01"
COUNTY = "530427"
HOST = "xinping.liangzheng.example"
METHOD = "gbt-5009-199-2003"
DIGEST = "00" * 32
SHEET = 65  # tubes
NOTE_BYTES = 68  # of a signature line: four of the key, 64 of the signature


def at(clock: str) -> str:
    return f"{DAY}T{clock}:00.000+08:00"


def header(kind: str, seq: int = 1234, clock: str = "10:31") -> Header:
    return Header(LOG, seq, at(clock), "county", kind, DIGEST)


PARTS = (("device", "NY-0117"), ("printer", "POS-80"), ("camera", "1920 x 1080"))


class Examples:
    """Bodies of entries, and what is known beside them. `desk` names them in its language."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def _word(self, name: str) -> str:
        return self._desk.say(f"example.{name}")

    def subject(self) -> Subject:
        return Subject("p-100", "farmer", self._word("name"), "138 0877 0000", self._word("origin"))

    def voucher(self) -> Voucher:
        return Voucher(
            number=certificate_number(COUNTY, b"voucher"),
            visit="v-1",
            subject=self.subject(),
            product="cowpea",
            lot=LOT,
            quantity=Decimal(160),
            unit="kg",
            quantity_typed="320 jin",
            origin=self._word("origin"),
            date=DAY,
            to=self._word("market"),
            code="",
            certificate=certificate_number(COUNTY, b"goods12"),
        )

    def label(self) -> TraceLabel:
        return TraceLabel(certificate_number(COUNTY, b"onlabel"), "v-1", "p-100", "cowpea", LOT, 200, "")

    def lot(self) -> LotDeclared:
        origin, plot = self._word("origin"), self._word("plot")
        amount = Decimal(160)
        return LotDeclared(LOT, "p-100", "cowpea", amount, "kg", "320 jin", origin, plot=plot, harvested=DAY)

    def sample(self) -> SampleTaken:
        return SampleTaken(
            sample_code=SAMPLE,
            sample_type=SampleType.SUPERVISION,
            scene=Scene.WHOLESALE,
            subject="p-100",
            subject_name=self._word("name"),
            product="cowpea",
            lot=LOT,
            origin=self._word("origin"),
            taken_at=at("09:10"),
            sampler=self._word("inspector"),
            stall="12",
            place=self._word("market"),
            quantity_seen=Decimal(160),
            test_grams=Decimal(500),
            reserve_grams=Decimal(500),
            seals=("XP-00031", "XP-00032"),
            signatures=(Signature("sampler", self._word("inspector"), signed=True),),
            task="J7K-3M9-QXA",
            sample_source="grown",
            producer=self._word("name"),
            producer_contact="13808770000",
        )

    def waiting(self) -> Waiting:
        return Waiting(at("11:20"), 3)

    def test(self, inhibition: str = "61.5") -> Test:
        value, blank, method = Decimal(inhibition), Decimal("0.500"), self._desk.methods[METHOD]
        outcome = Outcome.POSITIVE if value >= method.positive_at else Outcome.NEGATIVE
        device = Device("example", 1, DIGEST, self._word("device"), None, "documented")
        return Test(
            visit="v-1",
            run="r-1",
            sample_code=SAMPLE,
            sample_type=SampleType.SUPERVISION,
            scene=Scene.WHOLESALE,
            subject="p-100",
            subject_name=self._word("name"),
            product="cowpea",
            origin=self._word("origin"),
            method=method.rule,
            method_confirmed=method.confirmed,
            device=device,
            blank=(Measured(1, "absorbance_change", blank, "AU", ""),),
            sample=(Measured(2, "inhibition", value, "%", ""),),
            value=value,
            unit="%",
            verdict=Verdict(outcome, method.rule, f"verdict.{outcome}", {}),
            device_value=value,
            device_verdict=None,
            disagrees=False,
            capture=DIGEST,
            reagent_lot="E20261101",
            lot=LOT,
            method_pack=METHOD,
            method_kind="inhibition",
            reagent_expiry="2027-05",
            started_at=at("10:05"),
            temperature=Decimal(24),
            tester=self._word("inspector"),
            device_serial="NY-0117",
            channel=2,
            sampled_at=at("09:10"),
        )

    def delivery(self) -> ResultDelivered:
        return ResultDelivered(
            test=1230,
            sample_code=SAMPLE,
            subject="p-100",
            outcome=Outcome.POSITIVE,
            how="refused",
            received_at=at("10:31"),
            signatures=(
                Signature("inspector", self._word("inspector"), signed=True, blob=DIGEST),
                Signature("subject", self._word("name"), signed=False),
            ),
            deadline=at("14:31"),
        )

    def objection(self) -> Objection:
        return Objection(1234, SAMPLE, "p-100", at("12:02"), True, self._word("name"), self._word("reason"))

    def errand(self) -> Errand:
        return Errand("recheck", "", (self._word("items"),))

    def advice(self) -> Advice:
        plot = self._word("plot")
        return Advice("v-1", "p-100", "cowpea", plot, 1230, Outcome.NEGATIVE, "2026-11-26", ("subject",))

    def shift(self) -> Shift:
        run = OpenRun(self._word("device"), (SAMPLE, "XP-20261122-0008"), at("17:20"), self._word("reacting"))
        return Shift(
            LOG, 1301, at("17:30"), True, self._word("inspector"), self._word("keeper"), (run,), 1, 17,
            (self._word("problem"),),
        )  # fmt: skip

    def day(self) -> DayClosed:
        """The signature is no signature: a sample must prove nothing."""
        checkpoint = Checkpoint(LOG, 1320, bytes.fromhex(DIGEST))
        signature = base64.b64encode(bytes(range(NOTE_BYTES))).decode()
        note = f"{checkpoint.text()}\n\u2014 liangzheng/{COUNTY}/{STATION} {signature}\n"
        return DayClosed(DAY, 1320, DIGEST, note, 46, 1, 58, 2)

    def doctor(self) -> DoctorReport:
        well: tuple[tuple[str, dict[str, str]], ...] = (
            ("record", {"seq": "1320", "last": "1320", "ended": "2026-11-21"}),
            ("disk", {"used": "812", "free": "27450", "days": "2100"}),
            ("clock", {"time": f"{DAY} 17:30"}),
            ("down", {}),
            ("software", {"version": "0.1.0", "offered": "0.1.0"}),
        )
        late = Check("uplink", "warn", "doctor.county_silent", {"waiting": "17", "heard": "2026-11-20"})
        return DoctorReport("", (*(Check(part, "ok", "", facts) for part, facts in well), late))

    def opened(self) -> Opened:
        key = base64.b64encode(bytes(32)).decode()
        return Opened(COUNTY, STATION, key, "liangzheng 0.1.0", name=self._desk.place, address=self._word("origin"))

    def delivered(self) -> Delivered:
        works = self._desk.say("checkup.state.ok")
        parts = [(self._word(name), identity) for name, identity in PARTS]
        devices = tuple(Part(name, identity, works) for name, identity in parts)
        return Delivered(devices, (("liangzheng", "0.1.0"), (METHOD, "9f3c61d2")), ("scan", "card", "test"))

    def tubes(self) -> tuple[str, ...]:
        """As many as a sheet has cells."""
        drawn = (bytes((nth * 37 + 11) % 256 for nth in range(one, one + RANDOM_BYTES)) for one in range(SHEET))
        return tuple(tag_number(Tag.TUBE, random) for random in drawn)

    def card(self) -> CardFace:
        say = self._desk.words.say
        title, label, hint = (say(f"paper.card.{part}") for part in ("title", "number", "hint"))
        token = base64.b32encode(bytes(130)).decode().rstrip("=")
        link = f"HTTPS://{HOST.upper()}/K/{token}"
        return CardFace(title, self._word("name"), label, shown_card(card_number(b"example1")), hint, link)
