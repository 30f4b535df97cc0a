# SPDX-License-Identifier: GPL-2.0-only
"""The package ns3conntrack: programs written in Python, with sockets of the nodes; hostile ones."""

import gc
import unittest

from package_case import PackageTest, firewall, nc, router_between


class Oops(Exception):
    """Raised by callbacks."""


class Udp(PackageTest):
    def test_there_and_back(self):
        for address, any_address in (("10.2.0.2", "0.0.0.0"), ("fd00:2::2", "::")):
            with self.subTest(address=address):
                nc.destroy()
                client, _, server = router_between()
                got, answers = [], []

                def answer(datagram):
                    got.append(datagram)
                    echo.send(datagram.data[::-1], datagram.source, datagram.source_port)

                echo = nc.UdpSocket(server, 7, any_address, on_receive=answer)
                socket = nc.UdpSocket(client, 4000, any_address, on_receive=answers.append)
                nc.schedule(3, socket.send, b"\0\xffabc", address, 7)
                nc.run(until=10)
                self.assertEqual([each.data for each in got], [b"\0\xffabc"])
                self.assertEqual([each.data for each in answers], [b"cba\xff\0"])
                self.assertEqual((answers[0].source, answers[0].source_port), (address, 7))
                self.assertEqual(got[0].source_port, 4000)
                self.assertEqual(got[0].row["time"], got[0].time)
                self.assertGreater(answers[0].time, 3.004)  # four hops of a millisecond

    def test_what_is_sent_before_the_run(self):
        client, _, server = router_between()
        got = []
        nc.UdpSocket(server, 7, on_receive=got.append)
        nc.UdpSocket(client).send(b"early", "10.2.0.2", 7)
        gc.collect()  # sockets are kept although nobody has them
        nc.run(until=1)
        self.assertEqual([each.data for each in got], [b"early"])

    def test_the_router_tracks_it(self):
        client, router, server = router_between()
        conntrack = nc.Conntrack(router, ruleset=firewall())
        log = nc.EventLog(conntrack)
        got = []
        nc.UdpSocket(client, 4000, on_receive=got.append)
        intruder = nc.UdpSocket(server, 53)
        nc.schedule(1, intruder.send, b"x", "10.1.0.1", 4000)
        nc.run(until=5)
        self.assertEqual((got, len(log.drops())), ([], 1))

    def test_a_false_source(self):
        client, router, server = router_between()
        got = []
        nc.UdpSocket(server, 7, on_receive=got.append)
        self.refuse(ValueError, "has no address 10.9.9.9", nc.UdpSocket, client, 9, "10.9.9.9")
        forger = nc.UdpSocket(client, 9, "10.9.9.9", forges=True)
        nc.schedule(1, forger.send, b"x", "10.2.0.2", 7)
        nc.run(until=5)
        self.assertEqual([(each.source, each.source_port) for each in got], [("10.9.9.9", 9)])

    def test_attributes(self):
        client, router, server = router_between()
        got = []
        nc.UdpSocket(server, 7, on_receive=got.append)
        near = nc.UdpSocket(client, IpTtl=1)
        nc.schedule(1, near.send, b"x", "10.2.0.2", 7)
        nc.run(until=5)
        self.assertEqual(got, [])
        self.refuse(AttributeError, "no attribute 'Speed'", nc.UdpSocket, client, Speed=1)

    def test_refused(self):
        client, router, server = router_between()
        bare = nc.Node(stack=False)
        socket, other = nc.UdpSocket(client, 4000), nc.UdpSocket(router)
        nc.run(until=1)
        rows = [
            (ValueError, "has a UdpSocket at port 4000 already", nc.UdpSocket, client, 4000),
            (ValueError, "'nowhere' is no IP address", nc.UdpSocket, client, 1, "nowhere"),
            (ValueError, "has no IPv4 stack", nc.UdpSocket, bare, 1),
            (TypeError, "incompatible", nc.UdpSocket, client, 65536),
            (TypeError, "incompatible", nc.UdpSocket, None),
            (TypeError, "incompatible", socket.send, "text", "10.2.0.2", 7),
            (ValueError, "no IP address", socket.send, b"", "server", 7),
            (
                ValueError,
                "Nothing can be sent to '10.2.0.2', port 0",
                socket.send,
                b"",
                "10.2.0.2",
                0,
            ),
            (ValueError, "Nothing can be sent to '0.0.0.0'", socket.send, b"", "0.0.0.0", 7),
            (ValueError, "of the other family", socket.send, b"", "fd00:2::2", 7),
            (OSError, "has no way to 10.9.0.1 port 7", other.send, b"", "10.9.0.1", 7),
            (OSError, "66000 bytes are too many", socket.send, bytes(66000), "10.2.0.2", 7),
        ]
        for kind, sentence, call, *arguments in rows:
            with self.subTest(sentence=sentence):
                self.refuse(kind, sentence, call, *arguments)
        self.refuse(TypeError, "function or None, not 3", nc.UdpSocket, client, on_receive=3)
        self.refuse(TypeError, "function or None", setattr, socket, "on_receive", 3)
        for address in ("224.0.0.1", "239.255.255.255"):
            self.refuse(ValueError, "Nothing can be sent to", socket.send, b"", address, 7)
        for address in ("255.255.255.255", "127.0.0.1", "10.1.0.255"):
            socket.send(b"x", address, 7)
        nc.run(until=2)

    def test_an_error_at_the_beginning_of_the_run(self):
        _, router, _ = router_between()
        nc.UdpSocket(router).send(b"", "10.9.0.1", 7)
        self.refuse(OSError, "has no way to 10.9.0.1", nc.run, 5)

    def test_close(self):
        client, _, server = router_between()
        got = []
        socket = nc.UdpSocket(server, 7, on_receive=got.append)
        sender = nc.UdpSocket(client, 4000)
        self.assertEqual(repr(sender), "<UdpSocket 0.0.0.0 port 4000>")
        sender.send(b"x", "10.2.0.2", 7)
        socket.close()
        socket.close()
        self.assertTrue(socket.closed)
        self.assertEqual(repr(socket), "<UdpSocket 0.0.0.0 port 7, closed>")
        nc.run(until=2)
        self.assertEqual(got, [])
        self.refuse(OSError, "is closed", socket.send, b"", "10.1.0.1", 1)
        nc.UdpSocket(server, 7)


class Tcp(PackageTest):
    def connect(self, address="10.2.0.2", any_address="0.0.0.0", start=3, port=0, **attributes):
        """A listener at the server that keeps what comes, and a connection to it: all of it."""
        client, router, server = router_between()
        seen = {"accepted": [], "got": b"", "told": [], "router": router}

        def accept(socket):
            seen["accepted"].append(socket)
            socket.on_receive = receive
            socket.on_close = lambda reason: seen["told"].append(("server", reason))

        def receive(data):
            seen["got"] += data

        seen["listener"] = nc.TcpListener(server, 80, any_address, on_accept=accept)
        seen["socket"] = nc.TcpSocket(
            client,
            port,
            on_connect=lambda: seen["told"].append("connected"),
            on_close=lambda reason: seen["told"].append(("client", reason)),
            **attributes,
        )
        nc.schedule(start, seen["socket"].connect, address, 80)
        return seen

    def test_bytes_both_ways(self):
        for address, any_address in (("10.2.0.2", "0.0.0.0"), ("fd00:2::2", "::")):
            with self.subTest(address=address):
                nc.destroy()
                seen = self.connect(address, any_address)
                data = bytes(range(256)) * 1000
                back = []
                seen["socket"].on_receive = back.append
                nc.schedule(4, seen["socket"].send, data)
                nc.schedule(6, lambda: seen["accepted"][0].send(b"answer"))
                nc.run(until=8)
                self.assertEqual(seen["got"], data)
                self.assertEqual(b"".join(back), b"answer")
                self.assertEqual(seen["told"], ["connected"])
                self.assertEqual(seen["socket"].state, "open")
                self.assertEqual(seen["socket"].peer, (address, 80))
                self.assertEqual(seen["accepted"][0].peer, seen["socket"].local)
                self.assertEqual(seen["listener"].connections, 1)

    def test_close_sends_what_waits(self):
        seen = self.connect()
        data = bytes(300000)

        def send_and_close():
            seen["socket"].send(data)
            seen["socket"].close()

        nc.schedule(4, send_and_close)
        nc.run(until=60)
        self.assertEqual(seen["got"], data)
        self.assertEqual(seen["told"], ["connected", ("server", "Peer")])
        self.assertEqual(seen["listener"].connections, 0)
        self.assertTrue(seen["accepted"][0].closed)
        self.refuse(OSError, "connection has ended", seen["socket"].send, b"x")
        self.refuse(ValueError, "has been used", seen["socket"].connect, "10.2.0.2", 80)

    def test_before_the_run(self):
        client, _, server = router_between()
        got = []
        nc.TcpListener(server, 80, on_accept=lambda each: setattr(each, "on_receive", got.append))
        socket = nc.TcpSocket(client, 5000)
        socket.connect("10.2.0.2", 80)
        socket.send(b"GET / HTTP/1.0\r\n\r\n")
        self.assertEqual(socket.state, "connecting")
        gc.collect()
        nc.run(until=5)
        self.assertEqual(b"".join(got), b"GET / HTTP/1.0\r\n\r\n")
        self.assertEqual(socket.local, ("10.1.0.1", 5000))

    def test_refused_connection(self):
        client, _, server = router_between()
        told = []
        socket = nc.TcpSocket(client, on_close=told.append)
        nc.schedule(1, socket.connect, "10.2.0.2", 81)
        nc.run(until=300)
        self.assertEqual((told, socket.state), (["Failed"], "closed"))

    def test_segments_are_cut_where_one_says(self):
        seen = self.connect(SegmentSize=1000)
        sizes = []
        conntrack = nc.Conntrack(seen["router"], Acct=True)
        nc.schedule(4, seen["socket"].send, b"a" * 1000 + b"b" * 500)
        nc.schedule(3.9, lambda: sizes.append(conntrack.connections()[0]))
        nc.run(until=6)
        sizes.append(conntrack.connections()[0])
        packets = sizes[1].packets[0] - sizes[0].packets[0]
        total = sizes[1].bytes[0] - sizes[0].bytes[0]
        self.assertEqual((packets, total), (2, 1500 + 2 * 40))

    def test_too_many_connections(self):
        client, _, server = router_between()
        told = []
        nc.TcpListener(server, 80, most=2)
        sockets = [nc.TcpSocket(client, on_close=told.append) for _ in range(3)]
        for number, socket in enumerate(sockets):
            nc.schedule(1 + number, socket.connect, "10.2.0.2", 80)
        nc.run(until=10)
        self.assertEqual([each.state for each in sockets], ["open", "open", "closed"])
        self.assertEqual(told, ["Peer"])

    def test_too_much_waits(self):
        seen = self.connect()
        nc.run(until=4)
        seen["socket"].send(bytes(1 << 23))
        self.refuse(BufferError, "wait for the peer", seen["socket"].send, bytes(1 << 24))

    def test_refused(self):
        client, router, server = router_between()
        socket = nc.TcpSocket(client)
        listener = nc.TcpListener(server, 80)
        nc.run(until=1)
        rows = [
            (ValueError, "has a TcpListener at port 80 already", nc.TcpListener, server, 80),
            (ValueError, "has a TcpListener at port 80 already", nc.FtpServer, server, 80),
            (ValueError, "has no address 10.9.9.9", nc.TcpListener, server, 81, "10.9.9.9"),
            (ValueError, "has no address 10.9.9.9", nc.TcpSocket, client, 81, "10.9.9.9"),
            (ValueError, "has no IP stack", nc.TcpSocket, nc.Node(stack=False)),
            (ValueError, "connect() comes first", socket.send, b"x"),
            (ValueError, "Nothing can be sent to", socket.connect, "10.2.0.2", 0),
            (TypeError, "incompatible", socket.send, "text"),
            (
                OSError,
                "has no way to 10.9.0.1 port 80",
                nc.TcpSocket(router).connect,
                "10.9.0.1",
                80,
            ),
        ]
        for kind, sentence, call, *arguments in rows:
            with self.subTest(sentence=sentence):
                self.refuse(kind, sentence, call, *arguments)
        self.refuse(AttributeError, "cannot be set", nc.TcpSocket, client, Timestamp=True)
        self.refuse(TypeError, "function or None", nc.TcpSocket, client, on_close=b"")
        self.refuse(TypeError, "function or None", nc.TcpListener, client, 5, on_accept=b"")
        self.refuse(ValueError, "'SegmentSize' cannot be 0", nc.TcpSocket, client, SegmentSize=0)
        self.assertEqual(repr(listener), "<TcpListener 0.0.0.0 port 80>")
        listener.close()
        nc.TcpListener(server, 80)


class Lifetimes(PackageTest):
    def test_exceptions_in_callbacks(self):
        def fail(*arguments):
            raise Oops("callback")

        def sockets(on_receive=None, on_accept=None, on_connect=None, on_close=None):
            client, _, server = router_between()
            nc.UdpSocket(server, 7, on_receive=on_receive)
            nc.schedule(1, nc.UdpSocket(client).send, b"x", "10.2.0.2", 7)

            def accept(socket):
                if on_accept:
                    on_accept()
                nc.schedule(1, socket.close)

            nc.TcpListener(server, 80, on_accept=accept)
            tcp = nc.TcpSocket(client, on_connect=on_connect, on_close=on_close)
            nc.schedule(1, tcp.connect, "10.2.0.2", 80)

        for name in ("on_receive", "on_accept", "on_connect", "on_close"):
            with self.subTest(name=name):
                nc.destroy()
                sockets(**{name: fail})
                self.refuse(Oops, "callback", nc.run, 10)
                self.assertEqual(nc.run(until=20), 20)

    def test_callbacks_may_do_all(self):
        client, router, server = router_between()
        conntrack = nc.Conntrack(router, ruleset=firewall())
        done = []

        def act(datagram):
            conntrack.flush()
            conntrack.load_ruleset(firewall(masquerades=True))
            nc.UdpSocket(server, 8).send(b"x", datagram.source, datagram.source_port)
            receiver.close()
            done.append(len(conntrack.connections()))

        receiver = nc.UdpSocket(server, 7, on_receive=act)
        sender = nc.UdpSocket(client)
        sender.send(b"x", "10.2.0.2", 7)
        nc.schedule(1, sender.send, b"x", "10.2.0.2", 7)
        nc.run(until=5)
        self.assertEqual(done, [0])

    def test_not_in_trace_callbacks(self):
        client, router, server = router_between()
        conntrack = nc.Conntrack(router)
        socket = nc.UdpSocket(client)
        conntrack.trace("Connection", lambda event: socket.send(b"x", "10.2.0.2", 7))
        socket.send(b"x", "10.2.0.2", 7)
        self.refuse(RuntimeError, "may look", nc.run, 5)

    def test_after_destroy(self):
        client, _, server = router_between()
        udp = nc.UdpSocket(client, on_receive=print)
        listener = nc.TcpListener(server, 80)
        tcp = nc.TcpSocket(client)
        tcp.connect("10.2.0.2", 80)
        tcp.send(b"x" * 100000)
        nc.run(until=0.01)
        half = nc.TcpSocket(client)
        half.connect("10.2.0.2", 80)
        nc.destroy()
        rows = [
            lambda: udp.send(b"x", "10.2.0.2", 7),
            lambda: tcp.connect("10.2.0.2", 80),
            lambda: tcp.send(b"x"),
            lambda: listener.connections,
            lambda: listener.local,
            lambda: udp.node,
            lambda: setattr(udp, "on_receive", None),
            half.close,
            udp.close,
        ]
        for use in rows:
            self.refuse(RuntimeError, "was destroyed", use)
        self.assertTrue(udp.closed and tcp.closed and half.closed and listener.closed)
        for each in (udp, listener, tcp, half):
            self.assertIn("closed>", repr(each))
        gc.collect()
        nc.TcpListener(nc.Node(), 80)

    def test_two_runs_are_identical(self):
        def run():
            nc.destroy()
            client, router, server = router_between()
            log = nc.EventLog(nc.Conntrack(router, Acct=True))
            times = []

            def accept(socket):
                socket.on_receive = lambda data: times.append((nc.now(), len(data)))

            nc.TcpListener(server, 80, on_accept=accept)
            for number in range(20):
                socket = nc.TcpSocket(client)
                nc.schedule(1 + number / 100, socket.connect, "10.2.0.2", 80)
                nc.schedule(1.5, socket.send, bytes(10000 + number))
                nc.schedule(4, socket.close)
            nc.run(until=60)
            return times, log.rows()

        first = run()
        self.assertGreater(len(first[0]), 20)
        self.assertEqual(run(), first)

    def test_garbage(self):
        """Any bytes at the ports of the servers there are."""
        nc.set_seed(3)
        client, router, server = router_between()
        rules = firewall(helpers=[("ftp", "tcp", 21), ("sip", "udp", 5060)])
        nc.Conntrack(router, ruleset=rules)
        nc.FtpServer(server)
        nc.SipProxy(server, "example.org")
        nc.SipUserAgent(client, "ada")
        import random

        chance = random.Random(1)
        texts = [
            b"INVITE sip:x SIP/2.0\r\nContent-Length: 99999999\r\n\r\n",
            b"PORT 1,2,3\r\n",
            b"\r\n\r\n",
        ]
        for number in range(100):
            data = chance.choice([bytes(chance.randrange(256) for _ in range(200)), *texts])
            at = 1 + number / 20
            for port in (21, 5060):
                socket = nc.TcpSocket(client)
                nc.schedule(at, socket.connect, "10.2.0.2", port)
                nc.schedule(at + 0.1, lambda s=socket, d=data: s.closed or s.send(d))
            nc.schedule(at, nc.UdpSocket(client).send, data, "10.2.0.2", 5060)
        self.assertEqual(nc.run(until=60), 60)


if __name__ == "__main__":
    unittest.main()
