"""Runs -> one record of all measurements -> ratings.json and the tables of ratings.md."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.peers import BY_NAME, PEERS
from benchmarks.result_files import markdown_table
from benchmarks.rows import CUT_FRACTION, SPLITS, TEST_FRACTION
from benchmarks.run_cache import PROTOCOL, versions
from benchmarks.scoring import COMPARED, LOWER_IS_BETTER, Run, differences, scores, verdict
from recsys.data import Dataset

PACKAGES = ("numpy", "scikit-learn", "xgboost", "lightgbm", "scikit-surprise", "myfm")
COSTS = ("fit_seconds", "fit_processor_seconds", "predict_seconds", "peak_megabytes", "megabytes_before")
HEADINGS = {
    "accuracy": "accuracy",
    "macro_f1": "macro-F1",
    "log_loss": "log-loss",
    "rmse": "RMSE",
    "mae": "MAE",
    "weighted_kappa": "QWK, tuned",
    "within_one": "within one",
}
TITLES = {
    "stratified": "Stratified by rating, 80:20",
    "user-last": "Each user's last 20%",
    "global-time": "The last 20% of all (mostly users never seen in training)",
}


def collect(runs: Sequence[Run], dataset: Dataset, threads: int) -> dict[str, Any]:
    """The record of all measurements, JSON-able: each run, means over seeds, and ours less each peer."""
    stars = dataset.stars
    run_records = [_run_record(run) | {"metrics": scores(run, stars)} for run in runs]
    groups = {(run.split, run.model): _runs_of(runs, run.split, run.model) for run in runs}
    return {
        "data": {"name": dataset.name, "ratings": len(dataset.ratings), "fingerprint": dataset.fingerprint},
        "protocol": {
            "version": PROTOCOL,
            "test_fraction": TEST_FRACTION,
            "cut_fraction": CUT_FRACTION,
            "threads": threads,
        },
        "environment": {
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.machine()}",
            "cores": os.cpu_count(),
            "packages": dict(versions(PACKAGES)),
        },
        "models": {name: {"label": BY_NAME[name].label, "settings": dict(BY_NAME[name].settings)} for name in BY_NAME},
        "means": [_mean([record for record in run_records if _key(record) == key]) for key in groups],
        "paired": list(_paired(groups, stars)),
        "runs": run_records,
    }


def write(record: dict[str, Any], folder: Path) -> None:
    """Write ratings.json and ratings.md into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(_without_nan(record), indent=1, ensure_ascii=False)
    (folder / "ratings.json").write_text(text + "\n", encoding="utf-8")
    (folder / "ratings.md").write_text(markdown(record), encoding="utf-8")


def markdown(record: dict[str, Any]) -> str:
    """The tables, split by split."""
    packages = ", ".join(f"{name} {number}" for name, number in record["environment"]["packages"].items())
    facts = record["data"] | record["environment"]
    paragraphs = [
        "# Ratings: this project and its peers",
        "Written by `python benchmarks/ratings.py`; what is measured and how: [benchmarks/README.md](../README.md).",
        f"{facts['name']}, {facts['ratings']:,} ratings. Python {facts['python']} on {facts['system']}, "
        f"{facts['cores']} cores. {packages}.",
    ]
    for split in SPLITS:
        means = [mean for mean in record["means"] if mean["split"] == split]
        if means:
            paragraphs += [f"## {TITLES[split]}", _row_counts(means), _metrics_table(means)]
            paragraphs += _seed_spreads([run for run in record["runs"] if run["split"] == split])
            paragraphs += _paired_tables([pair for pair in record["paired"] if pair["split"] == split])
    return "\n\n".join(paragraphs) + "\n"


def _run_record(run: Run) -> dict[str, Any]:
    return {"model": run.model, "split": run.split, "seed": run.seed, "cuts": run.cuts.tolist()} | run.costs


def _key(record: dict[str, Any]) -> tuple[str, str]:
    return record["split"], record["model"]


def _runs_of(runs: Sequence[Run], split: str, model: str) -> list[Run]:
    return sorted((run for run in runs if (run.split, run.model) == (split, model)), key=lambda run: run.seed)


def _mean(records: list[dict[str, Any]]) -> dict[str, Any]:
    """The means over seeds; low and high are the means of each seed's interval."""
    first = records[0]
    metrics = {
        metric: {name: float(np.mean([record["metrics"][metric][name] for record in records])) for name in interval}
        for metric, interval in first["metrics"].items()
    }
    costs = {cost: float(np.mean([record[cost] for record in records])) for cost in COSTS}
    seeds = sorted(record["seed"] for record in records)
    shared = {name: first[name] for name in ("model", "split", "train", "test")}
    return shared | {"seeds": seeds, "metrics": metrics} | costs


def _paired(groups: dict[tuple[str, str], list[Run]], stars: tuple[float, ...]) -> Iterator[dict[str, Any]]:
    """Ours less each peer, over the seeds that both have."""
    for (split, model), ours in groups.items():
        peers = [name for other, name in groups if other == split and not BY_NAME[name].ours and BY_NAME[model].ours]
        for name in peers:
            peer_runs = groups[split, name]
            seeds = {run.seed for run in ours} & {run.seed for run in peer_runs}
            if seeds:
                by_metric = differences(_with_seeds(ours, seeds), _with_seeds(peer_runs, seeds), stars)
                metrics = {
                    metric: difference | {"verdict": verdict(metric, difference)}
                    for metric, difference in by_metric.items()
                }
                yield {"split": split, "ours": model, "peer": name, "seeds": sorted(seeds), "metrics": metrics}


def _with_seeds(runs: Sequence[Run], seeds: set[int]) -> list[Run]:
    return [run for run in runs if run.seed in seeds]


def _row_counts(means: list[dict[str, Any]]) -> str:
    seeds = sorted({seed for mean in means for seed in mean["seeds"]})
    label = f"Mean over the seeds {', '.join(map(str, seeds))}" if len(seeds) > 1 else f"Seed {seeds[0]}"
    fewer_seeds = [
        f"{BY_NAME[mean['model']].label} only {', '.join(map(str, mean['seeds']))}"
        for mean in means
        if mean["seeds"] != seeds
    ]
    sentence = f"{label}; {means[0]['train']:,} ratings to learn from, {means[0]['test']:,} held out. Best in bold."
    return sentence + (f" Not all were run on every seed: {'; '.join(fewer_seeds)}." if fewer_seeds else "")


def _metrics_table(means: list[dict[str, Any]]) -> str:
    best = {metric: _best(metric, means) for metric in HEADINGS}
    rows = []
    for mean in _in_order(means):
        cells = [_cell(mean["metrics"][metric]["value"], best[metric]) for metric in HEADINGS]
        costs = [f"{mean['fit_seconds']:.1f}", f"{mean['fit_processor_seconds']:.1f}", f"{mean['peak_megabytes']:.0f}"]
        rows.append([_name(mean["model"]), *cells, *costs])
    header = ["model", *HEADINGS.values(), "fit, s", "fit, processor s", "peak, MB"]
    return "\n".join(markdown_table(header, rows))


def _seed_spreads(runs: list[dict[str, Any]]) -> Iterator[str]:
    """The standard deviation of our models' metrics over the seeds, which the intervals do not include."""
    for name in ("full", "quick"):
        metrics = [run["metrics"] for run in runs if run["model"] == name]
        if len(metrics) > 1:
            deviations = (
                f"{heading} {np.std([each[metric]['value'] for each in metrics], ddof=1):.4f}"
                for metric, heading in HEADINGS.items()
            )
            heading = f"Standard deviation of {name} over {len(metrics)} seeds, each with its own split and training"
            yield f"{heading}: {', '.join(deviations)}."


def _paired_tables(pairs: list[dict[str, Any]]) -> Iterator[str]:
    for ours in ("full", "quick"):
        our_pairs = [pair for pair in pairs if pair["ours"] == ours]
        if our_pairs:
            yield (
                f"{BY_NAME[ours].label[0].upper()}{BY_NAME[ours].label[1:]}, less each peer, with the paired 95% "
                "interval over users and movies. **Ahead** where the interval excludes zero in our favour, _behind_ "
                "where it excludes zero in the peer's."
            )
            yield _paired_table(our_pairs)


def _paired_table(pairs: list[dict[str, Any]]) -> str:
    rows, order = [], list(BY_NAME)
    for pair in sorted(pairs, key=lambda pair: order.index(pair["peer"])):
        cells = [_difference(pair["metrics"][metric]) for metric in COMPARED]
        rows.append([BY_NAME[pair["peer"]].label, *cells])
    return "\n".join(markdown_table(["peer", *(HEADINGS[metric] for metric in COMPARED)], rows))


def _difference(difference: dict[str, Any]) -> str:
    if not difference["verdict"]:
        return "–"
    mark = {"ahead": "**", "behind": "_", "even": ""}[difference["verdict"]]
    value, low, high = (f"{difference[name]:+.4f}" for name in ("difference", "low", "high"))
    return f"{mark}{value}{mark} ({low} to {high})"


def _in_order(means: list[dict[str, Any]]) -> list[dict[str, Any]]:
    order = [peer.name for peer in PEERS]
    return sorted(means, key=lambda mean: order.index(mean["model"]))


def _name(model: str) -> str:
    peer = BY_NAME[model]
    return f"**{peer.label}**" if peer.ours else peer.label


def _best(metric: str, means: list[dict[str, Any]]) -> float:
    values = [mean["metrics"][metric]["value"] for mean in means]
    return float(np.nanmin(values) if metric in LOWER_IS_BETTER else np.nanmax(values))


def _cell(value: float, best: float) -> str:
    if not np.isfinite(value):
        return "–"
    text = f"{value:.4f}"
    return f"**{text}**" if text == f"{best:.4f}" else text


def _without_nan(value: Any) -> Any:
    """The record with null for NaN, which JSON lacks, and with numbers rounded to what is meaningful."""
    if isinstance(value, dict):
        return {name: _without_nan(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_without_nan(each) for each in value]
    if isinstance(value, float):
        return round(value, 5) if np.isfinite(value) else None
    return value
