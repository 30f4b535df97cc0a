# SPDX-License-Identifier: GPL-2.0-only
"""What README.md shows is what the example is and prints."""

import os
import pathlib
import re
import subprocess
import sys
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
PACKAGE = TOP / "build" / "python" / "ns3conntrack"
EXAMPLE = TOP / "examples" / "stateful-firewall.cc"
PROGRAM = TOP / "build" / "examples" / "stateful-firewall"


def block(kind):
    """The first block of README.md in ``` with this word behind it."""
    text = (TOP / "README.md").read_text()
    return re.search(r"```%s\n(.*?)\n```" % kind, text, re.DOTALL).group(1)


class Readme(unittest.TestCase):
    def test_code_is_the_example(self):
        whole = EXAMPLE.read_text()
        self.assertEqual(whole.split("*/\n", 1)[1].strip(), block("cpp"))

    @unittest.skipUnless(PROGRAM.exists(), "build/examples/stateful-firewall is not built")
    def test_output_is_the_programs(self):
        printed = subprocess.run([PROGRAM], capture_output=True, text=True, check=True).stdout
        self.assertEqual(printed.strip(), block("text").strip())

    @unittest.skipUnless(PACKAGE.exists(), "build/python/ns3conntrack is not built")
    def test_python_prints_what_is_shown(self):
        done = subprocess.run(
            [sys.executable, "-c", block("python")],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONPATH": str(PACKAGE.parent)},
        )
        text = (TOP / "README.md").read_text().split("```python\n")[1]
        shown = re.search(r"\nIt prints\n\n((?:    .*\n)+)", text)[1]
        self.assertEqual(done.stdout.splitlines(), [line[4:] for line in shown.splitlines()])


if __name__ == "__main__":
    unittest.main()
