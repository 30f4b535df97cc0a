#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Draws the life lines of connections and expectations from a router's event files.

Usage: life-lines.py --out=FILE.png [--title=TEXT] FOLDER [FOLDER ...]
Each folder (as EventRecorder::WriteTo or conntrack-replay --out wrote it) is a panel, named like
the folder. A line is a connection, from its NEW to its DESTROY, thick while it is assured and not
closing; a diamond an expectation, filled if a connection came of it, with a dashed line to its end;
a cross a packet that was dropped. A bar is a connection's end; what had none when the events ended
has an arrow head. The strokes are the package's, figures.py, which is loaded without the package.
"""

import argparse
import importlib.util
import json
import pathlib
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
from matplotlib.lines import Line2D  # noqa: E402

TOP = pathlib.Path(__file__).resolve().parent.parent


def load_figures():
    """The module ns3conntrack.figures, as a file of its own: the package need not be built."""
    path = TOP / "bindings" / "ns3conntrack" / "figures.py"
    spec = importlib.util.spec_from_file_location("figures", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


figures = load_figures()
CONTROL, DATA, EXPECTED, DROPPED = (
    figures.COLORS[name] for name in ("blue", "green", "orange", "vermilion")
)
CLOSING = {"FIN_WAIT", "CLOSE_WAIT", "LAST_ACK", "TIME_WAIT", "CLOSE"}
ROW_INCHES = 0.28


class Life:
    """A connection's, or a refused one's, row of the picture: its stretches by state."""

    def __init__(self, label, color, begin):
        self.label = label
        self.color = color
        self.begin = begin
        self.changes = [(begin, "new")]
        self.end = None

    def stretches(self, last):
        """(from, to, state) of each stretch; what has no end goes on to `last`."""
        ends = [time for time, _ in self.changes[1:]] + [last if self.end is None else self.end]
        return [(begin, end, state) for (begin, state), end in zip(self.changes, ends)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=pathlib.Path, metavar="FOLDER")
    parser.add_argument("--out", required=True, help="the picture, a PNG file")
    parser.add_argument("--title", default="", help="stands above the picture")
    chosen = parser.parse_args()
    try:
        panels = [(folder.name, *read_folder(folder)) for folder in chosen.folders]
    except (OSError, ValueError, KeyError) as error:
        sys.exit(f"life-lines.py: {error}")
    draw(panels, chosen.title).savefig(chosen.out, dpi=120, bbox_inches="tight")


def read_folder(folder):
    """The events of a folder, and its dropped packets, in the order of time."""
    return read_lines(folder / "events.jsonl"), read_lines(folder / "drops.jsonl", missing=[])


def read_lines(path, missing=None):
    if missing is not None and not path.exists():
        return missing
    rows = []
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        try:
            rows.append(json.loads(line))
        except json.JSONDecodeError as error:
            raise ValueError(f"{path}:{number}: {error}") from error
    return rows


def draw(panels, title):
    """A figure with a panel a router: (name, events, drops)."""
    pictures = [(name, *lives_of(events, drops)) for name, events, drops in panels]
    heights = [max(len(lives), 1) for _, lives, _ in pictures]
    figure, axes = plt.subplots(
        len(pictures),
        squeeze=False,
        sharex=True,
        figsize=(11, sum(heights) * ROW_INCHES + 1.1 * len(pictures) + 1),
        gridspec_kw={"height_ratios": [height + 1 for height in heights]},
    )
    last = max(last_time(lives, expectations) for _, lives, expectations in pictures)
    for axis, (name, lives, expectations) in zip(axes[:, 0], pictures):
        draw_panel(axis, name, lives, expectations, last)
    axes[-1, 0].set_xlabel("simulated time in seconds")
    figure.legend(handles=legend(), loc="upper center", bbox_to_anchor=(0.5, 0), ncol=3)
    if title:
        figure.suptitle(title)
    figure.tight_layout()
    return figure


def lives_of(events, drops):
    """Rows by their begin; expectations as (begin, end or None, row of the master, if used)."""
    lives, open_lives, expectations, open_expectations = [], {}, [], {}
    for event in events:
        if event["table"] == "conntrack":
            follow_connection(event, lives, open_lives)
        else:
            follow_expectation(event, open_lives, expectations, open_expectations)
    used = {key(event["orig"], ports=("dport",)) for event in events if is_expected(event)}
    for name, expectation in open_expectations.items():
        expectations.append((*expectation, None, name))
    refused = {}
    for drop in drops:
        name = key(drop)
        if name not in refused:
            refused[name] = Life(label_of(drop), DROPPED, drop["t"])
            lives.append(refused[name])
        refused[name].changes.append((drop["t"], "dropped"))
        refused[name].end = drop["t"]
    lives.sort(key=lambda life: life.begin)
    rows = [
        (begin, end, lives.index(life), name in used)
        for begin, life, end, name in expectations
        if life in lives
    ]
    return lives, rows


def is_expected(event):
    return event["table"] == "conntrack" and "EXPECTED" in event.get("status_names", ())


def key(tuple_, ports=("sport", "dport")):
    """What identifies a tuple; expectations have their destination port only."""
    return (tuple_["src"], tuple_["dst"], tuple_["proto"], *(tuple_.get(port) for port in ports))


def label_of(tuple_):
    def end(address, port):
        return f"{tuple_[address]}:{tuple_[port]}" if port in tuple_ else tuple_[address]

    return f"{end('src', 'sport')} > {end('dst', 'dport')}"


def follow_connection(event, lives, open_lives):
    name = key(event["orig"])
    life = open_lives.get(name)
    if life is None:
        control = "helper" in event or 21 in (
            event["orig"].get("dport"),
            event["orig"].get("sport"),
        )
        life = Life(label_of(event["orig"]), CONTROL if control else DATA, event["t"])
        open_lives[name] = life
        lives.append(life)
    if event["event"] == "DESTROY":
        life.end = event["t"]
        del open_lives[name]
        return
    state = event.get("protoinfo", {}).get("tcp_state", "")
    if state in CLOSING:
        life.changes.append((event["t"], "closing"))
    elif "ASSURED" in event.get("status_names", ()):
        life.changes.append((event["t"], "assured"))


def follow_expectation(event, open_lives, expectations, open_expectations):
    name = key(event["tuple"], ports=("dport",))
    if event["event"] == "NEW":
        master = open_lives.get(key(event["master"]))
        open_expectations[name] = (event["t"], master)
    elif name in open_expectations:
        expectations.append((*open_expectations.pop(name), event["t"], name))


def last_time(lives, expectations):
    """When the last thing happened that a panel shows (seconds)."""
    times = [time for life in lives for time, _ in life.changes] + [life.end for life in lives]
    times += [time for begin, end, _, _ in expectations for time in (begin, end)]
    return max((time for time in times if time is not None), default=1)


def draw_panel(axis, name, lives, expectations, last):
    for row, life in enumerate(lives):
        if life.color == DROPPED:
            times = [time for time, state in life.changes if state == "dropped"]
            axis.plot(times, [row] * len(times), "x", color=DROPPED, markersize=7, mew=2)
            continue
        busy = [(begin, end) for begin, end, state in life.stretches(last) if state == "assured"]
        figures.draw_connection(axis, row, life.begin, life.end, last, busy, life.color)
    for begin, end, row, used in expectations:
        figures.draw_expectation(axis, row, begin, end, last, used)
    axis.set_title(name, loc="left", fontsize="medium", fontweight="bold")
    axis.set_yticks(range(len(lives)))
    axis.set_yticklabels([life.label for life in lives], fontsize="x-small", family="monospace")
    axis.set_ylim(len(lives) - 0.4, -0.6)
    axis.grid(axis="x", color="0.9")
    for side in ("top", "right"):
        axis.spines[side].set_visible(False)


def legend():
    """One entry a kind of mark."""
    return [
        Line2D([], [], color=CONTROL, linewidth=5, label="control connection, assured"),
        Line2D([], [], color=DATA, linewidth=5, label="data connection, assured"),
        Line2D([], [], color="0.4", linewidth=1.5, marker="|", label="opening or closing; its end"),
        Line2D([], [], color="0.4", linewidth=1.5, marker=">", label="goes on"),
        Line2D([], [], color=EXPECTED, marker="D", linestyle="--", label="expectation, used"),
        Line2D(
            [],
            [],
            color=EXPECTED,
            marker="D",
            linestyle="--",
            markerfacecolor="white",
            label="expectation, not used",
        ),
        Line2D(
            [],
            [],
            color=DROPPED,
            marker="x",
            linestyle="",
            markeredgewidth=2,
            label="packet dropped",
        ),
    ]


if __name__ == "__main__":
    main()
