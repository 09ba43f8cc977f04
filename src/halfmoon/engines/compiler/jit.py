"""From a kernel's text to machine code, by Numba; and the options that all compiled code shares."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numba
from llvmlite import binding
from numba import types
from numba.core import config
from numba.core.compiler_lock import global_compiler_lock
from numba.core.registry import cpu_target

from halfmoon.engines.compiler.machine import target_machine

OPTIONS: dict[str, Any] = {"fastmath": {"reassoc", "contract", "arcp", "nsz"}, "error_model": "numpy"}
"""Without nnan and ninf: with them relu(NaN) is 0 and isnan is False, and a divergence would go unnoticed."""

WRAPPERS: dict[str, Any] = {"no_cpython_wrapper": True, "no_cfunc_wrapper": True}
"""Python never calls what only kernels call."""

compiled: Callable[[Any], Any] = numba.njit(**OPTIONS, **WRAPPERS)
"""Compiles a function when a kernel that calls it is compiled."""


def c_function(*kinds: Any) -> Callable[[Any], Any]:
    """Compile a C function of pointers and numbers that returns a float64."""
    return numba.cfunc(types.float64(*kinds), **OPTIONS)


RUNTIME_CALLS = re.compile(r"^declare ([^@\n]*@(?:numba_|NRT_|Py)\w+\([^)\n]*\)).*$", re.MULTILINE)
"""In LLVM's language, the declarations of what Numba calls when an exception is raised. No kernel raises one."""


def machine_code(text: str, name: str) -> bytes:
    """Return the object file of the function ``kernel`` that a text defines, called ``name`` there; it needs nothing of Numba.

    Nothing else in it can be seen from outside: the names that Numba gives to functions differ only within one process.
    """
    namespace: dict[str, Any] = {"__name__": name}
    with _without_optimisation():
        exec(compile(text, name, "exec"), namespace)  # noqa: S102 - the text is this package's own
    function = namespace["kernel"]
    assembly = RUNTIME_CALLS.sub(r"define internal \1 { unreachable }", function.inspect_llvm())
    assembly = assembly.replace(f'@"{function.native_name}"', f"@{name}").replace(f"@{function.native_name}(", f"@{name}(")
    machine, module = target_machine(), binding.parse_assembly(assembly)
    module.triple, module.data_layout = machine.triple, str(machine.target_data)
    for each in (*module.functions, *module.global_variables):
        if not each.is_declaration and each.name != name:
            each.linkage = "internal"
    tuning = binding.create_pipeline_tuning_options(speed_level=3)
    tuning.loop_vectorization, tuning.slp_vectorization = True, False
    builder = binding.create_pass_builder(machine, tuning)
    builder.getModulePassManager().run(module, builder)
    code: bytes = machine.emit_object(module)
    return code


@contextmanager
def _without_optimisation() -> Iterator[None]:
    """Keep Numba from optimising each function by itself: the whole module is optimised afterwards."""
    with global_compiler_lock:
        _ = cpu_target.target_context  # created before the switch, so that other users of Numba get optimised code
        before = config.OPT  # type: ignore[attr-defined]
        config.OPT = type(before)(0)  # type: ignore[attr-defined]
        try:
            yield
        finally:
            config.OPT = before  # type: ignore[attr-defined]
