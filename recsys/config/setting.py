"""One number of a configuration: its default, the range it may have, and what it means."""

from __future__ import annotations

import dataclasses
from dataclasses import Field
from typing import Any

from recsys.errors import Problem, shown


def setting(default: float, low: float, high: float, help: str, *, on_train_page: bool = False) -> Any:
    """A dataclass field for a number.

    Parameters
    ----------
    default : int or float
        An int makes it a whole number.
    low, high : float
        The range, ends included.
    help : str
        One sentence for pages and the command line.
    on_train_page : bool
        Whether the Train page offers it.
    """
    return dataclasses.field(
        default=default, metadata={"low": low, "high": high, "help": help, "on_train_page": on_train_page}
    )


def is_whole(field: Field[Any]) -> bool:
    """Whether a setting is a whole number."""
    return isinstance(field.default, int)


def range_problem(name: str, value: object, field: Field[Any]) -> Problem | None:
    """What is wrong with a value; None where it is a number in the setting's range."""
    low, high, whole = field.metadata["low"], field.metadata["high"], is_whole(field)
    is_number = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
    if is_number and low <= value <= high:  # type: ignore[operator]
        return None
    kind = "a whole number" if whole else "a number"
    return Problem(name, shown(value), f"{kind} from {low:g} to {high:g}", "Give a value in this range.")
