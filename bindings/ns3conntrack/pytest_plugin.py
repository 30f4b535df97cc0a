# SPDX-License-Identifier: GPL-2.0-only
"""pytest runs cases of ns3conntrack.regression: pytest -p ns3conntrack.pytest_plugin FOLDER

Each folder with a case.json is one test: its capture is replayed, and events, drops and log lines
are compared with golden.jsonl. --golden-update writes those files instead. A recording of a kernel
(test/corpus) that has no golden file is skipped.
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
        yield CaseItem.from_parent(self, name=self.path.parent.name)


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
            missing = f"{folder} has no {regression.GOLDEN} yet: --golden-update writes it"
            if regression.is_recorded(folder):
                pytest.skip(missing)
            raise CaseDiffers(missing)
        differences = regression.check(folder)
        if differences:
            raise CaseDiffers(differences)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The differences, or a sentence; a traceback only for what nobody expects."""
        if isinstance(excinfo.value, (CaseDiffers, ValueError, OSError)):
            return str(excinfo.value)
        if isinstance(excinfo.value, AttributeError) and _is_of_case(excinfo):
            return f"{self.path}: {excinfo.value}"
        return super().repr_failure(excinfo)

    def reportinfo(self) -> tuple[pathlib.Path, int | None, str]:
        """Where the case is."""
        return self.path, None, f"case {self.name}"


def _is_of_case(excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
    """Whether the package refused what the case says, rather than a helper's code failed."""
    return pathlib.Path(excinfo.traceback[-1].path).parent == pathlib.Path(__file__).parent
