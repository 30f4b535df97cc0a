#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Builds the documentation: the C++ reference by doxygen, all else by sphinx; warnings are errors.

The results are BUILD/doc/html/index.html and BUILD/doc/doxygen/index.html.
"""

import argparse
import os
import pathlib
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parents[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, default=TOP / "build")
    build = parser.parse_args().build.resolve()
    package = build / "python"
    if not (package / "ns3conntrack").exists():
        sys.exit(f"{package}/ns3conntrack is not built (with --sanitize it never is)")
    out = build / "doc"
    out.mkdir(parents=True, exist_ok=True)
    steps = {
        "tables": lambda: check_tables(build),
        "comments of public members": lambda: doxygen("Doxyfile-public", out / "doxygen"),
        "C++ reference": lambda: doxygen("Doxyfile", out / "doxygen"),
        "pages and Python reference": lambda: sphinx(out, package),
    }
    failed = [name for name, step in steps.items() if step() != 0]
    for name in failed:
        print(f"docs: FAILED: {name}")
    if not failed:
        print(f"docs: {out}/html/index.html, {out}/doxygen/index.html")
    return 1 if failed else 0


def check_tables(build):
    command = [sys.executable, TOP / "doc" / "make-tables.py", "--build", build, "--check"]
    return subprocess.call(command, cwd=TOP)


def doxygen(settings, out):
    """Runs in the top folder, with the settings of a file and the output folder."""
    text = f"@INCLUDE = doc/{settings}\nOUTPUT_DIRECTORY = {out}\n"
    text += f"GENERATE_TAGFILE = {out}/{settings}.tag\n"  # other projects' doxygen links by it
    out.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        ["doxygen", "-"], cwd=TOP, input=text, stderr=subprocess.PIPE, text=True, check=False
    )
    print(done.stderr.replace(f"{TOP}/", ""), end="", flush=True)
    return done.returncode or len(done.stderr)


def sphinx(out, package):
    command = [sys.executable, "-m", "sphinx", "-q", "-E", "-W", "--keep-going", "-j", "2"]
    command += ["-d", out / "doctrees", "-b", "html", TOP / "doc", out / "html"]
    # The cache of compiled modules would otherwise appear beside conf.py.
    environment = {"PYTHONPATH": str(package), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.call(command, cwd=TOP, env={**os.environ, **environment})


if __name__ == "__main__":
    sys.exit(main())
