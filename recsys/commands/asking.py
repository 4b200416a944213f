"""What commands that ask the active model share: the model itself, who is asked for, and which movie."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from recsys.commands.progress import say

if TYPE_CHECKING:
    from recsys.question import Question
    from recsys.recommender import Recommender

NEWCOMER = "give --history MOVIE=STARS,... instead of --user"


def active() -> Recommender:
    """The active recommender; a fall-back to an older version is said aloud."""
    from recsys.registry import Shelf

    loaded = Shelf().load_active()
    if loaded.warning:
        say(f"Warning: {loaded.warning}")
    return loaded.recommender


def who_options(parser: argparse.ArgumentParser) -> None:
    """A known user, or a newcomer's ratings."""
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--user", type=int, metavar="ID", help="a user of the data")
    who.add_argument("--history", metavar="MOVIE=STARS,...", help="a newcomer's ratings, such as 50=5,172=4")


def movie_option(parser: argparse.ArgumentParser) -> None:
    """One movie."""
    parser.add_argument("--movie", type=int, required=True, metavar="ID")


def question(given: argparse.Namespace, recommender: Recommender) -> Question:
    """Who and which movie, checked; InputError lists what is wrong, ids that the data lacks aside."""
    from recsys.question import Question, history_rows

    who = {"user_id": given.user} if given.history is None else {"ratings": history_rows(given.history)}
    return Question.checked({"movie_id": given.movie, **who}, recommender.stars)


def titled(recommender: Recommender, movie_id: int) -> str:
    """The movie's title as it is said."""
    return str(recommender.movies.set_index("movie_id").loc[movie_id, "display"])
