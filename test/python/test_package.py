# SPDX-License-Identifier: GPL-2.0-only
"""The package ns3conntrack: networks, rules, events and applications, and what it refuses."""

import json
import pathlib
import re
import struct
import subprocess
import sys
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "examples" / "python"))

try:
    import ns3conntrack as nc
except ImportError as error:
    raise unittest.SkipTest(f"the package ns3conntrack is not built ({error})")


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


class Networks(PackageTest):
    def test_nodes_and_links(self):
        client, router, _ = router_between()
        self.assertEqual([device.name for device in router.devices], ["lo", "eth1", "eth2"])
        self.assertEqual(router.addresses, ["10.1.0.2", "10.2.0.1", "fd00:1::2", "fd00:2::1"])
        self.assertEqual(client.devices[1].addresses[0], "10.1.0.1/24")
        self.assertIs(client.devices[1].channel, router.devices[1].channel)
        self.assertIs(client.devices[1].node, client)
        self.assertEqual(repr(router.devices[2]), "<Device eth2 of node 1>")

    def test_names(self):
        self.assertEqual(nc.Node("alice").name, "alice")
        self.assertEqual(nc.Node().name, "")
        self.refuse(ValueError, "There is a node 'alice' already", nc.Node, "alice")
        self.refuse(ValueError, "'a/b'", nc.Node, "a/b")
        nc.destroy()
        self.assertEqual(repr(nc.Node("alice")), "<Node 0 alice>")

    def test_refused_networks(self):
        node, other = nc.nodes(2)
        link = nc.Link.point_to_point(node, other)
        device = link.devices[0]
        bare = nc.Node(stack=False)
        nc.Link.csma([bare])
        link.assign("10.1.0.0/30")
        rows = [
            ("with itself", nc.Link.point_to_point, node, node),
            ("has no 2 addresses", link.assign, "10.9.0.0/31"),
            ("host bits", link.assign, "10.9.0.1/24"),
            ("'10.1.0.300/24' is not ADDRESS/PREFIX", device.add_address, "10.1.0.300/24"),
            ("is not ADDRESS/PREFIX", device.add_address, "10.1.0.3"),
            ("is not ADDRESS/PREFIX", device.add_address, "10.1.0.3/33"),
            ("has the address 10.1.0.1 already", device.add_address, "10.1.0.1/24"),
            ("has an IP stack already", node.install_stack),
            ("has no stack for 10.1.0.9", bare.devices[0].add_address, "10.1.0.9/24"),
            ("bits beyond its prefix", node.add_route, "10.2.0.1/24", "10.1.0.2"),
            ("no device in the network", node.add_route, "10.2.0.0/24", "10.7.0.2"),
            ("is no gateway", node.add_route, "10.2.0.0/24", "fd00::1"),
            ("is no gateway", node.add_route, "10.2.0.0/24", "nobody"),
        ]
        for sentence, call, *arguments in rows:
            with self.subTest(sentence=sentence):
                self.refuse(ValueError, sentence, call, *arguments)
        self.refuse(TypeError, "incompatible", nc.Link.csma, [None, node, 3])
        self.refuse(TypeError, "not None", nc.Link.csma, [None])

    def test_pcap(self):
        with tempfile.TemporaryDirectory() as folder:
            client, _, server = router_between()
            files = nc.Link(client.devices[1:]).pcap(pathlib.Path(folder) / "link")
            self.assertEqual(files, [f"{folder}/link-0-1.pcap"])
            nc.UdpEchoServer(server)
            nc.UdpEchoClient(client, "10.2.0.2", MaxPackets=2)
            nc.run(until=10)
            missing = pathlib.Path(folder) / "missing" / "x.pcap"
            self.refuse(FileNotFoundError, "missing", client.devices[1].pcap, missing)
            self.refuse(TypeError, "LoopbackNetDevice", client.devices[0].pcap, f"{folder}/lo")
            nc.destroy()
            capture = pathlib.Path(files[0]).read_bytes()
            self.assertEqual(struct.unpack("<I", capture[:4])[0], 0xA1B2C3D4)
            self.assertEqual(capture.count(bytes([10, 1, 0, 1, 10, 2, 0, 2])), 2)

    def test_ipv6(self):
        client, router, server = router_between()
        log = nc.EventLog(nc.Conntrack(router))
        nc.UdpEchoServer(server, start=2)
        nc.UdpEchoClient(client, "fd00:2::2", start=3, MaxPackets=1)
        nc.run(until=100)
        rows = [row for row in log.rows() if row["orig"]["proto"] == 17]
        self.assertEqual([row["event"] for row in rows], ["NEW", "UPDATE", "DESTROY"])
        self.assertEqual(rows[0]["orig"]["src"], "fd00:1::1")


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

    def test_seed(self):
        self.refuse(ValueError, "seed must be", nc.set_seed, 0)
        self.refuse(ValueError, "seed must be", nc.set_seed, 2**32)
        self.refuse(ValueError, "run must be", nc.set_seed, 1, -1)

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


class Rules(PackageTest):
    def test_every_form(self):
        rules = firewall()
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "rules.json"
            path.write_text(rules.to_json())
            loaded = []
            for form in (rules, rules.to_dict(), rules.to_json(), path):
                nc.destroy()
                _, router, _ = router_between()
                loaded.append(nc.Conntrack(router, ruleset=form).ruleset())
        self.assertEqual(loaded[0], rules.to_dict())
        self.assertTrue(all(form == loaded[0] for form in loaded))

    def test_firewall_works(self):
        for inside_begins, expected in ((True, 3), (False, 0)):
            nc.destroy()
            client, router, server = router_between()
            conntrack = nc.Conntrack(router, ruleset=firewall())
            drops, lines = [], []
            conntrack.trace("Drop", drops.append)
            conntrack.trace("Connection", lambda event: lines.append(event.line))
            ends = (client, server) if inside_begins else (server, client)
            nc.UdpEchoServer(ends[1], Port=7)
            address = "10.2.0.2" if inside_begins else "10.1.0.1"
            nc.UdpEchoClient(ends[0], address, port=7, MaxPackets=1)
            nc.run(until=300)
            self.assertEqual(len(lines), expected)
            self.assertEqual(len(drops), 0 if inside_begins else 1)
        self.assertEqual((drops[0].kind, drops[0].reason), ("DROP", "rule"))
        self.assertEqual((drops[0].source, drops[0].destination), ("10.2.0.2", "10.1.0.1"))
        self.assertEqual(len(drops[0].data), drops[0].length)
        self.assertEqual(drops[0].row["proto"], 17)

    def test_refused_rules(self):
        _, router, _ = router_between()
        unknown = firewall().to_dict()
        unknown["nftables"].append({"rule": {"family": "inet", "table": "none", "chain": "x"}})
        rows = [
            (nc.RulesetError, "", "{"),
            (nc.RulesetError, "", ""),
            (nc.RulesetError, "", {}),
            (nc.RulesetError, "none", unknown),
            (nc.RulesetError, "nonsense", firewall(helpers=[("nonsense", "tcp", 21)])),
            (TypeError, "Rules are a dict", 3),
            (FileNotFoundError, "nothing.json", pathlib.Path("nothing.json")),
        ]
        for kind, sentence, rules in rows:
            with self.subTest(rules=rules):
                self.refuse(kind, sentence, nc.Conntrack, router, ruleset=rules)
                self.assertIsNone(router.conntrack)
        self.assertTrue(issubclass(nc.RulesetError, ValueError))
        conntrack = nc.Conntrack(router, ruleset=firewall())
        self.refuse(nc.RulesetError, "none", conntrack.load_ruleset, unknown)
        self.assertEqual(conntrack.ruleset(), firewall().to_dict())

    def test_refused_installs(self):
        _, router, _ = router_between()
        self.refuse(ValueError, "has no IP stack", nc.Conntrack, nc.Node(stack=False))
        self.refuse(AttributeError, "no attribute 'Nonsense'", nc.Conntrack, router, Nonsense=1)
        self.refuse(ValueError, "v3.9, v5.10, v6.18", nc.Conntrack, router, Profile="v1.0")
        self.refuse(TypeError, "incompatible", nc.Conntrack, None)
        self.refuse(TypeError, "incompatible", nc.Conntrack, "router")
        conntrack = nc.Conntrack(router, Profile="v6.18")
        self.assertIs(router.conntrack, conntrack)
        self.refuse(ValueError, "has a Conntrack already", nc.Conntrack, router)

    def test_refused_firewalls(self):
        rows = [
            ("'tcp', 'udp', 'sctp' or 'udplite', not 'icmp'", {"from_inside": [("icmp", 1)]}),
            ("from 1 to 65535, not 65536", {"from_inside": [("tcp", 65536)]}),
            ("from 1 to 65535, not 'http'", {"from_inside": [("tcp", "http")]}),
            ("(protocol, first, last), not ('tcp',)", {"from_outside": [("tcp",)]}),
            ("(helper, protocol, port), not ('ftp', 21)", {"helpers": [("ftp", 21)]}),
        ]
        for sentence, changes in rows:
            with self.subTest(changes=changes):
                self.refuse(ValueError, sentence, firewall, **changes)

    def test_interface_names(self):
        client, router, server = router_between()
        conntrack = nc.Conntrack(router)
        conntrack.name_interface(router.devices[1], "lan")
        conntrack.load_ruleset(nc.StatefulFirewall(inside="lan"))
        foreign = client.devices[1]
        self.refuse(ValueError, "not one of the node's", conntrack.name_interface, foreign, "x")
        long = "a" * 16
        mine = router.devices[2]
        self.refuse(ValueError, "1 to 15 characters", conntrack.name_interface, mine, long)
        log = nc.EventLog(conntrack)
        nc.UdpEchoServer(server)
        nc.UdpEchoClient(client, "10.2.0.2", MaxPackets=1)
        nc.run(until=10)
        self.assertEqual([row["event"] for row in log.rows()], ["NEW", "UPDATE"])


class Events(PackageTest):
    def echo(self, **attributes):
        """The example of README.md: its Conntrack and log, after 300 s."""
        client, router, server = nc.nodes(3)
        nc.Link.point_to_point(client, router).assign("10.1.0.0/24")
        nc.Link.point_to_point(router, server).assign("10.2.0.0/24")
        nc.populate_routes()
        conntrack = nc.Conntrack(router, ruleset=firewall(), **attributes)
        log = nc.EventLog(conntrack)
        nc.UdpEchoServer(server, Port=7)
        nc.UdpEchoClient(client, "10.2.0.2", port=7, start=1)
        return conntrack, log

    def test_lines_equal_the_cpp_example(self):
        _, log = self.echo(Acct=True, Timestamp=True)
        nc.run(until=300)
        readme = (TOP / "README.md").read_text()
        block = re.search(r"```text\n(.*?)\n```", readme, re.DOTALL)[1]
        self.assertEqual("\n".join(log.lines()), block)

    def test_rows(self):
        conntrack, log = self.echo(Acct=True)
        heard = []
        conntrack.trace("Connection", heard.append)
        nc.run(until=300)
        rows = log.rows()
        self.assertEqual([event.row for event in heard], rows)
        self.assertEqual([event.line for event in heard], log.lines())
        self.assertEqual(json.loads(json.dumps(rows)), rows)
        self.assertEqual(len(log), 4)
        self.assertEqual(rows[0]["t"], round(heard[0].time, 6))
        last = heard[-1]
        self.assertEqual((last.kind, last.reason, last.events), ("DESTROY", "expired", ["DESTROY"]))
        self.assertEqual(last.connection.packets, (100, 100))
        self.assertEqual(last.connection.bytes, (12800, 12800))
        self.assertEqual((heard[0].kind, heard[0].reason), ("NEW", None))
        log.clear()
        self.assertEqual((len(log), log.rows()), (0, []))

    def test_snapshots_stay(self):
        conntrack, _ = self.echo()
        nc.run(until=2)
        (connection,) = conntrack.connections()
        original, reply = connection.original, connection.reply
        self.assertEqual((original.source, original.destination_port), ("10.1.0.1", 7))
        self.assertEqual((original.protocol_name, original.family), ("udp", "ipv4"))
        self.assertEqual(original.source, reply.destination)
        self.assertEqual(len({original, connection.original, reply}), 2)
        self.assertNotEqual(original, None)
        self.assertEqual(connection.status, ["SEEN_REPLY", "CONFIRMED"])
        self.assertIsNone(connection.state)
        self.assertAlmostEqual(connection.timeout, 30, delta=1)
        self.assertIn("src=10.1.0.1", connection.line)
        self.assertEqual(connection.row["orig"]["dport"], 7)
        conntrack.flush()
        self.assertEqual(conntrack.connections(), [])
        nc.destroy()
        del conntrack
        self.assertEqual((original.source, connection.id), ("10.1.0.1", 1))
        with self.assertRaises(AttributeError):
            connection.mark = 3

    def test_statistics_and_log(self):
        client, router, server = router_between()
        logging = firewall().to_dict()
        chain = {"family": "inet", "table": "fw", "chain": "forward"}
        statement = {"log": {"prefix": "seen: "}}
        logging["nftables"].append({"rule": {**chain, "expr": [statement]}})
        conntrack = nc.Conntrack(router, ruleset=logging)
        lines = []
        conntrack.trace("Log", lines.append)
        nc.UdpEchoServer(client)
        nc.UdpEchoClient(server, "10.1.0.1", MaxPackets=2)
        nc.run(until=10)
        self.assertEqual(len(lines), 2)
        self.assertTrue(lines[0].startswith("seen: IN=eth2 OUT=eth1 "), lines[0])
        self.assertEqual(conntrack.statistics["invalid"], 0)
        self.assertEqual(set(conntrack.statistics.values()), {0})

    def test_frame(self):
        try:
            import pandas
        except ImportError:
            self.skipTest("pandas is not installed")
        _, log = self.echo(Acct=True)
        nc.run(until=300)
        frame = nc.events_frame(log)
        self.assertIsInstance(frame, pandas.DataFrame)
        self.assertEqual(list(frame["event"]), ["NEW", "UPDATE", "UPDATE", "DESTROY"])
        self.assertEqual(frame["counters_orig.packets"].iloc[-1], 100)
        self.assertEqual(len(nc.events_frame([])), 0)


class Ftp(PackageTest):
    def test_the_example(self):
        import ftp_scenario

        events, transfers = ftp_scenario.scenario(helper=True)
        self.assertEqual([row["outcome"] for row in transfers], ["Completed"] * 4)
        self.assertEqual({row["bytes"] for row in transfers}, {50000})
        expected = [row for row in events if row["table"] == "expect" and row["event"] == "NEW"]
        self.assertEqual(len(expected), 4)
        children = [row for row in events if row["event"] == "NEW" and "master" in row]
        self.assertEqual(len([row for row in children if row["table"] == "conntrack"]), 4)

        again, _ = ftp_scenario.scenario(helper=True)
        self.assertEqual(again, events)

        events, transfers = ftp_scenario.scenario(helper=False)
        outcomes = {row["client"]: row["outcome"] for row in transfers}
        self.assertEqual(outcomes, {"Active": "DataTimedOut", "Passive": "Completed"})
        self.assertFalse([row for row in events if row["table"] == "expect"])

    def test_records(self):
        client, router, server = router_between()
        conntrack = nc.Conntrack(router, ruleset=firewall(helpers=[("ftp", "tcp", 21)]))
        expected, snapshots, heard = [], [], {"Transfer": [], "Session": [], "Control": []}

        def on_expectation(event):
            expected.append(event)
            snapshots.append((conntrack.expectations(), conntrack.connections()))

        conntrack.trace("Expectation", on_expectation)
        ftp_server = nc.FtpServer(server)
        ftp = nc.FtpClient(client, "fd00:2::2", start=3, Mode="ExtendedPassive", FileSize=1e9)
        ftp.set("FileSize", nc.create("ns3::ConstantRandomVariable", Constant=3000))
        for source, records in heard.items():
            ftp.trace(source, records.append)
        self.assertEqual(sorted(ftp.trace_sources()), ["Control", "Session", "Transfer"])
        nc.run(until=60)
        self.assertEqual((ftp.sessions_done, ftp_server.sessions), (1, 0))
        (transfer,) = heard["Transfer"]
        self.assertEqual((transfer.operation, transfer.mode), ("Retrieve", "ExtendedPassive"))
        self.assertEqual((transfer.outcome, transfer.bytes, transfer.wrong), ("Completed", 3000, 0))
        self.assertEqual(transfer.peer[0], "fd00:2::2")
        self.assertLess(transfer.begin, transfer.opened)
        self.assertLess(transfer.opened, transfer.end)
        (session,) = heard["Session"]
        self.assertEqual((session.outcome, session.completed), ("Quit", 1))
        self.assertEqual(session.peer, ("fd00:2::2", 21))
        sent = [line.text.split()[0] for line in heard["Control"] if line.sent]
        self.assertEqual((sent[0], sent[-1]), ("USER", "QUIT"))
        self.assertIn("EPSV", sent)
        self.assertEqual([event.kind for event in expected], ["NEW", "DESTROY"])
        self.assertEqual(expected[1].reason, "used")
        self.assertEqual(expected[0].expectation.master.destination_port, 21)
        self.assertEqual(expected[0].expectation.helper, "ftp")
        self.assertEqual(snapshots[0][0][0].tuple, expected[0].expectation.tuple)
        self.assertEqual(snapshots[0][1][0].helper, "ftp")

    def test_refused(self):
        client, _, server = router_between()
        nc.FtpServer(server)
        nc.UdpEchoServer(server)
        bare = nc.Node(stack=False)
        only4 = nc.Node(stack=False)
        only4.install_stack(ipv6=False)
        rows = [
            ("has a FtpServer at port 21 already", nc.FtpServer, [server], {}),
            ("are no range", nc.FtpServer, [client], {"PassivePortMin": 9, "PassivePortMax": 8}),
            ("are no range", nc.FtpServer, [client], {"PassivePortMax": 8}),
            ("has no IP stack", nc.FtpServer, [bare], {}),
            ("is no IP address", nc.FtpClient, [client, "server"], {}),
            ("is no IP address", nc.FtpClient, [client, "10.2.0.2", 0], {}),
            ("has no IPv4 stack", nc.FtpClient, [bare, "10.2.0.2"], {}),
            ("has no IPv6 stack", nc.FtpClient, [only4, "fd00::1"], {}),
            ("more than 1", nc.FtpClient, [client, "::1"], {"StoreShare": 0.6, "ListShare": 0.6}),
            ("Active|", nc.FtpClient, [client, "10.2.0.2"], {"Mode": "Sideways"}),
            ("later than start", nc.FtpClient, [client, "10.2.0.2"], {"start": 5, "stop": 5}),
            ("start cannot be -1", nc.FtpClient, [client, "10.2.0.2"], {"start": -1}),
            ("has a UdpEchoServer at port 9", nc.UdpEchoServer, [server], {}),
            ("has no IPv6 stack", nc.UdpEchoServer, [only4], {}),
        ]
        for sentence, call, arguments, attributes in rows:
            with self.subTest(sentence=sentence):
                self.refuse(ValueError, sentence, call, *arguments, **attributes)
        self.assertEqual(client.applications, [])
        nc.run(until=1)


class Documentation(PackageTest):
    def test_everything_has_a_docstring(self):
        for name in nc.__all__:
            thing = getattr(nc, name)
            self.assertTrue(thing.__doc__, name)
            for part, value in vars(thing).items() if isinstance(thing, type) else ():
                if not part.startswith("_") and callable(value) or isinstance(value, property):
                    self.assertTrue(value.__doc__, f"{name}.{part}")

    def test_the_docstrings_example(self):
        lines = re.findall(r"^    (.*)\n", nc.__doc__, re.MULTILINE)
        done = subprocess.run(
            [sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True
        )
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(len(done.stdout.splitlines()), 4)


if __name__ == "__main__":
    unittest.main()
