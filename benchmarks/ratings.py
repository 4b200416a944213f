"""This project and its peers on the same ratings: accuracy, costs and paired differences.

    pip install -r benchmarks/requirements.txt
    python benchmarks/ratings.py                                    # everything; runs only what is missing
    python benchmarks/ratings.py --models full probit --splits stratified --seeds 42
    python benchmarks/ratings.py --quick                            # a few minutes; writes under benchmarks/.kept

Every model runs alone, in a process of its own. Writes benchmarks/results/ratings.json and ratings.md, and
.github/images/ratings.svg. benchmarks/README.md says what is measured and how.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

from benchmarks import figure, results, run_cache  # noqa: E402
from benchmarks.peers import BY_NAME  # noqa: E402
from benchmarks.rows import SPLITS  # noqa: E402
from benchmarks.run_cache import RunSpec  # noqa: E402
from recsys.data import Dataset, load_dataset  # noqa: E402

SEEDS = (1, 2, 42)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is missing, then write the results. Returns 1 when a model failed, else 0."""
    options = option_parser().parse_args(arguments)
    dataset = load_dataset(options.data)
    specs = planned_runs(options)
    failures = run_missing(specs, dataset, options)
    cached = [spec for spec in specs if run_cache.is_cached(spec, dataset)]
    record = results.collect([run_cache.read(spec, dataset) for spec in cached], dataset, options.threads)
    folder = run_cache.FOLDER / "quick" if options.quick else REPOSITORY / "benchmarks" / "results"
    image = folder / "ratings.svg" if options.quick else REPOSITORY / ".github" / "images" / "ratings.svg"
    results.write(record, folder)
    if svg := figure.draw(record):
        image.parent.mkdir(parents=True, exist_ok=True)
        image.write_text(svg, encoding="utf-8")
    print((folder / "ratings.md").read_text(encoding="utf-8"))
    for message in failures:
        print(message, file=sys.stderr)
    return 1 if failures else 0


def option_parser() -> argparse.ArgumentParser:
    """The command's options."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--models", nargs="+", choices=list(BY_NAME), default=list(BY_NAME))
    parser.add_argument("--splits", nargs="+", choices=SPLITS, default=list(SPLITS))
    parser.add_argument("--seeds", nargs="+", type=int, help=f"of the stratified split (default {SEEDS})")
    parser.add_argument("--data", default="ml-100k", help="ml-100k, or a folder or zip of ratings")
    parser.add_argument("--threads", type=int, default=2, help="threads per model (default 2)")
    parser.add_argument("--quick", action="store_true", help="one seed, short settings: does it run at all?")
    parser.add_argument("--kept-only", action="store_true", help="run nothing, write the cached results")
    return parser


def planned_runs(options: argparse.Namespace) -> list[RunSpec]:
    """All requested runs. The splits in time exist once: the models run on them with the last seed."""
    seeds = options.seeds or (SEEDS[-1:] if options.quick else SEEDS)
    seeds_of_split = {split: seeds if split == "stratified" else seeds[-1:] for split in options.splits}
    return [
        RunSpec(BY_NAME[name], split, seed, options.quick, options.data)
        for split, split_seeds in seeds_of_split.items()
        for seed in reversed(split_seeds)
        for name in options.models
    ]


def run_missing(specs: list[RunSpec], dataset: Dataset, options: argparse.Namespace) -> list[str]:
    """Run what the cache lacks, one run at a time; returns one message per failure."""
    missing = [] if options.kept_only else [spec for spec in specs if not run_cache.is_cached(spec, dataset)]
    failures = []
    for number, spec in enumerate(missing, 1):
        began = time.monotonic()
        label = f"[{number}/{len(missing)}] {spec.peer.label}, {spec.split}, seed {spec.seed}"
        try:
            run_cache.run(spec, dataset, options.threads)
        except RuntimeError as error:
            failures.append(str(error))
        print(f"{label}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return failures


if __name__ == "__main__":
    sys.exit(main())
