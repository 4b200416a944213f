"""Layout of uploaded files for the reader: one zip as it is, or tables in a folder under standard names."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol, cast

from recsys.data import movielens
from recsys.data.limits import MEGABYTE, ReadLimits
from recsys.errors import DataError
from recsys.ui.common.uploads import store_upload

ZIP_NAME, FOLDER_NAME = "Your file.zip", "Your files"  # as in messages
SCALE_FILE = movielens.FILES["scale"][0]


class UploadedFile(Protocol):
    """An uploaded file: its name, its content, and the id of this upload."""

    name: str
    file_id: str

    def getvalue(self) -> bytes: ...


def lay_out(
    files: Sequence[UploadedFile], scratch: Path, read_limits: ReadLimits, scale: str | None = None
) -> tuple[Path, list[str]]:
    """The zip or a folder with the tables, and a note on each ignored file that is not a table.

    The choice of a scale is stored beside the ratings, where a training finds it. Raises DataError.
    """
    if (size := sum(len(file.getvalue()) for file in files)) > read_limits.packed:
        raise DataError(f"{FOLDER_NAME} have {size / MEGABYTE:,.1f} MB. Give at most {read_limits}.")
    if len(files) == 1 and (files[0].name.lower().endswith(".zip") or zipfile.is_zipfile(_stream(files[0]))):
        return _store_zip(files[0], scratch, scale), []
    folder = scratch / FOLDER_NAME
    folder.mkdir()
    notes = _write_tables(folder, files, read_limits)
    if scale is not None:
        (folder / SCALE_FILE).write_text(scale)
    return folder, notes


def _store_zip(file: UploadedFile, scratch: Path, scale: str | None) -> Path:
    path = store_upload(_stream(file), scratch).rename(scratch / ZIP_NAME)
    if scale is not None:
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr(zipfile.ZipInfo(SCALE_FILE), scale)
    return path


def _stream(file: UploadedFile) -> BinaryIO:
    """The upload as a binary stream, which Streamlit's uploads are."""
    return cast("BinaryIO", file)


def _write_tables(folder: Path, files: Sequence[UploadedFile], read_limits: ReadLimits) -> list[str]:
    """Write each table under its standard name; return a note on each ignored file that is not a table."""
    notes: list[str] = []
    for file in files:
        try:
            name = _standard_name(PurePosixPath(file.name.replace("\\", "/")).name, file.getvalue(), read_limits)
        except DataError as problem:
            notes.append(f"Ignored: {problem}")
            continue
        if (folder / name).exists():
            raise DataError(f"Two of these files are the same table ({name}). Give each table once.")
        (folder / name).write_bytes(file.getvalue())
    return notes


def zip_folder(folder: Path) -> Path:
    """Zip a folder; without timestamps, so that the same files give the same zip."""
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.iterdir()):
            archive.writestr(zipfile.ZipInfo(file.name), file.read_bytes(), zipfile.ZIP_DEFLATED)
    return path


def _standard_name(name: str, data: bytes, read_limits: ReadLimits) -> str:
    """The file's name if it is one of MovieLens, otherwise the standard name for its columns."""
    kind = movielens.kind_of(name, data, read_limits)
    return name if name in movielens.FILES[kind] else f"{kind}.csv"
