# SPDX-License-Identifier: GPL-2.0-only
"""One simulation of test/bench/python/run.py: who listens, and how long it is.

Prints a line of JSON: how often the listener was called.
"""

import argparse
import json
import re

import ns3conntrack as nc

PORT = re.compile(rb"PORT (\d+,\d+,\d+,\d+),(\d+),(\d+)\r\n")


class Idle(nc.ProtocolHelper):
    """Is called, and that is all."""

    name, port = "idle", 21

    def __init__(self):
        self.calls = 0

    def help(self, packet, memory):
        self.calls += 1


class Reader(Idle):
    """Looks whether the payload begins with a word."""

    name = "reader"

    def help(self, packet, memory):
        self.calls += 1
        if packet.payload.startswith(b"INVITE "):
            raise ValueError("the traffic has no such messages")


class Ftp(Idle):
    """Expects the data connections of active FTP, as the helper of FTP does."""

    name = "python-ftp"

    def help(self, packet, memory):
        self.calls += 1
        if packet.direction != "original":
            return True
        found = PORT.match(packet.payload)
        if not found:
            return True
        address, high, low = (part.decode() for part in found.groups())
        expected = packet.announce(
            found.start(1),
            found.end(3) - found.start(1),
            lambda address, port: f"{address.replace('.', ',')},{port >> 8},{port & 255}",
            address.replace(",", "."),
            int(high) * 256 + int(low),
            source=packet.answer.source,
        )
        return expected is not None or packet.drop("cannot expect")


HELPERS = {"python-idle": Idle, "python-reader": Reader, "python-ftp": Ftp}


def network():
    client, router, server = nc.nodes(3)
    for number, ends in enumerate([(client, router), (router, server)], start=1):
        link = nc.Link.point_to_point(*ends, DataRate="1Gbps", Delay="10us")
        link.assign(f"10.{number}.0.0/24")
    nc.populate_routes()
    return client, server, nc.Conntrack(router, Helper=True)


def ftp(length):
    """A session of `length` active transfers."""
    client, server, conntrack = network()
    nc.FtpServer(server)
    nc.FtpClient(
        client, "10.2.0.2", start=1, Mode="Active", Transfers=length, FileSize=1000, Pause=0.001
    )
    return conntrack


def listen(conntrack, listener):
    """Install what is measured; returns what tells how often it was called, if it can."""
    helpers = conntrack.helpers
    if listener == "ftp":
        return None
    helpers.unregister("ftp")
    if listener in HELPERS:
        helper = HELPERS[listener]()
        helpers.register(helper)
        return lambda: helper.calls
    calls = 0

    def count(event):
        nonlocal calls
        calls += 1

    if listener == "python-trace":
        conntrack.trace("Connection", count)
        return lambda: calls
    if listener == "event-log":
        log = nc.EventLog(conntrack, expectations=False, drops=False)
        return lambda: len(log)
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listener", required=True)
    parser.add_argument("--length", type=int, required=True)
    chosen = parser.parse_args()
    nc.set_seed(1, 1)
    count_calls = listen(ftp(chosen.length), chosen.listener)
    nc.run(until=1000)
    print(json.dumps({"calls": count_calls() if count_calls else 0}))
    nc.destroy()


if __name__ == "__main__":
    main()
