"""Explanations in plain English."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from recsys.data.interactions import Interactions
from recsys.schema import star_name
from recsys.serving.explain.named_reasons import NamedReason, named_reasons
from recsys.serving.explain.shapley import (
    DEMOGRAPHICS,
    GENRE_TASTE,
    MOVIE_REPUTATION,
    RATING_HABITS,
    SIMILAR_MOVIES,
)
from recsys.serving.prediction_set import PredictionSet
from recsys.serving.scorer import Scorer

TINY = 0.05  # stars; a smaller difference is "about the same"
LITTLE = 0.2  # stars; all of a user's ratings together "say little" if they change the expected rating by less
MIN_RATERS = 10  # with fewer, neither their mean nor their share of liked ratings is worth a sentence


@dataclass(frozen=True)
class Wording:
    """Words for the user: addressed (`YOU`), or spoken of (`THEY`)."""

    subject: str
    possessive: str
    groups: dict[str, str]  # name of each group of features


YOU = Wording(
    "you",
    "your",
    {
        RATING_HABITS: "your rating habits",
        GENRE_TASTE: "your taste in genres",
        SIMILAR_MOVIES: "movies like those you rated",
        MOVIE_REPUTATION: "what others think of it",
        DEMOGRAPHICS: "your profile",
    },
)
THEY = Wording(
    "they",
    "their",
    {
        RATING_HABITS: "their rating habits",
        GENRE_TASTE: "their taste in genres",
        SIMILAR_MOVIES: "movies like those they rated",
        MOVIE_REPUTATION: "what others think of it",
        DEMOGRAPHICS: "their profile",
    },
)
_PLURAL = (RATING_HABITS, SIMILAR_MOVIES)  # groups with a name in the plural


def row_reasons(
    scorer: Scorer,
    user_history: Interactions,
    movie_ids: Iterable[int],
    wording: Wording = YOU,
    title: Callable[[int], str] | None = None,
) -> list[str]:
    """The reason of each row of a list: `Because you gave 5 ★ to Annie Hall and Manhattan.`

    Parameters
    ----------
    scorer : Scorer
        The model.
    user_history : Interactions
        A single row: the user's ratings.
    movie_ids : iterable of int
        The listed movies.
    wording : Wording
        Words for the user.
    title : callable, optional
        Title of a movie by its id, as text that is safe where it is shown; the catalogue's by default.

    Returns
    -------
    list of str
        One sentence per movie in the same order; `named_reasons` has the movies that they name.

    Raises
    ------
    UnknownIdError
        A movie is not in the catalogue.
    """
    reasons = named_reasons(scorer, user_history, movie_ids)
    return [named_reason(reason, title or scorer.display_title, wording) for reason in reasons]


def named_reason(reason: NamedReason, title: Callable[[int], str], wording: Wording = YOU) -> str:
    """One sentence that names the ratings of a reason, or, if there are none, says what is known instead.

    The other sentence never argues against the movie: it says that most people like it, gives their mean, or says that
    all of the user's ratings together raise the expected rating, whichever is true.
    """
    if reason.because:
        return _ended(f"Because {_ratings(reason, title, wording)}")
    sentence = _raters(reason)
    if not reason.own_ratings:
        return f"{sentence}; {wording.subject} have not rated any movie yet."
    influence = reason.expected - reason.expected_of_newcomer
    if abs(influence) < LITTLE:
        return f"{sentence}; {wording.possessive} ratings say little about it yet."
    if influence < 0:
        return f"{sentence}."
    in_favour = f"{wording.possessive} ratings as a whole speak for it."
    return f"{sentence}, and {in_favour}" if _most_like(reason) else _capital(in_favour)


def in_favour(reason: NamedReason, title: Callable[[int], str], wording: Wording = YOU) -> str:
    """One sentence about the ratings that a reason names, beside an expected rating that is low all the same."""
    return _ended(f"In its favour: {_ratings(reason, title, wording)}")


def without_named(reason: NamedReason) -> str:
    """One sentence about the expected rating without the ratings that a reason names."""
    what = "that rating" if len(reason.because) == 1 else "these ratings"
    return f"Without {what}, it would be {reason.expected_without:.2f} instead of {reason.expected:.2f}."


def contributions(base: float, contributions: Mapping[str, float], wording: Wording = YOU) -> str:
    """The expected rating beside that of an average user, and what raises and lowers it most.

    `base` is in stars, and so are the contributions by group; the figures are rounded as the page rounds them, so that
    they add up.
    """
    total = sum(contributions.values())
    average, expected = f"{base:.2f}", f"{base + total:.2f}"
    difference = f"{abs(float(expected) - float(average)):.2f} {'more' if total > 0 else 'less'}"
    comparison = f"{difference} than the {average} an average user would give"
    if abs(total) < TINY:
        comparison = f"about what an average user would give ({average})"
    largest, smallest = (choose(contributions, key=lambda group: contributions[group]) for choose in (max, min))
    clauses = [_clause(largest, "raise", wording)] if contributions[largest] >= TINY else []
    clauses += [_clause(smallest, "lower", wording)] if contributions[smallest] <= -TINY else []
    causes = "; ".join(clauses if total > 0 else clauses[::-1])
    return f"The expected {expected} is {comparison}." + (f" {_capital(causes)}." if causes else "")


def loo_influence(expected: float, without: float, rating: float, title: str, wording: Wording = YOU) -> str:
    """One sentence about a rating of the movie `title`: the expected rating with it, and `without` it, in stars."""
    before, after = f"{expected:.2f}", f"{without:.2f}"
    change = f"still be {before}" if before == after else f"be {after} instead of {before}"
    return f"Without {wording.possessive} {star_name(rating)} ★ for {title}, it would {change}."


def prediction_set(interval: PredictionSet) -> str:
    """One sentence about a prediction set, and one about its coverage."""
    stars = run_of_stars(interval.low, interval.high)
    if interval.coverage is None:
        return f"{_capital(stars)}. How often such a range contains the true rating was not measured for this model."
    return (
        f"{_capital(stars)}. The likely range contained the true rating {interval.coverage:.1%} of the time "
        f"({interval.n:,} test ratings)."
    )


def run_of_stars(low: float, high: float) -> str:
    """`3 to 4 stars`, `4 stars`, `1 star`."""
    if low == high:
        return f"{star_name(low)} {'star' if low == 1 else 'stars'}"
    return f"{star_name(low)} to {star_name(high)} stars"


def _ratings(reason: NamedReason, title: Callable[[int], str], wording: Wording) -> str:
    """`you gave 5 ★ to Annie Hall and Manhattan`, `you gave 5 ★ to Annie Hall and 4 ★ to Manhattan`."""
    parts, stars_before = [], None
    for movie_id, stars in reason.because:
        parts.append(title(movie_id) if stars == stars_before else f"{star_name(stars)} ★ to {title(movie_id)}")
        stars_before = stars
    return f"{wording.subject} gave {' and '.join(parts)}"


def _raters(reason: NamedReason) -> str:
    if reason.raters < MIN_RATERS:
        return "Few people have rated it" if reason.raters else "Nobody has rated it"
    return "Most people like it" if _most_like(reason) else f"People give it {reason.mean:.1f} on average"


def _most_like(reason: NamedReason) -> bool:
    return reason.raters >= MIN_RATERS and reason.liked_share > 0.5


def _clause(group: str, verb: str, wording: Wording) -> str:
    return f"{wording.groups[group]} {verb}{'' if group in _PLURAL else 's'} it most"


def _ended(sentence: str) -> str:
    """With a full stop, unless it ends with a title's own mark."""
    return sentence if sentence.endswith((".", "!", "?", "…")) else f"{sentence}."


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
