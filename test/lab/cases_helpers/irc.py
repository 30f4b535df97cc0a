"""IRC's DCC offers: spellings, addresses, ports, several in a segment, NAT, limits."""
from cases_helpers.common import SPLIT, Stream, number_of
from ctlab.case import case
from ctlab.peer import Tcp, handshake
from ctlab.rules import dnat, firewall, snat

FW = firewall(["irc"])
LONG = firewall(["irc"], nat=snat("203.200.199.198"))  # ten digits, as many as there can be
SHORT = firewall(["irc"], nat=snat("1.2.3.4"))  # eight digits


def offer(address, port, verb="SEND", rest="f", tail=" 100\1\r\n", head="PRIVMSG bob :\1DCC "):
    return "%s%s %s %s %s%s" % (head, verb, rest, address, port, tail)


FORMS = (
    ("SEND", offer("%A", "%p")),
    ("CHAT", offer("%A", "%p", "CHAT", "chat", "\1\r\n")),
    ("MOVE", offer("%A", "%p", "MOVE", "m")),
    ("TSEND", offer("%A", "%p", "TSEND")),
    ("SCHAT", offer("%A", "%p", "SCHAT", "chat", "\1\r\n")),
    ("RESUME", offer("%A", "%p", "RESUME")),
    ("ACCEPT", offer("%A", "%p", "ACCEPT")),
    ("lower case verb", offer("%A", "%p", "send")),
    ("longer verb", offer("%A", "%p", "SENDX")),
    ("verb without a blank", offer("%A", "%p", "SEND", "").replace("SEND  ", "SEND")),
    ("no argument", offer("%A", "%p").replace("SEND f ", "SEND ")),
    ("lower case privmsg", offer("%A", "%p", head="privmsg bob :\1DCC ")),
    ("mixed case privmsg", offer("%A", "%p", head="PrivMsg bob :\1DCC ")),
    ("NOTICE", offer("%A", "%p", head="NOTICE bob :\1DCC ")),
    ("nothing before", offer("%A", "%p", head="\1DCC ")),
    ("nothing but padding before", offer("%A", "%p", head=" " * 30 + "\1DCC ")),
    ("PRIVMSG alone", offer("%A", "%p", head="PRIVMSG \1DCC ")),
    ("PRIVMSG without a blank", offer("%A", "%p", head="PRIVMSG\1DCC ")),
    ("PRIVMSG tab", offer("%A", "%p", head="PRIVMSG\tbob :\1DCC ")),
    ("no colon", offer("%A", "%p", head="PRIVMSG bob \1DCC ")),
    ("prefix", offer("%A", "%p", head=":alice!a@h PRIVMSG bob :\1DCC ")),
    ("letters before PRIVMSG", offer("%A", "%p", head="XPRIVMSG bob :\1DCC ")),
    ("text before the mark", offer("%A", "%p", head="PRIVMSG bob :take this \1DCC ")),
    ("line between", offer("%A", "%p", head="PRIVMSG bob :hi\r\nPRIVMSG eve :\1DCC ")),
    ("mark in the next line", offer("%A", "%p", head="PRIVMSG bob :hi\r\nNOTICE eve :\1DCC ")),
    ("no mark", offer("%A", "%p", head="PRIVMSG bob :DCC ")),
    ("lower case dcc", offer("%A", "%p", head="PRIVMSG bob :\1dcc ")),
    ("two blanks behind dcc", offer("%A", "%p", head="PRIVMSG bob :\1DCC  ")),
    ("two marks", offer("%A", "%p", head="PRIVMSG bob :\1\1DCC ")),
    ("other mark before", offer("%A", "%p", head="PRIVMSG bob :\1PING\1 \1DCC ")),
    ("dcc twice", offer("%A", "%p", head="PRIVMSG bob :\1DCC \1DCC ")),
    ("other dcc before", offer("%A", "%p", head="PRIVMSG bob :\1DCC RESUME x\1 \1DCC ")),
    ("broken offer before", offer("%A", "%p", head="PRIVMSG bob :\1DCC SEND x y z\1 \1DCC ")),
    ("broken line before", offer("%A", "%p", head="PRIVMSG bob :\1DCC SEND x y z\1\r\nPRIVMSG bob :\1DCC ")),
    ("no end mark", offer("%A", "%p", tail=" 100\r\n")),
    ("no line end", offer("%A", "%p", tail=" 100\1")),
    ("line feed alone", offer("%A", "%p", tail=" 100\1\n")),
    ("carriage return alone", offer("%A", "%p", tail=" 100\1\r")),
    ("no size", offer("%A", "%p", tail="\1\r\n")),
    ("no size, line feed", offer("%A", "%p", tail="\1\n")),
    ("no size, no mark", offer("%A", "%p", tail="\n")),
    ("port ends the text", offer("%A", "%p", tail="")),
    ("port ends the longer text", offer("%A", "%p", rest="a-name-as-long-as-that", tail="")),
    ("letter behind the port", offer("%A", "%p", tail="x\1\r\n")),
    ("zero byte behind the port", offer("%A", "%p", tail="\0\1\r\n")),
    ("long tail", offer("%A", "%p", tail=" 100 more words than that\1\r\n")),
    ("name of two words", offer("%A", "%p", rest="my file")),
    ("name in quotes", offer("%A", "%p", rest='"my file"')),
    ("name of digits", offer("%A", "%p", rest="12345")),
    ("name with a tab", offer("%A", "%p", rest="my\tfile")),
    ("two blanks before the address", offer(" %A", "%p")),
    ("two blanks before the port", offer("%A", " %p")),
    ("tab before the address", offer("%A", "%p").replace("f %A", "f\t%A")),
    ("tab before the port", offer("%A", "%p").replace("%A %p", "%A\t%p")),
    ("comma before the port", offer("%A", "%p").replace("%A %p", "%A,%p")),
    ("line end before the address", offer("%A", "%p").replace("f %A", "f\r\n%A")),
    ("line end within the name", offer("%A", "%p", rest="f\n")),
    ("no address", offer("", "%p")),
    ("dotted address", offer("%D", "%p")),
    ("address of zeros", offer("0", "%p")),
    ("leading zeros", offer("000%A", "%p")),
    ("many leading zeros", offer("0" * 20 + "%A", "%p")),
    ("address that wraps", offer("%W", "%p")),
    ("address that wraps 64 bits", offer("%X", "%p")),
    ("hexadecimal address", offer("0x%H", "%p")),
    ("plus", offer("+%A", "%p")),
    ("minus", offer("-%A", "%p")),
    ("address of another", offer("%O", "%p")),
    ("the server's address", offer("%S", "%p")),
    ("port 0", offer("%A", "0")),
    ("port 1", offer("%A", "1")),
    ("port 65535", offer("%A", "65535")),
    ("port 65536", offer("%A", "65536")),
    ("port 65537", offer("%A", "65537")),
    ("port 4294967296", offer("%A", "4294967296")),
    ("port 4294972296", offer("%A", "4294972296")),
    ("port 18446744073709556616", offer("%A", "18446744073709556616")),
    ("port with zeros", offer("%A", "0000000%p")),
    ("port of letters", offer("%A", "port")),
    ("hexadecimal port", offer("%A", "0x1234")),
    ("minus port", offer("%A", "-1")),
    ("no port", offer("%A", "")),
    ("two offers in a line", offer("%A", "%p", tail=" 100\1") + "\1DCC SEND g %A %q 9\1\r\n"),
    ("two lines", offer("%A", "%p") + offer("%A", "%q", rest="g")),
    ("forged, then good", offer("%O", "%p") + offer("%A", "%q", rest="g")),
    ("port 0, then good", offer("%A", "0") + offer("%A", "%q", rest="g")),
    ("other verb, then good", offer("%A", "%p", "GET") + offer("%A", "%q", rest="g")),
    ("blanks behind", offer("%A", "%p", tail="    \1\r\n")),
    ("colour codes", offer("%A", "%p", head="PRIVMSG bob :\x03\x34\1DCC ")),
    ("high letters", offer("%A", "%p", head="PRIVMSG b\xf6b :\1DCC ", rest="\xe4\xf6")),
    ("empty line before", "\r\n" + offer("%A", "%p")),
    ("zero bytes before", "\0\0\0" + offer("%A", "%p")),
)  # fmt: skip


def fill(text, lab, n, public=None):
    address, other = number_of(lab.c(10)), number_of(lab.c(77))
    for key, value in (
        ("%A", address),
        ("%O", other),
        ("%S", number_of(lab.s(10))),
        ("%D", lab.c(10)),
        ("%H", "%x" % address),
        ("%W", address + (1 << 32)),
        ("%X", address + (1 << 64)),
        ("%P", public and number_of(public)),
        ("%p", 5000 + 2 * n),
        ("%q", 5001 + 2 * n),
    ):
        text = text.replace(key, str(value))
    return text


@case("irc-x-forms", SPLIT, "spellings of an offer", rules=FW)
@case("irc-x-forms-nat-long", SPLIT, "the same through snat to a longer address", rules=LONG)
@case("irc-x-forms-nat-short", SPLIT, "the same through snat to a shorter address", rules=SHORT)
def forms(lab):
    t = Stream(lab, 6667)
    t.up("hello", "NICK a\r\n")
    t.down("welcome", ":irc 001 a :hi\r\n")
    for n, (label, text) in enumerate(FORMS):
        t.up(label, fill(text, lab, n))
        if n % 10 == 9:
            lab.snap("form-%d" % n)


@case("irc-x-length", SPLIT, "the shortest offers, cut byte by byte", rules=FW)
@case("irc-x-length-nat", SPLIT, "the same through snat", rules=SHORT)
def length(lab):
    t = Stream(lab, 6667)
    n = 0
    for port, tail in (
        ("1", "\n"),
        ("22", "\n"),
        ("333", "\n"),
        ("1", "\1\n"),
        ("22", "\1\n"),
        ("4", "\1\r\n"),
    ):
        for verb, rest in (("SEND", "f"), ("CHAT", ""), ("SCHAT", "c"), ("TSEND", "long-name")):
            for head in ("PRIVMSG b :\1DCC ", "PRIVMSG  :\1DCC "):
                text = offer("%A", port, verb, rest, tail, head)
                t.up("%s %s %r %r" % (verb, port, tail, head), fill(text, lab, n))
    whole = fill(offer("%A", "7777", rest="name", tail=" 1\1\r\n"), lab, n)
    lab.snap("short")
    for size in range(len(whole), 0, -1):
        t.up("%d bytes" % size, whole[:size])
    for size in range(len(whole) - 4):
        t.up("%d bytes, line feed" % size, whole[:size] + "\n")
    for word in ("a" * 30, "b" * 300, "c" * 1200):
        t.up("word of %d" % len(word), offer(number_of(lab.c(10)), 8000 + len(word), rest=word))


@case(
    "irc-x-large",
    SPLIT,
    "offers far behind in large segments",
    rules=FW,
    mtu={"cli": 9000, "srv": 9000},
)
@case(
    "irc-x-large-nat", SPLIT, "the same through snat", rules=SHORT, mtu={"cli": 9000, "srv": 9000}
)
def large(lab):
    t = Stream(lab, 6667)
    n = 0
    for total in (4000, 4060, 4090, 4094, 4095, 4096, 4097, 4100, 4200, 8000):
        text = offer("%A", "%p", rest="x", tail=" 1\1\r\n")
        for where in ("name", "nick", "blanks", "tail"):
            n += 1
            line = fill(text, lab, n)
            fat = "y" * (total - len(line))
            if where == "name":
                line = line.replace(" x ", " x%s " % fat)
            elif where == "nick":
                line = line.replace("bob", "bob" + fat)
            elif where == "blanks":
                line = " " * len(fat) + line
            else:
                line = line.replace(" 1\1", " 1%s\1" % fat)
            t.up("%d bytes, %s" % (total, where), line)
        lab.snap("size-%d" % total)


@case(
    "irc-x-large-front",
    SPLIT,
    "offers in front of large segments",
    rules=SHORT,
    mtu={"cli": 9000, "srv": 9000},
)
def large_front(lab):
    t = Stream(lab, 6667)
    for n, total in enumerate((4094, 4095, 4096, 4097, 8000)):
        line = offer(number_of(lab.c(10)), 5000 + n)
        t.up("%d bytes" % total, line + "z" * (total - len(line)))
        t.up("%d bytes, lines" % total, (line * 200)[: total - 1] + "\n")
    lab.snap("all")


@case("irc-x-segments", SPLIT, "offers in pieces, again, with FIN, from the server", rules=FW)
@case("irc-x-segments-nat-long", SPLIT, "the same through snat to a longer address", rules=LONG)
@case("irc-x-segments-nat-short", SPLIT, "the same through snat to a shorter address", rules=SHORT)
def segments(lab):
    t = Stream(lab, 6667)
    a = number_of(lab.c(10))
    line = offer(a, 5100)
    t.down("offer from the server", offer(number_of(lab.s(10)), 5099))
    t.down("offer of the client from the server", offer(a, 5099))
    t.up("first half", line[:20])
    t.up("second half", line[20:])
    t.up("but the line feed", line[:-1])
    t.up("the line feed", line[-1:])
    lab.snap("pieces")
    at = t.c.seq
    t.up("offer", offer(a, 5101))
    t.up("again", offer(a, 5101), seq=at, advance=False)
    lab.snap("again")
    t.up("other words", "PRIVMSG bob :thanks\r\n")
    t.up("again, later", offer(a, 5101), seq=at, advance=False)
    t.up("another port in its place", offer(a, 5102), seq=at, advance=False)
    lab.snap("later")
    t.up("next", offer(a, 5103))
    t.down("words", ":bob PRIVMSG alice :hi\r\n")
    at = t.s.seq
    t.c.put("FPA", offer(a, 5104).encode("latin-1"))
    got = t.s.recv(0.06, need=False)
    t.note("with FIN", b"", got and bytes(got["TCP"].payload))
    lab.snap("fin")


@case("irc-x-dcc", SPLIT, "who may connect: anybody, once", rules=FW)
@case("irc-x-dcc-nat", SPLIT, "the same through snat", rules=LONG)
@case(
    "irc-x-dcc-masq",
    SPLIT,
    "the same through snat to an address of the net",
    rules=firewall(["irc"], nat=snat("10.2.0.199")),
)
@case(
    "irc-x-dcc-dnat",
    SPLIT,
    "the same through dnat",
    rules=firewall(["irc"], nat=dnat('iifname "cli" tcp dport 6667', "10.2.0.77")),
    shost=77,
    dial=10,
)
def dcc(lab, shost=10, dial=None):
    t = Stream(lab, 6667, shost=shost, dial=dial)
    a = number_of(lab.c(10))
    public = t.s.peer
    for n, host in enumerate((44, shost, 45)):
        t.up("offer %d" % n, offer(a, 5200 + n))
        for again in range(2):
            ds = Tcp(lab.srv, lab.s(host), 3000 + again, public, 5200 + n, isn=70000)
            dc = Tcp(lab.cli, t.c.addr, 5200 + n, isn=8)
            ds.syn()
            got = dc.recv(0.06, need=False, learn=True)
            lab.note("%d, %d: %s" % (n, again, "seen" if got is not None else "dropped"))
            if got is not None:
                dc.synack()
                ds.recv(0.06, need=False)
        lab.snap("offer-%d" % n)
    t.up("offer of the public address", offer(number_of(public), 5300))
    t.up("offer of the server", offer(number_of(lab.s(shost)), 5301))
    ds = Tcp(lab.cli, lab.c(20), 3000, public, 5300)
    ds.syn()  # from the client's own side
    lab.snap("public")


@case("irc-x-clash", SPLIT, "two connections of a client offer one port", rules=FW)
@case(
    "irc-x-clash-nat",
    SPLIT,
    "two clients behind one address offer port 65535, beyond which is none",
    rules=LONG,
    port=65535,
    hosts=(10, 11),
)
def clash(lab, port=5400, hosts=(10, 10)):
    one, two = (Stream(lab, 6667, cport=40000 + n, chost=host) for n, host in enumerate(hosts))
    one.up("one", offer(number_of(lab.c(hosts[0])), port))
    lab.snap("one")
    two.up("two", offer(number_of(lab.c(hosts[1])), port))
    lab.snap("two")
    two.up("two, other port", offer(number_of(lab.c(hosts[1])), port - 1))
    one.up("one again", offer(number_of(lab.c(hosts[0])), port))
    lab.snap("again")


@case(
    "irc-x-busy-nat",
    SPLIT,
    "two clients behind one address offer one port: the second's is drawn",
    rules=LONG,
    replay="random",
)
def busy(lab):
    clash(lab, 5500, (10, 11))


@case(
    "irc-x-limit", SPLIT, "more offers than the class has room for, some of them the same", rules=FW
)
@case("irc-x-limit-nat", SPLIT, "the same through snat", rules=SHORT)
def limit(lab):
    t = Stream(lab, 6667)
    for n in (0, 1, 2, 3, 4, 5, 6, 7, 0, 8, 3, 9, 10, 10, 1):
        t.up("offer %d" % n, offer(number_of(lab.c(10)), 5600 + n))
    lab.snap("all")


@case(
    "irc-x-v6",
    SPLIT,
    "IPv6 has no helper",
    rules=FW.replace("tcp dport 6667 ct helper", "meta nfproto ipv4 tcp dport 6667 ct helper"),
    v=6,
)
@case("irc-x-v6-rule", SPLIT, "IPv6 has no helper, though a rule names it", rules=FW, v=6)
def ipv6(lab, v):
    t = Stream(lab, 6667, v)
    t.up("offer", offer(number_of(lab.c(10)), 5700))
    lab.snap("offer")
