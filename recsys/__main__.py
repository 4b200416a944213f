"""The command line: one command per file of `commands`.

Results go to stdout (one object with --json), everything else to stderr. Exit codes: 0 done, 1 failed,
2 wrong input, 3 no model.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence

from recsys import settings
from recsys.cli import Command, data, evaluate, explain, models, predict, recommend, similar, train
from recsys.cli.progress import say
from recsys.core.memory import return_freed_memory
from recsys.errors import InputError, NoModelError, RecsysError

COMMANDS: tuple[Command, ...] = (data, train, evaluate, predict, explain, recommend, similar, models)
FAILED, WRONG_INPUT, NO_MODEL, INTERRUPTED = 1, 2, 3, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # on a busy host, waiting threads halve the speed
    return_freed_memory()
    given = _parser().parse_args(arguments)
    try:
        result, lines = given.command.run(given)
    except RecsysError as error:
        say(str(error))
        return _code(error)
    except KeyboardInterrupt:
        say("Stopped. Nothing was changed.")
        return INTERRUPTED
    return _hand_over(json.dumps(result, allow_nan=False) if given.json else "\n".join(lines))


def _hand_over(text: str) -> int:
    """Print the result; a reader who has seen enough, or a full disk, is no reason for a traceback."""
    try:
        print(text, flush=True)
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left is not tried again at the end
        if not isinstance(error, BrokenPipeError):
            say(f"It is done, but the result could not be written ({error.strerror}). Ask again, or elsewhere.")
        return FAILED
    return 0


def _code(error: RecsysError) -> int:
    if isinstance(error, InputError):
        return WRONG_INPUT
    return NO_MODEL if isinstance(error, NoModelError) else FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=settings.command(),
        description="An honest movie recommender.",
        epilog=f"ratings: {settings.data_folder()} (RECSYS_DATA)\nmodels:  {settings.models_folder()} (RECSYS_MODELS)",
        formatter_class=argparse.RawDescriptionHelpFormatter,  # a path stays on one line
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        told = (command.run.__doc__ or "").strip()
        added = commands.add_parser(command.__name__.rpartition(".")[2], help=told, description=told)
        added.add_argument("--json", action="store_true", help="print one JSON object on stdout")
        added.set_defaults(command=command)
        command.options(added)
    return parser


if __name__ == "__main__":
    sys.exit(main())
