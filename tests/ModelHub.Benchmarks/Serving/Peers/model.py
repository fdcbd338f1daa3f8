# The scikit-learn twin of each benchmark model: same inputs, same size, fitted on noise.
import numpy as np
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPRegressor


def fit(name):
    random = np.random.RandomState(7)
    x = random.rand(2000, 20).astype(np.float32)
    y = x @ random.rand(20) + random.rand(2000)
    if name == "logistic":
        return LogisticRegression().fit(x, (y > np.median(y)).astype(int)), "predict_proba"
    if name == "trees":
        return GradientBoostingRegressor(n_estimators=100, max_depth=6).fit(x, y), "predict"
    width = 1024 if name == "large-mlp" else 256
    return MLPRegressor(hidden_layer_sizes=(width, width), max_iter=5).fit(x, y), "predict"
