"""Network namespaces and the three-node topology  client -- router -- server."""
import ctypes
import os
import shutil
import subprocess
import threading

CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


def sh(*argv, check=True, text=None, ns=None, timeout=60):
    """Run a command, optionally inside a namespace; return its stdout."""
    argv = [str(a) for a in argv]
    if ns:
        argv = ["ip", "netns", "exec", ns] + argv
    done = subprocess.run(
        argv, input=text, text=True, timeout=timeout, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    if check and done.returncode:
        raise RuntimeError("%s failed: %s" % (" ".join(argv), done.stderr.strip()))
    return done.stdout


def in_ns(ns, func, *args, **kwargs):
    """Call func in a short-lived thread that has entered the namespace.

    Sockets made by func stay bound to that namespace afterwards.
    """
    box = {}

    def body():
        try:
            fd = os.open("/run/netns/" + ns, os.O_RDONLY)
            try:
                if _libc.setns(fd, CLONE_NEWNET):
                    raise OSError(ctypes.get_errno(), "setns " + ns)
            finally:
                os.close(fd)
            box["value"] = func(*args, **kwargs)
        except BaseException as error:  # handed to the caller below
            box["error"] = error

    thread = threading.Thread(target=body)
    thread.start()
    thread.join()
    if "error" in box:
        raise box["error"]
    return box.get("value")


def read_ns(ns, path):
    """Read a file of /proc/net (path 'net/...') or /proc/sys as seen in a namespace."""

    def body():
        real = path.replace("/proc/net/", "/proc/thread-self/net/")
        with open(real) as handle:
            return handle.read()

    return in_ns(ns, body)


def write_ns(ns, path, value):
    def body():
        with open(path, "w") as handle:
            handle.write(str(value))

    return in_ns(ns, body)


def sysctls(ns, prefix="net/netfilter"):
    """All sysctls under a prefix, as seen inside the namespace: {name: text}."""

    def body():
        found = {}
        top = "/proc/sys/" + prefix
        for folder, _, names in os.walk(top):
            for name in names:
                full = os.path.join(folder, name)
                try:
                    with open(full) as handle:
                        found[full[len("/proc/sys/") :].replace("/", ".")] = handle.read().strip()
                except OSError:
                    pass
        return dict(sorted(found.items()))

    return in_ns(ns, body)


class Topology:
    """client -- router -- server, IPv4 and IPv6, static neighbours, no offloads.

    Each end namespace has one interface 'eth0'; the router has 'cli' and 'srv'.
    Host number N of a side is the address <side prefix>.N (or ::N in IPv6).
    Host 1 is the router, host 2 is the end's own kernel; hosts 10..99 exist only
    as scripted packets: the router has static neighbour entries for them, the
    end's kernel does not own them and so never answers for them.
    """

    MAC = {
        "cli_end": "02:00:00:00:01:02",
        "cli": "02:00:00:00:01:01",
        "srv": "02:00:00:00:02:01",
        "srv_end": "02:00:00:00:02:02",
    }

    def __init__(self, tag, cli4, srv4, cli6, srv6):
        self.tag = tag
        self.ns = {side: "ctl-%s-%s" % (tag, side) for side in ("cli", "rtr", "srv")}
        self.prefix4 = {"cli": cli4, "srv": srv4}  # e.g. "10.1.0."
        self.prefix6 = {"cli": cli6, "srv": srv6}  # e.g. "fd00:1::"

    def addr(self, side, number, version=4):
        table = self.prefix4 if version == 4 else self.prefix6
        return table[side] + ("%d" % number)

    def up(self):
        for name in self.ns.values():
            sh("ip", "netns", "add", name)
        for side in ("cli", "srv"):
            sh(
                "ip",
                "-n",
                self.ns["rtr"],
                "link",
                "add",
                side,
                "address",
                self.MAC[side],
                "type",
                "veth",
                "peer",
                "name",
                "eth0",
                "netns",
                self.ns[side],
                "address",
                self.MAC[side + "_end"],
            )
        quiet = {
            "accept_ra": 0,
            "autoconf": 0,
            "addr_gen_mode": 1,
            "router_solicitations": 0,
            "accept_dad": 0,
        }
        for node, ifname in (("cli", "eth0"), ("srv", "eth0"), ("rtr", "cli"), ("rtr", "srv")):
            ns = self.ns[node]
            for key, value in quiet.items():
                write_ns(ns, "/proc/sys/net/ipv6/conf/%s/%s" % (ifname, key), value)
            sh(
                "ethtool",
                "-K",
                ifname,
                "tx",
                "off",
                "rx",
                "off",
                "tso",
                "off",
                "gso",
                "off",
                "gro",
                "off",
                "sg",
                "off",
                ns=ns,
                check=False,
            )
        for ns in self.ns.values():
            sh("ip", "-n", ns, "link", "set", "lo", "up")
        write_ns(self.ns["rtr"], "/proc/sys/net/ipv4/ip_forward", 1)
        write_ns(self.ns["rtr"], "/proc/sys/net/ipv6/conf/all/forwarding", 1)
        write_ns(
            self.ns["rtr"], "/proc/sys/net/ipv4/conf/all/send_redirects", 0
        )  # or-ed with each interface's
        write_ns(
            self.ns["rtr"], "/proc/sys/net/ipv6/auto_flowlabels", 0
        )  # a keyed hash: no model could know it
        for side in ("cli", "srv"):
            rtr, end = self.ns["rtr"], self.ns[side]
            write_ns(rtr, "/proc/sys/net/ipv4/conf/%s/rp_filter" % side, 0)
            write_ns(rtr, "/proc/sys/net/ipv4/conf/%s/send_redirects" % side, 0)
            lines4, lines6 = [], []
            lines4.append(
                "addr add %s/24 broadcast %s dev %s"
                % (self.addr(side, 1), self.addr(side, 255), side)
            )
            lines4.append("addr add %s/64 dev %s nodad" % (self.addr(side, 1, 6), side))
            lines4.append("link set %s up" % side)
            for number in [2] + list(range(10, 100)):
                for version in (4, 6):
                    lines6.append(
                        "neigh replace %s lladdr %s nud permanent dev %s"
                        % (self.addr(side, number, version), self.MAC[side + "_end"], side)
                    )
            sh("ip", "-n", rtr, "-batch", "-", text="\n".join(lines4 + lines6) + "\n")
            batch = [
                "addr add %s/24 dev eth0" % self.addr(side, 2),
                "addr add %s/64 dev eth0 nodad" % self.addr(side, 2, 6),
                "link set eth0 up",
                "neigh replace %s lladdr %s nud permanent dev eth0"
                % (self.addr(side, 1), self.MAC[side]),
                "neigh replace %s lladdr %s nud permanent dev eth0"
                % (self.addr(side, 1, 6), self.MAC[side]),
                "route add default via %s" % self.addr(side, 1),
                "-6 route add default via %s" % self.addr(side, 1, 6),
            ]
            for line in batch:
                sh("ip", "-n", end, *line.split())
        return self

    def down(self):
        for name in self.ns.values():
            subprocess.run(["ip", "netns", "del", name], stderr=subprocess.DEVNULL)
            shutil.rmtree("/etc/netns/" + name, ignore_errors=True)

    def describe(self):
        return {
            "client": {
                "ifname": "eth0",
                "mac": self.MAC["cli_end"],
                "ipv4": self.addr("cli", 2),
                "ipv6": self.addr("cli", 2, 6),
            },
            "router": {
                "cli": {
                    "mac": self.MAC["cli"],
                    "ipv4": self.addr("cli", 1) + "/24",
                    "ipv6": self.addr("cli", 1, 6) + "/64",
                    "capture": "cli.pcap",
                },
                "srv": {
                    "mac": self.MAC["srv"],
                    "ipv4": self.addr("srv", 1) + "/24",
                    "ipv6": self.addr("srv", 1, 6) + "/64",
                    "capture": "srv.pcap",
                },
            },
            "server": {
                "ifname": "eth0",
                "mac": self.MAC["srv_end"],
                "ipv4": self.addr("srv", 2),
                "ipv6": self.addr("srv", 2, 6),
            },
        }
