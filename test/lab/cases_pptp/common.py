"""PPTP messages, and a control connection that notes what the router makes of each."""
import struct

from cases.helpers import gre, out_call_reply, out_call_request, pptp_message, start_request
from ctlab.peer import Tcp, handshake, payload
from ctlab.rules import firewall, masquerade
from scapy.layers.inet import IP

SPLIT = "pptp"
FW = firewall(["pptp"])
CLIENT, SERVER = "c", "s"
CALL, PEER = 0x1001, 0x2002  # call ids of client and server


# GRE that is nobody's is the router's own then: without this its stack would answer by errors.
QUIET = (
    "table inet own {\n  chain in {\n    type filter hook input priority 0; policy accept;\n"
    "    meta l4proto gre counter drop\n  }\n}\n"
)


def masq(lab):
    return firewall(["pptp"], nat=masquerade()) + QUIET


def start():
    return start_request(1)


def started(result=1):
    message = bytearray(start_request(2))
    message[14] = result
    return bytes(message)


def stop():
    return pptp_message(3, struct.pack("!BBH", 1, 0, 0))


def stopped(result=1):
    return pptp_message(4, struct.pack("!BBH", result, 0, 0))


def echo():
    return pptp_message(5, struct.pack("!I", 7))


def echoed():
    return pptp_message(6, struct.pack("!IBBH", 7, 1, 0, 0))


def calls(call=CALL):
    return out_call_request(call)


def connected(call=PEER, peer=CALL, result=1):
    return out_call_reply(call, peer, result)


def rings(call=PEER):
    return pptp_message(9, struct.pack("!HHIIHH", call, 1, 3, 0, 0, 0) + b"\0" * 192)


def answers(call=CALL, peer=PEER, result=1):
    return pptp_message(10, struct.pack("!HHBBHHH", call, peer, result, 0, 64, 0, 0))


def established(peer=CALL):
    return pptp_message(11, struct.pack("!HHIHHI", peer, 0, 100000, 64, 0, 3))


def clear(call=CALL):
    return pptp_message(12, struct.pack("!HH", call, 0))


def disconnected(call=PEER):
    return pptp_message(13, struct.pack("!HBBHH", call, 1, 0, 0, 0) + b"\0" * 128)


def wan_error(peer=CALL):
    return pptp_message(14, struct.pack("!HHIIIIII", peer, 0, 1, 2, 3, 4, 5, 6))


def link_info(peer):
    return pptp_message(15, struct.pack("!HHII", peer, 0, 0xFFFFFFFF, 0xFFFFFFFF))


BEGIN = ((CLIENT, start()), (SERVER, started()))
CALLED = BEGIN + ((CLIENT, calls()), (SERVER, connected()))
RUNG = BEGIN + ((SERVER, rings()), (CLIENT, answers()), (SERVER, established()))


def text_of(expectation):
    tuple_, nat = expectation["tuple"], expectation.get("nat")
    return "%s:%#x>%s:%#x%s" % (
        tuple_["src"], tuple_["sport"], tuple_["dst"], tuple_["dport"],
        " saved %#x" % nat["tuple"]["sport"] if nat else "",
    )  # fmt: skip


class Control:
    """A control connection between scripted ends."""

    def __init__(self, lab, port=47000, chost=10, shost=10, dial=None):
        self.lab = lab
        self.c = Tcp(lab.cli, lab.c(chost), port, dial or lab.s(shost), 1723)
        self.s = Tcp(lab.srv, lab.s(shost), 1723)
        handshake(self.c, self.s)

    def say(self, who, message, label=""):
        """Send a segment; returns what arrived, or None. What is dropped is not sent again."""
        sender, receiver = (self.c, self.s) if who == CLIENT else (self.s, self.c)
        sender.data(message)
        packet = receiver.recv(0.15, need=False)
        got = payload(packet) if packet is not None else None
        if packet is not None:
            receiver.ack_()
            sender.recv(0.15, need=False)
        if label and got != message:
            self.lab.note(
                "%s: %s" % (label, "dropped" if got is None else "changed to " + got[8:20].hex())
            )
        return got

    def all(self, messages):
        for who, message in messages:
            self.say(who, message)

    def gre(self, who, call, seq=0, label="", data=b"\xff\x03\xc0\x21ppp", to=None):
        """One packet of a call; returns whether it arrived, and notes as which call."""
        side, other = (
            (self.lab.cli, self.lab.srv) if who == CLIENT else (self.lab.srv, self.lab.cli)
        )
        source, target = (
            (self.c.addr, to or self.c.peer) if who == CLIENT else (self.s.addr, to or self.s.peer)
        )
        other.flush()
        side.send(gre(source, target, call, seq, data))
        packet = other.get(lambda p: IP in p and p[IP].proto == 47, 0.12)
        if label:
            self.lab.note(
                "%s: %s"
                % (
                    label,
                    "dropped"
                    if packet is None
                    else "%s > %s call %#x"
                    % (
                        packet.src,
                        packet.dst,
                        struct.unpack_from("!H", bytes(packet.payload), 6)[0],
                    ),
                )
            )
        return packet is not None


def show(lab, label, snap=True, host=None):
    """Note what is expected, of one client alone if its address is given."""
    found = [text_of(x) for x in lab.expectations() if host is None or x["master"]["src"] == host]
    lab.note("%s: %s" % (label, "; ".join(sorted(found)) or "nothing expected"))
    if snap:
        lab.snap(label)
