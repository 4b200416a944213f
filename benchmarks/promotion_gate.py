"""Does the promotion gate refuse every degraded challenger and accept honest retrains? MovieLens 100K, preset quick.

    python -m benchmarks.promotion_gate [--seeds 20] [--part spoiled|honest]

Prints one line per challenger and writes no file. Ends with code 1 when a degraded one passes, or when fewer than 19 of
20 honest ones do.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

import recsys
from benchmarks import degraded_models
from recsys.config import TrainingConfig
from recsys.data import Dataset
from recsys.registry import promotion_gate

LEAST_PASS_RATE = 0.95  # of honest retrains
Judgement = tuple[str, promotion_gate.Verdict]


def main() -> int:
    """Judge all challengers; the exit code says whether the gate was right."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=20, help="number of honest retrains (default 20)")
    parser.add_argument(
        "--part", choices=("spoiled", "honest"), help="only these challengers (spoiled: the degraded ones)"
    )
    options = parser.parse_args()
    dataset = recsys.load_dataset("ml-100k")
    model = degraded_models.train_challenger(dataset, TrainingConfig.of("quick", seed=0))
    report = degraded_models.report_of(model)
    champion = promotion_gate.Champion("the champion", dataset.fingerprint, report)
    correct = True
    if options.part != "honest":
        passed = sum(report_verdict(judgement) for judgement in degraded(dataset, champion))
        print(f"Degraded challengers that passed: {passed}")
        correct = passed == 0
    if options.part != "spoiled":
        passed = sum(report_verdict(judgement) for judgement in honest(dataset, champion, options.seeds))
        print(f"Honest retrains that passed: {passed} of {options.seeds}")
        correct &= passed >= LEAST_PASS_RATE * options.seeds
    return 0 if correct else 1


def degraded(dataset: Dataset, champion: promotion_gate.Champion) -> Iterator[Judgement]:
    """Every challenger of `degraded_models`, with another seed than the champion's."""
    config = TrainingConfig.of("quick", seed=1)
    for name, corrupt in degraded_models.CORRUPTIONS.items():
        yield name, promotion_gate.judge(degraded_models.train_challenger(dataset, config, corrupt), champion)
    honest_model = degraded_models.train_challenger(dataset, config)
    for name, distort in degraded_models.DISTORTIONS.items():
        challenger = degraded_models.with_distorted_predictions(honest_model, distort)
        yield name, promotion_gate.judge(challenger, champion)
    challenger = degraded_models.constant_for_rarest_gender(honest_model)
    yield "constant for one gender", promotion_gate.judge(challenger, champion)


def honest(dataset: Dataset, champion: promotion_gate.Champion, seeds: int) -> Iterator[Judgement]:
    """The same training configuration with other seeds, and so with other splits."""
    for seed in range(1, seeds + 1):
        challenger = degraded_models.train_challenger(dataset, TrainingConfig.of("quick", seed=seed))
        yield f"seed {seed}", promotion_gate.judge(challenger, champion)


def report_verdict(judgement: Judgement) -> bool:
    """Print one verdict and return whether the challenger passed."""
    name, verdict = judgement
    print(f"{name:<32} {'passed ' if verdict.passed else 'refused'} {' '.join(verdict.reasons[:2])}", flush=True)
    return verdict.passed


if __name__ == "__main__":
    sys.exit(main())
