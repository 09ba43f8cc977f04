"""What Numba has no word for: pointers by address, calls by address, atomic words, one register tile of a matrix product."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import extending, types
from numba.core import cgutils

from halfmoon.engines.compiler.machine import CACHE_LINE, PAUSE, SIDE, VECTOR_BYTES

intrinsic: Callable[[Any], Any] = extending.intrinsic
"""Makes LLVM instructions a function for compiled code, which is called without the context."""

WORD = ir.IntType(64)
LANE = ir.IntType(32)


@intrinsic
def pointer(_context: Any, address: Any, witness: Any) -> Any:
    """Return the pointer at an address to numbers of the type of ``witness``."""
    kind = types.CPointer(types.unliteral(witness))

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], context.get_value_type(signature.return_type))

    return kind(types.int64, witness), generate


@intrinsic
def moved(_context: Any, pointer: Any, offset: Any) -> Any:
    """Return ``pointer + offset``."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.gep(arguments[0], [arguments[1]])

    return pointer(pointer, types.int64), generate


@intrinsic
def number(_context: Any, pointer: Any, value: Any) -> Any:
    """Return a number in the type that a pointer points to."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return context.cast(builder, arguments[1], signature.args[1], signature.return_type)

    return pointer.dtype(pointer, value), generate


@intrinsic
def lanes_of(_context: Any, pointer: Any) -> Any:
    """Return how many of the numbers that a pointer points to a vector register holds."""
    lanes = VECTOR_BYTES * 8 // pointer.dtype.bitwidth
    return types.int64(pointer), lambda _context, _builder, _signature, _arguments: WORD(lanes)


@intrinsic
def invoke(_context: Any, address: Any, arguments: Any) -> Any:
    """Call the C function at ``address`` with a tuple of pointers and numbers; it returns a float64."""

    def generate(_context: Any, builder: Any, _signature: Any, values: Any) -> Any:
        given = cgutils.unpack_tuple(builder, values[1])
        function = ir.FunctionType(ir.DoubleType(), [value.type for value in given])
        return builder.call(builder.inttoptr(values[0], function.as_pointer()), given)

    return types.float64(types.int64, arguments), generate


@intrinsic
def copy(_context: Any, source: Any, out: Any, n: Any) -> Any:
    """Copy ``n`` entries from one pointer to another."""

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        cgutils.raw_memcpy(builder, arguments[1], arguments[0], arguments[2], source.dtype.bitwidth // 8)
        return context.get_dummy_value()

    return types.void(source, out, types.int64), generate


@intrinsic
def pause(_context: Any) -> Any:
    """Tell the processor that this thread waits in a loop: whoever shares the core with it has more of it, and the end is seen sooner."""

    def generate(context: Any, builder: Any, _signature: Any, _arguments: Any) -> Any:
        name, hint = PAUSE
        if name:
            kind = ir.FunctionType(ir.VoidType(), [LANE] * len(hint))
            builder.call(cgutils.get_or_insert_function(builder.module, kind, name), [LANE(number) for number in hint])
        return context.get_dummy_value()

    return types.void(), generate


@intrinsic
def fetch(_context: Any, source: Any, n: Any) -> Any:
    """Have ``n`` entries brought into the cache, without waiting for them."""

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        byte, start = ir.IntType(8).as_pointer(), arguments[0]
        kind = ir.FunctionType(ir.VoidType(), [byte, LANE, LANE, LANE])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0i8")
        with cgutils.for_range_slice(builder, WORD(0), arguments[1], WORD(CACHE_LINE * 8 // source.dtype.bitwidth)) as (index, _):
            builder.call(function, [builder.bitcast(builder.gep(start, [index]), byte), LANE(0), LANE(2), LANE(1)])
        return context.get_dummy_value()

    return types.void(source, types.int64), generate


@intrinsic
def claim(_context: Any, out: Any, n: Any) -> Any:
    """Make the cache lines of ``n`` entries this core's own, by writing one entry of each over itself.

    What another core has read must be taken from it before it is written. Line by line between other work that holds all of it up;
    one after the other the lines come at once. A prefetch, even one for writing, leaves them shared.
    """

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        bits = out.dtype.bitwidth
        with cgutils.for_range_slice(builder, WORD(0), arguments[1], WORD(CACHE_LINE * 8 // bits)) as (index, _):
            word = builder.bitcast(builder.gep(arguments[0], [index]), ir.IntType(bits).as_pointer())
            builder.store_atomic(builder.load_atomic(word, "monotonic", bits // 8), word, "monotonic", bits // 8)
        return context.get_dummy_value()

    return types.void(out, types.int64), generate


@intrinsic
def fill_with_zeros(_context: Any, out: Any, n: Any) -> Any:
    """Set ``n`` entries to zero."""

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        size = builder.mul(arguments[1], WORD(out.dtype.bitwidth // 8))
        cgutils.memset(builder, builder.bitcast(arguments[0], ir.IntType(8).as_pointer()), size, 0)
        return context.get_dummy_value()

    return types.void(out, types.int64), generate


def _atomic(result: Any, arity: int, emit: Callable[..., Any]) -> Any:
    """Return an intrinsic of (pointer to int64, index, values...) that works on one word."""

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        made = emit(builder, builder.gep(arguments[0], [arguments[1]]), *arguments[2:])
        return context.get_dummy_value() if result is types.void else made

    def two(_context: Any, words: Any, index: Any) -> Any:
        return result(words, types.int64), generate

    def three(_context: Any, words: Any, index: Any, value: Any) -> Any:
        return result(words, types.int64, types.int64), generate

    return intrinsic({2: two, 3: three}[arity])


atomic_add = _atomic(types.int64, 3, lambda builder, place, value: builder.atomic_rmw("add", place, value, "seq_cst"))
atomic_load = _atomic(types.int64, 2, lambda builder, place: builder.load_atomic(place, "seq_cst", 8))
atomic_store = _atomic(types.void, 3, lambda builder, place, value: builder.store_atomic(value, place, "seq_cst", 8))


class _Vectors:
    """Loads, stores and sums of ``count`` neighbouring vectors.

    The last fills 1 / ``part`` of a register, and may be cut off after ``columns`` entries in all.
    """

    def __init__(self, builder: Any, bits: int, count: int, part: int, columns: Any, *, cut: bool) -> None:
        self.builder, self.bits, self.lanes, self.cut = builder, bits, VECTOR_BYTES * 8 // bits, cut
        self.align = bits // 8
        self.number = ir.FloatType() if bits == 32 else ir.DoubleType()  # noqa: PLR2004
        self.types = [ir.VectorType(self.number, self.lanes)] * (count - 1) + [ir.VectorType(self.number, self.lanes // part)]
        words = ir.VectorType(ir.IntType(bits), self.lanes // part)
        last = ir.Constant(words, [(count - 1) * self.lanes + lane for lane in range(words.count)])
        self.mask = builder.icmp_signed(
            "<", last, self.spread(builder.trunc(columns, words.element) if bits < WORD.width else columns, words)
        )

    def spread(self, value: Any, kind: Any) -> Any:
        """Return a vector whose entries all are ``value``."""
        nothing, first = ir.Constant(kind, ir.Undefined), ir.Constant(LANE, 0)
        one = self.builder.insert_element(nothing, value, first)
        return self.builder.shuffle_vector(one, nothing, ir.Constant(ir.VectorType(LANE, kind.count), [0] * kind.count))

    def call(self, name: str, kind: Any, result: Any, *arguments: Any) -> Any:
        """Call an LLVM intrinsic for vectors of a kind."""
        module, name = self.builder.module, f"llvm.{name}.v{kind.count}f{self.bits}"
        function = module.globals.get(name) or ir.Function(module, ir.FunctionType(result, [each.type for each in arguments]), name)
        return self.builder.call(function, arguments)

    def add_products(self, left: Any, right: list[Any], sums: list[Any]) -> list[Any]:
        """Return ``sums + left right``, for a number ``left``."""
        return [
            self.call("fma", kind, kind, self.spread(left, kind), each, total)
            for kind, each, total in zip(self.types, right, sums, strict=True)
        ]

    def dealt(self, a: Any, b: Any, first: int) -> Any:
        """Return entries of two vectors in turn, from the one at ``first`` on."""
        count = a.type.count
        places = [first + lane // 2 + lane % 2 * count for lane in range(count)]
        return self.builder.shuffle_vector(a, b, ir.Constant(ir.VectorType(LANE, count), places))

    def _places(self, pointer: Any) -> list[Any]:
        ends = [self.builder.gep(pointer, [WORD(vector * self.lanes)]) for vector in range(len(self.types))]
        return [self.builder.bitcast(end, kind.as_pointer()) for end, kind in zip(ends, self.types, strict=True)]

    def load(self, pointer: Any) -> list[Any]:
        """Return the vectors that begin at ``pointer``."""
        places = self._places(pointer)
        whole = [self.builder.load(place, align=self.align) for place in (places[:-1] if self.cut else places)]
        if self.cut:
            kind = self.types[-1]
            zero = ir.Constant(kind, [0.0] * kind.count)
            whole.append(self.call("masked.load", kind, kind, places[-1], LANE(self.align), self.mask, zero))
        return whole

    def store(self, values: list[Any], pointer: Any) -> None:
        """Put the vectors where ``pointer`` begins."""
        *places, last = self._places(pointer)
        for value, place in zip(values, places, strict=False):
            self.builder.store(value, place, align=self.align)
        if self.cut:
            self.call("masked.store", self.types[-1], ir.VoidType(), values[-1], last, LANE(self.align), self.mask)
        else:
            self.builder.store(values[-1], last, align=self.align)


@intrinsic
def turn_square(_context: Any, source: Any, source_row: Any, out: Any, out_row: Any) -> Any:
    """Set ``out[k, r] = source[r, k]`` for ``SIDE`` rows and columns: each step deals the rows of one half between those of the other."""

    def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        source_, source_row, out_, out_row = arguments
        v = _Vectors(builder, source.dtype.bitwidth, 1, VECTOR_BYTES * 8 // source.dtype.bitwidth // SIDE, WORD(SIDE), cut=False)
        rows = [v.load(builder.gep(source_, [builder.mul(source_row, WORD(row))]))[0] for row in range(SIDE)]
        half = SIDE // 2
        for _ in range(SIDE.bit_length() - 1):
            rows = [v.dealt(rows[row // 2], rows[row // 2 + half], row % 2 * half) for row in range(SIDE)]
        for row in range(SIDE):
            v.store([rows[row]], builder.gep(out_, [builder.mul(out_row, WORD(row))]))
        return context.get_dummy_value()

    return types.void(source, types.int64, source, types.int64), generate


@intrinsic
def list_some(_context: Any, one: Any, other: Any, first: Any, last: Any, places: Any) -> Any:
    """List at which of ``SIDE`` places from ``first`` on, but before ``last``, one of two rows is not zero; return how many these are.

    ``SIDE`` places are written, whatever they are.
    """

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        one_, other_, first, last, places_ = arguments
        v = _Vectors(builder, one.dtype.bitwidth, 1, VECTOR_BYTES * 8 // one.dtype.bitwidth // SIDE, builder.sub(last, first), cut=True)
        zero, words, flags = ir.Constant(v.types[0], [0.0] * SIDE), ir.VectorType(WORD, SIDE), ir.VectorType(ir.IntType(1), SIDE)
        a, b = (builder.fcmp_unordered("!=", v.load(builder.gep(row, [first]))[0], zero) for row in (one_, other_))
        which = builder.or_(a, b)
        where = builder.add(v.spread(first, words), ir.Constant(words, list(range(SIDE))))
        kind = ir.FunctionType(words, [words, flags, words])
        pack = cgutils.get_or_insert_function(builder.module, kind, f"llvm.experimental.vector.compress.v{SIDE}i64")
        packed = builder.call(pack, [where, which, ir.Constant(words, ir.Undefined)])
        builder.store(packed, builder.bitcast(places_, words.as_pointer()), align=8)
        return builder.zext(builder.ctpop(builder.bitcast(which, ir.IntType(SIDE))), WORD)

    return types.int64(one, other, types.int64, types.int64, places), generate


def tile(rows: int, vectors: int, *, cut: bool, part: int = 1) -> Any:
    """Return an intrinsic for one tile of ``C = start + A B`` that is held in registers.

    Its arguments are ``(a, a_row, a_step, b, b_step, start, start_row, c, c_row, places, depth, columns)``: pointers and strides in
    entries, the length of the sum and, where the last of the ``vectors`` vectors is ``cut``, how many columns there are; that
    vector fills 1 / ``part`` of a register. Each entry of C is one chain of fused multiply-adds in the order of the sum, so its
    bits depend on neither tile nor thread. Where ``places`` is a pointer, not a number, it says which columns of A the sum has;
    to leave out those that are zero changes no bit.
    """

    def typing(_context: Any, a: Any, a_row: Any, a_step: Any, b: Any, b_step: Any, start: Any, start_row: Any,
               c: Any, c_row: Any, places: Any, depth: Any, columns: Any) -> Any:  # fmt: skip
        size, listed = types.int64, isinstance(places, types.CPointer)
        signature = types.void(a, size, size, a, size, a, size, a, size, places if listed else size, size, size)

        def generate(context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
            a_, a_row, a_step, b_, b_step, start, start_row, c, c_row, places, depth, columns = arguments
            v = _Vectors(builder, a.dtype.bitwidth, vectors, part, columns, cut=cut)
            rows_of_a = [builder.gep(a_, [builder.mul(a_row, WORD(row))]) for row in range(rows)]
            sums = [v.load(builder.gep(start, [builder.mul(start_row, WORD(row))])) for row in range(rows)]

            def body(q: Any, before: Table) -> Table:
                k = builder.load(builder.gep(places, [q])) if listed else q
                return _outer(v, rows_of_a, b_, builder.mul(k, a_step), builder.mul(k, b_step), before)

            sums = _loop(builder, depth, sums, body)
            for row in range(rows):
                v.store(sums[row], builder.gep(c, [builder.mul(c_row, WORD(row))]))
            return context.get_dummy_value()

        return signature, generate

    return intrinsic(typing)


Table = list[list[Any]]


def _outer(v: _Vectors, a: list[Any], b: Any, a_place: Any, b_place: Any, sums: Table) -> Table:
    """Add a column of A times a row of B to the sums."""
    right = v.load(v.builder.gep(b, [b_place]))
    made = []
    for pointer, before in zip(a, sums, strict=True):
        made.append(v.add_products(v.builder.load(v.builder.gep(pointer, [a_place])), right, before))
    return made


def _loop(builder: Any, count: Any, first: Table, body: Callable[[Any, Table], Table]) -> Table:
    """Return what becomes of ``first`` when ``body`` is applied for k = 0, 1, ..., ``count`` - 1, all held in registers."""
    before, loop, done = builder.block, builder.append_basic_block("loop"), builder.append_basic_block("done")
    builder.cbranch(builder.icmp_signed(">", count, WORD(0)), loop, done)
    builder.position_at_end(loop)
    k = builder.phi(WORD)
    held = [[builder.phi(each.type) for each in row] for row in first]
    new = body(k, held)
    following = builder.add(k, WORD(1))
    end = builder.block
    builder.cbranch(builder.icmp_signed("<", following, count), loop, done)
    k.add_incoming(WORD(0), before)
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
