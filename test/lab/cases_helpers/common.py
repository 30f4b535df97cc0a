"""Short ways to send payloads to a helper, and to note what the router made of each."""
import socket
import struct

from ctlab.peer import Tcp, Udp, handshake, payload

SPLIT = "helpers"
WAIT = 0.06  # for a packet that may have been dropped


def number_of(address):
    """An IPv4 address as DCC writes it."""
    return struct.unpack("!I", socket.inet_aton(address))[0]


def ports(lab):
    """Ports at which something is expected."""
    return sorted(e["tuple"]["dport"] for e in lab.expectations())


def as_bytes(data):
    return data.encode("latin-1") if isinstance(data, str) else data


class Talk:
    """What both transports have: notes of what became of a payload, and of what is new."""

    def __init__(self, lab):
        self.lab, self.known = lab, {}

    def note(self, label, sent, got):
        sent = as_bytes(sent)
        news = []
        seen = {}
        for e in self.lab.expectations():
            t = e["tuple"]
            seen[e["id"]] = "%s,%d>%s,%d" % (t["src"], t["sport"], t["dst"], t["dport"])
            if "nat" in e:
                seen[e["id"]] += " for %d" % e["nat"]["tuple"]["sport"]
            if e["id"] not in self.known:
                news.append(seen[e["id"]])
        gone = [text for key, text in self.known.items() if key not in seen]
        self.known = seen
        what = "dropped" if got is None else "unchanged" if got == sent else "changed to %r" % got
        self.lab.note(
            "%s: %s; %s%s"
            % (
                label,
                what,
                "expects " + "; ".join(news) if news else "nothing new",
                "; ended " + "; ".join(gone) if gone else "",
            )
        )
        return got


class Stream(Talk):
    """A TCP connection; what a segment lost is not repeated."""

    def __init__(self, lab, port, v=4, cport=40000, chost=10, shost=10, dial=None):
        super().__init__(lab)
        self.c = Tcp(lab.cli, lab.c(chost, v), cport, lab.s(dial or shost, v), port)
        self.s = Tcp(lab.srv, lab.s(shost, v), port)
        handshake(self.c, self.s)

    def _send(self, sender, receiver, label, data, ack=True, **kw):
        self.lab.step(label)
        sender.data(data, **kw)
        packet = receiver.recv(WAIT, need=False)
        if packet is not None and ack:
            receiver.ack_()
            sender.recv(WAIT, need=False)
        return self.note(label, data, None if packet is None else payload(packet))

    def up(self, label, data, **kw):
        return self._send(self.c, self.s, label, data, **kw)

    def down(self, label, data, **kw):
        return self._send(self.s, self.c, label, data, **kw)


class Datagrams(Talk):
    """Two UDP ends; the server answers where it saw the client."""

    def __init__(self, lab, port, v=4, cport=40000, chost=10, shost=10, dial=None, sport=None):
        super().__init__(lab)
        self.c = Udp(lab.cli, lab.c(chost, v), cport)
        self.s = Udp(lab.srv, lab.s(shost, v), sport or port)
        self.peer, self.port, self.public = lab.s(dial or shost, v), port, None

    def up(self, label, data):
        self.lab.step(label)
        self.c.send(data, self.peer, self.port)
        got = self.s.recv(WAIT, need=False)
        if got:
            self.public = got[1:]
        return self.note(label, data, got and got[0])

    def down(self, label, data):
        self.lab.step(label)
        self.s.send(data, *self.public)
        got = self.c.recv(WAIT, need=False)
        return self.note(label, data, got and got[0])
