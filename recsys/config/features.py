"""Settings of the feature extractors, one dataclass each."""

from __future__ import annotations

from dataclasses import dataclass

from recsys.config.setting import setting


@dataclass(frozen=True)
class VocabularyConfig:
    """Which words of the users' profiles are kept."""

    max_genders: int = setting(20, 1, 100, "Most genders that are told apart; the commonest are kept.")
    max_occupations: int = setting(60, 1, 500, "Most occupations that are told apart; the commonest are kept.")


@dataclass(frozen=True)
class DampedBiasConfig:
    """Global mean, user offset and movie offset."""

    damping: float = setting(5.0, 0.0, 100.0, "Ratings' worth of zero mixed into every offset.", on_train_page=True)
    iterations: int = setting(10, 1, 100, "Times that users' and movies' offsets are solved in turn.")


@dataclass(frozen=True)
class HistogramsConfig:
    """Shares of each star by user and by movie."""

    damping: float = setting(
        8.0, 0.01, 1000.0, "Ratings' worth of everybody's shares mixed into each.", on_train_page=True
    )


@dataclass(frozen=True)
class ActivityConfig:
    """Counts and years."""

    user_damping: float = setting(2.0, 0.01, 100.0, "Ratings' worth of the catalogue's mean in each user's mean.")
    movie_damping: float = setting(5.0, 0.01, 100.0, "Raters' worth of the overall mean in each movie's mean.")


@dataclass(frozen=True)
class GenrePcaConfig:
    """Genres standardised and reduced by PCA."""

    variance: float = setting(0.9, 0.1, 1.0, "Share of the genres' variance that the PCA keeps.", on_train_page=True)
    damping: float = setting(5.0, 0.01, 1000.0, "Ratings' worth of no preference mixed into each genre's.")


@dataclass(frozen=True)
class CooccurrenceSvdConfig:
    """Singular vectors of who rated what."""

    axes: int = setting(40, 1, 500, "Singular vectors that are learned.", on_train_page=True)
    feature_axes: int = setting(8, 1, 500, "Singular vectors whose user coordinates are features.")
    oversampling: int = setting(20, 0, 200, "Columns beyond the axes in the power iteration.")
    iterations: int = setting(6, 1, 50, "Rounds of the power iteration.")
    damping: float = setting(5.0, 0.01, 1000.0, "Ratings' worth that holds short histories near zero.")


@dataclass(frozen=True)
class EaseConfig:
    """Item-item weights on all, liked and disliked ratings."""

    ridge: float = setting(300.0, 0.1, 1e6, "Ridge of the weights on all ratings.", on_train_page=True)
    liked_ridge: float = setting(200.0, 0.1, 1e6, "Ridge of the weights on liked ratings.", on_train_page=True)
    disliked_ridge: float = setting(100.0, 0.1, 1e6, "Ridge of the weights on disliked ratings.")
    disliked_share: float = setting(0.4, 0.0, 0.79, "A rating is a dislike up to this share of the highest star.")
    reference_rank: int = setting(20, 1, 1000, "Rank of the user's score that scores are divided by.")
    least_reference: float = setting(0.05, 1e-6, 100.0, "Least score that others are divided by.")


@dataclass(frozen=True)
class MovieKernelConfig:
    """Variance, in squared stars, of each kernel in the prior covariance of two movies."""

    level: float = setting(0.1, 0.0, 10.0, "Variance that all movies share.")
    genre: float = setting(0.1, 0.0, 10.0, "Variance by genres.")
    popularity: float = setting(0.03, 0.0, 10.0, "Variance along the log of the number of ratings.")
    quality: float = setting(0.03, 0.0, 10.0, "Variance along the movie's offset.")
    age: float = setting(0.03, 0.0, 10.0, "Variance along the log of the movie's age.")
    year: float = setting(0.05, 0.0, 10.0, "Variance by closeness of the years.")
    axes: float = setting(0.2, 0.0, 10.0, "Variance by the singular vectors of who rated what.")
    cooccurrence: float = setting(0.2, 0.0, 10.0, "Variance by how many users rated both.")
    movie: float = setting(0.5, 0.001, 10.0, "Variance of each movie by itself.")
    year_scale: float = setting(8.0, 0.1, 100.0, "Years over which movies of a time resemble each other.")
    damping: float = setting(5.0, 0.01, 1000.0, "Ratings' worth mixed into the counts of users who rated both.")


@dataclass(frozen=True)
class UserCovariatesConfig:
    """The description of a user that the Gaussian process's mean is a regression on."""

    axes: int = setting(20, 0, 500, "Singular vectors whose user coordinates are covariates.")
    min_count: int = setting(15, 0, 1000, "Counts below this one count as this one.")
    mean_log_count: float = setting(4.0, 0.0, 20.0, "Log count that is zero.")
    mean_age: float = setting(33.0, 0.0, 120.0, "Age that is zero.")
    age_scale: float = setting(12.0, 0.1, 120.0, "Years to one unit of age.")
    share_of_women: float = setting(0.3, 0.0, 1.0, "Share of women that makes gender zero on average.")
    axes_scale: float = setting(3.0, 0.0, 100.0, "What the coordinates are multiplied by.")


@dataclass(frozen=True)
class GaussianProcessConfig:
    """The Gaussian process over movies."""

    em_iterations: int = setting(
        5, 0, 20, "EM steps that learn the covariance of movies from all users.", on_train_page=True
    )
    noise: float = setting(0.25, 0.001, 10.0, "Variance of a rating around its user's taste.", on_train_page=True)
    ridge: float = setting(150.0, 0.0, 1e6, "Ridge of the regression on the user's covariates.")
    start_damping: float = setting(5.0, 0.01, 1000.0, "Raters' worth of the overall shares in each movie's start.")
    error_damping: float = setting(5.0, 0.01, 1000.0, "Ratings' worth of the mean squared error in each user's.")
    neighbour_damping: float = setting(0.5, 0.001, 100.0, "Ratings' worth of calibration in the neighbours' shares.")
    longest_history: int = setting(250, 10, 5000, "Ratings of a user that are solved together while learning.")


@dataclass(frozen=True)
class RatingCalibrationConfig:
    """Shares of each star around an expected rating."""

    points: int = setting(33, 3, 500, "Points on the scale at which the shares are kept.")
    smoothing: float = setting(4.5, 0.01, 100.0, "Twice the squared width, in points, of the smoothing.")
    damping: float = setting(10.0, 0.01, 1000.0, "Ratings' worth of the calibration in each movie's shares.")
