# SPDX-License-Identifier: GPL-2.0-only
"""FTP's protocol once more, as a helper in Python: what test_package_helpers.py registers."""

import re

import ns3conntrack as nc

PORT = re.compile(rb"PORT (\d+),(\d+),(\d+),(\d+),(\d+),(\d+)\r\n")


class Toy(nc.ProtocolHelper):
    """Reads PORT commands, behind NAT too."""

    name, protocol, port = "toy", "tcp", 7021  # 21 is ftp's; rules assign it
    policies = [{"name": "data", "max_expected": 1, "timeout": 30}]

    def __init__(self):
        self.seen = 0
        self.ended = []

    def help(self, packet, memory):
        self.seen += 1
        if packet.direction != "original":
            return None
        found = PORT.search(packet.payload)
        if not found:
            return True
        memory["ports"] = memory.get("ports", 0) + 1
        *address, high, low = found.groups()
        begin, end = found.start(1), found.end(6)
        expected = packet.announce(
            begin,
            end - begin,
            self.render,
            ".".join(part.decode() for part in address),
            int(high) * 256 + int(low),
            source=packet.answer.source,
        )
        return expected is not None or packet.drop("cannot expect")

    @staticmethod
    def render(address, port):
        return ",".join([*address.split("."), str(port // 256), str(port % 256)])

    def connection_ended(self, memory):
        self.ended.append(memory)
