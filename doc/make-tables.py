#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Writes the pages of doc/reference that are made of something else.

attributes.rst: attributes and trace sources, as the built library has them.
rows.rst: which unit tests hold which row of the kernel's registry and expectation table.

With --check it writes nothing and says what is old; exits 1 then. ./waf check and ./waf docs do so.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys

from row_names import ROWS

TOP = pathlib.Path(__file__).resolve().parents[1]
PAGES = TOP / "doc" / "reference"
OURS = "ns3::conntrack::"
UPDATE = "doc/make-tables.py"
# "E18" of TEST_P(E18Proc, ...), "H4" and "H5" of TEST_F(..., H4_H5_...).
ROW = re.compile(r"(?<![A-Za-z0-9])[HE]\d+(?![0-9a-z])")

ATTRIBUTES_HEAD = """.. SPDX-License-Identifier: GPL-2.0-only
.. Written by doc/make-tables.py from the classes themselves.

Attributes and trace sources
============================

What every class of this module can be told, and tells: its ns-3 attributes with their initial
values, and its trace sources. In C++ they are set by a helper's ``SetAttribute`` or by
``Config::SetDefault("ns3::conntrack::Conntrack::TcpTimeoutClose", ...)``, in Python by keyword
arguments or by ``set_default``. A callback's type is a typedef of its class in the `C++ reference
<../../doxygen/index.html>`_.
"""

ROWS_HEAD = """.. SPDX-License-Identifier: GPL-2.0-only
.. Written by doc/make-tables.py from the names of the unit tests.

Rows of the kernel's functions
==============================

The helper registry does what ``net/netfilter/nf_conntrack_helper.c`` of about 5.15 does (rows H),
the expectation table what ``nf_conntrack_expect.c`` of about 3.9 does (rows E); where later kernels
differ, the profile decides. Comments and tests name the rows, so that ``build/test/unit-tests
--gtest_filter='*H11_*'`` runs those of one.
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, default=TOP / "build")
    parser.add_argument("--check", action="store_true")
    chosen = parser.parse_args()
    pages = {
        PAGES / "attributes.rst": write_attributes(describe(chosen.build)),
        PAGES / "rows.rst": write_rows(find_tests(TOP / "test" / "unit")),
    }
    old = [path for path, text in pages.items() if not path.exists() or path.read_text() != text]
    for path in old:
        if not chosen.check:
            path.write_text(pages[path])
        else:
            print(f"{path.relative_to(TOP)} is older than what it is made of: run {UPDATE}")
    return 1 if old and chosen.check else 0


def describe(build, *names):
    """What build/doc/print-reference prints; names are asked for as its arguments."""
    command = [build / "doc" / "print-reference", *names]
    return json.loads(subprocess.run(command, capture_output=True, check=True).stdout)


def find_tests(folder):
    """The unit tests of each row, 'SUITE.NAME', in the order of the sources."""
    tests = {row: [] for row in ROWS}
    for source in sorted(folder.rglob("*-test.cc")):
        for suite, name in re.findall(r"^TEST\w*\((\w+),\s*(\w+)\)", source.read_text(), re.M):
            for row in ROW.findall(f"{suite}.{name}"):
                tests[row].append(f"{suite}.{name}")
    return tests


def write_rows(tests):
    missing = [row for row, names in tests.items() if not names]
    if missing:
        sys.exit(f"no unit test is named after {', '.join(missing)}")
    rows = [
        [row, f"``{function}``", words, ", ".join(f"``{name}``" for name in tests[row])]
        for row, (function, words) in ROWS.items()
    ]
    heads = ["Row", "Function of the kernel", "What is held", "Tests"]
    return ROWS_HEAD + "\n" + table("Rows and tests", "6 24 28 42", heads, rows)


def write_attributes(reference):
    kinds = filter(has_something, reference["types"])
    return "\n".join([ATTRIBUTES_HEAD, *map(write_class, kinds)])


def has_something(kind):
    return kind["attributes"] or kind["traces"]


def write_class(kind):
    name = kind["name"].removeprefix(OURS)
    parts = [f".. index:: {name}\n", name, "-" * len(name) + "\n"]
    parts.append(f"``{kind['name']}``; its parent is ``{kind['parent']}``.\n")
    if kind["attributes"]:
        rows = [attribute_row(attribute) for attribute in kind["attributes"]]
        parts.append(
            table("Attributes", "24 20 16 40", ["Name", "Type", "Initial value", "Meaning"], rows)
        )
    if kind["traces"]:
        rows = [trace_row(kind["name"], trace) for trace in kind["traces"]]
        parts.append(table("Trace sources", "18 32 50", ["Name", "Callback", "Meaning"], rows))
    return "\n".join(parts)


def table(title, widths, heads, rows):
    lines = [f".. list-table:: {title}", "   :header-rows: 1", f"   :widths: {widths}", ""]
    for row in [heads, *rows]:
        lines += [
            f"   {'* -' if number == 0 else '  -'} {cell}".rstrip()
            for number, cell in enumerate(row)
        ]
    return "\n".join(lines) + "\n"


def attribute_row(attribute):
    shown = initial_of(attribute["type"], attribute["initial"])
    meaning = prose(attribute["help"]) + ("" if attribute["settable"] else " Read only.")
    return [f"``{attribute['name']}``", type_of(attribute), shown, meaning]


def type_of(attribute):
    """Time, Boolean, one of several words, a range of numbers."""
    short = attribute["type"].removeprefix("ns3::").removesuffix("Value")
    if short == "Enum":
        return " or ".join(f"``{word}``" for word in attribute["range"].split("|"))
    return (
        short + limits(attribute["range"]) if short in ("Uinteger", "Integer", "Double") else short
    )


def limits(text):
    """A range of numbers, as far as it is not that of the C++ type."""
    found = re.fullmatch(r"\w+ (-?\d+):(\d+)", text)
    if not found:
        return ""
    least, most = map(int, found.groups())
    if most in (2**31 - 1, 2**32 - 1, 2**63 - 1, 2**64 - 1):
        return f", from {least}" if least > 0 else ""
    return f", {least} to {most}"


def initial_of(kind, text):
    """ns-3 writes 300 s as '+3e+11ns', and no object as '0'."""
    if kind == "ns3::TimeValue":
        nanoseconds = int(float(text.removesuffix("ns")))
        return f"{nanoseconds / 1e9:g} s".replace("e+06", "000000")
    if kind == "ns3::PointerValue" and text == "0":
        return "none"
    return f"``{text}``" if text else "none"


def trace_row(owner, trace):
    callback = trace["callback"].removeprefix(owner + "::").removeprefix(OURS)
    return [f"``{trace['name']}``", f"``{callback}``", prose(trace["help"])]


def prose(text):
    """A help text as reST: names that ns-3's texts leave bare are no markup."""
    return re.sub(r"([*|\\`_])(?=\W|$)|(?<=\W)([*|\\`])", lambda found: "\\" + found[0], text)


if __name__ == "__main__":
    sys.exit(main())
