# SPDX-License-Identifier: GPL-2.0-only
"""The include rules of .ci/check-includes.py: a row an include, with the complaint it must meet."""

import pathlib
import subprocess
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / ".ci" / "check-includes.py"
FILES = ["model/flow/a.h", "model/tracker/a.h", "model/stack/a.h", "helper/a.h", "test/unit/a.h"]

ALLOWED = [
    ("model/flow/b.cc", '#include "model/flow/a.h"'),
    ("model/tracker/b.cc", '#include "model/flow/a.h"'),
    ("model/tracker/b.cc", '#include "ns3/nstime.h"'),
    ("model/tracker/b.cc", "#include <vector>"),
    ("model/stack/b.cc", '#include "ns3/node.h"'),
    ("helper/b.cc", '#include "model/stack/a.h"'),
    ("test/unit/b.cc", '#include "ns3/core-module.h"'),
    ("test/unit/b.cc", '#include "helper/a.h"'),
]
REFUSED = [
    ("model/flow/b.cc", '#include "model/tracker/a.h"', "flow may not include tracker"),
    ("model/tracker/b.h", '#include "model/stack/a.h"', "tracker may not include stack"),
    ("model/tracker/b.h", '  #  include "model/stack/a.h"', "tracker may not include stack"),
    ("model/stack/b.cc", '#include "helper/a.h"', "stack may not include helper"),
    ("helper/b.cc", '#include "test/unit/a.h"', "helper may not include test"),
    ("model/flow/b.cc", '#include "ns3/packet.h"', "ns3/packet.h is not of it"),
    ("model/flow/b.cc", "#include <ns3/simulator.h>", "ns3/simulator.h is not of it"),
    ("model/stack/b.cc", '#include "ns3/core-module.h"', "a whole module"),
    ("model/flow/b.cc", '#include "a.h"', "no path from the top folder"),
    ("model/other/b.cc", '#include "model/flow/a.h"', "the layer other has no row"),
]


class CheckIncludes(unittest.TestCase):
    def check(self, source, line):
        with tempfile.TemporaryDirectory() as top:
            for name, text in [*((name, "") for name in FILES), (source, f"// first\n{line}\n")]:
                path = pathlib.Path(top) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            return subprocess.run(
                [SCRIPT, top], stdout=subprocess.PIPE, encoding="ascii", check=False
            )

    def test_allowed(self):
        for source, line in ALLOWED:
            with self.subTest(source=source, line=line):
                done = self.check(source, line)
                self.assertEqual((done.returncode, done.stdout), (0, ""))

    def test_refused(self):
        for source, line, complaint in REFUSED:
            with self.subTest(source=source, line=line):
                done = self.check(source, line)
                self.assertEqual(done.returncode, 1)
                self.assertTrue(done.stdout.startswith(f"{source}:2: "), done.stdout)
                self.assertIn(complaint, done.stdout)


if __name__ == "__main__":
    unittest.main()
