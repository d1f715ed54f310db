"""Every key of every configuration file is described; an unknown key anywhere is refused with the nearest known one."""

import ast
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from kiosk.config import ConfigError, load
from kiosk.uplink import UplinkConfig
from tests.house.sources import sources
from ui.command.scanner import ScannerConfig
from ui.command.station_config import StationConfig
from ui.county.office import CountyConfig


@dataclass(frozen=True, slots=True)
class Program:
    """`text` is a small whole configuration; `tables` are headers of tables that may be added to it."""

    name: str
    model: type[BaseModel]
    text: str
    tables: tuple[tuple[str, str], ...] = ()


STATION = """county = "530427"
station = "dc-01"
host = "lz.example.cn"
state = "/var/lib/liangzheng/station"
up = "/var/lib/liangzheng/up"
down = "/var/lib/liangzheng/down"
key = "/etc/liangzheng/station.key"
trust = "/etc/liangzheng/trust.json"
scanner = "/run/liangzheng/scanner.sock"
"""
UPLINK = """county = "530427"
station = "dc-01"
broker_host = "lz.example.cn"
ca = "/etc/liangzheng/tls/ca.pem"
certificate = "/etc/liangzheng/tls/client.pem"
key = "/etc/liangzheng/tls/client.key"
trust = "/etc/liangzheng/trust.json"
up = "/var/lib/liangzheng/up"
down = "/var/lib/liangzheng/down"
"""
SCANNER = """camera = "/dev/video0"
socket = "/run/liangzheng/scanner.sock"
"""
COUNTY = """county = "530427"
folder = "/var/lib/liangzheng-county"
host = "lz.example.cn"
broker_host = "lz.example.cn"
"""
ANALYZER = '[[analyzer]]\nname = "left"\nprofile = "dayuan-tl310"\nport = "/dev/ttyUSB0"\n'
GUN = '[[gun]]\nkind = "keyboard"\nport = "usb:1eab:0003"\n'
PRINTER = '[printer]\nport = "/dev/usb/lp0"\n'
LABELS = '[label_printer]\nport = "usb:1203:0272"\n'
PROGRAMS = (
    Program(
        "station.toml",
        StationConfig,
        STATION,
        (
            ("analyzer", ANALYZER),
            ("printer", PRINTER),
            ("label_printer", LABELS),
            ("visit", "[visit]\n"),
            ("voice", "[voice]\n"),
        ),
    ),
    Program("uplink.toml", UplinkConfig, UPLINK),
    Program("scanner.toml", ScannerConfig, SCANNER, (("gun", GUN),)),
    Program("county.toml", CountyConfig, COUNTY),
)
ALL = pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)


def fields(model: type[BaseModel], place: str = "") -> Iterator[tuple[str, FieldInfo]]:
    for name, field in model.model_fields.items():
        yield f"{place}{name}", field
        for inner in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                yield from fields(inner, f"{place}{name}.")


def refused(folder: Path, program: Program, text: str) -> ConfigError:
    file = folder / program.name
    file.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as wrong:
        load(file, program.model)
    return wrong.value


@ALL
def test_every_key_is_described(program: Program) -> None:
    assert [key for key, field in fields(program.model) if not (field.description or "").strip()] == []


@ALL
def test_every_key_is_used(program: Program) -> None:
    """A key that nothing reads promises what it does not keep."""
    read = {node.attr for source in sources() for node in ast.walk(source.tree) if isinstance(node, ast.Attribute)}
    assert [key for key, _ in fields(program.model) if key.rpartition(".")[2] not in read] == []


@ALL
def test_the_small_whole_is_accepted(program: Program, tmp_path: Path) -> None:
    file = tmp_path / program.name
    file.write_text(program.text + "".join(text for _, text in program.tables), "utf-8")
    assert load(file, program.model)


@ALL
def test_a_value_cannot_be_changed_after_start(program: Program, tmp_path: Path) -> None:
    file = tmp_path / program.name
    file.write_text(program.text, "utf-8")
    assert load(file, program.model).model_config.get("frozen") is True


def misspelt(name: str) -> str:
    """Two letters of the middle change places, as fingers do it."""
    at = len(name) // 2
    swapped = name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :]
    return swapped if swapped != name else f"{name}x"


@ALL
def test_every_misspelt_key_is_refused_with_the_right_one(program: Program, tmp_path: Path) -> None:
    for name in program.model.model_fields:
        wrong = refused(tmp_path, program, f"{misspelt(name)} = 1\n{program.text}")
        assert dict(wrong.problems)[misspelt(name)].endswith(f"{name!r}"), f"{misspelt(name)} should lead to {name}"
        assert program.name in str(wrong)


TABLES = [(program, *table) for program in PROGRAMS for table in program.tables]


@pytest.mark.parametrize(("program", "name", "text"), TABLES, ids=[name for _, name, _ in TABLES])
def test_every_misspelt_key_of_a_table_is_refused_too(program: Program, name: str, text: str, tmp_path: Path) -> None:
    inner = [key.rpartition(".")[2] for key, _ in fields(program.model) if key.startswith(f"{name}.")]
    assert inner
    for key in inner:
        wrong = refused(tmp_path, program, f"{program.text}{text}{misspelt(key)} = 1\n")
        told = {place.rpartition(".")[2]: reason for place, reason in wrong.problems}
        assert told[misspelt(key)].endswith(f"{key!r}"), f"{name}.{misspelt(key)} should lead to {key}"
        assert f"{name}." in str(wrong), "the table is named"


@ALL
def test_all_that_is_wrong_is_said_at_once(program: Program, tmp_path: Path) -> None:
    wrong = refused(tmp_path, program, "nonsense = 1\n")
    required = {name for name, field in program.model.model_fields.items() if field.is_required()}
    assert required | {"nonsense"} == {place for place, _ in wrong.problems}


@ALL
def test_a_missing_file_and_a_torn_one_are_said(program: Program, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file"):
        load(tmp_path / "nowhere.toml", program.model)
    torn = refused(tmp_path, program, program.text[:-3])
    assert program.name in str(torn)


@ALL
def test_defaults_can_be_written_down(program: Program, tmp_path: Path) -> None:
    """What a program fills in itself is a value that its own file may hold."""
    file = tmp_path / program.name
    file.write_text(program.text, "utf-8")
    values = {
        key: value for key, value in load(file, program.model).model_dump(mode="json").items() if value is not None
    }
    plain = {key: value for key, value in values.items() if not isinstance(value, dict)}
    file.write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in plain.items()), "utf-8")
    assert load(file, program.model)
