"""The parts of the model in their order: what each does, in words and figures, and the page with its details."""

from __future__ import annotations

from dataclasses import dataclass, field

from recsys.serving.prediction_set import SET_COVERAGE, SET_SIZE
from recsys.ui.common.text import count_text, number, percent
from recsys.ui.how_it_works.model_facts import ModelFacts

EVALUATE, DATA, RECOMMEND = "pages/evaluate.py", "pages/data.py", "pages/recommend.py"
FEATURES, RANKING = {"section": "Features"}, {"section": "Ranking"}


@dataclass(frozen=True)
class Part:
    """One part of the model: its title, a figure for the diagram, two or three sentences, and a link."""

    title: str
    figure: str
    sentences: str
    page: str
    link: str
    query: dict[str, str] = field(default_factory=dict)


def shared_parts(facts: ModelFacts) -> list[Part]:
    """From the ratings to the features, which ratings and lists have in common."""
    return [
        Part(
            "Data",
            count_text(facts.ratings, "rating"),
            f"{count_text(facts.users, 'user')} gave {count_text(facts.ratings, 'rating')} to "
            f"{count_text(facts.movies, 'movie')}. Each rating says who, which movie, how many stars, and when.",
            DATA,
            "See the ratings",
        ),
        Part("Checks", f"{sum(facts.dropped.values()):,} dropped", _checks(facts), DATA, "See every check"),
        Part(
            "Split",
            f"{facts.held_out:,} held out",
            _split(facts),
            EVALUATE,
            "See other splits",
            {"section": "Cross-validation"},
        ),
        Part(
            "Features",
            f"{facts.features} numbers",
            f"A feature is a number about one user and one movie, such as the user's average. There are "
            f"{facts.features} in {count_text(facts.groups, 'group')}.{_genres(facts)} For training, the ratings are "
            f"divided into {facts.folds} parts. A rating's features come from tables of the other parts, so its own "
            "stars are never in them. This is called cross-fitting.",
            EVALUATE,
            "See all features",
            FEATURES,
        ),
    ]


def star_parts(facts: ModelFacts) -> list[Part]:
    """From the features to the expected rating of one movie."""
    return [*_star_model(facts), *_prediction(facts)]


def _star_model(facts: ModelFacts) -> list[Part]:
    return [
        Part(
            "Linear start",
            f"{facts.weights:,} weights",
            "A softmax regression adds up all features, each times a weight. This gives a score for each star, and the "
            f"scores become probabilities. It has {facts.weights:,} weights.",
            EVALUATE,
            "See what it uses",
            FEATURES,
        ),
        Part(
            "Trees",
            f"{facts.trees:,} trees",
            f"XGBoost corrects the linear start. In each of {facts.rounds} rounds it adds one small tree per star, "
            f"which asks at most {facts.depth} questions in a row. That makes {facts.trees:,} trees.",
            EVALUATE,
            "See the learning curve",
            FEATURES,
        ),
    ]


def _prediction(facts: ModelFacts) -> list[Part]:
    metrics = facts.metrics
    accuracy, rmse = percent(metrics["accuracy"]), number(metrics["rmse"], 3)
    return [
        Part(
            "Star probabilities",
            f"{accuracy} exactly right",
            f"The result is a probability for each of the {facts.stars} stars. The most probable one is the predicted "
            f"star: it is exactly right for {accuracy} of the held-out ratings. Log-loss, which punishes confident "
            f"mistakes, is {number(metrics['log_loss'], 3)}.",
            EVALUATE,
            "See if the probabilities are right",
            {"section": "Calibration"},
        ),
        Part(
            "Expected rating and range",
            f"RMSE {rmse}",
            "The expected rating is the average of the stars, each counted by its probability. Its root mean "
            f"squared error (RMSE) is {rmse} stars. The likely range, or prediction set, contained the true rating "
            f"{percent(metrics[SET_COVERAGE])} of the time. Its mean width is {number(metrics[SET_SIZE], 1)} stars.",
            EVALUATE,
            "Compare with baselines",
            {"section": "Baselines"},
        ),
    ]


def list_parts(facts: ModelFacts) -> list[Part]:
    """From the features to a list of movies."""
    ndcg = number(facts.metrics["ndcg@10"], 3)
    return [
        Part(
            "Candidates",
            f"{facts.pool} of {facts.movies:,}",
            f"A list starts with the {facts.pool} most promising movies that you have not rated. Matrix "
            "factorisation (ALS) finds them: it looks at who rated the same movies.",
            EVALUATE,
            "See the ranking metrics",
            RANKING,
        ),
        Part(
            "Ranker",
            f"{facts.ranker_trees:,} trees",
            f"A second XGBoost model, with {facts.ranker_trees:,} trees, orders the candidates. It uses all features "
            "and asks how likely you are to choose this movie and like it.",
            EVALUATE,
            "Compare with other rankers",
            RANKING,
        ),
        Part(
            "Top-N list",
            f"NDCG@10 {ndcg}",
            "Your filters and the diversity slider choose from this order. NDCG@10 measures the first ten: 1 if they "
            f"are the best ones in the best order. It is {ndcg}.",
            RECOMMEND,
            "See a list",
        ),
    ]


def _checks(facts: ModelFacts) -> str:
    if not facts.dropped:
        return "Each row is checked: ids, stars, dates, duplicates. No rating was dropped."
    one_reason = len(facts.dropped) == 1
    reasons = "; ".join(reason if one_reason else f"{rows:,} {reason}" for reason, rows in facts.dropped.items())
    return (
        f"Each row is checked: ids, stars, dates, duplicates. {sum(facts.dropped.values()):,} of "
        f"{facts.ratings + sum(facts.dropped.values()):,} ratings were dropped: {reasons}."
    )


def _split(facts: ModelFacts) -> str:
    if not facts.held_out:
        return "This model has no report: it learned from every rating, and nothing is known about its errors."
    return (
        f"{facts.held_out:,} ratings ({percent(facts.held_out / facts.ratings, 0)}) are held out: the model learns "
        f"from the other {facts.train:,} only. Every metric is measured on the held-out ones. Afterwards the movie "
        "tables are updated with all ratings; the trees stay as they were measured."
    )


def _genres(facts: ModelFacts) -> str:
    if not facts.components:
        return ""
    return (
        f" Genres, for example: principal component analysis (PCA) turns {facts.genres} genres into "
        f"{facts.components} numbers that keep {percent(facts.variance)} of their variance."
    )
