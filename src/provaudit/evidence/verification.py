"""Re-checking an audit: its files against each other, its matches against the shards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from provaudit.audit_folder import Audit
from provaudit.audit_folder.digest import result_digest
from provaudit.audit_folder.log import broken_line, last_event
from provaudit.audit_folder.schemas import ALIGNMENTS
from provaudit.audit_folder.writing import FILES, file_sha256
from provaudit.dataset import Shard
from provaudit.dataset.parquet import READ_ERRORS, ShardFile, explain
from provaudit.errors import DamagedError, UsageError
from provaudit.evidence.comparison import compare_match
from provaudit.index.reading import Index
from provaudit.matching.alignment import PlacedText


@dataclass(frozen=True)
class Difference:
    """Something that is not as the audit says."""

    subject: str
    """The match, shard or file."""
    what: str
    """One sentence."""


@dataclass(frozen=True)
class Verification:
    """What was re-checked and what differs."""

    matches: int
    """Matches of the audit that were asked for."""
    compared: int
    """Matches read again from the shards and compared token by token."""
    shards: int
    """Shards whose SHA-256 was computed again."""
    with_index: bool
    """Whether the works' texts came from the index rather than from the audit's extracts."""
    differences: tuple[Difference, ...]
    """What differs; none means that everything compared is as the audit says."""

    def as_json(self) -> dict[str, Any]:
        """Return the verification as plain values."""
        return {
            "schema": "provaudit-verify/1",
            **{
                name: getattr(self, name)
                for name in ("matches", "compared", "shards", "with_index")
            },
            "differences": [vars(d) for d in self.differences],
        }


def _check_files(audit: Audit) -> Iterator[Difference]:
    """Compare the audit's files with each other."""
    if result_digest(audit.matches(), audit.works()) != audit.facts.get("result_digest"):
        what = "matches.parquet and works.parquet do not give the result_digest of audit.json."
        yield Difference("audit.json", what)
    log = audit.folder / "log.jsonl"
    line = broken_line(log) if log.exists() else 1
    if line is not None:
        yield Difference("log.jsonl", f"line {line} does not follow from the line before it.")
    written = last_event(log, "audit written") or {}
    for name in FILES:
        path = audit.folder / name
        # a redacted audit has no extracts
        if path.exists() and written.get("files", {}).get(name) != file_sha256(path):
            yield Difference(name, "the file's SHA-256 is not the one in the log.")


def _records(audit: Audit, match_ids: Sequence[str]) -> list[dict[str, Any]]:
    """Return what the audit says of each match, texts and runs included."""
    records = {r["match_id"]: r for r in audit.matches().to_pylist()}
    unknown = [m for m in match_ids if m not in records]
    if unknown:
        raise UsageError(f"The audit has no match {unknown[0]}; `provaudit show` lists them.")
    for table in (audit.table("alignments", ALIGNMENTS), audit.extracts()):
        for row in table.to_pylist() if table is not None else []:
            if row["match_id"] in records:
                records[row["match_id"]].update(row)
    return [records[m] for m in match_ids] if match_ids else list(records.values())


def _check_shards(audit: Audit, shards: dict[str, Shard], only: set[str]) -> Iterator[Difference]:
    for row in audit.shards().to_pylist():
        shard = shards.get(row["shard"])
        if row["sha256"] is None or row["shard"] not in only:
            continue
        if shard is None:
            yield Difference(row["shard"], "the shard is not in the dataset given.")
            continue
        try:
            if file_sha256(shard.path) != row["sha256"]:
                yield Difference(row["shard"], "the file's SHA-256 is not the audit's.")
        except OSError as error:
            yield Difference(row["shard"], f"cannot be read ({explain(shard.path, error)}).")


class _WorkTexts:
    """The works' texts, from the indexes or, without them, from the extracts."""

    def __init__(self, indexes: Sequence[Index]) -> None:
        self._rows = {
            work_id: (index, row)
            for index in indexes
            for row, work_id in enumerate(index.works["work_id"].to_pylist())
        }
        self._last: tuple[str, PlacedText] | None = None

    def get(self, work_id: str) -> PlacedText | None:
        if work_id not in self._rows:
            return None
        if self._last is None or self._last[0] != work_id:
            index, row = self._rows[work_id]
            self._last = work_id, PlacedText(index.texts[row].as_py())
        return self._last[1]


def _by_place(
    records: Sequence[dict[str, Any]],
) -> dict[tuple[str, int, str], list[dict[str, Any]]]:
    groups: dict[tuple[str, int, str], list[dict[str, Any]]] = defaultdict(list)
    for record in records:
        groups[record["shard"], record["row_group"], record["column"]].append(record)
    return dict(sorted(groups.items()))


def _compare_group(
    shard: Shard, number: int, column: str, records: list[dict[str, Any]], works: _WorkTexts
) -> Iterator[Difference]:
    """Compare the matches in one column of one row group."""
    try:
        with ShardFile(shard.path) as file:
            leaf = next((x for x in file.leaves() if x.path == column), None)
            cells = file.cells(number, leaf, [r["row"] for r in records]) if leaf else {}
    except DamagedError as error:
        yield Difference(shard.name, str(error))
        return
    except READ_ERRORS as error:
        yield Difference(shard.name, f"cannot be read ({explain(shard.path, error)}).")
        return
    texts: dict[int, PlacedText] = {}
    for record in sorted(records, key=lambda r: r["work_id"]):
        row = record["row"]
        if cells.get(row) is None:
            yield Difference(record["match_id"], f"{shard.name} has no cell {column} in row {row}.")
            continue
        if row not in texts:
            texts[row] = PlacedText(cells[row] or "")
        for what in compare_match(record, texts[row], works.get(record["work_id"])):
            yield Difference(record["match_id"], what)


def verify_audit(
    audit: Audit,
    shards: Sequence[Shard],
    indexes: Sequence[Index] = (),
    match_ids: Sequence[str] = (),
) -> Verification:
    """Compare an audit with its own files, with the shards, and with the catalogue's texts.

    Parameters
    ----------
    audit : Audit
        The audit.
    shards : sequence of Shard
        The dataset's shards, named as in the audit.
    indexes : sequence of Index
        The catalogue's indexes; without them works' texts are those of the extracts.
    match_ids : sequence of str
        Only these matches; all where empty.

    Raises
    ------
    UsageError
        Where a match asked for is not in the audit.
    """
    records, named = _records(audit, match_ids), {s.name: s for s in shards}
    only = {r["shard"] for r in records} if match_ids else set(audit.shards()["shard"].to_pylist())
    differences = [*_check_files(audit), *_check_shards(audit, named, only)]
    if not match_ids:
        what = "the dataset given has this shard, the audit does not."
        differences += [Difference(name, what) for name in sorted(set(named) - only)]
    works, compared = _WorkTexts(indexes), 0
    for (name, number, column), group in _by_place(records).items():
        if name not in named:
            differences.append(Difference(name, f"{len(group)} matches could not be compared."))
            continue
        compared += len(group)
        differences += _compare_group(named[name], number, column, group, works)
    return Verification(
        len(records), compared, len(only & set(named)), bool(indexes), tuple(differences)
    )
