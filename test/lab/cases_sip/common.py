"""Short ways to send SIP messages, and to note what the router made of each."""
from cases.sip import Dialog, host, sdp
from ctlab.peer import Tcp, Udp, handshake, payload
from ctlab.rules import firewall, masquerade

SPLIT = "sip"
FW = firewall(["sip"])
FW_TCP = firewall(["sip-tcp"])


def masq(lab):
    return firewall(["sip"], nat=masquerade())


def text_of(expectation):
    tuple_ = expectation["tuple"]
    nat = expectation.get("nat")
    return "class %s %s:%s>%s:%s %s%s%s" % (
        expectation["class"],
        tuple_["src"],
        tuple_["sport"],
        tuple_["dst"],
        tuple_["dport"],
        "+".join(expectation["flag_names"]) or "0",
        " t%s" % expectation["timeout"],
        " nat %s" % nat if nat else "",
    )


def show(lab, label, snap=True):
    """Note the expectations and take a snapshot (cases of many probes take one at the end)."""
    lab.note("%s: %s" % (label, "; ".join(map(text_of, lab.expectations())) or "nothing expected"))
    if snap:
        lab.snap(label)


class Talk:
    """Two scripted UDP ends that send each other messages; what arrives is noted where it changed.

    snap: True, False, or "note" for the expectations without a snapshot.
    """

    def __init__(self, lab, v=4, cport=5060, sport=5060, chost=10, shost=10, call="c@lab"):
        self.lab = lab
        self.c = Udp(lab.cli, lab.c(chost, v), cport)
        self.s = Udp(lab.srv, lab.s(shost, v), sport)
        self.d = Dialog(self.c.addr, self.s.addr, cport, sport, call=call)
        self.public = (self.c.addr, cport)  # how the server sees the client

    def up(self, label, text, snap=True, to=None):
        """Client to server; returns what arrived (text) or None."""
        self.lab.step(label)
        peer, port = to or (self.s.addr, self.s.port)
        self.c.send(text, peer, port)
        got = self.s.recv(0.1, need=False)
        if got:
            self.public = got[1:]
        return self._note(label, text, got, snap)

    def down(self, label, text, snap=True, port=None):
        """Server to client, at the address that the server knows; returns what arrived or None."""
        self.lab.step(label)
        self.s.send(text, *self.public)
        here = self.c if port is None else Udp(self.lab.cli, self.c.addr, port)
        return self._note(label, text, here.recv(0.1, need=False), snap)

    def _note(self, label, sent, got, snap):
        sent = sent if isinstance(sent, str) else sent.decode("latin-1")
        text = got and got[0].decode("latin-1")
        if got is None:
            self.lab.note("%s: dropped" % label)
        elif text == sent:
            self.lab.note("%s: unchanged" % label)
        else:
            new = [x for x in text.splitlines() if x not in sent.splitlines()]
            self.lab.note("%s: changed: %s" % (label, " | ".join(new)))
        if snap:
            show(self.lab, label, snap != "note")
        return text

    def invite(self, media=(("audio", 40000),), cseq=1, label="invite", **kw):
        return self.up(label, self.d.request("INVITE", cseq, body=sdp(self.c.addr, media), **kw))

    def answer(self, media=(("audio", 42000),), cseq=1, label="ok", via=None, **kw):
        return self.down(
            label,
            self.d.response(200, "OK", "INVITE", cseq, body=sdp(self.s.addr, media), via=via, **kw),
        )


def via_of(text):
    """The value of the topmost Via."""
    for line in text.splitlines():
        if line.lower().startswith(("via:", "v:")):
            return line.split(":", 1)[1].strip()
    return None


__all__ = [
    "Dialog", "FW", "FW_TCP", "SPLIT", "Talk", "Tcp", "Udp", "firewall", "handshake", "host",
    "masq", "masquerade", "payload", "sdp", "show", "text_of", "via_of",
]  # fmt: skip
