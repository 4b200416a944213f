"""`python -m recsys evaluate`."""

from __future__ import annotations

import argparse
import json
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from recsys.cli import Answer, report_table
from recsys.cli.options import active
from recsys.cli.progress import Bar
from recsys.cli.train import config_options, mute, settings
from recsys.config import TrainingConfig
from recsys.errors import InputError, Problem, shown

if TYPE_CHECKING:
    from recsys.serving.recommender import Recommender


def options(parser: argparse.ArgumentParser) -> None:
    """What to train afresh on, with which dataset, preset and seed."""
    config_options(parser)
    parser.add_argument("--split", action="append", default=[], help="train afresh on this split; may be repeated")
    parser.add_argument("--folds", type=int, default=0, metavar="K", help="cross-validate in K stratified folds")
    parser.add_argument("--ablation", action="store_true", help="train with all signals, then without each in turn")
    parser.add_argument("--report", metavar="FILE", help="write the active model's card: .html, or .json")
    parser.add_argument("--job", metavar="FOLDER", help=argparse.SUPPRESS)


def run(given: argparse.Namespace) -> Answer:
    """Report on the active model's held-out part or, with --split, --folds, --ablation, on fresh trainings, kept."""
    if given.split or given.folds or given.ablation:
        _require_no_card(given)
        return _afresh(given)
    recommender = active()
    report = recommender.report
    result, lines = {"version": recommender.version, **report_table.plain(report)}, report_table.table(report)
    if given.report is None:
        return result, lines
    _write_card(recommender, Path(given.report))
    return {**result, "card": given.report}, [*lines, f"Model card written to {given.report}."]


def _write_card(recommender: Recommender, path: Path) -> None:
    """The card of a model as a file, in the format that its name asks for."""
    from recsys.model_card import facts, page

    kinds = {".html": page, ".json": lambda told: json.dumps(told, indent=1, allow_nan=False)}
    kind = kinds.get(path.suffix.lower())
    if kind is None:
        raise InputError.of([Problem("--report", shown(str(path)), "a name that ends in .html or .json", "Rename it.")])
    try:
        path.write_text(kind(facts(recommender)), "utf-8")
    except OSError as error:
        remedy = "Choose a folder that exists and can be written."
        raise InputError.of(
            [Problem("--report", shown(str(path)), f"a file to write ({error.strerror})", remedy)]
        ) from error


def _require_no_card(given: argparse.Namespace) -> None:
    if given.report is not None:
        raise InputError.of(
            [
                Problem(
                    "--report",
                    shown(given.report),
                    "without --split, --folds and --ablation",
                    "A card is of the active model.",
                )
            ]
        )


def _afresh(given: argparse.Namespace) -> Answer:
    """Train on each wanted split and keep what comes out, under models/evaluations."""
    from recsys.data import load_dataset
    from recsys.training.fresh_runs import EvaluationPlan, evaluate_afresh
    from recsys.training.jobs import EVALUATION, Reporter

    models = Path(given.job) if given.job else None
    wanted, chosen = EvaluationPlan.checked(given.split, given.folds, given.ablation), settings(given.set)
    wanted.require_possible(TrainingConfig.of(given.preset, seed=given.seed, **chosen))  # before anything is fetched
    with (
        Reporter(models, kind=EVALUATION) if given.job else nullcontext(mute) as job,
        nullcontext(mute) if given.job else Bar() as bar,
    ):

        def fetching(phase: str, fraction: float, message: str = "") -> None:
            job(phase, fraction, message)
            bar(phase, fraction, message)

        def training(name: str, number: int, of: int, fraction: float, message: str) -> None:
            job("trees", (number + fraction) / of, f"{name}: {message}" if message else name)
            bar(name, fraction, message)

        dataset = load_dataset(given.data, progress=fetching, scale=given.scale)
        found = evaluate_afresh(dataset, wanted, given.preset, given.seed, models, training, **chosen)
    lines = [line for one in found for line in (*report_table.evaluation(one), f"Kept as {one.name}.")]
    return {"evaluations": [report_table.plain_evaluation(one) for one in found]}, lines
