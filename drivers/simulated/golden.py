"""An instrument that says what stands in its golden, for every profile without a twin of its own.

It knows no protocol: the bytes are those of the evidence, whatever the driver makes of them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from drivers.transcript import Case, Golden, Step

EVERY = 5.0  # seconds between two messages of an instrument that speaks by itself
QUIET = 0.5  # seconds without a byte after which a request that is nobody's is forgotten


@dataclass(frozen=True, slots=True)
class Turn:
    """What is asked, and all that is said until the next thing is asked."""

    asked: bytes
    said: bytes


class GoldenTwin:
    """Answers each request of the golden's good cases as that case goes on, and begins again when all is told.

    `prefixes`: constant beginnings of requests with a day or a number in them: any such request is meant.
    `forgets`: what was sent once is gone, as on instruments that erase after transfer.
    """

    def __init__(
        self, golden: Golden, clock: Callable[[], float], prefixes: Sequence[bytes] = (), *, forgets: bool = False
    ) -> None:
        good = [case for case in golden.cases if case.told and case.told[0].startswith("{")]
        self._scripts = [_turns(case) for case in sorted(good, key=lambda case: case.run != "identify")]
        self._clock = clock
        self._prefixes = tuple(prefixes)
        self._forgets = forgets
        self._gone: set[int] = set()
        self._script, self._place = 0, 0  # where the last request stood
        self._buffer = b""
        self._heard_at = clock()
        self._speaks_at = clock() + 0.2

    def answer(self, data: bytes) -> bytes:
        now = self._clock()
        if now - self._heard_at > QUIET:
            self._buffer = b""
        self._heard_at = now
        self._buffer += data
        said = b""
        while (found := self._found()) is not None:
            said += found
        return said

    def tick(self) -> bytes:
        """Of instruments that speak by themselves: the first message of a good case, now and then."""
        now = self._clock()
        speaking = [n for n, turns in enumerate(self._scripts) if not turns[0].asked and n not in self._gone]
        if not speaking or now < self._speaks_at:
            return b""
        self._speaks_at = now + EVERY
        self._script, self._place = speaking[0], 0
        self._scripts = self._scripts[1:] + self._scripts[:1] if len(speaking) > 1 else self._scripts
        return self._scripts[self._script][0].said

    def _found(self) -> bytes | None:
        """The answer to what lies in the buffer; the case that is being told goes on before another one begins."""
        for script, place in self._candidates():
            turn = self._scripts[script][place]
            if turn.asked and self._is_asked(turn.asked):
                self._buffer = self._buffer[len(turn.asked) :]
                self._script, self._place = script, place
                if self._forgets and place == len(self._scripts[script]) - 1 and place:
                    self._gone.add(script)
                return turn.said
        return None

    def _candidates(self) -> list[tuple[int, int]]:
        going_on = [(self._script, self._place + 1)] if self._place + 1 < len(self._scripts[self._script]) else []
        begin = [(n, place) for n, turns in enumerate(self._scripts) for place in range(len(turns))]
        return [found for found in going_on + begin if found[0] not in self._gone]

    def _is_asked(self, asked: bytes) -> bool:
        if self._buffer.startswith(asked):
            return True
        same = [prefix for prefix in self._prefixes if prefix and asked.startswith(prefix)]
        return len(self._buffer) >= len(asked) and any(self._buffer.startswith(prefix) for prefix in same)


def _turns(case: Case) -> list[Turn]:
    turns: list[Turn] = []
    asked, said = b"", b""
    for step in case.steps:
        if step.mark == ">":
            if asked or said:
                turns.append(Turn(asked, said))
            asked, said = step.data, b""
        else:
            said += step.data if isinstance(step, Step) and step.mark == "<" else b""
    return [*turns, Turn(asked, said)]
