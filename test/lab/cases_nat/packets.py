"""What translation does to the bytes of packets: checksums of all kinds, fragments."""
import struct

from cases_nat.common import Build, SPLIT, back, checksum, echo, listing, nat, pseudo, send, show
from cases_nat.dnat import to
from ctlab.case import case
from scapy.layers.inet import IP, UDP, fragment
from scapy.layers.inet6 import IPv6, IPv6ExtHdrFragment, fragment6
from scapy.packet import Raw

BOTH4 = nat(
    pre='iifname "cli" ip daddr 10.2.0.77 meta l4proto { tcp, udp } dnat to 10.2.0.10:5353\niifname "cli" ip daddr 10.2.0.77 dnat to 10.2.0.10',
    post='oifname "srv" meta l4proto { tcp, udp, icmp } snat to 10.2.0.60:2000',
)
BOTH6 = nat(
    pre='iifname "cli" ip6 daddr fd00:2::77 meta l4proto { tcp, udp } dnat to [fd00:2::10]:5353\niifname "cli" ip6 daddr fd00:2::77 dnat to fd00:2::10',
    post='oifname "srv" snat to fd00:2::60',
    family="ip6",
)


@case(
    "nat-udp-zero",
    SPLIT,
    "UDP checksum zero through dnat and snat with ports, and in the answer: stays zero",
    rules=BOTH4,
    v=4,
)
@case("nat-udp-zero6", SPLIT, "UDP checksum zero over IPv6", rules=BOTH6, v=6)
def udp_zero(lab, v):
    packet = to(lab, lab.s(77, v), 4000, 53, v=v)
    packet[UDP].chksum = 0
    got = send(lab, "checksum zero", packet)
    answer = back(got)
    answer[UDP].chksum = 0
    send(lab, "answer with checksum zero", answer)
    send(lab, "with a checksum", to(lab, lab.s(77, v), 4000, 53, v=v))
    listing(lab)


@case(
    "nat-sum-edge",
    SPLIT,
    "packets whose checksum after translation is 0 or 0xffff: UDP, TCP, echo; and whose checksum before was 0xffff",
    rules=BOTH4,
)
def sum_edge(lab):
    def word(packet, start, proto):
        """The checksum (in place) of what left."""
        raw = bytes(packet)
        return struct.unpack("!H", raw[start : start + 2])[0]

    for proto, start, at in (("udp", 26, 28), ("tcp", 36, 40), ("echo", 22, 28)):
        probe = to(lab, "10.2.0.77", 4000, 53, proto=proto)
        if proto == "tcp":
            probe = probe / Raw(b"\0\0")
        else:
            probe[Raw].load = b"\0\0"
        translated = bytes(probe)
        translated = translated[:12] + bytes((10, 2, 0, 60, 10, 2, 0, 10)) + translated[20:]
        if proto == "echo":
            translated = translated[:24] + struct.pack("!H", 2000) + translated[26:]
        else:
            translated = translated[:20] + struct.pack("!HH", 2000, 5353) + translated[24:]
        for label, final in (("sum 0xffff behind", True), ("sum 0xffff before", False)):
            source = bytearray(translated if final else bytes(probe))
            source[start : start + 2] = b"\0\0"
            source[at : at + 2] = b"\0\0"
            body = bytes(source[20:])
            total = checksum(
                body if proto == "echo" else pseudo(bytes(source), source[9], len(body)) + body
            )
            fill = struct.pack(
                "!H", ~total & 0xFFFF
            )  # makes the sum of all words 0xffff: a checksum of 0
            packet = to(lab, "10.2.0.77", 4000, 53, proto=proto)
            if proto == "tcp":
                packet = packet / Raw(fill)
            else:
                packet[Raw].load = fill
            got = send(lab, "%s: %s" % (proto, label), packet)
            lab.note(
                "%s: checksum before %#06x, behind %#06x"
                % (proto, word(bytes(packet), start, proto), word(got[0], start, proto))
            )


@case(
    "nat-tcp-wrong",
    SPLIT,
    "wrong TCP checksums: a SYN (invalid: forwarded untranslated), a segment of a known connection, an answer; nothing dropped by rules",
    rules=BOTH4,
    check=1,
)
@case(
    "nat-tcp-wrong-nocheck",
    SPLIT,
    "the same with nf_conntrack_checksum=0: translated, wrong by as much as before",
    rules=BOTH4,
    sysctl={"nf_conntrack_checksum": 0},
    check=0,
)
def tcp_wrong(lab, check):
    def bad(packet):
        packet["TCP"].chksum = 0x1234
        return packet

    send(lab, "wrong SYN", bad(to(lab, "10.2.0.77", 40000, 80, proto="tcp", seq=1)))
    got = send(lab, "SYN", to(lab, "10.2.0.77", 40000, 80, proto="tcp", seq=1))
    send(lab, "SYN+ACK", back(got))
    packet = Build(lab).tcp("PA", 40000, 80, b"data", seq=2, ack=5001)
    packet.dst = "10.2.0.77"
    send(lab, "wrong data", bad(packet))
    send(lab, "wrong answer", bad(back(got)))
    packet = to(lab, "10.2.0.77", 4000, 53)
    packet[UDP].chksum = 0x1234
    send(lab, "wrong UDP", packet)
    listing(lab)


@case(
    "nat-fragments",
    SPLIT,
    "fragmented UDP and echo through dnat and snat, both directions: put together, translated, sent in the same pieces",
    rules=BOTH4,
)
def fragments(lab):
    for label, packet, size in (
        ("udp", to(lab, "10.2.0.77", 4000, 53), 2000),
        ("echo", to(lab, "10.2.0.77", 77, 0, proto="echo"), 1800),
    ):
        packet[Raw].load = bytes(range(256)) * (size // 256)
        packet.id = 0x4444
        if label == "udp":
            del packet[UDP].len
        packet = IP(bytes(packet))
        pieces = fragment(packet, 800)
        got = []
        for number, piece in enumerate(pieces):
            got += send(lab, "%s piece %d" % (label, number), piece)
        whole = join(got)
        lab.note("%s behind: %s" % (label, show(whole)))
        answer = back(IP(whole))
        answer[Raw].load = bytes(range(256)) * (size // 256)
        answer.id = 0x5555
        got = []
        for number, piece in enumerate(fragment(IP(bytes(answer)), 800)):
            got += send(lab, "%s answer piece %d" % (label, number), piece)
        lab.note("%s answer behind: %s" % (label, show(join(got))))
    pieces = fragment(IP(bytes(packet)), 800)
    send(lab, "last piece first", pieces[-1])
    for piece in pieces[:-1]:
        send(lab, "then the others", piece)
    listing(lab)


def join(pieces):
    """One IPv4 packet (bytes) of its fragments."""
    pieces = sorted(
        (bytes(p) for p in pieces), key=lambda p: struct.unpack("!H", p[6:8])[0] & 0x1FFF
    )
    data = b"".join(p[20:] for p in pieces)
    head = (
        pieces[0][:2]
        + struct.pack("!H", 20 + len(data))
        + pieces[0][4:6]
        + b"\0\0"
        + pieces[0][8:10]
        + b"\0\0"
        + pieces[0][12:20]
    )
    total = checksum(head)
    return head[:10] + struct.pack("!H", ~total & 0xFFFF) + head[12:] + data


@case("nat-fragments6", SPLIT, "fragmented UDP over IPv6 through dnat and snat", rules=BOTH6)
def fragments6(lab):
    packet = to(lab, "fd00:2::77", 4000, 53, v=6)
    packet[Raw].load = bytes(range(256)) * 8
    del packet[UDP].len
    whole = IPv6(bytes(packet))
    packet = (
        IPv6(src=whole.src, dst=whole.dst, hlim=64) / IPv6ExtHdrFragment(id=0x777) / whole.payload
    )
    got = []
    for number, piece in enumerate(fragment6(packet, 1280)):
        got += send(lab, "piece %d" % number, piece)
    data = b"".join(bytes(p[IPv6ExtHdrFragment].payload) for p in got)
    lab.note("behind: %s" % show(bytes(IPv6(src=got[0].src, dst=got[0].dst, nh=17) / Raw(data))))
    listing(lab)


@case(
    "nat-fields",
    SPLIT,
    "other fields through translation: TOS, id, DF, TTL, TCP options and urgent pointer stay",
    rules=BOTH4,
)
def fields(lab):
    for label, more in (
        ("plain", {}),
        ("tos 0xb8", {"tos": 0xB8}),
        ("DF", {"flags": "DF"}),
        ("id 0", {"id": 0}),
        ("ttl 255", {"ttl": 255}),
        ("ttl 2", {"ttl": 2}),
    ):
        packet = to(lab, "10.2.0.77", 4000, 53)
        for k, v in more.items():
            setattr(packet, k, v)
        got = send(lab, label, packet)[0]
        lab.note(
            "%s: tos %#x id %#x flags %s ttl %d" % (label, got.tos, got.id, got.flags, got.ttl)
        )
    packet = Build(lab).tcp(
        "SU",
        40000,
        80,
        seq=1,
        urgptr=7,
        options=[
            ("MSS", 1400),
            ("SAckOK", b""),
            ("Timestamp", (1, 0)),
            ("NOP", None),
            ("WScale", 7),
        ],
    )
    packet.dst = "10.2.0.77"
    got = send(lab, "tcp", packet)[0]
    lab.note("tcp: options %s urgent %d" % (got["TCP"].options, got["TCP"].urgptr))
    send(lab, "echo", echo(Build(lab), 9))
