"""A watchlist of ids and titles, from a text or a file, with a match or choices for every line."""

from __future__ import annotations

from typing import cast

import pytest

from recsys.errors import DataError
from recsys.list_option_table import LIST_OPTIONS
from recsys.visitor.matching import AMBIGUOUS, MATCHED, UNKNOWN, Match, Matcher
from recsys.visitor.watchlist import SIZE_LIMIT, read_lines, read_watchlist


@pytest.fixture(scope="module")
def read(tiny_model):
    matcher = Matcher.of(tiny_model.catalogue, tiny_model.titles)
    return lambda text: read_watchlist(text, matcher, tiny_model.has_movie)


@pytest.mark.parametrize(
    ("line", "status", "movies"),
    [
        ("7", MATCHED, (7,)),
        ("#7", MATCHED, (7,)),
        ("# 7 whatever is said here", MATCHED, (7,)),
        ("Movie 7, The (1957)", MATCHED, (7,)),
        ("the MOVIE 7", MATCHED, (7,)),
        ("The Movie 7 (1958)", MATCHED, (7,)),
        ("The Movie 7 (1960)", UNKNOWN, None),
        ("41", UNKNOWN, ()),
        ("0", UNKNOWN, ()),
        ("nothing like it", UNKNOWN, ()),
        ("=1+1", UNKNOWN, ()),
    ],
)
def test_a_line_is_matched(read, line, status, movies):
    (matched,) = read(f"\n  {line} \r\n").lines
    assert (matched.number, matched.text, matched.status) == (2, line, status)
    assert movies is None or matched.movie_ids == movies


def test_movies_are_listed_once_and_unclear_lines_apart(read):
    watchlist = read("7\nThe Movie 7\nno\n\n3\nnever")
    assert watchlist.movie_ids == [7, 3]
    assert [line.number for line in watchlist.unclear] == [3, 6]
    assert watchlist.unread == 0


def test_two_movies_of_one_name_are_not_guessed():
    class TwoSabrinas:
        def match(self, queries):
            return [Match(AMBIGUOUS, (4, 9)) for _ in queries]

    watchlist = read_watchlist("Sabrina", cast(Matcher, TwoSabrinas()), lambda _: False)
    assert (watchlist.movie_ids, watchlist.unclear[0].movie_ids) == ([], (4, 9))


def test_lines_beyond_the_limit_are_counted(read):
    most_movies = LIST_OPTIONS["only"].most_items
    watchlist = read("7\n" * (most_movies + 3))
    assert (len(watchlist.lines), watchlist.unread) == (most_movies, 3)


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"Alien\n\nGodfather, The (1972)\r\n50", ["Alien", "Godfather, The (1972)", "50"]),
        (b"movieId,title\n7,Alien\n8,\n,Heat", ["#7 Alien", "#8", "Heat"]),
        (
            b'Date,Name,Year,Letterboxd URI\n2020-01-01,Alien,1979,x\n2020-01-01,"Heat, a\nfilm",,x',
            ["Alien (1979)", "Heat, a film"],
        ),
        ("title;year\nAmélie;2001".encode("utf-8-sig"), ["Amélie (2001)"]),
        ("title\tyear\nAmélie (2001)\t2001".encode("utf-16"), ["Amélie (2001)"]),
        (b"title,year\nAlien,MCMLXXIX\nHeat", ["Alien", "Heat"]),
    ],
)
def test_a_file_becomes_lines(data, lines):
    assert read_lines(data) == lines


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" \n",
        b"PK\x03\x04zip",
        b"\x89PNG\r\n",
        b"<html>",
        b'{"a": 1}',
        b"a\0b",
        b"x" * (SIZE_LIMIT + 1),
        b'title\n"' + b"x" * 200_000,
    ],
    ids=lambda data: repr(data[:12]),
)
def test_other_files_are_refused_with_a_message(data):
    with pytest.raises(DataError, match=r"\."):
        read_lines(data)
