"""A profile's transcripts, run through the real driver in virtual time. No clock, no port, no judgement."""

from drivers.analyzer.analyzer import Analyzer, Person
from drivers.errors import DeviceError, ProfileError
from drivers.evidence.replay import ReplayPort
from drivers.profile.folder import Shelf, named, shipped
from drivers.profile.form import Profile
from drivers.profile.sent import days_from
from drivers.transcript import Case, Golden, parse, told


class Watching:
    """The person of a replay: does what stands in the case."""

    def __init__(self, port: ReplayPort) -> None:
        self._port = port

    def asked(self, word: str) -> None:
        self._port.operator(word)

    def waiting(self, seconds: int) -> float:
        """The profile's own time, which passes in virtual time."""
        return seconds


def play(profile: Profile, case: Case, port: ReplayPort) -> tuple[str, ...]:
    """The `=` lines that the driver arrives at; a strict port also demands that the whole case was used."""
    analyzer = Analyzer(profile, port, port.clock, port.pause)
    try:
        outcome = ran(analyzer, case.run, Watching(port))
        analyzer.close()
    except ProfileError:
        raise
    except DeviceError as problem:
        port.close()
        return told(problem)
    return outcome


def ran(analyzer: Analyzer, run: str, person: Person) -> tuple[str, ...]:
    """`identify`, or `NAME [DAY..DAY]` of an exchange or a sequence; of one that speaks by itself: its word."""
    name, _, days = run.partition(" ")
    if name == "identify":
        return told(analyzer.identify())
    if analyzer.listens and not analyzer.profile.session.greeting:
        return told(analyzer.listen(analyzer.profile.link.reply_ms / 1000))
    return told(analyzer.read(name, days_from(days) if days else None, person))


def golden_of(profile_id: str, shelf: Shelf | None = None) -> Golden:
    """Raises ProfileError: absent, or a line that cannot be read."""
    file = (shelf or shipped()).place(profile_id, ".golden")
    try:
        return parse(file.read_text("utf-8"), named(file))
    except (OSError, UnicodeDecodeError) as absent:
        raise ProfileError("profile.golden.absent", file=named(file)) from absent


def succeeds(case: Case) -> bool:
    """Does it end in a reading or an identity?"""
    return bool(case.told) and case.told[0].startswith("{")


def is_identity(case: Case) -> bool:
    return case.run == "identify" and succeeds(case)
