"""EAN-13 and Code 128 as rows of dark and light modules. Our own encoder: no decoder under test draws them."""

from itertools import pairwise

# GS1 General Specifications 5.2.1: the light-first patterns of number set A; set C is its complement, B is C reversed
_SET_A = ("0001101", "0011001", "0010011", "0111101", "0100011", "0110001", "0101111", "0111011", "0110111", "0001011")
_PARITY = ("AAAAAA", "AABABB", "AABBAB", "AABBBA", "ABAABB", "ABBAAB", "ABBBAA", "ABABAB", "ABABBA", "ABBABA")

# ISO/IEC 15417 table 1: widths of bars and spaces, values 0 to 105, six digits each
_WIDTHS = (
    "212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231113222"
    "123122123221223211221132221231213212223112312131311222321122321221312212322112322211212123212321"
    "232121111323131123131321112313132113132311211313231113231311112133112331132131113123113321133121"
    "313121211331231131213113213311213131311123311321331121312113312311332111314111221411431111111224"
    "111422121124121421141122141221112214112412122114122411142112142211241211221114413111241112134111"
    "111242121142121241114212124112124211411212421112421211212141214121412121111143111341131141114113"
    "114311411113411311113141114131311141411131211412211214211232"
)
_STOP = "2331112"
_START_B, _START_C = 104, 105
_PRINTABLE = range(32, 127)


def check_digit(digits: str) -> str:
    """The thirteenth digit of an EAN-13 for its first twelve."""
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return str(-weighted % 10)


def ean13(digits: str) -> str:
    """The 95 modules, "1" dark; ValueError unless these are 13 digits with a right check digit."""
    if len(digits) != 13 or not digits.isdecimal() or check_digit(digits[:12]) != digits[12]:
        raise ValueError("not an EAN-13")
    left = "".join(_digit(digit, kind) for digit, kind in zip(digits[1:7], _PARITY[int(digits[0])], strict=True))
    right = "".join(_digit(digit, "C") for digit in digits[7:])
    return f"101{left}01010{right}101"


def _digit(digit: str, kind: str) -> str:
    light_first = _SET_A[int(digit)]
    dark_first = light_first.translate({48: "1", 49: "0"})
    return {"A": light_first, "B": dark_first[::-1], "C": dark_first}[kind]


def code128(data: bytes) -> str:
    """The modules, "1" dark; code set C for an even number of digits, else B; ValueError unless printable ASCII."""
    if not data or any(byte not in _PRINTABLE for byte in data):
        raise ValueError("not printable ASCII")
    values = _values(data.decode("ascii"))
    check = (values[0] + sum(place * value for place, value in enumerate(values))) % 103
    return _modules("".join(_WIDTHS[6 * value : 6 * value + 6] for value in (*values, check)) + _STOP)


def _values(text: str) -> list[int]:
    if text.isdecimal() and len(text) % 2 == 0:
        return [_START_C, *(int(text[place : place + 2]) for place in range(0, len(text), 2))]
    return [_START_B, *(ord(character) - 32 for character in text)]


def _modules(widths: str) -> str:
    ends = [sum(map(int, widths[:place])) for place in range(len(widths) + 1)]
    return "".join("10"[place % 2] * (end - start) for place, (start, end) in enumerate(pairwise(ends)))
