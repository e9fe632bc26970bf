"""Which offers a need admits, found by looking at every one: what all engines must agree with."""

import numpy as np
from numpy.typing import NDArray

from benchmarks.columns import Asked, Columns
from matcher.kernels.compiled import EARTH_KM


def eligible(columns: Columns, asked: Asked) -> NDArray[np.int64]:
    """Rows that break no hard condition for certain and show interest; rising."""
    out = columns.closed | (columns.no & asked.requires != 0)
    out |= (columns.age_from > asked.age) | (columns.age_to < asked.age)
    out |= columns.gender == asked.other_gender
    if asked.max_kr is not None:
        out |= columns.kr > asked.max_kr  # NaN is not above anything
    chord = np.sqrt(((columns.place - np.array(asked.place)) ** 2).sum(axis=1))
    slack = np.hypot(columns.uncertainty_km, asked.slack_km)
    nearest = 2 * EARTH_KM * np.arcsin(chord / 2) - slack
    out |= nearest > asked.reach_km
    interested = np.zeros(len(out), dtype=bool)
    for token in asked.tokens:
        if token in columns.rows_of:
            interested[columns.rows_of[token]] = True
    return np.flatnonzero(interested & ~out)
