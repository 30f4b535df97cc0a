# SPDX-License-Identifier: GPL-2.0-only
"""Nodes, and links that join them."""

from __future__ import annotations

import ipaddress
import os
from typing import Any, Sequence

from ns3conntrack import _native


def nodes(count: int, stack: bool = True) -> list[_native.Node]:
    """Make several nodes, with a stack for IPv4 and IPv6 unless stack is False.

    ValueError: a count below 0.
    """
    if count < 0:
        raise ValueError(f"There cannot be {count} nodes")
    return [_native.Node(stack=stack) for _ in range(count)]


class Link:
    """A cable or an Ethernet, and the devices that it joins in the order of the nodes."""

    def __init__(self, devices: Sequence[_native.Device]) -> None:
        self.devices = list(devices)
        self._losses: dict[_native.Device, _native.Object] = {}
        self._is_down = False

    @classmethod
    def point_to_point(cls, a: _native.Node, b: _native.Node, **attributes: Any) -> Link:
        """Join two nodes by a cable.

        Attributes are those of the devices (DataRate, Mtu), of the channel (Delay) and of the
        devices' queue (MaxSize). ValueError or AttributeError says what is wrong with one.
        """
        return cls(_native.point_to_point(a, b, **attributes))

    @classmethod
    def csma(cls, members: Sequence[_native.Node], **attributes: Any) -> Link:
        """Join nodes by an Ethernet; attributes as for point_to_point."""
        return cls(_native.csma(list(members), **attributes))

    @property
    def channel(self) -> _native.Channel | None:
        """The medium; None for a link without devices."""
        return self.devices[0].channel if self.devices else None

    def set(self, **attributes: Any) -> None:
        """Change attributes, also during a run: those of the devices, channel or queues.

        Delay holds for packets that are sent from now on, which may overtake those on their way;
        so does DataRate, which an Ethernet has from its beginning for good. ValueError or
        AttributeError says what is wrong, and none is set.
        """
        if not self.devices:
            raise ValueError("The link has no devices")
        first, channel = self.devices[0], self.channel
        wanted: list[tuple[list[_native.Object], str, Any]] = []
        for name, value in attributes.items():
            if channel is not None and name in channel.attributes():
                if name == "DataRate":
                    raise AttributeError("An Ethernet's 'DataRate' can be set only when it is made")
                wanted.append(([channel], name, value))
            elif name in first.attributes():
                wanted.append((list(self.devices), name, value))
            elif name in first.get("TxQueue").attributes():
                wanted.append(([device.get("TxQueue") for device in self.devices], name, value))
            else:
                raise AttributeError(f"Neither devices, channel nor queues have '{name}'")
        done: list[tuple[_native.Object, str, Any]] = []
        try:
            for objects, name, value in wanted:
                for each in objects:
                    before = each.get(name)
                    each.set(name, value)
                    done.append((each, name, before))
        except (ValueError, AttributeError, TypeError):
            for each, name, before in reversed(done):
                each.set(name, before)
            raise

    def lose(self, share: float, unit: str = "Packet") -> None:
        """Lose a share of what is sent, at random by the simulation's seed; 0: nothing more.

        share: from 0 to 1, of packets, or with unit 'Byte' or 'Bit' of those, each of which spoils
        its packet. ValueError for others.
        """
        if not 0 <= share <= 1:
            raise ValueError(f"A share is from 0 to 1, not {share!r}")
        self._losses = {
            device: _native.create(
                "ns3::RateErrorModel",
                ErrorRate=float(share),
                ErrorUnit=f"ERROR_UNIT_{unit.upper()}",
            )
            for device in self.devices
        }
        self._apply()

    def down(self) -> None:
        """Cut the link: what arrives at its ends from now on is lost. Routes stay as they are."""
        self._is_down = True
        self._apply()

    def up(self) -> None:
        """Mend the link."""
        self._is_down = False
        self._apply()

    @property
    def is_down(self) -> bool:
        """Whether it is cut."""
        return self._is_down

    def _apply(self) -> None:
        for device in self.devices:
            share = 1.0 if self._is_down else 0.0
            model = _native.create(
                "ns3::RateErrorModel", ErrorRate=share, ErrorUnit="ERROR_UNIT_PACKET"
            )
            if not self._is_down:
                model = self._losses.get(device, model)
            device.set("ReceiveErrorModel", model)

    def assign(self, network: str) -> list[str]:
        """Give the devices addresses of a network, '10.1.0.0/24' or 'fd00:1::/64': .1, .2, ...

        Returns the addresses. ValueError: it is no network, or too small.
        """
        parsed = ipaddress.ip_network(network)
        # The network's own address, and IPv4's broadcast address, are nobody's.
        spare = 2 if parsed.version == 4 else 1
        if parsed.num_addresses - spare < len(self.devices):
            raise ValueError(f"{network} has no {len(self.devices)} addresses for devices")
        addresses = [str(parsed[number]) for number in range(1, len(self.devices) + 1)]
        for device, address in zip(self.devices, addresses):
            device.add_address(f"{address}/{parsed.prefixlen}")
        return addresses

    def pcap(self, prefix: str | os.PathLike[str], promiscuous: bool = False) -> list[str]:
        """Write what each device sends and receives to PREFIX-NODE-DEVICE.pcap.

        Returns the files' names; the files are complete at destroy().
        """
        files = []
        for device in self.devices:
            files.append(f"{os.fspath(prefix)}-{device.node.id}-{device.index}.pcap")
            device.pcap(files[-1], promiscuous)
        return files

    def __repr__(self) -> str:
        return f"<Link of {self.devices}>"
