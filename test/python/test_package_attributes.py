# SPDX-License-Identifier: GPL-2.0-only
"""The package ns3conntrack: attributes, defaults, seeds and what is refused of them."""

import unittest

from package_case import PackageTest, echo, nc, router_between


class Attributes(PackageTest):
    def test_get_and_set(self):
        _, router, _ = router_between()
        conntrack = nc.Conntrack(router, TcpTimeoutClose=5, Acct=True, TcpMaxRetrans=4)
        device = router.devices[1]
        rows = [
            (conntrack, "TcpTimeoutClose", 7, 7.0),
            (conntrack, "TcpTimeoutClose", 1.5, 1.5),
            (conntrack, "TcpTimeoutClose", "150ms", 0.15),
            (conntrack, "Acct", False, False),
            (conntrack, "Acct", "1", True),
            (conntrack, "Acct", "False", False),
            (conntrack, "TcpMaxRetrans", "6", 6),
            (device, "DataRate", 64000, "64000bps"),
            (device, "DataRate", "1Mbps", "1000000bps"),
            (device.channel, "Delay", "3us", 3e-6),
        ]
        for target, name, given, read in rows:
            with self.subTest(name=name, given=given):
                target.set(name, given)
                self.assertEqual(target.get(name), read)
        self.assertIs(type(conntrack.get("TcpMaxRetrans")), int)
        self.assertIn("nf_conntrack_tcp_be_liberal", conntrack.attributes()["TcpBeLiberal"])

    def test_refused_values(self):
        _, router, _ = router_between()
        conntrack = nc.Conntrack(router)
        device = router.devices[1]
        rows = [
            (conntrack, "TcpMaxRetrans", 256, "'TcpMaxRetrans' cannot be 256"),
            (conntrack, "TcpMaxRetrans", -1, "cannot be -1"),
            (conntrack, "TcpMaxRetrans", 2**80, "cannot be 12089"),
            (conntrack, "TcpMaxRetrans", "3x", "cannot be '3x'"),
            (conntrack, "TcpMaxRetrans", True, "cannot be True"),
            (conntrack, "TcpMaxRetrans", 1.5, "cannot be 1.5"),
            (conntrack, "Acct", 1, "it is True or False"),
            (conntrack, "Acct", "yes", "it is True or False"),
            (conntrack, "Timers", "Sundial", "exact|wheel"),
            (conntrack, "TcpTimeoutClose", "soon", "it is a duration"),
            (conntrack, "TcpTimeoutClose", "5 parsecs", "it is a duration"),
            (conntrack, "TcpTimeoutClose", float("nan"), "cannot be nan"),
            (conntrack, "TcpTimeoutClose", 1e300, "cannot be 1e+300"),
            (conntrack, "TcpTimeoutClose", 10**400, "it is a duration"),
            (conntrack, "TcpTimeoutClose", -1, "cannot be -1"),
            (conntrack, "TcpTimeoutClose", [], "cannot be []"),
            (device, "DataRate", "fast", "it is a rate"),
            (device, "DataRate", 0, "it is a rate"),
            (device.channel, "Delay", -1, "it is a duration"),
            (device, "ReceiveErrorModel", "ns3::Nonsense", "no ns-3 class 'ns3::Nonsense'"),
            (device, "ReceiveErrorModel", "ns3::RateErrorModel[ErrorRate=1", "end in ]"),
            (device, "ReceiveErrorModel", "ns3::RateErrorModel[ErrorRate]", "NAME=VALUE"),
            (device, "ReceiveErrorModel", "ns3::RateErrorModel[ErrorRate=x]", "it is a number"),
            (device, "ReceiveErrorModel", "ns3::UniformRandomVariable", "is no ns3::ErrorModel"),
            (device, "ReceiveErrorModel", None, "cannot be None"),
            (device, "Mtu", 67, "it is at least 68"),
            (device, "ReceiveErrorModel", "ns3::ErrorModel", "cannot be made"),
            (device, "ReceiveErrorModel", router, "it is an object"),
            (device, "Address", "00:00:00:00:00:01", "which Python cannot set"),
        ]
        for target, name, value, sentence in rows:
            with self.subTest(name=name, value=value):
                self.refuse((ValueError, TypeError), sentence, target.set, name, value)

    def test_defaults_that_ns3_crashes_at(self):
        """Each was found by setting every attribute to extremes in a process of its own."""
        tcp, flows = "ns3::TcpSocket::", "ns3::FqCoDelQueueDisc::"
        rows = [
            (tcp + "SegmentSize", 0, "it is at least 1"),
            (tcp + "RcvBufSize", 0, "it is at least 1"),
            ("ns3::TcpSocketBase::MaxWindowSize", 0, "it is at least 1"),
            ("ns3::BulkSendApplication::SendSize", 2**31, "it is at most 2147483647"),
            ("ns3::BulkSendApplication::Local", "10.0.0.1", "cannot be set: it sends from"),
            ("ns3::OnOffApplication::Local", "10.0.0.1", "cannot be set: it sends from"),
            ("ns3::OnOffApplication::OnTime", -1, "cannot be negative"),
            ("ns3::OnOffApplication::OffTime", "ns3::UniformRandomVariable[Min=-1]", "negative"),
            ("ns3::OnOffApplication::OnTime", "ns3::NormalRandomVariable", "negative"),
            (flows + "Flows", 0, "it is at least 1"),
            (flows + "Interval", "", "it is a duration such as '5ms'"),
            (flows + "Target", "x", "it is a duration such as '5ms'"),
            (flows + "UseL4s", True, "it needs a CeThreshold"),
            ("ns3::NetDeviceQueueInterface::TxQueuesType", "ns3::TcpCubic", "NetDeviceQueue"),
            ("ns3::Ipv4RawSocketImpl::IpHeaderInclude", True, "without a header"),
            ("ns3::Icmpv6L4Protocol::RsRetransmissionJitter", 1, "it is a UniformRandomVariable"),
            ("ns3::ArpL3Protocol::RequestJitter", "ns3::EmpiricalRandomVariable", "no values"),
            ("ns3::RateErrorModel::RanVar", "ns3::DeterministicRandomVariable", "no values"),
            ("ns3::conntrack::FtpClient::Transfers", "ns3::EmpiricalRandomVariable", "no values"),
            ("ns3::conntrack::SipUserAgent::Targets", "bob", "'bob', which is no SIP URI"),
        ]
        for name, value, sentence in rows:
            with self.subTest(name=name, value=value):
                self.refuse(ValueError, sentence, nc.set_default, name, value)
        taken = [
            (tcp + "RcvBufSize", 1),
            ("ns3::OnOffApplication::OffTime", "ns3::UniformRandomVariable[Min=0|Max=2]"),
            ("ns3::OnOffApplication::OnTime", "ns3::NormalRandomVariable[Mean=9|Bound=8]"),
            (flows + "Target", "4ms"),
            (flows + "UseL4s", False),
        ]
        for name, value in taken:
            with self.subTest(name=name, value=value):
                nc.set_default(name, value)
        self.refuse(ValueError, "'RngSeed' cannot be 0", nc.set_global, "RngSeed", 0)

    def test_refused_names(self):
        _, router, server = router_between()
        conntrack = nc.Conntrack(router)
        ftp = nc.FtpServer(server)
        rows = [
            ("Conntrack has no attribute 'TcpTimeout'", conntrack.set, "TcpTimeout", 1),
            ("Conntrack has no attribute 'TcpTimeout'", conntrack.get, "TcpTimeout"),
            ("'Profile' can be set only when it is made", conntrack.set, "Profile", "v6.18"),
            ("'Port' can be set only when it is made", ftp.set, "Port", 2121),
            ("Conntrack has no trace source 'New'", conntrack.trace, "New", print),
            ("no global value 'Nonsense'", nc.set_global, "Nonsense", 1),
            ("TcpSocket has no attribute 'X'", nc.set_default, "ns3::TcpSocket::X", 1),
            ("name that one", nc.set_default, "ns3::TcpSocketBase::SegmentSize", 1448),
        ]
        for sentence, call, *arguments in rows:
            with self.subTest(sentence=sentence):
                self.refuse(AttributeError, sentence, call, *arguments)
        nodes = nc.nodes(2)
        link = nc.Link.point_to_point
        self.refuse(AttributeError, "has an attribute 'Color'", link, *nodes, Color="red")
        self.refuse(ValueError, "'DataRate' cannot be 'x'", link, *nodes, DataRate="x")
        self.refuse(ValueError, "is not CLASS::ATTRIBUTE", nc.set_default, "SegmentSize", 1)
        self.refuse(ValueError, "no ns-3 class 'ns3::X'", nc.create, "ns3::X")
        self.refuse(ValueError, "is no random variable", nc.create, "ns3::DefaultSimulatorImpl")
        self.refuse(TypeError, "Python cannot get", nodes[0].ipv4.trace, "Tx", print)

    def test_defaults_and_globals(self):
        nc.set_default("ns3::conntrack::Conntrack::TcpMaxRetrans", 9)
        _, router, _ = router_between()
        self.assertEqual(nc.Conntrack(router).get("TcpMaxRetrans"), 9)
        profile = "ns3::conntrack::Conntrack::Profile"
        self.refuse(ValueError, "v3.9, v5.10, v6.18", nc.set_default, profile, "v1.0")
        nc.set_default("ns3::conntrack::FtpClient::StoreShare", 0.7)
        client = nc.Node()
        self.refuse(ValueError, "more than 1", nc.FtpClient, client, "10.0.0.1", ListShare=0.7)
        nc.set_global("ChecksumEnabled", True)
        self.refuse(
            ValueError, "'ChecksumEnabled' cannot be 3", nc.set_global, "ChecksumEnabled", 3
        )

    def test_classes_as_values(self):
        kind = "ns3::TcpL4Protocol::SocketType"
        self.refuse(
            ValueError, "a kind of ns3::TcpCongestionOps", nc.set_default, kind, "ns3::Node"
        )
        self.refuse(ValueError, "name of an ns-3 class", nc.set_default, kind, "ns3::Nonsense")
        self.refuse(
            ValueError, "a kind of ns3::TcpCongestionOps", nc.set_default, kind, "ns3::TcpTxBuffer"
        )
        nc.set_default(kind, "ns3::TcpNewReno")
        nc.set_global("SchedulerType", "ns3::HeapScheduler")
        rows = [("SchedulerType", "ns3::Node"), ("SimulatorImplementationType", "ns3::Node")]
        for name, value in rows:
            self.refuse(ValueError, "'ns3::Node' is no ns3::S", nc.set_global, name, value)
        simulator = "SimulatorImplementationType"
        self.refuse(ValueError, "There is no ns-3 class 'x'", nc.set_global, simulator, "x")
        log = nc.EventLog(echo())
        nc.run(until=10)
        self.assertEqual(len(log), 2)
        self.assertEqual(nc.Node().id, 3)  # nothing was made on the way

    def test_seed(self):
        self.refuse(ValueError, "seed must be", nc.set_seed, 0)
        self.refuse(ValueError, "seed must be", nc.set_seed, 2**32)
        self.refuse(ValueError, "run must be", nc.set_seed, 1, -1)

    def test_random_losses_are_the_seeds(self):
        def losses(run):
            lost = []
            with nc.simulation(seed=7, run=run):
                client, router, server = router_between()
                for device, unit in zip(router.devices[1:], ["PACKET", "BYTE"]):
                    rate = 0.4 if unit == "PACKET" else 0.01
                    model = nc.create(
                        "ns3::RateErrorModel", ErrorRate=rate, ErrorUnit=f"ERROR_UNIT_{unit}"
                    )
                    device.set("ReceiveErrorModel", model)
                    device.trace("PhyRxDrop", lambda packet: lost.append((nc.now(), len(packet))))
                nc.UdpEchoServer(server)
                nc.UdpEchoClient(client, "10.2.0.2", MaxPackets=50, Interval=0.1)
                nc.run(until=10)
            return lost

        first = losses(1)
        self.assertGreater(len(first), 10)
        self.assertEqual(losses(1), first)  # a later simulation of the process is no other
        self.assertNotEqual(losses(2), first)

    def test_error_model(self):
        client, router, server = router_between()
        lossy = nc.create("ns3::RateErrorModel", ErrorRate=1.0, ErrorUnit="ERROR_UNIT_PACKET")
        router.devices[1].set("ReceiveErrorModel", lossy)
        del lossy
        log = nc.EventLog(nc.Conntrack(router))
        lost = []
        router.devices[1].trace("PhyRxDrop", lost.append)
        nc.UdpEchoServer(server)
        nc.UdpEchoClient(client, "10.2.0.2", MaxPackets=3, PacketSize=10)
        nc.run(until=10)
        self.assertEqual(len(log), 0)
        udp = [packet for packet in lost if len(packet) == 2 + 20 + 8 + 10]  # PPP, IPv4, UDP
        self.assertEqual(len(udp), 3)


if __name__ == "__main__":
    unittest.main()
