# SPDX-License-Identifier: GPL-2.0-only
"""Replay of captures and of recorded cases through a simulated router."""

from __future__ import annotations

import dataclasses
import os
import warnings
from typing import TYPE_CHECKING, Any, Callable, Iterable, Sequence, Union

from ns3conntrack import _native
from ns3conntrack.protocol import ProtocolHelper

if TYPE_CHECKING:
    import pandas

Row = dict[str, Any]
_Path = Union[str, os.PathLike[str]]
Setup = Callable[[_native.Conntrack], object]
HelperChoice = Union[ProtocolHelper, tuple[str, str, int]]


@dataclasses.dataclass(frozen=True)
class Replay:
    """What a replay told. All of it are copies, which may be kept."""

    rows: list[Row]  # the events, with the keys of events.jsonl (doc/formats.rst)
    lines: list[str]  # the same, as `conntrack -E -o timestamp,extended` prints them
    event_packets: list[int | None]  # the number of the packet that caused it; None: time did
    drops: list[Row]  # packets that went no further, with the keys of drops.jsonl
    packets: list[Row]  # what became of each packet and why; doc/formats.rst has the keys
    log: list[str]  # lines for the kernel log
    connections: Sequence[_native.Connection]  # those that were left at the end
    expectations: Sequence[_native.Expectation]  # likewise
    statistics: dict[str, int]  # by the names of `conntrack -S`
    ruleset: Row | None  # with counters and sets as at the end
    tables: Row  # the tables at the end, in all text forms; keys as in snapshots.json
    snapshots: list[Row]  # of a recorded case: the tables at its snapshots; else `tables` alone
    epoch_ns: int  # CLOCK_REALTIME of simulated time 0
    damage: str  # one sentence about where a capture is cut; '': it is not

    def packets_frame(self) -> pandas.DataFrame:
        """The packets as a table: a row a packet; keys within keys are joined, 'tuple.src'.

        ImportError without pandas (Debian: python3-pandas).
        """
        import pandas

        return pandas.json_normalize(self.packets)

    def __repr__(self) -> str:
        return (
            f"<Replay of {len(self.packets)} packets: {len(self.rows)} events, "
            f"{len(self.drops)} drops, {len(self.connections)} connections at the end>"
        )


def replay_capture(
    path: _Path,
    ruleset: Any = None,
    helpers: Iterable[HelperChoice] | None = None,
    kernel: str = "v6.18",
    *,
    setup: Setup | None = None,
    interfaces: tuple[str, str] = ("eth0", "eth1"),
    out: _Path | None = None,
    packets: bool = True,
    **attributes: Any,
) -> Replay:
    """Send a capture (pcap, pcapng), as seen at one point of a path, through a router.

    ruleset: as for Conntrack; None: everything is accepted and helpers have their usual ports.
    helpers: instead of a ruleset, who helps: rows such as ('ftp', 'tcp', 2121), and ProtocolHelper
    objects, which are registered (in place of one that has their name); None: all that are known.
    kernel: a profile: 'v3.9', 'v5.10' or 'v6.18'. setup: called with the Conntrack before rules are
    loaded and packets run, to trace or to register. interfaces: what rules see as iif and oif.
    out: a folder for the files of conntrack-replay. packets: False: Replay.packets stays empty.
    attributes: of Conntrack, TcpLoose=False; here Checksum is off, Acct and Timestamp are on.

    Time 0 is the first packet's. FileNotFoundError, CaptureError, RulesetError, ReplayError,
    AttributeError or ValueError say what is wrong; a capture that is cut later on is replayed up to
    there, with a warning. There must be no other simulation; none is left afterwards.
    """
    file = os.fspath(path)
    with open(file, "rb"):
        pass  # Python says best what is wrong with a path
    chosen = None if helpers is None else list(helpers)
    if chosen is not None and ruleset is not None:
        raise ValueError("Who helps is said either by a ruleset or by helpers, not by both")
    # Rows say who helps where; ProtocolHelpers alone join those that are known on their ports.
    if chosen is not None and (not chosen or _has_rows(chosen)):
        ruleset = _native.helpers_alone([_row(choice) for choice in chosen])
    result = _native.replay_capture(
        file,
        ruleset,
        interfaces,
        kernel,
        "" if out is None else os.fspath(out),
        _equipping(chosen or [], setup),
        packets,
        attributes,
    )
    return _finish({**result, "snapshots": [result["tables"]]})


def replay_case(
    folder: _Path,
    kernel: str = "",
    *,
    setup: Setup | None = None,
    out: _Path | None = None,
    packets: bool = True,
    **attributes: Any,
) -> Replay:
    """Send what entered a recorded router through a simulated one with its rules and settings.

    folder: in the form of test/corpus. kernel: a profile; '': the recorded one's. out: a folder for
    what `compare.py one FOLDER OUT` wants. attributes: of Conntrack, in place of recorded sysctls.
    The rest is as for replay_capture.
    """
    place = os.fspath(folder)
    os.listdir(place)  # Python says best what is wrong with a path
    result = _native.replay_case(
        place,
        kernel,
        "" if out is None else os.fspath(out),
        _equipping([], setup),
        packets,
        attributes,
    )
    return _finish(result)


def _finish(result: Row) -> Replay:
    result["damage"] = result["damage"].strip()
    if result["damage"]:
        warnings.warn(result["damage"], stacklevel=3)
    return Replay(**result)


def _has_rows(helpers: Iterable[HelperChoice]) -> bool:
    return any(not isinstance(choice, ProtocolHelper) for choice in helpers)


def _equipping(helpers: Iterable[HelperChoice], setup: Setup | None) -> Setup:
    def equip(conntrack: _native.Conntrack) -> None:
        for choice in helpers:
            if isinstance(choice, ProtocolHelper):
                if choice.name in conntrack.helpers:
                    conntrack.helpers.unregister(choice.name)
                conntrack.helpers.register(choice)
        if setup is not None:
            setup(conntrack)

    return equip


def _row(choice: HelperChoice) -> tuple[str, str, int]:
    if isinstance(choice, ProtocolHelper):
        return (choice.name, choice.protocol, choice.port)
    if isinstance(choice, tuple) and len(choice) == 3:
        return choice
    raise ValueError(f"A helper is a ProtocolHelper or (name, protocol, port), not {choice!r}")
