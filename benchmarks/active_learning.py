"""Which movies to ask a newcomer about: error on fixed movies by the order of the questions.

    python benchmarks/active_learning.py                       # the full preset, 200 held-out users
    python benchmarks/active_learning.py --preset quick

None of the 200 users is in the training. Each has 20 target movies to predict; questions are about the other
well-known movies (`recsys.visitor.active_learning`). Three orders: the app's active learning, the most rated movies
first, and random (mean of three draws). "questions" counts every question about a well-known movie; the user skips a
movie without a rating, as a visitor does. The app's order is made for this. "ratings" asks only about movies that the
user rated, as if it were known beforehand which movies the user has seen. Writes results/active_learning.md and
results/active_learning.json, and ends with code 1 when the app's order is not the best after each number of questions.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks import result_files
from benchmarks.newcomers import TARGETS, USERS, parse_options, random_ranks, train_without_newcomers
from recsys.core.keyed_random import uniform
from recsys.serving.recommender import Recommender
from recsys.visitor.active_learning import ActiveLearner

STEPS = {"questions": (10, 20), "ratings": (5, 10)}
DRAWS = 3
ORDERS = ("active learning", "most rated first", "random")

# The value of a question about each well-known movie, given the rated and the skipped catalogue positions.
QuestionValue = Callable[[list[int], list[int]], np.ndarray]


def main() -> int:
    """Measure, write the results, and compare the three orders."""
    options = parse_options(__doc__ or "")
    model, dataset, newcomer_ids = train_without_newcomers(options)
    table = measure(model, dataset.ratings[dataset.ratings["user_id"].isin(newcomer_ids)], options.seed)
    print(write(table, options.preset))
    questions = table[table["kind"] == "questions"].pivot(index="steps", columns="order", values="rmse")
    best = (questions.idxmin(axis=1) == ORDERS[0]).all()
    print(f"Active learning is the best after each number of questions: {'yes' if best else 'NO'}")
    return 0 if best else 1


def write(table: pd.DataFrame, preset: str) -> str:
    """Write active_learning.md and active_learning.json: one row per number of steps."""
    rows = []
    for (kind, steps), of_step in table.groupby(["kind", "steps"], sort=False):
        by_order = of_step.set_index("order")
        rmse, ratings = by_order["rmse"], by_order["mean_ratings"]
        rows.append([f"{steps} {kind}", *(f"{rmse[order]:.4f} ({ratings[order]:.1f} ratings)" for order in ORDERS)])
    lines = [
        "# Which movies to ask a newcomer about",
        "",
        f"RMSE on {USERS * TARGETS:,} ratings of {USERS} newcomers, {preset} preset; written by",
        "`python benchmarks/active_learning.py`. In brackets the mean number of ratings the model has by then.",
        "",
        *result_files.markdown_table(["after", *ORDERS], rows),
    ]
    return result_files.write("active_learning", lines, table.to_dict("records"))


def measure(model: Recommender, ratings: pd.DataFrame, seed: int) -> pd.DataFrame:
    """RMSE on the newcomers' target movies by order and number of steps.

    Parameters
    ----------
    ratings : user_id, movie_id, rating of the newcomers.

    Returns
    -------
    Columns kind, steps, order, rmse (stars), mean_ratings (ratings per newcomer so far).
    """
    learner = ActiveLearner.of(model)
    is_target = random_ranks(ratings, seed, 32) < TARGETS
    newcomers = [
        (_by_position(model, ratings[is_target & of_user]), _by_position(model, ratings[~is_target & of_user]))
        for of_user in (ratings["user_id"] == user for user in ratings["user_id"].unique())
    ]
    rows = []
    for kind, steps in STEPS.items():
        for order in ORDERS:
            errors = [
                (step, *error_and_count)
                for value in _question_values(learner, order, seed)
                for targets, answers in newcomers
                for step, error_and_count in _interview(
                    model, learner, value, targets, answers, steps, kind == "ratings"
                )
            ]
            means = pd.DataFrame(errors, columns=["steps", "squared_error", "ratings"]).groupby("steps").mean()
            rows += [(kind, step, order, row["squared_error"] ** 0.5, row["ratings"]) for step, row in means.iterrows()]
    return pd.DataFrame(rows, columns=["kind", "steps", "order", "rmse", "mean_ratings"])


def _question_values(learner: ActiveLearner, order: str, seed: int) -> list[QuestionValue]:
    """The value functions behind one order: one per draw."""
    if order == ORDERS[0]:
        return [learner.utility]
    if order == ORDERS[1]:
        return [lambda rated, skipped: learner.familiarity]
    draws = [uniform(learner.movies, seed, 50 + draw) for draw in range(DRAWS)]
    return [lambda rated, skipped, values=values: values for values in draws]


def _interview(
    model: Recommender,
    learner: ActiveLearner,
    value: QuestionValue,
    targets: dict[int, float],
    answers: dict[int, float],
    steps: tuple[int, ...],
    only_rated: bool,
) -> Iterator[tuple[int, tuple[float, int]]]:
    """After each number of steps: mean squared error on one newcomer's targets, and the number of ratings so far."""
    eligible = ~np.isin(learner.movies, list(targets)) & (np.isin(learner.movies, list(answers)) | (not only_rated))
    rated: list[int] = []
    skipped: list[int] = []
    for step in range(1, max(steps) + 1):
        candidates = eligible & ~np.isin(learner.movies, rated + skipped)
        if candidates.any():
            movie = int(learner.movies[np.where(candidates, value(rated, skipped), -np.inf).argmax()])
            (rated if movie in answers else skipped).append(movie)
        if step in steps:
            yield step, (_squared_error(model, targets, {movie: answers[movie] for movie in rated}), len(rated))


def _squared_error(model: Recommender, targets: dict[int, float], ratings: dict[int, float]) -> float:
    """Mean squared error on the targets after some ratings; both are stars by catalogue position."""
    ids = model.catalogue.movie_ids
    history = {int(ids[position]): stars for position, stars in ratings.items()}
    expected = model.columns_for_newcomer(ids[list(targets)].tolist(), history)["expected"]
    return float(((expected - np.array(list(targets.values()))) ** 2).mean())


def _by_position(model: Recommender, ratings: pd.DataFrame) -> dict[int, float]:
    """Stars by catalogue position."""
    positions = model.catalogue.positions(ratings["movie_id"].to_numpy())
    return dict(zip(positions.tolist(), ratings["rating"].tolist(), strict=True))


if __name__ == "__main__":
    sys.exit(main())
