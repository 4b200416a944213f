"""The active model, loaded once for all pages and routes, and replaced when another version becomes active."""

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
    """The active recommender with the registry's warning, which is empty if all is well. Raises NoModelError."""
    return _loaded(str(models_folder()))


def warm() -> None:
    """Load the active model, or start the preparation of one; runs in its own thread at server start.

    A preparation that failed before this start is tried again. If every stored version is damaged, a training starts.
    """
    return_freed_memory()
    path = st.get_option("server.baseUrlPath").strip("/")
    auth.log_owner_link("/".join(filter(None, [f"http://localhost:{st.get_option('server.port')}", path])))
    prepared = False
    try:
        Registry().remove_stale()
        private_trials.remove_stale()
        prepared = jobs.ensure_ready(retry=True).state == "done"
        get_recommender()
    except NoModelError:
        log.info("No model yet: it is being prepared.")
        if prepared:
            _replace_damaged()
    except Exception:  # the server must start anyway; the pages show what is wrong
        log.exception("The warm start did not finish.")


def _replace_damaged() -> None:
    try:
        jobs.start(who=jobs.SERVER)
    except RecsysError:
        log.exception("No stored model can be used, and a new one cannot be trained.")


def _still_active(loaded: Loaded) -> bool:
    # Compare the requested version: after a fall-back the loaded one differs, and every page run would load again.
    try:
        return loaded.active == Registry().active()
    except (OSError, RecsysError):  # a validator must not raise; the loaded model stays in use
        return True


@st.cache_resource(show_spinner="Opening the model…", max_entries=1, validate=_still_active)
def _loaded(folder: str) -> Loaded:
    loaded = Registry(models_folder()).load_active()
    if loaded.warning:
        log.warning(loaded.warning)
    # Libraries and model stay for good: keep the garbage collector from scanning them each time.
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    return loaded
