# SPDX-License-Identifier: GPL-2.0-only
"""The package ns3conntrack: networks, rules, events and applications, and what it refuses."""

import importlib.util
import json
import pathlib
import re
import struct
import subprocess
import sys
import tempfile
import unittest

from package_case import PackageTest, firewall, nc, router_between

TOP = pathlib.Path(__file__).resolve().parents[2]
README = (TOP / "README.md").read_text()
sys.path.insert(0, str(TOP / "examples" / "python"))


class Networks(PackageTest):
    def test_a_bridge(self):
        """Two Ethernets, joined by a switch without a stack, are one network."""
        client, server = nc.nodes(2)
        switch = nc.Node(stack=False)
        near, far = nc.Link.csma([client, switch]), nc.Link.csma([switch, server])
        bridge = nc.bridge([near.devices[1], far.devices[0]], ExpirationTime=60)
        near.devices[0].add_address("10.1.0.1/24")
        far.devices[1].add_address("10.1.0.2/24")
        conntrack = nc.Conntrack(server)
        nc.UdpEchoServer(server)
        nc.UdpEchoClient(client, "10.1.0.2", start=1, MaxPackets=2)
        nc.run(until=5)
        self.assertEqual(bridge.node.id, switch.id)
        self.assertEqual([c.original.source for c in conntrack.connections()], ["10.1.0.1"])

    def test_what_cannot_be_bridged(self):
        one, other, switch = nc.nodes(3)
        cable = nc.Link.point_to_point(one, switch)
        near, far = nc.Link.csma([one, switch]), nc.Link.csma([other, switch])
        self.refuse(ValueError, "one device or more", nc.bridge, [])
        self.refuse(ValueError, "of one node", nc.bridge, near.devices)
        self.refuse(ValueError, "cannot be in a bridge", nc.bridge, [cable.devices[1]])
        self.refuse(TypeError, "not None", nc.bridge, [near.devices[1], None])
        self.refuse(AttributeError, "Speed", nc.bridge, [near.devices[1]], Speed=1)
        nc.bridge([near.devices[1]])
        self.refuse(ValueError, "is in a bridge already", nc.bridge, [near.devices[1]])
        far.devices[1].add_address("10.2.0.1/24")
        self.refuse(ValueError, "has an address", nc.bridge, [far.devices[1]])

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
        self.assertEqual((drops[0].kind, drops[0].reason), ("DROP", "Rule"))
        self.assertEqual((drops[0].source, drops[0].destination), ("10.2.0.2", "10.1.0.1"))
        self.assertEqual(len(drops[0].data), drops[0].length)
        row = drops[0].row
        self.assertEqual((row["drop"], row["proto"], row["dport"]), ("Rule", 17, 7))

    def test_refused_rules(self):
        _, router, _ = router_between()
        unknown = firewall().to_dict()
        unknown["nftables"].append({"rule": {"family": "inet", "table": "none", "chain": "x"}})
        rows = [
            (nc.RulesetError, "", "{"),
            (nc.RulesetError, "a file is given as pathlib.Path", "/etc/rules.json"),
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
        block = re.search(r"```text\n(.*?)\n```", README, re.DOTALL)[1]
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
        self.assertEqual((last.kind, last.reason, last.events), ("DESTROY", "Expired", ["DESTROY"]))
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

    def test_the_example_as_a_program(self):
        program = [sys.executable, str(TOP / "examples" / "python" / "ftp_scenario.py")]
        done = subprocess.run(program, capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout.count("Completed"), 6)
        self.assertEqual(done.stdout.count("DataTimedOut"), 2)

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
        self.assertEqual(expected[1].reason, "Used")
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

    def test_docstrings_name_no_types_of_cpp(self):
        for name in nc.__all__:
            thing = getattr(nc, name)
            parts = [thing, *vars(thing).values()] if isinstance(thing, type) else [thing]
            for part in parts:
                text = part.fget.__doc__ if isinstance(part, property) else part.__doc__
                self.assertNotRegex((text or "").split("\n")[0], r"::.* -> | -> .*::", name)
        self.assertEqual(nc.Node.__module__, "ns3conntrack")

    def test_stubs(self):
        if importlib.util.find_spec("mypy") is None:
            self.skipTest("mypy is not installed")
        command = [sys.executable, "-m", "mypy.stubtest", "--concise"]
        command += ["--mypy-config-file", str(TOP / "pyproject.toml"), "ns3conntrack._native"]
        done = subprocess.run(command, cwd=TOP, capture_output=True, text=True)
        # pybind11's metaclass, and the __init__ of classes that cannot be made.
        known = re.compile(
            r'metaclass differs$|__init__ is inconsistent, .*\*args argument "args"$'
        )
        lines = (done.stdout + done.stderr).splitlines()
        self.assertEqual([line for line in lines if not known.search(line)], [])

    def test_the_readme(self):
        shown = re.search(
            r"```python\n(.*?)```\n\nIt prints\n\n((?:    [^\n]*\n)*)", README, re.DOTALL
        )
        done = subprocess.run([sys.executable, "-c", shown[1]], capture_output=True, text=True)
        self.assertEqual(done.stderr, "")
        self.assertEqual(done.stdout, re.sub("^    ", "", shown[2], flags=re.MULTILINE))

    def test_the_docstrings_example(self):
        lines = re.findall(r"^    (.*)\n", nc.__doc__, re.MULTILINE)
        done = subprocess.run(
            [sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True
        )
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(len(done.stdout.splitlines()), 4)


if __name__ == "__main__":
    unittest.main()
