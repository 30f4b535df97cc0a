"""Rules: sets, maps, chains, priorities, objects, limits, matches, packet changes."""
from cases_rules.common import Build, OPTIONS, TRACK, counted, probe, states, table
from ctlab.case import case
from ctlab.peer import Tcp, Udp, close, exchange, handshake
from ctlab.rules import firewall
from scapy.layers.inet import ICMP, IP, TCP, UDP, fragment
from scapy.layers.inet6 import (
    ICMPv6DestUnreach,
    ICMPv6EchoReply,
    ICMPv6EchoRequest,
    IPv6,
    IPv6ExtHdrDestOpt,
    IPv6ExtHdrFragment,
    IPv6ExtHdrHopByHop,
    IPv6ExtHdrRouting,
)
from scapy.packet import Raw

# -- sets ----------------------------------------------------------------------------------

SETS4 = """
  set hosts { type ipv4_addr; elements = { 10.1.0.10, 10.1.0.12, 10.2.0.99 } }
  set nets { type ipv4_addr; flags interval; elements = { 10.1.0.20-10.1.0.25, 10.1.0.32/29, 10.1.0.50 } }
  set ports { type inet_service; elements = { 53, 80, 1000 } }
  set portranges { type inet_service; flags interval; elements = { 100-200, 300, 5000-65535 } }
  set protos { type inet_proto; elements = { udp, 253 } }
  set marks { type mark; elements = { 0x7, 0x0000ff00 } }
  set names { type ifname; elements = { "cli", "eth9" } }
  set pairs { type ipv4_addr . inet_service; elements = { 10.1.0.10 . 53, 10.1.0.11 . 80 } }
  set wide { type ipv4_addr . inet_service; flags interval; elements = { 10.1.0.0/28 . 1000-2000, 10.1.0.64-10.1.0.70 . 53 } }
  set three { type ipv4_addr . inet_proto . inet_service; elements = { 10.1.0.10 . udp . 53, 10.1.0.10 . tcp . 80 } }
  set empty { type ipv4_addr; }
"""
SETRULES4 = """ct state new counter
ip saddr @hosts counter
ip saddr != @hosts counter
ip saddr @nets counter
ip saddr != @nets counter
udp dport @ports counter
th dport @portranges counter
meta l4proto @protos counter
ip saddr 10.1.0.10 meta mark set 0x7
meta mark @marks counter
iifname @names counter
oifname @names counter
ip saddr . udp dport @pairs counter
ip saddr . th dport @wide counter
ip saddr . meta l4proto . th dport @three counter
ip saddr @empty counter
ip saddr != @empty counter
ip saddr { 10.1.0.11, 10.1.0.12 } counter
ip saddr != { 10.1.0.11, 10.1.0.12 } counter
ip saddr 10.1.0.10-10.1.0.20 counter
ip saddr != 10.1.0.10-10.1.0.20 counter
ip saddr 10.1.0.32/27 counter
ip saddr != 10.1.0.32/27 counter
udp dport 50-60 counter
udp dport != 53 counter
udp dport { 50-60, 1000-1100 } counter
ip saddr . udp dport { 10.1.0.10 . 53, 10.1.0.20 . 1000 } counter
ct state { new, untracked } counter
iifname { "srv", "cli" } counter"""
SETS6 = """
  set hosts { type ipv6_addr; elements = { fd00:1::10, fd00:1::12 } }
  set nets { type ipv6_addr; flags interval; elements = { fd00:1::20-fd00:1::25, fd00:1::40/124, fd00:9::/32 } }
  set pairs { type ipv6_addr . inet_service; elements = { fd00:1::10 . 53, fd00:1::11 . 80 } }
  set wide { type ipv6_addr . inet_service; flags interval; elements = { fd00:1::/124 . 1000-2000, fd00:1::10-fd00:1::1f . 53 } }
"""
SETRULES6 = """ct state new counter
ip6 saddr @hosts counter
ip6 saddr != @hosts counter
ip6 saddr @nets counter
ip6 saddr . udp dport @pairs counter
ip6 saddr . th dport @wide counter
ip6 saddr { fd00:1::11, fd00:1::12 } counter
ip6 saddr fd00:1::10-fd00:1::20 counter
ip6 saddr fd00:1::40/122 counter
ip6 daddr != fd00:2::/64 counter
udp dport != 53 counter"""
INETRULES = """ip saddr @v4 counter
ip6 saddr @v6 counter
ip saddr != @v4 counter
ip6 saddr != @v6 counter
udp dport { 53, 80 } counter
meta nfproto ipv6 udp dport 53 counter
ip saddr . udp dport { 10.1.0.10 . 53 } counter
tcp dport 53 counter
meta l4proto . th dport { tcp . 53, udp . 80 } counter
ct state new counter"""


@case(
    "rules-sets-v4",
    "more",
    "named and anonymous sets, intervals, prefixes, negation, concatenations in table ip: counters only",
    rules=table(SETRULES4, "ip", pre=SETS4),
    v=4,
)
@case(
    "rules-sets-v6", "more", "the same in table ip6", rules=table(SETRULES6, "ip6", pre=SETS6), v=6
)
@case(
    "rules-sets-inet",
    "more",
    "sets of both families in table inet: a match of the other family breaks the rule, also when negated",
    rules=table(
        INETRULES,
        "inet",
        pre="  set v4 { type ipv4_addr; elements = { 10.1.0.10 } }\n  set v6 { type ipv6_addr; elements = { fd00:1::10 } }",
    ),
    v=0,
)
def sets(lab, v):
    for version in (v,) if v else (4, 6):
        b = Build(lab, version)
        for host, port in (
            (10, 53),
            (10, 80),
            (11, 80),
            (12, 1000),
            (13, 1500),
            (20, 53),
            (25, 55),
            (26, 300),
            (32, 200),
            (39, 201),
            (40, 5000),
            (50, 65535),
            (64, 53),
            (70, 53),
            (71, 53),
            (99, 9),
        ):
            probe(lab, "udp %d:%d" % (host, port), b.udp(5000, port, c=host), gap=0.012)
        for host, port in ((10, 80), (11, 53), (14, 5001)):
            probe(lab, "tcp %d:%d" % (host, port), b.tcp("S", 5000, port, c=host), gap=0.012)
        probe(
            lab,
            "253",
            b.ip(c=11, **({"proto": 253} if version == 4 else {"nh": 253})) / Raw(b"abcdefgh"),
        )
        probe(
            lab,
            "echo",
            b.ip(c=12)
            / (ICMP(type=8, id=53, seq=80) if version == 4 else ICMPv6EchoRequest(id=53, seq=80)),
        )


@case(
    "rules-set-timeout",
    "more",
    "set elements with timeouts: matched before, not after expiry",
    rules=table(
        "ct state new counter\nip saddr @short counter\nip saddr @long counter",
        "ip",
        pre="  set short { type ipv4_addr; flags timeout; timeout 1500ms; elements = { 10.1.0.10, 10.1.0.11 timeout 1h } }\n"
        "  set long { type ipv4_addr; flags timeout; elements = { 10.1.0.10 timeout 2s, 10.1.0.11 } }",
    ),
)
def set_timeout(lab):
    b = Build(lab)
    for host in (10, 11):
        probe(lab, "early %d" % host, b.udp(5000, 53, c=host))
    lab.wait(2.6)
    for host in (10, 11):
        probe(lab, "late %d" % host, b.udp(5001, 53, c=host))


@case(
    "rules-set-dynamic",
    "more",
    "elements added by packets: add keeps the first timeout, update renews it; delete; a set that is full",
    rules=table(
        "ct state new counter\nudp dport 1 add @seen { ip saddr timeout 1s } counter\nudp dport 2 update @seen { ip saddr timeout 1s } counter\n"
        "udp dport 3 ip saddr @seen counter\nudp dport 4 delete @seen { ip saddr } counter\nudp dport 5 add @small { ip saddr } counter\nudp dport 6 ip saddr @small counter",
        "ip",
        pre="  set seen { type ipv4_addr; size 128; flags dynamic,timeout; }\n  set small { type ipv4_addr; size 2; flags dynamic; }",
    ),
)
def set_dynamic(lab):
    b = Build(lab)
    steps = [
        (0, 10, 3),
        (0, 10, 1),
        (0, 10, 3),
        (0, 11, 2),
        (0.6, 10, 1),
        (0, 11, 2),
        (0, 10, 3),
        (0.6, 10, 3),
        (0, 11, 3),
        (0, 11, 4),
        (0, 11, 3),
        (0, 11, 4),
        (0, 10, 5),
        (0, 10, 5),
        (0, 11, 5),
        (0, 12, 5),
        (0, 10, 6),
        (0, 11, 6),
        (0, 12, 6),
    ]
    for i, (wait, host, port) in enumerate(steps):
        lab.wait(wait)
        probe(lab, "%d host %d dport %d" % (i, host, port), b.udp(5000, port, c=host))


@case(
    "rules-set-counter",
    "more",
    "a set whose elements have counters (one element each)",
    rules=table(
        "ct state new counter\nip saddr @one counter\nudp dport @two counter",
        "ip",
        pre="  set one { type ipv4_addr; counter; elements = { 10.1.0.10 } }\n  set two { type inet_service; flags interval; counter; elements = { 50-60 } }",
    ),
)
def set_counter(lab):
    b = Build(lab)
    for host, port in ((10, 53), (10, 80), (11, 53), (10, 60), (12, 70)):
        probe(lab, "udp %d:%d" % (host, port), b.udp(5000, port, c=host))


MAPS = """
  map marks { type inet_service : mark; elements = { 53 : 0x35, 80 : 0x50 } }
  map verdicts { type inet_service : verdict; elements = { 2000 : drop, 2001 : accept, 2002 : jump other, 2003 : goto other } }
  map nets { type ipv4_addr : mark; flags interval; elements = { 10.1.0.0/28 : 0x1, 10.1.0.16/28 : 0x2, 10.1.0.32-10.1.0.40 : 0x3 } }
  map pairs { type ipv4_addr . inet_service : mark; elements = { 10.1.0.10 . 53 : 0x100, 10.1.0.11 . 80 : 0x200 } }
  map pairv { type ipv4_addr . inet_service : verdict; elements = { 10.1.0.10 . 3000 : drop, 10.1.0.11 . 3000 : accept } }
  chain other { counter
    th dport 2002 return
    th dport 3001 drop
  }
  chain ftp { counter
  }
"""
MAPRULES = """ct state vmap { invalid : drop, established : accept, related : accept }
meta mark set th dport map { 21 : 0x15, 53 : 0x5, 1000-2000 : 0x99 }
meta mark 0x15 counter
meta mark 0x5 counter
meta mark 0x99 counter
meta mark 0 counter
meta mark set th dport map @marks
meta mark 0x35 counter
meta mark 0x50 counter
ct mark set ip saddr map @nets
ct mark 0x1 counter
ct mark 0x2 counter
ct mark 0x3 counter
meta mark set ip saddr . th dport map @pairs
meta mark 0x100 counter
th dport vmap { 21 : jump ftp, 80 : accept, 81-90 : drop }
counter
th dport vmap @verdicts
counter
ip saddr . th dport vmap @pairv
counter
iifname vmap { "srv" : drop, "cli" : goto other }
counter"""


@case(
    "rules-maps",
    "more",
    "maps and verdict maps, anonymous and named, intervals, concatenations; a key that is not in the map breaks the rule",
    rules=table(MAPRULES, "ip", pre=MAPS),
)
def maps(lab):
    b = Build(lab)
    for host, port in (
        (10, 53),
        (10, 21),
        (11, 80),
        (16, 85),
        (33, 1500),
        (50, 2000),
        (10, 2001),
        (10, 2002),
        (10, 2003),
        (10, 3000),
        (11, 3000),
        (12, 3000),
        (13, 3001),
    ):
        probe(lab, "udp %d:%d" % (host, port), b.udp(5000, port, c=host))
        probe(lab, "tcp %d:%d" % (host, port), b.tcp("S", 5000, port, c=host))
    probe(lab, "answer", b.udp(53, 5000, b"a", "srv", c=10))
    probe(lab, "from srv", b.udp(5000, 999, b"a", "srv", c=11))
    lab.snap("after")


# -- chains --------------------------------------------------------------------------------

CHAINS = """table ip t {
  chain a { counter
    udp dport 1 accept
    udp dport 2 drop
    udp dport 3 return
    udp dport 4 jump b
    udp dport 5 goto b
    udp dport 11 goto c
    counter
  }
  chain b { counter
    udp dport 6 return
    udp dport 7 drop
    udp dport 8 jump c
    counter
  }
  chain c { counter
    udp dport 8 continue
    udp dport 11 return
  }
  chain forward {
    type filter hook forward priority 0; policy %s;
    ct state new counter
    udp dport 1-5 jump a
    counter
    udp dport 6-9 goto b
    counter
    udp dport 10 counter return
    udp dport 11 counter jump a
    udp dport 12 accept
    counter
  }
}
"""


@case(
    "rules-chains",
    "more",
    "jump, goto, return, continue, end of a chain; policy accept",
    rules=CHAINS % "accept",
)
@case(
    "rules-chains-drop",
    "more",
    "the same with policy drop: what falls out of a goto chain or returns from the base chain gets the policy",
    rules=CHAINS % "drop",
)
def chains(lab):
    b = Build(lab)
    for port in range(1, 14):
        probe(lab, "udp %d" % port, b.udp(5000, port))


PRIORITIES = """table inet one {
  chain first {
    type filter hook forward priority -200; policy accept;
    udp dport 1 counter drop
    udp dport 2 counter accept
    counter
    udp dport 6 meta mark set 0x1
  }
  chain third {
    type filter hook forward priority filter; policy accept;
    udp dport 2 counter drop
    udp dport 3 counter accept
    counter
    udp dport 6 meta mark 0x1 meta mark set 0x2
  }
  chain fourth {
    type filter hook forward priority filter + 10; policy accept;
    udp dport 3 counter drop
    ct state new counter
    udp dport 6 meta mark 0x2 counter
    meta mark set 0
  }
}
table ip two {
  chain second {
    type filter hook forward priority mangle; policy accept;
    udp dport 4 counter drop
    counter
    udp dport 6 meta mark 0x1 counter
  }
  chain last {
    type filter hook forward priority security; policy drop;
    udp dport 5 counter drop
    counter
    udp dport 1-9 counter accept
  }
  chain same {
    type filter hook forward priority filter; policy accept;
    udp dport 6 meta mark 0x2 counter
  }
}
table ip zero {
  chain same {
    type filter hook forward priority filter; policy accept;
    udp dport 6 meta mark 0x2 counter
  }
  chain pre {
    type filter hook prerouting priority raw; policy accept;
    udp dport 7 counter drop
  }
  chain post {
    type filter hook postrouting priority 100; policy accept;
    udp dport 8 counter drop
    oifname "srv" counter
  }
}
"""


@case(
    "rules-priorities",
    "more",
    "base chains of several tables at many priorities on one hook: accept goes on to the next, drop is final; equal priorities in the order of making; drop in prerouting and postrouting (no entry)",
    rules=PRIORITIES,
)
def priorities(lab):
    b = Build(lab)
    for port in range(1, 11):
        probe(lab, "udp %d" % port, b.udp(5000, port))
    lab.snap("after")


HOOKS = """table inet t {
  chain pre {
    type filter hook prerouting priority -300; policy accept;
    ip protocol udp counter
    iifname "cli" udp dport 53 counter
    oifname "srv" udp dport 53 counter
  }
  chain ctprio {
    type filter hook prerouting priority -200; policy accept;
    ip protocol udp ct state invalid counter
    ip protocol udp ct state new,established counter
  }
  chain pre2 {
    type filter hook prerouting priority 0; policy accept;
    udp dport 53 ct state new counter
    udp sport 53 ct state established counter
    ip protocol udp ct status confirmed counter
    fib daddr type local udp dport 53 counter
  }
  chain fo {
    type filter hook forward priority 0; policy accept;
    iifname "cli" oifname "srv" counter
    iif "cli" oif "srv" counter
    iifname "srv" counter
    iifname "c*" counter
    iifname != "cli" counter
    ip protocol udp ct status confirmed counter
  }
  chain inp {
    type filter hook input priority 0; policy accept;
    ip protocol udp counter drop
  }
  chain post {
    type filter hook postrouting priority 0; policy accept;
    ip protocol udp counter
    iifname "cli" udp dport 53 counter
    oifname "srv" udp dport 53 counter
    ip protocol udp ct status confirmed counter
  }
  chain post2 {
    type filter hook postrouting priority 2147483647; policy accept;
    ip protocol udp ct status confirmed counter
  }
}
"""


@case(
    "rules-hooks",
    "more",
    "what the hooks see: interfaces, confirmation at the end of postrouting; UDP to the router itself counted and dropped in input (not confirmed)",
    rules=HOOKS,
)
def hooks(lab):
    b = Build(lab)
    probe(lab, "query", b.udp(5000, 53))
    probe(lab, "answer", b.udp(53, 5000, b"a", "srv"))
    probe(lab, "query 2", b.udp(5000, 53))
    probe(lab, "to the router", b.udp(5000, 53, s=1))
    lab.snap("after")


# -- objects and limits ----------------------------------------------------------------------


@case(
    "rules-objects",
    "more",
    "named counters, quotas (until, over) in rules and as objects",
    rules=table(
        "ct state new counter\nudp dport 1 counter name web\nudp dport 1-2 counter name web counter\nudp dport 3 quota 100 bytes counter\nudp dport 3 quota over 100 bytes counter\n"
        "udp dport 4 quota name q counter accept\nudp dport 4 counter drop\nudp dport 5 quota name qo counter drop\ncounter name map_ udp dport 6",
        "ip",
        pre="  counter web { }\n  counter map_ { packets 5 bytes 500 }\n  quota q { 150 bytes }\n  quota qo { over 150 bytes }",
    ).replace("counter name map_ udp dport 6", 'udp dport 6 counter name "map_"'),
)
def objects(lab):
    b = Build(lab)
    for port, count in ((1, 2), (2, 1), (3, 4), (4, 4), (5, 4), (6, 2)):
        for i in range(count):
            probe(lab, "udp %d, %d" % (port, i), b.udp(5000, port, b"x" * 22))


LIMITS = """ct state new counter
udp dport 1 limit rate 2/second burst 3 packets counter accept
udp dport 1 counter drop
udp dport 2 limit rate over 2/second burst 3 packets counter drop
udp dport 2 counter accept
udp dport 3 limit rate 500 bytes/second burst 300 bytes counter accept
udp dport 3 counter drop
udp dport 4 limit rate over 500 bytes/second burst 300 bytes counter drop
udp dport 4 counter accept
udp dport 5 limit name lim counter accept
udp dport 5 counter drop
udp dport 6 limit rate 2/second counter accept
udp dport 6 counter drop
udp dport 7 limit rate 30/minute burst 2 packets counter accept
udp dport 7 counter drop"""


@case(
    "rules-limits",
    "more",
    "limit and limit over, packets and bytes (the byte bucket holds rate + burst), named limit, default burst",
    rules=table(LIMITS, "ip", pre="  limit lim { rate 2/second burst 1 packets }"),
)
def limits(lab):
    b = Build(lab)
    for port, count, wait, again in (
        (1, 6, 0.62, 3),
        (2, 6, 0.62, 3),
        (3, 7, 0.5, 3),
        (4, 7, 0.5, 3),
        (5, 4, 0.62, 3),
        (6, 8, 0, 0),
        (7, 4, 0, 0),
    ):
        for i in range(count):
            probe(
                lab,
                "udp %d, %d" % (port, i),
                b.udp(5000, port, b"x" * (122 if port in (3, 4) else 22)),
                gap=0.012,
            )
        lab.wait(wait)
        for i in range(again):
            probe(
                lab,
                "udp %d, later %d" % (port, i),
                b.udp(5000, port, b"x" * (122 if port in (3, 4) else 22)),
                gap=0.012,
            )


@case(
    "rules-log",
    "more",
    "log prefix, level and flags: the kernel's lines in klog",
    klog=r"^(plain: |flags: |tcp: |mark |other )?IN=cli OUT=srv",
    rules=table(
        'ct state new counter\nudp dport 1 log prefix "plain: " counter\nudp dport 2 log level debug prefix "flags: " flags all counter\ntcp dport 3 log counter\n'
        'tcp dport 4 log prefix "tcp: " flags tcp sequence,options flags ip options drop\nmeta l4proto { icmp, ipv6-icmp, 253 } log prefix "other " counter\nudp dport 6 meta mark set 0x55 log prefix "mark " counter'
    ),
)
def log(lab):
    for v in (4, 6):
        b = Build(lab, v)
        probe(lab, "v%d udp 1" % v, b.udp(5000, 1, b"x"))
        probe(lab, "v%d udp 2" % v, b.udp(5000, 2, b"xyz", ipf={"tos": 0x10}))
        probe(lab, "v%d tcp 3" % v, b.tcp("S", 5000, 3, options=OPTIONS, seq=77))
        probe(lab, "v%d tcp 4" % v, b.tcp("PA", 5000, 4, b"data", options=OPTIONS, seq=77, ack=99))
        probe(lab, "v%d tcp 4 urg" % v, b.tcp("SECUF", 5000, 4, b"data", seq=77, urgptr=3))
        probe(lab, "v%d udp 6" % v, b.udp(5000, 6, b"x"))
        if v == 4:
            probe(lab, "v4 echo", b.ip(flags="DF") / ICMP(type=8, id=1, seq=2))
            probe(
                lab,
                "v4 error",
                b.ip()
                / ICMP(type=3, code=3)
                / Raw(
                    bytes(IP(src=lab.s(), dst=lab.c(), id=9) / UDP(sport=1, dport=5000) / Raw(b"x"))
                ),
            )
            probe(lab, "v4 253", b.ip(proto=253) / Raw(b"abcd"))
            for i, p in enumerate(fragment(b.udp(5000, 1, b"f" * 100), 80)):
                probe(lab, "v4 fragment %d" % i, p)
        else:
            probe(lab, "v6 echo", b.ip() / ICMPv6EchoRequest(id=1, seq=2))
            probe(
                lab,
                "v6 error",
                b.ip()
                / ICMPv6DestUnreach(code=4)
                / Raw(
                    bytes(
                        IPv6(src=lab.s(10, 6), dst=lab.c(10, 6))
                        / UDP(sport=1, dport=5000)
                        / Raw(b"x")
                    )
                ),
            )
            probe(
                lab,
                "v6 hopopt",
                b.ip() / IPv6ExtHdrHopByHop() / UDP(sport=5000, dport=1) / Raw(b"x"),
            )


# -- matches ---------------------------------------------------------------------------------

META = [
    "meta l4proto udp",
    "meta l4proto { tcp, 253 }",
    "meta l4proto != udp",
    "meta nfproto ipv4",
    "meta nfproto ipv6",
    "meta protocol ip",
    "meta protocol ip6",
    "meta length 29",
    "meta length > 60",
    "meta length 40-60",
    'meta iif "cli"',
    'meta oif "srv"',
    'meta iif != "cli"',
    "meta mark 0",
    "meta mark != 0",
    "meta pkttype host",
    "meta pkttype unicast",
    'meta iifname "cl*"',
    "meta oiftype ether",
    "ether saddr 02:00:00:00:01:02",
    "ether daddr 02:00:00:00:02:01",
    "ether type ip6",
    'meta hour "00:00"-"23:59"',
    "meta l4proto 58",
    "meta mark & 0xff == 0",
]


@case(
    "rules-match-meta",
    "more",
    "meta matches, both families",
    rules=table(counted(["ct state new"] + [m for m in META if "hour" not in m])),
)
def match_meta(lab):
    for v in (4, 6):
        b = Build(lab, v)
        probe(lab, "v%d udp" % v, b.udp(5000, 53, b"x"))
        probe(lab, "v%d tcp" % v, b.tcp("S", 5000, 80, options=OPTIONS))
        probe(
            lab, "v%d 253" % v, b.ip(**({"proto": 253} if v == 4 else {"nh": 253})) / Raw(b"abcd")
        )
        probe(lab, "v%d answer" % v, b.udp(53, 5000, b"y" * 40, "srv"))
        probe(lab, "v%d echo" % v, b.ip() / (ICMP(type=8) if v == 4 else ICMPv6EchoRequest()))


IPM = [
    "ip saddr 10.1.0.10",
    "ip saddr != 10.1.0.10",
    "ip daddr 10.2.0.0/24",
    "ip saddr & 0.0.0.255 == 0.0.0.10",
    "ip protocol udp",
    "ip protocol != udp",
    "ip protocol { tcp, 253 }",
    "ip ttl 63",
    "ip ttl 64",
    "ip ttl < 10",
    "ip ttl > 100",
    "ip dscp ef",
    "ip dscp 0x04",
    "ip dscp { cs1, af11 }",
    "ip ecn ce",
    "ip ecn not-ect",
    "ip length 29",
    "ip length >= 48",
    "ip id 4369",
    "ip id 0",
    "ip frag-off 0",
    "ip frag-off & 0x4000 != 0",
    "ip frag-off & 0x3fff != 0",
    "ip frag-off & 0x1fff == 0",
    "ip version 4",
    "ip hdrlength 5",
    "ip hdrlength > 5",
    "ip checksum != 0",
    "ip saddr . ip daddr { 10.1.0.10 . 10.2.0.10 }",
    "@nh,72,8 0x11",
    "@th,16,16 53",
    "@th,0,16 5000",
    "@nh,0,4 0x4",
    "@th,64,8 0x78",
    "@ll,0,16 0x0200",
]


@case(
    "rules-match-ip",
    "more",
    "IPv4 header matches in forward (after defragmentation)",
    rules=table(counted(["ct state new"] + IPM), "ip"),
)
@case(
    "rules-match-ip-raw",
    "more",
    "IPv4 header matches before defragmentation and tracking (prerouting, priority -500)",
    rules=table(counted(IPM), "ip", "prerouting", "-500", name="raw") + TRACK,
)
def match_ip(lab):
    b = Build(lab)
    from scapy.layers.inet import IPOption_NOP

    probe(lab, "udp", b.udp(5000, 53, b"x"))
    probe(lab, "udp other host", b.udp(5000, 53, b"x", c=11))
    probe(lab, "tcp", b.tcp("S", 5000, 53, options=OPTIONS))
    probe(lab, "253", b.ip(proto=253) / Raw(b"\x13\x88\x00\x35abcdefgh"))
    for tos in (0xB8, 0x10, 0x20, 0x28, 0x03, 0x02):
        probe(lab, "tos %#x" % tos, b.udp(5000, 53, b"y", ipf={"tos": tos}))
    for ttl in (2, 5, 65, 200):
        probe(lab, "ttl %d" % ttl, b.udp(5000, 53, b"y", ipf={"ttl": ttl}))
    probe(lab, "df id0", b.udp(5000, 53, b"y", ipf={"flags": "DF", "id": 0}))
    probe(lab, "options", b.udp(5000, 53, b"y", ipf={"options": [IPOption_NOP()] * 4}))
    for i, part in enumerate(fragment(b.udp(5000, 53, b"f" * 100, ipf={"id": 7}), 56)):
        probe(lab, "fragment %d" % i, part)


IP6M = [
    "ip6 saddr fd00:1::10",
    "ip6 saddr != fd00:1::10",
    "ip6 daddr fd00:2::/64",
    "ip6 nexthdr udp",
    "ip6 nexthdr != udp",
    "ip6 nexthdr { 0, 44, 60 }",
    "meta l4proto udp",
    "ip6 hoplimit 63",
    "ip6 hoplimit 64",
    "ip6 hoplimit < 10",
    "ip6 dscp ef",
    "ip6 dscp 0x04",
    "ip6 ecn ce",
    "ip6 flowlabel 0x12345",
    "ip6 flowlabel 0",
    "ip6 length 9",
    "ip6 length > 20",
    "ip6 version 6",
    "exthdr hbh exists",
    "exthdr frag exists",
    "exthdr dst exists",
    "exthdr rt missing",
    "frag more-fragments 1",
    "frag frag-off 0",
    "frag id 99",
    "frag nexthdr udp",
    "hbh nexthdr 17",
    "dst nexthdr 17",
    "rt type 0",
    "udp dport 53",
    "@th,16,16 53",
    "@nh,48,8 17",
]


@case(
    "rules-match-ip6",
    "more",
    "IPv6 header and extension header matches in forward",
    rules=table(counted(["ct state new"] + IP6M), "ip6"),
)
@case(
    "rules-match-ip6-raw",
    "more",
    "the same before defragmentation and tracking",
    rules=table(
        "icmpv6 type { mld2-listener-report, nd-router-solicit, nd-neighbor-solicit } accept\n"
        + counted(IP6M),
        "ip6",
        "prerouting",
        "-500",
        name="raw",
    )
    + TRACK,
)
def match_ip6(lab):
    b = Build(lab, 6)
    udp = UDP(sport=5000, dport=53) / Raw(b"x")
    probe(lab, "udp", b.udp(5000, 53, b"x"))
    probe(lab, "udp other host", b.udp(5000, 53, b"x", c=11))
    probe(lab, "tcp", b.tcp("S", 5000, 53, options=OPTIONS))
    for tc in (0xB8, 0x10, 0x03):
        probe(lab, "tc %#x" % tc, b.udp(5000, 53, b"y", ipf={"tos": tc}))
    for hop in (2, 5, 65):
        probe(lab, "hop limit %d" % hop, b.udp(5000, 53, b"y", ipf={"ttl": hop}))
    probe(lab, "flow label", b.ip(fl=0x12345) / udp)
    probe(lab, "hop-by-hop", b.ip() / IPv6ExtHdrHopByHop() / udp)
    probe(lab, "destination options", b.ip() / IPv6ExtHdrDestOpt() / udp)
    probe(lab, "both", b.ip() / IPv6ExtHdrHopByHop() / IPv6ExtHdrDestOpt() / udp)
    probe(lab, "routing", b.ip() / IPv6ExtHdrRouting(addresses=[], segleft=0) / udp)
    whole = bytes(b.udp(5000, 53, b"f" * 100))[40:]
    for i, (a, e) in enumerate(((0, 56), (56, 108))):
        probe(
            lab,
            "fragment %d" % i,
            b.ip()
            / IPv6ExtHdrFragment(nh=17, offset=a // 8, m=int(e < 108), id=99)
            / Raw(whole[a:e]),
        )
    probe(
        lab,
        "atomic fragment",
        b.ip() / IPv6ExtHdrFragment(nh=17, offset=0, m=0, id=99) / Raw(whole),
    )


TCPM = [
    "tcp sport 5000",
    "tcp dport 80",
    "tcp dport != 80",
    "tcp dport { 80, 443 }",
    "tcp flags syn",
    "tcp flags == syn",
    "tcp flags != syn",
    "tcp flags & (fin|syn|rst|ack) == syn",
    "tcp flags & syn == syn",
    "tcp flags & (syn|ack) == (syn|ack)",
    "tcp flags syn / syn,ack",
    "tcp flags fin,rst",
    "tcp flags & (fin|rst) != 0",
    "tcp flags & (ecn|cwr) == (ecn|cwr)",
    "tcp flags { syn, syn | ack }",
    "tcp flags urg",
    "tcp flags == 0x0",
    "tcp sequence 1000",
    "tcp sequence > 2000",
    "tcp ackseq 5001",
    "tcp window 64240",
    "tcp window < 1000",
    "tcp urgptr 0",
    "tcp doff 5",
    "tcp doff > 5",
    "tcp checksum != 0",
    "tcp option maxseg size 1400",
    "tcp option maxseg size < 1400",
    "tcp option maxseg exists",
    "tcp option window count 7",
    "tcp option sack-perm exists",
    "tcp option timestamp exists",
    "tcp option timestamp tsval 1",
    "tcp option sack left 100",
    "tcp option 8 exists",
    "tcp option nop missing",
    "@th,32,32 1000",
    "@th,104,8 2",
    "th dport 80",
    "th sport 1-1023",
]


@case(
    "rules-match-tcp",
    "more",
    "TCP header and option matches, both families",
    rules=table(counted(["ct state new", "ct state invalid", "ct state established"] + TCPM)),
)
def match_tcp(lab):
    for v in (4, 6):
        b = Build(lab, v)
        probe(lab, "v%d syn" % v, b.tcp("S", 5000, 80, options=OPTIONS, seq=1000, window=64240))
        probe(
            lab,
            "v%d synack" % v,
            b.tcp(
                "SA", 80, 5000, b"", "srv", options=[("MSS", 536)], seq=5000, ack=1001, window=500
            ),
        )
        probe(lab, "v%d ack" % v, b.tcp("A", 5000, 80, seq=1001, ack=5001, window=500))
        probe(
            lab,
            "v%d data" % v,
            b.tcp(
                "PA",
                5000,
                80,
                b"hello",
                seq=1001,
                ack=5001,
                window=500,
                options=[("NOP", None), ("NOP", None), ("Timestamp", (1, 2))],
            ),
        )
        probe(
            lab,
            "v%d sack" % v,
            b.tcp(
                "A",
                80,
                5000,
                b"",
                "srv",
                seq=5001,
                ack=1001,
                window=500,
                options=[("NOP", None), ("NOP", None), ("SAck", (100, 200))],
            ),
        )
        probe(
            lab,
            "v%d ecn syn" % v,
            b.tcp("SEC", 5001, 443, options=[("MSS", 1460)], seq=3000, window=100),
        )
        probe(lab, "v%d null" % v, b.tcp("", 5002, 81, seq=3000))
        probe(lab, "v%d fin" % v, b.tcp("FA", 5003, 80, seq=2001, ack=1))
        probe(lab, "v%d rst" % v, b.tcp("R", 5003, 80, seq=2002))
        probe(lab, "v%d urg" % v, b.tcp("UA", 5004, 80, b"u", seq=1, ack=1, urgptr=1))
        probe(lab, "v%d udp" % v, b.udp(5000, 80))


UDPM = [
    "udp sport 5000",
    "udp dport 53",
    "udp length 9",
    "udp length > 20",
    "udp checksum 0",
    "th dport 53",
    "tcp dport 53",
    "@th,48,16 0",
    "@th,64,32 0x61626364",
    "icmp type echo-request",
    "icmp type { echo-reply, destination-unreachable }",
    "icmp type != echo-request",
    "icmp code 3",
    "icmp code port-unreachable",
    "icmp id 7",
    "icmp sequence 9",
    "icmp mtu 1400",
    "icmp gateway 167837697",
    "icmpv6 type echo-request",
    "icmpv6 type { echo-reply, destination-unreachable }",
    "icmpv6 code 4",
    "icmpv6 id 7",
    "icmpv6 sequence 9",
    "icmpv6 mtu 1400",
    "icmpv6 type != echo-reply",
    "icmp type timestamp-request",
]


@case(
    "rules-match-udp-icmp",
    "more",
    "UDP, ICMP and ICMPv6 header matches",
    rules=table(
        counted(
            ["ct state new", "ct state invalid", "ct state established", "ct state related"] + UDPM
        )
    ),
)
def match_udp(lab):
    for v in (4, 6):
        b = Build(lab, v)
        probe(lab, "v%d udp" % v, b.udp(5000, 53, b"x"))
        probe(lab, "v%d udp long" % v, b.udp(5000, 54, b"abcd" * 10))
        if v == 4:
            probe(lab, "v4 udp no checksum", b.udp(5000, 53, b"x", chksum=0))
            probe(lab, "v4 echo", b.ip() / ICMP(type=8, id=7, seq=9))
            probe(lab, "v4 echo 2", b.ip() / ICMP(type=8, id=8, seq=9))
            probe(lab, "v4 reply", b.ip("srv") / ICMP(type=0, id=7, seq=9))
            probe(
                lab, "v4 timestamp", b.ip() / ICMP(type=13, id=7, seq=9, ts_ori=1, ts_rx=0, ts_tx=0)
            )
            quoted = bytes(b.udp(5000, 53, b"x"))
            probe(lab, "v4 unreachable", b.ip("srv") / ICMP(type=3, code=3) / Raw(quoted))
            probe(
                lab,
                "v4 frag needed",
                b.ip("srv") / ICMP(type=3, code=4, nexthopmtu=1400) / Raw(quoted),
            )
            probe(
                lab, "v4 redirect", b.ip("srv") / ICMP(type=5, code=1, gw="10.1.0.1") / Raw(quoted)
            )
        else:
            probe(lab, "v6 echo", b.ip() / ICMPv6EchoRequest(id=7, seq=9))
            probe(lab, "v6 reply", b.ip("srv") / ICMPv6EchoReply(id=7, seq=9))
            quoted = bytes(b.udp(5000, 53, b"x"))
            probe(lab, "v6 unreachable", b.ip("srv") / ICMPv6DestUnreach(code=4) / Raw(quoted))


CTM = [
    "ct state new",
    "ct state established",
    "ct state related",
    "ct state invalid",
    "ct state untracked",
    "ct state established,related",
    "ct state != new",
    "ct state new,established",
    "ct direction original",
    "ct direction reply",
    "ct status seen-reply",
    "ct status assured",
    "ct status confirmed",
    "ct status expected",
    "ct status snat",
    "ct status dnat",
    "ct status dying",
    "ct status != confirmed",
    "ct status 0",
    "ct status seen-reply,assured",
    "ct status & (seen-reply|assured) == (seen-reply|assured)",
    "ct status & confirmed == 0",
    "ct mark 0",
    "ct mark != 0",
    "ct mark & 0x1 == 0x1",
    "ct l3proto ipv4",
    "ct l3proto ipv6",
    "ct protocol tcp",
    "ct protocol udp",
    "ct zone 0",
    "ct original zone 0",
    "ct original ip saddr 10.1.0.10",
    "ct reply ip saddr 10.2.0.10",
    "ct original ip daddr 10.2.0.0/24",
    "ct reply ip daddr 10.1.0.10",
    "ct original ip6 saddr fd00:1::10",
    "ct reply ip6 daddr fd00:1::/64",
    "meta l4proto tcp ct original proto-src 5000",
    "meta l4proto udp ct original proto-src 5000",
    "meta l4proto tcp ct original proto-dst 80",
    "meta l4proto udp ct original proto-dst 80",
    "meta l4proto tcp ct reply proto-src 80",
    "meta l4proto udp ct reply proto-src 80",
    "meta l4proto tcp ct reply proto-dst 5000",
    "meta l4proto udp ct reply proto-dst 5000",
    'ct helper "ftp"',
    "ct expiration > 100s",
    "ct expiration 20s-40s",
    "ct expiration > 4d",
]
CTB = [
    "ct original packets 1",
    "ct original packets > 2",
    "ct reply packets 1",
    "ct reply packets > 0",
    "ct packets > 3",
    "ct original bytes > 100",
    "ct bytes > 200",
    "ct reply bytes < 100",
    "ct original avgpkt > 45",
    "ct avgpkt < 45",
    "ct reply avgpkt 44",
]


@case(
    "rules-match-ct",
    "more",
    "ct matches over a TCP connection, UDP, an error and a stray segment; IPv4 and IPv6 (direction, status, expiration, tuples, bytes, packets)",
    rules=table(counted(CTM + CTB)),
)
def match_ct(lab):
    for v in (4, 6):
        b = Build(lab, v)
        c = Tcp(lab.cli, lab.c(10, v), 5000, lab.s(10, v), 80)
        s = Tcp(lab.srv, lab.s(10, v), 80, lab.c(10, v), 5000, isn=9)
        handshake(c, s)
        exchange(c, s, "hello")
        exchange(s, c, "answer" * 10)
        lab.cli.flush()
        lab.srv.flush()
        probe(lab, "v%d udp" % v, b.udp(5000, 80, b"x"))
        probe(lab, "v%d udp answer" % v, b.udp(80, 5000, b"y", "srv"))
        probe(lab, "v%d udp again" % v, b.udp(5000, 80, b"z" * 100))
        quoted = bytes(b.udp(5000, 80, b"x"))
        probe(
            lab,
            "v%d error" % v,
            b.ip("srv")
            / (ICMP(type=3, code=1) if v == 4 else ICMPv6DestUnreach(code=3))
            / Raw(quoted),
        )
        probe(lab, "v%d bad checksum" % v, b.udp(5000, 81, b"x", chksum=0x1111))
        probe(lab, "v%d rst" % v, c.segment("R"))
    lab.snap("after")


@case(
    "rules-match-ct-noacct",
    "more",
    "ct packets/bytes/avgpkt while nf_conntrack_acct and timestamp are 0: the expression turns accounting on in the namespace when it is loaded, for later entries",
    rules=table(counted(["ct state new"] + CTB)),
    sysctl={"nf_conntrack_acct": 0, "nf_conntrack_timestamp": 0},
)
@case(
    "rules-noacct",
    "more",
    "nf_conntrack_acct=0, timestamp=0 and no rule that needs them: no counters in dumps and events",
    rules=firewall([], allow=["udp dport 53", "tcp dport 80"]),
    sysctl={"nf_conntrack_acct": 0, "nf_conntrack_timestamp": 0},
)
def noacct(lab):
    b = Build(lab)
    probe(lab, "query", b.udp(5000, 53))
    probe(lab, "answer", b.udp(53, 5000, b"a", "srv"))
    probe(lab, "query 2", b.udp(5000, 53))
    lab.snap("after")
    c = Tcp(lab.cli, lab.c(), 5000, lab.s(), 80)
    s = Tcp(lab.srv, lab.s(), 80, lab.c(), 5000, isn=9)
    handshake(c, s)
    c.rst()
    lab.snap("tcp")


MARKS = """ct state new ct mark set 0x10
ct mark set ct mark or 0x1
udp dport 2 ct mark set ct mark and 0xfffffff0
udp dport 3 ct mark set ct mark xor 0xff
udp dport 4 meta mark set ct mark
udp dport 4 meta mark set meta mark and 0xf0
udp dport 4 meta mark 0x10 counter
udp dport 5 meta mark set 0x1234
udp dport 5 ct mark set meta mark
udp dport 5 ct mark set ct mark and 0xffff00ff or 0x5600
ct mark 0x11 counter
ct mark & 0xff == 0x11 counter
meta mark set ct mark
udp dport 7 ct mark set 0x11
udp dport 8 meta mark set ct mark lshift 4
meta mark 0x110 counter"""


@case(
    "rules-marks",
    "more",
    "ct mark and meta mark with bit operations; UPDATE events carry the new mark",
    rules=table(MARKS),
)
def marks(lab):
    b = Build(lab)
    for port in range(1, 9):
        probe(lab, "udp %d" % port, b.udp(5000, port))
        probe(lab, "udp %d answer" % port, b.udp(port, 5000, b"a", "srv"))
    for port in (1, 2, 3, 5, 7):
        probe(lab, "udp %d again" % port, b.udp(5000, port))
    lab.snap("after")


@case(
    "rules-connlimit",
    "more",
    "ct count over 2 in a rule: third new connection refused; freed when one ends; established segments pass",
    rules=table(
        "tcp dport 80 ct count over 2 counter reject with tcp reset\ntcp dport 81 ct count 1 counter accept\ntcp dport 81 counter drop\nct state new counter",
        "ip",
    ),
    sysctl={"nf_conntrack_tcp_timeout_close": 1},
)
def connlimit(lab):
    b = Build(lab)
    flows = []
    for i in range(4):
        c = Tcp(lab.cli, lab.c(), 5000 + i, lab.s(), 80)
        s = Tcp(lab.srv, lab.s(), 80, lab.c(), 5000 + i, isn=9)
        probe(lab, "syn %d" % i, c.segment("S"))
        flows.append((c, s))
    c, s = flows[0]
    c.seq += 1
    s.ack = c.seq
    probe(lab, "synack 0", s.segment("SA"), "srv")
    s.seq += 1
    c.ack = s.seq
    probe(lab, "ack 0", c.segment("A"))
    probe(lab, "rst 0", c.segment("R"))
    probe(lab, "syn 4 at once", b.tcp("S", 5004, 80))
    lab.wait(2.2)
    lab.snap("expired")
    probe(lab, "syn 5 after expiry", b.tcp("S", 5005, 80))
    probe(lab, "syn 6", b.tcp("S", 5006, 80))
    for i in range(3):
        probe(lab, "port 81 syn %d" % i, b.tcp("S", 5010 + i, 81))
    lab.snap("after")


@case(
    "rules-label",
    "more",
    "ct label set and matched: labels in dumps and events",
    rules=table(
        "udp dport 53 ct label set 5 counter\nct label 5 counter\nct state established counter"
    ),
)
def label(lab):
    b = Build(lab)
    probe(lab, "query", b.udp(5000, 53), snap=True)
    probe(lab, "answer", b.udp(53, 5000, b"a", "srv"), snap=True)
    probe(lab, "query 2", b.udp(5000, 53))
    probe(lab, "other", b.udp(5000, 54))
    lab.snap("after")


# -- changes to the packet ---------------------------------------------------------------------


@case(
    "rules-change-v4",
    "more",
    "ip ttl/dscp/ecn/daddr set, MSS clamp, port set, options; checksums adjusted",
    rules=table(
        "ct state new counter\nudp dport 1 ip ttl set 33 counter\nudp dport 2 ip dscp set ef counter\nudp dport 3 ip ecn set ce counter\nudp dport 4 udp dport set 44 counter\n"
        "tcp flags syn tcp option maxseg size set 1000 counter\ntcp dport 6 tcp option maxseg size set rt mtu counter\nudp dport 7 ip daddr set 10.2.0.77 counter\nudp dport 8 ip id set 0x4242 counter\ntcp dport 9 tcp window set 5 counter",
        "ip",
    ),
)
def change4(lab):
    b = Build(lab)
    for port in (1, 2, 3, 4, 7, 8):
        probe(lab, "udp %d" % port, b.udp(5000, port, b"x"))
        probe(lab, "udp %d no checksum" % port, b.udp(5000, port, b"x", chksum=0))
    probe(lab, "udp 2 with ecn", b.udp(5000, 2, b"x", ipf={"tos": 3}))
    for size in (500, 999, 1000, 1001, 1460):
        probe(
            lab,
            "mss %d" % size,
            b.tcp("S", 5000 + size, 80, options=[("MSS", size), ("SAckOK", b"")]),
        )
    probe(lab, "no mss", b.tcp("S", 5000, 80, options=[("SAckOK", b"")]))
    probe(
        lab,
        "mss after nops",
        b.tcp("S", 5001, 80, options=[("NOP", None), ("NOP", None), ("NOP", None), ("MSS", 1400)]),
    )
    probe(lab, "synack", b.tcp("SA", 80, 5001, b"", "srv", ack=1, options=[("MSS", 1400)]))
    probe(lab, "mtu clamp", b.tcp("A", 5001, 6, ack=1, options=[("MSS", 9000)]))
    probe(lab, "window", b.tcp("S", 5001, 9))
    lab.snap("after")


@case(
    "rules-change-v6",
    "more",
    "ip6 hoplimit/dscp/flowlabel set, MSS clamp over IPv6",
    rules=table(
        "ct state new counter\nudp dport 1 ip6 hoplimit set 33 counter\nudp dport 2 ip6 dscp set ef counter\nudp dport 3 ip6 flowlabel set 0x777 counter\ntcp flags syn tcp option maxseg size set 1000 counter\nudp dport 4 ip6 daddr set fd00:2::77 counter",
        "ip6",
    ),
)
def change6(lab):
    b = Build(lab, 6)
    for port in (1, 2, 3, 4):
        probe(lab, "udp %d" % port, b.udp(5000, port, b"x"))
    probe(lab, "udp 2 with ecn", b.udp(5000, 2, b"x", ipf={"tos": 3}))
    probe(lab, "udp 2 with label", b.ip(fl=0x12345) / UDP(sport=1, dport=2) / Raw(b"l"))
    probe(lab, "mss", b.tcp("S", 5000, 80, options=OPTIONS))


# -- ct objects, zones, notrack ------------------------------------------------------------------


@case(
    "rules-timeout-objects",
    "more",
    "ct timeout objects: all TCP states, UDP; both families; set again on a later packet (no effect on a confirmed entry)",
    rules="""table inet t {
  ct timeout tall { protocol tcp; l3proto ip; policy = { syn_sent : 11, syn_recv : 12, established : 1300, fin_wait : 14, close_wait : 15, last_ack : 16, time_wait : 17, close : 18 }; }
  ct timeout tsix { protocol tcp; l3proto ip6; policy = { syn_sent : 21, established : 2300 }; }
  ct timeout uall { protocol udp; l3proto ip; policy = { unreplied : 33, replied : 44 }; }
  ct timeout late { protocol tcp; l3proto ip; policy = { established : 999 }; }
  chain pre {
    type filter hook prerouting priority -1; policy accept;
    tcp dport 80 ct timeout set "tall"
    tcp dport 80 meta nfproto ipv6 ct timeout set "tsix"
    udp dport 53 ct timeout set "uall"
    tcp dport 81 tcp flags & syn == 0 ct timeout set "late"
  }
  chain forward {
    type filter hook forward priority 0; policy accept;
    ct state invalid counter
    tcp dport 80 ct expiration < 20s counter
  }
}
""",
)
def timeout_objects(lab):
    b = Build(lab)
    for v in (4, 6):
        c = Tcp(lab.cli, lab.c(10, v), 5000, lab.s(10, v), 80)
        s = Tcp(lab.srv, lab.s(10, v), 80, lab.c(10, v), 5000, isn=9)
        c.syn()
        s.recv()
        lab.snap("v%d-syn" % v)
        s.synack()
        c.recv()
        lab.snap("v%d-synack" % v)
        c.ack_()
        s.recv()
        lab.snap("v%d-ack" % v)
        c.fin()
        s.recv()
        lab.snap("v%d-fin" % v)
        s.ack_()
        c.recv()
        lab.snap("v%d-finack" % v)
        s.fin()
        c.recv()
        lab.snap("v%d-fin2" % v)
        c.ack_()
        s.recv()
        lab.snap("v%d-last" % v)
    c = Tcp(lab.cli, lab.c(10), 5001, lab.s(10), 80)
    s = Tcp(lab.srv, lab.s(10), 80, lab.c(10), 5001, isn=9)
    handshake(c, s)
    c.rst()
    lab.snap("rst")
    c = Tcp(lab.cli, lab.c(10), 5002, lab.s(10), 81)
    s = Tcp(lab.srv, lab.s(10), 81, lab.c(10), 5002, isn=9)
    handshake(c, s)
    exchange(c, s, "data")
    lab.snap("set-late")
    b.v = 4
    lab.cli.send(b.udp(5000, 53))
    lab.snap("query")
    lab.srv.send(b.udp(53, 5000, b"a", "srv"))
    lab.snap("answer")
    b.v = 6
    lab.cli.send(b.udp(5000, 53))
    lab.snap("query6")


@case(
    "rules-zones",
    "more",
    "ct zone set with and without direction, matched by ct zone; the same flow in several zones; reply zone",
    rules="""table inet z {
  chain pre {
    type filter hook prerouting priority -300; policy accept;
    iifname "cli" udp dport 1 ct zone set 1
    iifname "srv" udp sport 1 ct zone set 1
    iifname "cli" udp dport 2 ct original zone set 2
    iifname "srv" udp sport 3 ct reply zone set 3
    iifname "cli" udp dport 3 ct reply zone set 3
    iifname "cli" udp dport 4 ct zone set udp length map { 9 : 4, 10 : 44 }
    iifname "cli" udp dport 5 ct zone set 5
  }
  chain forward {
    type filter hook forward priority 0; policy accept;
    ct zone 1 counter
    ct zone 0 counter
    ct original zone 2 counter
    ct reply zone 3 counter
    ct zone 4 counter
    ct zone 44 counter
    ct state new counter
    ct state established counter
  }
}
""",
)
def zones(lab):
    b = Build(lab)
    for port in (1, 2, 3, 4, 5):
        probe(lab, "udp %d" % port, b.udp(5000, port, b"x"))
        probe(lab, "udp %d answer" % port, b.udp(port, 5000, b"y", "srv"))
        probe(lab, "udp %d again, longer" % port, b.udp(5000, port, b"xy"))
        lab.snap("port-%d" % port)


@case(
    "rules-notrack",
    "more",
    "notrack for a TCP flow in both directions, and for one direction only",
    rules="""table inet raw {
  chain pre {
    type filter hook prerouting priority raw; policy accept;
    tcp dport 80 notrack
    tcp sport 80 notrack
    tcp sport 81 notrack
    tcp dport 82 notrack
    udp dport 83 ct state untracked counter
    tcp dport 80 ct state untracked counter
  }
  chain pre2 {
    type filter hook prerouting priority 0; policy accept;
    tcp dport 80 ct state untracked counter
  }
}
table inet t {
  chain forward {
    type filter hook forward priority 0; policy drop;
    ct state untracked counter accept
    ct state invalid counter drop
    ct state established counter accept
    ct state new counter accept
  }
}
""",
)
def notrack(lab):
    for port in (80, 81, 82):
        c = Tcp(lab.cli, lab.c(10), 5000, lab.s(10), port)
        s = Tcp(lab.srv, lab.s(10), port, lab.c(10), 5000, isn=9)
        c.syn()
        c.ack = 10
        s.ack = c.seq
        s.synack()
        c.ack_()
        c.data("hello")
        s.ack = c.seq
        s.data("answer")
        c.ack = s.seq
        c.fin()
        s.ack = c.seq
        s.fin()
        c.ack = s.seq
        c.ack_()
        lab.cli.flush()
        lab.srv.flush()
        lab.snap("port-%d" % port)
    b = Build(lab)
    probe(lab, "udp", b.udp(5000, 83))
    quoted = bytes(b.tcp("S", 5000, 80))
    probe(lab, "error about an untracked flow", b.ip("srv") / ICMP(type=3, code=3) / Raw(quoted))


def expectation(extra):
    return (
        "table inet fw {\n  ct expectation e {\n    protocol %s;\n    l3proto ip;\n  }\n"
        "  chain forward {\n    type filter hook forward priority 0; policy drop;\n    ct state established accept\n    ct state related accept\n"
        '    iifname "cli" udp dport 8888 ct state new ct expectation set "e" accept\n'
        '    iifname "cli" tcp dport 8888 ct state new ct expectation set "e" accept\n  }\n}\n'
        % extra
    )


@case(
    "rules-expectation-udp",
    "more",
    "ct expectation object of UDP, size 1, 2 s: made for each new UDP connection; 2000 taken as seconds",
    rules=expectation("udp;\n    dport 7000; timeout 2s; size 1"),
    proto="udp",
)
@case(
    "rules-expectation-tcp",
    "more",
    "ct expectation object of TCP, size 2: used several times",
    rules=expectation("tcp;\n    dport 7000; timeout 1m; size 2"),
    proto="tcp",
)
def expectation_(lab, proto):
    b = Build(lab)
    make = (
        (lambda sport, dport, side="cli", c=None: b.udp(sport, dport, b"x", side, c=c))
        if proto == "udp"
        else (lambda sport, dport, side="cli", c=None: b.tcp("S", sport, dport, b"", side, c=c))
    )
    probe(lab, "first", make(5000, 8888), snap=True)
    probe(lab, "first again", make(5000, 8888), snap=True)
    probe(lab, "data from server", make(3000, 7000, "srv"), snap=True)
    probe(lab, "data from server, another port", make(3001, 7000, "srv"), snap=True)
    probe(lab, "data from client", make(3002, 7000, "cli"), snap=True)
    probe(lab, "second master", make(5001, 8888), snap=True)
    probe(lab, "master of another host", make(5002, 8888, c=11), snap=True)
    probe(lab, "data to the other host", make(3003, 7000, "srv", c=11), snap=True)


@case(
    "rules-default-drop",
    "more",
    "new packets dropped by policy: no entry, no event; then the same ports accepted",
    rules=table("udp dport 1000 accept\nct state established accept", policy="drop"),
)
def default_drop(lab):
    b = Build(lab)
    probe(lab, "dropped", b.udp(5000, 999), snap=True)
    probe(lab, "accepted", b.udp(5000, 1000), snap=True)
    probe(lab, "answer", b.udp(1000, 5000, b"a", "srv"))
    probe(lab, "tcp dropped", b.tcp("S", 5000, 1000))
    probe(lab, "stray answer", b.udp(999, 5000, b"a", "srv"))


@case(
    "rules-no-ct",
    "more",
    "no ct expression anywhere: nothing is tracked, fragments are not put together",
    rules=table("udp dport 53 counter\nip protocol udp counter\nip frag-off & 0x1fff != 0 counter"),
)
def no_ct(lab):
    b = Build(lab)
    probe(lab, "udp", b.udp(5000, 53))
    for i, part in enumerate(fragment(b.udp(5000, 53, b"f" * 100), 56)):
        probe(lab, "fragment %d" % i, part)
    probe(lab, "bad checksum", b.udp(5000, 53, chksum=1))
    lab.check("nothing tracked", not lab.connections())


@case(
    "rules-one-family",
    "more",
    "ct only in a table ip: IPv4 is tracked, IPv6 is not",
    rules=table("ct state new counter", "ip") + table("udp dport 53 counter", "ip6"),
)
@case(
    "rules-one-family6",
    "more",
    "ct only in a table ip6: IPv6 is tracked, IPv4 is not",
    rules=table("ct state new counter", "ip6") + table("udp dport 53 counter", "ip"),
)
def one_family(lab):
    for v in (4, 6):
        b = Build(lab, v)
        probe(lab, "v%d query" % v, b.udp(5000, 53))
        probe(lab, "v%d answer" % v, b.udp(53, 5000, b"a", "srv"))
    lab.snap("after")


@case(
    "rules-meter",
    "more",
    "limits and connection counts per source in dynamic sets",
    rules=table(
        "ct state new counter\nudp dport 1 add @rates { ip saddr limit rate over 2/second burst 2 packets } counter drop\nudp dport 1 counter\n"
        "tcp dport 2 ct state new add @conns { ip saddr ct count over 2 } counter drop\ntcp dport 2 counter\nudp dport 3 add @bytes { ip saddr counter } counter",
        "ip",
        pre="  set rates { type ipv4_addr; size 128; flags dynamic; }\n  set conns { type ipv4_addr; size 128; flags dynamic; }\n  set bytes { type ipv4_addr; size 128; flags dynamic; }",
    ),
)
def meter(lab):
    b = Build(lab)
    for i in range(4):
        for host in (10, 11):
            probe(lab, "udp %d of host %d" % (i, host), b.udp(5000, 1, c=host), gap=0.012)
    lab.wait(0.7)
    for i in range(2):
        probe(lab, "udp %d of host 10, later" % i, b.udp(5000, 1, c=10), gap=0.012)
    for i in range(4):
        for host in (10, 11):
            probe(lab, "syn %d of host %d" % (i, host), b.tcp("S", 5000 + i, 2, c=host))
    for i in range(3):
        probe(lab, "counted %d" % i, b.udp(5000 + i, 3, c=10))


@case(
    "rules-numgen",
    "more",
    "numgen inc, jump to an anonymous chain, ranges in verdict maps",
    rules=table(
        "ct state new counter\nmeta mark set numgen inc mod 3 offset 1\nmeta mark 1 counter\nmeta mark 2 counter\nmeta mark 3 counter\nnumgen inc mod 4 vmap { 0-2 : continue, 3 : drop }\ncounter\n"
        "udp dport 5-9 jump {\n udp dport 6 counter drop\n counter\n }\ncounter",
        "ip",
    ),
)
def numgen(lab):
    b = Build(lab)
    for port in range(1, 12):
        probe(lab, "udp %d" % port, b.udp(5000, port))


@case(
    "rules-fib",
    "more",
    "fib: address type, reverse path",
    rules=table(
        "fib saddr . iif oif missing counter\nfib saddr . iif oif exists counter\nfib daddr type local counter\nfib daddr type unicast counter\nfib daddr type broadcast counter\nfib saddr . iif oif != 0 counter\nfib saddr type unicast counter",
        "ip",
        "prerouting",
        "0",
    )
    + table("ct state new counter", "ip", name="t2"),
)
def fib(lab):
    b = Build(lab)
    probe(lab, "usual", b.udp(5000, 53))
    p = b.udp(5000, 53)
    p.src = "10.2.0.50"
    probe(lab, "source of the other side", p, "cli")
    p = b.udp(5000, 53)
    p.src = "10.77.0.1"
    probe(lab, "source without a route", p, "cli")
    p = b.udp(5000, 53)
    p.dst = "10.2.0.255"
    probe(lab, "the other side's broadcast address", p, "cli")
    probe(lab, "answer", b.udp(53, 5000, b"a", "srv"))


@case(
    "rules-local",
    "more",
    "packets to the router itself: echo, a closed TCP and UDP port, input and output chains; the kernel's own stack answers",
    replay="local",
    rules="""table inet t {
  chain input { type filter hook input priority 0; policy drop;
    ct state established counter accept
    icmp type echo-request counter accept
    icmpv6 type { echo-request, mld2-listener-report } accept
    tcp dport 81 counter accept
    udp dport 54 counter accept
    meta l4proto { tcp, udp } counter
  }
  chain output { type filter hook output priority 0; policy accept;
    icmp type echo-reply ct state established counter
    icmp type destination-unreachable ct state related counter
    tcp flags & rst == rst ct state established counter
  }
}
""",
)
def local(lab):
    for v in (4, 6):
        b = Build(lab, v, s=1)
        from scapy.layers.inet6 import ICMPv6EchoRequest as E6

        probe(
            lab,
            "v%d echo" % v,
            b.ip() / (ICMP(type=8, id=1, seq=1) if v == 4 else E6(id=1, seq=1)) / Raw(b"ping"),
        )
        probe(lab, "v%d tcp refused by policy" % v, b.tcp("S", 5000, 80))
        probe(lab, "v%d tcp to a closed port" % v, b.tcp("S", 5000, 81))
        probe(lab, "v%d udp refused by policy" % v, b.udp(5000, 53))
        probe(lab, "v%d udp to a closed port" % v, b.udp(5000, 54))
    lab.snap("after")
