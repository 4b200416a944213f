"""A version as one zip, out of the shelf and into it; verified in full before it joins."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from recsys.core.atomic_file import new_folder, write_new
from recsys.data.archive import read_zip
from recsys.errors import BundleError, DataError, shown
from recsys.registry import bundle
from recsys.registry.active import IMPORTED
from recsys.registry.pointer import VERSION
from recsys.registry.registry import Registry
from recsys.registry.transitions import prune

LARGEST = 512 * 2**20  # bytes, packed or unpacked
MEMBERS = frozenset((bundle.MANIFEST, *bundle.FILES))


def packed(registry: Registry, version: str) -> bytes:
    """A version as a zip, byte for byte the same each time. BundleError for a damaged version.

    It holds people's ratings: who gets it gets them.
    """
    contents = bundle.read_files(registry.path(version))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            entry = zipfile.ZipInfo(name)  # unlike a bare name it carries no time of packing
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def unpack(registry: Registry, content: bytes, who: str, why: str = "") -> str:
    """Let a version out of a zip join the shelf; it answers only if nothing else does. Returns the version.

    Raises BundleError saying what is wrong with a zip that is not exactly one intact version of this format, or when
    the version is on the shelf already; then nothing was changed.
    """
    contents = _members(content)
    version = bundle.manifest_of(contents[bundle.MANIFEST], "the file")["version"]
    if not VERSION.fullmatch(version):
        raise BundleError(f"The manifest in the file names the version {shown(version)}, which is no version's name.")
    with registry.exclusive():
        if version in registry.versions():
            raise BundleError(f"{version} is on the shelf already. Nothing was changed.")
        _join(registry, version, contents)
        if registry.active_version() in (None, version):
            registry.activate(IMPORTED, version, who, why)
        else:
            registry.log_event(IMPORTED, version, who, why)
        prune(registry, who, version)
    return version


def _members(content: bytes) -> dict[str, bytes]:
    """The files of the zip, read in memory; each name is one that a version has."""
    if len(content) > LARGEST:
        raise BundleError(f"The file is larger than {LARGEST // 2**20} MB. Give one that `models export` has written.")
    try:
        found = read_zip("The file", io.BytesIO(content), MEMBERS, LARGEST)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except DataError as error:
        raise BundleError(str(error)) from error
    except Exception as error:  # what a reader of zips raises on foreign bytes is not listed anywhere
        raise BundleError(f"The file is not a zip that can be read ({shown(str(error))}). Export it again.") from error
    odd = sorted(set(names) ^ MEMBERS)
    if odd or len(names) != len(MEMBERS):
        told = shown(odd[0]) if odd else "twice the same"
        raise BundleError(f"The file is not a version of this format: {told} is missing, or should not be there.")
    return found


def _join(registry: Registry, version: str, contents: Mapping[str, bytes]) -> None:
    """Write a new version's files, and let it join the registry if it can be loaded."""
    with new_folder(registry.folder / version) as folder:
        for name in MEMBERS:
            write_new(folder / name, contents[name])
        bundle.load(folder)
