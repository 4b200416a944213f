"""The training recipe in a child process: start, status, cancel, one at a time everywhere. No Streamlit."""

from recsys.jobs.child import PHASES, Reporter, overall_fraction
from recsys.jobs.files import EVALUATION, TRAINING, JobStatus
from recsys.jobs.leash import Leash
from recsys.jobs.parent import SERVER, ensure_ready, start, status
from recsys.jobs.stopping import cancel
from recsys.jobs.watching import Limits, scarce

__all__ = [
    "EVALUATION",
    "PHASES",
    "SERVER",
    "TRAINING",
    "JobStatus",
    "Leash",
    "Limits",
    "Reporter",
    "cancel",
    "ensure_ready",
    "overall_fraction",
    "scarce",
    "start",
    "status",
]
