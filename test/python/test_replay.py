# SPDX-License-Identifier: GPL-2.0-only
"""Tests of replay_capture and replay_case: results, reasons, and what is refused."""

import contextlib
import io
import json
import pathlib
import subprocess
import sys
import tempfile
import warnings

from package_case import PackageTest, nc

import capture_maker as make
from ns3conntrack import __main__ as command
from ns3conntrack.explain import explain

CORPUS = pathlib.Path(__file__).resolve().parent.parent / "corpus"
FTP = CORPUS / "corpus" / "ftp-port"
ADA, BOB, EVE = ("10.1.0.10", 4000), ("10.2.0.10", 7000), ("10.9.0.1", 99)


def forward_rules(*expressions, policy="accept", **notes):
    """A chain at hook forward with a rule."""
    shared = {"family": "inet", "table": "t"}
    chain = {"name": "forward", "type": "filter", "hook": "forward", "prio": 0, "policy": policy}
    rule = {"chain": "forward", "expr": list(expressions), **notes}
    body = [{"table": {"family": "inet", "name": "t"}}, {"chain": {**shared, **chain}}]
    return {"nftables": body + ([{"rule": {**shared, **rule}}] if expressions else [])}


def match(key, value):
    return {"match": {"op": "==", "left": key, "right": value}}


class ReplayTest(PackageTest):
    def setUp(self):
        super().setUp()
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def capture(self, *packets, **settings):
        return make.write(self.folder / "made.pcap", packets, **settings)

    def words(self, *packets, **settings):
        """What explain says of each packet, without number, time and tuple."""
        result = nc.replay_capture(self.capture(*packets), **settings)
        return [explain(row).split(": ", 1)[1] for row in result.packets]


class CaptureTest(ReplayTest):
    def test_ftp_is_expected(self):
        result = nc.replay_capture(FTP / "cli.pcap")
        new = [row for row in result.rows if row["table"] == "expect" and row["event"] == "NEW"]
        self.assertEqual([row["helper"] for row in new], ["ftp"])
        self.assertEqual(new[0]["tuple"]["dport"], 50001)
        self.assertEqual(len(result.lines), len(result.rows))
        self.assertEqual(len(result.event_packets), len(result.rows))
        announcing = [row["packet"] for row in result.packets if "expects" in row]
        causes = [n for n, row in zip(result.event_packets, result.rows) if row in new]
        self.assertEqual(announcing, causes)
        related = [explain(row) for row in result.packets if row.get("state") == "RELATED"]
        self.assertIn("RELATED (SYN_SENT), expected by 10.1.0.10:40000 > 10.2.0.10:21", related[0])
        self.assertIn("(helper ftp)", related[0])

    def test_equals_the_program(self):
        program = pathlib.Path(nc.__file__).resolve().parents[2] / "examples" / "conntrack-replay"
        if not program.exists():
            self.skipTest("conntrack-replay is not built")
        told = subprocess.run(
            [program, f"--pcap={FTP / 'cli.pcap'}"], check=True, capture_output=True, text=True
        )
        self.assertEqual(nc.replay_capture(FTP / "cli.pcap").lines, told.stdout.splitlines())

    def test_twice_is_the_same_and_leaves_nothing(self):
        first, second = (nc.replay_capture(FTP / "cli.pcap") for _ in range(2))
        self.assertEqual((first.rows, first.packets), (second.rows, second.packets))
        self.assertEqual(nc.now(), 0)
        nc.Node()

    def test_without_helpers_nothing_is_expected(self):
        result = nc.replay_capture(FTP / "cli.pcap", helpers=[])
        self.assertEqual([row for row in result.rows if row["table"] == "expect"], [])

    def test_attributes_and_setup(self):
        seen = []

        def setup(conntrack):
            conntrack.trace("Connection", lambda event: seen.append(event.kind))
            self.assertEqual(conntrack.get("TcpLoose"), False)

        late = make.tcp(ADA, BOB, make.ACK)
        nc.replay_capture(self.capture(make.udp(ADA, BOB), late), setup=setup, TcpLoose=False)
        self.assertEqual(seen, ["NEW"])

    def test_python_helper(self):
        class Open(nc.ProtocolHelper):
            name, protocol, port = "open", "udp", 7000

            def help(self, packet, memory):
                packet.expect(packet.sender.source, int(packet.payload))

        packets = [make.udp(ADA, BOB, b"9001"), make.udp(EVE, (ADA[0], 9001))]
        words = self.words(*packets, helpers=[Open()])
        self.assertIn("expects 0.0.0.0:0 > 10.1.0.10:9001 udp", words[0])
        self.assertIn(
            "RELATED, expected by 10.1.0.10:4000 > 10.2.0.10:7000 udp (helper open)", words[1]
        )

    def test_helper_on_another_port(self):
        packets = [make.udp(ADA, BOB), make.udp(ADA, ("10.2.0.10", 5060))]
        path = self.capture(*packets)
        helped = [
            c.helper for c in nc.replay_capture(path, helpers=[("sip", "udp", 7000)]).connections
        ]
        self.assertEqual(helped, ["sip", None])

    def test_cut_capture_is_replayed_up_to_there(self):
        path = self.folder / "cut.pcap"
        path.write_bytes((FTP / "cli.pcap").read_bytes()[:-5])
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            result = nc.replay_capture(path)
        self.assertIn("cut.pcap: damaged after", result.damage)
        self.assertEqual([str(each.message) for each in caught], [result.damage])
        self.assertGreater(len(result.packets), 5)

    def test_a_callbacks_exception_comes_out(self):
        def setup(conntrack):
            conntrack.trace("Connection", lambda event: 1 // 0)

        with self.assertRaises(ZeroDivisionError):
            nc.replay_capture(FTP / "cli.pcap", setup=setup)
        self.assertGreater(len(nc.replay_capture(FTP / "cli.pcap").rows), 5)


class RefusedTest(ReplayTest):
    def test_refused(self):
        good = FTP / "cli.pcap"
        text = self.folder / "text.pcap"
        text.write_text("no capture at all, but long enough for one")
        empty = self.capture()
        replay = nc.replay_capture
        rows = [
            (FileNotFoundError, "missing.pcap", [self.folder / "missing.pcap"], {}),
            (IsADirectoryError, "", [self.folder], {}),
            (nc.CaptureError, "text.pcap", [text], {}),
            (nc.ReplayError, "holds no IP packet", [empty], {}),
            (nc.ReplayError, 'there is no profile "v2.4"', [good], {"kernel": "v2.4"}),
            (nc.RulesetError, "", [good], {"ruleset": "nonsense"}),
            (nc.RulesetError, "nobody", [good], {"helpers": [("nobody", "tcp", 21)]}),
            (ValueError, "not by both", [good], {"ruleset": {}, "helpers": []}),
            (ValueError, "(name, protocol, port)", [good], {"helpers": ["ftp"]}),
            (AttributeError, "TcpLose", [good], {"TcpLose": False}),
            (AttributeError, "argument kernel", [good], {"Profile": "v5.10"}),
            (ZeroDivisionError, "", [good], {"setup": lambda conntrack: 1 // 0}),
            (RuntimeError, "destroyed", [good], {"setup": lambda conntrack: nc.destroy()}),
        ]
        for kind, sentence, arguments, keywords in rows:
            with self.subTest(sentence=sentence, keywords=keywords):
                self.refuse(kind, sentence, replay, *arguments, **keywords)
                self.assertEqual(nc.now(), 0)
        self.assertGreater(len(replay(good).rows), 5)

    def test_beside_another_simulation(self):
        nc.Node()
        self.refuse(RuntimeError, "simulation of its own", nc.replay_capture, FTP / "cli.pcap")
        nc.destroy()
        nc.schedule(0, nc.replay_capture, FTP / "cli.pcap")
        self.refuse(RuntimeError, "simulation of its own", nc.run)

    def test_after_its_end(self):
        kept = []
        nc.replay_capture(FTP / "cli.pcap", setup=kept.append)
        self.refuse(RuntimeError, "destroyed", kept[0].load_ruleset, {"nftables": []})
        self.refuse(RuntimeError, "destroyed", kept[0].connections)


class CaseTest(ReplayTest):
    def test_equals_the_kernel(self):
        out = self.folder / "out"
        result = nc.replay_case(FTP, out=out)
        compare = [sys.executable, CORPUS / "compare.py", "one", FTP, out]
        done = subprocess.run(compare, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        recorded = [json.loads(line) for line in (FTP / "events.jsonl").read_text().splitlines()]
        kinds = [(row["table"], row["event"]) for row in recorded]
        self.assertEqual([(row["table"], row["event"]) for row in result.rows], kinds)
        self.assertEqual(
            len(result.snapshots), len(json.loads((FTP / "snapshots.json").read_text()))
        )
        self.assertEqual({row["verdict"] for row in result.packets}, {"passes"})

    def test_leaves_checksums_as_they_were(self):
        def captured():
            """What a client sends in a new simulation; checksums of 0 unless they are on."""
            path = self.folder / "sent"
            client, server = nc.nodes(2)
            link = nc.Link.point_to_point(client, server)
            link.assign("10.0.0.0/24")
            files = link.pcap(path)
            nc.UdpEchoServer(server)
            nc.UdpEchoClient(client, "10.0.0.2", start=1, MaxPackets=1)
            nc.run(until=5)
            nc.destroy()
            return pathlib.Path(files[0]).read_bytes()

        before = captured()
        nc.replay_case(FTP, packets=False)
        nc.replay_capture(FTP / "cli.pcap")
        self.assertEqual(captured(), before)

    def test_refused(self):
        broken = self.folder / "case.json"
        broken.write_text("{}")
        self.refuse(FileNotFoundError, "nowhere", nc.replay_case, self.folder / "nowhere")
        self.refuse(nc.ReplayError, "case.json", nc.replay_case, self.folder)
        self.refuse(NotADirectoryError, "", nc.replay_case, broken)
        self.refuse(AttributeError, "TcpLose", nc.replay_case, FTP, TcpLose=1)


class ReasonTest(ReplayTest):
    """Each reason is the tracker's, the rules' or the helper's own."""

    def test_new_and_established(self):
        words = self.words(make.udp(ADA, BOB), make.udp(ADA, BOB), make.udp(BOB, ADA))
        self.assertEqual(
            words,
            [
                "NEW, first packet, not expected: nothing is; passes",
                "NEW, no answer yet; passes",
                "ESTABLISHED, answer to 10.1.0.10:4000 > 10.2.0.10:7000 udp; passes",
            ],
        )

    def test_no_syn(self):
        late = make.tcp(ADA, BOB, make.ACK)
        self.assertIn("NEW (ESTABLISHED), first packet", self.words(late)[0])
        self.assertIn("INVALID, mid-stream: no SYN", self.words(late, TcpLoose=False)[0])

    def test_window(self):
        syn = make.tcp(ADA, BOB, make.SYN, seq=100)
        answer = make.tcp(BOB, ADA, make.SYN | make.ACK, seq=500, ack=101)
        far = make.tcp(ADA, BOB, make.ACK, seq=900000, ack=501)
        words = self.words(syn, answer, far)
        self.assertIn("NEW (SYN_SENT)", words[0])
        self.assertIn("ESTABLISHED (SYN_RECV), answer to", words[1])
        self.assertEqual(words[2].split(":")[0], "INVALID, out of window")

    def test_checksum(self):
        bad = make.udp(ADA, BOB, b"x", bad_checksum=True)
        self.assertIn("INVALID, bad checksum", self.words(bad, Checksum=True)[0])
        self.assertIn("NEW, first packet", self.words(bad)[0])

    def test_rule_and_policy(self):
        to_port = match({"payload": {"protocol": "udp", "field": "dport"}}, 7000)
        rules = forward_rules(to_port, {"drop": None}, handle=8, comment="no guests")
        self.assertIn(
            'dropped by rule 1 (handle 8, "no guests") of inet t forward',
            self.words(make.udp(ADA, BOB), ruleset=rules)[0],
        )
        self.assertIn("passes", self.words(make.udp(BOB, ADA), ruleset=rules)[0])
        policy = forward_rules(policy="drop")
        self.assertIn(
            "dropped by the policy of inet t forward",
            self.words(make.udp(ADA, BOB), ruleset=policy)[0],
        )
        rejects = forward_rules(to_port, {"reject": None})
        self.assertIn(
            "rejected by rule 1 of inet t forward",
            self.words(make.udp(ADA, BOB), ruleset=rejects)[0],
        )

    def ftp(self, port_line, line_ends=b"USER ada\r\n"):
        """A control connection on which the client says a line, and the server connects to it."""
        client, server = ("10.1.0.10", 40000), ("10.2.0.10", 21)
        return [
            make.tcp(client, server, make.SYN, seq=100),
            make.tcp(server, client, make.SYN | make.ACK, seq=500, ack=101),
            make.tcp(client, server, make.ACK, seq=101, ack=501, payload=line_ends),
            make.tcp(client, server, make.ACK, 101 + len(line_ends), 501, port_line),
            make.tcp(("10.2.0.10", 20), ("10.1.0.10", 50002), make.SYN, seq=900),
        ]

    def test_why_nothing_is_expected(self):
        rows = [
            (b"PORT 10,9,9,9,195,82\r\n", {}, "the address is a third party's, and Loose is off"),
            (b"PORT 10,1,0,10,195,82\r\n", {"line_ends": b"USER"}, "its line does not begin where"),
        ]
        for line, changes, why in rows:
            with self.subTest(why):
                words = self.words(*self.ftp(line, **changes))
                self.assertIn(f"helper ftp expects nothing: {why}", words[3])
                self.assertIn("first packet, not expected: nothing is", words[4])

    def test_the_nearest_expectation(self):
        words = self.words(*self.ftp(b"PORT 10,1,0,10,195,81\r\n"))
        self.assertNotIn("expects nothing", words[3])
        nearest = "10.2.0.10:0 > 10.1.0.10:50001 tcp is, another destination port; passes"
        self.assertIn(f"first packet, not expected: {nearest}", words[4])
        words = self.words(*self.ftp(b"PORT 10,1,0,10,195,82\r\n"))
        self.assertIn("RELATED (SYN_SENT), expected by", words[4])

    def test_untracked(self):
        rules = {
            "nftables": [
                {"table": {"family": "inet", "name": "t"}},
                {
                    "chain": {
                        "family": "inet",
                        "table": "t",
                        "name": "raw",
                        "type": "filter",
                        "hook": "prerouting",
                        "prio": -300,
                        "policy": "accept",
                    }
                },
                {
                    "rule": {
                        "family": "inet",
                        "table": "t",
                        "chain": "raw",
                        "expr": [{"notrack": None}],
                    }
                },
            ]
        }
        self.assertIn("UNTRACKED", self.words(make.udp(ADA, BOB), ruleset=rules)[0])

    def test_nat_is_named(self):
        rules = {
            "nftables": [
                {"table": {"family": "ip", "name": "t"}},
                {
                    "chain": {
                        "family": "ip",
                        "table": "t",
                        "name": "out",
                        "type": "nat",
                        "hook": "postrouting",
                        "prio": 100,
                        "policy": "accept",
                    }
                },
                {
                    "rule": {
                        "family": "ip",
                        "table": "t",
                        "chain": "out",
                        "expr": [{"snat": {"addr": "192.0.2.1"}}],
                    }
                },
            ]
        }
        row = nc.replay_capture(self.capture(make.udp(ADA, BOB)), ruleset=rules).packets[0]
        self.assertEqual(row["nat"], {"src": "192.0.2.1"})
        self.assertIn("NATed to source 192.0.2.1", explain(row))

    def test_helper_drops(self):
        control = CORPUS / "corpus" / "ftp-port-split" / "cli.pcap"
        rows = [row for row in nc.replay_capture(control).packets if row.get("drop")]
        self.assertEqual({row["drop"] for row in rows}, {"HelperRefused"})
        self.assertIn("partial matching of `PORT'", explain(rows[0]))


class CommandTest(ReplayTest):
    def run_command(self, *arguments):
        out, errors = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
            try:
                code = command.main([str(word) for word in arguments])
            except SystemExit as end:
                code = end.code
        return code, out.getvalue(), errors.getvalue()

    def test_prints(self):
        capture = FTP / "cli.pcap"
        result = nc.replay_capture(capture)
        code, out, errors = self.run_command("replay", capture)
        self.assertEqual((code, out.splitlines(), errors), (0, result.lines, ""))
        code, out, errors = self.run_command("dump", capture)
        self.assertEqual((code, out.splitlines()), (0, result.tables["conntrack_L"]))
        code, out, errors = self.run_command("explain", capture)
        self.assertEqual((code, len(out.splitlines())), (0, len(result.packets)))
        code, out, errors = self.run_command("explain", "--json", FTP)
        self.assertEqual(
            [json.loads(line)["verdict"] for line in out.splitlines()].count("passes"),
            len(out.splitlines()),
        )

    def test_cut_capture(self):
        path = self.folder / "cut.pcap"
        path.write_bytes((FTP / "cli.pcap").read_bytes()[:-5])
        code, out, errors = self.run_command("replay", path)
        self.assertEqual((code, bool(out)), (0, True))
        self.assertRegex(errors, r"^ns3conntrack: .*cut.pcap: damaged after .*\n$")

    def test_dump_shows_expectations(self):
        path = self.capture(*[make.udp(ADA, ("10.2.0.10", 5060), SIP_REGISTER)])
        code, out, _ = self.run_command("dump", path)
        self.assertEqual(code, 0)
        self.assertEqual(
            [line for line in out.splitlines() if line.startswith("expect ")][0].split()[2],
            "proto=17",
        )
        code, out, _ = self.run_command("dump", "--json", path)
        self.assertEqual(
            [json.loads(line)["table"] for line in out.splitlines()], ["conntrack", "expect"]
        )

    def test_refused(self):
        rows = [
            (1, "missing.pcap", ["replay", "missing.pcap"]),
            (1, "unknown file format", ["explain", __file__]),
            (1, "NAME:PROTO:PORT", ["replay", FTP / "cli.pcap", "--helper", "ftp"]),
            (1, "NAME=VALUE", ["replay", FTP / "cli.pcap", "--set", "TcpLoose"]),
            (1, "TcpLose", ["replay", FTP / "cli.pcap", "--set", "TcpLose=1"]),
            (1, "own rules", ["replay", FTP, "--helper", "ftp:tcp:21"]),
            (1, "own rules and interfaces", ["explain", FTP, "--iif", "eth7"]),
            (1, "cannot open", ["replay", FTP, "--module", "/nowhere.so"]),
            (1, "rules.json", ["replay", FTP / "cli.pcap", "--ruleset", "/nowhere/rules.json"]),
            (2, "invalid choice", ["reply"]),
            (2, "required", ["explain"]),
        ]
        for code, sentence, arguments in rows:
            with self.subTest(sentence=sentence):
                got, out, errors = self.run_command(*arguments)
                self.assertEqual((got, out), (code, ""))
                self.assertIn(sentence, errors)

    def test_help_by_example(self):
        code, out, _ = self.run_command("--help")
        self.assertEqual(code, 0)
        self.assertIn("python3 -m ns3conntrack explain ftp.pcap", out)


SIP_REGISTER = b"".join(
    line + b"\r\n"
    for line in [
        b"REGISTER sip:10.2.0.10 SIP/2.0",
        b"Via: SIP/2.0/UDP 10.1.0.10:4000;branch=z9hG4bK1",
        b"From: <sip:ada@10.2.0.10>;tag=1",
        b"To: <sip:ada@10.2.0.10>",
        b"Call-ID: 1@10.1.0.10",
        b"CSeq: 1 REGISTER",
        b"Contact: <sip:ada@10.1.0.10:4000>",
        b"Expires: 3600",
        b"Content-Length: 0",
        b"",
    ]
)
