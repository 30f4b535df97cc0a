# SPDX-License-Identifier: GPL-2.0-only
"""What Conntrack.connections() and .expectations() give: lists that filter and show themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Iterator, TypeVar

from ns3conntrack import _native

if TYPE_CHECKING:
    import pandas

_Entry = TypeVar("_Entry", _native.Connection, _native.Expectation)
_Test = Callable[[Any, Any], bool]


def _of_tuples(name: str) -> _Test:
    return lambda connection, value: value in (
        getattr(connection.original, name),
        getattr(connection.reply, name),
    )


def _of_tuple(name: str) -> _Test:
    return lambda expectation, value: bool(getattr(expectation.tuple, name) == value)


def _own(name: str) -> _Test:
    return lambda entry, value: bool(getattr(entry, name) == value)


def _has_status(connection: _native.ConnectionState, value: str) -> bool:
    return value in connection.status


def _has_flag(expectation: _native.ExpectationState, value: str) -> bool:
    return value in expectation.flags


def _address(entry_tuples: Iterator[_native.Tuple], value: str) -> bool:
    return any(value in (each.source, each.destination) for each in entry_tuples)


_CONNECTION_TESTS: dict[str, _Test] = {
    "protocol": lambda connection, value: value
    in (connection.original.protocol, connection.original.protocol_name),
    "family": lambda connection, value: bool(connection.original.family == value),
    "state": _own("state"),
    "helper": _own("helper"),
    "mark": _own("mark"),
    "zone": _own("zone"),
    "id": _own("id"),
    "master": _own("master"),
    "status": _has_status,
    "source": _of_tuples("source"),
    "destination": _of_tuples("destination"),
    "source_port": _of_tuples("source_port"),
    "destination_port": _of_tuples("destination_port"),
    "address": lambda connection, value: _address(
        iter((connection.original, connection.reply)), value
    ),
}

_EXPECTATION_TESTS: dict[str, _Test] = {
    "protocol": lambda expectation, value: value
    in (expectation.tuple.protocol, expectation.tuple.protocol_name),
    "family": lambda expectation, value: bool(expectation.tuple.family == value),
    "helper": _own("helper"),
    "id": _own("id"),
    "class_number": _own("class_number"),
    "master": _own("master"),
    "flag": _has_flag,
    "source": _of_tuple("source"),
    "destination": _of_tuple("destination"),
    "source_port": _of_tuple("source_port"),
    "destination_port": _of_tuple("destination_port"),
    "address": lambda expectation, value: _address(iter((expectation.tuple,)), value),
}


def _chosen(
    entries: list[_Entry], tests: dict[str, _Test], filters: dict[str, Any]
) -> list[_Entry]:
    for name in filters:
        if name not in tests:
            raise TypeError(f"There is no filter '{name}', only {', '.join(tests)}")
    wanted = [(tests[name], value) for name, value in filters.items()]
    return [entry for entry in entries if all(test(entry, value) for test, value in wanted)]


class ConnectionList(list[_native.Connection]):
    """Connections of a router as they were at a moment; a list."""

    if TYPE_CHECKING:

        def _repr_html_(self) -> str:
            ...

    def where(self, **filters: Any) -> ConnectionList:
        """Those that have all of these; TypeError names a filter that there is not.

        protocol ('tcp' or 6), family, state, helper, mark, zone, id, master (a Tuple), status
        (one of the bits' names: 'ASSURED'), source, destination, source_port and destination_port
        (of the original tuple or of the reply's), address (anywhere).
        """
        return ConnectionList(_chosen(self, _CONNECTION_TESTS, filters))

    def frame(self) -> pandas.DataFrame:
        """The same as a table: frames.connections(self)."""
        from ns3conntrack import frames

        return frames.connections(self)


class ExpectationList(list[_native.Expectation]):
    """Expectations of a router as they were at a moment; a list."""

    if TYPE_CHECKING:

        def _repr_html_(self) -> str:
            ...

    def where(self, **filters: Any) -> ExpectationList:
        """Those that have all of these; TypeError names a filter that there is not.

        protocol ('tcp' or 6), family, helper, id, class_number, master (a Tuple), flag (one of
        the flags' names), source, destination, source_port and destination_port, address (either).
        """
        return ExpectationList(_chosen(self, _EXPECTATION_TESTS, filters))

    def frame(self) -> pandas.DataFrame:
        """The same as a table: frames.expectations(self)."""
        from ns3conntrack import frames

        return frames.expectations(self)
