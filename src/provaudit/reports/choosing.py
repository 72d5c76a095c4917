"""Finding the work that a person named."""

from __future__ import annotations

from difflib import get_close_matches

from provaudit.errors import UsageError
from provaudit.reports.figures import clipped
from provaudit.reports.model import Overview, WorkRow


def work_named(view: Overview, work_id: str) -> WorkRow:
    """Return the work with this id.

    Raises
    ------
    UsageError
        Where there is none; the message names the closest ids.
    """
    for work in view.works:
        if work.work_id == work_id:
            return work
    close = get_close_matches(work_id[:200], [work.work_id for work in view.works], n=3)
    advice = "show the audit without a work to see all ids"
    if close:
        advice = f"the closest ids are: {', '.join(clipped(name, 80) for name in close)}"
    raise UsageError(f"This audit has no work “{clipped(work_id, 80)}”; {advice}.")
