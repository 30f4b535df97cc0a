# SPDX-License-Identifier: GPL-2.0-only
"""The package's carrier-grade NAT."""

import unittest

from package_case import PackageTest, firewall, nc, router_between


class CarrierGradeNat(PackageTest):
    def run_echo(self, nat):
        client, router, server = router_between()
        rules = firewall(masquerades=True, admits_translated=True)
        conntrack = nc.Conntrack(router, ruleset=rules, CarrierGradeNat=nat)
        nc.UdpEchoServer(server)
        nc.UdpEchoClient(client, "10.2.0.2", start=1, MaxPackets=2)
        nc.run(until=5)
        return conntrack

    def test_blocks_are_given_and_logged(self):
        nat = nc.CarrierGradeNat(
            "full cone", BlockAllocation="Dynamic", BlockSize=100, FirstPort=5000
        )
        records = []
        nat.trace("Log", records.append)
        conntrack = self.run_echo(nat)
        self.assertEqual([record["natEvent"] for record in records], [16, 8, 4])
        self.assertEqual(records[0]["sourceIPv4Address"], "10.1.0.1")
        self.assertEqual((records[0]["portRangeStart"], records[0]["portRangeEnd"]), (5000, 5099))
        port = records[2]["postNAPTSourceTransportPort"]
        self.assertTrue(5000 <= port < 5100)
        self.assertEqual(conntrack.connections()[0].reply.destination_port, port)
        self.assertEqual((nat.blocks, nat.mappings, nat.sessions), (1, 1, 1))
        self.assertEqual(nat.subscriber("10.2.0.1", port), "10.1.0.1")
        self.assertIsNone(nat.subscriber("10.2.0.1", port, "tcp"))
        self.assertEqual(nat.statistics["blocks_allocated"], 1)
        nc.destroy()
        self.assertEqual(nat.statistics["sessions_created"], 1)
        self.assertEqual(nat.sessions, 0)

    def test_computed_blocks(self):
        nat = nc.CarrierGradeNat(
            BlockAllocation="Deterministic",
            InsideNetwork="10.1.0.0/24",
            OutsidePool="203.0.113.1",
        )
        self.run_echo(nat)
        self.assertEqual(nat.subscriber("203.0.113.1", 1024 + 252), "10.1.0.1")
        self.assertIsNone(nat.subscriber("203.0.113.1", 80))
        self.assertIsNone(nat.subscriber("203.0.113.2", 5000))

    def test_presets(self):
        self.assertIn("port-restricted cone", nc.CarrierGradeNat.PRESETS)
        for preset in nc.CarrierGradeNat.PRESETS:
            nc.CarrierGradeNat(preset)
        self.assertEqual(nc.CarrierGradeNat("symmetric").get("Hairpinning"), "None")

    def test_what_is_refused(self):
        self.refuse(
            ValueError, "no preset 'open cone', only linux", nc.CarrierGradeNat, "open cone"
        )
        self.refuse(ValueError, "BlockSize: dynamic", nc.CarrierGradeNat, BlockAllocation="Dynamic")
        self.refuse(ValueError, "no IPv4 network", nc.CarrierGradeNat, OutsidePool="fd00::/64")
        self.refuse(AttributeError, "Blocks", nc.CarrierGradeNat, Blocks=1)
        nat = nc.CarrierGradeNat()
        self.refuse(ValueError, "'fd00::1' is no IPv4 address", nat.subscriber, "fd00::1", 1)
        self.refuse(ValueError, "'sctp'", nat.subscriber, "10.0.0.1", 1, "sctp")

    def test_one_router_alone(self):
        nat = nc.CarrierGradeNat()
        conntrack = self.run_echo(nat)
        (other,) = nc.nodes(1)
        self.refuse(ValueError, "another router's", nc.Conntrack, other, CarrierGradeNat=nat)
        self.refuse(
            AttributeError,
            "only when it is made",
            conntrack.set,
            "CarrierGradeNat",
            nc.CarrierGradeNat(),
        )


if __name__ == "__main__":
    unittest.main()
