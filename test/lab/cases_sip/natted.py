"""SIP through NAT over UDP: every field, ports that are taken, both directions, IPv6, kinds of NAT."""
import re

from cases_sip.common import SPLIT, Talk, Udp, firewall, host, masq, masquerade, sdp, show, via_of
from cases_sip.register import ok, register
from ctlab.case import case
from ctlab.rules import dnat, snat
from scapy.layers.inet import ICMP, IP, UDP
from scapy.packet import Raw

LONG4, SHORT4 = "10.2.0.199", "10.2.0.9"


def rules(*texts, inbound=()):
    return firewall(["sip"], nat="\n".join(texts), inbound=inbound)


def pub(text):
    """Address and port of the first Contact."""
    found = re.search(r"(?:Contact|m): <sip:a@(\[[^]]*\]|[^:>]+):?(\d*)", text)
    return found.group(1), int(found.group(2) or 5060)


def media_of(text):
    where = re.search(r"c=IN IP\d (\S+)", text).group(1)
    return where, [int(x) for x in re.findall(r"m=\w+ (\d+)", text)]


def stream(lab, t, there, target, here):
    """A packet from the server's port to a public place, and back from where it came to."""
    u = Udp(lab.srv, t.s.addr, there)
    u.send("rtp", *target)
    got = Udp(lab.cli, t.c.addr, here).recv(0.1, need=False)
    lab.note("from %d to %s:%d: %s" % (there, target[0], target[1], got and got[1:] or "dropped"))
    if got:
        Udp(lab.cli, t.c.addr, here).send("rtp", *got[1:])
        back = u.recv(0.1, need=False)
        lab.note("and back: %s" % (back and (back[1:],) or "dropped"))


@case(
    "sip-x-nat-call",
    SPLIT,
    "snat to a longer address: call with audio and video, media from outside, inside first, BYE from the callee",
    rules=rules(snat(LONG4)),
)
@case("sip-x-nat-call-short", SPLIT, "the same with a shorter address", rules=rules(snat(SHORT4)))
@case("sip-x-nat-call-masq", SPLIT, "the same masqueraded", rules=masq)
@case(
    "sip-x-nat-call-port",
    SPLIT,
    "snat to one port",
    rules=rules(
        snat("10.2.0.60", ports=":6000").replace('oifname "srv"', 'oifname "srv" meta l4proto udp')
    ),
)
@case(
    "sip-x-nat-call6",
    SPLIT,
    "snat over IPv6",
    rules=rules(snat("fd00:2::60:1:2:3", family="ip6")),
    v=6,
)
@case(
    "sip-x-nat-call6-masq",
    SPLIT,
    "masqueraded over IPv6",
    rules=lambda lab: rules(masquerade("ip6")),
    v=6,
)
def call(lab, v=4):
    t = Talk(lab, v)
    d = t.d
    media = [("audio", 40000), ("video", 40010)]
    got = t.up("invite", d.request("INVITE", 1, body=sdp(t.c.addr, media)))
    via, contact = via_of(got), pub(got)
    where, ports = media_of(got)
    t.down("trying", d.response(100, "Trying", "INVITE", 1, via=via))
    t.down("ringing", d.response(180, "Ringing", "INVITE", 1, via=via))
    stream(lab, t, 42000, (where, ports[0]), 40000)
    t.down(
        "ok",
        d.response(
            200,
            "OK",
            "INVITE",
            1,
            via=via,
            body=sdp(t.s.addr, [("audio", 42000), ("video", 42010)]),
        ),
    )
    t.up("ack", d.request("ACK", 1))
    stream(lab, t, 42001, (where, ports[0] + 1), 40001)
    inside = Udp(lab.cli, t.c.addr, 40010)
    inside.send("rtp", t.s.addr, 42010)
    outside = Udp(lab.srv, t.s.addr, 42010)
    seen = outside.recv(0.1, need=False)
    lab.note("video from inside: seen as %s" % (seen and (seen[1:],)))
    if seen:
        outside.send("rtp", *seen[1:])
        lab.note("answered: %s" % (inside.recv(0.1, need=False) is not None))
    Udp(lab.cli, t.c.addr, 40999).send("rtcp", t.s.addr, 42011)
    seen = Udp(lab.srv, t.s.addr, 42011).recv(0.1, need=False)
    lab.note("RTCP from an unannounced port: seen as %s" % (seen and (seen[1:],)))
    show(lab, "media")
    t.down("bye", d.request("BYE", 1, from_callee=True, uri="sip:a@%s:%d" % contact))
    t.up(
        "bye ok",
        d.response(
            200,
            "OK",
            "BYE",
            1,
            from_callee=False,
            via="SIP/2.0/UDP %s:5060;branch=z9hG4bKBYE1" % host(t.s.addr),
        ),
    )


FIELDS = (
    ("maddr", ";branch=z", ";maddr={C};branch=z"),
    ("maddr of another", ";branch=z", ";maddr=10.1.0.77;branch=z"),
    ("rport empty", ";branch=z", ";rport;branch=z"),
    ("received of the client", ";branch=z", ";received={C};branch=z"),
    ("received of the server", ";branch=z", ";received={S};branch=z"),
    ("rport of the server", ";branch=z", ";rport=5060;branch=z"),
    ("Via of another port", "Via: SIP/2.0/UDP {C}:{p}", "Via: SIP/2.0/UDP {C}:7000"),
    ("Via without a port", "Via: SIP/2.0/UDP {C}:{p}", "Via: SIP/2.0/UDP {C}"),
    ("Via of another host", "Via: SIP/2.0/UDP {C}:{p}", "Via: SIP/2.0/UDP 10.1.0.77:{p}"),
    ("Via TCP", "Via: SIP/2.0/UDP", "Via: SIP/2.0/TCP"),
    ("Via lower case", "Via: SIP/2.0/UDP", "via : sip/2.0/udp"),
    ("Via short", "Via:", "v:"),
    ("Via twice", "Via:", "Via: SIP/2.0/UDP 10.1.0.77:5060;branch=y\r\nVia:"),
    ("Via list", ";branch=z", ";branch=z, SIP/2.0/UDP {C}:{p}"),
    ("Via of a name first", "Via:", "Via: SIP/2.0/UDP example.org;branch=y\r\nVia:"),
    ("contacts", "Contact:", "Contact: <sip:a@{C}:{p}>, <sip:x@{C}:{p}>\r\nContact: <sip:y@{C}:{p}>\r\nm:"),
    ("contacts of others between", "Contact:", "Contact: <sip:a@10.1.0.77>, <sip:x@{C}:{p}>, <sip:z@name>\r\nContact:"),
    ("contact of another port", "Contact: <sip:a@{C}:{p}>", "Contact: <sip:a@{C}:7000>"),
    ("contact of the server", "Contact: <sip:a@{C}:{p}>", "Contact: <sip:a@{S}:5060>"),
    ("From with the port", "From: <sip:a@{C}>", "From: <sip:a@{C}:{p}>"),
    ("From short", "From: <sip:a@{C}>", "f: sip:a@{C}:{p}"),
    ("To the client", "To: <sip:b@{S}>", "To: <sip:b@{C}:{p}>"),
    ("URI of the client", "OPTIONS sip:b@{S}:5060", "OPTIONS sip:a@{C}:{p}"),
    ("URI without a port", "OPTIONS sip:b@{S}:5060", "OPTIONS sip:b@{S}"),
    ("URI without a user", "OPTIONS sip:b@{S}:5060", "OPTIONS sip:{C}:{p}"),
    ("URI of another scheme", "OPTIONS sip:b@{S}:5060", "OPTIONS tel:12"),
    ("URI behind a name", "OPTIONS sip:b@{S}:5060", "OPTIONS <sip:a@{C}:{p};x=sip:b@{C}:{p}>"),
    ("Route and Record-Route stay", "Contact:", "Route: <sip:{C}:{p};lr>\r\nRecord-Route: <sip:{C}:{p};lr>\r\nContact:"),
    ("Call-ID stays", "Call-ID: x@lab", "Call-ID: x@{C}"),
    ("folded contact", "Contact: <sip:a@{C}:{p}>", "Contact:\r\n <sip:a@{C}:{p}>\r\n ,\r\n\t<sip:b@{C}:{p}>"),
    ("line feeds", "\r\n", "\n"),
    ("lower case version", "SIP/2.0\r\nVia", "sip/2.0\r\nVia"),
    ("nonsense", "OPTIONS sip:b@{S}:5060 SIP/2.0", "hello"),
)  # fmt: skip

OPTIONS = (
    "OPTIONS sip:b@{S}:5060 SIP/2.0\r\nVia: SIP/2.0/UDP {C}:{p};branch=z\r\nFrom: <sip:a@{C}>;tag=1\r\n"
    "To: <sip:b@{S}>\r\nCall-ID: x@lab\r\nCSeq: 7 OPTIONS\r\nContact: <sip:a@{C}:{p}>\r\n"
    "Content-Length: 0\r\n\r\n"
)


@case(
    "sip-x-nat-fields",
    SPLIT,
    "which fields of a request are translated (snat, port kept)",
    rules=rules(snat(LONG4)),
)
@case("sip-x-nat-fields-short", SPLIT, "the same with a shorter address", rules=rules(snat(SHORT4)))
@case(
    "sip-x-nat-fields6",
    SPLIT,
    "the same over IPv6",
    rules=rules(snat("fd00:2::60", family="ip6")),
    v=6,
)
@case(
    "sip-x-nat-fields-dnat",
    SPLIT,
    "the same behind dnat",
    rules=rules(dnat('iifname "cli" udp dport 5060', "10.2.0.77")),
    shost=77,
)
@case(
    "sip-x-nat-fields-both",
    SPLIT,
    "the same with snat and dnat to another port",
    rules=rules(snat(LONG4), dnat('iifname "cli" udp dport 5060', "10.2.0.77:5090"))
    .replace("udp dport 5060 accept", "udp dport 5090 accept")
    .replace("udp dport 5060 ct helper", "udp dport 5090 ct helper"),
    shost=77,
    sport=5090,
)
def fields(lab, v=4, shost=10, sport=5060):
    for n, (label, old, new) in enumerate(FIELDS):
        if v == 6 and "10.1.0" in new:
            new = new.replace("10.1.0.77", "[fd00:1::77]")
        t = Talk(lab, v, cport=20000 + n, call="f%d@lab" % n)
        if old not in OPTIONS:
            raise AssertionError(label)

        def fill(text):
            return (
                text.replace("{C}", host(t.c.addr))
                .replace("{S}", host(t.s.addr))
                .replace("{p}", str(t.c.port))
            )

        lab.step(label)
        t.c.send(fill(OPTIONS.replace(old, new)), t.s.addr, 5060)
        u = Udp(lab.srv, lab.s(shost, v), sport)
        got = u.recv(0.1, need=False)
        t._note(label, fill(OPTIONS.replace(old, new)), got, False)
        if got is None:
            continue
        # the answer mirrors what the server saw, with received and rport
        text = got[0].decode("latin-1")
        lines = [
            x
            for x in re.split(r"\r\n|\n", text)
            if re.match("(?i)(v|via|f|from|t|to|contact|m|call-id|cseq) *:", x)
        ]
        lines = [
            x + ";received=%s;rport=%d" % (got[1], got[2]) if re.match("(?i)v(ia)? *:", x) else x
            for x in lines
        ]
        answer = "SIP/2.0 200 OK\r\n" + "\r\n".join(lines) + "\r\nContent-Length: 0\r\n\r\n"
        u.send(answer, *got[1:])
        back = t.c.recv(0.1, need=False)
        t._note("answer to " + label, answer, back, False)
    show(lab, "end")


DESCRIPTIONS = (
    ("media's own address", "v=0\r\no=- 1 1 IN IP4 {c}\r\ns=x\r\nc=IN IP4 {c}\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\nc=IN IP4 {c}\r\nm=video 40010 RTP/AVP 0\r\nc=IN IP4 {c}\r\n"),
    ("only media's", "v=0\r\no=- 1 1 IN IP4 {c}\r\ns=x\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\nc=IN IP4 {c}\r\n"),
    ("owner of a name", "v=0\r\no=- 1 1 IN IP4 host.example\r\ns=x\r\nc=IN IP4 {c}\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n"),
    ("no owner", "v=0\r\ns=x\r\nc=IN IP4 {c}\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n"),
    ("owner is another", "v=0\r\no=- 1 1 IN IP4 10.9.9.9\r\ns=x\r\nc=IN IP4 {c}\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n"),
    ("third party", "v=0\r\no=- 1 1 IN IP4 {c}\r\ns=x\r\nc=IN IP4 10.1.0.77\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n"),
    ("third party in media", "v=0\r\no=- 1 1 IN IP4 {c}\r\ns=x\r\nc=IN IP4 {c}\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\nm=audio 40010 RTP/AVP 0\r\nc=IN IP4 10.1.0.77\r\n"),
    ("ours in media after a third party", "v=0\r\no=- 1 1 IN IP4 {c}\r\ns=x\r\nc=IN IP4 10.1.0.77\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\nm=audio 40010 RTP/AVP 0\r\nc=IN IP4 {c}\r\n"),
    ("no media", "v=0\r\no=- 1 1 IN IP4 {c}\r\ns=x\r\nc=IN IP4 {c}\r\nt=0 0\r\n"),
    ("no media, no address", "v=0\r\no=- 1 1 IN IP4 {c}\r\ns=x\r\nt=0 0\r\n"),
    ("port 0", "v=0\r\no=- 1 1 IN IP4 {c}\r\ns=x\r\nc=IN IP4 {c}\r\nt=0 0\r\nm=audio 0 RTP/AVP 0\r\n"),
    ("hold", "v=0\r\no=- 1 1 IN IP4 {c}\r\ns=x\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n"),
    ("four lines", "v=0\r\no=- 1 1 IN IP4 {c}\r\ns=x\r\nc=IN IP4 {c}\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\nm=audio 40010 RTP/AVP 0\r\nm=video 40020 RTP/AVP 0\r\nc=IN IP4 {c}\r\nm=video 40030 RTP/AVP 0\r\nc=IN IP4 {c}\r\n"),
    ("odd port", "v=0\r\no=- 1 1 IN IP4 {c}\r\ns=x\r\nc=IN IP4 {c}\r\nt=0 0\r\nm=audio 40001 RTP/AVP 0\r\na=rtcp:40001 IN IP4 {c}\r\na=candidate:1 1 UDP 1 {c} 40000 typ host\r\n"),
    ("two addresses in a line", "v=0\r\no=- 1 1 IN IP4 {c}\r\ns={c}\r\nc=IN IP4 {c}/127\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n"),
    ("line feeds", "v=0\no=- 1 1 IN IP4 {c}\ns=x\nc=IN IP4 {c}\nt=0 0\nm=audio 40000 RTP/AVP 0\n"),
    ("wrong port", "v=0\r\no=- 1 1 IN IP4 {c}\r\ns=x\r\nc=IN IP4 {c}\r\nt=0 0\r\nm=audio 900 RTP/AVP 0\r\n"),
)  # fmt: skip


@case(
    "sip-x-nat-descriptions", SPLIT, "session descriptions through snat", rules=rules(snat(LONG4))
)
@case(
    "sip-x-nat-descriptions-short",
    SPLIT,
    "the same with a shorter address",
    rules=rules(snat(SHORT4)),
)
@case(
    "sip-x-nat-descriptions6",
    SPLIT,
    "the same over IPv6",
    rules=rules(snat("fd00:2::60:99", family="ip6")),
    v=6,
)
@case(
    "sip-x-nat-descriptions-dnat",
    SPLIT,
    "the same with dnat alone",
    rules=rules(dnat('iifname "cli" udp dport 5060', "10.2.0.77")),
    shost=77,
)
@case(
    "sip-x-nat-descriptions-indirect",
    SPLIT,
    "the same with sip_direct_media=0",
    rules=rules(snat(LONG4)),
    module={"nf_conntrack_sip/sip_direct_media": "0"},
)
def descriptions(lab, v=4, shost=10):
    for n, (label, body) in enumerate(DESCRIPTIONS):
        t = Talk(lab, v, cport=20000 + n, call="d%d@lab" % n)
        if v == 6:
            body = (
                body.replace("IP4", "IP6")
                .replace("10.1.0.77", "fd00:1::77")
                .replace("0.0.0.0", "::")
                .replace("10.9.9.9", "fd09::9")
            )
        text = t.d.request("INVITE", 1, body=body.replace("{c}", t.c.addr))
        lab.step(label)
        t.c.send(text, t.s.addr, 5060)
        got = Udp(lab.srv, lab.s(shost, v), 5060).recv(0.1, need=False)
        t._note(label, text, got, "note")
        t.c.send("BYE sip:b SIP/2.0\r\nCSeq: 9 BYE\r\n\r\n", t.s.addr, 5060)
        Udp(lab.srv, lab.s(shost, v), 5060).recv(0.1, need=False)
    text = "INVITE sip:b SIP/2.0\r\nCSeq: 1 INVITE\r\n\r\nv=0\r\no=- 1 1 IN IP4 %s\r\nc=IN IP4 %s\r\nm=audio 40000 RTP/AVP 0\r\n"
    t = Talk(lab, v, cport=20100)
    if v == 4:
        t.up("no Content-Length", text % (t.c.addr, t.c.addr))
        t.up(
            "Content-Length wrong",
            (text % (t.c.addr, t.c.addr)).replace(
                "1 INVITE\r\n", "1 INVITE\r\nContent-Length: 5\r\n"
            ),
        )
        t.up(
            "short Content-Length",
            (text % (t.c.addr, t.c.addr)).replace("1 INVITE\r\n", "1 INVITE\r\nl:0\r\n"),
        )
        t.up(
            "empty Content-Length",
            (text % (t.c.addr, t.c.addr)).replace(
                "1 INVITE\r\n", "1 INVITE\r\nContent-Length:\r\n"
            ),
        )


@case(
    "sip-x-nat-two",
    SPLIT,
    "two phones with the same media port behind one address: the pair goes up by two",
    rules=rules(snat("10.2.0.60")),
)
@case(
    "sip-x-nat-two6",
    SPLIT,
    "the same over IPv6",
    rules=rules(snat("fd00:2::60", family="ip6")),
    v=6,
)
def two(lab, v=4):
    talks = [Talk(lab, v, cport=5060 + n, chost=10 + n, call="t%d@lab" % n) for n in range(3)]
    seen = []
    for n, t in enumerate(talks):
        got = t.up(
            "phone %d" % n,
            t.d.request("INVITE", 1, body=sdp(t.c.addr, [("audio", 40000), ("video", 40002)])),
        )
        seen.append(got and media_of(got))
    for n, t in enumerate(talks):
        if seen[n]:
            stream(lab, t, 42000, (seen[n][0], seen[n][1][0]), 40000)
    show(lab, "media")
    other = Talk(lab, v, cport=5080, chost=20, shost=20, call="o@lab")
    other.up(
        "another server", other.d.request("INVITE", 1, body=sdp(other.c.addr, [("audio", 40000)]))
    )
    talks[0].up("bye", talks[0].d.request("BYE", 2))
    talks[2].up(
        "the third again",
        talks[2].d.request("INVITE", 2, body=sdp(talks[2].c.addr, [("audio", 40000)])),
    )
    talks[0].up(
        "65534", talks[0].d.request("INVITE", 3, body=sdp(talks[0].c.addr, [("audio", 65534)]))
    )
    talks[1].up(
        "65534 again",
        talks[1].d.request("INVITE", 3, body=sdp(talks[1].c.addr, [("audio", 65534)])),
    )


@case(
    "sip-x-nat-direct",
    SPLIT,
    "two phones behind one address call each other through a server outside: the second leg names the first phone's own place",
    rules=rules(snat("10.2.0.60"), inbound=["udp dport 5060"]),
)
@case(
    "sip-x-nat-direct-anywhere",
    SPLIT,
    "the same with sip_direct_media=0: the legs are told each other's own places",
    rules=rules(snat("10.2.0.60"), inbound=["udp dport 5060"]),
    module={"nf_conntrack_sip/sip_direct_media": "0"},
)
@case(
    "sip-x-nat-direct-long",
    SPLIT,
    "the same with a longer public address and moved ports",
    rules=rules(snat("10.2.0.199"), inbound=["udp dport 5060"]),
    module={"nf_conntrack_sip/sip_direct_media": "0"},
    first=9998,
)
def direct(lab, first=40000):
    one = Talk(lab, call="leg1@lab")
    got = one.up("leg 1", one.d.request("INVITE", 1, body=sdp(one.c.addr, [("audio", first)])))
    where, ports = media_of(got)
    two_ = Talk(lab, cport=5070, chost=11, call="leg2@lab")
    got = two_.up("the other phone says something", two_.d.request("OPTIONS", 1))
    two_.down(
        "leg 2: the server passes the public place on",
        two_.d.request("INVITE", 1, from_callee=True, body=sdp(where, [("audio", ports[0])])),
    )
    got = two_.up(
        "ok of leg 2",
        two_.d.response(
            200, "OK", "INVITE", 1, from_callee=False, body=sdp(two_.c.addr, [("audio", 50000)])
        ),
    )
    where, ports = media_of(got)
    one.down(
        "ok of leg 1",
        one.d.response(
            200,
            "OK",
            "INVITE",
            1,
            body=sdp(where, [("audio", ports[0])]),
            via="SIP/2.0/UDP 10.2.0.60:5060;branch=z",
        ),
    )
    two_.down(
        "an odd port of leg 1",
        two_.d.request("INVITE", 2, from_callee=True, body=sdp(where, [("audio", first + 1)])),
    )
    two_.down(
        "video there",
        two_.d.request("INVITE", 3, from_callee=True, body=sdp(where, [("video", first)])),
    )
    plain = Talk(lab, cport=5077, chost=12, call="leg3@lab")
    plain.up(
        "the private place, from a third phone",
        plain.d.request("INVITE", 1, body=sdp(one.c.addr, [("audio", first)])),
    )


@case(
    "sip-x-nat-cisco",
    SPLIT,
    "a phone that sends from a high port and listens at its Via's: answers go there",
    rules=rules(snat("10.2.0.60")),
)
@case(
    "sip-x-nat-cisco-dnat",
    SPLIT,
    "the same behind dnat alone",
    rules=rules(dnat('iifname "cli" udp dport 5060', "10.2.0.10")),
)
def cisco(lab):
    t = Talk(lab, cport=50123)
    text = t.d.request("OPTIONS", 1, contact="<sip:a@%s:5060>" % t.c.addr).replace(
        "%s:50123" % t.c.addr, "%s:5060" % t.c.addr
    )
    got = t.up("options", text)
    t.down("answer", t.d.response(200, "OK", "OPTIONS", 1, via=via_of(got)), port=5060)
    uri = "sip:" + t.s.addr
    text = t.d.request(
        "REGISTER", 2, uri=uri, contact="<sip:a@%s:5060>" % t.c.addr, extra="Expires: 60\r\n"
    ).replace("%s:50123" % t.c.addr, "%s:5060" % t.c.addr)
    got = t.up("register", text)
    t.down(
        "registered",
        t.d.response(
            200,
            "OK",
            "REGISTER",
            2,
            via=via_of(got),
            contact="<sip:a@%s:%d>" % pub(got),
            extra="Expires: 60\r\n",
        ),
        port=5060,
    )
    u = Talk(lab, sport=5080, call="in@lab")
    u.public = (pub(got)[0], pub(got)[1])
    u.down(
        "incoming",
        u.d.request("INVITE", 1, from_callee=True, body=sdp(u.s.addr, [("audio", 42000)])),
    )
    t.down("zero checksum", t.d.response(200, "OK", "OPTIONS", 1, via=via_of(got)), port=5060)


@case(
    "sip-x-nat-register",
    SPLIT,
    "registrations through snat: phones at the same port, other contact ports, answers, incoming calls with media, expiry",
    rules=rules(snat(LONG4)),
)
@case(
    "sip-x-nat-register6",
    SPLIT,
    "the same over IPv6",
    rules=rules(snat("fd00:2::60", family="ip6")),
    v=6,
)
def registers(lab, v=4):
    t = Talk(lab, v)
    got = register(t, 1)
    contact = pub(got)
    ok(t, 1, "Expires: 60\r\n", "<sip:a@%s:%d>" % contact, via=via_of(got))
    got = register(
        t, 2, contact="<sip:a@%s:7000>" % host(t.c.addr), label="contact of another port"
    )
    ok(t, 2, "", "<sip:a@%s:%d>;expires=50" % pub(got), via=via_of(got))
    u = Talk(lab, v, sport=5090, call="in@lab")
    u.public = (pub(got)[0].strip("[]"), pub(got)[1])
    got = u.down(
        "incoming",
        u.d.request(
            "INVITE",
            1,
            from_callee=True,
            uri="sip:a@%s:%d" % pub(got),
            body=sdp(u.s.addr, [("audio", 42000)]),
        ),
        port=7000,
    )
    if got:
        w = Talk(lab, v, cport=7000, sport=5090, call="in@lab")
        got = w.up(
            "200",
            w.d.response(
                200,
                "OK",
                "INVITE",
                1,
                from_callee=False,
                via=via_of(got),
                body=sdp(w.c.addr, [("audio", 40000)]),
            ),
        )
        where, ports = media_of(got)
        stream(lab, w, 42000, (where, ports[0]), 40000)
    x = Talk(lab, v, cport=5070, call="out@lab")
    register(
        x,
        1,
        contact="<sip:a@%s:5070>, <sip:b@%s:5070>" % (host(x.c.addr), host(x.c.addr)),
        label="two contacts",
    )
    register(t, 3, extra="Expires: 0\r\n", label="take back")
    ok(t, 3, "Expires: 0\r\n")
    register(x, 2, contact="<sip:a@%s:5070;transport=tcp>" % host(x.c.addr), label="transport tcp")


@case(
    "sip-x-nat-register-same",
    SPLIT,
    "two phones behind one address register contacts of one port at one registrar",
    rules=rules(snat("10.2.0.60")),
    replay="random",
)
def same_contact(lab):
    for n in range(3):
        t = Talk(lab, cport=5060 + 10 * n, chost=10 + n, call="s%d@lab" % n)
        register(t, 1, contact="<sip:a@%s:7000>" % t.c.addr, label="phone %d" % n)


@case(
    "sip-x-nat-in",
    SPLIT,
    "a server inside behind dnat: calls from outside, media, answers; the inside calls out",
    rules=lambda lab: firewall(
        ["sip"],
        nat=dnat('iifname "srv" ip daddr 10.2.0.1 udp dport 5060', "10.1.0.10"),
        inbound=["udp dport 5060"],
    ),
)
@case(
    "sip-x-nat-in-masq",
    SPLIT,
    "the same with masquerading of what leaves",
    rules=lambda lab: firewall(
        ["sip"],
        nat=dnat('iifname "srv" ip daddr 10.2.0.1 udp dport 5060', "10.1.0.10")
        + "\n"
        + masquerade(),
        inbound=["udp dport 5060"],
    ),
)
def inside(lab):
    t = Talk(lab, call="in@lab")
    d = t.d
    t.public = ("10.2.0.1", 5060)
    got = t.down(
        "invite",
        d.request(
            "INVITE",
            1,
            from_callee=True,
            uri="sip:b@10.2.0.1:5060",
            body=sdp(t.s.addr, [("audio", 42000)]),
        ),
    )
    got = t.up(
        "ok",
        d.response(
            200,
            "OK",
            "INVITE",
            1,
            from_callee=False,
            via=via_of(got),
            body=sdp(t.c.addr, [("audio", 40000)]),
        ),
    )
    where, ports = media_of(got)
    t.public = ("10.2.0.1", 5060)
    t.down("ack", d.request("ACK", 1, from_callee=True, uri="sip:b@10.2.0.1"))
    stream(lab, t, 42000, (where, ports[0]), 40000)
    Udp(lab.cli, t.c.addr, 40001).send("rtcp", t.s.addr, 42001)
    seen = Udp(lab.srv, t.s.addr, 42001).recv(0.1, need=False)
    lab.note("RTCP from inside: seen as %s" % (seen and (seen[1:],)))
    show(lab, "media")
    t.up("bye from inside", d.request("BYE", 1))
    o = Talk(lab, cport=5070, call="out@lab")
    o.up("the inside calls out", o.d.request("INVITE", 1, body=sdp(o.c.addr, [("audio", 40100)])))


@case(
    "sip-x-nat-update",
    SPLIT,
    "UPDATE, PRACK and re-INVITE with other ports through masquerading, errors",
    rules=masq,
)
def update(lab):
    t = Talk(lab)
    d = t.d
    got = t.invite()
    via = via_of(got)
    t.down(
        "183",
        d.response(183, "Progress", "INVITE", 1, via=via, body=sdp(t.s.addr, [("audio", 42000)])),
    )
    t.up("prack", d.request("PRACK", 2, body=sdp(t.c.addr, [("audio", 40010)])))
    t.down(
        "prack ok",
        d.response(200, "OK", "PRACK", 2, body=sdp(t.s.addr, [("audio", 42010)]), via=via),
    )
    t.up("update", d.request("UPDATE", 3, body=sdp(t.c.addr, [("audio", 40020)])))
    t.down(
        "update ok",
        d.response(200, "OK", "UPDATE", 3, body=sdp(t.s.addr, [("audio", 42020)]), via=via),
    )
    t.answer(via=via)
    t.up("ack", d.request("ACK", 1))
    t.invite(media=[("audio", 40100)], cseq=4, label="re-invite")
    t.down("488", d.response(488, "No", "INVITE", 4, via=via))
    t.down(
        "re-invite of the callee",
        d.request(
            "INVITE",
            1,
            from_callee=True,
            uri="sip:a@%s:%d" % t.public,
            body=sdp(t.s.addr, [("audio", 42100)]),
        ),
    )
    t.up(
        "its ok",
        d.response(
            200, "OK", "INVITE", 1, from_callee=False, body=sdp(t.c.addr, [("audio", 40200)])
        ),
    )
    t.up("bye", d.request("BYE", 5))


@case(
    "sip-x-nat-busy",
    SPLIT,
    "a registration, from anybody, holds the port of media: the pair goes up by two; then no port is left",
    rules=rules(snat(LONG4)),
    module={"nf_conntrack_sip/sip_direct_signalling": "0"},
)
@case(
    "sip-x-nat-busy6",
    SPLIT,
    "the same over IPv6",
    rules=rules(snat("fd00:2::60:1:1", family="ip6")),
    module={"nf_conntrack_sip/sip_direct_signalling": "0"},
    v=6,
)
@case(
    "sip-x-busy",
    SPLIT,
    "the same without NAT: the call is refused",
    rules=rules(),
    module={"nf_conntrack_sip/sip_direct_signalling": "0"},
)
def busy(lab, v=4):
    t = Talk(lab, v)
    taken = (
        (40000, 40000),
        (40001, 40000),
        (9998, 9998),
        (9999, 9998),
        (65534, 65534),
        (65535, 65534),
        (40003, 40002),
    )
    for n, (port, media) in enumerate(taken):
        register(
            t,
            2 * n + 1,
            contact="<sip:a@%s:%d>" % (host(t.c.addr), port),
            label="register at %d" % port,
        )
        text = t.d.request(
            "INVITE",
            2 * n + 2,
            body=sdp(
                t.c.addr, [("audio", media), ("video", media + 100 if media < 65000 else 1024)]
            ),
        )
        got = t.up("media at %d" % media, text)
        if got:
            where, ports = media_of(got)
            stream(lab, t, 42000, (where, ports[0]), media)


@case(
    "sip-x-icmp",
    SPLIT,
    "ICMP errors about messages, both ways: what they do to the connection's time",
    rules=rules(),
)
@case("sip-x-icmp-nat", SPLIT, "the same through snat", rules=rules(snat(LONG4)))
def icmp(lab):
    t = Talk(lab)
    got = t.up("options", t.d.request("OPTIONS", 1))
    t.down("answer", t.d.response(200, "OK", "OPTIONS", 1, via=via_of(got)))
    lab.wait(2.5)
    show(lab, "waited")
    head = IP(src=t.s.addr, dst=t.c.addr, id=7) / UDP(sport=5060, dport=5060)
    quote = bytes(
        head / Raw(t.d.response(200, "OK", "INVITE", 1, body=sdp(t.s.addr, [("audio", 42000)])))
    )
    lab.cli.send(IP(src=t.c.addr, dst=t.s.addr, id=8) / ICMP(type=3, code=3) / Raw(quote[:400]))
    lab.note("error of the phone: %s" % (lab.srv.get(lambda p: ICMP in p, 0.2) is not None))
    show(lab, "error of the phone")
    lab.wait(2.5)
    head = IP(src=t.public[0], dst=t.s.addr, id=7) / UDP(sport=5060, dport=5060)
    quote = bytes(head / Raw(t.d.request("INVITE", 1, body=sdp(t.public[0], [("audio", 42000)]))))
    lab.srv.send(IP(src=t.s.addr, dst=t.public[0], id=8) / ICMP(type=3, code=3) / Raw(quote[:400]))
    lab.note("error of the server: %s" % (lab.cli.get(lambda p: ICMP in p, 0.2) is not None))
    show(lab, "error of the server")
