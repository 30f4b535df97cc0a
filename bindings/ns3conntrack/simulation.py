# SPDX-License-Identifier: GPL-2.0-only
"""A simulation with a beginning and an end."""

from __future__ import annotations

import contextlib
import warnings
from typing import Iterator

from ns3conntrack import _native


def run(until: float | str | None = None, progress: bool = False) -> float:
    """Run the simulation until a point in simulated time, or until nothing is left to do.

    until: seconds, or a text such as '150ms'. progress: show a bar in the terminal or notebook, by
    tqdm (Debian: python3-tqdm; ImportError without it); it changes no event and no result.

    Returns the time reached, in seconds. Raises what a callback raised, and KeyboardInterrupt at
    Ctrl-C, after the present event; run() may then be called again. Other Python threads go on
    meanwhile.
    """
    if not progress:
        return _native.run(until)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of notebooks without widgets, and goes on
        from tqdm.auto import tqdm
    begin = _native.now()
    with tqdm(unit="s", desc="simulated", unit_scale=True) as bar:

        def show(times: tuple[float, float | None]) -> None:
            now, end = times
            bar.total = None if end is None else end - begin
            bar.update(now - begin - bar.n)

        reached = _native.run_watched(until, show)
        bar.update(reached - begin - bar.n)
    return reached


@contextlib.contextmanager
def simulation(seed: int = 1, run: int = 1) -> Iterator[None]:
    """Begin an empty simulation with these random numbers, and destroy it at the end of the block.

    The same seed and run give the same events, also twice in one process. Repetitions of an
    experiment are runs 1, 2, ... of one seed: ns-3's generator is linear, so that with seeds 1, 2,
    3 each draw is once, twice, thrice the first one's (modulo 1). Another simulation that is there
    is destroyed first.
    """
    _native.destroy()
    _native.set_seed(seed, run)
    try:
        yield
    finally:
        _native.destroy()
