"""The GRE packets of calls, with and without NAT, and what ends them."""
from cases_pptp.common import (
    BEGIN, CALL, CLIENT, FW, PEER, QUIET, SERVER, SPLIT, Control, answers, calls, clear,
    connected, disconnected, echo, echoed, established, link_info, masq, masquerade, rings, show,
    stop, stopped, wan_error, firewall,
)  # fmt: skip
from ctlab.case import case
from ctlab.rules import dnat, snat
from scapy.layers.inet import IP
from scapy.packet import Raw

FAST = {"nf_conntrack_tcp_timeout_close": 1, "nf_conntrack_gre_timeout": 20}


def id_of(got):
    return int.from_bytes(got[12:14], "big")


def call(lab, control, call=CALL, peer=PEER):
    """An outgoing call; returns the client's id as the server knows it."""
    control.all(BEGIN)
    seen = id_of(control.say(CLIENT, calls(call), "call"))
    control.say(SERVER, connected(peer, seen), "connected")
    show(lab, "expected")
    return seen


def both_ways(lab, control, seen, peer=PEER, first=CLIENT, label=""):
    """Three packets each way."""
    for seq in range(3):
        for who in (first, CLIENT if first == SERVER else SERVER):
            control.gre(who, peer if who == CLIENT else seen, seq, label + "from " + who)
            if seq != 1:
                lab.snap("%sfrom %s %d" % (label, who, seq))


@case("pptp-x-flow", SPLIT, "the client's packets come first", rules=FW)
@case("pptp-x-flow-server", SPLIT, "the server's packets come first", rules=FW, first=SERVER)
@case("pptp-x-nat-flow", SPLIT, "behind NAT", rules=masq)
@case("pptp-x-nat-flow-server", SPLIT, "behind NAT, the server's first", rules=masq, first=SERVER)
@case(
    "pptp-x-flow-close",
    SPLIT,
    "the client clears, the server does not answer",
    rules=FW,
    end="clear",
)
@case("pptp-x-flow-stop", SPLIT, "the session is stopped", rules=FW, end="stop")
@case("pptp-x-nat-flow-clear", SPLIT, "the client clears behind NAT", rules=masq, end="clear")
def flow(lab, first=CLIENT, end="disconnect"):
    control = Control(lab)
    seen = call(lab, control)
    both_ways(lab, control, seen, first=first)
    control.say(CLIENT, link_info(PEER), "link info of the client")
    control.say(SERVER, link_info(seen), "link info of the server")
    control.say(SERVER, wan_error(seen), "wan error")
    control.say(CLIENT, echo(), "echo")
    control.say(SERVER, echoed(), "echoed")
    if end == "stop":
        control.say(CLIENT, stop(), "stop")
        control.say(SERVER, stopped(), "stopped")
    else:
        control.say(CLIENT, clear(), "clear")
    lab.snap("cleared")
    if end == "disconnect":
        control.say(SERVER, disconnected(), "disconnected")
    control.gre(SERVER, seen, 8, "late, from the server")
    control.gre(CLIENT, PEER, 9, "late, from the client")
    lab.snap("late")


@case("pptp-x-flow-odd", SPLIT, "packets that are none of the call's", rules=FW)
@case("pptp-x-nat-flow-odd", SPLIT, "the same behind NAT", rules=masq)
def odd(lab):
    control = Control(lab)
    control.gre(CLIENT, PEER, 0, "before the call")
    seen = call(lab, control)
    control.gre(CLIENT, PEER + 1, 0, "another id")
    control.gre(SERVER, seen + 1, 0, "another id of the server")
    control.gre(CLIENT, PEER, 0, "to another server", to=lab.s(11))
    source, target = control.c.addr, control.c.peer
    plain = bytes.fromhex("0000080045")
    lab.cli.send(IP(src=source, dst=target, proto=47) / Raw(plain))
    lab.cli.send(
        IP(src=source, dst=target, proto=47) / Raw(bytes.fromhex("3001080000032002") + b"abcdefg")
    )
    lab.cli.send(IP(src=source, dst=target, proto=47) / Raw(bytes.fromhex("3001880b0003")))
    lab.cli.send(
        IP(src=source, dst=target, proto=47) / Raw(bytes.fromhex("2081880b0000200200000001"))
    )
    lab.snap("odd ones")
    control.gre(SERVER, seen, 0, "from the server")
    control.gre(CLIENT, PEER, 1, "from the client")
    lab.snap("right ones")


@case("pptp-x-two-calls", SPLIT, "two calls on one control connection", rules=FW)
@case("pptp-x-nat-two-calls", SPLIT, "the same behind NAT", rules=masq)
def two_calls(lab):
    control = Control(lab)
    first = call(lab, control)
    both_ways(lab, control, first)
    second = id_of(control.say(CLIENT, calls(CALL + 1), "second call"))
    control.say(SERVER, connected(PEER + 1, second), "connected")
    show(lab, "second expected")
    control.gre(CLIENT, PEER + 1, 0, "of the second, from the client")
    control.gre(SERVER, second, 0, "of the second, from the server")
    control.gre(SERVER, first, 9, "of the first")
    lab.snap("both")
    control.say(SERVER, disconnected(PEER), "disconnected")
    lab.snap("disconnected")
    control.gre(SERVER, first, 9, "of the first, late")
    third = id_of(control.say(CLIENT, calls(CALL + 2), "third call"))
    control.say(SERVER, connected(PEER + 2, third), "connected")
    show(lab, "third expected")
    both_ways(lab, control, third, PEER + 2, label="third ")


@case("pptp-x-recall", SPLIT, "the reply is repeated, with other ids, while packets flow", rules=FW)
@case("pptp-x-nat-recall", SPLIT, "the same behind NAT", rules=masq)
def recall(lab):
    control = Control(lab)
    seen = call(lab, control)
    control.gre(CLIENT, PEER, 0, "from the client")
    control.say(SERVER, connected(PEER, seen), "said again")
    show(lab, "said again")
    control.gre(SERVER, seen, 1, "from the server")
    control.gre(CLIENT, PEER, 1, "from the client")
    control.say(SERVER, connected(PEER + 1, seen), "another id")
    show(lab, "another id")
    control.gre(CLIENT, PEER + 1, 0, "to the other id")
    control.gre(SERVER, seen, 2, "from the server")
    lab.snap("end of it")


@case(
    "pptp-x-master-reset",
    SPLIT,
    "the control connection is reset, and its time runs out",
    rules=FW,
    sysctl=FAST,
)
@case("pptp-x-nat-master-reset", SPLIT, "the same behind NAT", rules=masq, sysctl=FAST)
@case(
    "pptp-x-master-reset-early",
    SPLIT,
    "the same before any packet of the call",
    rules=FW,
    sysctl=FAST,
    early=True,
)
@case(
    "pptp-x-nat-master-reset-early",
    SPLIT,
    "the same behind NAT",
    rules=masq,
    sysctl=FAST,
    early=True,
)
def master_reset(lab, early=False):
    control = Control(lab)
    seen = call(lab, control)
    if not early:
        both_ways(lab, control, seen)
    control.c.rst()
    control.s.recv()
    lab.snap("reset")
    lab.wait(1.5)
    lab.snap("run out")
    control.gre(SERVER, seen, 9, "late, from the server")
    control.gre(CLIENT, PEER, 9, "late, from the client")
    lab.snap("late")


@case("pptp-x-in-flow", SPLIT, "an incoming call", rules=FW)
@case("pptp-x-nat-in-flow", SPLIT, "an incoming call behind NAT", rules=masq)
def incoming(lab):
    control = Control(lab)
    control.all(BEGIN)
    control.say(SERVER, rings(), "rings")
    seen = id_of(control.say(CLIENT, answers(), "answers"))
    control.say(SERVER, established(seen), "established")
    show(lab, "expected")
    both_ways(lab, control, seen)
    control.say(SERVER, disconnected(), "disconnected")
    lab.snap("disconnected")


@case(
    "pptp-x-nat-two",
    SPLIT,
    "two clients with one call id behind one address, one server",
    rules=masq,
)
@case(
    "pptp-x-nat-two-servers",
    SPLIT,
    "two clients with one port and call id, two servers",
    rules=masq,
    ports=(47000, 47000),
    servers=(10, 11),
)
@case(
    "pptp-x-nat-two-snat",
    SPLIT,
    "two clients, snat to two ports",
    rules=lambda lab: firewall(
        ["pptp"],
        nat=snat(lab.s(60), ports=":50000-50001").replace("oifname", "ip protocol tcp oifname"),
    )
    + QUIET,
    ports=(47000, 50000),
)
def two_clients(lab, ports=(47000, 47001), servers=(10, 10)):
    one = Control(lab, ports[0], 10, servers[0])
    two = Control(lab, ports[1], 11, servers[1])
    seen = [call(lab, control) for control in (one, two)]
    for number in (0, 1):
        for seq in range(2):
            for who in (CLIENT, SERVER):
                control = (one, two)[number]
                control.gre(
                    who, PEER if who == CLIENT else seen[number], seq, "%d from %s" % (number, who)
                )
    lab.snap("flowing")
    one.say(SERVER, disconnected(), "first disconnected")
    lab.snap("disconnected")
    two.gre(CLIENT, PEER, 5, "the second goes on")
    two.gre(SERVER, seen[1], 5, "the second goes on")
    lab.snap("end of it")


def published(lab):
    return firewall(["pptp"], nat=dnat("ip daddr %s tcp dport 1723" % lab.s(77), lab.s(10))) + QUIET


def both(lab):
    return firewall(
        ["pptp"],
        nat=dnat("ip daddr %s tcp dport 1723" % lab.s(77), lab.s(10))
        + "\n"
        + masquerade().replace("table ip nat", "table ip nat2"),
    )


@case("pptp-x-dnat", SPLIT, "the server is published under another address", rules=published)
@case(
    "pptp-x-dnat-server",
    SPLIT,
    "the same, the server's packets first",
    rules=published,
    first=SERVER,
)
@case("pptp-x-dnat-masq", SPLIT, "both ends are translated", rules=both)
@case(
    "pptp-x-dnat-masq-server",
    SPLIT,
    "the same, the server's packets first",
    rules=both,
    first=SERVER,
)
def server_behind(lab, first=CLIENT):
    control = Control(lab, dial=lab.s(77))
    seen = call(lab, control)
    both_ways(lab, control, seen, first=first)
    control.say(CLIENT, clear(), "clear")
    control.say(SERVER, disconnected(), "disconnected")
    lab.snap("disconnected")


@case("pptp-x-taken", SPLIT, "the call's ids are those of a connection that is there", rules=masq)
def taken(lab):
    control = Control(lab)
    # Enhanced GRE of nobody's call: key 0 from the client.
    seen = call(lab, control, CALL, 0)
    control.gre(CLIENT, 0, 0, "from the client")
    other = Control(lab, 47001, 11)
    known = call(lab, other, 0, 0)
    other.gre(CLIENT, 0, 0, "from the other")
    other.gre(SERVER, known, 0, "to the other")
    control.gre(SERVER, seen, 0, "to the first")
    lab.snap("end of it")


@case(
    "pptp-x-nat-ids",
    SPLIT,
    "the server's packet comes first, with call ids that are 0, equal, or the public port",
    rules=masq,
)
def special_ids(lab):
    ids = ((CALL, 0), (0, PEER), (0, 0), (7, 7), (47004, 47004), (7, 47005), (47006, 7))
    for number, (own, peer) in enumerate(ids):
        host = 10 + number
        control = Control(lab, 47000 + number, host, host)
        control.all(BEGIN)
        seen = id_of(control.say(CLIENT, calls(own), "call"))
        control.say(SERVER, connected(peer, seen), "connected")
        control.gre(SERVER, seen, 0, "from the server")
        show(lab, "ids %#x %#x" % (own, peer), host=control.c.addr)
        control.gre(CLIENT, peer, 0, "from the client")
    lab.snap("end of it")
