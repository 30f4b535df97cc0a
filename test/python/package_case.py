# SPDX-License-Identifier: GPL-2.0-only
"""What the tests of the package ns3conntrack share. Without the package they are skipped."""

import importlib.util
import re
import unittest

if importlib.util.find_spec("ns3conntrack") is None:
    raise unittest.SkipTest("the package ns3conntrack is not built")

import ns3conntrack as nc  # noqa: E402


def router_between():
    """A client, a router and a server in a row: 10.1.0.0/24, 10.2.0.0/24, fd00:1::, fd00:2::."""
    client, router, server = nc.nodes(3)
    for number, (a, b) in enumerate([(client, router), (router, server)], start=1):
        link = nc.Link.point_to_point(a, b, DataRate="10Mbps", Delay="1ms")
        link.assign(f"10.{number}.0.0/24")
        link.assign(f"fd00:{number}::/64")
    router.ipv6.set("IpForward", True)
    nc.populate_routes()
    client.add_route("fd00:2::/64", "fd00:1::2")
    server.add_route("fd00:1::/64", "fd00:2::1")
    return client, router, server


def firewall(**changes):
    return nc.StatefulFirewall(inside="eth1", outside="eth2", **changes)


def echo(packets=3, interval=1):
    """A client, a router with a Conntrack, which is returned, and a server; an echo from 1 s on."""
    client, router, server = nc.nodes(3)
    nc.Link.csma([client, router]).assign("10.1.0.0/24")
    nc.Link.csma([router, server]).assign("10.2.0.0/24")
    nc.populate_routes()
    nc.UdpEchoServer(server)
    nc.UdpEchoClient(client, "10.2.0.2", start=1, MaxPackets=packets, Interval=interval)
    return nc.Conntrack(router)


class PackageTest(unittest.TestCase):
    def setUp(self):
        nc.destroy()
        nc.reset_defaults()
        nc.set_seed(1, 1)
        self.addCleanup(nc.destroy)

    def refuse(self, kind, sentence, call, *arguments, **keywords):
        """The call raises an exception whose text contains the sentence."""
        with self.assertRaisesRegex(kind, re.escape(sentence)):
            call(*arguments, **keywords)
