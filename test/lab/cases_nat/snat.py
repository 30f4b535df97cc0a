"""Source NAT: one address, address ranges and how one is chosen, port ranges, protocols, earlier mappings."""
import struct

from cases.datagram import COOKIE_ACK, COOKIE_ECHO, INIT, INIT_ACK, crc32c, sctp
from cases_nat.choice import choose
from cases_nat.common import Build, SPLIT, echo, lite, listing, nat, send, there_and_back
from ctlab.case import case
from ctlab.peer import ip_for
from scapy.layers.inet import UDP
from scapy.packet import Raw


def srv(rule, **kw):
    return nat(post='oifname "srv" ' + rule, **kw)


@case(
    "nat-snat",
    SPLIT,
    "snat to one address: TCP, UDP, echo; answers; the second packet of each; port and identifier are kept",
    rules=srv("snat to 10.2.0.60"),
    v=4,
)
@case("nat-snat6", SPLIT, "the same over IPv6", rules=srv("snat to fd00:2::60", family="ip6"), v=6)
def one(lab, v):
    b = Build(lab, v)
    syn = b.tcp("S", 30000, 80, seq=1000)
    there_and_back(lab, "syn", syn)
    send(lab, "ack", b.tcp("A", 30000, 80, seq=1001, ack=5001))
    there_and_back(lab, "data", b.tcp("PA", 30000, 80, b"hello", seq=1001, ack=5001))
    lab.snap("tcp")
    there_and_back(lab, "udp", b.udp(4000, 53))
    there_and_back(lab, "udp again", b.udp(4000, 53))
    there_and_back(lab, "echo", echo(b, 77))
    there_and_back(lab, "echo again", echo(b, 77, 2))
    send(
        lab,
        "udp from the server side to the public address, unknown port",
        ip_for(lab.s(10, v), "10.2.0.60" if v == 4 else "fd00:2::60")
        / UDP(sport=53, dport=4999)
        / Raw(b"x"),
    )
    listing(lab)
    lab.snap("all")


HASH4, HASH6, WIDE6 = (
    "10.2.0.60-10.2.0.64",
    "fd00:2::60-fd00:2::64",
    "fd00:2::8:0:60-fd00:2::9:0:90",
)


@case(
    "nat-range",
    SPLIT,
    "snat to a range of five addresses: eight clients to four servers, UDP; the address depends on both addresses",
    rules=srv("snat to " + HASH4),
    v=4,
    span=HASH4,
)
@case(
    "nat-range-persistent",
    SPLIT,
    "the same, persistent: the address depends on the client only",
    rules=srv("snat to %s persistent" % HASH4),
    v=4,
    span=HASH4,
    persistent=True,
)
@case(
    "nat-range6",
    SPLIT,
    "the same as nat-range over IPv6",
    rules=srv("snat to " + HASH6, family="ip6"),
    v=6,
    span=HASH6,
)
@case(
    "nat-range6-persistent",
    SPLIT,
    "the same over IPv6, persistent",
    rules=srv("snat to %s persistent" % HASH6, family="ip6"),
    v=6,
    span=HASH6,
    persistent=True,
)
@case(
    "nat-range6-wide",
    SPLIT,
    "snat to an IPv6 range whose ends differ in two words",
    rules=srv("snat to %s" % WIDE6, family="ip6"),
    v=6,
    span=WIDE6,
)
@case(
    "nat-range6-wide-persistent",
    SPLIT,
    "the same, persistent",
    rules=srv("snat to %s persistent" % WIDE6, family="ip6"),
    v=6,
    span=WIDE6,
    persistent=True,
)
@case(
    "nat-range-zone",
    SPLIT,
    "the range of five with all flows in zone 7",
    v=4,
    span=HASH4,
    zone=7,
    rules="table ip z { chain pre { type filter hook prerouting priority -300; ct zone set 7; }; }\n"
    + srv("snat to " + HASH4),
)
def ranges(lab, v, span, persistent=False, zone=0):
    number = wrong = 0
    for c in range(10, 18):
        for s in range(10, 14):
            got = send(
                lab, "c%d s%d" % (c, s), Build(lab, v, c, s).udp(4000 + number, 53), gap=0.012
            )
            wrong += got[0].src != choose(
                lab.c(c, v), lab.s(s, v), *span.split("-"), persistent, zone
            )
            number += 1
    lab.check("every choice as choice.py says", not wrong)
    listing(lab)


@case(
    "nat-range-protocols",
    SPLIT,
    "snat to a range: TCP, UDP, echo, protocol 253 of the same pair of hosts; other ports",
    rules=srv("snat to " + HASH4),
)
def range_protocols(lab):
    for c, s in ((10, 10), (11, 10), (12, 11)):
        b = Build(lab, 4, c, s)
        send(lab, "udp", b.udp(4000 + c, 53))
        send(lab, "udp, other port", b.udp(4100 + c, 54))
        send(lab, "tcp", b.tcp("S", 5000 + c, 80))
        send(lab, "echo", echo(b, 70 + c))
        send(lab, "protocol 253", b.ip(proto=253) / Raw(b"12345678"))
    listing(lab)


@case(
    "nat-follow",
    SPLIT,
    "snat to a range: the same source address and port to other servers follows its first mapping; another port does not; an identifier follows, too; TCP and UDP are apart",
    rules=srv("snat to " + HASH4),
)
@case(
    "nat-follow-persistent",
    SPLIT,
    "the same, persistent",
    rules=srv("snat to %s persistent" % HASH4),
)
@case(
    "nat-follow-random",
    SPLIT,
    "the same with random ports in a range: another server does not get the earlier mapping",
    replay="random",
    rules=srv("meta l4proto { tcp, udp, icmp } snat to 10.2.0.60-10.2.0.64:2000-2999 random"),
)
@case(
    "nat-follow-ports",
    SPLIT,
    "one address, a range of ports that does not hold the source port: the second server gets the port of the first flow",
    replay="random",
    rules=srv("meta l4proto { tcp, udp, icmp } snat to 10.2.0.60:2000-2999"),
)
def follow(lab):
    for s in (10, 11, 12, 13, 14):
        send(lab, "udp 4000 to server %d" % s, Build(lab, 4, 10, s).udp(4000, 53))
    send(lab, "udp 4000 to server 10, other port", Build(lab, 4, 10, 10).udp(4000, 54))
    for s in (14, 13, 12):
        send(lab, "udp 4001 to server %d" % s, Build(lab, 4, 10, s).udp(4001, 53))
    for s in (11, 12, 13):
        send(lab, "tcp 4000 to server %d" % s, Build(lab, 4, 10, s).tcp("S", 4000, 80))
    for s in (11, 12, 13):
        send(lab, "echo 4000 to server %d" % s, echo(Build(lab, 4, 10, s), 4000))
    listing(lab)


@case(
    "nat-follow-none",
    SPLIT,
    "a flow without NAT, then one of the same source that a rule would send to a range not holding the source",
    rules=srv("udp dport 53 snat to " + HASH4),
)
def follow_none(lab):
    send(lab, "no rule", Build(lab).udp(4000, 99))
    send(lab, "rule", Build(lab).udp(4000, 53))
    send(lab, "rule, other server", Build(lab, 4, 10, 11).udp(4000, 53))
    send(lab, "no rule, other server", Build(lab, 4, 10, 12).udp(4000, 99))
    listing(lab)


@case(
    "nat-ports-in",
    SPLIT,
    "snat to a port range: source ports within it (ends too) are kept",
    rules=srv("meta l4proto { tcp, udp, icmp } snat to 10.2.0.60:2000-2999"),
    flags="",
)
@case(
    "nat-ports-out",
    SPLIT,
    "snat to a port range: source ports outside it are replaced by one within",
    replay="random",
    rules=srv("meta l4proto { tcp, udp, icmp } snat to 10.2.0.60:2000-2999"),
    low=2000,
    high=2999,
)
@case(
    "nat-ports-random",
    SPLIT,
    "snat to a port range with random: a source port within it is replaced, too",
    replay="random",
    rules=srv("meta l4proto { tcp, udp, icmp } snat to 10.2.0.60:2000-2999 random"),
    low=2000,
    high=2999,
)
@case(
    "nat-random",
    SPLIT,
    "snat with random and no port range: any port from 1024",
    replay="random",
    rules=srv("snat to 10.2.0.60 random"),
    low=1024,
    high=65535,
)
@case(
    "nat-fully-random",
    SPLIT,
    "snat with fully-random and no port range",
    replay="random",
    rules=srv("snat to 10.2.0.60 fully-random"),
    low=1024,
    high=65535,
)
def ports(lab, flags=None, low=None, high=None):
    many = flags is None
    for port in (2000, 2500, 2999) if not many else (2000, 2999, 30000, 500, 65535):
        b = Build(lab)
        got = [
            there_and_back(lab, "udp %d" % port, b.udp(port, 53)),
            there_and_back(lab, "tcp %d" % port, b.tcp("S", port, 80)),
        ]
        got.append(
            there_and_back(
                lab,
                "udp %d of another client to another server" % port,
                Build(lab, 4, 11, 11).udp(port, 53),
            )
        )
        for p in got:
            left = p.sport
            if many:
                inside = low <= left <= high or (high == 65535 and port < 1024)
                lab.check("port %d became %d, in the range" % (port, left), inside)
            else:
                lab.check("port kept", left == port)
    listing(lab)


@case(
    "nat-ports-low",
    SPLIT,
    "snat with random, no port range, source ports below 512 and below 1024: the class that the new port comes from",
    replay="random",
    rules=srv("snat to 10.2.0.60 random"),
)
def ports_low(lab):
    seen = {}
    for number, port in enumerate(
        [1, 22, 300, 511] * 3 + [512, 513, 600, 1023] * 3 + [1024, 1025, 40000] * 2
    ):
        got = send(lab, "udp %d" % port, Build(lab, 4, 10, 10 + number).udp(port, 53), gap=0.012)
        kind = "below 512" if port < 512 else "below 1024" if port < 1024 else "from 1024"
        seen.setdefault(kind, []).append(got[0].sport)
    for kind, low, high in (
        ("below 512", 1, 511),
        ("below 1024", 600, 1023),
        ("from 1024", 1024, 65535),
    ):
        lab.note("%s: drawn %s" % (kind, sorted(seen[kind])))
        lab.check("%s: all in %d-%d" % (kind, low, high), all(low <= p <= high for p in seen[kind]))


@case(
    "nat-icmp",
    SPLIT,
    "snat of echo: identifier kept; the second client with the same identifier to the same server gets another, to another server keeps it; identifier 0",
    replay="random",
    rules=srv("snat to 10.2.0.60"),
    v=4,
)
@case(
    "nat-icmp6",
    SPLIT,
    "the same over IPv6",
    replay="random",
    rules=srv("snat to fd00:2::60", family="ip6"),
    v=6,
)
def icmp(lab, v):
    there_and_back(lab, "first", echo(Build(lab, v, 10), 77))
    there_and_back(lab, "same id, other client", echo(Build(lab, v, 11), 77))
    there_and_back(lab, "same id, third client", echo(Build(lab, v, 12), 77))
    there_and_back(lab, "same id, third client, again", echo(Build(lab, v, 12), 77, 2))
    there_and_back(lab, "same id, other client and server", echo(Build(lab, v, 13, 11), 77))
    there_and_back(lab, "id 0", echo(Build(lab, v, 10), 0))
    there_and_back(lab, "id 0, other client", echo(Build(lab, v, 11), 0))
    listing(lab)


@case(
    "nat-icmp-ports",
    SPLIT,
    "snat to a port range: what it does to identifiers of echo (inside, outside) and of a timestamp request",
    replay="random",
    rules=srv("meta l4proto icmp snat to 10.2.0.60:2000-2009"),
)
def icmp_range(lab):
    from scapy.layers.inet import ICMP

    for ident in (2000, 2009, 5, 3000):
        there_and_back(lab, "id %d" % ident, echo(Build(lab), ident))
    send(
        lab,
        "timestamp 2005",
        Build(lab).ip() / ICMP(type=13, id=2005, seq=1, ts_ori=1, ts_rx=2, ts_tx=3),
    )
    send(
        lab, "timestamp 6", Build(lab).ip() / ICMP(type=13, id=6, seq=1, ts_ori=1, ts_rx=2, ts_tx=3)
    )
    listing(lab)


@case(
    "nat-single-port",
    SPLIT,
    "snat to one port: two flows to one server clash, the second is dropped; to another server it passes; statistics",
    rules=srv("meta l4proto { tcp, udp } snat to 10.2.0.60:2000"),
    v=4,
    proto="udp",
)
@case(
    "nat-single-port-tcp",
    SPLIT,
    "the same with TCP",
    rules=srv("meta l4proto { tcp, udp } snat to 10.2.0.60:2000"),
    v=4,
    proto="tcp",
)
def single(lab, v, proto):
    def mk(b, port):
        return b.udp(port, 53) if proto == "udp" else b.tcp("S", port, 53)

    there_and_back(lab, "first", mk(Build(lab, v), 4000))
    send(lab, "second, same client", mk(Build(lab, v), 4001))
    send(lab, "third, other client with the very port", mk(Build(lab, v, 11), 2000))
    send(lab, "second again", mk(Build(lab, v), 4001))
    there_and_back(lab, "to another server", mk(Build(lab, v, 10, 11), 4001))
    there_and_back(lab, "first again", mk(Build(lab, v), 4000))
    listing(lab)
    lab.snap("after")
    stats = lab.snapshots[-1]["conntrack_S"]

    def count(name):
        words = [w for line in stats for w in line.split() if w.startswith(name + "=")]
        return sum(int(w.split("=")[1]) for w in words)

    lab.note(
        "conntrack -S: "
        + ", ".join(
            "%s %d" % (n, count(n))
            for n in (
                "found",
                "invalid",
                "insert",
                "insert_failed",
                "drop",
                "early_drop",
                "error",
                "search_restart",
                "clash_resolve",
            )
        )
    )


@case(
    "nat-few-ports",
    SPLIT,
    "snat to a range of two ports: three flows to one server, the third is dropped",
    replay="random",
    rules=srv("meta l4proto udp snat to 10.2.0.60:2000-2001"),
)
def few(lab):
    seen = []
    for port in (4000, 4001, 4002, 4003):
        got = send(lab, "udp %d" % port, Build(lab).udp(port, 53))
        seen += [p.sport for p in got]
    lab.check("both ports, then nothing", sorted(seen) == [2000, 2001])
    listing(lab)


@case(
    "nat-addresses-one-port",
    SPLIT,
    "snat to five addresses with one port: does a clash try the next address?",
    rules=srv("meta l4proto udp snat to 10.2.0.60-10.2.0.64:2000"),
)
def addresses_one_port(lab):
    for port in range(4000, 4008):
        send(lab, "udp %d" % port, Build(lab).udp(port, 53))
    for c in range(11, 19):
        send(lab, "udp of client %d" % c, Build(lab, 4, c).udp(4000, 53))
    listing(lab)


@case(
    "nat-udplite-ports",
    SPLIT,
    "UDP-Lite through snat to one port: port changed, checksum adjusted; a clash",
    rules=srv("meta l4proto udplite snat to 10.2.0.60:2000"),
)
def udplite_ports(lab):
    there_and_back(lab, "full", lite(Build(lab).ip(), b"hello", 4000, 53))
    there_and_back(
        lab, "header only, other server", lite(Build(lab, 4, 10, 11).ip(), b"hello", 4001, 53, 8)
    )
    send(lab, "clash", lite(Build(lab, 4, 11).ip(), b"hello", 4000, 53))
    listing(lab)


@case(
    "nat-sctp",
    SPLIT,
    "SCTP through snat: ports kept, checksum (not over addresses) as it was; clash by a second client",
    replay="random",
    rules=srv("snat to 10.2.0.60"),
    port=None,
)
@case(
    "nat-sctp-port",
    SPLIT,
    "SCTP through snat to one port: port and CRC32c changed",
    rules=srv("meta l4proto sctp snat to 10.2.0.60:2000"),
    port=2000,
)
def sctp_(lab, port):
    b = Build(lab)
    out = port or 40000

    def up(tag, *chunks):
        return b.ip(proto=132) / Raw(sctp(40000, 2906, tag, *chunks))

    def down(tag, *chunks):
        return ip_for(lab.s(), "10.2.0.60", proto=132) / Raw(sctp(2906, out, tag, *chunks))

    for label, packet in (
        ("init", up(0, INIT(0x1111))),
        ("init ack", down(0x1111, INIT_ACK(0x2222))),
        ("cookie echo", up(0x2222, COOKIE_ECHO)),
        ("cookie ack", down(0x1111, COOKIE_ACK)),
    ):
        got = send(lab, label, packet)
        inside = bytes(got[0].payload)
        sport, dport, tag = (
            int.from_bytes(inside[:2], "big"),
            int.from_bytes(inside[2:4], "big"),
            int.from_bytes(inside[4:8], "big"),
        )
        chunks = inside[12:]
        lab.check("%s: CRC32c right" % label, sctp_sum(sport, dport, tag, chunks) == inside[8:12])
    got = send(
        lab,
        "init of another client, same port",
        Build(lab, 4, 11).ip(proto=132) / Raw(sctp(40000, 2906, 0, INIT(0x3333))),
    )
    listing(lab)
    if not port:
        lab.check("port drawn", got and int.from_bytes(bytes(got[0].payload)[:2], "big") != 40000)


def sctp_sum(sport, dport, tag, chunks):
    return crc32c(struct.pack("!HHII", sport, dport, tag, 0) + chunks)


@case(
    "nat-gre",
    SPLIT,
    "GRE (version 0) without a master through snat: two clients to one server",
    rules=srv("snat to 10.2.0.60"),
    proto=47,
    data=b"\0\0\x08\0payload1",
)
@case(
    "nat-gre-v1",
    SPLIT,
    "GRE version 1 (PPTP's) with call ids, without a master, through snat",
    rules=srv("snat to 10.2.0.60"),
    proto=47,
    data=b"\x30\x01\x88\x0b\0\x04\0\x07\0\0\0\x01abcd",
)
@case(
    "nat-generic",
    SPLIT,
    "protocol 253 through snat: two clients to one server clash: the second is dropped",
    rules=srv("snat to 10.2.0.60"),
    proto=253,
    data=b"12345678",
)
@case(
    "nat-generic-range",
    SPLIT,
    "protocol 253 through snat to a range",
    rules=srv("snat to " + HASH4),
    proto=253,
    data=b"12345678",
)
def other(lab, proto, data):
    def mk(c, s=10):
        return Build(lab, 4, c, s).ip(proto=proto) / Raw(data)

    there_and_back(lab, "first", mk(10))
    send(lab, "other client", mk(11))
    there_and_back(lab, "other client, other server", mk(11, 11))
    for c in (12, 13, 14, 15):
        send(lab, "client %d" % c, mk(c))
    there_and_back(lab, "first again", mk(10))
    listing(lab)


@case(
    "nat-generic6",
    SPLIT,
    "protocol 253 over IPv6 through snat",
    rules=srv("snat to fd00:2::60", family="ip6"),
)
def generic6(lab):
    def mk(c, s=10):
        return Build(lab, 6, c, s).ip(nh=253) / Raw(b"12345678")

    there_and_back(lab, "first", mk(10))
    send(lab, "other client", mk(11))
    listing(lab)
