"""Settings of the feature extractors, one dataclass each."""

from __future__ import annotations

from dataclasses import dataclass

from recsys.config.setting import setting


@dataclass(frozen=True)
class VocabularyConfig:
    """Which words of the users' profiles are kept."""

    max_genders: int = setting(20, 1, 100, "Largest number of genders; the most common are kept.")
    max_occupations: int = setting(60, 1, 500, "Largest number of occupations; the most common are kept.")


@dataclass(frozen=True)
class DampedBiasConfig:
    """Global mean, user offset and movie offset."""

    damping: float = setting(
        5.0, 0.0, 100.0, "Damping: pseudo-ratings of zero added to each offset.", on_train_page=True
    )
    iterations: int = setting(10, 1, 100, "Alternating updates of the user and movie offsets.")


@dataclass(frozen=True)
class HistogramsConfig:
    """Shares of each star by user and by movie."""

    damping: float = setting(8.0, 0.01, 1000.0, "Damping: pseudo-ratings with the overall shares.", on_train_page=True)


@dataclass(frozen=True)
class ActivityConfig:
    """Counts and years."""

    user_damping: float = setting(2.0, 0.01, 100.0, "Damping: pseudo-ratings with the catalogue's mean.")
    movie_damping: float = setting(5.0, 0.01, 100.0, "Damping: pseudo-raters with the overall mean.")


@dataclass(frozen=True)
class GenrePcaConfig:
    """Genres standardised and reduced by PCA."""

    variance: float = setting(0.9, 0.1, 1.0, "Share of the genres' variance that the PCA keeps.", on_train_page=True)
    damping: float = setting(5.0, 0.01, 1000.0, "Damping: pseudo-ratings without a preference.")


@dataclass(frozen=True)
class CooccurrenceSvdConfig:
    """Singular vectors of who rated what."""

    axes: int = setting(40, 1, 500, "Number of singular vectors.", on_train_page=True)
    feature_axes: int = setting(8, 1, 500, "Singular vectors used as features.")
    oversampling: int = setting(20, 0, 200, "Extra columns in the power iteration.")
    iterations: int = setting(6, 1, 50, "Power iterations.")
    damping: float = setting(5.0, 0.01, 1000.0, "Damping: pseudo-ratings that shrink short histories to zero.")


@dataclass(frozen=True)
class EaseConfig:
    """Item-item weights on all, liked and disliked ratings."""

    ridge: float = setting(300.0, 0.1, 1e6, "Ridge (L2) penalty of the weights from all ratings.", on_train_page=True)
    liked_ridge: float = setting(
        200.0, 0.1, 1e6, "Ridge (L2) penalty of the weights from liked ratings.", on_train_page=True
    )
    disliked_ridge: float = setting(100.0, 0.1, 1e6, "Ridge (L2) penalty of the weights from disliked ratings.")
    disliked_share: float = setting(0.4, 0.0, 0.79, "Ratings up to this share of the highest star count as disliked.")
    reference_rank: int = setting(20, 1, 1000, "Rank of the user's score that all scores are divided by.")
    least_reference: float = setting(0.05, 1e-6, 100.0, "Smallest score to divide by.")


@dataclass(frozen=True)
class MovieKernelConfig:
    """Variance, in squared stars, of each kernel in the prior covariance of two movies."""

    level: float = setting(0.1, 0.0, 10.0, "Variance that all movies share.")
    genre: float = setting(0.1, 0.0, 10.0, "Variance explained by genres.")
    popularity: float = setting(0.03, 0.0, 10.0, "Variance explained by the log number of ratings.")
    quality: float = setting(0.03, 0.0, 10.0, "Variance explained by the movie's offset.")
    age: float = setting(0.03, 0.0, 10.0, "Variance explained by the log of the movie's age.")
    year: float = setting(0.05, 0.0, 10.0, "Variance explained by similar years.")
    axes: float = setting(0.2, 0.0, 10.0, "Variance explained by the co-occurrence SVD.")
    cooccurrence: float = setting(0.2, 0.0, 10.0, "Variance explained by the number of users who rated both.")
    movie: float = setting(0.5, 0.001, 10.0, "Variance of each movie alone.")
    year_scale: float = setting(8.0, 0.1, 100.0, "Length scale of the years.")
    damping: float = setting(5.0, 0.01, 1000.0, "Damping of the counts of users who rated both.")


@dataclass(frozen=True)
class UserCovariatesConfig:
    """The description of a user that the Gaussian process's mean is a regression on."""

    axes: int = setting(20, 0, 500, "Singular vectors used as covariates.")
    min_count: int = setting(15, 0, 1000, "Smallest count; lower ones are raised to it.")
    mean_log_count: float = setting(4.0, 0.0, 20.0, "Log count that is centred to zero.")
    mean_age: float = setting(33.0, 0.0, 120.0, "Age that is centred to zero.")
    age_scale: float = setting(12.0, 0.1, 120.0, "Years per unit of age.")
    share_of_women: float = setting(0.3, 0.0, 1.0, "Share of women that centres gender to zero.")
    axes_scale: float = setting(3.0, 0.0, 100.0, "Factor of the coordinates.")


@dataclass(frozen=True)
class GaussianProcessConfig:
    """The Gaussian process over movies."""

    em_iterations: int = setting(5, 0, 20, "EM iterations for the covariance of the movies.", on_train_page=True)
    noise: float = setting(0.25, 0.001, 10.0, "Noise variance of a rating.", on_train_page=True)
    ridge: float = setting(150.0, 0.0, 1e6, "Ridge (L2) penalty of the regression on user covariates.")
    start_damping: float = setting(5.0, 0.01, 1000.0, "Damping of each movie's starting shares.")
    error_damping: float = setting(5.0, 0.01, 1000.0, "Damping of each user's squared error.")
    neighbour_damping: float = setting(0.5, 0.001, 100.0, "Damping of the shares on similar movies.")
    longest_history: int = setting(250, 10, 5000, "Largest number of ratings per user in training.")


@dataclass(frozen=True)
class RatingCalibrationConfig:
    """Shares of each star around an expected rating."""

    points: int = setting(33, 3, 500, "Grid points on the rating scale.")
    smoothing: float = setting(4.5, 0.01, 100.0, "Smoothing width: twice its square, in grid points.")
    damping: float = setting(10.0, 0.01, 1000.0, "Damping of each movie's shares.")
