"""Reads the files of a dataset out of a folder or a zip; a zip is never extracted, only read in memory."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Collection
from pathlib import Path
from typing import BinaryIO

from recsys.data.limits import COMMAND_LINE, MEGABYTE
from recsys.errors import DataError, shown

MEMBER_LIMIT = 1000
READ_AT_ONCE = MEGABYTE
AS_PUBLISHED = "Give the MovieLens file as it was published."

_SIGNATURES = {
    b"PK\x03\x04": "a zip or a spreadsheet",
    b"\x1f\x8b": "gzip-compressed",
    b"\x89PNG": "a picture",
    b"\x80\x04\x95": "a pickle",
    b"%PDF": "a PDF",
}


def read_files(path: Path, wanted: Collection[str], limit: int = COMMAND_LINE.unpacked) -> dict[str, bytes]:
    """The files with a wanted base name, as bytes, from a folder (or its only fitting subfolder) or a zip.

    Together they may have at most `limit` bytes, unpacked, counted while they are read. Raises DataError for more, and
    when the path is neither, or the zip is damaged, encrypted or suspicious.
    """
    try:
        if path.is_dir():
            return _from_folder(path, wanted, limit)
        if path.is_file():
            return read_zip(path.name, path, wanted, limit)
    except OSError as problem:
        raise DataError(f"{path.name} cannot be read: {problem.strerror or problem}.") from problem
    raise DataError(f"There is no folder or zip at {shown(str(path))}. Give the path of one.")


def refuse_foreign(name: str, data: bytes, remedy: str = AS_PUBLISHED) -> None:
    """Raise DataError, ending with the remedy, when bytes that should be a text table are something else."""
    for signature, kind in _SIGNATURES.items():
        if data.startswith(signature):
            raise DataError(f"{name} is {kind}, not a text table. {remedy}")
    start = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<", b"{", b"[")):
        raise DataError(f"{name} is an HTML or JSON document, not a text table. {remedy}")


def _from_folder(path: Path, wanted: Collection[str], limit: int) -> dict[str, bytes]:
    found = _files_in(path, wanted)
    if not found:
        inside = [
            files for folder in sorted(path.iterdir()) if folder.is_dir() and (files := _files_in(folder, wanted))
        ]
        if len(inside) > 1:
            raise DataError(f"{path.name} holds several datasets in its subfolders. Name one of those folders.")
        found = inside[0] if inside else []
    _within_limit(path.name, sum(file.stat().st_size for file in found), limit)
    contents: dict[str, bytes] = {}
    for file in found:
        with file.open("rb") as stream:
            contents[file.name] = _bounded(path.name, stream, contents, limit)
    return contents


def _files_in(folder: Path, wanted: Collection[str]) -> list[Path]:
    return [folder / name for name in wanted if (folder / name).is_file()]


def _within_limit(name: str, size: int, limit: int) -> None:
    if size > limit:
        most = f"{limit / MEGABYTE:,.0f} MB of tables, the most that are read"
        raise DataError(f"{name} unpacks to more than {most}. Give a part of it.")


def _bounded(name: str, stream: BinaryIO, before: dict[str, bytes], limit: int) -> bytes:
    """The rest of a stream; DataError as soon as that and what was read before are over the limit."""
    content, taken = io.BytesIO(), sum(map(len, before.values()))
    while part := stream.read(READ_AT_ONCE):
        taken += content.write(part)
        _within_limit(name, taken, limit)
    return content.getvalue()


def read_zip(zip_name: str, source: Path | BinaryIO, wanted: Collection[str], limit: int) -> dict[str, bytes]:
    """The members with a wanted base name, as bytes, from a zip on disk or in memory; DataError as `read_files`."""
    try:
        with zipfile.ZipFile(source) as archive:
            contents: dict[str, bytes] = {}
            for name, member in _chosen(zip_name, archive.infolist(), wanted, limit).items():
                with archive.open(member) as stream:
                    contents[name] = _bounded(zip_name, stream, contents, limit)
            return contents
    except (
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        EOFError,
        RuntimeError,
        ValueError,
    ) as problem:
        raise DataError(
            f"{zip_name} is not a zip that can be read ({shown(str(problem))}). Download or pack it again."
        ) from problem


def _chosen(
    zip_name: str, members: list[zipfile.ZipInfo], wanted: Collection[str], limit: int
) -> dict[str, zipfile.ZipInfo]:
    if len(members) > MEMBER_LIMIT:
        raise DataError(f"{zip_name} has {len(members):,} members; at most {MEMBER_LIMIT:,} are allowed.")
    chosen: dict[str, zipfile.ZipInfo] = {}
    for member in members:
        _refuse_suspicious(zip_name, member)
        base = member.filename.rsplit("/", 1)[-1]
        if base in wanted:
            if base in chosen:
                raise DataError(f"{zip_name} has two members named {base}. Keep one of them.")
            _refuse_unreadable(zip_name, member)
            chosen[base] = member
    _within_limit(zip_name, sum(member.file_size for member in chosen.values()), limit)
    if not chosen and any(member.filename.lower().endswith(".zip") for member in members):
        raise DataError(f"{zip_name} has another zip inside. Unpack it and give the inner one.")
    return chosen


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
