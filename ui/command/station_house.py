"""What a station does by itself, built from its configuration."""

from pathlib import Path

from kiosk.clock import Clock
from kiosk.daily import Daily
from kiosk.doctor import Doctor
from kiosk.housekeeping import Chore, Household, Retiring
from kiosk.pack_in_force import PacksInForce
from kiosk.record import Record
from kiosk.restart import Restart
from kiosk.retention import Retention
from kiosk.soundness import Soundness
from kiosk.storage import Storage
from ui.command.station_config import StationConfig


def household_of(
    config: StationConfig, record: Record, clock: Clock, packs: PacksInForce, rehearse: Chore, restart: Restart
) -> Household:
    storage = Storage(record, config.folders, config.limits, config.state / "disk-told")
    household = Household(record, clock, storage, Soundness(record, clock, clean_of(config)))
    doctor = Doctor(record, lambda: household.facts(len(packs.left_out)))
    retiring = Retiring(record, retention_of(config, record, clock, packs), clock, config.captures)
    anew = lambda: restart.chore(lambda: any(run for _, _, run in record.tables.open_visits()))  # noqa: E731
    household.does(anew, rehearse, doctor.answer, Daily(record, clock).close, retiring.tick)
    return household


def retention_of(config: StationConfig, record: Record, clock: Clock, packs: PacksInForce) -> Retention:
    return Retention(
        record.tables,
        lambda: record.last,
        config.captures,
        config.down,
        record.trust.now,
        lambda: packs.at(clock.now().at).settings.retention_days,
    )


def clean_of(config: StationConfig) -> Path:
    """There while the program is not, when it ended as it should."""
    return config.state / "ended-well"
