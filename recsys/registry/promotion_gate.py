"""Is the challenger good enough to answer in place of the champion, and why not.

Both are judged by what they said, when they were made, of ratings that neither learned from. Nothing is predicted here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from recsys.evaluation import Report
from recsys.evaluation.audit import failures
from recsys.evaluation.baselines import Predictions
from recsys.evaluation.common_rows import common_rows
from recsys.metrics import squared_errors
from recsys.metrics.probability import log_losses
from recsys.registry.subgroup_tests import certainty, significant_drops
from recsys.schema import MOVIE, RATING, USER
from recsys.serving.recommender import Recommender

LEAST_PAIRS = 2000
ALLOWANCE = {"log_loss": 0.002, "rmse": 0.004}  # a loss so small is worth nothing to anybody
NAMES = {"log_loss": "log-loss", "rmse": "RMSE"}
SURE = 2.2414  # standard errors to either side: 95 % that both metrics at once lie within
INTERVALS = "95 % for both at once (Bonferroni), if the people and the movies had been others"
MOST_TOLD = 5  # reasons, where there is no room for all
LEAST_SPREAD = 0.01  # stars of standard deviation; who expects the same of everything has learned nothing


@dataclass(frozen=True)
class Champion:
    """What is known of the model that answers: its version, the fingerprint of its data, its report."""

    version: str
    fingerprint: str
    report: Report


@dataclass(frozen=True)
class Verdict:
    """Whether a challenger may answer, and every reason why not, as sentences."""

    passed: bool
    reasons: tuple[str, ...] = ()
    champion: str = ""  # the version it was compared with, "" when there was none
    pairs: int = 0  # held-out ratings of both
    differences: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)  # challenger less champion

    def as_dict(self) -> dict[str, Any]:
        """As plain values, for the manifest; differences as metric: [value, low, high], null where undefined."""
        plain = {
            name: [value if np.isfinite(value) else None for value in three] for name, three in self.differences.items()
        }
        return asdict(self) | {"reasons": list(self.reasons), "differences": plain}


def in_short(reasons: Sequence[str], all_of_them: str = "") -> list[str]:
    """The first reasons, of the groups the worst; then how many more there are, and where all of them are told."""
    more = len(reasons) - MOST_TOLD
    if more < 2:  # the sentence on the rest would take the place of the one that is left
        return list(reasons)
    return [*reasons[:MOST_TOLD], f"And {more} more{all_of_them}."]


def judge(challenger: Recommender, champion: Champion | None) -> Verdict:
    """The verdict on a challenger; without a champion it need only be sound and better than the baselines."""
    report = challenger.report
    if report is None:
        return Verdict(False, ("It has no report on held-out ratings.",), champion.version if champion else "")
    reasons = list(_unsound(report))
    if reasons:
        return Verdict(False, tuple(reasons), champion.version if champion else "")
    reasons = [*_no_better_than_guessing(report), *_leaking(report)]
    if champion is None:
        return Verdict(not reasons, tuple(reasons))
    compared = _against(challenger, report, champion)
    reasons += compared.reasons
    return replace(compared, passed=not reasons, reasons=tuple(reasons))


def _unsound(report: Report) -> Iterator[str]:
    """Predictions that are not finite, are not probabilities, or do not vary."""
    said = report.predicted()
    found = said.probabilities
    if found is None or not len(found):
        yield "It predicted nothing."
    elif not np.isfinite(found).all():
        yield f"{(~np.isfinite(found)).any(1).sum():,} of {len(found):,} predictions are not finite numbers."
    elif (found < 0).any() or np.abs(found.sum(1) - 1).max() > 1e-6:
        yield "Its probabilities of the stars do not add up to 1."
    elif said.expected.std() < LEAST_SPREAD:
        yield "It says the same of everybody and every movie."


def _no_better_than_guessing(report: Report) -> Iterator[str]:
    """Every baseline that is at least as good on the same rows."""
    if not report.baselines:
        yield "It was not compared with any baseline."
    ours = _losses(report, report.predicted())
    for name, said in report.baselines.items():
        for metric, theirs in _losses(report, said).items():
            if ours[metric] >= theirs:
                told = f"{NAMES[metric]} {ours[metric]:.4f}, the baseline's {theirs:.4f}"
                yield f"It does not beat the baseline {name}: {told}."


def _leaking(report: Report) -> Iterator[str]:
    """Every check of the leakage audit that failed; a model without an audit is not trusted."""
    if report.audit.empty:
        yield "It was not audited for leaks."
    for told in failures(report.audit):
        yield f"The leakage audit failed. {told}"


def _losses(report: Report, said: Predictions) -> dict[str, float]:
    """Log-loss and RMSE of what somebody said of the held-out rows; NaN, which nothing is worse than, where unsaid."""
    truth = report.held_out[RATING].to_numpy()
    unsaid = said.probabilities is None
    return {
        "log_loss": np.nan if unsaid else float(log_losses(truth, said.probabilities, report.stars).mean()),
        "rmse": float(np.sqrt(squared_errors(truth, said.expected).mean())),
    }


def _against(challenger: Recommender, report: Report, champion: Champion) -> Verdict:
    """What differs on the ratings that both hold out, and the reasons that follow."""
    other = Verdict(False, (), champion.version)
    if challenger.manifest.get("data", {}).get("fingerprint") != champion.fingerprint:
        return replace(other, reasons=("It was trained on other data than the active model: only you can choose it.",))
    if report.stars != champion.report.stars:
        return replace(other, reasons=("It knows other star values than the active model.",))
    ours, theirs = common_rows(report, champion.report)
    pairs = len(ours.held_out)
    if pairs < LEAST_PAIRS:
        few = f"Only {pairs:,} ratings are held out by both; {LEAST_PAIRS:,} are needed to compare."
        return replace(other, pairs=pairs, reasons=(few,))
    if not ours.held_out[RATING].equals(theirs.held_out[RATING]):
        return replace(other, pairs=pairs, reasons=("Its held-out ratings are not those of the active model.",))
    found = differences(ours, theirs)
    reasons = [*_worse(found), *significant_drops(challenger, ours, theirs, ALLOWANCE["log_loss"])]
    return replace(other, pairs=pairs, differences=found, reasons=tuple(reasons))


def differences(ours: Report, theirs: Report) -> dict[str, tuple[float, float, float]]:
    """What the first of two reports on the same rows loses on each metric: value, low, high (`INTERVALS`).

    Two metrics are two chances to be unlucky: the intervals are such that both hold at once with 95 % (Bonferroni).
    """
    truth, users, movies = (ours.held_out[name].to_numpy() for name in (RATING, USER, MOVIE))
    said = [side.predicted() for side in (ours, theirs)]
    losses = [log_losses(truth, each.probabilities, ours.stars) for each in said]
    squares = [squared_errors(truth, each.expected) for each in said]
    roots = [np.sqrt(square.mean()) for square in squares]
    # Of a root the slope is taken, and its constant chosen so that the mean is the difference itself.
    slopes = squares[0] / (2 * roots[0]) - squares[1] / (2 * roots[1])
    rows = {"log_loss": losses[0] - losses[1], "rmse": slopes + (roots[0] - roots[1]) / 2}
    found = {metric: certainty(values, users, movies) for metric, values in rows.items()}
    return {metric: (value, value - SURE * error, value + SURE * error) for metric, (value, error) in found.items()}


def _worse(differences: Mapping[str, tuple[float, float, float]]) -> Iterator[str]:
    """Metrics that are worse beyond chance, by more than is worth nothing."""
    for metric, (value, low, high) in differences.items():
        if low > 0 and value > ALLOWANCE[metric]:
            yield (
                f"Its {NAMES[metric]} is worse by {value:.4f} ({low:.4f} to {high:.4f} with 95 % certainty); "
                f"{ALLOWANCE[metric]} is allowed."
            )
