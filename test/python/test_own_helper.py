# SPDX-License-Identifier: GPL-2.0-only
"""Tests that a C++ helper of a user's own module is found: built from examples/own-helper."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

from package_case import PackageTest, nc

import capture_maker as make

TOP = pathlib.Path(__file__).resolve().parents[2]
SOURCES = TOP / "examples" / "own-helper"
BUILD = pathlib.Path(nc.__file__).resolve().parents[2]
NS3 = ["core", "network", "internet", "point-to-point"]
ADA, BOB = ("10.1.0.10", 4000), ("10.2.0.10", 7000)

# In a process of its own: a library that was loaded stays.
SCRIPT = """
import json, sys
import ns3conntrack as nc

before = nc.helper_kinds()
brought = nc.load_module(sys.argv[1])
again = nc.load_module(sys.argv[1])
masquerade = nc.StatefulFirewall(outside="eth1", helpers=[("call-me", "udp", 7000)])
plain = nc.replay_capture(sys.argv[2], ruleset=masquerade)
table = {"family": "ip", "table": "t"}
helper = {"name": "h", "type": "call-me", "protocol": "udp"}
chain = {"type": "filter", "hook": "prerouting", "prio": 0, "policy": "accept"}
srcnat = {"type": "nat", "hook": "postrouting", "prio": 100, "policy": "accept"}
nat = {
    "nftables": [
        {"table": {"family": "ip", "name": "t"}},
        {"ct helper": {**table, **helper}},
        {"chain": {**table, "name": "in", **chain}},
        {"chain": {**table, "name": "out", **srcnat}},
        {"rule": {**table, "chain": "in", "expr": [{"ct helper": "h"}]}},
        {"rule": {**table, "chain": "out", "expr": [{"snat": {"addr": "192.0.2.1"}}]}},
    ]
}
behind = nc.replay_capture(sys.argv[2], ruleset=nat)
told = [
    [row for row in replay.rows if row["table"] == "expect" and row["event"] == "NEW"]
    for replay in (plain, behind)
]
print(json.dumps([before, brought, again, *told, plain.packets, plain.log]))
"""


class OwnHelperTest(PackageTest):
    @classmethod
    def setUpClass(cls):
        if not (BUILD / "libns3-conntrack.so").exists():
            raise unittest.SkipTest("the library is not built")
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        flags = ["-std=c++17", "-DNS3_LOG_ENABLE", "-Wall", "-Wextra", "-Werror", f"-I{TOP}"]
        link = ["-Wl,--no-as-needed", f"-L{BUILD}", "-lns3-conntrack", f"-Wl,-rpath,{BUILD}"]
        link += [f"-lns3-{name}" for name in NS3]
        cls.library = cls.folder / "libcall-me.so"
        cls.compile(
            [*flags, "-shared", "-fPIC", SOURCES / "call-me-helper.cc", "-o", cls.library, *link]
        )
        own = [f"-L{cls.folder}", "-lcall-me", f"-Wl,-rpath,{cls.folder}"]
        program = SOURCES / "try-call-me.cc"
        cls.compile([*flags, program, "-o", cls.folder / "try-call-me", *link, *own])

    @staticmethod
    def compile(arguments):
        done = subprocess.run(["g++", *map(str, arguments)], capture_output=True, text=True)
        if done.returncode:
            raise AssertionError(done.stderr)

    def test_program_that_only_links_it(self):
        done = subprocess.run([self.folder / "try-call-me"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = done.stdout.splitlines()
        self.assertEqual(
            [line for line in lines if line.startswith("called")],
            ["called by a datagram of 5 bytes"],
        )
        self.assertIn("[NEW] 30 proto=17 src=10.2.0.2 dst=10.1.0.1 sport=0 dport=9001", lines[0])
        self.assertIn("helper=call-me", lines[0])

    def test_python_loads_it(self):
        capture = make.write(
            self.folder / "calls.pcap",
            [
                make.udp(ADA, BOB, b"CALL ME AT 9001\n"),
                make.udp(BOB, (ADA[0], 9001), b"hello"),
                make.udp(ADA, BOB, b"CALL ME AT 23\n"),
                make.udp(ADA, BOB, b"CALL ME AT 99999\n"),
                make.udp(ADA, BOB, b"CALL ME AT 9"),
            ],
        )
        arguments = [sys.executable, "-c", SCRIPT, self.library, capture]
        path = {**os.environ, "PYTHONPATH": str(BUILD / "python")}
        done = subprocess.run(arguments, capture_output=True, text=True, env=path)
        self.assertEqual(done.returncode, 0, done.stderr)
        before, brought, again, plain, behind, packets, log = json.loads(done.stdout)
        self.assertIn("ftp", before)
        self.assertNotIn("call-me", before)
        self.assertEqual((brought, again), (["call-me"], []))
        self.assertEqual([row["tuple"]["dport"] for row in plain], [9001])
        self.assertEqual(plain[0]["tuple"]["dst"], "10.1.0.10")
        self.assertEqual(behind[0]["tuple"]["dst"], "192.0.2.1")
        self.assertEqual(behind[0]["fn"], "nat-follow-master")
        self.assertEqual(packets[1]["state"], "RELATED")
        self.assertEqual(packets[2]["drop"], "HelperRefused")
        self.assertIn("nf_ct_call-me: dropping packet: port 23 is too low", log[0])

    def test_refused(self):
        self.refuse(OSError, "nowhere.so", nc.load_module, "/nowhere.so")
        self.refuse(OSError, "call-me-helper.cc", nc.load_module, SOURCES / "call-me-helper.cc")
