# SPDX-License-Identifier: GPL-2.0-only
"""python3 -m ns3conntrack replay|dump|explain: see --help."""

from __future__ import annotations

import argparse
import json
import pathlib
import sys
import warnings
from typing import Any, Iterable, Sequence

import ns3conntrack as nc
from ns3conntrack.explain import explain

EXAMPLES = """examples:
  python3 -m ns3conntrack replay ftp.pcap                  event lines, as conntrack -E
  python3 -m ns3conntrack replay test/corpus/corpus/ftp-port    a recorded case
  python3 -m ns3conntrack dump ftp.pcapng                  the tables at the end, as conntrack -L
  python3 -m ns3conntrack explain ftp.pcap                 a line a packet: why it is new, ...
  python3 -m ns3conntrack explain ftp.pcap --set TcpLoose=0 --helper ftp:tcp:2121
  python3 -m ns3conntrack explain ftp.pcap --ruleset rules.json --iif eth1 --json | jq .verdict

rules.json is what `nft -j list ruleset` prints. Without rules everything is accepted and helpers
have their usual ports. --json prints an object a line (doc/formats.rst).
exit status: 0, with a sentence on standard error if a capture is damaged behind what was replayed;
1 with a sentence on standard error; 2 for a wrong command line"""


def make_parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python3 -m ns3conntrack",
        description="Sends a capture, or a recorded case, through a simulated Linux router.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="replay|dump|explain")
    for name, about in [
        ("replay", "print the events, a line each, in the order of time"),
        ("dump", "print connections and expectations as they are after the last packet"),
        ("explain", "print for each packet how it was judged and what became of it"),
    ]:
        command = commands.add_parser(
            name,
            help=about,
            description=about + ".",
            epilog=EXAMPLES,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        add_options(command)
    return parser


def add_options(command: argparse.ArgumentParser) -> None:
    """What all three commands take."""
    add = command.add_argument
    add("source", help="a capture (pcap, pcapng), or the folder of a recorded case")
    add("--ruleset", metavar="FILE", help="rules in the JSON of `nft -j list ruleset`")
    add(
        "--helper",
        metavar="NAME:PROTO:PORT",
        action="append",
        help="instead of rules: only these helpers, on these ports; may be repeated",
    )
    add("--module", metavar="FILE.so", action="append", default=[], help="load C++ helpers first")
    add("--kernel", metavar="PROFILE", default="", help="v3.9, v5.10 or v6.18")
    add("--iif", help="the input interface that rules see (eth0)")
    add("--oif", help="the output interface that rules see (eth1)")
    add(
        "--set",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="an attribute of Conntrack, e.g. TcpLoose=0; may be repeated",
    )
    add("--json", action="store_true", help="print an object a line, for machines")


def to_helper(text: str) -> tuple[str, str, int]:
    """('ftp', 'tcp', 21) of 'ftp:tcp:21'."""
    parts = text.split(":")
    if len(parts) != 3 or not parts[2].isdecimal():
        raise ValueError(f"--helper wants NAME:PROTO:PORT, not '{text}'")
    return parts[0], parts[1], int(parts[2])


def to_attributes(texts: Sequence[str]) -> dict[str, str]:
    """{'TcpLoose': '0'} of ['TcpLoose=0']."""
    attributes = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise ValueError(f"--set wants NAME=VALUE, not '{text}'")
        attributes[name] = value
    return attributes


def replay(options: argparse.Namespace) -> nc.Replay:
    """Do what the command line says."""
    for module in options.module:
        nc.load_module(module)
    attributes: dict[str, Any] = to_attributes(options.set)
    wants_packets = options.command == "explain"
    if pathlib.Path(options.source).is_dir():
        if options.ruleset or options.helper or options.iif or options.oif:
            raise ValueError(
                "A recorded case has its own rules and interfaces: no --ruleset, --helper, --iif, "
                "--oif"
            )
        return nc.replay_case(options.source, options.kernel, packets=wants_packets, **attributes)
    return nc.replay_capture(
        options.source,
        pathlib.Path(options.ruleset) if options.ruleset else None,
        [to_helper(text) for text in options.helper] if options.helper else None,
        options.kernel or "v6.18",
        interfaces=(options.iif or "eth0", options.oif or "eth1"),
        packets=wants_packets,
        **attributes,
    )


def show(command: str, result: nc.Replay, as_json: bool) -> None:
    """Print a replay's result."""
    lines: Iterable[str]
    if as_json:
        tables = [{"table": "conntrack", **entry.row} for entry in result.connections]
        tables += [{"table": "expect", **entry.row} for entry in result.expectations]
        rows = {"replay": result.rows, "dump": tables, "explain": result.packets}[command]
        lines = [json.dumps(row) for row in rows]
    elif command == "dump":
        expectations = [entry.line for entry in result.expectations]
        lines = [*result.tables["conntrack_L"], *(f"expect {line}" for line in expectations)]
    elif command == "replay":
        lines = result.lines
    else:
        lines = map(explain, result.packets)
    for line in lines:
        print(line)
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit status."""
    options = make_parser().parse_args(arguments)
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            result = replay(options)
        show(options.command, result, options.json)
        for warning in caught:
            print(f"ns3conntrack: {warning.message}", file=sys.stderr)
    except BrokenPipeError:  # `| head` has seen enough
        sys.stderr.close()
        return 1
    except (OSError, ValueError, AttributeError, TypeError) as error:
        print(f"ns3conntrack: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
