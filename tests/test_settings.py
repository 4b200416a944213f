"""The folders of data and models: in a checkout beside the app, else in the user's data folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from recsys import settings
from recsys.__main__ import main

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def no_folder_settings(monkeypatch):
    monkeypatch.delenv("RECSYS_DATA", raising=False)
    monkeypatch.delenv("RECSYS_MODELS", raising=False)


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """The package in a folder without the app; returns the user's data folder, which does not exist yet."""
    user_data = tmp_path / "user" / "movie-recommender"
    monkeypatch.setattr(settings, "REPOSITORY", tmp_path / "site-packages")
    monkeypatch.setattr(settings, "user_data_path", lambda name, appauthor: tmp_path / "user" / name)
    return user_data


def test_a_checkout_has_data_and_models_beside_the_app():
    assert settings.checkout() == ROOT
    assert settings.data_folder() == ROOT / "data"
    assert settings.models_folder() == ROOT / "models"
    assert settings.command() == "python -m recsys"


def test_an_installed_package_has_data_and_models_in_the_users_data_folder(installed):
    assert settings.checkout() is None
    assert settings.data_folder() == installed / "data"
    assert settings.models_folder() == installed / "models"
    assert settings.command() == "recsys"
    assert not installed.exists(), "reading a setting creates no folder"


@pytest.mark.parametrize("missing", settings.CHECKOUT_FILES)
def test_a_checkout_has_all_files_of_the_app(missing, installed):
    for name in settings.CHECKOUT_FILES:
        if name != missing:
            path = settings.REPOSITORY / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    assert settings.checkout() is None


def test_the_settings_override_both_folders(installed, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RECSYS_DATA", "ratings")
    monkeypatch.setenv("RECSYS_MODELS", str(tmp_path / "trained"))
    assert settings.data_folder() == tmp_path / "ratings"
    assert settings.models_folder() == tmp_path / "trained"


def test_help_names_both_folders(installed, capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("usage: recsys ")
    assert f"ratings: {installed / 'data'} (RECSYS_DATA)" in lines
    assert f"models:  {installed / 'models'} (RECSYS_MODELS)" in lines


def test_errors_without_a_model_name_the_installed_command(installed, capsys):
    assert main(["predict", "--user", "6", "--movie", "8"]) == 3
    assert "Train one: recsys train" in capsys.readouterr().err
    assert main(["models"]) == 3
    assert "Train one: recsys train" in capsys.readouterr().err
