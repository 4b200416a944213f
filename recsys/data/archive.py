"""Reads the files of a dataset out of a folder or a zip; a zip is never extracted, only read in memory."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Collection
from pathlib import Path
from typing import IO, BinaryIO

from recsys.data.limits import COMMAND_LINE, MEGABYTE
from recsys.errors import DataError, shown

MEMBER_LIMIT = 1000
CHUNK_BYTES = MEGABYTE
AS_PUBLISHED = "Give the MovieLens file as it was published."

_SIGNATURES = {
    b"PK\x03\x04": "a zip or a spreadsheet",
    b"\x1f\x8b": "gzip-compressed",
    b"\x89PNG": "a picture",
    b"\x80\x04\x95": "a pickle",
    b"%PDF": "a PDF",
}


def read_files(path: Path, names: Collection[str], limit: int = COMMAND_LINE.unpacked) -> dict[str, bytes]:
    """Read the files with these base names from a folder (or its only subfolder that has any) or a zip.

    Parameters
    ----------
    path : Path
        Folder or zip.
    names : collection of str
        Base names; files that do not exist are left out.
    limit : int
        Most bytes of all files together, unpacked, counted while they are read.

    Returns
    -------
    dict of str to bytes
        Contents by base name.

    Raises
    ------
    DataError
        More bytes than the limit, no such folder or zip, or a zip that is damaged, encrypted or suspicious.
    """
    try:
        if path.is_dir():
            return _from_folder(path, names, limit)
        if path.is_file():
            return read_zip(path.name, path, names, limit)
    except OSError as error:
        raise DataError(f"{path.name} cannot be read: {error.strerror or error}.") from error
    raise DataError(f"There is no folder or zip at {shown(str(path))}. Give the path of one.")


def refuse_foreign(name: str, data: bytes, remedy: str = AS_PUBLISHED) -> None:
    """Raise DataError, ending with the remedy, for bytes that are no text table."""
    for signature, kind in _SIGNATURES.items():
        if data.startswith(signature):
            raise DataError(f"{name} is {kind}, not a text table. {remedy}")
    start = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<", b"{", b"[")):
        raise DataError(f"{name} is an HTML or JSON document, not a text table. {remedy}")


def _from_folder(path: Path, names: Collection[str], limit: int) -> dict[str, bytes]:
    files = _files_in(path, names)
    if not files:
        datasets = [
            inner_files
            for folder in sorted(path.iterdir())
            if folder.is_dir() and (inner_files := _files_in(folder, names))
        ]
        if len(datasets) > 1:
            raise DataError(f"{path.name} holds several datasets in its subfolders. Name one of those folders.")
        files = datasets[0] if datasets else []
    _require_within_limit(path.name, sum(file.stat().st_size for file in files), limit)
    contents: dict[str, bytes] = {}
    for file in files:
        with file.open("rb") as stream:
            contents[file.name] = _read_within_limit(path.name, stream, contents, limit)
    return contents


def _files_in(folder: Path, names: Collection[str]) -> list[Path]:
    return [folder / file_name for file_name in names if (folder / file_name).is_file()]


def _require_within_limit(name: str, size: int, limit: int) -> None:
    if size > limit:
        maximum = f"{limit / MEGABYTE:,.0f} MB of tables, the most that are read"
        raise DataError(f"{name} unpacks to more than {maximum}. Give a part of it.")


def _read_within_limit(name: str, stream: IO[bytes], contents: dict[str, bytes], limit: int) -> bytes:
    """The bytes of a stream; DataError as soon as they and the contents read before exceed the limit."""
    content, size = io.BytesIO(), sum(map(len, contents.values()))
    while chunk := stream.read(CHUNK_BYTES):
        size += content.write(chunk)
        _require_within_limit(name, size, limit)
    return content.getvalue()


def read_zip(
    zip_name: str, source: Path | BinaryIO, names: Collection[str], limit: int, ignored_folders: Collection[str] = ()
) -> dict[str, bytes]:
    """Read the members with these base names from a zip on disk or in memory. Limit and errors as `read_files`.

    Members in a folder with one of the `ignored_folders`' names are left out.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            contents: dict[str, bytes] = {}
            members = [member for member in archive.infolist() if not _is_in(member, ignored_folders)]
            for name, member in _select_members(zip_name, members, names, limit).items():
                with archive.open(member) as stream:
                    contents[name] = _read_within_limit(zip_name, stream, contents, limit)
            return contents
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        EOFError,
        RuntimeError,
        ValueError,
    ) as error:
        raise DataError(
            f"{zip_name} is not a readable zip ({shown(str(error))}). Download or pack it again."
        ) from error


def _is_in(member: zipfile.ZipInfo, folders: Collection[str]) -> bool:
    return not set(folders).isdisjoint(member.filename.split("/")[:-1])


def _select_members(
    zip_name: str, members: list[zipfile.ZipInfo], names: Collection[str], limit: int
) -> dict[str, zipfile.ZipInfo]:
    if len(members) > MEMBER_LIMIT:
        raise DataError(f"{zip_name} has {len(members):,} members; at most {MEMBER_LIMIT:,} are allowed.")
    selected: dict[str, zipfile.ZipInfo] = {}
    for member in members:
        _refuse_suspicious(zip_name, member)
        base_name = member.filename.rsplit("/", 1)[-1]
        if base_name in names:
            if base_name in selected:
                raise DataError(f"{zip_name} has two members named {base_name}. Keep one of them.")
            _refuse_unreadable(zip_name, member)
            selected[base_name] = member
    _require_within_limit(zip_name, sum(member.file_size for member in selected.values()), limit)
    if not selected and any(member.filename.lower().endswith(".zip") for member in members):
        raise DataError(f"{zip_name} has another zip inside. Unpack it and give the inner one.")
    return selected


def _refuse_suspicious(zip_name: str, member: zipfile.ZipInfo) -> None:
    name = member.filename.replace("\\", "/")
    if name.startswith("/") or ".." in name.split("/") or name[1:2] == ":":
        raise DataError(f"{zip_name} has a member that points outside it ({shown(name)}). It is refused.")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise DataError(f"{zip_name} has a link instead of a file ({shown(name)}). Pack the file itself.")


def _refuse_unreadable(zip_name: str, member: zipfile.ZipInfo) -> None:
    name = shown(member.filename)
    if member.flag_bits & 0x1:
        raise DataError(f"{zip_name} is encrypted ({name}). Give a zip without a password.")
