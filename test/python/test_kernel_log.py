# SPDX-License-Identifier: GPL-2.0-only
"""What helpers log of the messages they drop, held against the kernel's log."""

import json
import pathlib
import subprocess
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
REPLAY = TOP / "build" / "examples" / "conntrack-replay"
COLLECTIONS = [TOP / "test" / "corpus" / name for name in ("corpus-sip", "corpus-helpers")]
RECORDED = {
    folder / name: lines
    for folder in COLLECTIONS
    for name, lines in json.loads((folder / "klog.json").read_text())["cases"].items()
}


def logged(case):
    """The lines of a replay."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [REPLAY, f"--case={case}", f"--out={folder}"], check=True, capture_output=True
        )
        return (pathlib.Path(folder) / "klog.txt").read_text().splitlines()


@unittest.skipUnless(REPLAY.exists(), "build/examples is not built")
class KernelLog(unittest.TestCase):
    def test_lines_of_dropped_messages(self):
        cases = [case for case in RECORDED if RECORDED[case]]
        self.assertGreater(len(cases), 20)
        for case in cases:
            with self.subTest(case.name):
                # A line ends with a blank, behind which the kernel describes the packet.
                self.assertEqual(logged(case), [line + " " for line in RECORDED[case]])

    def test_messages_that_pass_are_not_logged(self):
        cases = [case for case in RECORDED if not RECORDED[case]]
        self.assertGreater(len(cases), 20)
        for case in cases:
            with self.subTest(case.name):
                self.assertEqual(logged(case), [])


if __name__ == "__main__":
    unittest.main()
