#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""CMakeLists.txt, which CI does not build, links the modules of ns-3 that wscript links."""

import ast
import pathlib
import re
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]


def modules_of_wscript():
    """The lists *_NS3_MODULES, by name."""
    found = {}
    for node in ast.parse((TOP / "wscript").read_text()).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if name.endswith("_NS3_MODULES"):
                found[name] = ast.literal_eval(node.value)
    return found


def modules_of_cmake(heading):
    """The modules ${libNAME} below a heading of build_lib."""
    text = (TOP / "CMakeLists.txt").read_text()
    below = re.search(rf"^  {heading}\n((?:    .*\n)+)", text, re.MULTILINE)
    return re.findall(r"\$\{lib([\w-]+)\}", below[1]) if below else []


class ModulesTest(unittest.TestCase):
    def test_both_builds_link_the_same(self):
        wscript = modules_of_wscript()
        self.assertEqual(modules_of_cmake("LIBRARIES_TO_LINK"), wscript["LIBRARY_NS3_MODULES"])
        self.assertEqual(modules_of_cmake("TEST_LIBRARIES_TO_LINK"), wscript["TEST_NS3_MODULES"])


if __name__ == "__main__":
    unittest.main()
