"""Options that several commands share, and what they make of them: configuration, active model, user, movie."""

from __future__ import annotations

import argparse
import json
import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from recsys.cli import data
from recsys.cli.progress import say
from recsys.config import PRESET_NAMES, full_names, setting_problem, settings_by_component
from recsys.errors import InputError, Problem, shown

if TYPE_CHECKING:
    from recsys.requests.prediction_request import PredictionRequest
    from recsys.serving.recommender import Recommender

NEWCOMER = "give --history MOVIE=STARS,... instead of --user"


def config_options(parser: argparse.ArgumentParser) -> None:
    """The options of every training: dataset, preset, seed, single settings."""
    data.options(parser)
    parser.add_argument("--preset", default="full", choices=PRESET_NAMES)
    parser.add_argument("--seed", type=int, default=0)
    example = "change one setting, such as boosting.depth=6"
    parser.add_argument("--set", action="append", default=[], metavar="COMPONENT.NAME=VALUE", help=example)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = "\n".join(["settings for --set, by component:", *_setting_lines()])


def _setting_lines() -> list[str]:
    """A paragraph for each component, with the names of its settings."""
    lines = []
    for component, names in settings_by_component().items():
        start = f"  {component}: " if component else "  "
        lines.append(textwrap.fill(", ".join(names), 100, initial_indent=start, subsequent_indent="    "))
    return lines


def parse_settings(texts: Sequence[str]) -> dict[str, Any]:
    """Settings of texts such as "depth=6"; their ranges are checked by `TrainingConfig`. Raises InputError."""
    settings: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise InputError.of([Problem("--set", shown(text), "NAME=VALUE", "Write for example --set depth=6.")])
        if name == "seed":
            raise InputError.of([Problem("--set", shown(text), "any other setting", "Give it as --seed.")])
        if not full_names(name) and (problem := setting_problem(name, value)):
            raise InputError.of([Problem("--set", shown(text), problem.allowed, problem.remedy)])
        try:
            settings[name] = json.loads(value)
        except (ValueError, RecursionError):
            settings[name] = value
    return settings


def active() -> Recommender:
    """The active recommender; a fall-back to an older version is a warning on stderr."""
    from recsys.registry import Registry

    loaded = Registry().load_active()
    if loaded.warning:
        say(f"Warning: {loaded.warning}")
    return loaded.recommender


def user_options(parser: argparse.ArgumentParser) -> None:
    """A known user, or a newcomer's ratings."""
    group = parser.add_mutually_exclusive_group(required=True)
    group.add_argument("--user", type=int, metavar="ID", help="a user id")
    group.add_argument("--history", metavar="MOVIE=STARS,...", help="ratings of a newcomer, such as 172=5,174=4")


def movie_option(parser: argparse.ArgumentParser) -> None:
    """One movie."""
    parser.add_argument("--movie", type=int, required=True, metavar="ID")


def prediction_request(args: argparse.Namespace, recommender: Recommender) -> PredictionRequest:
    """The user and the movie as a checked request. Raises InputError; ids that the data lacks are checked later."""
    from recsys.requests.prediction_request import PredictionRequest

    return PredictionRequest.checked({"movie_id": args.movie, **user_fields(args)}, recommender.stars)


def user_fields(args: argparse.Namespace) -> dict[str, Any]:
    """The user or the newcomer's ratings, as fields of a request."""
    from recsys.requests.identity import history_rows

    return {"user_id": args.user} if args.history is None else {"ratings": history_rows(args.history)}


def movie_lines(movies: Sequence[Mapping[str, Any]], figures: Callable[[Mapping[str, Any]], str]) -> list[str]:
    """One line for each movie of a list: rank, title and year, then the `figures` of its row."""
    from recsys.data.title_years import display_title, with_year

    titles = [with_year(display_title(row["title"]), row["year"]) for row in movies]
    width = max(map(len, titles), default=0)
    return [f"{row['rank']:>3}  {title:<{width}}  {figures(row)}" for title, row in zip(titles, movies, strict=True)]


def own_rating_line(response: Mapping[str, Any], newcomer: bool) -> list[str]:
    """One line on the user's own rating of the movie, which the response does not use; none without a rating."""
    if response["rated"] is None:
        return []
    return [f"{'You' if newcomer else 'They'} rated it {response['rated']}. The prediction does not use that rating."]


def display_title(recommender: Recommender, movie_id: int) -> str:
    """The movie's title for people."""
    return str(recommender.movies.set_index("movie_id").loc[movie_id, "display"])
