"""How messages may be written: names, short forms, folds, line ends, numbers; and what is dropped."""
from cases_sip.common import FW, SPLIT, Talk, host
from ctlab.case import case

INVITE = (
    "INVITE sip:b@{s} SIP/2.0\r\nVia: SIP/2.0/UDP {C}:{p};branch=z\r\nFrom: <sip:a@{C}>;tag=1\r\n"
    "To: <sip:b@{S}>\r\nCall-ID: x@lab\r\nCSeq: 1 INVITE\r\nContact: <sip:a@{C}:{p}>\r\n"
    "Content-Type: application/sdp\r\nContent-Length: {n}\r\n\r\n{body}"
)
BODY = "v=0\r\no=- 1 1 IN {ip} {c}\r\ns=x\r\nc=IN {ip} {c}\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n"
REGISTER = (
    "REGISTER sip:{S} SIP/2.0\r\nVia: SIP/2.0/UDP {C}:{p};branch=z\r\nFrom: <sip:a@{C}>;tag=1\r\n"
    "To: <sip:a@{S}>\r\nCall-ID: x@lab\r\nCSeq: 7 REGISTER\r\nContact: <sip:a@{C}:{p}>\r\n"
    "Expires: 60\r\nContent-Length: 0\r\n\r\n"
)


def fill(text, t, n, v):
    body = BODY.replace("{ip}", "IP4" if v == 4 else "IP6").replace("{c}", t.c.addr)
    for key, value in (
        ("{body}", body),
        ("{n}", str(len(body))),
        ("{c}", t.c.addr),
        ("{s}", t.s.addr),
        ("{C}", host(t.c.addr)),
        ("{S}", host(t.s.addr)),
        ("{p}", str(t.c.port)),
    ):
        text = text.replace(key, value)
    return text


def probes(lab, rows, base, v=4):
    for n, (label, old, new) in enumerate(rows):
        if old and old not in base:
            raise AssertionError("%s: %r is not there" % (label, old))
        t = Talk(lab, v, cport=20000 + n, call="f%d@lab" % n)
        text = base.replace(old, new) if old else new
        t.up(label, fill(text, t, n, v), snap="note")
        t.up("BYE", "BYE sip:b SIP/2.0\r\nCSeq: 9 BYE\r\n\r\n", snap=False)


REQUESTS = (
    ("plain", "", INVITE),
    ("lower case method", "INVITE sip", "invite sip"),
    ("mixed case headers", "CSeq:", "cSeQ:"),
    ("no blank behind the method", "INVITE sip", "INVITE\tsip"),
    ("two blanks", "INVITE sip", "INVITE  sip"),
    ("a URI of a digit", "INVITE sip:b@{s}", "INVITE 1"),
    ("longer method", "INVITE sip", "INVITED sip"),
    ("no CSeq", "CSeq: 1 INVITE\r\n", ""),
    ("empty CSeq", "CSeq: 1 INVITE", "CSeq: "),
    ("CSeq of a letter", "CSeq: 1 INVITE", "CSeq: x INVITE"),
    ("CSeq 0", "CSeq: 1 INVITE", "CSeq: 0 INVITE"),
    ("CSeq 4294967295", "CSeq: 1 INVITE", "CSeq: 4294967295 INVITE"),
    ("CSeq 4294967296", "CSeq: 1 INVITE", "CSeq: 4294967296 INVITE"),
    ("CSeq of eleven digits", "CSeq: 1 INVITE", "CSeq: 00000000001 INVITE"),
    ("CSeq of twelve digits", "CSeq: 1 INVITE", "CSeq: 000000000001 INVITE"),
    ("CSeq folded", "CSeq: 1 INVITE", "CSeq:\r\n 1 INVITE"),
    ("CSeq folded twice", "CSeq: 1 INVITE", "CSeq:\r\n \r\n 1 INVITE"),
    ("CSeq before the colon", "CSeq: 1 INVITE", "CSeq \t: 1 INVITE"),
    ("CSeq fold before the colon", "CSeq: 1 INVITE", "CSeq\r\n : 1 INVITE"),
    ("CSeq without a colon", "CSeq: 1 INVITE", "CSeq 1 INVITE"),
    ("CSeqs first", "CSeq: 1 INVITE", "CSeqs: 5\r\nCSeq: 1 INVITE"),
    ("CSeq indented", "CSeq: 1 INVITE", " CSeq: 1 INVITE"),
    ("CSeq in the first line", "", "INVITE sip:a\rCSeq: 1 INVITE\r\n\r\n"),
    ("line feeds", "", INVITE.replace("\r\n", "\n")),
    ("carriage returns", "", INVITE.replace("\r\n", "\r")),
    ("no description", "", INVITE.replace("{body}", "")),
    ("description without v", "", INVITE.replace("{body}", "{body}").replace("\r\n\r\n{body}", "\r\n\r\nx=0\r\nc=IN IP4 {c}\r\nm=audio 40000 RTP/AVP 0\r\n")),
    ("v of a letter", "", INVITE.replace("{body}", "v=x\r\nc=IN IP4 {c}\r\nm=audio 40000 RTP/AVP 0\r\n")),
    ("description among the headers", "Content-Type: application/sdp", "v=0\r\nc=IN IP4 {c}\r\nm=audio 41000 RTP/AVP 0"),
    ("ten bytes", "", "INVITE sip"),
    ("eleven bytes", "", "INVITE sip:"),
    ("cut in the port", "", (INVITE.replace("{body}", "v=0\r\no=- 1 1 IN IP4 {c}\r\nc=IN IP4 {c}\r\nm=audio 40"))),
    ("cut behind the port", "", (INVITE.replace("{body}", "v=0\r\no=- 1 1 IN IP4 {c}\r\nc=IN IP4 {c}\r\nm=audio 40000"))),
    ("cut in the address", "", (INVITE.replace("{body}", "v=0\r\nm=audio 40000 RTP/AVP 0\r\nc=IN IP4 10.1.0"))),
    ("cut behind the address", "", (INVITE.replace("{body}", "v=0\r\nm=audio 40000 RTP/AVP 0\r\nc=IN IP4 {c}"))),
    ("Latin-1 letters", "INVITE sip", "INVITE \xe9sip"),
)  # fmt: skip


@case("sip-x-requests", SPLIT, "INVITEs in many spellings: expected, passed, dropped", rules=FW)
def requests(lab):
    probes(lab, REQUESTS, INVITE)


CONTACT = "Contact: <sip:a@{C}:{p}>"
CONTACTS = (
    ("plain", "", REGISTER),
    ("short form", CONTACT, "m: <sip:a@{C}:{p}>"),
    ("short form, blanks", CONTACT, "M \t : \t<sip:a@{C}:{p}>"),
    ("short form of two letters", CONTACT, "mm: <sip:a@{C}:{p}>"),
    ("no user", CONTACT, "Contact: <sip:{C}:{p}>"),
    ("no brackets", CONTACT, "Contact: sip:a@{C}:{p}"),
    ("no port", CONTACT, "Contact: <sip:a@{C}>"),
    ("name before", CONTACT, 'Contact: "A, B" <sip:a@{C}:{p}>'),
    ("sips", CONTACT, "Contact: <sips:a@{C}:{p}>"),
    ("capitals", CONTACT, "Contact: <SIP:a@{C}:{p}>"),
    ("folded", CONTACT, "Contact:\r\n <sip:a@{C}:{p}>"),
    ("folded before sip", CONTACT, "Contact: A\r\n sip:a@{C}:{p}"),
    ("folded with a bracket", CONTACT, "Contact: A\r\n\t <sip:a@{C}:{p}>"),
    ("user with @", CONTACT, "Contact: <sip:a@b@{C}:{p}>"),
    ("a domain", CONTACT, "Contact: <sip:a@example.org>"),
    ("star", CONTACT, "Contact: *"),
    ("none", CONTACT + "\r\n", ""),
    ("third party", CONTACT, "Contact: <sip:a@10.1.0.99:{p}>"),
    ("domain, then address in the list", CONTACT, "Contact: <sip:a@example.org>, <sip:a@{C}:{p}>"),
    ("domain, then another field", CONTACT, "Contact: <sip:a@example.org>\r\nContact: <sip:a@{C}:{p}>"),
    ("third party, then another field", CONTACT, "Contact: <sip:a@10.1.0.99>\r\nContact: <sip:a@{C}:{p}>"),
    ("port 1023", CONTACT, "Contact: <sip:a@{C}:1023>"),
    ("port 1024", CONTACT, "Contact: <sip:a@{C}:1024>"),
    ("port 65536", CONTACT, "Contact: <sip:a@{C}:65536>"),
    ("port 005060", CONTACT, "Contact: <sip:a@{C}:005060>"),
    ("port 05060", CONTACT, "Contact: <sip:a@{C}:05060>"),
    ("port of letters", CONTACT, "Contact: <sip:a@{C}:x>"),
    ("no port behind the colon", CONTACT, "Contact: <sip:a@{C}:>"),
    ("transport udp", CONTACT, "Contact: <sip:a@{C}:{p};transport=udp>"),
    ("transport tcp", CONTACT, "Contact: <sip:a@{C}:{p};transport=tcp>"),
    ("transport TCPX", CONTACT, "Contact: <sip:a@{C}:{p};transport=TCPX>"),
    ("transport sctp", CONTACT, "Contact: <sip:a@{C}:{p};transport=sctp>"),
    ("transport of the next", CONTACT, "Contact: <sip:a@{C}:{p}>, <sip:x@{C};transport=tcp>"),
    ("expires parameter", CONTACT, "Contact: <sip:a@{C}:{p}>;expires=30"),
    ("expires 0", CONTACT, "Contact: <sip:a@{C}:{p}>;expires=0"),
    ("expires empty", CONTACT, "Contact: <sip:a@{C}:{p}>;expires="),
    ("expires of letters", CONTACT, "Contact: <sip:a@{C}:{p}>;expires=x"),
    ("expires hexadecimal", CONTACT, "Contact: <sip:a@{C}:{p}>;expires=0x10"),
    ("expires 4294967295", CONTACT, "Contact: <sip:a@{C}:{p}>;expires=4294967295"),
    ("expires 4294967296", CONTACT, "Contact: <sip:a@{C}:{p}>;expires=4294967296"),
    ("expires in the next line", CONTACT, "Contact: <sip:a@{C}:{p}>\r\nX: expires=0"),
    ("expires folded", CONTACT, "Contact: <sip:a@{C}:{p}>\r\n ;expires=0"),
    ("expires folded and spaced", CONTACT, "Contact: <sip:a@{C}:{p}>;\r\n expires=0"),
    ("expires of the next", CONTACT, "Contact: <sip:a@{C}:{p}>, <sip:x@{C}>;expires=0"),
    ("Expires 0", "Expires: 60", "Expires: 0"),
    ("no Expires", "Expires: 60\r\n", ""),
    ("Expires of letters", "Expires: 60", "Expires: x"),
    ("Expires too large", "Expires: 60", "Expires: 4294967296"),
    ("both", "", REGISTER.replace("Expires: 60", "Expires: 0").replace(CONTACT, CONTACT + ";expires=5")),
    ("end behind the address", "", "REGISTER sip:x SIP/2.0\r\nCSeq: 1 REGISTER\r\nExpires: 60\r\nContact: <sip:a@{C}"),
    ("end behind the port", "", "REGISTER sip:x SIP/2.0\r\nCSeq: 1 REGISTER\r\nExpires: 60\r\nContact: <sip:a@{C}:5060"),
    ("one byte behind", "", "REGISTER sip:x SIP/2.0\r\nCSeq: 1 REGISTER\r\nExpires: 60\r\nContact: <sip:a@{C}:5060>"),
)  # fmt: skip


@case(
    "sip-x-contacts", SPLIT, "REGISTERs in many spellings: Contact, Expires, parameters", rules=FW
)
@case("sip-x-contacts6", SPLIT, "the same over IPv6", rules=FW, v=6)
def contacts(lab, v=4):
    rows = CONTACTS
    if v == 6:
        rows = [row for row in CONTACTS if "10.1.0.99" not in row[2]]
        rows += [
            ("without brackets", CONTACT, "Contact: <sip:a@{c}>"),
            ("bracket not closed", CONTACT, "Contact: <sip:a@[{c}:{p}>"),
            ("in full", CONTACT, "Contact: <sip:a@[fd00:0001:0000:0000:0000:0000:0000:0010]:{p}>"),
            ("scope", CONTACT, "Contact: <sip:a@[{c}%eth0]:{p}>"),
        ]
    probes(lab, rows, REGISTER, v)


OK = (
    "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP {C}:{p};branch=z\r\nFrom: <sip:a@{C}>;tag=1\r\n"
    "To: <sip:b@{S}>;tag=2\r\nCall-ID: x@lab\r\nCSeq: 1 INVITE\r\nContact: <sip:b@{S}>\r\n"
    "Content-Length: {n}\r\n\r\nv=0\r\no=- 1 1 IN IP4 {s}\r\nc=IN IP4 {s}\r\nm=audio 42000 RTP/AVP 0\r\n"
)
RESPONSES = (
    ("plain", "", OK),
    ("lower case", "SIP/2.0 200", "sip/2.0 200"),
    ("version 3", "SIP/2.0 200", "SIP/3.0 200"),
    ("no code", "SIP/2.0 200 OK", "SIP/2.0 OK and more"),
    ("code 0", "SIP/2.0 200 OK", "SIP/2.0 000 OK"),
    ("code 20", "SIP/2.0 200 OK", "SIP/2.0 20 OK"),
    ("code 2000", "SIP/2.0 200 OK", "SIP/2.0 2000 OK"),
    ("code 4294967496", "SIP/2.0 200 OK", "SIP/2.0 4294967496 OK"),
    ("two blanks", "SIP/2.0 200 OK", "SIP/2.0  200 OK"),
    ("no CSeq", "CSeq: 1 INVITE\r\n", ""),
    ("CSeq without method", "CSeq: 1 INVITE", "CSeq: 1"),
    ("CSeq with two blanks", "CSeq: 1 INVITE", "CSeq: 1  INVITE"),
    ("CSeq with a tab", "CSeq: 1 INVITE", "CSeq: 1\tINVITE"),
    ("CSeq lower case", "CSeq: 1 INVITE", "CSeq: 1 invite"),
    ("CSeq INVITEX", "CSeq: 1 INVITE", "CSeq: 1 INVITEX"),
    ("CSeq too large", "CSeq: 1 INVITE", "CSeq: 4294967296 INVITE"),
    ("CSeq of OPTIONS", "CSeq: 1 INVITE", "CSeq: 1 OPTIONS"),
    ("ten bytes", "", "SIP/2.0 20"),
    ("eleven bytes", "", "SIP/2.0 200"),
    ("only a code", "", "SIP/2.0 200\r\n\r\n"),
    ("486", "SIP/2.0 200 OK", "SIP/2.0 486 No"),
)  # fmt: skip


@case("sip-x-responses", SPLIT, "answers in many spellings: expected, passed, dropped", rules=FW)
def responses(lab):
    for n, (label, old, new) in enumerate(RESPONSES):
        t = Talk(lab, cport=20000 + n, call="r%d@lab" % n)
        t.up("invite", fill(INVITE, t, n, 4), snap=False)
        t.down(label, fill(OK.replace(old, new) if old else new, t, n, 4), snap="note")
        t.up("BYE", "BYE sip:b SIP/2.0\r\nCSeq: 9 BYE\r\n\r\n", snap=False)
