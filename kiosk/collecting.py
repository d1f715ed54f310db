"""A buyer's basket: papers held before the camera, judged, recorded with their picture, and linked to his goods."""

from collections.abc import Callable, Mapping, Sequence

from kiosk.live_trust import LiveTrust
from kiosk.open_visit import OpenVisit
from kiosk.pictures import Pictures
from kiosk.rules.certify import incoming
from kiosk.rules.certify.certificate import Wording
from kiosk.rules.certify.incoming import Paper, Seen
from kiosk.rules.goods.book import reference
from kiosk.rules.goods.products import Product
from kiosk.rules.messages import Incoming
from kiosk.rules.ruling import first_stop
from kiosk.rules.scan import codes
from kiosk.rules.scan.scanned import Kind, Scanned
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.turn import Kept
from kiosk.seal import open_certificate
from kiosk.trust import SealError

PAPERS = (Kind.CERTIFICATE, Kind.NUMBER, Kind.URL, Kind.TRACE_CODE)
ON_PAPER = "on paper"  # what our own codes leave to the printed words, whose digest they seal


class Collecting:
    """`wordings` and `products` are those of the packs in force."""

    def __init__(
        self,
        open_visit: OpenVisit,
        trust: LiveTrust,
        wordings: Callable[[], Sequence[Wording]],
        products: Mapping[str, Product],
        pictures: Pictures,
    ) -> None:
        self._open = open_visit
        self._trust = trust
        self._wordings = wordings
        self._products = products
        self._pictures = pictures

    def scanned(self, data: bytes) -> None:
        """A code was held up in the stage of the basket."""
        scanned, visit = codes.explain(data), self._open.visit
        if scanned.kind not in PAPERS:
            self._open.tell(turn.noticed(visit, Sentence(scanned.note, dict(scanned.facts))))
            return
        if len(visit.basket) >= turn.MOST_PAPERS:
            self._open.tell(turn.noticed(visit, Sentence("visit.papers_many", {"most": str(turn.MOST_PAPERS)})))
            return
        tables, wordings = self._open.record.tables, self._wordings()
        seen = self._seen(scanned)
        receiver = "" if visit.subject is None else visit.subject.id
        if self._own(scanned, receiver):
            self._open.tell(turn.noticed(visit, Sentence("visit.paper_own", {"number": seen.number})))
            return
        taken = tables.lots.taken_by(tables.orders.same(receiver))
        void = tables.orders.revoked_certificate(seen.number) is not None or tables.lots.is_void(seen.number)
        before = next(((seq, paper) for seq, paper in taken if seen.verified and paper.number == seen.number), None)
        if before is not None and not void and self._left(reference(before[1], before[0])):
            self._open.step(turn.paper_taken(visit, _kept(*before)))
            return
        earlier = [paper for _, paper in taken]
        rulings = incoming.judge(seen, receiver, self._open.rules().today, wordings, earlier, void=void)
        stopped = first_stop(rulings)
        if stopped is not None:
            self._open.tell(turn.noticed(visit, stopped.say))
            return
        entry, seq = incoming.taken(seen, receiver, visit.id, wordings), self._open.record.last + 1
        kept = turn.paper_taken(visit, _kept(seq, entry))
        self._open.move(turn.noticed(kept, incoming.state(entry)), entry)

    def _own(self, scanned: Scanned, receiver: str) -> bool:
        """What he issued himself is no paper of where the goods came from: they would be certified twice."""
        try:
            if scanned.token is None:
                return False
            issued_to = open_certificate(scanned.token, self._trust.now())[0].subject_id
            return issued_to in self._open.record.tables.orders.same(receiver)
        except SealError:
            return False

    def _left(self, source: str) -> bool:
        """A paper of an earlier turn whose goods he has not certified yet: it is not taken in twice, but counts."""
        balance = self._open.record.tables.lots.book(source).balance(source)
        return balance is not None and balance.free() > 0

    def _seen(self, scanned: Scanned) -> Seen:
        picture = self._pictures.take()
        if scanned.token is None:
            ours = scanned.kind is Kind.NUMBER
            return Seen(Paper.OURS if ours else Paper.FOREIGN, number=scanned.text[:80], picture=picture)
        try:
            code, _ = open_certificate(scanned.token, self._trust.now())
        except SealError:
            return Seen(Paper.FOREIGN, number=scanned.text[:80], picture=picture)
        return Seen(
            paper=Paper.OURS,
            product=self._product_of(code.product),
            quantity=code.quantity,
            unit=code.unit,
            issuer=code.subject,
            contact=ON_PAPER,
            origin=code.origin,
            issued_on=code.date.isoformat(),
            number=code.number,
            picture=picture,
            style=code.style,
            promise=True,
            basis=bool(code.basis),
            verified=True,
        )

    def _product_of(self, name: str) -> str:
        """Its id, where our list has a product of this name."""
        return next((one.id for one in self._products.values() if name in one.names.values()), name)


def _kept(seq: int, paper: Incoming) -> Kept:
    return Kept(seq, reference(paper, seq), paper.number, paper.product, paper.verified)
