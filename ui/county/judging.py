"""Whose an entry is, and whether it counts: the county's trust list asked of what arrived. Values in, values out."""

from kiosk.contract import Forged, key_id, read, verify
from kiosk.enrolment import TrustFile
from kiosk.trust import Grant, Trust, Use
from kiosk.wire import WireError
from ui.county.database import Arrived


class Judge:
    """Knows the trust file as it stood at the last `look`: a station enrolled, or revoked, since then is not known."""

    def __init__(self, trust: TrustFile) -> None:
        self._file = trust
        self._trust: Trust | None = None
        self._grants: dict[str, Grant] = {}  # by log
        self._through: dict[str, int | None] = {}
        self.look()

    def look(self) -> None:
        trust = self._file.now()
        if trust is not self._trust:
            self._trust = trust
            self._grants = {key_id(grant.public): grant for grant in trust.grants if grant.use == Use.STATION}
            self._through = {log: trust.station_through(log) for log in self._grants}

    def entry(self, data: bytes, station: str) -> Arrived:
        """The entry in `data`, which came under a topic of `station`. Raises ContractError."""
        envelope = read(data)
        log, seq = envelope.header.log, envelope.header.seq
        grant = self._grants.get(log)
        if grant is None:
            raise Forged(f"log {log} belongs to no station of this county")
        if envelope.key != log:
            raise Forged("the entry does not name its log's key")
        verify(envelope, grant.public)
        if grant.name != station:
            raise Forged(f"an entry of {grant.name} came under the topic of {station}")
        through = self._through[log]
        if through is not None and seq > through:
            raise Forged(f"the key of log {log} was revoked: its entries count up to {through}, this is {seq}")
        return Arrived(grant.name, envelope)

    def station_of(self, log: str) -> str:
        """Empty when the log is nobody's."""
        grant = self._grants.get(log)
        return "" if grant is None else grant.name

    def log_of(self, station: str) -> str:
        """The log that a station writes now: that of its newest key. Raises WireError when it is none of ours."""
        logs = [log for log, grant in self._grants.items() if grant.name == station]
        if not logs:
            raise WireError(f"{station} is no station of this county")
        return next((log for log in reversed(logs) if self._through[log] is None), logs[-1])
