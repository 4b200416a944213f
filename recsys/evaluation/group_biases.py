"""For which groups of users or movies is the model biased: expected ratings too high or too low, too much confidence?

Each group's mean of a signed metric is tested against 0, with standard errors clustered by user and by movie.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtr

from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions
from recsys.evaluation.reports import MODEL, Report
from recsys.evaluation.slices import (
    CONFIDENCE_GAP,
    MEAN_ERROR,
    SIGNED_METRICS,
    Slicing,
    large_enough,
    signed_values_per_row,
    slicings,
)
from recsys.features.vocabulary import Vocabulary
from recsys.glossary import group_words, metric
from recsys.metrics.multiple_tests import adjusted
from recsys.schema import USER

LEVEL = 0.05  # expected share of chance among the groups that are named
MOST_NAMED = 4  # groups in a sentence
BIAS_COLUMNS = ("slice", "group", "metric", "value", "p_value", "adjusted_p_value", "beyond_chance")
DIRECTIONS = {MEAN_ERROR: ("too high", "too low"), CONFIDENCE_GAP: ("too confident", "too cautious")}
SUBJECTS = {MEAN_ERROR: "expected ratings are", CONFIDENCE_GAP: "the model is"}
NONE = {
    MEAN_ERROR: "For no group are expected ratings too high or too low beyond chance.",
    CONFIDENCE_GAP: "For no group is the model too confident or too cautious beyond chance.",
}


def biases(
    report: Report | None, interactions: Interactions, catalogue: Catalogue, vocabulary: Vocabulary
) -> pd.DataFrame:
    """Each signed metric of the model in each group that is large enough, and whether it differs from 0 beyond chance.

    Parameters
    ----------
    report, interactions, catalogue, vocabulary
        As in `slices.slices`.

    Returns
    -------
    DataFrame
        The columns `BIAS_COLUMNS`, the smallest p value first: slice, group, metric (one of `SIGNED_METRICS`), value,
        p_value (t test of the value against 0), adjusted_p_value (Benjamini and Hochberg, over all rows of the table)
        and beyond_chance (whether it is at most `LEVEL`). Empty for a model without a report.
    """
    if report is None:
        return pd.DataFrame(columns=list(BIAS_COLUMNS))
    values = signed_values_per_row(report, MODEL)
    user_index = np.unique(report.held_out[USER].to_numpy(), return_inverse=True)[1]
    rows = [
        row
        for slicing in slicings(report, interactions, catalogue, vocabulary)
        for row in _of_slicing(report, slicing, values, large_enough(*slicing.sizes(user_index)))
    ]
    table = pd.DataFrame(rows, columns=list(BIAS_COLUMNS[:-2]))
    corrected = adjusted(table["p_value"].to_numpy(np.float64))
    table = table.assign(adjusted_p_value=corrected, beyond_chance=corrected <= LEVEL)
    return table.sort_values("p_value", kind="stable", ignore_index=True)


def bias_sentence(
    biases: Iterable[Mapping[Any, Any]], metric_name: str, words: Callable[[str, str], str] = group_words
) -> str:
    """The groups with a bias beyond chance as a sentence, the clearest first, or that there is none.

    Parameters
    ----------
    biases : iterable of mappings
        Rows of a table of `biases`.
    metric_name : str
        One of `SIGNED_METRICS`.
    words : callable
        The words for a group, from its slicing and name.

    Returns
    -------
    str
        Empty if no group was tested.
    """
    entry, tested = metric(metric_name), [row for row in biases if row["metric"] == metric_name]
    named = [row for row in tested if row["beyond_chance"]]
    if not named:
        return NONE[metric_name] if tested else ""
    parts = [
        f"{DIRECTIONS[metric_name][row['value'] < 0]} for {words(row['slice'], row['group'])} "
        f"({entry.write(row['value'])})"
        for row in named[:MOST_NAMED]
    ]
    more = len(named) - len(parts)
    others = f"; {more} more {'group differs' if more == 1 else 'groups differ'}" if more else ""
    return f"Beyond chance, {SUBJECTS[metric_name]} {', '.join(parts)}{others}."


def _of_slicing(
    report: Report, slicing: Slicing, values: Mapping[str, np.ndarray], compared: np.ndarray
) -> list[tuple[str, str, str, float, float]]:
    """Slice, group, metric, value and p value of each group to compare, bool (groups,)."""
    groups, group, of_rows = len(slicing.groups), slicing.group, report.clusters.of_rows(slicing.rows)
    n, freedom = np.bincount(group, minlength=groups), of_rows.smallest_count(group, groups) - 1.0
    rows = []
    for name in SIGNED_METRICS:
        of_metric = values[name][slicing.rows]
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = np.bincount(group, of_metric, groups) / n
            error = of_rows.standard_errors((of_metric - mean[group]) / n[group], group, groups)
            p_values = 2 * stdtr(freedom, -np.abs(mean / error))
        rows += [
            (slicing.name, slicing.groups[index], name, float(mean[index]), float(p_values[index]))
            for index in np.flatnonzero(compared)
        ]
    return rows
