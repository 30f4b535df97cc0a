"""Destination NAT: addresses, ports, maps, both sides at once, hairpin, redirect, prefixes."""
from cases_nat.choice import choose
from cases_nat.common import Build, SPLIT, echo, listing, nat, send, there_and_back
from ctlab.case import case
from ctlab.peer import Tcp, close, exchange, handshake, ip_for
from scapy.layers.inet import ICMP, UDP
from scapy.packet import Raw

FROM = 'iifname "cli" '


def to(lab, dst, sport, dport, c=10, proto="udp", v=4, **kw):
    """A packet of client c to any address."""
    b = Build(lab, v, c)
    packet = (
        echo(b, sport)
        if proto == "echo"
        else b.tcp("S", sport, dport, **kw)
        if proto == "tcp"
        else b.udp(sport, dport)
    )
    packet.dst = dst
    return packet


@case(
    "nat-dnat",
    SPLIT,
    "dnat to an address: TCP, UDP, echo; the answer's source; another destination is not touched",
    rules=nat(pre=FROM + "ip daddr 10.2.0.77 dnat to 10.2.0.10"),
    v=4,
    public="10.2.0.77",
)
@case(
    "nat-dnat6",
    SPLIT,
    "dnat over IPv6",
    rules=nat(pre=FROM + "ip6 daddr fd00:2::77 dnat to fd00:2::10", family="ip6"),
    v=6,
    public="fd00:2::77",
)
@case(
    "nat-dnat-router",
    SPLIT,
    "dnat of the router's own address",
    rules=nat(pre=FROM + "ip daddr 10.1.0.1 dnat to 10.2.0.10"),
    v=4,
    public="10.1.0.1",
)
@case(
    "nat-dnat-inet",
    SPLIT,
    "dnat in a table inet with the family named",
    rules=nat(
        pre=FROM
        + "ip daddr 10.2.0.77 dnat ip to 10.2.0.10\n"
        + FROM
        + "ip6 daddr fd00:2::77 dnat ip6 to fd00:2::10",
        family="inet",
    ),
    v=4,
    public="10.2.0.77",
)
def plain(lab, v, public):
    there_and_back(lab, "tcp", to(lab, public, 30000, 80, proto="tcp", v=v, seq=1))
    there_and_back(lab, "udp", to(lab, public, 4000, 53, v=v))
    there_and_back(lab, "udp again", to(lab, public, 4000, 53, v=v))
    there_and_back(lab, "echo", to(lab, public, 77, 0, proto="echo", v=v))
    there_and_back(lab, "straight to the server", Build(lab, v).udp(4001, 53))
    there_and_back(
        lab, "straight to the server, the tuple of a translated one", Build(lab, v).udp(4002, 53)
    )
    listing(lab)


@case(
    "nat-dnat-nohost",
    SPLIT,
    "dnat to an address without a route, and to the client's own side",
    rules=nat(
        pre=FROM + "udp dport 53 dnat to 203.0.113.9\n" + FROM + "udp dport 54 dnat to 10.1.0.20"
    ),
)
def nohost(lab):
    send(lab, "no route after dnat", to(lab, lab.s(77), 4000, 53))
    there_and_back(lab, "back to the client's side", to(lab, lab.s(77), 4001, 54))
    listing(lab)


@case(
    "nat-dnat-clash",
    SPLIT,
    "dnat and a straight flow of the same client, port and server: whichever comes second gets another source port",
    replay="random",
    rules=nat(pre=FROM + "ip daddr 10.2.0.77 dnat to 10.2.0.10"),
)
def dnat_clash(lab):
    there_and_back(lab, "dnat first", to(lab, "10.2.0.77", 4000, 53))
    there_and_back(lab, "straight second", Build(lab).udp(4000, 53))
    there_and_back(lab, "straight first", Build(lab).udp(4001, 53))
    there_and_back(lab, "dnat second", to(lab, "10.2.0.77", 4001, 53))
    there_and_back(lab, "echo dnat first", to(lab, "10.2.0.77", 77, 0, proto="echo"))
    there_and_back(lab, "echo straight second", echo(Build(lab), 77))
    there_and_back(lab, "echo straight first", echo(Build(lab), 78))
    there_and_back(lab, "echo dnat second", to(lab, "10.2.0.77", 78, 0, proto="echo"))
    there_and_back(lab, "tcp straight first", Build(lab).tcp("S", 4001, 80))
    there_and_back(lab, "tcp dnat second", to(lab, "10.2.0.77", 4001, 80, proto="tcp"))
    listing(lab)


@case(
    "nat-dnat-port",
    SPLIT,
    "dnat to address and port; TCP, UDP; two public ports to one server port of one client port clash",
    replay="random",
    rules=nat(pre=FROM + "ip daddr 10.2.0.77 meta l4proto { tcp, udp } dnat to 10.2.0.10:8080"),
)
def port(lab):
    there_and_back(lab, "tcp", to(lab, "10.2.0.77", 30000, 80, proto="tcp", seq=1))
    there_and_back(lab, "udp", to(lab, "10.2.0.77", 4000, 53))
    there_and_back(
        lab, "udp to another public port, same source port", to(lab, "10.2.0.77", 4000, 54)
    )
    there_and_back(
        lab, "udp to another public port, other source port", to(lab, "10.2.0.77", 4001, 54)
    )
    listing(lab)


@case(
    "nat-dnat-ports",
    SPLIT,
    "dnat to a range of ports: which port, inside and outside the range, repeatedly, other clients, a clash",
    rules=nat(
        pre=FROM + "ip daddr 10.2.0.77 meta l4proto { tcp, udp } dnat to 10.2.0.10:8080-8089"
    ),
    flags="",
)
@case(
    "nat-dnat-ports-random",
    SPLIT,
    "dnat to a range of ports with random",
    replay="random",
    rules=nat(
        pre=FROM + "ip daddr 10.2.0.77 meta l4proto { tcp, udp } dnat to 10.2.0.10:8080-8089 random"
    ),
    flags="random",
)
def ports(lab, flags):
    seen = []
    for sport, dport, c in (
        (4000, 8080, 10),
        (4001, 8085, 10),
        (4002, 8089, 10),
        (4003, 53, 10),
        (4004, 53, 10),
        (4005, 54, 10),
        (4003, 53, 11),
        (4003, 54, 10),
        (4003, 55, 10),
    ):
        got = there_and_back(
            lab,
            "udp %d to %d of client %d" % (sport, dport, c),
            to(lab, "10.2.0.77", sport, dport, c),
        )
        seen.append(got.dport)
    there_and_back(lab, "tcp to 80", to(lab, "10.2.0.77", 4000, 80, proto="tcp"))
    lab.check("in the range", all(8080 <= p <= 8089 for p in seen))
    listing(lab)


@case(
    "nat-dnat-range",
    SPLIT,
    "dnat to a range of addresses: eight clients, two public addresses, two flows each",
    rules=nat(pre=FROM + "ip daddr { 10.2.0.77, 10.2.0.78 } dnat to 10.2.0.10-10.2.0.14"),
    v=4,
)
@case(
    "nat-dnat-range-persistent",
    SPLIT,
    "the same, persistent",
    rules=nat(
        pre=FROM + "ip daddr { 10.2.0.77, 10.2.0.78 } dnat to 10.2.0.10-10.2.0.14 persistent"
    ),
    v=4,
    persistent=True,
)
@case(
    "nat-dnat-range6",
    SPLIT,
    "the same over IPv6",
    rules=nat(
        pre=FROM + "ip6 daddr { fd00:2::77, fd00:2::78 } dnat to fd00:2::10-fd00:2::14",
        family="ip6",
    ),
    v=6,
)
def dnat_range(lab, v, persistent=False):
    number = wrong = 0
    for c in range(10, 18):
        for host in (77, 78):
            for dport in (53, 54):
                got = send(
                    lab,
                    "client %d to %d, port %d" % (c, host, dport),
                    to(lab, lab.s(host, v), 4000 + number, dport, c, v=v),
                    gap=0.012,
                )
                wrong += got[0].dst != choose(
                    lab.c(c, v), lab.s(host, v), lab.s(10, v), lab.s(14, v), persistent
                )
                number += 1
    lab.check("every choice as choice.py says", not wrong)
    listing(lab)


@case(
    "nat-both-range",
    SPLIT,
    "dnat to a range and snat to a range of one flow: the snat choice goes by the destination that dnat chose",
    rules=nat(
        pre=FROM + "ip daddr 10.2.0.77 dnat to 10.2.0.10-10.2.0.14",
        post='oifname "srv" snat to 10.2.0.60-10.2.0.64',
    ),
)
def both_range(lab):
    wrong = 0
    for c in range(10, 26):
        got = send(lab, "client %d" % c, to(lab, "10.2.0.77", 4000 + c, 53, c), gap=0.012)
        wrong += got[0].dst != choose(lab.c(c), "10.2.0.77", "10.2.0.10", "10.2.0.14") or got[
            0
        ].src != choose(lab.c(c), got[0].dst, "10.2.0.60", "10.2.0.64")
    lab.check("both choices as choice.py says", not wrong)
    listing(lab)


@case(
    "nat-dnat-map",
    SPLIT,
    "dnat to a map by port, by source, by address and port; no hit: not translated",
    rules="""table ip nat {
  map byport { type inet_service : ipv4_addr; elements = { 53 : 10.2.0.11, 80 : 10.2.0.12 } }
  map both { type inet_service : ipv4_addr . inet_service; elements = { 1000 : 10.2.0.13 . 2000, 1001 : 10.2.0.14 . 2001 } }
  map pair { type ipv4_addr . inet_service : ipv4_addr . inet_service; elements = { 10.2.0.78 . 53 : 10.2.0.15 . 5353 } }
  chain pre { type nat hook prerouting priority -100;
    ip daddr 10.2.0.77 dnat to udp dport map @byport
    ip daddr 10.2.0.77 dnat ip to udp dport map @both
    dnat ip to ip daddr . udp dport map @pair
    ip daddr 10.2.0.79 dnat to ip saddr map { 10.1.0.10 : 10.2.0.16, 10.1.0.11 : 10.2.0.17 }
  }
}
""",
)
def dnat_map(lab):
    for host, dport in (
        (77, 53),
        (77, 80),
        (77, 1000),
        (77, 1001),
        (77, 99),
        (78, 53),
        (78, 54),
        (79, 53),
    ):
        there_and_back(
            lab, "to %d, port %d" % (host, dport), to(lab, lab.s(host), 4000 + dport, dport)
        )
    there_and_back(lab, "client 11 to 79", to(lab, lab.s(79), 4000, 53, 11))
    there_and_back(lab, "client 12 to 79", to(lab, lab.s(79), 4000, 53, 12))
    listing(lab)


@case(
    "nat-dnat-numgen",
    SPLIT,
    "dnat to numgen inc mod 3 map: round robin over new connections, later packets do not turn it",
    rules=nat(
        pre=FROM
        + "ip daddr 10.2.0.77 dnat to numgen inc mod 3 map { 0 : 10.2.0.10, 1 : 10.2.0.11, 2 : 10.2.0.12 }"
    ),
)
def numgen(lab):
    for n in range(5):
        there_and_back(lab, "flow %d" % n, to(lab, "10.2.0.77", 4000 + n, 53))
        send(lab, "flow %d again" % n, to(lab, "10.2.0.77", 4000 + n, 53))
    listing(lab)


@case(
    "nat-both",
    SPLIT,
    "dnat and snat of one connection: TCP whole life, UDP, echo",
    rules=nat(
        pre=FROM + "ip daddr 10.2.0.77 dnat to 10.2.0.10", post='oifname "srv" snat to 10.2.0.60'
    ),
    v=4,
)
@case(
    "nat-both6",
    SPLIT,
    "the same over IPv6",
    rules=nat(
        pre=FROM + "ip6 daddr fd00:2::77 dnat to fd00:2::10",
        post='oifname "srv" snat to fd00:2::60',
        family="ip6",
    ),
    v=6,
)
def both(lab, v):
    public = lab.s(77, v)
    c, s = Tcp(lab.cli, lab.c(10, v), 40000, public, 80), Tcp(lab.srv, lab.s(10, v), 80, isn=5000)
    handshake(c, s)
    lab.note("server saw %s,%d" % (s.peer, s.peer_port))
    exchange(c, s, "hello")
    exchange(s, c, "world")
    lab.snap("established")
    close(c, s)
    there_and_back(lab, "udp", to(lab, public, 4000, 53, v=v))
    there_and_back(lab, "echo", to(lab, public, 77, 0, proto="echo", v=v))
    listing(lab)


HAIRPIN = nat(
    pre="ip daddr 10.2.0.77 dnat to 10.1.0.20",
    post='ip saddr 10.1.0.0/24 ip daddr 10.1.0.0/24 masquerade\noifname "srv" masquerade',
)


@case(
    "nat-hairpin",
    SPLIT,
    "hairpin: a client reaches a server on its own side by its public address; dnat and masquerade; the same from the other side; the server's own way out",
    rules=HAIRPIN,
)
def hairpin(lab):
    there_and_back(lab, "udp from inside", to(lab, "10.2.0.77", 4000, 53))
    there_and_back(lab, "tcp from inside", to(lab, "10.2.0.77", 30000, 80, proto="tcp", seq=1))
    there_and_back(lab, "echo from inside", to(lab, "10.2.0.77", 77, 0, proto="echo"))
    packet = Build(lab, 4, 20).udp(4001, 53)
    packet.dst = "10.2.0.77"
    there_and_back(lab, "the server to itself by the public address", packet)
    packet = Build(lab).udp(4002, 53, side="srv")
    packet.dst = "10.2.0.77"
    there_and_back(lab, "udp from outside", packet)
    listing(lab)


@case(
    "nat-hairpin-none",
    SPLIT,
    "hairpin without masquerade: the server's straight answer does not pass the router; one sent to the router is translated; redirects are off",
    rules=nat(pre="ip daddr 10.2.0.77 dnat to 10.1.0.20"),
)
def hairpin_none(lab):
    there_and_back(lab, "udp from inside", to(lab, "10.2.0.77", 4000, 53))
    listing(lab)


@case(
    "nat-redirect",
    SPLIT,
    "redirect to a port of the router without a listener: TCP gets RST, UDP port unreachable, with the first destination as source; to a range",
    rules=nat(
        pre=FROM
        + "udp dport 53 redirect to :5353\n"
        + FROM
        + "tcp dport 80 redirect to :8080\n"
        + FROM
        + "icmp type echo-request redirect\n"
        + FROM
        + "udp dport 54 redirect to :6000-6009\n"
        + FROM
        + "udp dport 55 redirect"
    ),
    v=4,
)
@case(
    "nat-redirect6",
    SPLIT,
    "the same over IPv6",
    rules=nat(
        pre=FROM
        + "udp dport 53 redirect to :5353\n"
        + FROM
        + "tcp dport 80 redirect to :8080\n"
        + FROM
        + "icmpv6 type echo-request redirect\n"
        + FROM
        + "udp dport 54 redirect to :6000-6009\n"
        + FROM
        + "udp dport 55 redirect",
        family="ip6",
    ),
    v=6,
)
def redirect(lab, v):
    for label, packet in (
        ("udp", Build(lab, v).udp(4000, 53)),
        ("tcp", Build(lab, v).tcp("S", 30000, 80, seq=1)),
        ("udp, range", Build(lab, v).udp(4001, 54)),
        ("udp, no port", Build(lab, v).udp(4002, 55)),
        ("echo", echo(Build(lab, v), 77)),
        ("udp, not redirected", Build(lab, v).udp(4003, 99)),
    ):
        if v == 6 or label != "echo":  # the router draws the id of its echo reply
            send(lab, label, packet)
    listing(lab)


@case(
    "nat-redirect-echo",
    SPLIT,
    "redirect of an echo request: the router answers with the first destination as source",
    replay="random",
    rules=nat(pre=FROM + "icmp type echo-request redirect"),
)
def redirect_echo(lab):
    send(lab, "echo", echo(Build(lab), 77))
    listing(lab)


@case(
    "nat-prefix",
    SPLIT,
    "netmap: snat ip prefix to a map of prefixes, dnat prefix the other way; addresses outside",
    rules="""table ip nat {
  chain post { type nat hook postrouting priority 100;
    oifname "srv" snat ip prefix to ip saddr map { 10.1.0.0/28 : 10.2.0.64/28, 10.1.0.32/27 : 10.2.0.96/27 }
  }
  chain pre { type nat hook prerouting priority -100;
    iifname "srv" dnat ip prefix to ip daddr map { 10.2.0.64/28 : 10.1.0.0/28, 10.2.0.96/27 : 10.1.0.32/27 }
  }
}
""",
)
@case(
    "nat-prefix-plain",
    SPLIT,
    "netmap without a map: snat and dnat to a prefix",
    rules=nat(
        post='oifname "srv" ip saddr 10.1.0.0/28 snat prefix to 10.2.0.64/28',
        pre='iifname "srv" ip daddr 10.2.0.64/28 dnat prefix to 10.1.0.0/28',
    ),
)
def prefix(lab):
    for c in (10, 11, 14, 15, 16, 40, 63):
        there_and_back(lab, "client %d" % c, Build(lab, 4, c).udp(4000, 53))
    for host in (74, 75, 108):
        packet = Build(lab).udp(5000, 53, side="srv")
        packet.dst = lab.s(host)
        there_and_back(lab, "from outside to %d" % host, packet)
    there_and_back(lab, "echo", echo(Build(lab, 4, 12), 77))
    listing(lab)


@case(
    "nat-prefix6",
    SPLIT,
    "netmap over IPv6",
    rules=nat(
        post='oifname "srv" ip6 saddr fd00:1::/112 snat prefix to fd00:2::9:0/112', family="ip6"
    ),
)
def prefix6(lab):
    for c in (10, 11, 99):
        there_and_back(lab, "client %d" % c, Build(lab, 6, c).udp(4000, 53))
    listing(lab)


@case(
    "nat-prefix-ports",
    SPLIT,
    "netmap, two clients of two prefixes that map to one: a clash of ports",
    replay="random",
    rules=nat(
        post='oifname "srv" ip saddr 10.1.0.0/28 snat prefix to 10.2.0.64/28\noifname "srv" ip saddr 10.1.0.16/28 snat prefix to 10.2.0.64/28'
    ),
)
def prefix_ports(lab):
    there_and_back(lab, "client 10", Build(lab, 4, 10).udp(4000, 53))
    got = there_and_back(lab, "client 26", Build(lab, 4, 26).udp(4000, 53))
    lab.check("another port", got.sport != 4000)
    listing(lab)


@case(
    "nat-dnat-late",
    SPLIT,
    "a connection picked up in its middle (no SYN seen) through dnat and snat; a SYN+ACK first; an answer whose connection is not known",
    rules=nat(
        pre=FROM + "ip daddr 10.2.0.77 dnat to 10.2.0.10", post='oifname "srv" snat to 10.2.0.60'
    ),
)
def late(lab):
    packet = Build(lab).tcp("PA", 40000, 80, b"middle", seq=100, ack=200)
    packet.dst = "10.2.0.77"
    there_and_back(lab, "data without a SYN", packet)
    packet = Build(lab).tcp("SA", 40001, 80, seq=100, ack=200)
    packet.dst = "10.2.0.77"
    send(lab, "SYN+ACK first (invalid)", packet)
    packet = Build(lab).tcp("FA", 40002, 80, seq=100, ack=200)
    packet.dst = "10.2.0.77"
    send(lab, "FIN first (invalid)", packet)
    send(
        lab,
        "answer without a connection",
        ip_for(lab.s(), "10.2.0.60", ttl=64, id=1) / UDP(sport=53, dport=4999) / Raw(b"x"),
    )
    send(
        lab,
        "echo reply without a request (invalid)",
        ip_for(lab.c(), "10.2.0.77", ttl=64, id=1) / ICMP(type=0, id=5, seq=1) / Raw(b"ping"),
    )
    listing(lab)
