"""TFTP requests: opcodes, directions, NAT, ports that are taken."""
import struct

from cases_helpers.common import SPLIT, Datagrams
from ctlab.case import case
from ctlab.peer import Udp, ip_for
from ctlab.rules import dnat, firewall, masquerade, snat
from scapy.layers.inet import ICMP, IP, UDP
from scapy.packet import Raw

FW = firewall(["tftp"])
SNAT = firewall(["tftp"], nat=snat("10.2.0.199"))
DNAT = firewall(["tftp"], nat=dnat('iifname "cli" udp dport 69', "10.2.0.77"))
DNAT_PORT = firewall(
    ["tftp"], nat=dnat('iifname "cli" udp dport 69', "10.2.0.77:1069")
).replace("udp dport 69 accept", "udp dport 1069 accept").replace(
    "udp dport 69 ct helper", "udp dport 1069 ct helper"
)  # fmt: skip


def masq(lab):
    return firewall(["tftp"], nat=masquerade())


def request(opcode, rest=b"file\0octet\0"):
    return struct.pack("!H", opcode) + rest


MESSAGES = (
    ("opcode 0", request(0)),
    ("data", request(3)),
    ("ack", request(4)),
    ("error", request(5)),
    ("options", request(6)),
    ("one byte", b"\1"),
    ("zero byte", b"\0"),
    ("empty", b""),
    ("little-endian", b"\1\0file\0octet\0"),
    ("high byte", b"\1\1file\0octet\0"),
    ("opcode 257", request(257)),
    ("opcode alone", request(1, b"")),
    ("no name", request(2, b"\0")),
    ("no end", request(1, b"file")),
    ("write", request(2)),
    ("read", request(1)),
    ("options in the request", request(1, b"f\0octet\0blksize\0" + b"1428\0")),
    ("long", request(2, b"x" * 1000)),
)


@case("tftp-x-messages", SPLIT, "what is a request, from either side", rules=FW)
@case("tftp-x-messages6", SPLIT, "the same over IPv6", rules=FW, v=6)
@case("tftp-x-messages-nat", SPLIT, "the same through snat", rules=SNAT)
@case("tftp-x-messages-masq", SPLIT, "the same masqueraded", rules=masq)
@case("tftp-x-messages-dnat", SPLIT, "the same through dnat", rules=DNAT, shost=77, dial=10)
@case(
    "tftp-x-messages-dnat-port", SPLIT, "the same through dnat to another port", rules=DNAT_PORT,
    shost=77, dial=10, sport=1069,
)  # fmt: skip
def messages(lab, v=4, shost=10, dial=None, sport=None):
    for n, (label, text) in enumerate(MESSAGES):
        t = Datagrams(lab, 69, v, 41000 + n, shost=shost, dial=dial, sport=sport)
        t.up(label, text)
        t.up(label + " again", text)
        t.down(label + " back", text)
        if n % 6 == 5:
            lab.snap("message-%d" % n)


@case("tftp-x-transfer", SPLIT, "the transfer: from where it may come, and once", rules=FW)
@case("tftp-x-transfer6", SPLIT, "the same over IPv6", rules=FW, v=6)
@case("tftp-x-transfer-masq", SPLIT, "the same masqueraded", rules=masq, others=False)
@case("tftp-x-transfer-nat", SPLIT, "the same through snat", rules=SNAT)
@case(
    "tftp-x-transfer-nat-port",
    SPLIT,
    "the same through snat to one port",
    rules=firewall(
        ["tftp"],
        nat=snat("10.2.0.199", ports=":6000").replace(
            'oifname "srv"', 'oifname "srv" meta l4proto udp'
        ),
    ),
)
@case("tftp-x-transfer-dnat", SPLIT, "the same through dnat", rules=DNAT, shost=77, dial=10)
@case(
    "tftp-x-transfer-dnat-port", SPLIT, "the same through dnat to another port", rules=DNAT_PORT,
    shost=77, dial=10, sport=1069,
)  # fmt: skip
@case(
    "tftp-x-transfer-both", SPLIT, "snat and dnat",
    rules=firewall(["tftp"], nat=snat("10.2.0.199") + "\n" + dnat('iifname "cli" udp dport 69', "10.2.0.77")),
    shost=77, dial=10,
)  # fmt: skip
def transfer(lab, v=4, shost=10, dial=None, sport=None, others=True):
    t = Datagrams(lab, 69, v, 42000, shost=shost, dial=dial, sport=sport)
    t.up("read", request(1))
    lab.snap("read")
    for label, host, port in (
        ("another host", 40, 3000),
        ("the server", shost, 3001),
        ("the server, another port", shost, 3002),
    ):
        if not others and port != 3001:
            continue  # the router itself would answer it
        u = Udp(lab.srv, lab.s(host, v), port)
        u.send(request(3), *t.public)
        got = t.c.recv(0.06, need=False)
        lab.note("%s: %s" % (label, got and (got[1:],) or "dropped"))
        if got:
            t.c.send(request(4), *got[1:])
            back = u.recv(0.06, need=False)
            lab.note("answer: %s" % (back and (back[1:],) or "dropped"))
        lab.snap(label)
    t.up("write", request(2))
    t.up("write again", request(2))
    lab.snap("write")
    u = Udp(lab.srv, lab.s(shost, v), 3001)
    u.send(request(5), *t.public)
    lab.note("the old transfer: %s" % (t.c.recv(0.06, need=False) is not None))
    lab.snap("old")


@case(
    "tftp-x-same-port",
    SPLIT,
    "two clients of one port behind one address",
    rules=masq,
    replay="random",
)
def same_port(lab):
    for host in (10, 11):
        t = Datagrams(lab, 69, 4, 43000, chost=host)
        t.up("read", request(1))
        lab.note("seen as %s" % (t.public,))
        lab.snap("read-%d" % host)
        Udp(lab.srv, lab.s(10), 3000 + host).send(request(3), *t.public)
        lab.note("transfer: %s" % (t.c.recv(0.06, need=False) is not None))
    lab.snap("transfers")


@case(
    "tftp-x-two-servers",
    SPLIT,
    "one client and port, two servers; the master is refused first",
    rules=FW,
)
@case("tftp-x-two-servers-nat", SPLIT, "the same through snat", rules=SNAT)
def two_servers(lab):
    one, two = Datagrams(lab, 69, 4, 44000), Datagrams(lab, 69, 4, 44000, shost=11)
    one.up("one", request(1))
    two.up("two", request(1))
    lab.snap("both")
    for host in (11, 10):
        Udp(lab.srv, lab.s(host), 3000).send(request(3), *one.public)
        lab.note("from %d: %s" % (host, one.c.recv(0.06, need=False) is not None))
    lab.snap("transfers")


@case(
    "tftp-x-dropped",
    SPLIT,
    "a request that a later rule drops leaves nothing",
    rules=firewall(["tftp"]).replace(
        "table inet fw {",
        "table inet late {\n  chain post {\n    type filter hook postrouting priority 200; policy accept;\n    udp dport 69 udp sport 45000 drop\n  }\n}\ntable inet fw {",
    ),
)
def dropped(lab):
    t = Datagrams(lab, 69, 4, 45000)
    t.up("dropped", request(1))
    lab.snap("dropped")
    t = Datagrams(lab, 69, 4, 45001)
    t.up("passes", request(1))
    lab.snap("passes")


@case("tftp-x-icmp", SPLIT, "an ICMP error about the request, and about the transfer", rules=FW)
@case("tftp-x-icmp-nat", SPLIT, "the same through snat", rules=SNAT)
def icmp(lab):
    t = Datagrams(lab, 69, 4, 46000)
    t.up("read", request(1))
    quoted = IP(src=t.public[0], dst=lab.s(10)) / UDP(sport=t.public[1], dport=69) / Raw(request(1))
    lab.srv.send(IP(src=lab.s(10), dst=t.public[0]) / ICMP(type=3, code=3) / Raw(bytes(quoted)))
    lab.snap("error")
    u = Udp(lab.srv, lab.s(10), 3000)
    u.send(request(3), *t.public)
    got = t.c.recv(0.06)
    quoted = IP(src=lab.s(10), dst=lab.c(10)) / UDP(sport=3000, dport=46000) / Raw(request(3))
    lab.cli.send(IP(src=lab.c(10), dst=lab.s(10)) / ICMP(type=3, code=3) / Raw(bytes(quoted)))
    lab.note("transfer from %s" % (got[1:],))
    lab.snap("error-2")
