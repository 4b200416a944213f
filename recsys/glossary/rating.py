"""The metrics of rating prediction: of the predicted star, the expected rating, and the probabilities."""

from __future__ import annotations

from recsys.glossary.entry import COUNT, LOWER, NEITHER, PERCENT, STARS, ZERO, Metric

RATING = {
    # predicted star
    "accuracy": Metric(
        "Accuracy",
        "The share of ratings whose predicted star is exactly right.",
        "correctly predicted ratings ÷ ratings",
        form=PERCENT,
    ),
    "within_one": Metric(
        "Within one star",
        "The share of ratings whose predicted star is right or one step of the scale off.",
        "ratings with |predicted − actual| ≤ 1 step ÷ ratings",
        form=PERCENT,
    ),
    "weighted_kappa": Metric(
        "Weighted kappa",
        "Quadratic weighted kappa (QWK): agreement of predicted and actual stars, corrected for chance. An error of "
        "two stars counts four times an error of one. 0 is chance, 1 is perfect.",
        "1 − Σ (predicted − actual)² ÷ the same sum if both were independent",
    ),
    "precision": Metric(
        "Precision",
        "Of the ratings predicted to be this star, the share that really is.",
        "correct for this star ÷ predicted as this star",
        form=PERCENT,
    ),
    "recall": Metric(
        "Recall",
        "Of the ratings that really are this star, the share predicted correctly.",
        "correct for this star ÷ actually this star",
        form=PERCENT,
    ),
    "f1": Metric(
        "F1",
        "Harmonic mean of precision and recall; low if either is low.",
        "2 × precision × recall ÷ (precision + recall)",
        form=PERCENT,
    ),
    "macro_precision": Metric(
        "Macro-precision", "Mean of the precision of each star.", "Σ precision ÷ stars", form=PERCENT
    ),
    "macro_recall": Metric("Macro-recall", "Mean of the recall of each star.", "Σ recall ÷ stars", form=PERCENT),
    "macro_f1": Metric(
        "Macro-F1",
        "Mean of the F1 of each star: rare stars count as much as common ones. A star that is never predicted has 0.",
        "Σ F1 ÷ stars",
        form=PERCENT,
    ),
    "weighted_precision": Metric(
        "Weighted precision",
        "Precision of each star, weighted by how often the star was given.",
        "Σ precision × ratings of the star ÷ ratings",
        form=PERCENT,
    ),
    "weighted_recall": Metric(
        "Weighted recall",
        "Recall of each star, weighted by how often the star was given; the same as accuracy.",
        "Σ recall × ratings of the star ÷ ratings",
        form=PERCENT,
    ),
    "weighted_f1": Metric(
        "Weighted F1",
        "F1 of each star, weighted by how often the star was given. A star that is never predicted has 0.",
        "Σ F1 × ratings of the star ÷ ratings",
        form=PERCENT,
    ),
    # one star against the rest
    "roc_auc": Metric(
        "ROC AUC",
        "Area under the ROC curve of one star against the rest: how often a rating of this star gets a higher "
        "probability of it than a rating of another star. Chance is 0.5, perfect is 1.",
        "pairs (this star, another star) in the right order ÷ pairs; a tie counts half",
    ),
    "average_precision": Metric(
        "Average precision",
        "Area under the precision-recall curve of one star against the rest. Chance is the star's share of the "
        "ratings, perfect is 1. It judges rare stars more severely than ROC AUC.",
        "Σ over thresholds of (recall − recall at the threshold above) × precision",
    ),
    # expected rating
    "rmse": Metric(
        "RMSE",
        "Root mean squared error of the expected rating, in stars. Large errors count more, so it is larger than a "
        "typical error; MAE is the average one.",
        "√( Σ (actual − expected)² ÷ ratings )",
        LOWER,
        STARS,
    ),
    "mae": Metric(
        "MAE",
        "Mean absolute error: the average error of the expected rating, in stars.",
        "Σ |actual − expected| ÷ ratings",
        LOWER,
        STARS,
    ),
    "user_rmse": Metric(
        "RMSE per user",
        "RMSE of each user's ratings, then the mean over users: every user counts the same.",
        "Σ RMSE of a user ÷ users",
        LOWER,
        STARS,
    ),
    "user_mae": Metric(
        "MAE per user",
        "MAE of each user's ratings, then the mean over users: every user counts the same.",
        "Σ mean |actual − expected| of a user ÷ users",
        LOWER,
        STARS,
    ),
    "mean_error": Metric(
        "Mean error (bias)",
        "The mean of the signed error: above 0 the expected rating is too high on average, below 0 too low.",
        "Σ (expected − actual) ÷ ratings",
        ZERO,
        STARS,
    ),
    "error_spread": Metric(
        "Spread of the errors",
        "Standard deviation of the signed error: how far single errors lie from the mean error.",
        "√( Σ (expected − actual − mean error)² ÷ ratings )",
        LOWER,
        STARS,
    ),
    # probabilities
    "log_loss": Metric(
        "Log-loss",
        "Cross-entropy of the probabilities, in nats: low if the actual star had a high probability. A confident "
        "wrong prediction costs most.",
        "−Σ ln(probability of the actual star) ÷ ratings",
        LOWER,
    ),
    "brier": Metric(
        "Brier score",
        "Squared distance between the probabilities and the actual outcome, from 0 to 2.",
        "Σ over ratings and stars of (probability − outcome)² ÷ ratings",
        LOWER,
    ),
    "ranked_probability": Metric(
        "Ranked probability score",
        "Like the Brier score, but an error of one star costs less than an error of two; from 0 to 1.",
        "Σ over ratings and thresholds of (P(at most this star) − outcome)² ÷ (ratings × thresholds)",
        LOWER,
    ),
    "calibration_error": Metric(
        "Calibration error",
        "Expected calibration error (ECE): the gap between the probability of the predicted star and how often it is "
        "right, averaged over ten bins. Chance alone makes it larger than 0.",
        "Σ over bins of |share correct − mean probability| × ratings in the bin ÷ ratings",
        LOWER,
        PERCENT,
    ),
    "confidence_gap": Metric(
        "Confidence less accuracy",
        "The mean probability of the predicted star, less the share that is right: above 0 the model is too confident, "
        "below 0 too cautious.",
        "Σ (probability of the predicted star − correct) ÷ ratings",
        ZERO,
        PERCENT,
    ),
    "set_coverage": Metric(
        "Likely range: coverage",
        "How often the likely range beside a prediction contains the actual rating; the target is 80%.",
        "ratings inside their range ÷ ratings",
        NEITHER,
        PERCENT,
    ),
    "set_size": Metric(
        "Likely range: width",
        "The number of stars in the likely range, on average.",
        "Σ stars in the range ÷ ratings",
        LOWER,
        COUNT,
    ),
    "set_cut": Metric(
        "Likely range: threshold",
        "How far a star may lie from the median of the predicted distribution to be in the likely range; each star has "
        "its own threshold, so that rare stars are covered as often as common ones.",
        "lowest distance with 80% of the star's ratings inside, on the other half",
        NEITHER,
        PERCENT,
    ),
}
