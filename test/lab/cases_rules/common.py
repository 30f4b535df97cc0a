"""Short ways to write packets and to note what the router did with each."""
import time

from ctlab.peer import ip_for
from scapy.layers.inet import ICMP, IP, TCP, UDP, ICMPerror, IPerror
from scapy.layers.inet6 import IPv6
from scapy.packet import Raw

OPTIONS = [("MSS", 1400), ("SAckOK", b""), ("NOP", None), ("WScale", 7)]


def table(
    rules,
    family="inet",
    hook="forward",
    prio="0",
    policy="accept",
    name="t",
    chain=None,
    pre="",
    kind="filter",
):
    """One table with one base chain; pre: what stands before the chain."""
    return (
        "table %s %s {\n%s\n  chain %s {\n    type %s hook %s priority %s; policy %s;\n%s\n  }\n}\n"
        % (
            family,
            name,
            pre,
            chain or hook,
            kind,
            hook,
            prio,
            policy,
            "\n".join("    " + r for r in rules.strip().splitlines()),
        )
    )


def counted(matches):
    """A counter rule for each match."""
    return "\n".join(m + " counter" for m in matches)


# Any expression of ct turns tracking on in the namespace; this one changes nothing else.
TRACK = "table inet track {\n  chain forward {\n    type filter hook forward priority -400; policy accept;\n    ct state new\n  }\n}\n"


class Build:
    """Packets from client host N to server host M (up) or back (down)."""

    def __init__(self, lab, v=4, c=10, s=10):
        self.lab, self.v, self.c, self.s = lab, v, c, s

    def ends(self, side, c=None, s=None):
        a, b = self.lab.c(c or self.c, self.v), self.lab.s(s or self.s, self.v)
        return (a, b) if side == "cli" else (b, a)

    def ip(self, side="cli", c=None, s=None, **fields):
        a, b = self.ends(side, c, s)
        fields.setdefault("ttl", 64)
        if self.v == 4:
            fields.setdefault("id", 0x1111)
        return ip_for(a, b, **fields)

    def tcp(self, flags, sport, dport, data=b"", side="cli", c=None, s=None, ipf=None, **fields):
        head = TCP(sport=sport, dport=dport, flags=flags, **fields)
        packet = self.ip(side, c, s, **(ipf or {})) / head
        return packet / Raw(data) if data else packet

    def udp(self, sport, dport, data=b"x", side="cli", c=None, s=None, ipf=None, **fields):
        return (
            self.ip(side, c, s, **(ipf or {})) / UDP(sport=sport, dport=dport, **fields) / Raw(data)
        )


def describe(packet):
    if isinstance(packet, IPv6):
        text = "v6 hl%d nh%d len%d" % (packet.hlim, packet.nh, packet.plen)
        if packet.nh == 58:
            data = bytes(packet.payload)
            text += " icmp6 %d/%d" % (data[0], data[1])
    else:
        text = "ttl%d proto%d len%d tos%#x" % (packet.ttl, packet.proto, packet.len, packet.tos)
        if packet.proto == 1 and not packet.frag:
            data = bytes(packet.payload)
            text += " icmp %d/%d" % (data[0], data[1])
        if packet.flags.DF:
            text += " DF"
        if packet.flags.MF or packet.frag:
            text += " frag@%d%s" % (packet.frag * 8, "+" if packet.flags.MF else "")
    if TCP in packet:
        head = packet[TCP]
        text += " tcp %s seq%d ack%d win%d" % (head.flags, head.seq, head.ack, head.window)
    return text


def collect(side):
    side._pump(0)
    found = [f.payload for f in side.inbox if isinstance(f.payload, (IP, IPv6))]
    side.inbox = []
    # the ends' own kernels hear the router's multicasts only
    return [p for p in found if not (isinstance(p, IPv6) and p.dst.startswith("ff02"))]


def side_of(lab, packet):
    """The side whose address the packet bears as its source."""
    src = (
        packet.src
        if not isinstance(packet, bytes)
        else IP(packet).src
        if packet[0] >> 4 == 4
        else IPv6(packet).src
    )
    return "srv" if src.startswith((lab.topo.prefix4["srv"], lab.topo.prefix6["srv"])) else "cli"


def probe(lab, label, packet, side=None, snap=False, gap=0.02, quiet=False):
    """Send one packet; note what came out on each side.  Returns {"cli": [...], "srv": [...]}."""
    side = side or side_of(lab, packet)
    if not quiet:
        lab.step("%s (from %s)" % (label, side))
    (lab.cli if side == "cli" else lab.srv).send(packet, gap=gap)
    got = {"cli": collect(lab.cli), "srv": collect(lab.srv)}
    other = "srv" if side == "cli" else "cli"
    parts = []
    if got[other]:
        parts.append(
            "forwarded" + ("" if len(got[other]) == 1 else " %d packets" % len(got[other]))
        )
        if len(got[other]) > 1:
            parts.append(" + ".join(describe(p) for p in got[other]))
    if got[side]:
        parts.append("answered " + " + ".join(describe(p) for p in got[side]))
    if not quiet:
        lab.note("%s: %s" % (label, "; ".join(parts) or "dropped"))
    if snap:
        lab.snap(label)
    return got


def states(lab):
    """What is in the table, shortly."""
    out = []
    for e in lab.connections():
        info = e.get("protoinfo", {})
        out.append(
            "%s:%s>%s:%s/%d %s%s"
            % (
                e["orig"]["src"],
                e["orig"].get("sport", ""),
                e["orig"]["dst"],
                e["orig"].get("dport", ""),
                e["orig"]["proto"],
                info.get("tcp_state", ""),
                ",".join(e["status_names"]),
            )
        )
    return out
