"""A twin for every profile: one of its own where there is one, else the instrument of its golden."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from drivers.evidence.goldens import golden_of
from drivers.profile.folder import Shelf, shipped
from drivers.profile.sent import asks_for, literal
from drivers.simulated import analyzer, analyzer_modbus, faults, modbus_probes
from drivers.simulated.analyzer import ResidueTwin
from drivers.simulated.analyzer_modbus import ChlorineTwin, RegisterTwin
from drivers.simulated.colorimeter import ColorimeterTwin
from drivers.simulated.faults import Faulty
from drivers.simulated.golden import GoldenTwin
from drivers.simulated.modbus_probes import AmbientTwin, BoxTwin, TurbidityTwin
from drivers.simulated.optics import OpticsTwin
from drivers.simulated.pages import PagesTwin
from drivers.simulated.pty import Twin

ERASES = "erase-after-send"  # a fault of the instrument itself: what it sent is gone
FAULTS = tuple(sorted({*faults.FAULTS, *analyzer_modbus.FAULTS, ERASES}))
TELLING = "as-captured"  # the scenario of a twin that says what stands in its golden
SCENARIOS = {
    "dayuan-tl310": tuple(analyzer.SCENARIOS),
    "taiyang-ttnj-8": tuple(analyzer.SCENARIOS),
    "dayuan-dy3500": tuple(analyzer.SCENARIOS),
    "globalwater-cl500": tuple(analyzer_modbus.SCENARIOS),
    "yosemitech-y511": modbus_probes.TURBIDITY,
    "trios-tribox3": modbus_probes.BOX,
    "xy-md02": modbus_probes.AMBIENT,
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What is simulated. `scenario` "" is the first of the profile's; `fault` is one of FAULTS."""

    scenario: str = ""
    seed: int = 1
    run_seconds: float = 1.0
    fault: str | None = None


def scenarios(profile_id: str) -> tuple[str, ...]:
    """What can be simulated of an instrument, the usual case first."""
    return SCENARIOS.get(profile_id.split("/", maxsplit=1)[0], (TELLING,))


def twin_of(
    profile_id: str, plan: Plan, shelf: Shelf | None = None, clock: Callable[[], float] = time.monotonic
) -> Faulty | RegisterTwin:
    """The instrument on a line where `fault` happens, which can be set and cleared. ProfileError: no such profile."""
    shelf = shelf or shipped()
    profile = shelf.find(profile_id)
    fault = None if plan.fault == ERASES else plan.fault
    twin = _modbus(profile.id, plan) or Faulty(_other(shelf, profile_id, plan, clock), clock, seed=plan.seed)
    twin.fault = fault
    twin.late_by = 1.3 * profile.link.reply_ms / 1000
    return twin


def _modbus(model: str, plan: Plan) -> RegisterTwin | None:
    """These know a wrong unit when they see one, and keep their sums right in all but what is asked for."""
    scenario = plan.scenario or scenarios(model)[0]
    match model:
        case "globalwater-cl500":
            return ChlorineTwin(scenario, plan.seed)
        case "yosemitech-y511":
            return TurbidityTwin(scenario, plan.seed)
        case "trios-tribox3":
            return BoxTwin(scenario, plan.seed)
        case "xy-md02":
            return AmbientTwin(scenario, plan.seed)
    return None


def _other(shelf: Shelf, profile_id: str, plan: Plan, clock: Callable[[], float]) -> Twin:
    profile = shelf.find(profile_id)
    scenario, erases = plan.scenario or scenarios(profile_id)[0], plan.fault == ERASES
    match profile.id:
        case "dayuan-tl310":
            return ResidueTwin(scenario, plan.seed, plan.run_seconds, auto=True, clock=clock)
        case "taiyang-ttnj-8":
            return PagesTwin(scenario, plan.seed, plan.run_seconds, auto=True, erases=erases, clock=clock)
        case "dayuan-dy3500":
            return OpticsTwin(clock, scenario, plan.seed, reads=2)
        case "iorodeo-colorimeter":
            return ColorimeterTwin(plan.seed)
    open_ended = [exchange for exchange in profile.exchange.values() if asks_for(exchange)]
    prefixes = [begin for exchange in open_ended for begin in literal(profile, exchange)]
    return GoldenTwin(golden_of(profile_id, shelf), clock, prefixes, forgets=erases)
