"""One base error. Every message names the thing, the problem and the remedy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

SHOWN_CHARACTERS = 80
FAILED, WRONG_INPUT, NO_MODEL, INTERRUPTED = 1, 2, 3, 130  # exit codes of the command line and of jobs


@dataclass(frozen=True)
class Problem:
    """One refused value: the field, what was received, what is allowed and what to do."""

    field: str
    received: str
    allowed: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.field}: received {self.received}; allowed: {self.allowed}. {self.remedy}"

    def as_dict(self) -> dict[str, str]:
        """The four parts by name, as JSON answers carry them."""
        return asdict(self)


class RecsysError(Exception):
    """Base of everything this package raises on purpose; `str(error)` is a sentence for people."""

    exit_code = FAILED

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class InputError(RecsysError):
    """A value that somebody gave is refused. All wrong fields are listed in `problems`."""

    exit_code = WRONG_INPUT

    @classmethod
    def of(cls, problems: Sequence[Problem]) -> InputError:
        """One error for all refused values, the message listing each of them."""
        return cls(" ".join(str(problem) for problem in problems), problems)


class UnknownIdError(InputError):
    """An id of the right form that the data does not have."""


class DataError(RecsysError):
    """A table or file of ratings cannot be used."""


class SourceError(RecsysError):
    """No source could deliver the dataset; the message lists what was tried and why each failed."""


class BundleError(RecsysError):
    """A trained bundle on disk is damaged, foreign or too new."""


class NoModelError(RecsysError):
    """There is no verified model to answer with."""

    exit_code = NO_MODEL


class GateError(RecsysError):
    """A model is not good enough to answer in place of the active one; the message lists the reasons."""


class NotAllowedError(RecsysError):
    """Somebody asked for what only the owner may do, or has to wait."""


class JobError(RecsysError):
    """A training job cannot start or did not finish."""


def shown(value: object) -> str:
    """The received value as at most 80 escaped characters, safe to print in any message."""
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 256:
        return f"an integer of {value.bit_length()} bits"
    text = ascii(value[:SHOWN_CHARACTERS]) if isinstance(value, str) else ascii(value)
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 3] + "..."
