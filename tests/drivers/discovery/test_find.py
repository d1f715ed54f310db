"""Looking for instruments on real terminals: twins, silent and babbling things beside them, a port that is taken."""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from drivers.analyzer.conversation import Port
from drivers.discovery import Look, Search, askable, find, safe
from drivers.errors import Refused
from drivers.ports import Line, open_port
from drivers.profile.folder import digest, shipped
from drivers.profile.form import Profile
from drivers.profile.link import Link
from drivers.simulated.analyzer import ResidueTwin
from drivers.simulated.analyzer_modbus import ChlorineTwin
from drivers.simulated.pty import PtyDevice, Twin
from drivers.sockets import Socket

RESIDUE, CHLORINE, TAIYANG = (
    shipped().find(name) for name in ("dayuan-tl310", "globalwater-cl500", "taiyang-ttj-8h16")
)
BOTH = (RESIDUE, CHLORINE)


class Silent:
    def answer(self, data: bytes) -> bytes:
        return b""

    def tick(self) -> bytes:
        return b""


class Babbler(Silent):
    def tick(self) -> bytes:
        return bytes(range(64))


class Parrot(Silent):
    def answer(self, data: bytes) -> bytes:
        return b"?" + data


class Endless(Silent):
    """Answers, and does not come to an end."""

    def __init__(self) -> None:
        self._asked = False

    def answer(self, data: bytes) -> bytes:
        self._asked = True
        return b""

    def tick(self) -> bytes:
        return b"\x7e" * 8 if self._asked else b""


class Newer(ChlorineTwin):
    """Its next firmware: 2.4.2."""

    def _input(self) -> list[int]:
        return [*(words := super()._input())[:4], 2, *words[5:]]


class Listened:
    """A twin and every byte that reached it."""

    def __init__(self, twin: Twin) -> None:
        self.heard = b""
        self._twin = twin

    def answer(self, data: bytes) -> bytes:
        self.heard += data
        return self._twin.answer(data)

    def tick(self) -> bytes:
        return self._twin.tick()


WITHIN = 20.0  # seconds
Plug = Callable[[str, Twin], Socket]


@pytest.fixture
def plug(tmp_path: Path) -> Iterator[Plug]:
    with ExitStack() as plugged:

        def made(name: str, twin: Twin) -> Socket:
            return Socket(str(plugged.enter_context(PtyDevice(twin, tmp_path / name)).link))

        yield made


class Patient:
    """A port whose silence counts only after seconds: on a busy machine a twin may speak later than a device would."""

    def __init__(self, port: Port) -> None:
        self._port = port
        self.write, self.drain, self.close = port.write, port.drain, port.close

    def read(self, size: int, timeout: float) -> bytes:
        return self._port.read(size, max(timeout, WITHIN))


def opened(where: str, link: Link) -> Port:
    """What hangs at a place named "babbling" never falls silent, so that nobody waits for its silence in vain."""
    port = open_port(where, link)
    return Patient(port) if Path(where).name == "babbling" else port


def looked(places: Sequence[Socket], *profiles: Profile, feared: tuple[Profile, ...] = BOTH) -> list[Look]:
    return list(find(places, Search(profiles or BOTH, opened, feared)))


def code(look: Look) -> str:
    return "found" if look.problem is None else look.problem.code


def changed(profile: Profile, **tables: dict[str, object]) -> Profile:
    """The same profile with other words in some of its tables."""
    update = {name: getattr(profile, name).model_copy(update=keys) for name, keys in tables.items()}
    return profile.model_copy(update=update)


def test_each_twin_is_found_where_it_hangs(plug: Plug) -> None:
    places = [plug("a", ChlorineTwin()), plug("b", ResidueTwin())]
    told = {look.socket: look for look in looked(places)}
    assert [code(told[place]) for place in places] == ["found", "found"]
    chlorine, residue = (told[place].found for place in places)
    assert chlorine is not None
    assert residue is not None
    assert chlorine.identity is not None
    assert (chlorine.identity.model, chlorine.identity.firmware) == ("CL500", "1.4.2")
    assert residue.profile == RESIDUE
    assert residue.identity is not None
    assert residue.identity.digest == digest(RESIDUE)


def test_the_silent_and_the_babbling_delay_nobody(plug: Plug) -> None:
    """Who answers is told before the others have even been given up."""
    twins: dict[str, Twin] = {"silent": Silent(), "babbling": Babbler(), "left": ResidueTwin(), "right": ResidueTwin()}
    looks = looked([plug(name, twin) for name, twin in twins.items()], RESIDUE)
    names = [(Path(look.socket.where).name, code(look)) for look in looks]
    assert sorted(names[:2]) == [("left", "found"), ("right", "found")]
    assert sorted(names[2:]) == [("babbling", "analyzer.speaking"), ("silent", "analyzer.nobody")]


def test_one_that_speaks_unasked_is_not_asked(plug: Plug) -> None:
    babbler = Listened(Babbler())
    (look,) = looked([plug("babbling", babbler)])
    assert (code(look), look.answers, babbler.heard) == ("analyzer.speaking", (), b"")


def test_a_socket_in_use_is_named_and_left_alone(plug: Plug) -> None:
    twin = Listened(ResidueTwin())
    place = plug("used", twin)
    held = open_port(place.where, Line(115200))
    (look,) = looked([place])
    held.close()
    assert (code(look), twin.heard) == ("link.busy", b"")
    assert look.problem is not None
    assert look.problem.facts == {"port": place.where}


def test_a_socket_that_we_may_not_open_and_one_that_is_not_there(tmp_path: Path) -> None:
    with PtyDevice(ResidueTwin(), tmp_path / "closed", mode=0o000) as device:
        assert as_nobody(lambda: code(looked([Socket(str(device.link))])[0])) == "link.denied"
    assert code(looked([Socket(str(tmp_path / "gone"))])[0]) == "link.absent"


def as_nobody(work: Callable[[], str]) -> str:
    """In a process of its own that is not root."""
    ours, theirs = multiprocessing.get_context("fork").Pipe()

    def run() -> None:
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
        theirs.send(work())

    process = multiprocessing.get_context("fork").Process(target=run)
    process.start()
    told: str = ours.recv()
    process.join()
    return told


def test_an_unknown_firmware_is_named(plug: Plug) -> None:
    (look,) = looked([plug("new", Newer())])
    assert code(look) == "analyzer.unknown"
    assert look.problem is not None
    facts = look.problem.facts
    assert (facts["model"], facts["field"], facts["value"]) == ("CL500", "firmware", "2.4.2")


def test_what_answers_in_no_known_form_is_told_apart_from_silence(plug: Plug) -> None:
    (look,) = looked([plug("odd", Parrot())])
    assert code(look) == "analyzer.strange"


def test_an_answer_without_end_is_given_up(plug: Plug) -> None:
    (look,) = find([plug("endless", Endless())], Search((RESIDUE,), open_port, patience=0.4))
    assert [answer.problem and answer.problem.code for answer in look.answers] == ["analyzer.babbling"]
    assert code(look) == "analyzer.strange"


def test_two_profiles_that_accept_one_answer_are_refused(plug: Plug) -> None:
    rival = changed(RESIDUE, device={"model": "TL-300"}).model_copy(update={"id": "dayuan-tl300"})
    (look,) = looked([plug("x", ResidueTwin())], RESIDUE, rival)
    assert code(look) == "analyzer.claimed"
    assert isinstance(look.problem, Refused)
    assert look.problem.facts["found"] == "TL-310, TL-300"


def test_an_answer_that_names_nobody_gives_way_to_one_that_does(plug: Plug) -> None:
    vague = changed(RESIDUE, identify={"weak": True}).model_copy(update={"id": "any-tester"})
    (both,) = looked([plug("x", ResidueTwin())], vague, RESIDUE)
    (alone,) = looked([both.socket], vague)
    assert [look.found and look.found.profile.id for look in (both, alone)] == ["dayuan-tl310", "any-tester"]


def test_a_second_speed_is_tried(plug: Plug) -> None:
    lines: list[int | None] = []

    def opener(where: str, line: Link) -> Port:
        lines.append(line.baud)
        return open_port(where, line)

    slow = changed(RESIDUE, link={"fallback": (9600, 4800), "retries": 0})
    looks = list(find([plug("x", Silent())], Search((slow, CHLORINE), opener)))
    assert ([code(look) for look in looks], lines) == (["analyzer.nobody"], [115200, 9600, 4800])


def test_nothing_is_asked_after_an_instrument_was_recognised(plug: Plug) -> None:
    twin = Listened(ResidueTwin())
    looked([plug("x", twin)])
    assert twin.heard == bytes.fromhex("7E010100FF71AA")


def test_a_question_that_another_instrument_would_suffer_from_is_never_sent(plug: Plug) -> None:
    """The hello of one is the erase command of the other: neither on its socket nor on any."""
    frail = changed(TAIYANG, link={"forbid": (bytes.fromhex("010100FF"),)})
    twins = [Listened(ResidueTwin()), Listened(Silent()), Listened(ChlorineTwin())]
    places = [plug(str(n), twin) for n, twin in enumerate(twins)]
    looks = {look.socket: look for look in looked(places, feared=(*BOTH, frail))}
    assert [code(looks[place]) for place in places] == ["analyzer.nobody", "analyzer.nobody", "found"]
    assert not any(bytes.fromhex("010100FF") in twin.heard for twin in twins)
    told = looks[places[0]].answers[0].problem
    assert told is not None
    assert (told.code, told.facts["other"]) == ("analyzer.dangerous", TAIYANG.device.model)


def test_bytes_of_two_questions_together_are_watched_too(plug: Plug) -> None:
    """The end of the first question and the beginning of the second are one command to who reads on."""
    twin = Listened(Silent())
    rival = RESIDUE.model_copy(update={"id": "dayuan-tl300"})
    frail = changed(TAIYANG, link={"forbid": (bytes.fromhex("AA7E"),)})
    quick = changed(RESIDUE, link={"retries": 0})
    (look,) = looked([plug("x", twin)], quick, rival, feared=(frail,))
    assert [answer.problem.code for answer in look.answers if answer.problem] == [
        "analyzer.silent",
        "analyzer.dangerous",
    ]
    assert twin.heard == bytes.fromhex("7E010100FF71AA")


def test_which_profiles_may_be_asked() -> None:
    unsafe = changed(RESIDUE, identify={"safe": False})
    speaker = changed(RESIDUE, link={"initiative": "device"})
    nameless = RESIDUE.model_copy(update={"identify": None})
    assert [(askable(p), safe(p)) for p in (RESIDUE, unsafe, speaker, nameless)] == [
        (True, True),
        (True, False),
        (False, False),
        (False, False),
    ]


def test_no_socket_no_look() -> None:
    assert looked([]) == []
