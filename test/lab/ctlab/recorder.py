"""Runs one case and writes down everything the router's kernel showed."""
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import traceback

from . import ctnetlink, netns, peer
from .case import NETS

DEFAULT_SYSCTL = {"nf_conntrack_acct": 1, "nf_conntrack_timestamp": 1}
NOISE = (
    "not (ip6 and ip6[6] = 0 and dst host ff02::16)"  # the nodes' own multicast listener reports
)
SHOWN = (
    "net.ipv4.icmp_",
    "net.ipv6.icmp.",
    "net.ipv4.ipfrag_",
    "net.ipv6.ip6frag_",
    "net.ipv4.ip_default_ttl",
    "net.ipv4.ip_forward_",
    "net.ipv4.fwmark_reflect",
    "net.ipv6.fwmark_reflect",
    "net.ipv4.ip_no_pmtu_disc",
    "net.ipv6.auto_flowlabels",
)
EVENT_FILES = {"events-ct.txt": "conntrack", "events-exp.txt": "expect"}
CAPTURES = ("cli.pcap", "srv.pcap")
START_SECONDS, END_SECONDS = (
    60,
    20,
)  # how long the tools may take to start, and to print what they heard
MODULE_PARAMETERS = [
    "nf_conntrack_ftp",
    "nf_conntrack_sip",
    "nf_conntrack_irc",
    "nf_conntrack_amanda",
    "nf_conntrack_h323",
    "nf_conntrack_netbios_ns",
    "nf_conntrack_snmp",
]


def jiffies():
    """The kernel's tick count, whose multiples the timer wheel rounds up to; None where it is not shown."""
    with open("/proc/timer_list") as handle:
        return next((int(line.split()[1]) for line in handle if line.startswith("jiffies:")), None)


def module_parameters():
    found = {}
    for module in MODULE_PARAMETERS:
        top = "/sys/module/%s/parameters" % module
        for name in sorted(os.listdir(top)) if os.path.isdir(top) else []:
            with open(os.path.join(top, name)) as handle:
                found["%s/%s" % (module, name)] = handle.read().strip()
    return found


def set_module_parameter(key, value):
    module, name = key.split("/")
    with open("/sys/module/%s/parameters/%s" % (module, name), "w") as handle:
        handle.write(value)


def klog_open():
    """The kernel log from now on."""
    handle = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
    os.lseek(handle, 0, os.SEEK_END)
    return handle


def klog_read(handle, pattern, inode):
    """The log's new lines that match; other labs on this machine write there too."""
    lines = []
    while True:
        try:
            line = os.read(handle, 8192).decode("latin-1").split(";", 1)[1].split("\n")[0]
            line = line.replace("netns %d" % inode, "netns N")  # ours; other labs' stay out
            if re.search(pattern, line):
                lines.append(line)
        except BlockingIOError:
            os.close(handle)
            return lines


class Lab:
    """What a case's script may use."""

    def __init__(self, case, out_dir, tag):
        self.case, self.out = case, out_dir
        self.topo = netns.Topology(tag, *NETS[case.net])
        self.snapshots, self.steps, self.checks = [], [], []
        self.procs, self.notes = [], []
        self.sides = {}
        self.work = None

    # -- addresses ------------------------------------------------------------------
    def c(self, number=10, v=4):
        """Address of client-side host N (2: the kernel of the client; 10..99: scripted)."""
        return self.topo.addr("cli", number, v)

    def s(self, number=10, v=4):
        return self.topo.addr("srv", number, v)

    # -- scripted ends --------------------------------------------------------------
    @property
    def cli(self):
        return self._side("cli")

    @property
    def srv(self):
        return self._side("srv")

    def _side(self, name):
        if name not in self.sides:
            self.sides[name] = peer.Side(self.topo, name)
        return self.sides[name]

    # -- the router's tables --------------------------------------------------------
    def now(self):
        return round((time.time_ns() - self.t0) / 1e9, 6)

    def expectations(self):
        return netns.in_ns(self.topo.ns["rtr"], self._dump, ctnetlink.SUBSYS_EXP)

    def connections(self):
        return netns.in_ns(self.topo.ns["rtr"], self._dump, ctnetlink.SUBSYS_CT)

    @staticmethod
    def _dump(subsys):
        sock = ctnetlink.open_socket()
        try:
            return ctnetlink.dump(sock, subsys)
        finally:
            sock.close()

    def snap(self, label):
        rtr = self.topo.ns["rtr"]
        entry = {"label": label, "t": self.now()}
        entry["ct"] = self.connections()
        entry["exp"] = self.expectations()
        entry["t_end"] = self.now()
        entry["proc_nf_conntrack"] = netns.read_ns(rtr, "/proc/net/nf_conntrack").splitlines()
        entry["proc_nf_conntrack_expect"] = netns.read_ns(
            rtr, "/proc/net/nf_conntrack_expect"
        ).splitlines()
        entry["proc_stat_nf_conntrack"] = netns.read_ns(
            rtr, "/proc/net/stat/nf_conntrack"
        ).splitlines()
        entry["conntrack_L"] = self.router(
            "conntrack", "-L", "-o", "extended,id,ktimestamp"
        ).splitlines()
        entry["conntrack_L_expect"] = self.router("conntrack", "-L", "expect").splitlines()
        entry["conntrack_S"] = self.router("conntrack", "-S").splitlines()
        self.snapshots.append(entry)
        return entry

    # -- running things -------------------------------------------------------------
    def router(self, *argv, check=False):
        return netns.sh(*argv, ns=self.topo.ns["rtr"], check=check)

    def nft(self, text):
        netns.sh("nft", "-f", "-", text=text, ns=self.topo.ns["rtr"])

    def run(self, node, *argv, timeout=30, check=False):
        return netns.sh(*argv, ns=self.topo.ns[node], timeout=timeout, check=check)

    def start(self, node, *argv, cwd=None):
        """Start a background program in a namespace; it is ended with the case."""
        proc = subprocess.Popen(
            ["ip", "netns", "exec", self.topo.ns[node]] + [str(a) for a in argv],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=cwd or self.work,
            start_new_session=True,
        )
        self.procs.append(proc)
        return proc

    def step(self, text):
        """Note a step of the script with its time."""
        self.steps.append({"t": self.now(), "step": text})

    def wait(self, seconds):
        time.sleep(seconds)

    def check(self, what, ok):
        """A statement about the recording, kept with its outcome."""
        self.checks.append({"t": self.now(), "check": what, "ok": bool(ok)})
        return bool(ok)

    def note(self, text):
        self.notes.append(text)


def _capture(lab, ifname, name):
    proc = subprocess.Popen(
        [
            "ip",
            "netns",
            "exec",
            lab.topo.ns["rtr"],
            "tcpdump",
            "-Z",
            "root",
            "-i",
            ifname,
            "-s",
            "0",
            "-B",
            "4096",
            "--time-stamp-precision=nano",
            "-U",
            "--immediate-mode",
            "-n",
            "-w",
            os.path.join(lab.out, name),
            NOISE,
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    return proc


def _until(ready, seconds):
    """Whether that came true in time."""
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def _subscribed(proc):
    """Whether a process has a netfilter netlink socket that is a member of groups."""
    top = "/proc/%d/" % proc.pid
    try:
        own = {os.readlink(entry.path) for entry in os.scandir(top + "fd")}
        with open(top + "net/netlink") as handle:
            rows = [line.split() for line in handle][
                1:
            ]  # sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode
    except OSError:
        return False
    return any(
        int(row[1]) == ctnetlink.NETLINK_NETFILTER
        and int(row[3], 16)
        and "socket:[%s]" % row[9] in own
        for row in rows
    )


def _wait_started(captures, tools):
    """Returns when tcpdump captures and conntrack -E listens: under emulation that takes seconds."""
    for proc in captures:
        said = b""
        while b"listening" not in said:  # printed when its socket is bound
            line = proc.stderr.readline()
            if not line:
                raise RuntimeError("tcpdump ended: %s" % said.decode("latin-1"))
            said += line
    for proc in tools:
        if (
            not _until(lambda: _subscribed(proc) or proc.poll() is not None, START_SECONDS)
            or proc.poll() is not None
        ):
            raise RuntimeError("conntrack -E does not listen after %d s" % START_SECONDS)


def _lines(path):
    with open(path, "rb") as handle:
        return handle.read().count(b"\n")


def _settle(lab, listener):
    """Waits until every event is printed and no capture grows any more; False if that never comes."""

    def state():
        counts = listener.counts()
        printed = {
            table: _lines(os.path.join(lab.out, name)) for name, table in EVENT_FILES.items()
        }
        return (
            counts == printed,
            counts,
            [os.stat(os.path.join(lab.out, name)).st_size for name in CAPTURES],
        )

    last, since = None, time.monotonic()

    def settled():
        nonlocal last, since
        now = state()
        if now != last:
            last, since = now, time.monotonic()
        return now[0] and time.monotonic() - since > 0.3

    return _until(settled, END_SECONDS)


def _trim(lab, counts):
    """What the tools printed after the listener had stopped is no part of the recording."""
    for name, table in EVENT_FILES.items():
        path = os.path.join(lab.out, name)
        with open(path, "rb") as handle:
            lines = handle.readlines()
        if len(lines) > counts[table]:
            with open(path, "wb") as handle:
                handle.writelines(lines[: counts[table]])


def _events_tool(lab, name, *argv):
    handle = open(os.path.join(lab.out, name), "wb")
    proc = subprocess.Popen(
        ["ip", "netns", "exec", lab.topo.ns["rtr"], "stdbuf", "-oL", "conntrack"] + list(argv),
        stdin=subprocess.DEVNULL,
        stdout=handle,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    handle.close()
    return proc


def _end(proc, sig=signal.SIGTERM):
    if proc.poll() is None:
        try:
            os.killpg(proc.pid, sig)
        except ProcessLookupError:
            pass
        try:
            proc.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(proc.pid, signal.SIGKILL)
            proc.wait()


def record(case, top, tag):
    """Record one case under <top>/<case name>; returns its index entry."""
    out = os.path.join(top, case.name)
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(out)
    lab = Lab(case, out, tag)
    lab.work = tempfile.mkdtemp(prefix="ctl-" + tag + "-")
    os.chmod(lab.work, 0o755)
    background, listener, error, saved, saved_host, klog, inode = [], None, None, {}, {}, None, 0
    host = dict(case.host_sysctl)
    if case.klog:
        host.setdefault("nf_log_all_netns", 1)
    started = time.time()
    try:
        lab.topo.up()
        rtr = lab.topo.ns["rtr"]
        for side, size in case.mtu.items():
            netns.sh("ip", "-n", rtr, "link", "set", side, "mtu", size)
            netns.sh("ip", "-n", lab.topo.ns[side], "link", "set", "eth0", "mtu", size)
        settings = dict(DEFAULT_SYSCTL)
        settings.update(case.sysctl)
        for key, value in settings.items():
            try:
                netns.write_ns(rtr, "/proc/sys/net/netfilter/" + key, value)
            except FileNotFoundError:
                lab.note("this kernel has no %s" % key)
        current = module_parameters()
        for key, value in case.module.items():
            saved[key] = current[key]
            set_module_parameter(key, value)
        for key, value in host.items():
            with open("/proc/sys/net/netfilter/" + key) as handle:
                saved_host[key] = handle.read().strip()
            with open("/proc/sys/net/netfilter/" + key, "w") as handle:
                handle.write(str(value))
        for side in ("cli", "srv"):
            lab._side(side)
        rules = case.rules(lab) if callable(case.rules) else case.rules
        if rules:
            lab.nft(rules)
        for name, options in (("ruleset.nft", ()), ("ruleset.json", ("-j",))):
            with open(os.path.join(out, name), "w") as handle:
                handle.write(lab.router("nft", *options, "list", "ruleset"))
        lab.sysctls_ip = {
            k: v
            for top in ("net/ipv4", "net/ipv6")
            for k, v in netns.sysctls(rtr, top).items()
            if k.startswith(SHOWN)
        }
        lab.sysctls, lab.parameters = netns.sysctls(rtr), module_parameters()
        listener = netns.in_ns(rtr, lambda: ctnetlink.Listener(ctnetlink.open_socket()))
        listener.start()
        for ifname in ("cli", "srv"):
            background.append(_capture(lab, ifname, ifname + ".pcap"))
        background.append(_events_tool(lab, "events-ct.txt", "-E", "-o", "timestamp,extended,id"))
        background.append(_events_tool(lab, "events-exp.txt", "-E", "expect", "-o", "timestamp"))
        _wait_started(background[:2], background[2:])
        klog, inode = klog_open() if case.klog else None, os.stat("/run/netns/" + rtr).st_ino
        lab.t0, lab.jiffies = time.time_ns(), jiffies()
        try:
            case.func(lab, **case.args)
        except Exception:
            error = traceback.format_exc(limit=-3)
        lab.snap("end")
        with open(os.path.join(out, "ruleset-end.json"), "w") as handle:
            handle.write(lab.router("nft", "-j", "list", "ruleset"))
    finally:
        for proc in lab.procs:
            _end(proc)
        if len(background) == 4 and not _settle(lab, listener):
            lab.note("the tools had not printed every event %d s after the end" % END_SECONDS)
        if listener:
            listener.stop()
        for proc in background:
            _end(proc)
        if len(background) == 4:
            _trim(lab, listener.counts())
        for side in lab.sides.values():
            side.close()
        for key, value in saved.items():
            set_module_parameter(key, value)
        for key, value in saved_host.items():
            with open("/proc/sys/net/netfilter/" + key, "w") as handle:
                handle.write(value)
        lab.topo.down()
        shutil.rmtree(lab.work, ignore_errors=True)
    events = listener.events(lab.t0)
    with open(os.path.join(out, "events.jsonl"), "w") as handle:
        for entry in events:
            handle.write(json.dumps(entry) + "\n")
    with open(os.path.join(out, "snapshots.json"), "w") as handle:
        json.dump(lab.snapshots, handle, indent=1)
    meta = {
        "name": case.name,
        "about": case.about,
        "tags": list(case.tags),
        "notes": lab.notes,
        "kernel": os.uname().release,
        "recorded": int(started),
        "t0_ns": lab.t0,
        "t0_jiffies": lab.jiffies,
        "topology": lab.topo.describe(),
        "net": case.net,
        "args": {k: repr(v) for k, v in case.args.items()},
        "steps": lab.steps,
        "checks": lab.checks,
        "events_lost": listener.lost,
        "sysctl": lab.sysctls,
        "module_parameters": lab.parameters,
        "module_parameters_changed": sorted(case.module),
        "error": error,
        "replay": case.replay,
    }
    meta["sysctl_ip"] = lab.sysctls_ip
    if host:
        meta["host_sysctl"] = {"net.netfilter." + k: str(v) for k, v in host.items()}
    if case.mtu:
        meta["mtu"] = case.mtu
    if klog is not None:
        meta["klog"] = klog_read(klog, case.klog, inode)
    with open(os.path.join(out, "case.json"), "w") as handle:
        json.dump(meta, handle, indent=1)
    return {
        "name": case.name,
        "about": case.about,
        "tags": list(case.tags),
        "notes": lab.notes,
        "seconds": round(time.time() - started, 1),
        "error": error,
        "failed_checks": [c["check"] for c in lab.checks if not c["ok"]],
        "events": len(events),
        "snapshots": [s["label"] for s in lab.snapshots],
        "expectation_events": sum(e["table"] == "expect" for e in events),
    }
