# SPDX-License-Identifier: GPL-2.0-only
"""The package ns3conntrack: how objects show themselves, in notebooks and in a terminal."""

import unittest
import xml.etree.ElementTree

from package_case import PackageTest, firewall, nc, router_between


class Shown(PackageTest):
    def everything(self):
        client, router, server = router_between()
        rules = firewall(helpers=[("ftp", "tcp", 21), ("sip", "udp", 5060)])
        conntrack = nc.Conntrack(router, ruleset=rules)
        log = nc.EventLog(conntrack)
        events = []
        conntrack.trace("Connection", events.append)
        conntrack.trace("Expectation", events.append)
        nat = nc.CarrierGradeNat()
        applications = [
            nc.FtpServer(server),
            nc.FtpClient(client, "10.2.0.2", Mode="Active", FileSize=10000),
            nc.SipProxy(server, "example.org"),
            nc.SipUserAgent(client, "ada", "10.2.0.2"),
        ]
        nc.run(until=5)
        return [
            rules,
            conntrack,
            log,
            nat,
            *applications,
            conntrack.connections(),
            conntrack.expectations(),
            *events,
        ]

    def test_all_are_well_formed(self):
        for each in self.everything():
            with self.subTest(kind=type(each).__name__):
                shown = each._repr_html_()
                xml.etree.ElementTree.fromstring(shown)
                self.assertIn(xml.etree.ElementTree.fromstring(shown).tag, ("table", "pre", "code"))

    def test_after_destroy(self):
        objects = self.everything()
        nc.destroy()
        for each in objects:
            with self.subTest(kind=type(each).__name__):
                xml.etree.ElementTree.fromstring(each._repr_html_())
                self.assertTrue(repr(each))

    def test_what_they_tell(self):
        (
            rules,
            conntrack,
            log,
            _,
            server,
            client,
            _,
            phone,
            connections,
            expectations,
            *_,
        ) = self.everything()
        self.assertIn("type filter hook forward priority 0; policy drop;", rules._repr_html_())
        self.assertIn("Conntrack of node 1", conntrack._repr_html_())
        self.assertIn("10.1.0.1:49153", connections._repr_html_())
        self.assertIn("sip", expectations._repr_html_())
        self.assertIn(log.lines()[0].split("src=")[1].split()[0], log._repr_html_())
        self.assertIn("SipUserAgent of node 0", phone._repr_html_())
        self.assertRegex(repr(rules), r"^<StatefulFirewall of \d+ rules in \d+ chains>$")
        self.assertEqual(repr(server), "<FtpServer of node 2>")
        self.assertEqual(repr(client), "<FtpClient of node 0>")
        self.assertRegex(repr(log), r"^<EventLog of \d+ events, 0 packets dropped or invalid>$")

    def test_texts_are_escaped(self):
        text = "<script>alert('&')</script>"
        shown = nc.html.table(text, [text], [(text,), (None,)])
        self.assertNotIn("<script>", shown)
        self.assertEqual(shown.count("&lt;script&gt;"), 3)
        rules = nc.StatefulFirewall(inside="<b>&", outside="eth2")
        self.assertIn("&lt;b&gt;&amp;", rules._repr_html_())
        self.assertNotIn("<b>", rules._repr_html_())

    def test_long_tables_are_cut(self):
        shown = nc.html.table("many", ["number"], [(number,) for number in range(1000)])
        self.assertIn("... 940 more ...", shown)
        self.assertEqual(shown.count("<tr>"), 1 + 60 + 1)
        self.assertIn(">999<", shown)
        self.assertNotIn(">500<", shown)


if __name__ == "__main__":
    unittest.main()
