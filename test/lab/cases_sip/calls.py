"""Calls without NAT: methods, answers, media lines, module parameters."""
from cases_sip.common import FW, SPLIT, Talk, Udp, firewall, sdp, show
from ctlab.case import case

AUDIO = [("audio", 40000)]


@case(
    "sip-x-update",
    SPLIT,
    "UPDATE and PRACK with descriptions, their answers 200 with descriptions, 4xx with CSeq of the INVITE and another",
    rules=FW,
    method="UPDATE",
)
@case("sip-x-prack", SPLIT, "the same with PRACK", net="b", rules=FW, method="PRACK")
def update(lab, method):
    t = Talk(lab)
    d = t.d
    t.invite(cseq=1)
    t.answer(cseq=1)
    t.up("ack", d.request("ACK", 1))
    t.up("request", d.request(method, 2, body=sdp(t.c.addr, [("audio", 40010)])))
    t.down("200", d.response(200, "OK", method, 2, body=sdp(t.s.addr, [("audio", 42010)])))
    t.up("again", d.request(method, 3, body=sdp(t.c.addr, [("audio", 40020)])))
    t.down("488 of another CSeq", d.response(488, "Not Acceptable Here", method, 3))
    t.down("488 of INVITE's CSeq", d.response(488, "Not Acceptable Here", method, 1))
    t.up("without a body", d.request(method, 4))
    t.down("183", d.response(183, "Progress", method, 4, body=sdp(t.s.addr, [("audio", 42020)])))
    t.down(
        "from the callee",
        d.request(method, 1, body=sdp(t.s.addr, [("audio", 42030)]), from_callee=True),
    )
    t.up(
        "its 200",
        d.response(200, "OK", method, 1, body=sdp(t.c.addr, [("audio", 40030)]), from_callee=False),
    )


@case(
    "sip-x-answers",
    SPLIT,
    "INVITE answered by 3xx, 4xx, 5xx, 6xx, 100, 999, 99 and without a body; CSeq of an older INVITE",
    rules=FW,
)
def answers(lab):
    t = Talk(lab)
    for n, code in enumerate((300, 404, 503, 600, 999, 99), 1):
        t.invite(cseq=n, media=[("audio", 40000 + 10 * n)], label="invite %d" % n)
        t.down("%d" % code, t.d.response(code, "Answer", "INVITE", n))
    t.invite(cseq=20)
    t.down("486 of CSeq 19", t.d.response(486, "Busy", "INVITE", 19))
    t.down("486 to BYE", t.d.response(486, "Busy", "BYE", 20))
    t.down("486 to CANCEL", t.d.response(486, "Busy", "CANCEL", 20))
    t.down("486 to ACK", t.d.response(486, "Busy", "ACK", 20))
    t.down("486 to INVITED", t.d.response(486, "Busy", "INVITED", 20))
    t.down("without a body", t.d.response(200, "OK", "INVITE", 20))
    t.invite(cseq=21, label="invite 21")
    t.down(
        "183 with a body",
        t.d.response(183, "Progress", "INVITE", 21, body=sdp(t.s.addr, [("audio", 42000)])),
    )
    t.down("late 487 of 20", t.d.response(487, "Terminated", "INVITE", 20))
    t.up("INVITE without a body ends media", t.d.request("INVITE", 22))
    t.invite(cseq=23, label="invite 23")
    t.up(
        "MESSAGE",
        t.d.request(
            "MESSAGE", 24, body="v=0\r\nc=IN IP4 %s\r\nm=audio 40500 RTP/AVP 0\r\n" % t.c.addr
        ),
    )
    t.up("CANCEL", t.d.request("CANCEL", 23))
    t.up("BYE of another CSeq", t.d.request("BYE", 77))


@case(
    "sip-x-hold", SPLIT, "hold: c=0.0.0.0, port 0, a=inactive; then the media come back", rules=FW
)
def hold(lab):
    t = Talk(lab)
    t.invite()
    t.answer()
    t.up("ack", t.d.request("ACK", 1))
    body = sdp(t.c.addr, AUDIO)
    t.up(
        "c=0.0.0.0",
        t.d.request("INVITE", 2, body=body.replace("c=IN IP4 " + t.c.addr, "c=IN IP4 0.0.0.0")),
    )
    t.answer(cseq=2, label="ok 2")
    t.up("port 0", t.d.request("INVITE", 3, body=sdp(t.c.addr, [("audio", 0)])))
    t.answer(cseq=3, media=[("audio", 0)], label="ok 3")
    t.up("inactive", t.d.request("INVITE", 4, body=body + "a=inactive\r\n"))
    t.answer(cseq=4, label="ok 4")
    t.invite(cseq=5, media=[("audio", 40100)], label="back")
    t.answer(cseq=5, media=[("audio", 42100)], label="ok 5")


LINES = (
    ("odd port", [("audio", 40001)]),
    ("three kinds", [("audio", 40000), ("video", 40010), ("image", 40020)]),
    ("four lines", [("audio", 40000), ("audio", 40010), ("video", 40020), ("video", 40030)]),
    ("unknown kinds between", [("text", 41000), ("audio", 40000), ("application", 41002), ("message", 41004), ("video", 40010), ("image", 40020)]),
    ("port 0 between", [("audio", 0), ("audio", 40000), ("video", 0), ("video", 40010), ("audio", 40020), ("audio", 40030)]),
    ("three images", [("image", 40000), ("image", 40010), ("image", 40020)]),
    ("three videos", [("video", 40000), ("video", 40010), ("video", 40020)]),
    ("the same port twice", [("audio", 40000), ("audio", 40000)]),
    ("the same port, other kind", [("audio", 40000), ("video", 40000)]),
    ("overlapping pairs", [("audio", 40001), ("audio", 40002)]),
    ("port 1023", [("audio", 1023)]),
    ("port 1024", [("audio", 1024)]),
    ("port 65535", [("audio", 65535)]),
    ("port 65536", [("audio", 65536)]),
    ("port 4294967296", [("audio", 4294967296)]),
    ("port 99999999999999", [("audio", 99999999999999)]),
    ("two ports", [("audio", "40000/2")]),
    ("leading zeros", [("audio", "0000040000")]),
    ("eleven digits", [("audio", "00000040000")]),
    ("twelve digits", [("audio", "000000040000")]),
    ("no port", [("audio", "x")]),
    ("capitals", [("AUDIO", 40000)]),
)  # fmt: skip


def lines_of(address, media):
    return "v=0\r\no=- 1 1 IN IP4 %s\r\ns=x\r\nc=IN IP4 %s\r\nt=0 0\r\n" % (
        address,
        address,
    ) + "".join("m=%s %s RTP/AVP 0\r\n" % item for item in media)


@case("sip-x-lines", SPLIT, "media lines: ports, kinds, numbers of lines", rules=FW)
def lines(lab):
    for n, (label, media) in enumerate(LINES):
        t = Talk(lab, cport=20000 + n, call="l%d@lab" % n)
        t.up(label, t.d.request("INVITE", 1, body=lines_of(t.c.addr, media)), snap="note")
        t.up("BYE", t.d.request("BYE", 2), snap=False)


ADDRESSES = (
    ("media's own", "c=IN IP4 10.9.9.9\r\n", "c=IN IP4 {c}\r\n"),
    ("media's own is another's", "c=IN IP4 {c}\r\n", "c=IN IP4 10.9.9.9\r\n"),
    ("none", "", ""),
    ("only media's", "", "c=IN IP4 {c}\r\n"),
    ("a name", "c=IN IP4 host.example\r\n", ""),
    ("a name, then media's", "c=IN IP4 host.example\r\n", "c=IN IP4 {c}\r\n"),
    ("IPv6", "c=IN IP6 fd00:1::10\r\n", ""),
    ("TTL", "c=IN IP4 {c}/127\r\n", ""),
    ("lower case", "c=in ip4 {c}\r\n", ""),
    ("capital C", "C=IN IP4 {c}\r\n", ""),
    ("two, the first counts", "c=IN IP4 10.9.9.9\r\nc=IN IP4 {c}\r\n", ""),
    ("the first unreadable", "c=IN IP4 x\r\nc=IN IP4 {c}\r\n", ""),
    ("something before", "c=xyz IN IP4 {c}\r\n", ""),
    ("a letter behind", "c=IN IP4 {c}a\r\n", ""),
    ("a letter g behind", "c=IN IP4 {c}g\r\n", ""),
    ("a dot behind", "c=IN IP4 {c}.\r\n", ""),
    ("zeros before", "c=IN IP4 010.0001.000.00010\r\n", ""),
    ("octet 256", "c=IN IP4 10.1.0.256\r\n", ""),
    ("line feeds alone", "c=IN IP4 {c}\n", ""),
)  # fmt: skip


@case(
    "sip-x-addresses",
    SPLIT,
    "addresses of descriptions: session's, media's, names, spellings",
    rules=FW,
)
def addresses(lab):
    for n, (label, session, media) in enumerate(ADDRESSES):
        t = Talk(lab, cport=20000 + n, call="a%d@lab" % n)
        body = (
            "v=0\r\no=- 1 1 IN IP4 {c}\r\ns=x\r\n"
            + session
            + "t=0 0\r\nm=audio 40000 RTP/AVP 0\r\n"
            + media
        )
        t.up(label, t.d.request("INVITE", 1, body=body.replace("{c}", t.c.addr)), snap="note")
        t.up("BYE", t.d.request("BYE", 2), snap=False)


def third_party(lab, v=4):
    t = Talk(lab, v)
    far = sdp(lab.c(60, v), AUDIO)
    t.up("another host of this side", t.d.request("INVITE", 1, body=far))
    t.down(
        "its answer, another host of the other side",
        t.d.response(200, "OK", "INVITE", 1, body=sdp(lab.s(60, v), [("audio", 42000)])),
    )
    t.up("a host of the other side", t.d.request("INVITE", 2, body=sdp(lab.s(70, v), AUDIO)))
    t.up("the router", t.d.request("INVITE", 3, body=sdp(lab.s(1, v), [("audio", 40004)])))
    t.up(
        "nowhere",
        t.d.request(
            "INVITE", 4, body=sdp("192.0.2.200" if v == 4 else "fd99::1", [("audio", 40006)])
        ),
    )
    t.invite(cseq=5, label="itself")
    for source in (10, 61):
        Udp(lab.srv, lab.s(source, v), 42000).send("rtp", t.c.addr, 40000)
        got = Udp(lab.cli, t.c.addr, 40000).recv(0.2, need=False)
        lab.note("RTP from host %d: %s" % (source, "passed" if got else "dropped"))
    show(lab, "rtp")


@case(
    "sip-x-indirect-media",
    SPLIT,
    "sip_direct_media=0: media anywhere, from anyone",
    rules=FW,
    module={"nf_conntrack_sip/sip_direct_media": "0"},
)
@case(
    "sip-x-indirect-media6",
    SPLIT,
    "sip_direct_media=0 over IPv6",
    rules=FW,
    module={"nf_conntrack_sip/sip_direct_media": "0"},
    v=6,
)
@case(
    "sip-x-external-media",
    SPLIT,
    "sip_external_media=1 and sip_direct_media=0: nothing is expected at hosts beyond the message's interface",
    rules=FW,
    module={"nf_conntrack_sip/sip_direct_media": "0", "nf_conntrack_sip/sip_external_media": "1"},
)
@case(
    "sip-x-external-media6",
    SPLIT,
    "the same over IPv6",
    rules=FW,
    module={"nf_conntrack_sip/sip_direct_media": "0", "nf_conntrack_sip/sip_external_media": "1"},
    v=6,
)
@case(
    "sip-x-external-direct-media",
    SPLIT,
    "sip_external_media=1 with sip_direct_media=1: no difference",
    rules=FW,
    module={"nf_conntrack_sip/sip_external_media": "1"},
)
def media_parameters(lab, v=4):
    third_party(lab, v)


@case(
    "sip-x-timeout",
    SPLIT,
    "sip_timeout=7: each message renews its connection by 7 s, short ones too, media packets do not",
    rules=FW,
    module={"nf_conntrack_sip/sip_timeout": "7"},
)
def timeout(lab):
    t = Talk(lab)
    t.invite()
    t.answer()
    t.up("keep-alive", "\r\n\r\n")
    t.up("nonsense", "hello, world, not a message")
    lab.wait(3)
    t.down("BYE", t.d.request("BYE", 1, from_callee=True))
    lab.wait(3)
    show(lab, "still there")
    lab.wait(6)
    show(lab, "gone")


@case(
    "sip-x-two-calls",
    SPLIT,
    "two connections of one client announce the same media; another client the same port",
    rules=FW,
)
def two_calls(lab):
    one = Talk(lab, cport=5060, call="1@lab")
    two = Talk(lab, cport=5070, call="2@lab")
    one.invite(label="one")
    two.invite(label="two, the same media")
    two.invite(media=[("video", 40000)], cseq=2, label="two, another kind")
    two.invite(media=[("audio", 40000), ("audio", 40010)], cseq=3, label="two, the same and others")
    one.up("BYE of one", one.d.request("BYE", 2))
    two.invite(cseq=4, label="two again")
    three = Talk(lab, chost=11, call="3@lab")
    three.invite(label="another client")
    four = Talk(lab, shost=20, cport=5080, call="4@lab")
    four.invite(label="another server")


@case(
    "sip-x-related-callee",
    SPLIT,
    "an incoming call to a registered phone: its connection has the helper, media of both ends, REGISTER on it",
    rules=firewall(["sip"]),
)
def incoming(lab):
    t = Talk(lab)
    d = t.d
    reg = d.request("REGISTER", 1, uri="sip:" + t.s.addr, extra="Expires: 60\r\n")
    t.up("register", reg)
    t.down(
        "registered",
        d.response(
            200, "OK", "REGISTER", 1, contact="<sip:a@%s:5060>" % t.c.addr, extra="Expires: 60\r\n"
        ),
    )
    u = Talk(lab, sport=5090, call="in@lab")
    u.down(
        "incoming invite",
        u.d.request("INVITE", 1, from_callee=True, body=sdp(u.s.addr, [("audio", 42000)])),
    )
    u.up("ok", u.d.response(200, "OK", "INVITE", 1, from_callee=False, body=sdp(u.c.addr, AUDIO)))
    u.up(
        "REGISTER on the expected connection",
        u.d.request("REGISTER", 5, uri="sip:" + u.s.addr, extra="Expires: 60\r\n"),
    )
    u.up("BYE", u.d.request("BYE", 2))
    v = Talk(lab, sport=5091, call="in2@lab")
    v.down(
        "second incoming invite",
        v.d.request("INVITE", 1, from_callee=True, body=sdp(v.s.addr, [("audio", 42100)])),
    )
    show(lab, "end")
