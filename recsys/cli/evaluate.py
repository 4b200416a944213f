"""`python -m recsys evaluate`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from recsys.cli import CommandResult, report_table
from recsys.cli.options import active, config_options, parse_settings
from recsys.cli.progress import Bar
from recsys.config import TrainingConfig
from recsys.errors import BundleError, InputError, Problem, shown

if TYPE_CHECKING:
    from recsys.serving.recommender import Recommender


def options(parser: argparse.ArgumentParser) -> None:
    """Which new evaluations, with which dataset, preset and seed; or the active model's card."""
    config_options(parser)
    parser.add_argument("--split", action="append", default=[], help="train and test on this split; may be repeated")
    parser.add_argument("--folds", type=int, default=0, metavar="K", help="K-fold cross-validation (stratified)")
    parser.add_argument("--ablation", action="store_true", help="train without each feature group in turn")
    parser.add_argument("--leaks", action="store_true", help="leak laboratory: what three mistakes do to the metrics")
    parser.add_argument("--report", metavar="FILE", help="write the model card of the live model: .html or .json")


def run(args: argparse.Namespace) -> CommandResult:
    """Show the live model's metrics; with --split, --folds, --ablation or --leaks train anew, and store the results."""
    if args.split or args.folds or args.ablation or args.leaks:
        _require_no_card(args)
        return _run_evaluations(args)
    recommender = active()
    report = recommender.report
    if report is None:
        raise BundleError(f"{recommender.version} has no evaluation report. Train a new model.")
    result, lines = {"version": recommender.version, **report_table.plain(report)}, report_table.table(report)
    if args.report is None:
        return result, lines
    _write_card(recommender, Path(args.report))
    return {**result, "card": args.report}, [*lines, f"Model card written to {args.report}."]


def _write_card(recommender: Recommender, path: Path) -> None:
    """Write the model card in the format of the file's suffix."""
    from recsys.evaluation.split_comparison import LATER_SPLITS
    from recsys.model_card import facts, page
    from recsys.training.evaluation_store import EvaluationStore, newest_by_split

    stored = newest_by_split(EvaluationStore().all(), recommender.manifest)
    later = {split: stored[split].table for split in LATER_SPLITS if split in stored}
    renderers = {".html": page, ".json": lambda card: json.dumps(card, indent=1, allow_nan=False)}
    render = renderers.get(path.suffix.lower())
    if render is None:
        raise InputError.of([Problem("--report", shown(str(path)), "a name that ends in .html or .json", "Rename it.")])
    try:
        path.write_text(render(facts(recommender, later)), "utf-8")
    except OSError as error:
        allowed, remedy = f"a file to write ({error.strerror})", "Choose a folder that exists and can be written."
        raise InputError.of([Problem("--report", shown(str(path)), allowed, remedy)]) from error


def _require_no_card(args: argparse.Namespace) -> None:
    """Raise InputError when a card is asked for together with new evaluations."""
    if args.report is not None:
        allowed = "without --split, --folds, --ablation and --leaks"
        raise InputError.of([Problem("--report", shown(args.report), allowed, "The card describes the live model.")])


def _run_evaluations(args: argparse.Namespace) -> CommandResult:
    """Train on each split of the plan and store the evaluations under models/evaluations."""
    from recsys.data import load_dataset
    from recsys.training.evaluation_runner import EvaluationPlan, run_evaluations

    plan = EvaluationPlan.checked(args.split, args.folds, args.ablation, args.leaks)
    settings = parse_settings(args.set)
    plan.require_possible(TrainingConfig.of(args.preset, seed=args.seed, **settings))  # before anything is fetched
    with Bar() as bar:
        dataset = load_dataset(args.data, progress=bar, scale=args.scale)
        evaluations = run_evaluations(dataset, plan, args.preset, args.seed, progress=bar, **settings)
    lines = [line for each in evaluations for line in (*report_table.evaluation(each), f"Stored as {each.name}.")]
    return {"evaluations": [report_table.plain_evaluation(each) for each in evaluations]}, lines
