"""Which of a model's descriptions fits what stands there: exactly one, or a refusal that names what was found."""

from collections.abc import Callable, Iterator, Sequence

from drivers.analyzer.analyzer import Analyzer
from drivers.analyzer.conversation import Port
from drivers.errors import DeviceError, FrameError, LinkError, Refused
from drivers.profile.form import Profile
from drivers.profile.link import Link
from drivers.reading import Identity
from drivers.transcript import Tape

OpenPort = Callable[[Link], Port]


def recognise(profiles: Sequence[Profile], open_port: OpenPort, tape: Tape | None = None) -> tuple[Analyzer, Identity]:
    """Opens the port as each description demands and asks who is there; the port of the one that fits stays open.

    Refused `analyzer.unknown` when none fits, `analyzer.ambiguous` when two do; LinkError when nothing answers any.
    """
    if len(profiles) == 1 and not profiles[0].link.fallback:
        return _alone(profiles[0], profiles[0].link, open_port, tape)
    fitting: list[tuple[Profile, Link]] = []
    problems: list[DeviceError] = []
    for profile, link in _settings(profiles):
        if any(found == profile for found, _ in fitting):
            continue  # it answered at another speed already
        try:
            _asked(profile, link, open_port)
        except (Refused, FrameError, LinkError) as problem:
            if problem.code.startswith("link."):
                raise
            problems.append(problem)
        else:
            fitting.append((profile, link))
    if len(fitting) > 1:
        named = ", ".join(f"{found.id} {found.device.firmware}{found.device.dialect}" for found, _ in fitting)
        raise Refused("analyzer.ambiguous", model=profiles[0].device.model, found=named)
    if not fitting:
        raise _most_telling(problems)
    return _alone(*fitting[0], open_port, tape)


def _alone(profile: Profile, link: Link, open_port: OpenPort, tape: Tape | None) -> tuple[Analyzer, Identity]:
    """`link` is the profile's, at the speed at which the instrument answered."""
    analyzer = Analyzer(profile, open_port(link), tape=tape)
    try:
        return analyzer, analyzer.identify()
    except DeviceError:
        analyzer.close()
        raise


def _settings(profiles: Sequence[Profile]) -> Iterator[tuple[Profile, Link]]:
    """Every description at every speed at which its instrument may stand."""
    for profile in profiles:
        for baud in (profile.link.baud, *profile.link.fallback):
            yield profile, profile.link.model_copy(update={"baud": baud})


def _asked(profile: Profile, link: Link, open_port: OpenPort) -> Identity:
    analyzer = Analyzer(profile, open_port(link))
    try:
        return analyzer.identify()
    finally:
        analyzer.close()


def _most_telling(problems: list[DeviceError]) -> DeviceError:
    """A refusal names what was found, broken bytes say that something is there, silence says nothing."""
    for kind in (Refused, FrameError, LinkError):
        for problem in problems:
            if isinstance(problem, kind):
                return problem
    return LinkError("analyzer.silent")
