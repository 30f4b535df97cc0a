# SPDX-License-Identifier: GPL-2.0-only
"""Runs a campaign's tasks on an executor, and outlives workers that die."""

from __future__ import annotations

import collections
import concurrent.futures
import multiprocessing
import os
from typing import Any, Generator, Iterator, Sequence

from ns3conntrack.campaign import work

Task = tuple[dict[str, Any], int]  # a point and a seed
Result = tuple[Task, dict[str, Any]]  # and what work.run_point made of it
Executor = concurrent.futures.Executor


def results(
    packed: bytes, tasks: Sequence[Task], executor: Executor | None, workers: int | None
) -> Iterator[Result]:
    """What becomes of each task, in the order in which they end."""
    waiting = collections.deque(tasks)
    cores = os.cpu_count() or 1
    if executor is not None:
        suspects: list[Task] = []
        lost = yield from _drain(executor, packed, waiting, workers or 4 * cores, suspects)
        if lost:
            left = len(lost) + len(waiting) + len(suspects)
            raise RuntimeError(
                f"the executor broke, {left} runs are not finished; the others are kept: run the "
                "campaign again to go on"
            )
        # A worker died, and its executor blames all that it had been given. Which of them was it?
        for task in suspects:
            yield from _drain(executor, packed, collections.deque([task]), 1)
        return
    while waiting:
        with _pool(workers or cores) as pool:
            _try(pool)
            lost = yield from _drain(pool, packed, waiting, workers or cores)
        # A process died, and all that its pool had begun is lost. Which of them was it?
        for task in lost:
            with _pool(1) as alone:
                if (yield from _drain(alone, packed, collections.deque([task]), 1)):
                    error = "the process that ran it died (a crash, or killed for its memory)"
                    yield task, {"failure": {"error": error, "traceback": ""}}


def _pool(workers: int) -> Executor:
    # Fresh processes: forked ones would inherit a simulation, and locks of threads they lack.
    context = multiprocessing.get_context("spawn")
    return concurrent.futures.ProcessPoolExecutor(
        workers, mp_context=context, initializer=work.end_with, initargs=(os.getpid(),)
    )


def _try(pool: Executor) -> None:
    """RuntimeError unless its processes start, for no task can be blamed for that."""
    try:
        pool.submit(int).result()
    except concurrent.futures.BrokenExecutor:
        raise RuntimeError(
            "the worker processes do not start (what they printed is above); in a script, "
            "Campaign.run must be called under if __name__ == '__main__'"
        ) from None


def _drain(
    executor: Executor,
    packed: bytes,
    waiting: collections.deque[Task],
    width: int,
    suspects: list[Task] | None = None,
) -> Generator[Result, None, list[Task]]:
    """Run what is waiting, `width` at a time; returns what was running when the executor broke.

    What the executor itself says has failed, as dask does by KilledWorker, goes to suspects, or
    has failed if there are none.
    """
    running: dict[concurrent.futures.Future[dict[str, Any]], Task] = {}
    lost: list[Task] = []
    try:
        while True:
            while waiting and len(running) < width and not lost:
                task = waiting.popleft()
                try:
                    running[executor.submit(work.run_point, packed, *task)] = task
                except concurrent.futures.BrokenExecutor:
                    lost.append(task)
            if not running:
                return lost
            for future in concurrent.futures.wait(running, return_when="FIRST_COMPLETED").done:
                task = running.pop(future)
                error = future.exception()
                if isinstance(error, concurrent.futures.BrokenExecutor):
                    lost.append(task)
                elif error is not None and suspects is not None:
                    suspects.append(task)
                elif error is not None:
                    text = f"{type(error).__name__}: {error}"
                    yield task, {"failure": {"error": text, "traceback": ""}}
                else:
                    yield task, future.result()
    finally:
        for future in running:
            future.cancel()
