/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/report/proc-text.h"
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

/// A connection and its line of /proc/net/nf_conntrack.
struct ProcRow
{
    std::string name;
    std::function<Connection()> make;
    std::string line;
};

class ProcConnection : public ::testing::TestWithParam<ProcRow>
{
};

TEST_P(ProcConnection, IsTheKernels)
{
    EXPECT_EQ(ProcLine(GetParam().make(), 1500 * MILLISECOND, MakeContext(), Timeouts{}),
              GetParam().line);
}

Connection
Udp(const Zone& zone)
{
    Connection connection =
        MakeConnection(MakeTuple("10.1.0.10", "10.2.0.10", protocol::UDP, 5000, 53));
    connection.zone = zone;
    return connection;
}

Connection
Gre(Nanos timeout, Nanos streamTimeout)
{
    Connection connection =
        MakeConnection(MakeTuple("10.1.0.10", "10.2.0.10", protocol::GRE, 0x1001, 0x2002));
    connection.track = ProtocolTrack{};
    connection.track.gre.timeout = timeout;
    connection.track.gre.streamTimeout = streamTimeout;
    return connection;
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    ProcConnection,
    ::testing::Values(
        ProcRow{"Tcp",
                MakeControl,
                "ipv4     2 tcp      6 431998 ESTABLISHED src=10.1.0.10 dst=10.2.0.10 sport=40000 "
                "dport=21 packets=8 bytes=379 src=10.2.0.10 dst=10.1.0.10 sport=21 dport=40000 "
                "packets=7 bytes=332 [ASSURED] mark=0 zone=0 delta-time=1 use=2"},
        ProcRow{"TcpWithChildren",
                [] {
                    Connection connection = MakeControl();
                    connection.children = 4;
                    return connection;
                },
                "ipv4     2 tcp      6 431998 ESTABLISHED src=10.1.0.10 dst=10.2.0.10 sport=40000 "
                "dport=21 packets=8 bytes=379 src=10.2.0.10 dst=10.1.0.10 sport=21 dport=40000 "
                "packets=7 bytes=332 [ASSURED] mark=0 zone=0 delta-time=1 use=6"},
        ProcRow{"Ipv6IsWrittenInFull",
                [] {
                    return MakeConnection(
                        MakeTuple("fd00:1::10", "fd00:2::10", protocol::UDP, 5000, 53));
                },
                "ipv6     10 udp      17 28 src=fd00:0001:0000:0000:0000:0000:0000:0010 "
                "dst=fd00:0002:0000:0000:0000:0000:0000:0010 sport=5000 dport=53 packets=1 "
                "bytes=32 [UNREPLIED] src=fd00:0002:0000:0000:0000:0000:0000:0010 "
                "dst=fd00:0001:0000:0000:0000:0000:0000:0010 sport=53 dport=5000 packets=0 "
                "bytes=0 mark=0 zone=0 delta-time=1 use=2"},
        ProcRow{"ZoneOfBothDirections",
                [] {
                    return Udp({7, Zone::BOTH});
                },
                "ipv4     2 udp      17 28 src=10.1.0.10 dst=10.2.0.10 sport=5000 dport=53 "
                "packets=1 bytes=32 [UNREPLIED] src=10.2.0.10 dst=10.1.0.10 sport=53 dport=5000 "
                "packets=0 bytes=0 mark=0 zone=7 delta-time=1 use=2"},
        ProcRow{"ZoneOfOneDirectionStandsThere",
                [] {
                    return Udp({12, Zone::ORIGINAL});
                },
                "ipv4     2 udp      17 28 src=10.1.0.10 dst=10.2.0.10 sport=5000 dport=53 "
                "zone-orig=12 packets=1 bytes=32 [UNREPLIED] src=10.2.0.10 dst=10.1.0.10 sport=53 "
                "dport=5000 packets=0 bytes=0 mark=0 delta-time=1 use=2"},
        ProcRow{"GreTellsTheRoutersTimeouts",
                [] { return Gre(0, 0); },
                "ipv4     2 gre      47 28 timeout=30, stream_timeout=180 src=10.1.0.10 "
                "dst=10.2.0.10 srckey=0x1001 dstkey=0x2002 packets=1 bytes=32 [UNREPLIED] "
                "src=10.2.0.10 dst=10.1.0.10 srckey=0x2002 dstkey=0x1001 packets=0 bytes=0 mark=0 "
                "zone=0 delta-time=1 use=2"},
        ProcRow{"GreTellsItsOwnTimeouts",
                [] { return Gre(31 * SECOND, 181 * SECOND); },
                "ipv4     2 gre      47 28 timeout=31, stream_timeout=181 src=10.1.0.10 "
                "dst=10.2.0.10 srckey=0x1001 dstkey=0x2002 packets=1 bytes=32 [UNREPLIED] "
                "src=10.2.0.10 dst=10.1.0.10 srckey=0x2002 dstkey=0x1001 packets=0 bytes=0 mark=0 "
                "zone=0 delta-time=1 use=2"},
        ProcRow{"Generic",
                [] { return MakeConnection(MakeTuple("10.1.0.10", "10.2.0.10", 253)); },
                "ipv4     2 unknown  253 28 src=10.1.0.10 dst=10.2.0.10 packets=1 bytes=32 "
                "[UNREPLIED] src=10.2.0.10 dst=10.1.0.10 packets=0 bytes=0 mark=0 zone=0 "
                "delta-time=1 use=2"}),
    [](const auto& info) { return info.param.name; });

/// An expectation and its line of /proc/net/nf_conntrack_expect.
struct ProcExpectationRow
{
    std::string name;
    std::function<void(Expectation&)> change;
    std::string helper;
    std::string className;
    std::string line;
};

class E18Proc : public ::testing::TestWithParam<ProcExpectationRow>
{
};

TEST_P(E18Proc, IsTheKernels)
{
    const ProcExpectationRow& row = GetParam();
    Connection master = MakeControl();
    HelperArea area;
    Ptr<NamedHelper> helper;
    if (!row.helper.empty())
    {
        helper = MakeHelper(row.helper, row.className);
        area.helper = PeekPointer(helper);
        master.help = &area;
    }
    Expectation expectation = MakeExpectation(master);
    row.change(expectation);
    EXPECT_EQ(ProcLine(expectation, 1), row.line);
}

const std::string FLOW = "l3proto = 2 proto=6 src=10.2.0.10 dst=10.1.0.10 sport=0 dport=50001 ";

INSTANTIATE_TEST_SUITE_P(
    Rows,
    E18Proc,
    ::testing::Values(
        ProcExpectationRow{"Helper", [](Expectation&) {}, "ftp", "", "299 " + FLOW + "ftp"},
        ProcExpectationRow{"ClassWithAName",
                           [](Expectation&) {},
                           "sip",
                           "signalling",
                           "299 " + FLOW + "sip/signalling"},
        ProcExpectationRow{"Flags",
                           [](Expectation& expectation) { expectation.flags = 7; },
                           "sip",
                           "signalling",
                           "299 " + FLOW + "PERMANENT,INACTIVE,USERSPACE sip/signalling"},
        ProcExpectationRow{"NeitherFlagsNorHelperEndsInABlank",
                           [](Expectation&) {},
                           "",
                           "",
                           "299 " + FLOW},
        ProcExpectationRow{"FlagsWithoutHelper",
                           [](Expectation& expectation) { expectation.flags = 1; },
                           "",
                           "",
                           "299 " + FLOW + "PERMANENT"},
        ProcExpectationRow{"TimerFires",
                           [](Expectation& expectation) { expectation.timerPending = false; },
                           "ftp",
                           "",
                           "0 " + FLOW + "ftp"},
        ProcExpectationRow{"NoTimer",
                           [](Expectation& expectation) { expectation.hasTimer = false; },
                           "ftp",
                           "",
                           "- " + FLOW + "ftp"},
        ProcExpectationRow{"OverdueIsNegative",
                           [](Expectation& expectation) { expectation.deadline = -SECOND; },
                           "ftp",
                           "",
                           "-1 " + FLOW + "ftp"},
        ProcExpectationRow{"ClassBeyondThePolicies",
                           [](Expectation& expectation) { expectation.classNumber = 3; },
                           "sip",
                           "signalling",
                           "299 " + FLOW + "sip"}),
    [](const auto& info) { return info.param.name; });

TEST(ProcStat, ColumnsAreHexadecimal)
{
    Statistics statistics;
    statistics.clashResolve = 1;
    statistics.found = 2;
    statistics.invalid = 26;
    statistics.insertFailed = 3;
    statistics.expectCreate = 4;
    EXPECT_EQ(ProcStatLine(statistics, 5),
              "00000005  00000001 00000002 00000000 0000001a 00000000 00000000 00000000 00000000 "
              "00000003 00000000 00000000 00000000  00000000 00000004 00000000 00000000");
}

TEST(ProcStat, HeadOfBothKernels)
{
    ReportContext context = MakeContext();
    EXPECT_EQ(ProcStatHead(context),
              "entries  clashres found new invalid ignore delete chainlength insert insert_failed "
              "drop early_drop icmp_error  expect_new expect_create expect_delete search_restart");
    context.profile = KernelProfile::Find("v5.10");
    EXPECT_NE(ProcStatHead(context).find(" delete_list "), std::string::npos);
}

} // namespace
} // namespace conntrack
} // namespace ns3
