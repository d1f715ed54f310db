"""A buyer's papers, held up one after another: judged, recorded with their picture, put in the basket."""

from collections.abc import Callable, Mapping, Sequence

from kiosk.live_trust import LiveTrust
from kiosk.open_visit import OpenVisit
from kiosk.paper_seen import PAPERS, code_of, seen_of
from kiosk.pictures import Pictures
from kiosk.rules.certify import incoming
from kiosk.rules.certify.certificate import Wording
from kiosk.rules.certify.incoming import Seen
from kiosk.rules.goods.book import reference
from kiosk.rules.goods.products import Product
from kiosk.rules.messages import Incoming
from kiosk.rules.ruling import first_stop
from kiosk.rules.scan import codes
from kiosk.rules.scan.scanned import Scanned
from kiosk.rules.sentence import Sentence
from kiosk.rules.visits import visit as turn
from kiosk.rules.visits.turn import Kept

UNNAMED = "incoming/unnamed"  # the rule that asks for product and giver


class Collecting:
    """`wordings` and `products` are those of the packs in force.

    `told`: a paper whose code names too little is to be told by hand; False where that cannot be.
    """

    def __init__(
        self,
        open_visit: OpenVisit,
        trust: LiveTrust,
        wordings: Callable[[], Sequence[Wording]],
        products: Mapping[str, Product],
        pictures: Pictures,
        told: Callable[[Seen], bool] = lambda _: False,
    ) -> None:
        self._open = open_visit
        self._trust = trust
        self._wordings = wordings
        self._products = products
        self._pictures = pictures
        self._told = told

    def scanned(self, data: bytes) -> None:
        """A code was held up in the stage of the basket."""
        scanned, visit = codes.explain(data), self._open.visit
        if scanned.kind not in PAPERS:
            self._tell(Sentence(scanned.note, dict(scanned.facts)))
        elif len(visit.basket) >= turn.MOST_PAPERS:
            self._tell(Sentence("visit.papers_many", {"most": str(turn.MOST_PAPERS)}))
        else:
            self._judged(scanned)

    def _judged(self, scanned: Scanned) -> None:
        visit, wordings = self._open.visit, self._wordings()
        receiver = "" if visit.subject is None else visit.subject.id
        seen = seen_of(scanned, self._trust.now(), self._products, self._pictures.take())
        if self._own(scanned, receiver):
            self._tell(Sentence("visit.paper_own", {"number": seen.number}))
            return
        taken, void = self._taken(seen, receiver), self._void(seen)
        if not void and self._carried(seen, taken):
            return
        earlier = [paper for _, paper in taken]
        stopped = first_stop(incoming.judge(seen, receiver, self._open.rules().today, wordings, earlier, void=void))
        if stopped is not None:
            if stopped.rule != UNNAMED or not self._told(seen):
                self._tell(stopped.say)
            return
        entry, seq = incoming.taken(seen, receiver, visit.id, wordings), self._open.record.last + 1
        kept = turn.paper_taken(visit, kept_of(seq, entry))
        self._open.move(turn.noticed(kept, incoming.state(entry)), entry)

    def _tell(self, sentence: Sentence) -> None:
        self._open.tell(turn.noticed(self._open.visit, sentence))

    def _own(self, scanned: Scanned, receiver: str) -> bool:
        """What he issued himself is no paper of where the goods came from: they would be certified twice."""
        code, _ = code_of(scanned, self._trust.now())
        return code is not None and code.subject_id in self._open.record.tables.orders.same(receiver)

    def _taken(self, seen: Seen, receiver: str) -> list[tuple[int, Incoming]]:
        """What he brought before and may be this paper."""
        tables = self._open.record.tables
        return tables.work.papers_like(seen, *tables.orders.same(receiver))

    def _void(self, seen: Seen) -> bool:
        tables = self._open.record.tables
        return tables.orders.revoked_certificate(seen.number) is not None or tables.lots.is_void(seen.number)

    def _carried(self, seen: Seen, taken: Sequence[tuple[int, Incoming]]) -> bool:
        """A paper of an earlier turn whose goods he has not certified yet: it is not taken in twice, but counts."""
        before = next(((seq, paper) for seq, paper in taken if seen.verified and paper.number == seen.number), None)
        if before is None or not self._left(reference(before[1], before[0])):
            return False
        kept = turn.paper_taken(self._open.visit, kept_of(*before))
        self._open.step(kept if kept.notice is not None else turn.noticed(kept, incoming.state(before[1])))
        return True

    def _left(self, source: str) -> bool:
        balance = self._open.record.tables.lots.book(source).balance(source)
        return balance is not None and balance.free() > 0


def kept_of(seq: int, paper: Incoming) -> Kept:
    """A paper that was taken in, as a basket has it."""
    return Kept(seq, reference(paper, seq), paper.number, paper.product, paper.verified)
