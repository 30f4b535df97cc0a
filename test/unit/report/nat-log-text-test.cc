/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/report/nat-log-text.h"

#include <gtest/gtest.h>
#include <ostream>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

NatRecord
Session(NatEvent event)
{
    NatRecord record{event};
    record.now = 1500001000;
    record.protocol = protocol::UDP;
    record.subscriber = 0x64400005;
    record.insidePort = 5000;
    record.outside = 0xcb007101;
    record.outsidePort = 1024;
    record.remote = 0xc6336401;
    record.remotePort = 53;
    return record;
}

NatRecord
Mapping(NatEvent event)
{
    NatRecord record = Session(event);
    record.remote = 0;
    record.remotePort = 0;
    return record;
}

NatRecord
Block(NatEvent event)
{
    NatRecord record{event};
    record.now = 2 * SECOND;
    record.subscriber = 0x64400005;
    record.outside = 0xcb007101;
    record.outsidePort = 1024;
    record.lastPort = 1535;
    return record;
}

NatRecord
Refusal(NatEvent event)
{
    NatRecord record = Session(event);
    record.outside = 0;
    record.outsidePort = 0;
    return record;
}

/// A record and its two forms.
struct LogRow
{
    const char* name;
    NatRecord record;
    const char* line;
    const char* json;
};

/// @param row a row @param out gets its name
void
PrintTo(const LogRow& row, std::ostream* out)
{
    *out << row.name;
}

const LogRow ROWS[] = {
    {"Session",
     Session(NatEvent::SessionCreated),
     "[1.500001] NAT44 session create udp inside=100.64.0.5:5000 outside=203.0.113.1:1024 "
     "remote=198.51.100.1:53",
     R"({"t":1.500001,"natEvent":4,"name":"NAT44 session create",)"
     R"("sourceIPv4Address":"100.64.0.5","postNATSourceIPv4Address":"203.0.113.1",)"
     R"("protocolIdentifier":17,"sourceTransportPort":5000,"postNAPTSourceTransportPort":1024,)"
     R"("destinationIPv4Address":"198.51.100.1","destinationTransportPort":53})"},
    {"Mapping",
     Mapping(NatEvent::MappingDeleted),
     "[1.500001] NAT44 BIB delete udp inside=100.64.0.5:5000 outside=203.0.113.1:1024",
     R"({"t":1.500001,"natEvent":9,"name":"NAT44 BIB delete","sourceIPv4Address":"100.64.0.5",)"
     R"("postNATSourceIPv4Address":"203.0.113.1","protocolIdentifier":17,)"
     R"("sourceTransportPort":5000,"postNAPTSourceTransportPort":1024})"},
    {"Block",
     Block(NatEvent::BlockAllocated),
     "[2.000000] Port block allocation inside=100.64.0.5 outside=203.0.113.1:1024-1535",
     R"({"t":2.0,"natEvent":16,"name":"Port block allocation","sourceIPv4Address":"100.64.0.5",)"
     R"("postNATSourceIPv4Address":"203.0.113.1","portRangeStart":1024,"portRangeEnd":1535})"},
    {"Refusal",
     Refusal(NatEvent::QuotaExceeded),
     "[1.500001] Quota exceeded udp inside=100.64.0.5:5000 remote=198.51.100.1:53",
     R"({"t":1.500001,"natEvent":13,"name":"Quota exceeded","sourceIPv4Address":"100.64.0.5",)"
     R"("protocolIdentifier":17,"sourceTransportPort":5000,)"
     R"("destinationIPv4Address":"198.51.100.1","destinationTransportPort":53})"},
};

class NatLog : public ::testing::TestWithParam<LogRow>
{
};

TEST_P(NatLog, IsALineAndAnObject)
{
    EXPECT_EQ(NatLogLine(GetParam().record), GetParam().line);
    EXPECT_EQ(NatLogJson(GetParam().record).dump(), GetParam().json);
}

INSTANTIATE_TEST_SUITE_P(Rows, NatLog, ::testing::ValuesIn(ROWS), [](const auto& info) {
    return info.param.name;
});

TEST(NatLogNames, AreRfc8158s)
{
    EXPECT_EQ(NatEventName(NatEvent::SessionDeleted), "NAT44 session delete");
    EXPECT_EQ(NatEventName(NatEvent::MappingCreated), "NAT44 BIB create");
    EXPECT_EQ(NatEventName(NatEvent::PortsExhausted), "NAT ports exhausted");
    EXPECT_EQ(NatEventName(NatEvent::BlockReleased), "Port block de-allocation");
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
