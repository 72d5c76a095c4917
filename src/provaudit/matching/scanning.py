"""Scanning a dataset: row groups to threads, results to the journal."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any

from provaudit.audit_folder.writing import file_sha256
from provaudit.dataset.parquet import READ_ERRORS, RowGroup, ShardFile, explain
from provaudit.dataset.planning import Plan, ShardPlan
from provaudit.errors import DamagedError
from provaudit.matching.alignment import WorkTexts
from provaudit.matching.cells import Scanner
from provaudit.matching.group import scan_group
from provaudit.matching.journal import GroupResult, Journal

TASKS_AHEAD = 4
"""Row groups queued for each worker."""


@dataclass
class ShardOutcome:
    """What reading a shard came to."""

    sha256: str | None = None
    """SHA-256 of the file as read (hex)."""
    problems: list[str] = field(default_factory=list)
    """Why row groups could not be read."""


class _Worker(threading.local):
    """What each thread keeps: its view of the works' texts, and the shard it has open."""

    works: WorkTexts | None = None
    file: ShardFile | None = None

    def open(self, plan: ShardPlan) -> ShardFile:
        if self.file is None or self.file.path != plan.shard.path:
            self.file = None
            self.file = ShardFile(plan.shard.path)
        return self.file


@dataclass(frozen=True)
class _Task:
    number: int
    plan: ShardPlan
    group: RowGroup | None
    """None: hash the file."""


class Scan:
    """One run over a plan; `run` does it, `outcomes` says what each shard came to."""

    def __init__(self, plan: Plan, scanner: Scanner, journal: Journal) -> None:
        self._plan, self._scanner, self._journal = plan, scanner, journal
        self._worker = _Worker()
        self._stop = threading.Event()
        self.outcomes = {p.shard.name: ShardOutcome() for p in plan.shards}

    def _tasks(self) -> Iterator[_Task]:
        for number, plan in enumerate(self._plan.shards):
            if plan.problem is not None:
                self.outcomes[plan.shard.name].problems.append(plan.problem)
                continue
            yield _Task(number, plan, None)
            for group in plan.row_groups:
                if (plan.shard.name, group.number) not in self._journal.done:
                    yield _Task(number, plan, group)

    def _do(self, task: _Task) -> GroupResult | None:
        """Do one task in a worker thread."""
        if self._stop.is_set():
            return None
        outcome, path = self.outcomes[task.plan.shard.name], task.plan.shard.path
        try:
            if task.group is None:
                outcome.sha256 = file_sha256(path)
                return None
            read = self._scan(task, task.group)
        except DamagedError as error:
            outcome.problems.append(str(error).replace(str(path), task.plan.shard.name))
            return None
        except READ_ERRORS as error:
            name = task.plan.shard.name
            where = f"row group {task.group.number} of {name}" if task.group else name
            reason = explain(path, error)
            outcome.problems.append(f"{where} cannot be read ({reason}); replace the file.")
            return None
        # outside the guard: a disk that is full is no fault of the shard
        self._journal.add(*read)
        return read[0]

    def _scan(self, task: _Task, group: RowGroup) -> tuple[GroupResult, list[dict[str, Any]]]:
        worker = self._worker
        if worker.works is None:
            worker.works = self._scanner.work_texts()
        part = f"part-{task.number:06d}-{group.number:06d}.arrow"
        file = worker.open(task.plan)
        return scan_group(file, task.plan, group, self._scanner, worker.works, part)

    def run(self, workers: int, progress: Callable[[GroupResult], None]) -> None:
        """Scan all row groups that the journal does not have yet.

        Parameters
        ----------
        workers : int
            Threads; the kernels and PyArrow's decoding run without the GIL.
        progress : callable
            Called in this thread after each row group.
        """
        with ThreadPoolExecutor(workers, thread_name_prefix="scan") as pool:
            try:
                self._run(pool, workers, progress)
            except BaseException:
                self._stop.set()
                pool.shutdown(cancel_futures=True)
                raise

    def _run(
        self, pool: ThreadPoolExecutor, workers: int, progress: Callable[[GroupResult], None]
    ) -> None:
        waiting: set[Future[Any]] = set()
        for task in self._tasks():
            waiting.add(pool.submit(self._do, task))
            while len(waiting) >= workers * TASKS_AHEAD:
                waiting = _report(waiting, progress)
        while waiting:
            waiting = _report(waiting, progress)


def _report(waiting: set[Future[Any]], progress: Callable[[GroupResult], None]) -> set[Future[Any]]:
    done, rest = wait(waiting, return_when=FIRST_COMPLETED)
    for future in done:
        result = future.result()
        if result is not None:
            progress(result)
    return rest
