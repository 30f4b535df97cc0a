# SPDX-License-Identifier: GPL-2.0-only
"""A simulation with a beginning and an end."""

from __future__ import annotations

import contextlib
from typing import Iterator

from ns3conntrack import _native


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
