# SPDX-License-Identifier: GPL-2.0-only
"""Rows as pandas DataFrames. pandas is imported only when one is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterable, Mapping

from ns3conntrack import _native

if TYPE_CHECKING:
    import pandas


def events_frame(events: _native.EventLog | Iterable[Mapping[str, Any]]) -> pandas.DataFrame:
    """Events as a table: a row an event, a column a key; keys within keys are joined, 'orig.src'.

    events: an EventLog, or rows as it gives them. What an event does not tell is missing there.
    ImportError without pandas (Debian: python3-pandas).
    """
    import pandas

    rows = events.rows() if isinstance(events, _native.EventLog) else [dict(row) for row in events]
    return pandas.json_normalize(rows)
