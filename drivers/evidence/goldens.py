"""Does a profile keep what it claims? Its goldens run through the real driver, its probe is held against all others.

No clock, no port: replay runs in virtual time.
"""

from collections.abc import Iterable, Iterator

from drivers.analyzer.analyzer import Analyzer
from drivers.errors import DeviceError, ProfileError
from drivers.evidence.replay import ReplayPort
from drivers.evidence.transcript import Case, Golden, parse, told
from drivers.profile.folder import faults, find, frame_of, known, load, place
from drivers.profile.form import Profile, Registers


def play(profile: Profile, case: Case, port: ReplayPort) -> tuple[str, ...]:
    """The `=` lines that the driver arrives at; a strict port also demands that the whole case was used."""
    analyzer = Analyzer(profile, port, port.clock, port.pause)
    try:
        outcome = told(analyzer.identify() if case.run == "identify" else analyzer.read(case.run))
        analyzer.close()
    except ProfileError:
        raise
    except DeviceError as problem:
        port.close()
        return told(problem)
    return outcome


def golden_of(profile_id: str) -> Golden:
    file = place(profile_id, ".golden")
    try:
        return parse(file.read_text("utf-8"), file.name)
    except OSError as absent:
        raise ProfileError("profile.golden.absent", file=file.name) from absent


def check(profile_id: str) -> list[ProfileError]:
    """Everything that speaks against a profile: form, references, goldens, dangerous probes."""
    file = place(profile_id)
    if found := faults(file):
        return found
    profile = load(file)
    try:
        golden = golden_of(profile_id)
    except ProfileError as broken:
        return [broken]
    return [*_kinds(profile, golden), *_played(profile, golden), *_probes(profile, map(find, known()))]


def _kinds(profile: Profile, golden: Golden) -> Iterator[ProfileError]:
    """At least one success, one refusal and one fault, all of this very revision."""
    named = f"{profile.id}@{profile.revision}"
    if golden.profile != named:
        yield ProfileError("profile.golden.other", profile=named, found=golden.profile)
    ends = [case.told[0].split(" ")[0] if case.told else "" for case in golden.cases]
    for kind, present in (
        ("success", any(end.startswith("{") for end in ends)),
        ("refusal", "refused" in ends),
        ("fault", "error" in ends),
    ):
        if not present:
            yield ProfileError("profile.golden.kind", profile=named, kind=kind)


def _played(profile: Profile, golden: Golden) -> Iterator[ProfileError]:
    for case in golden.cases:
        try:
            outcome = play(profile, case, ReplayPort(case))
        except ProfileError as differs:
            differs.facts.update(profile=profile.id, case=case.name)
            yield differs
            continue
        if outcome != case.told:
            facts = {"wanted": " | ".join(case.told), "found": " | ".join(outcome)}
            yield ProfileError("profile.golden.result", profile=profile.id, case=case.name, **facts)


def _probes(profile: Profile, others: Iterable[Profile]) -> Iterator[ProfileError]:
    """The question by which we look for this device must not destroy anything on another one."""
    exchange = profile.exchange[profile.identify.exchange]
    if isinstance(exchange, Registers) or not profile.identify.safe:
        return
    form = frame_of(profile)
    probe = exchange.send if form is None else form.start + exchange.send
    for other in others:
        if any(bad in probe for bad in other.link.forbid):
            yield ProfileError("profile.probe", profile=profile.id, other=other.id)
