# SPDX-License-Identifier: GPL-2.0-only
"""Topologies: read, generated, analyzed, and made into nodes.

    topology = nc.Topology.read("examples/topologies/geant.graphml").skewed(1, seed=2)
    topology.report(["Frankfurt"])      # what a stateful router there does to all TCP connections
    network = topology.build()          # nodes, links, addresses, routes
    network.guard(["Frankfurt"])        # the router itself, to try it
"""

from __future__ import annotations

import ipaddress
import numbers
import os
from typing import TYPE_CHECKING, Any, Iterable, Mapping, Sequence

from ns3conntrack import _native, html
from ns3conntrack.arguments import Kind, NUMBER, PAIRS, TEXT, TEXTS, checked, optional, whole
from ns3conntrack.network import Link

if TYPE_CHECKING:
    import networkx

Flows = Sequence[tuple[str, str]]
COUNT = whole(32)
SEED = whole(64)
PATH = Kind("a path", lambda value: isinstance(value, (str, bytes, os.PathLike)))


class Topology(_native.Topology):
    """Routers, by their names, and links between two of them.

    A link's weight is what a packet pays that leaves by an end of it, as in OSPF: the directions
    may differ. Routes are the least sums; of equal ones, by the neighbor that was added first.
    Errors are GraphError, a ValueError, with the file and the place in it. A topology in parts is
    one: when it is read, and when one made by hand is asked for routes or built.
    """

    add_router = checked(name=TEXT, longitude=optional(NUMBER), latitude=optional(NUMBER))(
        _native.Topology.add_router
    )
    path = checked(source=TEXT, destination=TEXT)(_native.Topology.path)
    is_symmetric = checked(client=TEXT, server=TEXT)(_native.Topology.is_symmetric)
    seeing_both = checked(client=TEXT, server=TEXT)(_native.Topology.seeing_both)
    view_rows = checked(flows=optional(PAIRS))(_native.Topology.view_rows)
    verdict_rows = checked(stateful=TEXTS, flows=optional(PAIRS))(_native.Topology.verdict_rows)
    report = checked(stateful=TEXTS, flows=optional(PAIRS))(_native.Topology.report)
    minimum_cut = checked(sources=TEXTS, destinations=TEXTS)(_native.Topology.minimum_cut)

    @classmethod
    @checked(path=PATH, weight=COUNT)
    def read(
        cls,
        path: str | os.PathLike[str],
        *,
        bandwidth: float | str | None = None,
        delay: float | str | None = None,
        weight: int = 1,
    ) -> Topology:
        """Read a file: .dot and .gv are DOT, others GraphML (Topology Zoo, networkx, yEd).

        The other arguments hold where a link does not tell: bit/s or "10Gbps" (unless given, 1
        Gbit/s); seconds or "5ms" (unless given, 1 ms; between two positions always that of fiber
        along the great circle); a whole number. GraphError also for a topology in parts.
        """
        return cls(_native.read_topology(path, bandwidth, delay, weight))

    @classmethod
    @checked(text=TEXT)
    def from_graphml(cls, text: str) -> Topology:
        """Read a GraphML document."""
        return cls(_native.parse_topology(text, "graphml", None, None, 1))

    @classmethod
    @checked(text=TEXT)
    def from_dot(cls, text: str) -> Topology:
        """Read a graph in DOT."""
        return cls(_native.parse_topology(text, "dot", None, None, 1))

    @classmethod
    def from_networkx(cls, graph: networkx.Graph) -> Topology:
        """Take a networkx graph; attributes as in a file, those that are texts or numbers."""
        import networkx

        told = graph.copy()
        told.graph = {"id": graph.name} if graph.name else {}  # GraphML's place for a name
        parts = [*told.nodes(data=True), *told.edges(data=True)]
        for attributes in (part[-1] for part in parts):
            for name, value in list(attributes.items()):
                if not isinstance(value, (str, numbers.Real)):
                    del attributes[name]
        return cls.from_graphml("\n".join(networkx.generate_graphml(told)))

    @classmethod
    @checked(fanout=COUNT, depth=COUNT)
    def tree(cls, fanout: int, depth: int) -> Topology:
        """Make a tree: `fanout` children each, `depth` levels below the root; "r0", "r1"..."""
        return cls(_native.make_tree(fanout, depth))

    @classmethod
    @checked(ports=COUNT)
    def fat_tree(cls, ports: int) -> Topology:
        """Make the 5/4 ports^2 switches of a fat tree: "core0", "pod0-aggr0", "pod0-edge0"..."""
        return cls(_native.make_fat_tree(ports))

    @classmethod
    @checked(routers=COUNT, alpha=NUMBER, beta=NUMBER, seed=SEED)
    def waxman(cls, routers: int, alpha: float = 0.4, beta: float = 0.2, seed: int = 1) -> Topology:
        """Make Waxman's random graph on a square of 10 degrees; "r0", "r1"... It is connected.

        More alpha, more links; more beta, longer ones (above 0, at most 1).
        """
        return cls(_native.make_waxman(routers, alpha, beta, seed))

    @classmethod
    @checked(routers=COUNT, links=COUNT, seed=SEED)
    def barabasi_albert(cls, routers: int, links: int = 2, seed: int = 1) -> Topology:
        """Make Barabasi and Albert's graph: each new router brings links, to hubs mostly."""
        return cls(_native.make_barabasi_albert(routers, links, seed))

    @checked(skew=NUMBER, seed=SEED)
    def skewed(self, skew: float, seed: int = 1) -> Topology:
        """Make routing asymmetric: a copy with each direction's weight times 1 to 1 + skew, drawn.

        With skew 0 routes stay as they are; at most 10. (Weights are multiplied by 100, too.)
        """
        return type(self)(_native.skew_weights(self, skew, seed))

    @checked(a=TEXT, b=TEXT, weight=COUNT, weight_back=optional(COUNT))
    def add_link(
        self,
        a: str,
        b: str,
        weight: int = 1,
        weight_back: int | None = None,
        *,
        bandwidth: float | str | None = None,
        delay: float | str | None = None,
    ) -> int:
        """Join two routers; units and defaults as for read. Returns the link's number."""
        return self._add_link((a, b), weight, weight_back, (bandwidth, delay))

    @property
    def routers(self) -> list[str]:
        """The routers' names."""
        return [row["name"] for row in self.router_rows()]

    def to_networkx(self) -> networkx.MultiGraph:
        """Give routers and links with their attributes (bit/s, seconds); needs networkx.

        Routers without a position have no longitude and no latitude.
        """
        import networkx

        graph = networkx.MultiGraph(name=self.name)
        for row in self.router_rows():
            known = {key: value for key, value in row.items() if value is not None}
            graph.add_node(known.pop("name"), **known)
        for row in self.link_rows():
            attributes = {key: value for key, value in row.items() if key not in ("a", "b")}
            graph.add_edge(row["a"], row["b"], **attributes)
        return graph

    def build(self, routers: str = "10.0.0.0/24", links: str = "172.16.0.0/30") -> Network:
        """Make nodes with an IPv4 stack, links, addresses and routes.

        routers, links: the networks of the first router and of the first link; the others get the
        next ones. A router has the first address of its network; hosts that you attach get others
        of it, and are reached from everywhere. A node has the router's name, unless that has a "/"
        in it or is the name of something else in this simulation: then it has none. GraphError: too
        few addresses, or it is in parts. Ctrl-C leaves nodes made so far, until destroy().
        """
        parsed = ipaddress.IPv4Network(routers)
        first_link = ipaddress.IPv4Network(links)
        if first_link.prefixlen != 30:
            raise ValueError(f"A link's network has 30 bits, not {first_link.prefixlen}")
        made = _native.build_topology(
            self,
            (str(parsed.network_address), parsed.prefixlen),
            str(first_link.network_address),
        )
        return Network(self, *made)

    def __repr__(self) -> str:
        name = f" {self.name}" if self.name else ""
        return f"<Topology{name}: {len(self)} routers, {len(self.link_rows())} links>"

    def _repr_html_(self) -> str:
        head = ["a", "b", "weight", "weight back", "bandwidth / bit/s", "delay / s"]
        return html.table(repr(self).strip("<>"), head, [row.values() for row in self.link_rows()])


class Network:
    """The nodes that were made of a topology."""

    def __init__(
        self,
        topology: Topology,
        nodes: Sequence[_native.Node],
        devices: Sequence[tuple[_native.Device, _native.Device]],
        addresses: Sequence[str],
    ) -> None:
        self.topology = topology
        self.nodes: Mapping[str, _native.Node] = dict(zip(topology.routers, nodes))
        self.addresses: Mapping[str, str] = dict(zip(topology.routers, addresses))
        self.links = [Link(pair) for pair in devices]

    def __getitem__(self, router: str) -> _native.Node:
        """The node of a router."""
        return self.nodes[router]

    def guard(
        self, routers: Iterable[str], ruleset: Any = None, **attributes: Any
    ) -> dict[str, _native.Conntrack]:
        """Make routers stateful: a Conntrack each, by name.

        ruleset: as for Conntrack; unless given, what is invalid is not forwarded. Keyword arguments
        are the Conntrack's attributes. KeyError: there is no such router.
        """
        rules = _native.drop_invalid_rules() if ruleset is None else ruleset
        wanted = {router: self.nodes[router] for router in routers}
        return {
            router: _native.Conntrack(node, ruleset=rules, **attributes)
            for router, node in wanted.items()
        }

    def __repr__(self) -> str:
        name = f" {self.topology.name}" if self.topology.name else ""
        return f"<Network{name}: {len(self.nodes)} nodes, {len(self.links)} links>"

    @html.frame_of
    def _repr_html_(self) -> str:
        rows = [
            (router, node.id, self.addresses[router], len(node.devices) - 1)
            for router, node in self.nodes.items()
        ]
        return html.table(repr(self).strip("<>"), ["router", "node", "address", "links"], rows)
