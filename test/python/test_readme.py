# SPDX-License-Identifier: GPL-2.0-only
"""What README.md shows is what the example is and prints."""

import pathlib
import re
import subprocess
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
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


if __name__ == "__main__":
    unittest.main()
