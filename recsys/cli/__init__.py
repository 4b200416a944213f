"""The command line: one command per file, named after the file, all of the same form."""

from __future__ import annotations

import argparse
from typing import Any, Protocol

CommandResult = tuple[Any, list[str]]  # what --json prints as one object, and the lines for people
ALL_REASONS = "; --json shows them all"  # after the gate's first reasons


class Command(Protocol):
    """A module of this folder. It imports what is heavy when the command runs, so that help comes at once."""

    __name__: str

    @staticmethod
    def options(parser: argparse.ArgumentParser) -> None:
        """Add the command's options."""

    @staticmethod
    def run(args: argparse.Namespace) -> CommandResult:
        """Run the command; the docstring is its help."""
        ...
