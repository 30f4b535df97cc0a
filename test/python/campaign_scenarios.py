# SPDX-License-Identifier: GPL-2.0-only
"""Scenarios of test_campaign.py, in a module of their own so that workers can import them."""

import os
import pathlib
import signal
import time

import ns3conntrack as nc


def echo(seed, packets, interval=1.0):
    """Some echoes through a router, on a line with losses: the events' number and times."""
    with nc.simulation(run=seed):
        client, router, server = nc.nodes(3)
        access = nc.Link.point_to_point(client, router, Delay=f"{seed}ms")
        access.assign("10.1.0.0/24")
        errors = nc.create("ns3::RateErrorModel", ErrorRate=0.3, ErrorUnit="ERROR_UNIT_PACKET")
        access.devices[1].set("ReceiveErrorModel", errors)
        nc.Link.point_to_point(router, server).assign("10.2.0.0/24")
        nc.populate_routes()
        log = nc.EventLog(nc.Conntrack(router))
        nc.UdpEchoServer(server)
        nc.UdpEchoClient(client, "10.2.0.2", start=1, MaxPackets=packets, Interval=interval)
        nc.run(until=600)
        return {"events": len(log), "times": str([row["t"] for row in log.rows()])}


def slow(seed, number):
    """A quick result that takes a while."""
    time.sleep(0.02)
    return {"product": number * seed, "third": number / 3}


def rows(seed, number):
    """As many rows as the number."""
    return [{"row": row} for row in range(number)]


def odd_fails(seed, number):
    """Fails for odd numbers."""
    if number % 2:
        raise ValueError(f"{number} is odd")
    return {"half": number // 2}


def leaves_a_simulation(seed, number):
    """Ends with a simulation still there."""
    nodes = nc.nodes(number)
    return {"id": nodes[-1].id}


def dies(seed, number):
    """Number 3 kills its process."""
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return {"number_again": number}


def dies_once(seed, number, marker):
    """The first call of all kills its process."""
    path = pathlib.Path(marker)
    if not path.exists():
        path.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return {"number_again": number}


def returns(seed, what):
    """Returns what is no row."""
    kinds = {"list": [1], "object": {"value": object()}, "parameter": {"what": 1}, "text": "a"}
    return kinds.get(what)


def adding(amount):
    """A scenario that has a value bound."""

    def scenario(seed, number):
        return {"sum": number + amount}

    return scenario


def plus(seed, number, amount):
    """The same, with a parameter."""
    return {"sum": number + amount}


class Scenario:
    """Can be called, and is no function."""

    def __call__(self, seed, number):
        return {"sum": number}
