# SPDX-License-Identifier: GPL-2.0-only
"""The points of a campaign: which parameters, which seeds, in which order."""

from __future__ import annotations

import inspect
import itertools
import json
import operator
from typing import Any, Callable, Iterable, Iterator, Mapping, Sequence, Union

Point = dict[str, Any]
Grid = Union[Mapping[str, Sequence[Any]], Sequence[Mapping[str, Any]]]


def points_of(grid: Grid) -> list[Point]:
    """A grid as a list of points.

    grid: {name: [value, ...]}, of which every combination is a point, the last name varying
    fastest; or the points themselves, [{name: value}, ...]. TypeError and ValueError name what is
    wrong.
    """
    given = _combinations(grid) if isinstance(grid, Mapping) else grid
    points = [{name: plain(value) for name, value in point.items()} for point in given]
    if not points:
        raise ValueError("the grid has no points")
    seen = set()
    for point in points:
        key = key_of(point)
        if key in seen:
            raise ValueError(f"the grid has the point {key} twice")
        seen.add(key)
    return points


def _combinations(grid: Mapping[str, Sequence[Any]]) -> Iterator[Point]:
    for name, values in grid.items():
        if isinstance(values, (str, bytes, Mapping)) or not isinstance(values, Iterable):
            raise TypeError(f"the grid's {name!r} must be a list of values, not {values!r}")
        if not list(values):
            raise ValueError(f"the grid's {name!r} has no values")
    for values in itertools.product(*grid.values()):
        yield dict(zip(grid, values))


def plain(value: Any) -> Any:
    """A number of numpy's as Python's, anything else as it is."""
    return value.item() if getattr(value, "shape", None) == () else value


def seeds_of(seeds: int | Iterable[int]) -> list[int]:
    """Seeds as a list: 3 is 1, 2, 3. ValueError: none, one twice, or one below 1."""
    if isinstance(seeds, Iterable):
        chosen = [plain(seed) for seed in seeds]
    else:
        chosen = list(range(1, operator.index(seeds) + 1))
    if not chosen:
        raise ValueError("the campaign has no seeds")
    for seed in chosen:
        if not isinstance(seed, int) or isinstance(seed, bool) or seed < 1:
            raise ValueError(f"a seed is a whole number from 1 on, not {seed!r}")
    if len(set(chosen)) < len(chosen):
        raise ValueError("the campaign has a seed twice")
    return chosen


def check_parameters(scenario: Callable[..., Any], points: Sequence[Point]) -> None:
    """TypeError unless the scenario can be called with each point and a seed."""
    signature = inspect.signature(scenario)
    for point in points:
        if "seed" in point:
            raise TypeError("the grid's 'seed' is the campaign's own: give seeds=... instead")
        try:
            signature.bind(seed=1, **point)
        except TypeError as error:
            name = getattr(scenario, "__qualname__", repr(scenario))
            raise TypeError(f"{name} cannot take seed and {key_of(point)}: {error}") from None


def key_of(point: Mapping[str, Any]) -> str:
    """A point as the text that names it on disk. TypeError: a value is none of JSON's."""
    for name, value in point.items():
        if not isinstance(name, str):
            raise TypeError(f"a parameter's name is a text, not {name!r}")
        try:
            same = json.loads(json.dumps(value)) == value
        except (TypeError, ValueError):
            same = False
        if not same:
            raise TypeError(
                f"the parameter {name!r} is {value!r}: it must be a text, number, truth value, "
                "None, or a list or dict of them, for it is kept on disk"
            )
    return json.dumps(dict(point), sort_keys=True)
