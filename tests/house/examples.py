"""The examples of kiosk/FORMATS.md, made by the house's own code from keys that everybody knows.

`python -m tests.house.examples` writes them, and the tables of tests.house.tables, into the document again.
"""

import base64
import hashlib
import json
import re
import tempfile
import zlib
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from drivers.reading import Reading
from kiosk import contract, log, run, tree
from kiosk.checkpoint import Checkpoint, sign_checkpoint, sign_kept, sign_receipt
from kiosk.clock import BEIJING
from kiosk.contract import Envelope, key_id
from kiosk.pack import load_packs
from kiosk.paper.certificate import CertificateFace, text_of
from kiosk.revoked_list import write_list
from kiosk.rules.certify import certificate as law
from kiosk.rules.certify.certificate import Field
from kiosk.rules.goods.quantity import Unit, recorded
from kiosk.rules.goods.quantity import quantity as amount_of
from kiosk.rules.messages import (
    Basis,
    Card,
    Certificate,
    Device,
    EntryBody,
    Opened,
    OrderBody,
    Presence,
    SampleType,
    Scene,
    Subject,
    SubjectsUpsert,
    Test,
)
from kiosk.rules.scan.numbers import card_number, certificate_number, shown
from kiosk.rules.testing.assay import judge_run
from kiosk.seal import CardCode, CertificateCode, TestSummary, link, seal_card, seal_certificate
from kiosk.trust import Grant, Revoked, Trust, Use, granted, public_bytes, revoked
from kiosk.verify import Why
from kiosk.verify_proof import as_tlog_proof
from kiosk.wire import Chunk, ChunkHead, Status, Want
from tests.house import tables
from tests.house.sources import ROOT
from ui.county.feed import event

DOCUMENT = ROOT / "kiosk" / "FORMATS.md"
BLOCK = re.compile(r"<!-- example: ([a-z-]+) -->\n```[a-z]*\n(.*?)\n```", re.DOTALL)
COUNTY, STATION, HOST = "530427", "dc-01", "lz.example.cn"
NAMES = ("root", "order", "witness", "card", "station")
KEYS = {name: Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n, name in enumerate(NAMES, 1)}
LOG = key_id(public_bytes(KEYS["station"]))
WRITTEN = datetime(2026, 3, 2, 9, 30, tzinfo=BEIJING)
FARMER = Subject(
    "s-0001", "farmer", "李秀英", "13800001234", "云南省玉溪市新平县戛洒镇", region="530427", products=("cowpea",)
)
TESTER = Device("dayuan-tl310", 1, hashlib.sha256(b"profile").hexdigest(), "TL-310", None, "documented")
CARD = card_number(bytes.fromhex("0011223344556677"))
NUMBER = certificate_number(COUNTY, bytes.fromhex("00112233445566"))


def examples() -> dict[str, str]:
    """Every example by its name, as it stands between the fences."""
    entries = written()
    leaves = [tree.leaf_hash(entry.header.bytes()) for entry in entries]
    checkpoint = Checkpoint(LOG, len(entries), root_of(leaves))
    order = signed_order(SubjectsUpsert((FARMER,), (Card(CARD, FARMER.id),)))
    code, card = sealed(), seal_card(CardCode(CARD, FARMER.id, FARMER.name, date(2026, 1, 5)), KEYS["card"])
    return {
        "keys": "\n".join(
            f"{name:8}{key_id(raw)}  {base64.b64encode(raw).decode()}" for name, raw in publics().items()
        ),
        "entry": entries[0].bytes().decode(),
        "header": entries[0].header.bytes().decode(),
        "retired": retired(entries[0]).bytes().decode(),
        "test": entries[1].bytes().decode(),
        "certificate": entries[2].bytes().decode(),
        "segment": wrapped(segment(entries)),
        "leaves": "\n".join([*(leaf.hex() for leaf in leaves), f"root {checkpoint.root.hex()}"]),
        "checkpoint": sign_checkpoint(checkpoint, f"liangzheng/{COUNTY}/{STATION}", KEYS["station"]).rstrip("\n"),
        "receipt": sign_receipt(
            checkpoint, WRITTEN.replace(minute=31), f"liangzheng/{COUNTY}/witness", KEYS["witness"]
        ).rstrip("\n"),
        "trust": trust().bytes().decode().rstrip("\n"),
        "grant": trust().grants[0].signed_bytes().decode(),
        "revoked": taken_back().signed_bytes().decode(),
        "revoked-signature": taken_back().signature,
        "order": order.bytes().decode(),
        "array": f"[{order.bytes().decode()}]",
        "number": f"{NUMBER}\n{shown(NUMBER)}",
        "printed-text": text_of(face()),
        "code-link": link(HOST, "C", code),
        "card-link": link(HOST, "K", card),
        "want": Want(all=1, own=0).model_dump_json(),
        "status": Status(
            state="online",
            time="2026-03-02T09:31:00.000+08:00",
            all=1,
            own=0,
            receipt=1,
            through=3,
            recorded=4,
            oldest="2026-03-02T09:30:58.000+08:00",
            blobs=1,
        ).model_dump_json(),
        "chunk": wrapped(chunk().bytes()),
        "proof": proof(entries, checkpoint).rstrip("\n"),
        "void-list": wrapped(void_list()),
        "kept": sign_kept(
            chunk().head.blob, WRITTEN.replace(minute=32), f"liangzheng/{COUNTY}/witness", KEYS["witness"]
        ).rstrip("\n"),
        "feed": json.dumps(json.loads(event(entries[1], STATION)), ensure_ascii=False, indent=1),
    }


def publics() -> dict[str, bytes]:
    return {name: public_bytes(key) for name, key in KEYS.items()}


def written() -> list[Envelope]:
    """A log of three entries."""
    key = base64.b64encode(publics()["station"]).decode()
    bodies: list[EntryBody] = [Opened(COUNTY, STATION, key, "0.1.0"), measured(), promised()]
    return [_entry(seq, body) for seq, body in enumerate(bodies, 1)]


def measured() -> Test:
    """Judged by the rules themselves."""
    method = load_packs().methods["gbt-5009-199-2003"]
    blank = Reading(1, "absorbance_change", Decimal("0.412"), "AU", bytes.fromhex("7e1615"))
    sample = Reading(2, "absorbance_change", Decimal("0.389"), "AU", bytes.fromhex("7e1616"))
    assayed = judge_run(method, [blank], [sample])
    return Test(
        visit="v-1", run="r-1", sample_code="v-1-1", sample_type=SampleType.SELF, scene=Scene.BASE,
        subject=FARMER.id, subject_name=FARMER.name, product="cowpea", origin=FARMER.origin,
        method=method.rule, method_confirmed=method.confirmed, device=TESTER,
        blank=run.measured([blank]), sample=run.measured([sample]), value=assayed.value, unit=method.unit,
        verdict=assayed.verdict, device_value=assayed.device_value, device_verdict=assayed.device_verdict,
        disagrees=assayed.disagrees, capture=sha256("capture"), reagent_lot="A-17",
    )  # fmt: skip


def promised() -> Certificate:
    quantity, unit, typed = recorded(amount_of("320", Unit.JIN))
    return Certificate(
        number=NUMBER, style=1, wording="2026-02-01", wording_confirmed=False, visit="v-1", subject=FARMER,
        presence=Presence.TAIL, product="cowpea", quantity=quantity, unit=unit, quantity_typed=typed,
        origin=FARMER.origin, date="2026-03-02", basis=(Basis.SELF_TEST,), tests=(2,),
        promise=sha256("\n".join(face().promise)), text=sha256(text_of(face())), code=sealed().hex(),
        clock_trusted=True,
    )  # fmt: skip


def face() -> CertificateFace:
    style = next(wording for wording in load_packs().wordings if wording.id == "2026-02-01").styles[1]
    values = {
        Field.PRODUCT: "豇豆", Field.QUANTITY: "160千克（320斤）", Field.ORIGIN: FARMER.origin,
        Field.SUBJECT: FARMER.name, Field.CONTACT: FARMER.contact, Field.DATE: "2026年3月2日",
    }  # fmt: skip
    return CertificateFace(
        title=style.title, number_label="合格证编号", number=shown(NUMBER), hint="扫码查真伪", promise=style.promise,
        basis_label=style.basis_label, basis=law.ticks(style, (Basis.SELF_TEST,)), fields=law.fields(style, values),
        notes=("生产者承诺，服务点仅提供载体。", "合格证文本版本 2026-02-01 未核实。"),
    )  # fmt: skip


def sealed() -> bytes:
    verdict = measured().verdict
    code = CertificateCode(
        number=NUMBER, style=1, subject=FARMER.name, subject_id=FARMER.id, product="豇豆", quantity=Decimal(160),
        unit="kg", origin=FARMER.origin, date=date(2026, 3, 2), basis=(Basis.SELF_TEST,),
        tests=(TestSummary("GB/T 5009.199-2003", verdict.outcome, verdict.facts["value"]),), log=LOG,
        text=sha256(text_of(face())),
    )  # fmt: skip
    return seal_certificate(code, KEYS["station"], HOST)


def taken_back() -> Revoked:
    key = key_id(public_bytes(KEYS["order"]))
    return revoked(KEYS["root"], Revoked(COUNTY, Use.ORDER, key, "2026-06-01", 0, "stolen"))


def trust() -> Trust:
    holders = {Use.ORDER: "office", Use.WITNESS: "office", Use.CARD: "office", Use.STATION: STATION}
    grants = tuple(_granted(use, holder) for use, holder in holders.items())
    return Trust(COUNTY, publics()["root"], grants)


def signed_order(body: OrderBody) -> Envelope:
    return contract.write(
        body, log=f"{COUNTY}.all", seq=1, time="2026-03-01T08:00:00.000+08:00", clock="ntp",
        salt=bytes(range(16, 32)), key=KEYS["order"],
    )  # fmt: skip


def retired(entry: Envelope) -> Envelope:
    return Envelope(entry.header, entry.key, None, None, entry.signature)


def segment(entries: list[Envelope]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        writer = log.Writer(Path(folder))
        for entry in entries:
            writer.append(entry.bytes())
        writer.close()
        return (Path(folder) / "00000000000000000001.seg").read_bytes()


def root_of(leaves: list[bytes]) -> bytes:
    nodes: dict[tuple[int, int], bytes] = {}

    def node(level: int, index: int) -> bytes:
        return nodes[level, index]

    for size, leaf in enumerate(leaves):
        nodes.update({(level, index): digest for level, index, digest in tree.added(size, leaf, node)})
    return tree.root(len(leaves), node)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def chunk() -> Chunk:
    """The second half of a small blob that lies deflated."""
    plain = b"golden 1\n"
    lies = zlib.compress(plain, 9)
    head = ChunkHead(blob=hashlib.sha256(plain).hexdigest(), month="2026-03", packed=True, at=8, of=len(lies))
    return Chunk(head, lies[8:])


def proof(entries: list[Envelope], checkpoint: Checkpoint) -> str:
    """That the first entry is in the log, as the county gives it."""
    leaves = [tree.leaf_hash(entry.header.bytes()) for entry in entries]
    receipt = sign_receipt(checkpoint, WRITTEN.replace(minute=31), f"liangzheng/{COUNTY}/witness", KEYS["witness"])
    document = {
        "envelope": json.loads(entries[0].bytes()),
        "grant": asdict(next(grant for grant in trust().grants if grant.use == Use.STATION)),
        "index": 0,
        "path": [base64.b64encode(leaf).decode() for leaf in leaves[1:]],
        "receipt": receipt,
    }
    return as_tlog_proof(document)


def void_list() -> bytes:
    """Two certificates: one that the county declared void, and one that its station did."""
    numbers = {NUMBER: Why.ORDER, certificate_number(COUNTY, bytes(7)): Why.VOID}
    with tempfile.TemporaryDirectory() as folder:
        write_list(file := Path(folder, "list"), COUNTY, 7, WRITTEN.replace(minute=40), 1, numbers, KEYS["order"])
        return file.read_bytes()


def wrapped(data: bytes) -> str:
    text = base64.b64encode(data).decode()
    return "\n".join(text[at : at + 100] for at in range(0, len(text), 100))


def told() -> dict[str, str]:
    """The examples as they stand in the document."""
    return dict(BLOCK.findall(DOCUMENT.read_text("utf-8")))


def rewritten(text: str) -> str:
    fresh = examples()
    return tables.rewritten(BLOCK.sub(lambda found: found[0].replace(found[2], fresh[found[1]]), text))


def _entry(seq: int, body: EntryBody) -> Envelope:
    time = WRITTEN.replace(second=seq).isoformat(timespec="milliseconds")
    return contract.write(
        body, log=LOG, seq=seq, time=time, clock="ntp", salt=bytes(range(seq, seq + 16)), key=KEYS["station"]
    )


def _granted(use: Use, holder: str) -> Grant:
    key = base64.b64encode(publics()[use]).decode()
    return granted(KEYS["root"], Grant(COUNTY, use, holder, key, "2026-01-01", "2036-01-01"))


if __name__ == "__main__":
    DOCUMENT.write_text(rewritten(DOCUMENT.read_text("utf-8")), "utf-8")
