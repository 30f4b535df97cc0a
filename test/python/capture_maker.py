# SPDX-License-Identifier: GPL-2.0-only
"""Captures for tests, made by hand: IPv4 packets without a link layer."""

import ipaddress
import struct

RAW_IP = 101  # LINKTYPE_RAW of libpcap
SYN, ACK, PSH, RST = 0x02, 0x10, 0x08, 0x04


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def ipv4(source, destination, protocol, transport):
    addresses = b"".join(ipaddress.ip_address(end).packed for end in (source, destination))
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(transport), 1, 0, 64, protocol, 0)
    total = checksum(head + addresses)
    return head[:10] + struct.pack("!H", total) + addresses + transport


def udp(source, destination, payload=b"", bad_checksum=False):
    """source, destination: (address, port)."""
    length = 8 + len(payload)
    head = struct.pack("!HHHH", source[1], destination[1], length, 0)
    pseudo = b"".join(ipaddress.ip_address(end[0]).packed for end in (source, destination))
    pseudo += struct.pack("!BBH", 0, 17, length)
    total = checksum(pseudo + head + payload) ^ (1 if bad_checksum else 0)
    return ipv4(source[0], destination[0], 17, head[:6] + struct.pack("!H", total) + payload)


def tcp(source, destination, flags, seq=1, ack=0, payload=b"", window=1000):
    head = struct.pack("!HHIIBBHHH", source[1], destination[1], seq, ack, 0x50, flags, window, 0, 0)
    return ipv4(source[0], destination[0], 6, head + payload)


def write(path, packets, first=1000.0, step=0.1):
    """A pcap file with a packet each `step` seconds."""
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, RAW_IP))
        for number, packet in enumerate(packets):
            micros = round((first + number * step) * 1e6)
            file.write(struct.pack("<IIII", *divmod(micros, 10**6), len(packet), len(packet)))
            file.write(packet)
    return path
