# SPDX-License-Identifier: GPL-2.0-only
"""The package ns3conntrack: threads and signals beside a run."""

import os
import signal
import subprocess
import sys
import threading
import time
import unittest

from package_case import PackageTest, echo, nc


def forever(step=1e-6):
    """Events without end; each does a little work in C++."""
    nc.schedule(step, forever, step)


def busy_without_python():
    """Events without end that never call Python."""
    client, server = nc.nodes(2)
    nc.Link.point_to_point(client, server, DataRate="10Gbps", Delay="1ns").assign("10.1.0.0/24")
    nc.UdpEchoServer(server)
    nc.UdpEchoClient(client, "10.1.0.2", MaxPackets=2**32 - 1, Interval="1us")


class Threads(PackageTest):
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
        self.assertGreater(ticked, 10, f"{ticked} ticks in {took} s")

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


class Signals(PackageTest):
    def setUp(self):
        super().setUp()
        # A shell that starts the tests in the background has SIGINT ignored, and so would they.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        self.addCleanup(signal.signal, signal.SIGINT, before)

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
                self.assertLess(time.monotonic() - begin, 5)
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
            "import ns3conntrack as nc, signal, test_package_threads as t\n"
            "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
            "t.busy_without_python(); print('ready', flush=True); nc.run()"
        )
        process = subprocess.Popen(
            [sys.executable, "-c", program],
            cwd=os.path.dirname(os.path.abspath(__file__)),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.addCleanup(process.kill)
        self.assertEqual(process.stdout.readline(), "ready\n")
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=10)
        self.assertTrue(errors.strip().endswith("KeyboardInterrupt"), errors)
        self.assertEqual(process.returncode, -signal.SIGINT)


if __name__ == "__main__":
    unittest.main()
