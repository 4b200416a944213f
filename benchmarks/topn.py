"""Top-N lists of this project and its peers: liked movies, the Microsoft Recommenders protocol, newcomers.

    pip install -r benchmarks/requirements.txt
    python benchmarks/topn.py                        # everything; computes only what is missing
    python benchmarks/topn.py --parts liked --seeds 42 --models full ease_liked

Candidates of a user are all movies without a rating of this user in the train part. Lists of ten are cached under
benchmarks/.kept. Writes benchmarks/results/topn.md and topn.json. benchmarks/README.md says what is measured.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

import recsys  # noqa: E402
from benchmarks import rows, run_cache, topn_page  # noqa: E402
from benchmarks.peers.rankers import PEERS, Entry, installed  # noqa: E402
from recsys.core.keyed_random import uniform  # noqa: E402
from recsys.data import Dataset  # noqa: E402
from recsys.data.catalogue import Catalogue  # noqa: E402
from recsys.data.interactions import Interactions  # noqa: E402
from recsys.evaluation.evaluation_users import EvaluationUsers  # noqa: E402
from recsys.schema import LIKED_SHARE, MOVIE, RATING, USER  # noqa: E402

SEEDS, LIST_LENGTH = (1, 2, 42), 10
PRESETS = ("quick", "full")
QUARTER_SALT, USER_SALT, RATING_SALT = 41, 42, 43
HISTORY_LENGTHS = (0, 1, 3, 5, 10, 20, 50)
NEWCOMERS, DRAWS, TEST_FRACTION = 200, 3, 0.2
# What decides our lists, and a little more.
MODEL_SOURCE = (
    "recsys/config/*.py",
    "recsys/data/*.py",
    "recsys/features/*.py",
    "recsys/models/**/*.py",
    "recsys/serving/*.py",
)
PARTS = ("liked", "microsoft", "newcomers")
SETTINGS = {"microsoft": {"relevance_threshold": 0.0}}  # every held-out rating is relevant there


@dataclass(frozen=True)
class Task:
    """A train part and the relevant held-out pairs."""

    name: str
    seed: int
    dataset: Dataset  # the train part
    catalogue: Catalogue
    interactions: Interactions  # of the train part
    evaluation_users: EvaluationUsers

    @classmethod
    def of(cls, dataset: Dataset, name: str, seed: int) -> Task:
        """The task `liked` (scikit-learn's stratified split, liked held-out ratings) or `microsoft` (a quarter of each
        user's ratings held out, all of them relevant)."""
        ratings = dataset.ratings
        if name == "liked":
            is_test = rows.held_out(dataset, "stratified", seed)
            relevant = is_test & (ratings[RATING] >= LIKED_SHARE * dataset.stars[-1]).to_numpy()
        else:
            relevant = is_test = random_quarter(dataset, seed)
        train, catalogue = dataset.with_ratings(ratings[~is_test]), Catalogue.from_frame(dataset.movies)
        interactions = Interactions.from_frames(train.ratings, dataset.users, catalogue)
        users, movies = ratings[relevant][USER].to_numpy(), catalogue.positions(ratings[relevant][MOVIE].to_numpy())
        evaluation_users = EvaluationUsers.of(interactions, catalogue, users, movies)
        return cls(name, seed, train, catalogue, interactions, evaluation_users)


def main(arguments: Sequence[str] | None = None) -> int:
    """Compute the missing lists, then write the results."""
    options = option_parser().parse_args(arguments)
    dataset = recsys.load_dataset("ml-100k")
    record = {}
    for part in options.parts:
        if part == "newcomers":
            record[part] = newcomers(dataset, options)
        else:
            seeds = options.seeds if part == "liked" else options.seeds[-1:]
            record[part] = [run for seed in seeds for run in runs(Task.of(dataset, part, seed), options)]
    print(topn_page.write(record, complete=set(options.parts) == set(PARTS)))
    return 0


def option_parser() -> argparse.ArgumentParser:
    """The command's options."""
    names = [*PRESETS, *(entry.name for entry in PEERS)]
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--models", nargs="+", choices=names, default=names)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--seeds", nargs="+", type=int, default=list(SEEDS))
    return parser


def runs(task: Task, options: argparse.Namespace) -> Iterable[dict[str, Any]]:
    """Each model on one task: label, seed, user ids, metrics per user, and the seconds of fit and scores."""
    entries = [entry for entry in PEERS if entry.name in options.models and installed(entry)]
    for model in [*(preset for preset in PRESETS if preset in options.models), *entries]:
        lists, seconds = cached_lists(task, model)
        metrics = task.evaluation_users.scores(lists)
        label = model.label if isinstance(model, Entry) else f"this project, {model}"
        ids = task.evaluation_users.interactions.user_ids
        print(f"{task.name} {task.seed} {label}: {np.nanmean(metrics['ndcg']):.4f}", file=sys.stderr, flush=True)
        yield {"model": label, "seed": task.seed, "users": ids, "metrics": metrics, "seconds": seconds}


def cached_lists(task: Task, model: str | Entry) -> tuple[np.ndarray, float]:
    """Lists of one model, int64 (users, 10), and the seconds of fit and scores; computed once."""
    key = (
        f"{model.name}{run_cache.versions(tuple(filter(None, [model.package])))}"
        + run_cache.source_digest(run_cache.PEER_SOURCE)
        if isinstance(model, Entry)
        else model + run_cache.source_digest(MODEL_SOURCE)
    )
    name = hashlib.sha256(f"{key} {task.dataset.fingerprint}".encode()).hexdigest()[:12]
    path = run_cache.folder() / f"topn-{task.name}-{task.seed}-{name}.npz"
    if not path.exists():
        began = time.perf_counter()
        scores = (
            our_scores(task, model)
            if isinstance(model, str)
            else model.rank(task.interactions, task.catalogue, task.dataset.stars, task.seed)
        )
        seconds = time.perf_counter() - began
        user_rows = task.interactions.rows(task.evaluation_users.interactions.user_ids)
        np.savez(path, lists=top_unseen(scores[user_rows], task.evaluation_users.interactions), seconds=seconds)
    with np.load(path) as arrays:
        return arrays["lists"], float(arrays["seconds"])


def our_scores(task: Task, preset: str) -> np.ndarray:
    """This project's scores, float64 (users, movies)."""
    recommender = recsys.train(task.dataset, preset, seed=task.seed, **SETTINGS.get(task.name, {}))
    return recommender.ranker.scores(recommender.features, recommender.interactions)


def top_unseen(scores: np.ndarray, seen: Interactions) -> np.ndarray:
    """The ten unseen movies with the highest scores in each row, ties by position, int64 (rows, 10)."""
    candidate_scores = scores.astype(np.float64, copy=True)
    candidate_scores[seen.user_index, seen.movies] = -np.inf
    return np.argsort(-candidate_scores, axis=1, kind="stable")[:, :LIST_LENGTH]


def random_quarter(dataset: Dataset, seed: int) -> np.ndarray:
    """Bool per rating: a random quarter of each user's."""
    draws = uniform(dataset.ratings[USER].to_numpy(), dataset.ratings[MOVIE].to_numpy(), seed, QUARTER_SALT)
    groups = dataset.ratings.assign(draw=draws).groupby(USER)["draw"]
    return (groups.rank(method="first") <= (groups.transform("size") * 0.25).round()).to_numpy()


def newcomers(dataset: Dataset, options: argparse.Namespace) -> list[dict[str, Any]]:
    """NDCG of users who were not in the training, by length of their history, mean over draws.

    No list has a movie of the full history, so that both sides of a comparison rank the same candidates.
    """
    ratings, seed = dataset.ratings, options.seeds[-1]
    is_newcomer, is_test = newcomer_split(ratings, seed)
    relevant = is_newcomer & is_test & (ratings[RATING] >= LIKED_SHARE * dataset.stars[-1]).to_numpy()
    catalogue = Catalogue.from_frame(dataset.movies)
    histories = Interactions.from_frames(ratings[is_newcomer & ~is_test], dataset.users, catalogue)
    movies = catalogue.positions(ratings[relevant][MOVIE].to_numpy())
    evaluation_users = EvaluationUsers.of(histories, catalogue, ratings[relevant][USER].to_numpy(), movies)
    table = []
    for preset in (preset for preset in PRESETS if preset in options.models):
        model = recsys.train(dataset.with_ratings(ratings[~is_newcomer]), preset, seed)
        table += newcomer_rows(preset, model, evaluation_users, seed)
    return table


def newcomer_split(ratings: pd.DataFrame, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Bool per rating: whether the user is a newcomer, and whether the rating is held out."""
    is_test = uniform(ratings[USER].to_numpy(), ratings[MOVIE].to_numpy(), seed, RATING_SALT) < TEST_FRACTION
    count = ratings[~is_test].groupby(USER).size()
    eligible = count.index[count >= max(HISTORY_LENGTHS)].to_numpy()
    newcomer_ids = eligible[np.argsort(uniform(eligible, seed, USER_SALT))[:NEWCOMERS]]
    return ratings[USER].isin(newcomer_ids).to_numpy(), is_test


def newcomer_rows(
    preset: str, model: recsys.Recommender, evaluation_users: EvaluationUsers, seed: int
) -> list[dict[str, Any]]:
    """The rows of one preset: popularity, the full history, and each length of the history."""
    full = evaluation_users.interactions

    def ndcg(scores: np.ndarray) -> np.ndarray:
        return evaluation_users.scores(top_unseen(scores, full))["ndcg"]

    popularity = np.tile(model.counts.astype(float), (len(full), 1))
    rows = [
        newcomer_row(preset, "popularity", [ndcg(popularity)]),
        newcomer_row(preset, "full history", [ndcg(model.ranker.scores(model.features, full))]),
    ]
    for length in HISTORY_LENGTHS:
        histories = [shortened(full, length, seed + draw) for draw in range(DRAWS)]
        draws = [ndcg(model.ranker.scores(model.features, history)) for history in histories]
        rows.append(newcomer_row(preset, length, draws))
    return rows


def newcomer_row(preset: str, history: str | int, ndcg: list[np.ndarray]) -> dict[str, Any]:
    """One row of the newcomers' table."""
    print(f"newcomers {preset} {history}: {np.nanmean(ndcg):.4f}", file=sys.stderr, flush=True)
    return {"preset": preset, "history": history, "ndcg": float(np.nanmean(ndcg)), "users": len(ndcg[0])}


def shortened(histories: Interactions, length: int, seed: int) -> Interactions:
    """The same users with `length` of their ratings each, drawn by user and movie."""
    draws = uniform(histories.user_ids[histories.user_index], histories.movies, seed, RATING_SALT + 1)
    order = np.lexsort((draws, histories.user_index))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order)) - histories.start[histories.user_index]
    return histories.keep(rank < length)


if __name__ == "__main__":
    sys.exit(main())
