"""How much is read depends on who asks, is counted while reading, and reading needs little more than what is read."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from data_samples import ITEMS, RATINGS

from recsys.data import archive, load_dataset, movielens
from recsys.data.limits import COMMAND_LINE, MEGABYTE, OWNER, VISITOR, ReadLimits
from recsys.data.text_blocks import BLOCK_BYTES
from recsys.errors import DataError
from recsys.schema import NO_TIME
from recsys.settings import REPOSITORY

MOVIES = "movieId,title,genres\n" + "".join(f"{movie},Movie {movie} (1990),Comedy\n" for movie in range(1, 2001))
HEADER = "userId,movieId,rating,timestamp\n"
MEASURED = """
import json, sys, threading, time
from recsys.data import limits, load_dataset
from recsys.errors import DataError
from recsys.core.memory import return_freed_memory

def held(name):
    status = open("/proc/self/status").read()
    return int(status.split(name + ":")[1].split()[0]) / 1024

return_freed_memory()  # as the server does
load_dataset(sys.argv[1])  # whatever is imported late
before, began, refusal = held("VmRSS"), time.perf_counter(), ""
open("/proc/self/clear_refs", "w").write("5")
try:
    load_dataset(sys.argv[2], limits=getattr(limits, sys.argv[3]), scale="map")
except DataError as error:
    refusal = str(error)
print(json.dumps([held("VmHWM") - before, time.perf_counter() - began, refusal]))
"""


def packed(path: Path, ratings: list[bytes], times: int = 1) -> Path:
    """A zip of movies and of blocks of ratings, each written so many times."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target:
        with target.open("ratings.csv", "w") as file:
            file.write(HEADER.encode())
            for block in ratings * times:
                file.write(block)
        target.writestr("movies.csv", MOVIES)
    return path


def unpacked(path: Path) -> float:
    """Megabytes of all members."""
    with zipfile.ZipFile(path) as archive:
        return sum(member.file_size for member in archive.infolist()) / MEGABYTE


def plain(user: int) -> bytes:
    return b"".join(b"%d,%d,%d,%d\n" % (user, movie, movie % 5 + 1, 10**9 + user) for movie in range(1, 1001))


def dirty(user: int) -> bytes:
    """With one row whose cells are no numbers, which must not make text of all others."""
    return plain(user).replace(b"%d,7,3," % user, b"%d,x,,later" % user)


def unsorted(user: int) -> bytes:
    return b"".join(b"%d,%d,%d,%d\n" % (movie, user, movie % 5 + 1, 10**9 + user) for movie in range(1000, 0, -1))


def on_another_scale(user: int) -> bytes:
    return b"".join(b"%d,%d,%d.%d,%d\n" % (user, movie, movie % 10, movie % 7, 10**9) for movie in range(1, 1001))


def with_odd_times(user: int) -> bytes:
    times = [b"2001-02-03", *[b"9999-12-31"] * 8]
    return b"".join(b"%d,%d,%d,%s\n" % (user, movie, movie % 5 + 1, times[movie % 9]) for movie in range(1, 1001))


def measured(tmp_path: Path, path: Path, limits: str) -> tuple[float, float, str]:
    """Megabytes that reading a file needed, seconds, and the refusal if there was one; in a process of its own."""
    small = packed(tmp_path / "small.zip", [plain(user) for user in range(1, 50)])
    command = [sys.executable, "-c", MEASURED, str(small), str(path), limits]
    ran = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=120, check=True)
    return tuple(json.loads(ran.stdout))


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="measures memory as Linux tells it")
@pytest.mark.parametrize("rows", [plain, unsorted, dirty, on_another_scale, with_odd_times])
def test_reading_needs_at_most_three_times_what_is_unpacked(tmp_path, rows):
    path = packed(tmp_path / "large.zip", [rows(user) for user in range(1, 1900)])
    needed, _, refusal = measured(tmp_path, path, "VISITOR")
    assert refusal == ""
    assert needed < 3 * unpacked(path) + 45  # and what reading anything needs, which varies by some 15 MB


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="measures memory as Linux tells it")
def test_a_few_megabytes_that_are_hundreds_are_refused_before_they_are_read(tmp_path):
    path = packed(tmp_path / "given.zip", [b"1,1,5,874965758\n" * 10_000], 1500)
    assert path.stat().st_size < 8 * MEGABYTE
    assert unpacked(path) > 200
    needed, seconds, refusal = measured(tmp_path, path, "VISITOR")
    assert refusal == "given.zip unpacks to more than 60 MB of tables, the most that are read. Give a part of it."
    assert needed < 10
    assert seconds < 1


def test_bytes_are_counted_whatever_was_announced():
    class Endless(io.RawIOBase):
        taken = 0

        def read(self, size=-1):
            self.taken += size
            return b"1" * size

    source = Endless()
    with pytest.raises(DataError, match="more than 3 MB"):
        archive._read_within_limit("x", source, {"other": b"1" * 2 * MEGABYTE}, 3 * MEGABYTE)
    assert source.taken <= 3 * MEGABYTE


FEW = ReadLimits(packed=10 * MEGABYTE, unpacked=10 * MEGABYTE, rows=4, others=3, columns=24)


def test_rows_and_columns_are_counted(folder):
    assert len(load_dataset(folder).ratings) == 4
    (folder / "u.data").write_text(RATINGS)
    movielens.read(folder, FEW)
    (folder / "u.data").write_text(RATINGS * 2)
    with pytest.raises(DataError, match=r"u\.data has more than 4 lines"):
        movielens.read(folder, FEW)
    (folder / "u.data").write_text(RATINGS)
    (folder / "u.item").write_bytes(ITEMS.encode("latin-1") * 5)
    with pytest.raises(DataError, match=r"u\.item has more than 3 lines"):
        movielens.read(folder, FEW)
    (folder / "u.item").rename(folder / "movies.csv").write_text(
        "movie_id,title" + ",a" * 23 + "\n1,x" + "," * 23 + "\n"
    )
    with pytest.raises(DataError, match=r"movies\.csv has 25 columns; at most 24 are read"):
        movielens.read(folder, FEW)


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_header_of_forty_thousand_columns_is_refused(tmp_path, quote):
    (tmp_path / "ratings.csv").write_text(HEADER + "1,1,5,1\n2,2,4,1\n")
    (tmp_path / "movies.csv").write_text(f"movieId,{quote}title{quote}" + ",Action" * 40_000 + "\n1,a\n2,b\n")
    with pytest.raises(DataError, match=r"movies\.csv has 40,002 columns; at most 1,000 are read"):
        load_dataset(tmp_path)


def test_parquet_is_only_read_from_files_of_ones_own(tmp_path):
    (tmp_path / "MovieLens100k_data.parquet.brotli").write_bytes(b"PAR1")
    (tmp_path / "movies.csv").write_text(MOVIES)
    with pytest.raises(DataError, match="damaged parquet"):
        movielens.read(tmp_path, COMMAND_LINE)
    for limits in (VISITOR, OWNER):
        with pytest.raises(DataError, match="lacks a ratings file"):
            movielens.read(tmp_path, limits)


def test_what_an_engineer_loads_from_the_command_line_is_never_too_much():
    ratings_25m, ratings_32m = 678_260_987, 877_076_222  # bytes of their ratings.csv
    assert COMMAND_LINE.unpacked > 2 * max(ratings_25m, ratings_32m)
    assert COMMAND_LINE.rows > 32_000_204
    assert COMMAND_LINE.of("movies").rows > 87_585


def test_movielens_1m_fits_a_visitor_and_10m_the_owner():
    assert (VISITOR.unpacked, VISITOR.rows) > (25 * MEGABYTE, 1_000_209)
    assert VISITOR.rows > 1_000_209
    assert (OWNER.unpacked, OWNER.rows) > (256 * MEGABYTE, 10_000_054)
    assert OWNER.rows > 10_000_054


def in_many_blocks(rows: list[str]) -> bytes:
    """Ratings of 1,000 users, in several blocks of text, with these rows at the end."""
    pairs = [(user, movie) for user in range(1, 1001) for movie in range(1, 151)]
    plain = [f"{user};{movie};{movie % 5 + 1};{10**9}" for user, movie in pairs]
    return "\n".join([HEADER.strip().replace(",", ";"), *plain, *rows]).encode()


def test_what_only_a_later_block_shows_is_read_and_counted_alike(tmp_path):
    """Decimal commas, times of any year, and which cells are missing, illegible or off the scale."""
    cells = ["2000;1;4,5;1999-03-04", "2000;2;x;1", "2000;3;;1", "2000;4;9,5;1", "2000;5;3;", "2000;6;3;soon"]
    cells += ["2000;7;3;9999-12-31", "x;8;3;1", ";9;3;1", "-1;10;3;1", "2000;11;3;1e300"]
    (tmp_path / "movies.csv").write_text(MOVIES)
    (tmp_path / "ratings.csv").write_bytes(content := in_many_blocks(cells))
    assert len(content) > 2 * BLOCK_BYTES
    dataset = load_dataset(tmp_path)
    report, first = dataset.report.ratings, 150_002
    assert {code: found.first_lines for code, found in report.dropped.items()} == {
        "illegible_rating": (first + 1, first + 2),
        "rating_off_scale": (first + 3,),
        "illegible_user_id": (first + 7, first + 8),
        "user_id_out_of_range": (first + 9,),
    }
    assert {code: found.first_lines for code, found in report.repaired.items()} == {
        "timestamp_illegible": (first + 4, first + 5),
        "timestamp_out_of_range": (first + 6, first + 10),
    }
    last = dataset.ratings[dataset.ratings["user_id"] == 2000]
    assert last["rating"].tolist() == [4.5, 3.0, 3.0, 3.0, 3.0]
    assert last["timestamp"].tolist() == [920_505_600, NO_TIME, NO_TIME, NO_TIME, NO_TIME]


def test_windows_text_beyond_the_first_block_is_told(tmp_path):
    many = "".join(f"{movie},Movie {movie} (1990),Comedy\n" for movie in range(3, 50_000))
    movies = "movieId,title,genres\n" + many + "1,It’s (1990),Drama\n2,Cité,Drama\n"
    (tmp_path / "ratings.csv").write_text(HEADER + "1,1,5,1\n2,2,4,1\n")
    (tmp_path / "movies.csv").write_bytes(movies.encode("cp1252"))
    assert len(movies) > BLOCK_BYTES
    assert load_dataset(tmp_path).movies["title"].tolist()[:2] == ["It’s (1990)", "Cité"]


def test_an_optional_table_over_the_limits_is_ignored_with_a_sentence(folder):
    (folder / "u.user").write_text("1|24|M|technician|85711\n" * 5)
    raw = movielens.read(folder, FEW)
    assert raw.users is None
    (note,) = raw.notes
    assert note.startswith("u.user was ignored: u.user has more than 3 lines, the most that are read.")


def test_a_layout_of_many_genres_is_no_way_around_the_columns(folder):
    (folder / "u.genre").write_text("\n".join(f"g{number}" for number in range(996)))
    row = "1|A (1990)|||" + "|1" * 996
    (folder / "u.item").write_text(f"{row}\n{row}\n")
    with pytest.raises(DataError, match=r"u\.item has 1,001 columns; at most 1,000 are read"):
        load_dataset(folder)
