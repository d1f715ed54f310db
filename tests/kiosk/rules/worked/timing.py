"""The worked rows of `packs/rules/timing.toml`, put to the real rules."""

from collections.abc import Callable
from decimal import Decimal

from kiosk.rules.quality_control import timing as rules
from kiosk.rules.quality_control.timing import Moment, Timer
from kiosk.rules.testing.methods import TimedStep
from tests.support import quality as made

Given = dict[str, str]


def _moment(text: str) -> Moment:
    boot, _, uptime = text.partition(", ")
    return Moment(made.EIGHT, boot.replace(" ", ""), made.span(uptime))


def _restarted(given: Given) -> str:
    return made.told([rules.interrupted(_moment(given["started"]), _moment(given["now"]))], "timing/restarted")


def _suspended(given: Given) -> str:
    now = made.moment("0:05:00", asleep=given["slept"])
    return made.told([rules.interrupted(made.moment(), now)], "timing/suspended")


def _of_timer(rule: str, step: TimedStep, passed: str, temperature: Decimal | None = None) -> str:
    timer = rules.ended(rules.started(step, made.moment()), made.moment(passed), temperature)
    return made.told(rules.step_rulings([step], [timer], made.moment(passed)), rule)


def _early(given: Given) -> str:
    return _of_timer("timing/early", made.step(least=int(given["least"])), given["passed"])


def _missed(given: Given) -> str:
    most = int(given["most"]) if given["most"] else None
    return _of_timer("timing/missed", made.step(most=most), given["passed"])


def _skipped(given: Given) -> str:
    steps = [made.step(name) for name in given["steps"].split()]
    timers = [Timer(one, made.moment(), made.moment("0:03:00")) for one in steps if one.id in given["timed"].split()]
    return made.told(rules.step_rulings(steps, timers, made.moment("0:03:00")), "timing/skipped")


def _unended(given: Given) -> str:
    end = made.moment("0:03:00") if given["ended"] == "yes" else None
    found = rules.step_rulings([made.step()], [Timer(made.step(), made.moment(), end)], made.moment("0:03:00"))
    return made.told(found, "timing/unended")


def _temperature(rule: str, step: TimedStep, value: str) -> str:
    return _of_timer(rule, step, "0:03:00", made.number(value))


def _too_soon(given: Given) -> str:
    steps = [made.step(least=int(least)) for least in given["steps"].split()]
    return made.told([rules.too_soon(made.span(given["waited"]), steps)], "timing/too_soon")


WORKED: dict[str, Callable[[Given], str]] = {
    "timing/restarted": _restarted,
    "timing/suspended": _suspended,
    "timing/early": _early,
    "timing/missed": _missed,
    "timing/skipped": _skipped,
    "timing/unended": _unended,
    "timing/cold": lambda given: _temperature("timing/cold", made.step(low=given["limit"]), given["value"]),
    "timing/hot": lambda given: _temperature("timing/hot", made.step(high=given["limit"]), given["value"]),
    "timing/too_soon": _too_soon,
}
