"""Messages changed at random places, always the same ones."""
import random

from cases_helpers.amanda import FW as AMANDA
from cases_helpers.amanda import HEAD, REQUEST
from cases_helpers.common import SPLIT, Datagrams, Stream, number_of
from cases_helpers.irc import FW as IRC
from cases_helpers.irc import offer
from cases_helpers.sane import FW as SANE
from cases_helpers.sane import OTHER, START, reply
from ctlab.case import case
from ctlab.rules import firewall, snat

IRC_TOKENS = (
    "PRIVMSG ", "privmsg ", " :", "\1DCC ", "\1", " ", "  ", "\r\n", "\n", "SEND ", "CHAT ", "MOVE ", "TSEND ", "SCHAT ",
    "0", "1", "65535", "%A", "%A 6000", ":", "f", "\t", "\0", "\xe9",
)  # fmt: skip
AMANDA_TOKENS = (
    "CONNECT ", "DATA ", "MESG ", "INDEX ", "STATE ", "\n", " ", "0", "00", "1", "12345", "65535", "65536", "x", "\0", "\r\n",
)  # fmt: skip


def mutate(draw, text, tokens, times):
    for _ in range(times):
        at = draw.randrange(len(text) + 1)
        size = draw.choice((0, 0, 1, 1, 2, 5))
        kind = draw.randrange(5)
        if kind == 0:
            text = text[:at] + text[at + size + 1 :]
        elif kind in (1, 2):
            text = text[:at] + draw.choice(tokens) + text[at + size :]
        elif kind == 3:
            other = draw.randrange(len(text) + 1)
            text = text[:at] + text[other : other + draw.choice((5, 20))] + text[at:]
        else:
            text = text[:at] + text[at : at + 8].swapcase() + text[at + 8 :]
    return text[: draw.randrange(len(text) + 1)] if draw.random() < 0.05 else text


@case("irc-x-mutations", SPLIT, "150 offers, mutated", rules=IRC, seed=1)
@case(
    "irc-x-mutations-nat",
    SPLIT,
    "the same through snat to a longer address",
    rules=firewall(["irc"], nat=snat("203.200.199.198")),
    seed=2,
)
@case(
    "irc-x-mutations-nat-short",
    SPLIT,
    "the same through snat to a shorter address",
    rules=firewall(["irc"], nat=snat("1.2.3.4")),
    seed=3,
)
def irc(lab, seed, count=150):
    draw = random.Random(seed)
    t = Stream(lab, 6667)
    for n in range(count):
        kinds = ("SEND", "CHAT", "MOVE", "TSEND", "SCHAT")
        text = "".join(
            offer("%A", 20000 + 10 * n + k, draw.choice(kinds)) for k in range(draw.randrange(1, 3))
        )
        text = mutate(draw, text, IRC_TOKENS, draw.randrange(1, 4)) or "x"
        t.up("%d" % n, text.replace("%A", str(number_of(lab.c(10)))))
        if n % 30 == 29:
            lab.snap("offers-%d" % n)


@case("amanda-x-mutations", SPLIT, "150 answers, mutated", rules=AMANDA, seed=4)
@case("amanda-x-mutations6", SPLIT, "the same over IPv6", rules=AMANDA, seed=5, v=6)
@case(
    "amanda-x-mutations-nat",
    SPLIT,
    "the same through snat",
    rules=firewall(["amanda"], nat=snat("10.2.0.199")),
    seed=6,
)
def amanda(lab, seed, v=4, count=150):
    draw = random.Random(seed)
    t = Datagrams(lab, 10080, v, 10123)
    t.up("request", REQUEST)
    t.down("ack", "x")
    lab.wait(2.1)
    for n in range(count):
        words = [
            "%s %05d" % (word, 1000 + 10 * n + k)
            for k, word in enumerate(("DATA", "MESG", "INDEX", "STATE"))
        ]
        if draw.random() < 0.3:
            draw.shuffle(words)
        text = HEAD + "CONNECT " + " ".join(words) + "\nOPTIONS INDEX 77\n"[: draw.choice((1, 18))]
        t.down("%d" % n, mutate(draw, text, AMANDA_TOKENS, draw.randrange(1, 4)))
        if n % 30 == 29:
            lab.snap("answers-%d" % n)


@case("sane-x-mutations", SPLIT, "200 messages in any order, mutated", rules=SANE, seed=7)
@case("sane-x-mutations6", SPLIT, "the same over IPv6", rules=SANE, seed=8, v=6)
def sane(lab, seed, v=4, count=200):
    draw = random.Random(seed)
    t = Stream(lab, 6566, v)
    for n in range(count):
        up = draw.random() < 0.5
        text = draw.choice((START, START, OTHER)) if up else reply(1000 + n)
        if draw.random() < 0.3:
            at = draw.randrange(len(text))
            new = bytes(draw.randrange(256) for _ in range(draw.randrange(3)))
            text = text[:at] + new + text[at + draw.randrange(3) :]
        (t.up if up else t.down)("%d" % n, text or b"x")
        if n % 40 == 39:
            lab.snap("messages-%d" % n)
