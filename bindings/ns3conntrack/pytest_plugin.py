# SPDX-License-Identifier: GPL-2.0-only
"""pytest runs cases of ns3conntrack.regression: pytest -p ns3conntrack.pytest_plugin FOLDER

Each folder with a case.json is one test: its capture is replayed, and events, drops and log lines
are compared with golden.jsonl. --golden-update writes those files instead. Recordings of a kernel
(test/corpus) are tests only if they have a golden file.
"""

from __future__ import annotations

import pathlib
from typing import Any, Iterator

import pytest

import ns3conntrack as nc
from ns3conntrack import regression


class CaseDiffers(AssertionError):
    """The golden file and the replay are not the same."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds --golden-update."""
    parser.getgroup("ns3conntrack").addoption(
        "--golden-update",
        action="store_true",
        help="write the golden files of the cases anew, instead of comparing",
    )


def pytest_collect_file(file_path: pathlib.Path, parent: pytest.Collector) -> Any:
    """Takes the files case.json."""
    if file_path.name == regression.CASE:
        return CaseFile.from_parent(parent, path=file_path)
    return None


class CaseFile(pytest.File):
    """A case.json; its one test is the folder."""

    def collect(self) -> Iterator[pytest.Item]:
        """The folder's test."""
        folder = self.path.parent
        try:
            left_out = regression.is_recorded(folder) and not (folder / regression.GOLDEN).exists()
        except ValueError:
            left_out = False  # the test says what is wrong
        if not left_out:
            yield CaseItem.from_parent(self, name=folder.name)


class CaseItem(pytest.Item):
    """The replay of one case."""

    def runtest(self) -> None:
        """Replay and compare, or write."""
        folder = self.path.parent
        nc.destroy()
        if self.config.getoption("--golden-update"):
            regression.record(folder)
            return
        if not (folder / regression.GOLDEN).exists():
            raise CaseDiffers(f"{folder} has no {regression.GOLDEN} yet: --golden-update writes it")
        differences = regression.check(folder)
        if differences:
            raise CaseDiffers(differences)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The differences, or a sentence; a traceback only for what nobody expects."""
        if isinstance(excinfo.value, (CaseDiffers, ValueError, OSError)):
            return str(excinfo.value)
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[pathlib.Path, int | None, str]:
        """Where the case is."""
        return self.path, None, f"case {self.name}"
