#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Checks who includes whom: the layers of the architecture, as the table ROWS has them.

Usage: check-includes.py [TOP]
Prints 'file:line: sentence' for each wrong include; exits 1 if there is any.
"""

import pathlib
import re
import sys

# A folder of model/ (or helper) and the folders it may include besides itself.
ROWS = {
    "flow": "",
    "wire": "flow",
    "tracker": "wire flow",
    "table": "tracker wire flow",
    "protocol": "table tracker wire flow",
    "nat": "protocol table tracker wire flow",
    "ruleset": "nat protocol table tracker wire flow",
    "report": "ruleset nat protocol table tracker flow",
    "stack": "report ruleset nat protocol table tracker wire flow",
    "app": "wire flow",
    "graph": "table flow",
    "helper": "stack app graph report ruleset nat protocol table tracker wire flow",
}

# Below stack nothing knows the simulator: the time and the random stream are arguments there.
SIMULATOR_MAY_BE_KNOWN_IN = {"stack", "app", "helper"}
CORE_HEADERS = re.compile(
    r"(abort|assert|attribute(-\w+)*|boolean|callback|double|enum|fatal-error|hash|int64x64|integer"
    r"|log|nstime|object(-\w+)*|pointer|ptr|random-variable-stream|simple-ref-count|string"
    r"|trace-source-accessor|traced-callback|traced-value|type-id|type-name|uinteger)\.h"
)

ANYTHING_ALLOWED = {"bindings", "doc", "examples", "test"}
INCLUDE = re.compile(r'\s*#\s*include\s*(["<])([^">]+)[">]')


def main():
    top = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent)
    sources = [
        path
        for folder in ["model", "helper", *sorted(ANYTHING_ALLOWED)]
        for path in sorted((top / folder).rglob("*"))
        if path.suffix in (".h", ".cc")
    ]
    wrong = 0
    for path in sources:
        name = path.relative_to(top)
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1):
            include = INCLUDE.match(line)
            complaint = include and complaint_about(top, name, include[1], include[2])
            if complaint:
                print(f"{name}:{number}: {complaint}")
                wrong += 1
    return 1 if wrong else 0


def complaint_about(top, includer, quote, header):
    """The sentence on this include, or None where it is allowed."""
    if header.startswith("ns3/"):
        return complaint_about_ns3(includer, header[len("ns3/") :])
    if quote == "<":
        return None
    if not (top / header).is_file():
        return f'"{header}" is no path from the top folder, as "model/flow/tuple.h" is one'
    here, there = layer(includer), layer(pathlib.PurePath(header))
    if here in ANYTHING_ALLOWED or here == there:
        return None
    if here not in ROWS:
        return f"the layer {here} has no row in .ci/check-includes.py"
    if there not in ROWS[here].split():
        return f"{here} may not include {there} (it may: {ROWS[here] or 'nothing of ours'})"
    return None


def complaint_about_ns3(includer, header):
    here = layer(includer)
    if here in ANYTHING_ALLOWED:
        return None
    if header.endswith("-module.h"):
        return f"ns3/{header} brings in a whole module: include the headers that are used"
    if here not in SIMULATOR_MAY_BE_KNOWN_IN and not CORE_HEADERS.fullmatch(header):
        return f"{here} may use ns-3's core only, and ns3/{header} is not of it"
    return None


def layer(path):
    """model/flow/tuple.h -> flow, helper/x.h -> helper"""
    return path.parts[1] if path.parts[0] == "model" else path.parts[0]


if __name__ == "__main__":
    sys.exit(main())
