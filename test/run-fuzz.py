#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Runs the fuzz targets that ./waf fuzz has built, each for a time; one line a target.

Seeds are test/fuzz/corpus/NAME/ for the target fuzz-NAME. What libFuzzer finds goes to a copy, so
the work tree stays as it is; an input that crashes is kept in the build folder and named.
"""

import argparse
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parent.parent
SLOWEST_INPUT_SECONDS = 10
LARGEST_INPUT = 65536  # no packet is longer


def fuzz(target, seconds, crashes):
    name = target.name[len("fuzz-") :]
    crashes.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        inputs = pathlib.Path(folder) / "inputs"
        seeds = TOP / "test" / "fuzz" / "corpus" / name
        if seeds.is_dir():
            shutil.copytree(seeds, inputs)
        else:
            inputs.mkdir()
        command = [target, inputs, f"-max_total_time={seconds}", "-print_final_stats=1"]
        command += [f"-timeout={SLOWEST_INPUT_SECONDS}", f"-max_len={LARGEST_INPUT}"]
        command += [f"-artifact_prefix={crashes}/{name}-"]
        done = subprocess.run(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
    output = done.stdout.decode(errors="replace")
    found = re.search(r"^stat::number_of_executed_units: (\d+)$", output, re.MULTILINE)
    executions = int(found[1]) if found else 0
    good = done.returncode == 0 and executions > 0
    print(f"fuzz-{name}: {executions} executions, {'ok' if good else 'FAILED'}", flush=True)
    if not good:
        print(output[-8000:], flush=True)
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, default=TOP / "build")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--filter", default="", help="only targets with this in their name")
    chosen = parser.parse_args()

    folder = chosen.build / "fuzz" / "test" / "fuzz"
    names = sorted(source.stem for source in (TOP / "test" / "fuzz").glob("fuzz-*.cc"))
    targets = [folder / name for name in names if chosen.filter in name]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        crashes = chosen.build / "fuzz" / "crashes"
        results = list(pool.map(lambda target: fuzz(target, chosen.seconds, crashes), targets))
    failed = results.count(False)
    print(f"{len(results) - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed or not results else 0


if __name__ == "__main__":
    sys.exit(main())
