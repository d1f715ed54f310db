"""What takes long, in a thread of its own: a page asks for it and hears what came of it, one errand at a time."""

import threading
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ended:
    """`result` is what the work gave; None where it raised `error`."""

    errand: "Errand"
    name: str
    result: object
    error: Exception | None


class Errand:
    """`fails`: what the work may raise; anything else is a fault of ours and ends the program."""

    def __init__(self, post: Callable[[object], None], *fails: type[Exception]) -> None:
        self._post = post
        self._fails = fails
        self.busy = ""  # name of what is under way

    def run(self, name: str, work: Callable[[], object]) -> None:
        """Nothing while another one is under way."""
        if not self.busy:
            self.busy = name
            threading.Thread(target=self._work, args=(name, work), name=f"errand {name}", daemon=True).start()

    def heard(self, event: object) -> Ended | None:
        """The end of one of its own."""
        if not isinstance(event, Ended) or event.errand is not self:
            return None
        self.busy = ""
        return event

    def _work(self, name: str, work: Callable[[], object]) -> None:
        try:
            self._post(Ended(self, name, work(), None))
        except self._fails as failed:
            self._post(Ended(self, name, None, failed))
