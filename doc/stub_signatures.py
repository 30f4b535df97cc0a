# SPDX-License-Identifier: GPL-2.0-only
"""What autodoc says of the compiled module: signatures from its stubs, docstrings as valid reST.

pybind11 puts a signature into each docstring, with object where the stubs know better. The stubs
are what mypy checks users' scripts against, so they are shown.
"""

from __future__ import annotations

import ast
import pathlib
import re
from typing import Any, Iterator

from sphinx.ext.autodoc import PropertyDocumenter

STUBS = pathlib.Path(__file__).resolve().parents[1] / "bindings/ns3conntrack/_native.pyi"
PACKAGE = "ns3conntrack."

# "(self: ns3conntrack.Tuple) -> int" and "run(until: object = None) -> float".
PYBIND_SIGNATURE = re.compile(r"^\w*\(.*\) -> .+$")
OVERLOADS = "Overloaded function."


def definitions(
    body: list[ast.stmt], prefix: str = ""
) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Each function of a module or class with its dotted name."""
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from definitions(node.body, f"{prefix}{node.name}.")
        elif isinstance(node, ast.FunctionDef):
            yield prefix + node.name, node


def read_stubs() -> dict[str, list[ast.FunctionDef]]:
    """The stubs' functions by dotted name; several of one name are overloads."""
    found: dict[str, list[ast.FunctionDef]] = {}
    for name, node in definitions(ast.parse(STUBS.read_text()).body):
        if isinstance(node, ast.FunctionDef):
            found.setdefault(name, []).append(node)
    return found


FUNCTIONS = read_stubs()


def readable(text: str) -> str:
    """Without the stubs' private names: _Time is what help() calls a duration."""
    text = text.replace("_Time", "float | str").replace("_Rules", "dict | str | Path")
    return text


def arguments_of(function: ast.FunctionDef) -> str:
    """The parameters as written, without self."""
    copy = ast.parse(ast.unparse(function)).body[0]
    assert isinstance(copy, ast.FunctionDef)
    if copy.args.args and copy.args.args[0].arg == "self":
        del copy.args.args[0]
    return f"({readable(ast.unparse(copy.args))})"


def result_of(function: ast.FunctionDef) -> str | None:
    """What it returns; None: the stubs do not say, or nothing."""
    if function.returns is None or ast.unparse(function.returns) == "None":
        return None
    return readable(ast.unparse(function.returns))


def stubs_of(name: str) -> list[ast.FunctionDef]:
    """The stubs of ns3conntrack.NAME; a class stands for its __init__."""
    short = name[len(PACKAGE) :] if name.startswith(PACKAGE) else name
    inherited = "Object." + short.rpartition(".")[2]
    candidates = [short, f"{short}.__init__", inherited if "." in short else ""]
    return next((FUNCTIONS[each] for each in candidates if each in FUNCTIONS), [])


def signature(
    app: Any, what: str, name: str, thing: Any, options: Any, given: Any, result: Any
) -> tuple[str, str | None] | None:
    """autodoc-process-signature: the last overload is the general one."""
    stubs = stubs_of(name)
    if not stubs or "property" in map(ast.unparse, stubs[-1].decorator_list):
        return None
    shown = None if what == "class" else result_of(stubs[-1])
    return arguments_of(stubs[-1]), shown


def docstring(app: Any, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    """autodoc-process-docstring: no signatures, code blocks for what is indented."""
    kept = [line for line in lines if not PYBIND_SIGNATURE.match(line) and line != OVERLOADS]
    shown: list[str] = []
    for line in kept:
        # An indented paragraph is an example.
        if line.startswith("    ") and len(shown) > 1 and not shown[-1]:
            if not shown[-2].startswith(("    ", "* ", "- ", "  ")):
                shown += ["::", ""]
        shown.append(line)
    lines[:] = [line if line.startswith("    ") else as_rest(line) for line in shown]


def as_rest(line: str) -> str:
    """Our docstrings have no roles, links and emphasis: `x` is code, * and _ are themselves."""
    parts = re.split(r"(`+[^`]+`+)", re.sub(r"(?<!`)`([^`]+)`(?!`)", r"``\1``", line))
    plain = [re.sub(r"(?<!^)\*|^\*(?! )|(?<=\w)_(?!\w)", r"\\\g<0>", part) for part in parts[::2]]
    return "".join(part for pair in zip(plain, parts[1::2] + [""]) for part in pair)


def bases(app: Any, name: str, thing: Any, options: Any, found: list[Any]) -> None:
    """autodoc-process-bases: pybind11's own base class is nothing to a reader."""
    found[:] = [object if base.__name__ == "pybind11_object" else base for base in found]


class StubPropertyDocumenter(PropertyDocumenter):
    """A property of a compiled class, with the type that the stubs give it."""

    priority = PropertyDocumenter.priority + 1

    def add_directive_header(self, sig: str) -> None:
        super().add_directive_header(sig)
        stubs = stubs_of(self.fullname)
        result = result_of(stubs[0]) if stubs else None
        if result:
            self.add_line(f"   :type: {result}", self.get_sourcename())


def setup(app: Any) -> None:
    """Sphinx calls this through conf.py."""
    app.add_autodocumenter(StubPropertyDocumenter, override=True)
    app.connect("autodoc-process-signature", signature)
    app.connect("autodoc-process-docstring", docstring)
    app.connect("autodoc-process-bases", bases)
