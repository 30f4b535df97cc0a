#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Calls between sipp, a real SIP program, and a simulated phone; the last line counts them.

sipp runs in a network namespace, whose one device is a TAP device; its other side is the outer
interface of a simulated NAT router with SIP's helper (sip-live.cc). sipp knows the router's address
alone and has no route to the phone: what is not translated fails, and no port is open for media.
Needs root, /dev/net/tun, namespaces and sipp: what is missing is named, and the runs count as
skipped. Real time needs a machine that is not busy.

SIP's helper has the kernel's attributes: sipp names its own address for media, too. All calls of a
run share one connection of signalling, for both ends always use port 5060, and an INVITE or BYE
withdraws that connection's expectations, whichever call they are of: so does the kernel. Calls
therefore begin at such intervals that no other call begins or ends between a call's INVITE and
the first packets of its media.
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
ROUTER = "10.2.0.1:5060"  # forwarded to the phone

# Modulo INTERVAL a call's INVITE and answer come at 0 and 0.02 s, and its BYE at 0.14 s: HOLDING,
# or the 9 s of uac_pcap, after the answer.
INTERVAL = 0.24
HOLDING = 2.04

# Name, what sipp is told, whether the simulated phone calls.
RUNS = [
    (
        "sipp calls, media are echoed",
        ["-sn", "uac", "-rtp_echo", "-d", round(HOLDING * 1000), ROUTER],
        False,
    ),
    ("sipp calls and plays a capture", ["-sn", "uac_pcap", ROUTER], False),
    ("sipp is called, media are echoed", ["-sn", "uas", "-rtp_echo"], True),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, default=TOP / "build")
    parser.add_argument("--calls", type=int, default=100, help="of each run")
    chosen = parser.parse_args()
    program = chosen.build.resolve() / "test" / "sip-live"
    missing = what_is_missing(program)
    if missing:
        print(f"live calls are skipped: {missing}")
        print(f"0 passed, 0 failed, {len(RUNS)} skipped")
        return 0
    failed = 0
    for name, words, phone_calls in RUNS:
        problem = run(program, words, phone_calls, chosen.calls)
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
            yield name, descriptor
        finally:
            command("ip", "netns", "delete", name)
    finally:
        os.close(descriptor)


def command(*words):
    subprocess.run(words, check=True, capture_output=True)


def run(program, words, phone_calls, calls):
    """One run: what was wrong with it, or None."""
    with namespace() as (name, descriptor), tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "pcap").symlink_to(PCAPS)  # uac_pcap looks there
        longest = 60 + 2 * round(calls * INTERVAL)
        phone = [program, f"--fd={descriptor}", f"--calls={calls}", f"--seconds={longest}"]
        phone += [f"--call={str(phone_calls).lower()}", f"--interval={INTERVAL}"]
        phone += [f"--holding={HOLDING}"]
        sipp = ["ip", "netns", "exec", name, *SIPP, *words, "-m", calls]
        sipp += [] if phone_calls else ["-r", 1, "-rp", round(INTERVAL * 1000), "-l", calls]
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
    """Whether both ends say that every call was complete, and what the router has done for it."""
    if sipp_code != 0:
        return f"sipp ended with {sipp_code}; the phone: {told}"
    if told["fates"] != {"Completed": calls} or told["heard"] != calls or told["ports"]:
        return f"the phone: {told}"
    if told["untranslated"] or told["expected"] < calls or not told["streams"]:
        return f"media passed without expectations, or without NAT: {told}"
    if told["expectations"] or told["connections"] != 1:  # that of the signalling
        return f"something is left in the router's tables: {told}"
    return None


if __name__ == "__main__":
    sys.exit(main())
