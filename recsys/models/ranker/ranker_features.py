"""The ranker's features of candidate movies: ALS scores, demographic lift, genres, and the star model's features."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np

from recsys.config import TrainingConfig
from recsys.core.array_spec import array, checked, declared
from recsys.core.serialization import named_arrays, restored
from recsys.data.catalogue import Catalogue
from recsys.data.interactions import Interactions, by_user
from recsys.features.extractor import Context
from recsys.features.matrix import Features
from recsys.models.ranker.als import AlsFactors, rating_targets
from recsys.models.ranker.demographic_lift import KINDS, DemographicLift


@dataclass(frozen=True)
class RankerFeatures:
    """Movie-side tables; a user's scores are computed from their history."""

    config: TrainingConfig
    factors: tuple[AlsFactors, ...]  # in the order of `TrainingConfig.als_variants`
    demographic_lift: DemographicLift
    stars: np.ndarray = array("float64", "stars")
    movie_genres: np.ndarray = array("float32", "movies", "genres")  # shares summing to 1
    mean_genres: np.ndarray = array("float32", "genres")  # shares over all ratings
    movie_count: np.ndarray = array("float64", "movies")  # log of 1 + ratings

    @classmethod
    def learn(cls, interactions: Interactions, catalogue: Catalogue, context: Context) -> Self:
        """Learn from sums over blocks of users."""
        config, stars, genres = context.config, np.array(context.stars), catalogue.genre_shares
        mean_genres = (interactions.sum_rows(genres).sum(0) + 1) / (len(interactions.movies) + genres.shape[1])
        variants = config.als_variants.values()
        return cls(
            stars=stars,
            factors=tuple(AlsFactors.learn(interactions, catalogue, stars, als) for als in variants),
            demographic_lift=DemographicLift.learn(
                interactions, len(catalogue), context.vocabulary, config.demographic_lift
            ),
            movie_genres=genres,
            mean_genres=mean_genres.astype(np.float32),
            movie_count=np.log1p(np.bincount(interactions.movies, minlength=len(catalogue))),
            config=config,
        )

    def arrays(self) -> dict[str, np.ndarray]:
        """Every learned array by name, as a bundle stores them."""
        states = dict(zip(self.config.als_variants, self.factors, strict=True))
        states |= {"demographic_lift": self.demographic_lift}
        own = {name: getattr(self, name) for name in declared(type(self))}
        for prefix, state in states.items():
            own |= named_arrays(state, prefix)
        return own

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray], sizes: Mapping[str, int], config: TrainingConfig) -> Self:
        """The inverse of `arrays`. KeyError when one is missing, ValueError when one is not as declared."""
        variants = config.als_variants.items()
        factors = tuple(restored(AlsFactors, arrays, sizes, name, als) for name, als in variants)
        demographic_lift = restored(DemographicLift, arrays, sizes, "demographic_lift")
        own = checked(declared(cls), arrays, sizes)
        return cls(factors=factors, demographic_lift=demographic_lift, config=config, **own)

    def als_scores(self, interactions: Interactions, row: int) -> np.ndarray:
        """One user's score of every movie by each factorisation, float64 (movies, factorisations)."""
        ratings = interactions.row_slice(row)
        movies, stars = interactions.movies[ratings], interactions.stars[ratings]
        scores = [each.scores(movies, rating_targets(stars, self.stars, each.config)) for each in self.factors]
        return np.stack(scores, axis=1)

    def names(self, features: Features) -> list[str]:
        """The columns of `describe`."""
        lifts = [f"demographic_lift_{kind}" for kind in KINDS]
        own = [*self.config.als_variants, *lifts, "genre_share", "genre_lift"]
        return own + [f"star_{name}" for name in features.names]

    def describe(
        self, features: Features, interactions: Interactions, rows: np.ndarray, movies: np.ndarray, scores: np.ndarray
    ) -> np.ndarray:
        """Columns `names` of some pairs.

        Parameters
        ----------
        features : Features
            The star model's features.
        interactions : Interactions
            The users' histories.
        rows, movies : ndarray of int (pairs,)
            Each pair's row and position in the catalogue; all pairs of a user are their pool.
        scores : ndarray, float64 (pairs, factorisations)
            Of `als_scores`.

        Returns
        -------
        ndarray, float32 (pairs, names)
        """
        config = self.config.ranker_features
        own = np.empty((len(rows), len(self.factors) + len(KINDS) + 2), np.float32)
        for user, pairs in by_user(rows):
            reference = np.sort(scores[pairs], axis=0)[-config.reference_rank :][0]
            relative = scores[pairs] / np.maximum(reference, config.least_reference)
            lifts = self.demographic_lift.lifts(interactions, user, movies[pairs])
            own[pairs] = np.column_stack([relative, lifts, self._genres(interactions, user, movies[pairs])])
        return np.hstack([own, features.transform(interactions, rows, movies)]).astype(np.float32, copy=False)

    def _genres(self, interactions: Interactions, row: int, movies: np.ndarray) -> np.ndarray:
        """Share of the user's history with the movie's genres, and its lift over all ratings, (movies, 2)."""
        config, rated = self.config.ranker_features, interactions.movies[interactions.row_slice(row)]
        share = self.movie_genres[rated].sum(0) / (len(rated) + config.damping)
        genres = self.movie_genres[movies]
        return np.column_stack([np.log(genres @ share + config.genre_offset), genres @ (share / self.mean_genres)])
