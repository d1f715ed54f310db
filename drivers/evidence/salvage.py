"""What an instrument that forgets had told before a session broke, read from its tape. Nothing is asked of a device.

An exchange that breaks is refused whole; here its records up to the last one that we acknowledged count, because
nobody else has them any more.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from drivers.analyzer.analyzer import Analyzer
from drivers.errors import DeviceError
from drivers.evidence.goldens import Watching
from drivers.evidence.replay import ANYTHING, ReplayPort
from drivers.profile.exchange import Exchange, Hear, Pages
from drivers.profile.form import Profile
from drivers.profile.link import Astm, Line
from drivers.profile.sent import days_from, literal
from drivers.reading import Identity, Reading
from drivers.transcript import Case, Step

Steps = tuple[Step, ...]

_ACK, _EOT = b"\x06", b"\x04"
_RECORD = re.compile(rb"\x02([0-7])[^\x02\x17]*\x03")


def listens(profile: Profile) -> bool:
    """Do its results come by themselves? One that only opens the conversation is asked like any other."""
    return profile.link.initiative == "device" and not profile.session.greeting


def forgets(profile: Profile) -> bool:
    """Is there anything that this instrument tells only once?"""
    return listens(profile) or any(exchange.consumes for exchange in profile.exchange.values())


def told_once(profile: Profile, case: Case) -> bool:
    """May the instrument have forgotten what it told here? By this exchange, or by one said behind it."""
    name = _name(case)
    if listens(profile) or name == "identify":
        return name != "identify"
    own = name in profile.exchange and profile.exchange[name].consumes
    others = [
        exchange for exchange in profile.exchange.values() if exchange.consumes and not isinstance(exchange, Pages)
    ]
    said = [step.data for step in case.steps if step.mark == ">"]
    return own or any(begin in data for other in others for begin in literal(profile, other) for data in said)


def whole(case: Case) -> bool:
    """Did it come to its end while it was recorded?"""
    return bool(case.told) and case.told[0].split(" ", maxsplit=1)[0] not in ("refused", "error")


def repeats(profile: Profile) -> bool:
    """May it tell once more what it told before a break? One that awaits no answer, such as a printer's line, cannot:
    the same number again is another measurement."""
    return not _one_way(profile)


def _one_way(profile: Profile) -> bool:
    return listens(profile) and profile.link.acks is None and not isinstance(profile.frame, Astm)


def saved(profile: Profile, case: Case) -> tuple[Reading, ...] | None:
    """Every record of the case that is there whole, the last one acknowledged or not; None when it cannot be read."""
    for attempt in _attempts(profile, case):
        try:
            found = again(alone(profile), attempt)
        except DeviceError:
            continue
        return () if isinstance(found, Identity) else found
    return None


def alone(profile: Profile) -> Profile:
    """Bytes that are written down cannot be asked for again: no retry, no second reading, no farewell."""
    once = profile.link.model_copy(update={"retries": 0})
    silent = profile.session.model_copy(update={"close": ()})
    return profile.model_copy(update={"link": once, "session": silent, "confirm": {}})


def again(profile: Profile, case: Case) -> Identity | tuple[Reading, ...]:
    """A case read once more with this profile, in virtual time. Raises DeviceError."""
    port = ReplayPort(case)
    analyzer = Analyzer(profile, port, port.clock, port.pause)
    name, _, days = case.run.partition(" ")
    if name == "identify":
        return analyzer.identify()
    if listens(profile):
        return analyzer.listen(profile.link.reply_ms / 1000)
    return analyzer.read(name, days_from(days) if days else None, Watching(port))


def _attempts(profile: Profile, case: Case) -> Iterator[Case]:
    """As it stands; with its last record as if acknowledged and then ended; without its last, torn, record.

    What was printed in one breath and cannot be asked for again ends behind each of its whole lines, too.
    """
    yield case
    exchange = profile.exchange.get(_name(case))
    steps = tuple(step for step in case.steps if step.mark != "!" and (step.mark != "<" or step.data))
    torn = steps[:-1] if steps and steps[-1].mark == "<" else None
    for end in _ends(profile, exchange):
        if torn is None:
            steps = (*steps[:-1], Step(">", ANYTHING)) if isinstance(exchange, Pages) else steps  # written down half
            yield replace(case, steps=end(steps))
        else:
            yield replace(case, steps=end((*steps, Step(">", _ACK if isinstance(profile.frame, Astm) else ANYTHING))))
            for data in _shorter(profile, steps[-1].data):
                yield replace(case, steps=(*torn, Step("<", data)))
            yield replace(case, steps=end(torn))


def _shorter(profile: Profile, data: bytes) -> Iterator[bytes]:
    """Up to the end of its last whole line, of the one before, and so on."""
    if not _one_way(profile) or not isinstance(profile.frame, Line):
        return
    end = profile.frame.end.encode("latin-1")
    while (at := data.rfind(end, 0, len(data) - 1)) >= 0:
        data = data[: at + len(end)]
        yield data


def _ends(profile: Profile, exchange: Exchange | None) -> Iterator[Callable[[Steps], Steps]]:
    """How an instrument of this kind would have ended what it was telling."""
    if isinstance(exchange, Pages):
        last = Step("<", exchange.end[0])
        yield lambda steps: (*steps, last)
    elif isinstance(profile.frame, Astm):
        yield _message_ended
    elif isinstance(exchange, Hear):
        yield lambda steps: steps if steps[-1:] != (Step(">", ANYTHING),) else steps[:-1]


def _message_ended(steps: Steps) -> Steps:
    """Up to the last acknowledged frame that ended a record (ETX, not ETB); then the L record and EOT."""
    for at in range(len(steps) - 1, 0, -1):
        found = _RECORD.search(steps[at - 1].data)
        if found and steps[at] == Step(">", _ACK):
            body = f"{(int(found[1]) + 1) % 8}L|1|N\r".encode() + b"\x03"
            closing = b"\x02" + body + f"{sum(body) % 256:02X}\r\n".encode()
            return (*steps[: at + 1], Step("<", closing), Step(">", ANYTHING), Step("<", _EOT))
    return (*steps[:2], Step("<", _EOT))


def _name(case: Case) -> str:
    """The exchange or sequence that ran, without what it was asked for."""
    return case.run.split(" ", maxsplit=1)[0]
