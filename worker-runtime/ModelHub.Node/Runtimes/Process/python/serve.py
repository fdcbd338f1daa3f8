"""Serves one scikit-learn, XGBoost or TorchScript model on a Unix socket, by the Open Inference Protocol V2.

serve.py --socket PATH --format sklearn|xgboost|torchscript --model PATH [--signature PATH]

Needs nothing but the standard library and the framework of the model. The signature, when it is given, is what the
registry says of the model ({"inputs": [{"name", "datatype", "shape"}], "outputs": [...]}); a model that contradicts it
is not served. Loading a pickle runs its code: this program is started by confine.py and by nothing else.
"""

import argparse
import http.server
import json
import math
import os
import re
import socketserver
import sys
import threading

import numpy

TYPES = {
    "BOOL": numpy.bool_, "UINT8": numpy.uint8, "UINT16": numpy.uint16, "UINT32": numpy.uint32, "UINT64": numpy.uint64,
    "INT8": numpy.int8, "INT16": numpy.int16, "INT32": numpy.int32, "INT64": numpy.int64,
    "FP16": numpy.float16, "FP32": numpy.float32, "FP64": numpy.float64, "BYTES": numpy.object_,
}
MOST_BYTES = 256 * 1024 * 1024
HEADER = "Inference-Header-Content-Length"


class BadRequest(Exception):
    """The caller's fault, in words for the caller."""


def datatype_of(array):
    if array.dtype.kind in "OUS":
        return "BYTES"
    return next(name for name, kind in TYPES.items() if numpy.dtype(kind) == array.dtype)


# --- models -----------------------------------------------------------------------------------------------------------

class SkLearn:
    """An estimator or pipeline: a matrix, or one column per input, in; predict and, if it has it, predict_proba out."""

    platform = "sklearn"

    def __init__(self, path, signature):
        import joblib
        self.model = joblib.load(path)  # reads plain pickles too
        if not callable(getattr(self.model, "predict", None)):
            raise ValueError(f"a {type(self.model).__name__} has no predict")
        features = getattr(self.model, "n_features_in_", None)
        self.names = [str(name) for name in getattr(self.model, "feature_names_in_", [])]
        self.classes = getattr(self.model, "classes_", None) if hasattr(self.model, "predict_proba") else None
        self.signature = signature or self.derived(features)
        told = sum(max(1, port["shape"][-1]) if len(port["shape"]) > 1 else 1 for port in self.signature["inputs"])
        if features is not None and told != features:
            raise ValueError(f"the signature has {told} columns, the model takes {features}")

    def derived(self, features):
        if features is None:
            raise ValueError("the model does not tell its inputs, and no signature is declared")
        inputs = [{"name": "X", "datatype": "FP64", "shape": [-1, features]}]
        if self.classes is None:
            return {"inputs": inputs, "outputs": [{"name": "variable", "datatype": "FP64", "shape": [-1, 1]}]}
        label = datatype_of(numpy.asarray(self.classes))
        return {"inputs": inputs, "outputs": [
            {"name": "label", "datatype": label, "shape": [-1]},
            {"name": "probabilities", "datatype": "FP64", "shape": [-1, len(self.classes)]}]}

    def run(self, inputs, wanted):
        matrix = self.matrix(inputs)
        return [self.proba(matrix) if self.is_probability(port) else numpy.asarray(self.model.predict(matrix)) for port in wanted]

    def is_probability(self, port):
        return self.classes is not None and port["datatype"].startswith("FP") and port["shape"][-1] == len(self.classes) and len(port["shape"]) == 2

    def proba(self, matrix):
        return numpy.asarray(self.model.predict_proba(matrix))

    def matrix(self, inputs):
        ports = self.signature["inputs"]
        if len(ports) == 1:
            return inputs[0]
        columns = {port["name"]: array.reshape(-1) for port, array in zip(ports, inputs)}
        if self.names and set(self.names) == set(columns):
            import pandas  # a pipeline that asks for columns by name was trained with it
            return pandas.DataFrame({name: columns[name] for name in self.names})
        return numpy.column_stack([array.reshape(len(array), -1) for array in inputs])


class XgBoost(SkLearn):
    """A booster saved by XGBoost itself (json, ubj, or its old binary form)."""

    platform = "xgboost"

    def __init__(self, path, signature):
        import xgboost
        self.xgboost = xgboost
        self.booster = xgboost.Booster()
        with open(path, "rb") as file:
            self.booster.load_model(bytearray(file.read()))  # by its name it would guess the form from an ending
        self.names, self.classes = [], None
        self.signature = signature or {
            "inputs": [{"name": "X", "datatype": "FP32", "shape": [-1, self.booster.num_features()]}],
            "outputs": [{"name": "variable", "datatype": "FP32", "shape": [-1, 1]}]}

    def run(self, inputs, wanted):
        scores = numpy.asarray(self.booster.predict(self.xgboost.DMatrix(self.matrix(inputs)), validate_features=False))
        return [self.shown(scores, port) for port in wanted]

    @staticmethod
    def shown(scores, port):
        width = port["shape"][1] if len(port["shape"]) == 2 else 1
        if width == 2 and scores.ndim == 1:  # binary:logistic tells the second class only
            scores = numpy.column_stack([1 - scores, scores])
        if not port["datatype"].startswith("FP"):
            return (scores > 0.5).astype(numpy.int64) if scores.ndim == 1 else scores.argmax(axis=1)
        return scores


class TorchScript:
    """A traced or scripted module: its arguments are the inputs in the signature's order."""

    platform = "pytorch_torchscript"

    def __init__(self, path, signature):
        import torch
        if signature is None:
            raise ValueError("a TorchScript file does not tell its inputs: declare a signature")
        torch.set_num_threads(1)
        self.torch = torch
        self.model = torch.jit.load(path, map_location="cpu").eval()
        self.signature = signature

    def run(self, inputs, wanted):
        with self.torch.inference_mode():
            given = self.model(*[self.torch.from_numpy(numpy.ascontiguousarray(array)) for array in inputs])
        outputs = list(given) if isinstance(given, (tuple, list)) else [given]
        names = [port["name"] for port in self.signature["outputs"]]
        return [outputs[names.index(port["name"])].numpy() for port in wanted]


FORMATS = {"sklearn": SkLearn, "xgboost": XgBoost, "torchscript": TorchScript}


# --- the protocol -----------------------------------------------------------------------------------------------------

def read_request(body, json_bytes, signature):
    try:
        request = json.loads(body[:json_bytes])
    except (ValueError, UnicodeDecodeError) as e:
        raise BadRequest(f"The request is not valid JSON: {e}") from e
    if not isinstance(request, dict) or not isinstance(request.get("inputs"), list):
        raise BadRequest("The request must be a JSON object with 'inputs'.")
    given, binary = {}, memoryview(body)[json_bytes:]
    for tensor in request["inputs"]:
        name = tensor.get("name") if isinstance(tensor, dict) else None
        port = next((port for port in signature["inputs"] if port["name"] == name), None)
        if port is None or name in given:
            raise BadRequest(f"The model has no input {name!r}, or it is given twice.")
        given[name], binary = read_tensor(tensor, port, binary)
    missing = [port["name"] for port in signature["inputs"] if port["name"] not in given]
    if missing or len(binary):
        raise BadRequest(f"The input {missing[0]!r} is missing." if missing else "There are binary data that no input takes.")
    return request, [given[port["name"]] for port in signature["inputs"]]


def read_tensor(tensor, port, binary):
    name, shape, datatype = port["name"], tensor.get("shape"), port["datatype"]
    if tensor.get("datatype") != datatype:
        raise BadRequest(f"The input {name!r} is {datatype}, not {tensor.get('datatype')!r}.")
    fits = isinstance(shape, list) and len(shape) == len(port["shape"]) and all(
        isinstance(size, int) and size >= 0 and wanted in (-1, size) for size, wanted in zip(shape, port["shape"]))
    if not fits:
        raise BadRequest(f"The input {name!r} has the shape {port['shape']}, not {shape!r}.")
    count = math.prod(shape)
    if count * 8 > MOST_BYTES:
        raise BadRequest(f"The input {name!r} has too many values.")
    size = (tensor.get("parameters") or {}).get("binary_data_size")
    if size is None:
        return read_values(tensor.get("data"), name, datatype, count).reshape(shape), binary
    if datatype == "BYTES":
        return read_strings(binary[:size], name, count).reshape(shape), binary[size:]
    kind = numpy.dtype(TYPES[datatype])
    if size != count * kind.itemsize or size > len(binary):
        raise BadRequest(f"The input {name!r} needs {count * kind.itemsize} bytes, {size} given.")
    return numpy.frombuffer(binary[:size], dtype=kind).reshape(shape), binary[size:]


def read_values(data, name, datatype, count):
    try:
        values = numpy.asarray(data, dtype=TYPES[datatype]).reshape(-1)  # float("NaN") and its like are read from text
    except (TypeError, ValueError, OverflowError) as e:
        raise BadRequest(f"The input {name!r} holds values that are not {datatype}: {e}") from e
    if len(values) != count:
        raise BadRequest(f"The input {name!r} needs {count} values, {len(values)} given.")
    return values


def read_strings(binary, name, count):
    values, at = [], 0
    while at + 4 <= len(binary):
        length = int.from_bytes(binary[at:at + 4], "little")
        values.append(bytes(binary[at + 4:at + 4 + length]).decode())
        at += 4 + length
    if len(values) != count or at != len(binary):
        raise BadRequest(f"The input {name!r} needs {count} strings, {len(values)} given.")
    return numpy.array(values, dtype=numpy.object_)


def answer(name, request, signature, arrays, wanted):
    """The answer's JSON, and the binary data that follow it."""
    by_default = (request.get("parameters") or {}).get("binary_data_output", False)
    asked = {output["name"]: (output.get("parameters") or {}).get("binary_data", by_default) for output in request.get("outputs", [])}
    outputs, binary = [], b""
    for port, array in zip(wanted, arrays):
        array = array.reshape([len(array), *([1] if len(port["shape"]) == 2 and array.ndim == 1 else array.shape[1:])])
        array = array.astype(TYPES[port["datatype"]]) if port["datatype"] != "BYTES" else array.astype(str).astype(numpy.object_)
        output = {"name": port["name"], "datatype": port["datatype"], "shape": list(array.shape)}
        if asked.get(port["name"], by_default):
            data = array.tobytes() if port["datatype"] != "BYTES" else b"".join(
                len(text).to_bytes(4, "little") + text for text in (str(value).encode() for value in array.reshape(-1)))
            output["parameters"] = {"binary_data_size": len(data)}
            binary += data
        else:
            output["data"] = [shown(value) for value in array.reshape(-1).tolist()]
        outputs.append(output)
    return json.dumps({"model_name": name, **({"id": request["id"]} if "id" in request else {}), "outputs": outputs}, allow_nan=False).encode(), binary


def shown(value):
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    model = None
    turn = threading.Lock()  # one run at a time: the frameworks use the processors themselves

    def do_GET(self):
        path = self.path.rstrip("/")
        if path in ("/v2/health/live", "/v2/health/ready"):
            self.reply(200, b"{}")
        elif path == "/v2":
            self.reply(200, json.dumps({"name": "modelhub-python", "version": "1", "extensions": ["binary_tensor_data"]}).encode())
        elif re.fullmatch("/v2/models/[^/]+", path):
            self.reply(200, json.dumps({"name": path.rsplit("/", 1)[1], "versions": [], "platform": self.model.platform, **self.model.signature}).encode())
        else:
            self.fail(404, "There is nothing here.")

    def do_POST(self):
        found = re.fullmatch("/v2/models/([^/]+)/infer", self.path)
        length = int(self.headers.get("Content-Length") or 0)
        if found is None or not 0 < length <= MOST_BYTES:
            self.close_connection = True
            self.fail(404 if found is None else 413, "There is nothing here." if found is None else f"A request has 1 to {MOST_BYTES} bytes.")
            return
        body = self.rfile.read(length)
        try:
            request, inputs = read_request(body, int(self.headers.get(HEADER) or length), self.model.signature)
            wanted = self.wanted(request)
            with self.turn:
                arrays = self.model.run(inputs, wanted)
            text, binary = answer(found[1], request, self.model.signature, arrays, wanted)
        except BadRequest as e:
            self.fail(400, str(e))
        except MemoryError:
            self.fail(507, "The model needs more memory than it may have.")
        except Exception as e:  # whatever a model throws is an answer, not the end
            self.fail(500, f"{type(e).__name__}: {e}"[:1000])
        else:
            self.reply(200, text + binary, len(text) if binary else None)

    def wanted(self, request):
        outputs = self.model.signature["outputs"]
        if not request.get("outputs"):
            return outputs
        known = {port["name"]: port for port in outputs}
        unknown = [output.get("name") for output in request["outputs"] if output.get("name") not in known]
        if unknown:
            raise BadRequest(f"The model has no output {unknown[0]!r}.")
        return [known[output["name"]] for output in request["outputs"]]

    def fail(self, status, message):
        self.reply(status, json.dumps({"error": message}).encode())

    def reply(self, status, body, json_bytes=None):
        self.send_response_only(status)
        self.send_header("Content-Type", "application/json" if json_bytes is None else "application/octet-stream")
        self.send_header("Content-Length", str(len(body)))
        if json_bytes is not None:
            self.send_header(HEADER, str(json_bytes))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True
    request_queue_size = 128


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--socket", required=True)
    parser.add_argument("--format", required=True, choices=FORMATS)
    parser.add_argument("--model", required=True)
    parser.add_argument("--signature")
    arguments = parser.parse_args()
    signature = None
    if arguments.signature:
        with open(arguments.signature, encoding="utf-8") as file:
            signature = json.load(file)
    try:
        Handler.model = FORMATS[arguments.format](arguments.model, signature)
    except Exception as e:  # the last line is what people are shown
        sys.exit(f"The model cannot be loaded: {type(e).__name__}: {e}".replace("\n", " ")[:1000])
    # It appears under its name only when it listens.
    with Server(arguments.socket + ".next", Handler) as server:
        os.rename(arguments.socket + ".next", arguments.socket)
        server.serve_forever()


if __name__ == "__main__":
    main()
