"""What each section of the card shows, as plain data: figures already written as text, no markup."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from recsys.evaluation.slices import SMALL_ROWS, SMALL_USERS
from recsys.evaluation.strongest import strongest
from recsys.glossary import extractor_name, metric, model_name
from recsys.model_card.export import Facts, cell, count, day, interval, label, written
from recsys.model_card.figures import bar, confusion, reliability
from recsys.schema import star_name

HEADLINES = ("accuracy", "rmse", "weighted_kappa", "ndcg@10", "calibration_error")
MODELS = ("model", "original", "bias", "majority", "popularity")
SLICED = ("rmse", "accuracy")
PER_STAR = ("precision", "recall", "f1")


def sections(facts: Facts) -> dict[str, Any]:
    """Everything that the templates show, by section."""
    return {
        "title": f"Model card: {facts['version'] or 'a model that is not on a shelf'}",
        "preset": facts["preset"],
        "created": day(facts["created"]),
        "audit": _audit(facts),
        "headlines": _headlines(facts),
        "metrics": _metrics(facts),
        "stars": _stars(facts),
        "slices": _slices(facts),
        "limits": facts["limits"],
        "data": _data(facts["data"]),
        "config": _config(facts),
        "reproduce": {"commands": "\n".join(facts["reproduce"]), "digest": facts["digest"]},
    }


def _audit(facts: Facts) -> dict[str, Any]:
    """The checks of the leakage audit, and how many passed and failed."""
    checks = [{name: row[name] for name in ("passed", "title", "measured")} for row in facts["audit"]]
    passed = sum(bool(row["passed"]) for row in checks)
    return {"checks": checks, "passed": passed, "failed": len(checks) - passed}


def _headlines(facts: Facts) -> dict[str, Any]:
    """The few figures that tell most, each beside its baselines."""
    return {
        "rows": count(facts["test_rows"]),
        "users": count(facts["test_users"]),
        "split": facts["split"],
        "figures": [_headline(row) for row in facts["metrics"] if row["metric"] in HEADLINES],
    }


def _headline(row: Facts) -> dict[str, Any]:
    name, of_model = row["metric"], row["values"]["model"]
    values = {model: values["value"] for model, values in row["values"].items() if model != "model"}
    return {
        "label": label(name, row["label"]),
        "value": written(name, of_model["value"]),
        "interval": interval(name, of_model),
        "baselines": [
            f"{model_name(model)} {_unbroken(written(name, value))}"
            for model, value in values.items()
            if value is not None
        ],
    }


def _unbroken(figure: str) -> str:
    return figure.replace(" ", "\u00a0")


def _metrics(facts: Facts) -> dict[str, Any]:
    """Every metric with its formula, the model's interval, and the baselines on the same rows."""
    models = [model for model in MODELS if any(model in row["values"] for row in facts["metrics"])]
    rows = [
        {
            "label": label(row["metric"], row["label"]),
            "formula": row["formula"],
            "cells": [cell(row["metric"], row["values"].get(model)) for model in models],
            "n": count(row["values"]["model"]["n"] if "model" in row["values"] else None),
        }
        for row in facts["metrics"]
    ]
    return {"models": [model_name(model) for model in models], "rows": rows}


def _stars(facts: Facts) -> dict[str, Any]:
    """Which stars are taken for which, and whether probabilities mean what they say."""
    matrix = facts["confusion"]
    names = [star_name(star) for star in matrix["stars"]]
    values = {(row["slice"], row["metric"]): row for row in facts["stars"]}
    rows = [
        {"star": name, "cells": [cell(one, values.get((f"star={name}", one))) for one in PER_STAR]} for name in names
    ]
    return {
        "names": names,
        "confusion": confusion(names, matrix["counts"], matrix["shares"]),
        "rows": rows,
        "reliability": reliability(facts["reliability"]),
    }


def _slices(facts: Facts) -> dict[str, Any]:
    """RMSE and accuracy of each group, the model beside the strongest baseline of each."""
    rows = facts["slices"]
    sides = [(name, model) for name in SLICED for model in ("model", _strongest(facts, name)) if model]
    tables = [_slice(rows, name, sides) for name in dict.fromkeys(row["slice"] for row in rows)]
    return {"tables": tables, "small_rows": SMALL_ROWS, "small_users": SMALL_USERS}


def _strongest(facts: Facts, name: str) -> str | None:
    """The baseline that is hardest to beat in a metric, of those that the card's groups have."""
    values = next((row["values"] for row in facts["metrics"] if row["metric"] == name), {})
    return strongest(name, {model: of["value"] for model, of in values.items() if model != "model"})


def _slice(rows: Sequence[Facts], name: str, sides: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """One table: a row for each group, grey where the group is too small to compare."""
    values = {(row["group"], row["model"], row["metric"]): row for row in rows if row["slice"] == name}
    groups = []
    for group in dict.fromkeys(group for group, _, _ in values):
        size = values[group, "model", "rmse"]
        groups.append(
            {
                "name": group,
                "cells": [cell(side, values.get((group, model, side))) for side, model in sides],
                "rows": count(size["n"]),
                "users": count(size["users"]),
                "small": size["n"] < SMALL_ROWS or size["users"] < SMALL_USERS,
            }
        )
    beside = {model: "" if model == "model" else f", {model_name(model).lower()}" for _, model in sides}
    return {"name": name, "heads": [f"{metric(side).label}{beside[model]}" for side, model in sides], "groups": groups}


def _data(data: Facts) -> dict[str, Any]:
    """The data's name, size, licence and citation, and what was dropped of it."""
    return {
        **{name: data[name] for name in ("name", "licence", "citation", "fingerprint")},
        **{name: count(data[name]) for name in ("ratings", "users", "movies", "rated_movies")},
        "dropped": [{**row, "rows": count(row["rows"])} for row in data["dropped"]],
    }


def _config(facts: Facts) -> dict[str, Any]:
    """Settings, extractors and what the answers hang on."""
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
