"""Short ways to write NAT rules and packets, and to note what the router made of each packet."""
import struct

from cases_rules.common import Build, collect, side_of
from ctlab.peer import ip_for
from scapy.layers.inet import ICMP, IP, TCP, UDP
from scapy.layers.inet6 import ICMPv6EchoReply, ICMPv6EchoRequest, IPv6
from scapy.packet import Raw

SPLIT = "nat"


def nat(
    post="", pre="", family="ip", name="nat", out="", into="", policy="accept", prio=(100, -100)
):
    """A nat table with the chains that have rules (or "-": a chain without rules)."""
    chains = []
    for kind, text, number in (
        ("postrouting", post, prio[0]),
        ("prerouting", pre, prio[1]),
        ("output", out, -100),
        ("input", into, 100),
    ):
        if text:
            rules = "\n".join(
                "    " + r.strip() for r in text.strip().splitlines() if r.strip() != "-"
            )
            chains.append(
                "  chain %s {\n    type nat hook %s priority %d; policy %s;\n%s\n  }"
                % (kind, kind, number, policy, rules)
            )
    return "table %s %s {\n%s\n}\n" % (family, name, "\n".join(chains))


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def pseudo(raw, proto, size):
    if raw[0] >> 4 == 4:
        return raw[12:20] + struct.pack("!BBH", 0, proto, size)
    return raw[8:40] + struct.pack("!IHBB", size, 0, 0, proto)


def faults(raw, inner=False):
    """Which checksums of an IP packet (bytes) are wrong; 'zero' for a UDP checksum of 0."""
    bad = []
    if raw[0] >> 4 == 4:
        head, proto = (raw[0] & 15) * 4, raw[9]
        if checksum(raw[:head]) != 0xFFFF:
            bad.append("ip")
        if struct.unpack("!H", raw[6:8])[0] & 0x3FFF:
            return bad
        total = struct.unpack("!H", raw[2:4])[0]
    else:
        head, proto = 40, raw[6]
        total = 40 + struct.unpack("!H", raw[4:6])[0]
    body = raw[head:total]
    if len(raw) < total:
        return bad  # a quote that was cut
    if proto == 17 and body[6:8] == b"\0\0":
        bad.append("zero")
    elif proto in (6, 17, 58):
        if checksum(pseudo(raw, proto, len(body)) + body) != 0xFFFF:
            bad.append("l4")
    elif proto == 1 and checksum(body) != 0xFFFF:
        bad.append("l4")
    elif (
        proto == 136
        and checksum(pseudo(raw, 17, len(body)) + body[: struct.unpack("!H", body[4:6])[0] or None])
        != 0xFFFF
    ):
        bad.append("l4")
    return bad


def show(packet, inner=False):
    """One packet (scapy or bytes) in a line: addresses, ports, kind, checksums that are wrong."""
    raw = bytes(packet)
    layer = (IP if raw[0] >> 4 == 4 else IPv6)(raw)
    if raw[0] >> 4 == 4:
        head, proto, hops = (raw[0] & 15) * 4, raw[9], raw[8]
        frag = struct.unpack("!H", raw[6:8])[0]
    else:
        head, proto, hops, frag = 40, raw[6], raw[7], 0
    body = raw[head:]
    text = ""
    if frag & 0x1FFF:
        text = "%s>%s frag@%d proto%d" % (layer.src, layer.dst, (frag & 0x1FFF) * 8, proto)
    elif proto in (6, 17, 33, 132, 136) and len(body) >= 4:
        sport, dport = struct.unpack("!HH", body[:4])
        text = "%s,%d>%s,%d %s" % (
            layer.src,
            sport,
            layer.dst,
            dport,
            {6: "tcp", 17: "udp", 132: "sctp", 136: "udplite"}.get(proto, proto),
        )
        if proto == 6 and len(body) >= 20:
            flags = "".join(c for i, c in enumerate("FSRPAUEC") if body[13] >> i & 1)
            text += " %s seq%d" % (flags, struct.unpack("!I", body[4:8])[0])
            if body[13] & 16:
                text += " ack%d" % struct.unpack("!I", body[8:12])[0]
            if TCP in layer:
                text += "".join(
                    " sack%s" % (list(v),) for k, v in layer[TCP].options if k == "SAck"
                )
                data = body[(body[12] >> 4) * 4 :]
                text += " %r" % data.decode("latin-1") if data and not inner else ""
    elif proto in (1, 58) and len(body) >= 4:
        text = "%s>%s icmp %d/%d" % (layer.src, layer.dst, body[0], body[1])
        if (proto == 1 and body[0] in (3, 4, 5, 11, 12)) or (proto == 58 and body[0] < 128):
            text += " [%s]" % show(body[8:], True) if len(body) > 8 and not inner else ""
            if len(body) >= 8 and body[4:8] != b"\0\0\0\0":
                text += " rest %s" % body[4:8].hex()
        elif len(body) >= 6:
            text += " id%d" % struct.unpack("!H", body[4:6])[0]
    else:
        text = "%s>%s proto%d" % (layer.src, layer.dst, proto)
    text += " ttl%d" % hops
    if raw[0] >> 4 == 4 and frag & 0x2000:
        text += " MF"
    bad = faults(raw)
    return text + (" BADSUM:" + ",".join(bad) if bad else "")


def entry(e):
    def half(t):
        if "sport" in t:
            return "%s,%d>%s,%d" % (t["src"], t["sport"], t["dst"], t["dport"])
        if "icmp_id" in t:
            return "%s>%s id%d type%d" % (t["src"], t["dst"], t["icmp_id"], t["icmp_type"])
        return "%s>%s" % (t["src"], t["dst"])

    info = e.get("protoinfo", {})
    text = "proto%d %s%s | %s | %s" % (
        e["orig"]["proto"],
        half(e["orig"]),
        " zone%d" % e["zone"] if "zone" in e else "",
        half(e["reply"]),
        ",".join(e["status_names"]),
    )
    for key in ("tcp_state", "sctp_state"):
        if key in info:
            text += " " + info[key]
    for key in ("seqadj_orig", "seqadj_reply"):
        if key in e:
            text += " %s%s" % (key, tuple(e[key].values()))
    if e.get("mark"):
        text += " mark%d" % e["mark"]
    return text


def listing(lab, label="table"):
    """Note the connections, in the order of their original tuples."""
    for e in sorted(lab.connections(), key=lambda e: repr(sorted(e["orig"].items(), key=str))):
        lab.note("%s: %s" % (label, entry(e)))


def send(lab, label, packet, side=None, gap=0.02):
    """Send one packet, note it and what left the router.  Returns the packets that left on the other side."""
    side = side or side_of(lab, packet)
    lab.step("%s (from %s)" % (label, side))
    (lab.cli if side == "cli" else lab.srv).send(packet, gap=gap)
    got = {"cli": collect(lab.cli), "srv": collect(lab.srv)}
    out = ["to %s: %s" % (s, show(p)) for s in ("cli", "srv") for p in got[s]]
    lab.note("%s: %s: %s => %s" % (label, side, show(packet), "; ".join(out) or "nothing"))
    return got["srv" if side == "cli" else "cli"] or got[side]


def fresh(packet):
    """The packet as bytes would be parsed, with checksums to be made anew."""
    packet = packet.__class__(bytes(packet))
    for layer in (IP, TCP, UDP, ICMP):
        if packet.haslayer(layer):
            del packet[layer].chksum
    return packet


def back(packet, **tcp):
    """The answer of the one that received this packet: addresses and ports the other way."""
    if isinstance(packet, list):
        packet = packet[0]
    v4 = isinstance(packet, IP)
    head = ip_for(packet.dst, packet.src, ttl=64, **({"id": 0x2222} if v4 else {}))
    if TCP in packet:
        p = packet[TCP]
        size = len(bytes(p.payload))
        fields = {
            "flags": "SA" if p.flags == "S" else "A",
            "seq": p.ack or 5000,
            "ack": p.seq + size + ("S" in str(p.flags)) + ("F" in str(p.flags)),
        }
        fields.update(tcp)
        return head / TCP(sport=p.dport, dport=p.sport, window=8192, **fields)
    if UDP in packet:
        return head / UDP(sport=packet[UDP].dport, dport=packet[UDP].sport) / Raw(b"answer")
    if ICMP in packet:
        p = packet[ICMP]
        return head / ICMP(type=0, id=p.id, seq=p.seq) / Raw(b"ping")
    if ICMPv6EchoRequest in packet:
        p = packet[ICMPv6EchoRequest]
        return head / ICMPv6EchoReply(id=p.id, seq=p.seq, data=b"ping")
    raw = bytes(packet)
    if v4:
        head.proto = raw[9]
    body = raw[(raw[0] & 15) * 4 if v4 else 40 :]
    if not v4:
        head.nh = raw[6]
    if (raw[9] if v4 else raw[6]) in (132, 136):
        body = body[2:4] + body[:2] + body[4:]
        if (raw[9] if v4 else raw[6]) == 136:
            return lite(head, body[8:], *struct.unpack("!HH", body[:4]))
    return head / Raw(body)


def lite(head, data, sport, dport, cover=0):
    """A UDP-Lite datagram on that IP header; cover: bytes that the checksum covers, 0 for all.

    The checksum is made with protocol number 17, as this kernel verifies it (corpus, case udplite).
    """
    kind = {"proto": 136} if isinstance(head, IP) else {"nh": 136}
    for k, v in kind.items():
        setattr(head, k, v)
    body = struct.pack("!HHHH", sport, dport, cover, 0) + data
    raw = bytes(head / Raw(body))
    total = checksum(pseudo(raw, 17, len(body)) + body[: cover or None])
    return head / Raw(body[:6] + struct.pack("!H", (~total & 0xFFFF) or 0xFFFF) + body[8:])


def echo(b, ident, seq=1, side="cli", **kw):
    if b.v == 4:
        return b.ip(side, **kw) / ICMP(type=8, id=ident, seq=seq) / Raw(b"ping")
    return b.ip(side, **kw) / ICMPv6EchoRequest(id=ident, seq=seq, data=b"ping")


def there_and_back(lab, label, packet):
    """One packet and the answer to what came out of it."""
    got = send(lab, label, packet)
    if got:
        send(lab, label + ", answer", back(got[0]))
    return got[0] if got else None


__all__ = [
    "Build",
    "SPLIT",
    "back",
    "collect",
    "echo",
    "entry",
    "faults",
    "fresh",
    "lite",
    "listing",
    "nat",
    "send",
    "show",
    "there_and_back",
]
