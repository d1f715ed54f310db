"""Readers of print jobs that share no line with our encoders or our twins: each gives rows of ink, 1 is a burnt dot."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image
from playwright._impl._driver import compute_driver_executable

HERE = Path(__file__).parent


def ink(image: Image.Image) -> list[str]:
    """A picture's rows as strings of 0 and 1."""
    dots = image.convert("L").tobytes()
    rows = (dots[start : start + image.width] for start in range(0, len(dots), image.width))
    return ["".join("1" if dot < 128 else "0" for dot in row) for row in rows]


def trimmed(rows: list[str], width: int, height: int) -> list[str]:
    """The paper's upper left part; what lies outside of it must be white."""
    outside = [row[width:] for row in rows[:height]] + rows[height:]
    assert all("1" not in row for row in outside)
    white = "0" * width
    return [row[:width].ljust(width, "0") for row in rows[:height]] + [white] * (height - len(rows))


def escpos(job: bytes, units: int = 1) -> list[str]:
    """Own tokenizer: the commands of a job of ours and no others. `units` of ESC J in a dot."""
    rows: list[str] = []
    left = 0
    for name, arguments, data in tokens(job):
        if name == b"\x1b$":
            left = int.from_bytes(arguments, "little")
        elif name == b"\x1bJ":
            rows += [""] * (arguments[0] // units)
        elif name == b"\x1dv0":
            width = int.from_bytes(arguments[1:3], "little")
            for start in range(0, len(data), width):
                bits = "".join(f"{byte:08b}" for byte in data[start : start + width])
                rows.append("0" * left + bits)
            left = 0
    return rows


_ARGUMENTS = {b"\x1b@": 0, b"\x1b$": 2, b"\x1bJ": 1, b"\x1bd": 1, b"\x1dV": 1, b"\x1dv0": 5, b"\x1d(H": 8}


def tokens(job: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Name, arguments, picture data. ValueError for anything else."""
    at = 0
    while at < len(job):
        name = next((name for name in _ARGUMENTS if job.startswith(name, at)), None)
        if name is None:
            raise ValueError(job[at : at + 8])
        at += len(name)
        arguments = job[at : at + _ARGUMENTS[name]]
        at += len(arguments)
        size = 0
        if name == b"\x1dv0":
            size = int.from_bytes(arguments[1:3], "little") * int.from_bytes(arguments[3:5], "little")
        yield name, arguments, job[at : at + size]
        at += size


def tspl(job: bytes) -> list[list[str]]:
    """Labels of a TSPL job, from the manuals: SIZE in mm, 8 dots each; BITMAP mode 0, a bit of 0 burns; PRINT."""
    labels: list[list[str]] = []
    width = height = 0
    page: list[list[str]] = []
    while job:
        if job.startswith(b"BITMAP "):
            head = re.match(rb"BITMAP (\d+),(\d+),(\d+),(\d+),0,", job)
            assert head is not None
            x, y, across, down = (int(number) for number in head.groups())
            data, job = job[head.end() : head.end() + across * down], job[head.end() + across * down :]
            for n, byte in enumerate(data):
                for bit in range(8):
                    if not byte >> (7 - bit) & 1:
                        page[y + n // across][x + n % across * 8 + bit] = "1"
            continue
        line, _, job = job.partition(b"\r\n")
        words = line.decode("ascii").replace(",", " ").split()
        match words:
            case ["SIZE", wide, "mm", high, "mm"]:
                width, height = round(float(wide) * 8), round(float(high) * 8)
            case ["CLS"]:
                page = [["0"] * (width + 7) for _ in range(height)]
            case ["PRINT", "1", "1"]:
                labels.append(["".join(row[:width]) for row in page])
            case ["GAP", _, "mm", "0", "mm"] | ["DIRECTION", "1"] | []:
                pass
            case _:
                raise ValueError(line)
    return labels


def npos(job: bytes, folder: Path) -> list[str]:
    """What the npm package npos makes of an ESC/POS job."""
    rows: list[str] = _node("read_escpos.cjs", job, folder)
    return rows


def zebrash(job: bytes, folder: Path, width_mm: float, height_mm: float) -> list[list[str]]:
    """What the npm package zpl-renderer-js (zebrash) makes of a ZPL job: one picture a label."""
    names: list[str] = _node("read_zpl.cjs", job, folder, str(width_mm), str(height_mm))
    labels = []
    for name in names:
        with Image.open(folder / name) as image:
            labels.append(ink(image))
    return labels


def _node(script: str, job: bytes, folder: Path, *arguments: str) -> Any:
    node, _ = compute_driver_executable()
    (folder / "job").write_bytes(job)
    command = [str(node), "--no-deprecation", str(HERE / script), str(folder / "job"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)
