"""The address that Linux takes from a range: found by trying formulas on the recordings, true of every choice in them.

The hash is Bob Jenkins's lookup3 (2006, in the public domain) of 32-bit words.
"""
import ipaddress
import struct

MASK = 0xFFFFFFFF


def _rot(x, bits):
    return (x << bits | x >> (32 - bits)) & MASK


def lookup3(words, start):
    """The hash of four words."""
    a = b = c = (0xDEADBEEF + 4 * len(words) + start) & MASK
    first, last = words[:3], words[3]
    a, b, c = (a + first[0]) & MASK, (b + first[1]) & MASK, (c + first[2]) & MASK
    for bits in (4, 6, 8, 16, 19, 4):  # mix; the three change places each time
        a = (a - c) & MASK ^ _rot(c, bits)
        c = (c + b) & MASK
        a, b, c = b, c, a
    a = (a + last) & MASK
    for bits in (14, 11, 25, 16, 4, 14, 24):  # final
        c = ((c ^ b) - _rot(b, bits)) & MASK
        a, b, c = b, c, a
    return b  # the c of the last round


def _words(address, order):
    packed = ipaddress.ip_address(address).packed
    words = list(struct.unpack("%s%dI" % (order, len(packed) // 4), packed))
    return words + [0] * (4 - len(words))


def choose(src, dst, low, high, persistent=False, zone=0):
    """The address for a flow from src to dst (both as they were before this translation)."""
    count = 4 if ":" in src else 1
    target = _words(dst, "<")
    value = lookup3(_words(src, "<"), 0 if persistent else target[count - 1] ^ zone)
    whole, out = False, []
    for i, (first, last) in enumerate(zip(_words(low, ">")[:count], _words(high, ">")[:count])):
        if whole:
            first, size = 0, MASK  # an earlier word lies below its end: all values are in the range
        else:
            size = last - first + 1
        out.append((first + (value * size >> 32)) & MASK)
        whole = whole or out[-1] != last
        if not persistent:
            value ^= target[i]
    return str(ipaddress.ip_address(struct.pack(">%dI" % count, *out)))
