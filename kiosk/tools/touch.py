"""Where a finger lands and where it was meant to: the matrix that libinput is to apply. Values only.

A calibration matrix has six numbers, row by row; it takes a point of the panel (0 to 1) to one of the screen
(libinput, «device configuration via udev», LIBINPUT_CALIBRATION_MATRIX).
"""

from collections.abc import Sequence

Point = tuple[float, float]
Matrix = tuple[float, float, float, float, float, float]

STRAIGHT: Matrix = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
TARGETS: tuple[Point, ...] = ((0.1, 0.12), (0.9, 0.12), (0.5, 0.5), (0.1, 0.88), (0.9, 0.88))
FAR = 0.03  # of the screen's width and height: further off, and the finger was not careful
LEAST = 0.2  # of the panel that the matrix must keep: else two targets were touched at one place


def fitted(touched: Sequence[Point], before: Matrix = STRAIGHT) -> Matrix | None:
    """By least squares over TARGETS; `before` was in force while they were touched. None: the touches do not agree."""
    across, down = (_solved(touched, [target[at] for target in TARGETS]) for at in (0, 1))
    if across is None or down is None:
        return None
    found: Matrix = (*across, *down)
    off = max(
        max(abs(aimed - landed) for aimed, landed in zip(target, applied(found, point), strict=True))
        for target, point in zip(TARGETS, touched, strict=True)
    )
    size = abs(found[0] * found[4] - found[1] * found[3])
    return None if off > FAR or not LEAST < size < 1 / LEAST else composed(found, before)


def applied(matrix: Matrix, point: Point) -> Point:
    a, b, c, d, e, f = matrix
    x, y = point
    return a * x + b * y + c, d * x + e * y + f


def composed(second: Matrix, first: Matrix) -> Matrix:
    """First one, then the other."""
    a, b, c, d, e, f = second
    g, h, i, j, k, m = first
    return (
        a * g + b * j,
        a * h + b * k,
        a * i + b * m + c,
        d * g + e * j,
        d * h + e * k,
        d * i + e * m + f,
    )


def property_of(matrix: Matrix) -> str:
    """As udev takes it from a file of NAME=value lines."""
    return f"LIBINPUT_CALIBRATION_MATRIX={' '.join(f'{number:.6f}' for number in matrix)}\n"


def read(text: str) -> Matrix:
    """STRAIGHT for what is not such a line."""
    try:
        a, b, c, d, e, f = map(float, text.partition("=")[2].split())
    except ValueError:
        return STRAIGHT
    return a, b, c, d, e, f


def _solved(points: Sequence[Point], to: Sequence[float]) -> tuple[float, float, float] | None:
    """a, b, c of a·x + b·y + c = to, by the normal equations and Cramer's rule; None where the points lie in a line."""
    rows = [(x, y, 1.0) for x, y in points]
    normal = [[sum(row[i] * row[j] for row in rows) for j in range(3)] for i in range(3)]
    right = [sum(row[i] * value for row, value in zip(rows, to, strict=True)) for i in range(3)]
    whole = _determinant(normal)
    if abs(whole) < 1e-6:
        return None
    a, b, c = (_determinant(_with_column(normal, at, right)) / whole for at in range(3))
    return a, b, c


def _with_column(matrix: Sequence[Sequence[float]], at: int, column: Sequence[float]) -> list[list[float]]:
    return [[column[i] if j == at else row[j] for j in range(3)] for i, row in enumerate(matrix)]


def _determinant(m: Sequence[Sequence[float]]) -> float:
    return (
        m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1])
        - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
        + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
    )
