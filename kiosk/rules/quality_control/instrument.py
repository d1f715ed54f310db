"""The analyzer and its room: calibration, temperature, humidity, and a clock that nobody vouches for."""

from datetime import date, timedelta
from decimal import Decimal

from kiosk.rules.ruling import Ruling, stop, warn
from kiosk.rules.settings import CountySettings

DAMP = Decimal(85)  # % relative; S37: RH <= 85 %, of a calibration specification, perhaps a draft


def due_day(calibrated: date, settings: CountySettings) -> date:
    """The last day on which the calibration still counts."""
    return calibrated + timedelta(days=settings.calibration_days)


def calibration_ruling(calibrated: date | None, today: date, settings: CountySettings) -> Ruling | None:
    """`calibrated` is the day on the analyzer's calibration certificate; a day to come is no calibration."""
    if calibrated is None or calibrated > today:
        return warn("control/calibration_unknown", "control.calibration_unknown")
    due = due_day(calibrated, settings)
    last = due + timedelta(days=settings.calibration_grace_days)
    if today <= due:
        return None
    if today <= last:
        left = str((last - today).days)
        return warn("control/calibration_due", "control.calibration_due", due=str(due), last=str(last), left=left)
    return stop("control/calibration_over", "control.calibration_over", due=str(due), last=str(last))


def ambient_rulings(
    temperature: Decimal | None, humidity: Decimal | None, settings: CountySettings
) -> tuple[Ruling, ...]:
    """°C and % relative beside the analyzer; what is not measured is said once, the thermometer first."""
    found = (_temperature(temperature, settings), _humidity(temperature, humidity))
    return tuple(ruling for ruling in found if ruling is not None)


def clock_ruling(*, trusted: bool) -> Ruling | None:
    """Dates are judged all the same: such a clock is mostly behind, so what it calls over is over."""
    return None if trusted else warn("control/clock", "control.clock")


def _temperature(value: Decimal | None, settings: CountySettings) -> Ruling | None:
    if value is None:
        return warn("control/no_thermometer", "control.no_thermometer")
    low, high = settings.ambient_low, settings.ambient_high
    if value < low:
        return warn("control/cold", "control.cold", value=str(value), limit=str(low))
    if value > high:
        return warn("control/hot", "control.hot", value=str(value), limit=str(high))
    return None


def _humidity(temperature: Decimal | None, value: Decimal | None) -> Ruling | None:
    if value is None:
        return None if temperature is None else warn("control/no_hygrometer", "control.no_hygrometer")
    return warn("control/damp", "control.damp", value=str(value), limit=str(DAMP)) if value > DAMP else None
