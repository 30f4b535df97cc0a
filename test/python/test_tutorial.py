# SPDX-License-Identifier: GPL-2.0-only
"""doc/tutorial.rst shows the examples whole, in pieces, and what they print."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
PAGE = TOP / "doc" / "tutorial.rst"
BUILT = [TOP / "build/examples/silent-control", TOP / "build/python/ns3conntrack"]
BLOCK = re.compile(r"^\.\. code-block:: (\w+)\n\n((?:(?:   .*)?\n)+)", re.MULTILINE)


def blocks(language):
    """The page's blocks in a language, each a list of lines."""
    found = BLOCK.findall(PAGE.read_text())
    return [[line[3:] for line in text.splitlines()] for name, text in found if name == language]


def code(lines):
    """What counts of code shown in pieces: lines that are not empty, without indentation."""
    return [line.strip() for line in lines if line.strip()]


def commands():
    """The shell commands of the page, each with the lines that it prints."""
    found = []
    for lines in blocks("console"):
        for line in lines:
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                found[-1][1].append(line)
    return [(command, "\n".join(printed).rstrip()) for command, printed in found]


class Tutorial(unittest.TestCase):
    def test_every_block_is_of_a_kind_that_is_tested(self):
        kinds = {name for name, _ in BLOCK.findall(PAGE.read_text())}
        self.assertEqual(kinds, {"sh", "cpp", "python", "console"})
        self.assertEqual(
            PAGE.read_text().count("code-block::"), len(BLOCK.findall(PAGE.read_text()))
        )
        self.assertNotRegex(PAGE.read_text(), r"::\n\n    ")

    def test_the_pieces_are_the_example_in_cpp(self):
        whole = (TOP / "examples/silent-control.cc").read_text().split("*/\n", 1)[1]
        self.assertEqual(code(sum(blocks("cpp"), [])), code(whole.splitlines()))

    def test_the_pieces_are_the_example_in_python(self):
        whole = (TOP / "examples/python/silent_control.py").read_text().split('"""\n', 1)[1]
        self.assertEqual(code(sum(blocks("python"), [])), code(whole.splitlines()))

    def test_set_up_is_by_waf(self):
        programs = {line.split()[0] for lines in blocks("sh") for line in lines if line}
        self.assertEqual(programs, {"./waf"})

    @unittest.skipUnless(all(path.exists() for path in BUILT), "examples or package not built")
    def test_commands_print_what_is_shown(self):
        self.assertEqual(len(commands()), 3)
        with tempfile.TemporaryDirectory() as folder:
            for name in ("build", "examples"):
                os.symlink(TOP / name, pathlib.Path(folder) / name)
            for command, expected in commands():
                with self.subTest(command):
                    done = subprocess.run(
                        command, shell=True, cwd=folder, capture_output=True, text=True
                    )
                    self.assertEqual(done.stdout.rstrip(), expected, done.stderr)
            picture = pathlib.Path(folder) / "results" / "silent-control.png"
            self.assertEqual(picture.read_bytes()[:4], b"\x89PNG")


if __name__ == "__main__":
    unittest.main()
