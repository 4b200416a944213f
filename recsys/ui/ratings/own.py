"""Bring your own ratings: the same door, tried on files that are looked at and, but for the owner, not kept."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

import streamlit as st

from recsys.data import Dataset, ScaleError, load_dataset, movielens
from recsys.errors import DataError, RecsysError
from recsys.settings import data_folder
from recsys.ui import standing
from recsys.ui.ratings import door
from recsys.ui.text import LONGEST_REASON, number, plain
from recsys.ui.uploads import LONGEST_TITLE, keep_upload

LARGEST_MB = 30  # a visitor's file is read in the memory of the server that answers everybody
TYPES = ["zip", "csv", "tsv", "txt", "dat", "data", "item", "user", "genre"]
FILES, TITLE, SCALE, SAID, FOUND = "own_files", "own_title", "own_scale", "own_said", "own_found"


class File(Protocol):
    """An uploaded file: its name, its content as a stream, and the id of this one upload."""

    name: str
    file_id: str

    def getvalue(self) -> bytes: ...


@dataclass(frozen=True)
class Found:
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
        max_upload_size=LARGEST_MB,
        key=FILES,
        help="Looked at and forgotten: nothing of it is kept, and nobody else sees it.",
    )
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
    if standing.is_owner():
        _offer()
    else:
        st.markdown("Train on it where the files are: `python -m recsys train --data FOLDER_OR_ZIP`.")


def checked(files: Sequence[File], scale: str | None = None) -> Dataset:
    """The dataset in one zip, or in some files, that passed the door. Raises DataError."""
    with tempfile.TemporaryDirectory() as scratch:
        path, notes = _as_zip(files, Path(scratch), scale)
        try:
            dataset = load_dataset(path)
        except ScaleError:
            raise
        except DataError as error:
            raise DataError(" ".join([str(error), *notes])) from error
    return replace(dataset, report=replace(dataset.report, notes=(*notes, *dataset.report.notes)))


def look(files: Sequence[File]) -> Found:
    """What the door says of uploads. Each is read once, however often its page is drawn, and then let go."""
    uploads, known = tuple(file.file_id for file in files), st.session_state.get(FOUND)
    if known is None or known.uploads != uploads:
        known = _found(uploads, files)
    scale = st.session_state.get(_scale_key(uploads))
    if known.choices and scale in known.choices and known.scale != scale:
        known = replace(_found(uploads, files, scale), question=known.question, choices=known.choices)
    st.session_state[FOUND] = known
    return known


def keep(files: Sequence[File], title: str) -> Path:
    """Store files that pass the door where a training looks for them, as one zip. Raises DataError, NotAllowedError."""
    standing.require_owner("retrain")
    found = look(files)
    if found.problem:
        raise DataError(found.problem)
    with (
        tempfile.TemporaryDirectory() as scratch,
        _as_zip(files, Path(scratch), found.scale)[0].open("rb") as stream,
    ):
        return keep_upload(stream, data_folder() / "uploads", title)


def _found(uploads: tuple[str, ...], files: Sequence[File], scale: str | None = None) -> Found:
    try:
        dataset = checked(files, scale)
    except ScaleError as error:
        return Found(uploads, problem=str(error), question=error.question, choices=error.choices)
    except RecsysError as error:
        return Found(uploads, scale, problem=str(error))
    return Found(
        uploads,
        scale,
        ratings=len(dataset.ratings),
        people=dataset.ratings["user_id"].nunique(),
        movies=len(dataset.movies),
        stars=tuple(dataset.stars),
        report=dataset.report.as_dict(),
    )


def _ask_scale(found: Found) -> None:
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


def _as_zip(files: Sequence[File], scratch: Path, scale: str | None = None) -> tuple[Path, list[str]]:
    """The uploads as one zip, and a sentence on each that is no table and was left out.

    A choice of a scale is put beside the ratings, where a training finds it.
    """
    if len(files) == 1 and (files[0].name.lower().endswith(".zip") or zipfile.is_zipfile(files[0])):
        path, notes = keep_upload(files[0], scratch), []
    else:
        path, notes = scratch / "your files.zip", _zipped(files, scratch / "your files.zip")
    if scale is not None:
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr(zipfile.ZipInfo(*movielens.FILES["scale"]), scale)
    return path, notes


def _zipped(files: Sequence[File], path: Path) -> list[str]:
    """Write the tables into a zip of our own, each under a name that tells what it is; the same for the same files.

    A sentence on each file that is no table comes back.
    """
    tables: list[tuple[str, File]] = []
    notes: list[str] = []
    for file in files:
        try:
            tables.append((_name(PurePosixPath(file.name.replace("\\", "/")).name, file.getvalue()), file))
        except DataError as problem:
            notes.append(f"Ignored: {problem}")
    names = [name for name, _ in tables]
    if len(set(names)) < len(names):
        raise DataError(f"Two of these files are one table ({', '.join(sorted(names))}). Give each table once.")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, file in tables:
            archive.writestr(zipfile.ZipInfo(name), file.getvalue(), zipfile.ZIP_DEFLATED)  # no time of packing
    return notes


def _name(name: str, data: bytes) -> str:
    """The name itself when MovieLens has a file of that name, else that of the table which the columns are those of."""
    kind = movielens.kind_of(name, data)
    return name if name in movielens.FILES[kind] else f"{kind}.csv"


def _told(found: Found) -> None:
    stars = ", ".join(number(star, 0 if star.is_integer() else 1) for star in found.stars)
    st.success(
        f"It can be learned from: {found.ratings:,} ratings by {found.people:,} people of {found.movies:,} movies, on "
        f"the stars {stars}.",
        icon=":material/check_circle:",
    )
    door.show(found.report)
