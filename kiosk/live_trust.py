"""The trust list of this moment: the file as it stands, and over it the root's words that orders brought.

Words about keys prove themselves: they bear the root's signature, whoever brings them. So an order that grants the key
it is signed with is the county's, and a lost order key can be replaced.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from kiosk.contract import ContractError, Envelope, Malformed, verify
from kiosk.rules.messages import KeyGrant, KeyRevoked, KeysPut
from kiosk.trust import Grant, Revoked, SealError, Trust, Untrusted, Use

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KeyWords:
    """`ended`: order keys that an order to all stations took back; they sign nothing behind it in that stream."""

    grants: tuple[Grant, ...] = ()
    revoked: tuple[Revoked, ...] = ()
    ended: frozenset[str] = frozenset()

    def with_order(self, order: KeysPut, county_wide: bool) -> "KeyWords":
        fresh = words_of(order)
        gone = frozenset(word.key for word in fresh.revoked if word.use == Use.ORDER) if county_wide else frozenset()
        grants = tuple(dict.fromkeys((*self.grants, *fresh.grants)))
        return KeyWords(grants, tuple(dict.fromkeys((*self.revoked, *fresh.revoked))), self.ended | gone)


class LiveTrust:
    """`listed` gives the list without the words of orders.

    Any thread may ask. A list that can be read no longer is told once, and the last one counts on.
    """

    def __init__(self, listed: Callable[[], Trust]) -> None:
        """Raises SealError when there is no list to begin with."""
        self._listed = listed
        self._words = KeyWords()
        self._told = ""
        first = listed()
        self._now = (first, self._words, first)  # the list, the words over it, both together

    def now(self) -> Trust:
        (seen, words, both), listed = self._now, self._list()
        if listed is not seen or words is not self._words:
            words = self._words
            both = _over(listed, words)
            self._now = (listed, words, both)
        return both

    def learn(self, words: KeyWords) -> None:
        """These are all the words that orders have brought so far."""
        self._words = words

    def check_order(self, envelope: Envelope, county_wide: bool) -> None:
        """Raises ContractError or SealError unless an order key of the county signed this."""
        try:
            day = datetime.fromisoformat(envelope.header.time).date()
        except ValueError as wrong:
            raise Malformed("an order without a date") from wrong
        if county_wide and envelope.key in self._words.ended:
            raise Untrusted(f"order key {envelope.key} was taken back by an earlier order")
        grant = _informed(self.now(), envelope).grant(Use.ORDER, envelope.key, day)
        verify(envelope, grant.public)

    def _list(self) -> Trust:
        try:
            listed = self._listed()
        except SealError as wrong:
            if self._told != str(wrong):
                self._told = str(wrong)
                logger.warning("the trust list cannot be read, the last one counts: %s", wrong)
            return self._now[0]
        self._told = ""
        return listed


def live(trust: Trust | LiveTrust) -> LiveTrust:
    """A list that never changes is a live one too."""
    return trust if isinstance(trust, LiveTrust) else LiveTrust(lambda: trust)


def keys_put(envelope: Envelope) -> KeysPut | None:
    """The body of an order about keys; None for any other, and for one that is not in its form."""
    if envelope.header.kind != KeysPut.kind:
        return None
    try:
        order = envelope.order
    except ContractError:
        return None
    return order if isinstance(order, KeysPut) else None


def words_of(order: KeysPut) -> KeyWords:
    """What an order says of keys; nothing of it is checked yet."""
    grants = tuple(Grant(**asdict(grant)) for grant in order.grants)
    return KeyWords(grants, tuple(Revoked(**asdict(word)) for word in order.revoked))


def order_of(grants: Iterable[Grant], revoked: Iterable[Revoked]) -> KeysPut:
    """The order that tells stations these words."""
    return KeysPut(
        tuple(KeyGrant(**asdict(grant)) for grant in grants), tuple(KeyRevoked(**asdict(word)) for word in revoked)
    )


def _informed(trust: Trust, envelope: Envelope) -> Trust:
    """The list, and what the order itself brings. Words that are not the root's change nothing."""
    order = keys_put(envelope)
    if order is None:
        return trust
    words = words_of(order)
    try:
        return trust.merged(words.grants, words.revoked)
    except SealError:
        return trust


def _over(listed: Trust, words: KeyWords) -> Trust:
    """After the root was changed, words of the old one count no more."""
    try:
        return listed.merged(words.grants, words.revoked)
    except SealError as wrong:
        logger.warning("what orders said of keys does not fit the trust list: %s", wrong)
        return listed
