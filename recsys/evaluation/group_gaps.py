"""Which groups of users or movies differ beyond chance?

For each way to divide the held-out rows and each metric, the two groups that differ most, in standard errors, are
compared with what shuffled labels give. Whole users (movies, for their attributes) are shuffled, so that the rows of
one stay together; differences are in standard errors because groups are of unequal size.

References
----------
A. Janssen (1997), Studentized permutation tests for non-i.i.d. hypotheses, doi 10.1016/S0167-7152(97)00043-6.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from recsys.core.blas import limit_blas_threads
from recsys.core.keyed_random import Stream, draw
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions
from recsys.evaluation.reports import MODEL, Report
from recsys.evaluation.slices import Slicing, large_enough, slicings, values_per_row
from recsys.features.vocabulary import Vocabulary
from recsys.glossary import group_words, metric
from recsys.metrics.clustered import root_with_half_width
from recsys.metrics.multiple_tests import adjusted
from recsys.schema import MOVIE, USER

SHUFFLES = 2000  # of the labels
BLOCK_CELLS = 100_000  # users or movies times shuffles that are computed at once
LEVEL = 0.05  # expected share of chance among the gaps that are named
GAP_COLUMNS = ("slice", "metric", "lower", "higher", "gap", "p_value", "adjusted_p_value", "beyond_chance")
TIE = 1e-9  # relative; sums in another order differ by rounding


def gaps(
    report: Report | None, interactions: Interactions, catalogue: Catalogue, vocabulary: Vocabulary, seed: int = 0
) -> pd.DataFrame:
    """The clearest gap between two groups of each slicing in each metric of the model, and whether it is chance.

    Parameters
    ----------
    report, interactions, catalogue, vocabulary
        As in `slices.slices`.
    seed : int
        Seed of the shuffles.

    Returns
    -------
    DataFrame
        The columns `GAP_COLUMNS`, the smallest p value first: slice, metric, lower and higher (groups large enough to
        compare, by their values), gap (difference of the values), p_value (share of shuffles with at least as large a
        gap in standard errors), adjusted_p_value (Benjamini and Hochberg, over all rows of the table) and
        beyond_chance (whether it is at most `LEVEL`). Empty for a model without a report.
    """
    if report is None:
        return pd.DataFrame(columns=list(GAP_COLUMNS))
    by_kind: dict[str, list[Slicing]] = {USER: [], MOVIE: []}
    for slicing in slicings(report, interactions, catalogue, vocabulary):
        by_kind[slicing.of].append(slicing)
    rows = [row for kind, of_kind in by_kind.items() for row in _clearest_gaps(report, kind, of_kind, seed)]
    table = pd.DataFrame(rows, columns=list(GAP_COLUMNS[:-2]))
    corrected = adjusted(table["p_value"].to_numpy(np.float64))
    table = table.assign(adjusted_p_value=corrected, beyond_chance=corrected <= LEVEL)
    return table.sort_values("p_value", kind="stable", ignore_index=True)


def gap_sentence(
    gaps: Iterable[Mapping[Any, Any]], metric_name: str, words: Callable[[str, str], str] = group_words
) -> str:
    """The gaps in one metric that are beyond chance as a sentence, or that there is none; empty if none was tested.

    Parameters
    ----------
    gaps : iterable of mappings
        Rows of a table of `gaps`.
    metric_name : str
    words : callable
        The words for a group, from its slicing and name.
    """
    entry, tested = metric(metric_name), [row for row in gaps if row["metric"] == metric_name]
    parts = [
        f"higher for {words(row['slice'], row['higher'])} than for {words(row['slice'], row['lower'])} (by "
        f"{entry.write_difference(row['gap']).lstrip('+')}, {_p_text(row['p_value'])})"
        for row in tested
        if row["beyond_chance"]
    ]
    if parts:
        return f"Beyond chance, {entry.label} is {'; '.join(parts)}."
    return f"No gap in {entry.label} between two groups is beyond chance." if tested else ""


def _p_text(p_value: float) -> str:
    return "p < 0.001" if p_value < 0.001 else f"p = {p_value:.3f}"


def _clearest_gaps(report: Report, kind: str, of_kind: list[Slicing], seed: int) -> Iterator[tuple]:
    """The row of each slicing and metric, for the attributes of users or of movies."""
    ids, index = np.unique(report.held_out[kind].to_numpy(), return_inverse=True)
    user_index = np.unique(report.held_out[USER].to_numpy(), return_inverse=True)[1]
    compared = {slicing.name: np.flatnonzero(large_enough(*slicing.sizes(user_index))) for slicing in of_kind}
    of_kind = [slicing for slicing in of_kind if len(compared[slicing.name]) > 1]
    if not of_kind:
        return
    values = values_per_row(report, MODEL)
    labels = [_labels(slicing, index, len(ids))[:, compared[slicing.name]] for slicing in of_kind]
    sums = _shuffled_sums(np.hstack(labels), _terms(index, values), ids, seed)
    ends = np.cumsum([each.shape[1] for each in labels])[:-1]
    for slicing, group_sums in zip(of_kind, np.split(sums, ends, axis=1), strict=True):
        groups = [slicing.groups[group] for group in compared[slicing.name]]
        for name, (mean, variance) in _moments(group_sums, values).items():
            yield slicing.name, name, *_clearest_gap(groups, mean, variance)


def _labels(slicing: Slicing, index: np.ndarray, size: int) -> np.ndarray:
    """Which users or movies are in which group, float64 (users or movies, groups) of 0 and 1."""
    labels = np.zeros((size, len(slicing.groups)))
    labels[index[slicing.rows], slicing.group] = 1
    return labels


def _terms(index: np.ndarray, values: Mapping[str, np.ndarray]) -> np.ndarray:
    """Of each user or movie: n, n², and for each metric its sum s, s² and s n, float64 (users or movies, terms)."""
    n = np.bincount(index).astype(np.float64)
    sums = [np.bincount(index, of_rows) for of_rows in values.values()]
    return np.stack([n, n**2, *(term for total in sums for term in (total, total**2, total * n))], axis=1)


def _shuffled_sums(labels: np.ndarray, terms: np.ndarray, ids: np.ndarray, seed: int) -> np.ndarray:
    """Sums of the terms by group, as they are and then in each shuffle, float64 (1 + SHUFFLES, groups, terms)."""
    limit_blas_threads()  # small products: waking other threads takes longer
    sums, block = [(labels.T @ terms)[None]], max(BLOCK_CELLS // len(ids), 1)
    for first in range(0, SHUFFLES, block):
        shuffles = np.arange(first, min(first + block, SHUFFLES))[:, None]
        order = draw(Stream.PERMUTATION, shuffles, ids, seed=seed).argsort(axis=1)
        sums.append(labels.T @ terms[order])
    return np.concatenate(sums)


def _moments(sums: np.ndarray, values: Mapping[str, np.ndarray]) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Each metric's values and their squared standard errors, (1 + SHUFFLES, groups), clustered by user or by movie."""
    n, n_squared = sums[..., 0], sums[..., 1]
    moments = {}
    for i, name in enumerate(values):
        total, squared, crossed = np.moveaxis(sums[..., 2 + 3 * i : 5 + 3 * i], -1, 0)
        mean = total / n
        error = np.sqrt(np.maximum(squared - 2 * mean * crossed + mean**2 * n_squared, 0)) / n
        if name == "rmse":
            mean, error = root_with_half_width(mean, error)
        moments[name] = mean, error**2
    return moments


def _clearest_gap(groups: list[str], mean: np.ndarray, variance: np.ndarray) -> tuple[str, str, float, float]:
    """The two groups that differ most in standard errors, the lower first; their difference, and its p value."""
    one, other = np.triu_indices(len(groups), 1)
    difference = mean[:, one] - mean[:, other]
    with np.errstate(invalid="ignore", divide="ignore"):
        statistics = np.nan_to_num(np.abs(difference) / np.sqrt(variance[:, one] + variance[:, other]), nan=0.0)
    largest, pair = statistics.max(axis=1), int(statistics[0].argmax())
    p_value = float((largest >= largest[0] * (1 - TIE)).mean())
    lower, higher = sorted((int(one[pair]), int(other[pair])), key=lambda group: mean[0, group])
    return groups[lower], groups[higher], float(abs(difference[0, pair])), p_value
