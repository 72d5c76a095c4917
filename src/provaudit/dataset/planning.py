"""What a scan will read: shards, their row groups, and the columns that hold text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from provaudit.dataset.columns import NO_VALUE, LeafVerdict, provenance_paths
from provaudit.dataset.leaves import Leaf
from provaudit.dataset.parquet import READ_ERRORS, RowGroup, ShardFile, explain
from provaudit.dataset.shards import Shard
from provaudit.errors import DamagedError, ProvauditError, UsageError

JUDGED_SHARDS = 3
"""A leaf without text in this many shards is not looked at again."""


@dataclass(frozen=True)
class ShardPlan:
    """What will be read of one shard."""

    shard: Shard
    """The shard."""
    bytes: int
    """Its size on disk; 0 where it cannot be known."""
    modified: int
    """Its modification time in nanoseconds; 0 where it cannot be known."""
    row_groups: tuple[RowGroup, ...] = ()
    """Its row groups; none where it cannot be opened."""
    leaves: tuple[Leaf, ...] = ()
    """Its leaves that are scanned."""
    provenance: tuple[tuple[str, str], ...] = ()
    """(kind, dotted path) of the columns that say where a row comes from."""
    problem: str | None = None
    """Why it cannot be read."""

    @property
    def rows(self) -> int:
        """Rows of the shard."""
        return sum(g.rows for g in self.row_groups)


@dataclass(frozen=True)
class Plan:
    """What a scan will read."""

    shards: tuple[ShardPlan, ...]
    """All shards, sorted by name."""
    columns: tuple[str, ...]
    """Dotted paths of the leaves scanned."""
    not_scanned: tuple[tuple[str, str], ...]
    """(dotted path, reason) of the string leaves not scanned."""


@dataclass(frozen=True)
class _Opened:
    shard: Shard
    bytes: int
    modified: int
    row_groups: tuple[RowGroup, ...]
    leaves: tuple[Leaf, ...]
    plain: tuple[str, ...]
    problem: str | None


class _Judge:
    """Collects verdicts on leaves over the shards."""

    def __init__(self, named: Sequence[str]) -> None:
        self._named = named
        self._looked: Counter[str] = Counter()
        self.verdicts: dict[str, LeafVerdict] = {}

    def look(self, file: ShardFile, leaves: Sequence[Leaf]) -> None:
        if self._named:
            for leaf in leaves:
                chosen = any(leaf.path == n or leaf.path.startswith(f"{n}.") for n in self._named)
                self.verdicts[leaf.path] = LeafVerdict(leaf, chosen, "" if chosen else "not named")
            return
        open_ = [leaf for leaf in leaves if self._is_open(leaf)]
        for verdict in file.judge(open_):
            self._looked[verdict.leaf.path] += 1
            self.verdicts[verdict.leaf.path] = verdict

    def _is_open(self, leaf: Leaf) -> bool:
        known = self.verdicts.get(leaf.path)
        return known is None or (not known.is_text and self._looked[leaf.path] < JUDGED_SHARDS)

    def knows(self, name: str) -> bool:
        return any(path == name or path.startswith(f"{name}.") for path in self.verdicts)

    def texts(self) -> set[str]:
        found = {path for path, verdict in self.verdicts.items() if verdict.is_text}
        if not found:
            return found
        return found | {path for path, v in self.verdicts.items() if v.reason == NO_VALUE}


def _open(shard: Shard, judge: _Judge) -> _Opened:
    size = modified = 0
    try:
        stat = shard.path.stat()
        size, modified = stat.st_size, stat.st_mtime_ns
        with ShardFile(shard.path) as file:
            leaves = tuple(file.leaves())
            judge.look(file, leaves)
            groups, plain = tuple(file.row_groups()), tuple(file.plain_paths())
    except DamagedError as error:
        return _Opened(shard, size, modified, (), (), (), str(error))
    except READ_ERRORS as error:
        reason = f"{shard.path} cannot be read ({explain(shard.path, error)}); replace it."
        return _Opened(shard, size, modified, (), (), (), reason)
    return _Opened(shard, size, modified, groups, leaves, plain, None)


def _plan_shard(opened: _Opened, texts: set[str]) -> ShardPlan:
    leaves = tuple(leaf for leaf in opened.leaves if leaf.path in texts)
    return ShardPlan(
        shard=opened.shard,
        bytes=opened.bytes,
        modified=opened.modified,
        row_groups=opened.row_groups,
        leaves=leaves,
        provenance=tuple(provenance_paths(opened.plain, sorted(texts)).items()),
        # the audit names shards by their names: where they lie is nobody else's business
        problem=opened.problem
        and opened.problem.replace(str(opened.shard.path), opened.shard.name),
    )


def plan_scan(shards: Sequence[Shard], columns: Sequence[str] = ()) -> Plan:
    """Open every shard's footer and say what will be read.

    Parameters
    ----------
    shards : sequence of Shard
        The dataset.
    columns : sequence of str
        Dotted paths to scan; found from sampled values where none is given.

    Raises
    ------
    UsageError
        Where shards can be opened but none has a text column, or not the ones named.
    """
    judge = _Judge(columns)
    opened = [_open(shard, judge) for shard in shards]
    texts = judge.texts()
    readable = [o for o in opened if o.problem is None]
    unknown = [n for n in columns if not judge.knows(n)]
    if readable and (unknown or not texts):
        raise _no_text(unknown, judge)
    refused = sorted((p, v.reason) for p, v in judge.verdicts.items() if p not in texts)
    return Plan(tuple(_plan_shard(o, texts) for o in opened), tuple(sorted(texts)), tuple(refused))


def _no_text(columns: Sequence[str], judge: _Judge) -> ProvauditError:
    found = ", ".join(sorted(judge.verdicts)) or "none"
    if columns:
        return UsageError(
            f"No shard has a text column {', '.join(columns)}; the string columns are: {found}."
        )
    return UsageError(
        f"No column of the dataset holds text; name one with --column (string columns: {found})."
    )
