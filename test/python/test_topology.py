# SPDX-License-Identifier: GPL-2.0-only
"""Topologies from Python: reading, making, judging places, building nodes."""

import pathlib
import signal
import tempfile
import unittest

from package_case import PackageTest, nc

TOPOLOGIES = pathlib.Path(__file__).resolve().parents[2] / "examples" / "topologies"
# From a to d by b, back by c; e hangs at d.
SQUARE = """graph {
    a -- b -- d [weight=1, weight_back=9]
    d -- c -- a [weight=1, weight_back=9]
    d -- e
}"""


def square():
    return nc.Topology.from_dot(SQUARE)


def in_parts():
    topology = nc.Topology()
    topology.add_router("a")
    topology.add_router("b")
    return topology


class ReadingTest(PackageTest):
    def test_published_networks(self):
        abilene = nc.Topology.read(TOPOLOGIES / "abilene.graphml")
        self.assertEqual((len(abilene), len(abilene.link_rows())), (11, 14))
        link = abilene.link_rows()[0]
        self.assertEqual((link["a"], link["b"], link["weight"]), ("Atlanta", "Houston", 1081))
        self.assertEqual(link["bandwidth"], 9953280000)
        self.assertAlmostEqual(link["delay"], 1129 * 5e-6, delta=50e-6)  # 1,129 km of great circle
        geant = nc.Topology.read(str(TOPOLOGIES / "geant.graphml"))
        self.assertEqual((len(geant), len(geant.link_rows())), (22, 36))
        self.assertEqual(repr(geant), "<Topology geant: 22 routers, 36 links>")

    def test_defaults_hold_where_nothing_is_told(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "x.dot"
            path.write_text("graph { a -- b; b -- c [weight=2, delay=1] }")
            topology = nc.Topology.read(path, bandwidth="10Mbps", delay="5ms", weight=7)
        rows = [(row["bandwidth"], row["delay"], row["weight"]) for row in topology.link_rows()]
        self.assertEqual(rows, [(10000000, 0.005, 7), (10000000, 1.0, 2)])

    def test_written_and_read_again(self):
        topology = nc.Topology.waxman(12, seed=3).skewed(0.5)
        for again in (
            nc.Topology.from_graphml(topology.to_graphml()),
            nc.Topology.from_dot(topology.to_dot()),
        ):
            self.assertEqual(again.link_rows(), topology.link_rows())
            self.assertEqual(again.router_rows(), topology.router_rows())

    def test_networkx_there_and_back(self):
        topology = nc.Topology.read(TOPOLOGIES / "geant.graphml").skewed(1)
        graph = topology.to_networkx()
        self.assertEqual((len(graph), graph.number_of_edges()), (22, 36))
        self.assertEqual(graph.nodes["Paris"]["latitude"], 48.86)
        again = nc.Topology.from_networkx(
            type(graph)((a, b, {"weight": data["weight"]}) for a, b, data in graph.edges(data=True))
        )
        self.assertEqual(sorted(again.routers), sorted(topology.routers))

    def test_networkx_of_what_has_no_positions(self):
        for topology in (
            nc.Topology.barabasi_albert(9),
            nc.Topology.tree(2, 2),
            nc.Topology.fat_tree(4),
        ):
            graph = topology.to_networkx()
            self.assertNotIn("latitude", graph.nodes[topology.routers[0]])
            again = nc.Topology.from_networkx(graph)
            self.assertEqual(again.name, topology.name)
            self.assertEqual(again.router_rows(), topology.router_rows())
            self.assertEqual(len(again.link_rows()), len(topology.link_rows()))

    def test_networkx_attributes_that_tell_nothing(self):
        import networkx

        graph = networkx.DiGraph()
        graph.add_node("a", pos=[1, 2], latitude=None, longitude=None, label="A")
        graph.add_edge("a", "b", weight=3, path={}, cost=None)
        topology = nc.Topology.from_networkx(graph)
        self.assertEqual(topology.routers, ["A", "b"])
        self.assertEqual(topology.link_rows()[0]["weight"], 3)
        self.assertEqual(graph.nodes["a"]["pos"], [1, 2])  # the graph itself stays as it is

    def test_graphml_has_numbers(self):
        import networkx

        graph = networkx.parse_graphml(
            nc.Topology.read(TOPOLOGIES / "abilene.graphml").to_graphml()
        )
        self.assertEqual(graph.edges["Atlanta", "Houston"]["weight"], 1081)
        self.assertIsInstance(graph.nodes["Atlanta"]["Latitude"], float)

    def test_parts_are_refused_however_they_come(self):
        import networkx

        sentence = "is in 2 parts: there is no way from 'a' to 'b'"
        text = "graph { a; b }"
        graph = networkx.Graph()
        graph.add_nodes_from("ab")
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "x.dot"
            path.write_text(text)
            self.refuse(nc.GraphError, sentence, nc.Topology.read, path)
        self.refuse(nc.GraphError, "text: The topology " + sentence, nc.Topology.from_dot, text)
        self.refuse(nc.GraphError, sentence, nc.Topology.from_networkx, graph)
        self.refuse(nc.GraphError, "has no routers", nc.Topology.from_graphml, "<graph/>")
        made = in_parts()
        self.refuse(nc.GraphError, sentence, made.path, "a", "a")
        self.refuse(nc.GraphError, sentence, made.is_symmetric, "a", "b")
        self.refuse(nc.GraphError, sentence, made.seeing_both, "a", "b")
        self.refuse(nc.GraphError, sentence, made.view_rows)
        self.refuse(nc.GraphError, sentence, made.verdict_rows, [])
        self.refuse(nc.GraphError, sentence, made.report, [])
        self.assertEqual(made.minimum_cut(["a"], ["b"]), [])
        made.add_link("a", "b")
        self.assertEqual(made.path("a", "b"), ["a", "b"])

    def test_what_is_refused(self):
        self.refuse(
            nc.GraphError, "text: line 1: a graph begins with", nc.Topology.from_dot, "grph {}"
        )
        self.refuse(
            nc.GraphError, "text: line 1: this is no XML", nc.Topology.from_graphml, "graph {}"
        )
        self.refuse(
            nc.GraphError, "/nowhere.graphml: the file", nc.Topology.read, "/nowhere.graphml"
        )
        self.refuse(
            ValueError,
            "bandwidth cannot be 'much': it is a rate: bit/s, or a text such as '10Mbps'",
            nc.Topology.read,
            TOPOLOGIES / "geant.graphml",
            bandwidth="much",
        )
        self.refuse(ValueError, "delay", nc.Topology.read, TOPOLOGIES / "geant.graphml", delay=-1)
        self.refuse(TypeError, "Topology.read: path cannot be 5: it is a path", nc.Topology.read, 5)
        self.refuse(nc.GraphError, "even number of ports", nc.Topology.fat_tree, 3)
        self.refuse(nc.GraphError, "1 to 100000 routers", nc.Topology.waxman, 0)
        self.refuse(nc.GraphError, "there are routers (1), not 2", nc.Topology.barabasi_albert, 1)

    def test_arguments_of_a_wrong_kind_are_named(self):
        topology = square()
        whole = "it is a whole number from 0 to 4294967295"
        rows = [
            (ValueError, f"Topology.tree: fanout cannot be -1: {whole}", nc.Topology.tree, (-1, 2)),
            (
                ValueError,
                f"Topology.add_link: weight cannot be 4294967296: {whole}",
                topology.add_link,
                ("a", "e", 2**32),
            ),
            (
                TypeError,
                "add_link: weight_back cannot be '1'",
                topology.add_link,
                ("a", "e", 1, "1"),
            ),
            (TypeError, f"fat_tree: ports cannot be 4.0: {whole}", nc.Topology.fat_tree, (4.0,)),
            (TypeError, "fat_tree: ports cannot be True", nc.Topology.fat_tree, (True,)),
            (ValueError, "waxman: seed cannot be -1", nc.Topology.waxman, (9, 0.4, 0.2, -1)),
            (TypeError, "skewed: skew cannot be '1': it is a number", topology.skewed, ("1",)),
            (
                TypeError,
                "from_dot: text cannot be None: it is a text",
                nc.Topology.from_dot,
                [None],
            ),
            (TypeError, "add_router: longitude cannot be 'e'", topology.add_router, ("f", "e", 1)),
            (TypeError, "Topology.path: destination cannot be 1", topology.path, ("a", 1)),
            (TypeError, "Topology.path takes source, destination", topology.path, ("a",)),
            (
                TypeError,
                "Topology.report: stateful cannot be 'a': it is a sequence of texts",
                topology.report,
                ("a",),
            ),
            (
                TypeError,
                "Topology.view_rows: flows cannot be ['ae']: it is a sequence of pairs of texts",
                topology.view_rows,
                (["ae"],),
            ),
        ]
        for kind, sentence, call, arguments in rows:
            with self.subTest(sentence):
                self.refuse(kind, sentence, call, *arguments)
        self.assertEqual(len(topology.link_rows()), 5)

    def test_arguments_of_other_kinds_that_will_do(self):
        import numpy

        topology = nc.Topology.tree(numpy.int64(2), depth=numpy.uint8(1))
        self.assertEqual(topology.add_router(name="x", latitude=numpy.float32(1), longitude=2), 3)
        topology.add_link("x", "r0", weight=numpy.int64(7))
        self.assertEqual(topology.link_rows()[2]["weight"], 7)
        flows = numpy.array([["r0", "r1"]])
        self.assertEqual(topology.report(stateful=("r0",), flows=flows)["guarded"], 1)


class MakingTest(PackageTest):
    def test_generators(self):
        self.assertEqual(len(nc.Topology.tree(3, 2)), 13)
        self.assertEqual(len(nc.Topology.fat_tree(4)), 20)
        self.assertEqual(len(nc.Topology.barabasi_albert(50).link_rows()), 97)
        self.assertEqual(
            nc.Topology.waxman(20, seed=5).link_rows(), nc.Topology.waxman(20, seed=5).link_rows()
        )

    def test_by_hand(self):
        topology = nc.Topology("mine")
        topology.add_router("a", 0, 0)
        topology.add_router("b", longitude=9, latitude=0)
        topology.add_router("c")
        topology.add_link("a", "b")
        topology.add_link("b", "c", 2, 3, bandwidth="1Mbps", delay="2ms")
        rows = [tuple(row.values()) for row in topology.link_rows()]
        self.assertEqual(
            rows, [("a", "b", 1, 1, 1000000000, 0.005004), ("b", "c", 2, 3, 1000000, 0.002)]
        )
        self.assertIn(">a</td>", topology._repr_html_())
        self.refuse(nc.GraphError, "'d' has no position on Earth", topology.add_router, "d", 999, 9)
        self.refuse(nc.GraphError, "There is a router 'a' already", topology.add_router, "a")
        self.refuse(ValueError, "longitude and a latitude", topology.add_router, "d", 5)
        self.refuse(nc.GraphError, "There is no router 'x'", topology.add_link, "a", "x")
        self.refuse(nc.GraphError, "weight 0", topology.add_link, "a", "b", 0)

    def test_a_change_changes_the_routes(self):
        topology = nc.Topology.from_dot("graph { a -- b -- c }")
        self.assertEqual(topology.path("a", "c"), ["a", "b", "c"])
        topology.add_link("a", "c")
        self.assertEqual(topology.path("a", "c"), ["a", "c"])


class PlacementTest(PackageTest):
    def test_who_sees_what(self):
        topology = square()
        self.assertEqual(topology.path("a", "e"), ["a", "b", "d", "e"])
        self.assertEqual(topology.path("e", "a"), ["e", "d", "c", "a"])
        self.assertFalse(topology.is_symmetric("a", "e"))
        self.assertEqual(topology.seeing_both("a", "e"), ["a", "d", "e"])
        views = {row["router"]: row for row in topology.view_rows([("a", "e")])}
        self.assertEqual(views["b"], {"router": "b", "both": 0, "requests": 1, "answers": 0})

    def test_verdicts(self):
        topology = square()
        self.assertEqual(
            topology.verdict_rows(["b", "c"], [("a", "e"), ("d", "e")]),
            [
                {"client": "a", "server": "e", "fate": "syn-ack dropped", "router": "c"},
                {"client": "d", "server": "e", "fate": "passes", "router": None},
            ],
        )
        self.assertEqual(
            topology.report(["b"], [("a", "e"), ("a", "b")]),
            {"flows": 2, "broken": 1, "guarded": 1, "broken_share": 0.5},
        )
        self.assertEqual(topology.report([])["flows"], 20)
        self.refuse(nc.GraphError, "There is no router 'x'", topology.report, ["x"])
        self.refuse(nc.GraphError, "There is no router 'y'", topology.report, [], [("a", "y")])

    def test_cuts(self):
        topology = square()
        self.assertEqual(topology.articulation_routers(), ["d"])
        self.assertEqual(topology.minimum_cut(["a"], ["d", "e"]), ["a"])
        self.assertEqual(topology.minimum_cut(["b", "c"], ["e"]), ["d"])
        self.refuse(nc.GraphError, "There is no router 'x'", topology.minimum_cut, ["x"], ["a"])


class BuildingTest(PackageTest):
    def serve(self, topology, stateful, flows):
        """Which of these flows got a file by FTP."""
        network = topology.build()
        self.conntracks = network.guard(stateful)
        done = []
        for server in {server for _, server in flows}:
            nc.FtpServer(network[server])
        for client, server in flows:
            ftp = nc.FtpClient(
                network[client], network.addresses[server], start=1, Sessions=1, FileSize=1000
            )
            ftp.trace("Transfer", lambda transfer, flow=(client, server): done.append(flow))
        nc.run(until=30)
        return sorted(done)

    def test_flows_pass_as_judged(self):
        topology = nc.Topology.read(TOPOLOGIES / "abilene.graphml").skewed(1, seed=3)
        flows = [(a, b) for a in topology.routers for b in topology.routers if a != b]
        stateful = topology.routers[:4]
        done = self.serve(topology, stateful, flows)
        passing = [
            (row["client"], row["server"])
            for row in topology.verdict_rows(stateful)
            if row["fate"] == "passes"
        ]
        self.assertEqual(done, sorted(passing))
        self.assertLess(len(done), len(flows))

    def test_addresses_and_devices(self):
        network = square().build(routers="10.64.0.0/16", links="192.168.0.0/30")
        self.assertEqual(network.addresses["b"], "10.65.0.1")
        self.assertEqual(
            [device.name for device in network["d"].devices[1:]], ["eth1", "eth2", "eth3"]
        )
        self.assertEqual(network.links[1].devices[0].addresses, ["192.168.0.5/30"])
        self.assertEqual(repr(network), "<Network: 5 nodes, 5 links>")
        self.assertIn(">10.65.0.1</td>", network._repr_html_())
        nc.destroy()
        self.assertEqual(network._repr_html_(), "<code>&lt;Network: 5 nodes, 5 links&gt;</code>")

    def test_nodes_have_the_routers_names(self):
        nc.Node("c")
        topology = square()
        topology.add_router("a/b *[")
        topology.add_router("Z\u00fcrich *[1]")
        topology.add_link("a", "a/b *[")
        topology.add_link("a", "Z\u00fcrich *[1]")
        network = topology.build()
        names = {router: node.name for router, node in network.nodes.items()}
        self.assertEqual(
            names,
            {"a": "a", "b": "b", "c": "", "d": "d", "e": "e", "a/b *[": ""}
            | {"Z\u00fcrich *[1]": "Z\u00fcrich *[1]"},
        )
        second = square().build(routers="10.128.0.0/24", links="172.20.0.0/30")
        self.assertEqual((second["a"].name, second.addresses["a"]), ("", "10.128.0.1"))
        self.refuse(ValueError, "There is a node 'a' already", nc.Node, "a")

    def test_interrupted(self):
        topology = nc.Topology.barabasi_albert(5000)
        before = signal.signal(signal.SIGALRM, self.interrupt)
        self.addCleanup(signal.signal, signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, 0.02)
        self.assertRaises(KeyboardInterrupt, topology.build)
        self.assertEqual(nc.Node().id, 0)  # it was still looking for routes
        self.assertEqual(square().build()["a"].name, "a")

    @staticmethod
    def interrupt(number, frame):
        raise KeyboardInterrupt

    def test_hosts_are_reached(self):
        network = nc.Topology.tree(1, 2).build()
        host = nc.Node()
        router_end, host_end = nc.Link.point_to_point(network["r2"], host).devices
        router_end.add_address("10.0.2.2/24")
        host_end.add_address("10.0.2.3/24")
        host.add_route("0.0.0.0/0", "10.0.2.2")
        answers = []
        nc.UdpEchoServer(host, Port=7)
        client = nc.UdpEchoClient(network["r0"], "10.0.2.3", port=7, start=1, MaxPackets=3)
        client.trace("Rx", answers.append)
        nc.run(until=10)
        self.assertEqual(len(answers), 3)

    def test_connection_graph(self):
        topology = nc.Topology.from_dot("graph { client -- router -- server }")
        network = topology.build()
        rules = nc.StatefulFirewall(inside="eth1", outside="eth2", helpers=[("ftp", "tcp", 21)])
        conntrack = network.guard(["router"], rules)["router"]
        graph = nc.ConnectionGraph(conntrack)
        nc.FtpServer(network["server"])
        nc.FtpClient(
            network["client"], network.addresses["server"], start=1, Sessions=1, Mode="Active"
        )
        nc.run(until=60)
        nc.destroy()
        drawn = graph.to_networkx()
        self.assertTrue(drawn.is_directed())
        edges = {(a, b, data["kind"]) for a, b, data in drawn.edges(data=True)}
        self.assertEqual(edges, {("c1", "e1", "expects"), ("e1", "c2", "opened")})
        self.assertEqual(drawn.nodes["c1"]["dport"], 21)
        self.assertEqual(drawn.nodes["e1"]["outcome"], "used")
        self.assertGreaterEqual(drawn.nodes["c1"]["begin"], 1.0)
        self.assertEqual(repr(graph), "<ConnectionGraph of 2 connections and 1 expectations>")
        self.assertIn('"e1" -> "c2"', graph.to_dot())

    def test_what_is_refused(self):
        self.refuse(nc.GraphError, "there is no way from 'a' to 'b'", in_parts().build)
        self.refuse(nc.GraphError, "has no routers", nc.Topology().build)
        topology = square()
        self.refuse(ValueError, "host bits set", topology.build, routers="10.0.0.1/24")
        self.refuse(ValueError, "8 to 30 bits, not 31", topology.build, routers="10.0.0.0/31")
        self.refuse(ValueError, "30 bits, not 24", topology.build, links="172.16.0.0/24")
        self.refuse(nc.GraphError, "overlap", topology.build, links="10.0.1.0/30")
        network = topology.build()
        self.assertRaises(KeyError, network.guard, ["a", "x"])
        self.assertIsNone(network["a"].conntrack)
        self.assertRaises(TypeError, nc.ConnectionGraph, network["a"])


if __name__ == "__main__":
    unittest.main()
