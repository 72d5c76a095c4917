"""The matches of an audit, work by work, strongest first."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from provaudit.audit_folder.reading import Audit
from provaudit.reports.model import Extract, Passage

_STRONGEST_FIRST = [("work_id", "ascending"), ("bits", "descending"), ("match_id", "ascending")]


class Passages:
    """The matches of an audit, sorted once; texts are taken only for those asked for.

    Parameters
    ----------
    audit
        The audit.
    only
        A work id: leave out the matches of all others.

    Raises
    ------
    DamagedError
        Where `matches.parquet` or `extracts.parquet` cannot be read.
    """

    def __init__(self, audit: Audit, only: str | None = None) -> None:
        table = audit.matches()
        if only is not None:
            table = table.filter(pc.equal(table["work_id"], only))
        self._matches = table.sort_by(_STRONGEST_FIRST)
        extracts = audit.extracts()
        # One chunk, so that taking a few rows does not gather the whole table each time.
        self._extracts = None if extracts is None else extracts.combine_chunks()
        self._places = _places(self._matches)

    def number(self, work_id: str) -> int:
        """Return how many matches a work has."""
        start, stop = self._places.get(work_id, (0, 0))
        return stop - start

    def strongest(self, work_id: str, most: int | None = None) -> list[Passage]:
        """Return the matches of a work with their texts, at most `most`, strongest first."""
        rows = self._rows(work_id, most)
        texts = self._texts(rows["match_id"].to_pylist())
        return [Passage.read(row, text) for row, text in zip(rows.to_pylist(), texts, strict=True)]

    def spans(self, work_id: str) -> Iterator[tuple[tuple[str, int], int, int]]:
        """Yield (row of the dataset, first token, token after the last) of a work's matches."""
        names = ["shard", "row", "work_token_start", "work_token_end"]
        columns = self._rows(work_id, None).select(names).to_pydict()
        for shard, row, start, end in zip(*(columns[name] for name in names), strict=True):
            yield (shard, row), start, end

    def _rows(self, work_id: str, most: int | None) -> pa.Table:
        start, stop = self._places.get(work_id, (0, 0))
        length = stop - start if most is None else min(most, stop - start)
        return self._matches.slice(start, length)

    @cached_property
    def _known(self) -> dict[str, int]:
        """Where the texts of each match lie."""
        ids = [] if self._extracts is None else self._extracts["match_id"].to_pylist()
        return {match_id: place for place, match_id in enumerate(ids)}

    def _texts(self, match_ids: list[str]) -> list[Extract | None]:
        """Return the extract of each match, None where there is none."""
        if self._extracts is None:
            return [None] * len(match_ids)
        places = pa.array([self._known.get(match_id) for match_id in match_ids], pa.int64())
        taken = self._extracts.take(places).to_pylist()
        return [
            None
            if text["match_id"] is None
            else Extract(text["cell_text"], text["work_text"], text["before"], text["after"])
            for text in taken
        ]


def _places(matches: pa.Table) -> dict[str, tuple[int, int]]:
    """Return where each work's matches lie in a table sorted by work."""
    groups = matches.group_by("work_id").aggregate([([], "count_all")]).sort_by("work_id")
    stops = np.cumsum(groups["count_all"].to_numpy()).tolist()
    places = zip([0, *stops[:-1]], stops, strict=True) if stops else ()
    return dict(zip(groups["work_id"].to_pylist(), places, strict=True))
