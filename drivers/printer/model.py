"""Facts of one printer model. Where they come from stands in models/*.toml; what nobody has shown is in `assumed`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PrinterModel:
    """The defaults are the generic 80 mm receipt printer. Lengths in dots, rows and bytes, times in seconds."""

    name: str = "escpos-80mm"
    language: str = "escpos"  # escpos | tspl | zpl | cups
    profile: str = "NT-80-V-UL"  # python-escpos's name for the paper width and the cutter
    width: int = 576  # dots
    dots_per_mm: int = 8
    band: int = 256  # rows in one raster command: small buffers choke on more
    chunk: int = 4096  # bytes in one write
    places: bool = True  # ESC $ moves the left end of a GS v 0 picture
    feed_units: int = 0  # units of ESC J in one dot; 0: unknown, blank rows go as a picture one byte wide
    cuts: bool = True
    tear_off: int = 6  # lines fed past the tear bar of a printer that does not cut
    gap: int = 2  # mm between two labels; 0: endless
    answers: bool = True  # says how it is when it is asked
    completes: bool = True  # answers GS ( H
    clears: bool = True  # forgets an unfinished job when it is told (DLE DC4 fn 8, ~JA)
    near_end: bool = True  # has a sensor for the end of the roll
    answers_within: float = 0.5
    quiet: float = 1.0  # without a word before we ask how it is
    settles: float = 3.0  # well for so long after the last byte: then it counts as printed, where nothing tells us more
    prints_within: float = 30.0  # from the last byte to the end of the paper
    takes_within: float = 5.0  # one write
    assumed: tuple[str, ...] = ()  # facts without a source

    @property
    def confirmed(self) -> bool:
        return not self.assumed
