# Flask behind gunicorn.
import os
import warnings

import numpy as np
from flask import Flask, jsonify, request

from model import fit

warnings.filterwarnings("ignore")
estimator, method = fit(os.environ["BENCH_MODEL"])
predict = getattr(estimator, method)
app = Flask(__name__)


@app.get("/ready")
def ready():
    return jsonify({"ready": True})


@app.post("/infer")
def infer():
    tensor = request.get_json()["inputs"][0]
    y = predict(np.array(tensor["data"], dtype=np.float32).reshape(tensor["shape"]))
    return jsonify({
        "model_name": "bench",
        "model_version": "1",
        "outputs": [{"name": "y", "datatype": "FP64", "shape": list(y.shape), "data": y.ravel().tolist()}],
    })
