# FastAPI as its tutorial has it: a pydantic model in, a dictionary out.
import os
import warnings
from typing import List

import numpy as np
from fastapi import FastAPI
from pydantic import BaseModel

from model import fit

warnings.filterwarnings("ignore")
estimator, method = fit(os.environ["BENCH_MODEL"])
predict = getattr(estimator, method)
app = FastAPI()


class Tensor(BaseModel):
    name: str
    datatype: str
    shape: List[int]
    data: List[float]


class Request(BaseModel):
    inputs: List[Tensor]


@app.get("/ready")
def ready():
    return {"ready": True}


@app.post("/infer")
def infer(request: Request):
    tensor = request.inputs[0]
    y = predict(np.array(tensor.data, dtype=np.float32).reshape(tensor.shape))
    return {
        "model_name": "bench",
        "model_version": "1",
        "outputs": [{"name": "y", "datatype": "FP64", "shape": list(y.shape), "data": y.ravel().tolist()}],
    }
