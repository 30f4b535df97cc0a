# SPDX-License-Identifier: GPL-2.0-only
"""Shared libraries of a user's own, with protocol helpers in C++."""

from __future__ import annotations

import ctypes
import os

from ns3conntrack import _native

_loaded: list[ctypes.CDLL] = []  # their code is in use as long as the process lives


def load_module(path: str | os.PathLike[str]) -> list[str]:
    """Load a shared library with protocol helpers in C++; routers made from now on have them.

    Returns the kinds of helpers that it brought, as `ct helper` rules name them: none if it was
    loaded before. OSError: it is no library, or something that it needs is missing. It must have
    been built against this package's libns3-conntrack (doc/regression.rst, examples/own-helper).
    """
    before = set(_native.helper_kinds())
    # A name without a folder would be looked for in the system's folders alone.
    found = os.path.abspath(path) if os.path.exists(path) else os.fspath(path)
    _loaded.append(ctypes.CDLL(found))
    return sorted(set(_native.helper_kinds()) - before)
