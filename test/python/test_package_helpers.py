# SPDX-License-Identifier: GPL-2.0-only
"""The package's helper registry, and helpers and expectfns in Python."""

import gc
import unittest
import weakref

from package_case import PackageTest, firewall, nc, router_between
from toy_helper import PORT, Toy


class Registry(PackageTest):
    def registry(self):
        (node,) = nc.nodes(1)
        return nc.Conntrack(node).helpers

    def test_what_is_there(self):
        registry = self.registry()
        self.assertIn("ftp", registry)
        self.assertNotIn("toy", registry)
        names = [(helper.name, helper.family, helper.protocol, helper.port) for helper in registry]
        self.assertEqual(len(names), len(registry))
        self.assertIn(("ftp", "ipv6", "tcp", 21), names)
        self.assertIn(("sip", "ipv4", "udp", 5060), names)
        ftp = registry.find("ftp")
        self.assertEqual(ftp.policies, [{"name": "", "max_expected": 1, "timeout": 300.0}])
        self.assertEqual(repr(ftp), "<Helper ftp ipv4 tcp port 21>")
        self.assertIsNone(registry.find("ftp", protocol="udp"))
        known = sorted({helper.name for helper in registry})
        self.assertEqual(repr(registry), f"<HelperRegistry: {', '.join(known)}>")
        self.assertLessEqual({"amanda", "ftp", "irc", "sane", "sip", "tftp"}, set(known))
        self.refuse(ValueError, "'ipx'", registry.find, "ftp", "ipx")
        self.refuse(ValueError, "not 'icmp'", registry.find, "ftp", protocol="icmp")

    def test_policies_and_attributes(self):
        ftp = self.registry().find("ftp")
        ftp.set_policy(max_expected=8, timeout="2s")
        self.assertEqual(ftp.policies, [{"name": "", "max_expected": 8, "timeout": 2.0}])
        ftp.set("Loose", True)
        self.assertTrue(ftp.get("Loose"))
        self.refuse(ValueError, "no class 1, it has 1", ftp.set_policy, 1)
        self.refuse(ValueError, "timeout", ftp.set_policy, timeout=-1)

    def test_further_ports(self):
        registry = self.registry()
        registry.load("ftp", [2121], Loose=True)
        self.assertTrue(registry.find("ftp-2121").get("Loose"))
        self.assertFalse(registry.find("ftp").get("Loose"))
        registry.unregister("ftp-2121")
        self.assertNotIn("ftp-2121", registry)
        self.refuse(ValueError, "tftp7", registry.load, "tftp7")
        self.refuse(ValueError, "name or port is taken", registry.load, "ftp")
        self.refuse(AttributeError, "Strict", registry.load, "ftp", [99], Strict=True)
        self.assertNotIn("ftp-99", registry)
        self.refuse(ValueError, "no such helper: 'ftp-99'", registry.unregister, "ftp-99")
        registry.unregister(registry.find("ftp", "ipv6"))
        self.assertIsNotNone(registry.find("ftp"))
        self.assertIsNone(registry.find("ftp", "ipv6"))

    def test_what_is_no_helper(self):
        registry = self.registry()
        before = repr(registry)
        for kind, sentence, changes in [
            (ValueError, "1 to 15 characters without blanks, not ''", {"name": ""}),
            (ValueError, "1 to 15 characters", {"name": "a" * 16}),
            (ValueError, "without blanks, not 'a b'", {"name": "a b"}),
            (ValueError, "without blanks", {"name": "a\0b"}),
            (TypeError, "name is a text, not 3", {"name": 3}),
            (ValueError, "not 'icmp'", {"protocol": "icmp"}),
            (ValueError, "not 'unknown'", {"protocol": "unknown"}),
            (TypeError, "port is a number from 0 to 65535, not 70000", {"port": 70000}),
            (TypeError, "port is a number", {"port": "21"}),
            (ValueError, "'ipx'", {"family": "ipx"}),
            (ValueError, "1 to 4 policies, not 0", {"policies": []}),
            (ValueError, "1 to 4 policies, not 5", {"policies": [{}] * 5}),
            (TypeError, "policies are a list of dicts, not 3", {"policies": 3}),
            (TypeError, "policies are dicts, not 3", {"policies": [3]}),
            (ValueError, "'max_expected' = 256", {"policies": [{"max_expected": 256}]}),
            (ValueError, "'most' = 1", {"policies": [{"most": 1}]}),
            (ValueError, "timeout", {"policies": [{"timeout": -1}]}),
            (ValueError, "'ftp' cannot be registered: its name", {"name": "ftp"}),
        ]:
            with self.subTest(changes=changes):
                helper = Toy()
                for name, value in changes.items():
                    setattr(helper, name, value)
                self.refuse(kind, sentence, registry.register, helper)
        self.assertEqual(repr(registry), before)
        self.refuse(
            TypeError, "is a ns3conntrack.ProtocolHelper, not 'toy'", registry.register, "toy"
        )

    def test_parameters_of_irc_and_amanda(self):
        registry = self.registry()
        irc = registry.find("irc")
        self.assertEqual(irc.policies, [{"name": "", "max_expected": 8, "timeout": 300.0}])
        irc.set("MaxDccChannels", 2)
        irc.set("DccTimeout", "7s")
        self.assertEqual(irc.policies, [{"name": "", "max_expected": 2, "timeout": 7.0}])
        for channels in (0, 256, "many"):
            with self.assertRaises((TypeError, ValueError)):
                irc.set("MaxDccChannels", channels)
        with self.assertRaises(ValueError):
            registry.find("amanda", protocol="udp").set("MasterTimeout", "-1s")
        self.assertIsNone(registry.find("irc", "ipv6"))

    def test_rules_name_them(self):
        services = [
            ("tftp", "udp", 69),
            ("irc", "tcp", 6667),
            ("amanda", "udp", 10080),
            ("sane", "tcp", 6566),
        ]
        for service in services:
            with self.subTest(service):
                (node,) = nc.nodes(1)
                rules = nc.StatefulFirewall(helpers=[service], masquerades=True)
                self.assertIn(service[0], str(nc.Conntrack(node, ruleset=rules).ruleset()))
        (node,) = nc.nodes(1)
        other = nc.StatefulFirewall(helpers=[("irc", "udp", 6667)])
        self.refuse(ValueError, "irc", nc.Conntrack, node, ruleset=other)

    def test_one_helper_of_two_transports(self):
        (node,) = nc.nodes(1)
        both = [("sip", "udp", 5060), ("sip", "tcp", 5060)]
        conntrack = nc.Conntrack(node, ruleset=nc.StatefulFirewall(helpers=both))
        self.assertIsNotNone(conntrack.ruleset())

    def test_expectfns(self):
        registry = self.registry()
        registry.register_expectfn("mine", lambda new: None)
        registry.unregister_expectfn("mine")
        self.refuse(ValueError, "No expectfn 'mine'", registry.unregister_expectfn, "mine")
        self.refuse(ValueError, "has a name", registry.register_expectfn, "", lambda new: None)
        self.refuse(ValueError, "No expectfn 'sip'", registry.unregister_expectfn, "sip")

    def test_after_the_simulation(self):
        registry = self.registry()
        ftp = registry.find("ftp")
        nc.destroy()
        self.refuse(RuntimeError, "destroyed", registry.find, "ftp")
        self.refuse(RuntimeError, "destroyed", registry.register, Toy())
        self.assertEqual(ftp.name, "ftp")


class SessionTest(PackageTest):
    """An FTP session in active mode whose helper is Python's."""

    def begin(self, helper, masquerades=False):
        self.client, router, server = router_between()
        self.conntrack = nc.Conntrack(router)
        self.conntrack.helpers.register(helper)
        self.rules = firewall(helpers=[("toy", "tcp", 21)], masquerades=masquerades)
        self.conntrack.load_ruleset(self.rules)
        nc.FtpServer(server)
        self.outcomes = self.transfer(start=1)
        self.log = nc.EventLog(self.conntrack)

    def transfer(self, start):
        """A session of two transfers; their outcomes, as they come."""
        outcomes = []
        ftp = nc.FtpClient(
            self.client, "10.2.0.2", start=start, Mode="Active", Transfers=2, DataTimeout=5
        )
        ftp.trace("Transfer", lambda done: outcomes.append(done.outcome))
        return outcomes


class Helping(SessionTest):
    def test_opens_the_firewall(self):
        helper = Toy()
        self.begin(helper)
        nc.run(until=200)
        self.assertEqual(self.outcomes, ["Completed", "Completed"])
        self.assertGreater(helper.seen, 10)
        self.assertEqual(helper.ended, [{"ports": 2}])  # one memory for the whole session
        expectations = [row for row in self.log.rows() if row["table"] == "expect"]
        self.assertEqual(expectations[0]["helper"], "toy")
        self.assertEqual(expectations[0]["timeout"], 30)
        self.assertEqual(self.conntrack.statistics["expect_new"], 2)

    def test_behind_nat_as_the_helper_of_the_kernel(self):
        """The same events as with FTP's own helper but for the name."""

        def events(helper, name):
            nc.destroy()
            client, router, server = router_between()
            conntrack = nc.Conntrack(router)
            if helper:
                helper.policies = [{"max_expected": 1, "timeout": 300}]
                conntrack.helpers.register(helper)
            conntrack.load_ruleset(firewall(helpers=[(name, "tcp", 21)], masquerades=True))
            nc.FtpServer(server)
            nc.FtpClient(client, "10.2.0.2", start=1, Mode="Active", Transfers=3)
            log = nc.EventLog(conntrack)
            nc.run(until=200)
            return [line.replace(f"helper={name}", "helper=*") for line in log.lines()]

        own = events(Toy(), "toy")
        self.assertEqual(own, events(None, "ftp"))
        self.assertTrue(any("[NEW]" in line and "dst=10.2.0.1" in line for line in own))

    def test_a_helper_that_does_nothing_opens_nothing(self):
        helper = Toy()
        helper.help = lambda packet, memory: None
        self.begin(helper)
        nc.run(until=60)
        self.assertNotIn("Completed", self.outcomes)

    def test_swapped_in_the_run(self):
        """A blind helper first; the session after it has one that sees."""
        blind, seeing = Toy(), Toy()
        blind.help = lambda packet, memory: None
        self.begin(blind)

        def swap():
            self.conntrack.helpers.unregister(blind)
            self.conntrack.helpers.register(seeing)
            self.conntrack.load_ruleset(self.rules)

        nc.schedule(60, swap)
        later = self.transfer(start=61)
        nc.run(until=200)
        self.assertNotIn("Completed", self.outcomes)
        self.assertEqual(later, ["Completed", "Completed"])
        self.assertGreater(seeing.seen, 0)

    def test_taken_out_in_the_run(self):
        """Rules that name it go on without effect, and its connections have no helper."""
        helper = Toy()
        self.begin(helper)
        nc.schedule(1.02, self.conntrack.helpers.unregister, helper)
        nc.run(until=1.01)
        self.assertEqual([c.helper for c in self.conntrack.connections()], ["toy"])
        nc.run(until=1.03)
        self.assertEqual([c.helper for c in self.conntrack.connections()], [None])
        seen = helper.seen
        later = self.transfer(start=300)
        nc.run(until=400)
        self.assertEqual(helper.seen, seen)
        self.assertNotIn("Completed", self.outcomes + later)

    def test_dropping(self):
        lines = []
        helper = Toy()

        def refuse(packet, memory):
            return packet.drop("no words today") if packet.payload else None

        helper.help = refuse
        self.begin(helper)
        self.conntrack.trace("Log", lines.append)
        nc.run(until=30)
        self.assertEqual(self.outcomes, [])
        self.assertIn("nf_ct_toy: dropping packet: no words today ", lines)

    def test_what_an_expectation_may_not_be(self):
        said = []
        helper = Toy()

        def wrong(packet, memory):
            if packet.payload and not said:
                self.try_all(packet, said)

        helper.help = wrong
        self.begin(helper)
        nc.run(until=30)
        self.assertEqual(len(said), 9)
        for sentence, text in zip(
            [
                "'fd00::1' is no ipv4 address",
                "'no' is no ipv4 address",
                "no class 1, it has 1",
                "no expectfn 'absent'",
                "no helper 'absent'",
                "not 'icmp'",
                "no text of 1000 at 0",
                "destination_port is a port from 0 to 65535, not 70000",
                "source_port is a port from 0 to 65535, not -1",
            ],
            said,
        ):
            self.assertIn(sentence, text)

    def try_all(self, packet, said):
        def attempt(call, *arguments, **keywords):
            try:
                call(*arguments, **keywords)
            except ValueError as error:
                said.append(str(error))
            else:
                said.append("was taken")

        attempt(packet.expect, "fd00::1", 5)
        attempt(packet.expect, "no", 5)
        attempt(packet.expect, "10.1.0.1", 5, class_number=1)
        attempt(packet.expect, "10.1.0.1", 5, expectfn="absent")
        attempt(packet.expect, "10.1.0.1", 5, helper="absent")
        attempt(packet.expect, "10.1.0.1", 5, protocol="icmp")
        attempt(packet.announce, 0, 1000, Toy.render, "10.1.0.1", 5)
        attempt(packet.expect, "10.1.0.1", 70000)
        attempt(packet.expect, "10.1.0.1", 5, source_port=-1)

    def test_a_render_that_fails(self):
        """Behind NAT, where it is called: the packet passes, nothing is left of the attempt."""
        for render, kind in [(lambda *_: 3, TypeError), (lambda *_: 1 / 0, ZeroDivisionError)]:
            nc.destroy()
            helper = Toy()
            helper.render = render
            self.begin(helper, masquerades=True)
            with self.assertRaises(kind):
                nc.run(until=30)

    def test_a_render_that_fails_leaves_the_text(self):
        helper, seen = Toy(), []
        helper.render = lambda *_: 1 / 0

        def careful(packet, memory):
            before = packet.payload
            try:
                return Toy.help(helper, packet, memory)
            except ZeroDivisionError:
                seen.append((before, packet.payload))
                return None

        helper.help = careful
        self.begin(helper, masquerades=True)
        nc.run(until=30)
        self.assertTrue(seen)
        self.assertEqual([before for before, _ in seen], [after for _, after in seen])

    def test_a_packet_is_of_no_use_later(self):
        kept = []
        helper = Toy()
        helper.help = lambda packet, memory: kept.append(packet)
        self.begin(helper)
        nc.run(until=2)
        self.assertGreater(len(kept), 2)
        for call in [
            lambda: kept[0].payload,
            lambda: kept[0].connection,
            lambda: kept[0].expect("10.1.0.1", 5),
            lambda: kept[0].drop("late"),
            lambda: kept[0].sender,
        ]:
            self.refuse(RuntimeError, "only while it is called", call)

    def test_exceptions(self):
        for place, kind in [("help", ZeroDivisionError), ("verdict", TypeError)]:
            with self.subTest(place=place):
                nc.destroy()
                helper = Toy()
                helper.help = (
                    (lambda packet, memory: 1 / 0)
                    if place == "help"
                    else (lambda packet, memory: 3)
                )
                self.begin(helper)
                with self.assertRaises(kind):
                    nc.run(until=30)
                helper.help = lambda packet, memory: None
                nc.run(until=40)  # it goes on

    def test_a_helper_changes_nothing_else(self):
        helper = Toy()
        helper.help = lambda packet, memory: self.conntrack.flush()
        self.begin(helper)
        with self.assertRaisesRegex(RuntimeError, "trace|callback|schedule"):
            nc.run(until=30)

    def test_errors_about_a_connection_are_not_its_packets(self):
        """What an ICMP error quotes, anybody may have written: no helper reads it."""

        class Reader(nc.ProtocolHelper):
            name, protocol, port = "toy", "udp", 7000

            def __init__(self):
                self.payloads = []

            def help(self, packet, memory):
                self.payloads.append(packet.payload)

        client, router, server = router_between()
        conntrack = nc.Conntrack(router)
        helper = Reader()
        conntrack.helpers.register(helper)
        conntrack.load_ruleset(firewall(helpers=[("toy", "udp", 7000)]))
        crossed = []
        conntrack.set("Acct", True)
        service = nc.UdpSocket(server, 7000)
        asking = nc.UdpSocket(client, 4000)
        nc.schedule(1, asking.send, b"hello", "10.2.0.2", 7000)
        nc.schedule(2, service.send, b"answer", "10.1.0.1", 4000)
        nc.schedule(3, asking.close)
        nc.schedule(4, service.send, b"to nobody", "10.1.0.1", 4000)
        server.devices[1].trace("PhyRxEnd", lambda packet: crossed.append(nc.now()))
        nc.run(until=10)
        self.assertEqual(helper.payloads, [b"hello", b"answer", b"to nobody"])
        self.assertGreater(crossed[-1], 4)  # the error came through

    def test_a_class_without_help(self):
        class Nothing(nc.ProtocolHelper):
            name, port = "toy", 7021

        self.begin(Nothing())
        with self.assertRaisesRegex(NotImplementedError, "Nothing has no method help"):
            nc.run(until=30)

    def test_two_routers_and_two_runs(self):
        results = []
        for _ in range(2):
            nc.destroy()
            helper = Toy()
            self.begin(helper)
            (other,) = nc.nodes(1)
            nc.Conntrack(other).helpers.register(helper)
            nc.run(until=100)
            results.append((self.log.lines(), helper.seen))
        self.assertEqual(results[0], results[1])

    def test_nothing_leaks(self):
        references = []
        for _ in range(20):
            helper = Toy()
            self.begin(helper)
            nc.run(until=3)
            references.append(weakref.ref(helper))
            del helper
            nc.destroy()
        del self.conntrack, self.log
        gc.collect()
        self.assertEqual([reference() for reference in references], [None] * 20)


class ExpectFunctions(SessionTest):
    def test_marks_what_was_expected(self):
        seen = []

        def mark(new):
            new.mark = 7
            seen.append((new.master.original.destination_port, new.expectation.flags))

        helper = Toy()
        helper.help = self.expecting("mark")
        self.begin(helper)
        self.conntrack.helpers.register_expectfn("mark", mark)
        nc.run(until=10)
        self.assertEqual(self.outcomes, ["Completed", "Completed"])
        self.assertEqual(seen, [(21, []), (21, [])])
        marks = {c.original.destination_port: c.mark for c in self.conntrack.connections()}
        self.assertEqual(marks.pop(21), 0)
        self.assertEqual(set(marks.values()), {7})

    def test_may_apply_another(self):
        said = []

        def function(new):
            for name in ("absent", "mark"):
                try:
                    new.apply(name)
                except ValueError as error:
                    said.append(str(error))
            new.apply("nat-follow-master")

        helper = Toy()
        helper.help = self.expecting("mark")
        self.begin(helper)
        self.conntrack.helpers.register_expectfn("mark", function)
        nc.run(until=10)
        self.assertEqual(self.outcomes, ["Completed", "Completed"])
        self.assertIn("no expectfn 'absent'", said[0])
        self.assertIn("call it yourself", said[1])

    def test_exceptions_and_later_use(self):
        kept = []
        helper = Toy()
        helper.help = self.expecting("mark")
        self.begin(helper)
        self.conntrack.helpers.register_expectfn("mark", lambda new: (kept.append(new), 1 / 0))
        with self.assertRaises(ZeroDivisionError):
            nc.run(until=10)
        self.refuse(RuntimeError, "only while it is called", lambda: kept[0].mark)

    @staticmethod
    def expecting(name):
        def help_(packet, memory):
            found = PORT.search(packet.payload)
            if found and packet.direction == "original":
                port = int(found[5]) * 256 + int(found[6])
                packet.expect(packet.sender.source, port, expectfn=name)

        return help_


if __name__ == "__main__":
    unittest.main()
