#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Draws days of examples/sip-office: calls by outcome, expectations over time.

Usage: office-day.py FOLDER... --out=PICTURE.png
Each folder, as sip-office --out wrote it, gets two panels; its name stands above them.
"""

import argparse
import collections
import json
import pathlib
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

OUTCOMES = {  # from the bottom of a bar upward
    "completed": "tab:green",
    "one-way": "tab:orange",
    "silent": "tab:purple",
    "failed": "tab:red",
}
SLOT = 0.5  # hours a bar


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=pathlib.Path, metavar="FOLDER")
    parser.add_argument("--out", required=True, help="the picture, a PNG file")
    chosen = parser.parse_args()
    try:
        days = [
            (folder.name, read(folder / "calls.jsonl"), read(folder / "samples.jsonl"))
            for folder in chosen.folders
        ]
        draw(days).savefig(chosen.out, dpi=120, bbox_inches="tight")
    except (OSError, ValueError, KeyError) as error:
        sys.exit(f"office-day.py: {error!r}")


def read(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def draw(days):
    """A figure with a column a day."""
    figure, axes = plt.subplots(
        2, len(days), squeeze=False, sharex=True, sharey="row", figsize=(1 + 5 * len(days), 6)
    )
    for column, (name, calls, samples) in enumerate(days):
        draw_calls(axes[0][column], calls)
        draw_samples(axes[1][column], samples)
        axes[0][column].set_title(name, loc="left", fontsize="medium", fontweight="bold")
        axes[1][column].set_xlabel("hour of the day")
    axes[0][0].set_ylabel("calls begun in half an hour")
    axes[1][0].set_ylabel("in the router's tables")
    axes[0][-1].legend(fontsize="small")
    axes[1][-1].legend(fontsize="small")
    for axis in axes.flat:
        axis.grid(axis="y", color="0.9")
        axis.set_axisbelow(True)
        for side in ("top", "right"):
            axis.spines[side].set_visible(False)
    figure.tight_layout()
    return figure


def draw_calls(axis, calls):
    slots = slots_of(calls)
    places = sorted({slot for slot, _ in slots})
    bottoms = [0] * len(places)
    for outcome, color in OUTCOMES.items():
        heights = [slots[slot, outcome] for slot in places]
        axis.bar(
            [(slot + 0.5) * SLOT for slot in places],
            heights,
            width=0.9 * SLOT,
            bottom=bottoms,
            color=color,
            label=outcome,
        )
        bottoms = [bottom + height for bottom, height in zip(bottoms, heights)]


def slots_of(calls):
    """How many calls of an outcome began in a slot of time."""
    return collections.Counter((int(call["t"] / 3600 / SLOT), call["outcome"]) for call in calls)


def draw_samples(axis, samples):
    hours = [sample["t"] / 3600 for sample in samples]
    for name, color in (("connections", "0.6"), ("expectations", "tab:blue")):
        axis.step(
            hours,
            [sample[name] for sample in samples],
            where="post",
            color=color,
            linewidth=1,
            label=name,
        )


if __name__ == "__main__":
    main()
