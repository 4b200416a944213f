"""The active model, loaded once for all pages and routes, and changed over when another is published."""

from __future__ import annotations

import gc
import logging

import streamlit as st

from recsys.core.memory import return_freed_memory
from recsys.errors import NoModelError, RecsysError
from recsys.registry import Loaded, Registry
from recsys.serving.recommender import Recommender
from recsys.settings import models_folder
from recsys.training import jobs
from recsys.training.jobs import private_trials
from recsys.ui.common import auth

log = logging.getLogger(__name__)


def get_recommender() -> Recommender:
    """The recommender of the active version; safe from any thread. Raises NoModelError when there is none."""
    return get_loaded().recommender


def get_loaded() -> Loaded:
    """The active recommender with the registry's warning, empty when all is well. Raises NoModelError."""
    return _loaded(str(models_folder()))


def warm() -> None:
    """Start what is missing and load what is there: for the server's start, in a thread of its own.

    A preparation that failed before this start gets another try, and a shelf of damaged models a new one.
    """
    return_freed_memory()
    path = st.config.get_option("server.baseUrlPath").strip("/")
    auth.announce("/".join(filter(None, [f"http://localhost:{st.config.get_option('server.port')}", path])))
    try:
        Registry().remove_stale()
        private_trials.remove_stale()
        ready = jobs.ensure_ready(retry=True).state == "done"
        get_recommender()
    except NoModelError:
        log.info("No model yet: it is being prepared.")
        if ready:
            _replace_damaged()
    except Exception:  # a warm start is a courtesy: the server serves, and the pages say what is wrong
        log.exception("The warm start did not finish.")


def _replace_damaged() -> None:
    try:
        jobs.start(who=jobs.SERVER)
    except RecsysError:
        log.exception("No stored model can be used, and a new one cannot be trained.")


def _still_active(held: Loaded) -> bool:
    # By what is asked for, not by what answers: after a fall-back these differ, and each page run would load anew.
    try:
        return held.active == Registry().active()
    except (OSError, RecsysError):  # a validator must not raise; what is in memory still answers
        return True


@st.cache_resource(show_spinner="Opening the model…", max_entries=1, validate=_still_active)
def _loaded(folder: str) -> Loaded:
    loaded = Registry(models_folder()).load_active()
    if loaded.warning:
        log.warning(loaded.warning)
    # What stays for good, libraries and model, need not be looked through whenever garbage is collected.
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    return loaded
