"""The table of readings, made anew from Unihan (Debian's unicode-data): `python -m tests.kiosk.unihan` writes the pack.

Readings: kTGHZ2013 (通用规范汉字字典), kHanyuPinlu (现代汉语频率词典, counted) and kMandarin. Only characters
that the paper font draws: the state's list of 2013 (kTGH), GB 2312, and whatever else has a reading.
"""

import bz2
import re
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

from kiosk.paper.errors import PaperError
from kiosk.paper.fonts import load_fonts

FOLDER = Path("/usr/share/unicode")
PACK = Path(__file__).parents[2] / "kiosk" / "packs" / "pinyin"
NEVER = 10**6
PLAIN = re.compile(r"[a-z]{1,6}")
HEAD = """\
# Readings without tone (ü as v), and the characters of each, commonest first. «*»: the commonest of all, in order.
# «=shen»: characters of several readings of which this one is customary (kMandarin).
# Made from the Unicode Character Database, Unihan, by tests/kiosk/unihan.py: fields put together, tones taken off, put
# in another order; so it is a modified data file. Copyright © 1991-2022 Unicode, Inc.; terms: LICENSE.txt beside it.
"""

Fields = dict[str, dict[str, str]]  # character -> field -> value


def fields(folder: Path = FOLDER) -> Fields:
    told: Fields = defaultdict(dict)
    for name in ("Unihan_Readings", "Unihan_OtherMappings"):
        for line in bz2.decompress((folder / f"{name}.txt.bz2").read_bytes()).decode("utf-8").splitlines():
            if line.startswith("U+"):
                point, field, value = line.split("\t")
                told[chr(int(point.removeprefix("U+"), base=16))][field] = value
    return told


def plain(reading: str) -> str:
    """Without tone, ü as v; empty for what is no syllable."""
    parts = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    bare = "".join(sign for sign in parts if not unicodedata.combining(sign))
    return bare if PLAIN.fullmatch(bare) and re.search("[aeiouv]", bare) else ""


def readings(told: dict[str, str]) -> Counter[str]:
    """Each reading with how often it was counted; zero where only a dictionary has it."""
    counted: Counter[str] = Counter()
    for reading, count in re.findall(r"(\w+)\((\d+)\)", unicodedata.normalize("NFC", told.get("kHanyuPinlu", ""))):
        counted[plain(reading)] += int(count)
    listed = [part.rpartition(":")[2] for part in told.get("kTGHZ2013", "").split()]
    for reading in ",".join((*listed, *told.get("kMandarin", "").split())).split(","):
        counted[plain(reading)] += 0
    return Counter({reading: count for reading, count in counted.items() if reading})


def place(character: str, told: Fields) -> tuple[int, int, int]:
    """The state's list in its order, then GB 2312, then by code."""
    mine = told[character]
    listed = int(mine["kTGH"].partition(":")[2]) if "kTGH" in mine else NEVER
    return listed, int(mine.get("kGB0", NEVER)), ord(character)


def rank(character: str, count: int, told: Fields) -> tuple[bool, int, tuple[int, int, int]]:
    """Traditional forms have the counts of the simplified ones: they come last all the same."""
    first = place(character, told)
    return min(first[:2]) == NEVER, -count, first


def pairs(told: Fields) -> dict[tuple[str, str], int]:
    """Every reading and character that the paper can draw, with its count."""
    fonts = load_fonts()
    found: dict[tuple[str, str], int] = {}
    for character, mine in told.items():
        counted = readings(mine)
        if counted and drawn(fonts.require, character):
            found |= {(reading, character): count for reading, count in counted.items()}
    return found


def drawn(require: object, character: str) -> bool:
    try:
        require(character, "pinyin")  # type: ignore[operator]
    except PaperError:
        return False
    return True


def table(folder: Path = FOLDER) -> str:
    told = fields(folder)
    found = pairs(told)
    by_reading: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    totals: Counter[str] = Counter()
    for (reading, character), count in found.items():
        by_reading[reading].append((count, character))
        totals[character] += count
    commonest = sorted((one for one in totals if totals[one]), key=lambda one: rank(one, totals[one], told))
    customary: defaultdict[str, str] = defaultdict(str)
    for character, several in sorted(Counter(one for _, one in found).items()):
        if several > 1 and (main := plain(told[character].get("kMandarin", "").partition(" ")[0])):
            customary[main] += character
    lines = [f"*\t{''.join(commonest)}"]
    for reading in sorted(by_reading):
        ordered = sorted(by_reading[reading], key=lambda one: rank(one[1], one[0], told))
        lines.append(f"{reading}\t{''.join(character for _, character in ordered)}")
    lines += [f"={reading}\t{customary[reading]}" for reading in sorted(customary)]
    return HEAD + "\n".join(lines) + "\n"


if __name__ == "__main__":
    (PACK / "readings.txt").write_text(table(), encoding="utf-8")
