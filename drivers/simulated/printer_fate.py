"""What befalls a simulated printer, and at which byte."""

from drivers.simulated.pty import UnpluggedError

OFF = ("silent", "power-cut")


class Fate:
    """`fault` may be set at any time. A power cut takes all that is not on paper yet; switched on, it starts empty."""

    def __init__(self, fault: str = "") -> None:
        self.fault = fault
        self.heard = 0  # bytes since it was made
        self._at = -1
        self._then = ""

    def strike(self, fault: str, after: int) -> None:
        """`fault` begins `after` bytes from now; "unplug" pulls the cable."""
        self._at, self._then = self.heard + after, fault

    def hear(self) -> bool:
        """One byte comes in. Was it the one?"""
        struck = self.heard == self._at
        self.heard += 1
        if struck and self._then == "unplug":
            raise UnpluggedError
        if struck:
            self.fault = self._then
        return struck

    @property
    def off(self) -> bool:
        return self.fault in OFF

    @property
    def empty(self) -> bool:
        return self.fault == "paper-out"
