"""topn.md and topn.json: tables of means, and paired differences from each peer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks import result_files
from recsys.metrics.bootstrap import interval, resampled

METRIC_LABELS = {
    "ndcg": "NDCG@10",
    "recall": "recall@10",
    "precision": "precision@10",
    "map": "MAP@10",
    "hit_rate": "hit rate",
    "coverage": "coverage",
    "gini": "Gini",
    "novelty": "novelty, bits",
    "popularity_rank": "popularity rank",
    "long_tail": "long tail",
    "diversity": "diversity",
    "calibration": "calibration, nats",
}
# NDCG@10 on MovieLens 100K as the Microsoft Recommenders repository publishes it (examples/06_benchmarks, and its
# BiVAE notebook), all ratings relevant, 75:25.
PUBLISHED = {"BiVAE": 0.475, "BPR": 0.442, "LightGCN": 0.420, "SAR": 0.383, "SVD of ratings": 0.096}
OURS = "this project"


def write(record: dict[str, Any], complete: bool) -> str:
    """The text of topn.md; a complete record is also written to topn.md and topn.json."""
    lines = ["# Lists: this project and its peers", "", "MovieLens 100K; written by `python benchmarks/topn.py`.", ""]
    if "liked" in record:
        lines += liked(record["liked"])
    if "microsoft" in record:
        lines += microsoft(record["microsoft"])
    if "newcomers" in record:
        lines += newcomers(record["newcomers"])
    summary = {
        part: [
            {name: value for name, value in run.items() if name not in ("users", "metrics")} | means(run)
            for run in runs
        ]
        for part, runs in record.items()
        if part != "newcomers"
    } | {"newcomers": record.get("newcomers", [])}
    return result_files.write("topn", lines, summary) if complete else "\n".join(lines)


def means(run: dict[str, Any]) -> dict[str, float]:
    """The mean of every metric of a run, and the number of users `n`."""
    return {name: round(float(np.nanmean(values)), 6) for name, values in run["metrics"].items()} | {
        "n": len(run["users"])
    }


def liked(runs: list[dict[str, Any]]) -> list[str]:
    """Means over the seeds, and the differences of our presets from each peer."""
    labels = list(dict.fromkeys(run["model"] for run in runs))
    runs_of = {label: [run for run in runs if run["model"] == label] for label in labels}
    rows = []
    for label in labels:
        values = {name: float(np.mean([means(run)[name] for run in runs_of[label]])) for name in METRIC_LABELS}
        seconds = np.median([run["seconds"] for run in runs_of[label]])
        rows.append([label, *(_format(name, values[name]) for name in METRIC_LABELS), f"{seconds:.1f}"])
    seeds = sorted({run["seed"] for run in runs})
    lines = [
        "## Liked held-out ratings",
        "",
        f"80:20 stratified by rating, mean over the seeds {', '.join(map(str, seeds))}. Relevant: at least 4 stars.",
        "Candidates: all movies without a rating of the user in the train part.",
        lists_of([(run["seed"], len(run["users"])) for run in runs]),
        "",
        *result_files.markdown_table(["model", *METRIC_LABELS.values(), "fit and score, s"], rows),
        "",
    ]
    ours = [label for label in labels if label.startswith(OURS)]
    peers = [label for label in labels if label not in ours]
    for our in ours:
        table = [
            [peer, *(_difference(runs_of[our], runs_of[peer], name) for name in ("ndcg", "recall"))] for peer in peers
        ]
        lines += [
            f"{our[0].upper()}{our[1:]}, less each peer, with the 95% interval of a paired bootstrap over users:",
            "",
            *result_files.markdown_table(["peer", "NDCG@10", "recall@10"], table),
            "",
        ]
    return lines + lead([runs_of[our] for our in ours], [runs_of[peer] for peer in peers])


def lead(ours: Sequence[Sequence[dict[str, Any]]], peers: Sequence[Sequence[dict[str, Any]]]) -> list[str]:
    """How far each preset is ahead of the peer with the best NDCG, from the runs of each model."""
    strongest = max(peers, key=lambda runs: np.mean([means(run)["ndcg"] for run in runs]))
    lists = sum(len(run["users"]) for run in strongest)
    rows = [
        [runs[0]["model"], strongest[0]["model"], _difference(runs, strongest, "ndcg").strip("*_"), f"{lists:,}"]
        for runs in ours
    ]
    return [
        "## Lead over the strongest peer",
        "",
        *result_files.markdown_table(
            ["model", "strongest peer", "NDCG@10 less the peer's (95% interval)", "lists"], rows
        ),
        "",
    ]


def lists_of(numbers: Sequence[tuple[int, int]]) -> str:
    """How many lists coverage and Gini are over, from the seed and the users of each run.

    Raises ValueError where the models of a seed have different numbers.
    """
    by_seed = sorted(set(numbers))
    if len(by_seed) > len({seed for seed, _ in by_seed}):
        raise ValueError("coverage grows with the number of lists: every model needs the same users")
    counts = ", ".join(f"{users:,}" for _, users in by_seed)
    return f"Coverage and Gini depend on the number of lists: {counts} of every model, by seed."


def microsoft(runs: list[dict[str, Any]]) -> list[str]:
    """Our lists and the peers' in this protocol, beside the published figures."""
    rows = [[run["model"], f"{means(run)['ndcg']:.4f}", f"{means(run)['recall']:.4f}"] for run in runs]
    rows += [[f"{name} (published)", f"{value:.3f}", ""] for name, value in PUBLISHED.items()]
    return [
        "## The Microsoft Recommenders protocol",
        "",
        "75:25 per user at random, every held-out rating relevant. Our own draw of the split; published figures are",
        "those of its repository on its own draw.",
        "",
        *result_files.markdown_table(["model", "NDCG@10", "recall@10"], rows),
        "",
    ]


def newcomers(rows: list[dict[str, Any]]) -> list[str]:
    """NDCG by length of the history, and its share of the full history's."""
    presets = list(dict.fromkeys(row["preset"] for row in rows))
    histories = list(dict.fromkeys(row["history"] for row in rows))
    ndcg = {(row["preset"], row["history"]): row["ndcg"] for row in rows}
    table = []
    for history in histories:
        cells = [
            f"{ndcg[preset, history]:.4f} ({ndcg[preset, history] / ndcg[preset, 'full history']:.0%})"
            for preset in presets
        ]
        label = f"{history} rating{'s' * (history != 1)}" if isinstance(history, int) else history
        table.append([label, *cells])
    users = max((row["users"] for row in rows), default=0)
    return [
        "## Newcomers",
        "",
        f"NDCG@10 for {users} users who were not in the training, by length of their history; mean of three draws, and",
        "its share of the full history's. Candidates: all movies that are not in the full history.",
        "",
        *result_files.markdown_table(["history", *(f"{OURS}, {preset}" for preset in presets)], table),
        "",
    ]


def _format(name: str, value: float) -> str:
    return f"{value:.0f}" if name == "popularity_rank" else f"{value:.4f}"


def _difference(ours: Sequence[dict[str, Any]], peers: Sequence[dict[str, Any]], name: str) -> str:
    """The mean difference over users and seeds with its interval; the same users drawn for all seeds."""
    ids = np.unique(np.concatenate([run["users"] for run in ours]))
    total, count = np.zeros(len(ids)), np.zeros(len(ids))
    for our_run, peer_run in zip(ours, peers, strict=True):
        positions = np.searchsorted(ids, our_run["users"])
        total[positions] += our_run["metrics"][name] - peer_run["metrics"][name]
        count[positions] += 1
    weights = resampled(len(ids), 0)
    low, high = interval((weights @ total) / (weights @ count))
    base = np.mean([np.nanmean(run["metrics"][name]) for run in peers])
    value = total.sum() / count.sum()
    text = f"{value:+.4f} ({low:+.4f} to {high:+.4f}), {value / base:+.1%}"
    return f"**{text}**" if low > 0 else f"_{text}_" if high < 0 else text
