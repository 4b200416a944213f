"""The errors of the package. Each message says what is wrong, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

SHOWN_CHARACTERS = 80
FAILED, WRONG_INPUT, NO_MODEL, INTERRUPTED = 1, 2, 3, 130  # exit codes of the command line and of jobs


@dataclass(frozen=True)
class Problem:
    """One invalid value: the field, what was received, what is allowed and what to do."""

    field: str
    received: str
    allowed: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.field}: received {self.received}; allowed: {self.allowed}. {self.remedy}"

    def as_dict(self) -> dict[str, str]:
        """The four fields as a dict, as in JSON responses."""
        return asdict(self)


class RecsysError(Exception):
    """Base of all errors that this package raises on purpose; `str(error)` is a sentence to show to the user."""

    exit_code = FAILED

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class InputError(RecsysError):
    """Invalid input. `problems` lists every invalid field."""

    exit_code = WRONG_INPUT

    @classmethod
    def of(cls, problems: Sequence[Problem]) -> InputError:
        """One error for all invalid values; the message lists each of them."""
        return cls(" ".join(str(problem) for problem in problems), problems)


class UnknownIdError(InputError):
    """A valid id that is not in the data."""


class DataError(RecsysError):
    """A table or file of a dataset cannot be used."""


class SourceError(RecsysError):
    """No source delivered the dataset; the message lists each attempt and why it failed."""


class BundleError(RecsysError):
    """A bundle is damaged, not one of this app, or written by a newer version."""


class NoModelError(RecsysError):
    """No trained model is available."""

    exit_code = NO_MODEL


class GateError(RecsysError):
    """A model did not pass the promotion gate; the message lists the reasons."""


class NotAllowedError(RecsysError):
    """The request needs the owner's key, or has to wait."""


class JobError(RecsysError):
    """A training job could not start or did not finish."""


def shown(value: object) -> str:
    """A received value as at most `SHOWN_CHARACTERS` escaped characters, safe in any message."""
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 256:
        return f"an integer of {value.bit_length()} bits"
    text = ascii(value[:SHOWN_CHARACTERS]) if isinstance(value, str) else ascii(value)
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 3] + "..."
