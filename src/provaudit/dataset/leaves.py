"""The string leaves of a schema, and their cells.

A leaf is a column, or a field inside structs, lists and maps. Its path is the names of the
fields, joined by dots; list elements have no name, a map's are `key` and `value`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray


@dataclass(frozen=True)
class Leaf:
    """A string leaf of a shard."""

    path: str
    """Dotted path, such as `messages.content`."""
    steps: tuple[str, ...]
    """The names on the way."""


def _plain(kind: pa.DataType) -> pa.DataType:
    """Return what an extension type, such as JSON, is stored as."""
    return kind.storage_type if isinstance(kind, pa.BaseExtensionType) else kind


def _is_string(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_string(kind.value_type)
    return bool(
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_string_view(kind)
        or pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_binary_view(kind)
    )


def _is_list(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)
    )


def _below(kind: pa.DataType, steps: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    kind = _plain(kind)
    if _is_string(kind):
        yield steps
    elif pa.types.is_struct(kind):
        for field in kind:
            yield from _below(field.type, (*steps, field.name))
    elif pa.types.is_map(kind):
        yield from _below(kind.key_type, (*steps, "key"))
        yield from _below(kind.item_type, (*steps, "value"))
    elif _is_list(kind):
        yield from _below(kind.value_type, steps)


def string_leaves(schema: pa.Schema) -> list[Leaf]:
    """Return the string leaves of a schema, in its order."""
    return [
        Leaf(".".join(steps), steps)
        for field in schema
        for steps in _below(field.type, (field.name,))
    ]


def _child(array: pa.Array, name: str) -> pa.Array:
    """Return a struct's field with the struct's own nulls."""
    return pc.struct_field(array, [name])


def _map_entries(array: pa.MapArray) -> tuple[pa.StructArray, NDArray[np.int64]]:
    """Return the entries of the maps that are not null, and the map that each belongs to."""
    offsets = array.offsets.to_numpy()
    lengths = np.diff(offsets)
    lengths[array.is_null().to_numpy(zero_copy_only=False)] = 0
    starts = np.repeat(offsets[:-1], lengths)
    within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    keys, items = array.keys, array.items
    picked = pa.array(starts + within, pa.int64())
    entries = pa.StructArray.from_arrays([keys.take(picked), items.take(picked)], ["key", "value"])
    return entries, np.repeat(np.arange(len(array)), lengths)


def _without_nulls(
    lists: pa.Array, rows: NDArray[np.int64] | None
) -> tuple[pa.Array, NDArray[np.int64] | None]:
    """Leave out null lists that have values, as Arrow allows: they are not to be seen."""
    if not lists.null_count or pa.types.is_fixed_size_list(lists.type):
        return lists, rows
    valid = lists.is_valid()
    hidden = np.diff(lists.offsets.to_numpy())[~valid.to_numpy(zero_copy_only=False)]
    if not hidden.any():
        return lists, rows
    rows = np.arange(len(lists)) if rows is None else rows
    return lists.filter(valid), rows[valid.to_numpy(zero_copy_only=False)]


def _flatten(
    array: pa.Array, steps: tuple[str, ...], rows: NDArray[np.int64] | None
) -> tuple[pa.Array, NDArray[np.int64] | None]:
    """Walk down to the leaf: its values and, below lists, the row of each value."""
    if isinstance(array.type, pa.BaseExtensionType):
        array = array.storage
    kind = array.type
    if pa.types.is_map(kind):
        entries, parents = _map_entries(array)
        rows = parents if rows is None else rows[parents]
        inner = entries.field(0 if steps[0] == "key" else 1)
        return _flatten(inner, steps[1:], rows)
    if _is_list(kind):
        array, rows = _without_nulls(array, rows)
        parents = pc.list_parent_indices(array).to_numpy(zero_copy_only=False)
        rows = parents if rows is None else rows[parents]
        return _flatten(pc.list_flatten(array), steps, rows)
    if pa.types.is_struct(kind):
        return _flatten(_child(array, steps[0]), steps[1:], rows)
    return array, rows


def _as_text(values: pa.Array) -> pa.LargeStringArray:
    """Return string-like values as large_string, without checking that they are UTF-8."""
    if pa.types.is_dictionary(values.type):
        values = values.dictionary_decode()
    if pa.types.is_string_view(values.type) or pa.types.is_string(values.type):
        return values.cast(pa.large_string())
    if pa.types.is_large_string(values.type):
        return values
    binary = values.cast(pa.large_binary())
    return pa.LargeStringArray.from_buffers(
        len(binary), *_buffers_after_validity(binary), binary.buffers()[0], -1, binary.offset
    )


def _buffers_after_validity(array: pa.Array) -> tuple[pa.Buffer, pa.Buffer]:
    _, offsets, data = array.buffers()
    return offsets, data if data is not None else pa.py_buffer(b"")


def cells_of(column: pa.Array, leaf: Leaf) -> pa.LargeStringArray:
    """Return one cell a row for a leaf.

    Below lists a cell is the row's non-null elements, joined by a line end; null where the row
    has none.

    Parameters
    ----------
    column : pyarrow.Array
        The top-level column that the leaf lies in.
    leaf : Leaf
        The leaf.
    """
    values, rows = _flatten(column, leaf.steps[1:], None)
    text = _as_text(values)
    if rows is None:
        return text
    valid = pc.is_valid(text).to_numpy(zero_copy_only=False)
    text, rows = text.filter(pa.array(valid)), rows[valid]
    counts = np.bincount(rows, minlength=len(column))
    offsets = np.concatenate(([0], np.cumsum(counts)))
    lists = pa.LargeListArray.from_arrays(pa.array(offsets, pa.int64()), text)
    joined = pc.binary_join(lists, pa.scalar("\n", pa.large_string()))
    return pc.if_else(pa.array(counts > 0), joined, pa.scalar(None, pa.large_string()))
