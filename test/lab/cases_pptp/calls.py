"""Which messages open doors for a call, and which close them."""
import random

from cases_pptp.common import (
    BEGIN, CALL, CALLED, CLIENT, FW, PEER, RUNG, SERVER, SPLIT, Control, answers, calls, clear,
    connected, disconnected, echo, echoed, established, link_info, masq, rings, show, start,
    started, stop, stopped, wan_error,
)  # fmt: skip
from ctlab.case import case
from ctlab.peer import Tcp, handshake

# What is reset stays: when it would go, the kernel's collector decides.
PATIENT = {"nf_conntrack_tcp_timeout_close": 600}

OPEN = ((CLIENT, calls()), (SERVER, connected()))

SESSIONS = (
    ("no session", OPEN),
    ("not answered", ((CLIENT, start()),) + OPEN),
    ("refused", ((CLIENT, start()), (SERVER, started(2))) + OPEN),
    ("result 0", ((CLIENT, start()), (SERVER, started(0))) + OPEN),
    ("answer alone", ((SERVER, started()),) + OPEN),
    ("answer first", ((SERVER, started()), (CLIENT, start())) + OPEN),
    ("refused later", BEGIN + ((SERVER, started(2)),) + OPEN),
    ("granted later", ((CLIENT, start()), (SERVER, started(2)), (SERVER, started())) + OPEN),
    ("asked twice", BEGIN + ((CLIENT, start()),) + OPEN),
    ("refused and asked", ((CLIENT, start()), (SERVER, started(2)), (CLIENT, start())) + OPEN),
    ("swapped", ((SERVER, start()), (CLIENT, started())) + OPEN),
    ("stopping", BEGIN + ((CLIENT, stop()),) + OPEN),
    ("stopped", BEGIN + ((CLIENT, stop()), (SERVER, stopped())) + OPEN),
    ("not stopped", BEGIN + ((CLIENT, stop()), (SERVER, stopped(2))) + OPEN),
    ("again", BEGIN + ((CLIENT, stop()), (SERVER, stopped())) + BEGIN + OPEN),
    ("not stopped, again", BEGIN + ((CLIENT, stop()), (SERVER, stopped(2))) + BEGIN + OPEN),
    ("stopped unasked", BEGIN + ((SERVER, stopped()),) + OPEN),
    ("server stops", BEGIN + ((SERVER, stop()), (CLIENT, stopped())) + OPEN),
    ("stop a call", CALLED + ((CLIENT, stop()), (SERVER, stopped()))),
)

CALLS = (
    ("connected", OPEN),
    ("unasked", ((SERVER, connected()),)),
    ("wrong peer", ((CLIENT, calls()), (SERVER, connected(peer=CALL + 1)))),
    ("right after wrong", ((CLIENT, calls()), (SERVER, connected(peer=9)), (SERVER, connected()))),
    *(
        ("result %d" % result, ((CLIENT, calls()), (SERVER, connected(result=result))))
        for result in (0, 2, 3, 4, 5, 6, 7, 255)
    ),
    ("granted later", ((CLIENT, calls()), (SERVER, connected(result=2)), (SERVER, connected()))),
    ("refused later", OPEN + ((SERVER, connected(result=2)),)),
    ("twice", OPEN + ((SERVER, connected()),)),
    ("another id", OPEN + ((SERVER, connected(PEER + 1)),)),
    ("asked twice", ((CLIENT, calls()),) + OPEN),
    ("the first of two", ((CLIENT, calls()), (CLIENT, calls(CALL + 1)), (SERVER, connected()))),
    (
        "the second of two",
        ((CLIENT, calls()), (CLIENT, calls(CALL + 1)), (SERVER, connected(peer=CALL + 1))),
    ),
    ("two", OPEN + ((CLIENT, calls(CALL + 1)), (SERVER, connected(PEER + 1, CALL + 1)))),
    ("the same again", OPEN + OPEN),
    ("same server id", OPEN + ((CLIENT, calls(CALL + 1)), (SERVER, connected(PEER, CALL + 1)))),
    ("same client id", OPEN + ((CLIENT, calls()), (SERVER, connected(PEER + 1)))),
    ("cleared", OPEN + ((CLIENT, clear()),)),
    ("cleared at once", ((CLIENT, calls()), (CLIENT, clear()), (SERVER, connected()))),
    ("disconnected", OPEN + ((SERVER, disconnected()),)),
    ("wrong id disconnected", OPEN + ((SERVER, disconnected(1)),)),
    ("disconnected at once", ((CLIENT, calls()), (SERVER, disconnected()), (SERVER, connected()))),
    ("client disconnects", OPEN + ((CLIENT, disconnected()),)),
    ("server clears", OPEN + ((SERVER, clear()),)),
    ("and called again", OPEN + ((SERVER, disconnected()),) + OPEN),
    ("zero", ((CLIENT, calls(0)), (SERVER, connected(0, 0)))),
    ("same numbers", ((CLIENT, calls(7)), (SERVER, connected(7, 7)))),
    ("server calls", ((SERVER, calls()), (CLIENT, connected()))),
)

INCOMING = (
    ("established", RUNG[2:]),
    ("not answered", ((SERVER, rings()), (SERVER, established()))),
    ("not rung", ((CLIENT, answers()), (SERVER, established()))),
    ("wrong answer", ((SERVER, rings()), (CLIENT, answers(peer=1)), (SERVER, established()))),
    *(
        (
            "answer %d" % result,
            ((SERVER, rings()), (CLIENT, answers(result=result)), (SERVER, established())),
        )
        for result in (0, 2, 3)
    ),
    ("wrong peer", ((SERVER, rings()), (CLIENT, answers()), (SERVER, established(1)))),
    ("established twice", RUNG[2:] + ((SERVER, established()),)),
    ("answered twice", RUNG[2:4] + ((CLIENT, answers(CALL + 1)), (SERVER, established(CALL + 1)))),
    ("answered after", RUNG[2:] + ((CLIENT, answers(CALL + 1)),)),
    ("rung twice", ((SERVER, rings(1)),) + RUNG[2:]),
    ("rung again", RUNG[2:] + ((SERVER, rings(PEER + 1)), (SERVER, established()))),
    ("client rings", ((CLIENT, rings()), (SERVER, answers()), (CLIENT, established()))),
    ("connected as outgoing", ((SERVER, rings()), (CLIENT, answers()), (SERVER, connected()))),
    ("established as incoming", ((CLIENT, calls()), (SERVER, established()))),
    ("out, then established", OPEN + ((SERVER, established()),)),
    ("disconnected", RUNG[2:] + ((SERVER, disconnected()),)),
    ("out and in", OPEN + RUNG[2:]),
)


@case(
    "pptp-x-sessions", SPLIT, "calls in sessions that were begun otherwise", rules=FW, rows=SESSIONS
)
@case("pptp-x-calls", SPLIT, "outgoing calls", rules=FW, rows=CALLS, before=BEGIN)
@case("pptp-x-incoming", SPLIT, "incoming calls", rules=FW, rows=INCOMING, before=BEGIN)
@case("pptp-x-nat-sessions", SPLIT, "the same behind NAT", rules=masq, rows=SESSIONS)
@case("pptp-x-nat-calls", SPLIT, "the same behind NAT", rules=masq, rows=CALLS, before=BEGIN)
@case("pptp-x-nat-incoming", SPLIT, "the same behind NAT", rules=masq, rows=INCOMING, before=BEGIN)
def rows_of(lab, rows, before=()):
    """Each row has two hosts of its own; the server tells the client's ids as it saw them."""
    for number, (label, messages) in enumerate(rows):
        lab.step(label)
        control = Control(lab, 47000 + number, 10 + number, 10 + number)
        control.all(before)
        seen = {}
        for who, message in messages:
            kind = message[9]
            if who == SERVER and kind in (8, 11, 14):
                at = 14 if kind == 8 else 12
                own = message[at : at + 2]
                message = message[:at] + seen.get(own, own) + message[at + 2 :]
            got = control.say(who, message, label)
            if got is not None and who == CLIENT and kind in (7, 10):
                seen[message[12:14]] = got[12:14]
        show(lab, label, snap=False, host=control.c.addr)
    lab.snap("all")


KINDS = {
    "start": (CALLED, 0), "started": (CALLED, 1), "calls": (CALLED, 2), "connected": (CALLED, 3),
    "rings": (RUNG, 2), "answers": (RUNG, 3), "established": (RUNG, 4),
    "disconnected": (CALLED + ((SERVER, disconnected()),), 4),
    "stop": (BEGIN + ((CLIENT, stop()), (CLIENT, calls()), (SERVER, connected())), 2),
}  # fmt: skip


@case(
    "pptp-x-lengths",
    SPLIT,
    "each message without its last byte, the rest of it coming later",
    rules=FW,
)
def lengths(lab):
    host = 10
    for name, (messages, index) in KINDS.items():
        for missing in (1, 4):
            control = Control(lab, 47000, host, host)
            host += 1
            control.all(messages[:index])
            who, message = messages[index]
            control.say(who, message[:-missing])
            control.say(who, message[-missing:])
            control.all(messages[index + 1 :])
            show(lab, "%s without %d" % (name, missing), snap=False, host=control.c.addr)
    lab.snap("all")


def changed(message, at, text):
    return message[:at] + text + message[at + len(text) :]


@case(
    "pptp-x-forms", SPLIT, "odd headers; several messages in a segment, and parts of one", rules=FW
)
def forms(lab):
    reply = connected()
    rows = {
        "length 0": ((SERVER, changed(reply, 0, b"\0\0")),),
        "length too long": ((SERVER, changed(reply, 0, b"\1\0")),),
        "management message": ((SERVER, changed(reply, 2, b"\0\2")),),
        "wrong cookie": ((SERVER, changed(reply, 4, b"\x1a\x2b\x3c\x4e")),),
        "reserved": ((SERVER, changed(reply, 10, b"\xff\xff")),),
        "kind 0x108": ((SERVER, changed(reply, 8, b"\1\x08")),),
        "bytes behind it": ((SERVER, reply + b"more"),),
        "bytes before it": ((SERVER, b"more" + reply),),
        "second in the segment": ((SERVER, echo() + reply),),
        "first in the segment": ((SERVER, reply + echo()),),
        "connected and disconnected": ((SERVER, reply + disconnected()),),
        "split": ((SERVER, reply[:20]), (SERVER, reply[20:])),
        "split behind another": ((SERVER, echo() + reply[:20]), (SERVER, reply[20:])),
        "header alone": ((SERVER, reply[:12]), (SERVER, reply[12:]), (SERVER, reply)),
        "one byte": ((SERVER, reply[:1]), (SERVER, reply[1:])),
    }
    for number, (label, messages) in enumerate(rows.items()):
        control = Control(lab, 47000, 10 + number)
        control.all(CALLED[:3] + messages)
        show(lab, label, snap=False, host=control.c.addr)
    for number, kind in enumerate((0, 16, 255, 0x0700)):
        control = Control(lab, 47000, 40 + number)
        control.say(CLIENT, changed(start(), 8, bytes((kind >> 8, kind & 255))))
        control.all(CALLED[1:])
        show(lab, "kind %#x" % kind, snap=False, host=control.c.addr)
    both = Control(lab, 47000, 50)
    both.say(CLIENT, start() + calls())
    both.say(SERVER, started() + connected())
    show(lab, "all in two segments", snap=False, host=both.c.addr)
    lab.snap("all")


@case(
    "pptp-x-random",
    SPLIT,
    "forty sessions with accidents drawn at random",
    rules=FW,
    sysctl=PATIENT,
    seed=1,
)
@case("pptp-x-random-nat", SPLIT, "the same behind NAT", rules=masq, sysctl=PATIENT, seed=2)
@case("pptp-x-random-more", SPLIT, "other draws", rules=FW, sysctl=PATIENT, seed=3)
@case("pptp-x-random-nat-more", SPLIT, "other draws behind NAT", rules=masq, sysctl=PATIENT, seed=4)
def drawn(lab, seed):
    """Sound sessions, of which messages are lost, repeated, exchanged or changed."""
    draw = random.Random(seed)
    ids = (CALL, PEER, 7)
    scripts = (
        OPEN, OPEN, RUNG[2:], RUNG[2:], ((SERVER, disconnected()),), ((CLIENT, clear()),),
        ((SERVER, wan_error()), (SERVER, link_info(CALL)), (CLIENT, link_info(PEER))),
        ((CLIENT, echo()), (SERVER, echoed())), ((CLIENT, stop()), (SERVER, stopped())), BEGIN,
    )  # fmt: skip
    for number in range(40):
        control = Control(lab, 47000 + number, 10 + number, 10 + number)
        messages = list(BEGIN)
        for _ in range(draw.randrange(1, 6)):
            messages += draw.choice(scripts)
        for place in range(len(messages) - 1, 0, -1):
            chance = draw.random()
            if chance < 0.05:
                del messages[place]
            elif chance < 0.1:
                messages.insert(place, messages[place])
            elif chance < 0.15:
                messages[place - 1 : place + 1] = messages[place], messages[place - 1]
            elif chance < 0.25:
                who, message = messages[place]
                at = draw.choice((12, 14, 16)) + (0, 1)[draw.random() < 0.3]
                messages[place] = who, changed(message, at, draw.choice(ids).to_bytes(2, "big"))
            elif chance < 0.27:
                who, message = messages[place]
                messages[place] = who, message[: draw.randrange(1, len(message))]
        seen = CALL
        for who, message in messages:
            kind = message[9] if len(message) > 16 else 0
            if who == SERVER and kind in (8, 11, 14, 15):
                at = 14 if kind == 8 else 12
                if message[at : at + 2] == CALL.to_bytes(2, "big"):
                    message = changed(message, at, seen.to_bytes(2, "big"))
            got = control.say(who, message)
            if got and who == CLIENT and kind in (7, 10):
                seen = int.from_bytes(got[12:14], "big")
            if draw.random() < 0.15:
                sender = draw.choice((CLIENT, SERVER))
                control.gre(sender, PEER if sender == CLIENT else seen)
        if draw.random() < 0.5:
            control.c.rst()
            control.s.recv(0.1, need=False)
    show(lab, "all")


@case(
    "pptp-x-v6",
    SPLIT,
    "over IPv6, where nobody has a helper",
    rules=FW.replace("tcp dport 1723 ct helper", "ip version 4 tcp dport 1723 ct helper"),
)
def version6(lab):
    c = Tcp(lab.cli, lab.c(10, 6), 47000, lab.s(10, 6), 1723)
    s = Tcp(lab.srv, lab.s(10, 6), 1723)
    handshake(c, s)
    for who, message in CALLED:
        sender, receiver = (c, s) if who == CLIENT else (s, c)
        sender.data(message)
        receiver.recv()
        receiver.ack_()
        sender.recv()
    show(lab, "all")
