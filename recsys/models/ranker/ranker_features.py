"""What a ranker looks at: which movies a person would choose, as people who chose alike did, and would like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.core.array_spec import array, checked, declared
from recsys.core.serialization import named_arrays, restored
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions, by_user
from recsys.features.extractor import Context
from recsys.features.matrix import Features
from recsys.models.ranker.als import AlsConfig, AlsFactors
from recsys.models.ranker.demographic_lift import KINDS, DemographicLift

# The first decides the pool. Ratings by stars, any rating, likings above all, and broad strokes.
CHOICES = {
    "choice": AlsConfig(0.2, 0.6, 1.2),
    "choice_any": AlsConfig(1.0, 1.0, 1.0),
    "choice_liked": AlsConfig(0.0, 0.2, 1.2, 48, 3.0, 30.0),
    "choice_broad": AlsConfig(0.2, 0.6, 1.2, 16, 4.0, 25.0),
}
BEST, LEAST_BEST = 10, 0.02  # scores are told relative to the user's tenth best
DAMPING = 3.0  # ratings' worth of no genre at all


@dataclass(frozen=True)
class RankerFeatures:
    """Movie-side tables; a person's scores are made from their history when they are asked for."""

    stars: np.ndarray = array("float64", "stars")
    factors: tuple[AlsFactors, ...]  # in the order of `CHOICES`
    demographic_lift: DemographicLift
    movie_genres: np.ndarray = array("float32", "movies", "genres")  # shares summing to 1
    mean_genres: np.ndarray = array("float32", "genres")  # shares of everybody's choices
    movie_count: np.ndarray = array("float64", "movies")  # log of 1 + ratings

    @classmethod
    def learn(cls, interactions: Interactions, catalogue: Catalogue, context: Context) -> Self:
        """Learn from sums over blocks of users."""
        stars, genres = np.array(context.stars), catalogue.genre_shares
        usual = (interactions.sum_rows(genres).sum(0) + 1) / (len(interactions.movies) + genres.shape[1])
        return cls(
            stars,
            tuple(AlsFactors.learn(interactions, catalogue, stars, worth) for worth in CHOICES.values()),
            DemographicLift.learn(interactions, len(catalogue), context.vocabulary),
            genres,
            usual.astype(np.float32),
            np.log1p(np.bincount(interactions.movies, minlength=len(catalogue))),
        )

    def arrays(self) -> dict[str, np.ndarray]:
        """Every learned array by name, as a bundle stores them."""
        parts = [*zip(CHOICES, self.factors, strict=True), ("demographic_lift", self.demographic_lift)]
        own = {name: getattr(self, name) for name in declared(type(self))}
        return own | {name: array for part, state in parts for name, array in named_arrays(state, part).items()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray], sizes: Mapping[str, int]) -> Self:
        """The inverse of `arrays`. KeyError when one is missing, ValueError when one is not as declared."""
        factors = tuple(restored(AlsFactors, arrays, sizes, name) for name in CHOICES)
        demographic_lift = restored(DemographicLift, arrays, sizes, "demographic_lift")
        return cls(factors=factors, demographic_lift=demographic_lift, **checked(declared(cls), arrays, sizes))

    def choices(self, interactions: Interactions, row: int) -> np.ndarray:
        """One user's score of every movie by each of `CHOICES`, float64 (movies, choices)."""
        mine = interactions.span(row)
        movies, given = interactions.movies[mine], interactions.stars[mine]
        found = zip(self.factors, CHOICES.values(), strict=True)
        scores = [factors.scores(movies, worth.of(given, self.stars)) for factors, worth in found]
        return np.stack(scores, axis=1)

    @staticmethod
    def names(features: Features) -> list[str]:
        """The columns of `describe`."""
        own = [*CHOICES, *(f"crowd_{kind}" for kind in KINDS), "genres_alike", "genres_lift"]
        return own + [f"star_{name}" for name in features.names]

    def describe(
        self, features: Features, interactions: Interactions, rows: np.ndarray, movies: np.ndarray, scores: np.ndarray
    ) -> np.ndarray:
        """Columns `names` of the pairs, float32 (pairs, names); a user's pairs are their pool."""
        own = np.empty((len(rows), len(CHOICES) + len(KINDS) + 2), np.float32)
        for user, here in by_user(rows):
            best = np.sort(scores[here], axis=0)[-BEST:][0]
            relative = scores[here] / np.maximum(best, LEAST_BEST)
            own[here] = np.column_stack(
                [
                    relative,
                    self.demographic_lift.lifts(interactions, user, movies[here]),
                    self._genres(interactions, user, movies[here]),
                ]
            )
        return np.hstack([own, features.transform(interactions, rows, movies)]).astype(np.float32, copy=False)

    def _genres(self, interactions: Interactions, row: int, movies: np.ndarray) -> np.ndarray:
        """How much of one's history has the movie's genres, and how much more than usual, (movies, 2)."""
        mine = interactions.movies[interactions.span(row)]
        share = self.movie_genres[mine].sum(0) / (len(mine) + DAMPING)
        genres = self.movie_genres[movies]
        return np.column_stack([np.log(genres @ share + 0.01), genres @ (share / self.mean_genres)])
