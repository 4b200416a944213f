"""The figures of a served model that the page tells: read from the model, its report and its manifest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from recsys.features.genre_pca import GenrePca
from recsys.serving.prediction_set import SET_COVERAGE, SET_SIZE
from recsys.serving.recommender import Recommender

UNKNOWN = float("nan")
METRICS = ("accuracy", "rmse", "log_loss", "ndcg@10", SET_COVERAGE, SET_SIZE)


@dataclass(frozen=True)
class ModelFacts:
    """Sizes of each part of a model.

    `dropped` has the number of dropped ratings by reason. `metrics` is NaN where the report has no such metric;
    `held_out` is 0 for a model without a report.
    """

    ratings: int
    users: int
    movies: int
    dropped: Mapping[str, int]
    held_out: int
    folds: int
    newcomer_share: float
    features: int
    groups: int
    genres: int
    components: int
    variance: float
    stars: int
    weights: int
    rounds: int
    depth: int
    pool: int
    ranker_trees: int
    metrics: Mapping[str, float]

    @classmethod
    def of(cls, recommender: Recommender) -> Self:
        """Read them from a recommender."""
        config, report, model = recommender.config, recommender.report, recommender.model
        genre_pca = next((each for each in recommender.features.extractors if isinstance(each, GenrePca)), None)
        return cls(
            ratings=len(recommender.interactions.stars),
            users=int((recommender.interactions.counts > 0).sum()),
            movies=len(recommender.catalogue),
            dropped=_dropped(recommender.manifest),
            held_out=0 if report is None else len(report.held_out),
            folds=config.cross_fitting.folds,
            newcomer_share=config.cross_fitting.cold_start_fraction,
            features=len(recommender.features.names),
            groups=len(recommender.features.extractors),
            genres=len(recommender.catalogue.genre_names),
            components=0 if genre_pca is None else len(genre_pca.pca_components),
            variance=0.0 if genre_pca is None else float(genre_pca.pca_variance_ratio.sum()),
            stars=len(recommender.stars),
            weights=model.softmax_regression.weights.size,
            rounds=model.booster.num_boosted_rounds(),
            depth=config.boosting.depth,
            pool=config.candidate_generation.pool,
            ranker_trees=recommender.ranker.model.booster.num_boosted_rounds() * len(recommender.ranker.model.stars),
            metrics={name: _value(recommender, name) for name in METRICS},
        )

    @property
    def train(self) -> int:
        """Ratings that the model learned from."""
        return self.ratings - self.held_out

    @property
    def trees(self) -> int:
        """Trees of the star model: one per star and round."""
        return self.rounds * self.stars


def _dropped(manifest: Mapping[str, Any]) -> dict[str, int]:
    checks = (manifest.get("data") or {}).get("checks") or {}
    dropped = (checks.get("ratings") or {}).get("dropped") or {}
    return {str(finding["meaning"]): int(finding["rows"]) for finding in dropped.values()}


def _value(recommender: Recommender, name: str) -> float:
    try:
        return UNKNOWN if recommender.report is None else recommender.report.value(name)
    except KeyError:
        return UNKNOWN
