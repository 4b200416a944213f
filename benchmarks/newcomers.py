"""How fast the model gets to know somebody: error on fixed movies after 0, 1, 3, 5, 10 and 20 ratings given.

    python benchmarks/newcomers.py                    # the full preset, 200 held-out users
    python benchmarks/newcomers.py --preset quick

Nobody of the 200 users is in the training. Each has 20 fixed movies to predict; the ratings given are drawn anew
five times from the rest, nested (the first three are among the first five). Measured with their gender, age and
occupation told, as for any user of the data, and without. Writes benchmarks/results/newcomers.md and newcomers.json.
Ends with code 1 when the error (of the first) does not fall at a step, or is not below the damped bias's.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import recsys
from benchmarks import sheet
from recsys.core.keyed_random import uniform
from recsys.data import Dataset
from recsys.data.interactions import Interactions
from recsys.features.damped_bias import DampedBias
from recsys.serving.recommender import Recommender

USERS, TARGETS, DRAWS = 200, 20, 5
GIVEN = (0, 1, 3, 5, 10, 20)


def main() -> int:
    asked = options(__doc__)
    model, dataset, held = without_some(asked)
    people = dataset.users.set_index("user_id").loc[held].to_dict("index")
    table = measure(model, dataset.ratings[dataset.ratings["user_id"].isin(held)], people, asked.seed)
    falling = bool((np.diff(table["model"]) < 0).all())
    below = bool((table["model"] < table["bias"]).all())
    print(write(table, asked.preset, falling, below))
    return 0 if falling and below else 1


def options(about: str) -> argparse.Namespace:
    """The preset and the seed that were asked for; `about` begins with what the command answers."""
    parser = argparse.ArgumentParser(description=about.partition("\n")[0])
    parser.add_argument("--preset", default="full")
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def without_some(asked: argparse.Namespace) -> tuple[Recommender, Dataset, np.ndarray]:
    """A model trained without some users, all the data, and the ids of these users."""
    dataset = recsys.load_dataset("ml-100k")
    held = held_out_users(dataset.ratings, asked.seed)
    known = dataset.with_ratings(dataset.ratings[~dataset.ratings["user_id"].isin(held)])
    return recsys.train(known, asked.preset, asked.seed), dataset, held


def write(table: pd.DataFrame, preset: str, falling: bool, below: bool) -> str:
    """newcomers.md and newcomers.json."""
    rows = [[given, *(f"{value:.4f}" for value in row)] for given, *row in table.itertuples()]
    lines = [
        "# Newcomers",
        "",
        f"RMSE on {USERS * TARGETS:,} ratings of {USERS} people who were not in the training, mean of {DRAWS}",
        f"draws, {preset} preset; written by `python benchmarks/newcomers.py`.",
        "",
        *sheet.table(["ratings given", "this project", "not told who they are", "damped bias"], rows),
        "",
        f"It falls at every step: {_yes(falling)}. It is below the damped bias's at every step: {_yes(below)}.",
    ]
    return sheet.write("newcomers", lines, {"preset": preset, "rmse": table.round(5).to_dict("index")})


def _yes(said: bool) -> str:
    return "yes" if said else "NO"


def held_out_users(ratings: pd.DataFrame, seed: int) -> np.ndarray:
    """Ids of users with enough ratings for targets and givens, drawn by hash."""
    count = ratings.groupby("user_id").size()
    enough = count.index[count >= TARGETS + max(GIVEN)].to_numpy()
    return enough[np.argsort(uniform(enough, seed, 31))[:USERS]]


def measure(model: Recommender, ratings: pd.DataFrame, people: dict[int, dict], seed: int) -> pd.DataFrame:
    """RMSE of the model, of the model not told who they are, and of the damped bias, by number of ratings given."""
    bias = DampedBias.learn(model.interactions, model.catalogue, model.context)
    place = places(ratings, seed, 32)
    targets, rest = ratings[place < TARGETS], ratings[place >= TARGETS]
    rows = []
    for draw in range(DRAWS):
        order = places(rest, seed, 33 + draw)
        for given in GIVEN:
            squares = [
                _squares(model, bias, targets[targets["user_id"] == user], shown, people[user])
                for user, shown in _shown(rest[order < given], targets["user_id"].unique())
            ]
            rows.append((given, *np.concatenate(squares).mean(axis=0)))
    found = pd.DataFrame(rows, columns=["ratings given", "model", "anonymous", "bias"])
    return found.groupby("ratings given").mean() ** 0.5


def _shown(ratings: pd.DataFrame, users: np.ndarray) -> list[tuple[int, pd.DataFrame]]:
    return [(user, ratings[ratings["user_id"] == user]) for user in users]


def _squares(
    model: Recommender, bias: DampedBias, targets: pd.DataFrame, shown: pd.DataFrame, profile: dict
) -> np.ndarray:
    """Squared errors of the model (told, not told who) and of the bias on one newcomer's targets, (targets, 3)."""
    history = dict(zip(shown["movie_id"].tolist(), shown["rating"].tolist(), strict=True))
    asked = {"movie_ids": targets["movie_id"].tolist(), "history": history}
    told, without_demographics = (model.predict(**asked, profile=who)["expected"].to_numpy() for who in (profile, None))
    row = Interactions.newcomer(history, {}, model.catalogue)
    movies = model.catalogue.positions(targets["movie_id"].to_numpy())
    plain = bias.transform(row, np.zeros(len(movies), np.int64), movies)[:, 0]
    plain = np.clip(plain, model.stars[0], model.stars[-1])
    return (np.column_stack([told, without_demographics, plain]) - targets[["rating"]].to_numpy()) ** 2


def places(ratings: pd.DataFrame, seed: int, salt: int) -> np.ndarray:
    """Each rating's place in a random order of its user's."""
    drawn = uniform(ratings["user_id"].to_numpy(), ratings["movie_id"].to_numpy(), seed, salt)
    return pd.Series(drawn, ratings.index).groupby(ratings["user_id"]).rank(method="first").to_numpy() - 1


if __name__ == "__main__":
    sys.exit(main())
