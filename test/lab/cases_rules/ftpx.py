"""FTP: what the helper reads and what not, on IPv4 and IPv6."""
from cases.ftp import CRLF, control, data_transfer, finish, port_args
from cases_rules.common import probe, table
from ctlab.case import case
from ctlab.peer import Tcp, close, exchange, handshake
from ctlab.rules import firewall

FW = firewall(["ftp"])


def expected(lab):
    return sorted(
        "%s>%s:%d" % (e["tuple"]["src"], e["tuple"]["dst"], e["tuple"]["dport"])
        for e in lab.expectations()
    )


def tell(lab, a, b, label, text, snap=False):
    """Send text from a to b; note whether it passed and the expectations after it.  A dropped segment is taken back."""
    data = text if isinstance(text, bytes) else text.encode("latin-1")
    lab.step("%s %r" % (label, text))
    begin = a.seq
    a.data(data)
    got = b.recv(timeout=0.15, need=False)
    if got is None:
        a.seq = begin
    else:
        b.ack_()
        a.recv()
    lab.note(
        "%s: segment %s, expectations %s"
        % (label, "passed" if got is not None else "dropped", expected(lab))
    )
    if snap:
        lab.snap(label)
    return got is not None


def lines(lab, who, tests, v=4, between=None, net=None):
    c, s = control(lab, v=v)
    for label, text in tests(lab, c, s):
        if who == "c":
            tell(lab, c, s, label, text)
        else:
            tell(lab, s, c, label, text)
        # a plain line, so that the next begins where a line ended
        tell(
            lab,
            *((c, s) if who == "c" else (s, c)),
            "  plain line",
            "NOOP\r\n" if who == "c" else "200 ok\r\n"
        )
    lab.snap("after")


def port_tests(lab, c, s):
    a = c.addr.replace(".", ",")
    return [
        ("lower case", "port %s,195,80\r\n" % a),
        ("mixed case", "PoRt %s,195,81\r\n" % a),
        ("leading space", " PORT %s,195,82\r\n" % a),
        ("tab after", "PORT\t%s,195,83\r\n" % a),
        ("no space", "PORT%s,195,84\r\n" % a),
        ("leading spaces in numbers", "PORT %s\r\n" % a.replace(",", ", ") + ""),
        ("dots", "PORT %s,195,85\r\n" % c.addr),
        ("seven fields", "PORT %s,195,86,1\r\n" % a),
        ("cr only", "PORT %s,195,87\r" % a),
        ("then lf", "\n"),
        ("port below 1024", "PORT %s,0,80\r\n" % a),
        ("field 256", "PORT %s,256,1\r\n" % a),
        ("four digits", "PORT %s,0195,88\r\n" % a),
        ("negative", "PORT %s,-1,88\r\n" % a),
        ("letters", "PORT a,b,c,d,e,f\r\n"),
        ("empty fields", "PORT ,,,,,\r\n"),
        ("no numbers", "PORT \r\n"),
        ("address of the server", "PORT %s,195,89\r\n" % s.addr.replace(".", ",")),
        ("trailing space", "PORT %s,195,90 \r\n" % a),
        ("trailing nul", "PORT %s,195,91\0\r\n" % a),
        ("very large", "PORT %s,99999999999,1\r\n" % a),
    ]


@case(
    "ftp-x-port-forms",
    "more",
    "PORT in many spellings: case, spaces, tabs, fields, ranges",
    rules=FW,
)
def port_forms(lab):
    lines(lab, "c", port_tests)


def eprt4(lab, c, s):
    a = c.addr
    return [
        ("usual", "EPRT |1|%s|50000|\r\n" % a),
        ("lower case", "eprt |1|%s|50001|\r\n" % a),
        ("family 2 over IPv4", "EPRT |2|fd00:1::10|50002|\r\n"),
        ("family 2, IPv4 address", "EPRT |2|%s|50003|\r\n" % a),
        ("family 3", "EPRT |3|%s|50004|\r\n" % a),
        ("family missing", "EPRT ||%s|50005|\r\n" % a),
        ("bad address", "EPRT |1|10.1.0|50006|\r\n"),
        ("octet 300", "EPRT |1|10.1.0.300|50006|\r\n"),
        ("mixed delimiters", "EPRT |1#%s|50007|\r\n" % a),
        ("last delimiter missing", "EPRT |1|%s|50008\r\n" % a),
        ("last delimiter wrong", "EPRT |1|%s|50008#\r\n" % a),
        ("delimiter digit", "EPRT 111%s150009\r\n" % a),
        ("delimiter space", "EPRT  1 %s 50010 \r\n" % a),
        ("delimiter tilde", "EPRT ~1~%s~50011~\r\n" % a),
        ("port 0", "EPRT |1|%s|0|\r\n" % a),
        ("port 65536", "EPRT |1|%s|65536|\r\n" % a),
        ("port 65535", "EPRT |1|%s|65535|\r\n" % a),
        ("port empty", "EPRT |1|%s||\r\n" % a),
        ("port with letters", "EPRT |1|%s|50x12|\r\n" % a),
        ("two spaces", "EPRT  |1|%s|50013|\r\n" % a),
        ("text behind", "EPRT |1|%s|50014|x\r\n" % a),
        ("third party", "EPRT |1|%s|50015|\r\n" % lab.c(33)),
        ("short", "EPRT |1|\r\n"),
        ("tiny", "EPRT |\r\n"),
    ]


@case(
    "ftp-x-eprt-forms",
    "more",
    "EPRT over IPv4: families, delimiters, addresses, ports, malformed variants",
    rules=FW,
)
def eprt_forms(lab):
    lines(lab, "c", eprt4)


def eprt6(lab, c, s):
    a = c.addr
    return [
        ("usual", "EPRT |2|%s|50000|\r\n" % a),
        ("upper case address", "EPRT |2|%s|50001|\r\n" % a.upper()),
        ("uncompressed", "EPRT |2|fd00:0001:0:0:0:0:0:10|50002|\r\n"),
        ("in full", "EPRT |2|fd00:0001:0000:0000:0000:0000:0000:0010|50003|\r\n"),
        ("family 1", "EPRT |1|%s|50004|\r\n" % a),
        ("family 1, IPv4 address", "EPRT |1|10.1.0.10|50005|\r\n"),
        ("mapped", "EPRT |2|::ffff:10.1.0.10|50006|\r\n"),
        ("scope", "EPRT |2|%s%%eth0|50007|\r\n" % a),
        ("brackets", "EPRT |2|[%s]|50008|\r\n" % a),
        ("delimiter #", "EPRT #2#%s#50009#\r\n" % a),
        ("third party", "EPRT |2|%s|50010|\r\n" % lab.c(33, 6)),
        ("bad address", "EPRT |2|fd00:1:::10|50011|\r\n"),
        ("port 0", "EPRT |2|%s|0|\r\n" % a),
        ("PORT over IPv6", "PORT 10,1,0,10,195,80\r\n"),
        ("PORT with zeros over IPv6", "PORT 0,0,0,0,195,81\r\n"),
    ]


@case(
    "ftp-x-eprt6-forms",
    "more",
    "EPRT and PORT over IPv6: spellings of the address, families, malformed variants",
    rules=FW,
)
def eprt6_forms(lab):
    lines(lab, "c", eprt6, v=6)


def pasv_tests(lab, c, s):
    a = s.addr.replace(".", ",")
    return [
        ("usual", "227 Entering Passive Mode (%s,195,80).\r\n" % a),
        ("lower case", "227 entering passive mode (%s,195,81)\r\n" % a),
        ("code with dash", "227-Entering Passive Mode (%s,195,82)\r\n" % a),
        ("text before", "x227 Entering Passive Mode (%s,195,83)\r\n" % a),
        ("nothing but numbers", "227 %s,195,84\r\n" % a),
        ("digits in the text", "227 Entering 1 Passive Mode (%s,195,85)\r\n" % a),
        ("spaces", "227 Entering Passive Mode (10, 2, 0, 10, 195, 86)\r\n"),
        ("no closing", "227 Entering Passive Mode (%s,195,87\r\n" % a),
        ("five numbers", "227 Entering Passive Mode (%s,195)\r\n" % a),
        ("three-digit code 226", "226 Entering Passive Mode (%s,195,88)\r\n" % a),
        ("octet 256", "227 Entering Passive Mode (256,2,0,10,195,89)\r\n"),
        ("other host", "227 Entering Passive Mode (%s,195,90)\r\n" % lab.s(33).replace(".", ",")),
        ("zero address", "227 Entering Passive Mode (0,0,0,0,195,91)\r\n"),
        ("port 0", "227 Entering Passive Mode (%s,0,0)\r\n" % a),
        ("long text", "227 Entering Passive Mode %s(%s,195,92)\r\n" % ("x" * 300, a)),
        ("in a second line", "200 first\r\n227 Entering Passive Mode (%s,195,93)\r\n" % a),
        ("multi-line reply", "227-first line\r\n227 Entering Passive Mode (%s,195,94)\r\n" % a),
        (
            "second in the segment",
            "227 Entering Passive Mode (%s,195,95)\r\n227 Entering Passive Mode (%s,195,96)\r\n"
            % (a, a),
        ),
        ("equals form", "227 =%s,195,97\r\n" % a),
        ("no text", "227\r\n"),
        ("text without numbers", "227 Entering Passive Mode\r\n"),
    ]


@case(
    "ftp-x-pasv-forms",
    "more",
    "227 replies in many spellings, also without a PASV before them",
    rules=FW,
)
@case(
    "ftp-x-pasv-forms-loose",
    "more",
    "the same with module parameter loose=1",
    rules=FW,
    module={"nf_conntrack_ftp/loose": "1"},
)
def pasv_forms(lab):
    lines(lab, "s", pasv_tests)


def epsv_tests(lab, c, s):
    return [
        ("usual", "229 Entering Extended Passive Mode (|||50000|)\r\n"),
        ("other delimiter", "229 Entering Extended Passive Mode (###50001#)\r\n"),
        ("port 0", "229 Entering Extended Passive Mode (|||0|)\r\n"),
        ("port 99999", "229 Entering Extended Passive Mode (|||99999|)\r\n"),
        ("port 65536", "229 ok (|||65536|)\r\n"),
        ("port 65535", "229 ok (|||65535|)\r\n"),
        ("two delimiters", "229 ok (||50002|)\r\n"),
        ("last delimiter missing", "229 ok (|||50003)\r\n"),
        ("no parenthesis", "229 ok |||50004|\r\n"),
        ("mixed delimiters", "229 ok (||#50005|)\r\n"),
        ("with address", "229 ok (|1|%s|50006|)\r\n" % s.addr),
        ("with letters", "229 ok (|||5x006|)\r\n"),
        ("empty port", "229 ok (||||)\r\n"),
        ("delimiter digit", "229 ok (111500071)\r\n"),
        ("dash", "229-ok (|||50008|)\r\n"),
        ("no closing parenthesis", "229 ok (|||50009|\r\n"),
        ("text before", " 229 ok (|||50010|)\r\n"),
        ("multi-line", "229-first\r\n229 ok (|||50011|)\r\n"),
        ("only code", "229\r\n"),
        ("leading zeros", "229 ok (|||0050012|)\r\n"),
        ("space in port", "229 ok (||| 50013|)\r\n"),
    ]


@case(
    "ftp-x-epsv-forms",
    "more",
    "229 replies over IPv4: delimiters, ports, malformed variants",
    rules=FW,
    v=4,
)
@case("ftp-x-epsv6-forms", "more", "229 replies over IPv6; 227 over IPv6", rules=FW, v=6)
def epsv_forms(lab, v):
    more = (
        []
        if v == 4
        else [
            ("227 over IPv6", "227 Entering Passive Mode (10,2,0,10,195,80)\r\n"),
            ("227 with zeros", "227 Entering Passive Mode (0,0,0,0,195,81)\r\n"),
        ]
    )
    lines(lab, "s", lambda *a: epsv_tests(*a) + more, v=v)


@case(
    "ftp-x-pipelined",
    "more",
    "PORT as the last, first and middle of several commands in one segment; two PORTs; PORT after a partial line; empty lines",
    rules=FW,
)
def pipelined(lab):
    c, s = control(lab)
    a = port_args(c.addr, 50000)
    b = port_args(c.addr, 50001)
    for label, text in (
        ("last", "TYPE I\r\nPORT %s\r\n" % a),
        ("first", "PORT %s\r\nTYPE I\r\n" % a),
        ("middle", "TYPE I\r\nPORT %s\r\nLIST\r\n" % a),
        ("two ports", "PORT %s\r\nPORT %s\r\n" % (a, b)),
        ("alone", "PORT %s\r\n" % b),
        ("empty line before", "\r\nPORT %s\r\n" % a),
        ("partial line", "TYPE "),
        ("PORT after the partial line", "PORT %s\r\n" % a),
        ("PORT at a line start again", "PORT %s\r\n" % b),
        ("lf-ended line", "NOOP\n"),
        ("PORT after lf", "PORT %s\r\n" % a),
        ("cr-ended line", "NOOP\r"),
        ("PORT after cr", "PORT %s\r\n" % b),
    ):
        tell(lab, c, s, label, text)
    lab.snap("after")


@case(
    "ftp-x-long-line",
    "more",
    "a very long line before PORT, and PORT at the end of a full-sized segment",
    rules=FW,
)
def long_line(lab):
    c, s = control(lab)
    tell(lab, c, s, "long line", "SITE " + "x" * 1390 + "\r\n")
    tell(lab, c, s, "PORT", "PORT %s\r\n" % port_args(c.addr, 50000))
    tell(lab, c, s, "long without end", "y" * 1400)
    tell(lab, c, s, "PORT in mid-line", "PORT %s\r\n" % port_args(c.addr, 50001))
    tell(lab, c, s, "PORT", "PORT %s\r\n" % port_args(c.addr, 50002))
    tell(
        lab,
        c,
        s,
        "PORT behind much text in a segment",
        "z" * 1300 + "\r\nPORT %s\r\n" % port_args(c.addr, 50003),
    )
    lab.snap("after")


@case(
    "ftp-x-pasv-split",
    "more",
    "227 split over two segments: in the code, in the text, in the numbers, before CR",
    rules=FW,
)
def pasv_split(lab):
    c, s = control(lab)
    for number, at in enumerate((2, 10, 35, 46, -2)):
        line = "227 Entering Passive Mode (%s)\r\n" % port_args(s.addr, 50000 + number)
        exchange(c, s, "PASV" + CRLF)
        begin = s.seq
        first = tell(lab, s, c, "at %d, first part" % at, line[:at])
        if first:
            tell(lab, s, c, "at %d, second part" % at, line[at:])
        else:
            s.data(line[at:], seq=begin + len(line[:at]), advance=False)
            lab.note(
                "second part ahead: %s, expectations %s"
                % (
                    "passed"
                    if c.side.get(lambda p: p.haslayer("TCP") and p["TCP"].dport == c.port, 0.15)
                    else "dropped",
                    expected(lab),
                )
            )
            tell(lab, s, c, "at %d, whole again" % at, line)
    lab.snap("after")


@case(
    "ftp-x-other-port",
    "more",
    "ct helper of type ftp set for another port (2121) and by address; port 21 without it",
    rules=lambda lab: firewall(["ftp"], ports={"ftp": 2121}, allow=["tcp dport 21"]),
    v=4,
)
@case(
    "ftp-x-other-port6",
    "more",
    "the same over IPv6",
    rules=lambda lab: firewall(["ftp"], ports={"ftp": 2121}, allow=["tcp dport 21"]),
    v=6,
)
def other_port(lab, v):
    for number, port in enumerate((2121, 21)):
        c, s = control(lab, cport=40000 + number, v=v, sport=port)
        line = (
            "PORT " + port_args(c.addr, 50001 + number)
            if v == 4
            else "EPRT |2|%s|%d|" % (c.addr, 50001 + number)
        )
        tell(lab, c, s, "port %d: %s" % (port, line.split()[0]), line + CRLF, snap=True)
        probe(
            lab,
            "data SYN",
            Tcp(lab.srv, s.addr, 20, c.addr, 50001 + number).segment("S"),
            "srv",
            snap=True,
        )
        line = (
            "227 Entering Passive Mode (%s)" % port_args(s.addr, 50011 + number)
            if v == 4
            else "229 ok (|||%d|)" % (50011 + number)
        )
        tell(lab, s, c, "port %d: %s" % (port, line.split()[0]), line + CRLF, snap=True)


@case(
    "ftp-x-data-twice",
    "more",
    "the data SYN retransmitted, a second data connection (not expected any more), PORT again after it; data connection from another port, to the wrong port, from the wrong host",
    rules=FW,
    v=4,
)
@case("ftp-x-data-twice6", "more", "the same over IPv6", rules=FW, v=6)
def data_twice(lab, v):
    c, s = control(lab, v=v)
    say = (
        lambda port: (
            "PORT " + port_args(c.addr, port) if v == 4 else "EPRT |2|%s|%d|" % (c.addr, port)
        )
        + CRLF
    )
    syn = lambda sport, dport, host=None: Tcp(
        lab.srv, host or s.addr, sport, c.addr, dport, isn=7000
    ).segment("S")
    tell(lab, c, s, "port", say(50001))
    probe(lab, "SYN to the wrong port", syn(20, 50002), "srv")
    probe(lab, "SYN from the wrong host", syn(20, 50001, lab.s(11, v)), "srv")
    probe(lab, "SYN", syn(20, 50001), "srv", snap=True)
    probe(lab, "SYN again", syn(20, 50001), "srv")
    probe(lab, "SYN of a second connection", syn(1025, 50001), "srv", snap=True)
    tell(lab, c, s, "same port again", say(50001))
    probe(lab, "SYN of the second connection again", syn(1025, 50001), "srv", snap=True)
    tell(lab, c, s, "port of a third", say(50003))
    dc = Tcp(lab.cli, c.addr, 50003, s.addr, 20)
    probe(lab, "SYN from the client to the server's data port", dc.segment("S"), "cli", snap=True)
    probe(lab, "SYN", syn(20, 50003), "srv")
    lab.snap("after")


@case(
    "ftp-x-pasv-twice",
    "more",
    "PASV twice: the second 227 replaces the first expectation; both data SYNs tried; the 227 retransmitted after the data connection is open",
    rules=FW,
    v=4,
)
@case("ftp-x-epsv-twice6", "more", "EPSV twice over IPv6", rules=FW, v=6)
def pasv_twice(lab, v):
    c, s = control(lab, v=v)
    say = (
        lambda port: (
            "227 Entering Passive Mode (%s)" % port_args(s.addr, port)
            if v == 4
            else "229 ok (|||%d|)" % port
        )
        + CRLF
    )
    syn = lambda sport, dport: Tcp(lab.cli, c.addr, sport, s.addr, dport, isn=7000).segment("S")
    exchange(c, s, "PASV" + CRLF)
    tell(lab, s, c, "first", say(50001), snap=True)
    exchange(c, s, "PASV" + CRLF)
    begin = s.seq
    tell(lab, s, c, "second", say(50002), snap=True)
    probe(lab, "SYN to the first", syn(47000, 50001), "cli")
    probe(lab, "SYN to the second", syn(47001, 50002), "cli", snap=True)
    end = s.seq
    s.seq = begin
    probe(lab, "the 227 again", s.segment("PA", say(50002).encode()), "srv", snap=True)
    s.seq = end
    probe(lab, "another SYN to the second", syn(47002, 50002), "cli", snap=True)


@case(
    "ftp-x-retransmit-data",
    "more",
    "the PORT segment retransmitted after its data connection was opened: a new expectation; an old copy with other text is not read",
    rules=FW,
)
def retransmit_data(lab):
    c, s = control(lab)
    begin = c.seq
    line = "PORT " + port_args(c.addr, 50001) + CRLF
    tell(lab, c, s, "PORT", line)
    probe(lab, "data SYN", Tcp(lab.srv, s.addr, 20, c.addr, 50001).segment("S"), "srv", snap=True)
    probe(lab, "PORT again", c.segment("PA", line.encode(), seq=begin), "cli", snap=True)
    tell(lab, c, s, "NOOP", "NOOP" + CRLF)
    probe(
        lab,
        "old copy with another port",
        c.segment("PA", ("PORT " + port_args(c.addr, 50002) + CRLF).encode(), seq=begin),
        "cli",
        snap=True,
    )
    probe(
        lab,
        "PORT one byte behind the line start",
        c.segment("PA", ("PORT " + port_args(c.addr, 50003) + CRLF).encode(), seq=c.seq + 1),
        "cli",
        snap=True,
    )
    lab.note(str(expected(lab)))


@case(
    "ftp-x-directions",
    "more",
    "commands from the wrong side: PORT from the server, 227 from the client; PORT before the handshake is complete; PORT in the first data segment; PORT in a FIN",
    rules=FW,
)
def directions(lab):
    c, s = control(lab)
    tell(lab, s, c, "PORT from the server", "PORT " + port_args(s.addr, 50001) + CRLF)
    tell(
        lab,
        c,
        s,
        "227 from the client",
        "227 Entering Passive Mode (%s)" % port_args(c.addr, 50002) + CRLF,
    )
    tell(lab, c, s, "229 from the client", "229 ok (|||50003|)" + CRLF)
    tell(lab, c, s, "PORT", "PORT " + port_args(c.addr, 50004) + CRLF)
    probe(
        lab,
        "PORT with FIN",
        c.segment("FPA", ("PORT " + port_args(c.addr, 50005) + CRLF).encode()),
        "cli",
        snap=True,
    )
    c2 = Tcp(lab.cli, c.addr, 40010, s.addr, 21, isn=100)
    s2 = Tcp(lab.srv, s.addr, 21, c.addr, 40010, isn=900)
    c2.syn()
    s2.ack = c2.seq
    s2.synack()
    c2.ack = s2.seq
    lab.cli.flush()
    lab.srv.flush()
    probe(
        lab,
        "PORT as the handshake's ACK",
        c2.segment("PA", ("PORT " + port_args(c.addr, 50006) + CRLF).encode()),
        "cli",
        snap=True,
    )
    c3 = Tcp(lab.cli, c.addr, 40011, s.addr, 21, isn=100)
    probe(
        lab,
        "PORT in a SYN",
        c3.segment("S", ("PORT " + port_args(c.addr, 50007) + CRLF).encode()),
        "cli",
        snap=True,
    )
    lab.note(str(expected(lab)))


@case(
    "ftp-x-two-clients",
    "more",
    "two clients, two servers, both modes at the same time; the data connections inherit nothing but their own master",
    net="b",
    rules=FW,
)
def two_clients(lab):
    pairs = []
    for number, (chost, shost) in enumerate(((10, 10), (11, 10), (10, 11))):
        c, s = control(lab, cport=40000 + number, chost=chost, shost=shost)
        pairs.append((c, s))
        tell(lab, c, s, "PORT %d" % number, "PORT " + port_args(c.addr, 50000 + number) + CRLF)
    lab.snap("three")
    for number, (c, s) in enumerate(pairs):
        probe(
            lab,
            "data %d" % number,
            Tcp(lab.srv, s.addr, 20, c.addr, 50000 + number).segment("S"),
            "srv",
        )
    lab.snap("used")
    c, s = pairs[0]
    tell(
        lab, c, s, "PORT of the second client's port", "PORT " + port_args(lab.c(11), 50009) + CRLF
    )
    tell(lab, pairs[1][0], pairs[1][1], "PORT", "PORT " + port_args(lab.c(11), 50009) + CRLF)
    tell(lab, s, c, "227", "227 ok (%s)" % port_args(s.addr, 50010) + CRLF)
    tell(
        lab,
        pairs[1][1],
        pairs[1][0],
        "227 of the same server's same port to the other client",
        "227 ok (%s)" % port_args(s.addr, 50010) + CRLF,
    )
    lab.snap("after")


@case(
    "ftp-x-loss",
    "more",
    "the helper and lost segments: PORT that was dropped by a rule behind the helper, a gap before PORT, out-of-order PORT",
    rules=FW,
)
def loss(lab):
    c, s = control(lab)
    line = ("PORT " + port_args(c.addr, 50001) + CRLF).encode()
    probe(lab, "PORT ahead of a gap", c.segment("PA", line, seq=c.seq + 6), "cli", snap=True)
    lab.note(str(expected(lab)))
    probe(lab, "the gap filled", c.segment("PA", b"NOOP\r\n"), "cli", snap=True)
    probe(lab, "PORT again", c.segment("PA", line, seq=c.seq + 6), "cli", snap=True)
    lab.note(str(expected(lab)))
    c.seq += 6 + len(line)
    probe(
        lab,
        "next PORT",
        c.segment("PA", ("PORT " + port_args(c.addr, 50002) + CRLF).encode()),
        "cli",
        snap=True,
    )
    lab.note(str(expected(lab)))
    probe(
        lab,
        "bad checksum PORT",
        bad(
            c.segment(
                "PA", ("PORT " + port_args(c.addr, 50003) + CRLF).encode(), seq=c.seq + len(line)
            )
        ),
        "cli",
        snap=True,
    )
    lab.note(str(expected(lab)))


def bad(packet):
    packet["TCP"].chksum = 0x1234
    return packet


@case(
    "ftp-x-strict",
    "more",
    'a rule that names the helper: ct helper "ftp" for related traffic only',
    rules="""table inet fw {
  ct helper h { type "ftp" protocol tcp; }
  chain assign { type filter hook prerouting priority 0; policy accept;
    tcp dport 21 ct helper set "h"
  }
  chain forward { type filter hook forward priority 0; policy drop;
    ct state established counter accept
    ct state related ct helper "ftp" tcp dport 1024-65535 counter accept
    ct state related counter
    ct status expected counter
    tcp dport 21 ct state new counter accept
  }
}
""",
)
def strict(lab):
    c, s = control(lab)
    for number, port in enumerate((50001, 1023)):
        tell(lab, c, s, "PORT %d" % port, "PORT " + port_args(c.addr, port) + CRLF)
        d = Tcp(lab.srv, s.addr, 20, c.addr, port, isn=70)
        e = Tcp(lab.cli, c.addr, port, s.addr, 20, isn=90)
        probe(lab, "data SYN %d" % port, d.segment("S"), "srv", snap=True)
    e = Tcp(lab.cli, c.addr, 50001, s.addr, 20, isn=90)
    e.ack = 71
    probe(lab, "data SYN+ACK", e.segment("SA"), "cli", snap=True)
