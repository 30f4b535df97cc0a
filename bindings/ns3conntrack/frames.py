# SPDX-License-Identifier: GPL-2.0-only
"""Events, tables and drops as pandas DataFrames, whose columns are always the same.

Columns bear the keys of events.jsonl (doc/formats.rst), those within keys joined: 'orig.src' is the
source address of the original tuple, 'counters_reply.bytes' the bytes that came back. Types: text
is 'string', whole numbers are 'Int64', seconds 'float64'; lists of names are 'object'. What a row
does not tell is missing (pandas.NA, NaN or None). An empty table has all columns, too. Rows are in
the order of time, or of the table. pandas is imported only when a frame is asked for; ImportError
without it (Debian: python3-pandas).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterable, Mapping, Union

from ns3conntrack import _native

if TYPE_CHECKING:
    import pandas

_Row = Mapping[str, Any]
_Types = dict[str, str]

_TEXT, _WHOLE, _SECONDS, _LIST = "string", "Int64", "float64", "object"


def _tuple_types(key: str) -> _Types:
    return {
        f"{key}.src": _TEXT,
        f"{key}.dst": _TEXT,
        f"{key}.proto": _WHOLE,
        f"{key}.sport": _WHOLE,
        f"{key}.dport": _WHOLE,
        f"{key}.icmp_id": _WHOLE,
        f"{key}.icmp_type": _WHOLE,
        f"{key}.icmp_code": _WHOLE,
        f"{key}.zone": _WHOLE,
    }


_CONNECTION: _Types = {
    **_tuple_types("orig"),
    **_tuple_types("reply"),
    "zone": _WHOLE,
    "id": _WHOLE,
    "status": _WHOLE,
    "status_names": _LIST,
    "timeout": _SECONDS,
    "counters_orig.packets": _WHOLE,
    "counters_orig.bytes": _WHOLE,
    "counters_reply.packets": _WHOLE,
    "counters_reply.bytes": _WHOLE,
    "protoinfo.tcp_state": _TEXT,
    "protoinfo.sctp_state": _TEXT,
    "helper": _TEXT,
    **_tuple_types("master"),
    "mark": _WHOLE,
}

_EXPECTATION: _Types = {
    **_tuple_types("tuple"),
    **_tuple_types("mask"),
    **_tuple_types("master"),
    "id": _WHOLE,
    "flags": _WHOLE,
    "flag_names": _LIST,
    "class": _WHOLE,
    "timeout": _SECONDS,
    "helper": _TEXT,
    "fn": _TEXT,
}

EVENT_COLUMNS: _Types = {
    "t": _SECONDS,
    "family": _TEXT,
    "table": _TEXT,
    "event": _TEXT,
    **_CONNECTION,
    **{name: kind for name, kind in _EXPECTATION.items() if name not in _CONNECTION},
}
CONNECTION_COLUMNS: _Types = {"family": _TEXT, **_CONNECTION, "start": _SECONDS}
EXPECTATION_COLUMNS: _Types = {"family": _TEXT, **_EXPECTATION}
DROP_COLUMNS: _Types = {
    "t": _SECONDS,
    "family": _TEXT,
    "kind": _TEXT,
    "reason": _TEXT,
    "src": _TEXT,
    "dst": _TEXT,
    "proto": _WHOLE,
    "sport": _WHOLE,
    "dport": _WHOLE,
    "icmp_id": _WHOLE,
    "icmp_type": _WHOLE,
    "icmp_code": _WHOLE,
}


def _flat(row: _Row, prefix: str = "") -> dict[str, Any]:
    """Keys within keys joined by dots; a helper is its name, of connections as of expectations."""
    flat: dict[str, Any] = {}
    for key, value in row.items():
        if isinstance(value, Mapping):
            flat.update(_flat(value, f"{prefix}{key}."))
        else:
            flat[prefix + key] = value
    if "helper.name" in flat:
        flat["helper"] = flat.pop("helper.name")
    return flat


def _frame(rows: Iterable[_Row], types: _Types) -> pandas.DataFrame:
    import pandas

    flat = [_flat(row) for row in rows]
    columns = {
        name: pandas.Series([row.get(name) for row in flat], dtype=kind)
        for name, kind in types.items()
    }
    return pandas.DataFrame(columns)


def events(events: _native.EventLog | Iterable[_Row]) -> pandas.DataFrame:
    """Events of connections and expectations: a row an event, the columns of EVENT_COLUMNS.

    events: an EventLog, or rows as it gives them. 't' is in seconds, 'table' is 'conntrack' or
    'expect', 'event' 'NEW', 'UPDATE' or 'DESTROY', 'timeout' what was left then.
    """
    return _frame(events.rows() if isinstance(events, _native.EventLog) else events, EVENT_COLUMNS)


def connections(
    connections: _native.Conntrack | Iterable[_native.Connection],
) -> pandas.DataFrame:
    """Connections at a moment: a row a connection, the columns of CONNECTION_COLUMNS.

    connections: a Conntrack, of which the present ones are taken, or what its connections() gave.
    'start' is when it was confirmed, 'timeout' what is left; both in seconds.
    """
    entries = (
        connections.connections() if isinstance(connections, _native.Conntrack) else connections
    )
    rows = ({**entry.row, "timeout": entry.timeout, "start": entry.start} for entry in entries)
    return _frame(rows, CONNECTION_COLUMNS)


def expectations(
    expectations: _native.Conntrack | Iterable[_native.Expectation],
) -> pandas.DataFrame:
    """Expectations at a moment: a row an expectation, the columns of EXPECTATION_COLUMNS.

    expectations: a Conntrack, of which the present ones are taken, or what its expectations() gave.
    'timeout' is what is left, in seconds.
    """
    entries = (
        expectations.expectations() if isinstance(expectations, _native.Conntrack) else expectations
    )
    return _frame(
        ({**entry.row, "timeout": entry.timeout} for entry in entries), EXPECTATION_COLUMNS
    )


def _drop_row(packet: _native.PacketEvent | _Row) -> dict[str, Any]:
    row = dict(packet.row if isinstance(packet, _native.PacketEvent) else packet)
    for kind in ("drop", "invalid"):
        if kind in row:
            row.update(kind=kind.upper(), reason=row.pop(kind))
    return row


def drops(
    drops: _native.EventLog | Iterable[Union[_native.PacketEvent, _Row]],
) -> pandas.DataFrame:
    """Packets that were dropped or invalid: a row each, the columns of DROP_COLUMNS.

    drops: an EventLog, PacketEvents that a trace told, or rows of either. 'kind' is 'DROP' or
    'INVALID', 'reason' why. An invalid packet that a rule then drops has two rows.
    """
    packets = drops.drops() if isinstance(drops, _native.EventLog) else drops
    return _frame((_drop_row(packet) for packet in packets), DROP_COLUMNS)


events_frame = events  #: the same by its first name
