"""FTP through NAT: rewritten commands, offsets of sequence numbers, SACK, wrap-around, ports that are taken."""
import re

from cases.ftp import CRLF, control, port_args
from cases_nat.common import SPLIT, listing, nat, send
from ctlab.case import case
from ctlab.peer import Tcp, close, exchange, handshake
from ctlab.rules import dnat, firewall

LONG = nat(post='oifname "srv" snat to 10.2.0.199')  # one character longer than 10.1.0.10
SHORT = nat(post='oifname "srv" snat to 10.2.0.9')  # one shorter


def fw(rules, **kw):
    return firewall(["ftp"], nat=rules, **kw)


def carry(lab, label, sender, receiver, data=b"", advance=True, flags=None, **kw):
    """One segment; the receiver acknowledges later what arrived in order.  Returns what arrived."""
    if isinstance(data, str):
        data = data.encode("latin-1")
    got = send(
        lab,
        label,
        sender.segment(flags or ("PA" if data else "A"), data, **kw),
        "cli" if sender.side.side == "cli" else "srv",
    )
    if advance:
        sender.seq = (sender.seq + len(data)) & 0xFFFFFFFF
    if got and "TCP" in got[0]:
        head = got[0]["TCP"]
        size = len(bytes(head.payload)) if got[0].haslayer("Raw") else 0
        if head.seq == receiver.ack:
            receiver.ack = (head.seq + size) & 0xFFFFFFFF
        return bytes(head.payload) if size else b""
    return None


def expected(lab):
    return [
        "%s,%d>%s,%d"
        % (e["tuple"]["src"], e["tuple"]["sport"], e["tuple"]["dst"], e["tuple"]["dport"])
        for e in lab.expectations()
    ]


def adjust(lab, label):
    """Note the offsets of all connections that have any, and the expectations."""
    for e in lab.connections():
        text = " ".join("%s %s" % (k, e[k]) for k in ("seqadj_orig", "seqadj_reply") if k in e)
        if text:
            lab.note(
                "%s: port %d: %s %s"
                % (label, e["orig"]["sport"], ",".join(e["status_names"]), text)
            )
    lab.note("%s: expectations %s" % (label, expected(lab)))


def padded(address, port):
    """The arguments of PORT with three digits each."""
    return ",".join("%03d" % int(x) for x in port_args(address, port).split(","))


def numbers(text):
    f = [int(x) for x in re.findall(r"\d+", text.decode())]
    return ".".join(map(str, f[:4])), f[4] * 256 + f[5]


@case(
    "nat-ftp-offsets",
    SPLIT,
    "PORTs whose text grows (+1), shrinks (-7), grows (+1) in one window; acknowledgements of each place in between; the changed segments retransmitted",
    rules=fw(LONG),
)
@case(
    "nat-ftp-offsets-shrink",
    SPLIT,
    "the same with a public address that is shorter (-1, -9, -1)",
    rules=fw(SHORT),
)
@case(
    "nat-ftp-wrap",
    SPLIT,
    "the same with the client's sequence numbers going over 2^32 in the second PORT",
    rules=fw(LONG),
    isn=0xFFFFFFB8,
)
@case(
    "nat-ftp-wrap-between",
    SPLIT,
    "the same, the third PORT beginning at 0",
    rules=fw(LONG),
    isn=0xFFFFFFAC,
)
def offsets(lab, isn=1000):
    c, s = control(lab, cisn=isn)
    begin, places = s.ack, []
    segments = []
    for number, text in enumerate(
        (
            "PORT " + port_args(c.addr, 50001),
            "PORT " + padded(c.addr, 50002),
            "NOOP",
            "PORT " + port_args(c.addr, 50003),
            "NOOP",
        )
    ):
        segments.append((c.seq, text + CRLF))
        carry(lab, "segment %d" % number, c, s, text + CRLF)
        adjust(lab, "segment %d" % number)
        places.append(s.ack)
    lab.snap("five segments")
    for number, place in enumerate([begin] + places):
        carry(
            lab,
            "server acknowledges %s" % ("nothing" if not number else "segment %d" % (number - 1)),
            s,
            c,
            ack=place,
        )
    carry(lab, "server acknowledges the middle of segment 1", s, c, ack=places[0] + 10)
    for number, (seq, text) in enumerate(segments):
        carry(lab, "segment %d again" % number, c, s, text, seq=seq, advance=False)
        adjust(lab, "segment %d again" % number)
    lab.snap("retransmitted")
    carry(lab, "answers", s, c, "200 ok" + CRLF)
    c.ack = s.seq
    carry(lab, "client acknowledges", c, s)
    carry(lab, "one byte of probe (old sequence number)", c, s, seq=c.seq - 1, advance=False)
    send(lab, "FIN", c.segment("FA"))


@case(
    "nat-ftp-sack",
    SPLIT,
    "SACK blocks in the server's acknowledgements while offsets are not zero: before, across and behind the changed place; two and three blocks; with time stamps; SACK of the client about the server's data",
    rules=fw(LONG),
)
def sack(lab):
    c, s = control(lab)
    ts = [("NOP", None), ("NOP", None), ("Timestamp", (100, 200))]
    begin = s.ack
    carry(lab, "PORT", c, s, "PORT " + port_args(c.addr, 50001) + CRLF)
    first = s.ack
    for number in range(4):
        carry(lab, "NOOP %d" % number, c, s, "NOOP" + CRLF)
    last = s.ack

    def ack(label, at, *blocks, stamp=()):
        carry(
            lab,
            label,
            s,
            c,
            ack=at,
            options=list(stamp)
            + [("NOP", None), ("NOP", None), ("SAck", tuple(x for b in blocks for x in b))],
        )

    ack("SACK behind the change", first, (first + 6, first + 12))
    ack("SACK of all but PORT", begin, (first, last))
    ack("SACK across the change", begin, (begin + 3, first + 6))
    ack("SACK begins and ends within PORT", begin, (begin + 3, begin + 9))
    ack("two blocks", begin, (first + 12, first + 18), (first, first + 6))
    ack(
        "three blocks with a time stamp",
        begin,
        (first + 12, first + 18),
        (first, first + 6),
        (begin + 3, begin + 5),
        stamp=ts,
    )
    ack("D-SACK", first, (begin, first))
    carry(lab, "server's data", s, c, "200 ok" + CRLF)
    carry(lab, "server's more data", s, c, "200 ok" + CRLF, seq=s.seq + 8, advance=False)
    carry(
        lab,
        "client's SACK",
        c,
        s,
        options=[("NOP", None), ("NOP", None), ("SAck", (s.seq + 8, s.seq + 16))],
    )
    carry(lab, "second PORT, longer", c, s, "PORT " + padded(c.addr, 50002) + CRLF, options=ts)
    second = s.ack
    carry(lab, "NOOP", c, s, "NOOP" + CRLF)
    ack("SACK behind both changes", second - 3, (second, second + 6))
    ack("SACK between the changes", begin, (first, last))
    adjust(lab, "after")


@case(
    "nat-ftp-reply-offsets",
    SPLIT,
    "227 rewritten through dnat (text longer), several in one window: the offset in the reply direction; SACK of the client",
    rules=fw(dnat('iifname "cli" ip daddr 10.2.0.177 tcp dport 21', "10.2.0.10")),
)
def reply_offsets(lab):
    c = Tcp(lab.cli, lab.c(10), 40000, "10.2.0.177", 21)
    s = Tcp(lab.srv, lab.s(10), 21, isn=5000)
    handshake(c, s)
    exchange(s, c, "220 ready" + CRLF)
    exchange(c, s, "PASV" + CRLF)
    begin, places = c.ack, []
    segments = []
    for number in range(3):
        text = "227 Entering Passive Mode (%s)" % port_args(s.addr, 50001 + number) + CRLF
        segments.append((s.seq, text))
        carry(lab, "227 number %d" % number, s, c, text)
        adjust(lab, "227 number %d" % number)
        places.append(c.ack)
    for number, place in enumerate([begin] + places):
        carry(lab, "client acknowledges %d" % number, c, s, ack=place)
    carry(
        lab,
        "client's SACK",
        c,
        s,
        ack=begin,
        options=[("NOP", None), ("NOP", None), ("SAck", (places[0], places[2]))],
    )
    for number, (seq, text) in enumerate(segments):
        carry(lab, "227 number %d again" % number, s, c, text, seq=seq, advance=False)
    c.ack = places[-1]
    carry(lab, "client's command", c, s, "QUIT" + CRLF)


@case(
    "nat-ftp-eprt",
    SPLIT,
    "EPRT over IPv4 through snat: rewritten text, data connection",
    rules=fw(LONG),
    word="EPRT",
)
@case(
    "nat-ftp-eprt-delim",
    SPLIT,
    "EPRT with another delimiter, lower case",
    rules=fw(LONG),
    word="eprt",
    delim="#",
)
@case(
    "nat-ftp-port-padded",
    SPLIT,
    "PORT with leading zeros: rewritten without them, lower case kept",
    rules=fw(LONG),
    word="port",
)
def active(lab, word, delim="|"):
    c, s = control(lab)
    text = (
        word
        + " "
        + (padded(c.addr, 50001) if word == "port" else delim.join(["", "1", c.addr, "50001", ""]))
    )
    got = carry(lab, "command", c, s, text + CRLF)
    lab.note("server saw %r" % got)
    adjust(lab, "command")
    lab.snap("expectation")
    data(lab, s.addr, "10.2.0.199", 50001, c.addr, 50001)
    exchange(s, c, "226 done" + CRLF)


def data(lab, server, public, port, client, inside, sport=20, isn=70000, closed=True):
    """The server's data connection to a public port; None when its SYN does not come through."""
    ds, dc = Tcp(lab.srv, server, sport, public, port, isn=isn), Tcp(
        lab.cli, client, inside, isn=isn + 20000
    )
    ds.syn()
    if dc.recv(timeout=0.3, need=False, learn=True) is None:
        lab.note("data SYN %s,%d>%s,%d does not reach the client" % (server, sport, public, port))
        return None
    lab.note(
        "data SYN %s,%d>%s,%d comes to %s,%d from %s,%d"
        % (server, sport, public, port, client, inside, dc.peer, dc.peer_port)
    )
    dc.synack()
    ds.recv()
    ds.ack_()
    dc.recv()
    exchange(ds, dc, "data")
    if closed:
        close(ds, dc)
    return ds, dc


@case(
    "nat-ftp-both",
    SPLIT,
    "the server behind dnat, the client behind masquerade: PASV and PORT on one control connection, both rewritten, data connections",
    rules=fw(
        nat(
            pre='iifname "cli" ip daddr 10.2.0.177 tcp dport 21 dnat to 10.2.0.10',
            post='oifname "srv" masquerade',
        )
    ),
)
def both(lab):
    c, s = Tcp(lab.cli, lab.c(10), 40000, "10.2.0.177", 21), Tcp(lab.srv, lab.s(10), 21, isn=5000)
    handshake(c, s)
    exchange(s, c, "220 ready" + CRLF)
    carry(lab, "PASV", c, s, "PASV" + CRLF)
    got = carry(lab, "227", s, c, "227 ok (%s)" % port_args(s.addr, 50001) + CRLF)
    lab.note("client saw %r" % got)
    adjust(lab, "227")
    lab.snap("passive")
    where, port = numbers(got[4:])
    dc, ds = Tcp(lab.cli, c.addr, 47000, where, port, isn=100), Tcp(lab.srv, s.addr, 50001, isn=300)
    handshake(dc, ds)
    lab.note("data: server saw %s,%d" % (ds.peer, ds.peer_port))
    exchange(dc, ds, "data")
    listing(lab, "passive data")
    close(dc, ds)
    c.ack_()
    lab.srv.flush()
    got = carry(lab, "PORT", c, s, "PORT " + port_args(c.addr, 50002) + CRLF)
    lab.note("server saw %r" % got)
    adjust(lab, "PORT")
    lab.snap("active")
    where, port = numbers(got)
    data(lab, s.addr, where, port, c.addr, 50002)
    listing(lab, "active data")
    exchange(s, c, "226 done" + CRLF)


@case(
    "nat-ftp-follow",
    SPLIT,
    "snat to one address for port 21 and to another for the rest: the passive data connection gets its master's public address; the same connection without an expectation does not",
    rules=firewall(
        ["ftp"],
        allow=["tcp dport 1024-65535"],
        nat=nat(
            post='oifname "srv" tcp dport 21 snat to 10.2.0.61\noifname "srv" snat to 10.2.0.62'
        ),
    ),
)
def follow_master(lab):
    c, s = control(lab, chost=11)
    lab.note("control: server saw %s,%d" % (s.peer, s.peer_port))
    carry(lab, "PASV", c, s, "PASV" + CRLF)
    carry(lab, "227", s, c, "227 ok (%s)" % port_args(s.addr, 50001) + CRLF)
    adjust(lab, "227")
    dc, ds = Tcp(lab.cli, c.addr, 47000, s.addr, 50001, isn=100), Tcp(
        lab.srv, s.addr, 50001, isn=300
    )
    handshake(dc, ds)
    lab.note("data: server saw %s,%d" % (ds.peer, ds.peer_port))
    send(
        lab,
        "a second one, not expected",
        Tcp(lab.cli, c.addr, 47001, s.addr, 50001).segment("S"),
        "cli",
    )
    listing(lab)


@case(
    "nat-ftp-pasv-thirdparty",
    SPLIT,
    "227 that names another host of the server's side, loose=1, through snat: text and expectation",
    rules=fw(LONG),
    module={"nf_conntrack_ftp/loose": "1"},
)
def pasv_thirdparty(lab):
    c, s = control(lab)
    carry(lab, "PASV", c, s, "PASV" + CRLF)
    got = carry(lab, "227", s, c, "227 ok (%s)" % port_args(lab.s(12), 50001) + CRLF)
    lab.note("client saw %r" % got)
    adjust(lab, "227")
    lab.snap("expectation")
    send(
        lab,
        "data SYN to the address the client saw",
        Tcp(lab.cli, c.addr, 47000, numbers(got[4:])[0], 50001).segment("S"),
        "cli",
    )
    send(
        lab,
        "data SYN to the address the server said",
        Tcp(lab.cli, c.addr, 47001, lab.s(12), 50001).segment("S"),
        "cli",
    )
    listing(lab)


@case(
    "nat-ftp-thirdparty",
    SPLIT,
    "PORT of a third host through snat with loose=1",
    rules=fw(LONG),
    module={"nf_conntrack_ftp/loose": "1"},
)
@case(
    "nat-ftp-thirdparty-strict",
    SPLIT,
    "PORT of a third host through snat with loose=0: passes unchanged, no expectation",
    rules=fw(LONG),
)
def thirdparty(lab):
    c, s = control(lab)
    got = carry(lab, "PORT of client 20", c, s, "PORT " + port_args(lab.c(20), 50001) + CRLF)
    lab.note("server saw %r" % got)
    adjust(lab, "PORT")
    lab.snap("expectation")
    if expected(lab):
        where, port = numbers(got)
        data(lab, s.addr, where, port, lab.c(20), 50001)
        listing(lab)


@case(
    "nat-ftp-split",
    SPLIT,
    "PORT split over segments through snat: in the word, in the numbers, before CR, between CR and LF",
    rules=fw(LONG),
)
def split(lab):
    for number, cut in enumerate((2, 9, -2, -1)):
        c, s = control(lab, cport=40000 + number)
        line = "PORT " + port_args(c.addr, 50001 + number) + CRLF
        begin = c.seq
        got = carry(lab, "cut at %d, first part" % cut, c, s, line[:cut])
        if got is None:
            carry(lab, "cut at %d, whole again" % cut, c, s, line, seq=begin, advance=False)
        else:
            carry(lab, "cut at %d, second part" % cut, c, s, line[cut:])
        adjust(lab, "cut at %d" % cut)


@case(
    "nat-ftp-late-helper",
    SPLIT,
    "helper assigned behind NAT (postrouting, priority 110): is the command rewritten, are sequence numbers adjusted?",
    prio=110,
    hook="postrouting",
    rules="""table inet h {
  ct helper f { type "ftp" protocol tcp; }
  chain a { type filter hook postrouting priority 110; tcp dport 21 ct helper set "f"; }
}
"""
    + LONG,
)
@case(
    "nat-ftp-forward-helper",
    SPLIT,
    "helper assigned in forward (behind dnat, before snat)",
    prio=0,
    hook="forward",
    rules="""table inet h {
  ct helper f { type "ftp" protocol tcp; }
  chain a { type filter hook forward priority 0; tcp dport 21 ct helper set "f"; }
}
"""
    + LONG,
)
def late_helper(lab, prio, hook):
    c, s = control(lab)
    lab.snap("control")
    got = carry(lab, "PORT", c, s, "PORT " + port_args(c.addr, 50001) + CRLF)
    lab.note("server saw %r" % got)
    adjust(lab, "PORT")
    carry(lab, "NOOP", c, s, "NOOP" + CRLF)
    carry(lab, "server acknowledges", s, c)
    lab.snap("after")
    where, port = numbers(got)
    if expected(lab):
        data(lab, s.addr, where, port, c.addr, 50001)
    listing(lab)


@case(
    "nat-ftp-reuse",
    SPLIT,
    "the same data port for three transfers one after the other (the earlier in TIME_WAIT), from the same and from another server port",
    rules=fw(LONG),
)
def reuse(lab):
    c, s = control(lab)
    for number, sport in enumerate((20, 20, 1050)):
        got = carry(lab, "PORT %d" % number, c, s, "PORT " + port_args(c.addr, 50001) + CRLF)
        lab.note("server saw %r" % got)
        exchange(s, c, "200 ok" + CRLF)
        where, port = numbers(got)
        data(lab, s.addr, where, port, c.addr, 50001, sport, isn=70000 + 100000 * number)
        exchange(s, c, "226 done" + CRLF)
    listing(lab)


@case(
    "nat-ftp-busy-real",
    SPLIT,
    "PORT whose public port another client's translated connection to the server's port 20 holds: the same port is kept or not, where the data SYN goes",
    rules=fw(LONG, allow=["tcp dport 20"]),
)
def busy_real(lab):
    o, os_ = Tcp(lab.cli, lab.c(11), 50001, lab.s(10), 20, isn=1), Tcp(
        lab.srv, lab.s(10), 20, isn=9000
    )
    handshake(o, os_)
    lab.note("other client's connection: server saw %s,%d" % (os_.peer, os_.peer_port))
    c, s = control(lab)
    got = carry(lab, "PORT", c, s, "PORT " + port_args(c.addr, 50001) + CRLF)
    lab.note("server saw %r" % got)
    adjust(lab, "PORT")
    where, port = numbers(got)
    send(
        lab,
        "data SYN from port 20",
        Tcp(lab.srv, s.addr, 20, where, port, isn=7).segment("S"),
        "srv",
    )
    send(
        lab,
        "data SYN from port 1050",
        Tcp(lab.srv, s.addr, 1050, where, port, isn=7).segment("S"),
        "srv",
    )
    listing(lab)


@case(
    "nat-ftp-busy",
    SPLIT,
    "three clients ask for the same data port through one address: the second and third get other ports (drawn at random); lengths of text change with it",
    rules=fw(LONG),
    replay="random",
)
def busy(lab):
    hosts = (10, 11, 12)
    seen = []
    for number, host in enumerate(hosts):
        c, s = control(lab, 40010 + number, chost=host)
        got = carry(
            lab, "PORT of client %d" % host, c, s, "PORT " + port_args(c.addr, 50050) + CRLF
        )
        seen.append(numbers(got)[1])
        adjust(lab, "client %d" % host)
    lab.note("ports %s" % seen)
    lab.check(
        "first kept, others drawn from 1024 on",
        seen[0] == 50050 and len(set(seen)) == len(seen) and min(seen) >= 1024,
    )
    for number, host in enumerate(hosts):
        data(lab, lab.s(10), "10.2.0.199", seen[number], lab.c(host), 50050, 1100 + number)
    listing(lab)


@case(
    "nat-ftp-low-port", SPLIT, "PORT with ports below 1024 and port 0 through snat", rules=fw(LONG)
)
def low_port(lab):
    for number, port in enumerate((21, 600, 1023, 0)):
        c, s = control(lab, cport=40000 + number)
        got = carry(lab, "PORT %d" % port, c, s, "PORT " + port_args(c.addr, port) + CRLF)
        lab.note("server saw %r" % got)
        adjust(lab, "PORT %d" % port)


@case(
    "nat-ftp-two-data",
    SPLIT,
    "a second data SYN for a used expectation is not translated; PORT again; the expectation seen by another server host",
    rules=fw(LONG),
)
def two_data(lab):
    c, s = control(lab)
    got = carry(lab, "PORT", c, s, "PORT " + port_args(c.addr, 50001) + CRLF)
    where, port = numbers(got)
    send(
        lab,
        "SYN of another host",
        Tcp(lab.srv, lab.s(11), 20, where, port, isn=7).segment("S"),
        "srv",
    )
    send(
        lab,
        "SYN to another port",
        Tcp(lab.srv, s.addr, 20, where, port + 1, isn=7).segment("S"),
        "srv",
    )
    send(lab, "SYN", Tcp(lab.srv, s.addr, 20, where, port, isn=7).segment("S"), "srv")
    send(lab, "SYN again", Tcp(lab.srv, s.addr, 20, where, port, isn=7).segment("S"), "srv")
    send(
        lab,
        "SYN of a second connection",
        Tcp(lab.srv, s.addr, 1050, where, port, isn=7).segment("S"),
        "srv",
    )
    send(
        lab,
        "client's SYN+ACK",
        Tcp(lab.cli, c.addr, 50001, s.addr, 20, isn=70).segment("SA", ack=8),
        "cli",
    )
    listing(lab)


@case(
    "nat-ftp-epsv6",
    SPLIT,
    "EPSV and EPRT over IPv6 through dnat and snat: 229 unchanged but for its port, EPRT in full form",
    rules=firewall(
        ["ftp"],
        nat=nat(
            pre='iifname "cli" ip6 daddr fd00:2::177 tcp dport 21 dnat to fd00:2::10',
            post='oifname "srv" snat to fd00:2::1:199',
            family="ip6",
        ),
    ),
)
def epsv6(lab):
    c, s = Tcp(lab.cli, lab.c(10, 6), 40000, "fd00:2::177", 21), Tcp(
        lab.srv, lab.s(10, 6), 21, isn=5000
    )
    handshake(c, s)
    exchange(s, c, "220 ready" + CRLF)
    carry(lab, "EPSV", c, s, "EPSV" + CRLF)
    got = carry(lab, "229", s, c, "229 ok (|||50001|)" + CRLF)
    lab.note("client saw %r" % got)
    adjust(lab, "229")
    dc, ds = Tcp(lab.cli, c.addr, 47000, "fd00:2::177", 50001, isn=100), Tcp(
        lab.srv, s.addr, 50001, isn=300
    )
    handshake(dc, ds)
    lab.note("data: server saw %s,%d" % (ds.peer, ds.peer_port))
    got = carry(lab, "EPRT", c, s, "EPRT |2|%s|50002|" % c.addr + CRLF)
    lab.note("server saw %r" % got)
    adjust(lab, "EPRT")
    lab.snap("EPRT")
    data(lab, s.addr, "fd00:2::1:199", 50002, c.addr, 50002)
    listing(lab)


@case(
    "nat-ftp-drop",
    SPLIT,
    "a rewritten PORT dropped by a later rule: the offset stays; its repetition is not adjusted again; PORT with FIN; PORT of an unestablished connection",
    rules=fw(LONG)
    + "table inet late { chain p { type filter hook postrouting priority 50; ip dscp 10 counter drop; }; }\n",
)
def drop(lab):
    c, s = control(lab)
    line = "PORT " + port_args(c.addr, 50001) + CRLF
    begin = c.seq
    packet = c.segment("PA", line.encode())
    packet.tos = 40
    send(lab, "PORT, dropped before the helper", packet)
    adjust(lab, "dropped")
    carry(lab, "PORT again", c, s, line, seq=begin, advance=False)
    adjust(lab, "again")
    c.seq = begin + len(line)
    carry(lab, "PORT with FIN", c, s, "PORT " + port_args(c.addr, 50002) + CRLF, flags="FPA")
    adjust(lab, "FIN")
