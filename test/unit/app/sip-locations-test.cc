/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/app/sip/sip-locations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ostream>
#include <string>
#include <vector>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Change = SipLocations::Change;

constexpr Nanos NOW = 100 * SECOND;

/// @param host where the user is @param expires seconds @param sequence of the request
/// @param callId of the request @return a binding
SipBinding
At(const std::string& host, int64_t expires = 200, uint32_t sequence = 1, std::string callId = "x")
{
    SipBinding binding;
    binding.contact.host = host;
    binding.callId = std::move(callId);
    binding.sequence = sequence;
    binding.expires = expires * SECOND;
    return binding;
}

/// @param locations where @param user whose @return hosts of the contacts
std::vector<std::string>
HostsOf(const SipLocations& locations, const std::string& user)
{
    std::vector<std::string> hosts;
    for (const SipBinding& binding : locations.Of(user))
    {
        hosts.push_back(binding.contact.host);
    }
    return hosts;
}

/// A second request of a user who is at "one" by request 5 of call x; there is room for two.
struct SetRow
{
    const char* label;
    SipBinding binding;
    Change change;
    std::vector<std::string> hosts; ///< afterwards
};

/// @param row a row @param out gets its label
void
PrintTo(const SetRow& row, std::ostream* out)
{
    *out << row.label;
}

class SipLocationsSet : public ::testing::TestWithParam<SetRow>
{
};

TEST_P(SipLocationsSet, ChangesOrDoesNot)
{
    const SetRow& row = GetParam();
    SipLocations locations(2);
    ASSERT_EQ(locations.Set("bob", At("one", 200, 5), NOW), Change::Added);
    EXPECT_EQ(locations.Set("bob", row.binding, NOW), row.change);
    EXPECT_EQ(HostsOf(locations, "bob"), row.hosts);
    EXPECT_EQ(locations.Size(), row.hosts.size());
}

using Hosts = std::vector<std::string>;

INSTANTIATE_TEST_SUITE_P(
    Rows,
    SipLocationsSet,
    ::testing::Values(
        SetRow{"Another", At("two"), Change::Added, Hosts{"one", "two"}},
        SetRow{"Again", At("one", 300, 6), Change::Refreshed, Hosts{"one"}},
        SetRow{"AfterARestart", At("one", 300, 1, "y"), Change::Refreshed, Hosts{"one"}},
        SetRow{"TakenBack", At("one", 0, 6), Change::Removed, Hosts{}},
        SetRow{"TakenBackByAnother", At("one", 0, 1, "y"), Change::Removed, Hosts{}},
        SetRow{"ExpiresNow", At("one", 100, 6), Change::Removed, Hosts{}},
        SetRow{"TheSameRequest", At("one", 300, 5), Change::Stale, Hosts{"one"}},
        SetRow{"AnEarlierRequest", At("one", 300, 4), Change::Stale, Hosts{"one"}},
        SetRow{"TakenBackTooLate", At("one", 0, 4), Change::Stale, Hosts{"one"}},
        SetRow{"TakenBackUnknown", At("two", 0, 6), Change::Removed, Hosts{"one"}}),
    [](const auto& info) { return info.param.label; });

TEST(SipLocationsTest, RoomIsForAllUsers)
{
    SipLocations locations(2);
    EXPECT_EQ(locations.Set("ada", At("one"), NOW), Change::Added);
    EXPECT_EQ(locations.Set("bob", At("two"), NOW), Change::Added);
    EXPECT_EQ(locations.Set("eve", At("three"), NOW), Change::Full);
    EXPECT_EQ(locations.Set("bob", At("four"), NOW), Change::Full);
    EXPECT_THAT(locations.Of("eve"), IsEmpty());
    EXPECT_EQ(locations.Set("bob", At("two", 300, 2), NOW), Change::Refreshed);
    EXPECT_EQ(locations.Set("ada", At("one", 0, 2), NOW), Change::Removed);
    EXPECT_EQ(locations.Set("eve", At("three"), NOW), Change::Added);
    EXPECT_EQ(locations.Size(), 2U);
}

TEST(SipLocationsTest, NoRoomAtAll)
{
    SipLocations locations(0);
    EXPECT_EQ(locations.Set("ada", At("one"), NOW), Change::Full);
    EXPECT_EQ(locations.Set("ada", At("one", 0), NOW), Change::Removed);
    EXPECT_EQ(locations.Size(), 0U);
}

TEST(SipLocationsTest, TheLatestIsTheLast)
{
    SipLocations locations(10);
    locations.Set("bob", At("one"), NOW);
    locations.Set("bob", At("two"), NOW);
    locations.Set("bob", At("one", 300, 2), NOW);
    EXPECT_THAT(HostsOf(locations, "bob"), ElementsAre("two", "one"));
    EXPECT_THAT(HostsOf(locations, "nobody"), IsEmpty());
}

TEST(SipLocationsTest, ContactsOfAnotherPortOrUserAreOthers)
{
    SipLocations locations(10);
    SipBinding binding = At("one");
    locations.Set("bob", binding, NOW);
    binding.contact.port = 5061;
    EXPECT_EQ(locations.Set("bob", binding, NOW), Change::Added);
    binding.contact.user = "robert";
    EXPECT_EQ(locations.Set("bob", binding, NOW), Change::Added);
    EXPECT_EQ(locations.Size(), 3U);
}

TEST(SipLocationsTest, ExpiredOnesAreToldAndForgotten)
{
    SipLocations locations(10);
    EXPECT_EQ(locations.NextExpiry(), NEVER);
    locations.Set("bob", At("one", 150), NOW);
    locations.Set("bob", At("two", 120), NOW);
    locations.Set("ada", At("three", 120), NOW);
    EXPECT_EQ(locations.NextExpiry(), 120 * SECOND);
    std::vector<std::string> gone;
    const auto note = [&gone](const std::string& user, const SipBinding& binding) {
        gone.push_back(user + " " + binding.contact.host);
    };
    locations.Expire(120 * SECOND - 1, note);
    EXPECT_THAT(gone, IsEmpty());
    locations.Expire(120 * SECOND, note);
    EXPECT_THAT(gone, ElementsAre("ada three", "bob two"));
    EXPECT_EQ(locations.Size(), 1U);
    EXPECT_EQ(locations.NextExpiry(), 150 * SECOND);
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
