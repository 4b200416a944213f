"""The content of a model card as JSON-able values; an undefined number is None."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import pandas as pd

from recsys.config import PRESETS, TrainingConfig
from recsys.core.serialization import snake_case
from recsys.data import CITATION, LICENCES
from recsys.errors import NoModelError
from recsys.evaluation import Report, gains_over_baselines
from recsys.evaluation.audit import TITLES
from recsys.evaluation.diagnostics import reliability, row_shares
from recsys.evaluation.dislikes import Dislikes
from recsys.evaluation.group_biases import biases
from recsys.evaluation.group_gaps import gaps
from recsys.evaluation.importance import by_extractor, importance
from recsys.evaluation.slices import slices
from recsys.evaluation.split_comparison import split_comparison
from recsys.glossary import metric
from recsys.model_card.limits import limits
from recsys.serving.recommender import Recommender

PREDICTIONS = (
    *("accuracy", "within_one", "macro_f1", "weighted_kappa", "rmse", "mae", "user_rmse"),
    *("log_loss", "brier", "ranked_probability", "calibration_error", "set_coverage", "set_size"),
)
LISTS = ("ndcg@10", "recall@10", "precision@10", "hit_rate@10", "coverage@10", "novelty@10", "diversity@10")
PER_STAR = ("precision", "recall", "f1")
UNKNOWN_LICENCE = "Unknown. Ask whoever provided these ratings."
FORMAT = 4


def facts(recommender: Recommender, later: Mapping[str, pd.DataFrame] | None = None) -> dict[str, Any]:
    """The content of a version's card.

    Parameters
    ----------
    recommender : Recommender
        The version, with its report.
    later : mapping of str to DataFrame, optional
        Tables of reports of the same settings on splits by time, by split.

    Raises
    ------
    NoModelError
        The model has no report.
    """
    report, manifest = recommender.report, recommender.manifest
    if report is None:
        raise NoModelError("This model has no evaluation report, so it has no model card. Train a new one.")
    seed = recommender.config.seed
    sliced = (report, recommender.interactions, recommender.catalogue, recommender.features.vocabulary)
    group_gaps = records(gaps(*sliced, seed))
    return {
        "card": FORMAT,
        "version": recommender.version,
        **{name: manifest.get(name) for name in ("created", "digest", "preset", "seconds", "libraries")},
        "data": _data(manifest.get("data", {})) | {"rated_movies": int((recommender.counts > 0).sum())},
        "config": _config(recommender),
        "split": str(report.table["split"].iloc[0]),
        "test_rows": len(report.held_out),
        "test_users": int(report.held_out["user_id"].nunique()),
        "splits": records(split_comparison({str(report.table["split"].iloc[0]): report.table, **(later or {})})),
        "metrics": _metrics(report, (*PREDICTIONS, *LISTS)),
        "stars": _stars(report),
        "dislikes": records(pd.DataFrame([asdict(found)]))[0] if (found := Dislikes.of(report)) else None,
        "gains": records(_overall(gains_over_baselines(report))),
        "confusion": {"stars": list(report.stars), "counts": report.confusion.tolist(), "shares": _shares(report)},
        "reliability": records(reliability(report)),
        "audit": [row | {"title": TITLES[row["check"]]} for row in records(report.audit)],
        "slices": records(slices(*sliced)),
        "gaps": group_gaps,
        "biases": records(biases(*sliced)),
        "importance": records(by_extractor(importance(recommender.model, recommender.features))),
        "limits": limits(recommender, report, group_gaps),
        "reproduce": _commands(recommender),
    }


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """A table's rows as plain values; an undefined number is None."""
    rows = table.astype(object).where(table.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def _data(data: Mapping[str, Any]) -> dict[str, Any]:
    """Sizes of the data, the rows dropped and why, licence and citation."""
    name = str(data.get("name", ""))
    return {
        **{key: data.get(key) for key in ("name", "fingerprint", "ratings", "users", "movies")},
        "dropped": [
            {"table": table, "rows": dropped["rows"], "reason": dropped["meaning"]}
            for table, checks in data.get("checks", {}).items()
            if isinstance(checks, Mapping)
            for dropped in checks.get("dropped", {}).values()
        ],
        "licence": LICENCES.get(name, UNKNOWN_LICENCE),
        "citation": CITATION if name in LICENCES else "",
    }


def _config(recommender: Recommender) -> dict[str, Any]:
    return {
        "settings": recommender.config.as_dict(),
        "extractors": [snake_case(type(extractor).__name__) for extractor in recommender.features.extractors],
        "features": len(recommender.features.names),
        "rounds": recommender.model.booster.num_boosted_rounds(),
    }


def _metrics(report: Report, names: tuple[str, ...]) -> list[dict[str, Any]]:
    """Each metric with its formula and, for every predictor that has it, value, interval and n."""
    rows = _overall(report.table)
    metrics = []
    for name in names:
        by_model = records(rows[rows["metric"] == name])
        if not by_model:
            continue
        entry = metric(name)
        description = {"metric": name, "label": entry.label, "sentence": entry.sentence, "formula": entry.formula}
        values = {row["model"]: {key: row[key] for key in ("value", "low", "high", "n")} for row in by_model}
        metrics.append({**description, "better": entry.better, "values": values})
    return metrics


def _stars(report: Report) -> list[dict[str, Any]]:
    """The model's precision, recall and F1 of each star."""
    rows = report.table[report.table["metric"].isin(PER_STAR) & (report.table["model"] == "model")]
    return records(rows[["slice", "metric", "value", "low", "high", "n"]])


def _overall(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["slice"] == "all"].drop(columns="slice")


def _shares(report: Report) -> list[list[float | None]]:
    """The confusion matrix, each row as shares."""
    return [[None if share != share else share for share in row] for row in row_shares(report.confusion).tolist()]


def _commands(recommender: Recommender) -> list[str]:
    """The commands that train and evaluate this model again from the same data."""
    manifest, config = recommender.manifest, recommender.config
    preset = manifest.get("preset") or "full"
    defaults = (PRESETS[preset] if preset in PRESETS else TrainingConfig()).as_dict() | {"seed": config.seed}
    changed = {name: value for name, value in config.as_dict().items() if value != defaults[name]}
    options = "".join(f" --set {name}={value}" for name, value in changed.items())
    data = manifest.get("data", {}).get("name", "ml-100k")
    return [
        f"python -m recsys train --data {data} --preset {preset} --seed {config.seed}{options}",
        "python -m recsys evaluate",
    ]
