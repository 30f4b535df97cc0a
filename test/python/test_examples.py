# SPDX-License-Identifier: GPL-2.0-only
"""What the examples in C++ print."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
EXAMPLES = TOP / "build" / "examples"


def printed(name, *arguments):
    command = [EXAMPLES / name, *arguments]
    return subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=True).stdout


@unittest.skipUnless((EXAMPLES / "home-nat").exists(), "build/examples is not built")
class Examples(unittest.TestCase):
    def test_home_nat(self):
        self.assertEqual(
            printed("home-nat").splitlines(),
            [
                "Active Completed: 200",
                "Passive Completed: 200",
                "expectations made 400, used 400",
            ],
        )

    def test_home_nat_without_the_helper(self):
        lines = printed("home-nat", "--nat-helper=false").splitlines()
        self.assertIn("Passive Completed: 200", lines)
        self.assertFalse([line for line in lines if line.startswith("Active Completed")])

    def test_cgnat(self):
        # Some are refused by their own limit; a log of blocks is a hundredth of one of connections.
        first, _, sessions, _, blocks = printed("cgnat", "--subscribers=50").splitlines()
        self.assertRegex(first, r"^connections \d+, refused: [1-9]\d* by .* limit, 0 by the pool$")
        lengths = [int(line.split()[-2]) for line in (sessions, blocks)]
        self.assertGreater(lengths[1], 0)
        self.assertGreater(lengths[0], 100 * lengths[1])

    def test_cgnat_with_a_small_pool(self):
        arguments = ["--subscribers=50", "--pool=203.0.113.1", "--block-size=2048"]
        first, second, *_ = printed("cgnat", *arguments).splitlines()
        self.assertRegex(first, r" 0 by the subscriber's limit, [1-9]\d* by the pool$")
        self.assertTrue(second.endswith(" 31 blocks"), second)

    def test_placement(self):
        head, *rows, every = printed("placement").splitlines()
        self.assertIn("of 110 TCP connections", head)
        self.assertEqual(len(rows), 11)
        self.assertEqual(sum(int(number) for number in every.split()[2:]), 110)
        evenly = printed("placement", "--skew=0").splitlines()
        self.assertEqual({row.split()[-1] for row in evenly[1:]}, {"0"})
        with self.assertRaises(subprocess.CalledProcessError) as caught:
            printed("placement", "--topology=/nowhere.dot")
        self.assertIn("/nowhere.dot: the file cannot be read", caught.exception.stderr)

    def test_sip_office(self):
        with tempfile.TemporaryDirectory() as folder:
            lines = printed("sip-office", "--hours=1", f"--out={folder}").splitlines()
            rows = (pathlib.Path(folder) / "calls.jsonl").read_text().splitlines()
            picture = pathlib.Path(folder) / "day.png"
            script = TOP / "examples" / "office-day.py"
            subprocess.run([sys.executable, script, folder, f"--out={picture}"], check=True)
            self.assertEqual(picture.read_bytes()[:4], b"\x89PNG")
        counts = dict(line.rsplit(": ", 1) for line in lines[:-1])
        self.assertEqual(sum(map(int, counts.values())), len(rows))
        self.assertIn("from customer completed", counts)
        self.assertIn("from office completed", counts)
        self.assertFalse([outcome for outcome in counts if "one-way" in outcome])

    def test_sip_office_without_the_helper(self):
        lines = printed("sip-office", "--hours=1", "--helper=false").splitlines()
        self.assertFalse([line for line in lines if "completed" in line])
        self.assertTrue([line for line in lines if line.startswith("from office one-way: ")])
        self.assertEqual(lines[-1], "expectations made 0, used 0")

    def test_ftp_firewall(self):
        rows = [line.split() for line in printed("ftp-firewall").splitlines()]
        transfers = [row for row in rows if row[:1] in (["ada"], ["bob"])]
        self.assertEqual(len(transfers), 12)
        for row in transfers:
            mode, outcome = row[-4], row[-3]
            refused = row[0] == "bob" and mode == "Active"
            self.assertEqual(outcome, "DataTimedOut" if refused else "Completed", row)


if __name__ == "__main__":
    unittest.main()
