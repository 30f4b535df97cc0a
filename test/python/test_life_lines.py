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

    def test_what_has_no_end(self):
        events = [json.loads(line) for line in (RECORDED / "events.jsonl").read_text().splitlines()]
        kept = [event for event in events if event["event"] != "DESTROY"]
        lives, expectations = self.module.lives_of(kept, [])
        self.assertEqual({life.end for life in lives}, {None})
        self.assertEqual([end for _, end, *_ in expectations], [None] * 4)
        self.assertEqual(self.module.last_time(lives, expectations), kept[-1]["t"])

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


class Strokes(unittest.TestCase):
    """What the package and the script draw with, and the package's choice of what to draw."""

    CONNECTION = {"table": "conntrack", "id": 1, "event": "NEW", "t": 1.0}
    CONNECTION["orig"] = {"src": "10.1.0.1", "dst": "10.2.0.2", "proto": 6, "sport": 5, "dport": 21}
    EXPECTATION = {"table": "expect", "id": 1, "event": "NEW", "t": 2.0}
    EXPECTATION["tuple"] = {"src": "10.2.0.2", "dst": "10.1.0.1", "proto": 6, "dport": 40001}

    @classmethod
    def setUpClass(cls):
        cls.module = load()

    def marks(self, rows, until):
        """The marks of a picture: (mark, time) of each, in the order in which they were drawn."""
        figure, axis = self.module.plt.subplots()
        self.module.figures.life_lines(rows, axis, until=until)
        marked = [line for line in axis.lines if line.get_marker() != ""]
        self.module.plt.close(figure)
        return [(line.get_marker(), line.get_xdata()[0]) for line in marked]

    def test_an_end_has_a_bar_and_what_goes_on_an_arrow_head(self):
        end = {**self.CONNECTION, "event": "DESTROY", "t": 5.0}
        for name, rows, until, marks in [
            ("ended", [self.CONNECTION, end], 6, [("|", 5.0)]),
            ("ended with the picture", [self.CONNECTION, end], None, [("|", 5.0)]),
            ("ended later", [self.CONNECTION, end], 4, [(">", 4)]),
            ("not ended", [self.CONNECTION], 4, [(">", 4)]),
            ("began later", [self.CONNECTION], 0.5, []),
            ("expectation", [self.EXPECTATION], 4, [(">", 4), ("D", 2.0)]),
            (
                "expectation, ended",
                [self.EXPECTATION, {**self.EXPECTATION, "event": "DESTROY", "t": 3.0}],
                4,
                [("D", 2.0)],
            ),
        ]:
            with self.subTest(name):
                self.assertEqual(self.marks(rows, until), marks)

    def test_a_short_stretch_of_traffic_is_seen(self):
        figure, axis = self.module.plt.subplots()
        self.module.figures.draw_connection(axis, 0, 0.0, None, 1000.0, [(5.0, 5.001)])
        wide = [line for line in axis.lines if line.get_markeredgewidth() == 2]
        self.module.plt.close(figure)
        self.assertEqual([list(line.get_xdata()) for line in wide], [[5.0]])


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
