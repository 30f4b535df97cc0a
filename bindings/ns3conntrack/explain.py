# SPDX-License-Identifier: GPL-2.0-only
"""Why a replayed packet was new, expected, invalid or dropped, in a sentence.

What is said was decided by the tracker, the rules and the helper (Replay.packets); here are the
words for it alone.
"""

from __future__ import annotations

from typing import Any, Mapping

_Row = Mapping[str, Any]

# IANA's numbers.
_PROTOCOLS = {
    1: "icmp",
    6: "tcp",
    17: "udp",
    33: "dccp",
    47: "gre",
    58: "icmpv6",
    132: "sctp",
    136: "udplite",
}

# What a tracker means by its reasons (model/tracker/tracker.h).
_INVALID = {
    "truncated packet": "it ends within its transport header",
    "bad length": "a length field contradicts the packet",
    "bad checksum": "its transport checksum is wrong",
    "bad flag combination": "TCP flags that never occur together",
    "bad type": "an ICMP type out of range, or an answer without a request",
    "bad protocol": "no transport protocol that could be tracked",
    "bad chunks": "SCTP chunks that never occur together, or none",
    "bad verification tag": "the SCTP verification tag of no end",
    "bad quotation": "an ICMP error whose quotation is cut, or was not sent by its receiver",
    "out of window": "its TCP sequence or acknowledgement number is outside the window",
    "bad state": "its connection's state has no place for it",
    "mid-stream": "no SYN: it would begin a connection in its middle, and TcpLoose is off",
    "unknown flow": "an ICMP error about a packet of no known connection",
    "bad reset": "a RST whose sequence number is not the one expected",
    "table full": "there is no room for its connection",
    "bad fragment": "its fragments cannot be put together",
}

_DROPS = {
    "HelperRefused": "by its protocol helper",
    "ConfirmClash": "its connection clashes with another one",
    "TableFull": "the connection table is full",
    "TrackerRefused": "by the protocol tracker",
    "BadFragment": "its fragments cannot be put together",
    "FragmentLimit": "too many fragments wait already",
    "NatRefused": "it cannot be translated",
}

_ENDS = {
    "passes": "passes",
    "local": "is for the router itself",
    "waits": "waits for the packet's other fragments",
    "stopped": "goes no further: not by rules, but by the router's IP stack",
    "unreadable": "is no IP packet that could be read",
}


def describe_tuple(part: _Row) -> str:
    """'10.1.0.10:40000 > 10.2.0.10:21 tcp' for a tuple of events.jsonl."""
    protocol = _PROTOCOLS.get(part["proto"], f"protocol {part['proto']}")
    if "sport" in part and part["proto"] != 47:
        ends = [_endpoint(part["src"], part["sport"]), _endpoint(part["dst"], part["dport"])]
    else:
        ends = [part["src"], part["dst"]]
    text = f"{ends[0]} > {ends[1]} {protocol}"
    if "icmp_type" in part:
        text += f" type {part['icmp_type']} code {part['icmp_code']} id {part['icmp_id']}"
    return text


def describe_rule(rule: _Row) -> str:
    """'rule 2 (handle 8, "no guests") of inet filter forward' for Replay.packets' key rule."""
    chain = f"{rule['family']} {rule['table']} {rule['chain']}"
    if "policy" in rule:
        return f"the policy of {chain}"
    notes = [f"handle {rule['handle']}"] if "handle" in rule else []
    notes += [f'"{rule["comment"]}"'] if "comment" in rule else []
    return f"rule {rule['rule']}{' (' + ', '.join(notes) + ')' if notes else ''} of {chain}"


def explain(packet: _Row) -> str:
    """One line about a row of Replay.packets: what it is, how it was judged, what became of it."""
    head = f"{packet['packet']:5} {packet['t']:11.6f}"
    if "tuple" not in packet:
        return f"{head}  {_ENDS[packet['verdict']]}"
    flags = f" {packet['flags']}" if "flags" in packet else ""
    parts = [_judgement(packet), *_effects(packet), _end(packet)]
    line = f"{head}  {describe_tuple(packet['tuple'])}{flags}: "
    return line + "; ".join(part for part in parts if part)


def _endpoint(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _judgement(packet: _Row) -> str:
    state = packet.get("state")
    if "invalid" in packet:
        reason = packet["invalid"]
        return f"INVALID, {reason}: {_INVALID.get(reason, reason)}"
    if state is None or state in ("INVALID", "UNTRACKED"):
        return {None: "", "INVALID": "INVALID"}.get(state, "UNTRACKED, by a rule or its protocol")
    state_name = f" ({packet['protocol_state']})" if "protocol_state" in packet else ""
    if packet.get("error"):
        return f"RELATED, an error about {describe_tuple(packet['original'])}"
    if state == "RELATED":
        return f"RELATED{state_name}, expected by {_master(packet)}"
    if state == "NEW":
        if not packet["first"]:
            return f"NEW{state_name}, no answer yet"
        return f"NEW{state_name}, first packet, {_not_expected(packet.get('waiting'))}"
    way = "answer to" if packet["direction"] == "reply" else "of"
    return f"ESTABLISHED{state_name}, {way} {describe_tuple(packet['original'])}"


def _master(packet: _Row) -> str:
    helper = packet["master_helper"]
    return describe_tuple(packet["master"]) + (f" (helper {helper})" if helper else "")


def _not_expected(nearest: _Row | None) -> str:
    """Why a first packet was not expected, by the expectation that differs least from it."""
    if not nearest:
        return "not expected: nothing is"
    differs = " and ".join(nearest["differs"]) or "zone, or it is inactive"
    return f"not expected: {describe_tuple(nearest['tuple'])} is, another {differs}"


def _unread(packet: _Row) -> list[str]:
    """What a helper says of an announcement of which it expects nothing."""
    return [f"helper {packet['helper']} expects nothing: {why}" for why in packet["remarks"]]


def _effects(packet: _Row) -> list[str]:
    effects = [f"expects {describe_tuple(part)}" for part in packet.get("expects", [])]
    effects += [f"expectation ends: {describe_tuple(part)}" for part in packet.get("expected", [])]
    effects += _unread(packet) if "remarks" in packet else []
    if "nat" in packet:
        parts = {"src": "source", "dst": "destination", "sport": "source port"}
        parts["dport"] = "destination port"
        effects.append(
            "NATed to "
            + ", ".join(f"{parts.get(key, key)} {value}" for key, value in packet["nat"].items())
        )
    effects += [f'log "{line.strip()}"' for line in packet.get("log", [])]
    return effects


def _end(packet: _Row) -> str:
    verdict: str = packet["verdict"]
    if "rule" in packet:
        return f"{verdict} by {describe_rule(packet['rule'])}"
    if verdict in ("dropped", "rejected"):
        return f"{verdict}: {_DROPS.get(packet['drop'], packet['drop'])}"
    return _ENDS[verdict]
