"""ICMP errors about translated flows, from everywhere; the router's own errors; redirects."""
import struct

from cases_nat.common import Build, SPLIT, back, listing, nat, send
from cases_nat.dnat import to
from ctlab.case import case
from ctlab.peer import ip_for
from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import ICMPv6Unknown
from scapy.packet import Raw

SNAT4, SNAT6 = nat(post='oifname "srv" snat to 10.2.0.60'), nat(
    post='oifname "srv" snat to fd00:2::60', family="ip6"
)
PORT4 = nat(post='oifname "srv" meta l4proto { tcp, udp, icmp } snat to 10.2.0.60:2000')
BOTH4 = nat(
    pre='iifname "cli" ip daddr 10.2.0.77 meta l4proto { tcp, udp } dnat to 10.2.0.10:5353\niifname "cli" ip daddr 10.2.0.77 dnat to 10.2.0.10',
    post='oifname "srv" meta l4proto { tcp, udp, icmp } snat to 10.2.0.60:2000',
)
BOTH6 = nat(
    pre='iifname "cli" ip6 daddr fd00:2::77 meta l4proto { tcp, udp } dnat to [fd00:2::10]:5353\niifname "cli" ip6 daddr fd00:2::77 dnat to fd00:2::10',
    post='oifname "srv" meta l4proto { tcp, udp, ipv6-icmp } snat to [fd00:2::60]:2000',
    family="ip6",
)


def error(src, dst, kind, code, quote, rest=0):
    """An ICMP error with that quote; rest: its second word (MTU, gateway)."""
    body = struct.pack("!I", rest) + quote
    if ":" in src:
        return ip_for(src, dst, ttl=64) / ICMPv6Unknown(type=kind, code=code, msgbody=body)
    raw = struct.pack("!BBH", kind, code, 0) + body
    total = sum(struct.unpack("!%dH" % ((len(raw) + 1) // 2), raw + b"\0" * (len(raw) % 2)))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ip_for(src, dst, ttl=64, id=0x3333, proto=1) / Raw(
        struct.pack("!BBH", kind, code, ~total & 0xFFFF) + body
    )


def fresh_ttl(raw):
    """That packet with TTL 1 and the right checksum."""
    packet = IP(raw)
    packet.ttl = 1
    del packet.chksum
    return packet


def flows(lab, v, public):
    """TCP, UDP and echo flows; for each what the server and what the client got last."""
    out = {}
    for proto, sport, dport in (("tcp", 30000, 80), ("udp", 4000, 53), ("echo", 77, 0)):
        up = send(lab, proto, to(lab, public, sport, dport, proto=proto, v=v))[0]
        down = send(lab, proto + ", answer", back(up))[0]
        out[proto] = (up, down)
    return out


@case(
    "nat-errors",
    SPLIT,
    "ICMP errors about TCP, UDP and echo through snat: from the server, from a hop, from the client; quotes of 8 bytes and whole",
    rules=SNAT4,
    v=4,
    public="10.2.0.10",
)
@case(
    "nat-errors-both",
    SPLIT,
    "the same through dnat and snat with ports",
    rules=BOTH4,
    v=4,
    public="10.2.0.77",
)
@case(
    "nat-errors-both6",
    SPLIT,
    "the same over IPv6 through dnat and snat with ports",
    rules=BOTH6,
    v=6,
    public="fd00:2::77",
)
def errors(lab, v, public):
    head = 20 if v == 4 else 40
    kinds = (
        [("unreachable", 3, 3, 0), ("frag needed", 3, 4, 1200), ("time exceeded", 11, 0, 0)]
        if v == 4
        else [("unreachable", 1, 4, 0), ("too big", 2, 0, 1280), ("time exceeded", 3, 0, 0)]
    )
    for proto, (up, down) in flows(lab, v, public).items():
        for label, kind, code, rest in kinds:
            send(
                lab,
                "%s: %s from the server, whole quote" % (proto, label),
                error(up.dst, up.src, kind, code, bytes(up), rest),
            )
            send(
                lab,
                "%s: %s from a hop, 8 bytes quoted" % (proto, label),
                error(lab.s(99, v), up.src, kind, code, bytes(up)[: head + 8], rest),
            )
        label, kind, code, rest = kinds[0]
        send(
            lab,
            "%s: %s from the client, whole quote" % (proto, label),
            error(down.dst, down.src, kind, code, bytes(down), rest),
        )
        send(
            lab,
            "%s: %s from a hop on the client's side, 8 bytes" % (proto, label),
            error(lab.c(99, v), down.src, kind, code, bytes(down)[: head + 8], rest),
        )
    listing(lab)


@case(
    "nat-errors-odd",
    SPLIT,
    "odd errors about translated flows: quote with a wrong UDP checksum, checksum zero, wrong IP checksum, reduced TTL, options; 4 bytes of ports; outer destination other; wrong direction",
    rules=BOTH4,
)
def errors_odd(lab):
    up, down = flows(lab, 4, "10.2.0.77")["udp"]

    def say(label, quote, src="10.2.0.10", dst="10.2.0.60"):
        side = "srv" if src.startswith("10.2") else "cli"
        send(lab, label, error(src, dst, 3, 3, bytes(quote)), side)

    raw = bytes(up)
    say("as it was", raw)
    say("wrong UDP checksum quoted", raw[:26] + b"\x12\x34" + raw[28:])
    say("UDP checksum zero quoted", raw[:26] + b"\0\0" + raw[28:])
    say("wrong IP checksum quoted", raw[:10] + b"\x12\x34" + raw[12:])
    say("TTL 1 quoted, checksum right", bytes(fresh_ttl(raw)))
    say("4 bytes of ports", raw[:24])
    say("7 bytes", raw[:27])
    say("quote of the untranslated packet", bytes(to(lab, "10.2.0.77", 4000, 53)))
    say("outer destination is the client", raw, dst="10.1.0.10")
    say("outer destination is another", raw, dst="10.2.0.61")
    say(
        "from the client's side about its own packet",
        bytes(to(lab, "10.2.0.77", 4000, 53)),
        "10.1.0.10",
        "10.1.0.10",
    )
    wrong = error("10.2.0.10", "10.2.0.60", 3, 3, raw)
    wrong = IP(bytes(wrong)[:22] + b"\x12\x34" + bytes(wrong)[24:])
    send(lab, "wrong ICMP checksum", wrong)


@case(
    "nat-errors-router",
    SPLIT,
    "the router's own errors about flows through dnat and snat: time exceeded in both directions, frag needed (MTU 1000 on srv), first packet and later",
    rules=BOTH4,
    mtu={"srv": 1000},
    v=4,
)
@case(
    "nat-errors-router6",
    SPLIT,
    "the same over IPv6 (MTU 1300 on srv)",
    rules=BOTH6,
    mtu={"srv": 1300},
    v=6,
)
@case(
    "nat-errors-router-down",
    SPLIT,
    "the router's own errors, frag needed for the answer (MTU 1000 on cli)",
    rules=BOTH4,
    mtu={"cli": 1000},
    v=4,
)
def errors_router(lab, v):
    public = lab.s(77, v)
    hop = {"ttl": 1}
    b = Build(lab, v)

    def mk(sport, data=b"x", ipf=None, dst=public):
        packet = b.udp(sport, 53, data, ipf=ipf)
        packet.dst = dst
        return packet

    send(lab, "first packet with TTL 1", mk(4000, ipf=hop))
    listing(lab, "after it")
    up = send(lab, "packet", mk(4001))[0]
    send(lab, "later packet with TTL 1", mk(4001, ipf=hop))
    answer = back(up)
    send(
        lab,
        "answer with TTL 1",
        ip_for(answer.src, answer.dst, ttl=1, **({"id": 0x2222} if v == 4 else {})) / answer["UDP"],
    )
    fields = {"flags": "DF"} if v == 4 else {}
    if "srv" in lab.case.mtu:
        send(lab, "packet too long for srv", mk(4001, b"z" * 1390, ipf=fields))
        send(lab, "first packet too long for srv", mk(4002, b"z" * 1390, ipf=fields))
    else:
        send(
            lab,
            "answer too long for cli",
            ip_for(answer.src, answer.dst, ttl=64, **fields)
            / UDP(sport=answer.sport, dport=answer.dport)
            / Raw(b"z" * 1390),
        )
    send(lab, "answer", answer)
    listing(lab)


@case(
    "nat-redirects",
    SPLIT,
    "redirects that the router itself would send (send_redirects on): first and later packet of a flow without NAT chains concerned, with NAT, translated",
    rules=nat(pre="ip daddr 10.1.0.77 dnat to 10.1.0.21"),
    chains=True,
)
@case(
    "nat-redirects-none",
    SPLIT,
    "the same without nat chains",
    rules="table ip t { chain f { type filter hook forward priority 0; ct state established counter; }; }\n",
    chains=False,
)
def redirects(lab, chains):
    lab.step("router: sysctl net.ipv4.conf.cli.send_redirects=1")
    lab.run("rtr", "sysctl", "-qw", "net.ipv4.conf.cli.send_redirects=1", check=True)

    def mk(dst, c, sport):
        packet = Build(lab, 4, c).udp(sport, 53)
        packet.dst = dst
        return packet

    send(lab, "first packet to the same side", mk("10.1.0.20", 10, 4000))
    lab.wait(0.05)
    send(lab, "second packet of it", mk("10.1.0.20", 10, 4000))
    send(lab, "another client, first", mk("10.1.0.20", 11, 4000))
    if chains:
        send(lab, "translated, first", mk("10.1.0.77", 12, 4000))
        send(lab, "translated, second", mk("10.1.0.77", 12, 4000))


@case(
    "nat-redirect-in",
    SPLIT,
    "an ICMP redirect from a hop about a flow without and with NAT: passed or dropped",
    rules=nat(post='oifname "srv" udp dport 53 snat to 10.2.0.60'),
)
def redirect_in(lab):
    for port in (53, 54):
        up = send(lab, "udp %d" % port, Build(lab).udp(4000, port))[0]
        send(
            lab,
            "redirect about udp %d" % port,
            error(lab.s(99), up.src, 5, 1, bytes(up), 0x0A020063),
        )
        send(lab, "source quench about udp %d" % port, error(lab.s(99), up.src, 4, 0, bytes(up)))
        send(
            lab,
            "parameter problem about udp %d" % port,
            error(lab.s(99), up.src, 12, 0, bytes(up), 0x14000000),
        )
