"""Whose an entry is, and whether it counts: the county's trust list asked of what arrived. Values in, values out."""

from kiosk.contract import key_id, read, verify
from kiosk.enrolment import TrustFile
from kiosk.trust import Grant, Trust, Use
from ui.county.database import Arrived
from ui.county.unfit import Unfit


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
        """The entry in `data`, which came under a topic of `station`. Raises ContractError, Unfit."""
        envelope = read(data)
        log, seq = envelope.header.log, envelope.header.seq
        grant = self._grants.get(log)
        if grant is None:
            raise Unfit("log_unknown", log=log)
        if envelope.key != log:
            raise Unfit("key_other", log=log)
        verify(envelope, grant.public)
        if grant.name != station:
            raise Unfit("station_other", owner=grant.name, station=station)
        through = self._through[log]
        if through is not None and seq > through:
            raise Unfit("key_revoked", log=log, through=through, seq=seq)
        return Arrived(grant.name, envelope)

    def station_of(self, log: str) -> str:
        """Empty when the log is nobody's."""
        grant = self._grants.get(log)
        return "" if grant is None else grant.name

    def log_of(self, station: str) -> str:
        """The log that a station writes now: that of its newest key. Raises Unfit when it is none of ours."""
        logs = [log for log, grant in self._grants.items() if grant.name == station]
        if not logs:
            raise Unfit("station_unknown", station=station)
        return next((log for log in reversed(logs) if self._through[log] is None), logs[-1])
