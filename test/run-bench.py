#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Runs the benchmarks that ./waf bench has built. Benchmarks are never tests.

table  What table operations take: Google Benchmark's output. Times drift: quote ratios of one run.
hop    What a packet costs at a router, in instructions counted by callgrind. A count is the
       difference of two run lengths, so that set-up cancels; a row's cost is the difference to the
       same traffic through a router without Conntrack. "tracking" is what of it is connection
       tracking itself, to be held against the peers' (Open vSwitch's userspace conntrack).
python What a helper and a trace callback in Python cost, beside those of C++, in instructions
       (test/bench/python/run.py).
"""

import argparse
import collections
import concurrent.futures
import fnmatch
import os
import pathlib
import re
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parent.parent
KINDS = ("table", "hop", "python")
PACKETS = (500, 2500)  # the two run lengths
DEBIAN_HOP = 40735  # instructions of a plain hop of Debian 12's ns-3 3.37, as first measured
# None of them calls another of them.
TRACKING = r"FlowTracking::(?:LookUp|Help|Confirm|Leave)\("
HEAD = f"{'a packet of':16} plain hop   cost % of it % of {DEBIAN_HOP}  goal  tracking  peer"

# A row of the table: goals are in instructions, "-" where there is none.
Row = collections.namedtuple("Row", "name traffic ip conntrack goal peer")
ROWS = (
    Row("idle-udp", "udp", 4, "idle", "204", "-"),
    Row("idle-udp6", "udp", 6, "idle", "204", "-"),
    Row("tracking-udp", "udp", 4, "tracking", "1250", "1141"),
    Row("tracking-udp6", "udp", 6, "tracking", "1250", "1141"),
    Row("tracking-tcp", "tcp", 4, "tracking", "1250", "1320"),
    Row("tracking-tcp6", "tcp", 6, "tracking", "1250", "1320"),
    Row("firewall-udp", "udp", 4, "firewall", "-", "-"),
    Row("firewall-tcp", "tcp", 4, "firewall", "-", "-"),
    Row("firewall-tcp6", "tcp", 6, "firewall", "-", "-"),
    Row("nat-udp", "udp", 4, "nat", "4074", "-"),
    Row("nat-tcp", "tcp", 4, "nat", "6110", "-"),
    Row("ftp-no-commands", "ftp", 4, "tracking", "-", "-"),
    Row("ftp-port", "ftp-port", 4, "tracking", "-", "-"),
)


def count_instructions(program, options, packets):
    """All instructions of one run, and those within connection tracking itself."""
    command = [program] + [f"--{key}={value}" for key, value in options.items()]
    command += [f"--packets={packets}"]
    with tempfile.TemporaryDirectory() as folder:
        profile = f"{folder}/profile"
        output = run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}", *command])
        lines = run(["callgrind_annotate", "--inclusive=yes", "--threshold=100", profile])
    across = re.search(r"sent (\d+), received (\d+)", output)
    if not across or across[1] != across[2]:
        raise RuntimeError(f"packets were lost: {command}\n{output}")
    counted = collections.Counter()
    pattern = re.compile(rf"^ *([\d,]+) \(.*?(PROGRAM TOTALS|{TRACKING})", re.MULTILINE)
    for count, name in pattern.findall(lines):
        counted["all" if name == "PROGRAM TOTALS" else "tracking"] += int(count.replace(",", ""))
    return counted


def run(command):
    done = subprocess.run(
        [str(word) for word in command],
        cwd=TOP,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr[-2000:]}")
    return done.stdout


def measure(program, options):
    """Instructions a packet, generator included; those within connection tracking."""
    short, long = (count_instructions(program, options, packets) for packets in PACKETS)
    packets = PACKETS[1] - PACKETS[0]
    return {name: (long[name] - short[name]) / packets for name in ("all", "tracking")}


def options_of(row, **changed):
    options = {"traffic": row.traffic, "ip": row.ip, "conntrack": row.conntrack}
    return {**options, **changed}


def run_hop(build, wanted):
    program = build / "test" / "hop-bench"
    rows = [row for row in ROWS if fnmatch.fnmatchcase(row.name, wanted or "*")]
    runs = {}
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:

        def start(row, **changed):
            options = options_of(row, **changed)
            key = tuple(sorted(options.items()))
            if key not in runs:
                runs[key] = pool.submit(measure, program, options)
            return runs[key]

        jobs = [
            (
                row,
                start(row),
                start(row, conntrack="absent"),
                start(row, conntrack="absent", routers=2),
            )
            for row in rows
        ]
        print(HEAD)
        for row, with_conntrack, without, two_routers in jobs:
            cost = with_conntrack.result()["all"] - without.result()["all"]
            hop = two_routers.result()["all"] - without.result()["all"]
            print(
                f"{row.name:16} {hop:9.0f} {cost:6.0f} {100 * cost / hop:7.2f} "
                f"{100 * cost / DEBIAN_HOP:11.2f} {row.goal:>5} "
                f"{with_conntrack.result()['tracking']:9.0f} {row.peer:>5}",
                flush=True,
            )
    return 0 if rows else 1


def run_table(build, wanted):
    command = [build / "test" / "table-bench", f"--benchmark_filter={wanted or 'all'}"]
    return subprocess.run([str(word) for word in command], cwd=TOP, check=False).returncode


def run_python(build, wanted):
    if not (build / "python" / "ns3conntrack").exists():
        print(f"python is skipped: {build / 'python' / 'ns3conntrack'} is not built")
        return 0
    command = [sys.executable, TOP / "test" / "bench" / "python" / "run.py"]
    command += ["--build", build, "--filter", wanted]
    return subprocess.run([str(word) for word in command], cwd=TOP, check=False).returncode


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, default=TOP / "build")
    parser.add_argument("--only", default="", help="some of " + ",".join(KINDS))
    parser.add_argument("--filter", default="", help="table: a regular expression; else a glob")
    chosen = parser.parse_args()
    wanted = chosen.only.split(",") if chosen.only else KINDS
    for name in wanted:
        if name not in KINDS:
            parser.error(f"no benchmark is called {name}: there are {', '.join(KINDS)}")
    runners = {"table": run_table, "hop": run_hop, "python": run_python}
    codes = [runners[name](chosen.build, chosen.filter) for name in wanted]
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
