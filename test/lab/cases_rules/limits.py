"""Host-wide limits: table full, early drop, expectations full.  They change host-wide sysctls while they run."""
from cases.ftp import CRLF, control, port_args
from cases_rules.common import Build, OPTIONS, counted, probe, states, table
from cases_rules.ftpx import expected, tell
from ctlab.case import case
from ctlab.peer import Tcp, exchange, handshake
from ctlab.rules import firewall

SEE = table(counted(["ct state new", "ct state established", "ct state invalid"]))


@case(
    "table-full-assured",
    "more",
    "nf_conntrack_max=8, all entries assured: a new flow is dropped (also with policy accept), known flows pass; an entry in CLOSE still counts",
    rules=SEE,
    host_sysctl={"nf_conntrack_max": 8},
    klog=r"table full in netns N,",
)
def full(lab):
    flows = []
    for i in range(8):
        c, s = Tcp(lab.cli, lab.c(), 5000 + i, lab.s(), 80), Tcp(
            lab.srv, lab.s(), 80, lab.c(), 5000 + i, isn=9
        )
        handshake(c, s)
        flows.append((c, s))
    lab.snap("eight")
    b = Build(lab)
    lab.cli.flush()
    lab.srv.flush()
    probe(lab, "ninth, SYN", b.tcp("S", 6000, 80))
    probe(lab, "ninth, UDP", b.udp(6000, 53))
    probe(lab, "known flow", flows[0][0].segment("PA", b"data"))
    probe(lab, "ninth again", b.tcp("S", 6000, 80))
    lab.snap("full")
    c, s = flows[0]
    probe(lab, "RST of a known flow", c.segment("R"))
    probe(lab, "ninth after the RST", b.tcp("S", 6000, 80), snap=True)
    probe(lab, "tenth", b.tcp("S", 6001, 80), snap=True)


@case(
    "table-full-v6",
    "more",
    "the limit counts IPv4 and IPv6 entries together",
    rules=SEE,
    host_sysctl={"nf_conntrack_max": 4},
    klog=r"table full in netns N,",
)
def full6(lab):
    for i in range(2):
        for v in (4, 6):
            c, s = Tcp(lab.cli, lab.c(10, v), 5000 + i, lab.s(10, v), 80), Tcp(
                lab.srv, lab.s(10, v), 80, lab.c(10, v), 5000 + i, isn=9
            )
            handshake(c, s)
    lab.cli.flush()
    lab.srv.flush()
    for v in (4, 6):
        probe(lab, "v%d fifth" % v, Build(lab, v).udp(6000, 53), snap=True)


@case(
    "table-early-drop",
    "more",
    "nf_conntrack_max=6 with unassured UDP entries: early drop looks only at 8 of the 262144 buckets, so it finds none and the new flow is dropped",
    rules=SEE,
    host_sysctl={"nf_conntrack_max": 6},
    klog=r"table full in netns N,",
)
def early(lab):
    b = Build(lab)
    for i in range(12):
        probe(lab, "udp %d" % i, b.udp(5000 + i, 53))
        lab.note("   %s" % sorted(e["orig"]["sport"] for e in lab.connections()))
    lab.snap("after")


@case(
    "table-zero",
    "more",
    "nf_conntrack_max=0 means no limit",
    rules=SEE,
    host_sysctl={"nf_conntrack_max": 0},
)
def zero(lab):
    b = Build(lab)
    for i in range(3):
        probe(lab, "udp %d" % i, b.udp(5000 + i, 53), snap=True)


@case(
    "table-expect-full",
    "more",
    "nf_conntrack_expect_max=2: the third PORT is dropped (EMFILE); passes after an expectation is used; a master's own evicts within the limit",
    rules=firewall(["ftp"]),
    host_sysctl={"nf_conntrack_expect_max": 2},
    klog=r"^nf_ct_ftp: .*SPT=4000",
)
def expect_full(lab):
    flows = [control(lab, cport=40000 + i) for i in range(3)]
    for i, (c, s) in enumerate(flows):
        tell(lab, c, s, "PORT %d" % i, "PORT " + port_args(c.addr, 50000 + i) + CRLF, snap=True)
    c, s = flows[0]
    tell(
        lab,
        c,
        s,
        "PORT of the first again, other port",
        "PORT " + port_args(c.addr, 50010) + CRLF,
        snap=True,
    )
    tell(
        lab,
        c,
        s,
        "PORT of the first again, same port",
        "PORT " + port_args(c.addr, 50010) + CRLF,
        snap=True,
    )
    probe(
        lab,
        "data SYN of the second",
        Tcp(lab.srv, s.addr, 20, c.addr, 50001).segment("S"),
        "srv",
        snap=True,
    )
    c, s = flows[2]
    tell(lab, c, s, "PORT of the third", "PORT " + port_args(c.addr, 50002) + CRLF, snap=True)
    tell(lab, s, c, "227 of the third", "227 ok (%s)" % port_args(s.addr, 50012) + CRLF, snap=True)
