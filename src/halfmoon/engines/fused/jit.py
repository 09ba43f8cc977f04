"""From a kernel's text to machine code, by Numba; and the options that all compiled code shares."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numba
from llvmlite import binding
from numba import types

from halfmoon.engines.fused.compiling import target_machine

OPTIONS: dict[str, Any] = {"fastmath": {"reassoc", "contract", "arcp", "nsz"}, "error_model": "numpy"}
"""Without nnan and ninf: with them relu(NaN) is 0 and isnan is False, and a divergence would hide."""

WRAPPERS: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
"""Python never calls what only kernels call."""

compiled: Callable[[Any], Any] = numba.njit(**OPTIONS, **WRAPPERS)
"""Compiles a function when a kernel that calls it is compiled."""


def c_function(*kinds: Any) -> Callable[[Any], Any]:
    """Compile a C function of pointers and numbers that returns a float64."""
    return numba.cfunc(types.float64(*kinds), **OPTIONS)


RUNTIME = re.compile(r"^declare ([^@\n]*@(?:numba_|NRT_|Py)\w+\([^)\n]*\)).*$", re.MULTILINE)
"""In LLVM's language, what Numba calls when an exception is raised. No kernel raises one."""


def machine_code(text: str, name: str) -> bytes:
    """Return the object file of the function ``kernel`` that a text defines, called ``name`` there; it needs nothing of Numba."""
    namespace: dict[str, Any] = {"__name__": name}
    exec(compile(text, name, "exec"), namespace)  # noqa: S102 - the text is this package's own
    function = namespace["kernel"]
    assembly = RUNTIME.sub(r"define internal \1 { unreachable }", function.inspect_llvm())
    assembly = assembly.replace(f'@"{function.native_name}"', f"@{name}").replace(f"@{function.native_name}(", f"@{name}(")
    return target_machine().emit_object(binding.parse_assembly(assembly))
