# SPDX-License-Identifier: GPL-2.0-only
"""Sphinx's settings: ./waf docs runs it, with the built package ns3conntrack on PYTHONPATH."""

import importlib
import pathlib
import pkgutil
import re
import sys
from typing import Any

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import ns3conntrack  # noqa: E402
import stub_signatures  # noqa: E402

TOP = pathlib.Path(__file__).resolve().parents[1]


def version_of_wscript() -> str:
    found = re.search(r'^VERSION = "(.+)"$', (TOP / "wscript").read_text(), re.MULTILINE)
    return found[1] if found else ""


project = "ns3-conntrack"
author = "the ns3-conntrack authors"
copyright = author
version = release = version_of_wscript()

extensions = ["sphinx.ext.autodoc"]
exclude_patterns = ["reference/*.md"]
nitpicky = False  # Python's own types are no links here: nothing is fetched
html_theme = "sphinx_rtd_theme"
html_theme_options = {"navigation_depth": 2}
html_static_path = ["static"]
html_css_files = ["tables.css"]
html_show_sphinx = False
html_show_copyright = False
html_last_updated_fmt = None
html_show_sourcelink = True
highlight_language = "none"
smartquotes = False  # code and kernel words are shown as they are typed

autoclass_content = "both"
autodoc_member_order = "groupwise"
autodoc_default_options = {"members": True, "undoc-members": True, "show-inheritance": True}


def setup(app: Any) -> None:
    stub_signatures.setup(app)
    app.connect("source-read", name_public_modules)


def name_public_modules(app: Any, page: str, source: list[str]) -> None:
    """Modules that users import by name: those whose names the package does not show itself."""
    if page != "reference/python":
        return
    shown = set(ns3conntrack.__all__)
    parts = []
    for found in sorted(pkgutil.iter_modules(ns3conntrack.__path__), key=lambda each: each.name):
        name = f"ns3conntrack.{found.name}"
        if found.name.startswith("_"):
            continue
        module = importlib.import_module(name)
        if not shown.intersection(vars(module).get("__all__") or defined_in(module)):
            parts += [name, "-" * len(name), "", f".. automodule:: {name}", ""]
    source[0] = source[0].replace("@PUBLIC_MODULES@", "\n".join(parts))


def defined_in(module: Any) -> list[str]:
    """The public functions and classes of a module that it does not import."""
    return [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__
    ]
