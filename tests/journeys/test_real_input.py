"""The first journey on input that no one here generated: pictures of a package on PyPI, bytes of a maker's document."""

import base64
import json
import queue
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

import pytest

from drivers.scanner.feed import ScanFeed
from drivers.scanner.wire import Camera, CameraState, Message, Seen

ROOT = Path(__file__).resolve().parents[2]
TAIYANG = ROOT / "tests" / "data" / "taiyang-ttj-8h16.hex"
PICTURES = Path(str(files("pyzbar") / "tests"))  # shipped by the pyzbar wheel
LIANGZHENG = (sys.executable, "-m", "ui.command.main")
WITHIN = 30.0  # seconds

# picture → what pyzbar's own tests say is in it
SHOWN: dict[str, list[tuple[bytes, str]]] = {
    "qrcode.png": [(b"Thalassiodracon", "QRCode")],
    "qrcode_rotated.png": [(b"Thalassiodracon", "QRCode")] * 2,
    "code128.png": [(b"Rana temporaria", "Code128"), (b"Foramenifera", "Code128")],
    "code128_null_character.png": [(b"Hello\0Goodbye", "Code128")],
    "empty.png": [],
}


def liangzheng(*words: str) -> "subprocess.CompletedProcess[str]":
    typed = [*LIANGZHENG, *words]
    return subprocess.run(typed, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def test_the_package_ships_the_pictures() -> None:
    shipped = {file.name for file in PICTURES.iterdir() if file.suffix == ".png"}
    assert shipped == set(SHOWN), "a picture that is not looked at"


@pytest.mark.parametrize("picture", SHOWN)
def test_scan_reads_the_pictures_of_others(picture: str) -> None:
    ended = liangzheng("scan", str(PICTURES / picture))
    assert (ended.returncode, ended.stderr) == (0, "")
    lines = [json.loads(line) for line in ended.stdout.splitlines()]
    seen = [(base64.b64decode(line["bytes"]), line["symbology"]) for line in lines if line["bytes"] is not None]
    assert seen == SHOWN[picture]


@contextmanager
def scanner_program(folder: Path) -> Iterator[tuple["subprocess.Popen[str]", Path, Path]]:
    """The live scanner with a folder as its camera: program, camera, socket."""
    camera, door, config = folder / "camera", folder / "scanner.sock", folder / "scanner.toml"
    camera.mkdir()
    config.write_text(f'camera = "{camera}"\nsocket = "{door}"\nfps = 20\n', "utf-8")
    command = [*LIANGZHENG, "scanner", "--config", str(config)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as program:
        try:
            yield program, camera, door
        finally:
            program.kill()


def test_the_live_scanner_tells_of_every_code_held_up(tmp_path: Path) -> None:
    heard: queue.Queue[Message] = queue.Queue()
    with scanner_program(tmp_path) as (program, camera, door), ScanFeed(door, heard.put):
        while heard.get(timeout=WITHIN) != Camera(CameraState.READY):
            pass
        for picture in SHOWN:
            (camera / picture).write_bytes((PICTURES / picture).read_bytes())
        wanted = {code for codes in SHOWN.values() for code in codes}
        seen: set[tuple[bytes, str]] = set()
        while seen != wanted:
            message = heard.get(timeout=WITHIN)
            if isinstance(message, Seen):
                seen.add((message.data, message.symbology))
                assert seen <= wanted
        program.terminate()
        assert program.wait(timeout=WITHIN) == 0
        assert program.stderr is not None
        assert "Traceback" not in program.stderr.read()


def test_a_code_of_somebody_else_is_named_politely() -> None:
    """What the picture says is no code of ours: a sentence, exit code 1, and no traceback."""
    ended = liangzheng("code", "explain", SHOWN["qrcode.png"][0][0].decode())
    assert ended.returncode == 1
    assert "Thalassiodracon" in ended.stdout
    assert ended.stderr == ""


def test_the_published_bytes_give_the_values_of_the_printout() -> None:
    """analyzers.md A.4: the instrument's own paper says 1.93 and 1010.9 mg/kg, then 1.92 and 14378 mg/kg."""
    ended = liangzheng("profile", "decode", str(TAIYANG), "--json")
    assert (ended.returncode, ended.stderr) == (0, "")
    told = json.loads(ended.stdout)
    assert (told["profile"], told["evidence"], told["problems"]) == ("taiyang-ttj-8h16", "documented", [])
    readings = [(one["channel"], one["quantity"], one["value"], one["unit"]) for one in told["readings"]]
    assert readings == [
        (8, "absorbance", "1.9322355", "AU"),
        (8, "concentration", "1010.94507", "mg/kg"),
        (7, "absorbance", "1.9164128", "AU"),
        (7, "concentration", "14378.028", "mg/kg"),
    ]
    assert {one["taken_at"] for one in told["readings"]} == {"2012-07-02T16:53:19", "2012-07-02T17:46:21"}


def test_the_table_says_the_same_as_the_json() -> None:
    ended = liangzheng("profile", "decode", str(TAIYANG))
    assert (ended.returncode, ended.stderr) == (0, "")
    assert all(
        text in ended.stdout for text in ("1.9322355", "1010.94507", "14378.028", "2012-07-02T16:53:19", "mg/kg")
    )


def test_one_flipped_bit_is_not_read_as_a_measurement(tmp_path: Path) -> None:
    """The mark that ends the answer is gone: a sentence and exit code 1, no table of guesses."""
    spoilt = tmp_path / "spoilt.hex"
    spoilt.write_text(TAIYANG.read_text("utf-8").replace("1B FE", "1B FA"), "utf-8")
    ended = liangzheng("profile", "decode", str(spoilt))
    assert ended.returncode == 1
    assert ended.stderr.strip()
    assert "Traceback" not in ended.stderr
