"""A part of a picture made easier for a decoder. Pixels in, pixels out; each cures one ill of cameras and paper."""

import math

from drivers.scanner.frames import Grey, opencv


def two_levels(gray: Grey, block: int, below: int) -> Grey:
    """Black where a pixel is `below` its surroundings of `block` pixels: shadow, folds, weak print."""
    cv2 = opencv()
    kind = cv2.ADAPTIVE_THRESH_GAUSSIAN_C if block < 40 else cv2.ADAPTIVE_THRESH_MEAN_C
    changed: Grey = cv2.adaptiveThreshold(gray, 255, kind, cv2.THRESH_BINARY, block, below)
    return changed


def bolder(gray: Grey) -> Grey:
    """Dark parts grow by a pixel: thin thermal print, light that creeps over the edges."""
    import numpy as np

    changed: Grey = opencv().erode(gray, np.ones((2, 2), np.uint8))
    return changed


def thinner(gray: Grey) -> Grey:
    """Dark parts shrink by a pixel: ink that ran."""
    import numpy as np

    changed: Grey = opencv().dilate(gray, np.ones((2, 2), np.uint8))
    return changed


def calmer(gray: Grey, sigma: float = 1.0) -> Grey:
    """Sensor noise and the grid of a phone's screen blurred away."""
    changed: Grey = opencv().GaussianBlur(gray, (0, 0), sigma)
    return changed


def evened(gray: Grey, tiles: int = 4) -> Grey:
    """Contrast made equal in each tile (CLAHE): faded print, half in shadow."""
    changed: Grey = opencv().createCLAHE(3.0, (tiles, tiles)).apply(gray)
    return changed


def enlarged(gray: Grey, times: float, longest: int = 1000) -> Grey:
    """Small modules made large enough to be sampled; what is large as it is stays so."""
    cv2 = opencv()
    times = min(times, longest / max(gray.shape))
    if times <= 1:
        return gray
    changed: Grey = cv2.resize(gray, None, fx=times, fy=times, interpolation=cv2.INTER_CUBIC)
    return changed


def level(gray: Grey) -> Grey:
    """Turned so that the lines in it stand upright: decoders look along rows and columns only.

    The direction of most change is that of the structure tensor's larger eigenvector.
    """
    import numpy as np

    cv2 = opencv()
    across, down = cv2.spatialGradient(gray)
    wide, high, skew = (float(np.mean(one)) for one in (across**2.0, down**2.0, np.float32(across) * down))
    degrees = math.degrees(math.atan2(2 * skew, wide - high) / 2)
    height, width = gray.shape
    side = math.ceil(math.hypot(width, height))
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    turn[:, 2] += (side - width) / 2, (side - height) / 2
    changed: Grey = cv2.warpAffine(gray, turn, (side, side), borderMode=cv2.BORDER_REPLICATE)
    return changed


def sharpened(gray: Grey, sigma: float, amount: float) -> Grey:
    """Out of focus, or moved by about `sigma` pixels."""
    changed: Grey = opencv().addWeighted(gray, 1 + amount, calmer(gray, sigma), -amount, 0)
    return changed


def reduced(gray: Grey, longest: int) -> Grey:
    """No edge longer than `longest` pixels."""
    cv2 = opencv()
    share = longest / max(gray.shape)
    if share >= 1:
        return gray
    size = max(1, round(gray.shape[1] * share)), max(1, round(gray.shape[0] * share))
    changed: Grey = cv2.resize(gray, size, interpolation=cv2.INTER_AREA)
    return changed
