# SPDX-License-Identifier: GPL-2.0-only
"""Campaigns: one scenario at many points, with many seeds, on many cores or machines.

    from ns3conntrack.campaign import Campaign

    def scenario(seed, timeout, clients):
        with nc.simulation(run=seed):
            ...
            return {"completed": completed, "lost": lost}

    campaign = Campaign(
        scenario, {"timeout": [1, 5, 30], "clients": [10, 100]}, seeds=20, folder="results"
    )
    table = campaign.run(progress=True)

The table has a row a point and seed: the parameters, 'seed', and what the scenario returned. What
is finished is kept in the folder: a campaign that was killed goes on where it was, by the same
lines. doc/campaigns.rst tells of clusters.
"""

from __future__ import annotations

import concurrent.futures
import os
from typing import TYPE_CHECKING, Any, Callable, Iterable, Iterator

from ns3conntrack.campaign import work
from ns3conntrack.campaign.grid import Grid, check_parameters, key_of, points_of, seeds_of
from ns3conntrack.campaign.identity import identity_of
from ns3conntrack.campaign.journal import Journal, Results, read_results
from ns3conntrack.campaign.pool import Task, results
from ns3conntrack.campaign.summary import mean_interval

if TYPE_CHECKING:
    import pandas

__all__ = ["Campaign", "mean_interval"]


class Campaign:
    """A scenario, its points and seeds, and the folder in which its results are kept."""

    def __init__(
        self,
        scenario: Callable[..., Any],
        grid: Grid,
        seeds: int | Iterable[int] = 1,
        *,
        folder: str | os.PathLike[str],
    ) -> None:
        """Describe a campaign; nothing runs, and the folder is not touched yet.

        scenario: called as scenario(seed=..., **point), in a process where no other simulation is;
        returns a dict, or several (a list or a DataFrame; none is an empty list), of what JSON can
        keep. Its own random
        numbers should come of the seed, nc.simulation(run=seed). Workers import it from its
        module; one that was written in a notebook or script is sent whole, by cloudpickle.
        grid: {name: [value, ...]}, every combination, or a list of points.
        seeds: a number (1, 2, ...) or the seeds themselves.
        folder: where results are kept. Points and seeds may be added later: what is finished there
        is used. A folder of another scenario is refused, or of the same with another source text
        or with other values bound (by functools.partial, or variables of the function around it);
        what the scenario calls is not looked at, nor is what was typed into an interpreter.
        TypeError, ValueError: what is wrong with the grid, the seeds or the scenario.
        """
        self._scenario = scenario
        self._points = points_of(grid)
        self._seeds = seeds_of(seeds)
        check_parameters(scenario, self._points)
        self._identity = identity_of(scenario)
        self._folder = os.fspath(folder)

    def __len__(self) -> int:
        """How many runs there are: points times seeds."""
        return len(self._points) * len(self._seeds)

    def __repr__(self) -> str:
        size = f"{len(self._points)} points, {len(self._seeds)} seeds"
        return f"<Campaign {self._identity['scenario']}: {size}, in {self._folder}>"

    def run(
        self,
        executor: concurrent.futures.Executor | None = None,
        *,
        workers: int | None = None,
        progress: bool = False,
    ) -> pandas.DataFrame:
        """Run what is not finished, and return the table.

        executor: any concurrent.futures.Executor, such as dask's client.get_executor(); None: a
        pool of fresh processes, as many as workers (None: the cores), so that a script must call
        this under if __name__ == '__main__'. progress: show a bar (tqdm).
        A point that fails is in failures(), the others go on; run again to try it again. A
        process that dies takes its point along and nothing else.
        RuntimeError: the folder is another campaign's or in use, the executor given broke, or no
        process can be started.
        """
        packed = work.pack(self._scenario)
        journal = Journal(self._folder, self._identity)
        try:
            left = [
                task for task in self._tasks() if "rows" not in journal.results.get(_key(task), {})
            ]
            with _Bar(progress, len(self), len(self) - len(left)) as tick:
                for task, result in results(packed, left, executor, workers):
                    journal.add({"key": _key(task), **result})
                    tick()
            return self._table(journal.results)
        finally:
            journal.close()

    def table(self) -> pandas.DataFrame:
        """What is finished: a row a result, in the grid's order, then the seeds'.

        Also while the campaign is running elsewhere. RuntimeError: the folder is another one's.
        """
        return self._table(self._results())

    def failures(self) -> pandas.DataFrame:
        """The points that failed: parameters, 'seed', 'error' (one line), 'traceback'."""
        import pandas

        results = self._results()
        rows = [
            {**point, "seed": seed, **failure}
            for point, seed in self._tasks()
            if (failure := results.get(_key((point, seed)), {}).get("failure"))
        ]
        return pandas.DataFrame(rows, columns=[*self._names(), "seed", "error", "traceback"])

    def _table(self, results: Results) -> pandas.DataFrame:
        import pandas

        rows = [
            {**point, "seed": seed, **row}
            for point, seed in self._tasks()
            for row in results.get(_key((point, seed)), {}).get("rows", [])
        ]
        found = dict.fromkeys(name for row in rows for name in row)
        columns = list(dict.fromkeys([*self._names(), "seed", *found]))
        return pandas.DataFrame(rows, columns=columns)

    def _names(self) -> list[str]:
        return list(dict.fromkeys(name for point in self._points for name in point))

    def _tasks(self) -> Iterator[Task]:
        return ((point, seed) for point in self._points for seed in self._seeds)

    def _results(self) -> Results:
        return read_results(self._folder, self._identity)


def _key(task: Task) -> str:
    point, seed = task
    return key_of({**point, "seed": seed})


class _Bar:
    """A progress bar, or nothing: gives the function that counts one more."""

    def __init__(self, wanted: bool, total: int, done: int) -> None:
        self._bar = None
        if wanted:
            from tqdm.auto import tqdm

            self._bar = tqdm(total=total, initial=done, unit="run")

    def __enter__(self) -> Callable[[], object]:
        return self._step

    def _step(self) -> None:
        if self._bar is not None:
            self._bar.update()

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()
