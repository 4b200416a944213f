"""Limits of reading depend on the kind of user and are counted while reading; memory stays near the data's size."""

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
MEASURING_CODE = """
import json, sys, threading, time
from recsys.data import limits, load_dataset
from recsys.errors import DataError
from recsys.core.memory import return_freed_memory

def memory_mb(name):
    status = open("/proc/self/status").read()
    return int(status.split(name + ":")[1].split()[0]) / 1024

return_freed_memory()  # as the server does
load_dataset(sys.argv[1])  # whatever is imported late
before, began, refusal = memory_mb("VmRSS"), time.perf_counter(), ""
open("/proc/self/clear_refs", "w").write("5")
try:
    load_dataset(sys.argv[2], limits=getattr(limits, sys.argv[3]), scale="map")
except DataError as error:
    refusal = str(error)
print(json.dumps([memory_mb("VmHWM") - before, time.perf_counter() - began, refusal]))
"""


def write_zip(path: Path, ratings: list[bytes], times: int = 1) -> Path:
    """A zip of movies and of blocks of ratings, each written `times` times."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open("ratings.csv", "w") as file:
            file.write(HEADER.encode())
            for block in ratings * times:
                file.write(block)
        archive.writestr("movies.csv", MOVIES)
    return path


def unpacked_mb(path: Path) -> float:
    """Megabytes of all members, unpacked."""
    with zipfile.ZipFile(path) as archive:
        return sum(member.file_size for member in archive.infolist()) / MEGABYTE


def plain(user: int) -> bytes:
    return b"".join(b"%d,%d,%d,%d\n" % (user, movie, movie % 5 + 1, 10**9 + user) for movie in range(1, 1001))


def dirty(user: int) -> bytes:
    """Ratings with one row whose cells are no numbers, which must not turn the columns into text."""
    return plain(user).replace(b"%d,7,3," % user, b"%d,x,,later" % user)


def unsorted(user: int) -> bytes:
    return b"".join(b"%d,%d,%d,%d\n" % (movie, user, movie % 5 + 1, 10**9 + user) for movie in range(1000, 0, -1))


def on_another_scale(user: int) -> bytes:
    return b"".join(b"%d,%d,%d.%d,%d\n" % (user, movie, movie % 10, movie % 7, 10**9) for movie in range(1, 1001))


def with_odd_times(user: int) -> bytes:
    times = [b"2001-02-03", *[b"9999-12-31"] * 8]
    return b"".join(b"%d,%d,%d,%s\n" % (user, movie, movie % 5 + 1, times[movie % 9]) for movie in range(1, 1001))


def measure_reading(tmp_path: Path, path: Path, limits: str) -> tuple[float, float, str]:
    """Megabytes and seconds that reading a file needs, and the error message if any; in a separate process."""
    small = write_zip(tmp_path / "small.zip", [plain(user) for user in range(1, 50)])
    command = [sys.executable, "-c", MEASURING_CODE, str(small), str(path), limits]
    completed = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, timeout=120, check=True)
    return tuple(json.loads(completed.stdout))


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="measures memory as Linux tells it")
@pytest.mark.parametrize("rows", [plain, unsorted, dirty, on_another_scale, with_odd_times])
@pytest.mark.slow
def test_reading_needs_at_most_three_times_the_unpacked_size(tmp_path, rows):
    path = write_zip(tmp_path / "large.zip", [rows(user) for user in range(1, 1900)])
    needed, _, refusal = measure_reading(tmp_path, path, "VISITOR")
    assert refusal == ""
    assert needed < 3 * unpacked_mb(path) + 45  # and what reading anything needs, which varies by some 15 MB


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="measures memory as Linux tells it")
def test_a_zip_bomb_is_refused_before_it_is_read(tmp_path):
    path = write_zip(tmp_path / "given.zip", [b"1,1,5,874965758\n" * 10_000], 1500)
    assert path.stat().st_size < 8 * MEGABYTE
    assert unpacked_mb(path) > 200
    needed, seconds, refusal = measure_reading(tmp_path, path, "VISITOR")
    assert refusal == "given.zip unpacks to more than 60 MB of tables, the most that are read. Give a part of it."
    assert needed < 10
    assert seconds < 1


def test_bytes_are_counted_while_reading():
    class Endless(io.RawIOBase):
        bytes_read = 0

        def read(self, size=-1):
            self.bytes_read += size
            return b"1" * size

    source = Endless()
    with pytest.raises(DataError, match="more than 3 MB"):
        archive._read_within_limit("x", source, {"other": b"1" * 2 * MEGABYTE}, 3 * MEGABYTE)
    assert source.bytes_read <= 3 * MEGABYTE


SMALL_LIMITS = ReadLimits(packed=10 * MEGABYTE, unpacked=10 * MEGABYTE, rows=4, others=3, columns=24)


def test_rows_and_columns_are_counted(folder):
    assert len(load_dataset(folder).ratings) == 4
    (folder / "u.data").write_text(RATINGS)
    movielens.read(folder, SMALL_LIMITS)
    (folder / "u.data").write_text(RATINGS * 2)
    with pytest.raises(DataError, match=r"u\.data has more than 4 lines"):
        movielens.read(folder, SMALL_LIMITS)
    (folder / "u.data").write_text(RATINGS)
    (folder / "u.item").write_bytes(ITEMS.encode("latin-1") * 5)
    with pytest.raises(DataError, match=r"u\.item has more than 3 lines"):
        movielens.read(folder, SMALL_LIMITS)
    (folder / "u.item").rename(folder / "movies.csv").write_text(
        "movie_id,title" + ",a" * 23 + "\n1,x" + "," * 23 + "\n"
    )
    with pytest.raises(DataError, match=r"movies\.csv has 25 columns; at most 24 are read"):
        movielens.read(folder, SMALL_LIMITS)


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_header_of_forty_thousand_columns_is_an_error(tmp_path, quote):
    (tmp_path / "ratings.csv").write_text(HEADER + "1,1,5,1\n2,2,4,1\n")
    (tmp_path / "movies.csv").write_text(f"movieId,{quote}title{quote}" + ",Action" * 40_000 + "\n1,a\n2,b\n")
    with pytest.raises(DataError, match=r"movies\.csv has 40,002 columns; at most 1,000 are read"):
        load_dataset(tmp_path)


def test_parquet_is_only_read_on_the_command_line(tmp_path):
    (tmp_path / "MovieLens100k_data.parquet.brotli").write_bytes(b"PAR1")
    (tmp_path / "movies.csv").write_text(MOVIES)
    with pytest.raises(DataError, match="damaged parquet"):
        movielens.read(tmp_path, COMMAND_LINE)
    for limits in (VISITOR, OWNER):
        with pytest.raises(DataError, match=r"Missing in .*: a ratings file"):
            movielens.read(tmp_path, limits)


def test_the_largest_movielens_fits_the_command_line():
    ratings_25m, ratings_32m = 678_260_987, 877_076_222  # bytes of their ratings.csv
    assert COMMAND_LINE.unpacked > 2 * max(ratings_25m, ratings_32m)
    assert COMMAND_LINE.rows > 32_000_204
    assert COMMAND_LINE.of("movies").rows > 87_585


def test_movielens_1m_fits_a_visitor_and_10m_the_owner():
    assert (VISITOR.unpacked, VISITOR.rows) > (25 * MEGABYTE, 1_000_209)
    assert VISITOR.rows > 1_000_209
    assert (OWNER.unpacked, OWNER.rows) > (256 * MEGABYTE, 10_000_054)
    assert OWNER.rows > 10_000_054


def csv_of_many_blocks(rows: list[str]) -> bytes:
    """Ratings of 1,000 users, which fill several blocks of text, with these rows at the end."""
    pairs = [(user, movie) for user in range(1, 1001) for movie in range(1, 151)]
    plain = [f"{user};{movie};{movie % 5 + 1};{10**9}" for user, movie in pairs]
    return "\n".join([HEADER.strip().replace(",", ";"), *plain, *rows]).encode()


def test_cells_of_later_blocks_are_parsed_and_counted_alike(tmp_path):
    """Decimal commas, times of any year, and cells that are missing, illegible or off the scale."""
    cells = ["2000;1;4,5;1999-03-04", "2000;2;x;1", "2000;3;;1", "2000;4;9,5;1", "2000;5;3;", "2000;6;3;soon"]
    cells += ["2000;7;3;9999-12-31", "x;8;3;1", ";9;3;1", "-1;10;3;1", "2000;11;3;1e300"]
    (tmp_path / "movies.csv").write_text(MOVIES)
    (tmp_path / "ratings.csv").write_bytes(content := csv_of_many_blocks(cells))
    assert len(content) > 2 * BLOCK_BYTES
    dataset = load_dataset(tmp_path)
    report, header_line = dataset.report.ratings, 150_002
    assert {code: finding.first_lines for code, finding in report.dropped.items()} == {
        "illegible_rating": (header_line + 1, header_line + 2),
        "rating_off_scale": (header_line + 3,),
        "illegible_user_id": (header_line + 7, header_line + 8),
        "user_id_out_of_range": (header_line + 9,),
    }
    assert {code: finding.first_lines for code, finding in report.repaired.items()} == {
        "timestamp_illegible": (header_line + 4, header_line + 5),
        "timestamp_out_of_range": (header_line + 6, header_line + 10),
    }
    last = dataset.ratings[dataset.ratings["user_id"] == 2000]
    assert last["rating"].tolist() == [4.5, 3.0, 3.0, 3.0, 3.0]
    assert last["timestamp"].tolist() == [920_505_600, NO_TIME, NO_TIME, NO_TIME, NO_TIME]


def test_windows_text_after_the_first_block_is_detected(tmp_path):
    rows = "".join(f"{movie},Movie {movie} (1990),Comedy\n" for movie in range(3, 50_000))
    movies = "movieId,title,genres\n" + rows + "1,It’s (1990),Drama\n2,Cité,Drama\n"
    (tmp_path / "ratings.csv").write_text(HEADER + "1,1,5,1\n2,2,4,1\n")
    (tmp_path / "movies.csv").write_bytes(movies.encode("cp1252"))
    assert len(movies) > BLOCK_BYTES
    assert load_dataset(tmp_path).movies["title"].tolist()[:2] == ["It’s (1990)", "Cité"]


def test_an_optional_table_over_the_limits_is_ignored_with_a_note(folder):
    (folder / "u.user").write_text("1|24|M|technician|85711\n" * 5)
    raw = movielens.read(folder, SMALL_LIMITS)
    assert raw.users is None
    (note,) = raw.notes
    assert note.startswith("u.user was ignored: u.user has more than 3 lines, the most that are read.")


def test_flag_columns_count_as_columns(folder):
    (folder / "u.genre").write_text("\n".join(f"g{number}" for number in range(996)))
    row = "1|A (1990)|||" + "|1" * 996
    (folder / "u.item").write_text(f"{row}\n{row}\n")
    with pytest.raises(DataError, match=r"u\.item has 1,001 columns; at most 1,000 are read"):
        load_dataset(folder)
