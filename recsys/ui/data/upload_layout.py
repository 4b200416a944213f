"""Uploaded files as a dataset is read: one zip as it is, or tables in a folder under names that tell what they are."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Protocol

from recsys.data import movielens
from recsys.data.limits import MEGABYTE, ReadLimits
from recsys.errors import DataError
from recsys.ui.common.uploads import keep_upload

ZIP_NAME, FOLDER_NAME = "Your file.zip", "Your files"  # what messages call them
SCALE_FILE = movielens.FILES["scale"][0]


class File(Protocol):
    """An uploaded file: its name, its content as a stream, and the id of this one upload."""

    name: str
    file_id: str

    def getvalue(self) -> bytes: ...


def laid_out(
    files: Sequence[File], scratch: Path, allowed: ReadLimits, scale: str | None = None
) -> tuple[Path, list[str]]:
    """The one zip, or a folder with the tables, and a sentence on each file that is no table and was left out.

    A choice of a scale is put beside the ratings, where a training finds it. Raises DataError.
    """
    if (size := sum(len(file.getvalue()) for file in files)) > allowed.packed:
        raise DataError(f"{FOLDER_NAME} have {size / MEGABYTE:,.1f} MB. Give at most {allowed}.")
    if len(files) == 1 and (files[0].name.lower().endswith(".zip") or zipfile.is_zipfile(files[0])):
        return _zip_of_ones_own(files[0], scratch, scale), []
    folder = scratch / FOLDER_NAME
    folder.mkdir()
    notes = _tables_into(folder, files, allowed)
    if scale is not None:
        (folder / SCALE_FILE).write_text(scale)
    return folder, notes


def _zip_of_ones_own(file: File, scratch: Path, scale: str | None) -> Path:
    path = keep_upload(file, scratch).rename(scratch / ZIP_NAME)
    if scale is not None:
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr(zipfile.ZipInfo(SCALE_FILE), scale)
    return path


def _tables_into(folder: Path, files: Sequence[File], allowed: ReadLimits) -> list[str]:
    """Write each table under a name that tells what it is. A sentence on each file that is no table comes back."""
    notes: list[str] = []
    for file in files:
        try:
            name = _name(PurePosixPath(file.name.replace("\\", "/")).name, file.getvalue(), allowed)
        except DataError as problem:
            notes.append(f"Ignored: {problem}")
            continue
        if (folder / name).exists():
            raise DataError(f"Two of these files are one table ({name}). Give each table once.")
        (folder / name).write_bytes(file.getvalue())
    return notes


def packed(folder: Path) -> Path:
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
