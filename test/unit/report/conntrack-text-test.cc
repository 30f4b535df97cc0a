/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/report/conntrack-text.h"
#include "test/unit/report/samples.h"

#include <functional>
#include <gtest/gtest.h>

namespace ns3
{
namespace conntrack
{
namespace
{

using namespace samples;

/// An event of a connection, and conntrack's line without the time.
struct EventRow
{
    std::string name;
    std::function<Connection()> make;
    uint16_t events;
    std::string line;
    std::string profile{"v6.18"};
    Nanos now{0};
};

class ConnectionEventLine : public ::testing::TestWithParam<EventRow>
{
};

TEST_P(ConnectionEventLine, IsConntracks)
{
    const EventRow& row = GetParam();
    const Connection connection = row.make();
    ReportContext context = MakeContext();
    context.profile = KernelProfile::Find(row.profile);
    const ConnectionNotice notice{connection, row.events, EndReason::Expired, row.now, {}};
    const std::string line = EventLine(notice, context);
    EXPECT_EQ(line.substr(line.find('\t') + 1), row.line);
}

Connection
Udp()
{
    return MakeConnection(MakeTuple("10.1.0.10", "10.2.0.10", protocol::UDP, 5000, 53));
}

Connection
WithZone(Connection connection, Zone zone)
{
    connection.zone = zone;
    return connection;
}

Connection
Sctp()
{
    Connection connection =
        MakeConnection(MakeTuple("10.1.0.10", "10.2.0.10", protocol::SCTP, 40000, 36412));
    connection.track.sctp.state = SctpState::Closed;
    connection.deadline = 10 * SECOND;
    return connection;
}

Connection
Icmp(const std::string& from, const std::string& to, uint8_t number, uint8_t type, uint8_t answer)
{
    Connection connection =
        MakeConnection(MakeTuple(from, to, number, 4660, static_cast<uint16_t>(type << 8)));
    connection.tuples[1].sourcePort = 4660;
    connection.tuples[1].destinationPort = static_cast<uint16_t>(answer << 8);
    connection.deadline = 3 * SECOND;
    return connection;
}

Connection
Gre()
{
    return MakeConnection(MakeTuple("10.1.0.10", "10.2.0.10", protocol::GRE, 0x1001, 0x2002));
}

Connection
Marked()
{
    Connection connection = MakeControl();
    connection.mark = 42;
    return connection;
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    ConnectionEventLine,
    ::testing::Values(
        EventRow{"UdpNew",
                 Udp,
                 event::NEW,
                 "    [NEW] ipv4     2 udp      17 30 src=10.1.0.10 dst=10.2.0.10 sport=5000 "
                 "dport=53 [UNREPLIED] src=10.2.0.10 dst=10.1.0.10 sport=53 dport=5000"},
        EventRow{"TcpUpdate",
                 MakeControl,
                 event::ASSURED | event::PROTOINFO,
                 " [UPDATE] ipv4     2 tcp      6 432000 ESTABLISHED src=10.1.0.10 dst=10.2.0.10 "
                 "sport=40000 dport=21 src=10.2.0.10 dst=10.1.0.10 sport=21 dport=40000 [ASSURED]"},
        EventRow{"TcpUpdateWithoutStateChange",
                 MakeControl,
                 event::ASSURED,
                 " [UPDATE] ipv4     2 tcp      6 432000 src=10.1.0.10 dst=10.2.0.10 "
                 "sport=40000 dport=21 src=10.2.0.10 dst=10.1.0.10 sport=21 dport=40000 [ASSURED]"},
        EventRow{"TcpDestroy",
                 MakeControl,
                 event::DESTROY,
                 "[DESTROY] ipv4     2 tcp      6 ESTABLISHED src=10.1.0.10 dst=10.2.0.10 "
                 "sport=40000 dport=21 packets=8 bytes=379 src=10.2.0.10 dst=10.1.0.10 sport=21 "
                 "dport=40000 packets=7 bytes=332 [ASSURED] delta-time=432000",
                 "v6.18",
                 432000 * SECOND},
        EventRow{"TcpDestroyBeforeItsTime",
                 MakeControl,
                 event::DESTROY,
                 "[DESTROY] ipv4     2 tcp      6 431998 ESTABLISHED src=10.1.0.10 dst=10.2.0.10 "
                 "sport=40000 dport=21 packets=8 bytes=379 src=10.2.0.10 dst=10.1.0.10 sport=21 "
                 "dport=40000 packets=7 bytes=332 [ASSURED] delta-time=1",
                 "v6.18",
                 SECOND + 1},
        EventRow{"TcpDestroyOf510TellsNoState",
                 MakeControl,
                 event::DESTROY,
                 "[DESTROY] ipv4     2 tcp      6 src=10.1.0.10 dst=10.2.0.10 "
                 "sport=40000 dport=21 packets=8 bytes=379 src=10.2.0.10 dst=10.1.0.10 sport=21 "
                 "dport=40000 packets=7 bytes=332 [ASSURED] delta-time=1",
                 "v5.10",
                 SECOND + 1},
        EventRow{"Mark",
                 Marked,
                 event::MARK,
                 " [UPDATE] ipv4     2 tcp      6 432000 src=10.1.0.10 dst=10.2.0.10 sport=40000 "
                 "dport=21 src=10.2.0.10 dst=10.1.0.10 sport=21 dport=40000 [ASSURED] mark=42"},
        EventRow{"MarkSetToZero",
                 MakeControl,
                 event::MARK,
                 " [UPDATE] ipv4     2 tcp      6 432000 src=10.1.0.10 dst=10.2.0.10 sport=40000 "
                 "dport=21 src=10.2.0.10 dst=10.1.0.10 sport=21 dport=40000 [ASSURED] mark=0"},
        EventRow{"ZoneOfBothDirections",
                 [] {
                     return WithZone(Udp(), {7, Zone::BOTH});
                 },
                 event::NEW,
                 "    [NEW] ipv4     2 udp      17 30 src=10.1.0.10 dst=10.2.0.10 sport=5000 "
                 "dport=53 [UNREPLIED] src=10.2.0.10 dst=10.1.0.10 sport=53 dport=5000 zone=7"},
        EventRow{"ZoneOfOriginalDirection",
                 [] {
                     return WithZone(Udp(), {12, Zone::ORIGINAL});
                 },
                 event::NEW,
                 "    [NEW] ipv4     2 udp      17 30 src=10.1.0.10 dst=10.2.0.10 sport=5000 "
                 "dport=53 zone-orig=12 [UNREPLIED] src=10.2.0.10 dst=10.1.0.10 sport=53 "
                 "dport=5000"},
        EventRow{"ZoneOfReplyDirection",
                 [] {
                     return WithZone(Udp(), {12, Zone::REPLY});
                 },
                 event::NEW,
                 "    [NEW] ipv4     2 udp      17 30 src=10.1.0.10 dst=10.2.0.10 sport=5000 "
                 "dport=53 [UNREPLIED] src=10.2.0.10 dst=10.1.0.10 sport=53 dport=5000 "
                 "zone-reply=12"},
        EventRow{"Icmp",
                 [] { return Icmp("10.1.0.10", "10.2.0.10", protocol::ICMP, 8, 0); },
                 event::NEW,
                 "    [NEW] ipv4     2 icmp     1 3 src=10.1.0.10 dst=10.2.0.10 type=8 code=0 "
                 "id=4660 [UNREPLIED] src=10.2.0.10 dst=10.1.0.10 type=0 code=0 id=4660"},
        EventRow{"Icmpv6",
                 [] { return Icmp("fd07:7::10", "fd07:113::10", protocol::ICMPV6, 128, 129); },
                 event::NEW,
                 "    [NEW] ipv6     10 icmpv6   58 3 src=fd07:7::10 dst=fd07:113::10 type=128 "
                 "code=0 id=4660 [UNREPLIED] src=fd07:113::10 dst=fd07:7::10 type=129 code=0 "
                 "id=4660"},
        EventRow{"Gre",
                 Gre,
                 event::NEW,
                 "    [NEW] ipv4     2 gre      47 30 src=10.1.0.10 dst=10.2.0.10 srckey=0x1001 "
                 "dstkey=0x2002 [UNREPLIED] src=10.2.0.10 dst=10.1.0.10 srckey=0x2002 "
                 "dstkey=0x1001"},
        EventRow{"Sctp",
                 Sctp,
                 event::NEW | event::PROTOINFO,
                 "    [NEW] ipv4     2 sctp     132 10 CLOSED src=10.1.0.10 dst=10.2.0.10 "
                 "sport=40000 dport=36412 [UNREPLIED] src=10.2.0.10 dst=10.1.0.10 sport=36412 "
                 "dport=40000"},
        EventRow{"UdpLite",
                 [] {
                     return MakeConnection(
                         MakeTuple("10.1.0.10", "10.2.0.10", protocol::UDPLITE, 7100, 8000));
                 },
                 event::NEW,
                 "    [NEW] ipv4     2 udplite  136 30 src=10.1.0.10 dst=10.2.0.10 sport=7100 "
                 "dport=8000 [UNREPLIED] src=10.2.0.10 dst=10.1.0.10 sport=8000 dport=7100"},
        EventRow{"Generic",
                 [] { return MakeConnection(MakeTuple("10.1.0.10", "10.2.0.10", 253)); },
                 event::NEW,
                 "    [NEW] ipv4     2 unknown  253 30 src=10.1.0.10 dst=10.2.0.10 [UNREPLIED] "
                 "src=10.2.0.10 dst=10.1.0.10"},
        EventRow{"NoNegativeTimeLeft",
                 Udp,
                 event::REPLY,
                 " [UPDATE] ipv4     2 udp      17 0 src=10.1.0.10 dst=10.2.0.10 sport=5000 "
                 "dport=53 [UNREPLIED] src=10.2.0.10 dst=10.1.0.10 sport=53 dport=5000",
                 "v6.18",
                 40 * SECOND}),
    [](const auto& info) { return info.param.name; });

TEST(EventTime, MicrosecondsHaveNoLeadingZerosAndABlankBehind)
{
    const Connection connection = Udp();
    const Nanos now = 33089999; // of which 999 ns are cut
    const ConnectionNotice notice{connection, event::NEW, EndReason::Expired, now, {}};
    EXPECT_EQ(EventLine(notice, MakeContext()).substr(0, 30), "[1795317926.33089 ]\t    [NEW] ");
}

TEST(EventLineEnd, HelperThenIdThenRequester)
{
    Connection connection = MakeControl();
    HelperArea area;
    const auto helper = MakeHelper("ftp");
    area.helper = PeekPointer(helper);
    connection.help = &area;
    ReportContext context = MakeContext();
    context.showIds = true;
    const ConnectionNotice notice{connection, event::HELPER, EndReason::Expired, 0, {4711, true}};
    const std::string line = EventLine(notice, context);
    EXPECT_EQ(line.substr(line.find("[ASSURED]")),
              "[ASSURED] helper=ftp id=7 [USERSPACE] portid=4711");
}

TEST(EventLineEnd, NoCountersAndTimesWithoutTheSysctls)
{
    ReportContext context = MakeContext();
    context.accounting = context.timestamps = false;
    const Connection connection = MakeControl();
    const ConnectionNotice notice{connection,
                                  event::DESTROY,
                                  EndReason::Expired,
                                  432000 * SECOND,
                                  {}};
    EXPECT_EQ(EventLine(notice, context).substr(20),
              "[DESTROY] ipv4     2 tcp      6 ESTABLISHED src=10.1.0.10 dst=10.2.0.10 "
              "sport=40000 dport=21 src=10.2.0.10 dst=10.1.0.10 sport=21 dport=40000 [ASSURED]");
}

/// An expectation, and conntrack's line.
struct ExpectationRow
{
    std::string name;
    std::function<void(Expectation&)> change;
    std::string helper;
    Nanos now;
    std::string line;
};

class ExpectationLine : public ::testing::TestWithParam<ExpectationRow>
{
};

TEST_P(ExpectationLine, IsConntracks)
{
    const ExpectationRow& row = GetParam();
    Connection master = MakeControl();
    HelperArea area;
    Ptr<NamedHelper> helper;
    if (!row.helper.empty())
    {
        helper = MakeHelper(row.helper);
        area.helper = PeekPointer(helper);
    }
    master.help = &area;
    Expectation expectation = MakeExpectation(master);
    row.change(expectation);
    EXPECT_EQ(ListLine(expectation, row.now), row.line);
    const ExpectationNotice notice{expectation,
                                   ExpectationEvent::Destroy,
                                   ExpectationEnd::Used,
                                   row.now,
                                   {}};
    const std::string line = EventLine(notice, MakeContext());
    EXPECT_EQ(line.substr(line.find('\t')), "\t[DESTROY] " + row.line);
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    ExpectationLine,
    ::testing::Values(
        ExpectationRow{"Ftp",
                       [](Expectation&) {},
                       "ftp",
                       1,
                       "299 proto=6 src=10.2.0.10 dst=10.1.0.10 sport=0 dport=50001 "
                       "mask-src=255.255.255.255 mask-dst=255.255.255.255 sport=0 dport=65535 "
                       "master-src=10.1.0.10 master-dst=10.2.0.10 sport=40000 dport=21 class=0 "
                       "helper=ftp"},
        ExpectationRow{"NoHelper",
                       [](Expectation&) {},
                       "",
                       0,
                       "300 proto=6 src=10.2.0.10 dst=10.1.0.10 sport=0 dport=50001 "
                       "mask-src=255.255.255.255 mask-dst=255.255.255.255 sport=0 dport=65535 "
                       "master-src=10.1.0.10 master-dst=10.2.0.10 sport=40000 dport=21 class=0"},
        ExpectationRow{"FlagsAndClass",
                       [](Expectation& expectation) {
                           expectation.flags = 3;
                           expectation.classNumber = 1;
                       },
                       "sip",
                       0,
                       "300 proto=6 src=10.2.0.10 dst=10.1.0.10 sport=0 dport=50001 "
                       "mask-src=255.255.255.255 mask-dst=255.255.255.255 sport=0 dport=65535 "
                       "master-src=10.1.0.10 master-dst=10.2.0.10 sport=40000 dport=21 "
                       "PERMANENT,INACTIVE class=1 helper=sip"},
        ExpectationRow{"SubnetMaskAndPort",
                       [](Expectation& expectation) {
                           expectation.mask = {Parse("255.255.255.0"), 0xffff};
                           expectation.tuple.sourcePort = 137;
                       },
                       "netbios-ns",
                       0,
                       "300 proto=6 src=10.2.0.10 dst=10.1.0.10 sport=137 dport=50001 "
                       "mask-src=255.255.255.0 mask-dst=255.255.255.255 sport=65535 dport=65535 "
                       "master-src=10.1.0.10 master-dst=10.2.0.10 sport=40000 dport=21 class=0 "
                       "helper=netbios-ns"},
        ExpectationRow{"Overdue",
                       [](Expectation&) {},
                       "ftp",
                       305 * SECOND,
                       "0 proto=6 src=10.2.0.10 dst=10.1.0.10 sport=0 dport=50001 "
                       "mask-src=255.255.255.255 mask-dst=255.255.255.255 sport=0 dport=65535 "
                       "master-src=10.1.0.10 master-dst=10.2.0.10 sport=40000 dport=21 class=0 "
                       "helper=ftp"},
        ExpectationRow{"Gre",
                       [](Expectation& expectation) {
                           expectation.tuple =
                               MakeTuple("10.1.0.10", "10.2.0.10", protocol::GRE, 0x1001, 0x2002);
                           expectation.mask.port = 0xffff;
                       },
                       "pptp",
                       0,
                       "300 proto=47 src=10.1.0.10 dst=10.2.0.10 srckey=0x1001 dstkey=0x2002 "
                       "mask-src=255.255.255.255 mask-dst=255.255.255.255 srckey=0xffff "
                       "dstkey=0xffff master-src=10.1.0.10 master-dst=10.2.0.10 sport=40000 "
                       "dport=21 class=0 helper=pptp"},
        ExpectationRow{"Ipv6",
                       [](Expectation& expectation) {
                           expectation.tuple =
                               MakeTuple("fd00:2::10", "fd00:1::10", protocol::TCP, 0, 50200);
                           expectation.mask.address.bytes.fill(0xff);
                       },
                       "ftp",
                       0,
                       "300 proto=6 src=fd00:2::10 dst=fd00:1::10 sport=0 dport=50200 "
                       "mask-src=ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
                       "mask-dst=ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff sport=0 dport=65535 "
                       "master-src=10.1.0.10 master-dst=10.2.0.10 sport=40000 dport=21 class=0 "
                       "helper=ftp"}),
    [](const auto& info) { return info.param.name; });

TEST(ListLine, OfAConnection)
{
    Connection connection = MakeControl();
    HelperArea area;
    const auto helper = MakeHelper("ftp");
    area.helper = PeekPointer(helper);
    connection.help = &area;
    connection.children = 2;
    EXPECT_EQ(ListLine(connection, 1, MakeContext()),
              "ipv4     2 tcp      6 431999 ESTABLISHED src=10.1.0.10 dst=10.2.0.10 sport=40000 "
              "dport=21 packets=8 bytes=379 src=10.2.0.10 dst=10.1.0.10 sport=21 dport=40000 "
              "packets=7 bytes=332 [ASSURED] mark=0 delta-time=0 "
              "[start=Sun Nov 22 03:25:26 2026] helper=ftp use=3 id=7");
}

TEST(ListLine, AgeIsCountedFromWholeSecondToWholeSecond)
{
    Connection connection = MakeControl();
    connection.start = 900 * MILLISECOND;
    const std::string line = ListLine(connection, 2100 * MILLISECOND, MakeContext());
    EXPECT_NE(line.find(" delta-time=2 "), std::string::npos) << line;
}

TEST(StatisticsLine, OfBothKernels)
{
    Statistics statistics;
    statistics.invalid = 5;
    statistics.icmpError = 2;
    ReportContext context = MakeContext();
    const std::string line =
        "cpu=0   \tfound=0 invalid=5 insert=0 insert_failed=0 drop=0 early_drop=0 error=2 "
        "search_restart=0 clash_resolve=0 ";
    EXPECT_EQ(StatisticsLine(statistics, context), line + "chaintoolong=0 ");
    context.profile = KernelProfile::Find("v5.10");
    EXPECT_EQ(StatisticsLine(statistics, context), line);
}

} // namespace
} // namespace conntrack
} // namespace ns3
