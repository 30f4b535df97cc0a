"""ICMP and ICMPv6: errors about tracked flows, queries of all kinds, broken and unknown messages."""
import struct

from cases_rules.common import Build, OPTIONS, counted, probe, states, table
from ctlab.case import case
from ctlab.peer import Tcp, exchange, handshake, ip_for
from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.inet6 import (
    ICMPv6DestUnreach,
    ICMPv6EchoReply,
    ICMPv6EchoRequest,
    ICMPv6MLDone,
    ICMPv6MLReport,
    ICMPv6ND_NA,
    ICMPv6ND_NS,
    ICMPv6ND_RA,
    ICMPv6ND_RS,
    ICMPv6NIQueryNOOP,
    ICMPv6PacketTooBig,
    ICMPv6ParamProblem,
    ICMPv6TimeExceeded,
    IPv6,
    IPv6ExtHdrDestOpt,
)
from scapy.packet import Raw

SEE = table(
    "ct state invalid counter drop\n"
    + counted(
        [
            "ct state new",
            "ct state established",
            "ct state related",
            "ct state untracked",
            "ct direction original",
            "ct direction reply",
        ]
    )
)


def flows(lab, b, v):
    """A TCP connection, a UDP flow and an echo, each known in both directions; the packets each end sent last."""
    c = Tcp(lab.cli, lab.c(10, v), 30000, lab.s(10, v), 80)
    s = Tcp(lab.srv, lab.s(10, v), 80, lab.c(10, v), 30000, isn=5000)
    handshake(c, s)
    exchange(c, s, "data")
    udp, udpr = b.udp(4000, 53, b"query"), b.udp(53, 4000, b"answer", "srv")
    echo = (
        b.ip()
        / (ICMP(type=8, id=77, seq=1) if v == 4 else ICMPv6EchoRequest(id=77, seq=1))
        / Raw(b"ping")
    )
    echor = (
        b.ip("srv")
        / (ICMP(type=0, id=77, seq=1) if v == 4 else ICMPv6EchoReply(id=77, seq=1))
        / Raw(b"ping")
    )
    for p in (udp, udpr, echo, echor):
        probe(lab, "set-up", p, quiet=True)
    lab.cli.flush()
    lab.srv.flush()
    return {
        "tcp": (c.segment("PA", b"more"), s.segment("PA", b"back")),
        "udp": (udp, udpr),
        "echo": (echo, echor),
    }


def error(b, v, side, kind, code, inner, source=None, **fields):
    """An ICMP error from the given side about `inner` (bytes), optionally from another host."""
    packet = b.ip(side, **({"s": source} if side == "srv" else {"c": source}))
    if v == 4:
        return packet / ICMP(type=kind, code=code, **fields) / Raw(inner)
    if "mtu" in fields:
        body = struct.pack("!I", fields.pop("mtu"))
    else:
        body = struct.pack("!I", fields.pop("ptr", 0))
    from scapy.layers.inet6 import ICMPv6Unknown

    return packet / ICMPv6Unknown(type=kind, code=code, msgbody=body + inner, **fields)


@case(
    "icmp-x-errors",
    "more",
    "errors of every type about a tracked TCP, UDP and echo flow, in both directions, from the end and from a hop",
    rules=SEE,
    v=4,
)
@case(
    "icmp-x-errors6",
    "more",
    "the same over IPv6 (packet too big, time exceeded, parameter problem, unreachable)",
    rules=SEE,
    v=6,
)
def errors(lab, v):
    b = Build(lab, v)
    packets = flows(lab, b, v)
    kinds = (
        [(3, 1, {}), (3, 4, {"nexthopmtu": 1200}), (11, 0, {}), (12, 0, {}), (4, 0, {}), (5, 1, {})]
        if v == 4
        else [
            (1, 0, {}),
            (2, 0, {"mtu": 1280}),
            (3, 0, {}),
            (4, 1, {"ptr": 6}),
            (100, 0, {}),
            (127, 0, {}),
        ]
    )
    for name, (up, down) in packets.items():
        for kind, code, more in kinds:
            if name != "tcp" and kind in (4, 12, 127):
                continue
            probe(
                lab,
                "%s: %d/%d from the server about the client's packet" % (name, kind, code),
                error(b, v, "srv", kind, code, bytes(up), **dict(more)),
            )
            probe(
                lab,
                "%s: %d/%d from a hop" % (name, kind, code),
                error(
                    b,
                    v,
                    "srv",
                    kind,
                    code,
                    bytes(up)[: 48 if v == 4 else 68],
                    source=66,
                    **dict(more)
                ),
            )
        kind, code, more = kinds[0]
        probe(
            lab,
            "%s: %d/%d from the client about the server's packet" % (name, kind, code),
            error(b, v, "cli", kind, code, bytes(down), **dict(more)),
        )
        probe(
            lab,
            "%s: %d/%d from the wrong side" % (name, kind, code),
            error(b, v, "cli", kind, code, bytes(up), **dict(more)),
        )
    lab.snap("after")


@case(
    "icmp-x-errors-odd",
    "more",
    "errors with truncated quotes, wrong checksum, unknown flow, quoted fragment, quoted error, quoted options, wrong quoted length; mismatched outer destination",
    rules=SEE,
    v=4,
)
@case("icmp-x-errors-odd6", "more", "the same over IPv6", rules=SEE, v=6)
@case(
    "icmp-x-errors-nocheck",
    "more",
    "the same with nf_conntrack_checksum=0",
    rules=SEE,
    v=4,
    sysctl={"nf_conntrack_checksum": 0},
)
def errors_odd(lab, v):
    b = Build(lab, v)
    packets = flows(lab, b, v)
    kind, code = (3, 3) if v == 4 else (1, 4)
    head = 20 if v == 4 else 40
    up = bytes(packets["udp"][0])
    tcp = bytes(packets["tcp"][0])
    echo = bytes(packets["echo"][0])
    for cut in (0, 8, head - 1, head, head + 3, head + 4, head + 7, head + 8):
        probe(lab, "udp quote cut to %d" % cut, error(b, v, "srv", kind, code, up[:cut]))
    for cut in (head + 4, head + 8, head + 20):
        probe(lab, "tcp quote cut to %d" % cut, error(b, v, "srv", kind, code, tcp[:cut]))
    for cut in (head + 4, head + 8):
        probe(lab, "echo quote cut to %d" % cut, error(b, v, "srv", kind, code, echo[:cut]))
    probe(
        lab,
        "bad checksum",
        error(b, v, "srv", kind, code, up, **({"chksum": 0x1111} if v == 4 else {"cksum": 0x1111})),
    )
    probe(lab, "unknown flow", error(b, v, "srv", kind, code, bytes(b.udp(4999, 53, b"query"))))
    probe(lab, "unassigned code", error(b, v, "srv", kind, 77, up))
    probe(
        lab,
        "to another host than the quoted source",
        error(Build(lab, v, c=11), v, "srv", kind, code, up),
    )
    probe(
        lab,
        "quoted error",
        error(b, v, "srv", kind, code, bytes(error(b, v, "cli", kind, code, up))),
    )
    probe(
        lab,
        "quoted unknown protocol",
        error(
            b,
            v,
            "srv",
            kind,
            code,
            bytes(b.ip(**({"proto": 253} if v == 4 else {"nh": 253})) / Raw(b"12345678")),
        ),
    )
    if v == 4:
        probe(
            lab,
            "quoted later fragment",
            error(b, v, "srv", kind, code, bytes(b.ip(frag=10, proto=17) / Raw(up[20:]))),
        )
        probe(
            lab,
            "quoted with options",
            error(
                b,
                v,
                "srv",
                kind,
                code,
                bytes(b.udp(4000, 53, b"query", ipf={"options": [IPOption_NOP()] * 4})),
            ),
        )
        probe(lab, "quoted echo reply", error(b, v, "cli", kind, code, bytes(packets["echo"][1])))
        probe(
            lab,
            "quote with a bad header checksum",
            error(b, v, "srv", kind, code, up[:10] + b"\0\0" + up[12:]),
        )
        probe(lab, "quote with version 6", error(b, v, "srv", kind, code, b"\x65" + up[1:]))
    else:
        probe(
            lab,
            "quoted with destination options",
            error(
                b,
                v,
                "srv",
                kind,
                code,
                bytes(b.ip() / IPv6ExtHdrDestOpt() / UDP(sport=4000, dport=53) / Raw(b"query")),
            ),
        )
        probe(lab, "quoted echo reply", error(b, v, "cli", kind, code, bytes(packets["echo"][1])))
    lab.snap("after")


from scapy.layers.inet import IPOption_NOP  # noqa: E402


TS = {"echo": {}, "timestamp": {"ts_ori": 1, "ts_rx": 2, "ts_tx": 3}, "information": {}, "mask": {}}


@case(
    "icmp-x-queries",
    "more",
    "echo, timestamp, information and address mask requests and replies; replies without requests; another id; replies repeated; requests of the other side with the same id",
    rules=SEE,
)
def queries(lab):
    b = Build(lab)
    for name, ask, answer in (
        ("echo", 8, 0),
        ("timestamp", 13, 14),
        ("information", 15, 16),
        ("mask", 17, 18),
    ):
        body = Raw(b"" if name == "timestamp" else b"mask")
        probe(
            lab,
            name + " reply without request",
            b.ip("srv") / ICMP(type=answer, id=5, seq=1, **TS[name]) / body,
        )
        mk = (
            lambda side, kind, ident, seq=1: b.ip(side)
            / ICMP(type=kind, id=ident, seq=seq, **TS[name])
            / (Raw(b"") if kind in (13, 14) else Raw(b"mask"))
        )
        probe(lab, name + " request", mk("cli", ask, 5))
        probe(lab, name + " reply", mk("srv", answer, 5))
        probe(lab, name + " reply again", mk("srv", answer, 5))
        probe(lab, name + " request, other sequence number", mk("cli", ask, 5, 2))
        probe(lab, name + " reply with another id", mk("srv", answer, 6))
        probe(lab, name + " request of the other side with the same id", mk("srv", ask, 5))
        probe(
            lab,
            name + " request with code 3",
            b.ip() / ICMP(type=ask, code=3, id=9, seq=1, **TS[name]),
        )
        probe(
            lab,
            name + " reply with code 3",
            b.ip("srv") / ICMP(type=answer, code=3, id=9, seq=1, **TS[name]),
        )
        probe(lab, name + " reply with code 0", mk("srv", answer, 9))
    lab.note(
        str(
            [
                (
                    e["orig"].get("icmp_type"),
                    e["orig"].get("icmp_code"),
                    e["orig"].get("icmp_id"),
                    e["status_names"],
                )
                for e in lab.connections()
            ]
        )
    )
    lab.snap("after")


@case(
    "icmp-x-queries6",
    "more",
    "ICMPv6 echo and node information: replies without requests, other id, codes, requests of the other side",
    rules=SEE,
)
def queries6(lab):
    b = Build(lab, 6)
    from scapy.layers.inet6 import ICMPv6Unknown

    for name, ask, answer in (("echo", 128, 129), ("node information", 139, 140)):
        mk = lambda side, kind, ident, code=0: b.ip(side) / ICMPv6Unknown(
            type=kind, code=code, msgbody=struct.pack("!HH", ident, 1) + b"data1234"
        )
        probe(lab, name + " reply without request", mk("srv", answer, 5))
        probe(lab, name + " request", mk("cli", ask, 5))
        probe(lab, name + " reply", mk("srv", answer, 5))
        probe(lab, name + " reply with another id", mk("srv", answer, 6))
        probe(lab, name + " request of the other side", mk("srv", ask, 5))
        probe(lab, name + " request with code 1", mk("cli", ask, 9, 1))
        probe(lab, name + " reply with code 1", mk("srv", answer, 9, 1))
    lab.note(
        str(
            [
                (
                    e["orig"].get("icmp_type"),
                    e["orig"].get("icmp_code"),
                    e["orig"].get("icmp_id"),
                    e["status_names"],
                )
                for e in lab.connections()
            ]
        )
    )
    lab.snap("after")


@case(
    "icmp-x-odd",
    "more",
    "unknown types, bad checksum, truncated header, empty echo, router discovery, errors of unknown types, large echo",
    rules=SEE,
)
def odd(lab):
    b = Build(lab)
    for kind in (1, 2, 6, 7, 9, 10, 19, 30, 37, 40, 41, 42, 43, 255):
        probe(
            lab,
            "type %d" % kind,
            b.ip(proto=1)
            / Raw(
                bytes(ICMP(type=40, code=0) / Raw(b"\0" * 28))[:0]
                + icmp(kind, 0, b"\0\1\0\1" + b"body")
            ),
        )
    probe(lab, "bad checksum echo", b.ip() / ICMP(type=8, id=1, seq=1, chksum=0x4321))
    probe(lab, "truncated to 4", b.ip(proto=1) / Raw(icmp(8, 0, b"")))
    probe(lab, "truncated to 7", b.ip(proto=1) / Raw(icmp(8, 0, b"\0\1\0")))
    probe(lab, "truncated to 2", b.ip(proto=1) / Raw(b"\x08\0"))
    probe(lab, "no payload at all", b.ip(proto=1))
    probe(lab, "bad checksum of a reply to a known echo", b.ip() / ICMP(type=8, id=3, seq=1))
    probe(lab, "the reply", b.ip("srv") / ICMP(type=0, id=3, seq=1, chksum=0x4321))
    probe(lab, "large echo", b.ip() / ICMP(type=8, id=4, seq=1) / Raw(bytes(1400)))
    lab.snap("after")


@case(
    "icmp-x-odd6",
    "more",
    "ICMPv6 unknown types, bad checksum, truncated; neighbour discovery and MLD are untracked",
    rules=SEE.replace("{\n  chain", "{\n  chain"),
)
def odd6(lab):
    b = Build(lab, 6)
    from scapy.layers.inet6 import ICMPv6Unknown

    for kind in (
        0,
        5,
        99,
        126,
        130,
        131,
        132,
        133,
        134,
        135,
        136,
        137,
        138,
        141,
        142,
        143,
        144,
        148,
        151,
        153,
        160,
        200,
        255,
    ):
        probe(
            lab,
            "type %d" % kind,
            b.ip() / ICMPv6Unknown(type=kind, code=0, msgbody=b"\0\1\0\1" + b"\0" * 20),
        )
    probe(lab, "bad checksum echo", b.ip() / ICMPv6EchoRequest(id=1, seq=1, cksum=0x4321))
    probe(lab, "truncated to 4", b.ip(nh=58) / Raw(b"\x80\0\0\0"))
    probe(lab, "truncated to 2", b.ip(nh=58) / Raw(b"\x80\0"))
    probe(
        lab,
        "bad checksum of a type that is not tracked",
        b.ip() / ICMPv6Unknown(type=135, code=0, cksum=5, msgbody=b"\0" * 20),
    )
    lab.snap("after")


def icmp(kind, code, rest):
    data = struct.pack("!BBH", kind, code, 0) + rest
    padded = data + b"\0" * (len(data) & 1)
    total = sum(struct.unpack("!%dH" % (len(padded) // 2), padded))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return data[:2] + struct.pack("!H", ~total & 0xFFFF) + data[4:]


@case(
    "icmp-x-policy",
    "more",
    "a stateful firewall: errors about allowed flows pass as related; about refused packets, invalid",
    rules=table(
        "ct state invalid counter drop\nct state established counter accept\nct state related counter accept\nudp dport 53 counter accept\nicmp type echo-request counter accept",
        policy="drop",
    ),
)
def policy(lab):
    b = Build(lab)
    probe(lab, "query", b.udp(4000, 53))
    probe(lab, "unreachable", error(b, 4, "srv", 3, 3, bytes(b.udp(4000, 53))))
    probe(lab, "refused query", b.udp(4000, 54))
    probe(lab, "unreachable about it", error(b, 4, "srv", 3, 3, bytes(b.udp(4000, 54))))
    probe(
        lab,
        "time exceeded from a hop",
        error(b, 4, "srv", 11, 0, bytes(b.udp(4000, 53))[:28], source=66),
    )
    probe(lab, "echo", b.ip() / ICMP(type=8, id=1, seq=1))
    probe(
        lab,
        "unreachable about the echo",
        error(b, 4, "srv", 3, 1, bytes(b.ip() / ICMP(type=8, id=1, seq=1))),
    )
    probe(
        lab,
        "redirect about the query",
        error(b, 4, "srv", 5, 1, bytes(b.udp(4000, 53)), gw="10.2.0.99"),
    )
    lab.snap("after")
