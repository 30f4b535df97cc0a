# SPDX-License-Identifier: GPL-2.0-only
"""What a worker does: one point. The only code of a campaign that runs elsewhere."""

from __future__ import annotations

import json
import os
import pickle
import threading
import time
import traceback
from typing import Any, Callable, Iterable, Mapping

from ns3conntrack import _native
from ns3conntrack.campaign.grid import plain


def pack(scenario: Callable[..., Any]) -> bytes:
    """A scenario for another process.

    Functions of modules go by name. One that was written in a notebook or in a script has no
    module that a worker could import: it goes as a whole, by cloudpickle.
    ImportError: that is needed and not installed; TypeError: the scenario cannot be sent.
    """
    try:
        if getattr(scenario, "__module__", None) == "__main__" or _is_local(scenario):
            try:
                import cloudpickle
            except ImportError:
                raise ImportError(
                    "a scenario written in a notebook or script needs cloudpickle (Debian: "
                    "python3-cloudpickle); or write it in a module of its own"
                ) from None
            return bytes(cloudpickle.dumps(scenario))
        return pickle.dumps(scenario)
    except (pickle.PicklingError, TypeError, AttributeError) as error:
        raise TypeError(f"the scenario cannot be sent to a worker: {error}") from None


def _is_local(scenario: Callable[..., Any]) -> bool:
    return "<" in getattr(scenario, "__qualname__", "")  # <locals>, <lambda>


def end_with(parent: int) -> None:
    """End this worker soon after the process that began it: a killed one cannot tell it.

    By itself a worker would wait for ever, for it holds the other end of its queue, too.
    """

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def run_point(packed: bytes, point: Mapping[str, Any], seed: int) -> dict[str, Any]:
    """Run one point: {"rows": [...]}, or {"failure": {"error", "traceback"}}.

    The simulation before it is cleared away, and its own after it, whatever it left behind.
    """
    try:
        _native.destroy()
        _native.reset_defaults()
        scenario = pickle.loads(packed)
        rows = rows_of(scenario(seed=seed, **point), point)
        # What JSON cannot keep fails here, where it is the point's failure and no one else's.
        return {"rows": json.loads(json.dumps(rows))}
    except Exception as error:  # whatever the scenario raises is the point's result
        return {
            "failure": {
                "error": f"{type(error).__name__}: {error}",
                "traceback": traceback.format_exc(),
            }
        }
    finally:
        _leave()


def _leave() -> None:
    try:
        _native.destroy()
    except RuntimeError:
        pass  # another thread's simulation; the failure says so


def rows_of(result: Any, point: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a scenario returned, as rows: a dict is one, an iterable of dicts several."""
    if hasattr(result, "to_dict") and hasattr(result, "columns"):  # a DataFrame
        result = result.to_dict("records")
    results = [result] if isinstance(result, Mapping) else result
    if not isinstance(results, Iterable) or isinstance(results, (str, bytes)):
        raise TypeError(f"a scenario returns a dict or a list of dicts, not {result!r}")
    rows = []
    for row in results:
        if not isinstance(row, Mapping):
            raise TypeError(f"a scenario returns a dict or a list of dicts, not one of {row!r}")
        for name in row:
            if name in point or name == "seed":
                raise ValueError(f"the scenario returned {name!r}, which is a parameter's name")
        rows.append({str(name): _kept(name, value) for name, value in row.items()})
    return rows


def _kept(name: Any, value: Any) -> Any:
    """A value of a row. TypeError: JSON cannot keep it."""
    value = plain(value)
    try:
        json.dumps(value)
    except (TypeError, ValueError):
        raise TypeError(
            f"the scenario's {name!r} is {value!r}, which cannot be kept in a table"
        ) from None
    return value
