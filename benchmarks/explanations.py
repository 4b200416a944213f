"""How long reasons take, whether they add up, and how large they are: over the active model and real users.

    python benchmarks/reasons.py

Needs a trained model (`python -m recsys train`). Writes benchmarks/results/reasons.md. Ends with code 1 when a limit
is not held, a sum is off, or leave-one-out differs from `predict(history=...)`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import recsys
from benchmarks.times import Measured, timed
from recsys.data.interactions import Interactions
from recsys.serving.explain.sentences import YOU
from recsys.serving.explain.shapley import GROUPS, NEAREST, Explainer
from recsys.serving.recommender import Recommender
from recsys.settings import REPOSITORY

TARGET = REPOSITORY / "benchmarks" / "results" / "reasons.md"
LIST_LIMIT, LEFT_OUT_LIMIT, OFF = 300.0, 100.0, 1e-6  # milliseconds at p95; stars
RATINGS, ROWS = 100, 10


def main() -> int:
    """Measure, print and write; the exit code says whether everything held."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--users", type=int, default=100, help="how many people (default 100)")
    recommender, random = recsys.load(), np.random.default_rng(0)
    users = random.choice(recommender.user_ids, parser.parse_args().users, replace=False).tolist()
    lists = {user: recommender.recommend(user)["movie_id"].to_numpy() for user in users}
    times = [of_lists(recommender, lists), *left_out(recommender, random)]
    reasons = pd.concat([Explainer(recommender, recommender.user_history(user)).reasons(lists[user]) for user in lists])
    sums, again = furthest_off(recommender, lists), furthest_from_predict(recommender, lists)
    lines = [
        f"Model `{recommender.version}`, {len(times[0].times)} users; milliseconds on one thread.",
        "",
        *table(times),
        "",
        f"Furthest that base and contributions are from the shown expected rating: {sums:.1e} stars. Furthest that",
        f"leave-one-out is from `predict(history=...)` without that rating: {again:.1e} stars.",
        "",
        *sizes(reasons),
    ]
    print("\n".join(lines))
    head = "# Reasons\n\nWritten by `python benchmarks/reasons.py`.\n\n"
    TARGET.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
    return 0 if all(row.held for row in times) and max(sums, again) < OFF else 1


def of_lists(recommender: Recommender, lists: dict[int, np.ndarray]) -> Measured:
    """Reasons for the rows of each user's list, the list being there."""
    calls = [lambda user=user, rows=rows: Explainer(recommender, recommender.user_history(user)).reasons(rows)
             for user, rows in lists.items()]  # fmt: skip
    return Measured(f"reasons for a list of {ROWS}", timed(calls), LIST_LIMIT)


def left_out(recommender: Recommender, random: np.random.Generator) -> list[Measured]:
    """Leave-one-out for people with just so many ratings; and the same for everybody as they are, without a limit."""
    many = recommender.user_ids[recommender.interactions.counts >= RATINGS]
    people = [first(recommender.user_history(int(user)), RATINGS) for user in random.choice(many, 100)]
    whole = [recommender.user_history(int(user)) for user in random.choice(recommender.user_ids, 100)]
    movies = random.choice(recommender.catalogue.movie_ids, 100).tolist()
    named = ((f"{RATINGS} ratings", people, LEFT_OUT_LIMIT), ("any history", whole, np.inf))
    return [
        Measured(
            f"leave-one-out of {NEAREST}, {name}",
            timed(
                [lambda p=p, m=m: Explainer(recommender, p).loo_influence(m) for p, m in zip(who, movies, strict=True)]
            ),
            limit,
        )
        for name, who, limit in named
    ]


def first(user_history: Interactions, ratings: int) -> Interactions:
    """The same row of ratings, cut off."""
    return user_history.keep(np.arange(len(user_history.movies)) < ratings)


def furthest_off(recommender: Recommender, lists: dict[int, np.ndarray]) -> float:
    """The largest distance of base + contributions from what `predict` says, in stars."""
    off = []
    for user, movies in lists.items():
        found = Explainer(recommender, recommender.user_history(user)).reasons(movies)
        shown = recommender.predict(pd.DataFrame({"user_id": user, "movie_id": movies}))["expected"].to_numpy()
        off.append(np.abs(found["base"] + found[list(GROUPS)].sum(axis=1) - shown).max())
    return float(max(off))


def furthest_from_predict(recommender: Recommender, lists: dict[int, np.ndarray]) -> float:
    """The largest distance of a rating's leave-one-out from the public recomputation, in stars."""
    off = []
    for user, movies in lists.items():
        history, profile, movie = recommender.history(user), recommender.profile(user), int(movies[0])
        for row in Explainer(recommender, recommender.user_history(user)).loo_influence(movie).itertuples():
            others = history[history["movie_id"] != row.movie_id]
            again = recommender.predict(movie_ids=[movie], history=others, profile=profile)["expected"].item()
            off.append(abs(again - row.without))
    return float(max(off))


def table(times: list[Measured]) -> list[str]:
    """The times as rows of a table."""
    lines = ["| | median | p95 | limit at p95 |", "|---|---|---|---|"]
    for row in times:
        middle, high = np.percentile(row.times, [50, 95])
        limit = f"{row.limit:.0f}, {'held' if row.held else 'NOT HELD'}" if np.isfinite(row.limit) else "–"
        lines.append(f"| {row.what} | {middle:.0f} | {high:.0f} | {limit} |")
    return lines


def sizes(reasons: pd.DataFrame) -> list[str]:
    """How large the contributions are on the lists, in stars."""
    lines = ["| on these lists, in stars | mean size | mean |", "|---|---|---|"]
    for group in GROUPS:
        lines.append(f"| {YOU.groups[group]} | {reasons[group].abs().mean():.3f} | {reasons[group].mean():+.3f} |")
    return lines


if __name__ == "__main__":
    sys.exit(main())
