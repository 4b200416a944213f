"""What benchmarks/topn.py leaves behind: tables of means, and paired differences against each peer."""

from __future__ import annotations

import numpy as np

from benchmarks import sheet
from recsys.metrics.bootstrap import interval, resampled

SHOWN = {
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


def write(found: dict, whole: bool) -> str:
    """The page; written to benchmarks/results only when every part was asked for."""
    lines = ["# Lists: this project and its peers", "", "MovieLens 100K; written by `python benchmarks/topn.py`.", ""]
    if "liked" in found:
        lines += liked(found["liked"])
    if "microsoft" in found:
        lines += microsoft(found["microsoft"])
    if "newcomers" in found:
        lines += newcomers(found["newcomers"])
    numbers = {
        part: [
            {name: value for name, value in of.items() if name not in ("users", "scores")} | means(of) for of in runs
        ]
        for part, runs in found.items()
        if part != "newcomers"
    } | {"newcomers": found.get("newcomers", [])}
    return sheet.write("topn", lines, numbers) if whole else "\n".join(lines)


def means(run: dict) -> dict:
    """Every metric of a run as one number, and over how many users."""
    return {name: round(float(np.nanmean(of)), 6) for name, of in run["scores"].items()} | {"n": len(run["users"])}


def liked(runs: list[dict]) -> list[str]:
    """Means over the seeds, and what we are ahead of each peer by."""
    labels = list(dict.fromkeys(run["model"] for run in runs))
    of = {label: [run for run in runs if run["model"] == label] for label in labels}
    rows = []
    for label in labels:
        values = {name: np.mean([means(run)[name] for run in of[label]]) for name in SHOWN}
        seconds = np.median([run["seconds"] for run in of[label]])
        rows.append([label, *(_number(name, values[name]) for name in SHOWN), f"{seconds:.1f}"])
    seeds = sorted({run["seed"] for run in runs})
    lines = [
        "## Liked held-out ratings",
        "",
        f"80:20 stratified by rating, mean over the seeds {', '.join(map(str, seeds))}. Relevant: at least 4 stars.",
        "Candidates: the whole catalogue less what the user rated in the train part.",
        "",
        *sheet.table(["model", *SHOWN.values(), "fit and score, s"], rows),
        "",
    ]
    ours = [label for label in labels if label.startswith(OURS)]
    peers = [label for label in labels if label not in ours]
    for our in ours:
        table = [[peer, *(_gain(of[our], of[peer], name) for name in ("ndcg", "recall"))] for peer in peers]
        lines += [
            f"{our[0].upper()}{our[1:]}, less each peer, with the 95 % interval of a paired bootstrap over users:",
            "",
            *sheet.table(["peer", "NDCG@10", "recall@10"], table),
            "",
        ]
    return lines


def microsoft(runs: list[dict]) -> list[str]:
    """Our lists and the peers' in that protocol, beside what was published."""
    rows = [[run["model"], f"{means(run)['ndcg']:.4f}", f"{means(run)['recall']:.4f}"] for run in runs]
    rows += [[f"{name} (published)", f"{value:.3f}", ""] for name, value in PUBLISHED.items()]
    return [
        "## The Microsoft Recommenders protocol",
        "",
        "75:25 per user at random, every held-out rating relevant. Our own draw of the split; published figures are",
        "those of its repository on its own draw.",
        "",
        *sheet.table(["model", "NDCG@10", "recall@10"], rows),
        "",
    ]


def newcomers(rows: list[dict]) -> list[str]:
    """How much of the full history's list a few ratings reach."""
    presets = list(dict.fromkeys(row["preset"] for row in rows))
    arms = list(dict.fromkeys(row["given"] for row in rows))
    ndcg = {(row["preset"], row["given"]): row["ndcg"] for row in rows}
    table = []
    for arm in arms:
        cells = [
            f"{ndcg[preset, arm]:.4f} ({ndcg[preset, arm] / ndcg[preset, 'full history']:.0%})" for preset in presets
        ]
        table.append([f"{arm} rating{'s' * (arm != 1)}" if isinstance(arm, int) else arm, *cells])
    people = max((row["users"] for row in rows), default=0)
    return [
        "## Newcomers",
        "",
        f"NDCG@10 for {people} people who were not in the training, by ratings shown; mean of three draws, and its",
        "share of what the full history reaches. Candidates: what they had not rated in the full history.",
        "",
        *sheet.table(["shown", *(f"{OURS}, {preset}" for preset in presets)], table),
        "",
    ]


def _number(name: str, value: float) -> str:
    return f"{value:.0f}" if name == "popularity_rank" else f"{value:.4f}"


def _gain(ours: list[dict], theirs: list[dict], name: str) -> str:
    """The mean difference over users and seeds with its interval; the same users drawn for all seeds."""
    ids = np.unique(np.concatenate([run["users"] for run in ours]))
    total, count = np.zeros(len(ids)), np.zeros(len(ids))
    for one, other in zip(ours, theirs, strict=True):
        place = np.searchsorted(ids, one["users"])
        total[place] += one["scores"][name] - other["scores"][name]
        count[place] += 1
    weights = resampled(len(ids), 0)
    low, high = interval((weights @ total) / (weights @ count))
    base = np.mean([np.nanmean(run["scores"][name]) for run in theirs])
    value = total.sum() / count.sum()
    said = f"{value:+.4f} ({low:+.4f} to {high:+.4f}), {value / base:+.1%}"
    return f"**{said}**" if low > 0 else f"_{said}_" if high < 0 else said
