# SPDX-License-Identifier: GPL-2.0-only
"""How objects show themselves in a notebook: small tables, in which every text is escaped."""

from __future__ import annotations

import html
import json
from typing import Any, Callable, Iterable, Sequence

from ns3conntrack import _native, tables

MOST_ROWS = 60  # of a table that is longer, its beginning and its end
_STYLE = ' style="text-align:left;white-space:nowrap"'


def text(value: object) -> str:
    """A value's text for HTML; None: empty."""
    return "" if value is None else html.escape(str(value))


def table(title: str, head: Sequence[str], rows: Sequence[Iterable[object]]) -> str:
    """A table with a title; head: of its columns; rows: values, escaped here."""
    shown = list(rows)
    if len(shown) > MOST_ROWS:
        half = MOST_ROWS // 2
        left_out = [f"... {len(shown) - 2 * half} more ...", *[""] * (len(head) - 1)]
        shown = [*shown[:half], left_out, *shown[-half:]]
    lines = [f"<table><caption{_STYLE}>{text(title)}</caption>"]
    if any(head):
        lines.append("<tr>" + "".join(f"<th{_STYLE}>{text(name)}</th>" for name in head) + "</tr>")
    for row in shown:
        lines.append("<tr>" + "".join(f"<td{_STYLE}>{text(value)}</td>" for value in row) + "</tr>")
    return "\n".join([*lines, "</table>"])


def _end(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _ends(way: _native.Tuple) -> tuple[str, str]:
    return _end(way.source, way.source_port), _end(way.destination, way.destination_port)


def _connections(entries: Sequence[_native.ConnectionState]) -> str:
    rows = [
        (
            each.original.protocol_name,
            *_ends(each.original),
            *_ends(each.reply),
            each.state,
            ", ".join(each.status),
            each.helper,
            f"{each.timeout:.0f}",
        )
        for each in entries
    ]
    head = ["", "from", "to", "reply from", "to", "state", "status", "helper", "timeout / s"]
    return table(f"{len(entries)} connections", head, rows)


def _source(expectation: _native.ExpectationState) -> str:
    """Where an expected connection may come from: what the mask leaves open is any."""
    way, mask = expectation.tuple, expectation.mask
    address = way.source if mask.source.strip("0.:") else "any"
    return _end(address, way.source_port) if mask.source_port else f"{address}, any port"


def _expectations(entries: Sequence[_native.ExpectationState]) -> str:
    rows = [
        (
            each.tuple.protocol_name,
            _source(each),
            _end(each.tuple.destination, each.tuple.destination_port),
            each.helper,
            ", ".join(each.flags),
            f"{each.timeout:.0f}",
        )
        for each in entries
    ]
    head = ["", "from", "to", "helper", "flags", "timeout / s"]
    return table(f"{len(entries)} expectations", head, rows)


def _facts(title: str, facts: dict[str, object]) -> str:
    return table(title, ["", ""], list(facts.items()))


def _conntrack(conntrack: _native.Conntrack) -> str:
    facts: dict[str, object] = {
        "connections": len(conntrack.connections()),
        "expectations": len(conntrack.expectations()),
        "profile": conntrack.get("Profile"),
        "rules": "none" if conntrack.ruleset() is None else "loaded",
        **{name: count for name, count in conntrack.statistics.items() if count},
    }
    return _facts(repr(conntrack).strip("<>"), facts)


def _event_log(log: _native.EventLog) -> str:
    title = f"{len(log)} events, {len(log.drops())} packets dropped or invalid"
    return table(title, [""], [(line,) for line in log.lines()])


def _event(event: _native.ConnectionEvent | _native.ExpectationEvent) -> str:
    return f"<code>{text(event.line)}</code>"


def _expression(part: Any) -> str:
    """An nftables expression of JSON, nearly as nft prints it."""
    if not isinstance(part, dict) or len(part) != 1:
        return json.dumps(part) if isinstance(part, (dict, list)) else str(part)
    ((kind, value),) = part.items()
    if kind == "match":
        operator = "" if value["op"] in ("==", "in") else value["op"] + " "
        return f"{_expression(value['left'])} {operator}{_expression(value['right'])}"
    if kind == "meta":
        return str(value["key"])
    if kind == "ct":
        return f"ct {value['key']}"
    if kind == "payload":
        return f"{value.get('protocol', '')} {value.get('field', '')}".strip()
    if kind == "range":
        return "-".join(_expression(end) for end in value)
    if kind == "set" and isinstance(value, list):
        return "{ " + ", ".join(_expression(each) for each in value) + " }"
    if value is None:
        return str(kind)
    if kind in ("jump", "goto"):
        return f"{kind} {value['target']}"
    if kind == "ct helper":
        return f"ct helper set {_expression(value)}"
    if kind in ("dnat", "snat"):
        return f"{kind} to {value.get('addr', '')}" + (
            f":{value['port']}" if "port" in value else ""
        )
    return f"{kind} {json.dumps(value)}"


def rules_text(ruleset: dict[str, Any]) -> str:
    """Rules nearly as `nft list ruleset` prints them, to be read; what it does not know is JSON.

    ruleset: a dict as Conntrack.ruleset() or StatefulFirewall.to_dict() gives it.
    """
    lines: list[str] = []
    items = [item for item in ruleset.get("nftables", []) if "metainfo" not in item]
    for named in (item["table"] for item in items if "table" in item):
        where = (named["family"], named["name"])
        lines.append(f"table {named['family']} {named['name']} {{")
        for kind, value in ((k, v) for item in items for k, v in item.items()):
            if (
                kind in ("table", "chain", "rule")
                or (value.get("family"), value.get("table")) != where
            ):
                continue
            rest = {
                key: each
                for key, each in value.items()
                if key not in ("family", "table", "name", "handle")
            }
            lines.append(f"    {kind} {value.get('name', '')} {json.dumps(rest)}")
        for chain in (item["chain"] for item in items if "chain" in item):
            if (chain["family"], chain["table"]) != where:
                continue
            lines.append(f"    chain {chain['name']} {{")
            if "hook" in chain:
                lines.append(
                    f"        type {chain['type']} hook {chain['hook']} priority {chain['prio']}; "
                    f"policy {chain.get('policy', 'accept')};"
                )
            for rule in (item["rule"] for item in items if "rule" in item):
                if (rule["family"], rule["table"], rule["chain"]) == (*where, chain["name"]):
                    lines.append("        " + " ".join(_expression(part) for part in rule["expr"]))
            lines.append("    }")
        lines.append("}")
    return "\n".join(lines)


def _firewall(firewall: _native.StatefulFirewall) -> str:
    return f"<pre>{text(rules_text(firewall.to_dict()))}</pre>"


def _firewall_repr(firewall: _native.StatefulFirewall) -> str:
    chains = [item for item in firewall.to_dict()["nftables"] if "chain" in item]
    rules = [item for item in firewall.to_dict()["nftables"] if "rule" in item]
    return f"<StatefulFirewall of {len(rules)} rules in {len(chains)} chains>"


def _log_repr(log: _native.EventLog) -> str:
    return f"<EventLog of {len(log)} events, {len(log.drops())} packets dropped or invalid>"


def _carrier(nat: _native.CarrierGradeNat) -> str:
    now = {"mappings": nat.mappings, "sessions": nat.sessions, "blocks": nat.blocks}
    return _facts("CarrierGradeNat", {**now, **nat.statistics})


def _application(names: Sequence[str]) -> Callable[[_native.Application], str]:
    def show(application: _native.Application) -> str:
        title = f"{type(application).__name__} of node {application.node.id}"
        facts: dict[str, object] = {}
        for name in names:
            value = getattr(application, name)
            if isinstance(value, dict):
                value = ", ".join(f"{key} {count}" for key, count in value.items() if count) or None
            facts[name.replace("_", " ")] = value
        return _facts(title, facts)

    return show


def _application_repr(application: _native.Application) -> str:
    name = type(application).__name__
    try:
        return f"<{name} of node {application.node.id}>"
    except RuntimeError:
        return f"<{name} of a simulation that was destroyed>"


def frame_of(show: Callable[[Any], str]) -> Callable[[Any], str]:
    """What cannot be shown any more, after destroy(), is shown by its repr."""

    def guarded(self: object) -> str:
        try:
            return show(self)
        except RuntimeError:
            return f"<code>{text(repr(self))}</code>"

    guarded.__doc__ = "How a notebook shows it."
    return guarded


_SHOWN: dict[type, Callable[[Any], str]] = {
    _native.Conntrack: _conntrack,
    _native.EventLog: _event_log,
    _native.ConnectionEvent: _event,
    _native.ExpectationEvent: _event,
    _native.StatefulFirewall: _firewall,
    _native.CarrierGradeNat: _carrier,
    _native.FtpServer: _application(["sessions"]),
    _native.FtpClient: _application(["sessions_done"]),
    _native.SipUserAgent: _application(
        ["registered", "calls", "calls_done", "media_ports_in_use", "limits"]
    ),
    _native.SipProxy: _application(["bindings", "relayed", "limits"]),
    tables.ConnectionList: _connections,
    tables.ExpectationList: _expectations,
}


def install() -> None:
    """Give the package's classes their _repr_html_, and some a better repr."""
    for shown, show in _SHOWN.items():
        setattr(shown, "_repr_html_", frame_of(show))
    setattr(_native.StatefulFirewall, "__repr__", _firewall_repr)
    setattr(_native.EventLog, "__repr__", _log_repr)
    setattr(_native.Application, "__repr__", _application_repr)
