/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/app/sip/sip-transaction.h"

#include <gtest/gtest.h>
#include <vector>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

constexpr SipTimers TIMERS;

/// @param seconds a time @return it
constexpr Nanos
At(double seconds)
{
    return static_cast<Nanos>(seconds * SECOND);
}

/// Let the time pass. @param machine a transaction @param until seconds
/// @return when it resent, in seconds, and as the last, negative, when it timed out
template <typename Machine>
std::vector<double>
Resends(Machine& machine, double until)
{
    std::vector<double> times;
    while (machine.Deadline() <= At(until))
    {
        const Nanos now = machine.Deadline();
        const SipStep step = machine.OnTime(now);
        const double seconds = static_cast<double>(now) / SECOND;
        if (step.resend || step.timedOut)
        {
            times.push_back(step.timedOut ? -seconds : seconds);
        }
    }
    return times;
}

using Times = std::vector<double>;

TEST(SipClientTransactionTest, InviteIsResentAtDoubledTimes)
{
    SipClientTransaction invite(SipKind::Invite, SipTransport::Udp, TIMERS, 0);
    EXPECT_EQ(Resends(invite, 100), (Times{0.5, 1.5, 3.5, 7.5, 15.5, 31.5, -32}));
    EXPECT_EQ(invite.State(), SipState::Terminated);
}

TEST(SipClientTransactionTest, OthersAreResentAtT2AtMost)
{
    SipClientTransaction bye(SipKind::Other, SipTransport::Udp, TIMERS, 0);
    EXPECT_EQ(Resends(bye, 100),
              (Times{0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5, -32}));
}

TEST(SipClientTransactionTest, NothingIsResentOverTcp)
{
    for (const SipKind kind : {SipKind::Invite, SipKind::Other})
    {
        SipClientTransaction client(kind, SipTransport::Tcp, TIMERS, 0);
        EXPECT_EQ(Resends(client, 100), (Times{-32}));
    }
}

TEST(SipClientTransactionTest, RingingInviteWaitsWithoutEnd)
{
    SipClientTransaction invite(SipKind::Invite, SipTransport::Udp, TIMERS, 0);
    EXPECT_TRUE(invite.OnResponse(180, At(0.1)).deliver);
    EXPECT_EQ(invite.Deadline(), NEVER);
    EXPECT_TRUE(invite.OnResponse(180, At(100)).deliver);
    EXPECT_EQ(invite.State(), SipState::Proceeding);
}

TEST(SipClientTransactionTest, CancelledInviteEndsWithoutAResponse)
{
    SipClientTransaction invite(SipKind::Invite, SipTransport::Udp, TIMERS, 0);
    invite.OnResponse(180, At(1));
    invite.OnCancelled(At(2));
    EXPECT_EQ(Resends(invite, 100), (Times{-34}));
}

TEST(SipClientTransactionTest, ProvisionalResponseSlowsOthersDown)
{
    SipClientTransaction bye(SipKind::Other, SipTransport::Udp, TIMERS, 0);
    bye.OnResponse(100, At(0.1));
    EXPECT_EQ(Resends(bye, 100), (Times{0.5, 4.5, 8.5, 12.5, 16.5, 20.5, 24.5, 28.5, -32}));
}

TEST(SipClientTransactionTest, RefusalIsAcknowledgedEachTimeAndDeliveredOnce)
{
    SipClientTransaction invite(SipKind::Invite, SipTransport::Udp, TIMERS, 0);
    SipStep step = invite.OnResponse(486, At(1));
    EXPECT_TRUE(step.deliver);
    EXPECT_TRUE(step.acknowledge);
    step = invite.OnResponse(486, At(2));
    EXPECT_FALSE(step.deliver);
    EXPECT_TRUE(step.acknowledge);
    EXPECT_EQ(invite.Deadline(), At(33)); // timer D
    EXPECT_FALSE(invite.OnTime(At(33)).timedOut);
    EXPECT_EQ(invite.State(), SipState::Terminated);
}

TEST(SipClientTransactionTest, EachAnswerIsDelivered)
{
    SipClientTransaction invite(SipKind::Invite, SipTransport::Udp, TIMERS, 0);
    EXPECT_TRUE(invite.OnResponse(200, At(1)).deliver);
    EXPECT_TRUE(invite.OnResponse(200, At(2)).deliver);
    EXPECT_FALSE(invite.OnResponse(200, At(3)).acknowledge); // its user does that
    EXPECT_FALSE(invite.OnResponse(486, At(3)).deliver);
    EXPECT_FALSE(invite.OnResponse(180, At(3)).deliver);
    EXPECT_EQ(invite.Deadline(), At(33)); // RFC 6026, timer M
}

TEST(SipClientTransactionTest, FinalResponseIsDeliveredOnce)
{
    SipClientTransaction bye(SipKind::Other, SipTransport::Udp, TIMERS, 0);
    EXPECT_TRUE(bye.OnResponse(200, At(1)).deliver);
    EXPECT_FALSE(bye.OnResponse(200, At(2)).deliver);
    EXPECT_EQ(bye.Deadline(), At(6)); // timer K
    SipClientTransaction overTcp(SipKind::Other, SipTransport::Tcp, TIMERS, 0);
    overTcp.OnResponse(200, At(1));
    EXPECT_EQ(overTcp.Deadline(), At(1));
}

TEST(SipServerTransactionTest, RefusalIsResentUntilItsAck)
{
    SipServerTransaction invite(SipKind::Invite, SipTransport::Udp, TIMERS);
    EXPECT_FALSE(invite.OnRequest().resend);
    EXPECT_EQ(invite.Deadline(), NEVER);
    invite.OnSent(180, 0);
    EXPECT_TRUE(invite.OnRequest().resend);
    invite.OnSent(486, 0);
    EXPECT_EQ(Resends(invite, 8), (Times{0.5, 1.5, 3.5, 7.5}));
    invite.OnAck(At(8));
    EXPECT_EQ(invite.State(), SipState::Confirmed);
    EXPECT_FALSE(invite.OnRequest().resend);
    EXPECT_EQ(Resends(invite, 12), Times{});
    EXPECT_EQ(invite.Deadline(), At(13)); // timer I
}

TEST(SipServerTransactionTest, RefusalWithoutAckTimesOut)
{
    SipServerTransaction invite(SipKind::Invite, SipTransport::Udp, TIMERS);
    invite.OnSent(486, 0);
    EXPECT_EQ(Resends(invite, 100),
              (Times{0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5, -32}));
    SipServerTransaction overTcp(SipKind::Invite, SipTransport::Tcp, TIMERS);
    overTcp.OnSent(486, 0);
    EXPECT_EQ(Resends(overTcp, 100), (Times{-32}));
}

TEST(SipServerTransactionTest, AnswerIsNotResentHere)
{
    SipServerTransaction invite(SipKind::Invite, SipTransport::Udp, TIMERS);
    invite.OnSent(200, 0);
    EXPECT_EQ(invite.State(), SipState::Accepted);
    EXPECT_FALSE(invite.OnRequest().resend);
    invite.OnAck(At(1));
    EXPECT_EQ(invite.State(), SipState::Accepted); // the ACK of a 2xx is no part of it
    invite.OnSent(200, At(2));
    EXPECT_EQ(invite.Deadline(), At(32)); // RFC 6026, timer L
}

TEST(SipServerTransactionTest, ResponseIsKeptForRequestsThatComeAgain)
{
    SipServerTransaction bye(SipKind::Other, SipTransport::Udp, TIMERS);
    EXPECT_FALSE(bye.OnRequest().resend);
    bye.OnSent(200, 0);
    EXPECT_TRUE(bye.OnRequest().resend);
    EXPECT_EQ(Resends(bye, 100), Times{});
    EXPECT_EQ(bye.State(), SipState::Terminated);
    SipServerTransaction overTcp(SipKind::Other, SipTransport::Tcp, TIMERS);
    overTcp.OnSent(200, At(1));
    EXPECT_EQ(overTcp.Deadline(), At(1)); // timer J
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
