"""The answer to why a movie is not in a list, in plain English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import floor

from recsys.list_option_table import LIST_OPTIONS
from recsys.schema import star_name
from recsys.serving.explain.sentences import YOU, Wording
from recsys.serving.filter_phrases import filter_phrases
from recsys.serving.filters import LITTLE_KNOWN
from recsys.serving.list_options import ListOptions
from recsys.serving.why_not import BELOW, SAME_TITLE, SEEN, UNLIKELY, WhyNot


def why_not_sentences(answer: WhyNot, options: ListOptions, title: str, wording: Wording = YOU) -> list[str]:
    """The answer as sentences, most important first; they contain the title and names of genres, from the data.

    Parameters
    ----------
    answer : WhyNot
        The answer.
    options : ListOptions
        The options of the list.
    title : str
        The movie's title.
    wording : Wording
        Whether the user is addressed or spoken of.
    """
    user = "you" if wording == YOU else "they"
    if SEEN in answer.reasons:
        return [_seen(answer, title, user)]
    same_title = f"The list shows this title by another entry, #{answer.same_as}."
    sentences = [_rank(answer, options.n, title), *([same_title] if SAME_TITLE in answer.reasons else [])]
    if answer.listed_rank:
        return sentences
    sentences += _exclusions(answer, filter_phrases(options.values))
    if UNLIKELY in answer.reasons:
        chance = f"The chance that {user} like it is {floor(100 * answer.like)}%"
        sentences.append(f"{chance}, and the list asks for at least {answer.least_like:.0%}.")
    return sentences if LITTLE_KNOWN in answer.reasons else [*sentences, _remedy(answer)]


def _seen(answer: WhyNot, title: str, user: str) -> str:
    name = f"another entry of {title}, #{answer.same_as}" if SAME_TITLE in answer.reasons else title
    return f"{user.capitalize()} have seen {name}: {user} gave it {star_name(answer.rated or 0)} ★."


def _rank(answer: WhyNot, n: int, title: str) -> str:
    if answer.listed_rank:
        return f"{title} is in the list, at number {answer.listed_rank:,}."
    ranks = f"{title} is number {answer.rank:,} of {_movies(answer.unseen, 'unseen ')}"
    if answer.filtered_rank and answer.filtered < answer.unseen:
        ranks = f"{title} is number {answer.filtered_rank:,} of the {answer.filtered:,} movies to choose from"
    if BELOW not in answer.reasons or not answer.filtered_rank:
        return f"{ranks}."
    if answer.filtered_rank <= n:
        return f"{ranks}, but with your diversity setting, movies of other genres come before it."
    return f"{ranks}. The list shows {n:,}."


def _exclusions(answer: WhyNot, phrases: Mapping[str, str]) -> list[str]:
    """What leaves the movie out: the ranker, and each filter."""
    filters = [f"“{phrase}”" for name, phrase in phrases.items() if name in answer.reasons and name != "exclude"]
    sentences = []
    if LITTLE_KNOWN in answer.reasons:
        sentences.append("It is one of the most rated movies, which hidden gems leave out. Rank by something else.")
    if filters:
        verb = "filter {} leaves" if len(filters) == 1 else "filters {} leave"
        sentences.append(f"Your {verb.format(_joined(filters))} it out.")
    if "exclude" in answer.reasons:
        sentences.append("It is one of the movies that you left out.")
    return sentences


def _remedy(answer: WhyNot) -> str:
    """What would bring the movie in, and to which rank."""
    if not answer.remedies:
        longest = LIST_OPTIONS["n"].highest
        if set(answer.reasons) == {BELOW}:
            return f"No list is longer than {longest} movies."
        return f"Even without these limits, it would not be among the first {longest}."
    filters = answer.remedies.keys() - {"n", "min_like", "exclude"}
    conditions = {
        "without this filter": len(filters) == 1,
        "without these filters": len(filters) > 1,
        "if you no longer leave it out": "exclude" in answer.remedies,
        f"with a minimum chance of {answer.remedies.get('min_like', 0):.0%}": "min_like" in answer.remedies,
        f"with {_movies(answer.remedies.get('n', 0))}": "n" in answer.remedies,
    }
    condition = _joined([words for words, applies in conditions.items() if applies])
    return f"{condition[0].upper()}{condition[1:]}, it would be number {answer.remedied_rank:,}."


def _movies(count: int, kind: str = "") -> str:
    return f"{count:,} {kind}{'movie' if count == 1 else 'movies'}"


def _joined(words: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))
