#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Runs every test that ./waf check has built; the last line is 'N passed, N failed, N skipped'.

Each GoogleTest case, each recorded case of the corpus, each Python test and each notebook counts
one. A program that crashes or exits with an error although its cases passed (a leak, say) counts
one failed.
"""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parent.parent
SUITES = ("unit", "system", "corpus", "python", "notebooks", "live")
JOBS = os.cpu_count() or 1
LONGEST_SECONDS = 1800  # one program; past that it hangs

Totals = collections.namedtuple("Totals", "passed failed skipped")
NOTHING = Totals(0, 0, 0)


def add(parts):
    return Totals(*(sum(column) for column in zip(NOTHING, *parts)))


def run(command, **environment):
    """Runs a command to its end: its exit code (None: it hung) and all that it printed."""
    suppressions = TOP / ".ci" / "lsan.supp"
    defaults = {"LSAN_OPTIONS": f"suppressions={suppressions}:print_suppressions=0"}
    try:
        done = subprocess.run(
            [str(word) for word in command],
            cwd=TOP,
            env={**defaults, **os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=LONGEST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        return None, (error.stdout or b"").decode(errors="replace")
    return done.returncode, done.stdout.decode(errors="replace")


def count_gtest(report):
    passed = failed = skipped = 0
    for suite in report["testsuites"]:
        for case in suite["testsuite"]:
            if case.get("failures"):
                failed += 1
            elif case["status"] == "NOTRUN" or case["result"] == "SKIPPED":
                skipped += 1
            else:
                passed += 1
    return Totals(passed, failed, skipped)


def run_shard(program, gtest_filter, shard, shards):
    """One part of a program's cases, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder) / "report.json"
        command = [program, "--gtest_brief=1", f"--gtest_output=json:{report}"]
        if gtest_filter:
            command.append(f"--gtest_filter={gtest_filter}")
        code, output = run(command, GTEST_TOTAL_SHARDS=str(shards), GTEST_SHARD_INDEX=str(shard))
        print(output, end="", flush=True)
        totals = count_gtest(json.loads(report.read_text())) if report.exists() else NOTHING
    if code != 0 and not totals.failed:
        how = "hung" if code is None else f"exited with {code}"
        print(f"{program.name} {how}, not by a case that failed")
        totals = add([totals, Totals(0, 1, 0)])
    return totals


def run_gtest(program, gtest_filter):
    if not program.exists():
        return NOTHING
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        shards = [
            pool.submit(run_shard, program, gtest_filter, number, JOBS) for number in range(JOBS)
        ]
        return add(shard.result() for shard in shards)


def run_corpus(build):
    """The recorded cases named by selection.json, replayed and held against the kernel."""
    folder = TOP / "test" / "corpus"
    selection = folder / "selection.json"
    if not selection.exists():
        return NOTHING
    parts = []
    for chosen in json.loads(selection.read_text()):
        program = shlex.quote(str(build / "examples" / "conntrack-replay"))
        replay = program + " --case={case} --out={out}"
        command = ["/usr/bin/python3", folder / "compare.py", "all", folder / chosen["corpus"]]
        command += ["--run", replay, "--jobs", JOBS]
        command += ["--only", *chosen["only"], "--skip", *chosen["skip"]]
        code, output = run(command)
        parts.append(count_corpus(code, output))
        print(chosen["corpus"])
        print("\n".join(telling_lines(output)), flush=True)
    return add(parts)


def count_corpus(code, output):
    found = re.search(r"^all: (\d+) of (\d+) cases equal$", output, re.MULTILINE)
    if not found or found[2] == "0":
        return Totals(0, 1, 0)
    equal, cases = int(found[1]), int(found[2])
    differing = cases - equal
    return Totals(equal, max(differing, 1 if code else 0), 0)


def telling_lines(output):
    """Without the cases that equal the kernel in every check."""
    equal = re.compile(r"^\S+ +ct ok +exp ok +pkt ok +tab ok +seq ok +txt ok$")
    return [line for line in output.splitlines() if not equal.match(line)]


def run_python(build):
    folder = TOP / "test" / "python"
    if not list(folder.glob("test_*.py")):
        return NOTHING
    package = build.resolve() / "python" / "ns3conntrack"
    if not package.exists():
        print(f"{package} is not built (with --sanitize it never is): its tests are skipped")
    command = ["/usr/bin/python3", "-m", "unittest", "discover", "-s", folder]
    code, output = run(command, PYTHONPATH=str(package.parent))
    print(output, end="", flush=True)
    return count_unittest(code, output)


def run_counting(script, *arguments):
    """A script that counts itself, in its last line."""
    code, output = run(["/usr/bin/python3", TOP / "test" / script, *arguments])
    print(output, end="", flush=True)
    found = re.search(r"^(\d+) passed, (\d+) failed, (\d+) skipped$", output, re.MULTILINE)
    totals = Totals(*map(int, found.groups())) if found else NOTHING
    return totals if code == 0 or totals.failed else add([totals, Totals(0, 1, 0)])


def count_unittest(code, output):
    def number(pattern):
        found = re.search(pattern, output, re.MULTILINE)
        return int(found[1]) if found else 0

    ran = number(r"^Ran (\d+) test")
    failed = number(r"^FAILED .*failures=(\d+)") + number(r"^FAILED .*errors=(\d+)")
    skipped = number(r"^(?:OK|FAILED) .*skipped=(\d+)")
    if code != 0:
        failed = max(failed, 1)
    return Totals(max(ran - failed - skipped, 0), failed, skipped)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, default=TOP / "build")
    parser.add_argument("--only", default="", help="some of " + ",".join(SUITES))
    parser.add_argument("--filter", default="", help="GoogleTest filter; notebooks: part of a name")
    chosen = parser.parse_args()
    wanted = chosen.only.split(",") if chosen.only else SUITES
    for name in wanted:
        if name not in SUITES:
            parser.error(f"no suite is called {name}: there are {', '.join(SUITES)}")

    runners = {
        "unit": lambda: run_gtest(chosen.build / "test" / "unit-tests", chosen.filter),
        "system": lambda: run_gtest(chosen.build / "test" / "system-tests", chosen.filter),
        "corpus": lambda: run_corpus(chosen.build),
        "python": lambda: run_python(chosen.build),
        "notebooks": lambda: run_counting(
            "notebooks/run-notebooks.py", "--build", chosen.build, "--filter", chosen.filter
        ),
        # Real programs against the simulation; alone, for it runs in real time.
        "live": lambda: run_counting("live/run-live.py", "--build", chosen.build),
    }
    all_totals = []
    for name in wanted:
        print(f"== {name} ==", flush=True)
        totals = runners[name]()
        print(f"{name}: {describe(totals)}", flush=True)
        all_totals.append(totals)
    totals = add(all_totals)
    print(describe(totals), flush=True)
    return 1 if totals.failed or not totals.passed else 0


def describe(totals):
    return f"{totals.passed} passed, {totals.failed} failed, {totals.skipped} skipped"


if __name__ == "__main__":
    sys.exit(main())
