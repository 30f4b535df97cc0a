#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Calls between sipp, a real SIP program, and a simulated phone; the last line counts them.

sipp runs in a network namespace, whose one device is a TAP device; its other side is the outer
interface of a simulated router (sip-live.cc). Needs root, /dev/net/tun, namespaces and sipp: what
is missing is named, and the runs count as skipped. Real time needs a machine that is not busy.
"""

import argparse
import contextlib
import fcntl
import json
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import tempfile

TOP = pathlib.Path(__file__).resolve().parent.parent.parent
PCAPS = pathlib.Path("/usr/share/sip-tester")  # where Debian has what uac_pcap plays
TUNSETIFF = 0x400454CA  # linux/if_tun.h
IFF_TAP_NO_PI = 0x0002 | 0x1000
SIPP = ["sipp", "-i", "10.2.0.2", "-mi", "10.2.0.2", "-mp", "6000", "-p", "5060", "-nostdin"]
PHONE = "10.1.0.2:5060"

# Name, what sipp is told, whether the simulated phone calls.
RUNS = [
    ("sipp calls, media are echoed", ["-sn", "uac", "-rtp_echo", "-d", "2000", PHONE], False),
    ("sipp calls and plays a capture", ["-sn", "uac_pcap", PHONE], False),
    ("sipp is called, media are echoed", ["-sn", "uas", "-rtp_echo"], True),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=TOP / "build")
    parser.add_argument("--calls", type=int, default=100, help="of each run")
    parser.add_argument("--rate", type=int, default=5, help="calls a second")
    chosen = parser.parse_args()
    program = chosen.build.resolve() / "test" / "sip-live"
    missing = what_is_missing(program)
    if missing:
        print(f"live calls are skipped: {missing}")
        print(f"0 passed, 0 failed, {len(RUNS)} skipped")
        return 0
    failed = 0
    for name, words, phone_calls in RUNS:
        problem = run(program, words, phone_calls, chosen.calls, chosen.rate)
        print(f"{name}: {problem or f'{chosen.calls} calls, media both ways'}", flush=True)
        failed += 1 if problem else 0
    print(f"{len(RUNS) - failed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


def what_is_missing(program):
    if not program.exists():
        return f"{program} is not built"
    if os.geteuid() != 0:
        return "they need root, for a TAP device and a network namespace"
    if shutil.which("sipp") is None:
        return "there is no sipp (Debian: sip-tester)"
    try:
        with namespace():
            pass
    except (OSError, subprocess.CalledProcessError) as error:
        return f"a TAP device in a network namespace cannot be made here ({error})"
    return None


@contextlib.contextmanager
def namespace():
    """A network namespace with a TAP device: its name, and the device's file descriptor."""
    name = f"sip-live-{os.getpid()}"
    tap = f"tap{os.getpid() % 1000000}"
    descriptor = os.open("/dev/net/tun", os.O_RDWR)
    try:
        fcntl.ioctl(descriptor, TUNSETIFF, struct.pack("16sH", tap.encode(), IFF_TAP_NO_PI))
        command("ip", "netns", "add", name)
        try:
            command("ip", "link", "set", tap, "netns", name)
            command("ip", "-n", name, "address", "add", "10.2.0.2/24", "dev", tap)
            command("ip", "-n", name, "link", "set", "lo", "up")
            command("ip", "-n", name, "link", "set", tap, "up")
            command("ip", "-n", name, "route", "add", "10.1.0.0/24", "via", "10.2.0.1")
            yield name, descriptor
        finally:
            command("ip", "netns", "delete", name)
    finally:
        os.close(descriptor)


def command(*words):
    subprocess.run(words, check=True, capture_output=True)


def run(program, words, phone_calls, calls, rate):
    """One run: what was wrong with it, or None."""
    with namespace() as (name, descriptor), tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "pcap").symlink_to(PCAPS)  # uac_pcap looks there
        longest = 60 + 2 * calls // rate
        phone = [program, f"--fd={descriptor}", f"--calls={calls}", f"--seconds={longest}"]
        phone += [f"--call={str(phone_calls).lower()}", f"--interval={1 / rate}"]
        sipp = ["ip", "netns", "exec", name, *SIPP, *words, "-m", calls]
        sipp += [] if phone_calls else ["-r", rate, "-l", 100]
        sipp += ["-timeout", f"{longest}s"]
        with subprocess.Popen(
            [str(word) for word in phone],
            stdout=subprocess.PIPE,
            text=True,
            pass_fds=[descriptor],
        ) as simulation:
            simulation.stdout.readline()  # "ready"
            with open(pathlib.Path(folder) / "sipp.txt", "wb") as output:
                done = subprocess.run(
                    [str(word) for word in sipp],
                    cwd=folder,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    check=False,
                )
            told = simulation.communicate()[0].strip().splitlines()
        if not told:
            return f"the simulation ended with {simulation.returncode} and said nothing"
        return judge(json.loads(told[-1]), done.returncode, calls)


def judge(told, sipp_code, calls):
    """Whether both ends say that every call was complete."""
    if sipp_code != 0:
        return f"sipp ended with {sipp_code}; the phone: {told}"
    if told["fates"] != {"Completed": calls} or told["heard"] != calls or told["ports"]:
        return f"the phone: {told}"
    return None


if __name__ == "__main__":
    sys.exit(main())
