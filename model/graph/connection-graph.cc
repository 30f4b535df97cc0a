/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/graph/connection-graph.h"

#include <cstdio>

namespace ns3
{
namespace conntrack
{

namespace
{

std::string
SecondsText(Nanos time)
{
    char text[32];
    std::snprintf(text,
                  sizeof(text),
                  "%lld.%09lld",
                  static_cast<long long>(time / SECOND),
                  static_cast<long long>(time % SECOND));
    return text;
}

std::string
NameOrNumber(uint8_t protocol)
{
    const std::string name = ProtocolName(protocol);
    return name == "unknown" ? std::to_string(protocol) : name;
}

const char*
Name(ExpectationEnd end)
{
    switch (end)
    {
    case ExpectationEnd::Used:
        return "used";
    case ExpectationEnd::Expired:
        return "expired";
    case ExpectationEnd::Refreshed:
        return "refreshed";
    case ExpectationEnd::Evicted:
        return "evicted";
    case ExpectationEnd::MasterGone:
        return "master-gone";
    case ExpectationEnd::Withdrawn:
        return "withdrawn";
    case ExpectationEnd::Helperless:
        return "helperless";
    case ExpectationEnd::Deleted:
        break;
    }
    return "deleted";
}

/// As row E8 has it: the destination exactly, the source under the mask.
bool
Matches(const Tuple& expected, const SourceMask& mask, const Tuple& tuple)
{
    return tuple.family == expected.family && tuple.protocol == expected.protocol &&
           tuple.destination == expected.destination &&
           tuple.destinationPort == expected.destinationPort &&
           (tuple.source & mask.address) == (expected.source & mask.address) &&
           (tuple.sourcePort & mask.port) == (expected.sourcePort & mask.port);
}

} // namespace

ConnectionGraph::ConnectionEntry&
ConnectionGraph::Add(const Connection& connection)
{
    const auto [place, added] = m_connections.try_emplace(connection.id);
    ConnectionEntry& entry = place->second;
    if (added)
    {
        entry.tuple = connection.Original();
        entry.begin = connection.start;
        if (connection.master != nullptr)
        {
            entry.master = connection.master->id;
            entry.expectation = FindExpectation(connection);
        }
    }
    return entry;
}

ConnectionGraph::ExpectationEntry&
ConnectionGraph::Add(const Expectation& expectation)
{
    const auto [place, added] = m_expectations.try_emplace(expectation.id);
    ExpectationEntry& entry = place->second;
    if (added)
    {
        entry.tuple = expectation.tuple;
        entry.mask = expectation.mask;
        if (expectation.master != nullptr)
        {
            entry.master = expectation.master->id;
            m_expectationsOf.emplace(*entry.master, expectation.id);
        }
    }
    return entry;
}

/// The newest one of its master that fits.
std::optional<uint32_t>
ConnectionGraph::FindExpectation(const Connection& child) const
{
    std::optional<uint32_t> found;
    const auto [first, last] = m_expectationsOf.equal_range(child.master->id);
    for (auto i = first; i != last; ++i)
    {
        const ExpectationEntry& entry = m_expectations.at(i->second);
        if (Matches(entry.tuple, entry.mask, child.Original()))
        {
            found = i->second;
        }
    }
    return found;
}

void
ConnectionGraph::Tell(const ConnectionNotice& notice)
{
    ConnectionEntry& entry = Add(notice.connection);
    if ((notice.events & event::DESTROY) != 0)
    {
        entry.end = notice.now;
    }
}

void
ConnectionGraph::Tell(const ExpectationNotice& notice)
{
    ExpectationEntry& entry = Add(notice.expectation);
    if (notice.event == ExpectationEvent::New)
    {
        entry.begin = notice.now;
    }
    else
    {
        entry.end = notice.now;
        entry.outcome = notice.end;
    }
}

void
ConnectionGraph::Take(ConnectionTable& connections, const ExpectationTable& expectations)
{
    expectations.ForEach([this](const Expectation& expectation) { Add(expectation); });
    connections.ForEach([this](const Connection& connection) { Add(connection); });
}

GraphAttributes
ConnectionGraph::AttributesOf(const Entry& entry, const char* kind)
{
    const Tuple& tuple = entry.tuple;
    const std::string source = ToString(tuple.source, tuple.family);
    const std::string destination = ToString(tuple.destination, tuple.family);
    const std::string sourcePort = std::to_string(tuple.sourcePort);
    const std::string destinationPort = std::to_string(tuple.destinationPort);
    GraphAttributes attributes = {
        {"kind", kind},
        {"label",
         NameOrNumber(tuple.protocol) + " " + source + " " + sourcePort + " > " + destination +
             " " + destinationPort},
        {"protocol", NameOrNumber(tuple.protocol)},
        {"source", source},
        {"destination", destination},
        {"sport", sourcePort},
        {"dport", destinationPort},
    };
    if (entry.begin)
    {
        attributes["begin"] = SecondsText(*entry.begin);
    }
    if (entry.end)
    {
        attributes["end"] = SecondsText(*entry.end);
    }
    return attributes;
}

GraphDocument
ConnectionGraph::ToDocument() const
{
    GraphDocument document;
    document.name = "connections";
    document.directed = true;
    document.types = {{"sport", "int"}, {"dport", "int"}, {"begin", "double"}, {"end", "double"}};
    const auto join = [&](const std::string& from, const std::string& to, const char* kind) {
        document.edges.push_back({from, to, {{"kind", kind}}, {}});
    };
    const auto connection = [](uint32_t id) { return "c" + std::to_string(id); };
    const auto expectation = [](uint32_t id) { return "e" + std::to_string(id); };
    for (const auto& [id, entry] : m_connections)
    {
        document.nodes.push_back({connection(id), AttributesOf(entry, "connection"), {}});
        if (entry.expectation)
        {
            join(expectation(*entry.expectation), connection(id), "opened");
        }
        else if (entry.master && m_connections.count(*entry.master) > 0)
        {
            join(connection(*entry.master), connection(id), "master");
        }
    }
    for (const auto& [id, entry] : m_expectations)
    {
        GraphNode node{expectation(id), AttributesOf(entry, "expectation"), {}};
        if (entry.outcome)
        {
            node.attributes["outcome"] = Name(*entry.outcome);
        }
        document.nodes.push_back(node);
        if (entry.master && m_connections.count(*entry.master) > 0)
        {
            join(connection(*entry.master), expectation(id), "expects");
        }
    }
    return document;
}

} // namespace conntrack
} // namespace ns3
