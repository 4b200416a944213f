"""Bring your own ratings: the same door, tried on files that are looked at and, but for the owner, not kept."""

from __future__ import annotations

import tempfile
import threading
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

import streamlit as st

from recsys import owner
from recsys.data import Dataset, limits, load_dataset, movielens
from recsys.data.limits import MEGABYTE, ReadLimits
from recsys.errors import DataError, RecsysError
from recsys.settings import data_folder
from recsys.ui import standing
from recsys.ui.ratings import door
from recsys.ui.text import LONGEST_REASON, number, plain
from recsys.ui.uploads import LONGEST_TITLE, keep_upload

LIMITS = {owner.VISITOR: limits.VISITOR, owner.OWNER: limits.OWNER}
TYPES = ["zip", "csv", "tsv", "txt", "dat", "data", "item", "user", "genre"]
FILES, TITLE, SAID, FOUND = "own_files", "own_title", "own_said", "own_found"
ZIP_NAME, FOLDER_NAME = "Your file.zip", "Your files"  # what messages call them
_READING = threading.Lock()  # one at a time: the memory for reading is needed once, however many visitors come


class File(Protocol):
    """An uploaded file: its name, its content as a stream, and the id of this one upload."""

    name: str
    file_id: str

    def getvalue(self) -> bytes: ...


@dataclass(frozen=True)
class Found:
    """What the door says of some uploads, or why it refuses them: a few words, so that a session may keep it."""

    uploads: tuple[str, ...]
    problem: str = ""
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
        "occupation if you have it. Half stars are fine."
    )
    given = st.file_uploader(
        "A zip, or its files",
        type=TYPES,
        accept_multiple_files=True,
        max_upload_size=LIMITS[standing.role()].packed // MEGABYTE,
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
    if found.problem:
        st.error(plain(found.problem, LONGEST_REASON), icon=":material/error:")
        return
    _told(found)
    if standing.is_owner():
        _offer()
    else:
        st.markdown("Train on it where the files are: `python -m recsys train --data FOLDER_OR_ZIP`.")


def checked(files: Sequence[File], allowed: ReadLimits = limits.VISITOR) -> Dataset:
    """The dataset in one zip, or in some files, that passed the door. Raises DataError."""
    with tempfile.TemporaryDirectory() as scratch, _READING:
        return load_dataset(_laid_out(files, Path(scratch), allowed), limits=allowed)


def look(files: Sequence[File]) -> Found:
    """What the door says of uploads. Each is read once, however often its page is drawn, and then let go."""
    uploads, known = (standing.role(), *(file.file_id for file in files)), st.session_state.get(FOUND)
    if known is None or known.uploads != uploads:
        known = st.session_state[FOUND] = _found(uploads, files)
    return known


def keep(files: Sequence[File], title: str) -> Path:
    """Store files that pass the door where a training looks for them, as one zip. Raises DataError, NotAllowedError."""
    standing.require_owner("retrain")
    if problem := look(files).problem:
        raise DataError(problem)
    with tempfile.TemporaryDirectory() as scratch:
        laid_out = _laid_out(files, Path(scratch), LIMITS[standing.role()])
        with (_packed(laid_out) if laid_out.is_dir() else laid_out).open("rb") as stream:
            return keep_upload(stream, data_folder() / "uploads", title)


def _found(uploads: tuple[str, ...], files: Sequence[File]) -> Found:
    try:
        dataset = checked(files, LIMITS[standing.role()])
    except RecsysError as error:
        return Found(uploads, problem=str(error))
    people, movies = dataset.ratings["user_id"].nunique(), len(dataset.movies)
    return Found(uploads, "", len(dataset.ratings), people, movies, tuple(dataset.stars), dataset.report.as_dict())


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
    return f"At most {LIMITS[standing.role()]}. {larger}"


def _laid_out(files: Sequence[File], scratch: Path, allowed: ReadLimits) -> Path:
    """The one zip, or a folder with the files, each under a name that tells what it is. Raises DataError."""
    if (size := sum(len(file.getvalue()) for file in files)) > allowed.packed:
        raise DataError(f"{FOLDER_NAME} have {size / MEGABYTE:,.1f} MB. Give at most {allowed}.")
    if len(files) == 1 and (files[0].name.lower().endswith(".zip") or zipfile.is_zipfile(files[0])):
        return keep_upload(files[0], scratch).rename(scratch / ZIP_NAME)
    folder = scratch / FOLDER_NAME
    folder.mkdir()
    for file in files:
        path = folder / _name(PurePosixPath(file.name.replace("\\", "/")).name, file.getvalue(), allowed)
        if path.exists():
            raise DataError(f"Two of these files are one table ({path.name}). Give each table once.")
        path.write_bytes(file.getvalue())
    return folder


def _packed(folder: Path) -> Path:
    """The files of a folder in a zip beside it; the same for the same files, so without the time of packing."""
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.iterdir()):
            archive.writestr(zipfile.ZipInfo(file.name), file.read_bytes(), zipfile.ZIP_DEFLATED)
    return path


def _name(name: str, data: bytes, allowed: ReadLimits) -> str:
    """The name itself when MovieLens has a file of that name, else that of the table which the columns are those of."""
    kind = movielens.kind_of(name, data, allowed)
    return name if name in movielens.FILES[kind] else f"{kind}.csv"


def _told(found: Found) -> None:
    stars = ", ".join(number(star, 0 if star.is_integer() else 1) for star in found.stars)
    st.success(
        f"It can be learned from: {found.ratings:,} ratings by {found.people:,} people of {found.movies:,} movies, on "
        f"the stars {stars}.",
        icon=":material/check_circle:",
    )
    door.show(found.report)
