"""`python -m recsys together`: members in the order of their flags, the package's list, problems by member."""

from __future__ import annotations

import json

import pytest

from recsys.__main__ import main
from recsys.registry import Registry


@pytest.fixture
def active(own_registry, tiny_model):
    return Registry().publish(tiny_model)


def test_the_members_are_in_the_order_of_their_flags(active, tiny_model, capsys):
    flags = ["--history", "2=5,4=5", "--user", "6", "--history", "8=4"]
    assert main(["together", *flags, "--by", "mean", "-n", "4", "--genres", "Even", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert [member["user_id"] for member in printed["members"]] == [None, 6, None]
    members = [{"history": {2: 5, 4: 5}}, 6, {"history": {8: 4}}]
    table = tiny_model.recommend_together(members, by="mean", n=4, genres=["Even"])
    assert [row["movie_id"] for row in printed["movies"]] == table["movie_id"].tolist()
    assert [row["members"][1]["like"] for row in printed["movies"]] == table["like_2"].tolist()
    assert printed["version"] == active


def test_a_group_of_two_is_printed_with_what_divides_them_and_their_taste_match(active, tiny_model, capsys):
    assert main(["together", "--user", "2", "--user", "3", "--by", "mean", "-n", "2", "--min-like", "0"]) == 0
    output = capsys.readouterr()
    row = tiny_model.recommend_together([2, 3], by="mean", n=2, min_like=0).iloc[0]
    assert f"expected {row['expected_1']:.2f} {row['expected_2']:.2f}, tastes differ" in output.out.splitlines()[0]
    assert "A stretch for one of you:" in output.out
    match = tiny_model.taste_match(2, 3)
    assert f"Taste match {match.share:.0%} (95% interval {match.low:.0%} to {match.high:.0%})" in output.out
    assert "2 shown" in output.err
    assert main(["together", "--user", "2", "--history", "2=5"]) == 0
    assert "Taste match: too few ratings to tell." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("flags", "problem"),
    [
        ([], "members: received 0 members"),
        (["--user", "2", "--user", "x"], "members[1].user_id: received 'x'"),
        (["--user", "2", "--history", "2=9"], "members[1].ratings[0].rating: received 9"),
        (["--user", "2", "--user", "61"], "members[1].user_id: received 61"),
        (["--user", "2", "--user", "3", "-n", "0"], "n: received 0"),
    ],
)
def test_what_is_wrong_is_named(active, capsys, flags, problem):
    assert main(["together", *flags]) == 2
    output = capsys.readouterr()
    assert problem in output.err
    assert not output.out
