"""The preparation: what happens while there is no model yet, live; and what to do when it fails."""

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
from recsys.ui.common.uploads import keep_upload

FETCHING = ("", "start", "fetch", "check")  # a failure here may mean that the data could not be had
_NUMBERED = re.compile(r"\n|\s(?=\d{1,2}\. )")


def model_or_preparation() -> Recommender:
    """The recommender, under the registry's warning if any; or the preparation, and the page ends here.

    In a session whose own trial answers, it is that one.
    """
    if own := trial_model.in_use():
        trial_model.banner(own)
        return own
    try:
        loaded = get_loaded()
    except NoModelError as error:
        panel(error)
        st.stop()
    if loaded.warning:
        st.warning(plain(loaded.warning, LONGEST_REASON), icon=":material/warning:")
    return loaded.recommender


def panel(missing: NoModelError) -> None:
    """Start the preparation unless it runs, and show it: progress, or what failed and the ways on."""
    status = jobs.status()
    if not status.running:
        status = jobs.ensure_ready()
    if status.running:
        _watch()
    elif status.state == "failed":
        _failure(status.detail or status.message, fetch_failed=status.phase in FETCHING)
    elif _opens():  # it became ready while this page was drawn
        st.rerun()
    else:
        _unusable(str(missing))


@st.fragment(run_every="1s")
def _watch() -> None:
    status = jobs.status()
    if not status.running:
        st.rerun()
    with st.container(border=True):
        st.subheader("Getting ready", anchor=False)
        st.caption(
            "The first start fetches the ratings and trains a model on this machine. It takes less than a "
            "minute, goes on if you leave this page, and happens once."
        )
        progress.bar(status, left=False)
        progress.steps(status.phase)


def _failure(detail: str, fetch_failed: bool) -> None:
    first, *tried = _reasons(detail)
    with st.container(border=True):
        st.subheader("The preparation stopped", anchor=False)
        st.error(plain(first, LONGEST_REASON), icon=":material/error:")
        with st.container(gap="xxsmall"):
            for line in tried:
                st.caption(plain(line, LONGEST_REASON))
        st.markdown("Nothing is broken: no half-made model is kept, and trying again starts clean.")
        _offer_training("Try again")
        if fetch_failed and auth.is_owner():
            _offer_upload()


def _unusable(detail: str) -> None:
    """There are versions on the shelf, and none of them can be trusted to answer."""
    with st.container(border=True):
        st.subheader("No stored model can be used", anchor=False)
        st.error(plain(detail, LONGEST_REASON), icon=":material/error:")
        st.markdown("A damaged model never answers. Training a new one leaves the stored ones as they are.")
        _offer_training("Train a new one")


def _offer_training(label: str) -> None:
    if st.button(label, type="primary", icon=":material/refresh:"):
        _begin()


def _reasons(detail: str) -> list[str]:
    """The sentence first, then one line for each numbered thing that was tried."""
    lines = [line.strip().removesuffix("Tried:") for line in _NUMBERED.split(detail) if line.strip()]
    return lines or ["No reason was given."]


def _offer_upload() -> None:
    st.space("small")
    st.markdown("**Or bring the ratings yourself:** download `ml-100k.zip` elsewhere and drop it here.")
    given = st.file_uploader("MovieLens zip", type="zip", label_visibility="collapsed")
    if given is not None and st.button("Prepare from this file", icon=":material/upload_file:"):
        try:
            auth.require_owner("import")
            path = keep_upload(given, data_folder() / "uploads")
        except RecsysError as error:
            st.error(plain(error, LONGEST_REASON))
        else:
            _begin(str(path))


def _begin(dataset: str = "ml-100k") -> None:
    # Not ensure_ready: a shelf whose versions are all damaged counts as filled, and needs a training.
    try:
        jobs.start(dataset=dataset, who=auth.who())
    except RecsysError as error:
        st.error(plain(error, LONGEST_REASON))
    else:
        st.rerun()


def _opens() -> bool:
    try:
        return bool(get_loaded())
    except NoModelError:
        return False
