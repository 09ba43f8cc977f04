"""What Numba has no function for: pointers and calls by address, atomic integers, prefetches, register tiles of a matrix product."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import extending, types
from numba.core import cgutils

from halfmoon.engines.compiler.machine import CACHE_LINE, PAUSE, SIDE, VECTOR_BYTES

intrinsic: Callable[[Any], Any] = extending.intrinsic
"""Makes a function for compiled code of one that emits LLVM instructions; it is called without the first argument, the context."""

INT64, INT32 = ir.IntType(64), ir.IntType(32)


def emitted(signature: Any, emit: Callable[..., Any]) -> Any:
    """Return what an intrinsic returns to Numba, from a function of LLVM's builder and the operands that emits its instructions."""

    def generate(context: Any, builder: Any, _signature: Any, operands: Any) -> Any:
        value = emit(builder, *operands)
        return context.get_dummy_value() if signature.return_type == types.void else value

    return signature, generate


@intrinsic
def pointer(_context: Any, address: Any, example: Any) -> Any:
    """Return the pointer at an address to numbers of the type of ``example``."""
    kind = types.CPointer(types.unliteral(example))

    def generate(context: Any, builder: Any, signature: Any, operands: Any) -> Any:
        return builder.inttoptr(operands[0], context.get_value_type(signature.return_type))

    return kind(types.int64, example), generate


@intrinsic
def offset(_context: Any, pointer: Any, entries: Any) -> Any:
    """Return ``pointer + entries``."""
    return emitted(pointer(pointer, types.int64), lambda builder, pointer, entries: builder.gep(pointer, [entries]))


@intrinsic
def cast_like(_context: Any, pointer: Any, value: Any) -> Any:
    """Return a number in the type that a pointer points to."""

    def generate(context: Any, builder: Any, signature: Any, operands: Any) -> Any:
        return context.cast(builder, operands[1], signature.args[1], signature.return_type)

    return pointer.dtype(pointer, value), generate


@intrinsic
def lanes_of(_context: Any, pointer: Any) -> Any:
    """Return how many of the numbers that a pointer points to a vector register holds."""
    return emitted(types.int64(pointer), lambda builder, _: INT64(VECTOR_BYTES * 8 // pointer.dtype.bitwidth))


@intrinsic
def call(_context: Any, address: Any, arguments: Any) -> Any:
    """Call the C function at ``address`` with a tuple of pointers and numbers; it returns a float64."""

    def emit(builder: Any, address: Any, arguments: Any) -> Any:
        operands = cgutils.unpack_tuple(builder, arguments)
        function = ir.FunctionType(ir.DoubleType(), [value.type for value in operands])
        return builder.call(builder.inttoptr(address, function.as_pointer()), operands)

    return emitted(types.float64(types.int64, arguments), emit)


@intrinsic
def copy(_context: Any, source: Any, out: Any, n: Any) -> Any:
    """Copy ``n`` entries from one pointer to another."""
    size = source.dtype.bitwidth // 8
    return emitted(types.void(source, out, types.int64), lambda builder, source, out, n: cgutils.raw_memcpy(builder, out, source, n, size))


@intrinsic
def pause(_context: Any) -> Any:
    """Tell the processor that this thread spins: a thread that shares the core runs faster, and the end of the wait is seen sooner."""

    def emit(builder: Any) -> None:
        name, hint = PAUSE
        if name:
            kind = ir.FunctionType(ir.VoidType(), [INT32] * len(hint))
            builder.call(cgutils.get_or_insert_function(builder.module, kind, name), [INT32(number) for number in hint])

    return emitted(types.void(), emit)


@intrinsic
def prefetch(_context: Any, source: Any, n: Any) -> Any:
    """Start to load ``n`` entries into the cache, without waiting for them."""
    step = INT64(CACHE_LINE * 8 // source.dtype.bitwidth)

    def emit(builder: Any, source: Any, n: Any) -> None:
        byte = ir.IntType(8).as_pointer()
        kind = ir.FunctionType(ir.VoidType(), [byte, INT32, INT32, INT32])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0i8")
        with cgutils.for_range_slice(builder, INT64(0), n, step) as (index, _):
            builder.call(function, [builder.bitcast(builder.gep(source, [index]), byte), INT32(0), INT32(2), INT32(1)])

    return emitted(types.void(source, types.int64), emit)


@intrinsic
def take_cache_lines(_context: Any, out: Any, n: Any) -> Any:
    """Get the cache lines of ``n`` entries into this core's exclusive ownership, by writing one entry of each over itself.

    A line that another core has read must be invalidated there before it is written here. Taken one at a time between other work,
    each line stalls that work; taken one right after the other, they arrive together. A prefetch, even one for writing, leaves them shared.
    """
    bits = out.dtype.bitwidth

    def emit(builder: Any, out: Any, n: Any) -> None:
        with cgutils.for_range_slice(builder, INT64(0), n, INT64(CACHE_LINE * 8 // bits)) as (index, _):
            entry = builder.bitcast(builder.gep(out, [index]), ir.IntType(bits).as_pointer())
            builder.store_atomic(builder.load_atomic(entry, "monotonic", bits // 8), entry, "monotonic", bits // 8)

    return emitted(types.void(out, types.int64), emit)


@intrinsic
def fill_with_zeros(_context: Any, out: Any, n: Any) -> Any:
    """Set ``n`` entries to zero."""
    size = INT64(out.dtype.bitwidth // 8)

    def emit(builder: Any, out: Any, n: Any) -> None:
        n_bytes = builder.mul(n, size)
        cgutils.memset(builder, builder.bitcast(out, ir.IntType(8).as_pointer()), n_bytes, 0)

    return emitted(types.void(out, types.int64), emit)


def _atomic(result: Any, arity: int, emit: Callable[..., Any]) -> Any:
    """Return an intrinsic of (pointer to int64, index, values...) that works on the integer there."""

    def at_index(builder: Any, integers: Any, index: Any, *values: Any) -> Any:
        return emit(builder, builder.gep(integers, [index]), *values)

    def two(_context: Any, integers: Any, index: Any) -> Any:
        return emitted(result(integers, types.int64), at_index)

    def three(_context: Any, integers: Any, index: Any, value: Any) -> Any:
        return emitted(result(integers, types.int64, types.int64), at_index)

    return intrinsic({2: two, 3: three}[arity])


atomic_add = _atomic(types.int64, 3, lambda builder, integer, value: builder.atomic_rmw("add", integer, value, "seq_cst"))
atomic_load = _atomic(types.int64, 2, lambda builder, integer: builder.load_atomic(integer, "seq_cst", 8))
atomic_store = _atomic(types.void, 3, lambda builder, integer, value: builder.store_atomic(value, integer, "seq_cst", 8))


class _Vectors:
    """Emits loads, stores and sums of ``count`` neighbouring vectors.

    The last fills 1 / ``part`` of a register, and where it is ``cut`` it is masked so that there are ``columns`` entries in all.
    """

    def __init__(self, builder: Any, bits: int, count: int, part: int, columns: Any, *, cut: bool) -> None:
        self.builder, self.bits, self.lanes, self.cut = builder, bits, VECTOR_BYTES * 8 // bits, cut
        self.align = bits // 8
        self.number = ir.FloatType() if bits == 32 else ir.DoubleType()  # noqa: PLR2004
        self.types = [ir.VectorType(self.number, self.lanes)] * (count - 1) + [ir.VectorType(self.number, self.lanes // part)]
        integers = ir.VectorType(ir.IntType(bits), self.lanes // part)
        last = ir.Constant(integers, [(count - 1) * self.lanes + lane for lane in range(integers.count)])
        self.mask = builder.icmp_signed(
            "<", last, self.broadcast(builder.trunc(columns, integers.element) if bits < INT64.width else columns, integers)
        )

    def broadcast(self, value: Any, kind: Any) -> Any:
        """Return a vector whose entries all are ``value``."""
        undefined, first = ir.Constant(kind, ir.Undefined), ir.Constant(INT32, 0)
        one = self.builder.insert_element(undefined, value, first)
        return self.builder.shuffle_vector(one, undefined, ir.Constant(ir.VectorType(INT32, kind.count), [0] * kind.count))

    def call(self, name: str, kind: Any, result: Any, *arguments: Any) -> Any:
        """Call an LLVM intrinsic for vectors of a kind."""
        module, name = self.builder.module, f"llvm.{name}.v{kind.count}f{self.bits}"
        function = module.globals.get(name) or ir.Function(module, ir.FunctionType(result, [each.type for each in arguments]), name)
        return self.builder.call(function, arguments)

    def add_products(self, left: Any, right: list[Any], sums: list[Any]) -> list[Any]:
        """Return ``sums + left right``, for a number ``left``."""
        return [
            self.call("fma", kind, kind, self.broadcast(left, kind), each, total)
            for kind, each, total in zip(self.types, right, sums, strict=True)
        ]

    def interleaved(self, a: Any, b: Any, first: int) -> Any:
        """Return entries of two vectors in turn, from those at index ``first`` on."""
        count = a.type.count
        indices = [first + lane // 2 + lane % 2 * count for lane in range(count)]
        return self._shuffled(a, b, indices)

    def totals(self, vectors: list[Any]) -> list[Any]:
        """Return the sum of the entries of each of several vectors, as many as a power of two."""
        group = 1  # neighbouring entries that belong to different sums
        while len(vectors) > 1 and group < self.lanes:
            vectors = [self._sum_of_pairs(a, b, group) for a, b in zip(vectors[::2], vectors[1::2], strict=True)]
            group *= 2
        totals = []
        for vector in vectors:
            total, half = vector, self.lanes
            while half > group:
                half //= 2
                total = self.builder.fadd(self._part(total, 0, half), self._part(total, half, half))
            totals += [self.builder.extract_element(total, INT32(entry)) for entry in range(group)]
        return totals

    def _sum_of_pairs(self, a: Any, b: Any, group: int) -> Any:
        """Return in turn the sums of neighbouring groups of entries of one vector and of another."""
        starts = range(0, self.lanes, 2 * group)
        one, other = (
            [vector + start + entry for start in starts for vector in (first, self.lanes + first) for entry in range(group)]
            for first in (0, group)
        )
        return self.builder.fadd(self._shuffled(a, b, one), self._shuffled(a, b, other))

    def _part(self, vector: Any, first: int, count: int) -> Any:
        return self._shuffled(vector, vector, list(range(first, first + count)))

    def _shuffled(self, a: Any, b: Any, indices: list[int]) -> Any:
        return self.builder.shuffle_vector(a, b, ir.Constant(ir.VectorType(INT32, len(indices)), indices))

    def _addresses(self, pointer: Any) -> list[Any]:
        starts = [self.builder.gep(pointer, [INT64(vector * self.lanes)]) for vector in range(len(self.types))]
        return [self.builder.bitcast(start, kind.as_pointer()) for start, kind in zip(starts, self.types, strict=True)]

    def load(self, pointer: Any) -> list[Any]:
        """Return the vectors that begin at ``pointer``."""
        addresses = self._addresses(pointer)
        vectors = [self.builder.load(address, align=self.align) for address in (addresses[:-1] if self.cut else addresses)]
        if self.cut:
            kind = self.types[-1]
            zero = ir.Constant(kind, [0.0] * kind.count)
            vectors.append(self.call("masked.load", kind, kind, addresses[-1], INT32(self.align), self.mask, zero))
        return vectors

    def store(self, values: list[Any], pointer: Any) -> None:
        """Store the vectors from ``pointer`` on."""
        *addresses, last = self._addresses(pointer)
        for value, address in zip(values, addresses, strict=False):
            self.builder.store(value, address, align=self.align)
        if self.cut:
            self.call("masked.store", self.types[-1], ir.VoidType(), values[-1], last, INT32(self.align), self.mask)
        else:
            self.builder.store(values[-1], last, align=self.align)


@intrinsic
def transpose_square(_context: Any, source: Any, source_row: Any, out: Any, out_row: Any) -> Any:
    """Set ``out[k, r] = source[r, k]`` for ``SIDE`` rows and columns: each step interleaves the rows of the two halves."""
    bits = source.dtype.bitwidth

    def emit(builder: Any, source: Any, source_row: Any, out: Any, out_row: Any) -> None:
        v = _Vectors(builder, bits, 1, VECTOR_BYTES * 8 // bits // SIDE, INT64(SIDE), cut=False)
        rows = [v.load(builder.gep(source, [builder.mul(source_row, INT64(row))]))[0] for row in range(SIDE)]
        half = SIDE // 2
        for _ in range(SIDE.bit_length() - 1):
            rows = [v.interleaved(rows[row // 2], rows[row // 2 + half], row % 2 * half) for row in range(SIDE)]
        for row in range(SIDE):
            v.store([rows[row]], builder.gep(out, [builder.mul(out_row, INT64(row))]))

    return emitted(types.void(source, types.int64, source, types.int64), emit)


@intrinsic
def list_nonzero(_context: Any, one: Any, other: Any, first: Any, end: Any, indices: Any) -> Any:
    """List which of ``SIDE`` indices from ``first`` on, but before ``end``, have a number in one of two rows that is not zero.

    Returns how many these are; ``SIDE`` integers are written all the same.
    """
    bits = one.dtype.bitwidth

    def emit(builder: Any, one: Any, other: Any, first: Any, end: Any, indices: Any) -> Any:
        v = _Vectors(builder, bits, 1, VECTOR_BYTES * 8 // bits // SIDE, builder.sub(end, first), cut=True)
        zero, integers, flags = ir.Constant(v.types[0], [0.0] * SIDE), ir.VectorType(INT64, SIDE), ir.VectorType(ir.IntType(1), SIDE)
        a, b = (builder.fcmp_unordered("!=", v.load(builder.gep(row, [first]))[0], zero) for row in (one, other))
        nonzero = builder.or_(a, b)
        columns = builder.add(v.broadcast(first, integers), ir.Constant(integers, list(range(SIDE))))
        kind = ir.FunctionType(integers, [integers, flags, integers])
        compress = cgutils.get_or_insert_function(builder.module, kind, f"llvm.experimental.vector.compress.v{SIDE}i64")
        packed = builder.call(compress, [columns, nonzero, ir.Constant(integers, ir.Undefined)])
        builder.store(packed, builder.bitcast(indices, integers.as_pointer()), align=8)
        return builder.zext(builder.ctpop(builder.bitcast(nonzero, ir.IntType(SIDE))), INT64)

    return emitted(types.int64(one, other, types.int64, types.int64, indices), emit)


def register_tile(rows: int, vectors: int, *, cut: bool, part: int = 1) -> Any:
    """Return an intrinsic for one tile of ``C = start + A B`` that is held in registers.

    Its arguments are ``(a, a_row, a_step, b, b_step, start, start_row, c, c_row, indices, depth, columns)``: pointers and strides in
    entries, the length of the sum and, where the last of the ``vectors`` vectors is ``cut``, how many columns there are; that
    vector fills 1 / ``part`` of a register. Each entry of C is one chain of fused multiply-adds in the order of the sum, so its
    bits depend on neither tile nor thread. Where ``indices`` is a pointer, not a number, it lists the columns of A that the sum has;
    to leave out those that are zero changes no bit.
    """

    def typing(_context: Any, a: Any, a_row: Any, a_step: Any, b: Any, b_step: Any, start: Any, start_row: Any,
               c: Any, c_row: Any, indices: Any, depth: Any, columns: Any) -> Any:  # fmt: skip
        size, indexed = types.int64, isinstance(indices, types.CPointer)
        signature = types.void(a, size, size, a, size, a, size, a, size, indices if indexed else size, size, size)

        bits = a.dtype.bitwidth

        def emit(builder: Any, a: Any, a_row: Any, a_step: Any, b: Any, b_step: Any, start: Any, start_row: Any,
                 c: Any, c_row: Any, indices: Any, depth: Any, columns: Any) -> None:  # fmt: skip
            v = _Vectors(builder, bits, vectors, part, columns, cut=cut)
            rows_of_a = [builder.gep(a, [builder.mul(a_row, INT64(row))]) for row in range(rows)]
            sums = [v.load(builder.gep(start, [builder.mul(start_row, INT64(row))])) for row in range(rows)]

            def body(q: Any, before: Sums) -> Sums:
                k = builder.load(builder.gep(indices, [q])) if indexed else q
                left, right = builder.mul(k, a_step), builder.mul(k, b_step)
                row_of_b = v.load(builder.gep(b, [right]))
                column_of_a = (builder.load(builder.gep(row, [left])) for row in rows_of_a)
                return [v.add_products(entry, row_of_b, row) for entry, row in zip(column_of_a, before, strict=True)]

            sums = _loop(builder, depth, sums, body)
            for row in range(rows):
                v.store(sums[row], builder.gep(c, [builder.mul(c_row, INT64(row))]))

        return emitted(signature, emit)

    return intrinsic(typing)


DOT_ROWS = 4
"""Rows of X that a tile of dot products has."""


def dot_tile(outputs: int) -> Any:
    """Return an intrinsic for ``DOT_ROWS`` rows and ``outputs`` columns of ``Y = 1 bᵀ + X Wᵀ``, whose sums go along vectors.

    Its arguments are ``(x, others, w, bias, y, places, columns)``: the first row of X, and how many entries after it each of the
    others begins; the first of the rows of W, which are neighbours; where y is written for the first row, and how many entries after
    it for each of the others; the length of the sums. Each entry of Y is summed in the same order, whichever row of a tile it is in.
    """

    def typing(_context: Any, x: Any, others: Any, w: Any, bias: Any, y: Any, places: Any, columns: Any) -> Any:
        bits = x.dtype.bitwidth

        def emit(builder: Any, x: Any, others: Any, w: Any, bias: Any, y: Any, places: Any, columns: Any) -> None:
            lanes = INT64(VECTOR_BYTES * 8 // bits)
            rows = [x, *(builder.gep(x, [each]) for each in cgutils.unpack_tuple(builder, others))]
            rows_of_w = [builder.gep(w, [builder.mul(columns, INT64(j))]) for j in range(outputs)]
            whole = builder.sdiv(builder.sub(columns, INT64(1)), lanes)
            last = builder.mul(whole, lanes)
            v = _Vectors(builder, bits, 1, 1, builder.sub(columns, last), cut=False)
            v_cut = _Vectors(builder, bits, 1, 1, builder.sub(columns, last), cut=True)

            def added(vectors: _Vectors, k: Any, sums: Sums) -> Sums:
                xs = [vectors.load(builder.gep(row, [k]))[0] for row in rows]
                ws = [vectors.load(builder.gep(row, [k]))[0] for row in rows_of_w]
                kind = vectors.types[0]
                return [
                    [vectors.call("fma", kind, kind, x_r, w_j, total) for x_r, total in zip(xs, row, strict=True)]
                    for w_j, row in zip(ws, sums, strict=True)
                ]

            zero = ir.Constant(v.types[0], [0.0] * v.lanes)
            sums = _loop(builder, whole, [[zero] * DOT_ROWS] * outputs, lambda q, sums: added(v, builder.mul(q, lanes), sums))
            sums = added(v_cut, last, sums)
            to = [INT64(0), *cgutils.unpack_tuple(builder, places)]
            for j in range(outputs):
                b = builder.load(builder.gep(bias, [INT64(j)]))
                for place, total in zip(to, v.totals(sums[j]), strict=True):
                    builder.store(builder.fadd(total, b), builder.gep(y, [builder.add(place, INT64(j))]))

        signature = types.void(x, others, w, bias, y, places, types.int64)
        return emitted(signature, emit)

    return intrinsic(typing)


Sums = list[list[Any]]


def _loop(builder: Any, count: Any, first: Sums, body: Callable[[Any, Sums], Sums]) -> Sums:
    """Emit a loop that applies ``body`` to ``first`` for k = 0, 1, ..., ``count`` - 1, and return the result, all held in registers."""
    before, loop, done = builder.block, builder.append_basic_block("loop"), builder.append_basic_block("done")
    builder.cbranch(builder.icmp_signed(">", count, INT64(0)), loop, done)
    builder.position_at_end(loop)
    k = builder.phi(INT64)
    held = [[builder.phi(each.type) for each in row] for row in first]
    new = body(k, held)
    following = builder.add(k, INT64(1))
    end = builder.block
    builder.cbranch(builder.icmp_signed("<", following, count), loop, done)
    k.add_incoming(INT64(0), before)
    k.add_incoming(following, end)
    builder.position_at_end(done)
    results = []
    for at_first, phis, made in zip(first, held, new, strict=True):
        results.append([builder.phi(each.type) for each in at_first])
        for start, phi, value, result in zip(at_first, phis, made, results[-1], strict=True):
            for each in (phi, result):
                each.add_incoming(start, before)
                each.add_incoming(value, end)
    return results
