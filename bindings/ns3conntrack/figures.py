# SPDX-License-Identifier: GPL-2.0-only
"""Figures that stay readable in print and by color-blind readers. matplotlib is imported on use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterable, Mapping

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Okabe and Ito's palette (https://jfly.uni-koeln.de/color/), the pale yellow left out.
COLORS = {
    "blue": "#0072B2",
    "orange": "#E69F00",
    "green": "#009E73",
    "vermilion": "#D55E00",
    "purple": "#CC79A7",
    "sky": "#56B4E9",
    "black": "#000000",
}
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
_CLOSING = ("FIN_WAIT", "CLOSE_WAIT", "LAST_ACK", "TIME_WAIT", "CLOSE")
LINES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)))


def use_style() -> None:
    """Make matplotlib's later figures ours: these colors, each with a line and a marker of its own.

    ImportError without matplotlib (Debian: python3-matplotlib).
    """
    import matplotlib
    from cycler import cycler

    cycle = cycler(color=list(COLORS.values())) + cycler(linestyle=LINES) + cycler(marker=MARKERS)
    matplotlib.rcParams.update(
        {
            "axes.prop_cycle": cycle,
            "axes.axisbelow": True,
            "axes.grid": True,
            "axes.spines.right": False,
            "axes.spines.top": False,
            "figure.constrained_layout.use": True,
            "figure.dpi": 110,
            "figure.figsize": (7.5, 4),
            "font.size": 10,
            "grid.color": "0.9",
            "legend.frameon": False,
            "savefig.bbox": "tight",
        }
    )


def life_lines(rows: Iterable[Mapping[str, Any]], axis: Axes, until: float | None = None) -> None:
    """Draw when each connection and each expectation of a router lived.

    rows: events as EventLog.rows() gives them; axis: where to; until: the right edge (seconds; the
    last event's time unless given), what comes later is left out. A connection is a line, thick
    from its first reply until TCP closes it; an expectation is dashed, from a diamond on, which is
    filled when its connection came. A bar is a connection's end, an arrow head what goes on.
    """
    events = [row for row in rows if until is None or row["t"] <= until]
    last = until if until is not None else max((event["t"] for event in events), default=0.0)
    lives: list[dict[str, Any]] = []
    alive: dict[tuple[str, int], dict[str, Any]] = {}
    used = {_way(event["orig"]) for event in events if "EXPECTED" in event.get("status_names", ())}
    for event in events:
        expected = event["table"] != "conntrack"
        way = event["tuple"] if expected else event["orig"]
        key = (event["table"], event["id"])
        life = alive.get(key)
        if life is None:
            life = {"way": way, "expected": expected, "begin": event["t"], "end": None}
            life["answered"] = life["closing"] = None
            lives.append(life)
            alive[key] = life
        if event["event"] == "DESTROY":
            life["end"] = event["t"]
            del alive[key]
        elif life["answered"] is None and "SEEN_REPLY" in event.get("status_names", ()):
            life["answered"] = event["t"]
        elif life["closing"] is None and _tcp_state(event) in _CLOSING:
            life["closing"] = event["t"]
    for row, life in enumerate(lives):
        if life["expected"]:
            draw_expectation(axis, row, life["begin"], life["end"], last, _way(life["way"]) in used)
            continue
        busy = []
        if life["answered"] is not None:
            busy.append((life["answered"], _first(life["closing"], life["end"], last)))
        draw_connection(axis, row, life["begin"], life["end"], last, busy)
    axis.set_yticks(range(len(lives)), [_label(life["way"]) for life in lives])
    axis.set_ylim(len(lives) - 0.4, -0.6)
    axis.set_xlabel("simulated time in seconds")


def draw_connection(
    axis: Axes,
    row: int,
    begin: float,
    end: float | None,
    last: float,
    busy: Iterable[tuple[float, float]],
    color: str = COLORS["blue"],
) -> None:
    """Draw one connection as a line at the height row, thick in the stretches busy (seconds).

    A bar marks its end; without one (None) it goes on at the right edge, last, as an arrow head.
    """
    _draw_line(axis, row, begin, end, last, color, "-")
    if end is not None:
        axis.plot(end, row, color=color, marker="|", linestyle="", markersize=11)
    for start, stop in busy:
        # However short it is, a stretch is as wide as its first mark, 2 points.
        axis.plot(start, row, color=color, marker="|", linestyle="", markersize=5, mew=2)
        line = axis.plot([start, stop], [row, row], color=color, linestyle="-", marker="", lw=5)
        line[0].set_solid_capstyle("butt")


def draw_expectation(
    axis: Axes, row: int, begin: float, end: float | None, last: float, used: bool
) -> None:
    """Draw one expectation, dashed, at the height row; an arrow head if it has no end (None)."""
    color = COLORS["orange"]
    _draw_line(axis, row, begin, end, last, color, "--")
    face = color if used else "white"
    axis.plot(
        begin, row, color=color, marker="D", markerfacecolor=face, linestyle="", clip_on=False
    )


def _draw_line(
    axis: Axes, row: int, begin: float, end: float | None, last: float, color: str, style: str
) -> None:
    ends = [begin, last if end is None else end]
    axis.plot(ends, [row, row], color=color, linestyle=style, marker="", linewidth=1.5)
    if end is None:
        axis.plot(last, row, color=color, marker=">", linestyle="", markersize=9, clip_on=False)


def _first(*times: float | None) -> float:
    return next(time for time in times if time is not None)


def _tcp_state(event: Mapping[str, Any]) -> str:
    return str(event.get("protoinfo", {}).get("tcp_state", ""))


def _way(way: Mapping[str, Any]) -> tuple[Any, ...]:
    return (way["src"], way["dst"], way["proto"], way.get("dport"))


def _label(way: Mapping[str, Any]) -> str:
    source = f"{way['src']}:{way['sport']}" if way.get("sport") else f"{way['src']}"
    target = f"{way['dst']}:{way['dport']}" if "dport" in way else f"{way['dst']}"
    return f"{source} > {target}"
