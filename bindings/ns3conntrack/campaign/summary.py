# SPDX-License-Identifier: GPL-2.0-only
"""What seeds have in common: means and how sure they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Sequence

if TYPE_CHECKING:
    import pandas


def mean_interval(
    table: pandas.DataFrame, value: str, by: str | Sequence[str], level: float = 0.95
) -> pandas.DataFrame:
    """The mean of a column over the seeds, with its confidence interval.

    table: as Campaign.run returns it; value: a column of numbers; by: the parameters that a row of
    the answer stands for. Returns the columns of by, then 'count', 'mean', 'low', 'high': Student's
    interval of the given level, for independent runs; missing where there is one run only. It knows
    no bounds: that of a share may reach below 0 or above 1, where the caller cuts it.
    KeyError: no such column; ValueError: level is not between 0 and 1. Needs scipy.
    """
    import numpy
    from scipy import stats

    if not 0 < level < 1:
        raise ValueError(f"level is between 0 and 1, not {level!r}")
    names = [by] if isinstance(by, str) else list(by)
    for name in [*names, value]:
        if name not in table.columns:
            raise KeyError(f"the table has no column {name!r}, only {', '.join(table.columns)}")
    groups = table.groupby(names, sort=False, dropna=False)[value]
    answer = groups.agg(count="count", mean="mean", deviation="std").reset_index()
    runs = answer["count"].where(answer["count"] > 1)
    half = stats.t.ppf((1 + level) / 2, runs - 1) * answer["deviation"] / numpy.sqrt(runs)
    answer["low"], answer["high"] = answer["mean"] - half, answer["mean"] + half
    return answer.drop(columns="deviation")
