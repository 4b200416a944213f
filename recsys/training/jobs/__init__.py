"""Training and evaluation jobs in a child process, one at a time per models folder: start, status, cancel."""

from recsys.training.job_order import EVALUATION, TRAINING
from recsys.training.jobs.cancellation import cancel
from recsys.training.jobs.deadline import Deadline
from recsys.training.jobs.files import JobStatus
from recsys.training.jobs.launcher import SERVER, ensure_ready, start, status
from recsys.training.jobs.resource_limits import Limits, scarce
from recsys.training.jobs.worker import Reporter
from recsys.training.phases import PHASES, overall_fraction

__all__ = [
    "EVALUATION",
    "PHASES",
    "SERVER",
    "TRAINING",
    "Deadline",
    "JobStatus",
    "Limits",
    "Reporter",
    "cancel",
    "ensure_ready",
    "overall_fraction",
    "scarce",
    "start",
    "status",
]
