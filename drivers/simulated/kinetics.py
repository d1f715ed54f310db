"""Enzyme in a cuvette: acetylcholinesterase turns the substrate, DTNB makes the product yellow, absorbance rises.

Michaelis–Menten with the substrate used up; an organophosphate or carbamate took part of the enzyme away beforehand.
"""

import math

KM = 0.1  # mmol/L, acetylthiocholine
SUBSTRATE = 0.7  # mmol/L in the cuvette
ABSORPTIVITY = 14.15  # 1/(mmol/L · cm) of the yellow product at 412 nm
FRESH = 2.256e-4  # mmol/(L·s): a fresh enzyme gives a change of about 0.5 AU in three minutes
WINDOW = 180.0  # seconds between the two readings


def left_active(dose: float, minutes: float = 15.0) -> float:
    """Share of the enzyme that still works after `minutes` with an inhibitor: `dose` is rate × concentration, 1/min."""
    return math.exp(-dose * minutes)


def absorbance(active: float, seconds: float) -> float:
    """AU above the start, one step per second; `active` is the share of a fresh enzyme."""
    substrate, left = SUBSTRATE, seconds
    while left > 0:
        step = min(1.0, left)
        substrate -= step * active * FRESH * substrate / (KM + substrate)
        left -= step
    return ABSORPTIVITY * (SUBSTRATE - substrate)


def change(active: float) -> float:
    """ΔA of one cuvette over the window of the method."""
    return absorbance(active, WINDOW)
