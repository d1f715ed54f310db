"""Hard scenes before a simulated camera, the same bytes for the same kind and seed. Nothing is decoded here."""

import base64
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
from numpy.random import Generator, default_rng

from drivers.simulated.scenes.codeless import codeless_light
from drivers.simulated.scenes.codes import matrix_of, payload_of
from drivers.simulated.scenes.drawing import Grey
from drivers.simulated.scenes.film import filmed, stage
from drivers.simulated.scenes.kinds import RECIPES, recipe

KINDS: tuple[str, ...] = tuple(RECIPES)
CODELESS = "codeless"
_BARS_TOO = frozenset({"easy", "blur", "motion", "dark", "bright", "curved", "low_contrast", "shadow", "perspective"})


@dataclass(frozen=True, slots=True)
class Scene:
    """What is held up; `payload` None: no code in it."""

    kind: str
    seed: int
    symbology: str  # QRCode | EAN13 | Code128, "" without a code
    payload: bytes | None


def scene(kind: str, seed: int) -> Scene:
    """ValueError for a kind that is not in KINDS nor CODELESS."""
    if kind == CODELESS:
        return Scene(kind, seed, "", None)
    if kind not in RECIPES:
        raise ValueError(f"no kind of scene: {kind}")
    rng = _rng(kind, seed, "payload")
    symbology = _symbology(kind, rng)
    return Scene(kind, seed, symbology, payload_of(symbology, kind == "dense" or rng.random() < 0.12, rng))


def film(scene: Scene, frames: int = 12, size: tuple[int, int] = (1280, 720), fps: float = 30) -> Iterator[Grey]:
    """A hand holds it up: rows x columns of grey bytes. Frame 0 is a still photograph of it."""
    rng = _rng(scene.kind, scene.seed, "film")
    if scene.payload is None:
        yield from _room_only(scene.seed, frames, size)
        return
    modules = matrix_of(scene.symbology, scene.payload, rng)
    how = recipe(scene.kind, scene.symbology, modules.shape[1], rng)
    yield from filmed(stage(how, modules, size, rng), frames, fps, rng)


def codeless(seed: int, size: tuple[int, int] = (1280, 720)) -> Grey:
    """A frame without any code in it."""
    return next(_room_only(seed, 1, size))


def _room_only(seed: int, frames: int, size: tuple[int, int]) -> Iterator[Grey]:
    return codeless_light(_rng(CODELESS, seed, "film"), frames, size)


def write(folder: Path, kinds: Sequence[str], per_kind: int, seed: int = 0, frames: int = 1) -> int:
    """Pictures of `per_kind` scenes of each kind, and what stands in them in `truth.jsonl`; how many pictures.

    The answers of pictures that were drawn into this folder before stay there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    truth = _answers(folder / "truth.jsonl")
    pictures = 0
    for kind in kinds:
        for number in range(seed, seed + per_kind):
            held = scene(kind, number)
            for place, frame in enumerate(film(held, frames)):
                name = f"{kind}-{number:05d}-{place:02d}.png"
                _put(folder / name, bytes(cv2.imencode(".png", frame)[1]))
                truth[name] = json.dumps(_truth(name, held))
                pictures += 1
    _put(folder / "truth.jsonl", "".join(f"{line}\n" for line in truth.values()).encode())
    return pictures


def _put(file: Path, data: bytes) -> None:
    """Whole, or as it was before. Raises OSError."""
    fresh = file.with_name(f"{file.name}.new")
    try:
        fresh.write_bytes(data)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
    fresh.replace(file)


def _answers(file: Path) -> dict[str, str]:
    """By the name of the picture; ValueError when it is no list of ours."""
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    try:
        return {str(json.loads(line)["file"]): line for line in lines}
    except (TypeError, KeyError) as wrong:
        raise ValueError(f"{file} is no list of answers") from wrong


def _truth(name: str, held: Scene) -> dict[str, object]:
    data = held.payload
    return {
        "file": name,
        "kind": held.kind,
        "seed": held.seed,
        "symbology": held.symbology,
        "bytes": None if data is None else base64.b64encode(data).decode("ascii"),
        "text": None if data is None else _text(data),
    }


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def _symbology(kind: str, rng: Generator) -> str:
    chance = rng.random()
    if kind != "bars" and (kind not in _BARS_TOO or chance < 0.85):
        return "QRCode"
    return "EAN13" if rng.random() < 0.5 else "Code128"


def _rng(kind: str, seed: int, part: str) -> Generator:
    return default_rng([zlib.crc32(f"{kind} {part}".encode()), seed])
