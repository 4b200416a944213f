"""Settings of the models over the features, and of the ranker's own features."""

from __future__ import annotations

from dataclasses import dataclass

from recsys.config.setting import setting


@dataclass(frozen=True)
class SoftmaxRegressionConfig:
    """The linear model that the trees start from."""

    ridge: float = setting(
        300.0, 0.001, 100_000.0, "L2 penalty of the softmax regression that the trees start from.", on_train_page=True
    )
    clip: float = setting(4.0, 0.5, 100.0, "Features are clipped at so many standard deviations.")
    iterations: int = setting(20, 1, 500, "Iterations of L-BFGS.")


@dataclass(frozen=True)
class BoostingConfig:
    """XGBoost's settings."""

    trees: int = setting(120, 1, 2000, "Boosting rounds; each adds one tree per star.", on_train_page=True)
    depth: int = setting(5, 1, 12, "Largest depth of a tree.", on_train_page=True)
    learning_rate: float = setting(0.06, 0.001, 1.0, "Learning rate: the step of each round.", on_train_page=True)
    subsample: float = setting(0.7, 0.1, 1.0, "Share of the training rows used for each tree.", on_train_page=True)
    colsample: float = setting(0.3, 0.05, 1.0, "Share of the features tried at each split.", on_train_page=True)
    min_child_weight: float = setting(
        40.0, 0.0, 1000.0, "Smallest sum of weights in a leaf; higher is smoother.", on_train_page=True
    )
    l2: float = setting(20.0, 0.0, 1000.0, "L2 penalty of the leaves.", on_train_page=True)
    bins: int = setting(64, 8, 1024, "Histogram bins per feature; fewer is faster.", on_train_page=True)


@dataclass(frozen=True)
class StarModelConfig:
    """What a star model needs: its linear part, its trees, and the seed of the trees."""

    softmax_regression: SoftmaxRegressionConfig
    boosting: BoostingConfig
    seed: int


@dataclass(frozen=True)
class CrossFittingConfig:
    """How the training rows' features are made from tables and histories without their own ratings."""

    folds: int = setting(5, 2, 20, "Cross-fitting folds for the features of the training rows.", on_train_page=True)
    cold_start_fraction: float = setting(
        0.4,
        0.0,
        0.9,
        "Share of rows that are repeated as newcomers with few or no ratings.",
        on_train_page=True,
    )
    alignment_fraction: float = setting(
        0.05, 0.0, 0.5, "Share of the ratings by which cross-fitted features are aligned with served ones; 0: none."
    )
    passes: int = setting(4, 1, 20, "Short histories per newcomer fold.")
    empty_fraction: float = setting(0.3, 0.0, 0.99, "Share of the short histories that are empty.")
    longest_history: int = setting(30, 1, 1000, "Ratings in the longest short history.")


@dataclass(frozen=True)
class AlsConfig:
    """Implicit matrix factorisation: the target of a rating by its star, interpolated between three."""

    lowest: float = setting(0.2, 0.0, 10.0, "Target of the lowest star.")
    middle: float = setting(0.6, 0.0, 10.0, "Target of the middle of the scale.")
    highest: float = setting(1.2, 0.0, 10.0, "Target of the highest star.")
    factors: int = setting(64, 1, 500, "Number of factors.", on_train_page=True)
    weight: float = setting(2.0, 0.0, 100.0, "Extra weight (confidence) of a rated movie.")
    ridge: float = setting(25.0, 0.001, 1e6, "Ridge (L2) penalty of the factors.")
    iterations: int = setting(4, 1, 50, "Alternating updates of users and movies.")
    start_scale: float = setting(0.3, 0.001, 10.0, "Standard deviation of the initial factors.")


@dataclass(frozen=True)
class CandidateGenerationConfig:
    """The first step from the catalogue to a list."""

    pool: int = setting(100, 1, 1000, "Candidates per user that the ranker orders.", on_train_page=True)


@dataclass(frozen=True)
class DemographicLiftConfig:
    """How much more often a group rates a movie than everybody does."""

    damping: float = setting(50.0, 0.01, 10_000.0, "Damping: pseudo-users with the overall share.")


@dataclass(frozen=True)
class RankerFeaturesConfig:
    """Columns of the ranker beside those of the star model."""

    reference_rank: int = setting(10, 1, 1000, "Rank of the user's score that all scores are divided by.")
    least_reference: float = setting(0.02, 1e-6, 100.0, "Smallest score to divide by.")
    damping: float = setting(3.0, 0.01, 1000.0, "Damping of each user's genre shares.")
    genre_offset: float = setting(0.01, 1e-6, 1.0, "Added to a genre share before its log.")


@dataclass(frozen=True)
class RankingExamplesConfig:
    """The rows that the ranker learns from."""

    relevance_threshold: float = setting(
        0.8,
        0.0,
        1.0,
        "Relevant from this share of the top star: .8 is liked, 0 any rating.",
        on_train_page=True,
    )
    passes: int = setting(5, 2, 20, "Parts of the ratings; one at a time is hidden.")
    empty_fraction: float = setting(0.1, 0.0, 0.99, "Share of the short histories that are empty.")
    longest_history: int = setting(60, 1, 1000, "Ratings in the longest short history.")


@dataclass(frozen=True)
class RankerConfig:
    """How far popularity counts beside the ranker's log-odds."""

    newcomer_ratings: int = setting(3, 0, 100, "Newcomers up to so many ratings get popularity in their list.")
