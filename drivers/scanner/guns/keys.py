"""What a scan gun types as a keyboard, made into codes. Kernel events in, codes and refusals out; it opens nothing.

Only characters of the US layout and Enter or Tab are a code. Whatever else a keyboard can say (Ctrl, Alt, Meta, F1,
Esc, arrows, CapsLock, Alt with the keypad) spoils the whole code: that is how BadBarcode opens a shell.
"""

import struct
from collections.abc import Iterator

from drivers.scanner.guns.gun import Draft, Scan

# struct input_event of linux/input.h: time (seconds, microseconds), type, code, value. The kernel writes the two parts
# of the time as `unsigned long`, which has 8 bytes on the 64-bit systems that a box runs: 24 bytes in all.
EVENT = struct.Struct("=qqHHi")

EV_SYN, EV_KEY = 0, 1
SYN_REPORT, SYN_DROPPED = 0, 3
RELEASED, PRESSED = 0, 1  # 2: the kernel repeats a key that is held down

# A gun leaves 8 to 16 ms between two keys (measured by users of several), up to some 100 ms where its setting for slow
# hosts is on; half a second parts two pulls of a trigger, or a gun from a person who looks for the next key.
PAUSE = 500_000  # microseconds

ENTER, TAB, KP_ENTER = 28, 15, 96
ENDS = frozenset((ENTER, TAB, KP_ENTER))
SHIFTS = frozenset((42, 54))  # left, right
CHORDS = frozenset((29, 97, 56, 100, 125, 126))  # Ctrl, Alt, Meta; left and right

# linux/input-event-codes.h: rows of the keyboard as first code, plain characters, characters with Shift
ROWS = (
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    (57, " ", " "),
)
# The keypad with NumLock, as guns assume it; with Shift its keys are arrows.
KEYPAD = ((55, "*"), (71, "789-456+1230."), (98, "/"))

PLAIN = {first + n: ord(one) for first, plain, _ in ROWS for n, one in enumerate(plain)}
SHIFTED = {first + n: ord(one) for first, _, shifted in ROWS for n, one in enumerate(shifted)}
PAD = {first + n: ord(one) for first, keys in KEYPAD for n, one in enumerate(keys)}


class Keys:
    """The events of one keyboard, from its opening on."""

    def __init__(self) -> None:
        self._draft = Draft()
        self._torn = b""
        self._held: set[int] = set()  # modifiers that are down
        self._last: int | None = None  # microseconds; when the newest key went down
        self._dropped = False

    def typed(self, data: bytes) -> list[Scan]:
        """Takes events as the kernel gives them, also torn ones; the times in them part the codes."""
        data = self._torn + data
        whole = len(data) - len(data) % EVENT.size
        self._torn = data[whole:]
        return [scan for event in EVENT.iter_unpack(data[:whole]) for scan in self._event(*event)]

    def _event(self, seconds: int, micros: int, kind: int, code: int, value: int) -> Iterator[Scan]:
        now = seconds * 1_000_000 + micros
        if kind == EV_SYN:
            yield from self._synced(code, now)
        elif kind != EV_KEY:
            return
        elif self._dropped:
            self._lost(now)
        elif value == RELEASED:
            self._held.discard(code)
        elif value == PRESSED:
            yield from self._paused(now)
            yield from self._pressed(code)

    def _synced(self, code: int, now: int) -> list[Scan]:
        """The kernel's queue was full: what is lost is unknown, up to the next report and in the rest of the code."""
        if code == SYN_DROPPED:
            self._dropped = True
            self._lost(now)
            self._held.clear()
            return self._draft.spoil("scanner.gun_half")
        if code == SYN_REPORT:
            self._dropped = False
        return []

    def _lost(self, now: int) -> None:
        """A pause after what is lost is counted from its latest time: what comes sooner is the rest of it."""
        self._last = max(now, self._last or now)

    def _paused(self, now: int) -> list[Scan]:
        """After a pause a new code begins; one that was not ended is half a code."""
        last, self._last = self._last, now
        if last is None or now - last <= PAUSE:
            return []
        told = self._draft.spoil("scanner.gun_half") if self._draft else []
        self._draft.fresh()
        return told

    def _pressed(self, code: int) -> list[Scan]:
        if code in SHIFTS:
            self._held.add(code)
            return []
        if code in CHORDS:
            self._held.add(code)
        elif code in ENDS and not self._held:
            return self._draft.end()
        elif (character := self._character(code)) is not None:
            return self._draft.add(character)
        return self._draft.spoil("scanner.gun_control")

    def _character(self, code: int) -> int | None:
        if not self._held:
            return PLAIN.get(code, PAD.get(code))
        return SHIFTED.get(code) if self._held <= SHIFTS else None
