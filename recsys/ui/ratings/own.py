"""Bring your own ratings: the same door, tried on files that are looked at and not kept."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Protocol

import streamlit as st

from recsys.data import Dataset, load_dataset
from recsys.errors import DataError, RecsysError
from recsys.ui.ratings import door
from recsys.ui.text import number, plain
from recsys.ui.uploads import keep_upload

LARGEST_MB = 30  # a visitor's file is read in the memory of the server that answers everybody
TYPES = ["zip", "csv", "dat", "data", "item", "user", "genre"]
LONGEST_REASON = 600  # characters of an error


class File(Protocol):
    """An uploaded file: its name, and its content as a stream."""

    name: str

    def getvalue(self) -> bytes: ...


def show() -> None:
    """The uploader and, once there are files, what the door says of them."""
    st.markdown(
        "A zip as MovieLens publishes it, or the tables: `ratings.csv` with user_id, movie_id, rating and, if there "
        "is one, timestamp; `movies.csv` with movie_id, title and genres; `users.csv` with user_id, gender, age and "
        "occupation if you have it. Half stars are fine."
    )
    given = st.file_uploader(
        "A zip, or its files",
        type=TYPES,
        accept_multiple_files=True,
        max_upload_size=LARGEST_MB,
        help="Looked at in memory and forgotten: nothing of it is kept, and nobody else sees it.",
    )
    if not given:
        return
    try:
        with st.spinner("Checking every row…"):
            dataset = checked(given)
    except RecsysError as error:
        st.error(plain(error, LONGEST_REASON), icon=":material/error:")
        return
    _told(dataset)


def checked(files: Sequence[File]) -> Dataset:
    """The dataset in one zip, or in some files, that passed the door. Raises DataError."""
    with tempfile.TemporaryDirectory() as scratch:
        one_zip = len(files) == 1 and (files[0].name.lower().endswith(".zip") or zipfile.is_zipfile(files[0]))
        path = keep_upload(files[0], Path(scratch)) if one_zip else _zipped(files, Path(scratch) / "your files.zip")
        return load_dataset(path)


def _zipped(files: Sequence[File], path: Path) -> Path:
    """The files in a zip of our own, under the last part of their names."""
    names = [PurePosixPath(file.name.replace("\\", "/")).name for file in files]
    if len(set(names)) < len(names):
        raise DataError(f"Two of these files have one name ({', '.join(sorted(names))}). Give each table once.")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, file in zip(names, files, strict=True):
            archive.writestr(name, file.getvalue())
    return path


def _told(dataset: Dataset) -> None:
    stars = ", ".join(number(star, 0 if star.is_integer() else 1) for star in dataset.stars)
    users = dataset.ratings["user_id"].nunique()
    st.success(
        f"It can be learned from: {len(dataset.ratings):,} ratings by {users:,} people of {len(dataset.movies):,} "
        f"movies, on the stars {stars}.",
        icon=":material/check_circle:",
    )
    door.show(dataset.report.as_dict())
    st.markdown("Train on it where the files are: `python -m recsys train --data FOLDER_OR_ZIP`.")
