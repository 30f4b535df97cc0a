"""IP layer: TTL, routes, MTU, fragments, options, extension headers, checksums."""
import struct

from cases_rules.common import Build, OPTIONS, TRACK, counted, probe, states, table
from ctlab.case import case
from ctlab.peer import Tcp, exchange, handshake
from ctlab.rules import firewall
from scapy.layers.inet import (
    ICMP,
    IP,
    TCP,
    UDP,
    IPOption_LSRR,
    IPOption_NOP,
    IPOption_RR,
    IPOption_Timestamp,
    fragment,
)
from scapy.layers.inet6 import (
    ICMPv6EchoRequest,
    IPv6,
    IPv6ExtHdrDestOpt,
    IPv6ExtHdrFragment,
    IPv6ExtHdrHopByHop,
    IPv6ExtHdrRouting,
    PadN,
    RouterAlert,
)
from scapy.packet import Raw

SEE = counted(["ct state new", "ct state established", "ct state invalid", "ct state related"])

STRICT = "ct state invalid counter drop\n" + SEE


@case(
    "ip-x-ttl",
    "more",
    "packets with TTL 0, 1, 2: time exceeded from the router, no entry; TTL as seen in prerouting and forward; in an established flow too",
    v=4,
    rules=table(
        "meta l4proto udp ip ttl 1 counter\nip ttl 2 counter", "ip", "prerouting", "raw", name="raw"
    )
    + table(SEE + "\nip ttl 0 counter\nip ttl 1 counter\nip ttl 2 counter", "ip"),
)
@case(
    "ip-x-ttl6",
    "more",
    "packets with hop limit 0, 1, 2",
    v=6,
    rules=table(
        "ip6 nexthdr udp ip6 hoplimit 1 counter\nip6 nexthdr udp ip6 hoplimit 2 counter",
        "ip6",
        "prerouting",
        "raw",
        name="raw",
    )
    + table(
        SEE + "\nip6 hoplimit 0 counter\nip6 hoplimit 1 counter\nip6 hoplimit 2 counter", "ip6"
    ),
)
def ttl(lab, v):
    b = Build(lab, v)
    for hop in (1, 0, 2):
        probe(
            lab, "udp ttl %d" % hop, b.udp(5000 + hop, 53, b"payload", ipf={"ttl": hop}), snap=True
        )
    probe(lab, "udp ttl 1 in a known flow", b.udp(5002, 53, b"payload", ipf={"ttl": 1}), snap=True)
    probe(lab, "answer ttl 1", b.udp(53, 5002, b"a", "srv", ipf={"ttl": 1}), snap=True)
    b.c = 11
    probe(lab, "tcp syn ttl 1", b.tcp("S", 5000, 80, options=OPTIONS, ipf={"ttl": 1}))
    probe(
        lab,
        "echo ttl 1",
        b.ip(ttl=1)
        / (ICMP(type=8, id=1, seq=1) if v == 4 else ICMPv6EchoRequest(id=1, seq=1))
        / Raw(b"p" * 600),
    )
    probe(lab, "bad checksum ttl 1", b.udp(5003, 53, b"x", ipf={"ttl": 1}, chksum=1))
    quoted = bytes(b.udp(53, 5000, b"x", "srv"))
    from scapy.layers.inet6 import ICMPv6DestUnreach

    probe(
        lab,
        "error ttl 1",
        b.ip(ttl=1) / (ICMP(type=3, code=3) if v == 4 else ICMPv6DestUnreach(code=4)) / Raw(quoted),
    )
    if v == 4:
        parts = fragment(b.udp(5004, 53, b"f" * 200, ipf={"ttl": 1}), 104)
        for i, part in enumerate(parts):
            probe(lab, "fragment %d ttl 1" % i, part)
    probe(lab, "tos ttl 1", b.udp(5005, 53, b"x", ipf={"ttl": 1, "tos": 0x48}))
    lab.snap("after")


@case(
    "ip-x-noroute",
    "more",
    "destinations without a route: net unreachable from the router (prerouting sees the packet, forward does not)",
    v=4,
    rules=table(
        "ip protocol { udp, tcp } ct state new counter", "ip", "prerouting", "0", name="pre"
    )
    + table(SEE, "ip"),
)
@case(
    "ip-x-noroute6",
    "more",
    "the same over IPv6",
    v=6,
    rules=table(
        "meta l4proto { udp, tcp } ct state new counter", "ip6", "prerouting", "0", name="pre"
    )
    + table(SEE, "ip6"),
)
def noroute(lab, v):
    b = Build(lab, v)
    far = "10.77.0.1" if v == 4 else "fd77::1"
    for number, (label, packet) in enumerate(
        (
            ("udp", b.udp(5000, 53)),
            ("tcp", b.tcp("S", 5000, 80)),
            ("big udp", b.udp(5001, 53, b"b" * 1400)),
            (
                "echo",
                b.ip() / (ICMP(type=8, id=1, seq=1) if v == 4 else ICMPv6EchoRequest(id=1, seq=1)),
            ),
            ("udp again", b.udp(5002, 53, b"12")),
            ("udp third", b.udp(5003, 53, b"123")),
        )
    ):
        packet.dst = far
        packet.src = lab.c(10 if number in (0, 1, 4, 5) else 11, v)
        probe(lab, label, packet)
    if v == 4:
        p = b.udp(5000, 53)
        p.dst = "224.0.0.9"
        probe(lab, "multicast", p)
        p = b.udp(5000, 53)
        p.dst = "240.0.0.1"
        probe(lab, "class E", p)
        p = b.udp(5000, 53)
        p.dst = "127.0.0.1"
        probe(lab, "loopback", p)
        p = b.udp(5000, 53)
        p.src = "127.0.0.1"
        probe(lab, "from loopback", p, "cli")
        p = b.udp(5000, 53)
        p.src = "255.255.255.255"
        probe(lab, "from broadcast", p, "cli")
        p = b.udp(5000, 53)
        p.src = "10.99.99.99"
        probe(lab, "from a foreign source", p, "cli")
    lab.snap("after")


@case(
    "ip-x-mtu",
    "more",
    "MTU 1000 on the server side: fragmentation of large packets, DF answered by frag needed; put-together datagrams; the answer's direction",
    mtu={"srv": 1000},
    v=4,
    rules=table(SEE, "ip"),
)
@case(
    "ip-x-mtu6",
    "more",
    "MTU 1280 on the server side: packet too big",
    mtu={"srv": 1280},
    v=6,
    rules=table(SEE, "ip6"),
)
def mtu(lab, v):
    b = Build(lab, v)
    big = bytes(range(256)) * 5 + b"z" * 100
    probe(lab, "fits", b.udp(5000, 53, b"x" * ((1000 - 28) if v == 4 else (1280 - 48))))
    probe(lab, "one too many", b.udp(5001, 53, b"x" * ((1001 - 28) if v == 4 else (1281 - 48))))
    probe(lab, "big udp", b.udp(5002, 53, big))
    probe(lab, "big tcp", b.tcp("PA", 5003, 80, big, ack=1))
    if v == 4:
        probe(lab, "big udp df", b.udp(5004, 53, big, ipf={"flags": "DF"}), snap=True)
        probe(lab, "big tcp df", b.tcp("PA", 5005, 80, big, ack=1, ipf={"flags": "DF"}))
        probe(lab, "big echo df", b.ip(flags="DF") / ICMP(type=8, id=1, seq=1) / Raw(big))
        for i, part in enumerate(fragment(b.udp(5006, 53, big * 2, ipf={"id": 7}), 1400)):
            probe(lab, "fragment %d" % i, part)
        parts = fragment(b.udp(5007, 53, big * 2, ipf={"id": 8}), 1400)
        for i, part in enumerate(parts):
            part[IP].flags |= 2  # DF on the fragments
            probe(lab, "df fragment %d" % i, part)
        for i, part in enumerate(fragment(b.udp(5008, 53, big, ipf={"id": 9}), 400)):
            probe(lab, "small fragment %d" % i, part)
        probe(lab, "big with options", b.udp(5009, 53, big, ipf={"options": [IPOption_NOP()] * 4}))
    else:
        whole = bytes(b.udp(5006, 53, big * 2))[40:]
        for i, a in enumerate(range(0, len(whole), 1400)):
            probe(
                lab,
                "fragment %d" % i,
                b.ip()
                / IPv6ExtHdrFragment(nh=17, offset=a // 8, m=int(a + 1400 < len(whole)), id=99)
                / Raw(whole[a : a + 1400]),
            )
        for i, a in enumerate(range(0, len(whole), 1200)):
            probe(
                lab,
                "small fragment %d" % i,
                b.ip()
                / IPv6ExtHdrFragment(nh=17, offset=a // 8, m=int(a + 1200 < len(whole)), id=100)
                / Raw(whole[a : a + 1200]),
            )
    lab.snap("after")


@case(
    "ip-x-options",
    "more",
    "IPv4 options: NOP, record route, timestamp, loose source route, a bad option; the flow is tracked all the same",
    rules=table(SEE + "\nip hdrlength > 5 counter", "ip"),
)
def options(lab):
    b = Build(lab)
    probe(lab, "nop udp", b.udp(5000, 53, b"x", ipf={"options": [IPOption_NOP()] * 4}))
    probe(
        lab, "nop tcp", b.tcp("S", 5000, 80, options=OPTIONS, ipf={"options": [IPOption_NOP()] * 8})
    )
    probe(
        lab,
        "answer with options",
        b.udp(53, 5000, b"a", "srv", ipf={"options": [IPOption_NOP()] * 4}),
    )
    probe(lab, "unknown option", raw_ip(lab, b, bytes([0x5E, 4, 1, 2])))
    lab.snap("after")


@case(
    "ip-x-options-router",
    "more",
    "IPv4 options the router acts on: record route (rewritten), a bad length (parameter problem), loose source route (dropped: accept_source_route is off)",
    rules=table(SEE + "\nip hdrlength > 5 counter", "ip"),
)
def options_router(lab):
    b = Build(lab)
    probe(
        lab,
        "record route",
        b.udp(5001, 53, b"x", ipf={"options": [IPOption_RR(length=7, routers=["0.0.0.0"])]}),
    )
    probe(lab, "bad length", raw_ip(lab, b, bytes([7, 60, 4, 0])))
    probe(lab, "source route", raw_ip(lab, b, bytes([131, 7, 4, 10, 2, 0, 9, 0])))
    lab.snap("after")


def checksum(data):
    data += b"\0" * (len(data) & 1)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def raw_ip(lab, b, options=b"", payload=None, proto=17, **change):
    """A hand-made IPv4 packet; change: header fields to falsify (version_ihl, length, checksum, frag, ttl)."""
    src, dst = b.ends("cli")
    payload = payload if payload is not None else bytes(b.udp(5002, 53, b"x"))[20:]
    head = (
        struct.pack(
            "!BBHHHBBH",
            change.get("version_ihl", 0x40 | (5 + len(options) // 4)),
            0,
            change.get("length", 20 + len(options) + len(payload)),
            0x1111,
            change.get("frag", 0),
            change.get("ttl", 64),
            proto,
            0,
        )
        + bytes(map(int, src.split(".")))
        + bytes(map(int, dst.split(".")))
        + options
    )
    value = change.get("checksum", checksum(head))
    return head[:10] + struct.pack("!H", value) + head[12:] + payload


@case(
    "ip-x-malformed",
    "more",
    "bad IPv4 headers: wrong checksum, version, header length, total length too long or short, trailing bytes; they never reach tracking (trailing bytes are cut)",
    rules=table("ip protocol udp counter", "ip", "prerouting", "-500", name="raw")
    + table(STRICT, "ip"),
)
def malformed(lab):
    b = Build(lab)
    probe(lab, "good", raw_ip(lab, b), "cli")
    probe(lab, "bad header checksum", raw_ip(lab, b, checksum=0x1234), "cli")
    probe(lab, "version 5", raw_ip(lab, b, version_ihl=0x55), "cli")
    probe(lab, "header length 4", raw_ip(lab, b, version_ihl=0x44), "cli")
    probe(lab, "header length 15 beyond the packet", raw_ip(lab, b, version_ihl=0x4F), "cli")
    probe(lab, "total length too long", raw_ip(lab, b, length=100), "cli")
    probe(lab, "total length too short", raw_ip(lab, b, length=24), "cli")
    probe(lab, "total length 19", raw_ip(lab, b, length=19), "cli")
    probe(lab, "trailing bytes", raw_ip(lab, b) + b"trailer", "cli")
    probe(lab, "reserved flag", raw_ip(lab, b, frag=0x8000), "cli")
    lab.snap("after")


@case(
    "ip-x-exthdr",
    "more",
    "IPv6 extension headers before UDP, TCP and ICMPv6: hop-by-hop, destination options, routing, several, none, unknown, atomic fragment",
    rules=table(STRICT + "\nmeta l4proto udp counter\nudp dport 53 counter", "ip6"),
)
def exthdr(lab):
    b = Build(lab, 6)
    udp = lambda n: UDP(sport=5000 + n, dport=53) / Raw(b"x")
    tests = [
        ("hop-by-hop", IPv6ExtHdrHopByHop() / udp(0)),
        ("destination", IPv6ExtHdrDestOpt() / udp(1)),
        ("routing segleft 0", IPv6ExtHdrRouting(addresses=[], segleft=0) / udp(2)),
        ("hop + dst", IPv6ExtHdrHopByHop() / IPv6ExtHdrDestOpt() / udp(3)),
        ("dst + tcp", IPv6ExtHdrDestOpt() / TCP(sport=5000, dport=80, flags="S")),
        ("dst + echo", IPv6ExtHdrDestOpt() / ICMPv6EchoRequest(id=7, seq=1)),
        ("hop padded", IPv6ExtHdrHopByHop(options=[PadN(optdata=b"\0" * 12)]) / udp(4)),
        ("router alert", IPv6ExtHdrHopByHop(options=[RouterAlert(value=0)]) / udp(5)),
        ("dst + dst", IPv6ExtHdrDestOpt() / IPv6ExtHdrDestOpt() / udp(6)),
        ("dst + hop (wrong order)", IPv6ExtHdrDestOpt() / IPv6ExtHdrHopByHop() / udp(7)),
    ]
    for label, body in tests:
        probe(lab, label, b.ip() / body)
    probe(lab, "no next header", b.ip(nh=59) / Raw(b"rest"))
    probe(lab, "unknown 253", b.ip(nh=253) / Raw(b"rest"))
    probe(lab, "esp", b.ip(nh=50) / Raw(struct.pack("!II", 1, 1) + b"rest"))
    probe(
        lab,
        "ah + udp",
        b.ip(nh=51) / Raw(bytes([17, 4, 0, 0]) + b"\0" * 20 + bytes(b.udp(5009, 53, b"x"))[40:]),
    )
    probe(lab, "truncated hop-by-hop", b.ip(nh=0) / Raw(bytes([17, 5, 1, 4])))
    probe(
        lab,
        "unknown hop option (discard)",
        b.ip() / Raw(b"")
        if False
        else b.ip(nh=0)
        / Raw(bytes([17, 0, 0x5E, 4, 0, 0, 0, 0]) + bytes(b.udp(5010, 53, b"x"))[40:]),
    )
    probe(
        lab,
        "unknown dst option",
        b.ip(nh=60) / Raw(bytes([17, 0, 0x9E, 4, 0, 0, 0, 0]) + bytes(b.udp(5011, 53, b"x"))[40:]),
    )
    whole = bytes(b.udp(5008, 53, b"atomic"))[40:]
    probe(
        lab,
        "atomic fragment",
        b.ip() / IPv6ExtHdrFragment(nh=17, offset=0, m=0, id=99) / Raw(whole),
    )
    lab.note(str(states(lab)))
    lab.snap("after")


@case(
    "ip-x-exthdr-fragments",
    "more",
    "fragments behind destination options, and destination options inside fragments; the new fragment id is random and not at compare.py's place",
    replay="random",
    rules=table(STRICT + "\nmeta l4proto udp counter", "ip6"),
)
def exthdr_fragments(lab):
    b = Build(lab, 6)
    parts = bytes(b.udp(5012, 53, b"p" * 60))[40:]
    for i, (a, e) in enumerate(((0, 32), (32, 68))):
        probe(
            lab,
            "fragment %d after dst options" % i,
            b.ip()
            / IPv6ExtHdrDestOpt()
            / IPv6ExtHdrFragment(nh=17, offset=a // 8, m=int(e < 68), id=98)
            / Raw(parts[a:e]),
        )
    for i, (a, e) in enumerate(((0, 32), (32, 76))):
        whole = bytes([17, 0, 1, 4, 0, 0, 0, 0]) + bytes(b.udp(5013, 53, b"q" * 60))[40:]
        probe(
            lab,
            "fragment %d of dst options + udp" % i,
            b.ip()
            / IPv6ExtHdrFragment(nh=60, offset=a // 8, m=int(e < 76), id=97)
            / Raw(whole[a:e]),
        )
    lab.snap("after")


@case(
    "ip-x-generic6",
    "more",
    "protocols without a tracker over IPv6 both ways: generic entry",
    rules=firewall([], allow=["meta l4proto { 253, 50, 47 }"]),
)
def generic6(lab):
    b = Build(lab, 6)
    probe(lab, "253", b.ip(nh=253) / Raw(b"something"), snap=True)
    probe(lab, "answer", b.ip("srv", nh=253) / Raw(b"something"), snap=True)
    probe(lab, "esp", b.ip(nh=50) / Raw(struct.pack("!II", 1, 1) + b"rest"), snap=True)
    probe(lab, "gre", b.ip(nh=47) / Raw(b"\0\0\x86\xddinner"), snap=True)
    probe(lab, "254 not allowed", b.ip(nh=254) / Raw(b"x"), snap=True)


@case(
    "ip-x-udp-odd",
    "more",
    "UDP: zero checksum, bad checksum, length field too long, too short, shorter than the packet, truncated header, port 0; nf_conntrack_checksum=1",
    rules=table(STRICT),
    v=4,
)
@case("ip-x-udp-odd6", "more", "the same over IPv6 (zero checksum too)", rules=table(STRICT), v=6)
@case(
    "ip-x-udp-nocheck",
    "more",
    "the same with nf_conntrack_checksum=0",
    rules=table(STRICT),
    v=4,
    sysctl={"nf_conntrack_checksum": 0},
)
def udp_odd(lab, v):
    b = Build(lab, v)
    probe(lab, "good", b.udp(5000, 53, b"data"))
    probe(lab, "zero checksum", b.udp(5001, 53, b"data", chksum=0))
    probe(lab, "bad checksum", b.udp(5002, 53, b"data", chksum=0x1111))
    probe(lab, "bad checksum in a known flow", b.udp(5000, 53, b"data", chksum=0x1111))
    probe(lab, "length 7", b.udp(5003, 53, b"data", len=7))
    probe(lab, "length 0", b.udp(5004, 53, b"data", len=0))
    probe(lab, "length too long", b.udp(5005, 53, b"data", len=50))
    probe(lab, "length shorter than the packet", b.udp(5006, 53, b"data", len=10, chksum=0))
    proto = {"proto": 17} if v == 4 else {"nh": 17}
    probe(lab, "truncated to 4 bytes", b.ip(**proto) / Raw(struct.pack("!HH", 5007, 53)))
    probe(lab, "empty payload", b.udp(5008, 53, b""))
    probe(lab, "port 0", b.udp(0, 53, b"data"))
    probe(lab, "to port 0", b.udp(5009, 0, b"data"))
    probe(lab, "answer from port 0", b.udp(0, 5009, b"data", "srv"))
    lab.note(str(states(lab)))
    lab.snap("after")


@case(
    "ip-x-fragments-odd",
    "more",
    "fragments: duplicate, overlapping, wrong order, unequal sizes, DF, missing one (timed out later), many small ones; IPv4",
    rules=table(STRICT, "ip"),
)
def frag_odd(lab):
    b = Build(lab)

    def send(label, ident, order, parts, data=bytes(range(200)) * 3, **ipf):
        whole = bytes(b.udp(5000 + ident, 53, data))[20:]
        for n, k in enumerate(order):
            a, e = parts[k]
            e = min(e, len(whole))
            p = b.ip(
                id=ident,
                frag=a // 8,
                proto=17,
                flags=(1 if e < len(whole) else 0) | (2 if label == "df" else 0),
                **ipf
            ) / Raw(whole[a:e])
            probe(lab, "%s, piece %d (%d-%d)" % (label, n, a, e), p)

    three = [(0, 200), (200, 400), (400, 9999)]
    send("in order", 1, (0, 1, 2), three)
    send("reversed", 2, (2, 1, 0), three)
    send("duplicate middle", 3, (0, 1, 1, 2), three)
    send("overlap", 4, (0, 1, 2), [(0, 200), (160, 400), (400, 9999)])
    send("overlap then the rest again", 4, (0, 1, 2), three)
    send("unequal", 5, (1, 0, 2), [(0, 24), (24, 552), (552, 9999)])
    send("first of 8 bytes", 6, (0, 1), [(0, 8), (8, 9999)])
    send("tail duplicate", 7, (0, 2, 2, 1), three)
    send("tos and ttl of the pieces", 8, (0, 1), [(0, 320), (320, 9999)], tos=0x20, ttl=33)
    send("df", 9, (0, 1), [(0, 320), (320, 9999)])
    for n, (a, e, tos) in enumerate(((0, 320, 0x01), (320, 608, 0x03))):
        whole = bytes(b.udp(5010, 53, bytes(600)))[20:]
        probe(
            lab,
            "ecn mix, piece %d" % n,
            b.ip(id=10, frag=a // 8, proto=17, flags="MF" if e < 608 else 0, tos=tos)
            / Raw(whole[a:e]),
        )
    whole = bytes(b.udp(5011, 53, bytes(600)))[20:]
    probe(
        lab,
        "length not a multiple of 8",
        b.ip(id=11, frag=0, proto=17, flags="MF") / Raw(whole[:201]),
    )
    probe(lab, "incomplete", b.ip(id=12, frag=0, proto=17, flags="MF") / Raw(whole[:200]))
    probe(
        lab,
        "tcp pieces, 0",
        b.ip(id=13, frag=0, proto=6, flags="MF")
        / Raw(bytes(b.tcp("S", 5012, 80, b"x" * 30))[20:44]),
    )
    probe(
        lab,
        "tcp pieces, 1",
        b.ip(id=13, frag=3, proto=6) / Raw(bytes(b.tcp("S", 5012, 80, b"x" * 30))[44:]),
    )
    lab.snap("after")


@case(
    "ip-x-fragments6-odd",
    "more",
    "fragments: duplicate, overlapping, wrong order, length not a multiple of 8, incomplete; IPv6",
    rules=table(STRICT, "ip6"),
)
def frag6_odd(lab):
    b = Build(lab, 6)

    def send(label, ident, order, parts, **ipf):
        whole = bytes(b.udp(5000 + ident, 53, bytes(range(200)) * 3))[40:]
        for n, k in enumerate(order):
            a, e = parts[k]
            e = min(e, len(whole))
            probe(
                lab,
                "%s, piece %d (%d-%d)" % (label, n, a, e),
                b.ip(**ipf)
                / IPv6ExtHdrFragment(nh=17, offset=a // 8, m=int(e < len(whole)), id=ident)
                / Raw(whole[a:e]),
            )

    three = [(0, 200), (200, 400), (400, 9999)]
    send("in order", 1, (0, 1, 2), three)
    send("reversed", 2, (2, 1, 0), three)
    send("duplicate middle", 3, (0, 1, 1, 2), three)
    send("overlap", 4, (0, 1, 2), [(0, 200), (160, 400), (400, 9999)])
    send("unequal", 5, (1, 0, 2), [(0, 24), (24, 552), (552, 9999)])
    send("first of 8 bytes", 6, (0, 1), [(0, 8), (8, 9999)])
    send("traffic class and hop limit", 8, (0, 1), [(0, 320), (320, 9999)], tc=0x20, hlim=33)
    whole = bytes(b.udp(5011, 53, bytes(600)))[40:]
    probe(
        lab,
        "length not a multiple of 8",
        b.ip() / IPv6ExtHdrFragment(nh=17, offset=0, m=1, id=11) / Raw(whole[:201]),
    )
    probe(
        lab,
        "incomplete",
        b.ip() / IPv6ExtHdrFragment(nh=17, offset=0, m=1, id=12) / Raw(whole[:200]),
    )
    lab.snap("after")


@case(
    "ip-x-fragments-timeout",
    "more",
    "an incomplete datagram times out after 30 s: time exceeded (reassembly) is not sent for conntrack's queue; the late piece starts a new one",
    tags=("long",),
    rules=table(STRICT, "ip"),
)
def frag_timeout(lab):
    b = Build(lab)
    whole = bytes(b.udp(5000, 53, bytes(600)))[20:]
    first = b.ip(id=1, frag=0, proto=17, flags="MF") / Raw(whole[:200])
    rest = b.ip(id=1, frag=25, proto=17) / Raw(whole[200:])
    probe(lab, "first piece", first)
    lab.wait(31.5)
    probe(lab, "late piece", rest)
    probe(lab, "first piece again", first)
    lab.snap("after")


@case(
    "ip-x-big",
    "more",
    "a datagram of 20000 bytes in fragments of 1480, put together and cut again",
    rules=table(SEE, "ip"),
)
def big(lab):
    b = Build(lab)
    for i, part in enumerate(fragment(b.udp(5000, 53, bytes(range(250)) * 80), 1480)):
        probe(lab, "piece %d" % i, part, quiet=i not in (0, 13))
    lab.snap("after")
