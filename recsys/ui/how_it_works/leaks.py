"""The leak laboratory on the page: the figures with each mistake beside the honest ones, and how to notice it."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import pandas as pd
import streamlit as st

from recsys.evaluation.leak_laboratory import (
    ALL_ROW_MEANS,
    HONEST,
    IN_USE,
    LABORATORY_VERSION,
    LEAKS,
    SAME_SECOND,
    SEEN_ROWS,
)
from recsys.evaluation.legacy_baseline import ROUNDS, TREES
from recsys.glossary import metric
from recsys.serving.recommender import Recommender
from recsys.training.evaluation_runner import EvaluationPlan
from recsys.training.evaluation_store import Evaluation
from recsys.ui.common import auth
from recsys.ui.common.stored_evaluations import newest_evaluations
from recsys.ui.evaluate import running

METRICS = ("accuracy", "rmse", "log_loss")
PLANS = {"Run the leak laboratory": EvaluationPlan(leaks=True)}


@dataclass(frozen=True)
class Mistake:
    """A mistake in words: what is done, why it is wrong, and how to notice it."""

    title: str
    done: str
    wrong: str
    notice: str


MISTAKES = {
    ALL_ROW_MEANS: Mistake(
        "Averages over all rows",
        "The first notebook of this project computed every user's and movie's average over all ratings, and split them "
        "afterwards.",
        "The averages contain the very rating that they help to predict. For a movie with one rating, the average is "
        "the answer.",
        "Change one rating and look at its own features. If they change too, they know the answer.",
    ),
    SAME_SECOND: Mistake(
        "A look at the same second",
        "Many users rate a page of movies at once. One more feature says how they rated other movies in the second of "
        "the rating to be predicted.",
        "When you ask for a prediction, that second has not come yet.",
        "Ask of every feature: do you know it at the moment of the prediction? If not, hide it and measure again.",
    ),
    SEEN_ROWS: Mistake(
        "Measured on training rows",
        "The trees learn from all ratings, the held-out ones too, and are then measured on these.",
        "A model remembers details of the rows it has learned from. They do not help with new ones.",
        "Compare the training rows with rows that the model has never seen. A gap means that the first figure is too "
        "good.",
    ),
}


def draw(recommender: Recommender) -> None:
    """The stored figures; without any, how to get them."""
    evaluation = stored(recommender)
    if evaluation is None:
        st.caption(
            "Not measured yet for this data and these settings. It takes a few small models, and about a minute."
        )
    else:
        _figures(evaluation)
    if evaluation is None or auth.is_owner():
        running.panel(recommender.manifest, PLANS, "the leak laboratory", "--leaks", offer_everything=False)


def stored(recommender: Recommender) -> Evaluation | None:
    """The newest leak laboratory with this model's data and settings, made by today's code."""
    evaluation = newest_evaluations(recommender.manifest).get(LEAKS)
    if evaluation is None or evaluation.about.get("laboratory") != LABORATORY_VERSION:
        return None
    return evaluation


def _figures(evaluation: Evaluation) -> None:
    overall = evaluation.table[evaluation.table["slice"] == "all"]
    values = overall.pivot(index="model", columns="metric", values="value").astype(float)
    for column, (name, mistake) in zip(st.columns(len(MISTAKES), gap="large"), MISTAKES.items(), strict=True):
        with column:
            st.html(_mistake(name, mistake, values))
    n = int(overall.loc[overall["metric"] == "accuracy", "n"].iloc[0])
    st.caption(
        f"All figures are of the project's first model, which is small: {ROUNDS} rounds of trees, at most "
        f"{TREES['max_depth']} questions deep, on averages and counts of user and movie, year, genres (PCA), "
        f"age, gender and occupation. Same code, same {n:,} held-out ratings, same seed; only the mistake differs. "
        f"Measured on {evaluation.created.day} {evaluation.created:%B %Y}."
    )


def _mistake(name: str, mistake: Mistake, values: pd.DataFrame) -> str:
    rows = [("With the mistake", "leaky", name), ("Honest", "honest", HONEST)]
    sentences = [("Why it is wrong.", mistake.wrong), ("How to notice.", mistake.notice)]
    in_use = f"{name}{IN_USE}"
    if in_use in values.index:
        rows.append(("In use", "in-use", in_use))
        sentences.insert(1, ("In use.", in_use_sentence(values, name)))
    head = "".join(f'<th scope="col">{escape(metric(each).label)}</th>' for each in METRICS)
    body = "".join(
        f'<tr class="{kind}"><th scope="row">{label}</th>{_cells(values, model)}</tr>' for label, kind, model in rows
    )
    words = "".join(f"<p><b>{label}</b> {escape(sentence)}</p>" for label, sentence in sentences)
    return (
        f'<div class="how-leak"><h3>{escape(mistake.title)}</h3><p>{escape(mistake.done)}</p>'
        f'<table class="how-table"><thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody></table>{words}</div>'
    )


def in_use_sentence(values: pd.DataFrame, name: str) -> str:
    """What is left of the gain when the model has to predict without what it cannot know."""
    loss = values["log_loss"]
    if loss[f"{name}{IN_USE}"] < loss[HONEST]:
        return "For a new rating nobody can know this. Here the model is still better than the honest one."
    return (
        "For a new rating nobody can know this. The model has learned to rely on it, and is worse than the honest one."
    )


def _cells(values: pd.DataFrame, model: str) -> str:
    return "".join(f"<td>{metric(name).write(values[name][model])}</td>" for name in METRICS)
