# SPDX-License-Identifier: GPL-2.0-only
"""Tests of golden event files and of the pytest plugin, which runs in a process of its own."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

from package_case import PackageTest

import capture_maker as make
from ns3conntrack import regression

CORPUS = pathlib.Path(__file__).resolve().parent.parent / "corpus"
FTP = CORPUS / "corpus" / "ftp-port"
ADA, BOB = ("10.1.0.10", 4000), ("10.2.0.10", 7000)
HELPER = """
import ns3conntrack as nc

class Open(nc.ProtocolHelper):
    name, protocol, port = "open", "udp", 7000

    def help(self, packet, memory):
        packet.expect(packet.sender.source, int(packet.payload) + OFFSET)
"""


class RegressionTest(PackageTest):
    def setUp(self):
        super().setUp()
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def case(self, name, **settings):
        """A case with FTP's capture; returns its folder."""
        place = self.folder / name
        place.mkdir()
        shutil.copy(FTP / "cli.pcap", place / "ftp.pcap")
        (place / "case.json").write_text(json.dumps({"capture": "ftp.pcap", **settings}))
        return place

    def python_case(self, offset=0):
        place = self.folder / "python"
        place.mkdir(exist_ok=True)
        packets = [make.udp(ADA, BOB, b"9000"), make.udp(BOB, (ADA[0], 9000))]
        make.write(place / "made.pcap", packets)
        (place / "helper.py").write_text(HELPER.replace("OFFSET", str(offset)))
        case = {"capture": "made.pcap", "python": "helper.py:Open"}
        (place / "case.json").write_text(json.dumps(case))
        return place


class GoldenTest(RegressionTest):
    def test_recorded_is_equal(self):
        place = self.case("ftp")
        count = regression.record(place)
        rows = regression.read_golden(place / "golden.jsonl")
        self.assertEqual(len(rows), count)
        self.assertGreater(count, 5)
        self.assertEqual(regression.check(place), "")
        lines = (place / "golden.jsonl").read_text().splitlines()
        for line in lines:
            keys = list(json.loads(line))
            self.assertEqual(keys, sorted(keys))
            self.assertNotIn("timestamp", keys)

    def test_times_are_relative(self):
        rows = []
        for first in (1000.0, 2000.5):
            place = self.python_case()
            packets = [make.udp(ADA, BOB, b"9000"), make.udp(BOB, (ADA[0], 9000))]
            make.write(place / "made.pcap", packets, first=first)
            rows.append(regression.golden_rows(regression.run_case(place)))
        self.assertEqual(rows[0], rows[1])
        self.assertEqual(rows[0][0]["t"], 0)

    def test_missing_expectation_is_named(self):
        place = self.case("ftp")
        regression.record(place)
        (place / "case.json").write_text('{"capture": "ftp.pcap", "helpers": [["sip", "tcp", 21]]}')
        text = regression.check(place)
        self.assertIn(
            "expected NEW expectation 10.2.0.10:0 > 10.1.0.10:50001 tcp, got nothing", text
        )
        packet = next(
            r["packet"]
            for r in regression.read_golden(place / "golden.jsonl")
            if r.get("table") == "expect"
        )
        self.assertIn(f"@@ packet {packet}, ", text)

    def test_changed_helper_in_python(self):
        place = self.python_case()
        regression.record(place)
        self.assertEqual(regression.check(place), "")
        self.python_case(offset=1)
        text = regression.check(place)
        self.assertIn("expected NEW expectation 0.0.0.0:0 > 10.1.0.10:9000 udp, got nothing", text)
        self.assertIn("expected nothing, got NEW expectation 0.0.0.0:0 > 10.1.0.10:9001 udp", text)

    def test_changed_setting_is_named_by_key(self):
        place = self.case("ftp")
        regression.record(place)
        case = {"capture": "ftp.pcap", "attributes": {"TcpTimeoutEstablished": 77}}
        (place / "case.json").write_text(json.dumps(case))
        self.assertRegex(
            regression.check(place), r"UPDATE connection .*: expected timeout 432000, got 77"
        )

    def test_drops_and_log_are_golden(self):
        place = self.case("split")
        shutil.copy(CORPUS / "corpus" / "ftp-port-split" / "cli.pcap", place / "ftp.pcap")
        regression.record(place)
        kinds = {row["event"] for row in regression.read_golden(place / "golden.jsonl")}
        self.assertLessEqual({"DROP", "LOG", "NEW"}, kinds)

    def test_recording_of_a_kernel(self):
        self.assertTrue(regression.is_recorded(FTP))
        rows = regression.golden_rows(regression.run_case(FTP))
        self.assertIn("expect", [row.get("table") for row in rows])

    def test_refused(self):
        rows = [
            ('{"capture": "ftp.pcap", "helper": []}', '"helper" is no key'),
            ("{}", '"capture" is missing'),
            ("[]", "no object"),
            ("{", "no JSON"),
            ('{"capture": "ftp.pcap", "helpers": [["ftp", "tcp"]]}', "[name, protocol, port]"),
            ('{"capture": "ftp.pcap", "python": "helper.py"}', '"FILE.py:CLASS"'),
            ('{"capture": "ftp.pcap", "python": "nowhere.py:Open"}', '"FILE.py:CLASS"'),
        ]
        place = self.case("refused")
        for text, sentence in rows:
            with self.subTest(text=text):
                (place / "case.json").write_text(text)
                self.refuse(ValueError, sentence, regression.run_case, place)
        (place / "golden.jsonl").write_text('{"t": 1}\n')
        self.refuse(ValueError, "golden.jsonl:1", regression.read_golden, place / "golden.jsonl")
        self.refuse(FileNotFoundError, "golden.jsonl", regression.check, FTP)


class PluginTest(RegressionTest):
    def pytest(self, *arguments):
        """The exit status and what pytest printed."""
        command = [sys.executable, "-m", "pytest", "-p", "ns3conntrack.pytest_plugin"]
        command += ["-p", "no:cacheprovider", "--rootdir", self.folder, self.folder, *arguments]
        done = subprocess.run(
            [str(word) for word in command],
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        )
        return done.returncode, done.stdout + done.stderr

    def setUp(self):
        super().setUp()
        if subprocess.run([sys.executable, "-c", "import pytest"], capture_output=True).returncode:
            raise unittest.SkipTest("there is no pytest (Debian: python3-pytest)")

    def test_each_case_is_a_test(self):
        self.case("one")
        self.python_case()
        code, text = self.pytest()
        self.assertEqual(code, 1)
        self.assertIn("2 failed", text)
        self.assertIn("has no golden.jsonl yet: --golden-update writes it", text)
        code, text = self.pytest("--golden-update")
        self.assertEqual(code, 0, text)
        code, text = self.pytest("-v")
        self.assertEqual(code, 0, text)
        self.assertIn("one/case.json::one PASSED", text)
        self.assertIn("2 passed", text)

    def test_difference_is_readable(self):
        place = self.python_case()
        regression.record(place)
        self.python_case(offset=1)
        code, text = self.pytest()
        self.assertEqual(code, 1)
        self.assertIn("@@ packet 1, 0.000000 s: expected NEW expectation", text)
        self.assertIn("--- golden\n+++ replay\n", text)
        self.assertNotIn("Traceback", text)

    def test_wrong_case_is_one_sentence(self):
        self.case("bad", helpers="ftp")
        self.case("worse").joinpath("case.json").write_text("{")
        code, text = self.pytest("--golden-update")
        self.assertEqual(code, 1)
        self.assertIn("2 failed", text)
        self.assertIn("[name, protocol, port]", text)
        self.assertIn("no JSON", text)

    def test_wrong_attribute_is_one_sentence(self):
        self.case("bad", attributes={"Foo": 1})
        code, text = self.pytest("--golden-update")
        self.assertEqual(code, 1)
        self.assertIn("case.json: Conntrack has no attribute 'Foo'", text)
        self.assertNotIn("Traceback", text)

    def test_recordings_without_golden_are_skipped(self):
        shutil.copytree(FTP, self.folder / "ftp-port")
        code, text = self.pytest("-rs")
        self.assertEqual(code, 0, text)
        self.assertIn("1 skipped", text)
        self.assertIn("has no golden.jsonl yet: --golden-update writes it", text)
        code, text = self.pytest("--golden-update")
        self.assertEqual(code, 0, text)
        code, text = self.pytest()
        self.assertIn("1 passed", text)
        (self.folder / "ftp-port" / "golden.jsonl").write_text("")
        code, text = self.pytest()
        self.assertIn("expected nothing, got NEW connection", text)
