# SPDX-License-Identifier: GPL-2.0-only
"""What a campaign has finished, on disk: a line a point, safe against a kill at any time."""

from __future__ import annotations

import fcntl
import json
import os
import pathlib
from typing import IO, Any


class Journal:
    """The folder of a campaign: campaign.json says of what, results.jsonl what is finished.

    A line is written and flushed to the disk as a whole when a point is finished; a last line that
    a kill cut short is no result, and is removed. One process at a time may hold the folder.
    """

    def __init__(self, folder: str | os.PathLike[str], identity: dict[str, Any]) -> None:
        """Open a folder, or make it.

        RuntimeError: it is of another campaign, in use, or damaged; OSError: it cannot be made.
        """
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._file: IO[bytes] = open(self.folder / "results.jsonl", "a+b")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise RuntimeError(f"{self.folder}: another campaign is using this folder") from None
        try:
            self._identify(identity)
            self._results = self._read()
        except BaseException:
            self._file.close()
            raise

    def _identify(self, identity: dict[str, Any]) -> None:
        path = self.folder / "campaign.json"
        if not path.exists():
            # Under its name only when it is whole.
            fresh = path.with_suffix(".new")
            fresh.write_text(json.dumps(identity, indent=1) + "\n")
            os.replace(fresh, path)
            return
        try:
            kept = json.loads(path.read_text())
        except ValueError as error:
            raise RuntimeError(f"{path} is no campaign's: {error}") from None
        for name, value in identity.items():
            if kept.get(name) != value:
                raise RuntimeError(
                    f"{self.folder} has results of another campaign: its {name} is "
                    f"{kept.get(name)!r}, now it is {value!r}; choose another folder, or remove it"
                )

    def _read(self) -> dict[str, dict[str, Any]]:
        self._file.seek(0)
        results: dict[str, dict[str, Any]] = {}
        whole = 0
        for number, line in enumerate(self._file, start=1):
            if not line.endswith(b"\n"):
                break
            whole += len(line)
            try:
                record = json.loads(line)
                results[record["key"]] = record
            except (ValueError, KeyError, TypeError):
                path = self.folder / "results.jsonl"
                raise RuntimeError(f"{path}:{number} is no result of a campaign") from None
        self._file.truncate(whole)
        return results

    def add(self, record: dict[str, Any]) -> None:
        """Keep what became of a point; record["key"] names it. It is on the disk on return."""
        line = json.dumps(record)
        self._file.write(line.encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._results[record["key"]] = json.loads(line)

    def get(self, key: str) -> dict[str, Any] | None:
        """What became of a point; None: it is not finished."""
        return self._results.get(key)

    def close(self) -> None:
        """Let others use the folder."""
        self._file.close()
