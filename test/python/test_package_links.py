# SPDX-License-Identifier: GPL-2.0-only
"""The package ns3conntrack: links that lose, break and change; traffic of ns-3's own."""

import unittest

from package_case import PackageTest, firewall, nc, router_between


def ends(packets=100, **attributes):
    """Two nodes, their link, and when datagrams of one reached the other; one each 10 ms."""
    one, two = nc.nodes(2)
    link = nc.Link.point_to_point(one, two, **{"DataRate": "10Mbps", **attributes})
    link.assign("10.1.0.0/24")
    times = []
    nc.UdpSocket(two, 7, on_receive=lambda datagram: times.append(datagram.time))
    socket = nc.UdpSocket(one)
    for number in range(packets):
        nc.schedule(1 + number / 100, socket.send, bytes(100), "10.1.0.2", 7)
    return link, times


class Links(PackageTest):
    def test_loss_by_the_seed(self):
        counts = {}
        for seed in (1, 2, 1):
            nc.destroy()
            nc.set_seed(seed)
            link, times = ends(packets=1000)
            link.lose(0.2)
            nc.run(until=20)
            counts.setdefault(seed, set()).add(tuple(times))
        self.assertEqual([len(each) for each in counts.values()], [1, 1])
        self.assertNotEqual(counts[1], counts[2])
        self.assertTrue(all(700 < len(times) < 900 for each in counts.values() for times in each))

    def test_units_and_an_end_of_loss(self):
        link, times = ends()
        link.lose(0.01, "Byte")  # of 130 bytes a packet: most are lost
        nc.schedule(1.495, link.lose, 0)
        nc.run(until=5)
        self.assertLess(len([time for time in times if time < 1.495]), 45)
        self.assertEqual(len([time for time in times if time > 1.495]), 50)

    def test_down_and_up(self):
        link, times = ends()
        link.lose(0.0)
        nc.schedule(1.195, link.down)
        nc.schedule(1.495, link.up)
        nc.run(until=1.3)
        self.assertTrue(link.is_down)
        nc.run(until=5)
        self.assertFalse(link.is_down)
        self.assertEqual(len(times), 70)
        self.assertEqual([time for time in times if 1.2 < time < 1.49], [])

    def test_delay_and_rate_move_during_a_run(self):
        link, times = ends(packets=2, Delay="1ms", DataRate="1Mbps")
        nc.schedule(1.005, lambda: link.set(Delay="100ms", DataRate="10Mbps", MaxSize="5p"))
        nc.run(until=5)
        bits = (100 + 8 + 20 + 2) * 8  # UDP, IP and PPP
        self.assertAlmostEqual(times[0], 1 + bits / 1e6 + 0.001, places=6)
        self.assertAlmostEqual(times[1], 1.01 + bits / 1e7 + 0.1, places=6)
        self.assertEqual(link.devices[0].get("TxQueue").get("MaxSize"), "5p")

    def test_refused(self):
        link, _ = ends()
        ethernet = nc.Link.csma(nc.nodes(2))
        rows = [
            (AttributeError, "have 'Speed'", lambda: link.set(Speed=1)),
            (ValueError, "'Delay' cannot be 'long'", lambda: link.set(Delay="long")),
            (ValueError, "'Mtu' cannot be 1", lambda: link.set(Mtu=1)),
            (AttributeError, "only when it is made", lambda: ethernet.set(DataRate="1Mbps")),
            (ValueError, "A share is from 0 to 1, not 2", lambda: link.lose(2)),
            (ValueError, "A share is from 0 to 1, not nan", lambda: link.lose(float("nan"))),
            (ValueError, "'ErrorUnit' cannot be", lambda: link.lose(0.1, "Frame")),
            (ValueError, "has no devices", lambda: nc.Link([]).set(Delay=1)),
        ]
        for kind, sentence, call in rows:
            with self.subTest(sentence=sentence):
                self.refuse(kind, sentence, call)
        self.refuse(ValueError, "'Delay' cannot be", link.set, Mtu=1000, Delay="long")
        self.assertEqual({device.get("Mtu") for device in link.devices}, {1500})
        self.refuse(ValueError, "cannot be -1 nodes", nc.nodes, -1)
        nc.destroy()
        self.refuse(RuntimeError, "was destroyed", link.down)


class Traffic(PackageTest):
    def test_on_off(self):
        for protocol, address, any_address in (
            ("udp", "10.2.0.2", "0.0.0.0"),
            ("tcp", "10.2.0.2", "0.0.0.0"),
            ("udp", "fd00:2::2", "::"),
        ):
            with self.subTest(protocol=protocol, address=address):
                nc.destroy()
                client, _, server = router_between()
                sink = nc.PacketSink(server, 9, protocol, any_address)
                source = nc.OnOff(
                    client,
                    address,
                    9,
                    protocol,
                    start=3,
                    stop=8,
                    DataRate="800kbps",
                    PacketSize=1000,
                    OnTime=1,
                    OffTime=1,
                )
                sent = []
                source.trace("Tx", lambda data: sent.append(len(data)))
                nc.run(until=20)
                self.assertEqual(sink.received, sum(sent))
                self.assertEqual(round(sum(sent), -4), 200000)  # it begins with a pause

    def test_a_source_that_nobody_lets_in(self):
        """ns-3's own aborts when its socket gives up: after 189 s, or as the attributes say."""
        client, router, server = router_between()
        nc.Conntrack(router, ruleset=firewall())
        nc.PacketSink(client, 9, "tcp")
        nc.OnOff(server, "10.1.0.1", 9, "tcp", start=1)  # the firewall drops it
        nc.OnOff(client, "10.2.0.2", 9, "tcp")  # nobody listens there
        nc.OnOff(client, "192.0.2.1", 9, "tcp", start=2, stop=3)  # no way leads there
        nc.run(until=5)
        nc.OnOff(server, "10.1.0.1", 9, "tcp")
        nc.run(until=1000)
        nc.set_default("ns3::TcpSocket::ConnTimeout", 0.1)
        nc.set_default("ns3::TcpSocket::ConnCount", 0)
        nc.OnOff(server, "10.1.0.1", 9, "tcp")
        nc.set_default("ns3::TcpSocket::ConnCount", 60)
        nc.OnOff(server, "10.1.0.1", 9, "tcp")
        nc.run(until=2000)

    def test_bulk(self):
        client, _, server = router_between()
        sink = nc.PacketSink(server, 9, "tcp")
        nc.BulkSend(client, "10.2.0.2", 9, MaxBytes=500000)
        nc.run(until=20)
        self.assertEqual(sink.received, 500000)

    def test_refused(self):
        client, _, server = router_between()
        nc.PacketSink(server, 9)
        rows = [
            (ValueError, "A protocol is 'udp' or 'tcp'", nc.OnOff, client, "10.2.0.2", 9, "sctp"),
            (ValueError, "no IP address and port", nc.OnOff, client, "server", 9),
            (ValueError, "no IP address and port", nc.BulkSend, client, "10.2.0.2", 0),
            (ValueError, "no IP address and port", nc.BulkSend, client, "224.0.0.1", 9),
            (ValueError, "has a PacketSink at port 9 already", nc.PacketSink, server, 9),
            (ValueError, "listens at a port from 1", nc.PacketSink, server, 0),
            (ValueError, "not at '10.2.0.2'", nc.PacketSink, server, 10, "udp", "10.2.0.2"),
            (ValueError, "has no IPv4 stack", nc.PacketSink, nc.Node(stack=False), 9),
        ]
        for kind, sentence, call, *arguments in rows:
            with self.subTest(sentence=sentence):
                self.refuse(kind, sentence, call, *arguments)
        self.refuse(AttributeError, "given by", nc.OnOff, client, "10.2.0.2", 9, Remote="10.2.0.2")
        self.refuse(ValueError, "cannot be None", nc.OnOff, client, "10.2.0.2", 9, OnTime=None)
        sink = nc.PacketSink(server, 11)
        nc.destroy()
        self.refuse(RuntimeError, "was destroyed", lambda: sink.received)


if __name__ == "__main__":
    unittest.main()
