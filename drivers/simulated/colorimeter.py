"""An IO Rodeo colorimeter that is not there: bracketed ASCII, and a blank that every reset loses.

From the source of its firmware.
"""

import math
from random import Random

COUNTS = (20_000, 16_000, 12_000, 40_000)  # of clear water: red, green, blue, white
RESET = (1, 1, 1, 1)


class ColorimeterTwin:
    """`absorbance` is of what stands in it now, in the green; a blank is taken of whatever that is."""

    def __init__(self, seed: int = 1, absorbance: float = 0.0) -> None:
        self.absorbance = absorbance
        self._random = Random(seed)
        self._blank = RESET
        self._buffer = ""

    def answer(self, data: bytes) -> bytes:
        """A `[` inside an unfinished message is lost and takes the rest of the message with it."""
        said = ""
        for character in data.decode("ascii", "ignore"):
            if character == "[":
                self._buffer = "" if self._buffer else "["
            elif self._buffer:
                self._buffer += character
                if character == "]":
                    said += self._reply(self._buffer[1:-1])
                    self._buffer = ""
        return said.encode()

    def tick(self) -> bytes:
        return b""

    def reset(self) -> None:
        """As when the port is opened."""
        self._blank, self._buffer = RESET, ""

    def _reply(self, message: str) -> str:
        command = message.split(",", maxsplit=1)[0].strip()
        if not command.isdigit() or int(command) % 256 == 0:  # what is no number is 0, and 0 is the blank
            self._blank = self._seen()
            return "[1]\r\n"
        match int(command) % 256:
            case 1:
                return _line("1", *self._measured())
            case 3:
                return _line("1", "500")
            case 4:
                return _line("1", *(str(count) for count in self._blank))
            case 15:
                return _line("1", "0")
        return _line("0", "unknown command")

    def _seen(self) -> tuple[int, int, int, int]:
        light = [count * 10 ** -(self.absorbance if place == 1 else 0.0) for place, count in enumerate(COUNTS)]
        red, green, blue, white = (max(1, round(count) + self._random.randint(-3, 3)) for count in light)
        return red, green, blue, white

    def _measured(self) -> list[str]:
        counts = self._seen()
        through = [min(1.0, count / blank) for count, blank in zip(counts, self._blank, strict=True)]
        absorbed = [-math.log10(part) + 0.0 for part in through]
        return [*map(str, counts), *(f"{number:.7e}" for number in (*through, *absorbed))]


def _line(*parts: str) -> str:
    return "[" + ",".join(parts) + "]\r\n"
