"""From the feature matrix to star probabilities: softmax regression, star model, cross-fitted training set."""
