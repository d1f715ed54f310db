"""Facts of one printer model."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PrinterModel:
    """Facts of one model. `profile` is python-escpos's name for the paper width and the cutter."""

    profile: str = "NT-80-V-UL"
    width: int = 576  # dots
    band: int = 256  # rows in one raster command: small buffers choke on more
    completes: bool = True  # answers GS ( H
    clears: bool = True  # understands DLE DC4 fn 8
    answers_within: float = 0.5  # seconds
    quiet: float = 1.0  # seconds without a word before we ask how it is
    prints_within: float = 30.0  # seconds from the last byte to the end of the paper
