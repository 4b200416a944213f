"""Upload of the visitor's own ratings: checked like any dataset, and stored only for the owner."""

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
from recsys.ui.common.uploads import LONGEST_TITLE, store_upload
from recsys.ui.data import checks
from recsys.ui.data.upload_layout import UploadedFile, lay_out, zip_folder

LIMITS = {access.VISITOR: limits.VISITOR, access.OWNER: limits.OWNER}
TYPES = ["zip", "csv", "tsv", "txt", "dat", "data", "item", "user", "genre"]
FILES, TITLE, SCALE = "upload_files", "upload_title", "upload_scale"  # widget keys
MESSAGE, CHECKED = "upload_message", "upload_checked"  # session keys
_READING = threading.Lock()  # one upload at a time, so that the memory for reading is needed once


@dataclass(frozen=True)
class CheckedUpload:
    """Result of checking uploaded files: sizes and report, or a problem. Small enough to keep in a session."""

    uploads: tuple[str, ...]
    scale: str | None = None  # the visitor's choice for ratings of another scale
    problem: str = ""
    question: str = ""  # describes the other scale
    choices: Mapping[str, str] = field(default_factory=dict)  # label by choice for the other scale
    ratings: int = 0
    users: int = 0
    movies: int = 0
    stars: tuple[float, ...] = ()
    report: Mapping[str, Any] = field(default_factory=dict)


def show() -> None:
    """The uploader and the result of the checks; the owner may store the files to train on."""
    st.markdown(
        "Upload a MovieLens zip, or these tables:\n"
        "- `ratings.csv`: user_id, movie_id, rating, and timestamp (optional)\n"
        "- `movies.csv`: movie_id, title, genres\n"
        "- `users.csv` (optional): user_id, gender, age, occupation\n\n"
        "Ratings are stars from 0.5 to 5. You can keep another scale, or map it to stars."
    )
    files = st.file_uploader(
        "A zip, or its files",
        type=TYPES,
        accept_multiple_files=True,
        max_upload_size=LIMITS[auth.role()].packed // MEGABYTE,
        key=FILES,
        help="Your files are checked in memory and not stored. Nobody else sees them.",
    )
    st.caption(_limits_in_words())
    _show_message()
    if not files:
        st.session_state.pop(CHECKED, None)
        return
    with st.spinner("Checking every row…"):
        checked_upload = check_upload(files)
    if checked_upload.choices:
        _ask_scale(checked_upload)
    if checked_upload.choices and checked_upload.scale is None:
        return
    if checked_upload.problem:
        st.error(plain(checked_upload.problem, LONGEST_REASON), icon=":material/error:")
        return
    _summary(checked_upload)
    if auth.is_owner():
        _store_form()
    else:
        st.markdown("To train on your files, use the command line: `python -m recsys train --data FOLDER_OR_ZIP`.")


def load_uploaded(
    files: Sequence[UploadedFile], read_limits: ReadLimits = limits.VISITOR, scale: str | None = None
) -> Dataset:
    """The validated dataset in one zip, or in several tables. Raises DataError."""
    with tempfile.TemporaryDirectory() as scratch, _READING:
        path, notes = lay_out(files, Path(scratch), read_limits, scale)
        try:
            dataset = load_dataset(path, limits=read_limits)
        except ScaleError:
            raise
        except DataError as error:
            raise DataError(" ".join([str(error), *notes])) from error
    return replace(dataset, report=replace(dataset.report, notes=(*notes, *dataset.report.notes)))


def check_upload(files: Sequence[UploadedFile]) -> CheckedUpload:
    """Check uploaded files. They are read once, however often the page is drawn, and only the result is kept."""
    uploads, checked_upload = (auth.role(), *(file.file_id for file in files)), st.session_state.get(CHECKED)
    if checked_upload is None or checked_upload.uploads != uploads:
        checked_upload = _check(uploads, files)
    scale = st.session_state.get(_scale_key(uploads))
    if checked_upload.choices and scale in checked_upload.choices and checked_upload.scale != scale:
        checked_upload = replace(
            _check(uploads, files, scale), question=checked_upload.question, choices=checked_upload.choices
        )
    st.session_state[CHECKED] = checked_upload
    return checked_upload


def store_for_training(files: Sequence[UploadedFile], title: str) -> Path:
    """Store valid files as one zip where a training finds them. Raises DataError, NotAllowedError."""
    auth.require_owner("retrain")
    checked_upload = check_upload(files)
    if checked_upload.problem:
        raise DataError(checked_upload.problem)
    with tempfile.TemporaryDirectory() as scratch:
        path, _ = lay_out(files, Path(scratch), LIMITS[auth.role()], checked_upload.scale)
        with (zip_folder(path) if path.is_dir() else path).open("rb") as stream:
            return store_upload(stream, data_folder() / "uploads", title)


def _check(uploads: tuple[str, ...], files: Sequence[UploadedFile], scale: str | None = None) -> CheckedUpload:
    try:
        dataset = load_uploaded(files, LIMITS[auth.role()], scale)
    except ScaleError as error:
        return CheckedUpload(uploads, problem=str(error), question=error.question, choices=error.choices)
    except RecsysError as error:
        return CheckedUpload(uploads, scale, problem=str(error))
    return CheckedUpload(
        uploads,
        scale,
        ratings=len(dataset.ratings),
        users=dataset.ratings["user_id"].nunique(),
        movies=len(dataset.movies),
        stars=tuple(dataset.stars),
        report=dataset.report.as_dict(),
    )


def _ask_scale(checked_upload: CheckedUpload) -> None:
    """Ask what to do with ratings of another scale."""
    st.radio(
        f"{checked_upload.question} MovieLens has 0.5 to 5 stars. What should we do?",
        list(checked_upload.choices),
        index=None,
        format_func=checked_upload.choices.get,
        key=_scale_key(checked_upload.uploads),
    )


def _scale_key(uploads: tuple[str, ...]) -> str:
    """Widget key of the answer, which is about these uploads only."""
    return f"{SCALE}_{'_'.join(uploads)}"


def _store_form() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Name", key=TITLE, max_chars=LONGEST_TITLE, placeholder="my cinema", autocomplete="off")
        st.button("Store for training", icon=":material/save:", on_click=_store)


def _store() -> None:
    try:
        path = store_for_training(st.session_state.get(FILES) or [], str(st.session_state.get(TITLE) or ""))
    except RecsysError as error:
        st.session_state[MESSAGE] = (False, str(error))
    else:
        st.session_state[MESSAGE] = (True, f"Stored as {path.name}. You can select it on Train.")


def _show_message() -> None:
    """Show the message of the last attempt to store files, once."""
    success, message = st.session_state.pop(MESSAGE, (True, ""))
    if message:
        draw = st.success if success else st.error
        draw(plain(message, LONGEST_REASON), icon=":material/save:" if success else ":material/error:")


def _limits_in_words() -> str:
    most = LIMITS[auth.role()]
    return (
        f"At most {most.packed // MEGABYTE:,} MB ({most.unpacked // MEGABYTE:,} MB unpacked), {most.rows:,} ratings, "
        f"{most.others:,} movies and {most.others:,} users. For larger files, use the command line: "
        "`python -m recsys data --data FOLDER_OR_ZIP`."
    )


def _summary(checked: CheckedUpload) -> None:
    stars = ", ".join(number(star, 0 if star.is_integer() else 1) for star in checked.stars)
    st.success(
        f"You can train on it: {checked.ratings:,} ratings by {checked.users:,} users of {checked.movies:,} movies. "
        f"Rating scale: {stars}.",
        icon=":material/check_circle:",
    )
    checks.show(checked.report)
