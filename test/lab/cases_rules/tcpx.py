"""TCP oddities: options, headers, resets, reopening, simultaneous close, sysctls."""
import struct

from cases_rules.common import Build, OPTIONS, counted, probe, states, table
from ctlab.case import case
from ctlab.peer import Tcp, close, exchange, handshake
from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.packet import Raw

SEE = table(
    counted(["ct state new", "ct state established", "ct state invalid", "ct state related"])
)

STRICT = table(
    "ct state invalid counter drop\n"
    + counted(["ct state new", "ct state established", "ct state related"])
)


def pair(lab, cport=30000, sport=80, v=4, cisn=1000, sisn=5000, **kw):
    return (
        Tcp(lab.cli, lab.c(10, v), cport, lab.s(10, v), sport, isn=cisn, **kw),
        Tcp(lab.srv, lab.s(10, v), sport, lab.c(10, v), cport, isn=sisn),
    )


def state(lab, port=None):
    return [
        (
            x["orig"]["sport"],
            x["protoinfo"]["tcp_state"],
            x["timeout"],
            x["protoinfo"].get("flags_original"),
            x["protoinfo"].get("flags_reply"),
            x["protoinfo"].get("wscale_original"),
            x["protoinfo"].get("wscale_reply"),
        )
        for x in lab.connections()
        if port in (None, x["orig"]["sport"], x["orig"]["dport"])
    ]


def say(lab, label, packet, port=None, **kw):
    """A probe, and the entry's state after it."""
    before = lab.now()
    probe(lab, label, packet, **kw)
    lab.note("   %s" % state(lab, port))


@case(
    "tcp-x-options",
    "more",
    "window scale, SACK permitted, MSS in odd places: on one side only, after NOPs, behind EOL, wscale 15, bad length, unknown options, timestamps only, options in the ACK",
    rules=SEE,
    v=4,
)
@case("tcp-x-options6", "more", "the same over IPv6", rules=SEE, v=6)
def options(lab, v):
    ws, sack, nop, mss, ts = (
        ("WScale", 7),
        ("SAckOK", b""),
        ("NOP", None),
        ("MSS", 1400),
        ("Timestamp", (1, 0)),
    )
    tests = [
        ("client only", [mss, ws, sack], [mss]),
        ("server only", [mss], [mss, ws, sack]),
        ("both, NOPs first", [nop, nop, nop, ws, sack, mss], [nop, ws, mss]),
        ("wscale 15", [("WScale", 15)], [("WScale", 14)]),
        ("timestamps and all", [mss, sack, ts, nop, ws], [mss, sack, ts, nop, ("WScale", 2)]),
        ("behind EOL", b"\x02\x04\x05\x78\x00\x03\x03\x07", [mss, ws]),
        ("unknown option", b"\xfd\x04\xf9\x89\x03\x03\x05\x00", [mss, ws]),
        ("wscale with length 4", b"\x03\x04\x07\x07\x04\x02\x01\x01", [ws, nop]),
        ("option length 1", b"\x02\x01\x03\x03\x07\x04\x02\x00", [ws, nop]),
        ("option length 0", b"\x02\x00\x03\x03\x07\x04\x02\x00", [ws, nop]),
        ("length beyond the header", b"\x03\x03\x07\x04\x02\x02\x20\x05", [ws, nop]),
        ("sack with length 3", b"\x04\x03\x01\x03\x03\x07\x00\x00", [ws, sack]),
    ]
    for number, (label, first, second) in enumerate(tests):
        c, s = pair(lab, 30000 + number, v=v)
        packets = []
        for end, flags, opts in ((c, "S", first), (s, "SA", second)):
            packet = end.segment(flags, options=opts if isinstance(opts, list) else None)
            if not isinstance(opts, list):
                packet = raw_options(packet, opts)
            if end is s:
                break
            probe(lab, label + ": syn", packet, "cli")
            end.seq += 1
            s.ack = c.seq
        probe(lab, label + ": synack", s.segment("SA", options=second), "srv")
        s.seq += 1
        c.ack = s.seq
        probe(lab, label + ": ack", c.segment("A"), "cli")
        lab.note("   %s" % state(lab, 30000 + number))
    lab.snap("after")


def raw_options(packet, opts):
    """The segment with these option bytes (a multiple of four), checksum right."""
    head = packet.__class__(bytes(packet))
    tcp = head[TCP]
    tcp.options = []
    tcp.dataofs = 5 + len(opts) // 4
    tcp.remove_payload()
    body = bytearray(bytes(tcp)[:20] + opts)
    body[16:18] = b"\0\0"
    v6 = ":" in head.src
    import socket

    pseudo = socket.inet_pton(
        socket.AF_INET6 if v6 else socket.AF_INET, head.src
    ) + socket.inet_pton(socket.AF_INET6 if v6 else socket.AF_INET, head.dst)
    pseudo += (
        struct.pack("!IHBB", len(body), 0, 0, 6) if v6 else struct.pack("!BBH", 0, 6, len(body))
    )
    data = pseudo + bytes(body)
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    body[16:18] = struct.pack("!H", ~total & 0xFFFF)
    from ctlab.peer import ip_for

    if v6:
        return ip_for(head.src, head.dst, ttl=64, nh=6) / Raw(bytes(body))
    return ip_for(head.src, head.dst, ttl=64, proto=6) / Raw(bytes(body))


@case(
    "tcp-x-headers",
    "more",
    "truncated header, data offset below 5 and beyond the segment, zero ports, bad checksum on a known flow, reserved bits, all flag combinations with URG, ECE, CWR, PSH",
    rules=STRICT,
    v=4,
)
@case("tcp-x-headers6", "more", "the same over IPv6", rules=STRICT, v=6)
def headers(lab, v):
    b = Build(lab, v)
    proto = {"proto": 6} if v == 4 else {"nh": 6}
    whole = bytes(b.tcp("S", 30000, 80, seq=5))[20 if v == 4 else 40 :]
    say(lab, "truncated to 8 bytes", b.ip(**proto) / Raw(whole[:8]))
    say(lab, "truncated to 19 bytes", b.ip(**proto) / Raw(whole[:19]))
    say(lab, "data offset 4", b.tcp("S", 30001, 80, dataofs=4))
    say(lab, "data offset beyond", b.tcp("S", 30002, 80, dataofs=8))
    say(lab, "port 0", b.tcp("S", 0, 80))
    say(lab, "to port 0", b.tcp("S", 30003, 0))
    say(lab, "bad checksum", b.tcp("S", 30004, 80, chksum=0x4444))
    say(lab, "reserved bits", b.tcp("S", 30005, 80, reserved=7))
    for number, flags in enumerate(
        (
            "SEC",
            "SP",
            "SU",
            "SPU",
            "SFP",
            "SAP",
            "SAU",
            "AU",
            "PAU",
            "FPA",
            "FAU",
            "FPAU",
            "RP",
            "RPA",
            "FR",
            "SAF",
            "SAR",
            "U",
            "PU",
            "FP",
            "FU",
            "EC",
            "ASEC",
            "SAE",
            "RAU",
            "RU",
        )
    ):
        say(
            lab,
            "first segment %s" % flags,
            b.tcp(flags, 31000 + number, 80, ack=1, seq=1),
            31000 + number,
        )
    lab.snap("after")


@case(
    "tcp-x-rst-synsent",
    "more",
    "RST in SYN_SENT: wrong ack, right ack without ACK flag, wrong direction, right one; then SYN_RECV",
    rules=STRICT,
)
def rst_synsent(lab):
    for number, (label, who, flags, kw) in enumerate(
        (
            ("server RST+ACK, wrong ack", "s", "RA", {"seq": 0, "ack": 99999}),
            ("server RST without ACK", "s", "R", {"seq": 0}),
            ("server RST+ACK, right ack", "s", "RA", {"seq": 0, "ack": 1001}),
            ("client RST", "c", "R", {"seq": 1001}),
            ("client RST at isn", "c", "R", {"seq": 1000}),
            ("client RST far", "c", "R", {"seq": 900000000}),
        )
    ):
        c, s = pair(lab, 30000 + number)
        c.syn()
        lab.srv.flush()
        end = c if who == "c" else s
        say(lab, "SYN_SENT: " + label, end.segment(flags, **kw), 30000 + number)
        say(
            lab,
            "SYN_SENT: %s, then SYN again" % label,
            c.segment("S", seq=1000, options=OPTIONS),
            30000 + number,
        )
    for number, (label, who, flags, kw) in enumerate(
        (
            ("server RST", "s", "R", {}),
            ("client RST", "c", "R", {}),
            ("client RST far", "c", "R", {"seq": 900000000}),
            ("server RST+ACK far", "s", "RA", {"seq": 900000000}),
        )
    ):
        c, s = pair(lab, 31000 + number)
        c.syn()
        s.ack = c.seq
        s.synack()
        c.ack = s.seq
        lab.srv.flush()
        lab.cli.flush()
        end = c if who == "c" else s
        say(lab, "SYN_RECV: " + label, end.segment(flags, **kw), 31000 + number)
        say(lab, "SYN_RECV: %s, then ACK" % label, c.segment("A"), 31000 + number)
    lab.snap("after")


@case(
    "tcp-x-synack-wrong",
    "more",
    "SYN+ACK with a wrong ack number (below, above, from an old connection), then the right one; ACK with a wrong number; SYN+ACK from the client",
    rules=STRICT,
)
def synack_wrong(lab):
    for number, ack in enumerate((900, 1000, 1002, 5000000, 0)):
        c, s = pair(lab, 30000 + number)
        say(lab, "syn %d" % number, c.segment("S", options=OPTIONS), 30000 + number)
        c.seq += 1
        say(
            lab,
            "synack with ack %d" % ack,
            s.segment("SA", ack=ack, options=OPTIONS),
            30000 + number,
        )
        say(lab, "client's RST", c.segment("R", seq=ack), 30000 + number)
        s.ack = c.seq
        say(lab, "right synack", s.segment("SA", options=OPTIONS), 30000 + number)
        s.seq += 1
        c.ack = s.seq
        say(lab, "ack with a wrong number", c.segment("A", ack=77), 30000 + number)
        say(lab, "ack", c.segment("A"), 30000 + number)
    c, s = pair(lab, 30100)
    c.syn()
    say(
        lab,
        "client's SYN+ACK after its SYN",
        c.segment("SA", seq=1000, ack=1, options=OPTIONS),
        30100,
    )
    lab.snap("after")


@case(
    "tcp-x-timewait-syn",
    "more",
    "SYN in TIME_WAIT from the client and from the server side, with lower, equal and higher sequence numbers; in CLOSE, LAST_ACK, CLOSE_WAIT, FIN_WAIT",
    rules=STRICT,
)
def timewait_syn(lab):
    number = 0
    for first in ("c", "s"):
        for opener in ("c", "s"):
            for seq in (500, 1001, 900000):
                c, s = pair(lab, 30000 + number)
                handshake(c, s)
                close(*((c, s) if first == "c" else (s, c)))
                a = c if opener == "c" else s
                say(
                    lab,
                    "%s closed first, SYN from %s with seq %d" % (first, opener, seq),
                    a.segment("S", seq=seq, ack=0, options=OPTIONS),
                    30000 + number,
                )
                number += 1
    lab.snap("time-wait")
    for label in ("close", "fin-wait", "close-wait", "last-ack"):
        c, s = pair(lab, 31000 + number)
        handshake(c, s)
        if label == "close":
            c.rst("R")
        else:
            c.fin()
            s.recv()
            if label != "fin-wait":
                s.ack_()
                c.recv()
            if label == "last-ack":
                s.fin()
                c.recv()
        lab.srv.flush()
        lab.cli.flush()
        say(
            lab,
            "SYN in %s" % label,
            c.segment("S", seq=7000000, ack=0, options=OPTIONS),
            31000 + number,
        )
        say(
            lab,
            "its retransmission",
            c.segment("S", seq=7000000, ack=0, options=OPTIONS),
            31000 + number,
        )
        say(
            lab,
            "SYN+ACK to it",
            s.segment("SA", seq=8000000, ack=7000001, options=OPTIONS),
            31000 + number,
        )
        number += 1
    lab.snap("after")


@case(
    "tcp-x-close-retransmit",
    "more",
    "FIN retransmitted from each side and in each closing state; simultaneous close with retransmits; data after FIN; ACKs repeated in TIME_WAIT",
    rules=STRICT,
)
def close_retransmit(lab):
    c, s = pair(lab)
    handshake(c, s)
    exchange(c, s, "x")
    for label, end, flags, kw in (
        ("FIN", c, "FA", {}),
        ("FIN again", c, "FA", {}),
        ("ACK", s, "A", {"ack": c.seq + 1}),
        ("FIN third", c, "FA", {}),
        ("data of server", s, "PA", {"ack": c.seq + 1, "data": b"abc"}),
        ("data of server again", s, "PA", {"ack": c.seq + 1, "data": b"abc"}),
        ("ack of it", c, "A", {"seq": c.seq + 1, "ack": s.seq + 3}),
        ("server FIN", s, "FA", {"seq": s.seq + 3, "ack": c.seq + 1}),
        ("server FIN again", s, "FA", {"seq": s.seq + 3, "ack": c.seq + 1}),
        ("last ACK", c, "A", {"seq": c.seq + 1, "ack": s.seq + 4}),
        ("last ACK again", c, "A", {"seq": c.seq + 1, "ack": s.seq + 4}),
        ("server FIN in TIME_WAIT", s, "FA", {"seq": s.seq + 3, "ack": c.seq + 1}),
        ("data after the end", c, "PA", {"seq": c.seq + 1, "ack": s.seq + 4, "data": b"late"}),
        ("RST in TIME_WAIT", s, "R", {"seq": s.seq + 4}),
    ):
        say(lab, label, end.segment(flags, **kw))
    lab.snap("first")
    c, s = pair(lab, 30001)
    handshake(c, s)
    cs, ss = c.seq, s.seq
    for label, end, flags, kw in (
        ("c FIN", c, "FA", {}),
        ("s FIN", s, "FA", {}),
        ("c FIN again", c, "FA", {}),
        ("s FIN again", s, "FA", {}),
        ("c FIN with new ack", c, "FA", {"ack": ss + 1}),
        ("s ACK", s, "A", {"seq": ss + 1, "ack": cs + 1}),
        ("c ACK", c, "A", {"seq": cs + 1, "ack": ss + 1}),
        ("c ACK again", c, "A", {"seq": cs + 1, "ack": ss + 1}),
    ):
        say(lab, "simultaneous: " + label, end.segment(flags, **kw), 30001)
    lab.snap("after")


@case(
    "tcp-x-nonloose",
    "more",
    "nf_conntrack_tcp_loose=0: mid-stream segments, ACK and FIN without an entry are invalid; a SYN is not",
    rules=STRICT,
    sysctl={"nf_conntrack_tcp_loose": 0},
)
def nonloose(lab):
    b = Build(lab)
    for number, (flags, data) in enumerate(
        (("A", b""), ("PA", b"data"), ("FA", b""), ("SA", b""), ("RA", b""), ("S", b""))
    ):
        say(
            lab,
            "first %s" % flags,
            b.tcp(flags, 30000 + number, 80, data, seq=5, ack=6),
            30000 + number,
        )
    lab.snap("after")


@case(
    "tcp-x-ignore-rst",
    "more",
    "nf_conntrack_tcp_ignore_invalid_rst=1: an out-of-window RST passes and does not close",
    rules=STRICT,
    sysctl={"nf_conntrack_tcp_ignore_invalid_rst": 1},
)
@case("tcp-x-invalid-rst", "more", "the same with the default 0", rules=STRICT)
def ignore_rst(lab):
    c, s = pair(lab)
    handshake(c, s)
    exchange(c, s, "abc")
    exchange(s, c, "defg")
    for label, end, kw in (
        ("c far ahead", c, {"seq": c.seq + 1000000000}),
        ("c far below", c, {"seq": c.seq - 1000000000}),
        ("s far ahead", s, {"seq": s.seq + 1000000000}),
        ("c just below the last ack", c, {"seq": c.seq - 1}),
        ("s below the last ack", s, {"seq": s.seq - 4}),
        ("c slightly ahead", c, {"seq": c.seq + 10}),
        ("c exact", c, {}),
        ("s exact", s, {}),
        ("c below, after", c, {"seq": c.seq - 2}),
    ):
        say(lab, "RST " + label, end.segment("R", **kw))
    lab.snap("after")


@case(
    "tcp-x-max-retrans-1",
    "more",
    "nf_conntrack_tcp_max_retrans=1: the first retransmission brings the max_retrans timeout",
    rules=STRICT,
    sysctl={"nf_conntrack_tcp_max_retrans": 1, "nf_conntrack_tcp_timeout_max_retrans": 123},
)
@case(
    "tcp-x-max-retrans-0",
    "more",
    "nf_conntrack_tcp_max_retrans=0",
    rules=STRICT,
    sysctl={"nf_conntrack_tcp_max_retrans": 0, "nf_conntrack_tcp_timeout_max_retrans": 123},
)
def max_retrans(lab):
    c, s = pair(lab)
    handshake(c, s)
    for n in range(3):
        say(lab, "copy %d" % n, c.segment("PA", b"data"))
    s.ack = c.seq + 4
    say(lab, "ack", s.segment("A"))
    c.seq += 4
    say(lab, "new data", c.segment("PA", b"more"))
    say(lab, "fin", c.segment("FA", b"", seq=c.seq + 4))
    say(lab, "fin again", c.segment("FA", b"", seq=c.seq + 4))
    say(lab, "fin third", c.segment("FA", b"", seq=c.seq + 4))
    lab.snap("after")


@case(
    "tcp-x-window",
    "more",
    "windows: zero window, window update, scaled window use, data up to the exact edge and one beyond, in both directions, without scaling",
    rules=STRICT,
    opts=[("MSS", 1400)],
)
@case(
    "tcp-x-window-scaled",
    "more",
    "the same with window scaling 3",
    rules=STRICT,
    opts=[("MSS", 1400), ("NOP", None), ("WScale", 3)],
)
def window(lab, opts):
    scale = 3 if len(opts) > 1 else 0
    c, s = pair(lab)
    c.options = s.options = opts
    c.window = s.window = 1000
    handshake(c, s)
    exchange(c, s, "x")
    exchange(s, c, "y")
    lab.cli.flush()
    lab.srv.flush()
    size = 1000 << scale
    say(lab, "data to the edge", c.segment("PA", b"e" * 100, seq=c.seq + size - 100))
    say(lab, "one beyond", c.segment("PA", b"e" * 100, seq=c.seq + size - 99))
    say(lab, "beginning at the edge", c.segment("PA", b"e", seq=c.seq + size))
    say(lab, "beginning one beyond", c.segment("PA", b"e", seq=c.seq + size + 1))
    say(lab, "far beyond", c.segment("PA", b"e" * 100, seq=c.seq + size + 66000))
    say(lab, "zero window", s.segment("A", window=0))
    say(lab, "byte into the zero window", c.segment("PA", b"p"))
    say(lab, "window update", s.segment("A", window=2000))
    say(lab, "data in the new window", c.segment("PA", b"n" * 50, seq=c.seq + (1500 << scale)))
    say(lab, "server's data to the edge", s.segment("PA", b"e" * 100, seq=s.seq + size - 100))
    say(lab, "server's data one beyond", s.segment("PA", b"e" * 100, seq=s.seq + size - 99))
    say(lab, "ack beyond what was sent", s.segment("A", ack=c.seq + 5000000))
    say(lab, "ack of what was sent to the edge", s.segment("A", ack=c.seq + size))
    say(lab, "old ack", s.segment("A", ack=c.seq - 70000))
    say(lab, "very old ack", s.segment("A", ack=c.seq - 700000000))
    say(lab, "old sequence number", c.segment("PA", b"o", seq=c.seq - 1000))
    say(lab, "very old sequence number", c.segment("PA", b"o", seq=c.seq - 70000000))
    lab.snap("after")


@case(
    "tcp-x-sack",
    "more",
    "SACK blocks: they stretch what counts as acknowledged; SACK beyond what was sent",
    rules=STRICT,
)
def sack(lab):
    c, s = pair(lab)
    handshake(c, s)
    say(lab, "data 0-100 lost, 100-200", c.segment("PA", b"d" * 100, seq=c.seq + 100))
    say(
        lab,
        "ack with SACK",
        s.segment(
            "A", options=[("NOP", None), ("NOP", None), ("SAck", (c.seq + 100, c.seq + 200))]
        ),
    )
    say(
        lab,
        "SACK beyond",
        s.segment(
            "A",
            options=[("NOP", None), ("NOP", None), ("SAck", (c.seq + 5000000, c.seq + 5000100))],
        ),
    )
    say(
        lab,
        "two blocks",
        s.segment(
            "A",
            options=[
                ("NOP", None),
                ("NOP", None),
                ("SAck", (c.seq + 100, c.seq + 150, c.seq + 160, c.seq + 200)),
            ],
        ),
    )
    say(
        lab,
        "timestamps and SACK",
        s.segment(
            "A",
            options=[
                ("NOP", None),
                ("NOP", None),
                ("Timestamp", (5, 6)),
                ("NOP", None),
                ("NOP", None),
                ("SAck", (c.seq + 100, c.seq + 200)),
            ],
        ),
    )
    say(lab, "first part", c.segment("PA", b"d" * 100))
    say(lab, "ack of all", s.segment("A", ack=c.seq + 200))
    lab.snap("after")


@case(
    "tcp-x-simultaneous-open",
    "more",
    "crossing SYNs, then a stray ACK, RST and third SYN; SYN from both with the same ports as an old entry",
    rules=STRICT,
)
def simultaneous(lab):
    c, s = pair(lab)
    say(lab, "c SYN", c.segment("S", options=OPTIONS))
    say(lab, "s SYN", s.segment("S", options=[("MSS", 1000)], ack=0))
    say(lab, "c SYN again", c.segment("S", options=OPTIONS))
    say(lab, "s SYN again", s.segment("S", options=[("MSS", 1000)], ack=0))
    say(lab, "c SYN+ACK", c.segment("SA", ack=5001, options=OPTIONS))
    say(lab, "s ACK", s.segment("A", seq=5001, ack=1001))
    say(lab, "c data", c.segment("PA", b"data", seq=1001, ack=5001))
    c, s = pair(lab, 30001)
    say(lab, "c SYN", c.segment("S", options=OPTIONS), 30001)
    say(lab, "s SYN", s.segment("S", options=OPTIONS, ack=0), 30001)
    say(lab, "s RST", s.segment("R", seq=5001), 30001)
    c, s = pair(lab, 30002)
    say(lab, "c SYN", c.segment("S", options=OPTIONS), 30002)
    say(lab, "s SYN", s.segment("S", options=OPTIONS, ack=0), 30002)
    say(lab, "s ACK without SYN+ACK", s.segment("A", seq=5001, ack=1001), 30002)
    lab.snap("after")


@case(
    "tcp-x-fastopen",
    "more",
    "data in SYN, data in SYN+ACK, FIN with the SYN+ACK's ACK",
    rules=STRICT,
)
def fastopen(lab):
    c, s = pair(lab)
    say(lab, "SYN with data", c.segment("S", b"early data", options=OPTIONS))
    say(lab, "SYN+ACK acking only the SYN", s.segment("SA", ack=1001, options=OPTIONS))
    say(lab, "SYN+ACK again, acking the data", s.segment("SA", ack=1011, options=OPTIONS))
    say(lab, "data of the server before the ACK", s.segment("PA", b"answer", seq=5001, ack=1011))
    say(lab, "ACK", c.segment("A", seq=1011, ack=5007))
    c, s = pair(lab, 30001)
    say(lab, "SYN", c.segment("S", options=OPTIONS), 30001)
    say(lab, "SYN+ACK with data", s.segment("SA", b"hi", ack=1001, options=OPTIONS), 30001)
    say(lab, "FIN as the first ACK", c.segment("FA", seq=1001, ack=5003), 30001)
    say(lab, "server's ACK", s.segment("A", seq=5003, ack=1002), 30001)
    c, s = pair(lab, 30002)
    say(lab, "SYN", c.segment("S", options=OPTIONS), 30002)
    say(lab, "ACK before any SYN+ACK", c.segment("A", seq=1001, ack=5001), 30002)
    say(lab, "FIN before any SYN+ACK", c.segment("FA", seq=1001, ack=5001), 30002)
    say(lab, "server's plain ACK", s.segment("A", seq=5001, ack=1001), 30002)
    lab.snap("after")


@case(
    "tcp-x-loose-window",
    "more",
    "picked up in mid-stream: the other direction, window scaling unknown (14 assumed), large windows, then FINs",
    rules=STRICT,
)
def loose_window(lab):
    c, s = pair(lab, cisn=4294967200, sisn=100)
    c.ack, s.ack = s.seq, c.seq
    say(lab, "data", c.segment("PA", b"a" * 200))
    say(lab, "more data ahead", c.segment("PA", b"a" * 200, seq=c.seq + 100000))
    say(lab, "answer", s.segment("A", ack=c.seq + 200))
    say(lab, "far ahead", c.segment("PA", b"b", seq=c.seq + 900000000))
    say(lab, "server's data", s.segment("PA", b"c" * 10, ack=c.seq + 200))
    say(lab, "fin", c.segment("FA", seq=c.seq + 200, ack=s.seq + 10))
    say(lab, "fin of server", s.segment("FA", seq=s.seq + 10, ack=c.seq + 201))
    say(lab, "last ack", c.segment("A", seq=c.seq + 201, ack=s.seq + 11))
    lab.snap("after")
    c, s = pair(lab, 30001)
    say(lab, "picked up by FIN+ACK", c.segment("FA", ack=1), 30001)
    say(lab, "answered by ACK", s.segment("A", seq=1, ack=1001), 30001)
    c, s = pair(lab, 30002)
    say(
        lab, "picked up by SYN+ACK of the server", s.segment("SA", ack=1001, options=OPTIONS), 30002
    )
    say(lab, "client's RST", c.segment("R", seq=1001), 30002)
    lab.snap("end-of-pickup")


@case(
    "tcp-x-log-invalid",
    "more",
    "nf_conntrack_log_invalid=255: the kernel's lines for invalid packets of all kinds (klog)",
    rules=SEE,
    sysctl={"nf_conntrack_log_invalid": 255},
    klog=r"^nf_ct_proto_",
    v=4,
)
@case(
    "tcp-x-log-invalid6",
    "more",
    "the same over IPv6",
    rules=SEE,
    sysctl={"nf_conntrack_log_invalid": 255},
    klog=r"^nf_ct_proto_",
    v=6,
)
def log_invalid(lab, v):
    b = Build(lab, v)
    cut = 20 if v == 4 else 40
    proto = (lambda n: {"proto": n}) if v == 4 else (lambda n: {"nh": n})
    whole = bytes(b.tcp("S", 30000, 80, seq=5))[cut:]
    tests = [
        ("truncated tcp", b.ip(**proto(6)) / Raw(whole[:10])),
        ("data offset 4", b.tcp("S", 30001, 80, dataofs=4)),
        ("bad tcp checksum", b.tcp("S", 30002, 80, chksum=1)),
        ("null flags", b.tcp("", 30003, 80)),
        ("syn+fin", b.tcp("SF", 30004, 80)),
        ("rst first", b.tcp("R", 30005, 80)),
        ("truncated udp", b.ip(**proto(17)) / Raw(b"1234")),
        ("udp length", b.udp(30006, 53, b"x", len=100)),
        ("bad udp checksum", b.udp(30007, 53, b"x", chksum=1)),
    ]
    for label, packet in tests:
        lab.note("-- " + label)
        probe(lab, label, packet)
    c, s = pair(lab, 31000, v=v)
    handshake(c, s)
    exchange(c, s, "x")
    for label, packet in (
        ("seq over", c.segment("PA", b"z", seq=c.seq + 100000000)),
        ("seq under", c.segment("PA", b"z", seq=c.seq - 100000000)),
        ("ack over", c.segment("A", ack=c.ack + 100000000)),
        ("ack under", c.segment("A", ack=c.ack - 100000000)),
        ("rst far", c.segment("R", seq=c.seq + 1000000000)),
        ("syn in established", c.segment("S", seq=77, ack=0)),
        ("synack in established", s.segment("SA", seq=99)),
    ):
        probe(lab, label, packet)
    from scapy.layers.inet6 import ICMPv6DestUnreach, ICMPv6EchoReply, ICMPv6EchoRequest

    inner = bytes(b.udp(39999, 53, b"x"))
    if v == 4:
        more = [
            ("truncated icmp", b.ip(proto=1) / Raw(b"\x08\0\0")),
            ("bad icmp checksum", b.ip() / ICMP(type=8, id=1, chksum=1)),
            ("icmp type 41", b.ip() / ICMP(type=41)),
            ("echo reply first", b.ip() / ICMP(type=0, id=9)),
            ("error about nothing", b.ip("srv") / ICMP(type=3, code=3) / Raw(inner)),
            ("error truncated", b.ip("srv") / ICMP(type=3, code=3) / Raw(inner[:10])),
            ("error cut in ports", b.ip("srv") / ICMP(type=3, code=3) / Raw(inner[:22])),
            ("error bad checksum", b.ip("srv") / ICMP(type=3, code=3, chksum=5) / Raw(inner)),
            (
                "error about an error",
                b.ip("srv")
                / ICMP(type=3, code=3)
                / Raw(bytes(b.ip() / ICMP(type=3, code=1) / Raw(inner))),
            ),
        ]
    else:
        more = [
            ("truncated icmp", b.ip(nh=58) / Raw(b"\x80\0\0")),
            ("bad icmp checksum", b.ip() / ICMPv6EchoRequest(id=1, cksum=1)),
            ("echo reply first", b.ip() / ICMPv6EchoReply(id=9)),
            ("error about nothing", b.ip("srv") / ICMPv6DestUnreach(code=4) / Raw(inner)),
            ("error truncated", b.ip("srv") / ICMPv6DestUnreach(code=4) / Raw(inner[:20])),
            ("error cut in ports", b.ip("srv") / ICMPv6DestUnreach(code=4) / Raw(inner[:42])),
        ]
    for label, packet in more:
        probe(lab, label, packet)
    lab.snap("after")


@case(
    "tcp-x-overshoot",
    "more",
    "segments that begin beyond the receiver's window, each on a connection of its own: how far is tolerated (windows of 1000, no scaling)",
    rules=STRICT,
)
def overshoot(lab):
    for number, k in enumerate(
        (0, 1, 2, 100, 500, 898, 899, 900, 901, 998, 999, 1000, 1001, 1002, 1100, 2000, 66000)
    ):
        c, s = pair(lab, 30000 + number)
        c.options = s.options = [("MSS", 1400)]
        c.window = s.window = 1000
        handshake(c, s)
        exchange(c, s, "x")
        exchange(s, c, "y")
        lab.cli.flush()
        lab.srv.flush()
        say(
            lab,
            "100 bytes beginning %d after the edge" % k,
            c.segment("PA", b"e" * 100, seq=c.seq + 1000 + k),
            30000 + number,
        )
        say(
            lab,
            "then 10 bytes right after it",
            c.segment("PA", b"f" * 10, seq=c.seq + 1100 + k),
            30000 + number,
        )
    lab.snap("after")
