"""The tiles of MovieLens 100K: varied, small, whole titles."""

from __future__ import annotations

from collections import Counter

import pytest

from benchmarks.contact_sheet import main, tile_movies
from recsys.tiles import tile
from recsys.tiles.composition import compose, motif_of
from recsys.tiles.motifs import MOTIFS
from tests.tiles.tile_samples import picture_of

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def catalogue(ml_100k):
    return tile_movies(ml_100k)


def test_every_motif_is_some_movie_s(catalogue):
    assert {motif_of(movie) for movie in catalogue} == {motif for motifs in MOTIFS.values() for motif in motifs}


def test_tiles_differ(catalogue):
    pictures = Counter(picture_of(tile(movie)) for movie in catalogue)
    assert max(pictures.values()) <= 3
    assert len(pictures) > 0.97 * len(catalogue)


def test_no_title_is_cut(catalogue):
    for movie in catalogue:
        c = compose(movie)
        assert movie.name.endswith(("…", "...")) or not c.title.lines[-1].endswith("…"), movie
        assert c.subtitle is None or not c.subtitle.lines[-1].endswith("…"), movie


def test_tiles_are_small(catalogue):
    sizes = sorted(len(tile(movie).encode()) for movie in catalogue)
    assert sizes[len(sizes) // 2] < 2_000
    assert sizes[-1] < 6_000


def test_the_contact_sheet_shows_one_genre(tmp_path, capsys, ml_100k, monkeypatch):
    monkeypatch.setattr("recsys.load_dataset", lambda _: ml_100k)
    assert main(["--genre", "Fantasy", "--theme", "dark", "--out", str(tmp_path / "tiles.html")]) == 0
    page = (tmp_path / "tiles.html").read_text("utf-8")
    assert page.count('role="img"') == 14
    assert "14 movies" in capsys.readouterr().out
