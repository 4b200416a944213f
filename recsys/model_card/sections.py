"""The template context of each section of the card: plain data, numbers already formatted, no markup."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from recsys.evaluation.group_biases import bias_sentence
from recsys.evaluation.group_gaps import LEVEL, SHUFFLES, gap_sentence
from recsys.evaluation.slices import METRICS, SIGNED_METRICS, SMALL_ROWS, SMALL_USERS
from recsys.evaluation.strongest import strongest
from recsys.glossary import (
    SAMPLED,
    WITHOUT_SEED,
    counted,
    extractor_name,
    group_label,
    grouping_name,
    metric,
    model_name,
)
from recsys.glossary.splits import split_name
from recsys.model_card.export import CardFacts, cell, count, day, interval, written
from recsys.model_card.figures import bar, confusion, reliability
from recsys.schema import star_name

HEADLINES = ("accuracy", "rmse", "mae", "log_loss", "ndcg@10", "calibration_error")
MODELS = ("model", "original", "bias", "majority", "popularity")
SLICED = ("rmse", "accuracy")
PER_STAR = ("precision", "recall", "f1")


def sections(facts: CardFacts) -> dict[str, Any]:
    """The context of the templates, by section."""
    return {
        "title": f"Model card: {facts['version'] or 'a model that is not in a registry'}",
        "preset": facts["preset"],
        "created": day(facts["created"]),
        "audit": _audit(facts),
        "headlines": _headlines(facts),
        "splits": _splits(facts["splits"]),
        "metrics": _metrics(facts),
        "stars": _stars(facts),
        "slices": _slices(facts),
        "limits": facts["limits"],
        "data": _data(facts["data"]),
        "config": _config(facts),
        "reproduce": {"commands": "\n".join(facts["reproduce"]), "digest": facts["digest"]},
    }


def _audit(facts: CardFacts) -> dict[str, Any]:
    """The checks of the leakage audit, and the numbers of passed and failed ones."""
    checks = [{name: row[name] for name in ("passed", "title", "measured")} for row in facts["audit"]]
    passed = sum(bool(row["passed"]) for row in checks)
    return {"checks": checks, "passed": passed, "failed": len(checks) - passed}


def _headlines(facts: CardFacts) -> dict[str, Any]:
    """The main metrics, each with its baselines."""
    return {
        "rows": count(facts["test_rows"]),
        "users": count(facts["test_users"]),
        "split": facts["split"],
        "sampled": SAMPLED,
        "without_seed": WITHOUT_SEED,
        "figures": [_headline(row) for row in facts["metrics"] if row["metric"] in HEADLINES],
    }


def _headline(row: CardFacts) -> dict[str, Any]:
    name, model_values = row["metric"], row["values"]["model"]
    values = {model: values["value"] for model, values in row["values"].items() if model != "model"}
    return {
        "label": row["label"],
        "value": written(name, model_values["value"]),
        "interval": interval(name, model_values),
        "baselines": [
            f"{model_name(model)} {_without_breaks(written(name, value))}"
            for model, value in values.items()
            if value is not None
        ],
    }


def _without_breaks(figure: str) -> str:
    return figure.replace(" ", "\u00a0")


def _splits(rows: Sequence[CardFacts]) -> dict[str, Any]:
    """The model and its strongest baseline on each split; no row if only one split was measured."""
    metrics, splits = (list(dict.fromkeys(row[name] for row in rows)) for name in ("metric", "split"))
    by_place = {(row["split"], row["metric"]): row for row in rows}
    table = [
        {"split": split_name(split), "cells": [_split_cell(by_place.get((split, name))) for name in metrics]}
        for split in splits
    ]
    return {"heads": [metric(name).label for name in metrics], "rows": table if len(splits) > 1 else []}


def _split_cell(row: CardFacts | None) -> dict[str, str]:
    """A metric, and under it the strongest baseline on the same ratings."""
    if row is None:
        return {"value": "", "interval": ""}
    value, baseline = (written(row["metric"], row[column]) for column in ("value", "baseline_value"))
    return {"value": value, "interval": f"{model_name(row['baseline'])} {baseline}" if row["baseline"] else ""}


def _metrics(facts: CardFacts) -> dict[str, Any]:
    """Every metric with its formula, the model's interval, and the baselines on the same rows."""
    models = [model for model in MODELS if any(model in row["values"] for row in facts["metrics"])]
    rows = [
        {
            "label": row["label"],
            "formula": row["formula"],
            "cells": [cell(row["metric"], row["values"].get(model)) for model in models],
            "n": f"{count(row['values']['model']['n'])} {counted(row['metric'])}" if "model" in row["values"] else None,
        }
        for row in facts["metrics"]
    ]
    return {"models": [model_name(model) for model in models], "rows": rows}


def _stars(facts: CardFacts) -> dict[str, Any]:
    """Confusion matrix, metrics of each star, and calibration curve."""
    matrix = facts["confusion"]
    names = [star_name(star) for star in matrix["stars"]]
    values = {(row["slice"], row["metric"]): row for row in facts["stars"]}
    rows = [
        {
            "star": name,
            "cells": [cell(key, values.get((f"star={name}", key))) for key in PER_STAR],
        }
        for name in names
    ]
    return {
        "names": names,
        "confusion": confusion(names, matrix["counts"], matrix["shares"]),
        "rows": rows,
        "dislikes": _dislikes(facts["dislikes"]),
        "reliability": reliability(facts["reliability"]),
    }


def _dislikes(dislikes: CardFacts | None) -> dict[str, str] | None:
    """How many ratings of few stars are missed, and the average precision of their probability."""
    if dislikes is None:
        return None
    return {
        "highest": star_name(dislikes["highest"]),
        "ratings": count(dislikes["ratings"]),
        "missed": f"{dislikes['missed']:.1%}",
        "precision": written("average_precision", dislikes["average_precision"]),
        "interval": interval("average_precision", dislikes),
        "chance": written("average_precision", dislikes["share"]),
        "baseline": model_name(dislikes["baseline"]).lower() if dislikes["baseline"] else "",
        "baseline_precision": written("average_precision", dislikes["baseline_precision"]),
        "calibration": written("calibration_error", dislikes["calibration_error"]),
        "chance_error": written("calibration_error", dislikes["chance_error"]),
    }


def _slices(facts: CardFacts) -> dict[str, Any]:
    """RMSE and accuracy of each group, the model beside the strongest baseline of each."""
    rows = facts["slices"]
    columns = [(name, model) for name in SLICED for model in ("model", _strongest(facts, name)) if model]
    tables = [_slice(rows, name, columns) for name in dict.fromkeys(row["slice"] for row in rows)]
    sentences = [gap_sentence(facts["gaps"], name) for name in METRICS]
    return {
        "tables": tables,
        "gaps": [sentence for sentence in sentences if sentence],
        "biases": [sentence for name in SIGNED_METRICS if (sentence := bias_sentence(facts["biases"], name))],
        **{"small_rows": SMALL_ROWS, "small_users": SMALL_USERS, "shuffles": count(SHUFFLES)},
        "level": f"{LEVEL:.0%}",
    }


def _strongest(facts: CardFacts, name: str) -> str | None:
    """The strongest baseline in a metric, of those on the card."""
    values = next((row["values"] for row in facts["metrics"] if row["metric"] == name), {})
    return strongest(name, {model: row["value"] for model, row in values.items() if model != "model"})


def _slice(rows: Sequence[CardFacts], name: str, columns: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """One table: a row for each group, grey where the group is too small to compare."""
    values = {(row["group"], row["model"], row["metric"]): row for row in rows if row["slice"] == name}
    groups = []
    for group in dict.fromkeys(group for group, _, _ in values):
        size = values[group, "model", "rmse"]
        groups.append(
            {
                "name": group_label(name, group),
                "cells": [cell(column, values.get((group, model, column))) for column, model in columns],
                "rows": count(size["n"]),
                "users": count(size["users"]),
                "small": size["n"] <= SMALL_ROWS or size["users"] < SMALL_USERS,
            }
        )
    suffix = {model: "" if model == "model" else f", {model_name(model).lower()}" for _, model in columns}
    heads = [f"{metric(column).label}{suffix[model]}" for column, model in columns]
    return {"name": grouping_name(name).lower(), "heads": heads, "groups": groups}


def _data(data: CardFacts) -> dict[str, Any]:
    """The data's name, size, licence and citation, and the rows dropped."""
    return {
        **{name: data[name] for name in ("name", "licence", "citation", "fingerprint")},
        **{name: count(data[name]) for name in ("ratings", "users", "movies", "rated_movies")},
        "dropped": [{**row, "rows": count(row["rows"])} for row in data["dropped"]],
    }


def _config(facts: CardFacts) -> dict[str, Any]:
    """Settings, feature extractors and their importance."""
    config = facts["config"]
    return {
        "features": config["features"],
        "extractors": len(config["extractors"]),
        "rounds": config["rounds"],
        "seconds": facts["seconds"],
        "libraries": ", ".join(f"{name} {number}" for name, number in (facts["libraries"] or {}).items()),
        "settings": [
            {"name": name, "value": None if value == "" else value} for name, value in config["settings"].items()
        ],
        "importance": [
            {
                "extractor": extractor_name(row["extractor"]),
                "features": row["features"],
                "trees": bar(row["trees"]),
                "linear": bar(row["linear"]),
            }
            for row in facts["importance"]
        ],
    }
