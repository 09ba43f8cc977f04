"""Files made to do harm, as a table: the kind, what is done to a sound one, and words of the sentence that must be told."""

import base64
import json
import os
import struct

import numpy as np

from attack.mutations import Parts


def nested(depth):
    """Return a list within lists."""
    inner = []
    for _ in range(depth):
        inner = [inner]
    return inner


def head(place, value):
    """Return what puts a value in a place of the head, such as ``network.layers.0.units``; a function is given the value there."""

    def craft(content, path):
        parts = Parts(content)
        *above, last = [int(key) if key.isdigit() else key for key in place.split("/")]
        here = parts.head
        for key in above:
            here = here[key]
        here[last] = value(here[last]) if callable(value) else value
        path.write_bytes(parts.content())

    return craft


def without(place):
    """Return what leaves out a place of the head."""

    def craft(content, path):
        parts = Parts(content)
        *above, last = place.split("/")
        here = parts.head
        for key in above:
            here = here[key]
        del here[last]
        path.write_bytes(parts.content())

    return craft


def numbers(name, value, index=0):
    """Return what puts a number in an array."""

    def craft(content, path):
        parts = Parts(content)
        parts.array(name)[0][index] = value
        path.write_bytes(parts.content())

    return craft


def outer(name, **described):
    """Return what says something else of an array."""

    def craft(content, path):
        parts = Parts(content)
        parts.outer[name] |= described
        path.write_bytes(parts.content())

    return craft


def text(make):
    """Return what writes any bytes, made of the sound ones."""
    return lambda content, path: path.write_bytes(make(content))


def raw(inner, key="halfmoon"):
    """Return what writes a file without arrays, whose head is a text as it stands."""
    head = json.dumps({"__metadata__": {key: inner}}).encode()
    return text(lambda _: struct.pack("<Q", len(head)) + head)


def renamed(name):
    """Return what calls an array otherwise."""

    def craft(content, path):
        parts = Parts(content)
        parts.outer[f"{name}.other"] = parts.outer.pop(name)
        path.write_bytes(parts.content())

    return craft


def reshaped(content, path):
    """Write a run whose maps are fewer and no squares."""
    parts = Parts(content)
    count, side, _ = parts.outer["maps"]["shape"]
    parts.outer["maps"]["shape"] = [1, count * side, side]
    path.write_bytes(parts.content())


def hollow(size):
    """Return what writes a head that tells of an array of ``size`` bytes, none of which is ever written."""

    def craft(content, path):
        parts = Parts(content)
        parts.outer["0.W"] = {"dtype": "F32", "shape": [size // 4], "data_offsets": [0, size]}
        parts.outer = {"0.W": parts.outer["0.W"]}
        parts.data = bytearray()
        path.write_bytes(parts.content())
        os.truncate(path, len(parts.content()) + size)

    return craft


def pipe(_, path):
    os.mkfifo(path)


def link(target):
    return lambda _, path: path.symlink_to(target)


def chain(count, operation="tanh"):
    """Return the steps of a definition that goes on and on."""
    return [["input", "z"], *([operation, index] for index in range(count))]


def value(*steps):
    """Return what makes an activation of other steps."""
    return head("network/layers/1/value/steps", [list(step) for step in steps])


def state(name, change):
    """Return what changes the state of a Philox generator."""
    return head(f"extras/random/items/state/items/{name}", change)


def array(*values, dtype="<u4"):
    """Return an array as it stands in a head."""
    found = np.array(values, dtype)
    return {"kind": "array", "dtype": dtype, "shape": list(found.shape), "base64": base64.b64encode(found.tobytes()).decode()}


NAN = {"kind": "float", "text": "nan"}
TWISTER = "extras/random/items/state/items"
FIT = "extras/fitted/items"
PROGRESS = "extras/progress/items"
PARAMETERS = "extras/estimator/items/parameters/items"
RUN = "run/items"

COLUMN = "extras/facts/columns/0"

CRAFTED = {
    # what is no file of ours, or no file
    "a pipe": ("model", pipe, "must be an ordinary file"),
    "a device without end": ("model", link("/dev/zero"), "must be an ordinary file"),
    "a device of nothing": ("model", link("/dev/null"), "must be an ordinary file"),
    "a folder": ("model", lambda _, path: path.mkdir(), "must be an ordinary file"),
    "a link to itself": ("model", lambda _, path: path.symlink_to(path), "cannot be read"),
    "a link to nothing": ("model", lambda _, path: path.symlink_to(path.parent / "nothing"), "does not exist"),
    "nothing": ("model", text(lambda _: b""), "must be a model that halfmoon saved"),
    "a head as long as memory": ("model", text(lambda _: struct.pack("<Q", 2**40) + b"{}"), "must be a model"),
    "a head of a negative length": ("model", text(lambda _: struct.pack("<q", -1) + b"{}"), "must be a model"),
    "a terabyte that was never written": ("model", hollow(2**40), "most of its"),
    "a gigabyte that was never written": ("model", hollow(2**30), "most of its"),
    # heads
    "a head of lists": ("model", raw('{"version": 1, "network": [' + "[]," * 1_500_000 + "[]]}"), "at most 1,000,000 values"),
    "a head of dicts": ("model", raw('{"version": 1, "network": [' + "{}," * 1_500_000 + "{}]}"), "at most 1,000,000 values"),
    "a head of numbers": ("model", raw('{"version": 1, "network": [' + "1," * 1_500_000 + "1]}"), "at most 1,000,000 values"),
    "a head too deep for JSON": ("model", raw("[" * 100_000 + "]" * 100_000), "must be a model"),
    "a head too deep for a stack": ("model", head("network", nested(500)), "at most 100 deep"),
    "a network too deep": ("model", head("network/layers", nested(120)), "at most 100 deep"),
    "extras too deep": ("trainer", head("extras/progress", nested(500)), "deep"),
    "a number of a million digits": ("model", raw('{"version": ' + "9" * 1_000_000 + "}"), "below 2**128"),
    "a number beyond 128 bits": ("model", head("n_inputs", 2**128), "below 2**128"),
    "a number that is none": ("model", head("n_inputs", float("nan")), "JSON has no NaN"),
    "a version that is a truth value": ("model", head("version", True), "must be of format 1, got True"),
    "a version that is a fraction": ("model", head("version", 1.0), "must be of format 1, got 1.0"),
    "a head that is a list": ("model", raw("[1, 2]"), "must say what it holds, it says halfmoon"),
    "a head that is no JSON": ("model", raw("version 1"), "must be a model"),
    "a head under another name": ("model", raw('{"version": 1}', "other"), "must hold a table model, estimator, trainer, model"),
    # arrays
    "BF16": ("model", outer("4.b", dtype="BF16", shape=[6]), "numbers that NumPy has, got BF16"),
    "F8": ("model", outer("4.b", dtype="F8_E4M3", shape=[12]), "numbers that NumPy has, got F8_E4M3"),
    "another type": ("model", outer("4.b", dtype="I32"), "4.b must be float32"),
    "another shape": ("model", outer("0.W", shape=[5, 4]), "0.W must be float32 (4, 5)"),
    "a shape beyond counting": ("model", outer("0.W", shape=[2**62, 2**62]), "must be a model"),
    "a place beyond the file": ("model", outer("0.W", data_offsets=[0, 2**40]), "must be a model"),
    "a weight that is NaN": ("model", numbers("0.W", np.nan), "0.W must be finite"),
    "a weight that is infinite": ("model", numbers("4.b", np.inf), "4.b must be finite"),
    "a mean that is NaN": ("model", numbers("state.1.mean", np.nan), "state.1.mean must be finite"),
    "a negative variance": ("model", numbers("state.1.variance", -1.0), "state.1.variance must be at least 0"),
    # networks
    "units beyond memory": ("model", head("network/layers/4/units", 10**15), "must be float32"),
    "units that are a truth value": ("model", head("network/layers/0/units", True), "units must be a whole number"),
    "units of text": ("model", head("network/layers/0/units", "5"), "units must be a whole number"),
    "no units": ("model", head("network/layers/0", {"kind": "Dense"}), "damaged"),
    "inputs beyond memory": ("model", head("n_inputs", 10**15), "must be float32"),
    "inputs that are a truth value": ("model", head("n_inputs", True), "n_inputs must be a whole number"),
    "another dtype": ("model", head("dtype", "float16"), "dtype must be 'float32' or 'float64'"),
    "a dtype that is a number": ("model", head("dtype", 8), "dtype must be"),
    "a layer that is a loss": ("model", head("network/layers/0", {"kind": "SoftmaxCrossEntropy"}), "layers must be"),
    "a class of Python's": ("model", head("network/layers/0", {"kind": "os.system", "command": "true"}), "not defined here"),
    "a record that cannot be made": ("model", head("network/layers/0", {"kind": "Layer"}), "damaged"),
    "a rate of dropout that is 1": ("trainer", head("network/layers/2/rate", 1.0), "rate must be a number in [0, 1)"),
    "a rate factor that is infinite": ("model", head("network/layers/0/rate_factor", {"kind": "float", "text": "inf"}), "finite number"),
    "a constant of objects": ("model", head("network/layers/0/weights/array/dtype", "|O"), "must hold numbers"),
    "a constant of long numbers": ("model", head("network/layers/0/weights/array/dtype", "<f16"), "must hold numbers"),
    "a constant of text": ("model", head("network/layers/0/weights/array/dtype", "<U1000000000"), "must hold numbers"),
    "a constant of another shape": ("model", head("network/layers/0/weights/array/shape", [10**12]), "damaged"),
    "an initialiser that is unknown": ("model", head("network/layers/0/weights", "magic"), "weights must be one of"),
    "a loss that is a layer": ("model", head("network/loss", {"kind": "Softmax"}), "loss must be"),
    "a smoothing that is a truth value": ("model", head("network/loss/label_smoothing", True), "label_smoothing"),
    # definitions
    "a chain of 5,000 steps": ("own", value(*chain(5_000)), "1 to 500 steps, got 5,001"),
    "a chain of 20,000 steps": ("own", value(*chain(20_000)), "1 to 500 steps, got 20,001"),
    "a slope of 5,000 steps": ("own", head("network/layers/1/slope/steps", chain(5_000)), "1 to 500 steps"),
    "a loss of 5,000 steps": ("own", head("network/loss/value/steps", chain(5_000)), "1 to 500 steps"),
    "no step": ("own", value(), "1 to 500 steps, got 0"),
    "a constant beyond floats": ("own", value(["input", "z"], ["constant", 1e300], ["add", 0, 1]), "step 1"),
    "a constant that is infinite": (
        "own",
        value(["input", "z"], ["constant", {"kind": "float", "text": "inf"}], ["add", 0, 1]),
        "step 1 of an expression",
    ),
    "a constant that is NaN": ("own", value(["input", "z"], ["constant", {"kind": "float", "text": "nan"}], ["add", 0, 1]), "step 1"),
    "a constant that is a truth value": ("own", value(["input", "z"], ["constant", True], ["add", 0, 1]), "step 1"),
    "a constant that is text": ("own", value(["input", "z"], ["constant", "1"], ["add", 0, 1]), "step 1"),
    "a truth value that is added": ("own", value(["input", "z"], ["less", 0, 0], ["add", 0, 1]), "step 2"),
    "a truth value that is negated": ("own", value(["input", "z"], ["less", 0, 0], ["negative", 1]), "step 2"),
    "a truth value that is raised": ("own", value(["input", "z"], ["less", 0, 0], ["exp", 1], ["add", 0, 2]), "step 2"),
    "numbers that are combined": ("own", value(["input", "z"], ["logical_and", 0, 0], ["where", 1, 0, 0]), "step 1"),
    "a step on itself": ("own", value(["input", "z"], ["add", 0, 1]), "step 1"),
    "a step on a later one": ("own", value(["input", "z"], ["add", 0, 10**12]), "step 1"),
    "a step on a truth value": ("own", value(["input", "z"], ["add", 0, False]), "step 1"),
    "a step that is unknown": ("own", value(["input", "z"], ["eval", 0]), "step 1"),
    "a step of too many operands": ("own", value(["input", "z"], ["exp", 0, 0]), "step 1"),
    "an input that is unknown": ("own", value(["input", "q"]), "step 0"),
    "an input that is a number": ("own", head("network/layers/1/value/inputs", [1, 2]), "inputs[0] must be text"),
    "an input twice": ("own", head("network/layers/1/value/inputs", ["z", "z"]), "different names"),
    "constants under a number": ("own", head("network/layers/1/constants", [[1, 0.5]]), "must be text"),
    "constants that are text": ("own", head("network/layers/1/constants", [["scale", "much"]]), "scale must be a finite number"),
    "constants of another width": ("own", head("network/layers/1/constants", [["scale", [0.1] * 7]]), "number for each of the 5 columns"),
    "constants that are infinite": (
        "own",
        head("network/layers/1/constants", [["scale", {"kind": "float", "text": "inf"}]]),
        "scale must be a finite number",
    ),
    "constants without number": ("own", head("network/layers/1/constants", [["scale", []]]), "at least one number"),
    "limits that are a number": ("own", head("network/layers/1/limits", [["scale", 5]]), "must be a Between"),
    "limits of text": (
        "own",
        head("network/layers/1/limits", [["scale", {"kind": "Between", "low": "a", "high": 1, "closed": "both"}]]),
        "low must be a number",
    ),
    "a link without inverse": ("own", head("network/loss/link/inverse", None), "inverse must be an expression"),
    "a link of two inputs": ("own", head("network/loss/link/inverse/inputs", ["z", "y"]), "inverse must be"),
    "a link that gives truth values": (
        "own",
        head("network/loss/link/inverse/steps", [["input", "z"], ["less", 0, 0]]),
        "inverse must be an expression of one input that gives numbers",
    ),
    "a link that is a layer": ("own", head("network/loss/link", {"kind": "Softmax"}), "link must be"),
    "a link that gives the same for all": ("own", head("network/loss/link/inverse/steps", [["constant", 1.0]]), "inverse must be"),
    "a whole constant beyond floats": ("own", value(["input", "z"], ["constant", 2**64], ["add", 0, 1]), "step 1"),
    "a link that leaves its input out": (
        "own",
        head("network/loss/link/inverse/steps", [["input", "z"], ["constant", 1.0]]),
        "must need each of its steps",
    ),
    "a chain that is not needed": ("own", value(*chain(400), ["input", "z"]), "must need each of its steps"),
    "targets in no interval": ("own", head("network/loss/allowed", 7), "allowed must be"),
    "a name that is a list": ("own", head("network/layers/1/name", ["cube"]), "name must be text"),
    "a hundred activations and more": (
        "own",
        head("network/layers", lambda it: [it[0], *(it[1] | {"value": it[1]["value"] | {"steps": chain(n)}} for n in range(120)), it[2]]),
        "at most 100 different activations",
    ),
    # histories
    "a history of text": ("model", head("history", "none"), "history must be a dict"),
    "a history of other columns": ("model", head("history/columns", ["lost"]), "damaged"),
    "a history whose columns are numbers": ("model", head("history/columns", [1]), "must be text"),
    "a history of matrices": ("model", outer("history.loss", shape=[1, 2]), "the history's loss must be an array"),
    "an ending without figures": ("model", head("history/ending/figures/items", {}), "figures must have"),
    "an ending of other figures": ("model", head("history/ending/figures/items", {"epochs": "all"}), "epochs"),
    "an ending that is unknown": ("model", head("history/ending/reason", "boredom"), "reason must be one of"),
    "a best epoch that is a fraction": ("model", head("history/best_epoch", 1.5), "best_epoch must be a whole number"),
    # trainings
    "a Philox position before its buffer": ("trainer", state("buffer_pos", -1), "buffer_pos must be a whole number from 0 to 4"),
    "a Philox position far away": ("trainer", state("buffer_pos", 10**6), "buffer_pos must be a whole number from 0 to 4"),
    "half a Philox number": ("trainer", state("has_uint32", 2), "has_uint32 must be a whole number from 0 to 1"),
    "a Philox buffer that is short": ("trainer", state("buffer", array(1, 2, dtype="<u8")), "buffer must be an array"),
    "a generator of no class": ("trainer", head("extras/random/items/class", "Random"), "random.class must be one of"),
    "a generator that is unknown": ("trainer", head(f"{TWISTER}/bit_generator", "os"), "bit_generator must be one of"),
    "slots that are NaN": ("trainer", numbers("extra.slots", np.nan), "slots must hold no NaN"),
    "slots of another type": ("trainer", outer("extra.slots", dtype="I32"), "slots must be an array"),
    "updates before the first": ("trainer", head(f"{PROGRESS}/updates", -1), "progress.updates must be"),
    "updates beyond counting": ("trainer", head(f"{PROGRESS}/updates", 2**63), "progress.updates must be"),
    "updates that are a truth value": ("trainer", head(f"{PROGRESS}/updates", True), "progress.updates must be"),
    "a beginning after the end": ("trainer", head(f"{PROGRESS}/begun", 10**9), "progress.begun must be"),
    "no update an epoch": ("trainer", head(f"{PROGRESS}/updates_per_epoch", 0), "updates_per_epoch must be"),
    "a seed beyond 64 bits": ("trainer", head(f"{PROGRESS}/seed", 2**64), "progress.seed must be"),
    "epochs of text": ("trainer", head(f"{PROGRESS}/epochs", "3"), "progress.epochs must be"),
    "a memory of text": ("trainer", head(f"{PROGRESS}/memory/items", {"factor": "1"}), "memory.factor must be"),
    "a memory without end": (
        "trainer",
        head(f"{PROGRESS}/memory/items", {"waited": {"kind": "float", "text": "inf"}}),
        "memory.waited must be",
    ),
    "no progress": ("trainer", head("extras/progress", 3), "progress must be a dict"),
    "an optimiser that is a schedule": ("trainer", head("extras/optimizer", {"kind": "Fixed"}), "optimizer must be an optimiser"),
    "an optimiser of a negative rate": ("trainer", head("extras/optimizer/rate", -1.0), "rate must be a number in (0, inf)"),
    "a penalty that is none": ("trainer", head("extras/penalty", None), "penalty must be a penalty"),
    "an engine that is unknown": ("trainer", head("extras/engine/items/name", "steam"), "engine must be one of"),
    "an engine that is a number": ("trainer", head("extras/engine/items/name", 3), "engine.name must be text"),
    # estimators
    "a twister's position before its state": ("classifier", head(f"{TWISTER}/state/items/pos", -1), "pos must be a whole number from 0"),
    "a twister's position after its state": ("classifier", head(f"{TWISTER}/state/items/pos", 625), "pos must be"),
    "a twister's position far away": ("classifier", head(f"{TWISTER}/state/items/pos", 10**6), "pos must be"),
    "a twister's key that is short": ("classifier", head(f"{TWISTER}/state/items/key", array(1, 2, 3)), "key must be an array"),
    "a twister's key of nothing": ("classifier", head(f"{TWISTER}/state/items/key", array(*[0] * 624)), "key other than 0"),
    "a twister's key of another type": ("classifier", head(f"{TWISTER}/state/items/key", array(*[1] * 624, dtype="<f8")), "key must be"),
    "a row far away": ("classifier", numbers("extra.rows.0", 10**12), "rows must be each row once"),
    "a row before the first": ("classifier", numbers("extra.rows.1", -1), "rows must be each row once"),
    "a row of order far away": ("classifier", numbers("extra.order", 10**12), "order must be each row once"),
    "a row of order before the first": ("classifier", numbers("extra.order", -1), "order must be each row once"),
    "a row of order set aside": ("regressor", numbers("extra.order", 40), "order must be each row once"),
    "an order of fractions": ("classifier", outer("extra.order", dtype="F64"), "order must be an array"),
    "best numbers that are NaN": ("classifier", numbers("extra.best.0", np.nan), "best.0 must be finite"),
    "latest numbers of another shape": ("classifier", outer("extra.latest.0", shape=[1, 43]), "latest.0 must be an array"),
    "labels as long as memory": ("classifier", head(f"{FIT}/labels/items/dtype", "<U100000000"), "labels.dtype must be"),
    "labels of objects": ("classifier", head(f"{FIT}/labels/items/dtype", "|V8"), "labels.dtype must be"),
    "labels cut short": ("classifier", head(f"{FIT}/labels/items/dtype", "<U1"), "labels.classes must be"),
    "labels beyond int64": (
        "classifier",
        head(f"{FIT}/labels/items", lambda it: it | {"classes": [1, 2, 2**70], "dtype": "<i8"}),
        "damaged",
    ),
    "labels of two types": ("classifier", head(f"{FIT}/labels/items/classes", ["ant", 1, True]), "labels.classes must be"),
    "labels out of order": ("classifier", head(f"{FIT}/labels/items/classes", ["bee", "ant", "cat"]), "labels.classes must be"),
    "labels twice": ("classifier", head(f"{FIT}/labels/items/classes", ["ant", "ant", "cat"]), "labels.classes must be"),
    "labels too few": ("classifier", head(f"{FIT}/labels/items/classes", ["ant", "bee"]), "inputs and 3 outputs"),
    "labels that are lists": ("classifier", head(f"{FIT}/labels/items/classes", [["ant"], ["bee"], ["cat"]]), "texts, numbers"),
    "targets that are unknown": ("classifier", head(f"{FIT}/labels/items/target", "many"), "labels.target must be one of"),
    "no labels": ("classifier", without(f"{FIT}/labels"), "damaged"),
    "nothing fitted": ("classifier", without("extras/fitted"), "what the fit has learned"),
    "inputs that are others": ("classifier", head(f"{FIT}/n_features_in_", 5), "must have learned of 4 inputs"),
    "outputs that are others": ("regressor", head(f"{FIT}/n_outputs_", 2), "outputs"),
    "quantiles that are others": ("regressor", head(f"{PARAMETERS}/quantiles", [0.1, 0.9]), "outputs"),
    "epochs that are text": ("regressor", head(f"{FIT}/n_iter_", "4"), "n_iter_ must be a whole number"),
    "a best loss that is text": ("regressor", head(f"{FIT}/best_loss_", "0.1"), "best_loss_ must be a number"),
    "a memory without the rows seen": ("regressor", without(f"{PROGRESS}/memory/items/seen"), "damaged"),
    "a memory whose freshness is a number": ("regressor", head(f"{PROGRESS}/memory/items/fresh", 2), "fresh must be True or False"),
    "a penalty that is a truth value": ("regressor", head(f"{PARAMETERS}/l1", True), "l1 must be a finite number"),
    "a hidden layer of nothing": ("regressor", head(f"{PARAMETERS}/hidden_layer_sizes", [0]), "hidden_layer_sizes must be > 0"),
    "an ensemble without end": ("regressor", head(f"{PARAMETERS}/n_ensemble", 10**12), "n_ensemble must be 1"),
    "a score that is unknown": ("classifier", head(f"{PARAMETERS}/scoring", "beauty"), "scoring must be one of"),
    "a negative class weight": ("classifier", head(f"{PARAMETERS}/class_weight/items", {"ant": -1.0}), "class_weight must not be negative"),
    "a class weight of another class": ("classifier", head(f"{PARAMETERS}/class_weight/items", {"dog": 1.0}), "not in class_weight"),
    "a fit without epochs": ("classifier", without(f"{FIT}/n_iter_"), "must have 'n_iter_'"),
    "quantiles of lists": ("regressor", head(f"{PARAMETERS}/quantiles", [[0.1], [0.5], [0.9]]), "damaged"),
    "a parameter that is unknown": ("regressor", head(PARAMETERS, lambda it: it | {"colour": "red"}), "damaged"),
    "a parameter of another type": ("regressor", head(f"{PARAMETERS}/alpha", "much"), "'alpha' parameter"),
    "a solver that is unknown": ("regressor", head(f"{PARAMETERS}/solver", "magic"), "'solver' parameter"),
    "a class that is another": ("classifier", head("extras/estimator/items/class", "Pipeline"), "must hold an MLPClassifier"),
    "parameters that are a list": ("regressor", head("extras/estimator/items/parameters", [1]), "parameters must be a dict"),
    # tables
    "classes beyond int64": ("table", head("extras/preparation/target/labels", [1, 2, 2**70]), "labels must be a whole number"),
    "classes that are NaN": ("table", head("extras/preparation/target/labels", [0.5, 1.5, NAN]), "labels must be"),
    "classes of two types": ("table", head("extras/preparation/target/labels", ["ant", 1, 2]), "labels must be"),
    "classes too few": ("table", head("extras/preparation/target/labels", ["ant", "bee"]), "outputs"),
    "classes of the estimator's that the table has not": ("table", head(f"{FIT}/labels/items/classes", [0, 1, 7]), "by their numbers"),
    "a column of no width": ("table", head("extras/preparation/columns/0/scale", 0.0), "scale must be"),
    "a column that is a layer": ("table", head("extras/preparation/columns/0", {"kind": "Softmax"}), "columns must be"),
    "columns too few": ("table", head("extras/preparation/columns", lambda it: it[:1]), "inputs"),
    "no column": ("table", head("extras/preparation/columns", []), "at least one column"),
    "levels that are numbers": ("table", head("extras/preparation/columns/1/levels", [1, 2, 3, 4]), "levels must be"),
    "a preparation of an older version": ("table", head("extras/preparation", {"kind": "Fixed"}), "of this version"),
    # runs of a comparison
    "a score of text": ("run", head(f"{RUN}/score", "0.9"), "run.score must be a number"),
    "a score that is a truth value": ("run", head(f"{RUN}/score", True), "run.score must be a number"),
    "a status that is unknown": ("run", head(f"{RUN}/status", "fine"), "run.status must be one of"),
    "a seed of text": ("run", head(f"{RUN}/seed", "0"), "run.seed must be"),
    "a message that is a list": ("run", head(f"{RUN}/message", []), "run.message must be text"),
    "a setting that is a list": ("run", head(f"{RUN}/setting", [1]), "run.setting must be a dict"),
    "a key that is a number": ("run", head(f"{RUN}/key", 5), "run.key must be text"),
    "seconds of nothing": ("run", head(f"{RUN}/seconds", None), "run.seconds must be a number"),
    "a field too few": ("run", without(f"{RUN}/epochs"), "run must have 'epochs'"),
    "curves of whole numbers": ("run", outer("curves.loss", dtype="I32"), "curves.loss must be an array"),
    "curves that are missing": ("run", renamed("curves.score"), "curves.score"),
    "maps of another type": ("run", outer("maps", dtype="I8"), "maps must be an array"),
    "maps of another count": ("run", reshaped, "each of its"),
    # what a model was trained on
    "a range without an end": ("card", head(f"{COLUMN}/high", None), "high must be given where low is"),
    "a range of a list": ("card", head(f"{COLUMN}/low", [1]), "low must be text or a number"),
    "a column that holds code": ("card", head(f"{COLUMN}/holds", "code"), "holds must be one of"),
    "missing cells before the first": ("card", head(f"{COLUMN}/missing", -1), "missing must be a whole number"),
    "counts that are no pairs": ("card", head("extras/facts/target/counts", [[1, 2, 3]]), "must be a label and a whole number"),
    "rows of text": ("card", head("extras/facts/rows/items/training", "40"), "must be a whole number"),
    "a figure of text": ("card", head("extras/facts/scores/items/test/items/accuracy", "all"), "must be a number"),
    "facts that are none": ("card", head("extras/facts", {"kind": "Fixed"}), "must be what it was trained on"),
    "versions of numbers": ("card", head("versions/numpy", 2), "must be text"),
    "ranges of fewer columns": ("classifier", outer("extra.seen.low", shape=[2, 2]), "seen.low must be an array"),
    "ranges that are whole numbers": ("classifier", outer("extra.seen.high", dtype="I64"), "seen.high must be an array"),
    "a class of endless rows": ("card", numbers("extra.seen.targets", np.inf), "must be finite"),
    "a class of more rows than there were": ("classifier", numbers("extra.seen.targets", 1e9), "a number of rows for each class"),
    "a class of half a row": ("classifier", numbers("extra.seen.targets", 0.5), "a number of rows for each class"),
    "rows that were seen before the first": ("classifier", head("extras/fitted/items/rows", -1), "rows must be a whole number"),
    # recordings
    "epochs that go back": ("recording", numbers("epochs", 10**6), "epochs must be"),
    "epochs of fractions": ("recording", outer("epochs", dtype="F64"), "epochs must be"),
    "parameters that are NaN": ("recording", numbers("theta", np.nan), "theta must be finite"),
    "statistics of another shape": ("recording", outer("statistics.loss", shape=[4, 1]), "statistic loss must have shape"),
    "a recording without history": ("recording", without("history"), "must have 'history'"),
}  # fmt: skip
