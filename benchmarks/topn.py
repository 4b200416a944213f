"""Lists side by side: this project and its peers on the same rows, newcomers, and the Microsoft Recommenders protocol.

    pip install -r benchmarks/requirements.txt
    python benchmarks/topn.py                        # everything; makes only what is missing
    python benchmarks/topn.py --parts liked --seeds 42 --models full ease_liked

Candidates of a user are all movies that they did not rate in the train part. Lists of ten are kept under
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

import numpy as np

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

import recsys  # noqa: E402
from benchmarks import kept, rows, topn_page  # noqa: E402
from benchmarks.peers.rankers import PEERS, Entry, installed  # noqa: E402
from recsys.core.keyed_random import uniform  # noqa: E402
from recsys.data import Dataset  # noqa: E402
from recsys.data.catalogue import Catalogue  # noqa: E402
from recsys.data.interactions import Interactions  # noqa: E402
from recsys.evaluation.evaluation_users import EvaluationUsers  # noqa: E402
from recsys.schema import LIKED_SHARE, MOVIE, RATING, USER  # noqa: E402

SEEDS, SHOWN = (1, 2, 42), 10
PRESETS = ("quick", "full")
QUARTER, NEW, PLACE = 41, 42, 43  # salts
GIVEN = (0, 1, 3, 5, 10, 20, 50)
NEW_USERS, DRAWS, LIKED_OUT = 200, 3, 0.2
# What decides our lists, and a little more.
OURS = ("recsys/config.py", "recsys/data/*.py", "recsys/features/*.py", "recsys/models/**/*.py", "recsys/serving/*.py")
PARTS = ("liked", "microsoft", "newcomers")
SETTINGS = {"microsoft": {"relevance_threshold": 0.0}}  # where any rating is relevant, our lists are told so


@dataclass(frozen=True)
class Task:
    """Some rows to learn from and the relevant ones among the rest."""

    name: str
    seed: int
    dataset: Dataset  # the train part
    catalogue: Catalogue
    known: Interactions
    evaluation_users: EvaluationUsers

    @classmethod
    def of(cls, dataset: Dataset, name: str, seed: int) -> Task:
        """`liked`: scikit-learn's stratified split, liked held-out ratings. `microsoft`: a quarter of each user's
        ratings held out, every one of them relevant."""
        ratings = dataset.ratings
        if name == "liked":
            held = rows.held_out(dataset, "stratified", seed)
            relevant = held & (ratings[RATING] >= LIKED_SHARE * dataset.stars[-1]).to_numpy()
        else:
            relevant = held = last_quarter(dataset, seed)
        train, catalogue = dataset.with_ratings(ratings[~held]), Catalogue.from_frame(dataset.movies)
        known = Interactions.from_frames(train.ratings, dataset.users, catalogue)
        asked = ratings[relevant]
        movies = catalogue.positions(asked[MOVIE].to_numpy())
        return cls(
            name, seed, train, catalogue, known, EvaluationUsers.of(known, catalogue, asked[USER].to_numpy(), movies)
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the lists that are missing, then write the results."""
    asked = parser().parse_args(arguments)
    dataset = recsys.load_dataset("ml-100k")
    found = {}
    for part in asked.parts:
        if part == "newcomers":
            found[part] = newcomers(dataset, asked)
        else:
            seeds = asked.seeds if part == "liked" else asked.seeds[-1:]
            found[part] = [of for seed in seeds for of in compared(Task.of(dataset, part, seed), asked)]
    print(topn_page.write(found, whole=set(asked.parts) == set(PARTS)))
    return 0


def parser() -> argparse.ArgumentParser:
    """The options."""
    names = [*PRESETS, *(entry.name for entry in PEERS)]
    found = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    found.add_argument("--models", nargs="+", choices=names, default=names)
    found.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    found.add_argument("--seeds", nargs="+", type=int, default=list(SEEDS))
    return found


def compared(task: Task, asked: argparse.Namespace) -> Iterable[dict]:
    """Each model's lists for one task, measured: per-user scores with costs."""
    entries = [entry for entry in PEERS if entry.name in asked.models and installed(entry)]
    for name in [*(preset for preset in PRESETS if preset in asked.models), *entries]:
        lists, seconds = kept_lists(task, name)
        scores = task.evaluation_users.scores(lists)
        label = name.label if isinstance(name, Entry) else f"this project, {name}"
        ids = task.evaluation_users.interactions.user_ids
        print(f"{task.name} {task.seed} {label}: {np.nanmean(scores['ndcg']):.4f}", file=sys.stderr, flush=True)
        yield {"model": label, "seed": task.seed, "users": ids, "scores": scores, "seconds": seconds}


def kept_lists(task: Task, model: str | Entry) -> tuple[np.ndarray, float]:
    """Lists of one model, int64 (users, 10), and the seconds its fit took; made only once."""
    key = (
        model.name + str(kept.versions(tuple(filter(None, [model.package]))))
        if isinstance(model, Entry)
        else model + kept.our_source(OURS)
    )
    name = hashlib.sha256(f"{key} {task.dataset.fingerprint}".encode()).hexdigest()[:12]
    path = kept.home() / f"topn-{task.name}-{task.seed}-{name}.npz"
    if not path.exists():
        began = time.perf_counter()
        scores = (own if isinstance(model, str) else model.rank)(*told(task, model))
        seconds = time.perf_counter() - began
        people = task.known.rows(task.evaluation_users.interactions.user_ids)
        np.savez(path, lists=best(scores[people], task.evaluation_users.interactions), seconds=seconds)
    with np.load(path) as found:
        return found["lists"], float(found["seconds"])


def told(task: Task, model: str | Entry) -> tuple:
    """The arguments of a ranker, or of `own`."""
    if isinstance(model, str):
        return task, model
    return task.known, task.catalogue, task.dataset.stars, task.seed


def own(task: Task, preset: str) -> np.ndarray:
    """This project's scores, float64 (users, movies)."""
    recommender = recsys.train(task.dataset, preset, seed=task.seed, **SETTINGS.get(task.name, {}))
    return recommender.ranker.scores(recommender.features, recommender.interactions)


def best(scores: np.ndarray, seen: Interactions) -> np.ndarray:
    """The ten best unseen movies of each row, ties by position, int64 (rows, 10)."""
    open_to = scores.astype(np.float64, copy=True)
    open_to[seen.user_index, seen.movies] = -np.inf
    return np.argsort(-open_to, axis=1, kind="stable")[:, :SHOWN]


def last_quarter(dataset: Dataset, seed: int) -> np.ndarray:
    """Bool per rating: a random quarter of each user's."""
    drawn = uniform(dataset.ratings[USER].to_numpy(), dataset.ratings[MOVIE].to_numpy(), seed, QUARTER)
    groups = dataset.ratings.assign(drawn=drawn).groupby(USER)["drawn"]
    return (groups.rank(method="first") <= (groups.transform("size") * 0.25).round()).to_numpy()


def newcomers(dataset: Dataset, asked: argparse.Namespace) -> list[dict]:
    """NDCG of people who were not in the training, by how many of their ratings are shown, mean of draws.

    Nobody is shown a movie of the full history: both sides of a comparison choose from the same movies.
    """
    ratings, seed = dataset.ratings, asked.seeds[-1]
    drawn = uniform(ratings[USER].to_numpy(), ratings[MOVIE].to_numpy(), seed, PLACE)
    out = drawn < LIKED_OUT
    size = ratings[~out].groupby(USER).size()
    enough = size.index[size >= max(GIVEN)].to_numpy()
    new = enough[np.argsort(uniform(enough, seed, NEW))[:NEW_USERS]]
    theirs = ratings[USER].isin(new).to_numpy()
    relevant = theirs & out & (ratings[RATING] >= LIKED_SHARE * dataset.stars[-1]).to_numpy()
    catalogue = Catalogue.from_frame(dataset.movies)
    full = Interactions.from_frames(ratings[theirs & ~out], dataset.users, catalogue)
    movies = catalogue.positions(ratings[relevant][MOVIE].to_numpy())
    evaluation_users = EvaluationUsers.of(full, catalogue, ratings[relevant][USER].to_numpy(), movies)
    full, found = evaluation_users.interactions, []
    for preset in (preset for preset in PRESETS if preset in asked.models):
        model = recsys.train(dataset.with_ratings(ratings[~theirs]), preset, seed)
        popular = np.tile(model.counts.astype(float), (len(full), 1))
        arms = {"popularity": popular, "full history": model.ranker.scores(model.features, full)}
        found += [
            newcomer_row(preset, arm, [evaluation_users.scores(best(scores, full))["ndcg"]])
            for arm, scores in arms.items()
        ]
        for given in GIVEN:
            shown = [few(full, given, seed + draw) for draw in range(DRAWS)]
            each = [
                evaluation_users.scores(best(model.ranker.scores(model.features, people), full))["ndcg"]
                for people in shown
            ]
            found.append(newcomer_row(preset, given, each))
    return found


def newcomer_row(preset: str, arm: object, ndcg: list[np.ndarray]) -> dict:
    """One line of the newcomers' table."""
    print(f"newcomers {preset} {arm}: {np.nanmean(ndcg):.4f}", file=sys.stderr, flush=True)
    return {"preset": preset, "given": arm, "ndcg": float(np.nanmean(ndcg)), "users": len(ndcg[0])}


def few(people: Interactions, given: int, seed: int) -> Interactions:
    """Everybody with so many of their ratings, drawn by user and movie."""
    order = np.lexsort((uniform(people.user_ids[people.user_index], people.movies, seed, PLACE + 1), people.user_index))
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order)) - people.start[people.user_index]
    return people.keep(place < given)


if __name__ == "__main__":
    sys.exit(main())
