"""This project and its peers on the same ratings: accuracy, costs and paired differences.

    pip install -r benchmarks/requirements.txt
    python benchmarks/ratings.py                                    # everything; makes only what is missing
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

from benchmarks import figure, kept, results  # noqa: E402
from benchmarks.kept import Order  # noqa: E402
from benchmarks.peers import BY_NAME  # noqa: E402
from benchmarks.rows import SPLITS  # noqa: E402
from recsys.data import Dataset, load_dataset  # noqa: E402

SEEDS = (1, 2, 42)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is missing, then write the results. 1 when a model failed, 0 else."""
    asked = parser().parse_args(arguments)
    dataset = load_dataset(asked.data)
    orders = planned(asked)
    failed = make(orders, dataset, asked)
    made = [order for order in orders if kept.is_kept(order, dataset)]
    found = results.collect([kept.read(order, dataset) for order in made], dataset, asked.threads)
    folder = kept.FOLDER / "quick" if asked.quick else REPOSITORY / "benchmarks" / "results"
    image = folder / "ratings.svg" if asked.quick else REPOSITORY / ".github" / "images" / "ratings.svg"
    results.write(found, folder)
    if drawing := figure.draw(found):
        image.parent.mkdir(parents=True, exist_ok=True)
        image.write_text(drawing, encoding="utf-8")
    print((folder / "ratings.md").read_text(encoding="utf-8"))
    for sentence in failed:
        print(sentence, file=sys.stderr)
    return 1 if failed else 0


def parser() -> argparse.ArgumentParser:
    """The options."""
    found = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    found.add_argument("--models", nargs="+", choices=list(BY_NAME), default=list(BY_NAME))
    found.add_argument("--splits", nargs="+", choices=SPLITS, default=list(SPLITS))
    found.add_argument("--seeds", nargs="+", type=int, help=f"of the stratified split; {SEEDS} if not given")
    found.add_argument("--data", default="ml-100k", help="ml-100k, or a folder or zip of ratings")
    found.add_argument("--threads", type=int, default=2, help="that a model may use")
    found.add_argument("--quick", action="store_true", help="one seed, short settings: does it run at all?")
    found.add_argument("--kept-only", action="store_true", help="run nothing, write what is there")
    return found


def planned(asked: argparse.Namespace) -> list[Order]:
    """Every run asked for. The splits in time are one split each: their seed is that of the models, the last given."""
    seeds = asked.seeds or (SEEDS[-1:] if asked.quick else SEEDS)
    by_split = {split: seeds if split == "stratified" else seeds[-1:] for split in asked.splits}
    return [
        Order(BY_NAME[name], split, seed, asked.quick, asked.data)
        for split, of_split in by_split.items()
        for seed in reversed(of_split)
        for name in asked.models
    ]


def make(orders: list[Order], dataset: Dataset, asked: argparse.Namespace) -> list[str]:
    """Make the runs that are missing, one at a time; a sentence for each that failed."""
    missing = [] if asked.kept_only else [order for order in orders if not kept.is_kept(order, dataset)]
    failed = []
    for place, order in enumerate(missing, 1):
        began = time.monotonic()
        what = f"[{place}/{len(missing)}] {order.peer.label}, {order.split}, seed {order.seed}"
        try:
            kept.run(order, dataset, asked.threads)
        except RuntimeError as problem:
            failed.append(str(problem))
        print(f"{what}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
