"""The metrics of top-N lists. Liked (relevant) is a held-out rating of at least 80% of the scale's maximum."""

from __future__ import annotations

from recsys.glossary.entry import COUNT, LOWER, NEITHER, PERCENT, Metric

RANKING = {
    "ndcg@n": Metric(
        "NDCG",
        "How far up the list the movies stand that the person went on to like; 1 when all are on top.",
        "Σ over hits of 1 ÷ log₂(place + 1), over the same for min(liked, n) hits on top",
    ),
    "recall@n": Metric(
        "Recall of the list",
        "The share of a person's liked held-out movies that their list found.",
        "hits ÷ liked",
        form=PERCENT,
    ),
    "precision@n": Metric(
        "Precision of the list",
        "The share of the list that the person went on to rate and like. What they never rated counts as a miss.",
        "hits ÷ n",
        form=PERCENT,
    ),
    "map@n": Metric(
        "MAP",
        "Mean average precision: precision at each hit, high when hits stand on top.",
        "Σ over hits of (hits so far ÷ place) ÷ min(liked, n)",
    ),
    "hit_rate@n": Metric(
        "Hit rate",
        "The share of people whose list has at least one movie that they went on to like.",
        "people with a hit ÷ people",
        form=PERCENT,
    ),
    "coverage@n": Metric(
        "Catalogue shown",
        "The share of the catalogue that stands on at least one list.",
        "movies on some list ÷ movies",
        form=PERCENT,
    ),
    "gini@n": Metric(
        "Gini",
        "How unevenly the lists' places are shared among movies: 0 evenly, near 1 when few movies have them all.",
        "Σ (2 rank − movies − 1) × places ÷ (movies × all places)",
        LOWER,
    ),
    "novelty@n": Metric(
        "Novelty",
        "How little known the shown movies are, in bits: one more when half as many people rated them.",
        "mean of −log₂(people who rated it ÷ people)",
        NEITHER,
        COUNT,
    ),
    "popularity_rank@n": Metric(
        "Popularity rank",
        "The shown movies' mean place when all are ordered by how often they were rated; 1 is the most rated.",
        "mean place by ratings",
        NEITHER,
        COUNT,
    ),
    "long_tail@n": Metric(
        "Long tail",
        "The share of shown movies outside the most rated fifth of the catalogue.",
        "movies outside the top fifth ÷ movies shown",
        NEITHER,
        PERCENT,
    ),
    "diversity@n": Metric(
        "Diversity",
        "How unlike the genres on one list are, from 0 (all the same) to 1.",
        "mean over pairs of 1 − cosine of genres",
        NEITHER,
    ),
    "calibration@n": Metric(
        "Genre distance",
        "How far a list's genres are from those the person has rated, in nats: 0 when the shares are equal.",
        "Σ share in history × ln(share in history ÷ share on list)",
        LOWER,
    ),
}
