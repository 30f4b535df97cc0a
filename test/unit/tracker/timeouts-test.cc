/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/flow/tuple.h"
#include "model/tracker/timeouts.h"
#include "model/tracker/tracker.h"
#include "model/tracker/tracks.h"

#include <gtest/gtest.h>
#include <set>
#include <string>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

/// A protocol and the names of its time-outs in order.
struct Row
{
    const char* name;
    uint8_t protocol;
    std::vector<std::string_view> names;
};

class TimeoutNamesOf : public testing::TestWithParam<Row>
{
};

TEST_P(TimeoutNamesOf, AreThoseOfNft)
{
    EXPECT_EQ(TimeoutNames(GetParam().protocol), GetParam().names);
}

TEST_P(TimeoutNamesOf, SetEachAValueOfItsOwn)
{
    for (const auto& name : GetParam().names)
    {
        Timeouts timeouts;
        const Timeouts defaults;
        EXPECT_TRUE(SetTimeout(timeouts, GetParam().protocol, name, 4711));
        const bool isChanged = timeouts.tcp != defaults.tcp || timeouts.sctp != defaults.sctp ||
                               timeouts.udp != defaults.udp || timeouts.gre != defaults.gre ||
                               timeouts.icmp != defaults.icmp ||
                               timeouts.icmpv6 != defaults.icmpv6 ||
                               timeouts.generic != defaults.generic;
        EXPECT_TRUE(isChanged) << name;
    }
}

TEST_P(TimeoutNamesOf, RefuseOthers)
{
    Timeouts timeouts;
    EXPECT_FALSE(SetTimeout(timeouts, GetParam().protocol, "", 1));
    EXPECT_FALSE(SetTimeout(timeouts, GetParam().protocol, "SYN_SENT", 1));
    EXPECT_FALSE(SetTimeout(timeouts, GetParam().protocol, "none", 1));
}

const Row ROWS[] = {
    {"Tcp",
     protocol::TCP,
     {"syn_sent",
      "syn_recv",
      "established",
      "fin_wait",
      "close_wait",
      "last_ack",
      "time_wait",
      "close",
      "syn_sent2",
      "retrans",
      "unack"}},
    {"Udp", protocol::UDP, {"unreplied", "replied"}},
    {"UdpLite", protocol::UDPLITE, {"unreplied", "replied"}},
    {"Gre", protocol::GRE, {"unreplied", "replied"}},
    {"Sctp",
     protocol::SCTP,
     {"closed",
      "cookie_wait",
      "cookie_echoed",
      "established",
      "shutdown_sent",
      "shutdown_recd",
      "shutdown_ack_sent",
      "heartbeat_sent",
      "heartbeat_acked"}},
    {"Icmp", protocol::ICMP, {"timeout"}},
    {"Icmpv6", protocol::ICMPV6, {"timeout"}},
    {"Generic", 253, {"timeout"}},
};

INSTANTIATE_TEST_SUITE_P(Timeouts, TimeoutNamesOf, testing::ValuesIn(ROWS), [](const auto& info) {
    return std::string(info.param.name);
});

TEST(TimeoutDefaults, AreTheKernels)
{
    const Timeouts defaults;
    EXPECT_EQ(TimeoutOf(defaults.tcp, TcpTimeout::Established), 432000 * SECOND);
    EXPECT_EQ(TimeoutOf(defaults.tcp, TcpTimeout::Unack), 300 * SECOND);
    EXPECT_EQ(TimeoutOf(defaults.udp, PairTimeout::Replied), 120 * SECOND);
    EXPECT_EQ(TimeoutOf(defaults.gre, PairTimeout::Replied), 180 * SECOND);
    EXPECT_EQ(TimeoutOf(defaults.sctp, SctpTimeout::HeartbeatSent), 30 * SECOND);
}

TEST(StateNames, AreThoseOfConntrack)
{
    EXPECT_STREQ(Name(TcpState::None), "NONE");
    EXPECT_STREQ(Name(TcpState::SynSent2), "SYN_SENT2");
    EXPECT_STREQ(Name(TcpState::TimeWait), "TIME_WAIT");
    EXPECT_STREQ(Name(SctpState::ShutdownAckSent), "SHUTDOWN_ACK_SENT");
    EXPECT_STREQ(Name(static_cast<TcpState>(99)), "UNKNOWN");
    EXPECT_STREQ(Name(static_cast<SctpState>(99)), "UNKNOWN");
}

TEST(StateNames, EveryReasonHasItsOwn)
{
    std::set<std::string> names;
    int count = 0;
    for (; std::string(Name(static_cast<InvalidReason>(count))) != "unknown"; count++)
    {
        names.insert(Name(static_cast<InvalidReason>(count)));
    }
    EXPECT_EQ(names.size(), static_cast<std::size_t>(count));
    EXPECT_EQ(count, static_cast<int>(InvalidReason::BadFragment) + 1);
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
