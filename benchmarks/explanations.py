"""Latency, exactness and size of explanations: of the active model, for real users.

    python benchmarks/explanations.py

Needs a trained model (`python -m recsys train`). Writes benchmarks/results/explanations.md. Ends with code 1 when
a limit is not held, contributions do not add up, or leave-one-out differs from `predict(history=...)`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import recsys
from benchmarks.result_files import FOLDER, markdown_table
from benchmarks.times import Latencies, timed
from recsys.data.interactions import Interactions
from recsys.schema import EXPECTED_WITHOUT
from recsys.serving.explain.loo_influence import NEAREST
from recsys.serving.explain.sentences import YOU, row_reasons
from recsys.serving.explain.shapley import GROUPS, Explainer
from recsys.serving.recommender import Recommender

LIST_LIMIT, LEAVE_ONE_OUT_LIMIT = 300.0, 100.0  # milliseconds at p95
TOLERANCE = 1e-6  # stars
HISTORY_LENGTH, LIST_LENGTH, SAMPLES = 100, 10, 100


def main() -> int:
    """Measure, print and write the tables; the exit code says whether every limit is held."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--users", type=int, default=100, help="number of users (default 100)")
    options = parser.parse_args()
    recommender, random = recsys.load(), np.random.default_rng(0)
    users = random.choice(recommender.user_ids, options.users, replace=False).tolist()
    lists = {user: recommender.recommend(user)["movie_id"].tolist() for user in users}
    latencies = [reasons_of_lists(recommender, lists), *leave_one_out(recommender, random)]
    contributions = pd.concat(
        [Explainer(recommender, recommender.user_history(user)).contributions(lists[user]) for user in lists]
    )
    sum_error, leave_one_out_error = largest_sum_error(recommender, lists), largest_loo_error(recommender, lists)
    lines = [
        f"Model `{recommender.version}`, {len(latencies[0].milliseconds)} users; milliseconds on one thread.",
        "",
        *latency_table(latencies),
        "",
        f"Largest error of base plus contributions against the expected rating: {sum_error:.1e} stars. Largest error",
        f"of leave-one-out against `predict(history=...)` without that rating: {leave_one_out_error:.1e} stars.",
        "",
        *size_table(contributions),
    ]
    print("\n".join(lines))
    title = "# Explanations\n\nWritten by `python benchmarks/explanations.py`.\n\n"
    (FOLDER / "explanations.md").write_text(title + "\n".join(lines) + "\n", encoding="utf-8")
    exact = max(sum_error, leave_one_out_error) < TOLERANCE
    return 0 if exact and all(row.within_limit for row in latencies) else 1


def reasons_of_lists(recommender: Recommender, lists: dict[int, list[int]]) -> Latencies:
    """Reasons for the movies of each user's list, without the time of the list."""
    calls = [
        lambda user=user, movies=movies: row_reasons(recommender, recommender.user_history(user), movies)
        for user, movies in lists.items()
    ]
    return Latencies(f"reasons for a list of {LIST_LENGTH}", timed(calls), LIST_LIMIT)


def leave_one_out(recommender: Recommender, random: np.random.Generator) -> list[Latencies]:
    """Leave-one-out for histories of `HISTORY_LENGTH` ratings, and for complete histories without a limit."""
    active_users = recommender.user_ids[recommender.interactions.counts >= HISTORY_LENGTH]
    shortened = [
        first_ratings(recommender.user_history(int(user)), HISTORY_LENGTH)
        for user in random.choice(active_users, SAMPLES)
    ]
    complete = [recommender.user_history(int(user)) for user in random.choice(recommender.user_ids, SAMPLES)]
    movies = random.choice(recommender.catalogue.movie_ids, SAMPLES).tolist()
    return [
        Latencies(
            f"leave-one-out of {NEAREST}, {label}", timed(_influence_calls(recommender, histories, movies)), limit
        )
        for label, histories, limit in (
            (f"{HISTORY_LENGTH} ratings", shortened, LEAVE_ONE_OUT_LIMIT),
            ("any history", complete, np.inf),
        )
    ]


def _influence_calls(
    recommender: Recommender, histories: list[Interactions], movies: list[int]
) -> list[Callable[[], object]]:
    return [
        lambda history=history, movie=movie: Explainer(recommender, history).loo_influence(movie)
        for history, movie in zip(histories, movies, strict=True)
    ]


def first_ratings(user_history: Interactions, count: int) -> Interactions:
    """The first ratings of one user's history."""
    return user_history.keep(np.arange(len(user_history.movies)) < count)


def largest_sum_error(recommender: Recommender, lists: dict[int, list[int]]) -> float:
    """The largest difference between base + contributions and the expected rating of `predict`, in stars."""
    errors = []
    for user, movies in lists.items():
        contributions = Explainer(recommender, recommender.user_history(user)).contributions(movies)
        expected = recommender.predict(pd.DataFrame({"user_id": user, "movie_id": movies}))["expected"].to_numpy()
        errors.append(np.abs(contributions["base"] + contributions[list(GROUPS)].sum(axis=1) - expected).max())
    return float(max(errors))


def largest_loo_error(recommender: Recommender, lists: dict[int, list[int]]) -> float:
    """The largest difference between leave-one-out and `predict` without that rating, in stars."""
    errors = []
    for user, movies in lists.items():
        history, profile, movie = recommender.history(user), recommender.profile(user), movies[0]
        for row in Explainer(recommender, recommender.user_history(user)).loo_influence(movie).to_dict("records"):
            shorter = history[history["movie_id"] != row["movie_id"]]
            expected = recommender.predict(movie_ids=[movie], history=shorter, profile=profile)["expected"].item()
            errors.append(abs(expected - row[EXPECTED_WITHOUT]))
    return float(max(errors))


def latency_table(latencies: list[Latencies]) -> list[str]:
    """p50 and p95 of each operation, with its limit."""
    rows = []
    for row in latencies:
        limit = f"{row.limit:.0f}, {'held' if row.within_limit else 'NOT HELD'}" if np.isfinite(row.limit) else "–"
        rows.append([row.operation, f"{row.p50:.0f}", f"{row.p95:.0f}", limit])
    return markdown_table(["operation", "p50", "p95", "limit at p95"], rows)


def size_table(reasons: pd.DataFrame) -> list[str]:
    """Mean and mean absolute contribution of each group on the lists, in stars."""
    rows = [
        [YOU.groups[group], f"{reasons[group].abs().mean():.3f}", f"{reasons[group].mean():+.3f}"] for group in GROUPS
    ]
    return markdown_table(["contribution on these lists, stars", "mean absolute", "mean"], rows)


if __name__ == "__main__":
    sys.exit(main())
