"""Bring your own ratings: the same door, tried on files that are looked at and, but for the owner, not kept."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import streamlit as st

from recsys import access
from recsys.data import Dataset, ScaleError, limits, load_dataset
from recsys.data.limits import MEGABYTE, ReadLimits
from recsys.errors import DataError, RecsysError
from recsys.settings import data_folder
from recsys.ui.common import auth
from recsys.ui.common.text import LONGEST_REASON, number, plain
from recsys.ui.common.uploads import LONGEST_TITLE, keep_upload
from recsys.ui.data import checks
from recsys.ui.data.upload_layout import File, laid_out, packed

LIMITS = {access.VISITOR: limits.VISITOR, access.OWNER: limits.OWNER}
TYPES = ["zip", "csv", "tsv", "txt", "dat", "data", "item", "user", "genre"]
FILES, TITLE, SCALE, SAID, FOUND = "own_files", "own_title", "own_scale", "own_said", "own_found"
_READING = threading.Lock()  # one at a time: the memory for reading is needed once, however many visitors come


@dataclass(frozen=True)
class CheckedUpload:
    """What the door says of some uploads, or why it refuses them: a few words, so that a session may keep it."""

    uploads: tuple[str, ...]
    scale: str | None = None  # what was chosen to do with ratings of another scale
    problem: str = ""
    question: str = ""  # what the other scale is
    choices: Mapping[str, str] = field(default_factory=dict)  # what can be done with it, in words
    ratings: int = 0
    people: int = 0
    movies: int = 0
    stars: tuple[float, ...] = ()
    report: Mapping[str, Any] = field(default_factory=dict)


def show() -> None:
    """The uploader and, once there are files, what the door says of them; the owner may keep them to train on."""
    st.markdown(
        "A zip as MovieLens publishes it, or the tables: `ratings.csv` with user_id, movie_id, rating and, if there "
        "is one, timestamp; `movies.csv` with movie_id, title and genres; `users.csv` with user_id, gender, age and "
        "occupation if you have it. Half stars are fine. For another scale, you choose: keep it or map it."
    )
    given = st.file_uploader(
        "A zip, or its files",
        type=TYPES,
        accept_multiple_files=True,
        max_upload_size=LIMITS[auth.role()].packed // MEGABYTE,
        key=FILES,
        help="Looked at and forgotten: nothing of it is kept, and nobody else sees it.",
    )
    st.caption(_limits_in_words())
    _said()
    if not given:
        st.session_state.pop(FOUND, None)
        return
    with st.spinner("Checking every row…"):
        found = look(given)
    if found.choices:
        _ask_scale(found)
    if found.choices and found.scale is None:
        return
    if found.problem:
        st.error(plain(found.problem, LONGEST_REASON), icon=":material/error:")
        return
    _told(found)
    if auth.is_owner():
        _offer()
    else:
        st.markdown("Train on it where the files are: `python -m recsys train --data FOLDER_OR_ZIP`.")


def checked(files: Sequence[File], allowed: ReadLimits = limits.VISITOR, scale: str | None = None) -> Dataset:
    """The dataset in one zip, or in some files, that passed the door. Raises DataError."""
    with tempfile.TemporaryDirectory() as scratch, _READING:
        path, notes = laid_out(files, Path(scratch), allowed, scale)
        try:
            dataset = load_dataset(path, limits=allowed)
        except ScaleError:
            raise
        except DataError as error:
            raise DataError(" ".join([str(error), *notes])) from error
    return replace(dataset, report=replace(dataset.report, notes=(*notes, *dataset.report.notes)))


def look(files: Sequence[File]) -> CheckedUpload:
    """What the door says of uploads. Each is read once, however often its page is drawn, and then let go."""
    uploads, known = (auth.role(), *(file.file_id for file in files)), st.session_state.get(FOUND)
    if known is None or known.uploads != uploads:
        known = _found(uploads, files)
    scale = st.session_state.get(_scale_key(uploads))
    if known.choices and scale in known.choices and known.scale != scale:
        known = replace(_found(uploads, files, scale), question=known.question, choices=known.choices)
    st.session_state[FOUND] = known
    return known


def keep(files: Sequence[File], title: str) -> Path:
    """Store files that pass the door where a training looks for them, as one zip. Raises DataError, NotAllowedError."""
    auth.require_owner("retrain")
    found = look(files)
    if found.problem:
        raise DataError(found.problem)
    with tempfile.TemporaryDirectory() as scratch:
        path, _ = laid_out(files, Path(scratch), LIMITS[auth.role()], found.scale)
        with (packed(path) if path.is_dir() else path).open("rb") as stream:
            return keep_upload(stream, data_folder() / "uploads", title)


def _found(uploads: tuple[str, ...], files: Sequence[File], scale: str | None = None) -> CheckedUpload:
    try:
        dataset = checked(files, LIMITS[auth.role()], scale)
    except ScaleError as error:
        return CheckedUpload(uploads, problem=str(error), question=error.question, choices=error.choices)
    except RecsysError as error:
        return CheckedUpload(uploads, scale, problem=str(error))
    return CheckedUpload(
        uploads,
        scale,
        ratings=len(dataset.ratings),
        people=dataset.ratings["user_id"].nunique(),
        movies=len(dataset.movies),
        stars=tuple(dataset.stars),
        report=dataset.report.as_dict(),
    )


def _ask_scale(found: CheckedUpload) -> None:
    """What to do with ratings of another scale."""
    st.radio(
        f"{found.question} MovieLens has 0.5 to 5 stars. What should be done with them?",
        list(found.choices),
        index=None,
        format_func=found.choices.get,
        key=_scale_key(found.uploads),
    )


def _scale_key(uploads: tuple[str, ...]) -> str:
    """Where the answer about these very uploads is, which is none about others."""
    return f"{SCALE}_{'_'.join(uploads)}"


def _offer() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Name it", key=TITLE, max_chars=LONGEST_TITLE, placeholder="my cinema", autocomplete="off")
        st.button("Keep to train on", icon=":material/save:", on_click=_keep)


def _keep() -> None:
    try:
        path = keep(st.session_state.get(FILES) or [], str(st.session_state.get(TITLE) or ""))
    except RecsysError as error:
        st.session_state[SAID] = (False, str(error))
    else:
        st.session_state[SAID] = (True, f"Kept as {path.name}. Train offers it now.")


def _said() -> None:
    """What became of the last wish to keep something, once."""
    good, words = st.session_state.pop(SAID, (True, ""))
    if words:
        show = st.success if good else st.error
        show(plain(words, LONGEST_REASON), icon=":material/save:" if good else ":material/error:")


def _limits_in_words() -> str:
    larger = "For more, run `python -m recsys data --data FOLDER_OR_ZIP` where the files are."
    return f"At most {LIMITS[auth.role()]}. {larger}"


def _told(found: CheckedUpload) -> None:
    stars = ", ".join(number(star, 0 if star.is_integer() else 1) for star in found.stars)
    st.success(
        f"It can be learned from: {found.ratings:,} ratings by {found.people:,} people of {found.movies:,} movies, on "
        f"the stars {stars}.",
        icon=":material/check_circle:",
    )
    checks.show(found.report)
