"""Random draws that depend on ids and a seed alone, never on row order or on how many rows there are.

Our own, because NumPy's generators draw in sequence, so that a row's number depends on the rows before it, and hash
packages (`xxhash`, `mmh3`) take one byte string at a time.
"""

from __future__ import annotations

from enum import Enum, unique
from typing import Any

import numpy as np

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


@unique
class Stream(Enum):
    """Every random draw of the project, so that no two use the same numbers.

    A seeded stream differs from seed to seed; a fixed one is the same for every seed, and has one key less, so that
    its numbers are no seeded stream's.
    """

    SPLIT = ("seeded", 1)
    FOLD = ("seeded", 2)
    NEWCOMER_FOLD = ("seeded", 3)
    SHORT_HISTORY_LENGTH = ("seeded", 4)
    SHORT_HISTORY_ORDER = ("seeded", 5)
    BOOTSTRAP = ("seeded", 6)
    NEWCOMER_PASS = ("seeded", 7)
    NEWCOMER_ROWS = ("seeded", 8)
    CONFORMAL_CALIBRATION = ("seeded", 9)
    TRADE_OFF_USERS = ("seeded", 10)
    LEARNING_CURVE_ROWS = ("seeded", 11)
    HIDDEN_RATINGS = ("seeded", 12)
    HALF_OF_NEWCOMERS = ("seeded", 14)
    AUDIT_USERS = ("seeded", 16)
    FEATURE_SAMPLE = ("seeded", 17)
    ALIGNMENT_ROWS = ("seeded", 18)
    PERMUTATION = ("seeded", 19)
    GATE_SET = ("fixed", 10)
    ALS_START = ("fixed", 11)
    SVD_START = ("fixed", 12)
    TASTE_MATCH = ("fixed", 13)


def draw(stream: Stream, *ids: np.ndarray | int, seed: int = 0) -> np.ndarray:
    """One number in [0, 1) for each combination of ids, by a stream and, if it is seeded, a seed.

    Parameters
    ----------
    stream : Stream
        What is drawn.
    *ids : int or int array
        They broadcast together; at least one is an array.
    seed : int
        Fixed streams ignore it.

    Returns
    -------
    float64 array, of the broadcast shape of the ids
    """
    kind, number = stream.value
    return uniform(*ids, seed, number) if kind == "seeded" else uniform(*ids, number)


def uniform(*keys: np.ndarray | int) -> np.ndarray:
    """A uniform draw for each combination of keys.

    Parameters
    ----------
    *keys : int or int array
        They broadcast together; at least one is an array.

    Returns
    -------
    float64 array, of the broadcast shape of the keys
        Numbers in [0, 1).

    References
    ----------
    Steele, Lea and Flood (2014), Fast splittable pseudorandom number generators, doi 10.1145/2660193.2660195: its
    SplitMix64 finaliser folds one key after another into the state.

    Examples
    --------
    >>> shuffled, in_order = uniform(np.array([7, 5]), 0), uniform(np.array([5, 6, 7]), 0)
    >>> bool(shuffled[0] == in_order[2] and shuffled[1] == in_order[0])
    True
    """
    state: Any = np.uint64(0)
    with np.errstate(over="ignore"):
        for key in keys:
            state = _mix(state + np.asarray(key).astype(np.uint64) * _GOLDEN + _GOLDEN)
    return (state >> np.uint64(11)).astype(np.float64) / 2.0**53


def _mix(value: np.ndarray) -> np.ndarray:
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))
