"""What to ask a newcomer: error on fixed movies by the order in which others were asked.

    python benchmarks/asking.py                       # the full preset, 200 held-out users
    python benchmarks/asking.py --preset quick

Nobody of the 200 users is in the training. Each has 20 fixed movies to predict; of the others, the well-known
ones (`recsys.visitor.active_learning`) may be asked. Three orders: what the app asks, the most rated first, and
random (mean of three draws). "questions": asked among all well-known movies, where one that the user has not rated
is skipped, as a visitor does; this is what the order is made for. "answers": asked only among movies that the user
really rated, as if it were known beforehand what somebody has seen. Writes results/asking.md and results/asking.json,
and ends with code 1 when the app's order is not the best after each number of questions.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.newcomers import TARGETS, USERS, options, places, without_some
from recsys.core.keyed_random import uniform
from recsys.serving.recommender import Recommender
from recsys.visitor.active_learning import ActiveLearner

RESULTS = Path(__file__).resolve().parent / "results"
STEPS = {"questions": (10, 20), "answers": (5, 10)}
DRAWS = 3
ORDERS = ("asked by the app", "most rated first", "random")

AlsConfig = Callable[[list[int], list[int]], np.ndarray]  # of each well-known movie, given those rated and skipped


def main() -> int:
    asked = options(__doc__)
    model, dataset, held = without_some(asked)
    table = measure(model, dataset.ratings[dataset.ratings["user_id"].isin(held)], asked.seed)
    about = f"RMSE on {USERS * TARGETS:,} ratings of {USERS} newcomers, {asked.preset} preset"
    text = f"# What to ask a newcomer\n\n{about}, by `python benchmarks/asking.py`.\n\n{_markdown(table)}\n"
    print(text)
    (RESULTS / "asking.md").write_text(text, encoding="utf-8")
    (RESULTS / "asking.json").write_text(json.dumps(table.to_dict("records"), indent=1) + "\n", encoding="utf-8")
    questions = table[table["kind"] == "questions"].pivot(index="steps", columns="order", values="rmse")
    best = (questions.idxmin(axis=1) == ORDERS[0]).all()
    print(f"the app's order is the best after each number of questions: {'yes' if best else 'NO'}")
    return 0 if best else 1


def measure(model: Recommender, ratings: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Columns kind, steps, order, rmse, answered (mean number of ratings known by then)."""
    asking = ActiveLearner.of(model)
    target = places(ratings, seed, 32) < TARGETS
    people = [
        (_by_position(model, ratings[target & mine]), _by_position(model, ratings[~target & mine]))
        for mine in (ratings["user_id"] == user for user in ratings["user_id"].unique())
    ]
    rows = []
    for kind, steps in STEPS.items():
        for order in ORDERS:
            found = [
                (step, *each)
                for worth in _worths(asking, order, seed)
                for targets, rest in people
                for step, each in _interview(model, asking, worth, targets, rest, steps, kind == "answers")
            ]
            table = pd.DataFrame(found, columns=["steps", "squares", "answered"]).groupby("steps").mean()
            rows += [(kind, step, order, row["squares"] ** 0.5, row["answered"]) for step, row in table.iterrows()]
    return pd.DataFrame(rows, columns=["kind", "steps", "order", "rmse", "answered"])


def _worths(asking: ActiveLearner, order: str, seed: int) -> list[AlsConfig]:
    """The ways to value movies that one order stands for."""
    if order == ORDERS[0]:
        return [asking.utility]
    if order == ORDERS[1]:
        return [lambda rated, skipped: asking.familiarity]
    drawn = [uniform(asking.movies, seed, 50 + draw) for draw in range(DRAWS)]
    return [lambda rated, skipped, values=values: values for values in drawn]


def _interview(
    model: Recommender,
    asking: ActiveLearner,
    worth: AlsConfig,
    targets: dict[int, float],
    rest: dict[int, float],
    steps: tuple[int, ...],
    only_rated: bool,
) -> Iterator[tuple[int, tuple[float, int]]]:
    """After each number of steps: mean squared error on one person's targets, and how many ratings are known."""
    askable = ~np.isin(asking.movies, list(targets)) & (np.isin(asking.movies, list(rest)) | (not only_rated))
    rated: list[int] = []
    skipped: list[int] = []
    for step in range(1, max(steps) + 1):
        left = askable & ~np.isin(asking.movies, rated + skipped)
        if left.any():
            chosen = int(asking.movies[np.where(left, worth(rated, skipped), -np.inf).argmax()])
            (rated if chosen in rest else skipped).append(chosen)
        if step in steps:
            yield step, (_error(model, targets, {movie: rest[movie] for movie in rated}), len(rated))


def _error(model: Recommender, targets: dict[int, float], known: dict[int, float]) -> float:
    ids = model.catalogue.movie_ids
    history = {int(ids[place]): stars for place, stars in known.items()}
    said = model.columns_for_newcomer(ids[list(targets)], history)["expected"]
    return float(((said - np.array(list(targets.values()))) ** 2).mean())


def _by_position(model: Recommender, ratings: pd.DataFrame) -> dict[int, float]:
    positions = model.catalogue.positions(ratings["movie_id"].to_numpy())
    return dict(zip(positions.tolist(), ratings["rating"].tolist(), strict=True))


def _markdown(table: pd.DataFrame) -> str:
    """One row for each number of steps, with how many ratings were known by then."""
    lines = [f"| after | {' | '.join(ORDERS)} |", "|---|---|---|---|"]
    for (kind, steps), rows in table.groupby(["kind", "steps"], sort=False):
        by = rows.set_index("order")
        cells = [f"{by.at[order, 'rmse']:.4f} ({by.at[order, 'answered']:.1f} rated)" for order in ORDERS]
        lines.append(f"| {steps} {kind} | {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
