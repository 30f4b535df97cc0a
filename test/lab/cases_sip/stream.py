"""SIP over TCP: several messages in a segment, cut ones, NAT with lengths that change."""
from cases_sip.common import FW_TCP, SPLIT, Dialog, Tcp, firewall, handshake, payload, sdp, show
from ctlab.case import case
from ctlab.rules import snat

LONG, SHORT = "10.2.0.199", "10.2.0.9"


def rules(address, family="ip"):
    return firewall(["sip-tcp"], nat=snat(address, family))


class Pair:
    def __init__(self, lab, v=4, port=35060):
        self.lab = lab
        self.c = Tcp(lab.cli, lab.c(10, v), port, lab.s(10, v), 5060)
        self.s = Tcp(lab.srv, lab.s(10, v), 5060)
        handshake(self.c, self.s)
        self.d = Dialog(self.c.addr, self.s.addr, port, transport="TCP")

    def carry(self, label, one, other, text, ack=True):
        self.lab.step(label)
        one.data(text)
        got = other.recv(0.1, need=False)
        arrived = payload(got).decode("latin-1") if got is not None else None
        if arrived is None:
            self.lab.note("%s: dropped" % label)
            one.seq -= len(text)
        else:
            new = [x for x in arrived.splitlines() if x not in text.splitlines()]
            self.lab.note("%s: %s" % (label, " | ".join(new) or "unchanged"))
            if ack:
                other.ack_()
                one.recv(0.1, need=False)
        show(self.lab, label)
        return arrived

    def up(self, label, text, **kw):
        return self.carry(label, self.c, self.s, text, **kw)

    def down(self, label, text, **kw):
        return self.carry(label, self.s, self.c, text, **kw)


@case(
    "sip-x-tcp",
    SPLIT,
    "several messages in a segment, a message over two segments, wrong lengths, keep-alives, short segments",
    rules=FW_TCP,
)
@case("sip-x-tcp-nat", SPLIT, "the same through snat to a longer address", rules=rules(LONG))
@case(
    "sip-x-tcp-nat-short", SPLIT, "the same through snat to a shorter address", rules=rules(SHORT)
)
@case("sip-x-tcp-nat6", SPLIT, "the same over IPv6", rules=rules("fd00:2::60:1:2", "ip6"), v=6)
def segments(lab, v=4):
    p = Pair(lab, v)
    d = p.d

    def invite(cseq, port):
        return d.request("INVITE", cseq, body=sdp(p.c.addr, [("audio", port)]))

    p.up("invite", invite(1, 40000))
    p.down("ok", d.response(200, "OK", "INVITE", 1, body=sdp(p.s.addr, [("audio", 42000)])))
    p.up("ack and re-invite", d.request("ACK", 1) + invite(2, 40100))
    p.up("three", d.request("OPTIONS", 3) + invite(4, 40200) + d.request("OPTIONS", 5))
    third = invite(6, 40300)
    p.up("first part", third[:200])
    p.up("second part", third[200:])
    p.up("one and a part", d.request("OPTIONS", 7) + third[:150])
    p.up("the rest", third[150:])
    cut = invite(8, 40400)
    p.up("one and half a body", d.request("OPTIONS", 9) + cut[:-20])
    p.up("the rest of the body", cut[-20:])
    p.up("keep-alive", "\r\n\r\n")
    p.up("keep-alive before", "\r\n\r\n" + invite(10, 40500))
    p.up("no length", invite(11, 40600).replace("Content-Length", "X"))
    p.up("short form", invite(12, 40700).replace("Content-Length", "l"))
    p.up("length too small", invite(13, 40800).replace("Content-Length: 1", "Content-Length: "))
    p.up("length 0 and a body", d.request("OPTIONS", 14) + "v=0\r\nc=IN IP4 1.2.3.4\r\n")
    p.up("length of letters", invite(15, 40900).replace("Content-Length: ", "Content-Length: x"))
    p.up("a huge length", invite(16, 41000).replace("Content-Length: ", "Content-Length: 99999"))
    p.up("bye", d.request("BYE", 17))
    p.down("bye ok", d.response(200, "OK", "BYE", 17))


@case(
    "sip-x-tcp-dropped",
    SPLIT,
    "a message that cannot be read drops its segment, with others before it; repeated rightly",
    rules=FW_TCP,
)
@case(
    "sip-x-tcp-nat-dropped", SPLIT, "the same through snat to a longer address", rules=rules(LONG)
)
def dropped(lab):
    p = Pair(lab)
    d = p.d
    good = d.request("INVITE", 1, body=sdp(p.c.addr, [("audio", 40000)]))
    bad = d.request("INVITE", 2, body=sdp(p.c.addr, [("audio", 100)]))
    p.up("good and bad", good + bad)
    p.up("good", good)
    p.up("bad", bad)
    p.down("ok", d.response(200, "OK", "INVITE", 1, body=sdp(p.s.addr, [("audio", 42000)])))
    p.up("options", d.request("OPTIONS", 3))
    p.down("no code", "SIP/2.0 XXX\r\nContent-Length: 0\r\n\r\n")
    p.down("short", "SIP/2.0 2")
    p.up("bye", d.request("BYE", 4))


@case(
    "sip-x-tcp-nat-repeat",
    SPLIT,
    "segments that are sent again, and acknowledgements in between, after texts have grown",
    rules=rules(LONG),
)
def repeat(lab):
    p = Pair(lab)
    d = p.d
    texts = [
        d.request("INVITE", n, body=sdp(p.c.addr, [("audio", 40000 + 10 * n)])) for n in (1, 2)
    ]
    p.up("first", texts[0])
    p.c.seq -= len(texts[0])
    p.up("first again", texts[0])
    p.up("second", texts[1])
    p.c.seq -= len(texts[1])
    p.up("second again", texts[1])
    p.c.seq -= len(texts[0]) + len(texts[1])
    p.up("first once more", texts[0])
    p.c.seq += len(texts[1])
    p.down(
        "ok",
        d.response(
            200,
            "OK",
            "INVITE",
            2,
            body=sdp(p.s.addr, [("audio", 42000)]),
            via="SIP/2.0/TCP %s:35060;branch=z" % LONG,
        ),
    )


@case(
    "sip-x-tcp-register",
    SPLIT,
    "REGISTER over TCP through snat: calls come by TCP",
    rules=rules(LONG),
)
def register(lab):
    p = Pair(lab)
    d = p.d
    got = p.up(
        "register",
        d.request(
            "REGISTER",
            1,
            uri="sip:" + p.s.addr,
            extra="Expires: 60\r\n",
            contact="<sip:a@%s:5060;transport=tcp>" % p.c.addr,
        ),
    )
    contact = [x for x in got.splitlines() if x.startswith("Contact")][0].split(" ", 1)[1]
    p.down("ok", d.response(200, "OK", "REGISTER", 1, contact=contact, extra="Expires: 60\r\n"))
    public = contact.split("@")[1].split(";")[0].split(":")
    s = Tcp(lab.srv, p.s.addr, 45060, public[0], int(public[1]))
    s.syn()
    c = Tcp(lab.cli, p.c.addr, 5060)
    got = c.recv(0.2, need=False, learn=True)
    lab.note("SYN from outside: %s" % (got is not None))
    show(lab, "syn")
