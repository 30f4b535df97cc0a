/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "test/unit/tracker/tcp-script.h"

#include <gtest/gtest.h>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

/// A connection so far, its last segment's verdict, and the state it leaves.
struct Row
{
    const char* name;
    const char* script;
    const char* verdict;
    const char* state;
    int64_t timeout; ///< seconds; -1: not renewed
};

std::string
NameOf(const testing::TestParamInfo<Row>& info)
{
    return info.param.name;
}

class TcpState : public testing::TestWithParam<Row>
{
};

TEST_P(TcpState, IsAsInLinux)
{
    TcpScript flow;
    const TrackResult result = flow.Run(GetParam().script);
    EXPECT_EQ(Verdict(result), GetParam().verdict);
    EXPECT_EQ(flow.State(), GetParam().state);
    EXPECT_EQ(result.timeout.value_or(-SECOND) / SECOND, GetParam().timeout);
}

const Row OPENING[] = {
    {"Syn", "c:S", "taken", "SYN_SENT", 120},
    {"SynAgain", "c:S* c:S", "passed", "SYN_SENT", -1},
    {"SynAck", "c:S s:SA", "taken", "SYN_RECV", 60},
    {"SynAckAgain", "c:S s:SA* s:SA", "passed", "SYN_RECV", -1},
    {"Handshake", "c:S s:SA c:A", "taken", "ESTABLISHED", 432000},
    {"SynAfterSynAck", "c:S* s:SA* c:S", "passed", "SYN_RECV", -1},
    {"ReplyAckInSynRecv", "c:S s:SA s:A", "taken", "SYN_RECV", 60},
    {"AckBeforeSynAck", "c:S c:A", "bad state", "SYN_SENT", -1},
    {"FinBeforeSynAck", "c:S c:FA", "bad state", "SYN_SENT", -1},
    {"SynAckFromClient", "c:S c:SA", "bad state", "SYN_SENT", -1},
    {"ReplyFinToSyn", "c:S s:FA", "bad state", "SYN_SENT", -1},
    {"ReplyAckToSyn", "c:S s:A", "passed", "SYN_SENT", -1},
    {"RefusedSyn", "c:S s:RA", "killed", "CLOSE", -1},
    {"RefusedWithSeqZero", "c:S s:RA=0", "killed", "CLOSE", -1},
    {"ResetBySender", "c:S c:R", "killed", "CLOSE", -1},
    {"SimultaneousSyn", "c:S s:S", "passed", "SYN_SENT2", -1},
    {"SimultaneousSynAck", "c:S* s:S* c:SA", "taken", "SYN_RECV", 60},
    {"SimultaneousBoth", "c:S* s:S* c:SA s:SA", "passed", "SYN_RECV", -1},
    {"SimultaneousAck", "c:S* s:S* c:SA s:A@1", "taken", "ESTABLISHED", 432000},
    {"ReplySynAgain", "c:S s:S* s:S", "taken", "SYN_SENT2", 120},
    {"LateSynInSimultaneous", "c:S* s:S c:S", "taken", "SYN_SENT2", 120},
    {"ReplySynInSynRecv", "c:S s:SA s:S", "bad state", "SYN_RECV", -1},
    {"FinInSynRecv", "c:S s:SA c:FA", "taken", "FIN_WAIT", 120},
};

INSTANTIATE_TEST_SUITE_P(Opening, TcpState, testing::ValuesIn(OPENING), NameOf);

const Row PICKING_UP[] = {
    {"Ack", "c:A", "taken", "ESTABLISHED", 300},
    {"AckAnswered", "c:A s:A", "taken", "ESTABLISHED", 300},
    {"AckAnsweredTwice", "c:A s:A c:A", "taken", "ESTABLISHED", 432000},
    {"Data", "c:PA+10", "taken", "ESTABLISHED", 300},
    {"SynAck", "c:SA", "bad state", "NONE", -1},
    {"Fin", "c:FA", "bad state", "NONE", -1},
    {"Rst", "c:R", "bad state", "NONE", -1},
    {"RstAck", "c:RA", "bad state", "NONE", -1},
    {"Null", "c:", "bad flag combination", "NONE", -1},
    {"FinAlone", "c:F", "bad flag combination", "NONE", -1},
    {"Christmas", "c:FPU", "bad flag combination", "NONE", -1},
    {"SynFin", "c:SF", "bad flag combination", "NONE", -1},
    {"SynRst", "c:SR", "bad flag combination", "NONE", -1},
};

INSTANTIATE_TEST_SUITE_P(PickingUp, TcpState, testing::ValuesIn(PICKING_UP), NameOf);

const Row OPEN[] = {
    {"Data", "c:S s:SA c:A c:PA+10", "taken", "ESTABLISHED", 300},
    {"DataAcked", "c:S s:SA c:A c:PA+10 s:A", "taken", "ESTABLISHED", 432000},
    {"BothUnacked", "c:S s:SA c:A s:PA+10^-0 c:PA+5 c:A", "taken", "ESTABLISHED", 300},
    {"Syn", "c:S s:SA c:A c:S@9000", "passed", "ESTABLISHED", -1},
    {"SynAckFromServer", "c:S s:SA c:A s:SA", "passed", "ESTABLISHED", -1},
    {"SynFromServer", "c:S s:SA c:A s:S", "bad state", "ESTABLISHED", -1},
    {"SynAckFromClient", "c:S s:SA c:A c:SA", "bad state", "ESTABLISHED", -1},
    {"ZeroWindow", "c:S s:SA c:A s:Aw0", "taken", "ESTABLISHED", 300},
    {"Keepalive", "c:S s:SA c:A c:A@-1*", "taken", "ESTABLISHED", 432000},
    {"FourEqual", "c:S s:SA c:A s:A s:A s:A s:A", "taken", "ESTABLISHED", 300},
    {"ThreeEqual", "c:S s:SA c:A s:A s:A s:A", "taken", "ESTABLISHED", 432000},
};

INSTANTIATE_TEST_SUITE_P(Open, TcpState, testing::ValuesIn(OPEN), NameOf);

const Row CLOSING[] = {
    {"Fin", "c:S s:SA c:A c:FA", "taken", "FIN_WAIT", 120},
    {"FinFromServer", "c:S s:SA c:A s:FA", "taken", "FIN_WAIT", 120},
    {"FinAgain", "c:S s:SA c:A c:FA* c:FA", "taken", "LAST_ACK", 30},
    {"FinAcked", "c:S s:SA c:A c:FA s:A", "taken", "CLOSE_WAIT", 60},
    {"HalfClosedData", "c:S s:SA c:A c:FA s:A s:PA+10", "taken", "CLOSE_WAIT", 60},
    {"BothFin", "c:S s:SA c:A c:FA s:FA", "taken", "LAST_ACK", 30},
    {"Closed", "c:S s:SA c:A c:FA s:A s:FA c:A", "taken", "TIME_WAIT", 120},
    {"ClosedFinAgain", "c:S s:SA c:A c:FA s:A s:FA* c:A^1 s:FA", "taken", "TIME_WAIT", 120},
    {"AckInTimeWait", "c:S s:SA c:A c:FA s:FA c:A s:A", "taken", "TIME_WAIT", 120},
    {"SynInFinWait", "c:S s:SA c:A c:FA c:S", "passed", "FIN_WAIT", -1},
    {"SynInCloseWait", "c:S s:SA c:A c:FA s:A c:S", "passed", "CLOSE_WAIT", -1},
    {"SynInLastAck", "c:S s:SA c:A c:FA s:FA c:S", "passed", "LAST_ACK", -1},
    {"ChallengeInLastAck", "c:S s:SA c:A c:FA s:FA c:S* s:A", "passed", "LAST_ACK", -1},
    {"OneChallengeOnly", "c:S s:SA c:A c:FA s:FA c:S* s:A s:A", "taken", "TIME_WAIT", 120},
    {"AckOfTheSynsSender", "c:S s:SA c:A c:FA s:FA c:S* c:A", "taken", "TIME_WAIT", 120},
    {"ReopenInTimeWait", "c:S s:SA c:A c:FA s:FA c:A c:S@9000", "restart", "TIME_WAIT", -1},
    {"ReopenByServer", "c:S s:SA c:A c:FA s:FA c:A s:S", "restart", "TIME_WAIT", -1},
    {"SynAckInTimeWait", "c:S s:SA c:A c:FA s:FA c:A s:SA", "passed", "TIME_WAIT", -1},
};

INSTANTIATE_TEST_SUITE_P(Closing, TcpState, testing::ValuesIn(CLOSING), NameOf);

const Row RESETS[] = {
    {"Exact", "c:S s:SA c:A c:R", "taken", "CLOSE", 10},
    {"ExactFromServer", "c:S s:SA c:A s:R", "taken", "CLOSE", 10},
    {"InWindow", "c:S s:SA c:A c:R@100*", "taken", "ESTABLISHED", 10},
    {"Below", "c:S s:SA c:A c:PA+500 s:A c:R@-200*", "bad reset", "ESTABLISHED", -1},
    {"FarAbove", "c:S s:SA c:A c:R@1000000*", "out of window", "ESTABLISHED", -1},
    {"AfterOwnData", "c:S s:SA c:A c:PA+10 c:R", "taken", "CLOSE", 10},
    {"NotAfterOwnData", "c:S s:SA c:A c:PA+10 c:R@5", "taken", "ESTABLISHED", 10},
    {"InSynRecv", "c:S s:SA c:R", "taken", "CLOSE", 10},
    {"InSynRecvSeqZero", "c:S s:SA c:R=0", "taken", "CLOSE", 10},
    {"InFinWaitAnySeq", "c:S s:SA c:A c:FA s:R@7000000", "taken", "CLOSE", 10},
    {"InTimeWait", "c:S s:SA c:A c:FA s:FA c:A c:R", "taken", "CLOSE", 10},
    {"DataAfter", "c:S s:SA c:A c:R s:PA+5", "taken", "CLOSE", 10},
    {"SynAfterOwn", "c:S s:SA c:A c:R c:S", "restart", "CLOSE", -1},
    {"SynAfterServers", "c:S s:SA c:A s:R c:S", "passed", "CLOSE", -1},
    {"ServersSynAfter", "c:S s:SA c:A s:R s:S", "bad state", "CLOSE", -1},
    {"AckZero", "c:S s:SA c:A s:RA^-1001", "taken", "CLOSE", 10},
};

INSTANTIATE_TEST_SUITE_P(Resets, TcpState, testing::ValuesIn(RESETS), NameOf);

// The client has forgotten the connection and opens a new one on the same ports.
const Row OUT_OF_STEP[] = {
    {"ServerTakesNewSyn", "c:S s:SA c:A c:S@9000 s:SA@700^9000", "taken", "SYN_RECV", 60},
    {"ServerAnswersOther", "c:S s:SA c:A c:S@9000 s:SA@700^8999", "passed", "ESTABLISHED", -1},
    {"ServerResetsNewSyn", "c:S s:SA c:A c:S@9000 s:RA=0^9000", "taken", "CLOSE", 10},
    {"ChallengedClientResets", "c:S s:SA c:A c:S@9000* s:A c:R", "taken", "CLOSE", 10},
    {"ChallengeInSynSent", "c:S s:A^500 c:R@500", "taken", "CLOSE", 10},
};

INSTANTIATE_TEST_SUITE_P(OutOfStep, TcpState, testing::ValuesIn(OUT_OF_STEP), NameOf);

TEST(TcpEvents, HandshakeReportsEachStateAndThenAssured)
{
    TcpScript flow;
    EXPECT_EQ(flow.Run("c:S").events, event::PROTOINFO);
    EXPECT_EQ(flow.Run("s:SA").events, event::PROTOINFO);
    const TrackResult last = flow.Run("c:A");
    EXPECT_EQ(last.events, event::PROTOINFO | event::ASSURED);
    EXPECT_EQ(last.statusSet, status::ASSURED);
    EXPECT_EQ(flow.Run("c:A").events, 0);
    EXPECT_EQ(flow.Run("c:PA+10").statusSet, 0U);
}

TEST(TcpEvents, PickedUpIsAssuredByTheSecondPacketAfterAnAnswer)
{
    TcpScript flow;
    EXPECT_EQ(flow.Run("c:A s:A").statusSet, 0U);
    EXPECT_EQ(flow.Run("c:A").statusSet, status::ASSURED);
}

TEST(TcpEvents, OnlyTheFirstFinMarksItsSender)
{
    TcpScript flow;
    flow.Run("c:S s:SA c:A s:FA c:FA");
    EXPECT_TRUE(flow.End(Direction::Reply).flags & tcp_flag::CLOSE_INIT);
    EXPECT_FALSE(flow.End(Direction::Original).flags & tcp_flag::CLOSE_INIT);
}

// Linux 6.1: a FIN or RST outside the window, answered by another: the connection is likely gone.
TEST(TcpOutside, SecondClosingSegmentShortensLife)
{
    TcpScript flow;
    flow.Run("c:S s:SA c:A");
    EXPECT_EQ(flow.Run("c:R@1000000").timeout, std::nullopt);
    const TrackResult second = flow.Run("s:R@1000000");
    EXPECT_EQ(Verdict(second), "out of window");
    EXPECT_EQ(second.timeout, 300 * SECOND);
    EXPECT_EQ(flow.State(), "ESTABLISHED");
}

TEST(TcpOutside, SameEndAgainShortensNothing)
{
    TcpScript flow;
    EXPECT_EQ(flow.Run("c:S s:SA c:A c:R@1000000* c:R@1000000").timeout, std::nullopt);
}

TEST(TcpOutside, FixedOrShortLifeStays)
{
    TcpScript fixed;
    fixed.Run("c:S s:SA c:A");
    fixed.status |= status::FIXED_TIMEOUT;
    EXPECT_EQ(fixed.Run("c:R@1000000 s:R@1000000").timeout, std::nullopt);
    TcpScript brief;
    brief.Run("c:S s:SA c:A");
    brief.deadline = 119 * SECOND;
    EXPECT_EQ(brief.Run("c:R@1000000 s:R@1000000").timeout, std::nullopt);
}

/// A sysctl and what it changes.
struct SysctlRow
{
    const char* name;
    void (*set)(TcpScript&);
    const char* script;
    const char* verdict;
    int64_t timeout; ///< seconds; -1: not renewed
};

class TcpSysctl : public testing::TestWithParam<SysctlRow>
{
};

TEST_P(TcpSysctl, IsObeyed)
{
    TcpScript flow;
    GetParam().set(flow);
    const TrackResult result = flow.Run(GetParam().script);
    EXPECT_EQ(Verdict(result), GetParam().verdict);
    EXPECT_EQ(result.timeout.value_or(-SECOND) / SECOND, GetParam().timeout);
}

void
NotLoose(TcpScript& flow)
{
    flow.settings.tcpLoose = false;
}

void
Liberal(TcpScript& flow)
{
    flow.settings.tcpBeLiberal = true;
}

void
IgnoreInvalidRst(TcpScript& flow)
{
    flow.settings.tcpIgnoreInvalidRst = true;
}

void
NoRetrans(TcpScript& flow)
{
    flow.settings.tcpMaxRetrans = 0;
    SetTimeout(flow.timeouts, protocol::TCP, "retrans", 7 * SECOND);
}

void
ShortUnack(TcpScript& flow)
{
    SetTimeout(flow.timeouts, protocol::TCP, "unack", 5 * SECOND);
}

void
LongUnack(TcpScript& flow)
{
    SetTimeout(flow.timeouts, protocol::TCP, "unack", 500000 * SECOND);
}

void
ShortClose(TcpScript& flow)
{
    SetTimeout(flow.timeouts, protocol::TCP, "close", 3 * SECOND);
}

const SysctlRow SYSCTLS[] = {
    {"NotLooseAck", NotLoose, "c:A", "mid-stream", -1},
    {"NotLooseSyn", NotLoose, "c:S", "taken", 120},
    {"LiberalFarAhead", Liberal, "c:S s:SA c:A c:A@9000000*", "taken", 432000},
    {"LiberalRstStillExact", Liberal, "c:S s:SA c:A c:PA+500 s:A c:R@-200*", "bad reset", -1},
    {"IgnoreInvalidRst", IgnoreInvalidRst, "c:S s:SA c:A c:PA+500 s:A c:R@-200*", "taken", 10},
    {"NoRetrans", NoRetrans, "c:S s:SA c:A", "taken", 7},
    {"NoRetransShorter", NoRetrans, "c:S s:SA", "taken", 7},
    {"ShortUnack", ShortUnack, "c:S s:SA c:A c:PA+1", "taken", 5},
    {"ShortUnackPickUp", ShortUnack, "c:A", "taken", 5},
    {"LongUnack", LongUnack, "c:S s:SA c:A c:PA+1", "taken", 432000},
    {"ShortClose", ShortClose, "c:S s:SA c:A c:R@100*", "taken", 3},
};

INSTANTIATE_TEST_SUITE_P(Tcp, TcpSysctl, testing::ValuesIn(SYSCTLS), [](const auto& info) {
    return std::string(info.param.name);
});

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
