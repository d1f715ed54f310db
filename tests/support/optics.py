"""A DY-3500 board on a pty whose reaction takes no time: the cuvettes' last reading is of three minutes later."""

from drivers.simulated.optics import OpticsTwin

PASSES = 2  # readings of one step: the profile demands that every one is taken twice
REACTION = 180.0  # seconds


class Board:
    """`insert` is the person's hand. Time stands still but between the first and the last reading of the cuvettes."""

    def __init__(self, scenario: str) -> None:
        self.reads = 0
        self._since = 0
        self.twin = OpticsTwin(lambda: REACTION if self._since > PASSES else 0.0, scenario, seed=3)

    def insert(self, what: str) -> None:
        self._since = 0
        self.twin.insert(what)

    def answer(self, data: bytes) -> bytes:
        if b"\x1b\x1b" in data:
            self.reads, self._since = self.reads + 1, self._since + 1
        return self.twin.answer(data)

    def tick(self) -> bytes:
        return self.twin.tick()
