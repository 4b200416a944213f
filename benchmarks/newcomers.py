"""How fast the model learns a newcomer's taste: error on fixed movies after 0, 1, 3, 5, 10 and 20 ratings.

    python benchmarks/newcomers.py                    # the full preset, 200 held-out users
    python benchmarks/newcomers.py --preset quick

None of the 200 users is in the training. Each has 20 target movies to predict; the history is drawn five times from the
user's other ratings, nested (the first three ratings are among the first five). Measured with gender, age and
occupation, as for any user of the data, and without demographics. Writes benchmarks/results/newcomers.md and
newcomers.json. Ends with code 1 when the error (with demographics) does not fall at a step, or is not below the damped
bias's.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import recsys
from benchmarks import result_files
from recsys.core.keyed_random import uniform
from recsys.data import Dataset
from recsys.data.interactions import Interactions
from recsys.features.damped_bias import DampedBias
from recsys.serving.recommender import Recommender

USERS, TARGETS, DRAWS = 200, 20, 5
HISTORY_LENGTHS = (0, 1, 3, 5, 10, 20)


def main() -> int:
    """Measure, write the results, and check that the error falls."""
    options = parse_options(__doc__ or "")
    model, dataset, newcomer_ids = train_without_newcomers(options)
    if dataset.users is None:
        raise SystemExit("The data has no demographics to compare with.")
    profiles = dataset.users.set_index("user_id").loc[newcomer_ids].to_dict("index")
    table = measure(model, dataset.ratings[dataset.ratings["user_id"].isin(newcomer_ids)], profiles, options.seed)
    falling = bool((np.diff(table["model"]) < 0).all())
    below = bool((table["model"] < table["damped_bias"]).all())
    print(write(table, options.preset, falling, below))
    return 0 if falling and below else 1


def parse_options(description: str) -> argparse.Namespace:
    """`preset` and `seed` of the command line; the first line of `description` goes into --help."""
    parser = argparse.ArgumentParser(description=description.partition("\n")[0])
    parser.add_argument("--preset", default="full")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def train_without_newcomers(options: argparse.Namespace) -> tuple[Recommender, Dataset, np.ndarray]:
    """A model trained without the newcomers, the complete dataset, and the newcomers' user ids."""
    dataset = recsys.load_dataset("ml-100k")
    newcomer_ids = held_out_users(dataset.ratings, options.seed)
    train_part = dataset.with_ratings(dataset.ratings[~dataset.ratings["user_id"].isin(newcomer_ids)])
    return recsys.train(train_part, options.preset, options.seed), dataset, newcomer_ids


def write(table: pd.DataFrame, preset: str, falling: bool, below: bool) -> str:
    """Write newcomers.md and newcomers.json."""
    rows = [[ratings, *(f"{value:.4f}" for value in row)] for ratings, *row in table.itertuples()]
    lines = [
        "# Newcomers",
        "",
        f"RMSE on {USERS * TARGETS:,} ratings of {USERS} users who were not in the training, mean of {DRAWS}",
        f"draws, {preset} preset; written by `python benchmarks/newcomers.py`.",
        "",
        *result_files.markdown_table(["ratings", "this project", "without demographics", "damped bias"], rows),
        "",
        f"The error falls at every step: {_yes_or_no(falling)}. "
        f"It is below the damped bias's at every step: {_yes_or_no(below)}.",
    ]
    return result_files.write("newcomers", lines, {"preset": preset, "rmse": table.round(5).to_dict("index")})


def _yes_or_no(condition: bool) -> str:
    return "yes" if condition else "NO"


def held_out_users(ratings: pd.DataFrame, seed: int) -> np.ndarray:
    """Ids of users with enough ratings for the targets and the longest history, drawn by hash."""
    count = ratings.groupby("user_id").size()
    eligible = count.index[count >= TARGETS + max(HISTORY_LENGTHS)].to_numpy()
    return eligible[np.argsort(uniform(eligible, seed, 31))[:USERS]]


def measure(
    model: Recommender, ratings: pd.DataFrame, profiles: Mapping[Any, Mapping[Any, Any]], seed: int
) -> pd.DataFrame:
    """RMSE of the model and of the damped bias by length of the history.

    Parameters
    ----------
    ratings : user_id, movie_id, rating of the newcomers.
    profiles : gender, age and occupation by user id.

    Returns
    -------
    Columns model, without_demographics, damped_bias (all in stars), by number of ratings in the history.
    """
    bias = DampedBias.learn(model.interactions, model.catalogue, model.context)
    rank = random_ranks(ratings, seed, 32)
    targets, others = ratings[rank < TARGETS], ratings[rank >= TARGETS]
    rows = []
    for draw in range(DRAWS):
        order = random_ranks(others, seed, 33 + draw)
        for length in HISTORY_LENGTHS:
            squared_errors = [
                _squared_errors(model, bias, targets[targets["user_id"] == user], history, profiles[user])
                for user, history in _histories(others[order < length], targets["user_id"].unique())
            ]
            rows.append((length, *np.concatenate(squared_errors).mean(axis=0)))
    table = pd.DataFrame(rows, columns=["ratings", "model", "without_demographics", "damped_bias"])
    return table.groupby("ratings").mean() ** 0.5


def _histories(ratings: pd.DataFrame, users: np.ndarray) -> list[tuple[int, pd.DataFrame]]:
    return [(user, ratings[ratings["user_id"] == user]) for user in users]


def _squared_errors(
    model: Recommender, bias: DampedBias, targets: pd.DataFrame, history: pd.DataFrame, profile: Mapping[Any, Any]
) -> np.ndarray:
    """Squared errors on one newcomer's targets, (targets, 3): model, model without demographics, damped bias."""
    stars = dict(zip(history["movie_id"].tolist(), history["rating"].tolist(), strict=True))
    movie_ids = targets["movie_id"].tolist()
    with_profile, without_demographics = (
        model.predict(movie_ids=movie_ids, history=stars, profile=each)["expected"].to_numpy()
        for each in (profile, None)
    )
    newcomer = Interactions.newcomer(stars, {}, model.catalogue)
    positions = model.catalogue.positions(targets["movie_id"].to_numpy())
    baseline = bias.transform(newcomer, np.zeros(len(positions), np.int64), positions)[:, 0]
    baseline = np.clip(baseline, model.stars[0], model.stars[-1])
    return (np.column_stack([with_profile, without_demographics, baseline]) - targets[["rating"]].to_numpy()) ** 2


def random_ranks(ratings: pd.DataFrame, seed: int, salt: int) -> np.ndarray:
    """Each rating's rank, from 0, in a random order of its user's ratings."""
    draws = uniform(ratings["user_id"].to_numpy(), ratings["movie_id"].to_numpy(), seed, salt)
    return pd.Series(draws, ratings.index).groupby(ratings["user_id"]).rank(method="first").to_numpy() - 1


if __name__ == "__main__":
    sys.exit(main())
