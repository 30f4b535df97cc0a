# SPDX-License-Identifier: GPL-2.0-only
"""Tables of doc/ say what the sources and the built library say."""

import fnmatch
import json
import pathlib
import re
import subprocess
import sys
import unittest

TOP = pathlib.Path(__file__).resolve().parents[2]
DOC = TOP / "doc"
PROGRAM = TOP / "build" / "doc" / "print-reference"
PROTOCOLS = {6: "tcp", 17: "udp"}
FAMILIES = {2: "IPv4", 10: "IPv6"}  # AF_INET, AF_INET6


def rows_of(page, title):
    """A list-table's rows but the heading, each a list of cells; lines of a cell are joined."""
    text = (DOC / page).read_text()
    head = rf"^\.\. list-table:: {re.escape(title)}\n(?:   :.*\n)+\n((?:   .*\n|\n)+)"
    body = re.search(head, text, re.MULTILINE)[1]
    rows = []
    for line in body.splitlines():
        if line.startswith("   * - "):
            rows.append([line[7:]])
        elif line.startswith("     - "):
            rows[-1].append(line[7:])
        elif line.strip():
            rows[-1][-1] += " " + line.strip()
    return rows[1:]


def reference(*names):
    """What the built library says of itself."""
    command = [PROGRAM, *names]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


def names_in(cell):
    return re.findall(r"``(.+?)``", cell)


@unittest.skipUnless(PROGRAM.exists(), "build/doc/print-reference is not built")
class BuiltLibrary(unittest.TestCase):
    def test_written_pages_are_new(self):
        command = [sys.executable, DOC / "make-tables.py", "--check"]
        done = subprocess.run(command, capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))

    def test_helpers(self):
        helpers = {}
        described = reference()["helpers"]
        translators = reference(*{helper["natModule"] for helper in described})["registered"]
        for helper in described:
            service = (PROTOCOLS[helper["protocol"]], FAMILIES[helper["family"]])
            classes = "; ".join(
                f"{number} {each['name']}".rstrip() + f": {each['most']}, {each['seconds']:g}"
                for number, each in enumerate(helper["classes"])
            )
            known = helpers.setdefault(helper["name"], {"services": set()})
            known["services"].add(service)
            known["port"] = helper["port"]
            module = helper["natModule"]
            known["rest"] = [classes, f"``{module}``" if translators[module] else "none"]
        written = {row[0]: row for row in rows_of("helpers.rst", "Helpers")}
        self.assertEqual(sorted(written), sorted(helpers))
        for name, helper in helpers.items():
            protocols = sorted({protocol for protocol, _ in helper["services"]})
            families = sorted({family for _, family in helper["services"]})
            self.assertEqual(len(helper["services"]), len(protocols) * len(families))
            connections = f"{' and '.join(protocols)} {helper['port']}, {' and '.join(families)}"
            self.assertEqual(written[name][1:4], [connections, *helper["rest"]])

    def test_nat_helpers_and_expectfns_are_registered(self):
        names = [
            name
            for row in rows_of("helpers.rst", "Helpers")
            for cell in row[3:5]
            for name in names_in(cell)
        ]
        self.assertGreaterEqual(len(names), 4)
        answers = reference(*names, "no such name")["registered"]
        self.assertFalse(answers.pop("no such name"))
        self.assertEqual(answers, dict.fromkeys(names, True))

    def test_profiles_are_named(self):
        chapter = (DOC / "conntrack.rst").read_text()
        for profile in reference()["profiles"]:
            self.assertIn(f"``{profile}``", chapter)


class Sources(unittest.TestCase):
    def test_corpora(self):
        corpora = TOP / "test" / "corpus"
        expected = []
        for chosen in json.loads((corpora / "selection.json").read_text()):
            cases = json.loads((corpora / chosen["corpus"] / "index.json").read_text())["cases"]
            compared = [
                case
                for case in cases
                if case["replay"] in ("packets", "local")
                and any(fnmatch.fnmatch(case["name"], glob) for glob in chosen["only"])
                and not any(fnmatch.fnmatch(case["name"], glob) for glob in chosen["skip"])
            ]
            expected.append([chosen["corpus"], str(len(cases)), str(len(compared))])
        written = [[row[0], row[2], row[3]] for row in rows_of("validation.rst", "The corpora")]
        self.assertEqual(written, expected)

    def test_checks(self):
        script = (TOP / "test" / "corpus" / "compare.py").read_text()
        checks = re.search(r"^CHECKS = \((.*)\)$", script, re.MULTILINE)[1]
        written = [row[0] for row in rows_of("validation.rst", "The six checks")]
        self.assertEqual(written, re.findall(r'"(\w+)"', checks))

    def test_fuzz_targets(self):
        targets = sorted(path.stem for path in (TOP / "test" / "fuzz").glob("fuzz-*.cc"))
        written = " ".join(row[0] for row in rows_of("validation.rst", "Fuzz targets"))
        self.assertEqual(sorted(re.split(r",? ", written)), targets)

    def test_files_that_pages_name(self):
        pattern = r"``((?:model|helper|test|examples|doc|bindings)/[\w./-]+)``"
        for page in sorted(DOC.rglob("*.rst")):
            for name in re.findall(pattern, page.read_text()):
                self.assertTrue((TOP / name).exists(), f"{page.relative_to(TOP)}: {name}")

    def test_files_that_the_readme_names(self):
        names = re.findall(
            r"\b(?:doc|examples|test)/[\w./-]+\.(?:rst|md|cc|py)\b", (TOP / "README.md").read_text()
        )
        self.assertGreater(len(names), 10)
        for name in names:
            self.assertTrue((TOP / name).exists(), name)

    def test_the_chapters_code_is_the_examples(self):
        shown = re.search(
            r"code-block:: cpp\n\n((?:   .*\n)+)", (DOC / "conntrack.rst").read_text()
        )[1]
        lines = iter((TOP / "examples" / "stateful-firewall.cc").read_text().splitlines())
        stripped = (line.strip() for line in lines)
        for line in shown.splitlines():
            self.assertIn(line.strip(), stripped)  # each further down than the one before


if __name__ == "__main__":
    unittest.main()
