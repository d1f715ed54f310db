"""Every library has a home (design.md §2): a table with reasons, and no exemption from it."""

import ast
import sys

import pytest

from tests.house.sources import PACKAGES, Source, for_types_only, imports, sources

ANYWHERE = ""

# library → where it may be imported (a file, a folder with "/", or ANYWHERE) → why
HOMES: dict[str, dict[str, str]] = {
    "PIL": {
        "kiosk/paper/": "one drawing for print, preview and page",
        "drivers/simulated/printer.py": "the twin prints what a person would hold",
        "kiosk/verify_files.py": "what it raises inside pypdf",
        "kiosk/tools/printers.py": "type of the page to try a printer",
        "ui/command/station_printers.py": "the same",
        "ui/county/pictures.py": "draws anew what phones send, so that nothing of a strange file is kept",
        "kiosk/slip_pages.py": "joins bands of labels",
    },
    "argon2": {"ui/county/accounts/passwords.py": "passwords of the office"},
    "anyio": {
        "ui/station/app.py": "threads of the page server",
        "ui/station/live.py": "the same",
        "ui/station/small.py": "time",
    },
    "cbor2": {"kiosk/seal.py": "codes on paper"},
    "cryptography": {
        "kiosk/contract.py": "signs and verifies entries",
        "kiosk/trust.py": "keys and grants",
        "kiosk/checkpoint.py": "signs receipts",
        "kiosk/seal.py": "signs codes on paper",
        "kiosk/enrolment.py": "keys and certificate request of a box",
        "kiosk/carry.py": "a box signs what it puts on a stick",
        "kiosk/revoked_list.py": "type of the order key",
        "ui/county/carry.py": "checks who put it there",
        "ui/county/acceptance.py": "type of the witness key",
        "ui/county/exporting.py": "type of the office key",
        "kiosk/record.py": "type of the station's key",
        "kiosk/practice.py": "type of the order key of a practice",
        "kiosk/rebuild.py": "type of the station's key",
        "kiosk/export.py": "type of the station's key",
        "kiosk/issuing.py": "type of the station's key",
        "ui/command/station_slips.py": "type of the station's key",
        "kiosk/sealed.py": "seals to the county's data key",
        "kiosk/private_data.py": "type of the county's data key",
        "ui/audit/signatures.py": "the auditor's own opinion of signatures",
        "ui/county/office.py": "keys of a county",
        "ui/county/tls.py": "certificates of a county",
        "ui/county/issued.py": "reads those that it gave",
        "ui/county/witness.py": "type of the witness key",
        "ui/county/acts.py": "type of the office key",
        "ui/county/accounts/codes.py": "seals secrets of code generators in the database",
    },
    "cv2": {
        "drivers/scanner/": "camera and pictures",
        "drivers/simulated/scenes/": "pictures as a camera would take them",
    },
    "escpos": {"drivers/printer/escpos.py": "ESC/POS"},
    "fontTools": {"kiosk/paper/": "refuses characters that the font lacks"},
    "hatchling": {"ui/assets.py": "the build hook; no program imports it"},
    "jinja2": {"ui/station/": "pages", "ui/county/": "pages", "ui/demo/table.py": "the table beside the box"},
    "markupsafe": {"ui/station/": "comes with jinja2", "ui/county/web/sign_in.py": "the same"},
    "numpy": {
        "drivers/scanner/": "what OpenCV's pictures are",
        "drivers/simulated/scenes/": "the same",
    },
    "openpyxl": {
        "ui/county/people/reading.py": "cells of a workbook that somebody uploads, read-only",
        "ui/county/web/people_import_pages.py": "the empty table to fill in",
    },
    "paho": {
        "kiosk/line.py": "MQTT of the box",
        "kiosk/mqtt.py": "what both ends ask of it",
        "ui/county/intake.py": "MQTT of the county",
    },
    "psycopg": {"ui/county/sql_postgresql.py": "owns the county's database where a server holds it"},
    "pydantic": {ANYWHERE: "edges: configuration, packs, profiles, messages"},
    "pydantic_core": {"drivers/profile/": "errors of profiles by their kind"},
    "pyotp": {"ui/county/accounts/codes.py": "one-time codes"},
    "pymodbus": {"drivers/analyzer/modbus.py": "Modbus, with the guards it lacks"},
    "pypdf": {"kiosk/verify_files.py": "pictures in a PDF whose codes are checked"},
    "pyzbar": {"drivers/scanner/codes/decoders.py": "second opinion on codes"},
    "rfc8785": {
        "kiosk/contract.py": "what is signed",
        "kiosk/trust.py": "what is signed",
        "kiosk/verify_proof.py": "the one form of an entry in a proof",
        "drivers/profile/folder.py": "digest of a profile",
    },
    "segno": {
        "kiosk/paper/": "QR matrix",
        "drivers/simulated/scenes/codes.py": "codes that our decoders did not draw",
        "ui/county/web/sign_in.py": "the code that a phone's code generator scans",
    },
    "serial": {"drivers/ports.py": "serial lines"},
    "sqlite3": {
        "kiosk/record.py": "owns the record",
        "kiosk/tables.py": "its tables",
        "kiosk/outside.py": "what the doctor reads beside the station",
        "kiosk/lot_table.py": "the lots among them",
        "kiosk/print_table.py": "the copies of papers among them",
        "kiosk/order_table.py": "the county's word among them",
        "kiosk/people_table.py": "people on the box's own word among them",
        "kiosk/work_table.py": "the work of staff among them",
        "kiosk/retired_table.py": "what retention took among them",
        "kiosk/recovery.py": "judges the record before it is opened",
        "kiosk/rebuild.py": "makes the tables again and compares them",
        "kiosk/backup.py": "copies the tables",
        "kiosk/export.py": "reads the tables beside the station",
        "kiosk/verifying.py": "reads the tables beside the station",
        "kiosk/slips/cited.py": "reads the tables beside the station",
        "kiosk/subject_table.py": "the producers among them",
        "ui/county/sql_sqlite.py": "owns the county's database",
    },
    "sqlite_utils": {"kiosk/tables.py": "migrations"},
    "starlette": {
        "ui/station/": "touch screen",
        "ui/county/": "county pages",
        "ui/command/station.py": "builds the touch screen",
        "ui/command/station_closed.py": "serves its safe screen",
        "ui/demo/table.py": "the table beside the box",
    },
    "uvicorn": {
        "ui/ending.py": "its end, for both",
        "ui/station/serve.py": "serves the touch screen",
        "ui/station/door.py": "its connections",
        "ui/county/serve.py": "serves the county pages",
    },
    "zxingcpp": {"drivers/scanner/codes/decoders.py": "first decoder"},
}

# the same for imports under TYPE_CHECKING, which never run
TYPES: dict[str, dict[str, str]] = {
    "PIL": {
        "drivers/printer/": "takes a drawn picture",
        "kiosk/devices.py": "hands it to the printer",
        "kiosk/issuing.py": "has it drawn",
        "kiosk/numbered_papers.py": "has it drawn",
        "kiosk/piece_drawing.py": "draws it",
        "kiosk/pieces.py": "has it drawn",
    },
    "pydantic_core": {"kiosk/config.py": "the form of one mistake"},
    "cv2": {"drivers/scanner/": "its own"},
}
OURS = {*PACKAGES}
STANDARD = sys.stdlib_module_names - {"sqlite3"}


def lives(homes: dict[str, str], file: str) -> bool:
    return any(file == home or (home.endswith("/") and file.startswith(home)) or home == ANYWHERE for home in homes)


def strays(source: Source) -> list[str]:
    typed = for_types_only(source.tree)
    found = []
    for node, module in imports(source.tree):
        library = module.partition(".")[0]
        homes = HOMES.get(library, {}) | (TYPES.get(library, {}) if id(node) in typed else {})
        if library not in OURS | STANDARD and not lives(homes, source.name):
            known = ", ".join(homes) or "no home at all"
            found.append(f"{source.at(node)} imports {library}, which lives in {known}")
    return found


@pytest.mark.parametrize("source", sources(), ids=lambda source: source.name)
def test_libraries_stay_at_home(source: Source) -> None:
    assert strays(source) == []


def test_no_home_is_empty() -> None:
    """A home that a library left is closed: the table says what is."""
    used = {(module.partition(".")[0], source.name) for source in sources() for _, module in imports(source.tree)}
    tables = [(library, home) for table in (HOMES, TYPES) for library, homes in table.items() for home in homes]
    empty = [
        f"{library} no longer needs its home {home}"
        for library, home in tables
        if not any(name == library and lives({home: ""}, file) for name, file in used)
    ]
    assert empty == []


@pytest.mark.parametrize(
    "line", ["import serial", "from cv2 import imread", "def f():\n import numpy.linalg", "import x"]
)
def test_the_check_itself_bites(line: str) -> None:
    assert strays(Source("kiosk/attendant.py", ast.parse(line))) != []


def test_what_only_types_need_is_told_apart() -> None:
    kept = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from PIL import Image"
    assert strays(Source("kiosk/devices.py", ast.parse(kept))) == []
    assert strays(Source("kiosk/devices.py", ast.parse("from PIL import Image"))) != []
