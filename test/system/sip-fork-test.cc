/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// A user with two phones, called through a proxy: node 0 ada, node 1 the proxy, node 2 both.
#include "test/system/sip-fixture.h"

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
using ::testing::SizeIs;

constexpr SipFate COMPLETED = SipFate::Completed;
constexpr SipFate REFUSED = SipFate::Refused;
constexpr SipFate CANCELLED = SipFate::Cancelled;

/// What a phone does with a call.
struct PhoneRow
{
    double delay;     ///< until it answers; seconds
    uint16_t refusal; ///< 0: it answers
    SipFate fate;
};

/// What the two do, and what the caller sees.
struct ForkRow
{
    const char* label;
    PhoneRow desk;
    PhoneRow cell;
    double patience; ///< the caller's; seconds
    SipFate fate;
    uint16_t code;
};

/// @param row a row @param out gets its label
void
PrintTo(const ForkRow& row, std::ostream* out)
{
    *out << row.label;
}

class SipForkTest : public SipTest
{
  protected:
    SipForkTest()
    {
        Build(3);
    }

    /// @param row what it does @param number 0 or 1 @param told what it tells goes there
    /// @return a phone of bob's
    Ptr<SipUserAgent> AddPhone(const PhoneRow& row, uint16_t number, SipTold& told)
    {
        SipUserAgentHelper phone("bob", SocketAddressOf(AddressOf(1, 1), 5060), "example.org");
        phone.SetAttribute("Port", UintegerValue(5060 + 10 * number));
        phone.SetAttribute("MediaPortMin", UintegerValue(10000 + 1000 * number));
        phone.SetAttribute("RefusalShare", DoubleValue(row.refusal == 0 ? 0 : 1));
        phone.SetAttribute("RefusalCode", UintegerValue(row.refusal == 0 ? 603 : row.refusal));
        SetConstant(phone, "AnswerDelay", row.delay);
        return Add<SipUserAgent>(phone, 2, told, 1 + number);
    }

    /// @param patience seconds @return ada, who calls bob after both have registered
    Ptr<SipUserAgent> AddCaller(double patience)
    {
        SipUserAgentHelper caller("ada", SocketAddressOf(AddressOf(1, 0), 5060), "example.org");
        caller.SetAttribute("Targets", StringValue("sip:bob@example.org"));
        SetConstant(caller, "Interval", 4);
        SetConstant(caller, "HoldingTime", 10);
        SetConstant(caller, "Patience", patience);
        return Add<SipUserAgent>(caller, 0, ada);
    }

    SipTold cell; ///< bob's other phone
};

class SipForkedCalls : public SipForkTest, public ::testing::WithParamInterface<ForkRow>
{
};

TEST_P(SipForkedCalls, BothRing)
{
    const ForkRow& row = GetParam();
    SipProxyHelper helper("example.org");
    Ptr<SipProxy> server = Add<SipProxy>(helper, 1, proxy, 0.5);
    Ptr<SipUserAgent> a = AddCaller(row.patience);
    Ptr<SipUserAgent> b = AddPhone(row.desk, 0, bob);
    Ptr<SipUserAgent> c = AddPhone(row.cell, 1, cell);
    Run(300);
    ASSERT_THAT(ada.Fates(), ElementsAre(row.fate));
    EXPECT_EQ(ada.calls[0].code, row.code);
    EXPECT_THAT(bob.Fates(), ElementsAre(row.desk.fate));
    EXPECT_THAT(cell.Fates(), ElementsAre(row.cell.fate));
    EXPECT_EQ(server->GetBindings(), 3U);
    EXPECT_EQ(server->GetRelayed(), 0U);
    EXPECT_EQ(server->GetTransactions() + a->GetTransactions() + b->GetTransactions() +
                  c->GetTransactions(),
              0U);
    EXPECT_EQ(b->GetMediaPortsInUse() + c->GetMediaPortsInUse(), 0U);
    EXPECT_THAT(proxy.limits, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    SipForkedCalls,
    ::testing::Values(
        ForkRow{"TheFirstAnswers", {2, 0, COMPLETED}, {9, 0, CANCELLED}, 0, COMPLETED, 200},
        ForkRow{"TheSecondAnswers", {9, 0, CANCELLED}, {2, 0, COMPLETED}, 0, COMPLETED, 200},
        ForkRow{"OneIsBusy", {2, 486, REFUSED}, {2, 0, COMPLETED}, 0, COMPLETED, 200},
        ForkRow{"BothAreBusy", {2, 486, REFUSED}, {2, 486, REFUSED}, 0, REFUSED, 486},
        ForkRow{"BusyIsBetterThanBroken", {2, 503, REFUSED}, {2, 486, REFUSED}, 0, REFUSED, 486},
        ForkRow{"MovedIsBetterThanBusy", {2, 302, REFUSED}, {2, 486, REFUSED}, 0, REFUSED, 302},
        ForkRow{"RefusedEverywhere", {2, 603, REFUSED}, {9, 0, CANCELLED}, 0, REFUSED, 603},
        ForkRow{"CallerGivesUp", {20, 0, CANCELLED}, {20, 0, CANCELLED}, 5, CANCELLED, 487},
        // Ada takes the first and hangs up on the other.
        ForkRow{"BothAnswerAtOnce",
                {2, 0, COMPLETED},
                {2, 0, SipFate::NoMedia},
                0,
                COMPLETED,
                200}),
    [](const auto& info) { return info.param.label; });

TEST_F(SipForkTest, NotToMoreThanMaxBranches)
{
    SipProxyHelper helper("example.org");
    helper.SetAttribute("MaxBranches", UintegerValue(1));
    Add<SipProxy>(helper, 1, proxy, 0.5);
    AddCaller(0);
    AddPhone({2, 0, COMPLETED}, 0, bob);
    AddPhone({2, 0, COMPLETED}, 1, cell);
    Run(100);
    EXPECT_THAT(ada.Fates(), ElementsAre(COMPLETED));
    EXPECT_THAT(bob.Fates(), IsEmpty());
    EXPECT_THAT(cell.Fates(), ElementsAre(COMPLETED)); // it registered last
}

TEST_F(SipForkTest, APhoneThatIsGoneDoesNotHinder)
{
    SipProxyHelper helper("example.org");
    Ptr<SipProxy> server = Add<SipProxy>(helper, 1, proxy, 0.5);
    AddCaller(0);
    AddPhone({2, 0, COMPLETED}, 0, bob);
    SipUserAgentHelper gone("bob", SocketAddressOf(AddressOf(1, 0), 5060), "example.org");
    gone.SetAttribute("Port", UintegerValue(5090));
    Ptr<SipUserAgent> vanished = Add<SipUserAgent>(gone, 0, cell);
    At(4, [vanished] { vanished->Dispose(); });
    Run(200);
    EXPECT_THAT(ada.Fates(), ElementsAre(COMPLETED));
    EXPECT_THAT(bob.calls, SizeIs(1));
    EXPECT_EQ(server->GetBindings(), 3U);
    EXPECT_EQ(server->GetRelayed(), 0U);
    EXPECT_EQ(server->GetTransactions(), 0U);
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
