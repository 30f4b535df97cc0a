# SPDX-License-Identifier: GPL-2.0-only
"""Linux's connection tracking on simulated routers: ns3-conntrack for Python.

A simulation in a few lines:

    import ns3conntrack as nc

    client, router, server = nc.nodes(3)
    nc.Link.point_to_point(client, router).assign("10.1.0.0/24")
    nc.Link.point_to_point(router, server).assign("10.2.0.0/24")
    nc.populate_routes()
    firewall = nc.StatefulFirewall(inside="eth1", outside="eth2")
    conntrack = nc.Conntrack(router, ruleset=firewall, Acct=True)
    conntrack.trace("Connection", lambda event: print(event.line))
    nc.UdpEchoServer(server, Port=7)
    nc.UdpEchoClient(client, "10.2.0.2", port=7, MaxPackets=3)
    nc.run(until=300)
    nc.destroy()

There is one simulation at a time in a process, and it belongs to the thread that began it. Keyword
arguments in CamelCase are ns-3 attributes. Durations are seconds, or texts such as "150ms"; rates
are bit/s, or texts such as "10Mbps".
"""

from ns3conntrack._native import (
    Application,
    BulkSend,
    CaptureError,
    CarrierGradeNat,
    Channel,
    Connection,
    ConnectionEvent,
    ConnectionGraph,
    ConnectionState,
    Conntrack,
    Datagram,
    Device,
    Event,
    EventLog,
    Expectation,
    ExpectationEvent,
    ExpectationState,
    ExpectedConnection,
    FtpClient,
    FtpLine,
    FtpServer,
    FtpSession,
    FtpTransfer,
    GraphError,
    HelpedPacket,
    Helper,
    HelperRegistry,
    Node,
    Object,
    OnOff,
    PacketEvent,
    PacketSink,
    Ping,
    PingReply,
    ReplayError,
    RulesetError,
    SipCall,
    SipElement,
    SipLimit,
    SipMessage,
    SipProxy,
    SipRegistration,
    SipUserAgent,
    StatefulFirewall,
    Subscription,
    TcpListener,
    TcpSocket,
    Tuple,
    UdpEchoClient,
    UdpEchoServer,
    UdpSocket,
    bridge,
    create,
    destroy,
    helper_kinds,
    now,
    populate_routes,
    reset_defaults,
    schedule,
    set_default,
    set_global,
    set_seed,
    stop,
)
from ns3conntrack import frames, html
from ns3conntrack.frames import events_frame
from ns3conntrack.modules import load_module
from ns3conntrack.network import Link, nodes
from ns3conntrack.protocol import ProtocolHelper
from ns3conntrack.replay import Replay, replay_capture, replay_case
from ns3conntrack.simulation import run, simulation
from ns3conntrack.tables import ConnectionList, ExpectationList
from ns3conntrack.topology import Network, Topology

html.install()

__all__ = [
    "Application",
    "BulkSend",
    "CaptureError",
    "CarrierGradeNat",
    "Channel",
    "Connection",
    "ConnectionEvent",
    "ConnectionGraph",
    "ConnectionList",
    "ConnectionState",
    "Conntrack",
    "Datagram",
    "Device",
    "Event",
    "EventLog",
    "Expectation",
    "ExpectationEvent",
    "ExpectationList",
    "ExpectationState",
    "ExpectedConnection",
    "FtpClient",
    "FtpLine",
    "FtpServer",
    "FtpSession",
    "FtpTransfer",
    "GraphError",
    "HelpedPacket",
    "Helper",
    "HelperRegistry",
    "Link",
    "Network",
    "Node",
    "Object",
    "OnOff",
    "PacketEvent",
    "PacketSink",
    "Ping",
    "PingReply",
    "ProtocolHelper",
    "Replay",
    "ReplayError",
    "RulesetError",
    "SipCall",
    "SipElement",
    "SipLimit",
    "SipMessage",
    "SipProxy",
    "SipRegistration",
    "SipUserAgent",
    "StatefulFirewall",
    "Subscription",
    "TcpListener",
    "TcpSocket",
    "Topology",
    "Tuple",
    "UdpEchoClient",
    "UdpEchoServer",
    "UdpSocket",
    "bridge",
    "create",
    "destroy",
    "events_frame",
    "frames",
    "helper_kinds",
    "load_module",
    "nodes",
    "now",
    "populate_routes",
    "replay_capture",
    "replay_case",
    "reset_defaults",
    "run",
    "schedule",
    "set_default",
    "set_global",
    "set_seed",
    "simulation",
    "stop",
]
