"""Draws that depend on ids and a seed alone, never on row order or on how many rows there are.

Our own, because NumPy's generators draw in sequence, so that a row's number depends on the rows before it, and hash
packages (`xxhash`, `mmh3`) take one byte string at a time.
"""

from __future__ import annotations

import numpy as np

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def uniform(*keys: np.ndarray | int) -> np.ndarray:
    """One number in [0, 1) for each combination of integer keys, float64, broadcast over the keys.

    Keys are folded with the SplitMix64 finaliser (Steele, Lea and Flood 2014, doi 10.1145/2660193.2660195).
    """
    state = np.uint64(0)
    with np.errstate(over="ignore"):
        for key in keys:
            state = _mix(state + np.asarray(key).astype(np.uint64) * _GOLDEN + _GOLDEN)
    return (state >> np.uint64(11)).astype(np.float64) / 2.0**53


def _mix(value: np.ndarray) -> np.ndarray:
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))
