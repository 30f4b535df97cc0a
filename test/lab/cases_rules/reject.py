"""reject: every type, both families, all hooks; what it says of checksums, fragments, established flows."""
import time

from cases_rules.common import Build, OPTIONS, TRACK, counted, probe, table
from ctlab.case import case
from ctlab.peer import Tcp, exchange, handshake
from scapy.layers.inet import (
    ICMP,
    IP,
    TCP,
    UDP,
    IPOption_NOP,
    IPOption_RR,
    IPOption_Router_Alert,
    fragment,
)
from scapy.layers.inet6 import (
    ICMPv6DestUnreach,
    ICMPv6EchoReply,
    ICMPv6EchoRequest,
    ICMPv6PacketTooBig,
    IPv6,
    IPv6ExtHdrDestOpt,
    IPv6ExtHdrFragment,
    IPv6ExtHdrHopByHop,
)
from scapy.packet import Raw

V4 = [
    "net-unreachable",
    "host-unreachable",
    "prot-unreachable",
    "port-unreachable",
    "net-prohibited",
    "host-prohibited",
    "admin-prohibited",
]
V6 = [
    "no-route",
    "admin-prohibited",
    "addr-unreachable",
    "port-unreachable",
    "policy-fail",
    "reject-route",
]
X = ["no-route", "port-unreachable", "host-unreachable", "admin-prohibited"]


def typed(kind, names):
    return "\n".join(
        "meta l4proto { tcp, udp } th dport %d ct state new counter reject with %s type %s"
        % (2000 + i, kind, n)
        for i, n in enumerate(names)
    )


@case(
    "reject-types-v4",
    "more",
    "reject with every icmp type, UDP and TCP, table ip",
    rules=table(typed("icmp", V4), "ip"),
    names=V4,
    versions=(4,),
)
@case(
    "reject-types-v6",
    "more",
    "reject with every icmpv6 type, UDP and TCP, table ip6",
    rules=table(typed("icmpv6", V6), "ip6"),
    names=V6,
    versions=(6,),
)
@case(
    "reject-types-inet",
    "more",
    "reject with every icmpx type for both families, table inet",
    rules=table(typed("icmpx", X)),
    names=X,
    versions=(4, 6),
)
def types(lab, names, versions):
    for v in versions:
        for i, name in enumerate(names):
            b = Build(
                lab, v, c=10 + i
            )  # another host each: ICMP errors are limited per destination
            probe(lab, "v%d udp %s" % (v, name), b.udp(5000, 2000 + i, b"payload of a datagram"))
            probe(lab, "v%d tcp %s" % (v, name), b.tcp("S", 5000, 2000 + i, options=OPTIONS, seq=7))
    lab.check("no entries", not lab.connections())


DEFAULT = "ct state new counter\nmeta l4proto tcp counter reject\nmeta l4proto udp counter reject\nmeta l4proto 253 counter reject\nmeta l4proto { icmp, ipv6-icmp } counter reject"


@case(
    "reject-default-v4",
    "more",
    "bare reject in table ip: UDP of several sizes, zero and bad checksum, TOS, TTL, options; TCP; protocol 253; ICMP echo; ICMP errors",
    rules=table(DEFAULT, "ip"),
    v=4,
)
@case(
    "reject-default-v6",
    "more",
    "bare reject in table ip6: the same; extension headers",
    rules=table(DEFAULT, "ip6"),
    v=6,
)
@case(
    "reject-default-inet",
    "more",
    "bare reject in table inet, IPv6 packets",
    net="c",
    rules=table(DEFAULT, "inet"),
    v=6,
    short=True,
)
@case(
    "reject-default-inet4",
    "more",
    "bare reject in table inet, IPv4 packets",
    net="d",
    rules=table(DEFAULT, "inet"),
    v=4,
    short=True,
)
def default(lab, v, short=False):
    b = Build(lab, v)
    probe(lab, "udp-1", b.udp(5000, 1000, b"x"))
    probe(lab, "udp-500", b.udp(5000, 1001, bytes(500 * [65])))
    probe(lab, "udp-1400", b.udp(5000, 1001, bytes(range(256)) * 5 + b"y" * 120))
    b.c = 11
    probe(lab, "tcp-syn", b.tcp("S", 5001, 1002, options=OPTIONS, seq=100))
    probe(
        lab,
        "tcp-ack-data",
        b.tcp(
            "PA",
            5001,
            1003,
            b"data" * 100,
            seq=100,
            ack=5,
            options=[("NOP", None), ("NOP", None), ("Timestamp", (1, 2))],
        ),
    )
    probe(lab, "tcp-rst", b.tcp("R", 5001, 1004, seq=100))
    probe(
        lab,
        "proto-253",
        b.ip(**({"proto": 253} if v == 4 else {"nh": 253})) / Raw(b"generic payload"),
    )
    if short:
        return
    b.c = 12
    probe(lab, "udp-bad-checksum", b.udp(5002, 1000, b"bad", chksum=0x1234))
    probe(lab, "udp-zero-checksum", b.udp(5003, 1000, b"none", chksum=0))
    probe(lab, "tcp-bad-checksum", b.tcp("S", 5002, 1000, chksum=0x1234))
    probe(lab, "udp-tos", b.udp(5004, 1000, b"tos", ipf={"tos": 0xB9}))
    probe(lab, "udp-tos-ttl2", b.udp(5005, 1000, b"ttl", ipf={"tos": 0x10, "ttl": 2}))
    b.c = 13
    if v == 4:
        probe(
            lab,
            "udp-ip-options",
            b.udp(5006, 1000, b"options", ipf={"options": [IPOption_NOP()] * 3}),
        )
        probe(lab, "udp-df", b.udp(5007, 1000, b"df", ipf={"flags": "DF"}))
        probe(lab, "echo", b.ip() / ICMP(type=8, id=1, seq=1) / Raw(b"ping"))
        probe(lab, "echo-reply", b.ip() / ICMP(type=0, id=2, seq=1) / Raw(b"pong"))
        probe(lab, "timestamp", b.ip() / ICMP(type=13, id=3, seq=1, ts_ori=1, ts_rx=0, ts_tx=0))
        quoted = IP(src=lab.s(), dst=lab.c(13)) / UDP(sport=1, dport=2) / Raw(b"12345678")
        for kind, code in ((3, 3), (11, 0), (5, 1), (12, 0), (4, 0)):
            probe(lab, "error-%d" % kind, b.ip() / ICMP(type=kind, code=code) / Raw(bytes(quoted)))
        b.c = 14
        probe(lab, "unknown-40", b.ip() / ICMP(type=40, code=0) / Raw(b"unknown"))
    else:
        probe(
            lab,
            "udp-hopopt",
            b.ip() / IPv6ExtHdrHopByHop() / UDP(sport=5006, dport=1000) / Raw(b"options"),
        )
        probe(
            lab,
            "udp-dstopt",
            b.ip() / IPv6ExtHdrDestOpt() / UDP(sport=5007, dport=1000) / Raw(b"options"),
        )
        probe(lab, "echo", b.ip() / ICMPv6EchoRequest(id=1, seq=1) / Raw(b"ping"))
        probe(lab, "echo-reply", b.ip() / ICMPv6EchoReply(id=2, seq=1) / Raw(b"pong"))
        quoted = IPv6(src=lab.s(10, 6), dst=lab.c(13, 6)) / UDP(sport=1, dport=2) / Raw(b"12345678")
        probe(lab, "error-1", b.ip() / ICMPv6DestUnreach(code=4) / Raw(bytes(quoted)))
        probe(lab, "error-2", b.ip() / ICMPv6PacketTooBig(mtu=1280) / Raw(bytes(quoted)))
    lab.snap("after")


RESET = (
    "ct state new counter\nct state invalid counter\nct state established counter\n"
    "tcp dport 3000-3099 counter reject with tcp reset"
)


@case(
    "reject-reset-v4",
    "more",
    "reject with tcp reset for SYN, SYN with data, ACK, data, FIN, SYN+ACK, null, RST, bad checksum, options, TOS",
    rules=table(RESET, "ip"),
    v=4,
)
@case("reject-reset-v6", "more", "the same over IPv6", rules=table(RESET, "ip6"), v=6, net="b")
@case(
    "reject-reset-inet",
    "more",
    "reject with tcp reset in table inet, IPv4",
    rules=table(RESET, "inet"),
    v=4,
    net="c",
    short=True,
)
def reset(lab, v, short=False):
    b = Build(lab, v)
    tests = [
        ("syn", "S", b"", {"options": OPTIONS}),
        ("syn-data", "S", b"hello", {}),
        ("ack", "A", b"", {"ack": 777}),
        ("data", "PA", b"hello world", {"ack": 777}),
        ("fin", "FA", b"", {"ack": 777}),
        ("fin-data", "FPA", b"last", {"ack": 777}),
        ("synack", "SA", b"", {"ack": 4294967295}),
        ("rst", "R", b"", {}),
        ("rst-ack", "RA", b"", {"ack": 9}),
        ("ece-cwr", "SEC", b"", {"options": OPTIONS}),
    ]
    if not short:
        tests += [
            ("null", "", b"", {}),
            ("null-data", "", b"abc", {}),
            ("xmas", "FPU", b"", {}),
            ("syn-fin", "SF", b"", {}),
            ("fin-only", "F", b"", {}),
            ("psh-only", "P", b"x", {}),
            ("urg-ack", "UA", b"u", {"ack": 3, "urgptr": 1}),
            ("bad-checksum", "S", b"", {"chksum": 0x1111}),
            ("wrap", "S", b"", {"seq": 0xFFFFFFFF}),
            ("tos", "S", b"", {"ipf": {"tos": 0xB8}}),
            ("ttl-2", "S", b"", {"ipf": {"ttl": 2}}),
        ]
        if v == 4:
            tests += [
                ("df", "S", b"", {"ipf": {"flags": "DF", "id": 5}}),
                ("ip-options", "S", b"", {"ipf": {"options": [IPOption_Router_Alert()]}}),
            ]
    for i, (label, flags, data, more) in enumerate(tests):
        more = dict(more)
        more.setdefault("seq", 1000 + i)
        probe(lab, label, b.tcp(flags, 6000 + i, 3000 + i, data, window=500 + i, **more))
    lab.check("no entries", not lab.connections())
    # UDP does not reach the rule: tcp dport implies the protocol
    probe(lab, "udp", b.udp(6000, 3000))


ESTABLISHED = (
    "ct state established counter\ntcp dport 80 tcp flags & urg == urg counter reject with tcp reset\n"
    "tcp sport 80 tcp flags & urg == urg counter reject with tcp reset\n"
    "tcp dport 81 tcp flags & urg == urg counter reject\n"
    "udp dport 53 udp length > 20 counter reject\nudp sport 53 udp length > 20 counter reject with icmpx type admin-prohibited"
)


@case(
    "reject-established",
    "more",
    "segments and datagrams of established flows rejected, both directions: what becomes of the entry (the reset sets a TCP entry to CLOSE)",
    rules=table(ESTABLISHED),
    v=4,
)
@case("reject-established6", "more", "the same over IPv6", rules=table(ESTABLISHED), v=6)
def established(lab, v):
    b = Build(lab, v)
    for number, (port, who) in enumerate(((80, "c"), (80, "s"), (81, "c"))):
        c = Tcp(lab.cli, lab.c(10, v), 30000 + number, lab.s(10, v), port, isn=1000)
        s = Tcp(lab.srv, lab.s(10, v), port, lab.c(10, v), 30000 + number, isn=5000)
        handshake(c, s)
        exchange(c, s, "before")
        lab.cli.flush()
        lab.srv.flush()
        a = c if who == "c" else s
        probe(
            lab,
            "tcp-%d-%s" % (port, who),
            a.segment("PAU", b"refused"),
            "cli" if who == "c" else "srv",
            snap=True,
        )
        probe(
            lab,
            "tcp-%d-%s-after" % (port, who),
            a.segment("PA", b"after it"),
            "cli" if who == "c" else "srv",
            snap=True,
        )
        o, side = (s, "srv") if who == "c" else (c, "cli")
        probe(lab, "tcp-%d-%s-other-side" % (port, who), o.segment("PA", b"other"), side, snap=True)
    probe(lab, "udp-query", b.udp(4000, 53, b"q"), snap=True)
    probe(lab, "udp-long-query", b.udp(4000, 53, b"q" * 30), snap=True)
    probe(lab, "udp-answer", b.udp(53, 4000, b"a", "srv"), snap=True)
    probe(lab, "udp-long-answer", b.udp(53, 4000, b"a" * 30, "srv"), snap=True)
    probe(lab, "udp-long-query-2", b.udp(4000, 53, b"q" * 30), snap=True)


HOOKS = """table inet t {
  chain pre {
    type filter hook prerouting priority 0; policy accept;
    udp dport 4000 counter reject
    tcp dport 4000 counter reject with tcp reset
  }
  chain rawpre {
    type filter hook prerouting priority -300; policy accept;
    udp dport 4001 counter reject
    tcp dport 4001 counter reject with tcp reset
  }
  chain in {
    type filter hook input priority 0; policy accept;
    ct state new counter
    udp dport 4002 counter reject with icmpx type admin-prohibited
    tcp dport 4002 counter reject with tcp reset
  }
  chain forw {
    type filter hook forward priority 0; policy accept;
    udp dport 4003 counter reject with icmpx type host-unreachable
    tcp dport 4003 counter reject with tcp reset
  }
}
"""


@case(
    "reject-hooks",
    "more",
    "reject in prerouting (after and before tracking), input and forward, IPv4",
    rules=HOOKS,
    v=4,
)
@case("reject-hooks6", "more", "the same, IPv6", rules=HOOKS, v=6)
def hooks(lab, v):
    for i, port in enumerate((4000, 4001, 4002, 4003)):
        b = Build(lab, v, c=10 + i, s=1 if port == 4002 else 10)
        probe(lab, "udp-%d" % port, b.udp(5000, port, b"x"))
        probe(lab, "tcp-%d" % port, b.tcp("S", 5000, port, seq=9))
        probe(lab, "tcp-ack-%d" % port, b.tcp("PA", 5001, port, b"data", seq=9, ack=3))
    lab.snap("after")


@case(
    "reject-ratelimit",
    "more",
    "seven rejected datagrams 20 ms apart to one host: six errors, then one a second (icmp_ratelimit); TCP resets are not limited",
    rules=table(
        "ct state new counter\nudp dport 1000 counter reject\ntcp dport 1000 counter reject with tcp reset",
        "ip",
    ),
    v=4,
    waits=(0.6, 0.9),
)
@case(
    "reject-ratelimit6",
    "more",
    "the same over IPv6 (icmp.ratelimit 100: one in 0.1 s, six at once)",
    rules=table(
        "ct state new counter\nudp dport 1000 counter reject\ntcp dport 1000 counter reject with tcp reset",
        "ip6",
    ),
    v=6,
    waits=(0.15, 0.4),
)
def ratelimit(lab, v, waits):
    b = Build(lab, v)
    for i in range(7):
        probe(lab, "udp-%d" % i, b.udp(5000, 1000, b"x"), gap=0.012)
    for wait in waits:
        lab.wait(wait)
        for i in range(3):
            probe(lab, "udp %d after %.2f s" % (i, wait), b.udp(5000, 1000, b"x"), gap=0.012)
    b.c = 11
    probe(lab, "udp from another host", b.udp(5000, 1000, b"x"), gap=0.015)
    for i in range(8):
        probe(lab, "tcp-%d" % i, b.tcp("S", 5000, 1000), gap=0.015)


FRAG = "udp dport 1000 counter reject\nip protocol udp counter\ntcp dport 1000 counter reject with tcp reset"


@case(
    "reject-fragments",
    "more",
    "a fragmented datagram rejected with tracking on (put together first), IPv4",
    rules=TRACK + table(FRAG),
    v=4,
)
@case(
    "reject-fragments-notrack",
    "more",
    "fragments rejected in a namespace without tracking: first fragment answered, others not",
    rules=table("ip protocol udp counter reject", "ip"),
    v=4,
)
@case(
    "reject-fragments6",
    "more",
    "a fragmented datagram rejected with tracking on, IPv6",
    rules=TRACK + table(FRAG),
    v=6,
)
def frags(lab, v):
    b = Build(lab, v)
    if v == 4:
        parts = fragment(b.udp(5000, 1000, bytes(range(256)) * 5), 600)
    else:
        whole = bytes(b.udp(5000, 1000, bytes(range(256)) * 5))[40:]
        parts = [
            b.ip()
            / IPv6ExtHdrFragment(nh=17, offset=a // 8, m=int(a + 600 < len(whole)), id=99)
            / Raw(whole[a : a + 600])
            for a in range(0, len(whole), 600)
        ]
    for i, part in enumerate(parts):
        probe(lab, "fragment-%d" % i, part)
    if v == 4:
        for i, part in enumerate(
            fragment(b.udp(5000, 1000, bytes(range(256)) * 5, chksum=0, ipf={"id": 0x2222}), 600)
        ):
            probe(lab, "no-checksum-fragment-%d" % i, part)
        for i, part in enumerate(
            fragment(b.tcp("PA", 5000, 1000, bytes(range(256)) * 5, ack=5, ipf={"id": 0x3333}), 600)
        ):
            probe(lab, "tcp-fragment-%d" % i, part)


@case(
    "reject-record-route",
    "more",
    "rejected packets with the record-route option (compare.py does not mask the id of an error with options): the ICMP error echoes the option and quotes it as the router rewrote it; no TCP reset is sent",
    replay="random",
    rules=table(
        "ct state new counter\ntcp dport 3000 counter reject with tcp reset\nudp dport 3000 counter reject",
        "ip",
    ),
)
def record_route(lab):
    b = Build(lab)
    option = [IPOption_RR(length=11, routers=["0.0.0.0", "0.0.0.0"])]
    probe(lab, "udp", b.udp(5000, 3000, ipf={"options": option}))
    probe(lab, "tcp", b.tcp("S", 5000, 3000, ipf={"options": option}))
    probe(lab, "passing", b.udp(5000, 3001, ipf={"options": option}))


@case(
    "reject-untracked",
    "more",
    "reject of packets that are not tracked: no ct expression in the rules at all; then the same under notrack",
    rules=table(
        "udp dport 1000 counter reject\ntcp dport 1000 counter reject with tcp reset", "inet"
    ),
)
@case(
    "reject-notrack",
    "more",
    "reject of packets under notrack",
    rules=table("counter notrack", "ip", "prerouting", "raw", name="raw")
    + table(
        "ct state untracked counter\nudp dport 1000 counter reject\ntcp dport 1000 counter reject with tcp reset",
        "inet",
    ),
)
def untracked(lab):
    b = Build(lab)
    probe(lab, "udp", b.udp(5000, 1000, b"x"))
    probe(lab, "udp-bad-checksum", b.udp(5000, 1000, b"x", chksum=0x1234))
    probe(lab, "syn", b.tcp("S", 5000, 1000))
    probe(lab, "ack", b.tcp("A", 5000, 1000, ack=7))
    probe(lab, "passing", b.udp(5000, 1001, b"x"))
    lab.check("no entries", not lab.connections())
