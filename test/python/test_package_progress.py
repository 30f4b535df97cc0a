# SPDX-License-Identifier: GPL-2.0-only
"""The package ns3conntrack: a progress bar on long runs, which must change nothing."""

import io
import subprocess
import sys
import unittest
from contextlib import redirect_stderr

from package_case import PackageTest, echo, nc

try:
    import tqdm
except ImportError:
    tqdm = None


@unittest.skipIf(tqdm is None, "tqdm is not installed")
class Progress(PackageTest):
    def run_once(self, **keywords):
        nc.destroy()
        conntrack = echo(packets=100)
        log = nc.EventLog(conntrack)
        seen = []
        conntrack.trace("Connection", lambda event: nc.schedule(0.1, seen.append, event.line))
        shown = io.StringIO()
        with redirect_stderr(shown):
            reached = [nc.run(until=50, **keywords), nc.run(until=300, **keywords)]
        return (reached, log.lines(), seen), shown.getvalue()

    def test_it_changes_nothing(self):
        plain, nothing = self.run_once()
        watched, shown = self.run_once(progress=True)
        self.assertEqual(plain, watched)
        self.assertEqual(nothing, "")
        self.assertIn("simulated: 100%", shown)
        self.assertIn("250/250", shown)

    def test_without_an_end(self):
        nc.schedule(3, nc.stop)
        shown = io.StringIO()
        with redirect_stderr(shown):
            self.assertEqual(nc.run(progress=True), 3)
        self.assertIn("simulated: 3.00s", shown.getvalue())

    def test_exceptions_and_nested_runs(self):
        def fail():
            raise KeyError("event")

        nc.schedule(1, fail)
        nc.schedule(2, nc.run, 5, True)
        with redirect_stderr(io.StringIO()):
            self.refuse(KeyError, "event", nc.run, 5, progress=True)
            self.refuse(RuntimeError, "runs already", nc.run, 5, progress=True)
            self.refuse(ValueError, "in the past", nc.run, 1, progress=True)
            self.refuse(ValueError, "until cannot be 'x'", nc.run, "x", progress=True)
            self.assertEqual(nc.run(until=9, progress=True), 9)

    def test_what_the_bar_raises(self):
        def again():
            nc.schedule(1, again)

        def fail(times):
            raise BrokenPipeError("terminal")

        nc.schedule(1, again)
        self.refuse(BrokenPipeError, "terminal", nc._native.run_watched, 100, fail)
        self.assertEqual(nc.run(until=100), 100)
        # It looks, as a trace callback does.
        self.refuse(
            RuntimeError, "not change it", nc._native.run_watched, 200, lambda times: nc.Node()
        )

    def test_ctrl_c(self):
        script = """if True:
            import os, signal, threading, time
            import ns3conntrack as nc
            def again():
                nc.schedule(1e-6, again)
            again()
            # A shell that starts the tests in the background has SIGINT ignored.
            signal.signal(signal.SIGINT, signal.default_int_handler)
            interrupt = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
            nc.schedule(1e-3, interrupt.start)
            try:
                nc.run(until=1e6, progress=True)
            except KeyboardInterrupt:
                print("interrupted", 0 < nc.now() < 1e6)
            nc.run(until=nc.now() + 1e-3)
            nc.destroy()
        """
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, timeout=120
        )
        self.assertEqual(done.stdout, "interrupted True\n", done.stderr)
        self.assertIn("simulated:", done.stderr)
        self.assertEqual(done.returncode, 0)


class WithoutTqdm(unittest.TestCase):
    def test_it_is_imported_only_when_asked_for(self):
        script = (
            "import sys; sys.modules['tqdm'] = None; import ns3conntrack as nc; nc.run(until=1);"
            "\ntry: nc.run(until=2, progress=True)\nexcept ImportError: print('asked for')"
        )
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
        self.assertEqual(done.stdout, "asked for\n", done.stderr)


if __name__ == "__main__":
    unittest.main()
