"""The command line: one command per file of `recsys/cli`.

Results go to stdout (one object with --json), everything else to stderr. Exit codes: 0 done, 1 failed,
2 wrong input, 3 no model, 130 stopped.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence

from recsys import settings
from recsys.cli import (
    Command,
    data,
    evaluate,
    explain,
    models,
    movie,
    predict,
    recommend,
    similar,
    together,
    train,
    why_not,
)
from recsys.cli.progress import say
from recsys.core.memory import return_freed_memory
from recsys.errors import FAILED, INTERRUPTED, RecsysError

COMMANDS: tuple[Command, ...] = (
    data,
    train,
    evaluate,
    predict,
    explain,
    recommend,
    why_not,
    together,
    similar,
    movie,
    models,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # on a busy host, waiting threads halve the speed
    return_freed_memory()
    args = _parser().parse_args(arguments)
    try:
        result, lines = args.command.run(args)
    except RecsysError as error:
        say(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        say("Stopped. Nothing was changed.")
        return INTERRUPTED
    return _print_result(json.dumps(result, allow_nan=False) if args.json else "\n".join(lines))


def _print_result(text: str) -> int:
    """Print the result; a closed pipe or a full disk gives an exit code, not a traceback."""
    try:
        print(text, flush=True)
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that Python does not flush again at exit
        if not isinstance(error, BrokenPipeError):
            say(f"Done, but the result could not be written ({error.strerror}). Run it again, or write elsewhere.")
        return FAILED
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=settings.command(),
        description="Movie recommender: train, evaluate, predict and recommend.",
        epilog=f"ratings: {settings.data_folder()} (RECSYS_DATA)\nmodels:  {settings.models_folder()} (RECSYS_MODELS)",
        formatter_class=argparse.RawDescriptionHelpFormatter,  # a path stays on one line
    )
    subparsers = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS:
        help_text = (command.run.__doc__ or "").strip()
        name = command.__name__.rpartition(".")[2].replace("_", "-")
        subparser = subparsers.add_parser(name, help=help_text, description=help_text)
        subparser.add_argument("--json", action="store_true", help="print one JSON object on stdout")
        subparser.set_defaults(command=command)
        command.options(subparser)
    return parser


if __name__ == "__main__":
    sys.exit(main())
