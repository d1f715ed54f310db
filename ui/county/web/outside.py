"""What stands before everything that is open to all: is it asked under a name of ours, and not too often?"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from starlette.requests import Request

from ui.county.web.rate import Rates, address_of

LOCAL = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True, slots=True)
class Outside:
    """`host` stands in new codes; papers that were printed before it changed bear one of `aliases`.

    No host: every name is ours. `complaints` is where anybody may report (a telephone, an address), shown on pages.
    """

    host: str = ""
    aliases: tuple[str, ...] = ()
    complaints: str = ""
    rates: Rates = field(default_factory=Rates)
    clock: Callable[[], float] = time.monotonic

    def page(self, path: str) -> str:
        """The address under which everybody finds a page now."""
        return f"https://{self.host.lower()}{path}" if self.host else path

    def is_ours(self, asked: str) -> bool:
        """Whether a Host header names us; this machine's own names always do."""
        name, known = asked.lower(), {one.lower() for one in (self.host, *self.aliases)}
        bare = name if name.endswith("]") else name.rpartition(":")[0] or name
        return not self.host or bool({name, bare} & known) or bare in LOCAL


class No(StrEnum):
    """Why a request is not answered."""

    STRANGE_HOST = "host"
    TOO_OFTEN = "often"


STATUS = {No.STRANGE_HOST: 421, No.TOO_OFTEN: 429}  # RFC 9110 §15.5.20, RFC 6585 §4


@dataclass(frozen=True, slots=True)
class Refusal:
    why: No
    wait: int = 0  # seconds

    @property
    def status(self) -> int:
        return STATUS[self.why]

    @property
    def headers(self) -> dict[str, str]:
        return {"retry-after": str(self.wait)} if self.wait else {}


def refusal(request: Request, outside: Outside) -> Refusal | None:
    """None for a request that is to be answered."""
    if not outside.is_ours(request.headers.get("host", "")):
        return Refusal(No.STRANGE_HOST)
    peer = request.client.host if request.client else ""
    wait = outside.rates.take(address_of(peer, request.headers.getlist("x-forwarded-for")), outside.clock())
    return Refusal(No.TOO_OFTEN, math.ceil(wait)) if wait else None
