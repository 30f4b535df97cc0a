#!/usr/bin/python3
"""Conntrack oracle lab.

  lab.py list                              names of all cases
  lab.py record --out DIR [PATTERN ...]    record matching cases (default: all);
                                           into DIR/corpus-dev (and DIR/corpus-holdout)
  lab.py index --out DIR                   rebuild the index files
  lab.py verify --out DIR                  check that the recordings are whole
"""
import argparse
import fnmatch
import json
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from ctlab.case import CASES, load_all  # noqa: E402
from ctlab.verify import verify  # noqa: E402

FORMAT = {
    "case.json": "what the case is: topology, addresses, MACs, sysctls, module parameters, steps with their times, checks",
    "cli.pcap, srv.pcap": "nanosecond pcap of the router's two interfaces; a frame whose Ethernet source is the router's MAC left the router, any other entered it",
    "ruleset.nft, ruleset.json": "the router's nftables rules before traffic (text, JSON); ruleset-end.json has the counters after it",
    "events.jsonl": "ctnetlink events, one decoded JSON object a line; t: seconds since t0 at reception",
    "events-ct.txt, events-exp.txt": "the same events as the conntrack program prints them",
    "snapshots.json": "tables at labelled moments: decoded (ct, exp), /proc text, conntrack program text, statistics",
}


def write_index(folder):
    entries, kernels = [], set()
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name, "case.json")
        if not os.path.isfile(path):
            continue
        with open(path) as handle:
            meta = json.load(handle)
        if name in CASES and meta["about"] != CASES[name].about:  # a better description
            meta["about"] = CASES[name].about
            with open(path, "w") as handle:
                json.dump(meta, handle, indent=1)
        with open(os.path.join(folder, name, "events.jsonl")) as handle:
            events = [json.loads(line) for line in handle]
        with open(os.path.join(folder, name, "snapshots.json")) as handle:
            snapshots = [s["label"] for s in json.load(handle)]
        if "replay" not in meta:  # what a model needs to be fed
            meta["replay"] = CASES[name].replay if name in CASES else "packets"
            with open(path, "w") as handle:
                json.dump(meta, handle, indent=1)
        kernels.add(meta["kernel"])
        entries.append(
            {
                "name": name,
                "about": meta["about"],
                "tags": meta["tags"],
                "notes": meta["notes"],
                "error": meta["error"],
                "failed_checks": [c["check"] for c in meta["checks"] if not c["ok"]],
                "events": len(events),
                "expectations_created": sum(
                    e["table"] == "expect" and e["event"] == "NEW" for e in events
                ),
                "snapshots": snapshots,
                "replay": meta["replay"],
            }
        )
    with open(os.path.join(folder, "index.json"), "w") as handle:
        json.dump(
            {"format": FORMAT, "kernel": ", ".join(sorted(kernels)), "cases": entries},
            handle,
            indent=1,
        )
    return entries


_count = 0


def record_one(job):
    """Runs in a worker process."""
    global _count
    from ctlab.recorder import record

    name, folder = job
    _count += 1
    try:
        return record(CASES[name], folder, "%x%d" % (os.getpid(), _count % 10))
    except Exception as error:
        return {
            "name": name,
            "error": repr(error),
            "failed_checks": [],
            "seconds": 0,
            "events": 0,
            "expectation_events": 0,
        }


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=["list", "record", "index", "verify"])
    parser.add_argument("patterns", nargs="*")
    parser.add_argument("--out", default="out")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument(
        "--cases", action="append", default=[], metavar="DIR", help="another package of cases"
    )
    parser.add_argument(
        "--klog", metavar="REGEX", help="keep the kernel's log lines of every case that match"
    )
    args = parser.parse_intermixed_args()
    cases = load_all(args.cases)
    for item in cases.values():
        item.klog = item.klog or args.klog  # workers are forked and see it
    chosen = [
        c
        for c in cases.values()
        if not args.patterns or any(fnmatch.fnmatch(c.name, p) for p in args.patterns)
    ]
    if args.command == "list":
        for item in chosen:
            print("%-8s %-38s %s" % (item.split, item.name, item.about))
        return 0
    folders = {
        split: os.path.join(args.out, "corpus-" + split)
        for split in sorted({c.split for c in chosen})
    }
    if args.command != "record":
        folders = {split: folder for split, folder in folders.items() if os.path.isdir(folder)}
    if args.command == "verify":
        bad = 0
        for folder in folders.values():
            complaints, count, frames = verify(folder)
            bad += len(complaints)
            print(
                "%s: %d cases, %d frames, %d complaints"
                % (os.path.basename(folder), count, frames, len(complaints))
            )
            print("".join("  %s\n" % c for c in complaints), end="")
        return 1 if bad else 0
    for folder in folders.values():
        os.makedirs(folder, exist_ok=True)
    if args.command == "record":
        begin = time.time()
        alone = [
            c for c in chosen if c.module or c.host_sysctl or c.klog
        ]  # change or read what is host-wide: never in parallel
        shared = [c for c in chosen if c not in alone]
        bad = 0
        for group, jobs in ((shared, args.jobs), (alone, 1)):
            if not group:
                continue
            with ProcessPoolExecutor(jobs) as pool:
                for result in pool.map(record_one, [(c.name, folders[c.split]) for c in group]):
                    state = "ok" if not result["error"] and not result["failed_checks"] else "BAD"
                    bad += state == "BAD"
                    print(
                        "%-4s %-38s %5.1fs %3d events %2d exp  %s"
                        % (
                            state,
                            result["name"],
                            result["seconds"],
                            result["events"],
                            result["expectation_events"],
                            "; ".join(result["failed_checks"]),
                        ),
                        flush=True,
                    )
                    if result["error"]:
                        print(result["error"], flush=True)
        print("%d cases, %d bad, %.0f s" % (len(chosen), bad, time.time() - begin))
    for folder in folders.values():
        write_index(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
