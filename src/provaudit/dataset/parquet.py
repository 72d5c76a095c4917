"""Reading one Parquet shard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from provaudit.dataset.columns import SAMPLE_VALUES, LeafVerdict, judge_leaf
from provaudit.dataset.leaves import Leaf, cells_of, string_leaves
from provaudit.errors import DamagedError
from provaudit.paths import arrow_path

BATCH_BYTES = 2 * 2**20
"""Text aimed at in a batch: small enough for the caches to help, large enough to be rare."""
BATCH_ROWS = 1_024
"""Most rows of a batch: larger ones were not faster."""

READ_ERRORS = (OSError, pa.ArrowException, ValueError, KeyError, NotImplementedError)
"""What PyArrow raises for files that are damaged, vanished or of a kind it does not know."""


@dataclass(frozen=True)
class RowGroup:
    """One row group of a shard."""

    number: int
    """Its place in the file."""
    first_row: int
    """0-based row of the file that it starts with."""
    rows: int
    """How many rows it has."""


def explain(path: Path, error: BaseException) -> str:
    """Return what is wrong with a file, on one line, without its path."""
    text = " ".join(str(error).replace(str(path), "the file").split())
    return text or type(error).__name__


class ShardFile:
    """A Parquet file, opened; use as a context manager."""

    def __init__(self, path: Path) -> None:
        try:
            if path.is_dir():
                raise DamagedError(
                    f"{path} is not a regular file but a folder that cannot be listed; allow that."
                )
            if not path.is_file():
                raise DamagedError(f"{path} is not a regular file; leave it out or replace it.")
            self._file = pq.ParquetFile(pa.OSFile(arrow_path(path)))
            self.schema: pa.Schema = self._file.schema_arrow
        except READ_ERRORS as error:
            raise DamagedError(
                f"{path} cannot be read as Parquet ({explain(path, error)}); replace it."
            ) from None
        self.path = path

    def __enter__(self) -> ShardFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close(force=True)

    @property
    def rows(self) -> int:
        """Rows of the file."""
        return int(self._file.metadata.num_rows)

    def row_groups(self) -> list[RowGroup]:
        """Return the row groups in order."""
        groups, first = [], 0
        for number in range(self._file.metadata.num_row_groups):
            rows = int(self._file.metadata.row_group(number).num_rows)
            groups.append(RowGroup(number, first, rows))
            first += rows
        return groups

    def leaves(self) -> list[Leaf]:
        """Return the string leaves."""
        return string_leaves(self.schema)

    def judge(self, leaves: Sequence[Leaf]) -> list[LeafVerdict]:
        """Say of each leaf whether it holds text, from values of first, middle and last group."""
        if not leaves:
            return []
        tops = sorted({leaf.steps[0] for leaf in leaves})
        groups = [g.number for g in self.row_groups() if g.rows]
        chosen = sorted({groups[0], groups[len(groups) // 2], groups[-1]}) if groups else []
        batches = [
            next(self._file.iter_batches(SAMPLE_VALUES, row_groups=[number], columns=tops))
            for number in chosen
        ]
        return [judge_leaf(x, [v for b in batches for v in _sample(b, x)]) for x in leaves]

    def batches(self, group: RowGroup, leaves: Sequence[Leaf]) -> Iterator[pa.RecordBatch]:
        """Read the columns of `leaves` in a row group, a bounded number of bytes at a time."""
        columns = sorted({leaf.steps[0] for leaf in leaves})
        wanted = [self._parquet_path(leaf) for leaf in leaves]
        meta = self._file.metadata.row_group(group.number)
        size = sum(
            meta.column(i).total_uncompressed_size
            for i in range(meta.num_columns)
            if meta.column(i).path_in_schema.split(".")[0] in columns
        )
        rows = max(1, min(BATCH_ROWS, group.rows * BATCH_BYTES // max(size, 1)))
        yield from self._file.iter_batches(
            rows, row_groups=[group.number], columns=wanted, use_threads=False
        )

    def _parquet_path(self, leaf: Leaf) -> str:
        # a struct's other fields need not be read; below lists Parquet's own names differ
        steps, kind = [leaf.steps[0]], self.schema.field(leaf.steps[0]).type
        for name in leaf.steps[1:]:
            if not pa.types.is_struct(kind):
                break
            steps.append(name)
            kind = kind.field(name).type
        return ".".join(steps)

    def plain_paths(self) -> list[str]:
        """Return the dotted paths of the leaves that stand below no list or map."""
        return [p for field in self.schema for p in _plain(field.type, field.name)]

    def values(
        self, group: RowGroup, paths: Sequence[str], rows: Sequence[int]
    ) -> dict[str, list[str | None]]:
        """Return the values of plain leaves in some rows of a group, as strings.

        What cannot be read or written as a string is missing: it says where a row comes from,
        and its text is read all the same.
        """
        found = {}
        for path in paths:
            try:
                column = self._plain_column(group, path).take(pa.array(rows, pa.int64()))
                found[path] = [_string(value) for value in _as_strings(column).to_pylist()]
            except (*READ_ERRORS, OverflowError):
                found[path] = [None] * len(rows)
        return found

    def _plain_column(self, group: RowGroup, path: str) -> pa.Array:
        """Read one plain leaf; a column's own name may have dots."""
        names = [path] if path in self.schema.names else path.split(".")
        table = self._file.read_row_group(group.number, columns=[path], use_threads=False)
        column = table.column(names[0]).combine_chunks()
        for name in names[1:]:
            column = pc.struct_field(column, [name])
        return column

    def cells(self, number: int, leaf: Leaf, rows: Sequence[int]) -> dict[int, str | None]:
        """Return some cells of a row group as text, U+FFFD in place of what is not UTF-8.

        `rows` are 0-based in the file; those that the row group does not have are left out.
        """
        groups = self.row_groups()
        if not 0 <= number < len(groups):
            return {}
        first, wanted, found = groups[number].first_row, sorted(set(rows)), {}
        for batch in self.batches(groups[number], [leaf]):
            local = [r - first for r in wanted if first <= r < first + batch.num_rows]
            if local:
                texts = cells_of(batch.column(leaf.steps[0]), leaf).take(pa.array(local))
                for row, data in zip(local, texts.cast(pa.large_binary()).to_pylist(), strict=True):
                    found[row + first] = None if data is None else data.decode("utf-8", "replace")
            first += batch.num_rows
        return found


def _sample(batch: pa.RecordBatch, leaf: Leaf) -> list[str | None]:
    cells = cells_of(batch.column(batch.schema.get_field_index(leaf.steps[0])), leaf)
    return [
        None if data is None else data.decode("utf-8", "replace")
        for data in cells.cast(pa.large_binary()).to_pylist()
    ]


def _plain(kind: pa.DataType, path: str) -> Iterator[str]:
    if pa.types.is_struct(kind):
        for field in kind:
            yield from _plain(field.type, f"{path}.{field.name}")
    elif not pa.types.is_nested(kind):
        yield path


def _as_strings(column: pa.Array) -> pa.Array:
    """Return values as strings or, where they may not be UTF-8, as bytes."""
    if isinstance(column.type, pa.BaseExtensionType):
        column = column.storage
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return column.cast(pa.large_binary())
    if pa.types.is_string_view(column.type):
        return column.cast(pa.large_string()).cast(pa.large_binary())
    if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
        return column
    return pc.cast(column, pa.string())


def _string(value: Any) -> str | None:
    if value is None:
        return None
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
