"""What the server orders from a child process: a training or an evaluation, as one JSON object on its command line."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

TRAINING, EVALUATION = "training", "evaluation"
CHILD_MODULE = "recsys.training.jobs.child"


@dataclass(frozen=True)
class JobOrder:
    """One job, in plain values: what to train or evaluate, for which models folder, and how long it may take."""

    models: str  # folder
    kind: str = TRAINING
    data: str = "ml-100k"
    scale: str | None = None  # as `load_dataset` takes it
    preset: str = "quick"
    seed: int = 0
    settings: Mapping[str, Any] = field(default_factory=dict)  # that replace those of the preset
    who: str = "a script"
    why: str = ""
    remote_bundle_first: bool = False  # whether the model of RECSYS_BUNDLE makes a training needless
    splits: tuple[str, ...] = ()  # this and below: of an `EvaluationPlan`
    folds: int = 0
    ablation: bool = False
    leaks: bool = False
    seconds: float = 0.0  # this and below: of a `Deadline`
    parent: int = 0

    @classmethod
    def parse(cls, text: str) -> Self:
        """The order that `command` wrote."""
        values = json.loads(text)
        return cls(**values | {"splits": tuple(values["splits"])})

    def command(self) -> list[str]:
        """The command line of a child process that carries it out."""
        return [sys.executable, "-m", CHILD_MODULE, json.dumps(asdict(self))]
