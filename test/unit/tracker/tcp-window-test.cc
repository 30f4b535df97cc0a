/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/tracker/tcp-window.h"
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

const char* const HANDSHAKE = "c:S s:SA c:A ";

/// A segment at an edge. Both windows are 1000 bytes, no scale; 10 bytes went each way, acked.
struct Row
{
    const char* name;
    const char* segment;
    const char* verdict;       ///< of 6.18
    const char* strictVerdict; ///< of 5.10
};

class TcpWindow : public testing::TestWithParam<Row>
{
  protected:
    static std::string After(TrackerSettings settings)
    {
        TcpScript flow;
        flow.settings = settings;
        flow.window = 1000;
        flow.Run(HANDSHAKE);
        flow.Run("c:PA+10 s:PA+10 c:A");
        return Verdict(flow.Run(GetParam().segment));
    }
};

TEST_P(TcpWindow, EdgeIsAsInLinux618)
{
    EXPECT_EQ(After({}), GetParam().verdict);
}

TEST_P(TcpWindow, EdgeIsAsInLinux510)
{
    TrackerSettings strict;
    strict.tcpStrictWindow = true;
    EXPECT_EQ(After(strict), GetParam().strictVerdict);
}

const char* const OUT = "out of window";

const Row EDGES[] = {
    {"FillsWindow", "c:PA+1000", "taken", "taken"},
    // I: a segment may begin at the end of what was granted
    {"BeginsAtEnd", "c:PA+10@1000", "taken", "taken"},
    {"BeginsPastEnd", "c:PA+10@1001", "passed", OUT},
    {"PastEndByAWindow", "c:PA+998@1001", "passed", OUT},
    {"PastEndByMore", "c:PA+999@1001", OUT, OUT},
    {"FarAhead", "c:PA+10@100000", OUT, OUT},
    {"PastEndAndAcksUnsent", "c:PA+10@1001^1", OUT, OUT},
    {"PastEndAndAcksLongAgo", "c:PA+10@1001^-66001", OUT, OUT},
    // II: a window back, and no further
    {"OldestTaken", "c:A@-1000", "taken", "taken"},
    {"TooOld", "c:A@-1001", "passed", OUT},
    {"TooOldData", "c:PA+10@-1011", "passed", OUT},
    {"LongAgo", "c:A@-1000000", "passed", OUT},
    // III
    {"AcksAll", "c:A^0", "taken", "taken"},
    {"AcksOneMore", "c:A^1", OUT, OUT},
    {"AcksFarMore", "c:A^5000000", OUT, OUT},
    // IV
    {"AcksOld", "c:A^-66000", "taken", "taken"},
    {"AcksTooOld", "c:A^-66001", "passed", OUT},
};

INSTANTIATE_TEST_SUITE_P(Rooij, TcpWindow, testing::ValuesIn(EDGES), [](const auto& info) {
    return std::string(info.param.name);
});

TEST(TcpWindowNotes, WindowUpdateExtendsWhatMayBeSent)
{
    TcpScript flow;
    flow.window = 1000;
    flow.Run(HANDSHAKE);
    flow.Run("s:Aw5000");
    EXPECT_EQ(Verdict(flow.Run("c:PA+5000")), "taken");
}

TEST(TcpWindowNotes, ShrunkWindowIsNotBelieved)
{
    TcpScript flow;
    flow.window = 1000;
    flow.Run(HANDSHAKE);
    flow.Run("s:Aw10");
    EXPECT_EQ(Verdict(flow.Run("c:PA+1000")), "taken");
}

TEST(TcpWindowNotes, ClosedWindowGrantsAByteForProbes)
{
    TcpScript flow;
    flow.window = 0;
    flow.Run(HANDSHAKE);
    EXPECT_EQ(flow.End(Direction::Original).maxWindow, 1U);
    EXPECT_EQ(flow.End(Direction::Original).maxEnd, 1002U);
}

// 6.18 lets data just past the window pass; then their acknowledgement must pass, too.
TEST(TcpWindowNotes, IgnoredDataMayBeAcknowledged)
{
    TcpScript flow;
    flow.window = 1000;
    flow.Run(HANDSHAKE);
    EXPECT_EQ(Verdict(flow.Run("c:PA+10@1001*")), "passed");
    EXPECT_EQ(Verdict(flow.Run("s:A^1011")), "taken");
    EXPECT_TRUE(flow.End(Direction::Reply).flags & tcp_flag::MAXACK_SET);
}

TEST(TcpWindowNotes, StrictForgetsRefusedData)
{
    TcpScript flow;
    flow.settings.tcpStrictWindow = true;
    flow.window = 1000;
    flow.Run(HANDSHAKE);
    flow.Run("c:PA+10@1001*");
    EXPECT_EQ(Verdict(flow.Run("s:A^1011")), "out of window");
}

TEST(TcpWindowNotes, SequenceNumbersWrap)
{
    TcpScript flow;
    flow.seq = {0xfffffff0, 0xffffffff};
    EXPECT_EQ(Verdict(flow.Run(HANDSHAKE)), "taken");
    EXPECT_EQ(Verdict(flow.Run("c:PA+1000 s:PA+1000 c:A s:A")), "taken");
    EXPECT_EQ(flow.End(Direction::Original).end, 985U);
}

const Bytes SCALE_7{3, 3, 7, 0};
const Bytes SCALE_0{3, 3, 0, 0};
const Bytes SCALE_255{3, 3, 255, 0};
const Bytes SACK_AND_SCALE_2{4, 2, 1, 3, 3, 2, 0, 0};

TEST(TcpScale, HoldsAfterTheSyns)
{
    TcpScript flow;
    flow.synOptions = {SCALE_7, SCALE_0};
    flow.window = 1000;
    flow.Run("c:S s:SA");
    EXPECT_EQ(flow.End(Direction::Original).maxWindow, 1000U);
    flow.Run("c:A");
    EXPECT_EQ(flow.End(Direction::Original).maxWindow, 128000U);
    EXPECT_EQ(flow.End(Direction::Original).scale, 7);
    EXPECT_EQ(Verdict(flow.Run("s:PA+60000@68000")), "taken");
}

TEST(TcpScale, NeedsBothSyns)
{
    TcpScript flow;
    flow.synOptions = {SCALE_7, {}};
    flow.Run(HANDSHAKE);
    EXPECT_EQ(flow.End(Direction::Original).scale, 0);
    EXPECT_EQ(flow.End(Direction::Original).maxWindow, 65535U);
}

TEST(TcpScale, AboveFourteenIsFourteen)
{
    TcpScript flow;
    flow.synOptions = {SCALE_255, SCALE_255};
    flow.Run(HANDSHAKE);
    EXPECT_EQ(flow.End(Direction::Reply).scale, 14);
    EXPECT_EQ(flow.End(Direction::Original).maxWindow, 65535U << 14);
}

TEST(TcpScale, NewerSynWithOtherOptionsCounts)
{
    TcpScript flow;
    flow.synOptions = {SCALE_7, SCALE_0};
    flow.Run("c:S");
    flow.synOptions[0] = SACK_AND_SCALE_2;
    flow.Run("c:S@100");
    EXPECT_EQ(flow.End(Direction::Original).scale, 2);
    EXPECT_EQ(flow.End(Direction::Original).flags,
              tcp_flag::WINDOW_SCALE | tcp_flag::SACK_PERMITTED);
}

TEST(TcpScale, OlderSynDoesNotCount)
{
    TcpScript flow;
    flow.synOptions = {SCALE_7, SCALE_0};
    flow.Run("c:S");
    flow.synOptions[0] = SACK_AND_SCALE_2;
    flow.Run("c:S@-100");
    EXPECT_EQ(flow.End(Direction::Original).scale, 7);
}

Bytes
SackUpTo(uint32_t rightEdge)
{
    Bytes option{1, 1, 5, 10, 0, 0, 0, 0, 0, 0, 0, 0};
    WriteU32(&option[4], rightEdge - 5);
    WriteU32(&option[8], rightEdge);
    return option;
}

TEST(TcpSack, CountsAsAcknowledgement)
{
    TcpScript flow;
    flow.synOptions = {SACK_AND_SCALE_2, SACK_AND_SCALE_2};
    flow.Run(HANDSHAKE);
    flow.Run("s:PA+100");
    flow.nextOptions = SackUpTo(flow.seq[1]);
    EXPECT_EQ(Verdict(flow.Run("c:A^-50")), "taken");
    flow.nextOptions = SackUpTo(flow.seq[1] + 1);
    EXPECT_EQ(Verdict(flow.Run("c:A^-50")), "out of window");
}

TEST(TcpSack, IsNotReadUnlessPermitted)
{
    TcpScript flow;
    flow.Run(HANDSHAKE);
    flow.nextOptions = SackUpTo(flow.seq[1] + 1000);
    EXPECT_EQ(Verdict(flow.Run("c:A")), "taken");
}

TEST(TcpShift, IsTakenOffAcknowledgements)
{
    TcpScript flow;
    flow.Run(HANDSHAKE);
    flow.Run("s:PA+10");
    // NAT made the server's last payload 7 bytes longer: the client acknowledges 7 more.
    const SequenceShift shift{5001, 0, 7};
    EXPECT_EQ(Verdict(flow.Run("c:A^7")), "out of window");
    flow.peerShift = &shift;
    EXPECT_EQ(Verdict(flow.Run("c:A^7")), "taken");
    EXPECT_EQ(flow.End(Direction::Original).maxAck, flow.seq[1]);
    EXPECT_EQ(Verdict(flow.Run("c:A^8")), "out of window");
}

TEST(TcpShift, BeforeItsPlaceTheOldOneHolds)
{
    TcpScript flow;
    flow.Run(HANDSHAKE);
    flow.Run("s:PA+10");
    const SequenceShift shift{6000, -3, 7};
    flow.peerShift = &shift;
    flow.Run("c:A^-3");
    EXPECT_EQ(flow.End(Direction::Original).maxAck, flow.seq[1]);
}

TEST(TcpUnknownHistory, PickedUpIsLiberal)
{
    TcpScript flow;
    flow.Run("c:A s:A");
    EXPECT_EQ(Verdict(flow.Run("c:PA+10@70000000")), "taken");
    EXPECT_EQ(flow.End(Direction::Original).flags & tcp_flag::BE_LIBERAL, tcp_flag::BE_LIBERAL);
}

TEST(TcpUnknownHistory, KeepaliveAnswerIsAdopted)
{
    TcpScript flow;
    flow.window = 1000;
    flow.Run("c:A@-1*");
    // The keepalive repeats a byte; its answer acknowledges one more than was seen.
    flow.Run("s:A");
    EXPECT_EQ(flow.End(Direction::Original).end, 1000U);
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
