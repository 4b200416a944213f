"""A version as one zip: exported from a registry, or verified in full and imported into one."""

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
    """A version as a zip, byte for byte the same each time. It contains the users' ratings.

    Raises BundleError for a damaged version.
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
    """Import a version from a zip; it becomes active only in a registry without an active version.

    Parameters
    ----------
    registry
        Where the version is added.
    content
        The bytes of a zip that `packed` made.
    who, why
        For the event log.

    Returns
    -------
    str
        The version's name.

    Raises
    ------
    BundleError
        When the zip is not exactly one intact version of this format, or its version exists already. Then nothing was
        changed.
    """
    contents = _members(content)
    version = bundle.manifest_of(contents[bundle.MANIFEST], "the file")["version"]
    if not VERSION.fullmatch(version):
        raise BundleError(f"The file names its version {shown(version)}, which is not a valid name.")
    with registry.exclusive():
        if version in registry.versions():
            raise BundleError(f"{version} exists already. Nothing was changed.")
        _add(registry, version, contents)
        if registry.active_version() in (None, version):
            registry.activate(IMPORTED, version, who, why)
        else:
            registry.log_event(IMPORTED, version, who, why)
        prune(registry, who, version)
    return version


def _members(content: bytes) -> dict[str, bytes]:
    """The zip's files by name, read in memory. Raises BundleError unless they are exactly a version's files."""
    if len(content) > LARGEST:
        raise BundleError(f"The file is larger than {LARGEST // 2**20} MB. Give a model exported from this app.")
    try:
        members = read_zip("The file", io.BytesIO(content), MEMBERS, LARGEST)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except DataError as error:
        raise BundleError(str(error)) from error
    except Exception as error:  # zipfile does not document what it raises on foreign bytes
        raise BundleError(f"The file is not a readable zip ({shown(str(error))}). Export the model again.") from error
    differing = sorted(set(names) ^ MEMBERS)
    if differing or len(names) != len(MEMBERS):
        problem = f"{shown(differing[0])} is missing or unexpected" if differing else "it has a file twice"
        raise BundleError(f"The file is not a model exported from this app: {problem}.")
    return members


def _add(registry: Registry, version: str, contents: Mapping[str, bytes]) -> None:
    """Write a new version's files, and add it to the registry if it can be loaded."""
    with new_folder(registry.folder / version) as folder:
        for name in MEMBERS:
            write_new(folder / name, contents[name])
        bundle.load(folder)
