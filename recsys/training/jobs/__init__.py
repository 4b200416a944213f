"""The training recipe in a child process: start, status, cancel, one at a time everywhere. No Streamlit."""

from recsys.training.jobs.cancellation import cancel
from recsys.training.jobs.deadline import Deadline
from recsys.training.jobs.files import EVALUATION, TRAINING, JobStatus
from recsys.training.jobs.launcher import SERVER, ensure_ready, start, status
from recsys.training.jobs.resource_limits import Limits, scarce
from recsys.training.jobs.worker import PHASES, Reporter, overall_fraction

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
