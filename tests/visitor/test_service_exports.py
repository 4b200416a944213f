"""Letterboxd's and IMDb's exports are read whatever their encoding; anything else is refused with a message."""

from __future__ import annotations

import gzip
import io
import zipfile
from dataclasses import replace

import pytest

from recsys.errors import DataError
from recsys.visitor.scale import nearest_star
from recsys.visitor.service_exports import RATED, SAVED, SEEN, ServiceExport, read_export

LETTERBOXD = (
    "Date,Name,Year,Letterboxd URI,Rating\n"
    "2024-01-05,Se7en,1995,https://boxd.it/2aqa,4.5\n"
    '2024-01-06,"The Good, the Bad and the Ugly",1966,https://boxd.it/2b0y,5\n'
    "2024-01-06,Amélie,2001,https://boxd.it/29Xe,0.5\n"
)
EMPTY_LIST = "Date,Name,Year,Letterboxd URI\n"
LIST = EMPTY_LIST + "2024-01-05,Se7en,1995,https://boxd.it/2aqa\n2024-01-06,Hate,1995,https://boxd.it/2b0y\n"
IMDB = (
    "Const,Your Rating,Date Rated,Title,Original Title,URL,Title Type,IMDb Rating,Runtime (mins),Year,Genres\n"
    "tt0113247,8,2024-01-05,Hate,La haine,https://www.imdb.com/title/tt0113247,Movie,8.1,98,1995,Drama\n"
    "tt0903747,10,2024-01-05,Breaking Bad,Breaking Bad,u,TV Series,9.5,45,2008,Crime\n"
    "tt0068646,1,2024-01-05,The Godfather,The Godfather,u,Movie,9.2,175,1972,Crime\n"
)


def read(text: str) -> ServiceExport:
    return read_export(text.encode())


def zipped(files: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def test_letterboxd():
    export = read(LETTERBOXD)
    assert (export.export_format.service, export.export_format.top) == ("Letterboxd", 5)
    assert [(row.line, row.titles, row.year, row.grade, row.date, row.problem) for row in export.rows] == [
        (2, ("Se7en",), 1995, 4.5, "2024-01-05", ""),
        (3, ("The Good, the Bad and the Ugly",), 1966, 5.0, "2024-01-06", ""),
        (4, ("Amélie",), 2001, 0.5, "2024-01-06", ""),
    ]


def test_imdb_has_original_titles_and_its_series_are_refused():
    export = read(IMDB)
    assert (export.export_format.service, export.export_format.top) == ("IMDb", 10)
    assert [(row.titles, row.grade, row.problem) for row in export.rows] == [
        (("Hate", "La haine"), 8, ""),
        (("Breaking Bad",), 10, "not a film: TV Series"),
        (("The Godfather",), 1, ""),
    ]


def test_imdb_as_it_was_until_2017():
    header = (
        "position,const,created,modified,description,Title,Title type,Directors,You rated,IMDb Rating,Runtime (mins),"
        "Year,Genres,Num. Votes,Release Date (month/day/year),URL"
    )
    rows = (
        ("1,tt0068646,Sat Jan  4 00:00:00 2014,,,The Godfather,Feature Film", "9,9.2,175,1972,crime,1,1972-03-15,u"),
        ("2,tt0903747,Sat Jan  4 00:00:00 2014,,,Breaking Bad,TV Series", "10,9.5,45,2008,crime,1,2008-01-20,u"),
        ("3,tt0000001,Thu Oct 18 00:00:00 2012,,,A Trip,Short Film", "7,8.0,12,1902,short,1,1902-01-01,u"),
        ("4,tt0110357,,,,The Lion King,Feature Film", "8,8.5,88,1994,animation,1,1994-06-24,u"),
    )
    quoted = [",".join(f'"{cell}"' for cell in line.split(",")) for line in (header, *(f"{a},x,{b}" for a, b in rows))]
    export = read("\n".join(quoted) + "\n")
    assert (export.export_format.service, export.export_format.top) == ("IMDb", 10)
    assert [(row.titles, row.year, row.grade, row.date, row.problem) for row in export.rows] == [
        (("The Godfather",), 1972, 9, "2014-01-04", ""),
        (("Breaking Bad",), 2008, 10, "2014-01-04", "not a film: TV Series"),
        (("A Trip",), 1902, 7, "2012-10-18", "not a film: Short Film"),
        (("The Lion King",), 1994, 8, "", ""),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_make_no_difference(encoding, end):
    assert read_export(LETTERBOXD.replace("\n", end).encode(encoding)) == read(LETTERBOXD)


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_a_spreadsheet_may_have_changed_the_separator(separator):
    changed = LETTERBOXD.replace("The Good, the", "The Good| the").replace(",", separator)
    assert read(changed.replace("|", separator) if separator == "|" else changed).rows[0] == read(LETTERBOXD).rows[0]


def test_columns_are_found_by_name_in_any_order():
    rows = read("Rating,Extra,Year,Name\n4.5,x,1995,Se7en").rows
    assert [(row.titles, row.year, row.grade, row.problem) for row in rows] == [(("Se7en",), 1995, 4.5, "")]


@pytest.mark.parametrize("prefix", ["", "letterboxd-somebody-2024/"])
def test_letterboxds_zip_is_read_in_memory(prefix, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lists = {"lists/watchlist.csv": "x", "deleted/ratings.csv": "x", "likes/films.csv": "x"}
    files = {"profile.csv": "x", "ratings.csv": LETTERBOXD, "watched.csv": LIST, "watchlist.csv": EMPTY_LIST} | lists
    rows = read_export(zipped({f"{prefix}{name}": content for name, content in files.items()})).rows
    assert [replace(row, file="") for row in rows[:3]] == list(read(LETTERBOXD).rows)
    assert [(row.file, row.line, row.role, row.titles[0], row.date) for row in rows[2:]] == [
        ("ratings.csv", 4, RATED, "Amélie", "2024-01-06"),
        ("watched.csv", 2, SEEN, "Se7en", "2024-01-05"),
        ("watched.csv", 3, SEEN, "Hate", "2024-01-06"),
    ]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("file_name", "role"),
    [
        ("watchlist.csv", SAVED),
        ("watchlist-maya-2024-02-01-10-30-utc.csv", SAVED),
        ("WATCHLIST (2).csv", SAVED),
        ("my watch list.csv", SAVED),
        ("watched.csv", SEEN),
        ("Unwatched.csv", SAVED),
        ("films.csv", ""),
        ("", ""),
        ("../../watchlist", SAVED),
    ],
)
def test_a_list_is_what_its_name_says(file_name, role):
    export = read_export(LIST.encode(), file_name)
    assert [(row.titles[0], row.year, row.role, row.problem) for row in export.rows] == [
        ("Se7en", 1995, role, ""),
        ("Hate", 1995, role, ""),
    ]


def test_imdbs_lists_may_have_ratings():
    header = (
        "Position,Const,Created,Modified,Description,Title,Original Title,URL,Title Type,IMDb Rating,Year,Your Rating"
    )
    rows = (
        "1,tt0113247,2024-01-05,2024-01-06,,Hate,La haine,u,Movie,8.1,1995,",
        "2,tt0068646,2024-01-07,2024-01-08,,The Godfather,The Godfather,u,Movie,9.2,1972,9",
        "3,tt0903747,2024-01-05,2024-01-06,,Breaking Bad,Breaking Bad,u,TV Series,9.5,2008,",
        "4,tt0113277,2024-01-05,2024-01-06,,Heat,Heat,u,Movie,8.3,1995,11",
    )
    export = read_export("\n".join([header, *rows]).encode(), "WATCHLIST.csv")
    assert (export.export_format.service, export.export_format.top) == ("IMDb", 10)
    assert [(row.titles[0], row.role, row.date, row.problem) for row in export.rows] == [
        ("Hate", SAVED, "2024-01-05", ""),
        ("The Godfather", RATED, "2024-01-07", ""),
        ("Breaking Bad", SAVED, "2024-01-05", "not a film: TV Series"),
        ("Heat", RATED, "2024-01-05", "rating '11' is off the scale (1 to 10 in steps of 1)"),
    ]
    without_ratings = [line.rsplit(",", 1)[0] for line in (header, rows[0])]
    assert [row.role for row in read("\n".join(without_ratings)).rows] == [""]


def test_a_diary_has_seen_movies_without_a_rating():
    text = "Date,Name,Year,Letterboxd URI,Rating,Rewatch,Tags,Watched Date\n"
    rows = read(text + "2024-01-05,Se7en,1995,u,4.5,,,2024-01-04\n2024-01-05,Hate,1995,u,,Yes,,2024-01-04\n").rows
    assert [(row.titles[0], row.role, row.problem) for row in rows] == [("Se7en", RATED, ""), ("Hate", SEEN, "")]


def test_a_file_for_letterboxds_import_is_read_without_its_quotation():
    rows = read("Title,Year,Rating\n'+1,2013,3.5\n'Twas the Night,1974,\n").rows
    assert [(row.titles[0], row.grade > 0, row.role) for row in rows] == [
        ("+1", True, RATED),
        ("'Twas the Night", False, SEEN),
    ]


@pytest.mark.parametrize(
    ("cells", "problem"),
    [
        ("NA,1995,x,4", ""),
        ("=1+1,1995,x,4", ""),
        ("Se7en,,x,4", ""),
        ("Se7en,soon,x,4", ""),
        (",1995,x,4", "without a title"),
        ("Se7en,1995,x,", "without a rating"),
        ("Se7en,1995,x,★★★★", "is not a number"),
        ("Se7en,1995,x,inf", "is not a number"),
        ("Se7en,1995,x,0", "off the scale (0.5 to 5 in steps of 0.5)"),
        ("Se7en,1995,x,-1", "off the scale"),
        ("Se7en,1995,x,5.5", "off the scale"),
        ("Se7en,1995,x,4.2", "off the scale"),
        ("Se7en,1995,x,100", "off the scale"),
        ("Se7en,1995,4", "too few or too many fields"),
        ("Se7en,1995,x,4,more", "too few or too many fields"),
        ("Name,Year,Letterboxd URI,Rating", "rating 'Rating' is not a number"),
    ],
)
def test_a_row_is_usable_or_has_a_problem(cells, problem):
    rows = read("Date,Name,Year,Letterboxd URI,Rating\n2024-01-01,First,1990,x,3\n" + f"2024-01-02,{cells}\n").rows
    assert [row.line for row in rows] == [2, 3]
    assert rows[0].problem == ""
    assert problem in rows[1].problem
    assert bool(rows[1].problem) == bool(problem)


def test_titles_stay_text_on_one_line():
    rows = read('Name,Year,Rating\n007,1990,4\n"two\nlines",1990,4\n1917,2019,3\n').rows
    assert [row.titles for row in rows] == [("007",), ("two lines",), ("1917",)]


def test_the_latest_of_several_ratings_counts():
    text = "Date,Name,Year,Rating\n2024-03-01,Se7en,1995,3\n2024-01-01,Se7en,1995,4\n2024-03-01,Se7en,1995,5\n"
    rows = read(text).rows
    assert [bool(row.problem) for row in rows] == [True, True, False]
    assert "rated again" in rows[0].problem


def long_line() -> bytes:
    return zipped({"ratings.csv": "Name,Year,Rating\n" + "0" * (3 * 2**20)})


FOREIGN = {
    "empty": (b"", "is empty"),
    "blank": (b"\n \n", "is empty"),
    "header only": (b"Date,Name,Year,Letterboxd URI,Rating\n", "has no movies"),
    "empty zip": (zipped({"ratings.csv": "Name,Year,Rating\n", "watched.csv": EMPTY_LIST}), "has no movies"),
    "bad member": (zipped({"ratings.csv": LETTERBOXD, "watched.csv": "x,y\n1,2\n"}), "watched.csv begins with 'x,y'"),
    "other columns": (b"userId,movieId,rating\n1,1,5\n", "begins with 'userId.*expected the columns Name"),
    "column twice": (b"Name,Year,Rating,rating\na,1990,4,4\n", "column rating twice"),
    "unclosed quote": (b'Name,Year,Rating\n"a,1990,4\n', "quotation mark"),
    "long field": (b'Name,Year,Rating\n"' + b"a" * 2**21 + b'",1990,4\n', "more than 1,048,576 (bytes|characters)"),
    "nul": (b"Name,Year,Rating\na\0,1990,4\n", "NUL"),
    "bad utf-16": (b"\xff\xfeu", "not valid utf-16"),
    "html": (b"<!doctype html><html></html>", "HTML or JSON"),
    "json": (b'{"a": 1}', "HTML or JSON"),
    "pickle": (b"\x80\x04\x95\x10\x00", "a pickle"),
    "gzip": (gzip.compress(LETTERBOXD.encode()), "gzip"),
    "png": (b"\x89PNG\r\n\x1a\n\x00\x00", "a picture"),
    "too large": (b"Name,Year,Rating\n" + b"a" * (20 * 2**20), "at most 20 are read"),
    "too long": (b"Name,Year,Rating\n" + b"a,1990,4\n" * 20_001, "more than 20,000 lines, the most that are read"),
    "xlsx": (zipped({"xl/workbook.xml": "<x/>"}), r"no ratings\.csv"),
    "two members": (zipped({"a/ratings.csv": "x", "b/ratings.csv": "x"}), "two members"),
    "traversal": (zipped({"../ratings.csv": LETTERBOXD}), "points outside"),
    "nested": (zipped({"inner.zip": zipped({})}), "another zip inside"),
    "one long line": (long_line(), "a line of more than 1,048,576 bytes"),
    "broken zip": (zipped({"ratings.csv": LETTERBOXD})[:-30], "not a readable zip"),
    "large member": (zipped({"ratings.csv": bytes(range(256)) * (90 * 2**10)}), "unpacks to more than 20 MB"),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_other_files_are_refused_with_a_message(kind):
    data, message = FOREIGN[kind]
    with pytest.raises(DataError, match=message) as caught:
        read_export(data)
    assert "MovieLens" not in str(caught.value)


FIVE_STARS = (1, 2, 3, 4, 5)


@pytest.mark.parametrize(
    ("grade", "top", "stars", "star"),
    [
        (7, 10, FIVE_STARS, 4),
        (6, 10, FIVE_STARS, 3),
        (1, 10, FIVE_STARS, 1),
        (0.5, 5, FIVE_STARS, 1),
        (3.5, 5, FIVE_STARS, 4),
        (3.5, 5, (0.5, 3.5, 4, 5), 3.5),
        (7, 10, (3, 3.5, 4, 5), 3.5),
        (6, 10, (1, 2, 4, 5), 4),
        (4.5, 5, tuple(range(1, 11)), 9),
    ],
)
def test_a_grade_goes_to_the_nearest_star_and_halfway_up(grade, top, stars, star):
    assert nearest_star(grade, top, stars) == star


def test_imdbs_ten_grades_fall_in_pairs_on_five_stars():
    assert [nearest_star(grade, 10, FIVE_STARS) for grade in range(1, 11)] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


@pytest.mark.parametrize(
    ("days", "problems"),
    [
        ((5, 1), ["", "rated again on a later day, in line 2; that rating counts"]),
        ((1, 5), ["rated again later in the file; that rating counts", ""]),
        ((3, 3), ["rated again later in the file; that rating counts", ""]),
    ],
)
def test_a_superseded_rating_names_the_line_that_counts(days, problems):
    rows = "".join(f"2024-03-0{day},Se7en,1995,{star}\n" for day, star in zip(days, (3, 4), strict=True))
    assert [row.problem for row in read("Date,Name,Year,Rating\n" + rows).rows] == problems


def test_exports_saved_by_windows_and_by_spreadsheets_are_read():
    text = "Date;Name;Year;Rating\n2024-01-05;Schindler’s List;1993;4,5\n2024-01-05;8,5;1963;5\n"
    rows = read_export(text.encode("cp1252")).rows
    assert [(row.titles, row.grade, row.problem) for row in rows] == [
        (("Schindler’s List",), 4.5, ""),
        (("8,5",), 5, ""),
    ]


def test_a_header_of_forty_thousand_columns_is_refused():
    with pytest.raises(DataError, match="40,003 columns; at most 100 are read"):
        read("Name,Year,Rating" + ",Tags" * 40_000 + "\na,1990,4\n")
