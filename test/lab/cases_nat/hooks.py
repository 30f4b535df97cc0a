"""What filter rules see of translated packets at each hook; verdicts, policies and priorities of nat chains."""
from cases_nat.common import Build, SPLIT, back, listing, nat, send, there_and_back
from cases_nat.dnat import to
from ctlab.case import case
from ctlab.peer import Tcp, close, handshake

HOOKS = {
    "early": ("prerouting", -300),
    "mangle": ("prerouting", -150),
    "beforednat": ("prerouting", -101),
    "afterdnat": ("prerouting", -99),
    "forward": ("forward", 0),
    "beforesnat": ("postrouting", 99),
    "aftersnat": ("postrouting", 101),
}
SEEN4 = [
    "ip saddr 10.1.0.10",
    "ip saddr 10.2.0.60",
    "ip daddr 10.2.0.77",
    "ip daddr 10.2.0.10",
    "ip saddr 10.2.0.10",
    "ip saddr 10.2.0.77",
    "ip daddr 10.2.0.60",
    "ip daddr 10.1.0.10",
    "ct state new",
    "ct state established",
    "ct status snat",
    "ct status dnat",
    "ct status confirmed",
    "ct original ip saddr 10.1.0.10",
    "ct original ip daddr 10.2.0.77",
    "ct reply ip saddr 10.2.0.10",
    "ct reply ip daddr 10.2.0.60",
    "ct reply ip saddr 10.2.0.77",
    "ct reply ip daddr 10.1.0.10",
    "meta l4proto udp ct original proto-dst 53",
    "meta l4proto udp ct reply proto-src 5353",
    "meta l4proto udp ct reply proto-src 53",
    "meta l4proto udp ct reply proto-dst 2000",
    "udp dport 5353",
    "udp dport 53",
    "udp sport 2000",
    "udp sport 4000",
]
SEEN6 = [
    "ip6 saddr fd00:1::10",
    "ip6 saddr fd00:2::60",
    "ip6 daddr fd00:2::77",
    "ip6 daddr fd00:2::10",
    "ip6 saddr fd00:2::10",
    "ip6 saddr fd00:2::77",
    "ip6 daddr fd00:2::60",
    "ip6 daddr fd00:1::10",
    "ct state new",
    "ct state established",
    "ct status snat",
    "ct status dnat",
    "ct original ip6 daddr fd00:2::77",
    "ct reply ip6 saddr fd00:2::10",
    "ct reply ip6 daddr fd00:2::60",
]


def seen(matches, hooks=HOOKS, family="inet"):
    return "table %s seen {\n%s\n}\n" % (
        family,
        "\n".join(
            "  chain %s {\n    type filter hook %s priority %d;\n%s\n  }"
            % (name, hook, prio, "\n".join("    %s counter" % m for m in matches))
            for name, (hook, prio) in hooks.items()
        ),
    )


def counters(lab):
    """Note which counters of the table 'seen' are not zero."""
    import json

    found = {}
    texts = {}
    for line in lab.router("nft", "list", "table", "inet", "seen").splitlines():
        words = line.strip()
        if words.startswith("chain"):
            chain = words.split()[1]
        elif "counter packets" in words:
            match, _, rest = words.partition(" counter packets ")
            found.setdefault(chain, []).append((match, int(rest.split()[0])))
            texts[match] = 0
    for chain, rows in found.items():
        lab.note("%s: %s" % (chain, json.dumps({m: n for m, n in rows if n})))


BOTH4 = nat(
    pre='iifname "cli" ip daddr 10.2.0.77 meta l4proto udp dnat to 10.2.0.10:5353',
    post='oifname "srv" meta l4proto udp snat to 10.2.0.60:2000',
)
BOTH6 = nat(
    pre='iifname "cli" ip6 daddr fd00:2::77 dnat to fd00:2::10',
    post='oifname "srv" snat to fd00:2::60',
    family="ip6",
)


@case(
    "nat-hooks",
    SPLIT,
    "what rules at seven places see of one UDP packet through dnat and snat and of its answer: addresses, ports, ct status, ct original and reply",
    rules=seen(SEEN4) + BOTH4,
    v=4,
    packets=2,
)
@case(
    "nat-hooks-first",
    SPLIT,
    "the same for the first packet alone",
    rules=seen(SEEN4) + BOTH4,
    v=4,
    packets=1,
)
@case(
    "nat-hooks6",
    SPLIT,
    "the same over IPv6, packet and answer",
    rules=seen(SEEN6) + BOTH6,
    v=6,
    packets=2,
)
def hooks(lab, v, packets):
    got = send(lab, "packet", to(lab, lab.s(77, v), 4000, 53, v=v))
    if packets > 1:
        send(lab, "answer", back(got))
    counters(lab)
    listing(lab)


@case(
    "nat-hooks-icmp",
    SPLIT,
    "what rules at each place see of ICMP errors about a flow through dnat and snat, from the server and from the client",
    rules=seen(
        [
            "ct state related",
            "ct state invalid",
            "ct direction reply",
            "ct direction original",
            "ct status snat",
            "ct status dnat",
        ]
        + SEEN4[:8]
    )
    + BOTH4,
)
def hooks_icmp(lab):
    from scapy.layers.inet import ICMP
    from scapy.packet import Raw
    from ctlab.peer import ip_for

    got = send(lab, "packet", to(lab, lab.s(77), 4000, 53))
    send(
        lab,
        "unreachable from the server",
        ip_for("10.2.0.10", "10.2.0.60", ttl=64, id=1) / ICMP(type=3, code=3) / Raw(bytes(got[0])),
    )
    answer = send(lab, "answer", back(got))
    send(
        lab,
        "unreachable from the client",
        ip_for("10.1.0.10", "10.2.0.77", ttl=64, id=1)
        / ICMP(type=3, code=3)
        / Raw(bytes(answer[0])),
    )
    counters(lab)


@case(
    "nat-policy-drop",
    SPLIT,
    "a nat chain with policy drop: the first packet of a connection that no rule matches is dropped, one that a rule translates passes; later packets do not come to it",
    rules=nat(post="udp dport 53 snat to 10.2.0.60\nudp dport 54 accept", policy="drop"),
)
def policy_drop(lab):
    for port in (53, 54, 55):
        there_and_back(lab, "port %d" % port, Build(lab).udp(4000 + port, port))
    send(lab, "port 55 again", Build(lab).udp(4055, 55))
    listing(lab)


@case(
    "nat-verdicts",
    SPLIT,
    "accept before the nat rule, return, jump to a chain with the rule, drop in a nat chain, a rule behind one that translated; counters: only first packets come to nat chains",
    rules="""table ip nat {
  chain sub { udp dport 57 counter snat to 10.2.0.61; }
  chain post { type nat hook postrouting priority 100;
    counter
    udp dport 53 counter accept
    udp dport 54 counter return
    udp dport 55 counter drop
    udp dport 56 counter snat to 10.2.0.60
    udp dport 56 counter snat to 10.2.0.62
    udp dport 57 counter jump sub
    udp dport 57 counter
    counter snat to 10.2.0.63
  }
}
""",
)
def verdicts(lab):
    for port in (53, 54, 55, 56, 57, 58):
        there_and_back(lab, "port %d" % port, Build(lab).udp(4000 + port, port))
        send(lab, "port %d again" % port, Build(lab).udp(4000 + port, port))
    listing(lab)


TWO = """table ip one {
  chain post { type nat hook postrouting priority %s; policy accept; counter; udp dport { 53, 54 } counter snat to 10.2.0.61; udp dport 56 counter accept; }
  chain pre { type nat hook prerouting priority %s; policy accept; counter; udp dport 57 counter dnat to 10.2.0.11; }
}
table %s two {
  chain post { type nat hook postrouting priority %s; policy accept; counter; udp dport { 53, 55, 56 } counter snat %s to 10.2.0.62; }
  chain pre { type nat hook prerouting priority %s; policy accept; counter; udp dport { 57, 58 } counter dnat %s to 10.2.0.12; }
}
"""


@case(
    "nat-two-chains",
    SPLIT,
    "two nat chains a hook at different priorities: the first that translates wins, accept lets the next one see it",
    rules=TWO % (100, -100, "ip", 110, "", -90, ""),
)
@case(
    "nat-two-chains-reverse",
    SPLIT,
    "the same, the second table's first",
    rules=TWO % (110, -90, "ip", 100, "", -100, ""),
)
@case(
    "nat-two-families",
    SPLIT,
    "the same, the second in a table inet",
    rules=TWO % (100, -100, "inet", 110, "ip", -90, "ip"),
)
@case(
    "nat-two-same",
    SPLIT,
    "two nat chains a hook of the same priority",
    rules=TWO % (100, -100, "ip", 100, "", -100, ""),
)
def two(lab):
    for port in (53, 54, 55, 56, 57, 58, 59):
        there_and_back(lab, "port %d" % port, Build(lab).udp(4000 + port, port))
    listing(lab)


@case(
    "nat-priority",
    SPLIT,
    "nat chains at odd priorities (dnat at 50, snat at -300, snat at 300) among filter chains: nat happens at its chains' fixed place",
    rules="""table ip nat {
  chain pre { type nat hook prerouting priority 50; ip daddr 10.2.0.77 counter dnat to 10.2.0.10; }
  chain post { type nat hook postrouting priority 300; oifname "srv" counter snat to 10.2.0.60; }
}
"""
    + seen(
        ["ip daddr 10.2.0.77", "ip daddr 10.2.0.10", "ip saddr 10.2.0.60", "ip saddr 10.1.0.10"],
        {
            "p0": ("prerouting", 0),
            "p49": ("prerouting", 49),
            "p51": ("prerouting", 51),
            "m99": ("prerouting", -99),
            "q99": ("postrouting", 99),
            "q101": ("postrouting", 101),
            "q299": ("postrouting", 299),
            "q301": ("postrouting", 301),
        },
    ),
)
def priority(lab):
    got = send(lab, "packet", to(lab, "10.2.0.77", 4000, 53))
    send(lab, "answer", back(got))
    counters(lab)


@case(
    "nat-dropped",
    SPLIT,
    "a first packet translated and then dropped by a later rule (forward, postrouting behind snat): no entry, its port is free; the next one draws anew",
    rules=nat(pre="ip daddr 10.2.0.77 dnat to 10.2.0.10", post='oifname "srv" snat to 10.2.0.60')
    + """table ip f {
  chain forward { type filter hook forward priority 0; udp dport 55 counter drop; }
  chain late { type filter hook postrouting priority 200; udp dport 56 counter drop; }
}
""",
)
def dropped(lab):
    for port in (55, 56, 57):
        send(lab, "port %d" % port, to(lab, "10.2.0.77", 4000, port))
    listing(lab)


@case(
    "nat-status-filter",
    SPLIT,
    "a usual firewall: forward policy drop, new from inside, `ct status dnat accept` for port forwards, established; masquerade; flows from both sides",
    rules=nat(
        pre='iifname "srv" ip daddr 10.2.0.1 tcp dport 8080 dnat to 10.1.0.20:80',
        post='oifname "srv" masquerade',
    )
    + """table inet fw {
  chain forward { type filter hook forward priority 0; policy drop;
    ct state vmap { invalid : drop, established : accept, related : accept }
    iifname "cli" counter accept
    ct status dnat counter accept
    counter
  }
}
""",
)
def status_filter(lab):
    c, s = Tcp(lab.cli, lab.c(), 40000, lab.s(), 80), Tcp(lab.srv, lab.s(), 80, isn=5000)
    close(*handshake(c, s))
    outside, inside = Tcp(lab.srv, lab.s(), 50000, lab.s(1), 8080, isn=1), Tcp(
        lab.cli, lab.c(20), 80, isn=9000
    )
    close(*handshake(outside, inside))
    packet = Build(lab).tcp("S", 50001, 80, side="srv")
    packet.dst = lab.c(20)
    send(lab, "straight to the inside host", packet)
    packet = Build(lab).tcp("S", 50002, 8081, side="srv")
    packet.dst = lab.s(1)
    send(lab, "to the router, port not forwarded", packet)
    listing(lab)


@case(
    "nat-notrack",
    SPLIT,
    "notrack flows and invalid packets through nat chains: not translated, counters",
    rules="table ip raw { chain pre { type filter hook prerouting priority -300; udp dport 53 notrack; }; }\n"
    + nat(post='oifname "srv" counter snat to 10.2.0.60'),
)
def notrack(lab):
    send(lab, "untracked", Build(lab).udp(4000, 53))
    send(lab, "tracked", Build(lab).udp(4000, 54))
    send(lab, "invalid", Build(lab).tcp("SA", 4000, 80))
    packet = Build(lab).udp(4001, 54)
    packet["UDP"].chksum = 0x1234
    send(lab, "wrong UDP checksum (invalid)", packet)
    listing(lab)


@case(
    "nat-local",
    SPLIT,
    "the router's own packets: dnat in output (to another host: re-routed), masquerade of its own, snat in input; replay from the router's packets",
    replay="local",
    rules=nat(
        out="ip daddr 10.2.0.77 udp dport 53 dnat to 10.1.0.20:5353\nip daddr 10.2.0.78 dnat to 10.2.0.10",
        post='oifname "srv" udp dport 54 snat to 10.2.0.60',
        into="udp dport 99 snat to 10.9.9.9",
    ),
)
def local(lab):
    import socket
    from ctlab.netns import in_ns

    def opener():
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind(("", 4000))
        return sock

    sock = in_ns(lab.topo.ns["rtr"], opener)
    for where in (("10.2.0.77", 53), ("10.2.0.78", 53), ("10.2.0.10", 54), ("10.2.0.10", 55)):
        lab.step("router sends to %s,%d" % where)
        sock.sendto(b"router", where)
        lab.wait(0.03)
        from cases_nat.common import collect, show

        got = {"cli": collect(lab.cli), "srv": collect(lab.srv)}
        lab.note(
            "router to %s,%d: %s"
            % (where + ("; ".join("to %s: %s" % (s, show(p)) for s in got for p in got[s]),))
        )
        for side in got:
            for p in got[side]:
                send(lab, "answer", back(p), side)
    send(lab, "to the router, snat in input", to(lab, lab.c(1), 4001, 99))
    listing(lab)
    sock.close()
