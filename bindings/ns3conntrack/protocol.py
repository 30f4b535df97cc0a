# SPDX-License-Identifier: GPL-2.0-only
"""Protocol helpers that are written in Python."""

from __future__ import annotations

import collections
from typing import Any, Callable

from ns3conntrack import _native

# First packets' memories that are kept until their connection is confirmed, which few never are.
_MOST_UNCONFIRMED = 65536


class ProtocolHelper:
    """A helper for a protocol of your own: derive from it, and register it in a router.

        class Toy(nc.ProtocolHelper):
            name, protocol, port = "toy", "tcp", 7000
            policies = [{"max_expected": 1, "timeout": 30}]

            def help(self, packet, memory):
                word, _, port = packet.payload.partition(b" ")
                if word == b"OPEN" and port.isdigit() and int(port) < 65536:
                    packet.expect(packet.sender.source, int(port))

        conntrack = nc.Conntrack(router)
        conntrack.helpers.register(Toy())
        conntrack.load_ruleset(nc.StatefulFirewall(..., helpers=[("toy", "tcp", 7000)]))

    One object may serve several routers.
    """

    #: As rules name it; at most 15 characters.
    name: str = ""
    #: 'tcp', 'udp', 'udplite', 'sctp' or 'gre'.
    protocol: str = "tcp"
    #: Of the side that is connected to; for assignment by port. Rules may assign it anywhere.
    port: int = 0
    #: 'ipv4' or 'ipv6'; None: both.
    family: str | None = None
    #: A dict a class of expectations, 1 to 4: 'max_expected' a connection (0: no limit), 'timeout'
    #: (seconds), 'name'.
    policies: list[dict[str, Any]] = [{"max_expected": 1, "timeout": 300}]

    def help(self, packet: _native.HelpedPacket, memory: dict[str, Any]) -> bool | None:
        """Look at a packet that is about to leave, of a connection that has this helper.

        packet: use it here and now, it is of no use after the return. memory: yours, one a
        connection, kept as long as that lives. Return False to drop the packet, best by
        `return packet.drop("why")`. The payload is what a stranger sent: expect nothing of it.
        An exception ends the run, which raises it; the packet passes.
        """
        raise NotImplementedError(f"{type(self).__name__} has no method help(packet, memory)")

    def connection_ended(self, memory: dict[str, Any]) -> None:
        """Called when a connection with something in its memory ends."""

    def _bind(self) -> tuple[Callable[[_native.HelpedPacket], bool | None], Callable[[int], None]]:
        """What one router calls: for a packet, and with the id of a connection that ends."""
        confirmed: dict[int, dict[str, Any]] = {}
        unconfirmed: collections.OrderedDict[int, dict[str, Any]] = collections.OrderedDict()

        def look(packet: _native.HelpedPacket) -> bool | None:
            number = packet.connection_id
            memory = confirmed.get(number)
            if memory is None:
                memory = unconfirmed.pop(number, {})
            verdict = self.help(packet, memory)
            if not memory:
                confirmed.pop(number, None)
            elif packet.is_confirmed:
                confirmed[number] = memory
            else:
                unconfirmed[number] = memory
                if len(unconfirmed) > _MOST_UNCONFIRMED:
                    unconfirmed.popitem(last=False)
            return verdict

        def end(number: int) -> None:
            memory = confirmed.pop(number, None) or unconfirmed.pop(number, None)
            if memory:
                self.connection_ended(memory)

        return look, end
