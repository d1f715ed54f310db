"""How well a code is to be seen, and what would help the person who holds it up. Pixels in, values out."""

from typing import TYPE_CHECKING

from drivers.scanner.frames import opencv
from drivers.scanner.regions import Place
from drivers.scanner.wire import Hint, Quality

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Grey = NDArray[np.uint8]

BURNT = 250  # grey level from which nothing is to be told apart any more
BURNT_CELL = 8  # pixels: a burnt out spot, not a white module

# What our decoders read, measured on generated scenes (`make bench`): below it, help is worth asking for.
CRISP = 22  # a step from black to white takes less than about two pixels
SMALL_SHARE = 0.22  # of the picture's height
GLARE_MOST = 12  # percent
DARK_LEVEL = 45  # grey level of the brightest parts
DENSE = 2.2  # times the room's edges: what else is as dense as a code


def measured(gray: "Grey", place: Place) -> Quality:
    """Of one place in a picture."""
    part = place.of(gray)
    return Quality(place.side, _sharpness(part), _glare(part))


def hint_of(gray: "Grey", place: Place, quality: Quality) -> Hint | None:
    """What would help to read the code that seems to stand at `place`; None when nothing seems to stand there."""
    import numpy as np

    if not place.sure and place.strength < DENSE:
        return None
    if float(np.quantile(place.of(gray), 0.95)) < DARK_LEVEL:
        return Hint.LIGHT
    if quality.glare > GLARE_MOST:
        return Hint.GLARE
    if quality.side < SMALL_SHARE * gray.shape[0]:
        return Hint.NEARER
    return Hint.STEADY if quality.sharpness < CRISP else None


def _sharpness(part: "Grey") -> int:
    """The steepest steps between neighbours against black to white, in the worse direction: motion blurs one way."""
    import numpy as np

    cv2 = opencv()
    low, high = (float(level) for level in np.quantile(part, (0.05, 0.95)))
    steps = (cv2.absdiff(part[:, 1:], part[:, :-1]), cv2.absdiff(part[1:], part[:-1]))
    steepest = min(float(np.quantile(step, 0.98)) for step in steps)
    return round(min(100.0, 100 * steepest / max(high - low, 8.0)))


def _glare(part: "Grey") -> int:
    """Percent of cells that are burnt out altogether."""
    import numpy as np

    cv2 = opencv()
    size = max(1, part.shape[1] // BURNT_CELL), max(1, part.shape[0] // BURNT_CELL)
    return round(100 * float(np.mean(cv2.resize(part, size, interpolation=cv2.INTER_AREA) >= BURNT)))
