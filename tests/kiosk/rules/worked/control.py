"""The worked rows of `packs/rules/control.toml`, put to the real rules."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from kiosk.rules.messages import Control, Outcome
from kiosk.rules.quality_control import control as rules
from kiosk.rules.quality_control import instrument
from kiosk.rules.quality_control.control import Around, Blank
from kiosk.rules.settings import CountySettings
from kiosk.rules.testing.methods import BatchControl, MethodPack
from tests.support import quality as made

Given = dict[str, str]


def _blank(blank: Around, sample: Around, rule: str, settings: CountySettings | None = None) -> str:
    measured = Blank(blank, Decimal("0.5"))
    return made.told(rules.blank_rulings(measured, sample, made.rate(), settings or made.settings()), rule)


def _no_blank(given: Given) -> str:
    blank = Blank(made.around(), Decimal("0.5")) if given["blank"] == "yes" else None
    return made.told(rules.blank_rulings(blank, made.around(), made.rate(), made.settings()), "control/no_blank")


def _value(rule: str, given: Given, method: MethodPack) -> str:
    return made.told([rules.value_ruling(made.number(given["value"]), method)], rule)


def _weak(given: Given) -> str:
    how = replace(made.rate().rate, blank_min=Decimal(given["limit"]))
    return _value("control/blank_weak", given, replace(made.rate(), how=how))


def _strong(given: Given) -> str:
    how = replace(made.rate().rate, blank_max=Decimal(given["limit"]))
    return _value("control/blank_strong", given, replace(made.rate(), how=how))


def _reagent_blank(given: Given) -> str:
    return _value("control/reagent_blank", given, made.curve(Decimal(given["limit"])))


def _old(given: Given) -> str:
    settings = replace(made.settings(), blank_max_hours=Decimal(given["limit"]))
    return _blank(made.around(), made.around(given["apart"]), "control/blank_old", settings)


def _drift(given: Given) -> str:
    blank, sample = (made.around(temperature=given[name]) for name in ("blank", "sample"))
    settings = replace(made.settings(), blank_max_drift=Decimal(given["limit"]))
    return _blank(blank, sample, "control/blank_drift", settings)


def _outcome(text: str) -> Outcome | None:
    return Outcome(text) if text else None


def _batch(rule: str, given: Given) -> str:
    needed = [BatchControl(word) for word in given["needed"].split()]
    found = rules.batch_rulings(_outcome(given.get("blank", "")), _outcome(given.get("spiked", "")), needed)
    return made.told(found, rule)


def _log(what: str, text: str) -> list[tuple[datetime, Control]]:
    words = [word.strip() for word in text.split(", then ")] if text else []
    return [(made.EIGHT, made.control(what, passed=word in ("worked", "passed"))) for word in words]


def _positive_open(given: Given) -> str:
    standing = rules.positive_standing(_log("positive", given["last"]), made.EIGHT, made.settings())
    return made.told([standing], "control/positive_open")


def _positive(rule: str, given: Given) -> str:
    log = [(datetime.fromisoformat(given["last"]), made.control())] if given["last"] else []
    now = datetime.fromisoformat(given["now"]) if "now" in given else made.EIGHT + timedelta(hours=1)
    settings = replace(made.settings(), positive_control_days=int(given.get("days", "7")))
    return made.told([rules.positive_standing(log, now, settings)], rule)


def _channels(given: Given) -> str:
    changes = {number + 1: Decimal(value) for number, value in enumerate(given["channels"].split())}
    settings = replace(made.settings(), channel_difference=Decimal(given["limit"]))
    return made.told([rules.drift_ruling(changes, settings)], "control/channels")


def _calibration(rule: str, given: Given) -> str:
    days, grace = int(given.get("days", "365")), int(given.get("grace", "30"))
    settings = replace(made.settings(), calibration_days=days, calibration_grace_days=grace)
    calibrated = date.fromisoformat(given["calibrated"]) if given["calibrated"] else None
    return made.told([instrument.calibration_ruling(calibrated, date.fromisoformat(given["today"]), settings)], rule)


def _ambient(rule: str, temperature: str, humidity: str, low: str = "15", high: str = "35") -> str:
    settings = replace(made.settings(), ambient_low=Decimal(low), ambient_high=Decimal(high))
    return made.told(instrument.ambient_rulings(made.number(temperature), made.number(humidity), settings), rule)


WORKED: dict[str, Callable[[Given], str]] = {
    "control/no_blank": _no_blank,
    "control/blank_unread": lambda given: _value("control/blank_unread", given, made.rate()),
    "control/blank_weak": _weak,
    "control/blank_strong": _strong,
    "control/reagent_blank": _reagent_blank,
    "control/blank_other_run": lambda given: _blank(
        made.around(run=given["blank"]), made.around(run=given["sample"]), "control/blank_other_run"
    ),
    "control/blank_restarted": lambda given: _blank(
        made.around(session=given["blank"]), made.around(session=given["sample"]), "control/blank_restarted"
    ),
    "control/blank_other_lot": lambda given: _blank(
        made.around(lot=given["blank"]), made.around(lot=given["sample"]), "control/blank_other_lot"
    ),
    "control/blank_old": _old,
    "control/blank_drift": _drift,
    "control/no_blank_card": lambda given: made.told(
        [rules.card_ruling(_outcome(given["blank"]))], "control/no_blank_card"
    ),
    "control/blank_card_pale": lambda given: made.told(
        [rules.card_ruling(_outcome(given["blank"]))], "control/blank_card_pale"
    ),
    "control/no_batch_blank": lambda given: _batch("control/no_batch_blank", given),
    "control/batch_blank": lambda given: _batch("control/batch_blank", given),
    "control/no_spiked": lambda given: _batch("control/no_spiked", given),
    "control/spiked": lambda given: _batch("control/spiked", given),
    "control/positive_failed": lambda given: made.told(
        [rules.positive_ruling(Outcome(given["outcome"]))], "control/positive_failed"
    ),
    "control/positive_open": _positive_open,
    "control/positive_never": lambda given: _positive("control/positive_never", given),
    "control/positive_due": lambda given: _positive("control/positive_due", given),
    "control/channels": _channels,
    "control/channels_open": lambda given: made.told(
        [rules.channels_standing(_log("drift", given["last"]))], "control/channels_open"
    ),
    "control/calibration_unknown": lambda given: _calibration("control/calibration_unknown", given),
    "control/calibration_due": lambda given: _calibration("control/calibration_due", given),
    "control/calibration_over": lambda given: _calibration("control/calibration_over", given),
    "control/cold": lambda given: _ambient("control/cold", given["value"], "", low=given["limit"]),
    "control/hot": lambda given: _ambient("control/hot", given["value"], "", high=given["limit"]),
    "control/damp": lambda given: _ambient("control/damp", "25", given["value"]),
    "control/no_thermometer": lambda given: _ambient("control/no_thermometer", given["temperature"], ""),
    "control/no_hygrometer": lambda given: _ambient("control/no_hygrometer", given["temperature"], given["humidity"]),
    "control/clock": lambda given: made.told(
        [instrument.clock_ruling(trusted=given["clock"] == "trusted")], "control/clock"
    ),
}
