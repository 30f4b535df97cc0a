"""What the router itself asks by broadcast: whose answers are expected, and which hooks see the question."""
import socket

from cases.helpers import broadcast_rules
from ctlab.case import case
from ctlab.netns import in_ns
from ctlab.peer import Udp
from ctlab.rules import helper_lines

SPLIT = "pptp"
SNMP = broadcast_rules("snmp")
NETBIOS = broadcast_rules("netbios-ns")


def counted(priority):
    """Counters at every hook that one's own broadcast might meet, the helper being assigned before or after."""
    objects, assign = helper_lines(["snmp"])
    chain = "  chain %s { type filter hook %s priority %d; policy accept;\n%s\n  }\n"
    hooks = "".join(
        chain % (hook, hook, 5, "udp dport 161 counter\n udp sport 161 ct state related counter")
        for hook in ("prerouting", "input", "output", "postrouting")
    )
    assigning = chain.replace("%s { type filter hook %s", "assign { type filter hook postrouting")
    return "table inet t {\n%s\n%s%s}\n" % (objects, assigning % (priority, assign), hooks)


class Asker:
    """A socket of the router."""

    def __init__(self, lab, port=45000, device=None):
        self.lab = lab

        def opener():
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            if device:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device)
            sock.bind((lab.c(1), port))
            sock.settimeout(0.1)
            return sock

        self.port, self.sock = port, in_ns(lab.topo.ns["rtr"], opener)

    def ask(self, label, address, port):
        self.lab.step(label)
        self.sock.sendto(b"question", (address, port))
        self.lab.wait(0.03)
        self.lab.snap(label)
        self.lab.note("%s: %d expectations" % (label, len(self.lab.expectations())))

    def answered(self, label, side, address, port):
        self.lab.step(label)
        Udp(side, address, port).send("answer", self.lab.c(1), self.port)
        try:
            self.sock.recv(100)
            outcome = "delivered"
        except socket.timeout:
            outcome = "refused"
        self.lab.note("%s: %s" % (label, outcome))
        self.lab.snap(label)


@case("bcast-x-again", SPLIT, "two questions of one socket", rules=SNMP, replay="local", port=161)
@case("bcast-x-again-ns", SPLIT, "the same for NetBIOS", rules=NETBIOS, replay="local", port=137)
def again(lab, port):
    asker = Asker(lab)
    asker.ask("first", lab.c(255), port)
    asker.answered("answer", lab.cli, lab.c(10), port)
    lab.wait(1.2)
    asker.ask("second", lab.c(255), port)
    asker.answered("answer again", lab.cli, lab.c(10), port)
    asker.answered("answer of another", lab.cli, lab.c(11), port)


@case(
    "bcast-x-strangers",
    SPLIT,
    "answers from another network, from another port, to another port",
    rules=SNMP,
    replay="local",
)
def strangers(lab):
    asker = Asker(lab)
    asker.ask("asked", lab.c(255), 161)
    asker.answered("from the other network", lab.srv, lab.s(10), 161)
    asker.answered("from another port", lab.cli, lab.c(10), 162)
    Udp(lab.cli, lab.c(10), 161).send("answer", lab.c(1), 45001)
    lab.snap("to another port")
    asker.answered("right", lab.cli, lab.c(10), 161)


@case(
    "bcast-x-destinations",
    SPLIT,
    "one host, everybody on any link, the other network's broadcast address: only a network's own counts",
    rules=SNMP,
    replay="local",
)
def destinations(lab):
    one = Asker(lab, 45001)
    one.ask("one host", lab.c(10), 161)
    one.answered("its answer", lab.cli, lab.c(10), 161)
    everybody = Asker(lab, 45002, b"cli")
    everybody.ask("limited broadcast", "255.255.255.255", 161)
    everybody.answered("answer to it", lab.cli, lab.c(10), 161)
    other = Asker(lab, 45003)
    other.ask("the other side's", lab.s(255), 161)
    other.answered("answer to that", lab.srv, lab.s(10), 161)


@case(
    "bcast-x-port",
    SPLIT,
    "the helper on another port: answers are expected from its own",
    rules=SNMP.replace("udp dport 161", "udp dport 1161"),
    replay="local",
)
def another_port(lab):
    asker = Asker(lab)
    asker.ask("asked", lab.c(255), 1161)
    asker.answered("from the asked port", lab.cli, lab.c(10), 1161)
    asker.answered("from the helper's port", lab.cli, lab.c(10), 161)


@case(
    "bcast-x-two",
    SPLIT,
    "two sockets ask, and one of them asks both networks",
    rules=SNMP,
    replay="local",
)
def two(lab):
    first, second = Asker(lab, 45001), Asker(lab, 45002)
    first.ask("first", lab.c(255), 161)
    second.ask("second", lab.c(255), 161)
    first.ask("first elsewhere", lab.s(255), 161)
    for asker, name in ((first, "first"), (second, "second")):
        asker.answered("answer to the " + name, lab.cli, lab.c(10), 161)
    first.answered("answer from elsewhere", lab.srv, lab.s(10), 161)


@case(
    "bcast-x-hooks",
    SPLIT,
    "counters at all hooks; the helper is assigned before the question leaves",
    rules=counted(0),
    replay="local",
)
@case(
    "bcast-x-hooks-late",
    SPLIT,
    "the helper is assigned when the question has passed the counters",
    rules=counted(10),
    replay="local",
)
def hooks(lab):
    asker = Asker(lab)
    asker.ask("asked", lab.c(255), 161)
    asker.answered("answer", lab.cli, lab.c(10), 161)
    asker.ask("asked one host", lab.c(11), 161)
