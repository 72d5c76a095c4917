"""What a scan has done so far, on disk, so that a killed one resumes.

`scan/state.json` says which scan it is, `scan/journal.jsonl` has a line for each row group done,
`scan/part-*.arrow` the alignments of those that have any. A line is written after its part.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from provaudit.audit_folder.schemas import ALIGNMENTS
from provaudit.audit_folder.writing import write_json
from provaudit.errors import DamagedError, UsageError
from provaudit.paths import arrow_path

PART = pa.schema(
    [
        *ALIGNMENTS,
        pa.field("cell_text", pa.large_string(), nullable=False),
        pa.field("work_text", pa.large_string(), nullable=False),
        pa.field("before", pa.string(), nullable=False),
        pa.field("after", pa.string(), nullable=False),
    ]
)
"""A row group's alignments with their texts."""


@dataclass(frozen=True)
class GroupResult:
    """What reading one row group gave."""

    shard: str
    """The shard's name."""
    row_group: int
    """Its number in the file."""
    rows: int
    """Rows read."""
    text_bytes: int
    """Bytes of the cells scanned."""
    rows_null: int
    """Rows in which every scanned cell is null."""
    rows_short: int
    """Rows whose cells all have too few tokens for a shingle (null rows not counted)."""
    part: str | None
    """The part file with its alignments, if it has any."""


class Journal:
    """The `scan/` folder of an audit folder."""

    def __init__(self, audit: Path, identity: dict[str, Any]) -> None:
        self.folder = audit / "scan"
        self._lock = threading.Lock()
        self._path = self.folder / "journal.jsonl"
        self._begin(audit, identity)
        self.done = {(r.shard, r.row_group): r for r in self._read()}

    def _begin(self, audit: Path, identity: dict[str, Any]) -> None:
        state = self.folder / "state.json"
        if state.exists():
            try:
                known = json.loads(state.read_text("utf-8"))
            except ValueError as error:
                raise self._damaged(state, error) from None
            if known != identity:
                raise UsageError(
                    f"{audit} holds another scan that has not finished; name another folder with "
                    "-o, or remove that one."
                )
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        write_json(state, identity)

    def _damaged(self, path: Path, error: Exception) -> DamagedError:
        return DamagedError(
            f"{path} is damaged ({error}); remove {self.folder} and scan from the start."
        )

    def _read(self) -> Iterator[GroupResult]:
        if not self._path.exists():
            return
        text = self._path.read_bytes()
        whole = text[: text.rfind(b"\n") + 1]
        for line in whole.splitlines():
            try:
                yield GroupResult(**json.loads(line))
            except (ValueError, TypeError) as error:
                raise self._damaged(self._path, error) from None
        if len(whole) < len(text):
            # a kill cut the last line; what is left of it must not stick to the next one
            self._path.write_bytes(whole)

    def add(self, result: GroupResult, rows: list[dict[str, Any]]) -> None:
        """Store a row group's alignments, then its line."""
        if result.part is not None:
            self._write_part(self.folder / result.part, rows)
        line = json.dumps(asdict(result)) + "\n"
        with self._lock, self._path.open("ab") as file:
            file.write(line.encode())
            file.flush()
            os.fsync(file.fileno())
            self.done[result.shard, result.row_group] = result

    def _write_part(self, path: Path, rows: list[dict[str, Any]]) -> None:
        scratch = path.with_suffix(".part")
        table = pa.Table.from_pylist(rows, PART)
        with scratch.open("wb") as sink, pa.ipc.new_file(sink, PART) as writer:
            writer.write_table(table)
        with scratch.open("r+b") as file:
            os.fsync(file.fileno())
        scratch.replace(path)

    def parts(self) -> pa.Table:
        """Return the alignments of all row groups done (schema `PART`)."""
        tables = []
        for result in self.done.values():
            if result.part is not None:
                with pa.OSFile(arrow_path(self.folder / result.part)) as source:
                    tables.append(pa.ipc.open_file(source).read_all())
        return pa.concat_tables(tables) if tables else PART.empty_table()

    def remove(self) -> None:
        """Remove the folder, once the audit is written."""
        shutil.rmtree(self.folder)
