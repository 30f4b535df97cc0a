"""Registrations: answers, several contacts, refresh, taking back, expiry."""
from cases_sip.common import FW, SPLIT, Talk, host
from ctlab.case import case


def register(t, cseq, extra="Expires: 60\r\n", contact=None, label=None, snap=True, **kw):
    uri = "sip:" + host(t.s.addr)
    return t.up(
        label or "register %d" % cseq,
        t.d.request("REGISTER", cseq, uri=uri, extra=extra, contact=contact, **kw),
        snap=snap,
    )


def ok(t, cseq, extra="Expires: 60\r\n", contact=None, label=None, code=200, snap=True, via=None):
    contact = contact or "<sip:a@%s:%d>" % (host(t.c.addr), t.c.port)
    return t.down(
        label or "ok %d" % cseq,
        t.d.response(code, "OK", "REGISTER", cseq, contact=contact, extra=extra, via=via),
        snap=snap,
    )


ANSWERS = (
    ("202", 202, "Expires: 60\r\n", None),
    ("100 leaves it", 100, "Expires: 60\r\n", None),
    ("300", 300, "Expires: 60\r\n", None),
    ("503", 503, "Expires: 60\r\n", None),
    ("no expires at all", 200, "", None),
    ("expires parameter", 200, "", "<sip:a@{C}:{p}>;expires=33"),
    ("expires parameter 0", 200, "Expires: 50\r\n", "<sip:a@{C}:{p}>;expires=0"),
    ("expires unreadable", 200, "Expires: 50\r\n", "<sip:a@{C}:{p}>;expires=x"),
    ("another contact", 200, "Expires: 50\r\n", "<sip:a@{C}:6000>"),
    ("another host", 200, "Expires: 50\r\n", "<sip:a@10.1.0.77:{p}>"),
    ("a list, ours last", 200, "", "<sip:x@10.1.0.77>;expires=10, <sip:y@example.org>;expires=20, <sip:a@{C}:{p}>;expires=44"),
    ("a list, ours first", 200, "", "<sip:a@{C}:{p}>;expires=44, <sip:x@10.1.0.77>;expires=0"),
    ("ours twice, the second right", 200, "", "<sip:a@{C}:6000>;expires=10, <sip:a@{C}:{p}>;expires=20"),
    ("ours with 0 before", 200, "", "<sip:a@{C}:6000>;expires=0, <sip:a@{C}:{p}>;expires=20"),
    ("two fields", 200, "", "<sip:x@10.1.0.77>;expires=10\r\nContact: <sip:a@{C}:{p}>;expires=22"),
    ("two fields, short form", 200, "", "<sip:x@10.1.0.77>\r\nm: <sip:a@{C}:{p}>;expires=23"),
    ("transport tcp", 200, "Expires: 50\r\n", "<sip:a@{C}:{p};transport=tcp>"),
    ("no contact", 200, "Expires: 50\r\n", "*"),
    ("a very long time", 200, "Expires: 4000000\r\n", None),
)  # fmt: skip


@case("sip-x-register-answers", SPLIT, "answers to REGISTER: codes, contacts, times", rules=FW)
def answers(lab):
    for n, (label, code, extra, contact) in enumerate(ANSWERS):
        t = Talk(lab, cport=20000 + n, call="r%d@lab" % n)
        register(t, 3, label="register", snap="note")
        if contact:
            contact = contact.replace("{C}", t.c.addr).replace("{p}", str(t.c.port))
        ok(t, 3, extra, contact, label, code, snap="note")
        ok(t, 3, "Expires: 0\r\n", label="end", snap=False)


@case(
    "sip-x-register-refresh",
    SPLIT,
    "REGISTER again: refresh, other ports, old CSeq, failures, taken back; Contact: *",
    rules=FW,
)
def refresh(lab):
    t = Talk(lab)
    register(t, 1)
    ok(t, 1)
    register(t, 2, label="refresh")
    ok(t, 1, label="late ok of 1")
    ok(t, 2, "Expires: 50\r\n")
    ok(t, 2, "Expires: 40\r\n", label="the answer again")
    register(t, 3, contact="<sip:a@%s:5070>" % t.c.addr, label="another port")
    ok(t, 3, contact="<sip:a@%s:5070>, <sip:a@%s:5060>" % (t.c.addr, t.c.addr))
    register(t, 4, label="the old port")
    ok(t, 4, code=401, label="401")
    register(t, 5, extra="Expires: 0\r\n", label="take back nothing")
    ok(t, 5, "Expires: 0\r\n")
    register(t, 6)
    ok(t, 6)
    register(t, 7, extra="Expires: 0\r\n", contact="*", label="star")
    ok(t, 7, "", contact="*", label="answer to the star")
    register(t, 8, extra="", contact="<sip:a@%s:5060>;expires=0" % t.c.addr, label="expires=0")
    ok(t, 8, "", contact="<sip:b@%s>" % t.s.addr, label="answer without ours")


@case(
    "sip-x-register-expiry",
    SPLIT,
    "a registration of 2 s ends by itself; a refresh in time keeps it",
    rules=FW,
)
def expiry(lab):
    t = Talk(lab)
    register(t, 1, "Expires: 2\r\n")
    ok(t, 1, "Expires: 2\r\n")
    lab.wait(1)
    register(t, 2, "Expires: 3\r\n")
    ok(t, 2, "Expires: 3\r\n")
    lab.wait(2)
    ok(t, 2, "Expires: 2\r\n", label="the answer once more")
    lab.wait(4)
    ok(t, 2, "Expires: 2\r\n", label="too late")


@case(
    "sip-x-register-indirect",
    SPLIT,
    "sip_direct_signalling=0 over IPv6: anybody may call",
    rules=FW,
    module={"nf_conntrack_sip/sip_direct_signalling": "0"},
    v=6,
)
def indirect(lab, v):
    t = Talk(lab, v)
    register(t, 1)
    ok(t, 1)
    for shost in (10, 44):
        u = Talk(lab, v, sport=5099, shost=shost, call="in%d@lab" % shost)
        u.down("invite of host %d" % shost, u.d.request("INVITE", 1, from_callee=True))
        u.up("200", u.d.response(200, "OK", "INVITE", 1, from_callee=False))


@case(
    "sip-x-register-two",
    SPLIT,
    "two phones register; one phone over two connections: the same contact twice",
    rules=FW,
)
def two(lab):
    one = Talk(lab, call="1@lab")
    other = Talk(lab, chost=11, call="2@lab")
    again = Talk(lab, cport=5070, call="3@lab")
    register(one, 1, label="one")
    register(other, 1, label="other")
    register(
        again,
        1,
        contact="<sip:a@%s:5060>" % one.c.addr,
        label="the first's contact from another port",
    )
    ok(one, 1)
    ok(other, 1)
    elsewhere = Talk(lab, shost=20, call="4@lab")
    register(elsewhere, 1, label="the same contact at another registrar")
