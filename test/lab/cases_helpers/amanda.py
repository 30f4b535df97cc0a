"""Amanda's answers: spellings of CONNECT, ports, NAT, timeouts."""
from cases_helpers.common import SPLIT, Datagrams
from ctlab.case import case
from ctlab.peer import Tcp, handshake
from ctlab.rules import dnat, firewall, masquerade, snat

FW = firewall(["amanda"])
SNAT = firewall(["amanda"], nat=snat("10.2.0.199"))
DNAT = firewall(["amanda"], nat=dnat('iifname "cli" udp dport 10080', "10.2.0.77"))
HEAD = "Amanda 2.6 REP HANDLE 0 SEQ 1\n"
REQUEST = "Amanda 2.6 REQ HANDLE 0 SEQ 1\nSERVICE sendbackup\n"

FORMS = (
    ("four", "CONNECT DATA %p MESG %q INDEX %r STATE %s\nOPTIONS x;\n"),
    ("one", "CONNECT DATA %p\n"),
    ("MESG alone", "CONNECT MESG %p\n"),
    ("INDEX alone", "CONNECT INDEX %p\n"),
    ("STATE alone", "CONNECT STATE %p\n"),
    ("backward", "CONNECT STATE %p INDEX %q MESG %r DATA %s\n"),
    ("same word twice", "CONNECT DATA %p DATA %q\n"),
    ("same port twice", "CONNECT DATA %p MESG %p INDEX %p\n"),
    ("lower case connect", "connect DATA %p\n"),
    ("lower case words", "CONNECT data %p mesg %q INDEX %r\n"),
    ("no blank behind CONNECT", "CONNECT\nDATA %p\n"),
    ("tab behind CONNECT", "CONNECT\tDATA %p\n"),
    ("tab behind the word", "CONNECT DATA\t%p MESG %q\n"),
    ("no blank behind the word", "CONNECT DATA%p MESG %q\n"),
    ("two blanks behind CONNECT", "CONNECT  DATA %p\n"),
    ("two blanks behind the word", "CONNECT DATA  %p MESG %q\n"),
    ("letters before CONNECT", "XCONNECT DATA %p\n"),
    ("letters before the word", "CONNECT XDATA %p METADATA %q\n"),
    ("letter behind the port", "CONNECT DATA %px MESG %q\n"),
    ("comma behind the port", "CONNECT DATA %p, MESG %q\n"),
    ("zero byte behind the port", "CONNECT DATA %p\0 MESG %q\n"),
    ("CONNECT in the middle", "OPTIONS a; CONNECT DATA %p\n"),
    ("CONNECT in the first line", "\b"),
    ("words before CONNECT", "DATA %p CONNECT MESG %q\n"),
    ("words in the next line", "CONNECT DATA %p\nMESG %q\n"),
    ("CONNECT twice", "CONNECT DATA %p\nCONNECT MESG %q\n"),
    ("CONNECT twice in a line", "CONNECT DATA %p CONNECT DATA %q MESG %r\n"),
    ("no line feed", "CONNECT DATA %p MESG %q"),
    ("carriage return alone", "CONNECT DATA %p MESG %q\r"),
    ("carriage return and line feed", "CONNECT DATA %p MESG %q\r\n"),
    ("nothing behind CONNECT", "CONNECT \n"),
    ("nothing at all behind CONNECT", "CONNECT "),
    ("no port", "CONNECT DATA MESG %q\n"),
    ("no port at the end", "CONNECT DATA \n"),
    ("letters for a port", "CONNECT DATA x MESG %q\n"),
    ("port 0, then good", "CONNECT DATA 0 MESG %q INDEX %r\n"),
    ("good, then port 0", "CONNECT DATA %p MESG 0 INDEX %r\n"),
    ("missing, then good", "CONNECT MESG %q INDEX %r\n"),
    ("port 1", "CONNECT DATA 1\n"),
    ("port 65535", "CONNECT DATA 65535\n"),
    ("port 65536, then good", "CONNECT DATA 65536 MESG %q\n"),
    ("port 65537", "CONNECT DATA 65537 MESG %q\n"),
    ("port 99999", "CONNECT DATA 99999 MESG %q\n"),
    ("six digits", "CONNECT DATA 501234 MESG %q\n"),
    ("six digits with a zero", "CONNECT DATA 050123 MESG %q\n"),
    ("five digits with a zero", "CONNECT DATA 05012 MESG %q\n"),
    ("only zeros", "CONNECT DATA 00000 MESG %q\n"),
    ("hexadecimal", "CONNECT DATA 0x123 MESG %q\n"),
    ("minus", "CONNECT DATA -12 MESG %q\n"),
    ("plus", "CONNECT DATA +12 MESG %q\n"),
    ("digits at the end of the line", "CONNECT MESG 12\n34\n"),
    ("long line", "CONNECT " + "x" * 600 + " DATA %p MESG %q\n"),
    ("lines before", "x" * 70 + "\n" * 5 + "CONNECT DATA %p\n"),
    ("high letters", "CONNECT \xe4 DATA %p \xf6\n"),
    ("shorter text in front of the last port", "CONNECT DATA 00001 MESG 12\n"),
    ("the same, more lines", "CONNECT DATA 00001 MESG 12\nOPTIONS x;\n"),
    ("the same, a word in the next line", "CONNECT DATA 65537 MESG %q\nINDEX %r\n"),
    ("shorter by little", "CONNECT DATA 65537 INDEX %q\nSTATE %r\n"),
    ("all shorter", "CONNECT DATA 00021 MESG 00022 INDEX 00023 STATE 00024\nx;\n"),
    ("all shorter, backward", "CONNECT STATE 00031 INDEX 00032 MESG 00033 DATA 00034\nx;\n"),
    ("zero bytes before", "\0\0\0CONNECT DATA %p\n"),
)  # fmt: skip


def fill(text, n):
    if text == "\b":
        return "Amanda CONNECT DATA %d\n" % (30000 + 4 * n)
    for i, key in enumerate(("%p", "%q", "%r", "%s")):
        text = text.replace(key, str(30000 + 4 * n + i))
    return HEAD + text


@case("amanda-x-forms", SPLIT, "spellings of CONNECT", rules=FW)
@case("amanda-x-forms6", SPLIT, "the same over IPv6", rules=FW, v=6)
@case("amanda-x-forms-nat", SPLIT, "the same through snat", rules=SNAT)
@case("amanda-x-forms-dnat", SPLIT, "the same through dnat", rules=DNAT, shost=77, dial=10)
def forms(lab, v=4, shost=10, dial=None):
    t = Datagrams(lab, 10080, v, 10123, shost=shost, dial=dial)
    t.up("request", REQUEST)
    t.down("ack", "Amanda 2.6 ACK HANDLE 0 SEQ 1\n")
    lab.wait(2.1)  # so that the flow is assured by the first form
    for n, (label, text) in enumerate(FORMS):
        t.down(label, fill(text, n))
        if n % 10 == 9:
            lab.snap("form-%d" % n)


@case(
    "amanda-x-directions", SPLIT, "CONNECT from the client; an empty answer; what renews", rules=FW
)
@case("amanda-x-directions-nat", SPLIT, "the same through snat", rules=SNAT)
def directions(lab):
    t = Datagrams(lab, 10080, 4, 10124)
    t.up("CONNECT from the client", HEAD + "CONNECT DATA 40000\n")
    lab.snap("first")
    t.up("again", HEAD + "CONNECT DATA 40001\n")
    lab.wait(1.1)
    t.down("empty answer", "")
    lab.snap("empty")
    lab.wait(1.1)
    t.down("nonsense", "x")
    lab.snap("nonsense")
    lab.wait(1.1)
    t.up("client, later", "x")
    lab.snap("client")
    lab.wait(1.1)
    t.down("answer", HEAD + "CONNECT DATA 40002 MESG 40003\n")
    lab.snap("answer")
    t.down("the same again", HEAD + "CONNECT DATA 40002 MESG 40003\n")
    lab.snap("again")


@case(
    "amanda-x-policy", SPLIT, "a master of another timeout policy", replay="packets",
    rules=FW.replace("table inet fw {", "table inet fw {\n  ct timeout t {\n    protocol udp; l3proto ip; policy = { unreplied : 50, replied : 70 };\n  }\n  chain tm {\n    type filter hook prerouting priority 10; policy accept;\n    udp dport 10080 ct timeout set \"t\"\n  }"),
)  # fmt: skip
def policy(lab):
    t = Datagrams(lab, 10080, 4, 10125)
    t.up("request", REQUEST)
    lab.snap("request")
    t.down("answer", HEAD + "CONNECT DATA 40002 MESG 40003\n")
    lab.snap("answer")
    t.up("request again", REQUEST)
    lab.snap("again")


@case("amanda-x-clash", SPLIT, "two flows expect one port", rules=FW)
@case(
    "amanda-x-clash-nat",
    SPLIT,
    "the same through dnat at port 65535, beyond which is none",
    rules=DNAT,
    shost=77,
    dial=10,
    port=65535,
)
def clash(lab, shost=10, dial=None, port=40000):
    one = Datagrams(lab, 10080, 4, 10126, shost=shost, dial=dial)
    two = Datagrams(lab, 10080, 4, 10127, shost=shost, dial=dial)
    other = Datagrams(lab, 10080, 4, 10128, chost=11, shost=shost, dial=dial)
    for t in (one, two, other):
        t.up("request", REQUEST)
    text = HEAD + "CONNECT DATA %d MESG 300 INDEX 301\n" % port
    one.down("one", text)
    lab.snap("one")
    two.down("two", HEAD + "CONNECT DATA %d MESG 302 INDEX 303\n" % port)
    lab.snap("two")
    two.down("last busy", HEAD + "CONNECT MESG 304 INDEX %d\n" % port)
    lab.snap("last")
    two.down("MESG first", HEAD + "CONNECT MESG %d DATA 400 INDEX 401\n" % port)
    lab.snap("mesg-first")
    other.down("other client", text)
    lab.snap("other")


@case(
    "amanda-x-data-dnat",
    SPLIT,
    "data connections through dnat of the UDP port alone",
    rules=DNAT,
    shost=77,
    dial=10,
)
@case("amanda-x-data-nat", SPLIT, "data connections through snat", rules=SNAT)
@case(
    "amanda-x-data6-masq",
    SPLIT,
    "data connections masqueraded over IPv6",
    rules=lambda lab: firewall(["amanda"], nat=masquerade("ip6")),
    v=6,
)
def data(lab, v=4, shost=10, dial=None):
    t = Datagrams(lab, 10080, v, 10123, shost=shost, dial=dial)
    t.up("request", REQUEST)
    t.down("answer", HEAD + "CONNECT DATA 40000 MESG 40001 INDEX 40002 STATE 40003\n")
    lab.snap("answer")
    for n, port in enumerate((40002, 40000, 40003, 40001)):
        dc = Tcp(lab.cli, t.c.addr, 1000 + n, t.peer, port, isn=n)
        ds = Tcp(lab.srv, t.s.addr, port, isn=9)
        handshake(dc, ds)
        lab.snap("data-%d" % n)
    dc = Tcp(lab.cli, t.c.addr, 1010, t.peer, 40000)
    dc.syn()
    lab.snap("end-data")


@case(
    "amanda-x-master-timeout",
    SPLIT,
    "answers renew by master_timeout, expectations live as ever",
    rules=FW,
    module={"nf_conntrack_amanda/master_timeout": "45"},
)
def master_timeout(lab):
    t = Datagrams(lab, 10080, 4, 10129)
    t.up("request", REQUEST)
    lab.snap("request")
    t.down("answer", HEAD + "CONNECT DATA 40002 MESG 40003\n")
    lab.snap("answer")


@case(
    "amanda-x-busy-nat",
    SPLIT,
    "ports that are taken become others, with more digits",
    rules=DNAT,
    replay="random",
    shost=77,
    dial=10,
)
def busy(lab, shost, dial):
    one = Datagrams(lab, 10080, 4, 10126, shost=shost, dial=dial)
    two = Datagrams(lab, 10080, 4, 10127, shost=shost, dial=dial)
    one.up("request", REQUEST)
    two.up("request", REQUEST)
    one.down("one", HEAD + "CONNECT DATA 9 MESG 99 INDEX 999 STATE 9999\n")
    two.down("two", HEAD + "CONNECT DATA 9 MESG 99 INDEX 999 STATE 9999\n")
    lab.snap("two")
    two.down("again", HEAD + "CONNECT DATA 99 MESG 999 INDEX 54321\nx\n")
    lab.snap("again")
