# SPDX-License-Identifier: GPL-2.0-only
"""The package ns3conntrack: runs, callbacks, lifetimes, threads and signals; nothing may crash."""

import gc
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
import unittest
import weakref

try:
    import ns3conntrack as nc
except ImportError as error:
    raise unittest.SkipTest(f"the package ns3conntrack is not built ({error})")


class Oops(Exception):
    """Raised by callbacks."""


class RunTest(unittest.TestCase):
    def setUp(self):
        nc.destroy()
        nc.set_seed(1, 1)
        self.addCleanup(nc.destroy)

    def refuse(self, kind, sentence, call, *arguments, **keywords):
        with self.assertRaisesRegex(kind, re.escape(sentence)):
            call(*arguments, **keywords)


def echo(packets=3, interval=1):
    """A client, a router with a Conntrack, which is returned, and a server; an echo from 1 s on."""
    client, router, server = nc.nodes(3)
    nc.Link.csma([client, router]).assign("10.1.0.0/24")
    nc.Link.csma([router, server]).assign("10.2.0.0/24")
    nc.populate_routes()
    nc.UdpEchoServer(server)
    nc.UdpEchoClient(client, "10.2.0.2", start=1, MaxPackets=packets, Interval=interval)
    return nc.Conntrack(router)


class Time(RunTest):
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


class Callbacks(RunTest):
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
        self.refuse(Oops, "deleted", conntrack.flush)
        self.assertEqual(conntrack.connections(), [])

    def test_wrong_callbacks(self):
        conntrack = echo()
        self.refuse(TypeError, "incompatible", conntrack.trace, "Connection", None)
        conntrack.trace("Connection", lambda: None)
        self.refuse(TypeError, "positional argument", nc.run, 10)
        nc.schedule(0, 3)
        self.refuse(TypeError, "not callable", nc.run)

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


class Lifetimes(RunTest):
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


def forever(step=1e-6):
    """Events without end; each does a little work in C++."""
    nc.schedule(step, forever, step)


def busy_without_python():
    """Events without end that never call Python."""
    client, server = nc.nodes(2)
    nc.Link.point_to_point(client, server, DataRate="10Gbps", Delay="1ns").assign("10.1.0.0/24")
    nc.UdpEchoServer(server)
    nc.UdpEchoClient(client, "10.1.0.2", MaxPackets=2**32 - 1, Interval="1us")


class Threads(RunTest):
    def test_the_gil_is_released(self):
        busy_without_python()
        ticks = 0
        done = threading.Event()

        def tick():
            nonlocal ticks
            while not done.is_set():
                ticks += 1
                time.sleep(0.001)

        thread = threading.Thread(target=tick)
        thread.start()
        begin = time.monotonic()
        before = ticks
        threading.Timer(0.5, nc.stop).start()
        nc.run()
        ticked, took = ticks - before, time.monotonic() - begin
        done.set()
        thread.join()
        self.assertGreater(took, 0.4)
        self.assertGreater(ticked, 50, f"{ticked} ticks in {took} s")

    def test_another_thread_is_refused(self):
        conntrack = echo()
        heard = []

        def meddle():
            for call in (conntrack.connections, nc.now, nc.Node, conntrack.flush, nc.run):
                try:
                    call()
                except RuntimeError as error:
                    heard.append(str(error))

        for _ in range(2):  # beside a run and between runs
            thread = threading.Thread(target=meddle)
            nc.schedule(0, thread.start)
            nc.schedule(0.5, thread.join)
            nc.run(until=nc.now() + 1)
        self.assertEqual(len(heard), 10)
        self.assertTrue(all("belongs to the thread that began it" in text for text in heard))

    def test_a_simulation_in_another_thread(self):
        lines = []

        def simulate():
            with nc.simulation(seed=1):
                log = nc.EventLog(echo())
                nc.run(until=300)
                lines.append(log.lines())

        simulate()
        thread = threading.Thread(target=simulate)
        thread.start()
        thread.join()
        simulate()
        self.assertEqual(lines[0], lines[1])
        self.assertEqual(lines[0], lines[2])

    def test_references_dropped_by_another_thread(self):
        busy_without_python()
        kept = [[device for node in nc.nodes(50) for device in node.devices] for _ in range(20)]

        def drop():
            while kept:
                kept.pop()
                time.sleep(0.005)
            nc.stop()

        thread = threading.Thread(target=drop)
        thread.start()
        nc.run()
        thread.join()
        nc.run(until=nc.now() + 0.001)


class Signals(RunTest):
    def interrupt_after(self, seconds, number=signal.SIGINT):
        timer = threading.Timer(seconds, os.kill, (os.getpid(), number))
        timer.start()
        self.addCleanup(timer.join)

    def test_ctrl_c(self):
        for busy in (busy_without_python, forever):
            with self.subTest(busy=busy.__name__):
                nc.destroy()
                busy()
                self.interrupt_after(0.3)
                begin = time.monotonic()
                self.assertRaises(KeyboardInterrupt, nc.run)
                self.assertLess(time.monotonic() - begin, 2)
                reached = nc.now()
                self.assertGreater(reached, 0)
                self.assertGreater(nc.run(until=reached + 1e-4), reached)

    def test_handlers_in_python(self):
        seen = []
        before = signal.signal(signal.SIGUSR1, lambda *_: (seen.append(nc.now()), nc.stop()))
        self.addCleanup(signal.signal, signal.SIGUSR1, before)
        busy_without_python()
        self.interrupt_after(0.3, signal.SIGUSR1)
        nc.run()  # ends without an exception
        self.assertEqual(len(seen), 1)

    def test_wakeup_fd_of_others(self):
        read, write = os.pipe()
        os.set_blocking(write, False)
        before = signal.set_wakeup_fd(write)
        try:
            busy_without_python()
            self.interrupt_after(0.2)
            self.assertRaises(KeyboardInterrupt, nc.run)
            self.assertEqual(os.read(read, 10), bytes([signal.SIGINT]))
            self.assertEqual(signal.set_wakeup_fd(before), write)
        finally:
            signal.set_wakeup_fd(before)
            os.close(read)
            os.close(write)

    def test_a_program_that_is_interrupted(self):
        program = (
            "import ns3conntrack as nc, test_package_runs as t\n"
            "t.busy_without_python(); print('ready', flush=True); nc.run()"
        )
        process = subprocess.Popen(
            [sys.executable, "-c", program],
            cwd=os.path.dirname(os.path.abspath(__file__)),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.assertEqual(process.stdout.readline(), "ready\n")
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=10)
        self.assertTrue(errors.strip().endswith("KeyboardInterrupt"), errors)
        self.assertEqual(process.returncode, -signal.SIGINT)


if __name__ == "__main__":
    unittest.main()
