"""A movie recommender: star predictions, top-N lists and honest reports. These are the public names.

Each name is imported at its first use, so that `import recsys` loads nothing heavy.

Examples
--------
Forty users of whom half like the movies with odd ids, and half those with even ids:

>>> import numpy as np
>>> import pandas as pd
>>> import recsys
>>> user, movie = (grid.ravel() for grid in np.meshgrid(np.arange(1, 41), np.arange(1, 21)))
>>> stars = np.where((user + movie) % 2 == 0, 4 + user % 2, 1 + movie % 3)
>>> ratings = pd.DataFrame({"user_id": user, "movie_id": movie, "rating": stars})[(user + 2 * movie) % 3 > 0]
>>> titles = [f"Movie {number} ({1950 + number})" for number in range(1, 21)]
>>> movies = pd.DataFrame({"movie_id": range(1, 21), "title": titles, "genres": ["Drama", "Comedy"] * 10})
>>> dataset = recsys.Dataset.from_frames(ratings, movies)

A model of all ratings, which predicts for users of the data and for newcomers:

>>> recommender = recsys.train(dataset, preset="quick", trees=5)
>>> recommender.predict(pd.DataFrame({"user_id": [1, 2], "movie_id": [3, 3]}))["rating"].tolist()
[5.0, 1.0]
>>> newcomer = {1: 5, 3: 5, 2: 1}  # stars by movie id
>>> newcomer_list = recommender.recommend(history=newcomer, n=3)
>>> (newcomer_list["movie_id"] % 2).tolist()
[1, 1, 1]
>>> (recommender.similar(1, n=2)["movie_id"] % 2).tolist()
[1, 1]
>>> explanation = recommender.explain(1, movie_id=3)
>>> abs(explanation.base + sum(explanation.contributions.values()) - explanation.expected) < 1e-6
True

How good it is on ratings that it has not seen:

>>> report = recsys.evaluate(dataset, preset="quick", trees=5)
>>> report.value("accuracy") > report.value("accuracy", "majority")
True

Saved and loaded, it is the same model:

>>> import tempfile
>>> with tempfile.TemporaryDirectory() as folder:
...     path = recsys.save(recommender, f"{folder}/model")
...     loaded = recsys.load(f"{folder}/model")
>>> loaded.predict(movie_ids=[4], history=newcomer).equals(recommender.predict(movie_ids=[4], history=newcomer))
True
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # for editors and type checkers; at run time `__getattr__` imports them
    from recsys.data import Dataset, load_dataset
    from recsys.errors import RecsysError
    from recsys.registry import load
    from recsys.registry.bundle import save
    from recsys.serving.recommender import Recommender
    from recsys.training.pipeline import evaluate, train

__version__ = "0.1.0"  # pyproject.toml reads it without importing the package

_MODULES = {
    "Dataset": "recsys.data",
    "load_dataset": "recsys.data",
    "Recommender": "recsys.serving.recommender",
    "train": "recsys.training.pipeline",
    "evaluate": "recsys.training.pipeline",
    "save": "recsys.registry.bundle",
    "load": "recsys.registry",
    "RecsysError": "recsys.errors",
}
__all__ = ["Dataset", "Recommender", "RecsysError", "evaluate", "load", "load_dataset", "save", "train"]


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"recsys has no public name {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    return __all__
