"""The parts that JSON Schemas are made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from recsys.list_option_table import LIST_OPTIONS
from recsys.schema import MAX_ID, MIN_ID

Schema = dict[str, Any]

TEXT, NUMBER = {"type": "string"}, {"type": "number"}
SHARE = {"type": "number", "minimum": 0, "maximum": 1}
DIGITS = "Written in digits alone: 83, not 83.0 or 8.3e1."  # JSON Schema cannot distinguish these; the check can
WHOLE = {"type": "integer", "description": DIGITS}
COUNT = {"type": "integer", "minimum": 0}
ID = {**WHOLE, "minimum": MIN_ID, "maximum": MAX_ID}


def star(stars: Sequence[float] | None) -> Schema:
    """A star of the scale; any number without a model."""
    return {"type": "number", "enum": [float(star) for star in stars]} if stars else NUMBER


def array_of(items: Schema, kind: str | Sequence[str] = "array") -> Schema:
    """An array of these items; `kind` may also allow null."""
    return {"type": kind if isinstance(kind, str) else list(kind), "items": items}


def object_of(properties: Schema, required: Sequence[str] | None = None) -> Schema:
    """An object with these properties and no others; all are required unless some are named."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties if required is None else required),
        "additionalProperties": False,
    }


def plain(value: object) -> object:
    """A value as JSON has it: a tuple becomes a list."""
    return list(value) if isinstance(value, tuple) else value


def bounds(name: str) -> Schema:
    """The bounds of a list option, for the schema of its number."""
    return {"minimum": LIST_OPTIONS[name].lowest, "maximum": LIST_OPTIONS[name].highest}
