# SPDX-License-Identifier: GPL-2.0-only
"""The picture of life lines: what it reads from event files."""

import importlib.util
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = TOP / "examples" / "life-lines.py"
RECORDED = TOP / "test" / "corpus" / "corpus" / "real-ftplib-active"


def load():
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("life_lines", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def draw(*arguments):
    command = [sys.executable, SCRIPT, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


class Lives(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.module = load()

    def test_recorded_session(self):
        lives, expectations = self.module.lives_of(*self.module.read_folder(RECORDED))
        self.assertEqual(len(lives), 5)  # a control connection, four of data
        self.assertEqual([life.color for life in lives].count(self.module.CONTROL), 1)
        self.assertEqual([used for *_, used in expectations], [True] * 4)
        self.assertEqual({row for _, _, row, _ in expectations}, {0})
        self.assertTrue(all(begin <= end for begin, end, *_ in expectations))

    def test_dropped_packets_of_a_connection_share_a_row(self):
        drop = {"src": "10.1.0.1", "dst": "10.2.0.2", "proto": 6, "sport": 5, "dport": 21}
        drops = [{**drop, "t": 1.0}, {**drop, "t": 4.0}, {**drop, "sport": 6, "t": 2.0}]
        lives, expectations = self.module.lives_of([], drops)
        self.assertEqual(
            [life.label for life in lives], ["10.1.0.1:5 > 10.2.0.2:21", "10.1.0.1:6 > 10.2.0.2:21"]
        )
        self.assertEqual([len(life.changes) for life in lives], [3, 2])
        self.assertEqual(expectations, [])

    def test_expectation_that_nobody_used(self):
        events = [json.loads(line) for line in (RECORDED / "events.jsonl").read_text().splitlines()]
        kept = [event for event in events if "EXPECTED" not in event.get("status_names", ())]
        _, expectations = self.module.lives_of(kept, [])
        self.assertEqual([used for *_, used in expectations], [False] * 4)


class Script(unittest.TestCase):
    def test_draws(self):
        with tempfile.TemporaryDirectory() as folder:
            picture = pathlib.Path(folder) / "x.png"
            done = draw(f"--out={picture}", RECORDED)
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            self.assertEqual(picture.read_bytes()[:4], b"\x89PNG")

    def test_folder_without_events(self):
        with tempfile.TemporaryDirectory() as folder:
            done = draw(f"--out={folder}/x.png", folder)
            self.assertEqual(done.returncode, 1)
            self.assertRegex(done.stderr, r"^life-lines.py: .*events.jsonl'?\n$")

    def test_broken_line(self):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "events.jsonl").write_text('{"t": 1\n')
            done = draw(f"--out={folder}/x.png", folder)
            self.assertEqual(done.returncode, 1)
            self.assertRegex(done.stderr, r"^life-lines.py: .*events.jsonl:1: ")


if __name__ == "__main__":
    unittest.main()
