"""From the feature matrix to stars: softmax regression, the star model, and the training set they learn from."""
