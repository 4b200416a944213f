"""The command line: data, train, evaluate, predict, models.

Results go to stdout (one object with --json), everything else to stderr. Exit codes: 0 done, 1 failed,
2 wrong input, 3 no model.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recsys.errors import InputError, NoModelError, Problem, RecsysError, shown
from recsys.recipe import PRESET_NAMES

if TYPE_CHECKING:
    from recsys.evaluation import Report

FAILED, WRONG_INPUT, NO_MODEL = 1, 2, 3
HEADLINES = ("accuracy", "macro_f1", "weighted_f1", "rmse", "mae", "log_loss", "within_one")
BAR = 24


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # on a busy host, waiting threads halve the speed
    given = _parser().parse_args(arguments)
    try:
        result, lines = given.command(given)
    except RecsysError as error:
        _say(str(error))
        return WRONG_INPUT if isinstance(error, InputError) else _code(error)
    except KeyboardInterrupt:
        _say("Stopped. Nothing was changed.")
        return 130
    print(json.dumps(result, allow_nan=False) if given.json else "\n".join(lines))
    return 0


def data(given: argparse.Namespace) -> tuple[Any, list[str]]:
    """Fetch a dataset if need be, check it at the door and say what was read, kept and dropped."""
    from recsys.data import load_dataset

    with _Bar() as bar:
        dataset = load_dataset(given.data, progress=bar)
    result = {"name": dataset.name, "fingerprint": dataset.fingerprint, "checks": dataset.report.as_dict()}
    return result, [f"{dataset.name}: ready", *dataset.report.lines()]


def train(given: argparse.Namespace) -> tuple[Any, list[str]]:
    """Train, report on the held-out part and publish the new version."""
    from recsys.jobs import Reporter
    from recsys.registry import Shelf
    from recsys.training import run

    shelf = Shelf(Path(given.job) if given.job else None)
    with Reporter(shelf.folder) as job, nullcontext(_mute) if given.job else _Bar() as bar:

        def progress(phase: str, fraction: float, message: str = "") -> None:
            job(phase, fraction, message)
            bar(phase, fraction, message)

        version = run(given.data, given.preset, given.seed, shelf, progress, **_settings(given.set))
        job.done(version)
    report = shelf.load_active().recommender.report
    return {"version": version, **_figures(report)}, [f"Published {version}.", *_table(report)]


def evaluate(given: argparse.Namespace) -> tuple[Any, list[str]]:
    """Report on the active model's held-out part or, with options, on a fresh training that is not kept."""
    if given.split is None:
        active = _active()
        return {"version": active.version, **_figures(active.report)}, _table(active.report)
    from recsys import training
    from recsys.data import load_dataset

    with _Bar() as bar:
        dataset = load_dataset(given.data, progress=bar)
        report = training.evaluate(dataset, given.split, given.preset, given.seed, progress=bar)
    return _figures(report), _table(report)


def predict(given: argparse.Namespace) -> tuple[Any, list[str]]:
    """How many stars a user, or a newcomer with a history, would give a movie."""
    from recsys.question import Question, answer, history_rows

    who = {"user_id": given.user} if given.history is None else {"ratings": history_rows(given.history)}
    recommender = _active()
    question = Question.checked({"movie_id": given.movie, **who}, recommender.stars)
    found = answer(recommender, question, newcomer="give --history MOVIE=STARS,... instead of --user")
    title = recommender.movies.set_index("movie_id").loc[found["movie_id"], "display"]
    lines = [f"{title}: {found['rating']} stars (expected {found['expected']:.2f})"]
    lines += [f"  {star:>3} {'█' * round(p * 40):<40} {p:6.1%}" for star, p in found["probabilities"].items()]
    return found, [*lines, f"Model {found['version']}."]


def models(given: argparse.Namespace) -> tuple[Any, list[str]]:
    """The versions on the shelf, newest first; the active one is marked."""
    from recsys.bundle import read_manifest
    from recsys.registry import Shelf

    shelf, rows = Shelf(), []
    active = shelf.active_version()
    for version in shelf.versions():
        row: dict[str, Any] = {"version": version, "active": version == active}
        try:
            manifest = read_manifest(shelf.path(version))
            row |= {name: manifest.get(name) for name in ("created", "preset", "digest")}
        except RecsysError as error:
            row["problem"] = str(error)
        rows.append(row)
    if not rows:
        raise NoModelError("The shelf is empty. Train a model: python -m recsys train")
    marks = ("*" if row["active"] else " " for row in rows)
    lines = [
        f"{mark} {row['version']}  {row.get('problem') or row['preset']}" for mark, row in zip(marks, rows, strict=True)
    ]
    return {"models": rows}, lines


class _Bar:
    """A progress line on stderr: a moving bar on a terminal, one line per phase elsewhere."""

    def __init__(self) -> None:
        self.live, self.phase = sys.stderr.isatty(), ""

    def __enter__(self) -> _Bar:
        return self

    def __call__(self, phase: str, fraction: float, message: str = "") -> None:
        if self.live:
            done = "█" * round(fraction * BAR)
            end = "\n" if fraction >= 1 else ""
            print(f"\r\x1b[K{phase:<9} {done:·<{BAR}} {fraction:4.0%} {message}", end=end, file=sys.stderr)
        elif phase != self.phase:
            _say(f"{phase}: {message}".rstrip(": "))
        self.phase = phase

    def __exit__(self, *error: object) -> None:
        if self.live:
            print("\r\x1b[K", end="", file=sys.stderr)


def _mute(phase: str, fraction: float, message: str = "") -> None:
    """A job's progress goes to its status file alone."""


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr)


def _code(error: RecsysError) -> int:
    return NO_MODEL if isinstance(error, NoModelError) else FAILED


def _active() -> Any:
    """The active recommender; a fall-back to an older version is said aloud."""
    from recsys.registry import Shelf

    loaded = Shelf().load_active()
    if loaded.warning:
        _say(f"Warning: {loaded.warning}")
    return loaded.recommender


def _settings(given: Sequence[str]) -> dict[str, Any]:
    """`--set depth=6` as a setting; the recipe checks names and ranges."""
    found: dict[str, Any] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise InputError.of([Problem("--set", shown(text), "NAME=VALUE", "Write for example --set depth=6.")])
        try:
            found[name] = json.loads(value)
        except (ValueError, RecursionError):
            found[name] = value
    return found


def _figures(report: Report) -> dict[str, Any]:
    """The report as plain values; an undefined number is null."""
    rows = report.table.astype(object).where(report.table.notna(), None).to_dict("records")
    return {"report": rows, "confusion": report.confusion.tolist()}


def _table(report: Report) -> list[str]:
    """The headline metrics of the model beside its baselines."""
    names = list(dict.fromkeys(report.table["model"]))
    head = report.row("accuracy")
    lines = [f"{head['n']:,} held-out ratings, {head['split']} split, 95 % intervals over users"]
    lines.append(f"{'':<14}" + "".join(f"{name:>24}" for name in names))
    for metric in HEADLINES:
        cells = (_cell(report.row(metric, name)) for name in names)
        lines.append(f"{metric:<14}" + "".join(f"{cell:>24}" for cell in cells))
    return lines


def _cell(row: Any) -> str:
    return "-" if row["value"] != row["value"] else f"{row['value']:.4f} ({row['low']:.3f}-{row['high']:.3f})"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m recsys", description="An honest movie recommender.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(command: Callable[..., Any]) -> argparse.ArgumentParser:
        told = (command.__doc__ or "").strip()
        added = commands.add_parser(command.__name__, help=told, description=told)
        added.add_argument("--json", action="store_true", help="print one JSON object on stdout")
        added.set_defaults(command=command)
        return added

    _training_options(add(data), only_data=True)
    training = add(train)
    _training_options(training)
    training.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="change one setting")
    training.add_argument("--job", metavar="FOLDER", help=argparse.SUPPRESS)
    evaluating = add(evaluate)
    _training_options(evaluating)
    evaluating.add_argument("--split", help="train afresh on this split and report, keeping nothing")
    asking = add(predict)
    who = asking.add_mutually_exclusive_group(required=True)
    who.add_argument("--user", type=int, metavar="ID", help="a user of the data")
    who.add_argument("--history", metavar="MOVIE=STARS,...", help="a newcomer's ratings, such as 50=5,172=4")
    asking.add_argument("--movie", type=int, required=True, metavar="ID")
    add(models)
    return parser


def _training_options(parser: argparse.ArgumentParser, only_data: bool = False) -> None:
    parser.add_argument("--data", default="ml-100k", metavar="NAME|PATH", help="a dataset, folder or zip")
    if only_data:
        return
    parser.add_argument("--preset", default="full", choices=PRESET_NAMES)
    parser.add_argument("--seed", type=int, default=0)


if __name__ == "__main__":
    sys.exit(main())
