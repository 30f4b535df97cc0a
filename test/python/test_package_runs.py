# SPDX-License-Identifier: GPL-2.0-only
"""The package ns3conntrack: runs, callbacks and lifetimes; nothing may crash."""

import copy
import gc
import pickle
import random
import subprocess
import sys
import unittest
import weakref

from package_case import PackageTest, echo, nc


class Oops(Exception):
    """Raised by callbacks."""


class Time(PackageTest):
    def test_schedule_and_run(self):
        seen = []
        nc.schedule(2, seen.append, "b")
        nc.schedule("1500ms", seen.append, "a")
        cancelled = nc.schedule(1, seen.append, "never")
        late = nc.schedule(7, lambda: seen.append(nc.now()))
        cancelled.cancel()
        self.assertEqual((late.pending, cancelled.pending), (True, False))
        self.assertEqual(nc.run(until=5), 5)
        self.assertEqual((seen, nc.now()), (["a", "b"], 5))
        self.assertEqual(nc.run(), 7)
        self.assertEqual(seen[2:], [7])
        self.assertFalse(late.pending)

    def test_stop(self):
        nc.schedule(1, nc.stop)
        nc.schedule(2, self.fail)
        self.assertEqual(nc.run(until=5), 1)
        nc.destroy()
        # The end of the run that was stopped does not end the next one.
        nc.schedule(1, nc.stop)
        nc.run(until=3)
        self.assertEqual(nc.run(until=9), 9)

    def test_refused(self):
        nc.schedule(3, nc.stop)
        nc.run()
        rows = [
            ("in the past", nc.run, 1),
            ("until cannot be 'later'", nc.run, "later"),
            ("until cannot be -1", nc.run, -1),
            ("until cannot be inf", nc.run, float("inf")),
            ("The delay cannot be -0.5", nc.schedule, -0.5, print),
            ("The delay cannot be nan", nc.schedule, float("nan"), print),
            ("The delay cannot be 100000000000", nc.schedule, 10**11, print),
        ]
        for sentence, call, *arguments in rows:
            with self.subTest(sentence=sentence):
                self.refuse(ValueError, sentence, call, *arguments)
        self.refuse(TypeError, "is a function, not None", nc.schedule, 1, None)

    def test_calls_inside_a_run(self):
        errors = []

        def nested():
            for call in (nc.run, nc.destroy):
                try:
                    call()
                except RuntimeError as error:
                    errors.append(str(error))

        nc.schedule(1, nested)
        nc.run()
        self.assertEqual(len(errors), 2)
        self.assertIn("runs already", errors[0])
        self.assertIn("cannot be destroyed now", errors[1])

    def test_topology_in_an_event(self):
        def grow():
            conntrack = echo()
            conntrack.trace("Connection", lambda event: kinds.append(event.kind))

        kinds = []
        nc.schedule(10, grow)
        nc.run(until=20)
        self.assertEqual(kinds, ["NEW", "UPDATE"])


class Callbacks(PackageTest):
    def test_exception_of_an_event(self):
        def fail():
            raise Oops("event")

        nc.schedule(1, fail)
        nc.schedule(2, fail)
        for second in (1, 2):
            self.refuse(Oops, "event", nc.run)
            self.assertEqual(nc.now(), second)
        self.assertEqual(nc.run(until=3), 3)

    def test_exception_of_a_trace(self):
        conntrack = echo()
        log = nc.EventLog(conntrack)
        heard = []

        def fail_once(event):
            heard.append(event.kind)
            if len(heard) == 1:
                raise Oops(event.kind)

        conntrack.trace("Connection", fail_once)
        self.refuse(Oops, "NEW", nc.run, 300)
        self.assertLess(nc.now(), 2)
        nc.run(until=300)  # the simulation is whole: it goes on as if nothing had happened
        self.assertEqual(heard, ["NEW", "UPDATE", "DESTROY"])
        rows = log.rows()
        nc.destroy()
        log = nc.EventLog(echo())
        nc.run(until=300)
        self.assertEqual(log.rows(), rows)

    def test_exceptions_that_are_not_errors(self):
        for kind in (SystemExit, KeyboardInterrupt, GeneratorExit, StopIteration):
            with self.subTest(kind=kind):

                def fail():
                    raise kind()

                nc.schedule(1, fail)
                self.assertRaises(kind, nc.run)
                nc.destroy()

    def test_exception_of_a_flush(self):
        conntrack = echo()
        nc.run(until=3)

        def fail(event):
            raise Oops(event.reason)

        conntrack.trace("Connection", fail)
        self.refuse(Oops, "Deleted", conntrack.flush)
        self.assertEqual(conntrack.connections(), [])

    def test_wrong_callbacks(self):
        conntrack = echo()
        self.refuse(TypeError, "incompatible", conntrack.trace, "Connection", None)
        conntrack.trace("Connection", lambda: None)
        self.refuse(TypeError, "positional argument", nc.run, 10)
        nc.schedule(0, lambda needed: None)
        self.refuse(TypeError, "positional argument", nc.run)

    def test_only_looking_in_a_trace_callback(self):
        conntrack = echo()
        node = nc.Node()
        outcome = {}

        def try_all(event):
            for name, call in calls.items():
                try:
                    call()
                    outcome[name] = "allowed"
                except RuntimeError as error:
                    outcome[name] = str(error)

        calls = {
            "flush": conntrack.flush,
            "rules": lambda: conntrack.load_ruleset(nc.StatefulFirewall()),
            "set": lambda: conntrack.set("Acct", True),
            "trace": lambda: conntrack.trace("Drop", print),
            "node": nc.Node,
            "install": lambda: nc.Conntrack(node),
            "route": lambda: node.add_route("0.0.0.0/0", "10.0.0.1"),
            "run": nc.run,
            "destroy": nc.destroy,
        }
        looks = {
            "connections": conntrack.connections,
            "expectations": conntrack.expectations,
            "get": lambda: conntrack.get("Acct"),
            "statistics": lambda: conntrack.statistics,
            "schedule": lambda: nc.schedule(0, later.append, 1),
        }
        calls.update(looks)
        later = []
        conntrack.trace("Connection", try_all)
        nc.run(until=10)
        allowed = {name for name, text in outcome.items() if text == "allowed"}
        self.assertEqual(allowed, set(looks))
        self.assertIn("schedule(0, ...)", outcome["flush"])
        self.assertEqual(later, [1, 1])

    def test_subscriptions(self):
        conntrack = echo()
        heard = []

        def once(event):
            heard.append(event.kind)
            subscription.cancel()

        subscription = conntrack.trace("Connection", once)
        nc.run(until=300)
        self.assertEqual(heard, ["NEW"])

    def test_none_after_destroy(self):
        conntrack = echo()
        heard = []
        listener = heard.append
        reference = weakref.ref(self.cycle(conntrack, listener))
        nc.schedule(50, heard.append, "late")
        nc.run(until=2)
        count = len(heard)
        nc.destroy()
        gc.collect()
        self.assertIsNone(reference())  # although it refers to conntrack, which is still held
        self.assertEqual(len(heard), count)
        nc.run(until=100)
        self.assertEqual(len(heard), count)

    @staticmethod
    def cycle(conntrack, listener):
        def callback(event):
            listener((event, conntrack))

        conntrack.trace("Connection", callback)
        return callback


class Lifetimes(PackageTest):
    def test_objects_of_a_destroyed_simulation(self):
        conntrack = echo()
        node = nc.Node()
        objects = [conntrack, node, *node.devices, *conntrack.expectations()]
        link = nc.Link.csma(nc.nodes(2))
        ftp = nc.FtpServer(node)
        variable = nc.create("ns3::UniformRandomVariable")
        log = nc.EventLog(conntrack)
        nc.run(until=2)
        nc.destroy()
        nc.Node()  # has number 0 as one of the old ones
        calls = [
            conntrack.connections,
            conntrack.expectations,
            conntrack.ruleset,
            conntrack.flush,
            lambda: conntrack.statistics,
            lambda: conntrack.load_ruleset(nc.StatefulFirewall()),
            lambda: conntrack.set("Acct", True),
            lambda: conntrack.get("Acct"),
            lambda: conntrack.trace("Connection", print),
            lambda: nc.EventLog(conntrack),
            lambda: node.devices,
            lambda: node.addresses,
            lambda: node.ipv4,
            node.install_stack,
            lambda: nc.Conntrack(node),
            lambda: nc.FtpServer(node),
            lambda: nc.Link.csma([node]),
            lambda: nc.Link.point_to_point(node, nc.Node()),
            lambda: link.assign("10.0.0.0/24"),
            lambda: link.devices[0].get("Mtu"),
            lambda: link.devices[0].node,
            lambda: ftp.sessions,
            lambda: ftp.set("MaxSessions", 3),
        ]
        for number, call in enumerate(calls):
            with self.subTest(number=number):
                self.refuse(RuntimeError, "belongs to a simulation that was destroyed", call)
        self.assertTrue(all(repr(thing) for thing in [*objects, link, ftp, variable]))
        self.assertEqual(len(log), len(log.rows()))
        self.assertEqual(variable.get("Min"), 0)

    def test_references_dropped_in_any_order(self):
        lines = set()
        for order in range(20):
            conntrack = echo()
            node = nc.Node()
            log = nc.EventLog(conntrack)
            link = nc.Link.csma([node, nc.Node()])
            subscription = conntrack.trace("Connection", lambda event: None)
            event = nc.schedule(3, lambda: None)
            things = [conntrack, node, link, link.devices[0], subscription, event, nc.destroy]
            things += [link.channel, nc.create("ns3::RateErrorModel"), log]
            del conntrack, node, link, subscription, event
            random.Random(order).shuffle(things)
            nc.run(until=10)
            lines.add("\n".join(log.lines()))
            while things:
                if things.pop() is nc.destroy:
                    nc.destroy()
                gc.collect()
        self.assertEqual(len(lines), 1)

    def test_objects_without_init(self):
        uses = {
            nc.Node: lambda node: node.devices,
            nc.Conntrack: lambda conntrack: conntrack.flush(),
            nc.Tuple: lambda value: value.source,
            nc.EventLog: len,
            nc.FtpClient: lambda client: client.sessions_done,
        }
        for kind, use in uses.items():
            with self.subTest(kind=kind):
                empty = kind.__new__(kind)
                self.refuse(RuntimeError, "without __init__()", use, empty)

    def test_copies(self):
        for thing in (nc.Node(), echo()):
            for make in (copy.copy, copy.deepcopy, pickle.dumps):
                self.refuse(TypeError, "pickle", make, thing)

    def test_objects_are_the_same(self):
        conntrack = echo()
        router = nc.Node()
        self.assertIs(router.devices[0].node, router)
        kept = nc.Conntrack(router)
        self.assertIs(router.conntrack, kept)
        del kept
        gc.collect()
        self.assertIsInstance(router.conntrack, nc.Conntrack)
        self.assertIsNot(router.conntrack, conntrack)

    def test_two_runs_are_equal(self):
        runs = []
        for seed in (1, 1, 2):
            with nc.simulation(seed=seed):
                log = nc.EventLog(echo(packets=20, interval=0.5))
                nc.run(until=300)
                runs.append(log.lines())
        self.assertEqual(runs[0], runs[1])
        self.assertNotEqual(runs[0], runs[2])  # ARP waits a random time

    def test_the_end_of_the_interpreter(self):
        begin = "import ns3conntrack as nc, sys, threading; n = nc.Node(); c = nc.Conntrack(n)\n"
        endings = [
            "c.trace('Connection', print); nc.schedule(5, print)",
            "nc.schedule(1, sys.exit, 0); nc.run()",
            "sys.modules['kept'] = (n, c, nc.EventLog(c))",
            "def f():\n nc.schedule(0.001, f)\n"
            "def g():\n nc.destroy(); f(); nc.run()\n"
            "nc.destroy(); t = threading.Thread(target=g, daemon=True); t.start()\n"
            "import time; time.sleep(0.2)",
        ]
        for ending in endings:
            with self.subTest(ending=ending):
                done = subprocess.run(
                    [sys.executable, "-c", begin + ending],
                    capture_output=True,
                    text=True,
                    timeout=60,
                )
                self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))


if __name__ == "__main__":
    unittest.main()
