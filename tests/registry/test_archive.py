"""A version as one zip: bitwise the same in the registry that imports it, and nothing else is ever imported."""

from __future__ import annotations

import hashlib
import io
import json
import threading
import time
import tracemalloc
import zipfile
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pandas as pd
import pytest

from recsys.__main__ import main
from recsys.errors import BundleError, InputError, NoModelError, SourceError
from recsys.registry import Registry
from recsys.registry.archive import packed, unpack
from recsys.registry.manifest import sealed
from recsys.registry.remote_bundle import fetch_remote_bundle
from recsys.settings import bundle_address
from recsys.training import jobs, pipeline
from recsys.training.job_order import JobOrder
from recsys.training.jobs import child


@pytest.fixture
def registry(tmp_path):
    return Registry(tmp_path / "models")


@pytest.fixture(scope="module")
def exported(tiny_model, tmp_path_factory):
    """A version's name and its zip."""
    elsewhere = Registry(tmp_path_factory.mktemp("elsewhere"))
    version = elsewhere.publish(replace(tiny_model, manifest={"preset": "quick"}))
    return version, packed(elsewhere, version)


def repacked(content: bytes, **changes) -> bytes:
    """The zip with some members replaced, added or (None) left out."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()} | changes
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            if member is not None:
                archive.writestr(name, member)
    return target.getvalue()


def manifest_with(content: bytes, **changes) -> bytes:
    """The zip with a manifest that was changed and sealed again, as an attacker would."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    del manifest["seal"]
    return repacked(content, **{"manifest.json": sealed(manifest | changes)})


def test_the_zip_of_a_version_is_the_same_whenever_it_is_packed(registry, exported, monkeypatch):
    """Its sha256 is what `RECSYS_BUNDLE` names."""
    version, content = exported
    unpack(registry, content, "me")
    tomorrow = time.time() + 86_400
    monkeypatch.setattr(time, "time", lambda: tomorrow)
    assert packed(registry, version) == content


def test_a_version_is_the_same_in_the_other_registry(registry, exported, tiny_model):
    version, content = exported
    assert unpack(registry, content, "me", "moved") == version
    assert registry.load_active().version == version
    pairs = pd.DataFrame({"user_id": [1, 2, 60], "movie_id": [3, 40, 1]})
    assert registry.load_active().recommender.predict(pairs).equals(tiny_model.predict(pairs))
    assert packed(registry, version) == content
    (entry,) = registry.event_log()
    assert (entry.what, entry.who, entry.why) == ("imported", "me", "moved")


def test_an_imported_version_does_not_replace_the_active_one(registry, exported, tiny_model):
    active = registry.publish(tiny_model)
    unpack(registry, exported[1], "me")
    assert registry.load_active().version == active
    with pytest.raises(BundleError, match="already"):
        unpack(registry, exported[1], "me")


def with_flipped_bit(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        model = bytearray(archive.read("model.json"))
    model[len(model) // 2] ^= 1
    return repacked(content, **{"model.json": bytes(model)})


def with_link(content: bytes) -> bytes:
    target = io.BytesIO(content)
    with zipfile.ZipFile(target, "a") as archive:
        entry = zipfile.ZipInfo("extra")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return target.getvalue()


DAMAGES = {
    "empty": lambda content: b"",
    "no zip": lambda content: b"hello",
    "cut": lambda content: content[: len(content) // 2],
    "flipped": with_flipped_bit,
    "missing": lambda content: repacked(content, **{"arrays.npz": None}),
    "no manifest": lambda content: repacked(content, **{"manifest.json": None}),
    "extra": lambda content: repacked(content, **{"run.py": b"print()"}),
    "outside": lambda content: repacked(content, **{"../../model.json": b"{}"}),
    "absolute": lambda content: repacked(content, **{"/etc/model.json": b"{}"}),
    "nested": lambda content: repacked(content, **{"in/model.json": b"{}", "model.json": None}),
    "link": with_link,
    "bomb": lambda content: repacked(content, **{"model.json": b"\0" * 2**24}),
    "pickle": lambda content: repacked(content, **{"arrays.npz": b"\x80\x04\x95"}),
    "not JSON": lambda content: repacked(content, **{"manifest.json": b"{"}),
    "deep": lambda content: repacked(content, **{"manifest.json": b"[" * 100_000}),
    "other name": lambda content: manifest_with(content, version="../../x"),
    "no name": lambda content: manifest_with(content, version=None),
    "other settings": lambda content: manifest_with(content, settings={"boosting.trees": -1}),
    "other format": lambda content: manifest_with(content, format=99),
    "unsealed": lambda content: repacked(content, **{"manifest.json": b'{"version": "20260101-000000-aaaaaa"}'}),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_anything_else_is_refused_with_a_sentence_and_changes_nothing(registry, exported, damage, tmp_path):
    with pytest.raises(BundleError, match=r"\w+ \w+.*\."):
        unpack(registry, DAMAGES[damage](exported[1]), "me")
    assert registry.versions() == []
    assert {path.name for path in tmp_path.rglob("*")} <= {"models", "registry.lock"}
    with pytest.raises(NoModelError):
        registry.load_active()


def test_export_and_import_on_the_command_line(own_registry, tiny_model, tmp_path, capsys, monkeypatch):
    version, file = Registry().publish(tiny_model), tmp_path / "one.zip"
    assert main(["models", "export", "--output", str(file), "--json"]) == 0
    output = json.loads(capsys.readouterr().out)
    assert output["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    assert output["version"] == version
    monkeypatch.setenv("RECSYS_MODELS", str(tmp_path / "other"))
    assert main(["models", "import", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"version": version, "active": True}
    assert main(["models", "import", str(file)]) == 1
    assert main(["models", "import", str(tmp_path / "nothing.zip")]) == 2
    assert main(["models", "export", "--output", str(tmp_path / "no" / "folder.zip")]) == 2
    assert main(["models", "export", "20200101-000000-aaaaaa", "--output", str(file)]) == 2
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("path", ["", ".", "a folder"])
def test_an_export_that_cannot_be_written_is_a_sentence_and_leaves_nothing(
    own_registry, tiny_model, tmp_path, capsys, monkeypatch, path
):
    Registry().publish(tiny_model)
    home = tmp_path / "home"
    (home / "a folder").mkdir(parents=True)
    monkeypatch.chdir(home)
    assert main(["models", "export", "--output", path]) == 2
    assert f"--output: received '{path}'" in capsys.readouterr().err
    assert list(home.rglob("*")) == [home / "a folder"]


def test_a_file_that_is_too_large_is_not_read_in_full(own_registry, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("recsys.registry.archive.LARGEST", 2**20)
    with open(tmp_path / "large", "wb") as file:
        file.truncate(2**26)
    tracemalloc.start()
    try:
        assert main(["models", "import", str(tmp_path / "large")]) == 1
        assert tracemalloc.get_traced_memory()[1] < 2**24
    finally:
        tracemalloc.stop()
    assert "larger than 1 MB" in capsys.readouterr().err


@pytest.fixture
def served(exported):
    """The address of a real local server with the zip."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.path == "/model.zip" else 404)
            self.end_headers()
            self.wfile.write(exported[1])

        def log_message(self, format, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/model.zip"
    server.shutdown()
    server.server_close()


def no_progress(phase: str, fraction: float, message: str) -> None:
    """Progress callback that does nothing."""


def test_a_host_that_woke_up_empty_fetches_its_model_and_trains_nothing(registry, exported, served, monkeypatch):
    monkeypatch.setenv("RECSYS_BUNDLE", f"{served}#sha256={hashlib.sha256(exported[1]).hexdigest()}")
    monkeypatch.setattr(pipeline, "train_and_publish", lambda *_, **__: pytest.fail("trained"))
    assert child.main(JobOrder(str(registry.folder), remote_bundle_first=True).command()[3:]) == 0
    assert registry.load_active().version == jobs.status(registry.folder).version == exported[0]


def test_a_file_with_another_sha256_is_not_used(registry, served, monkeypatch):
    monkeypatch.setenv("RECSYS_BUNDLE", f"{served}#sha256={'0' * 64}")
    with pytest.raises(BundleError, match="sha256"):
        fetch_remote_bundle(registry, no_progress)
    monkeypatch.setenv("RECSYS_BUNDLE", f"{served}.gone#sha256={'0' * 64}")
    with pytest.raises(SourceError, match="404"):
        fetch_remote_bundle(registry, no_progress)
    assert registry.versions() == []


def test_without_the_remote_bundle_a_model_is_trained(registry, served, monkeypatch, capsys):
    class Trained(Exception):
        """The training began."""

    def train_and_publish(*_, **__):
        raise Trained

    monkeypatch.setenv("RECSYS_BUNDLE", f"{served}#sha256={'0' * 64}")
    monkeypatch.setattr(pipeline, "train_and_publish", train_and_publish)
    with pytest.raises(Trained):
        child.main(JobOrder(str(registry.folder), remote_bundle_first=True).command()[3:])
    assert "A new one is trained" in capsys.readouterr().err


@pytest.mark.parametrize(
    "setting", ["file:///etc/passwd#sha256=" + "0" * 64, "https://host/x.zip", "https://h/x#sha256=12", "x"]
)
def test_a_wrong_setting_is_refused_with_the_right_form(monkeypatch, setting):
    monkeypatch.setenv("RECSYS_BUNDLE", setting)
    with pytest.raises(InputError, match="64 hexadecimal digits"):
        bundle_address()


def test_without_the_setting_nothing_is_fetched(monkeypatch, registry):
    monkeypatch.setenv("RECSYS_BUNDLE", " ")
    assert fetch_remote_bundle(registry, no_progress) is None
