# SPDX-License-Identifier: GPL-2.0-only
"""What a campaign has finished, on disk: a line a point, safe against a kill at any time."""

from __future__ import annotations

import fcntl
import json
import os
import pathlib
from typing import IO, Any

from ns3conntrack.campaign.identity import Identity

Results = dict[str, dict[str, Any]]

CAMPAIGN = "campaign.json"
RESULTS = "results.jsonl"


class Journal:
    """The folder of a campaign: campaign.json says of what, results.jsonl what is finished.

    A line is written and flushed to the disk as a whole when a point is finished; a last line that
    a kill cut short is no result, and is removed. One process at a time may write; read_results
    looks on.
    """

    def __init__(self, folder: str | os.PathLike[str], identity: Identity) -> None:
        """Open a folder, or make it.

        RuntimeError: it is of another campaign, in use, or damaged; OSError: it cannot be made.
        """
        self._folder = pathlib.Path(folder)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._file: IO[bytes] = open(self._folder / RESULTS, "a+b")
        try:
            self._lock()
            self._identify(identity)
            self._results, whole = _read(self._folder)
            self._file.truncate(whole)
        except BaseException:
            self._file.close()
            raise

    def _lock(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RuntimeError(f"{self._folder}: another campaign is using this folder") from None
        except OSError:
            pass  # a file system without locks, as some clusters have

    def _identify(self, identity: Identity) -> None:
        path = self._folder / CAMPAIGN
        if not path.exists():
            # Under its name only when it is whole.
            fresh = path.with_suffix(".new")
            fresh.write_text(json.dumps(identity, indent=1) + "\n")
            os.replace(fresh, path)
        _check(self._folder, identity)

    def add(self, record: dict[str, Any]) -> None:
        """Keep what became of a point; record["key"] names it. It is on the disk on return."""
        line = json.dumps(record)
        self._file.write(line.encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        self._results[record["key"]] = json.loads(line)

    @property
    def results(self) -> Results:
        """What became of each point that is finished."""
        return self._results

    def close(self) -> None:
        """Let others write to the folder."""
        self._file.close()


def read_results(folder: str | os.PathLike[str], identity: Identity) -> Results:
    """What is finished in a folder, by key, also while a campaign is writing there.

    A folder that is not there has nothing. RuntimeError: it is of another campaign, or damaged.
    """
    path = pathlib.Path(folder)
    if not (path / CAMPAIGN).exists():
        return {}
    _check(path, identity)
    return _read(path)[0]


def _check(folder: pathlib.Path, identity: Identity) -> None:
    path = folder / CAMPAIGN
    try:
        kept = json.loads(path.read_text())
        name = kept["scenario"]
    except (ValueError, KeyError, TypeError) as error:
        raise RuntimeError(f"{path} is no campaign's: {error!r}") from None
    if name != identity["scenario"]:
        what = f"of {name!r}, not of {identity['scenario']!r}"
    elif kept != identity:
        what = f"of {name!r} before its source text, or a value bound in it, was changed"
    else:
        return
    raise RuntimeError(f"{folder} has results {what}: choose another folder, or remove this one")


def _read(folder: pathlib.Path) -> tuple[Results, int]:
    """The results, and how many bytes of the file are whole lines."""
    results: Results = {}
    whole = 0
    with open(folder / RESULTS, "rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.endswith(b"\n"):
                break
            whole += len(line)
            try:
                record = json.loads(line)
                results[record["key"]] = record
            except (ValueError, KeyError, TypeError):
                where = f"{folder / RESULTS}:{number}"
                raise RuntimeError(f"{where} is no result of a campaign") from None
    return results, whole
