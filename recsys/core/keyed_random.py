"""Random draws that depend on ids and a seed alone, never on row order or on how many rows there are.

Our own, because NumPy's generators draw in sequence, so that a row's number depends on the rows before it, and hash
packages (`xxhash`, `mmh3`) take one byte string at a time.
"""

from __future__ import annotations

from typing import Any

import numpy as np

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


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
