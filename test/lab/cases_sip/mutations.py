"""Messages changed at random places, always the same ones: what passes, what is dropped, what is expected."""
import random

from cases_sip.common import SPLIT, Tcp, Udp, firewall, handshake, host, sdp, show
from ctlab.case import case
from ctlab.rules import dnat, snat

TOKENS = (
    "\r\n", "\r\n ", "\n", "\r", "\r\n\r\n", " ", "\t", ",", ";", ":", "@", "<", ">", "=", "[", "]", "0", "1", "65535",
    "4294967295", "sip:", "sips:", "SIP/2.0", "UDP ", "TCP ", "v=0\r\n", "c=IN IP4 ", "c=IN IP6 ", "m=audio ",
    "m=video 50000 x\r\n", "m=image 50002 x\r\n", "o=x IN IP4 ", "IN IP4 ", "Contact: ", "m: ", "Via: SIP/2.0/UDP ", "v: ",
    "Expires: 7\r\n", ";expires=", ";expires=9", ";transport=tcp", ";transport=udp", ";maddr=", ";received=", ";rport=",
    "CSeq: 9 ", "INVITE", "REGISTER", "BYE ", "Content-Length: 3\r\n", "l: ", "From: ", "t: ", "%c", "%s", "%C:%p", "%S:5060",
    "f", "\xe9", "\0",
)  # fmt: skip

INVITE = (
    "INVITE sip:b@%S:5060 SIP/2.0\r\nVia: SIP/2.0/UDP %C:%p;branch=z;rport\r\nFrom: <sip:a@%C:%p>;tag=1\r\n"
    "To: <sip:b@%S>\r\nCall-ID: x@lab\r\nCSeq: 1 INVITE\r\nContact: <sip:a@%C:%p>\r\n"
    "Content-Type: application/sdp\r\nContent-Length: 99\r\n\r\n"
)
REGISTER = (
    "REGISTER sip:%S SIP/2.0\r\nVia: SIP/2.0/UDP %C:%p;branch=z\r\nFrom: <sip:a@%C>;tag=1\r\nTo: <sip:a@%S>\r\n"
    "CSeq: 7 REGISTER\r\nContact: <sip:a@%C:%p>;expires=60, <sip:b@%C:%p>\r\nExpires: 60\r\nContent-Length: 0\r\n\r\n"
)
ANSWER = (
    "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP %P;received=%A;rport=%p\r\nFrom: <sip:a@%P>;tag=1\r\nTo: <sip:b@%S>;tag=2\r\n"
    "CSeq: 1 INVITE\r\nContact: <sip:b@%S:5060>\r\nContent-Length: 99\r\n\r\n"
)
REGISTERED = (
    "SIP/2.0 200 OK\r\nv: SIP/2.0/UDP %P\r\nFrom: <sip:a@%P>;tag=1\r\nCSeq: 7 REGISTER\r\n"
    "m: <sip:x@%S>, <sip:a@%P>;expires=50\r\nExpires: 60\r\nContent-Length: 0\r\n\r\n"
)


def mutate(draw, text, times):
    for _ in range(times):
        at = draw.randrange(len(text) + 1)
        size = draw.choice((0, 0, 1, 1, 2, 5, 20))
        kind = draw.randrange(6)
        if kind == 0:
            text = text[:at] + text[at + size + 1 :]
        elif kind in (1, 2):
            text = text[:at] + draw.choice(TOKENS) + text[at + size :]
        elif kind == 3:
            other = draw.randrange(len(text) + 1)
            text = text[:at] + text[other : other + draw.choice((5, 20, 60))] + text[at:]
        elif kind == 4:
            lines = text.split("\r\n")
            draw.shuffle(lines) if draw.random() < 0.1 else lines.insert(
                draw.randrange(len(lines)), draw.choice(lines)
            )
            text = "\r\n".join(lines)
        else:
            text = text[:at] + text[at : at + 30].swapcase() + text[at + 30 :]
        text = text or "x"
    return text[: draw.randrange(len(text))] if draw.random() < 0.06 else text


def rules(*texts):
    return firewall(["sip"], nat="\n".join(texts))


@case("sip-x-mutations", SPLIT, "60 requests and 60 answers, mutated", rules=rules(), seed=1)
@case("sip-x-mutations6", SPLIT, "the same over IPv6", rules=rules(), seed=2, v=6)
@case(
    "sip-x-mutations-nat",
    SPLIT,
    "the same through snat to a longer address",
    rules=rules(snat("10.2.0.199")),
    seed=3,
    public="10.2.0.199",
)
@case(
    "sip-x-mutations-nat-short",
    SPLIT,
    "the same through snat to a shorter address",
    rules=rules(snat("10.2.0.9")),
    seed=4,
    public="10.2.0.9",
)
@case(
    "sip-x-mutations-nat6",
    SPLIT,
    "the same through snat over IPv6",
    rules=rules(snat("fd00:2::60:1", family="ip6")),
    seed=5,
    v=6,
    public="fd00:2::60:1",
)
@case(
    "sip-x-mutations-dnat",
    SPLIT,
    "the same through dnat",
    rules=rules(dnat('iifname "cli" udp dport 5060', "10.2.0.77")),
    seed=6,
    shost=77,
)
def mutations(lab, seed, v=4, public=None, shost=10, count=60):
    draw = random.Random(seed)
    c, s = lab.c(10, v), lab.s(10, v)
    public = public or c
    server = Udp(lab.srv, lab.s(shost, v), 5060)
    for n in range(count):
        port = 20000 + n
        phone = Udp(lab.cli, c, port)

        def fill(text):
            for key, value in (
                ("%P", "%s:%d" % (host(public), port)),
                ("%A", public),
                ("%C", host(c)),
                ("%S", host(s)),
                ("%p", str(port)),
                ("%c", c),
                ("%s", s),
            ):
                text = text.replace(key, value)
            return text

        media = [("audio", 30000 + 4 * n), ("video", 40000 + 4 * n)]
        first = (
            REGISTER
            if n % 3 == 0
            else INVITE + sdp(c, media) + ("c=IN IP4 %s\r\n" % c if v == 4 and n % 2 else "")
        )
        second = REGISTERED if n % 3 == 0 else ANSWER + sdp(s, [(k, p + 2) for k, p in media])
        changed = draw.randrange(3)
        phone.send(
            fill(mutate(draw, first, draw.randrange(1, 5)) if changed != 1 else first), s, 5060
        )
        server.send(
            fill(mutate(draw, second, draw.randrange(1, 5)) if changed != 0 else second),
            public,
            port,
        )
    show(lab, "end")


@case(
    "sip-x-mutations-tcp",
    SPLIT,
    "30 segments with one or two messages each way, mutated, each on its own connection",
    rules=firewall(["sip-tcp"]),
    seed=7,
)
@case(
    "sip-x-mutations-tcp-nat",
    SPLIT,
    "the same through snat to a longer address",
    rules=firewall(["sip-tcp"], nat=snat("10.2.0.199")),
    seed=8,
    public="10.2.0.199",
)
@case(
    "sip-x-mutations-tcp-nat6",
    SPLIT,
    "the same through snat over IPv6",
    rules=firewall(["sip-tcp"], nat=snat("fd00:2::60:1", family="ip6")),
    seed=9,
    v=6,
    public="fd00:2::60:1",
)
def segments(lab, seed, v=4, public=None, count=30):
    draw = random.Random(seed)
    c, s = lab.c(10, v), lab.s(10, v)
    public = public or c
    for n in range(count):
        port = 20000 + n
        phone = Tcp(lab.cli, c, port, s, 5060)
        server = Tcp(lab.srv, s, 5060)
        handshake(phone, server)

        def fill(text):
            for key, value in (
                ("%P", "%s:%d" % (host(public), port)),
                ("%A", public),
                ("%C", host(c)),
                ("%S", host(s)),
                ("%p", str(port)),
                ("%c", c),
                ("%s", s),
            ):
                text = text.replace(key, value)
            return text.replace("SIP/2.0/UDP", "SIP/2.0/TCP")

        def whole(text, body=""):
            return fill(text).replace("Length: 99", "Length: %d" % len(fill(body))) + fill(body)

        offer = sdp(c, [("audio", 30000 + 4 * n)])
        answer = sdp(s, [("audio", 50000 + 4 * n)])
        messages = (whole(REGISTER), whole(INVITE, offer), whole(INVITE, offer))
        answers = (whole(REGISTERED), whole(ANSWER, answer))
        text = "".join(draw.choice(messages) for _ in range(draw.randrange(1, 3)))
        phone.data(fill(mutate(draw, text, draw.randrange(0, 5)))[:1300])
        if server.recv(0.03, need=False) is not None:
            server.ack_()
            phone.recv(0.03, need=False)
        text = "".join(draw.choice(answers) for _ in range(draw.randrange(1, 3)))
        server.data(fill(mutate(draw, text, draw.randrange(0, 4)))[:1300])
        if phone.recv(0.03, need=False) is not None:
            phone.ack_()
            server.recv(0.03, need=False)
    show(lab, "end")
