"""The phases of a training and of an evaluation, and how much of the whole job each of them is."""

from __future__ import annotations

from collections.abc import Mapping

# Each phase's share of the job, in the order in which they come: about its share of the time with the preset "quick"
# on MovieLens 100K (`phases` in a manifest), fetched for the first time.
PHASES = {"fetch": 0.10, "check": 0.02, "features": 0.36, "trees": 0.32, "evaluate": 0.16, "save": 0.04}
# A full training is measured on two splits by time afterwards, if that was not done before.
_TRAINING_SHARE = 0.4
PHASES_WITH_LATER_RATINGS = {name: _TRAINING_SHARE * share for name, share in PHASES.items()} | {
    "later": 1 - _TRAINING_SHARE
}
EVALUATION_PHASES = {"fetch": 0.02, "check": 0.01, "trees": 0.97}  # "trees": all trainings, one after the other


def overall_fraction(phase: str, fraction: float, phases: Mapping[str, float] = PHASES) -> float:
    """How much of a job is done.

    Parameters
    ----------
    phase : str
        The current phase.
    fraction : float
        How much of that phase is done; clipped to 0 to 1, and 0 for NaN.
    phases : mapping of str to float
        Share of each phase in the job, in their order.

    Returns
    -------
    float
        0 to 1; 0 for a phase that is not in `phases`.
    """
    if phase not in phases:
        return 0.0
    names = list(phases)
    before = sum(phases[name] for name in names[: names.index(phase)])
    within = min(max(fraction, 0.0), 1.0) if fraction == fraction else 0.0
    return min(1.0, before + phases[phase] * within)
