"""station.toml with what was chosen at the screen over it, and what the station makes of choices that do not fit."""

import logging
from dataclasses import dataclass
from pathlib import Path

from drivers.errors import DeviceError
from drivers.profile import folder
from kiosk.choices import Choices, Table, over
from kiosk.config import ConfigError, check, table_of
from kiosk.words import Words
from ui.command.station_analyzers import bound
from ui.command.station_config import StationConfig
from ui.command.station_printers import fit

logger = logging.getLogger(__name__)

FILE = "choices.toml"
CHOOSABLE = ("printer", "label_printer", "analyzer")  # whole keys of station.toml


@dataclass(frozen=True, slots=True)
class Chosen:
    """How the station serves, and what of it was chosen here. `wrong`: why the choices were left aside."""

    config: StationConfig
    choices: Choices
    wrong: str = ""


def chosen(file: Path, words: Words) -> Chosen:
    """Raises ConfigError for station.toml itself; choices that no longer fit are left aside, and that is told."""
    table = table_of(file)
    config = check(file, table, StationConfig)
    place = config.state / FILE
    choices = Choices(place, lambda wanted: _fits(place, table, wanted, words))
    try:
        wanted = choices.now()
        _fits(place, table, wanted, words)
        return Chosen(check(place, over(table, wanted), StationConfig), choices)
    except ConfigError as wrong:
        logger.warning("what was chosen at the screen is left aside: %s", wrong)
        return Chosen(config, choices, str(wrong))


def _fits(file: Path, table: Table, choices: Table, words: Words) -> None:
    """Raises ConfigError with what is wrong: of the form, of a printer, of an analyzer."""
    strange = [key for key in choices if key not in CHOOSABLE]
    if strange:
        raise ConfigError(file, [(key, words.say("command.station.not_chosen_here", key=key)) for key in strange])
    if not choices:
        return
    try:
        config = check(file, over(table, choices), StationConfig)
    except ConfigError as wrong:
        raise ConfigError(file, wrong.told(words)) from wrong
    try:
        fit(file, config, words)
        bound(config.analyzer, file, words, folder.shelf_with(config.profile_folders))
    except DeviceError as wrong:
        raise ConfigError(file, [("-", words.say(f"problem.{wrong.code}", **wrong.facts))]) from wrong
