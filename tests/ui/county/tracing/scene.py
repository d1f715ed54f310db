"""A batch with a whole story: grown, treated, tested, certified, sent on, mixed by a buyer; orders about its people."""

from dataclasses import dataclass, replace
from decimal import Decimal

from kiosk.rules.messages import (
    Basis,
    Certificate,
    Correction,
    Credit,
    CreditPut,
    Dispatched,
    DrugsStated,
    DrugUse,
    EntryBody,
    FarmWork,
    Incoming,
    LotDeclared,
    Proofs,
    Subject,
    SubjectsUpsert,
    Voucher,
)
from kiosk.rules.scan.numbers import certificate_number
from kiosk.seal import link
from tests.support.bodies import COUNTY, FARMER, HOST, a_print, a_test
from tests.support.site import Site
from tests.ui.county.conftest import Desk

LOT, MIXED = "L261122-7K3M9QX2-V", "L261122-BBBBBBBB-W"
VOUCHER = certificate_number(COUNTY, b"voucher")
SECRETS = (
    FARMER.contact, "13911112222", "532427196001011234", "地头王家", "赵买主", "戛洒三组五号", "内部备注",
)  # fmt: skip
BUYER = Subject("b-1", "buyer", "绿源收购部", "13700000001", "云南省玉溪市")
GROWER = replace(FARMER, marks=("green/cowpea/2027-06-30/LB-1234", "organic/cowpea/2020-01-01/OLD-1"))


@dataclass(frozen=True, slots=True)
class Scene:
    """`certificate` is the grower's, `mixed` the buyer's that rests on it."""

    desk: Desk
    certificate: Certificate
    mixed: Certificate
    seqs: dict[str, int]

    @property
    def token(self) -> str:
        return token(self.certificate)


def token(certificate: Certificate) -> str:
    return link(HOST, "C", bytes.fromhex(certificate.code)).rpartition("/")[2]


def told(desk: Desk, site: Site | None = None) -> Scene:
    box = desk.box
    work = [
        FarmWork(FARMER.id, "cowpea", "sown", "2026-08-20", plot="p-1", note="地头王家"),
        FarmWork(FARMER.id, "cowpea", "fertilised", "2026-09-10", plot="p-1", given="复合肥", amount="20千克"),
        FarmWork(FARMER.id, "cowpea", "sprayed", "2026-10-30", plot="p-2", given="别处的地"),
        FarmWork(FARMER.id, "tomato", "sprayed", "2026-10-30", given="别的菜"),
        FarmWork("s-0002", "cowpea", "sprayed", "2026-10-30", given="别人家"),
    ]
    uses = (DrugUse("registered", "吡虫啉 13911112222", last_used="2026-11-10", interval_days=7, by="self"),)
    declared = LotDeclared(
        LOT, FARMER.id, "cowpea", Decimal(160), "kg", "320 jin", "戛洒三组五号", plot="p-1", harvested="2026-11-22"
    )
    stated = DrugsStated("v-1", LOT, FARMER.id, "cowpea", used=True, uses=uses, harvest="2026-11-22",
        earliest="2026-11-17")  # fmt: skip
    grown: tuple[EntryBody, ...] = (*work, declared, stated, a_test())
    entries = [box.opened(), *(box.write(one) for one in grown)]
    test = len(entries)
    proofs = Proofs(control="李秀英", tests=(test,), report="Y-2026-7", laboratory="玉溪市检测中心",
        report_date="2026-11-20", drugs=test - 1)  # fmt: skip
    certificate = replace(box.certificate(tests=(test,), product="cowpea"), lot=LOT, proofs=proofs)
    entries.append(box.write(certificate))
    seqs = {"test": test, "certificate": len(entries)}
    mixed = replace(
        box.certificate(2, subject=BUYER, product="cowpea"),
        lot=MIXED, basis=(Basis.CONTROL,), proofs=Proofs(incoming=(certificate.number, f"seq:{len(entries) + 4}")),
    )  # fmt: skip
    after: tuple[EntryBody, ...] = (
        a_print(certificate.number),
        Dispatched(LOT, Decimal(80), "kg", "160 jin", "赵买主", certificate=certificate.number),
        Voucher(
            VOUCHER, "v-1", FARMER, "cowpea", LOT, Decimal(80), "kg", "160 jin", FARMER.origin, "2026-11-22",
            to="新平县农产品批发市场", code="", certificate=certificate.number,
        ),
        Incoming("v-2", BUYER.id, "handwritten", False, "cowpea", Decimal(5), "kg", "赵买主", contact="13911112222"),
        Incoming("v-2", BUYER.id, "ours", True, "cowpea", Decimal(80), "kg", FARMER.name, number=certificate.number),
        mixed,
        Correction(seqs["certificate"], "origin", FARMER.origin, "云南省玉溪市新平县", "内部备注", "张工", "李工"),
        Correction(seqs["certificate"], "contact", FARMER.contact, "13911112222", "改号", "张工"),
        Correction(seqs["test"], "reagent_lot", "E20261101", "E20261102", "写错", "张工"),
    )  # fmt: skip
    entries += [box.write(one) for one in after]
    desk.take(*entries)
    if site is not None:
        site.give(SubjectsUpsert((GROWER,)))
        site.give(CreditPut((Credit(FARMER.id, "A", "", "2026-01-01", reason="内部备注"),)))
    return Scene(desk, certificate, mixed, seqs)
