"""The few operations that numba has no word for: vector code and bit scans (kernels).

Each is written twice: as LLVM code for any processor, and in plain Python, which stands in where
JIT is off and is the oracle of the tests.
"""

from __future__ import annotations

from typing import Any, cast

import numba
import numpy as np
from llvmlite import ir
from numba.core import cgutils
from numba.core import types as numba_types
from numba.extending import intrinsic
from numpy.typing import NDArray

# numba has no type hints
types: Any = numba_types
element: Any = cgutils.gep_inbounds

LANES = 64
"""Bytes folded at once: one AVX-512 register; LLVM splits it where registers are shorter."""

BYTE = ir.IntType(8)
WORD = ir.IntType(64)
VECTOR = ir.VectorType(BYTE, LANES)
EVENTS = b"&<-"
"""ASCII bytes that need a look at what follows; so does everything beyond ASCII."""


def _pointer(context: Any, builder: Any, kind: Any, array: Any, at: Any, target: Any) -> Any:
    struct = context.make_array(kind)(context, builder, array)
    return builder.bitcast(element(builder, struct.data, at), target.as_pointer())


def _splat(value: int) -> Any:
    return ir.Constant(VECTOR, [ir.Constant(BYTE, value)] * LANES)


def _between(builder: Any, vector: Any, low: int, high: int) -> Any:
    """Return the lanes whose byte is in `low..high`."""
    shifted = builder.sub(vector, _splat(low))
    return builder.icmp_unsigned("<=", shifted, _splat(high - low))


def _fold_vector(builder: Any, vector: Any) -> tuple[Any, Any, Any]:
    """Return the folded bytes, the lanes that are events, and those that are separators."""
    lower = builder.or_(vector, _splat(0x20))
    letters = _between(builder, lower, ord("a"), ord("z"))
    digits = _between(builder, vector, ord("0"), ord("9"))
    folded = builder.select(letters, lower, builder.select(digits, vector, _splat(0x20)))
    events = builder.icmp_unsigned(">=", vector, _splat(0x80))
    for byte in EVENTS:
        events = builder.or_(events, builder.icmp_unsigned("==", vector, _splat(byte)))
    return folded, events, builder.not_(builder.or_(letters, digits))


@intrinsic
def _fold_lanes(typing: Any, data: Any, i: Any, out: Any, pos: Any) -> Any:
    """`fold_lanes` in LLVM code."""
    result = types.UniTuple(types.uint64, 2)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        source = _pointer(context, builder, signature.args[0], arguments[0], arguments[1], VECTOR)
        target = _pointer(context, builder, signature.args[2], arguments[2], arguments[3], VECTOR)
        folded, events, separators = _fold_vector(builder, builder.load(source, align=1))
        builder.store(folded, target, align=1)
        masks = [builder.bitcast(events, WORD), builder.bitcast(separators, WORD)]
        return context.make_tuple(builder, result, masks)

    return result(data, types.int64, out, types.int64), generate


@intrinsic
def _load_word(typing: Any, data: Any, i: Any) -> Any:
    """`load_word` in LLVM code."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        source = _pointer(context, builder, signature.args[0], arguments[0], arguments[1], WORD)
        return builder.load(source, align=1)

    return types.uint64(data, types.int64), generate


@intrinsic
def _trailing_zeros(typing: Any, word: Any) -> Any:
    """`trailing_zeros` in LLVM code."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 0))

    return types.int64(types.uint64), generate


def fold_lanes_plain(
    data: NDArray[np.uint8], i: int, out: NDArray[np.uint8], pos: int
) -> tuple[np.uint64, np.uint64]:
    """Fold the 64 bytes `data[i:i + 64]` to `out[pos:pos + 64]` as if all were ASCII.

    Returns a mask of the bytes that are events (beyond ASCII, or one of `EVENTS`), whose output
    means nothing, and a mask of those that are separators; bit k stands for byte i + k.
    """
    events = separators = 0
    for k in range(LANES):
        byte = int(data[i + k])
        letter_or_digit = byte < 0x80 and chr(byte).isalnum()
        out[pos + k] = ord(chr(byte).lower()) if letter_or_digit else 0x20
        events |= (byte >= 0x80 or byte in EVENTS) << k
        separators |= (not letter_or_digit) << k
    return np.uint64(events), np.uint64(separators)


def load_word_plain(data: NDArray[np.uint8], i: int) -> np.uint64:
    """Return the 8 bytes from `data[i]` on, little endian."""
    return np.uint64(int.from_bytes(data[i : i + 8].tobytes(), "little"))


def trailing_zeros_plain(word: np.uint64) -> int:
    """Return how many low bits of a 64-bit word are zero; 64 for zero."""
    value = int(word)
    return (value & -value).bit_length() - 1 if value else 64


_JIT = not cast(Any, numba.config).DISABLE_JIT
fold_lanes = cast(Any, _fold_lanes) if _JIT else fold_lanes_plain
load_word = cast(Any, _load_word) if _JIT else load_word_plain
trailing_zeros = cast(Any, _trailing_zeros) if _JIT else trailing_zeros_plain
