"""Figures as the card writes them: with their interval, a dash where undefined."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from recsys.glossary import metric
from recsys.model_card.elements import text

Facts = Mapping[str, Any]


def cell(name: str, values: Facts | None) -> str:
    """A metric's value and, under it, its interval."""
    if values is None:
        return ""
    told = text(written(name, values["value"]))
    return told if values["low"] is None else f"{told}<br/><small>{text(interval(name, values))}</small>"


def written(name: str, value: float | None) -> str:
    """A metric's value."""
    return metric(name).write(_number(value))


def interval(name: str, values: Facts) -> str:
    """From where to where 95 % of the draws lie."""
    return metric(name).write_interval(_number(values["low"]), _number(values["high"]))


def label(name: str, said: str) -> str:
    """What a metric is called, and of how many movies where it is one of lists."""
    n = name.partition("@")[2]
    return f"{said}, first {n}" if n else said


def day(created: str | None) -> str:
    """A moment."""
    return "at an unknown time" if created is None else f"{datetime.fromisoformat(created):%d %B %Y, %H:%M} UTC"


def count(n: int | None) -> str:
    """How many."""
    return "–" if n is None else f"{n:,}"


def _number(value: float | None) -> float:
    return math.nan if value is None else value
