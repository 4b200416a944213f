"""Folders and zips: layouts are detected from content, broken lines are counted, hostile archives refused."""

from __future__ import annotations

import contextlib
import gzip
import io
import stat
import time
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from data_samples import FLAGS, ITEMS, RATINGS, USERS

from recsys.data import load_dataset, movielens
from recsys.errors import DataError

DAT = {
    "ratings.dat": RATINGS.replace("\t", "::"),
    "movies.dat": "1::Toy Story (1995)::Animation|Comedy\n2::Cité, La (1995)::Drama\n3::NA::Comedy\n",
    "users.dat": "1::F::1::10::48067\n2::M::56::16::70072\n3::M::25::15::55117\n",
}
CSV = {
    "ratings.csv": "userId,movieId,rating,timestamp\n1,1,4.5,874965758\n1,2,3.0,876893171\n2,1,0.5,888550871\n",
    "movies.csv": 'movieId,title,genres\n1,Toy Story (1995),Comedy\n2,"Cité, ""La"" (1995)",(no genres listed)\n',
}


def _write_folder(folder: Path, files: dict[str, str | bytes], encoding: str = "utf-8") -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return folder


def _zip(path: Path, files: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def _100k(prefix: str = "") -> dict[str, str | bytes]:
    return {f"{prefix}u.data": RATINGS, f"{prefix}u.item": ITEMS.encode("latin-1"), f"{prefix}u.user": USERS}


def test_100k_layout(folder):
    dataset = load_dataset(folder)
    assert dataset.name == "mine"
    assert dataset.ratings.to_numpy().tolist()[0] == [1, 1, 5, 874_965_758]
    assert dataset.movies["title"].tolist()[1:] == ["Cité des enfants perdus, La (1995)", "NA"]
    assert dataset.movies["genres"].tolist() == ["Comedy|Western", "Comedy|Western", ""]
    assert dataset.movies["release_date"].tolist() == ["1995-01-01", "1971-02-04", ""]
    assert dataset.movies["year"].tolist()[:2] == [1995.0, 1995.0]
    assert dataset.users.to_numpy().tolist()[0] == [1, "M", 24.0, "technician"]


def test_genre_names_come_from_their_file_if_there_is_one(folder):
    names = [f"Genre{number}|{number}" for number in range(19)]
    (folder / "u.genre").write_text("\n".join(names) + "\n\n")
    assert load_dataset(folder).movies["genres"].tolist() == ["Genre5|Genre18", "Genre5|Genre18", "Genre0"]
    names = ["title", "age_code", "unused 4", "movie_id", *(f"<{number}>" for number in range(15))]
    (folder / "u.genre").write_text("\n".join(names))
    assert load_dataset(folder).movies["genres"].tolist() == ["<1>|<14>", "<1>|<14>", "title"]


def test_1m_layout_with_decoded_ages_and_occupations(tmp_path):
    dataset = load_dataset(_write_folder(tmp_path / "one", DAT, "latin-1"))
    assert dataset.movies["title"].tolist() == ["Toy Story (1995)", "Cité, La (1995)", "NA"]
    assert dataset.movies["year"].tolist()[:2] == [1995.0, 1995.0]
    assert dataset.users["age"].tolist() == [16.0, 60.0, 30.0]
    assert dataset.users["occupation"].tolist() == ["K-12 student", "self-employed", "scientist"]
    assert dataset.users["gender"].tolist() == ["F", "M", "M"]


def test_latest_layout_with_half_stars_and_no_users(tmp_path):
    dataset = load_dataset(_zip(tmp_path / "latest.zip", {f"ml-latest/{name}": text for name, text in CSV.items()}))
    assert dataset.name == "latest"
    assert dataset.stars == (0.5, 3.0, 4.5)
    assert dataset.movies["title"].tolist() == ["Toy Story (1995)", 'Cité, "La" (1995)']
    assert dataset.movies["genres"].tolist() == ["Comedy", ""]
    assert dataset.users is None


@pytest.mark.parametrize("separator", ["\t", "::", ",", ";", "|"])
@pytest.mark.parametrize("name", ["u.data", "ratings.dat", "ratings.csv"])
@pytest.mark.parametrize("header", ["", "movieId\trating\tuserId\ttimestamp\n"])
def test_layout_is_detected_from_content_not_from_the_name(folder, separator, name, header):
    expected = load_dataset(folder)
    (folder / "u.data").unlink()
    rows = [line.split("\t") for line in RATINGS.splitlines()]
    reordered = [[row[1], row[2], row[0], row[3]] if header else row for row in rows]
    text = header + "".join("\t".join(row) + "\n" for row in reordered)
    (folder / name).write_text(text.replace("\t", separator))
    assert load_dataset(folder).fingerprint == expected.fingerprint


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_make_no_difference(tmp_path, folder, encoding, end):
    other_folder = _write_folder(tmp_path / "other", _100k())
    (other_folder / "u.item").write_bytes(ITEMS.replace("\n", end).encode(encoding))
    (other_folder / "u.data").write_bytes(("\n\n" + RATINGS + "\n").replace("\n", end).encode(encoding))
    assert load_dataset(other_folder).fingerprint == load_dataset(folder).fingerprint


def test_lines_with_too_few_or_many_fields_are_dropped_with_their_numbers(folder):
    lines = RATINGS.splitlines()
    broken = [lines[0], "", lines[1] + "\t7", "1\t3", lines[2], "junk", lines[3]]
    (folder / "u.data").write_text("\n".join(broken))
    report = load_dataset(folder).report.ratings
    assert report.dropped["wrong_field_count"].first_lines == (3, 4, 6)
    assert (report.read, report.kept) == (6, 3)


@pytest.mark.parametrize("quote", ["", '"'])
def test_line_numbers_of_a_csv_count_its_header_and_blank_lines(tmp_path, quote):
    rows = [
        "userId,movieId,rating",
        "",
        "1,1,5",
        "1,2",
        "2,2,bad",
        "userId,movieId,rating",
        f"2,2,{quote}4{quote}",
    ]
    files = CSV | {"ratings.csv": "\n".join(rows)}
    dropped = load_dataset(_write_folder(tmp_path / "a", files)).report.ratings.dropped
    lines = {code: finding.first_lines for code, finding in dropped.items()}
    assert lines == {"wrong_field_count": (4,), "illegible_rating": (5,), "illegible_user_id": (6,)}


def test_a_newline_inside_quotes_is_part_of_the_title(tmp_path):
    files = CSV | {"movies.csv": 'movieId,title\n1,"two\nlines"\n2,b\n,c\n'}
    dataset = load_dataset(_write_folder(tmp_path / "a", files))
    assert dataset.movies["title"].tolist() == ["two lines", "b"]
    assert dataset.report.movies.dropped["illegible_movie_id"].first_lines == (5,)


def _xlsx() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    return buffer.getvalue()


FOREIGN = {
    "empty": (b"", "is empty"),
    "blank": (b"\n\n \n", "is empty"),
    "header only": (b"userId,movieId,rating\n", "no rows"),
    "quoted header only": (b'"userId","movieId","rating"\n', "no rows"),
    "one row": (b"userId,movieId,rating\n1,1,5\n", "at least two different star values"),
    "renamed": (b"who,what,how\n1,1,5\n", "lacks user_id, movie_id, rating"),
    "column twice": (b"userId,movieId,rating,user_id\n1,1,5,1\n", "two columns for user_id"),
    "short header": (b"userId,movieId,rating\n1,1,5,9\n1,2,4,9\n", "2 .lines 2, 3.: a line with too few"),
    "two fields": (b"1\t1\n2\t2\n", "2 fields per line"),
    "unclosed quote": (
        b'userId,movieId,rating\n1,1,5\n2,"2,4\n3,3,1\n',
        r"ratings.csv, line 3: .*quotation mark",
    ),
    "long field": (b'userId,movieId,rating\n1,1,"' + b"5" * 10**7 + b'"\n', "a line of more than 1,048,576 bytes"),
    "many lines in a field": (
        b'userId,movieId,rating\n1,1,"' + b"5\n" * 2**20 + b'"\n',
        "line 2: a field has more than 1,048,576 characters",
    ),
    "long number": (b"userId,movieId,rating\n1,1," + b"5" * 10**7 + b"\n", "a line of more than 1,048,576 bytes"),
    "nul": (b"userId,movieId,rating\n1,1,\x005\n", "NUL"),
    "bad utf-16": (b"\xff\xfeu", "not valid utf-16"),
    "html": (b"<!doctype html><html></html>", "HTML or JSON"),
    "json": (b'[{"userId": 1}]', "HTML or JSON"),
    "xlsx": (_xlsx(), "zip or a spreadsheet"),
    "pickle": (b"\x80\x04\x95\x10\x00\x00\x00\x00\x00\x00\x00.", "a pickle"),
    "gzip": (gzip.compress(b"1,1,5"), "gzip"),
    "png": (b"\x89PNG\r\n\x1a\n\x00\x00", "a picture"),
    "parquet": (b"PAR1 and then nothing of the sort PAR1", "damaged parquet"),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_files_without_ratings_are_errors_with_a_message(tmp_path, kind):
    content, message = FOREIGN[kind]
    with pytest.raises(DataError, match=message):
        load_dataset(_write_folder(tmp_path / "a", CSV | {"ratings.csv": content}))


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ([], r"Missing in a: a ratings file .* and a movies file .* Add them"),
        (["u.data"], "Missing in a: a movies file"),
        (["u.item", "u.user"], "Missing in .*: a ratings file"),
        (["u.data", "u.item", "ratings.csv"], "more than one ratings file"),
    ],
)
def test_a_folder_needs_one_file_of_each_kind(tmp_path, names, message):
    everything = _100k() | CSV
    folder = _write_folder(tmp_path / "a", {name: everything[name] for name in names})
    with pytest.raises(DataError, match=message):
        load_dataset(folder)


def test_a_subfolder_is_found_but_two_are_ambiguous(tmp_path):
    _write_folder(tmp_path / "inner", _100k())
    assert len(load_dataset(tmp_path).ratings) == 4
    _write_folder(tmp_path / "second", _100k())
    with pytest.raises(DataError, match="several datasets"):
        load_dataset(tmp_path)


def test_a_missing_path_is_in_the_message(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError, match=r"no folder or zip at .*nowhere"):
        load_dataset("./nowhere")


def test_zip_equals_folder(tmp_path, folder):
    packed = _zip(tmp_path / "mine.zip", _100k("ml-100k/") | {"ml-100k/README": "x", "__MACOSX/._u.data": "x"})
    assert load_dataset(packed).fingerprint == load_dataset(folder).fingerprint


def _renamed_member(path: Path, name: str) -> Path:
    files = _100k()
    return _zip(
        path,
        {name if key == "u.data" else key: content for key, content in files.items()} | {"u.data": RATINGS},
    )


def _symlink(path: Path) -> Path:
    member = zipfile.ZipInfo("u.data")
    member.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, "/etc/passwd")
    return path


def _encrypted(path: Path) -> Path:
    content = bytearray(_zip(path, _100k(), zipfile.ZIP_STORED).read_bytes())
    entry = content.find(b"PK\x01\x02")
    content[entry + 8] |= 1  # the flag of the first entry of the central directory
    content[6] |= 1
    path.write_bytes(bytes(content))
    return path


def _bad_crc(path: Path) -> Path:
    content = _zip(path, _100k(), zipfile.ZIP_STORED).read_bytes()
    path.write_bytes(content.replace(b"874965758", b"874965759", 1))
    return path


def _truncated(path: Path) -> Path:
    content = _zip(path, _100k()).read_bytes()
    path.write_bytes(content[: len(content) // 2])
    return path


def _broken_stream(path: Path) -> Path:
    content = bytearray(_zip(path, {"u.data": RATINGS * 50, "u.item": ITEMS}).read_bytes())
    content[40:60] = b"\xff" * 20
    path.write_bytes(bytes(content))
    return path


def _lying_size(path: Path) -> Path:
    content = bytearray(_zip(path, _100k(), zipfile.ZIP_DEFLATED).read_bytes())
    entry = content.find(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = (10).to_bytes(4, "little")
    path.write_bytes(bytes(content))
    return path


HOSTILE = {
    "traversal": (lambda path: _renamed_member(path, "../../u.data"), "points outside"),
    "absolute": (lambda path: _renamed_member(path, "/tmp/u.data"), "points outside"),
    "backslash": (lambda path: _renamed_member(path, "..\\u.data"), "points outside"),
    "drive": (lambda path: _renamed_member(path, "C:\\u.data"), "points outside"),
    "twice": (lambda path: _renamed_member(path, "copy/u.data"), "two members named u.data"),
    "two ratings": (lambda path: _zip(path, _100k() | CSV), "more than one ratings file"),
    "symlink": (_symlink, "a link instead of a file"),
    "encrypted": (_encrypted, "encrypted"),
    "bad crc": (_bad_crc, "not a readable zip .*CRC"),
    "truncated": (_truncated, "not a readable zip"),
    "broken stream": (_broken_stream, "not a readable zip"),
    "lying size": (_lying_size, "not a readable zip"),
    "nested": (lambda path: _zip(path, {"inner.zip": _xlsx()}), "another zip inside"),
    "empty": (lambda path: _zip(path, {}), "Missing in .*: a ratings file"),
    "no zip": (
        lambda path: _write_folder(path.parent, {path.name: RATINGS}) / path.name,
        "not a readable zip",
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_or_damaged_zips_are_errors_with_a_message(tmp_path, kind):
    make, message = HOSTILE[kind]
    with pytest.raises(DataError, match=message):
        load_dataset(make(tmp_path / "given.zip"))
    assert sorted(tmp_path.rglob("*")) == [tmp_path / "given.zip"]


def test_a_zip_of_a_hundred_thousand_members_fails_fast(tmp_path):
    path = _zip(tmp_path / "given.zip", {"000000": ""}, zipfile.ZIP_STORED)
    content = path.read_bytes()
    start, end = content.find(b"PK\x01\x02"), content.find(b"PK\x05\x06")
    entries = b"".join(content[start:end].replace(b"000000", b"%06d" % number) for number in range(100_000))
    sizes = len(entries).to_bytes(4, "little") + start.to_bytes(4, "little")
    path.write_bytes(content[:start] + entries + content[end : end + 12] + sizes + b"\0\0")
    began = time.monotonic()
    with pytest.raises(DataError, match="100,000 members"):
        load_dataset(path)
    assert time.monotonic() - began < 5


def test_flag_columns_with_a_header_are_genres(tmp_path):
    movies = "movie_id|title|Comedy|Western|colour\n1|a|1|0|red\n2|b|0|1|blue\n"
    dataset = load_dataset(_write_folder(tmp_path / "a", CSV | {"movies.csv": movies}))
    assert dataset.movies["genres"].tolist() == ["Comedy", "Western"]


def test_parquet_copy_reads_like_the_text(tmp_path, folder):
    flags = dict(zip(movielens.GENRES_100K, [int(flag) for flag in FLAGS.split("|")], strict=True))
    items = pd.DataFrame(
        [{"movie_id": movie, "movie_title": f"M{movie}", "release_date": None} | flags for movie in (1, 2, 3)]
    )
    rows = [[int(cell) for cell in line.split("\t")] for line in RATINGS.splitlines()]
    data = pd.DataFrame(rows, columns=["user_id", "movie_id", "rating", "timestamp"])
    parquet_folder = tmp_path / "parquet"
    parquet_folder.mkdir()
    data.to_parquet(parquet_folder / "MovieLens100k_data.parquet.brotli")
    items.to_parquet(parquet_folder / "MovieLens100k_items.parquet.brotli")
    dataset = load_dataset(parquet_folder)
    pd.testing.assert_frame_equal(dataset.ratings, load_dataset(folder).ratings)
    assert set(dataset.movies["genres"]) == {"Comedy|Western"}


def test_windows_encodings_are_decoded(tmp_path):
    movies = "movieId,title,genres\n1,Schindler’s List (1993) – “the” film…,Drama\n2,Cité,War\n"
    files = CSV | {"movies.csv": movies.encode("cp1252")}
    titles = load_dataset(_write_folder(tmp_path / "a", files)).movies["title"].tolist()
    assert titles == ["Schindler’s List (1993) – “the” film…", "Cité"]
    files = CSV | {"movies.csv": movies.encode("cp1252").replace(b"Cit\xe9", b"Cit\xe9\x81")}  # no Windows letter
    assert load_dataset(_write_folder(tmp_path / "b", files)).movies["title"].tolist()[1] == "Cité"


HEADER = "userId;movieId;rating\n"


@pytest.mark.parametrize(("header", "quote"), [(HEADER, ""), (HEADER, '"'), ("", "")])
def test_a_comma_between_semicolons_is_a_decimal_point(tmp_path, header, quote):
    rows = [(1, 1, "4,5"), (1, 2, "3"), (2, 1, "0,5"), (2, 2, " 2,0 ")]
    text = header + "".join(f"{user};{movie};{quote}{star}{quote}\n" for user, movie, star in rows)
    dataset = load_dataset(_write_folder(tmp_path / "a", CSV | {"ratings.csv": text}))
    assert dataset.ratings["rating"].tolist() == [4.5, 3.0, 0.5, 2.0]


def test_commas_in_titles_are_kept(tmp_path):
    files = CSV | {"movies.csv": "movieId;title\n1;8,5 (1963)\n2;9,5 Weeks\n"}
    assert load_dataset(_write_folder(tmp_path / "a", files)).movies["title"].tolist() == ["8,5 (1963)", "9,5 Weeks"]


ILLEGIBLE = {
    "two columns": ("users.dat", b"1::F\n2::M\n", "users.dat was ignored: users.dat has 2 fields per line"),
    "no user": ("users.csv", b"name,gender\nAnn,F\n", "users.csv was ignored: The users table lacks user_id"),
    "twice": ("users.csv", b"userId,sex,gender\n1,F,F\n", "users.csv was ignored: users.csv has two columns"),
    "empty": ("u.user", b"", "u.user was ignored: u.user is empty"),
    "picture": ("users.csv", b"\x89PNG\r\n\x1a\n", "users.csv was ignored: users.csv is a picture"),
    "genres": ("u.genre", b"Drama|0\nDrama|1\n", "u.genre was ignored: It is not a list of different genres"),
    "long genres": (
        "u.genre",
        b"Drama|0\n" * 9000,
        "u.genre was ignored: It has 72,000 bytes; a list of genres",
    ),
}


@pytest.mark.parametrize("kind", ILLEGIBLE)
def test_an_unreadable_optional_file_is_ignored_with_a_note(tmp_path, kind):
    name, content, sentence = ILLEGIBLE[kind]
    plain = load_dataset(_write_folder(tmp_path / "a", CSV))
    beside = _write_folder(tmp_path / "b", CSV | {name: content, "links.csv": "movieId,imdbId\n1,1\n", "tags.csv": "x"})
    dataset = load_dataset(beside)
    assert dataset.fingerprint == plain.fingerprint
    assert dataset.users is None
    (note,) = dataset.report.notes
    assert note.startswith(sentence)
    assert note == dataset.report.lines()[0]
    assert dataset.report.as_dict()["notes"] == [note]


@pytest.mark.parametrize("quote", ["", '"'])
def test_an_error_lists_the_columns_of_the_file(tmp_path, quote):
    text = f"userId,movieId,{quote}score{quote},timestamp\n1,1,5,1\n"
    with pytest.raises(DataError, match="lacks rating; its columns are 'userId, movieId, score, timestamp'"):
        load_dataset(_write_folder(tmp_path / "a", CSV | {"ratings.csv": text}))


@pytest.mark.parametrize("quote", ["", '"'])
def test_blank_lines_before_a_header_change_nothing(tmp_path, quote):
    files = CSV | {"ratings.csv": "\n \n" * 60 + CSV["ratings.csv"] + f"2,2,{quote}x{quote},1\n"}
    dataset = load_dataset(_write_folder(tmp_path / "a", files))
    assert dataset.fingerprint == load_dataset(_write_folder(tmp_path / "b", CSV)).fingerprint
    assert dataset.report.ratings.dropped["illegible_rating"].first_lines == (125,)


RATINGS_CSV = b"userId,movieId,rating\n1,1,5\n2,2,4\n"
MOVIE_IDS = b"movieId,title,genres\n"


def _numbered(text: bytes, n: int) -> bytes:
    return b"".join(text % number for number in range(1, n + 1))


HOSTILE_TEXT = {  # files of size n whose reading once took time in the square of n, or could
    "header of one name": ("movies.csv", lambda n: b"movieId,title" + b",Action" * n + b"\n1,a\n"),
    "header of other names": ("movies.csv", lambda n: b"movieId,title" + _numbered(b",c%d", n) + b"\n"),
    "header over lines": ("movies.csv", lambda n: b'movieId,title,"a\nb"' + b",Action" * n + b"\n1,a\n"),
    "ratings header": ("ratings.csv", lambda n: b"userId,movieId,rating" + b",timestamp" * n + b"\n1,1,5\n"),
    "fields in a row": ("ratings.csv", lambda n: RATINGS_CSV + b"1," * n + b"\n"),
    "spaces": ("ratings.csv", lambda n: b" " * n * 10 + b"\n" + RATINGS_CSV),
    "blank lines": ("ratings.csv", lambda n: b" \n" * n + RATINGS_CSV),
    "quotes": ("ratings.csv", lambda n: RATINGS_CSV + b'"' * 2 * n + b",1,1\n"),
    "one field": ("ratings.csv", lambda n: RATINGS_CSV + b"1,1," + b"5" * n * 10 + b"\n"),
    "genres": ("movies.csv", lambda n: MOVIE_IDS + b"1,a," + _numbered(b"g%d|", n) + b"\n2,b,\n"),
    "a genre a movie": ("movies.csv", lambda n: MOVIE_IDS + b"".join(b"%d,a,g%d\n" % (i, i) for i in range(1, n))),
    "titles": ("movies.csv", lambda n: MOVIE_IDS + _numbered(b"%d,a" + b" (" * 150 + b"b,\n", n // 20)),
    "spaced titles": ("movies.csv", lambda n: MOVIE_IDS + _numbered(b"%d,a" + b" " * 290 + b"b,\n", n // 20)),
    "u.genre": ("u.genre", lambda n: _numbered(b"g%d\n", n)),
}


def _reading_seconds(folder: Path) -> float:
    """Processor seconds that reading or refusing takes, the minimum of three runs."""
    seconds = []
    for _ in range(3):
        began = time.process_time()
        with contextlib.suppress(DataError):
            load_dataset(folder)
        seconds.append(time.process_time() - began)
    return min(seconds)


@pytest.mark.parametrize("kind", HOSTILE_TEXT)
def test_reading_time_is_linear_in_file_size(tmp_path, kind):
    """Twice the size may take three times as long; anything under half a second, which no square is, passes."""
    name, text = HOSTILE_TEXT[kind]
    small, large = (_write_folder(tmp_path / str(n), CSV | {name: text(n)}) for n in (20_000, 40_000))
    assert _reading_seconds(large) < max(3 * _reading_seconds(small), 0.5)


def test_too_many_columns_are_an_error(tmp_path):
    header = b"movieId,title" + b",Action" * 40_000
    with pytest.raises(DataError, match=r"movies.csv has 40,002 columns; at most 1,000 are read"):
        load_dataset(_write_folder(tmp_path / "a", CSV | {"movies.csv": header + b"\n1,a\n"}))
    wide = (
        "movieId,title"
        + "".join(f",other{number}" for number in range(900))
        + "\n1,a"
        + ",x" * 900
        + "\n2,b"
        + ",x" * 900
    )
    assert len(load_dataset(_write_folder(tmp_path / "b", CSV | {"movies.csv": wide})).movies) == 2
