"""What commands that ask the active model share: the model itself, who is asked for, and which movie."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from recsys.cli.progress import say

if TYPE_CHECKING:
    from recsys.requests.prediction_request import PredictionRequest
    from recsys.serving.recommender import Recommender

NEWCOMER = "give --history MOVIE=STARS,... instead of --user"


def active() -> Recommender:
    """The active recommender; a fall-back to an older version is said aloud."""
    from recsys.registry import Registry

    loaded = Registry().load_active()
    if loaded.warning:
        say(f"Warning: {loaded.warning}")
    return loaded.recommender


def who_options(parser: argparse.ArgumentParser) -> None:
    """A known user, or a newcomer's ratings."""
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--user", type=int, metavar="ID", help="a user of the data")
    who.add_argument("--history", metavar="MOVIE=STARS,...", help="a newcomer's ratings, such as 172=5,174=4")


def movie_option(parser: argparse.ArgumentParser) -> None:
    """One movie."""
    parser.add_argument("--movie", type=int, required=True, metavar="ID")


def request(given: argparse.Namespace, recommender: Recommender) -> PredictionRequest:
    """Who and which movie, checked; InputError lists what is wrong, ids that the data lacks aside."""
    from recsys.requests.prediction_request import PredictionRequest

    return PredictionRequest.checked({"movie_id": given.movie, **who(given)}, recommender.stars)


def who(given: argparse.Namespace) -> dict[str, Any]:
    """Who is asked for, as the fields of a question."""
    from recsys.requests.identity import history_rows

    return {"user_id": given.user} if given.history is None else {"ratings": history_rows(given.history)}


def table(movies: Sequence[Mapping[str, Any]], figures: Callable[[Mapping[str, Any]], str]) -> list[str]:
    """A list for people: rank, title and year, then what `figures` says of each row."""
    from recsys.schema import display_title, with_year

    names = [with_year(display_title(row["title"]), row["year"]) for row in movies]
    width = max(map(len, names), default=0)
    return [f"{row['rank']:>3}  {name:<{width}}  {figures(row)}" for name, row in zip(names, movies, strict=True)]


def left_out(answer: Mapping[str, Any], newcomer: bool) -> list[str]:
    """One line on the user's own rating of the movie, for an answer that leaves it out."""
    if answer["rated"] is None:
        return []
    return [f"{'You' if newcomer else 'They'} gave it {answer['rated']}. That rating is left out here."]


def titled(recommender: Recommender, movie_id: int) -> str:
    """The movie's title as it is said."""
    return str(recommender.movies.set_index("movie_id").loc[movie_id, "display"])
