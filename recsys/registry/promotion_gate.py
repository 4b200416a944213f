"""The promotion gate: may a challenger replace the champion (the active model), and if not, why.

It must be shown to be no worse than the champion, and than the best model ever accepted, by more than a margin: a test
of non-inferiority. All are judged by the predictions in their reports, on ratings that none was trained on. Nothing is
predicted here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from recsys.data.splits import gate_set
from recsys.evaluation import Report
from recsys.evaluation.audit import failures
from recsys.evaluation.baselines import Predictions
from recsys.evaluation.common_rows import common_rows
from recsys.glossary import model_name
from recsys.metrics import squared_errors
from recsys.metrics.probability import log_losses
from recsys.registry.subgroup_tests import mean_and_standard_error, row_log_losses, significant_drops
from recsys.schema import MOVIE, RATING, USER
from recsys.serving.recommender import Recommender

MIN_PAIRS = 2000
MARGINS = {"log_loss": 0.0075, "rmse": 0.0075}  # rises must be smaller than this; `benchmarks/gate.py` has the power
SUBGROUP_TOLERANCE = 0.002  # a rise in a subgroup's log-loss too small to matter to a user
NAMES = {"log_loss": "log-loss", "rmse": "RMSE"}
Z_CRITICAL = 1.6449  # standard errors up to the upper end of a one-sided 95% interval
MAX_SHORT_REASONS = 5
MIN_SPREAD = 0.01  # standard deviation of the expected ratings, in stars; a model below it has learned nothing


@dataclass(frozen=True)
class Champion:
    """A model to compare with: its version, the fingerprint of its data, and its report."""

    version: str
    fingerprint: str
    report: Report


@dataclass(frozen=True)
class Verdict:
    """Whether a challenger passed the gate, and the reasons why not, as sentences.

    Attributes
    ----------
    passed
        Whether there is no reason against it.
    reasons
        One sentence each, the largest rises of subgroups first.
    champion
        The version it was compared with, "" when there was none.
    pairs
        How many ratings both models held out.
    differences
        The challenger's metric less the champion's, by metric: value, and the ends of its 90% interval.
    best
        The best version ever accepted, with which it was compared too; "" where that is the champion, or none.
    gate_log_loss
        The challenger's own log-loss on the gate set, by which the best version is found; None without one.
    """

    passed: bool
    reasons: tuple[str, ...] = ()
    champion: str = ""
    pairs: int = 0
    differences: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)
    best: str = ""
    gate_log_loss: float | None = None

    def as_dict(self) -> dict[str, Any]:
        """As plain values for the manifest; differences as metric: [value, low, high], null where undefined."""
        differences = {
            metric: [value if np.isfinite(value) else None for value in interval]
            for metric, interval in self.differences.items()
        }
        return asdict(self) | {"reasons": list(self.reasons), "differences": differences}


def shorten_reasons(reasons: Sequence[str], where_all: str = "") -> list[str]:
    """The first `MAX_SHORT_REASONS` reasons, then how many more there are, followed by where to find all of them."""
    more = len(reasons) - MAX_SHORT_REASONS
    if more < 2:  # "And 1 more." would take the place of that reason
        return list(reasons)
    return [*reasons[:MAX_SHORT_REASONS], f"And {more} more{where_all}."]


def judge(challenger: Recommender, champion: Champion | None, best: Champion | None = None) -> Verdict:
    """Test a challenger against the baselines, the champion and the best version so far.

    Parameters
    ----------
    challenger
        A trained model; without a report it is refused.
    champion
        The active model; None when there is none, and the baselines suffice.
    best
        The best version ever accepted on the same data, so that many small steps down do not add up; None when that
        is the champion.
    """
    champion_version = champion.version if champion else ""
    report = challenger.report
    if report is None:
        return Verdict(False, ("It has no evaluation report.",), champion_version)
    reasons = list(_invalid_predictions(report))
    if reasons:
        return Verdict(False, tuple(reasons), champion_version)
    reasons, verdict = [*_not_better_than_baselines(report), *_failed_audits(report)], Verdict(False)
    if champion is not None:
        verdict = _compared(challenger, report, champion)
        reasons += verdict.reasons
    if best is not None:
        reasons += _worse_than_best(report, best)
        verdict = replace(verdict, best=best.version)
    return replace(verdict, passed=not reasons, reasons=tuple(reasons), gate_log_loss=_gate_log_loss(report))


def _invalid_predictions(report: Report) -> Iterator[str]:
    """Predictions that are not finite, are not probabilities, or do not vary."""
    predictions = report.predicted()
    probabilities = predictions.probabilities
    if probabilities is None or not len(probabilities):
        yield "It made no predictions."
    elif not np.isfinite(probabilities).all():
        invalid = (~np.isfinite(probabilities)).any(1).sum()
        yield f"{invalid:,} of {len(probabilities):,} predictions are not finite numbers."
    elif (probabilities < 0).any() or np.abs(probabilities.sum(1) - 1).max() > 1e-6:
        yield "Its probabilities of the stars do not add up to 1."
    elif predictions.expected.std() < MIN_SPREAD:
        yield "It predicts the same for every user and movie."


def _not_better_than_baselines(report: Report) -> Iterator[str]:
    """Every baseline that is at least as good on the same rows."""
    if not report.baselines:
        yield "Its report has no baseline."
    model_losses = _losses(report, report.predicted())
    for name, predictions in report.baselines.items():
        for metric, baseline_loss in _losses(report, predictions).items():
            if model_losses[metric] >= baseline_loss:
                values = f"{NAMES[metric]} {model_losses[metric]:.4f}, baseline {baseline_loss:.4f}"
                yield f"It is not better than the baseline “{model_name(name)}”: {values}."


def _failed_audits(report: Report) -> Iterator[str]:
    """Every check of the leakage audit that failed; a model without an audit is not trusted."""
    if report.audit.empty:
        yield "The leakage audit was not run."
    for failure in failures(report.audit):
        yield f"The leakage audit failed. {failure}"


def _losses(report: Report, predictions: Predictions) -> dict[str, float]:
    """Log-loss and RMSE on the held-out rows; log-loss is NaN, which no model is worse than, without probabilities."""
    truth, probabilities = report.held_out[RATING].to_numpy(), predictions.probabilities
    return {
        "log_loss": np.nan if probabilities is None else float(log_losses(truth, probabilities, report.stars).mean()),
        "rmse": float(np.sqrt(squared_errors(truth, predictions.expected).mean())),
    }


def _compared(challenger: Recommender, report: Report, champion: Champion) -> Verdict:
    """The differences on the ratings that both hold out, and the reasons that follow from them."""
    refused = Verdict(False, (), champion.version)
    if challenger.manifest.get("data", {}).get("fingerprint") != champion.fingerprint:
        other_data = "It was trained on other data than the live model. To use it, promote it with a reason."
        return replace(refused, reasons=(other_data,))
    if report.stars != champion.report.stars:
        return replace(refused, reasons=("It has another rating scale than the live model.",))
    challenger_common, champion_common = common_rows(report, champion.report)
    pairs = len(challenger_common.held_out)
    if pairs < MIN_PAIRS:
        too_few = f"Both versions held out only {pairs:,} common ratings; a comparison needs {MIN_PAIRS:,}."
        return replace(refused, pairs=pairs, reasons=(too_few,))
    if not challenger_common.held_out[RATING].equals(champion_common.held_out[RATING]):
        return replace(refused, pairs=pairs, reasons=("Its held-out ratings differ from those of the live model.",))
    rises = differences(challenger_common, champion_common)
    drops = significant_drops(challenger, challenger_common, champion_common, SUBGROUP_TOLERANCE)
    reasons = (*_perhaps_worse(rises, "the live model"), *drops)
    return replace(refused, pairs=pairs, differences=rises, reasons=reasons)


def _worse_than_best(report: Report, best: Champion) -> Iterator[str]:
    """The metrics in which it may be worse than the best version so far."""
    challenger_common, best_common = common_rows(report, best.report)
    if len(challenger_common.held_out) >= MIN_PAIRS and report.stars == best.report.stars:
        yield from _perhaps_worse(differences(challenger_common, best_common), f"the best so far, {best.version}")


def _gate_log_loss(report: Report) -> float | None:
    """The model's log-loss on the held-out rows of the gate set; None without any."""
    rows = gate_set(report.held_out)
    return float(row_log_losses(report)[rows].mean()) if rows.any() else None


def differences(first: Report, second: Report) -> dict[str, tuple[float, float, float]]:
    """The first model's metrics less the second's, with confidence intervals.

    Parameters
    ----------
    first, second
        Reports on the same held-out rows in the same order, on the same scale.

    Returns
    -------
    dict
        Metric to (value, low, high): with 95% confidence the difference is below `high`, and with 95% above `low`,
        with users and movies as random samples.
    """
    users, movies = (first.held_out[name].to_numpy() for name in (USER, MOVIE))
    estimates = {
        metric: mean_and_standard_error(values, users, movies)
        for metric, values in row_differences(first, second).items()
    }
    return {
        metric: (mean, mean - Z_CRITICAL * error, mean + Z_CRITICAL * error)
        for metric, (mean, error) in estimates.items()
    }


def row_differences(first: Report, second: Report) -> dict[str, np.ndarray]:
    """What each row adds to the differences of `differences`, float64 (rows,) by metric; the mean is the difference."""
    truth = first.held_out[RATING].to_numpy()
    squares = [squared_errors(truth, report.predicted().expected) for report in (first, second)]
    roots = [np.sqrt(square.mean()) for square in squares]
    # The square root is linearized, with the constant that makes the mean the difference of the RMSEs itself.
    slopes = squares[0] / (2 * roots[0]) - squares[1] / (2 * roots[1])
    return {
        "log_loss": row_log_losses(first) - row_log_losses(second),
        "rmse": slopes + (roots[0] - roots[1]) / 2,
    }


def _perhaps_worse(differences: Mapping[str, tuple[float, float, float]], than: str) -> Iterator[str]:
    """The metrics that may be worse by the margin or more."""
    for metric, (value, _, high) in differences.items():
        if not high < MARGINS[metric]:
            yield (
                f"Its {NAMES[metric]} may be worse than that of {than} by {high:.4f} (measured: {value:+.4f}; "
                f"allowed: less than {MARGINS[metric]}, with 95% confidence)."
            )
