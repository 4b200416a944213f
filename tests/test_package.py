"""The package as pip installs it: its metadata, and a wheel that is built, unpacked and run without a network."""

from __future__ import annotations

import email
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import EntryPoint, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version
from pre_commit.clientlib import load_config

import recsys
from recsys.__main__ import main

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
BUILT_FROM = ("pyproject.toml", "requirements.txt", "README.md", "LICENSE")
BUILD = "import sys; from setuptools import build_meta; print(build_meta.build_wheel(sys.argv[1]))"


def package_files() -> set[str]:
    """Every file of the package, by its path from the repository."""
    files = (path for path in (ROOT / "recsys").rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(ROOT).as_posix() for path in files}


def requirements() -> set[Requirement]:
    """What requirements.txt names, as pip reads it."""
    lines = [line.partition("#")[0].strip() for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines()]
    return {Requirement(line) for line in lines if line}


def test_the_version_is_one_that_pip_understands():
    assert str(Version(recsys.__version__)) == recsys.__version__
    assert PROJECT["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "recsys.__version__"}
    assert "version" not in PROJECT["project"]


def test_the_script_is_the_command_line():
    (script,) = PROJECT["project"]["scripts"].items()
    assert script[0] == "recsys"
    assert EntryPoint(*script, group="console_scripts").load() is main


def test_every_other_file_of_the_package_is_package_data():
    declared = {
        path.relative_to(ROOT).as_posix()
        for package, patterns in PROJECT["tool"]["setuptools"]["package-data"].items()
        for pattern in patterns
        for path in (ROOT / package.replace(".", "/")).glob(pattern)
    }
    assert declared == {name for name in package_files() if not name.endswith(".py")}
    assert "recsys/py.typed" in declared


def test_the_oldest_python_is_the_one_that_ruff_writes_for():
    oldest = re.fullmatch(r">=3\.(\d+)", PROJECT["project"]["requires-python"])
    assert PROJECT["tool"]["ruff"]["target-version"] == f"py3{oldest[1]}"


def test_hooks_before_a_commit_fetch_no_other_repository():
    repositories = load_config(str(ROOT / ".pre-commit-config.yaml"))["repos"]
    assert [each["repo"] for each in repositories] == ["local"]
    developed_with = (ROOT / "requirements-dev.txt").read_text("utf-8")
    for hook in repositories[0]["hooks"]:
        tool = re.fullmatch(r"\.venv/bin/python -m (\w+) .*", hook["entry"])[1]
        assert re.search(f"^{tool}>=", developed_with, re.MULTILINE), hook["id"]
        assert hook["language"] in ("system", "unsupported")  # one word before pre-commit 4.4, the other since


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of this checkout, built from a copy so that nothing is left here."""
    if Version(version("setuptools")) < Version("77"):
        pytest.skip("the setuptools of this environment is older than requirements-dev.txt says")
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in BUILT_FROM:
        shutil.copy(ROOT / name, source)
    shutil.copytree(ROOT / "recsys", source / "recsys", ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-c", BUILD, str(target)]
    ran = subprocess.run(command, cwd=source, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
    return target / ran.stdout.splitlines()[-1]


def test_the_wheel_holds_the_package_and_nothing_else(wheel):
    with zipfile.ZipFile(wheel) as archive:
        assert {name for name in archive.namelist() if ".dist-info/" not in name} == package_files()


def test_the_wheel_says_what_it_is_and_needs(wheel):
    described = f"movie_recommender-{recsys.__version__}.dist-info"
    with zipfile.ZipFile(wheel) as archive:
        metadata = email.message_from_bytes(archive.read(f"{described}/METADATA"))
        scripts = archive.read(f"{described}/entry_points.txt").decode()
    assert (metadata["Name"], metadata["Version"]) == ("movie-recommender", recsys.__version__)
    assert metadata["License-Expression"] == "MIT"
    assert {Requirement(line) for line in metadata.get_all("Requires-Dist")} == requirements()
    assert scripts.split() == ["[console_scripts]", "recsys", "=", "recsys.__main__:main"]


def test_the_unpacked_wheel_runs_from_any_folder(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site-packages")
    code = """
        import recsys
        from recsys import settings
        from recsys.training.cost_estimates import reference
        print(settings.checkout(), recsys.__version__, reference("quick", 100_000).seconds > 0)
        print(settings.data_folder(), settings.models_folder(), sep="\\n")"""
    excluded = ("RECSYS_DATA", "RECSYS_MODELS", "PYTHONPATH")
    environment = {name: value for name, value in os.environ.items() if name not in excluded}
    environment |= {"PYTHONPATH": str(tmp_path / "site-packages"), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", "\n".join(line.strip() for line in code.splitlines())]
    ran = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    first, data, models = ran.stdout.splitlines()
    assert first == f"None {recsys.__version__} True"
    assert (Path(data).name, Path(models).name) == ("data", "models")
    assert Path(data).parent == Path(models).parent
    assert "movie-recommender" in Path(data).parts
