"""What the uplink has heard of keys, beside the orders that said it: down/keys.json, so that a start reads no history.

The file holds words of the county's root and nothing else; without it, or after damage, the orders are read again.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from kiosk import log
from kiosk.contract import ContractError, read
from kiosk.enrolment import install
from kiosk.live_trust import KeyWords, LiveTrust, keys_put, words_of
from kiosk.rules.messages import KeysPut
from kiosk.trust import Grant, Revoked, SealError

SAID = KeysPut.kind.encode()  # stands in the canonical bytes of every order of this kind


class HeardKeys:
    """`trust` learns what is heard. `streams`: folders of the order logs, that of all stations first."""

    def __init__(self, file: Path, trust: LiveTrust, streams: tuple[Path, Path]) -> None:
        self._file = file
        self._trust = trust
        self._words = self._kept() or self._again(streams)
        trust.learn(self._words)

    def hear(self, order: KeysPut, county_wide: bool) -> None:
        """Durable when this returns. Words that are not the root's are passed over: the station says why."""
        fresh = words_of(order)
        try:
            self._trust.now().merged(fresh.grants, fresh.revoked)
        except SealError:
            return
        self._words = self._words.with_order(order, county_wide)
        table = {
            "grants": [asdict(grant) for grant in self._words.grants],
            "revoked": [asdict(word) for word in self._words.revoked],
            "ended": sorted(self._words.ended),
        }
        install(self._file, json.dumps(table, indent=1, ensure_ascii=False).encode() + b"\n", 0o640)
        self._trust.learn(self._words)

    def _kept(self) -> KeyWords | None:
        try:
            table = json.loads(self._file.read_bytes())
            grants = tuple(Grant(**grant) for grant in table["grants"])
            revoked = tuple(Revoked(**word) for word in table["revoked"])
            self._trust.now().merged(grants, revoked)
            return KeyWords(grants, revoked, frozenset(table["ended"]))
        except (OSError, ValueError, KeyError, TypeError, RecursionError, SealError):
            return None

    def _again(self, streams: Iterable[Path]) -> KeyWords:
        words = KeyWords()
        for nth, stream in enumerate(streams):
            for order in _orders_of_keys(stream):
                fresh = words_of(order)
                try:
                    self._trust.now().merged(fresh.grants, fresh.revoked)
                except SealError:
                    continue
                words = words.with_order(order, county_wide=nth == 0)
        return words


def _orders_of_keys(stream: Path) -> Iterable[KeysPut]:
    for _, payload in log.payloads(stream):
        if SAID in payload:
            try:
                order = keys_put(read(payload))
            except ContractError:
                continue
            if order is not None:
                yield order
