"""Ways to damage a file: its bytes, its head by the structure, its arrays by their types and numbers."""

import json
import struct

import numpy as np

NASTY = [
    None, True, False, 0, 1, -1, 2, 7, 624, 625, 2**31, 2**32, 2**53, 2**63 - 1, 2**63, 2**64, -(2**63), 10**12, 10**18, 10**40,
    10**400,
    0.5, -0.5, 1e300, -1e308, 5e-324, 1e999, float("nan"), -0.0, "", "a", "1", "\0", "é" * 50, "x" * 3000,
    [], {}, [[]], [None], [0, 0], [1.5],
    {"kind": "float", "text": "nan"}, {"kind": "float", "text": "-inf"}, {"kind": "float", "text": "1e5000"}, {"kind": "dict", "items": {}},
    {"kind": "array", "dtype": "<f8", "shape": [0], "base64": ""}, {"kind": "array", "dtype": "<u4", "shape": [1], "base64": "AAAAAA=="},
    {"kind": "array", "dtype": "|O", "shape": [1], "base64": "AAAAAAAAAAA="}, {"kind": "Penalty", "l1": 0.0, "l2": 0.0},
    {"kind": "Expression", "inputs": ["z"], "steps": [["input", "z"], ["less", 0, 0]]}, {"kind": "Fixed"}, {"kind": "Plateau"},
    {"kind": "Between", "low": 0, "high": 1}, {"kind": "Softmax"}, {"kind": "Zeros"}, {"kind": "LBFGS"}, {"kind": "Rising"},
]  # fmt: skip
"""Values that stand where others should."""

NUMBERS = [
    0,
    0.1,
    -0.1,
    1,
    -1,
    2,
    -3,
    10,
    100,
    255,
    1e-45,
    1e-8,
    1e6,
    1e10,
    -1e20,
    1e38,
    -1e38,
    np.nan,
    np.inf,
    2**31 - 1,
    -(2**31),
    2**62,
    10**12,
]
"""What numbers of an array become."""

DTYPES = ["F32", "F64", "I32", "I64", "U8", "U32", "BOOL", "F16", "BF16", "F8_E4M3", "F8_E5M2", "I8", "U64", "C64", "F4"]


class Parts:
    """A file taken apart: the outer head, our own in it, and the bytes of the arrays."""

    def __init__(self, content):
        size = struct.unpack("<Q", content[:8])[0]
        self.outer = json.loads(content[8 : 8 + size])
        (self.key, text), *_ = self.outer.pop("__metadata__").items()
        self.head = json.loads(text)
        self.data = bytearray(content[8 + size :])

    def content(self):
        """Put the file together again."""
        text = json.dumps({"__metadata__": {self.key: json.dumps(self.head)}} | self.outer).encode()
        text += b" " * (-len(text) % 8)
        return struct.pack("<Q", len(text)) + text + bytes(self.data)

    def nodes(self):
        """Return every place of our head, as a container and a key or an index."""
        found, waiting = [], [self.head]
        while waiting:
            here = waiting.pop()
            for key, value in here.items() if isinstance(here, dict) else enumerate(here):
                found.append((here, key))
                if isinstance(value, dict | list):
                    waiting.append(value)
        return found

    def array(self, name):
        """Return the numbers of an array, as a view, and what the head says of it."""
        described = self.outer[name]
        start, end = described["data_offsets"]
        kind = {"F32": "f4", "F64": "f8", "I64": "i8", "I32": "i4", "I16": "i2", "U8": "u1", "U32": "u4", "BOOL": "?"}[described["dtype"]]
        return np.frombuffer(self.data, kind, (end - start) // np.dtype(kind).itemsize, start), described


def bytes_changed(random, content):
    """Change, cut, repeat or move some bytes."""
    content = bytearray(content)
    size = len(content)
    head = 8 + struct.unpack("<Q", content[:8])[0]
    for _ in range(random.randint(1, 3)):
        start = random.randint(head if random.rand() < 0.4 else size)
        length = random.randint(1, 16)
        match random.randint(10):
            case 0:
                content[start : start + length] = random.bytes(length)
            case 1:
                del content[start : start + length]
            case 2:
                content[start:start] = content[start : start + length]
            case _:
                content[start] ^= 1 << random.randint(8)
        if len(content) < 10:
            break
    return bytes(content[: random.randint(len(content))] if random.rand() < 0.05 else content)


def node_replaced(random, parts):
    """Put a nasty value in a place of the head."""
    here, key = _some(random, parts.nodes())
    here[key] = _some(random, NASTY)


def number_moved(random, parts):
    """Change a number, a truth value or a text of the head a little."""
    simple = [(here, key) for here, key in parts.nodes() if isinstance(here[key], int | float | str)]
    here, key = _some(random, simple)
    value = here[key]
    if isinstance(value, bool):
        here[key] = not value
    elif isinstance(value, str):
        texts = [each[place] for each, place in simple if isinstance(each[place], str)]
        here[key] = _some(random, [value[:-1], value + "a", value.upper(), *texts])
    else:
        here[key] = _some(
            random, [value + 1, value - 1, -value, value * 1000, value / 3, value * 2**40, float(value), bool(value), str(value)]
        )


def node_dropped(random, parts):
    """Leave out a place of the head."""
    here, key = _some(random, parts.nodes())
    del here[key]


def nodes_swapped(random, parts):
    """Exchange two places of the head."""
    nodes = parts.nodes()
    (one, first), (other, second) = _some(random, nodes), _some(random, nodes)
    copied = json.loads(json.dumps([one[first], other[second]]))
    one[first] = copied[1]
    if (second in other) if isinstance(other, dict) else second < len(other):
        other[second] = copied[0]


def node_repeated(random, parts):
    """Repeat an item of a list, or wrap a place in a list."""
    here, key = _some(random, parts.nodes())
    if isinstance(here, list) and random.rand() < 0.7:
        here[key:key] = [json.loads(json.dumps(here[key]))] * random.randint(1, 4)
    else:
        here[key] = [here[key]]


def kind_changed(random, parts):
    """Call a record another."""
    kinds = [(here, key) for here, key in parts.nodes() if key == "kind"]
    if kinds:
        here, key = _some(random, kinds)
        here[key] = _some(random, [each[place] for each, place in kinds] + ["dict", "array", "float", "Adam", "Huber", "Record", "Metric"])


def steps_changed(random, parts):
    """Change an expression: an operation, or what it is applied to."""
    steps = [here[key] for here, key in parts.nodes() if key == "steps"]
    if not steps:
        return node_replaced(random, parts)
    words = [
        "add",
        "negative",
        "less",
        "where",
        "logical_not",
        "logical_and",
        "exp",
        "log",
        "power",
        "sqrt",
        "maximum",
        "input",
        "constant",
    ]
    own = _some(random, steps)
    place = random.randint(len(own))
    match random.randint(4):
        case 0:
            own[place][0] = _some(random, words)
        case 1:
            own[place][-1] = _some(random, [*range(-1, len(own)), 1e300, 1e-300, True, "z"])
        case 2:
            own.append([_some(random, words), random.randint(len(own))])
        case 3:
            own[place] = [_some(random, words), *random.randint(0, place + 1, random.randint(1, 4)).tolist()]
    return None


def array_numbers(random, parts):
    """Change some numbers of an array."""
    numbers, _ = parts.array(_some(random, list(parts.outer)))
    if numbers.size:
        with np.errstate(all="ignore"):
            value = np.array(_some(random, NUMBERS), float)
            value = (
                value.astype(numbers.dtype) if random.rand() < 0.8 else -numbers.flat[0] if numbers.dtype.kind == "f" else numbers.max() + 1
            )
            numbers[random.randint(0, numbers.size, random.randint(1, 4))] = value


def array_described(random, parts):
    """Say something else of an array: its type, its shape, its name; or leave it out."""
    name = _some(random, list(parts.outer))
    described = parts.outer[name]
    match random.randint(6):
        case 0 | 1:
            described["dtype"] = _some(random, DTYPES)
        case 2:
            described["shape"] = described["shape"][::-1]
        case 3:
            described["shape"] = _some(random, [[], [1], [2**62, 0], [-1], [int(np.prod(described["shape"]))], [1, *described["shape"]]])
        case 4:
            del parts.outer[name]
        case 5:
            other = _some(random, list(parts.outer))
            parts.outer[name], parts.outer[other] = parts.outer[other], parts.outer[name]


def _some(random, items):
    return items[random.randint(len(items))]


STRUCTURED = (node_replaced, node_replaced, number_moved, number_moved, node_dropped, nodes_swapped, node_repeated, kind_changed,
              number_moved, number_moved, steps_changed, *[array_numbers] * 8, array_described)  # fmt: skip


def mutated(content, number):
    """Return a damaged file; the same for the same number."""
    random = np.random.RandomState(number)
    if random.rand() < 0.25:
        return bytes_changed(random, content)
    parts = Parts(content)
    for _ in range(_some(random, [1, 1, 1, 1, 1, 2, 3])):
        try:
            _some(random, STRUCTURED)(random, parts)
        except (KeyError, IndexError, TypeError, OverflowError, ValueError):
            continue  # of what an earlier one has made there is nothing left to change so
    return parts.content()
