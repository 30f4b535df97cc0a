/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/app/sip/sip-fork.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ostream>
#include <vector>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

/// A response, and what is made of it.
struct ForkEvent
{
    uint64_t branch; ///< 0: the caller gives up
    uint16_t code;
    uint16_t passed;                 ///< code of what goes upstream; 0: nothing
    std::vector<uint64_t> cancelled; ///< branches
};

/// What three branches say, one after another.
struct ForkRow
{
    const char* label;
    std::vector<ForkEvent> events;
    bool ends; ///< nothing is waited for afterwards
};

/// @param row a row @param out gets its label
void
PrintTo(const ForkRow& row, std::ostream* out)
{
    *out << row.label;
}

class SipForkRows : public ::testing::TestWithParam<ForkRow>
{
};

TEST_P(SipForkRows, OfThreeBranches)
{
    SipFork fork;
    for (const uint64_t branch : {1, 2, 3})
    {
        fork.Add(branch);
    }
    std::size_t number = 0;
    for (const ForkEvent& event : GetParam().events)
    {
        SCOPED_TRACE(++number);
        SipPacket response;
        response.code = event.code;
        const SipFork::Step step =
            event.branch == 0 ? fork.OnCancel() : fork.OnResponse(event.branch, response);
        EXPECT_EQ(step.pass ? step.pass->code : 0, event.passed);
        EXPECT_EQ(step.cancelled, event.cancelled);
    }
    EXPECT_EQ(fork.HasEnded(), GetParam().ends);
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    SipForkRows,
    ::testing::Values(
        ForkRow{"NothingYet", {}, false},
        ForkRow{"ProgressIsPassed", {{1, 180, 180, {}}, {2, 183, 183, {}}}, false},
        ForkRow{"TryingIsNot", {{1, 100, 0, {}}}, false},
        ForkRow{"AnswerCancelsWhatRings",
                {{1, 180, 180, {}}, {2, 180, 180, {}}, {1, 200, 200, {2}}},
                false},
        ForkRow{"AnswerCancelsTheSilentLater",
                {{1, 200, 200, {}}, {2, 100, 0, {2}}, {2, 487, 0, {}}, {3, 180, 0, {3}}},
                false},
        ForkRow{"CancelledOnesAreNotPassed",
                {{1, 180, 180, {}}, {2, 200, 200, {1}}, {1, 487, 0, {}}, {3, 487, 0, {}}},
                true},
        ForkRow{"EachAnswerIsPassed",
                {{1, 200, 200, {}}, {2, 200, 200, {}}, {1, 200, 200, {}}, {3, 404, 0, {}}},
                true},
        ForkRow{"OneRefusalWaits", {{1, 486, 0, {}}}, false},
        ForkRow{"AnswerAfterARefusal", {{1, 486, 0, {}}, {2, 200, 200, {}}}, false},
        ForkRow{"LowestClassOfAll", {{1, 500, 0, {}}, {2, 486, 0, {}}, {3, 404, 486, {}}}, true},
        ForkRow{"RedirectionIsLower", {{1, 404, 0, {}}, {2, 302, 0, {}}, {3, 503, 302, {}}}, true},
        ForkRow{"RefusedEverywhere",
                {{2, 180, 180, {}}, {1, 603, 0, {2}}, {2, 487, 0, {}}, {3, 404, 603, {}}},
                true},
        ForkRow{"FirstOfTheRefusals", {{1, 603, 0, {}}, {2, 600, 0, {}}, {3, 404, 603, {}}}, true},
        ForkRow{"CallerGivesUp",
                {{1, 180, 180, {}},
                 {0, 0, 0, {1}},
                 {0, 0, 0, {}},
                 {2, 180, 180, {2}},
                 {1, 487, 0, {}},
                 {2, 487, 0, {}},
                 {3, 408, 487, {}}},
                true},
        ForkRow{"RefusalThatComesAgain", {{1, 486, 0, {}}, {1, 486, 0, {}}}, false},
        ForkRow{"ResponseOfAnother", {{4, 486, 0, {}}, {4, 180, 0, {}}}, false}),
    [](const auto& info) { return info.param.label; });

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
