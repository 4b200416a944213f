"""What the command line can do: one command per file, all of the same shape, and named as the file."""

from __future__ import annotations

import argparse
from typing import Any, Protocol

Answer = tuple[Any, list[str]]  # what --json prints as one object, and the lines that people read
ALL_REASONS = "; --json has them all"  # after the first reasons of the gate


class Command(Protocol):
    """A module of this folder. Whatever is heavy is imported when the command runs, so that help comes at once."""

    @staticmethod
    def options(parser: argparse.ArgumentParser) -> None:
        """Add what may be said after the command's name."""

    @staticmethod
    def run(given: argparse.Namespace) -> Answer:
        """Do it; the docstring is the command's help."""
