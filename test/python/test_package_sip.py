# SPDX-License-Identifier: GPL-2.0-only
"""The package ns3conntrack: SIP phones, proxies and what they tell; and what is refused."""

import unittest

from package_case import PackageTest, nc

DOMAIN = "office.example"
PROVIDER = "203.0.113.2"
BOB = f"sip:bob@{DOMAIN}"


def office(helper=True, **attributes):
    """A phone behind a masquerading router, a provider, a phone outside: router, proxy, phones."""
    desk, router, provider, outside = nc.nodes(4)
    nc.Link.csma([router, desk]).assign("192.168.1.0/24")
    nc.Link.csma([router, provider, outside]).assign("203.0.113.0/24")
    desk.add_route("0.0.0.0/0", "192.168.1.1")
    helpers = [("sip", "udp", 5060)] if helper else []
    rules = nc.StatefulFirewall(inside="eth1", outside="eth2", masquerades=True, helpers=helpers)
    conntrack = nc.Conntrack(router, ruleset=rules)
    proxy = nc.SipProxy(provider, DOMAIN)
    bob = nc.SipUserAgent(outside, "bob", PROVIDER, Domain=DOMAIN)
    ada = nc.SipUserAgent(desk, "ada", PROVIDER, Domain=DOMAIN, **attributes)
    return conntrack, proxy, ada, bob


def listen(*phones):
    calls = []
    for phone in phones:
        phone.trace("Call", calls.append)
    return calls


class Calls(PackageTest):
    def test_a_call_through_the_helper(self):
        conntrack, proxy, ada, bob = office(Targets=BOB, Interval=3, HoldingTime=20)
        calls = listen(ada, bob)
        registrations = []
        ada.trace("Registration", registrations.append)
        nc.run(until=10)
        self.assertEqual((ada.calls, bob.calls, ada.media_ports_in_use), (1, 1, 1))
        classes = [each.class_number for each in conntrack.expectations(helper="sip")]
        self.assertEqual(sorted(classes), [0, 1, 1])  # signalling, RTP and RTCP
        nc.run(until=60)
        self.assertEqual((ada.calls, ada.calls_done, ada.media_ports_in_use), (0, 1, 0))
        self.assertTrue(ada.registered)
        self.assertEqual(proxy.bindings, 2)
        self.assertEqual(proxy.relayed, 0)
        self.assertEqual([each.event for each in registrations], ["Registered"])
        self.assertEqual(registrations[0].record, f"sip:ada@{DOMAIN}")
        by_end = {call.outgoing: call for call in calls}
        self.assertEqual(len(calls), 2)
        self.assertEqual(by_end[True].call_id, by_end[False].call_id)
        self.assertEqual({call.fate for call in calls}, {"Completed"})
        self.assertEqual((by_end[True].hung_up_here, by_end[False].hung_up_here), (True, False))
        self.assertEqual(by_end[True].remote, BOB)
        # 20 s of a packet each 20 ms.
        self.assertEqual(by_end[True].media["sent"], 1000)
        self.assertEqual(by_end[False].media["received"], 1000)
        self.assertEqual(by_end[False].media["remote"][0], "203.0.113.1")
        self.assertEqual(by_end[True].row["media"], by_end[True].media)
        self.assertLess(by_end[True].begin, by_end[True].ringing)

    def test_without_the_helper_nobody_reaches_the_office(self):
        _, _, ada, bob = office(helper=False)
        calls = listen(bob)
        nc.schedule(5, bob.call, f"sip:ada@{DOMAIN}")
        nc.run(until=300)
        self.assertEqual([(call.outgoing, call.fate) for call in calls], [(True, "Refused")])
        self.assertEqual((calls[0].code, calls[0].answered, calls[0].media), (503, None, None))
        self.assertEqual(ada.calls_done, 0)

    def test_random_variables(self):
        fates = {}
        for form in (15, "ns3::ConstantRandomVariable[Constant=15]"):
            nc.destroy()
            _, _, ada, bob = office(Targets=[BOB], HoldingTime=form, Calls=3, Interval=30)
            calls = listen(ada)
            nc.run(until=150)
            fates[str(form)] = [call.row for call in calls]
        self.assertEqual(*fates.values())
        self.assertEqual(len(calls), 3)

    def test_a_proxy_at_another_port_and_call_and_hang_up(self):
        one, two, provider = nc.nodes(3)
        nc.Link.csma([one, two, provider]).assign("10.1.0.0/24")
        nc.SipProxy(provider, DOMAIN, Port=5070)
        ada = nc.SipUserAgent(one, "ada", ("10.1.0.3", 5070), Domain=DOMAIN)
        bob = nc.SipUserAgent(two, "bob", ("10.1.0.3", 5070), Domain=DOMAIN, Register=True)
        calls = listen(ada)
        nc.schedule(1, ada.call, BOB)
        nc.schedule(9, bob.hang_up)
        nc.run(until=30)
        self.assertEqual([(call.fate, call.hung_up_here) for call in calls], [("Completed", False)])

    def test_messages(self):
        _, _, ada, _ = office()
        messages = []
        ada.trace("Message", messages.append)
        nc.run(until=1)
        self.assertEqual([(m.method, m.code) for m in messages], [("REGISTER", None), (None, 200)])
        self.assertIn("Contact: <sip:ada@192.168.1.2:5060>", messages[0].text)
        self.assertEqual((messages[0].sent, messages[0].peer), (True, (PROVIDER, 5060)))
        self.assertEqual(messages[1].row["transport"], "udp")

    def test_limits(self):
        _, _, ada, _ = office(Targets=BOB, Calls=2, Interval=1)
        met = []
        ada.trace("Limit", met.append)
        nc.run(until=3)
        self.assertEqual([(each.limit, each.time, each.peer) for each in met], [("Calls", 2, None)])
        self.assertEqual(ada.limits["Calls"], 1)


class Refused(PackageTest):
    def test_phones(self):
        node, bare = nc.Node(), nc.Node(stack=False)
        rows = [
            ("is an IP address, or (address, port)", node, "provider.example", {}),
            ("is an IP address, or (address, port)", node, (PROVIDER, 0), {}),
            ("is an IP address, or (address, port)", node, (PROVIDER, "sip"), {}),
            ("has no IP stack", bare, None, {}),
            ("'bob@office', which is no SIP URI", node, None, {"Targets": ["bob@office"]}),
            ("Register needs a proxy", node, None, {"Register": True}),
            ("has no pair of ports", node, None, {"MediaPortMin": 9, "MediaPortMax": 9}),
            ("There is no ns-3 class 'long'", node, None, {"HoldingTime": "long"}),
            ("'HoldingTime' cannot be None", node, None, {"HoldingTime": None}),
            ("start cannot be -1", node, None, {"start": -1}),
        ]
        for sentence, where, proxy, attributes in rows:
            with self.subTest(sentence=sentence, attributes=attributes):
                start = attributes.get("start", 0)
                others = {key: value for key, value in attributes.items() if key != "start"}
                with self.assertRaises(ValueError) as caught:
                    nc.SipUserAgent(where, "ada", proxy, start=start, **others)
                self.assertIn(sentence, str(caught.exception))
        given = {"Proxy": "10.0.0.1"}
        self.refuse(AttributeError, "given as proxy", nc.SipUserAgent, node, "ada", **given)
        self.refuse(AttributeError, "no attribute 'Ring'", nc.SipUserAgent, node, "ada", Ring=1)
        self.refuse(AttributeError, "no attribute 'Ring'", nc.SipProxy, node, Ring=1)
        self.assertEqual(node.applications, [])

    def test_ports(self):
        node = nc.Node()
        nc.SipUserAgent(node, "ada")
        sentence = "Node 0 has a SipUserAgent at port 5060 already"
        self.refuse(ValueError, sentence, nc.SipUserAgent, node, "bob")
        self.refuse(ValueError, sentence, nc.SipProxy, node)
        self.refuse(ValueError, sentence, nc.UdpEchoServer, node, Port=5060)
        self.refuse(ValueError, sentence, nc.FtpServer, node, 5060)
        nc.SipProxy(node, Port=5061)
        nc.run(until=1)

    def test_calls(self):
        _, _, ada, bob = office()
        self.refuse(ValueError, "was not started yet", ada.call, BOB)
        nc.run(until=1)
        self.refuse(ValueError, "is no SIP URI", ada.call, "bob")
        sentence = "'Targets' can be set only when it is made"
        self.refuse(AttributeError, sentence, ada.set, "Targets", BOB)
        ada.set("HoldingTime", 5)
        self.refuse(ValueError, "cannot be None", ada.set, "HoldingTime", None)
        told = []
        ada.trace("Call", lambda call: told.append(call) or bob.call(BOB))
        ada.call("sip:nobody@" + DOMAIN)
        self.refuse(RuntimeError, "may look at the simulation but not change it", nc.run, 60)
        self.assertEqual([call.code for call in told], [480])
        nc.destroy()
        for use in (lambda: ada.calls, lambda: ada.limits, lambda: ada.call(BOB), ada.hang_up):
            self.refuse(RuntimeError, "was destroyed", use)
        self.assertIn("SipUserAgent", repr(ada))


if __name__ == "__main__":
    unittest.main()
