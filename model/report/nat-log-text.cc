/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/report/nat-log-text.h"

#include "model/report/names.h"
#include "model/report/tuple-text.h"

namespace ns3
{
namespace conntrack
{

namespace
{

std::string
AddressText(uint32_t address)
{
    return ToString(Address::FromIpv4(address), Family::Ipv4);
}

std::string
EndText(const char* name, uint32_t address, uint16_t port)
{
    return std::string(" ") + name + "=" + AddressText(address) + ":" + std::to_string(port);
}

} // namespace

std::string
NatEventName(NatEvent event)
{
    switch (event)
    {
    case NatEvent::SessionCreated:
        return "NAT44 session create";
    case NatEvent::SessionDeleted:
        return "NAT44 session delete";
    case NatEvent::MappingCreated:
        return "NAT44 BIB create";
    case NatEvent::MappingDeleted:
        return "NAT44 BIB delete";
    case NatEvent::PortsExhausted:
        return "NAT ports exhausted";
    case NatEvent::QuotaExceeded:
        return "Quota exceeded";
    case NatEvent::BlockAllocated:
        return "Port block allocation";
    case NatEvent::BlockReleased:
        return "Port block de-allocation";
    }
    return "";
}

std::string
NatLogLine(const NatRecord& record)
{
    std::string line = Format("[%lld.%06lld] ",
                              static_cast<long long>(record.now / SECOND),
                              static_cast<long long>(record.now % SECOND / 1000));
    line += NatEventName(record.event);
    if (record.lastPort != 0)
    {
        return line + " inside=" + AddressText(record.subscriber) +
               EndText("outside", record.outside, record.outsidePort) + "-" +
               std::to_string(record.lastPort);
    }
    line += " " + std::string(ProtocolName(record.protocol)) +
            EndText("inside", record.subscriber, record.insidePort);
    if (record.outside != 0)
    {
        line += EndText("outside", record.outside, record.outsidePort);
    }
    return record.remote == 0 ? line : line + EndText("remote", record.remote, record.remotePort);
}

nlohmann::ordered_json
NatLogJson(const NatRecord& record)
{
    nlohmann::ordered_json json;
    json["t"] = static_cast<double>(record.now) / SECOND;
    json["natEvent"] = static_cast<unsigned>(record.event);
    json["name"] = NatEventName(record.event);
    json["sourceIPv4Address"] = AddressText(record.subscriber);
    if (record.outside != 0)
    {
        json["postNATSourceIPv4Address"] = AddressText(record.outside);
    }
    if (record.lastPort != 0)
    {
        json["portRangeStart"] = record.outsidePort;
        json["portRangeEnd"] = record.lastPort;
        return json;
    }
    json["protocolIdentifier"] = record.protocol;
    json["sourceTransportPort"] = record.insidePort;
    if (record.outside != 0)
    {
        json["postNAPTSourceTransportPort"] = record.outsidePort;
    }
    if (record.remote != 0)
    {
        json["destinationIPv4Address"] = AddressText(record.remote);
        json["destinationTransportPort"] = record.remotePort;
    }
    return json;
}

} // namespace conntrack
} // namespace ns3
