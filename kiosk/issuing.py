"""From a promise to a certificate: its number, code, picture and entry.

Draws and proofreads before anything is recorded, so that nothing is recorded that cannot be printed.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from drivers.printer.job import job_id
from kiosk.clock import Now
from kiosk.contract import key_id
from kiosk.devices import PrintJob
from kiosk.paper.certificate import CertificateFace, CertificatePress, text_of
from kiosk.paper.code import proofread
from kiosk.paper.errors import PaperError
from kiosk.record import RecordError
from kiosk.rules.certify import certificate as law
from kiosk.rules.certify import county_word
from kiosk.rules.certify.certificate import Field, Stopped, Style, Wording
from kiosk.rules.goods.products import Product
from kiosk.rules.goods.quantity import parse, recorded, told
from kiosk.rules.messages import Certificate, EntryBody
from kiosk.rules.ruling import Ruling, findings
from kiosk.rules.scan import numbers
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits import issue
from kiosk.rules.visits.issue import Known
from kiosk.rules.visits.turn import Visit, VisitRules
from kiosk.seal import CertificateCode, TestSummary, link, seal_certificate
from kiosk.trust import SealError, public_bytes
from kiosk.words import Words

if TYPE_CHECKING:
    from PIL.Image import Image

CODES = (240, 264, 300)  # bytes in a code that is short, usual, long: each has a version of its own
MOST_COPIES = 10  # whose mark has to find its place before anything is recorded
ReadCodes = Callable[[memoryview], tuple[bytes, ...]]


class PressError(Exception):
    """The certificate cannot be printed as it would have to be; `sentence` says why and what to do."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Copy:
    """Which piece of paper of a number. `boxed`: with a box for a signature or seal, as the county wants it now."""

    copy: int = 1
    part: str = ""
    boxed: bool = False


@dataclass(frozen=True, slots=True)
class Issue:
    """One copy, ready for the printer, and the entry that it rests on."""

    certificate: Certificate
    which: Copy
    raster: "Image"

    @property
    def copy(self) -> int:
        return self.which.copy


class Press:
    """`words` are the Chinese ones: the paper is a Chinese document whatever the screen speaks.

    `label` draws for the label printer, where there is one: what goes on a single box (一箱一证) is printed there.
    """

    def __init__(
        self,
        county: str,
        host: str,
        key: Ed25519PrivateKey,
        words: Words,
        wordings: Mapping[str, Wording],
        press: CertificatePress,
        read_codes: ReadCodes,
        label: CertificatePress | None = None,
    ) -> None:
        self._county = county
        self._host = host
        self._key = key
        self._words = words
        self._wordings = wordings
        self._press = press
        self._read_codes = read_codes
        self._label = label

    def number(self) -> str:
        return numbers.certificate_number(self._county, secrets.token_bytes(numbers.RANDOM_BYTES))

    def short_link(self, number: str) -> str:
        """Where a telephone finds the electronic certificate; needs a network (design.md §8)."""
        return f"HTTPS://{self._host.upper()}/N/{number}"

    def issue(self, visit: Visit, known: Known, rules: VisitRules, now: Now) -> Issue:
        """The certificate of a visit whose promise has been given. Raises PressError; nothing is recorded yet."""
        product = known.product
        plain = _facts(visit, known, rules, now)
        face = self._face(plain, product)
        certificate = replace(plain, text=_digest(text_of(face)), promise=_digest("\n".join(face.promise)))
        try:
            code = self._code(certificate, product, rules, visit)
            sealed = seal_certificate(code, self._key, self._host)
        except SealError as wrong:
            raise PressError(Sentence("problem.paper.code")) from wrong
        boxed, sealed_certificate = rules.settings.signature_box, replace(certificate, code=sealed.hex())
        for part in certificate.parts or ("",):
            self._check(sealed_certificate, Copy(MOST_COPIES, part, boxed), product)
        return self._copy(sealed_certificate, Copy(1, visit.part, boxed), product)

    def again(self, entry: EntryBody, which: Copy, product: Product) -> Issue:
        """Another part or copy of a recorded certificate, word for word; copies are marked 补打 from the second on.

        Raises PressError, also when an update took away or changed words that it was made with.
        """
        if not isinstance(entry, Certificate):
            raise RecordError(f"a certificate was expected, not {entry.kind}")
        if entry.wording not in self._wordings:
            raise PressError(Sentence("problem.rules.no_wording"))
        face = self._face(entry, product)
        if (_digest(text_of(face)), _digest("\n".join(face.promise))) != (entry.text, entry.promise):
            raise PressError(Sentence("problem.paper.other_words", {"number": numbers.shown(entry.number)}))
        return self._copy(entry, which, product)

    def rehearse(self) -> Iterator["Image"]:
        """Papers that nobody gets, each drawn when it is asked for: the first person of a day shall not wait for fonts,
        encoder and words that every paper has."""
        styles = [style for wording in self._wordings.values() for style in wording.styles.values()]
        for press in filter(None, (self._press, self._label)):
            for style in styles:
                for size in CODES[:1] if press.online_only else CODES:
                    with suppress(PaperError):  # a form that has no room here is told when somebody wants it
                        yield press.draw(self._form(style, press, size))

    def _form(self, style: Style, press: CertificatePress, size: int) -> CertificateFace:
        """With its labels for values."""
        number = self.number()
        short = self.short_link(number)
        return CertificateFace(
            title=style.title,
            number_label=self._words.say("paper.number"),
            number=numbers.shown(number),
            hint=self._words.say("paper.hint"),
            promise=style.promise,
            basis_label=style.basis_label,
            basis=law.ticks(style, ()),
            fields=law.fields(style, dict(style.fields)),
            notes=(self._words.say("paper.carrier"),),
            code_url=short if press.online_only else link(self._host, "C", bytes(size)),
        )

    def job(self, issue: Issue) -> PrintJob:
        return job_of(issue.certificate.number, issue.which, issue.raster, label=self._labelled(issue.certificate))

    def _copy(self, certificate: Certificate, which: Copy, product: Product) -> Issue:
        face = self._check(certificate, which, product)
        with refusing():
            raster = self._press_of(certificate).draw(face)
            proofread(raster, face.code_url, self._read_codes)
        return Issue(certificate, which, raster)

    def _check(self, certificate: Certificate, which: Copy, product: Product) -> CertificateFace:
        """Also of the copies that may be wanted one day: what is recorded can be printed again."""
        press = self._press_of(certificate)
        url = self._url(certificate, press)
        face = replace(self._face(certificate, product), code_url=url, **self._of_copy(certificate, which, press))
        with refusing():
            press.check(face)
        return face

    def _press_of(self, certificate: Certificate) -> CertificatePress:
        return self._label if self._label is not None and one_package(certificate) else self._press

    def _labelled(self, certificate: Certificate) -> bool:
        return self._label is not None and one_package(certificate)

    def _url(self, certificate: Certificate, press: CertificatePress) -> str:
        """Papers too small for the whole code carry a short link, which needs a network (design.md §8)."""
        if press.online_only:
            return self.short_link(certificate.number)
        return link(self._host, "C", bytes.fromhex(certificate.code))

    def _of_copy(self, certificate: Certificate, which: Copy, press: CertificatePress) -> dict[str, Any]:
        """What stands on this piece of paper, and is no part of the certificate's text.

        A paper too small for the whole code has no room for a signature either.
        """
        say = self._words.say
        return {
            "marks": () if which.copy == 1 else (say("paper.reprint", copy=which.copy - 1),),
            "part": say(f"papers.part.{which.part}") if which.part else "",
            "count": say("paper.count", nth=certificate.nth, of=certificate.of) if certificate.of > 1 else "",
            "sign_label": say("paper.sign") if which.boxed and not press.online_only else "",
        }

    def _face(self, certificate: Certificate, product: Product) -> CertificateFace:
        style = self._wordings[certificate.wording].styles[certificate.style]
        return CertificateFace(
            title=style.title,
            number_label=self._words.say("paper.number"),
            number=numbers.shown(certificate.number),
            hint=self._words.say("paper.hint"),
            promise=style.promise,
            basis_label=style.basis_label,
            basis=law.ticks(style, certificate.basis),
            fields=law.fields(style, self._values(style, certificate, product)),
            notes=self._notes(certificate),
        )

    def _values(self, style: Style, certificate: Certificate, product: Product) -> dict[Field, str]:
        day = date.fromisoformat(certificate.date)
        amount = told(parse(certificate.quantity_typed))
        every = {
            Field.PRODUCT: product.names["zh"],
            Field.QUANTITY: self._words.say(amount.key, **amount.facts),
            Field.ORIGIN: certificate.origin,
            Field.SUBJECT: certificate.subject.name,
            Field.CONTACT: certificate.subject.contact,
            Field.DATE: self._words.say("paper.date", year=day.year, month=day.month, day=day.day),
        }
        return {field: every[field] for field, _ in style.fields}

    def _notes(self, certificate: Certificate) -> tuple[str, ...]:
        notes = [self._words.say("paper.carrier")]
        if not certificate.clock_trusted:
            notes.append(self._words.say("paper.clock_untrusted"))
        if (as_of := county_word.as_of(certificate.findings)) is not None:
            say = self._words.say
            notes.append(say("paper.list_old", as_of=as_of) if as_of else say("paper.list_never"))
        if not certificate.wording_confirmed:
            notes.append(self._words.say("paper.unconfirmed", wording=certificate.wording))
        return tuple(notes)

    def _code(self, certificate: Certificate, product: Product, rules: VisitRules, visit: Visit) -> CertificateCode:
        method = rules.method.rule if rules.method is not None else ""
        return CertificateCode(
            number=certificate.number,
            style=certificate.style,
            subject=certificate.subject.name,
            subject_id=certificate.subject.id,
            product=product.names["zh"],
            quantity=certificate.quantity,
            unit=certificate.unit,
            origin=certificate.origin,
            date=date.fromisoformat(certificate.date),
            basis=certificate.basis,
            tests=tuple(
                TestSummary(method, note.outcome, note.value_shown)
                for note in visit.tests
                if note.seq in certificate.tests
            ),
            log=key_id(public_bytes(self._key)),
            text=certificate.text,
        )


def _facts(visit: Visit, known: Known, rules: VisitRules, now: Now) -> Certificate:
    """Everything of the entry that does not depend on the drawing."""
    subject, presence, amount, wording = visit.subject, visit.presence, issue.share(visit), rules.wording
    style = None if subject is None else law.style_of(subject)
    if subject is None or presence is None or isinstance(amount, Ruling) or wording is None or style is None:
        raise PressError(Sentence("problem.rules.no_wording"))
    quantity, unit, typed = recorded(amount)
    answer = issue.decided(visit, rules, known, visit.basis)
    if isinstance(answer, Stopped):
        raise PressError(answer.reason)
    proofs = issue.proofs(visit, visit.basis, known)
    return Certificate(
        number=visit.number,
        style=style,
        wording=wording.id,
        wording_confirmed=wording.confirmed,
        visit=visit.id,
        subject=subject,
        presence=presence,
        product=visit.product,
        quantity=quantity,
        unit=unit,
        quantity_typed=typed,
        origin=visit.origin,
        date=now.text[:10],
        basis=visit.basis,
        tests=proofs.tests,
        promise="",
        text="",
        code="",
        clock_trusted=now.trusted,
        lot=visit.lot,
        present=visit.present,
        proofs=proofs,
        rules=answer.rules,
        findings=findings(answer.rulings),
        parts=issue.parts(visit),
        nth=visit.nth if visit.papers > 1 else 0,
        of=visit.papers if visit.papers > 1 else 0,
        replaces=visit.replaces if visit.nth == 1 else "",  # a void paper is replaced once
    )


@contextmanager
def refusing() -> Iterator[None]:
    """What a piece of paper has no room for, as PressError."""
    try:
        yield
    except PaperError as wrong:
        facts = {name: str(value) for name, value in wrong.facts.items()}
        raise PressError(Sentence(f"problem.{wrong.code}", facts)) from wrong


def job_of(number: str, which: Copy, raster: "Image", *, label: bool) -> PrintJob:
    """Each copy of each part has its own name at the printer."""
    name = job_id(f"{number}/{which.part}" if which.part else number, which.copy)
    return PrintJob(number, which.copy, raster, name, which.part, label)


def one_package(certificate: Certificate) -> bool:
    """一箱一证: the paper of a single box or bundle of many."""
    amount = parse(certificate.quantity_typed)
    return certificate.of > 1 and amount.unit.packed and amount.amount == 1


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
