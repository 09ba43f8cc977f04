"""A graph of ONNX that grows node by node: names that are each given once, and constants that are each kept once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any

import numpy as np

from halfmoon.base.checks import Array
from halfmoon.base.errors import InputError
from halfmoon.base.extras import install_command

try:
    from onnx import NodeProto, TensorProto, ValueInfoProto, helper, numpy_helper
except ModuleNotFoundError:
    raise InputError(f"ONNX files need onnx: {install_command('onnx')}") from None

__all__ = ["ML_DOMAIN", "GraphBuilder", "ValueInfoProto", "value_info"]

ML_DOMAIN = "ai.onnx.ml"
"""Of the operators for texts; they belong to the standard, too."""


class GraphBuilder:
    """Nodes and constants.

    Parameters
    ----------
    dtype : dtype
        float32 or float64: of the network.
    opset : int
        Version of the operators.
    taken : iterable of str
        Names of inputs and outputs, which nothing else may have.

    Attributes
    ----------
    nodes : list of NodeProto
        In the order in which they are made.
    """

    def __init__(self, dtype: np.dtype[Any], opset: int, taken: Iterable[str] = ()) -> None:
        self.dtype, self.opset = dtype, opset
        self.nodes: list[NodeProto] = []
        self._taken = set(taken)
        self._constants: dict[tuple[str, tuple[int, ...], str], TensorProto] = {}

    @property
    def constants(self) -> list[TensorProto]:
        """Every constant, each once."""
        return list(self._constants.values())

    def unique(self, wanted: str) -> str:
        """Return a name that nothing else has: the one that is wanted, or that with underscores behind."""
        while wanted in self._taken:
            wanted += "_"
        self._taken.add(wanted)
        return wanted

    def constant(self, value: Any, name: str = "", dtype: Any = None) -> str:
        """Return the name of a constant, which an equal one that is there already has; numbers are of the network's dtype."""
        with np.errstate(over="ignore"):  # a number of a definition that only float64 has
            array: Array = np.ascontiguousarray(value, dtype or self.dtype).reshape(np.shape(value))
        content = repr(array.tolist()) if array.dtype == object else sha256(array.data).hexdigest()
        key = (array.dtype.str, array.shape, content)
        if key not in self._constants:
            self._constants[key] = numpy_helper.from_array(array, self.unique(name or f"c{len(self._constants)}"))
        return self._constants[key].name

    def node(self, operator: str, *inputs: str, name: str = "", beside: Sequence[str] = (), domain: str = "", **attributes: Any) -> str:
        """Append a node and return the name of what it makes.

        Parameters
        ----------
        operator : str
        *inputs : str
        name : str
            Of what it makes, if that was taken for it; by default a new one.
        beside : sequence of str
            What else it makes.
        domain : str
            Of the operator.
        **attributes
            Of the operator.
        """
        name = name or self.unique(f"t{len(self.nodes)}")
        outputs = [name, *map(self.unique, beside)]
        self.nodes.append(helper.make_node(operator, inputs, outputs, name=name, domain=domain, **attributes))
        return name

    def cast(self, value: str, dtype: Any, name: str = "") -> str:
        """Append a conversion to another dtype."""
        return self.node("Cast", value, name=name, to=helper.np_dtype_to_tensor_dtype(np.dtype(dtype)))


def value_info(name: str, dtype: Any, columns: int | None, told: str = "") -> ValueInfoProto:
    """Return what an input or an output is: rows of so many columns, or (n,) where that is None; object is for texts."""
    shape: list[str | int | None] = ["n"] if columns is None else ["n", columns]
    kind = TensorProto.STRING if np.dtype(dtype).kind in "OU" else helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
    return helper.make_tensor_value_info(name, kind, shape, told)
