"""Masquerade, clashes of ports, flows without a mapping, life of translated connections, zones and marks."""
from cases_nat.common import Build, SPLIT, back, echo, listing, nat, send, there_and_back
from ctlab.case import case
from ctlab.peer import Tcp, close, exchange, handshake, ip_for
from scapy.layers.inet import UDP
from scapy.packet import Raw

MASQ4, MASQ6 = nat(post='oifname "srv" masquerade'), nat(
    post='oifname "srv" masquerade', family="ip6"
)
SNAT60 = nat(post='oifname "srv" snat to 10.2.0.60')


@case("nat-masq", SPLIT, "masquerade: TCP, UDP, echo; both directions", rules=MASQ4, v=4)
@case("nat-masq6", SPLIT, "masquerade over IPv6", rules=MASQ6, v=6)
@case(
    "nat-masq-inet",
    SPLIT,
    "masquerade in a table inet, IPv4 and IPv6 flows",
    rules=nat(post='oifname "srv" masquerade', family="inet"),
    v=46,
)
def masq(lab, v):
    for version in (4, 6) if v == 46 else (v,):
        b = Build(lab, version)
        there_and_back(lab, "syn", b.tcp("S", 30000, 80, seq=1000))
        there_and_back(lab, "udp", b.udp(4000, 53))
        there_and_back(lab, "echo", echo(b, 77))
    listing(lab)


@case(
    "nat-masq-ports",
    SPLIT,
    "masquerade to a range of ports, source ports inside it",
    rules=nat(post='oifname "srv" meta l4proto { tcp, udp } masquerade to :2000-2999'),
    ports=(2000, 2500, 2999),
)
@case(
    "nat-masq-port",
    SPLIT,
    "masquerade to one port: a clash",
    rules=nat(post='oifname "srv" meta l4proto { tcp, udp } masquerade to :2000'),
    ports=(500, 2000),
)
@case(
    "nat-masq-fully-random",
    SPLIT,
    "masquerade fully-random, persistent",
    replay="random",
    rules=nat(post='oifname "srv" masquerade fully-random,persistent'),
    ports=(30000, 30001),
)
def masq_ports(lab, ports):
    for port in ports:
        there_and_back(lab, "udp %d" % port, Build(lab).udp(port, 53))
        there_and_back(lab, "tcp %d" % port, Build(lab).tcp("S", port, 80))
    listing(lab)


@case(
    "nat-masq-addresses",
    SPLIT,
    "masquerade on an interface with several addresses: which one is taken, by destination network and by order",
    rules=MASQ4,
    extra=("10.2.0.200/24", "10.3.0.1/24", "10.2.0.201/32", "10.4.0.1/16"),
    routes=(
        "10.9.0.0/24 via 10.2.0.10",
        "10.8.0.0/24 via 10.3.0.7",
        "10.7.0.0/24 dev srv src 10.2.0.200",
    ),
)
def addresses(lab, extra, routes):
    for a in extra:
        lab.step("router: ip addr add %s dev srv" % a)
        lab.run("rtr", "ip", "addr", "add", a, "dev", "srv", check=True)
    for neighbor in ("10.3.0.7", "10.4.0.7", "10.7.0.7"):
        lab.run(
            "rtr",
            "ip",
            "neigh",
            "replace",
            neighbor,
            "lladdr",
            lab.topo.MAC["srv_end"],
            "nud",
            "permanent",
            "dev",
            "srv",
            check=True,
        )
    for r in routes:
        lab.step("router: ip route add " + r)
        lab.run("rtr", "ip", "route", "add", *r.split(), check=True)
    lab.note(
        "router: "
        + "; ".join(
            line.strip()
            for line in lab.run("rtr", "ip", "-4", "-o", "addr", "show", "dev", "srv").splitlines()
        )
    )
    for number, to in enumerate(
        ("10.2.0.10", "10.3.0.7", "10.4.0.7", "10.9.0.5", "10.8.0.5", "10.7.0.7")
    ):
        send(
            lab,
            "to " + to,
            ip_for(lab.c(), to, ttl=64, id=1) / UDP(sport=4000 + number, dport=53) / Raw(b"x"),
        )
    listing(lab)


@case(
    "nat-masq-addresses6",
    SPLIT,
    "masquerade over IPv6 on an interface with several addresses",
    rules=MASQ6,
    extra=("fd00:2::200/64", "fd00:3::1/64"),
)
def addresses6(lab, extra):
    for a in extra:
        lab.step("router: ip -6 addr add %s dev srv nodad" % a)
        lab.run("rtr", "ip", "-6", "addr", "add", a, "dev", "srv", "nodad", check=True)
    for neighbor in ("fd00:3::7",):
        lab.run(
            "rtr",
            "ip",
            "neigh",
            "replace",
            neighbor,
            "lladdr",
            lab.topo.MAC["srv_end"],
            "nud",
            "permanent",
            "dev",
            "srv",
            check=True,
        )
    for number, to in enumerate(("fd00:2::10", "fd00:2::250", "fd00:3::7")):
        if to == "fd00:2::250":
            lab.run(
                "rtr",
                "ip",
                "neigh",
                "replace",
                to,
                "lladdr",
                lab.topo.MAC["srv_end"],
                "nud",
                "permanent",
                "dev",
                "srv",
                check=True,
            )
        send(
            lab,
            "to " + to,
            ip_for(lab.c(10, 6), to, ttl=64) / UDP(sport=4000 + number, dport=53) / Raw(b"x"),
        )
    listing(lab)


@case(
    "nat-masq-down",
    SPLIT,
    "the masquerading interface loses an address, then goes down: its connections are destroyed; a snat connection stays",
    replay="actions",
    rules=nat(
        post='oifname "srv" udp dport 53 masquerade\noifname "srv" udp dport 54 snat to 10.2.0.60'
    ),
    extra="10.2.0.200/24",
)
def down(lab, extra):
    there_and_back(lab, "masqueraded", Build(lab).udp(4000, 53))
    there_and_back(lab, "snat", Build(lab).udp(4001, 54))
    there_and_back(lab, "no NAT", Build(lab).udp(4002, 55))
    lab.snap("before")
    for text in (
        "addr add %s dev srv" % extra,
        "addr del %s dev srv" % extra,
        "addr del 10.2.0.1/24 dev srv",
    ):
        lab.step("router: ip " + text)
        lab.run("rtr", "ip", *text.split(), check=True)
        lab.wait(0.2)
        listing(lab, "after ip " + text)
        lab.snap("after ip " + text)
    lab.run("rtr", "ip", "addr", "add", "10.2.0.1/24", "dev", "srv", check=True)
    for number in (10, 11):
        lab.run(
            "rtr",
            "ip",
            "neigh",
            "replace",
            lab.s(number),
            "lladdr",
            lab.topo.MAC["srv_end"],
            "nud",
            "permanent",
            "dev",
            "srv",
            check=True,
        )
    there_and_back(lab, "masqueraded again", Build(lab).udp(4000, 53))
    lab.step("router: ip link set srv down")
    lab.run("rtr", "ip", "link", "set", "srv", "down", check=True)
    lab.wait(0.2)
    listing(lab, "after link down")
    lab.snap("after link down")


@case(
    "nat-clash",
    SPLIT,
    "two clients with the same source port through one address: same server: another port is drawn; another server or another port of the server: kept",
    replay="random",
    rules=SNAT60,
    v=4,
)
@case(
    "nat-clash-masq6",
    SPLIT,
    "the same through masquerade over IPv6",
    replay="random",
    rules=MASQ6,
    v=6,
)
def clash(lab, v):
    got = []
    for port in (30000, 600, 100):
        for proto in ("tcp", "udp"):

            def mk(b, dport):
                return (
                    b.tcp("S", port, dport) if proto == "tcp" else b.udp(port, dport)
                )  # noqa: B023

            there_and_back(lab, "%s %d" % (proto, port), mk(Build(lab, v), 80))
            got.append(
                (
                    port,
                    there_and_back(
                        lab, "%s %d, other client" % (proto, port), mk(Build(lab, v, 11), 80)
                    ).sport,
                )
            )
            p = there_and_back(
                lab,
                "%s %d, other client, other server" % (proto, port),
                mk(Build(lab, v, 11, 11), 80),
            )
            lab.note("other server: port %d" % p.sport)
            p = there_and_back(
                lab,
                "%s %d, third client, other port of the server" % (proto, port),
                mk(Build(lab, v, 12), 81),
            )
            lab.check("kept for another port", p.sport == port)
    for port, new in got:
        low, high = (1, 511) if port < 512 else (600, 1023) if port < 1024 else (1024, 65535)
        lab.check(
            "port %d became %d, in its class" % (port, new), new != port and low <= new <= high
        )
    listing(lab)


@case(
    "nat-clash-router",
    SPLIT,
    "masquerade to a port that a socket of the router itself is bound to, and that a flow of the router has in use",
    replay="random",
    rules=MASQ4,
)
def clash_router(lab):
    import socket
    from ctlab.netns import in_ns

    def opener():
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind((lab.s(1), 4000))
        return sock

    sock = in_ns(lab.topo.ns["rtr"], opener)
    there_and_back(lab, "port bound by the router, no flow", Build(lab).udp(4000, 53))
    sock.sendto(b"router", (lab.s(11), 53))
    lab.wait(0.02)
    there_and_back(
        lab, "port of a flow of the router to server 11", Build(lab, 4, 10, 11).udp(4000, 53)
    )
    there_and_back(lab, "other client", Build(lab, 4, 11, 11).udp(4000, 53))
    sock.sendto(b"router", (lab.s(10), 53))
    lab.wait(0.02)
    sock.close()
    lab.srv.flush()
    listing(lab)


@case(
    "nat-null",
    SPLIT,
    "nat chains whose rules match nothing of it: status bits; a flow without NAT whose answer tuple is taken by a translated one, and the reverse",
    replay="random",
    rules=nat(post='oifname "srv" ip saddr 10.1.0.11 snat to 10.1.0.10', pre="-"),
)
def null(lab):
    there_and_back(lab, "plain", Build(lab).udp(4000, 53))
    got = there_and_back(
        lab,
        "other client translated to the address of the first, same port",
        Build(lab, 4, 11).udp(4000, 53),
    )
    lab.check("another port", got.sport != 4000)
    there_and_back(lab, "translated first", Build(lab, 4, 11).udp(4001, 53))
    got = there_and_back(lab, "plain second, same tuple", Build(lab).udp(4001, 53))
    lab.check("the plain flow gets another port", got.sport != 4001)
    there_and_back(lab, "plain second again", Build(lab).udp(4001, 53))
    there_and_back(lab, "tcp translated first", Build(lab, 4, 11).tcp("S", 4001, 80))
    got = there_and_back(lab, "tcp plain second", Build(lab).tcp("S", 4001, 80))
    there_and_back(lab, "echo translated first", echo(Build(lab, 4, 11), 77))
    got = there_and_back(lab, "echo plain second", echo(Build(lab), 77))
    listing(lab)


POST, PRE, OUT, IN = (
    "udp dport 9 snat to 10.2.0.60",
    "udp dport 9 dnat to 10.2.0.60",
    "udp dport 9 dnat to 10.2.0.60",
    "udp dport 9 snat to 10.2.0.60",
)
TRACK = "table inet t { chain f { type filter hook forward priority 0; ct state established counter; }; }\n"


@case("nat-null-none", SPLIT, "no nat chains at all: status bits", rules=TRACK, v=4)
@case(
    "nat-null-empty",
    SPLIT,
    "empty nat chains alone: nothing is tracked",
    rules=nat(pre="-", post="-"),
    v=4,
)
@case(
    "nat-null-tracked",
    SPLIT,
    "empty nat chains of both hooks and a rule that turns tracking on: status bits",
    rules=TRACK + nat(pre="-", post="-"),
    v=4,
)
@case(
    "nat-null-post",
    SPLIT,
    "only a postrouting chain, whose rule does not match: status bits in events",
    rules=nat(post=POST),
    v=4,
)
@case(
    "nat-null-pre",
    SPLIT,
    "only a prerouting chain, whose rule does not match",
    rules=nat(pre=PRE),
    v=4,
)
@case(
    "nat-null-both",
    SPLIT,
    "prerouting and postrouting chains, whose rules do not match",
    rules=nat(pre=PRE, post=POST),
    v=4,
)
@case("nat-null-output", SPLIT, "only an output chain", rules=nat(out=OUT), v=4)
@case("nat-null-input", SPLIT, "only an input chain", rules=nat(into=IN), v=4)
@case(
    "nat-null-other",
    SPLIT,
    "a nat chain in the other family: IPv6 rules, IPv4 and IPv6 flows",
    rules=TRACK + nat(post="udp dport 9 snat to fd00:2::60", family="ip6"),
    v=46,
)
@case(
    "nat-null-inet",
    SPLIT,
    "a postrouting chain in a table inet, whose rule names IPv4: IPv4 and IPv6 flows",
    rules=nat(post="udp dport 9 snat ip to 10.2.0.60", family="inet"),
    v=46,
)
def null_status(lab, v):
    for version in (4, 6) if v == 46 else (v,):
        there_and_back(lab, "udp", Build(lab, version).udp(4000, 53))
        there_and_back(lab, "tcp", Build(lab, version).tcp("S", 30000, 80))
        there_and_back(lab, "echo", echo(Build(lab, version), 77))
    send(lab, "udp from the server side", Build(lab).udp(5000, 53, side="srv"))
    send(
        lab,
        "udp to the router itself",
        ip_for(lab.c(), lab.c(1), ttl=64, id=1) / UDP(sport=5000, dport=53) / Raw(b"x"),
    )
    listing(lab)


def ends(lab, c=10, s=10, cport=40000, sport=80, isn=1000):
    one, two = Tcp(lab.cli, lab.c(c), cport, lab.s(s), sport, isn=isn), Tcp(
        lab.srv, lab.s(s), sport, isn=isn + 4000
    )
    return handshake(one, two)


@case(
    "nat-time-wait",
    SPLIT,
    "a connection through snat closed (TIME_WAIT) and opened anew from the same port: new entry, same mapping; then a second client with that port: does the closed one stand in its way?",
    replay="random",
    rules=SNAT60,
)
def time_wait(lab):
    c, s = ends(lab)
    exchange(c, s, "hello")
    close(c, s)
    lab.snap("time-wait")
    c, s = ends(lab, isn=500000)
    lab.note("reopened: server saw port %d" % s.peer_port)
    exchange(c, s, "again")
    close(c, s)
    listing(lab, "reopened and closed")
    c, s = ends(lab, c=11, isn=900000)
    lab.note("second client: server saw port %d" % s.peer_port)
    exchange(c, s, "other")
    listing(lab, "second client")


@case(
    "nat-time-wait-single",
    SPLIT,
    "snat to a single port: a second connection while the first is in each state from SYN_SENT to TIME_WAIT, and in CLOSE after RST and after FINs and RST",
    rules=nat(post='oifname "srv" meta l4proto tcp snat to 10.2.0.60:2000'),
    closes=True,
)
@case(
    "nat-time-wait-held",
    SPLIT,
    "the same up to TIME_WAIT, which holds its port under kernels that do not look for ports there",
    rules=nat(post='oifname "srv" meta l4proto tcp snat to 10.2.0.60:2000'),
    closes=False,
)
def time_wait_single(lab, closes):
    number = 0

    def attempt(label):
        nonlocal number
        number += 1
        got = send(lab, label, Build(lab, 4, 11).tcp("S", 41000 + number, 80, seq=77000))
        if got:
            send(lab, label + ", rst of it", back(got[0], flags="RA", seq=0))
        listing(lab, label)

    c, s = Tcp(lab.cli, lab.c(), 40000, lab.s(), 80), Tcp(lab.srv, lab.s(), 80, isn=5000)
    c.syn()
    s.recv(learn=True)
    attempt("first is in SYN_SENT")
    s.synack()
    c.recv()
    attempt("first is in SYN_RECV")
    c.ack_()
    s.recv()
    attempt("first is ESTABLISHED")
    c.fin()
    s.recv()
    attempt("first is in FIN_WAIT")
    s.ack_()
    c.recv()
    attempt("first is in CLOSE_WAIT")
    s.fin()
    c.recv()
    attempt("first is in LAST_ACK")
    c.ack_()
    s.recv()
    attempt("first is in TIME_WAIT")
    lab.snap("after-time-wait")
    if not closes:
        return
    c, s = ends(lab, cport=40001, isn=300000)
    close(c, s)
    s.rst()
    c.recv()
    attempt("first is in CLOSE after FINs and RST")
    lab.snap("after-fin-rst")
    c, s = ends(lab, c=12, s=11, cport=40001, isn=300000)
    c.rst()
    s.recv()
    send(lab, "first is in CLOSE after RST", Build(lab, 4, 11, 11).tcp("S", 42000, 80, seq=77000))
    listing(lab, "CLOSE after RST")


@case(
    "nat-time-wait-four",
    SPLIT,
    "snat to four ports, all with connections in TIME_WAIT; a fifth connection takes one over; and four established, a fifth is dropped",
    replay="random",
    rules=nat(post='oifname "srv" meta l4proto tcp snat to 10.2.0.60:2000-2003'),
)
def time_wait_four(lab):
    for n in range(4):
        close(*ends(lab, cport=2000 + n))
    lab.snap("four in TIME_WAIT")
    got = send(lab, "fifth", Build(lab, 4, 11).tcp("S", 41000, 80, seq=77000))
    lab.check("passed with a port of the range", len(got) == 1 and 2000 <= got[0].sport <= 2003)
    listing(lab)
    lab.snap("after")
    for n in range(4):
        ends(lab, s=11, cport=2000 + n)
    got = send(lab, "fifth, four established", Build(lab, 4, 11, 11).tcp("S", 41001, 80, seq=77000))
    lab.check("dropped", not got)


def full(size):
    return nat(post='oifname "srv" meta l4proto udp snat to 10.2.0.60:2000-%d' % (1999 + size))


@case(
    "nat-ports-full-128",
    SPLIT,
    "a range of 128 ports, all but one taken (source ports kept); another client looks for the hole, emptied again after each find: does each search find it? (large: the recording is not kept)",
    replay="random",
    tags=("large",),
    rules=full(128),
    size=128,
)
@case(
    "nat-ports-full-256",
    SPLIT,
    "the same with 256 ports",
    replay="random",
    tags=("large",),
    rules=full(256),
    size=256,
)
@case(
    "nat-ports-full-512",
    SPLIT,
    "the same with 512 ports",
    replay="random",
    tags=("large",),
    rules=full(512),
    size=512,
)
def ports_full(lab, size):
    for port in range(2000, 2000 + size):
        if port != 2100:
            lab.cli.send(Build(lab).udp(port, 53))
    lab.srv.flush()
    found = 0
    for n in range(200):
        got = send(lab, "try %d" % n, Build(lab, 4, 11).udp(5000 + n, 53), gap=0.012)
        lab.check("only the hole", all(p.sport == 2100 for p in got))
        if got:
            found += 1
            lab.run(
                "rtr",
                "conntrack",
                "-D",
                "-p",
                "udp",
                "--orig-src",
                lab.c(11),
                "--orig-port-src",
                str(5000 + n),
            )
    lab.note("found in %d of 200 tries" % found)


@case(
    "nat-rst",
    SPLIT,
    "RST through snat from either end: state, mapping, a later segment; RST in SYN_SENT removes the entry",
    rules=SNAT60,
)
def rst(lab):
    c, s = ends(lab)
    send(lab, "rst from the server", s.segment("R"), "srv")
    send(lab, "data after it", c.segment("PA", b"late"), "cli")
    c, s = ends(lab, cport=40001)
    send(lab, "rst from the client", c.segment("R"), "cli")
    send(lab, "data of the server after it", s.segment("PA", b"late"), "srv")
    got = send(lab, "syn", Build(lab).tcp("S", 40002, 80, seq=1))
    send(lab, "refused", back(got[0], flags="RA", seq=0))
    listing(lab)


@case(
    "nat-timeout",
    SPLIT,
    "timeouts of translated UDP flows (udp_timeout 2, stream 4): after expiry an answer is not translated, the next packet gets a mapping anew",
    rules=SNAT60,
    sysctl={"nf_conntrack_udp_timeout": 2, "nf_conntrack_udp_timeout_stream": 4},
)
def timeout(lab):
    got = there_and_back(lab, "udp", Build(lab).udp(4000, 53))
    send(lab, "one way", Build(lab).udp(4001, 53))
    lab.snap("fresh")
    lab.wait(3)
    send(lab, "late answer", back(got))
    lab.snap("late answer")
    lab.wait(5)
    send(lab, "answer after expiry", back(got))
    lab.snap("after expiry")
    there_and_back(lab, "the one way flow again", Build(lab).udp(4001, 53))
    listing(lab)


@case(
    "nat-zones",
    SPLIT,
    "the same tuple in two zones through snat to one address: are the mappings kept apart?",
    replay="random",
    rules="table ip z { chain pre { type filter hook prerouting priority -300; iifname cli ip dscp 10 ct zone set 1; iifname cli ip dscp 12 ct zone set 2; iifname srv ip dscp 10 ct zone set 1; iifname srv ip dscp 12 ct zone set 2; }; }\n"
    + SNAT60,
)
def zones(lab):
    out = []
    for tos in (40, 48, 0):
        got = send(lab, "tos %d" % tos, Build(lab).udp(4000, 53, ipf={"tos": tos}))
        out.append(got[0].sport)
        answer = back(got[0])
        answer.tos = tos
        send(lab, "tos %d, answer" % tos, answer)
    lab.note("ports: %s" % out)
    got = send(
        lab, "tos 40, other client, same port", Build(lab, 4, 11).udp(4000, 53, ipf={"tos": 40})
    )
    lab.check("within a zone it clashes", got[0].sport != 4000)
    listing(lab)


@case(
    "nat-zones-dir",
    SPLIT,
    "zones of the original direction only, snat to one address: the answers' tuples share zone 0 and clash",
    replay="random",
    rules="table ip z { chain pre { type filter hook prerouting priority -300; iifname cli ip dscp 10 ct original zone set 1; iifname cli ip dscp 12 ct original zone set 2; }; }\n"
    + SNAT60,
)
def zones_dir(lab):
    out = []
    for tos in (40, 48, 0):
        got = send(lab, "tos %d" % tos, Build(lab).udp(4000, 53, ipf={"tos": tos}))
        out.append(got[0].sport)
        send(lab, "tos %d, answer" % tos, back(got[0]))
    lab.check("three ports", len(set(out)) == 3)
    listing(lab)


@case(
    "nat-marks",
    SPLIT,
    "snat chosen by ct mark and meta mark; ct mark set in a nat chain and kept; marks of answers",
    rules="table ip m { chain pre { type filter hook prerouting priority -150; udp dport 53 ct mark set 5; udp dport 54 meta mark set 6; }; }\n"
    + nat(
        post='oifname "srv" ct mark 5 snat to 10.2.0.65\noifname "srv" meta mark 6 snat to 10.2.0.66\noifname "srv" udp dport 55 ct mark set 7 snat to 10.2.0.67\noifname "srv" udp dport 56 ct mark set 8'
    ),
)
def marks(lab):
    for port in (53, 54, 55, 56, 57):
        there_and_back(lab, "port %d" % port, Build(lab).udp(4000 + port, port))
    listing(lab)
