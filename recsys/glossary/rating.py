"""The metrics of rating prediction: of the predicted star, the expected rating, and the probabilities."""

from __future__ import annotations

from recsys.glossary.entry import COUNT, LOWER, NEITHER, PERCENT, STARS, Metric

RATING = {
    # predicted star
    "accuracy": Metric(
        "Exactly right",
        "Accuracy: the share of ratings whose star was decided right.",
        "ratings decided right ÷ ratings",
        form=PERCENT,
    ),
    "within_one": Metric(
        "At most one star off",
        "The share of ratings decided right or one step of the scale beside.",
        "ratings with |decided − true| ≤ 1 step ÷ ratings",
        form=PERCENT,
    ),
    "weighted_kappa": Metric(
        "Kappa, quadratic",
        "Quadratic weighted kappa: how far decisions agree with the truth beyond chance; a miss by two stars counts "
        "four times a miss by one. 0 is chance, 1 perfect.",
        "1 − Σ (decided − true)² ÷ the same sum if both were independent",
    ),
    "precision": Metric(
        "Precision",
        "Of the ratings that were decided to be this star, the share that were.",
        "right with this star ÷ decided to be this star",
        form=PERCENT,
    ),
    "recall": Metric(
        "Recall",
        "Of the ratings that are this star, the share that were decided so.",
        "right with this star ÷ truly this star",
        form=PERCENT,
    ),
    "f1": Metric(
        "F1",
        "Precision and recall in one number, low when either is.",
        "2 × precision × recall ÷ (precision + recall)",
        form=PERCENT,
    ),
    "macro_precision": Metric(
        "Precision, macro", "The plain mean of the stars' precision.", "Σ precision ÷ stars", form=PERCENT
    ),
    "macro_recall": Metric("Recall, macro", "The plain mean of the stars' recall.", "Σ recall ÷ stars", form=PERCENT),
    "macro_f1": Metric(
        "F1, macro",
        "The plain mean of the stars' F1: rare stars count as much as common ones.",
        "Σ F1 ÷ stars",
        form=PERCENT,
    ),
    "weighted_precision": Metric(
        "Precision, weighted",
        "The stars' precision, weighted by how often each star was given.",
        "Σ precision × ratings of the star ÷ ratings",
        form=PERCENT,
    ),
    "weighted_recall": Metric(
        "Recall, weighted",
        "The stars' recall, weighted by how often each star was given; the same as accuracy.",
        "Σ recall × ratings of the star ÷ ratings",
        form=PERCENT,
    ),
    "weighted_f1": Metric(
        "F1, weighted",
        "The stars' F1, weighted by how often each star was given.",
        "Σ F1 × ratings of the star ÷ ratings",
        form=PERCENT,
    ),
    # expected rating
    "rmse": Metric(
        "Typical miss",
        "RMSE of the expected rating, in stars; large misses count more.",
        "√( Σ (true − expected)² ÷ ratings )",
        LOWER,
        STARS,
    ),
    "mae": Metric(
        "Mean miss",
        "Mean absolute error of the expected rating, in stars.",
        "Σ |true − expected| ÷ ratings",
        LOWER,
        STARS,
    ),
    "user_rmse": Metric(
        "Typical miss, a person",
        "RMSE of each person's ratings, then the mean over people: everybody counts the same.",
        "Σ RMSE of a person ÷ people",
        LOWER,
        STARS,
    ),
    "user_mae": Metric(
        "Mean miss, a person",
        "Mean absolute error of each person's ratings, then the mean over people: everybody counts the same.",
        "Σ mean |true − expected| of a person ÷ people",
        LOWER,
        STARS,
    ),
    # probabilities
    "log_loss": Metric(
        "Log-loss",
        "How surprised the model is by the true star, in nats; being sure and wrong costs most.",
        "−Σ ln(probability of the true star) ÷ ratings",
        LOWER,
    ),
    "brier": Metric(
        "Brier score",
        "Squared distance between the probabilities and what happened, from 0 to 2.",
        "Σ over ratings and stars of (probability − happened)² ÷ ratings",
        LOWER,
    ),
    "ranked_probability": Metric(
        "Ranked probability score",
        "As the Brier score, but a miss by one star costs less than a miss by two; from 0 to 1.",
        "Σ over ratings and cuts of (P(at most this star) − happened)² ÷ (ratings × cuts)",
        LOWER,
    ),
    "calibration_error": Metric(
        "Calibration error",
        "Expected calibration error (ECE): how far the said probability of the decided star is from how often it was "
        "right, over ten bins. Chance alone makes it larger than 0.",
        "Σ over bins of |right − said| × ratings in the bin ÷ ratings",
        LOWER,
        PERCENT,
    ),
    "set_coverage": Metric(
        "Likely stars hold the rating",
        "The share of ratings that lie among the likely stars shown beside a prediction; about 80% is wanted.",
        "ratings inside their set ÷ ratings",
        NEITHER,
        PERCENT,
    ),
    "set_size": Metric(
        "Likely stars",
        "How many stars the set of likely stars has, on average.",
        "Σ stars in the set ÷ ratings",
        LOWER,
        COUNT,
    ),
    "set_cut": Metric(
        "Cut of the likely stars",
        "The probability that likely stars must hold together.",
        "lowest probability with 80% of ratings inside, on the other half",
        NEITHER,
        PERCENT,
    ),
}
