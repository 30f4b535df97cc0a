# SPDX-License-Identifier: GPL-2.0-only
"""The package ns3conntrack: tables, lookups, deletions and DataFrames."""

import unittest

from package_case import PackageTest, firewall, nc, router_between

try:
    import pandas
except ImportError:
    pandas = None


def traffic(**rules):
    """An echo over IPv4 and one over IPv6, and an FTP transfer in active mode: router, log."""
    client, router, server = router_between()
    rules = firewall(helpers=[("ftp", "tcp", 21)], **rules)
    conntrack = nc.Conntrack(router, ruleset=rules, Acct=True)
    log = nc.EventLog(conntrack)
    nc.UdpEchoServer(server, start=2)
    nc.UdpEchoClient(client, "10.2.0.2", start=3, MaxPackets=2)
    nc.UdpEchoClient(client, "fd00:2::2", start=3, MaxPackets=1)
    nc.UdpEchoClient(server, "10.1.0.1", start=3, MaxPackets=1)
    nc.FtpServer(server)
    nc.FtpClient(client, "10.2.0.2", start=3, Mode="Active", FileSize=1000000)
    return conntrack, log


class Lists(PackageTest):
    def test_filters(self):
        conntrack, _ = traffic()
        nc.run(until=3.5)
        everything = conntrack.connections()
        self.assertIsInstance(everything, nc.ConnectionList)
        rows = [
            ({"protocol": "tcp"}, lambda each: each.original.protocol == 6),
            ({"protocol": 17}, lambda each: each.original.protocol == 17),
            ({"family": "ipv6"}, lambda each: each.original.family == "ipv6"),
            ({"helper": "ftp"}, lambda each: each.helper == "ftp"),
            ({"state": "ESTABLISHED"}, lambda each: each.state == "ESTABLISHED"),
            ({"status": "ASSURED"}, lambda each: "ASSURED" in each.status),
            ({"address": "fd00:2::2"}, lambda each: each.original.destination == "fd00:2::2"),
            ({"destination_port": 21}, lambda each: each.original.destination_port == 21),
            (
                {"source": "10.1.0.1", "protocol": "udp"},
                lambda each: (each.original.source, each.original.protocol) == ("10.1.0.1", 17),
            ),
        ]
        for filters, test in rows:
            with self.subTest(filters=filters):
                chosen = [each.id for each in everything if test(each)]
                self.assertTrue(chosen)
                self.assertLess(len(chosen), len(everything))
                self.assertEqual([each.id for each in conntrack.connections(**filters)], chosen)
                self.assertEqual([each.id for each in everything.where(**filters)], chosen)
        self.assertEqual(len(conntrack.connections()), len(everything))
        self.assertEqual(conntrack.connections(protocol="sctp"), [])
        child = conntrack.connections(destination_port=21)[0].original
        self.assertEqual(len(conntrack.connections(master=child)), 1)

    def test_refused_filters(self):
        conntrack, _ = traffic()
        sentence = "There is no filter 'port', only protocol"
        self.refuse(TypeError, sentence, conntrack.connections, port=21)
        self.refuse(TypeError, sentence, conntrack.expectations, port=21)
        self.refuse(TypeError, sentence, conntrack.connections().where, port=21)

    def test_expectations(self):
        conntrack, _ = traffic()
        seen = []
        conntrack.trace("Expectation", lambda event: seen.append(conntrack.expectations()))
        nc.run(until=60)
        self.assertEqual([len(entries) for entries in seen], [1, 0])
        entries = seen[0]
        self.assertIsInstance(entries, nc.ExpectationList)
        rows = [
            ({"helper": "ftp"}, 1),
            ({"protocol": "tcp", "source": "10.2.0.2", "destination": "10.1.0.1"}, 1),
            ({"address": "10.1.0.1", "class_number": 0}, 1),
            ({"master": entries[0].master}, 1),
            ({"helper": "sip"}, 0),
            ({"flag": "PERMANENT"}, 0),
            ({"destination": "10.2.0.2"}, 0),
        ]
        for filters, count in rows:
            self.assertEqual(len(entries.where(**filters)), count, filters)


class Lookups(PackageTest):
    def test_find(self):
        conntrack, _ = traffic()
        nc.run(until=3.5)
        for each in conntrack.connections():
            self.assertEqual(conntrack.find(each.original).id, each.id)
            self.assertEqual(conntrack.find(each.reply).line, each.line)
        control = conntrack.connections(destination_port=21)[0].original
        same = nc.Tuple("tcp", "10.1.0.1", control.source_port, "10.2.0.2", 21)
        self.assertEqual(same, control)
        self.assertEqual(hash(same), hash(control))
        self.assertIsNone(conntrack.find(nc.Tuple(6, "10.1.0.1", 1, "10.2.0.2", 21)))
        elsewhere = nc.Tuple("tcp", "10.1.0.1", control.source_port, "10.2.0.2", 21, zone=7)
        self.assertIsNone(conntrack.find(elsewhere))

    def test_find_in_a_trace_callback(self):
        conntrack, _ = traffic()
        found = []
        conntrack.trace(
            "Connection",
            lambda event: found.append(conntrack.find(event.connection.original) is not None),
        )
        nc.run(until=3.5)
        self.assertEqual(set(found), {True})

    def test_delete(self):
        conntrack, log = traffic()
        nc.run(until=3.5)
        ids = [each.id for each in conntrack.connections()]
        reasons = []
        conntrack.trace("Connection", lambda event: reasons.append(event.reason))
        by_entry, by_tuple = conntrack.connections(protocol="udp")[:2]
        self.assertTrue(conntrack.delete(by_entry))
        self.assertTrue(conntrack.delete(by_tuple.reply))
        self.assertFalse(conntrack.delete(by_entry))
        self.assertFalse(conntrack.delete(by_tuple.original))
        left = [each.id for each in conntrack.connections()]
        self.assertEqual(left, [each for each in ids if each not in (by_entry.id, by_tuple.id)])
        self.assertEqual(reasons, ["Deleted", "Deleted"])
        self.refuse(TypeError, "a Tuple or a Connection, not 3", conntrack.delete, 3)

    def test_expectations(self):
        conntrack, _ = traffic()
        expected, found, gone = [], [], []

        def look(event):
            if event.kind == "NEW":
                wanted = event.expectation.tuple
                expected.append(wanted)
                packet = nc.Tuple(
                    "tcp", wanted.source, 20, wanted.destination, wanted.destination_port
                )
                found.append(conntrack.find_expectation(packet))
                nc.schedule(0, remove)
            else:
                gone.append(event.reason)

        def remove():
            self.assertFalse(conntrack.delete_expectation(nc.Tuple("tcp", "::1", 0, "::2", 1)))
            self.assertTrue(conntrack.delete_expectation(expected[0]))
            self.assertFalse(conntrack.delete_expectation(found[0]))

        conntrack.trace("Expectation", look)
        nc.run(until=4)
        self.assertEqual(found[0].tuple, expected[0])
        self.assertEqual(gone, ["Deleted"])
        self.assertIsNone(conntrack.find_expectation(expected[0]))
        sentence = "a Tuple or an Expectation, not 'all'"
        self.refuse(TypeError, sentence, conntrack.delete_expectation, "all")

    def test_not_in_trace_callbacks(self):
        for delete in ("delete", "delete_expectation"):
            nc.destroy()
            conntrack, _ = traffic()
            call = getattr(conntrack, delete)
            conntrack.trace("Connection", lambda event: call(event.connection.original))
            self.refuse(RuntimeError, "may look", nc.run, 10)

    def test_refused_tuples(self):
        rows = [
            ("a name such as 'tcp' or a number", "nonsense", "10.0.0.1", "10.0.0.2"),
            ("a name such as 'tcp' or a number", "unknown", "10.0.0.1", "10.0.0.2"),
            ("a name such as 'tcp' or a number", 256, "10.0.0.1", "10.0.0.2"),
            ("a name such as 'tcp' or a number", None, "10.0.0.1", "10.0.0.2"),
            ("of one family, not 'x' and '10.0.0.2'", "tcp", "x", "10.0.0.2"),
            ("of one family, not '::1' and '10.0.0.2'", "tcp", "::1", "10.0.0.2"),
        ]
        for sentence, protocol, source, destination in rows:
            with self.subTest(sentence=sentence):
                self.refuse(ValueError, sentence, nc.Tuple, protocol, source, 1, destination, 2)
        self.refuse(TypeError, "incompatible", nc.Tuple, "tcp", "::1", 65536, "::2", 2)

    def test_after_destroy(self):
        conntrack, _ = traffic()
        entry = nc.Tuple("udp", "10.0.0.1", 1, "10.0.0.2", 2)
        nc.destroy()
        for name in ("find", "find_expectation", "delete", "delete_expectation"):
            self.refuse(RuntimeError, "was destroyed", getattr(conntrack, name), entry)


@unittest.skipIf(pandas is None, "pandas is not installed")
class Frames(PackageTest):
    FRAMES = {
        nc.frames.events: nc.frames.EVENT_COLUMNS,
        nc.frames.connections: nc.frames.CONNECTION_COLUMNS,
        nc.frames.expectations: nc.frames.EXPECTATION_COLUMNS,
        nc.frames.drops: nc.frames.DROP_COLUMNS,
    }

    def check_types(self, frame, columns):
        self.assertEqual(list(frame.columns), list(columns))
        self.assertEqual([str(kind) for kind in frame.dtypes], list(columns.values()))

    def test_empty_ones_have_all_columns(self):
        for make, columns in self.FRAMES.items():
            frame = make([])
            self.assertEqual(len(frame), 0)
            self.check_types(frame, columns)

    def test_filled(self):
        conntrack, log = traffic()
        nc.run(until=3.2)
        frames = {
            nc.frames.events: nc.frames.events(log),
            nc.frames.connections: nc.frames.connections(conntrack),
            nc.frames.expectations: conntrack.expectations().frame(),
            nc.frames.drops: nc.frames.drops(log),
        }
        for make, frame in frames.items():
            self.check_types(frame, self.FRAMES[make])
        entries = conntrack.connections()
        frame = frames[nc.frames.connections]
        pandas.testing.assert_frame_equal(frame, entries.frame())
        self.assertEqual(list(frame["id"]), [each.id for each in entries])
        self.assertEqual(list(frame["orig.src"]), [each.original.source for each in entries])
        self.assertEqual(list(frame["timeout"]), [each.timeout for each in entries])
        self.assertEqual(list(frame["start"]), [each.start for each in entries])
        self.assertEqual(list(frame["counters_orig.packets"]), [e.packets[0] for e in entries])
        control = frame[frame["helper"] == "ftp"]
        self.assertEqual(list(control["orig.dport"]), [21])
        self.assertEqual(list(control["protoinfo.tcp_state"]), ["ESTABLISHED"])
        children = frame[frame["master.dport"] == 21]
        self.assertEqual(list(children["orig.dst"]), ["10.1.0.1"])

    def test_events(self):
        _, log = traffic()
        nc.run(until=300)
        frame = nc.frames.events(log)
        self.assertEqual(list(frame["event"]), [row["event"] for row in log.rows()])
        self.assertIs(nc.events_frame, nc.frames.events)
        pandas.testing.assert_frame_equal(frame, nc.frames.events(log.rows()))
        # Whatever a row tells has a column.
        known = set(nc.frames.EVENT_COLUMNS)
        told = {name for row in log.rows() for name in nc.frames._flat(row)}
        ignored = ("protoinfo.wscale", "protoinfo.flags", "nat.")
        self.assertEqual({n for n in told - known if not n.startswith(ignored)}, set())
        self.assertEqual(list(frame[frame["table"] == "expect"]["event"]), ["NEW", "DESTROY"])

    def test_drops(self):
        conntrack, log = traffic()
        told = []
        conntrack.trace("Drop", told.append)
        nc.run(until=10)
        frame = nc.frames.drops(log)
        self.assertEqual(list(frame["kind"]), ["DROP"])
        self.assertEqual(list(frame["reason"]), ["Rule"])
        self.assertEqual(list(frame["src"]), ["10.2.0.2"])
        self.assertEqual(list(frame["dport"]), [9])
        pandas.testing.assert_frame_equal(frame, nc.frames.drops(told))
        self.assertEqual(len(log.drops()), 1)
        self.assertEqual(len(log.rows()), len(log))
        log.clear()
        self.assertEqual((log.drops(), log.rows()), ([], []))

    def test_drops_can_be_left_out(self):
        conntrack, _ = traffic()
        log = nc.EventLog(conntrack, connections=False, drops=False)
        only = nc.EventLog(conntrack, connections=False, expectations=False)
        nc.run(until=10)
        self.assertEqual(log.drops(), [])
        self.assertEqual({row["table"] for row in log.rows()}, {"expect"})
        self.assertEqual((len(only.drops()), only.rows()), (1, []))


if __name__ == "__main__":
    unittest.main()
