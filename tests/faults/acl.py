"""Every identity on every form of topic of a real broker with the configuration that we write: who hears what, counted.

What may be said and heard is what tests.faults.topics says, not the product. A cell is one writer, topic and reader;
deliveries decide, reason codes do not.
"""

import signal
import ssl
import tempfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from kiosk.enrolment import install
from kiosk.trust import read_key
from tests.faults.book import Found, Unit
from tests.faults.topics import BOXES, FILTERS, ROOT, TOPICS, WILD, fits, may_read, may_write
from tests.support.broker import COUNTY, DAY, RunningBroker, running_broker
from tests.support.mqtt import Closed, Heard, Mqtt, Will, identity
from tests.support.waiting import wait_for
from ui.county.broker import access_list
from ui.county.tls import Authority, client_certificate, load_authority, make_authority, make_tls_key
from ui.county.witness import group_of

SPEAKERS = (*BOXES, "intake", "feed", "ghost")  # ghost: a certificate of the county's authority, in no list
OUTSIDERS = ("stranger", "")  # another authority's certificate with a station's name; no certificate
QUEUED = 50


@dataclass(frozen=True, slots=True)
class Scene:
    """A county with its broker, and what each identity shows."""

    broker: RunningBroker
    shown: dict[str, ssl.SSLContext]

    def client(self, name: str, **how: object) -> Mqtt:
        return Mqtt(self.broker.port, self.shown[name], name or "nobody", **how)  # type: ignore[arg-type]


@contextmanager
def scene() -> Iterator[Scene]:
    with tempfile.TemporaryDirectory(prefix="liangzheng-acl-") as folder:
        home = Path(folder)
        home.chmod(0o755)
        with running_broker(home, *BOXES) as broker:
            tls = broker.folder / "tls"
            county = load_authority(tls / "ca.pem", broker.folder / "keys" / "ca.key")
            certified(tls, "ghost", "ghost", county)
            certified(tls, "stranger", BOXES[0], make_authority("elsewhere", DAY))
            shown = {name: identity(tls, name, tls / "ca.pem") for name in ("intake", "feed", "ghost", *OUTSIDERS)}
            shown |= {box: identity(home / box / "tls", "client", tls / "ca.pem") for box in BOXES}
            yield Scene(broker, shown)


def certified(tls: Path, file: str, name: str, authority: Authority) -> None:
    public, private = make_tls_key()
    install(tls / f"{file}.key", private, 0o600)
    install(tls / f"{file}.pem", client_certificate(authority, name, public, DAY).encode())


class Count:
    """Cells that were looked at, and sentences about those that were not as they should be."""

    def __init__(self) -> None:
        self.cells = self.deliveries = 0
        self.wrong: list[str] = []

    def look(self, reader: str, heard: Sequence[Heard], expected: set[tuple[str, bytes]], cells: int, how: str) -> None:
        """What one reader was given against what he had to be given."""
        self.cells += cells
        came = {(one.topic, one.payload) for one in heard}
        self.deliveries += len(came)
        for topic, payload in sorted(came - expected):
            self.wrong.append(f"{how}: {reader or 'nobody'} heard {topic!r} ({payload!r})")
        for topic, payload in sorted(expected - came):
            self.wrong.append(f"{how}: {reader} did not hear {topic!r} ({payload!r})")

    def found(self) -> Found:
        return Found(self.wrong, {"cells": self.cells, "deliveries": self.deliveries})


# --- the parts ------------------------------------------------------------------------------------------------------


def said(stage: Scene, writer: str, topics: Sequence[str], *, retain: bool) -> Found:
    """One identity writes to every topic, each on its own connection; everybody else listens to everything."""
    count, readers = Count(), [name for name in SPEAKERS if name != writer]
    with ExitStack() as stack:
        listening = {name: stack.enter_context(stage.client(name)) for name in readers}
        for client in listening.values():
            client.subscribe(*TOPICS[: len(TOPICS) - 1], "#", "+/#", "$SYS/#")
            client.settle()
        for nth, topic in enumerate(topics):
            payload = f"{writer} {nth} {retain}".encode()
            own = _written(stage, writer, topic, payload, retain)
            written = may_write(writer, topic)
            came = {name: client.settle() for name, client in listening.items()} | {writer: own}
            for name, heard in came.items():
                mine = [one for one in heard if one.payload == payload]
                expected = {(topic, payload)} if written and may_read(name, topic) else set()
                count.look(name, mine, expected, 1, f"{writer} wrote")
    with suppress(Closed):
        _forgotten(stage, writer, topics)
    return count.found()


def _written(stage: Scene, writer: str, topic: str, payload: bytes, retain: bool) -> list[Heard]:
    """What the writer himself hears of it."""
    try:
        with stage.client(writer) as client:
            client.subscribe("#", topic)
            client.publish(topic, payload, retain=retain)
            return client.settle()
    except Closed:
        return []


def _forgotten(stage: Scene, writer: str, topics: Sequence[str]) -> None:
    """Take away what stayed at the broker."""
    for topic in topics:
        if may_write(writer, topic):
            with stage.client(writer) as client:
                client.publish(topic, b"", retain=True)


def asked(stage: Scene, wish: str) -> Found:
    """Everybody asks for one filter; all that may be written is written."""
    count = Count()
    for writer in (*BOXES, "intake"):
        writable = [topic for topic in TOPICS if may_write(writer, topic)]
        with ExitStack() as stack:
            clients = {name: stack.enter_context(stage.client(name)) for name in SPEAKERS}
            for client in clients.values():
                client.subscribe(wish)
                client.settle()
            for topic in writable:
                clients[writer].publish(topic, writer.encode())
            for name, client in clients.items():
                heard = client.settle()
                expected = {
                    (topic, writer.encode()) for topic in writable if fits(topic, wish) and may_read(name, topic)
                }
                if wish.startswith("$share/"):  # of a group one member is served, and one may be denied: it is lost
                    expected = {(one.topic, one.payload) for one in heard} & expected
                count.look(name, heard, expected, 1, f"{wish} asked for, {writer} wrote")
    return count.found()


def willed(stage: Scene, writer: str, topics: Sequence[str]) -> Found:
    """One identity leaves a will for every topic and is cut off; a will that counts comes last, as a mark."""
    count, readers = Count(), [name for name in SPEAKERS if name != writer]
    wills = [Will(topic, f"will {writer} {nth}".encode()) for nth, topic in enumerate(topics)]
    with ExitStack() as stack:
        listening = {name: stack.enter_context(stage.client(name)) for name in readers}
        for client in listening.values():
            client.subscribe("#", "$SYS/#", f"{ROOT}/+/+", f"{ROOT}/all/order", f"{ROOT}/feed/#")
            client.settle()
        for will in wills:
            with suppress(Closed):
                stage.client(writer, will=will).__enter__().cut()
        _noticed(stage, writer)
        for name, client in listening.items():
            heard = [one for one in client.settle() if one.payload.startswith(b"will")]
            expected = {
                (will.topic, will.payload)
                for will in wills
                if may_write(writer, will.topic) and may_read(name, will.topic)
            }
            count.look(name, heard, expected, len(wills), f"{writer} left a will")
    return count.found()


def _noticed(stage: Scene, writer: str) -> None:
    """The broker reads its lines in turn: who comes after a cut line, and is answered, knows that it was seen."""
    for _ in range(3):
        with suppress(Closed), stage.client(writer) as client:
            client.settle()


def outside(stage: Scene, name: str, topics: Sequence[str]) -> Found:
    """Who has no certificate of the county's authority speaks before he is answered, and is not heard."""
    count = Count()
    with ExitStack() as stack:
        listening = {reader: stack.enter_context(stage.client(reader)) for reader in SPEAKERS}
        for client in listening.values():
            client.subscribe("#", f"{ROOT}/+/+", f"{ROOT}/feed/#")
            client.settle()
        for topic in topics:
            heard: list[Heard] = []
            with suppress(Closed):
                heard = _rushed(stage, name, topic)
                count.wrong.append(f"{name or 'nobody'} was let in")
            count.look(name, heard, set(), 1, "from outside")
        for reader, client in listening.items():
            count.look(reader, client.settle(), set(), len(topics), f"{name or 'nobody'} wrote")
    return count.found()


def _rushed(stage: Scene, name: str, topic: str) -> list[Heard]:
    """Speak and ask before the broker has said who may come in. Raises Closed when it does not let us."""
    client = stage.client(name)
    try:
        client.say(topic, b"from outside", retain=True)
        client.subscribe("#")
        return client.settle()
    finally:
        client.cut()


def wild(stage: Scene) -> Found:
    """A topic with a wildcard, or none, is no topic: nobody hears anything."""
    count = Count()
    for writer in SPEAKERS:
        with ExitStack() as stack:
            listening = {name: stack.enter_context(stage.client(name)) for name in SPEAKERS if name != writer}
            for client in listening.values():
                client.subscribe("#", f"{ROOT}/+/+", f"{ROOT}/feed/#")
                client.settle()
            for topic in WILD:
                _written(stage, writer, topic, b"wild", retain=False)
                for name, client in listening.items():
                    mine = [one for one in client.settle() if one.payload == b"wild"]
                    count.look(name, mine, set(), 1, f"{writer} wrote {topic!r}")
    return count.found()


def taken_over(stage: Scene) -> Found:
    """Others come with a station's client id while it is here and while it is away: it loses and they read nothing."""
    count, owner, topic = Count(), BOXES[0], f"{ROOT}/{BOXES[0]}/order"
    with stage.client(owner, clean=True, session_s=3600) as first:
        first.subscribe(topic)
    for clean in (True, False):
        for here in (True, False):
            for thief in (BOXES[1], "ghost", "feed", "intake"):
                _one_takeover(stage, count, thief, topic, clean=clean, here=here)
    return count.found()


def _one_takeover(stage: Scene, count: Count, thief: str, topic: str, *, clean: bool, here: bool) -> None:
    owner, how = BOXES[0], f"{thief} as {BOXES[0]}, clean {clean}, owner here {here}"
    sent = [f"{how} {nth}".encode() for nth in range(QUEUED)]
    with ExitStack() as stack:
        if here:
            client = stack.enter_context(stage.client(owner, clean=False, session_s=3600))
        stolen: list[Heard] = []
        with suppress(Closed), Mqtt(stage.broker.port, stage.shown[thief], owner, clean=clean) as robber:
            robber.subscribe(topic, "#")
            speaker = robber if thief == "intake" else stack.enter_context(stage.client("intake"))
            for payload in sent:
                speaker.publish(topic, payload)
            stolen = [one for one in robber.settle() if one.topic == topic]
        if not here:
            client = stack.enter_context(stage.client(owner, clean=False, session_s=3600))
        heard = client.settle()
        if not client.session_present:
            count.wrong.append(f"{how}: the owner's session is gone")
    count.look(thief, stolen, set(), 1, how)
    count.look(owner, heard, {(topic, payload) for payload in sent}, 1, how)


def revoked(stage: Scene) -> Found:
    """A station leaves the list: what it left at the broker is not given out, and it neither speaks nor hears."""
    count, gone = Count(), BOXES[1]
    status = f"{ROOT}/{gone}/status"
    with stage.client(gone) as client:
        client.publish(status, b"kept", retain=True)
    with stage.client("intake") as reader:
        reader.subscribe(f"{ROOT}/+/status")
        count.look("intake", reader.settle(), {(status, b"kept")}, 1, "before it is revoked")
    with stage.client(gone) as client, stage.client("ghost") as other:
        client.subscribe(f"{ROOT}/{gone}/order", f"{ROOT}/all/order")
        other.subscribe("#")
        listed(stage, BOXES[:1], client)
        with stage.client("intake") as reader:
            reader.subscribe(f"{ROOT}/+/status", f"{ROOT}/+/up")
            count.look("intake", reader.settle(), set(), 1, "retained by a revoked station")
            reader.publish(f"{ROOT}/{gone}/order", b"for nobody")
            reader.publish(f"{ROOT}/all/order", b"for nobody")
            count.look(gone, client.settle(), set(), 2, "a revoked station listened")
            with suppress(Closed):
                client.publish(f"{ROOT}/{gone}/up", b"still here")
            for name, listener in (("intake", reader), ("ghost", other)):
                count.look(name, listener.settle(), set(), 1, "a revoked station wrote")
    listed(stage, BOXES)
    with stage.client(gone) as client:
        client.publish(status, b"", retain=True)
    return count.found()


def listed(stage: Scene, stations: Sequence[str], gone: Mqtt | None = None) -> None:
    """Write the list anew and have the broker read it, as after `liangzheng county enrol` or `revoke`.

    It is read when an order no longer reaches the station that is `gone`.
    """
    acl = stage.broker.folder / "mosquitto" / "acl"
    acl.write_text(access_list(COUNTY, stations), encoding="utf-8")
    stage.broker.signal(signal.SIGHUP)
    if gone is None:
        return

    def is_read() -> bool:
        with stage.client("intake") as office:
            office.publish(f"{ROOT}/all/order", b"?")
        return not gone.settle()

    wait_for(is_read, "the broker's new list")


def stolen(stage: Scene) -> Found:
    """A station joins a group of readers in the intake's name: it takes none of the intake's messages away."""
    count, topic = Count(), f"{ROOT}/{BOXES[0]}/up"
    sent = [f"shared {nth}".encode() for nth in range(QUEUED)]
    with stage.client("intake") as intake, stage.client(BOXES[1]) as thief, stage.client(BOXES[0]) as owner:
        intake.subscribe(f"{ROOT}/+/up")
        for group in ("intake", "g", COUNTY):
            thief.subscribe(f"$share/{group}/{ROOT}/+/up")
        for payload in sent:
            owner.publish(topic, payload)
        count.look("intake", intake.settle(), {(topic, payload) for payload in sent}, 1, "a thief in a group")
        count.look(BOXES[1], thief.settle(), set(), 1, "a thief in a group")
    return count.found()


def starved(stage: Scene, group: str) -> Found:
    """A station joins the groups that it can think of; the intakes, who share theirs, lack no message by that.

    The broker itself gives to the thief what he may not hear: in his group the message is gone. So nobody may know it.
    """
    count, topic = Count(), f"{ROOT}/{BOXES[0]}/up"
    known = ("intake", "intakes", "intake.2", "liangzheng", COUNTY, f"liangzheng.{COUNTY}", "witness", BOXES[1])
    sent = {(topic, f"shared {nth}".encode()) for nth in range(QUEUED)}
    with stage.client("intake") as intake, stage.client(BOXES[1]) as thief, stage.client(BOXES[0]) as owner:
        intake.subscribe(f"$share/{group}/{ROOT}/+/up")
        for name in known:
            thief.subscribe(f"$share/{name}/{ROOT}/+/up")
        for _, payload in sorted(sent):
            owner.publish(topic, payload)
        count.look("intake", intake.settle(), sent, len(known), "a thief who guesses the group")
        count.look(BOXES[1], thief.settle(), set(), len(known), "a thief who guesses the group")
    if group in (stage.broker.folder / "mosquitto" / "acl").read_text(encoding="utf-8"):
        count.wrong.append("the group of the intakes stands in the broker's list")
    return count.found()


def robbed(stage: Scene, group: str) -> Found:
    """The control: who does know the group takes messages away, unheard. When this holds no more, `starved` is idle."""
    topic, sent = f"{ROOT}/{BOXES[0]}/up", [f"known {nth}".encode() for nth in range(QUEUED)]
    with stage.client("intake") as intake, stage.client(BOXES[1]) as thief, stage.client(BOXES[0]) as owner:
        for client in (intake, thief):
            client.subscribe(f"$share/{group}/{ROOT}/+/up")
        for payload in sent:
            owner.publish(topic, payload)
        came = {one.payload for one in intake.settle()}
    return Found([] if came < {*sent} else ["a thief who knows the group took nothing away"], {"cells": 1})


def units(seed: int, count: int | None) -> Generator[Unit, None, None]:
    """The whole matrix; `count` limits the topics of each part. All parts share one broker. The seed turns the topics,
    so that a short count sees others.
    """
    turn = seed % len(TOPICS)
    topics = (TOPICS[turn:] + TOPICS[:turn])[:count]
    with scene() as stage:
        for writer in SPEAKERS:
            for retain in (False, True):
                yield (
                    f"{writer} {'retained' if retain else 'said'}",
                    lambda w=writer, r=retain: said(  # type: ignore[misc]
                        stage, w, topics, retain=r
                    ),
                )
            yield f"{writer} willed", lambda w=writer: willed(stage, w, topics)  # type: ignore[misc]
        for wish in FILTERS[:count]:
            yield f"asked {wish}", lambda f=wish: asked(stage, f)  # type: ignore[misc]
        for name in OUTSIDERS:
            yield f"outside {name or 'nobody'}", lambda n=name: outside(stage, n, topics)  # type: ignore[misc]
        yield "wildcards", lambda: wild(stage)
        yield "takeover", lambda: taken_over(stage)
        yield "stolen", lambda: stolen(stage)
        group = group_of(read_key(stage.broker.folder / "keys" / "witness.key"))
        yield "starved", lambda: starved(stage, group)
        yield "robbed", lambda: robbed(stage, group)
        yield "revoked", lambda: revoked(stage)
