"""How often the public may ask: a bucket of tokens for each address, and one for all. In memory, of this process alone.

Pure: the clock is passed in. Who asks too often is told how many seconds to wait; nobody is remembered for longer.
"""

import ipaddress
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

MOST_ADDRESSES = 20_000  # whose buckets are kept; the one that asked longest ago goes first
HOME = 64  # bits of an IPv6 address that are one household's


@dataclass(frozen=True, slots=True)
class Rate:
    """So many at once, and so many per second after that."""

    burst: float
    per_second: float


# A market's visitors may share one address of a mobile network; a page is one request and a sheet of style.
EACH = Rate(burst=60, per_second=2)
ALL = Rate(burst=400, per_second=200)


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class Rates:
    """Used by many threads."""

    def __init__(self, each: Rate = EACH, everybody: Rate = ALL) -> None:
        self._each = each
        self._everybody = everybody
        self._all: _Bucket | None = None
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, address: str, now: float) -> float:
        """0 when the request may go on, else the seconds after which one may. `now` in seconds, never going back.

        An empty address counts for everybody together only.
        """
        with self._lock:
            whole = self._all = _filled(self._all, self._everybody, now)
            own = self._bucket(address, now) if address else None
            wait = _wait(whole, self._everybody) if own is None or own.tokens >= 1 else _wait(own, self._each)
            if wait == 0:
                for bucket in (whole, own):
                    if bucket is not None:
                        bucket.tokens -= 1
            return wait

    def _bucket(self, address: str, now: float) -> _Bucket:
        bucket = self._buckets[address] = _filled(self._buckets.pop(address, None), self._each, now)
        if len(self._buckets) > MOST_ADDRESSES:
            self._buckets.popitem(last=False)
        return bucket


def address_of(peer: str, forwarded: Sequence[str]) -> str:
    """Who asks. Only a proxy on this machine is believed about others: the last address that it adds is its own word.

    `peer` is at the other end of the connection, `forwarded` the values of X-Forwarded-For. Empty for a program on this
    machine, and for what is no address.
    """
    asked = _parsed(peer)
    if asked is not None and asked.is_loopback:
        asked = _parsed(",".join(forwarded).rpartition(",")[2])
    if asked is None or asked.is_loopback:
        return ""
    if asked.version == 4:
        return str(asked)
    return str(ipaddress.ip_network((int(asked), HOME), strict=False).network_address)


def _parsed(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return mapped or address


def _filled(bucket: _Bucket | None, rate: Rate, now: float) -> _Bucket:
    if bucket is None:
        return _Bucket(rate.burst, now)
    bucket.tokens = min(rate.burst, bucket.tokens + (now - bucket.at) * rate.per_second)
    bucket.at = now
    return bucket


def _wait(bucket: _Bucket, rate: Rate) -> float:
    return 0.0 if bucket.tokens >= 1 else (1 - bucket.tokens) / rate.per_second
