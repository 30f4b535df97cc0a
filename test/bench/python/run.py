#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""What a call of Python costs: a helper, and a callback of a trace source, beside those of C++.

Active FTP transfers cross a router. Instructions are counted by callgrind, within Simulator::Run,
as times drift by more than a call takes; a row's are the difference to the same traffic without a
listener, of two run lengths, so that set-up cancels, by the calls that Python's listener gets.
"""

import argparse
import collections
import concurrent.futures
import fnmatch
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parents[3]
WORKLOADS = pathlib.Path(__file__).with_name("workloads.py")
LENGTHS = (20, 100)  # transfers

# What a row is held against; whose calls are counted, where its own are not.
Row = collections.namedtuple("Row", "name listener against counts_calls")
ROWS = (
    Row("helper in C++, FTP", "ftp", None, "python-ftp"),
    Row("helper, not even looking", "python-idle", "ftp", None),
    Row("helper, reading the payload", "python-reader", "ftp", None),
    Row("helper, FTP", "python-ftp", "ftp", None),
    Row("events kept by C++ (EventLog)", "event-log", None, None),
    Row("trace callback", "python-trace", "event-log", None),
)


def run(build, listener, length, profile):
    command = [sys.executable, WORKLOADS, "--listener", listener]
    command += ["--length", length]
    callgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}"]
    command = [*callgrind, "--toggle-collect=ns3::Simulator::Run()", *command]
    done = subprocess.run(
        [str(word) for word in command],
        env={**os.environ, "PYTHONPATH": str(build / "python"), "PYTHONHASHSEED": "0"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr[-2000:]}")
    return json.loads(done.stdout)


def count_instructions(build, listener, length):
    """The calls of one run, and its instructions."""
    with tempfile.TemporaryDirectory() as folder:
        profile = pathlib.Path(folder) / "profile"
        calls = run(build, listener, length, profile)["calls"]
        totals = re.search(r"^(?:totals|summary): (\d+)", profile.read_text(), re.MULTILINE)
        return calls, int(totals[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, default=TOP / "build")
    parser.add_argument("--filter", default="", help="a glob of rows")
    chosen = parser.parse_args()
    rows = [row for row in ROWS if fnmatch.fnmatchcase(row.name, chosen.filter or "*")]
    points = sorted(
        {
            (listener, length)
            for row in rows
            for listener in ("none", row.listener, row.against, row.counts_calls, "python-ftp")
            if listener
            for length in LENGTHS
        }
    )
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(lambda point: count_instructions(chosen.build, *point), points)
        counted = dict(zip(points, results))

    def grown(listener, part):
        """By how much the calls (0) or the instructions (1) of the longer run are more."""
        return counted[listener, LENGTHS[1]][part] - counted[listener, LENGTHS[0]][part]

    def cost(row):
        calls = grown(row.counts_calls or row.listener, 0)
        return (grown(row.listener, 1) - grown("none", 1)) / calls

    print(f"{'a call of a':32} instructions  ratio")
    for row in rows:
        other = next((one for one in ROWS if one.listener == row.against), None)
        ratio = f"{cost(row) / cost(other):.1f}" if other else ""
        print(f"{row.name:32} {cost(row):12.0f} {ratio:>6}", flush=True)
    return 0 if rows else 1


if __name__ == "__main__":
    sys.exit(main())
