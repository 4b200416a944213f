"""Formats numbers for the card: metrics with their interval, a dash where undefined."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from recsys.glossary import metric

CardFacts = Mapping[str, Any]


def cell(name: str, values: CardFacts | None) -> dict[str, str]:
    """A metric's value and its interval as text; empty where there is none."""
    if values is None:
        return {"value": "", "interval": ""}
    return {
        "value": written(name, values["value"]),
        "interval": "" if values["low"] is None else interval(name, values),
    }


def written(name: str, value: float | None) -> str:
    """A metric's value as text."""
    return metric(name).write(_number(value))


def interval(name: str, values: CardFacts) -> str:
    """A metric's 95% interval as text."""
    return metric(name).write_interval(_number(values["low"]), _number(values["high"]))


def day(created: str | None) -> str:
    """An ISO time as text."""
    return "at an unknown time" if created is None else f"{datetime.fromisoformat(created):%d %B %Y, %H:%M} UTC"


def count(n: int | None) -> str:
    """A number of rows, users or movies as text."""
    return "–" if n is None else f"{n:,}"


def shown_or_dash(value: object) -> object:
    """A dash in place of None."""
    return "–" if value is None else value


def _number(value: float | None) -> float:
    return math.nan if value is None else value
