"""The command line: one object on stdout with --json, sentences on stderr, exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from recsys.__main__ import main
from recsys.registry import Registry
from recsys.requests.recommend_request import RecommendRequest, recommend_response
from recsys.serving.list_options import ListOptions
from recsys.serving.movie_statistics import movie_statistics
from recsys.settings import REPOSITORY
from recsys.training import jobs
from tests.conftest import TINY_SETTINGS


@pytest.fixture
def active(own_registry, tiny_model):
    return Registry().publish(tiny_model)


def test_predict_prints_the_package_s_prediction(active, tiny_model, capsys):
    assert main(["predict", "--user", "6", "--movie", "8", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    row = tiny_model.predict(pd.DataFrame({"user_id": [6], "movie_id": [8]})).iloc[0]
    assert list(printed) == [
        "user_id",
        "movie_id",
        "rating",
        "expected",
        "probabilities",
        "rated",
        "known_user",
        "version",
    ]
    assert (printed["user_id"], printed["movie_id"], printed["known_user"], printed["version"]) == (6, 8, True, active)
    assert printed["rating"] == row["rating"]
    assert printed["expected"] == row["expected"]
    assert printed["probabilities"] == {star: row[f"p_{star}"] for star in "1245"}


def test_a_rated_movie_is_predicted_and_explained_without_its_rating(active, tiny_model, capsys):
    history = tiny_model.history(6)
    movie, stars = history.iloc[0].astype(int)
    without = {"history": history[history["movie_id"] != movie], "profile": tiny_model.profile(6)}
    expected = tiny_model.predict(movie_ids=[movie], **without)["expected"].item()
    for command in ("predict", "explain"):
        assert main([command, "--user", "6", "--movie", str(movie), "--json"]) == 0
        printed = json.loads(capsys.readouterr().out)
        assert (printed["rated"], printed["expected"]) == (stars, pytest.approx(expected, abs=1e-6))
        assert main([command, "--user", "6", "--movie", str(movie)]) == 0
        assert f"They rated it {stars}. The prediction does not use that rating." in capsys.readouterr().out


def test_a_history_asks_as_a_newcomer(active, tiny_model, capsys):
    assert main(["predict", "--history", "2=5, 3=1", "--movie", "8", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["user_id"], printed["known_user"]) == (None, False)
    assert printed["expected"] == tiny_model.predict(movie_ids=[8], history={2: 5, 3: 1})["expected"].item()


def test_explain_prints_the_package_s_explanation(active, tiny_model, capsys):
    assert main(["explain", "--user", "6", "--movie", "8", "--json"]) == 0
    printed, explanation = json.loads(capsys.readouterr().out), tiny_model.explain(6, movie_id=8)
    assert (printed["user_id"], printed["movie_id"], printed["version"]) == (6, 8, active)
    assert printed["contributions"] == explanation.contributions
    assert printed["base"] + sum(printed["contributions"].values()) == pytest.approx(printed["expected"], abs=1e-6)
    assert [(row["movie_id"], row["rating"], row["expected_without"]) for row in printed["loo_influence"]] == [
        tuple(row) for row in explanation.loo_influence.to_numpy()
    ]
    assert printed["loo_influence"][0]["title"].startswith("The Movie ")
    assert printed["prediction_set"] == {
        "low": explanation.prediction_set.low,
        "high": explanation.prediction_set.high,
        "coverage": None,
        "n": 0,
    }
    assert printed["expected"] == explanation.expected


def test_explain_addresses_a_newcomer_and_describes_a_user(active, tiny_model, capsys):
    assert main(["explain", "--history", "2=5,3=1", "--movie", "8"]) == 0
    printed, explanation = capsys.readouterr().out, tiny_model.explain(movie_id=8, history={2: 5, 3: 1})
    assert f"The Movie 8: expected {explanation.expected:.2f}" in printed
    assert f"{explanation.contributions['alike']:+5.2f}  movies like those you rated" in printed
    without = tiny_model.predict(movie_ids=[8], history={3: 1})["expected"].item()
    line = next(line for line in printed.splitlines() if "Without your 5 ★ for The Movie 2, it would be " in line)
    assert line.endswith(f"{without:.2f} instead of {explanation.expected:.2f}.")
    assert main(["explain", "--user", "6", "--movie", "8"]) == 0
    printed = capsys.readouterr().out
    assert "their rating habits" in printed
    assert "your" not in printed


def test_recommend_prints_the_package_s_list(active, tiny_model, capsys):
    filters = ["--genres", "Odd,Drama", "--years", "1955-1985", "--min-ratings", "20", "--only", "3,4,5,6,7,8,9"]
    filters += ["--exclude-genres", "Even", "--exclude", "5,6"]
    order = ["--ranker", "expected", "--popularity", "-0.5", "--diversity", "0.25", "-n", "3"]
    assert main(["recommend", "--user", "6", "--json", *filters, *order]) == 0
    printed = capsys.readouterr()
    options = {"genres": ["Odd", "Drama"], "years": [1955, 1985], "min_ratings": 20, "only": [3, 4, 5, 6, 7, 8, 9]}
    options |= {"exclude_genres": ["Even"], "exclude": [5, 6]}
    options |= {"ranker": "expected", "popularity": -0.5, "diversity": 0.25, "n": 3}
    response = json.loads(printed.out)
    expected = recommend_response(tiny_model, RecommendRequest(6, (), ListOptions.checked(**options)))
    assert response == json.loads(json.dumps(expected | {"version": active}))
    assert response["steps"] in printed.err
    assert response["short"] in printed.err
    assert bool(response["short"]) == (len(response["movies"]) < 3)


def test_recommend_explains_a_short_list(active, capsys):
    assert main(["recommend", "--history", "2=5", "--years", "1988-", "--genres", "Even"]) == 0
    printed = capsys.readouterr()
    assert "40 movies → 1 rated → 2 after filters → 2 shown" in printed.err
    # Not 20: movie 2 is seen.
    assert "remove a filter: “Years” (19 movies), “Genres” (3 movies)" in printed.err
    assert printed.out.splitlines()[0].startswith("  1  The Movie ")


def test_why_not_prints_the_package_s_answer(active, tiny_model, capsys):
    filters = {"genres": ["Odd"], "years": [None, 1960], "exclude": [30, 8], "min_like": 0.0, "n": 2}
    words = ["--genres", "Odd", "--years=-1960", "--exclude", "30,8", "--min-like", "0", "-n", "2"]
    assert main(["why-not", "--history", "2=5,4=5", "--movie", "30", *words, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    answer = tiny_model.why_not(history={2: 5, 4: 5}, movie_id=30, **filters)
    assert {name: printed[name] for name in ("rank", "reasons", "remedied_rank")} == {
        "rank": answer.rank,
        "reasons": list(answer.reasons),
        "remedied_rank": answer.remedied_rank,
    }
    assert main(["why-not", "--history", "2=5,4=5", "--movie", "30", *words]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[: len(printed["sentences"])] == printed["sentences"]
    assert lines[0].startswith("The Movie 30 (1980) is number ")
    assert "Your filters “Odd” and “years up to 1960” leave it out." in lines
    assert main(["why-not", "--user", "6", "--movie", "2"]) == 0
    assert "They have seen The Movie 2 (1952): they gave it 4 ★." in capsys.readouterr().out


def test_similar_prints_the_package_s_list(active, tiny_model, capsys):
    assert main(["similar", "--movie", "8", "-n", "3", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert [row["movie_id"] for row in printed["movies"]] == tiny_model.similar(8, n=3)["movie_id"].tolist()
    assert main(["similar", "--movie", "8", "-n", "3"]) == 0
    assert capsys.readouterr().out.startswith("Most similar to The Movie 8:")


def test_movie_prints_the_package_s_statistics(active, tiny_model, capsys):
    statistics = movie_statistics(tiny_model, 8)
    assert main(["movie", "--movie", "8", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["count"], printed["mean"]) == (statistics.count, statistics.mean)
    assert [row["count"] for row in printed["stars"]] == statistics.stars["count"].tolist()
    assert [row["n"] for row in printed["groups"]] == statistics.groups["n"].tolist()
    assert main(["movie", "--movie", "8"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"The Movie 8: {statistics.mean:.2f} on average, from {statistics.count} ratings"
    women = statistics.groups.set_index("group").loc["F"]
    assert any(line.startswith("  Gender: Women") and f"{women['mean']:.2f}" in line for line in lines)


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["predict", "--user", "999", "--movie", "8"], "1 to 60"),
        (["predict", "--user", "6", "--movie", "41"], "1 to 40"),
        (["predict", "--user", "-3", "--movie", "8"], "user_id: received -3"),
        (["predict", "--history", "2=9", "--movie", "8"], "1, 2, 4, 5"),
        (["predict", "--history", "two=5", "--movie", "8"], "'two'"),
        (["explain", "--user", "999", "--movie", "8"], "1 to 60"),
        (["explain", "--history", "2=5,77=5", "--movie", "41"], "1 to 40"),
        (["recommend", "--user", "999"], "--history"),
        (["recommend", "--user", "6", "-n", "0"], "n: received 0"),
        (["why-not", "--user", "6", "--movie", "8", "-n", "0"], "n: received 0"),
        (["why-not", "--user", "6", "--movie", "41"], "movie_id: received 41"),
        (["recommend", "--user", "6", "--years", "1990"], "years: received [1990]"),
        (["recommend", "--user", "6", "--years", "x-y"], "years: received ['x', 'y']"),
        (["recommend", "--user", "6", "--genres", "Western"], "Drama, Even, Odd"),
        (["recommend", "--user", "6", "--only", "3,x"], "only: received 'x'"),
        (["recommend", "--user", "6", "--ranker", "best"], "personal, expected, popular, gems"),
        (["similar", "--movie", "41"], "1 to 40"),
        (["movie", "--movie", "41"], "1 to 40"),
        (["train", "--set", "depth=99"], "depth: received 99"),
        (["train", "--set", "depth"], "--set"),
        (["train", "--set", "leaves=3"], "leaves"),
        (["evaluate", "--split", "sideways"], "sideways"),
    ],
)
def test_wrong_input_is_a_sentence_and_exit_2(active, tiny_folder, capsys, arguments, text):
    if arguments[0] in ("train", "evaluate"):
        arguments = [*arguments, "--data", str(tiny_folder)]
    assert main(arguments) == 2
    printed = capsys.readouterr()
    assert text in printed.err
    assert "Traceback" not in printed.err
    assert printed.out == ""
    assert Registry().active_version() == active


MODEL_COMMANDS = [
    ["predict", "--user", "6", "--movie", "8"],
    ["explain", "--user", "6", "--movie", "8"],
    ["recommend", "--user", "6"],
    ["similar", "--movie", "8"],
    ["movie", "--movie", "8"],
]


@pytest.mark.parametrize("command", [*MODEL_COMMANDS, ["evaluate"], ["models"]])
def test_no_model_is_exit_3(capsys, command):
    assert main(command) == 3
    assert "python -m recsys train" in capsys.readouterr().err


def test_a_missing_dataset_is_a_sentence(capsys):
    assert main(["data", "--data", "/no/such/folder"]) == 1
    assert "/no/such/folder" in capsys.readouterr().err


@pytest.mark.slow
def test_data_train_evaluate_models_in_one_go(tiny_folder, capsys):
    settings = [f"--set={name}={value}" for name, value in TINY_SETTINGS.items()]
    assert main(["data", "--data", str(tiny_folder), "--json"]) == 0
    checks = json.loads(capsys.readouterr().out)["checks"]
    assert main(["train", "--data", str(tiny_folder), "--preset", "quick", "--json", *settings]) == 0
    trained = json.loads(capsys.readouterr().out)
    assert main(["evaluate", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == {name: trained[name] for name in printed}
    assert (trained["active"], trained["data_changed"], trained["gate"]["passed"]) == (True, True, True)
    assert main(["models", "--json"]) == 0
    (model,) = json.loads(capsys.readouterr().out)["models"]
    assert model["active"]
    assert model["version"] == trained["version"] == Registry().active_version()
    manifest = Registry().load_active().recommender.manifest
    assert manifest["data"]["checks"] == checks
    assert manifest["settings"]["boosting.trees"] == TINY_SETTINGS["trees"]
    assert main(["evaluate"]) == 0
    table = capsys.readouterr().out
    assert "Most common star" in table
    assert all(
        f"\n{name} " in table for name in ("Accuracy", "Macro-F1", "RMSE", "MAE", "Log-loss", "NDCG@10", "Coverage")
    )
    assert main(["train", "--data", str(tiny_folder), "--preset", "quick", *settings]) == 0
    printed = capsys.readouterr().out  # too few ratings to compare two models on
    assert "The data is the same" in printed
    assert f"{trained['version']} stays live" in printed
    assert Registry().active_version() == trained["version"]


@pytest.fixture
def three(active, tiny_model):
    """Versions, oldest first; the last one is active."""
    return [active, Registry().publish(tiny_model), Registry().publish(tiny_model)]


def models_json(capsys, *arguments):
    """What `models ... --json` prints."""
    assert main(["models", *arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_models_lists_and_changes_the_registry(three, capsys):
    assert [row["version"] for row in models_json(capsys)["models"]] == three[::-1]
    assert models_json(capsys, "rollback") == {"active": three[1]}
    assert models_json(capsys, "promote", three[0], "--why", "tried")["active"] == three[0]
    assert models_json(capsys, "pin", three[0]) == {"pinned": [three[0]]}
    assert models_json(capsys, "unpin", three[0]) == {"pinned": []}
    assert models_json(capsys, "delete", three[2]) == {"deleted": three[2]}
    rows = models_json(capsys, "list")["models"]
    marks = [(row["version"], row["active"], row["previous"], row["pinned"]) for row in rows]
    assert marks == [(three[1], False, True, False), (three[0], True, False, False)]
    latest = models_json(capsys, "journal")["journal"][:4]
    assert [row["what"] for row in latest] == ["deleted", "unpinned", "pinned", "promoted"]
    assert (latest[-1]["why"], latest[-1]["who"]) == ("tried", "command line")
    assert main(["models"]) == 0
    assert capsys.readouterr().out.splitlines()[1].startswith(f"*   {three[0]}")


def test_every_command_that_uses_the_model_warns_of_a_lost_pointer(three, capsys, own_registry):
    models_json(capsys, "promote", three[0], "--why", "it was better")
    (own_registry / "active.json").write_bytes(b"")
    for command in (["models", "list"], ["predict", "--user", "6", "--movie", "8"]):
        assert main(command) == 0
        printed = capsys.readouterr()
        assert "Warning: active.json is missing or damaged" in printed.err
        assert three[0] in printed.err
        assert three[0] in printed.out


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (["promote", "../x"], 2, "VERSION: received '../x'"),
        (["delete", "20200101-000000-aaaaaa"], 2, "models list"),
        (["delete", "ACTIVE"], 1, "is live. Promote another"),
        (["promote", "OTHER"], 1, "give a reason"),
    ],
)
def test_refused_changes_are_sentences(three, capsys, arguments, code, text):
    versions = {"ACTIVE": three[2], "OTHER": three[0]}
    assert main(["models", *(versions.get(argument, argument) for argument in arguments)]) == code
    printed = capsys.readouterr()
    assert text in printed.err
    assert printed.out == ""
    assert Registry().versions() == three[::-1]
    assert Registry().active_version() == three[2]


@pytest.mark.parametrize("option", ["--job=x", "--seconds=1", "--parent=1", "--who=x", "--first"])
def test_what_a_job_is_ordered_is_no_option(option, capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["train", option])
    assert "unrecognized arguments" in capsys.readouterr().err


@pytest.mark.slow
def test_a_training_by_hand_writes_the_status_that_pages_show(tiny_folder, own_registry, capsys):
    settings = [f"--set={name}={value}" for name, value in TINY_SETTINGS.items()]
    assert main(["train", "--data", str(tiny_folder), "--preset", "quick", "--why", "new data", *settings]) == 0
    status, entry = jobs.status(), Registry().event_log()[0]
    assert (status.state, status.kind, status.pid) == ("done", jobs.TRAINING, os.getpid())
    assert status.version == Registry().active_version() == entry.version
    assert len(status.points) > 1
    assert (entry.who, entry.why) == ("command line", "new data")


def test_it_runs_from_any_folder(active, tmp_path):
    command = [sys.executable, "-m", "recsys", "predict", "--user", "6", "--movie", "8", "--json"]
    environment = {"PYTHONPATH": str(REPOSITORY), "RECSYS_MODELS": str(Registry().folder)}
    process = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)
    assert process.returncode == 0, process.stderr
    assert json.loads(process.stdout)["version"] == active


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no file that is always full")
def test_a_result_that_cannot_be_written_is_a_sentence(own_registry):
    command = [sys.executable, "-m", "recsys", "models", "journal"]
    with open("/dev/full", "w") as full:
        process = subprocess.run(command, cwd=REPOSITORY, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)
    assert process.returncode == 1
    assert process.stderr.splitlines() == [
        "Done, but the result could not be written (No space left on device). Run it again, or write elsewhere."
    ]


def test_a_closed_pipe_ends_it_quietly(own_registry):
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "recsys", "models", "journal"]
    process = subprocess.run(command, cwd=REPOSITORY, stdout=writer, stderr=subprocess.PIPE, text=True, timeout=60)
    os.close(writer)
    assert (process.returncode, process.stderr) == (1, "")


@pytest.mark.slow
def test_another_scale_is_chosen_on_the_command_line(tiny_folder, capsys):
    ratings = pd.read_csv(tiny_folder / "ratings.csv")
    ratings.assign(rating=ratings["rating"] * 2 - 1).to_csv(tiny_folder / "ratings.csv", index=False)
    assert main(["data", "--data", str(tiny_folder)]) == 1
    assert "keep that scale (scale 'keep'), map it to 1 to 5 stars (scale 'map')" in capsys.readouterr().err
    assert main(["data", "--data", str(tiny_folder), "--scale", "map"]) == 0
    assert "They were mapped to 1 to 5 stars." in capsys.readouterr().out
    settings = [f"--set={name}={json.dumps(value)}" for name, value in TINY_SETTINGS.items()]
    assert main(["train", "--data", str(tiny_folder), "--preset", "quick", "--scale", "keep", *settings]) == 0
    assert Registry().load_active().recommender.stars == (1.0, 3.0, 7.0, 9.0)
