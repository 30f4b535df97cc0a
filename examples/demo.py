#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""The demo: FTP through firewalls with and without the protocol helper, simulated and recorded.

Usage: demo.py [--build DIR]        (./waf demo builds and runs it)
First a simulation, examples/ftp-firewall.cc: its event lines, transfers, captures, and a picture of
what lived in the two routers' tables. Then two recorded sessions of real programs: the events of
each replay, and in a line whether they equal what the recorded Linux kernel did. Exits 1 if a
router with the helper does not equal the kernel, or one without lets a data connection of active
mode pass.
"""

import argparse
import importlib.util
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parent.parent
CORPUS = TOP / "test" / "corpus"
SESSIONS = (
    ("active", "real-ftplib-active", "Python's ftplib against pyftpdlib"),
    ("passive", "real-vsftpd-curl-pasv", "curl against vsftpd"),
)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default=str(TOP / "build"), help="the folder of the build")
    build = pathlib.Path(parser.parse_args().build)
    compare = load_compare()
    as_expected = simulate(build, compare)
    program = build / "examples" / "conntrack-replay"
    with tempfile.TemporaryDirectory() as work:
        for mode, name, programs in SESSIONS:
            recorded = CORPUS / "corpus" / name
            title = f"FTP in {mode} mode ({programs})"
            out = pathlib.Path(work) / f"{name}-with"
            print(f"== {title}, with the helper", flush=True)
            replay(program, recorded, out)
            verdict, same = judge_with_helper(compare, recorded, out)
            as_expected = as_expected and same
            print(f"-- {verdict}\n")

            changed = case_without_helper(recorded, pathlib.Path(work) / name)
            out = pathlib.Path(work) / f"{name}-without"
            print(f"== {title}, without the helper", flush=True)
            replay(program, changed, out)
            verdict, refused = judge_without_helper(compare, recorded, out)
            as_expected = as_expected and refused
            print(f"-- {verdict}\n")
    return 0 if as_expected else 1


def simulate(build, compare):
    """Run and draw the simulation; whether only the helper made active mode possible."""
    print("== Simulated: ada behind a router with the helper, bob behind one without", flush=True)
    out = build / "demo"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    subprocess.run([build / "examples" / "ftp-firewall", f"--out={out}"], check=True)
    routers = [out / "with-helper", out / "without-helper"]
    picture = out / "life-lines.png"
    draw = [sys.executable, TOP / "examples" / "life-lines.py", f"--out={picture}"]
    title = "FTP in active mode (from second 1) and passive mode (from second 120)"
    subprocess.run([*draw, f"--title={title}", *routers], check=True)
    expected, refused = [
        len(data_connections(compare.read_events(routers[0] / "events.jsonl"))),
        len({tuple_of({"orig": drop}) for drop in read_drops(routers[1])}),
    ]
    print(
        f"-- With the helper {expected} data connections were expected and passed; without it "
        f"{refused} of active mode were refused."
    )
    print(f"-- Picture: {picture}\n-- Captures and event files: {out}\n")
    return expected == 6 and refused == 3


def read_drops(folder):
    """The connections of dropped packets, without what differs between packets of one."""
    lines = (folder / "drops.jsonl").read_text().splitlines()
    return [{**json.loads(line), "t": None} for line in lines]


def load_compare():
    """The module that judges replays, test/corpus/compare.py."""
    spec = importlib.util.spec_from_file_location("compare", CORPUS / "compare.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def replay(program, case, out):
    """Replay a case; the program prints the event lines."""
    subprocess.run([program, f"--case={case}", f"--out={out}"], check=True)


def judge_with_helper(compare, recorded, out):
    """A sentence on a replay under the recorded rules, and whether it equals the recording."""
    differences = [text for texts in compare.compare_case(recorded, out).values() for text in texts]
    events = len(compare.read_events(out / "events.jsonl"))
    if differences:
        return f"NOT equal to the kernel's: {differences[0]}", False
    return f"Equal to the kernel's: {events} events, every table, every packet that left.", True


def judge_without_helper(compare, recorded, out):
    """A sentence on the session's data connections, and whether all were refused."""
    wanted = data_connections(compare.read_events(recorded / "events.jsonl"))
    tracked = {tuple_of(event) for event in compare.read_events(out / "events.jsonl")}
    refused = [connection for connection in wanted if connection not in tracked]
    sentence = (
        "Not equal to the kernel's, which had the helper: nothing was expected, and "
        f"{len(refused)} of {len(wanted)} data connections were refused."
    )
    return sentence, len(refused) == len(wanted)


def data_connections(events):
    """The tuples of the connections that an expectation foretold, in order."""
    return [
        tuple_of(event)
        for event in events
        if event["table"] == "conntrack" and event["event"] == "NEW" and "master" in event
    ]


def tuple_of(event):
    """The original tuple of a connection's event, as something that can be compared."""
    return tuple(sorted(event.get("orig", {}).items()))


def case_without_helper(recorded, folder):
    """Copy a case, without the rules that give connections a helper."""
    shutil.copytree(recorded, folder)
    path = folder / "ruleset.json"
    document = json.loads(path.read_text())
    document["nftables"] = [item for item in document["nftables"] if not concerns_helper(item)]
    path.write_text(json.dumps(document))
    return folder


def concerns_helper(item):
    """Whether an item of nft's JSON is a `ct helper` object or a rule that assigns one."""
    statements = item.get("rule", {}).get("expr", [])
    return "ct helper" in item or any("ct helper" in statement for statement in statements)


if __name__ == "__main__":
    sys.exit(main())
