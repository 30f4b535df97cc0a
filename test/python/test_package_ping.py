# SPDX-License-Identifier: GPL-2.0-only
"""Ping: echo requests of ICMP and ICMPv6 through a router that tracks them."""

import unittest

from package_case import PackageTest, firewall, nc, router_between


class Pings(PackageTest):
    def test_round_trips(self):
        client, _, _ = router_between()
        replies = []
        ping = nc.Ping(client, "10.2.0.2", start=1, stop=4.5, Size=100)
        ping.trace("Reply", replies.append)
        nc.run(until=10)
        self.assertEqual([reply.sequence for reply in replies], [0, 1, 2, 3])
        self.assertEqual([reply.sent for reply in replies], [1, 2, 3, 4])
        self.assertTrue(all(0.004 < reply.round_trip < 0.006 for reply in replies), replies)
        self.assertEqual((ping.sent, ping.answered), (4, 4))
        self.assertEqual(list(replies[0].row), ["sequence", "sent", "round_trip"])

    def test_a_stateful_router_lets_answers_in_and_nothing_else(self):
        client, router, server = router_between()
        conntrack = nc.Conntrack(router, ruleset=firewall())
        for outer, inner in (("10.2.0.2", "10.1.0.1"), ("fd00:2::2", "fd00:1::1")):
            with self.subTest(outer):
                inward = nc.Ping(server, inner, stop=3)
                outward = nc.Ping(client, outer, stop=3)
                nc.run(until=nc.now() + 5)
                self.assertEqual((inward.sent, inward.answered), (3, 0))
                self.assertEqual((outward.sent, outward.answered), (3, 3))
        states = [connection.line for connection in conntrack.connections()]
        self.assertEqual(len(states), 2)
        self.assertNotIn("UNREPLIED", "".join(states))

    def test_refused(self):
        node = nc.Node()
        bare = nc.Node(stack=False)
        rows = [
            (node, "", {}, "'' is no host's IP address"),
            (node, "0.0.0.0", {}, "'0.0.0.0' is no host's IP address"),
            (node, "224.0.0.1", {}, "'224.0.0.1' is no host's IP address"),
            (node, "ff02::1", {}, "'ff02::1' is no host's IP address"),
            (node, "server", {}, "'server' is no host's IP address"),
            (node, "10.0.0.1", {"Size": 65508}, "'Size' cannot be 65508"),
            (node, "10.0.0.1", {"Interval": 0}, "'Interval' cannot be 0"),
            (node, "10.0.0.1", {"Interval": -1}, "'Interval' cannot be -1"),
            (node, "10.0.0.1", {"Count": -1}, "'Count' cannot be -1"),
            (bare, "10.0.0.1", {}, "has no IPv4"),
            (bare, "fd00::1", {}, "has no IPv6"),
        ]
        for where, target, attributes, sentence in rows:
            with self.subTest(sentence):
                self.refuse(ValueError, sentence, nc.Ping, where, target, **attributes)
        self.refuse(AttributeError, "'Remote'", nc.Ping(node, "10.0.0.1").set, "Remote", "10.0.0.2")

    def test_nowhere(self):
        client, _, _ = router_between()
        targets = ("192.0.2.1", "255.255.255.255", "127.0.0.1", "2001:db8::1", "::1", "fe80::1")
        pings = {target: nc.Ping(client, target, Count=2) for target in targets}
        nc.run(until=5)
        self.assertEqual([ping.sent for ping in pings.values()], [2] * 6)
        answered = [target for target, ping in pings.items() if ping.answered]
        self.assertEqual(answered, ["127.0.0.1", "::1"])


if __name__ == "__main__":
    unittest.main()
