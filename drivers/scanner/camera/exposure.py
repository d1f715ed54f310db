"""When to darken the picture: a bright telephone screen burns out at an exposure made for the room. Pure."""

GLARING = 13  # percent of an unread place burnt out; from there on people are told too (quality.py, GLARE_MOST)
AFTER = 0.5  # seconds of it before anything is done: a hand that turns the screen away is quicker
CLEAR = 0.25  # seconds without it before the camera judges by itself again
LONGEST = 3.0  # seconds in the dark: whoever comes next may hold up paper
REST = 2.0  # seconds before it is tried again


class ExposureWatch:
    """`looked` says whether the picture is to be dark from now on."""

    def __init__(self) -> None:
        self._glaring: float | None = None  # since when
        self._clear: float | None = None
        self._dark: float | None = None
        self._rested = float("-inf")

    def looked(self, glare: int | None, now: float) -> bool:
        """`glare`: percent burnt out of what could not be read; None when there is no such place."""
        glares = glare is not None and glare >= GLARING
        if self._dark is not None:
            return self._still_dark(glares, self._dark, now)
        if not glares or now < self._rested:
            self._glaring = None
            return False
        self._glaring = now if self._glaring is None else self._glaring
        if now - self._glaring < AFTER:
            return False
        self._dark, self._clear = now, None
        return True

    def _still_dark(self, glares: bool, since: float, now: float) -> bool:
        if glares:
            self._clear = None
        elif self._clear is None:
            self._clear = now
        gone = self._clear is not None and now - self._clear >= CLEAR
        if not gone and now - since < LONGEST:
            return True
        self._dark = self._glaring = None
        self._rested = now + REST if not gone else now
        return False
