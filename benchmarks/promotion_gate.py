"""Does the gate refuse every spoiled challenger, and let honest retrains pass? On MovieLens 100K, preset quick.

    python -m benchmarks.gate [--seeds 20] [--part spoiled|honest]

Prints a line for each, and writes nothing. Ends with code 1 when a spoiled one passes, or fewer than 19 of 20 honest
ones do.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

import recsys
from benchmarks import sabotage
from recsys.config import TrainingConfig
from recsys.data import Dataset
from recsys.registry import promotion_gate

HONEST_SHARE = 0.95
Judged = tuple[str, promotion_gate.Verdict]


def main() -> int:
    """Judge all of them; the exit code says whether the gate held."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=20, help="how many honest retrains (default 20)")
    parser.add_argument("--part", choices=("spoiled", "honest"), help="one part alone")
    given = parser.parse_args()
    dataset = recsys.load_dataset("ml-100k")
    made = sabotage.trained(dataset, TrainingConfig.of("quick", seed=0))
    champion = promotion_gate.Champion("the champion", dataset.fingerprint, made.report)
    held = True
    if given.part != "honest":
        passed = sum(told(judged) for judged in spoiled(dataset, champion))
        print(f"Spoiled challengers that passed: {passed}")
        held = passed == 0
    if given.part != "spoiled":
        passed = sum(told(judged) for judged in honest(dataset, champion, given.seeds))
        print(f"Honest retrains that passed: {passed} of {given.seeds}")
        held &= passed >= HONEST_SHARE * given.seeds
    return 0 if held else 1


def spoiled(dataset: Dataset, champion: promotion_gate.Champion) -> Iterator[Judged]:
    """Every way of `sabotage`, with another seed than the champion's."""
    config = TrainingConfig.of("quick", seed=1)
    for name, spoil in sabotage.RETRAINED.items():
        yield name, promotion_gate.judge(sabotage.trained(dataset, config, spoil), champion)
    good = sabotage.trained(dataset, config)
    for name, words in sabotage.SAID.items():
        yield name, promotion_gate.judge(sabotage.saying(good, words), champion)
    yield "one gender's taste", promotion_gate.judge(sabotage.one_group(good), champion)


def honest(dataset: Dataset, champion: promotion_gate.Champion, seeds: int) -> Iterator[Judged]:
    """The same recipe with other seeds, and so with other splits."""
    for seed in range(1, seeds + 1):
        yield (
            f"seed {seed}",
            promotion_gate.judge(sabotage.trained(dataset, TrainingConfig.of("quick", seed=seed)), champion),
        )


def told(judged: Judged) -> bool:
    """Print one verdict; whether it passed."""
    name, verdict = judged
    print(f"{name:<32} {'passed ' if verdict.passed else 'refused'} {' '.join(verdict.reasons[:2])}", flush=True)
    return verdict.passed


if __name__ == "__main__":
    sys.exit(main())
