"""The preparation of the first model: progress while it runs, and what to do if it fails."""

from __future__ import annotations

import re

import streamlit as st

from recsys.errors import NoModelError, RecsysError
from recsys.serving.recommender import Recommender
from recsys.settings import data_folder
from recsys.training import jobs
from recsys.ui.common import auth, progress, trial_model
from recsys.ui.common.model_cache import get_loaded
from recsys.ui.common.text import LONGEST_REASON, plain
from recsys.ui.common.uploads import store_upload
from recsys.ui.common.version_rows import readable

FETCH_PHASES = ("", "start", "fetch", "check")  # phases in which a failure may mean that the data could not be fetched
_ATTEMPT = re.compile(r"\n|\s(?=\d{1,2}\. )")


def model_or_preparation() -> Recommender:
    """The recommender of this session; without a model, show the preparation and stop the page.

    This is the session's trial model if the visitor uses it, otherwise the active version, with the registry's warning.
    """
    if trial_recommender := trial_model.recommender_in_use():
        trial_model.banner()
        return trial_recommender
    try:
        loaded = get_loaded()
    except NoModelError as error:
        panel(error)
        st.stop()
    if loaded.warning:
        st.warning(plain(readable(loaded.warning), LONGEST_REASON), icon=":material/warning:")
    return loaded.recommender


def panel(error: NoModelError) -> None:
    """Start the preparation unless it runs, and show its progress, or what failed and how to continue."""
    status = jobs.status()
    if not status.running:
        status = jobs.ensure_ready()
    if status.running:
        _watch()
    elif status.state == "failed":
        _failure(status.detail or status.message, fetch_failed=status.phase in FETCH_PHASES)
    elif _model_loads():  # it became ready while this page was drawn
        st.rerun()
    else:
        _unusable(readable(str(error)))


@st.fragment(run_every="1s")
def _watch() -> None:
    status = jobs.status()
    if not status.running:
        st.rerun()
    with st.container(border=True):
        st.subheader("Getting ready", anchor=False)
        st.caption(
            "On the first start the app downloads the ratings and trains a model. This takes about a minute, "
            "continues if you leave the page, and happens only once."
        )
        progress.bar(status, show_time_left=False)
        progress.steps(status.phase)


def _failure(detail: str, fetch_failed: bool) -> None:
    reason, *attempts = _reasons(detail)
    with st.container(border=True):
        st.subheader("The setup failed", anchor=False)
        st.error(plain(reason, LONGEST_REASON), icon=":material/error:")
        with st.container(gap="xxsmall"):
            for attempt in attempts:
                st.caption(plain(attempt, LONGEST_REASON))
        st.markdown("Nothing is broken. You can safely try again.")
        _offer_training("Try again")
        if fetch_failed and auth.is_owner():
            _offer_upload()


def _unusable(detail: str) -> None:
    """No version in the registry can be loaded: show why, and offer a training."""
    with st.container(border=True):
        st.subheader("No stored model can be loaded", anchor=False)
        st.error(plain(detail, LONGEST_REASON), icon=":material/error:")
        st.markdown("The stored models are damaged. Train a new one; the stored files stay as they are.")
        _offer_training("Train a new model")


def _offer_training(label: str) -> None:
    if st.button(label, type="primary", icon=":material/refresh:"):
        _begin()


def _reasons(detail: str) -> list[str]:
    """The first sentence, then one line for each numbered attempt."""
    lines = [line.strip().removesuffix("Tried:") for line in _ATTEMPT.split(detail) if line.strip()]
    return lines or ["The reason is unknown."]


def _offer_upload() -> None:
    st.space("small")
    st.markdown("**Or upload the ratings:** download `ml-100k.zip` on another computer and drop it here.")
    upload = st.file_uploader("MovieLens zip", type="zip", label_visibility="collapsed")
    if upload is not None and st.button("Train on this file", icon=":material/upload_file:"):
        try:
            auth.require_owner("import")
            path = store_upload(upload, data_folder() / "uploads")
        except RecsysError as error:
            st.error(plain(error, LONGEST_REASON))
        else:
            _begin(str(path))


def _begin(dataset: str = "ml-100k") -> None:
    # Not ensure_ready: it accepts a registry whose versions are all damaged, which needs a training.
    try:
        jobs.start(dataset=dataset, who=auth.who())
    except RecsysError as error:
        st.error(plain(error, LONGEST_REASON))
    else:
        st.rerun()


def _model_loads() -> bool:
    try:
        return bool(get_loaded())
    except NoModelError:
        return False
