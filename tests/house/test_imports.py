"""Importing does nothing, and a program loads only what it needs (design.md §2, §11)."""

import json
import subprocess
import sys

import pytest

from tests.house.sources import ROOT, sources

WATCH = """
import importlib, json, sys, threading
deeds, ours = [], sys.argv[1]
STARTS = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system", "sqlite3.",
          "_thread.start", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.link", "os.symlink", "os.chmod",
          "os.truncate", "os.utime", "shutil.", "tempfile.", "signal.", "syslog.")

def place():
    frame = sys._getframe(2)
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(ours) and "/.venv/" not in name:
            return f"{name.removeprefix(ours + '/')}:{frame.f_lineno}"
        frame = frame.f_back
    return "?"

def hook(event, args):
    if event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+"):
        deeds.append(f"{place()} opens {args[0]} for writing")
    elif event == "open" and args[1] is None and args[2] & 3:
        deeds.append(f"{place()} opens {args[0]} for writing")
    elif event.startswith(STARTS):
        deeds.append(f"{place()} does {event}")

sys.addaudithook(hook)
for module in sys.argv[2:]:
    importlib.import_module(module)
threads = [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()]
print(json.dumps({"deeds": deeds, "threads": threads}))
"""

# program → its module → what must not be there when it starts, with the reason
LEAN: dict[str, tuple[str, frozenset[str]]] = {
    "station": (  # ready in 0.6 s and 60 MB: heavy parts load after ready; and it has no network
        "ui.command.station",
        frozenset(
            {
                "cv2",
                "numpy",
                "escpos",
                "yaml",
                "sqlite_utils",
                "zxingcpp",
                "pyzbar",
                "pypdf",
                "pymodbus",
                "fontTools",
                "cryptography.x509",
                "drivers.simulated",
                "paho",
                "kiosk.uplink",
                "ui.county",
            }
        ),
    ),
    "scanner": (  # looks at hostile pictures: no record, no keys, no web
        "ui.command.scanner",
        frozenset(
            {"cryptography", "sqlite3", "starlette", "paho", "serial", "kiosk.record", "kiosk.trust", "kiosk.log"}
        ),
    ),
    "uplink": (  # faces the network: no devices, no record
        "ui.command.uplink",
        frozenset(
            {"cv2", "serial", "escpos", "PIL", "starlette", "sqlite3", "kiosk.record", "kiosk.attendant", "drivers"}
        ),
    ),
    "county": (  # never hardware
        "ui.county.program",
        frozenset(
            {
                "cv2",
                "numpy",
                "serial",
                "pymodbus",
                "escpos",
                "zxingcpp",
                "kiosk.record",
                "kiosk.attendant",
                "ui.station",
            }
        ),
    ),
    "command line": ("ui.command.main", frozenset({"pydantic", "starlette", "cryptography", "kiosk.contract"})),
}


def fresh(script: str, *arguments: str) -> str:
    command = [sys.executable, "-B", "-X", "utf8", "-c", script, *arguments]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=150, check=False)
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == "", "importing says something"
    return ended.stdout


def test_importing_every_module_does_nothing() -> None:
    said = fresh(WATCH, str(ROOT), *(source.module for source in sources()))
    assert said.count("\n") == 1, f"importing prints: {said}"
    assert json.loads(said) == {"deeds": [], "threads": []}


@pytest.mark.parametrize("program", LEAN)
def test_a_program_loads_only_what_it_needs(program: str) -> None:
    module, unwanted = LEAN[program]
    loaded = json.loads(fresh(f"import json, sys, {module}; print(json.dumps(sorted(sys.modules)))"))
    assert sorted(unwanted.intersection(loaded)) == [], f"{module} loads these before it is ready"


def test_the_check_itself_bites() -> None:
    spoil = WATCH.replace(
        "importlib.import_module(module)", "open('/dev/null', 'w').close(); __import__('os').system('')"
    )
    assert len(json.loads(fresh(spoil, str(ROOT), "json"))["deeds"]) == 2
