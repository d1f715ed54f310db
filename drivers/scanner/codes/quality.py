"""How well a code is to be seen, and what would help the person who holds it up. Pixels in, values out."""

from collections.abc import Sequence

from drivers.scanner.codes.regions import Place
from drivers.scanner.frames import Grey, opencv
from drivers.scanner.wire import Hint, Quality

BURNT = 250  # grey level from which nothing is to be told apart any more
BURNT_CELLS = 10  # along the place's longer edge: a burnt out spot, not a white module or the quiet zone

# What our decoders read, measured on generated scenes (`make bench`): below it, help is worth asking for.
CRISP = 22  # a step from black to white takes less than about two pixels
SMALL_SHARE = 0.22  # of the picture's height
GLARE_MOST = 12  # percent
DARK_LEVEL = 45  # grey level of the brightest parts
DENSE = 3.0  # times the room's edges: what else is as dense as a code
ALONE = 1.2  # times the next dense place: a room full of them is a room


def measured(gray: Grey, place: Place) -> Quality:
    """Of one place in a picture."""
    tight = place.tight
    part = tight.of(gray)
    return Quality(tight.side, _sharpness(part), _glare(part))


def likely(places: Sequence[Place]) -> Place | None:
    """The place at which something is held up, if anything seems to be: sure, or much denser than all else."""
    for place in places:
        others = [other.strength for other in places if other.texture is place.texture and other is not place]
        if place.sure or place.strength >= max(DENSE, ALONE * max(others, default=0.0)):
            return place
    return None


def hint_of(gray: Grey, place: Place, quality: Quality) -> Hint | None:
    """What would help to read the code that stands at `place`, as well as can be told; None when nothing would."""
    import numpy as np

    if float(np.quantile(place.of(gray), 0.95)) < DARK_LEVEL:
        return Hint.LIGHT
    if quality.glare > GLARE_MOST:
        return Hint.GLARE
    if quality.side < SMALL_SHARE * gray.shape[0]:
        return Hint.NEARER
    return Hint.STEADY if quality.sharpness < CRISP else None


def _sharpness(part: Grey) -> int:
    """The steepest steps between neighbours against black to white, in the worse direction: motion blurs one way."""
    import numpy as np

    cv2 = opencv()
    if min(part.shape) < 2:
        return 0
    low, high = (float(level) for level in np.quantile(part, (0.05, 0.95)))
    steps = (cv2.absdiff(part[:, 1:], part[:, :-1]), cv2.absdiff(part[1:], part[:-1]))
    steepest = min(float(np.quantile(step, 0.98)) for step in steps)
    return round(min(100.0, 100 * steepest / max(high - low, 8.0)))


def _glare(part: Grey) -> int:
    """Percent of cells that are burnt out altogether."""
    import numpy as np

    cv2 = opencv()
    cell = max(1, max(part.shape) // BURNT_CELLS)
    size = max(1, part.shape[1] // cell), max(1, part.shape[0] // cell)
    return round(100 * float(np.mean(cv2.resize(part, size, interpolation=cv2.INTER_AREA) >= BURNT)))
