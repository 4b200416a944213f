"""Does the promotion gate refuse worse models and accept equal ones? MovieLens 100K, preset quick.

    python -m benchmarks.gate [--seeds 20] [--samples 1000]

Trains a champion, honest retrains with other seeds, and the degraded challengers of `degraded_models`. The power is
simulated: how models differ from rating to rating is drawn anew from the variance between users, between movies and
between ratings that the honest retrains show, on held-out ratings of the real users and movies, and moved by a true
difference. Each draw is judged by the gate's own bounds. Writes benchmarks/results/gate.md and gate.json. Ends with
code 1 when a degraded challenger passes, or when more than 5% of models worse by .01, or less than 93% of equal ones,
would be accepted on all common ratings.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

import recsys
from benchmarks import degraded_models, result_files
from recsys.config import TrainingConfig
from recsys.data import Dataset
from recsys.evaluation.common_rows import common_rows
from recsys.registry import promotion_gate
from recsys.registry.subgroup_tests import mean_and_standard_error
from recsys.schema import MOVIE, USER

TRUE_DIFFERENCES = (0.0, 0.0025, 0.005, 0.0075, 0.01, 0.02)
PAIRS = (2_000, 4_000, 8_000)  # and all
WORSE, MOST_WORSE_ACCEPTED, LEAST_EQUAL_ACCEPTED = 0.01, 0.05, 0.93
Judgement = tuple[str, promotion_gate.Verdict]


@dataclass(frozen=True)
class RowDifferences:
    """How two models differ on each common held-out rating in one metric, as variances around a mean of zero."""

    between_users: float
    between_movies: float
    between_ratings: float

    @classmethod
    def of(cls, values: np.ndarray, users: np.ndarray, movies: np.ndarray) -> RowDifferences:
        """By the method of moments, from differences by row and the ids of users and movies, (rows,)."""
        deviations = values - values.mean()
        components = []
        for ids in (users, movies):
            index = np.unique(ids, return_inverse=True)[1]
            counts, sums = np.bincount(index), np.bincount(index, deviations)
            pairs = max((counts * (counts - 1)).sum(), 1)
            components.append(max(float((sums**2).sum() - (deviations**2).sum()) / pairs, 0.0))
        between_users, between_movies = components
        return cls(between_users, between_movies, max(float(deviations.var()) - sum(components), 0.0))

    def sample(self, users: np.ndarray, movies: np.ndarray, random: np.random.Generator) -> np.ndarray:
        """New differences, with a true mean of zero, for ratings of these users and movies, (rows,)."""
        values = random.normal(0, np.sqrt(self.between_ratings), len(users))
        for ids, variance in ((users, self.between_users), (movies, self.between_movies)):
            distinct, index = np.unique(ids, return_inverse=True)
            values += random.normal(0, np.sqrt(variance), len(distinct))[index]
        return values


def acceptance(
    differences: Sequence[dict[str, RowDifferences]],
    users: np.ndarray,
    movies: np.ndarray,
    pairs: int,
    samples: int,
    random: np.random.Generator,
) -> list[float]:
    """The share of simulated challengers that are accepted, for each of `TRUE_DIFFERENCES` in both metrics."""
    estimates: dict[str, list[tuple[float, float]]] = {metric: [] for metric in promotion_gate.MARGINS}
    for sample in range(samples):
        rows = random.choice(len(users), pairs, replace=False)
        for metric, variances in differences[sample % len(differences)].items():
            values = variances.sample(users[rows], movies[rows], random)
            estimates[metric].append(mean_and_standard_error(values, users[rows], movies[rows]))
    upper = {
        metric: mean + promotion_gate.Z_CRITICAL * error
        for metric, (mean, error) in ((metric, np.transpose(values)) for metric, values in estimates.items())
    }
    margins = promotion_gate.MARGINS
    return [
        float(np.all([upper[metric] + true < margin for metric, margin in margins.items()], axis=0).mean())
        for true in TRUE_DIFFERENCES
    ]


def main() -> int:
    """Judge all challengers and simulate the power; the exit code says whether the gate is right."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=20, help="number of honest retrains (default 20)")
    parser.add_argument("--samples", type=int, default=1000, help="simulated challengers a row (default 1000)")
    options = parser.parse_args()
    dataset = recsys.load_dataset("ml-100k")
    champion = degraded_models.train_challenger(dataset, TrainingConfig.of("quick", seed=0))
    live = promotion_gate.Champion("the champion", dataset.fingerprint, degraded_models.report_of(champion))
    passed = [name for name, verdict in map(_printed, degraded(dataset, live)) if verdict.passed]
    differences, accepted, power = [], 0, {}
    users = movies = np.empty(0)
    for seed in range(1, options.seeds + 1):
        challenger = degraded_models.train_challenger(dataset, TrainingConfig.of("quick", seed=seed))
        accepted += _printed((f"seed {seed}", promotion_gate.judge(challenger, live)))[1].passed
        reports = common_rows(degraded_models.report_of(challenger), live.report)
        users, movies = (reports[0].held_out[name].to_numpy() for name in (USER, MOVIE))
        differences.append(
            {
                metric: RowDifferences.of(values, users, movies)
                for metric, values in promotion_gate.row_differences(*reports).items()
            }
        )
    for pairs in (*PAIRS, len(users)):
        power[pairs] = acceptance(differences, users, movies, pairs, options.samples, np.random.default_rng(pairs))
    print(write(power, accepted, options, passed))
    worse, equal = power[len(users)][TRUE_DIFFERENCES.index(WORSE)], power[len(users)][0]
    return int(bool(passed) or worse > MOST_WORSE_ACCEPTED or equal < LEAST_EQUAL_ACCEPTED)


def degraded(dataset: Dataset, champion: promotion_gate.Champion) -> Iterator[Judgement]:
    """Every challenger of `degraded_models`, with another seed than the champion's."""
    config = TrainingConfig.of("quick", seed=1)
    for name, corrupt in degraded_models.CORRUPTIONS.items():
        yield name, promotion_gate.judge(degraded_models.train_challenger(dataset, config, corrupt), champion)
    honest_model = degraded_models.train_challenger(dataset, config)
    for name, distort in degraded_models.DISTORTIONS.items():
        challenger = degraded_models.with_distorted_predictions(honest_model, distort)
        yield name, promotion_gate.judge(challenger, champion)
    challenger = degraded_models.constant_for_rarest_gender(honest_model)
    yield "constant for one gender", promotion_gate.judge(challenger, champion)


def write(power: dict[int, list[float]], accepted: int, options: argparse.Namespace, passed: Sequence[str]) -> str:
    """Write gate.md and gate.json."""
    head = ["common ratings", *(f"worse by {true:g}" if true else "equal" for true in TRUE_DIFFERENCES)]
    rows = [[f"{pairs:,}", *(f"{share:.1%}" for share in shares)] for pairs, shares in power.items()]
    margins = ", ".join(f"{name} {promotion_gate.MARGINS[metric]}" for metric, name in promotion_gate.NAMES.items())
    challengers = len(degraded_models.CORRUPTIONS) + len(degraded_models.DISTORTIONS) + 1
    lines = [
        "# The promotion gate",
        "",
        "MovieLens 100K, preset quick; written by `python -m benchmarks.gate`, which describes the simulation.",
        f"A challenger is accepted if it is worse by less than a margin with 95% confidence: {margins}.",
        "",
        f"Accepted, of {options.samples:,} simulated challengers with this true difference in both metrics:",
        "",
        *result_files.markdown_table(head, rows),
        "",
        f"Honest retrains with other seeds that were accepted, subgroups included: {accepted} of {options.seeds}.",
        f"Degraded challengers that were accepted: {len(passed)} of {challengers}.",
    ]
    summary = {
        "accepted": {f"{pairs}": {f"{TRUE_DIFFERENCES[i]}": x for i, x in enumerate(power[pairs])} for pairs in power},
        "honest": [accepted, options.seeds],
        "degraded": [len(passed), challengers],
    }
    return result_files.write("gate", lines, summary)


def _printed(judgement: Judgement) -> Judgement:
    """Print one verdict and return it."""
    name, verdict = judgement
    text = f"{name:<32} {'passed ' if verdict.passed else 'refused'} {' '.join(verdict.reasons[:2])}"
    print(text, file=sys.stderr, flush=True)
    return judgement


if __name__ == "__main__":
    sys.exit(main())
