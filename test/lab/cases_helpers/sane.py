"""SANE's start of a scan: sizes, states, order, NAT."""
import struct

from cases_helpers.common import SPLIT, Stream
from ctlab.case import case
from ctlab.peer import Tcp, handshake
from ctlab.rules import dnat, firewall, snat

FW = firewall(["sane"])
SNAT = firewall(["sane"], nat=snat("10.2.0.199"))
DNAT = firewall(["sane"], nat=dnat('iifname "cli" tcp dport 6566', "10.2.0.77"))

START = struct.pack("!II", 7, 0)
OTHER = struct.pack("!II", 4, 0)


def reply(port, status=0, zero=0, rest=struct.pack("!II", 0x1234, 0)):
    return struct.pack("!IHH", status, zero, port) + rest


STEPS = (
    ("reply without a request", "d", reply(100)),
    ("start", "u", START),
    ("reply", "d", reply(101)),
    ("reply again", "d", reply(102)),
    ("start 2", "u", START),
    ("other command between", "u", OTHER),
    ("reply 2", "d", reply(103)),
    ("start 3", "u", START),
    ("short message between", "u", OTHER[:7]),
    ("reply 3", "d", reply(104)),
    ("start 4", "u", START),
    ("long message between", "u", OTHER + b"x"),
    ("reply 4", "d", reply(105)),
    ("start of seven bytes", "u", START[:7]),
    ("reply 5", "d", reply(106)),
    ("start of nine bytes", "u", START + b"x"),
    ("reply 6", "d", reply(107)),
    ("start twice in a segment", "u", START + START),
    ("reply 7", "d", reply(108)),
    ("start, other handle", "u", struct.pack("!II", 7, 0xFFFFFFFF)),
    ("reply 8", "d", reply(109)),
    ("little-endian start", "u", struct.pack("<II", 7, 0)),
    ("reply 9", "d", reply(110)),
    ("start 10", "u", START),
    ("failed", "d", reply(111, status=5)),
    ("reply after the failure", "d", reply(112)),
    ("start 11", "u", START),
    ("not zero", "d", reply(113, zero=1)),
    ("reply after not zero", "d", reply(114)),
    ("start 12", "u", START),
    ("reply of seven bytes", "d", reply(115)[:7]),
    ("reply after seven bytes", "d", reply(116)),
    ("start 13", "u", START),
    ("reply of eight bytes", "d", reply(117)[:8]),
    ("start 14", "u", START),
    ("reply of nine bytes", "d", reply(118)[:9]),
    ("start 15", "u", START),
    ("reply of one byte", "d", b"\0"),
    ("rest of the reply", "d", reply(119)[1:]),
    ("reply as a whole", "d", reply(120)),
    ("start 16", "u", START),
    ("port 0", "d", reply(0)),
    ("start 17", "u", START),
    ("port 65535", "d", reply(65535)),
    ("start 18", "u", START),
    ("start 18 again", "u", START),
    ("reply 18", "d", reply(121)),
    ("reply 18 again", "d", reply(121)),
    ("start in the other direction", "d", START),
    ("reply in the other direction", "u", reply(122)),
    ("start 19", "u", START),
    ("long reply", "d", reply(123, rest=b"r" * 1000)),
    ("start 20", "u", START),
    ("reply of eleven bytes", "d", reply(124)[:11]),
    ("start 21", "u", START),
    ("same port", "d", reply(124)),
)


@case("sane-x-steps", SPLIT, "requests and replies of all sorts", rules=FW)
@case("sane-x-steps6", SPLIT, "the same over IPv6", rules=FW, v=6)
@case("sane-x-steps-nat", SPLIT, "the same through snat", rules=SNAT)
@case("sane-x-steps-dnat", SPLIT, "the same through dnat", rules=DNAT, shost=77, dial=10)
def steps(lab, v=4, shost=10, dial=None):
    t = Stream(lab, 6566, v, shost=shost, dial=dial)
    for n, (label, way, text) in enumerate(STEPS):
        (t.up if way == "u" else t.down)(label, text)
        if n % 8 == 7:
            lab.snap("step-%d" % n)


@case("sane-x-clash", SPLIT, "two connections expect one port; which is then used", rules=FW)
@case("sane-x-clash-dnat", SPLIT, "the same through dnat", rules=DNAT, shost=77, dial=10)
def clash(lab, shost=10, dial=None):
    one = Stream(lab, 6566, 4, 46000, shost=shost, dial=dial)
    two = Stream(lab, 6566, 4, 46001, shost=shost, dial=dial)
    other = Stream(lab, 6566, 4, 46002, chost=11, shost=shost, dial=dial)
    for t in (one, two, other):
        t.up("start", START)
    one.down("one", reply(50000))
    lab.snap("one")
    two.down("two, busy", reply(50000))
    lab.snap("two")
    two.down("two, once more", reply(50001))
    other.down("other client", reply(50000))
    lab.snap("other")
    dc = Tcp(lab.cli, one.c.addr, 47000, lab.s(dial or shost), 50000)
    ds = Tcp(lab.srv, lab.s(shost), 50000)
    dc.syn()
    if ds.recv(0.1, need=False, learn=True) is not None:
        ds.synack()
        dc.recv(0.1, need=False)
    lab.snap("data")
