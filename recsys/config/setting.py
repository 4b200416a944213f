"""One number of a configuration: its default, the range it may have, and what it means."""

from __future__ import annotations

from dataclasses import Field, field
from typing import Any

from recsys.errors import Problem, shown


def setting(default: float, low: float, high: float, help: str, *, shown: bool = False) -> Any:
    """A dataclass field for a number.

    Parameters
    ----------
    default : int or float
        An int makes it a whole number.
    low, high : float
        The range, ends included.
    help : str
        One sentence for pages and the command line.
    shown : bool
        Whether the Train page offers it.
    """
    return field(default=default, metadata={"low": low, "high": high, "help": help, "shown": shown})


def is_whole(setting: Field[Any]) -> bool:
    """Whether a setting is a whole number."""
    return isinstance(setting.default, int)


def range_problem(name: str, value: object, setting: Field[Any]) -> Problem | None:
    """What is wrong with a value; None where it is a number in the setting's range."""
    low, high, whole = setting.metadata["low"], setting.metadata["high"], is_whole(setting)
    is_number = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
    if is_number and low <= value <= high:  # type: ignore[operator]
        return None
    kind = "a whole number" if whole else "a number"
    return Problem(name, shown(value), f"{kind} from {low:g} to {high:g}", "Give a value in this range.")
