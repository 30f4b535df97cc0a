# SPDX-License-Identifier: GPL-2.0-only
"""Regression tests of protocol helpers: golden event files, recorded from captures and compared.

A case is a folder with case.json, a capture and golden.jsonl (doc/regression.rst):

    from ns3conntrack import regression

    regression.record("cases/ftp-port")            # writes golden.jsonl: look at it, commit it
    print(regression.check("cases/ftp-port"))      # '' or what is different now
"""

from __future__ import annotations

import difflib
import itertools
import json
import os
import pathlib
import types
from typing import Any, Iterable, Iterator, Sequence, Union

from ns3conntrack import _native
from ns3conntrack.explain import describe_tuple
from ns3conntrack.modules import load_module
from ns3conntrack.protocol import ProtocolHelper
from ns3conntrack.replay import HelperChoice, Replay, replay_capture, replay_case

Row = dict[str, Any]
_Path = Union[str, os.PathLike[str]]

CASE = "case.json"
GOLDEN = "golden.jsonl"
_KEYS = ["about", "attributes", "capture", "helpers", "kernel", "modules", "python", "ruleset"]

# What differs from run to run or from machine to machine, or says the same twice.
_LEFT_OUT = {"id", "use", "status", "flags", "timestamp", "timestamp_event"}


def is_recorded(folder: _Path) -> bool:
    """Whether a case is a recording of a kernel (test/corpus), and no capture with settings."""
    return "topology" in _read_case(pathlib.Path(folder))


def run_case(folder: _Path) -> Replay:
    """Replay a case as its case.json says. ValueError, OSError: what is wrong with the case."""
    place = pathlib.Path(folder)
    case = _read_case(place)
    if "topology" in case:
        return replay_case(place)
    unknown = sorted(set(case) - set(_KEYS))
    if unknown or not isinstance(case.get("capture"), str):
        what = f'"{unknown[0]}" is no key' if unknown else '"capture" is missing'
        raise ValueError(f"{place / CASE}: {what}; there are {', '.join(_KEYS)}")
    for module in case.get("modules", []):
        load_module(place / os.path.expandvars(module))
    helpers: list[HelperChoice] = [_to_row(place, row) for row in case.get("helpers", [])]
    if "python" in case:
        helpers.append(_load_helper(place, case["python"]))
    own = [helper for helper in helpers if isinstance(helper, ProtocolHelper)]

    def register(conntrack: _native.Conntrack) -> None:
        for helper in own:
            conntrack.helpers.register(helper)

    with_rules = "ruleset" in case
    return replay_capture(
        place / case["capture"],
        place / case["ruleset"] if with_rules else None,
        helpers if helpers and not with_rules else None,
        case.get("kernel", "v6.18"),
        setup=register if with_rules else None,
        **case.get("attributes", {}),
    )


def golden_rows(replay: Replay) -> list[Row]:
    """What a golden file holds of a replay: events, drops and log lines, in order.

    Each row has "packet", the number of the packet that caused it in its capture, or null (time).
    """
    rows: list[Row] = []
    for number, row in zip(replay.event_packets, replay.rows):
        kept = {key: value for key, value in row.items() if key not in _LEFT_OUT}
        rows.append({"packet": number, **kept})
    for packet in replay.packets:
        if "drop" in packet:
            kept = {
                key: packet[key]
                for key in ("packet", "t", "drop", "tuple", "rule")
                if key in packet
            }
            rows.append({**kept, "event": "DROP"})
        for line in packet.get("log", []):
            rows.append(
                {"packet": packet["packet"], "t": packet["t"], "event": "LOG", "line": line}
            )
    return sorted(rows, key=lambda row: float(row["t"]))


def record(folder: _Path) -> int:
    """Write a case's golden file anew; returns how many rows it has."""
    rows = golden_rows(run_case(folder))
    write_golden(pathlib.Path(folder) / GOLDEN, rows)
    return len(rows)


def check(folder: _Path) -> str:
    """What differs between a case's golden file and its replay, for reading; '' if nothing does.

    FileNotFoundError: it has no golden file yet.
    """
    golden = read_golden(pathlib.Path(folder) / GOLDEN)
    return describe_differences(golden, golden_rows(run_case(folder)))


def write_golden(path: _Path, rows: Iterable[Row]) -> None:
    """Write rows, an object a line with sorted keys."""
    text = "".join(json.dumps(row, sort_keys=True) + "\n" for row in rows)
    pathlib.Path(path).write_text(text, encoding="utf-8")


def read_golden(path: _Path) -> list[Row]:
    """Read what write_golden wrote. ValueError names a line that is not of that form."""
    rows = []
    text = pathlib.Path(path).read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            row = json.loads(line)
            rows.append(
                {"packet": row["packet"], "t": float(row["t"]), "event": row["event"], **row}
            )
        except (ValueError, TypeError, KeyError) as error:
            raise ValueError(f"{os.fspath(path)}:{number}: no row of a golden file ({error})")
    return rows


def describe_differences(expected: Sequence[Row], got: Sequence[Row]) -> str:
    """Sentences and unified lines, packet by packet; '' if both are the same."""
    numbers = sorted({row["packet"] or 0 for row in [*expected, *got]})
    lines = []
    for number in numbers:
        before = [row for row in expected if (row["packet"] or 0) == number]
        after = [row for row in got if (row["packet"] or 0) == number]
        for left, right in _pairs(before, after):
            lines.append(_sentence(left, right))
            lines += [f"-{json.dumps(left, sort_keys=True)}"] if left else []
            lines += [f"+{json.dumps(right, sort_keys=True)}"] if right else []
    return "\n".join(["--- golden", "+++ replay", *lines, ""]) if lines else ""


def describe_row(row: Row) -> str:
    """'NEW expectation 10.2.0.10:0 > 10.1.0.10:50001 tcp' for a row."""
    if row["event"] == "LOG":
        return f'log line "{row["line"].strip()}"'
    part = row.get("tuple") or row.get("orig")
    what = describe_tuple(part) if part else ""
    if row["event"] == "DROP":
        return f"DROP ({row['drop']}) of {what}"
    kind = "expectation" if row.get("table") == "expect" else "connection"
    return f"{row['event']} {kind} {what}"


def _pairs(before: list[Row], after: list[Row]) -> Iterator[tuple[Row | None, Row | None]]:
    """What is only on one side, or on both but not the same; in order."""
    old, new = ([json.dumps(row, sort_keys=True) for row in side] for side in (before, after))
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        if tag == "equal":
            continue
        missing, extra = before[i:i_end], after[j:j_end]
        for left in missing:
            alike = [right for right in extra if describe_row(right) == describe_row(left)]
            if alike:
                extra.remove(alike[0])
            yield left, alike[0] if alike else None
        yield from ((None, right) for right in extra)


def _sentence(left: Row | None, right: Row | None) -> str:
    row = left or right
    assert row is not None
    cause = f"packet {row['packet']}" if row["packet"] else "by time"
    place = f"@@ {cause}, {row['t']:.6f} s: "
    if left is None:
        return f"{place}expected nothing, got {describe_row(row)}"
    if right is None:
        return f"{place}expected {describe_row(row)}, got nothing"
    changes = [
        f"{key} {left.get(key)!r}, got {right.get(key)!r}"
        for key in itertools.chain(left, (key for key in right if key not in left))
        if left.get(key) != right.get(key)
    ]
    return f"{place}{describe_row(row)}: expected {'; '.join(changes)}"


def _read_case(place: pathlib.Path) -> Row:
    try:
        case = json.loads((place / CASE).read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(f"{place / CASE}: no JSON ({error})")
    if not isinstance(case, dict):
        raise ValueError(f"{place / CASE}: no object")
    return case


def _to_row(place: pathlib.Path, row: Any) -> tuple[str, str, int]:
    if isinstance(row, list) and [type(part) for part in row] == [str, str, int]:
        return row[0], row[1], row[2]
    raise ValueError(f'{place / CASE}: a row of "helpers" is [name, protocol, port], not {row!r}')


def _load_helper(place: pathlib.Path, text: str) -> ProtocolHelper:
    """The helper of 'FILE.py:CLASS', made without arguments."""
    file, colon, name = text.rpartition(":")
    path = place / file
    if not colon or path.suffix != ".py" or not path.is_file():
        raise ValueError(f'{place / CASE}: "python" is "FILE.py:CLASS", not {text!r}')
    # Not by Python's import: its cache takes a file changed within a second for the same.
    module = types.ModuleType(path.stem)
    module.__file__ = str(path)
    exec(compile(path.read_bytes(), str(path), "exec"), module.__dict__)
    found = getattr(module, name, None)
    if not (isinstance(found, type) and issubclass(found, ProtocolHelper)):
        raise ValueError(f"{path}: there is no ProtocolHelper {name}")
    return found()
