#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""FTP through a firewall: an active and a passive client, with and without the protocol helper.

Usage: PYTHONPATH=build/python examples/python/ftp_scenario.py
Prints the router's events as rows, then what became of the transfers: without the helper the
firewall knows nothing of the data connection that the server opens to the active client.
"""

from __future__ import annotations

import functools
from typing import Any

import ns3conntrack as nc

MODES = ("Active", "Passive")


def scenario(helper: bool) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Run it once. The events as rows, and the clients' transfers as rows with 'client'."""
    transfers: list[dict[str, Any]] = []

    def keep(mode: str, done: nc.FtpTransfer) -> None:
        transfers.append({"client": mode, **done.row})

    with nc.simulation(seed=1):
        *clients, router, server = nc.nodes(len(MODES) + 2)
        inside = nc.Link.csma([router, *clients], DataRate="100Mbps", Delay="10us")
        outside = nc.Link.point_to_point(router, server, DataRate="10Mbps", Delay="5ms")
        inside.assign("10.1.0.0/24")
        outside.assign("10.2.0.0/24")
        nc.populate_routes()

        firewall = nc.StatefulFirewall(
            inside=inside.devices[0].name,
            outside=outside.devices[0].name,
            helpers=[("ftp", "tcp", 21)] if helper else [],
        )
        log = nc.EventLog(nc.Conntrack(router, ruleset=firewall, Acct=True))

        nc.FtpServer(server)
        for start, (mode, node) in enumerate(zip(MODES, clients), start=1):
            client = nc.FtpClient(
                node, server.addresses[0], start=start, Mode=mode, Transfers=2, FileSize=50000
            )
            client.trace("Transfer", functools.partial(keep, mode))
        nc.run(until=600)
        return log.rows(), transfers


def describe(event: dict[str, Any]) -> str:
    """A row of an event in a short line."""
    tuple_ = event.get("orig") or event["tuple"]
    ends = "{src}:{sport} > {dst}:{dport}".format(**tuple_)
    state = event.get("protoinfo", {}).get("tcp_state", "")
    return f"{event['t']:10.6f} {event['table']:9} {event['event']:7} {ends:32} {state}"


def main() -> None:
    """Show both runs."""
    for helper in (True, False):
        print(f"== {'With' if helper else 'Without'} the FTP helper")
        events, transfers = scenario(helper)
        for event in events:
            print(describe(event))
        print("client   operation     bytes  seconds  outcome")
        for row in transfers:
            seconds = row["end"] - row["begin"]
            print(
                f"{row['client']:8} {row['operation']:9} {row['bytes']:9} {seconds:8.3f}"
                f"  {row['outcome']}"
            )
        print()


if __name__ == "__main__":
    main()
