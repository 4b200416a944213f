"""The metrics of top-N lists. Liked (relevant) is a held-out rating of at least 80% of the scale's maximum."""

from __future__ import annotations

from recsys.glossary.entry import COUNT, LOWER, NEITHER, PERCENT, Metric

RANKING = {
    "ndcg@n": Metric(
        "NDCG@{n}",
        "How near the top of the list the movies are that the user later liked; 1 if all are on top.",
        "Σ over hits of 1 ÷ log₂(rank + 1), divided by the same for min(liked, n) hits on top",
    ),
    "recall@n": Metric(
        "Recall@{n}",
        "Of the held-out movies that a user liked, the share that is on their list.",
        "hits ÷ liked",
        form=PERCENT,
    ),
    "precision@n": Metric(
        "Precision@{n}",
        "The share of the list that the user later rated and liked. A movie they never rated counts as a miss.",
        "hits ÷ n",
        form=PERCENT,
    ),
    "map@n": Metric(
        "MAP@{n}",
        "Mean average precision: the precision at each hit, averaged; high if the hits are on top.",
        "Σ over hits of (hits so far ÷ rank) ÷ min(liked, n)",
    ),
    "hit_rate@n": Metric(
        "Hit rate@{n}",
        "The share of users whose list has at least one movie that they later liked.",
        "users with a hit ÷ users",
        form=PERCENT,
    ),
    "coverage@n": Metric(
        "Coverage",
        "Catalogue coverage: the share of all movies that are on at least one user's list.",
        "movies on at least one list ÷ movies",
        form=PERCENT,
    ),
    "gini@n": Metric(
        "Gini index",
        "How unevenly movies appear on lists: 0 if all appear equally often, near 1 if a few movies fill all lists.",
        "Σ (2 rank − movies − 1) × appearances ÷ (movies × all appearances)",
        LOWER,
    ),
    "novelty@n": Metric(
        "Novelty",
        "How little known the recommended movies are, in bits: one more if half as many users rated them. A movie "
        "without a rating counts as one with a single rating.",
        "mean of −log₂(max(users who rated it, 1) ÷ users)",
        NEITHER,
        COUNT,
    ),
    "popularity_rank@n": Metric(
        "Popularity rank",
        "The mean popularity rank of the recommended movies; rank 1 is the movie with the most ratings.",
        "mean rank by number of ratings",
        NEITHER,
        COUNT,
    ),
    "long_tail@n": Metric(
        "Long tail",
        "The share of recommended movies outside the most rated 20% of the catalogue.",
        "movies outside the top 20% ÷ recommended movies",
        NEITHER,
        PERCENT,
    ),
    "diversity@n": Metric(
        "Diversity",
        "How different the genres on one list are, from 0 (all the same) to 1.",
        "mean over pairs of 1 − cosine of genres",
        NEITHER,
    ),
    "calibration@n": Metric(
        "Genre distance",
        "How far the genres of a list are from those the user has rated (KL divergence, in nats); 0 if equal. The "
        "share on the list is mixed with 1% of the share in the history: without that, one missing genre would make it "
        "infinite; so this 1% decides how much a missing genre costs.",
        "Σ share in history × ln(share in history ÷ (99% × share on list + 1% × share in history))",
        LOWER,
    ),
}
