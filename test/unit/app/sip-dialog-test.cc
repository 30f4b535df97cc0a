/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/app/sip/sip-dialog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <ostream>
#include <string>

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

/// @return an INVITE as it reaches the callee, by two proxies
SipPacket
Invite()
{
    SipPacket invite;
    invite.method = "INVITE";
    invite.uri = "sip:bob@example.org";
    invite.Add("Via", "SIP/2.0/UDP 10.1.0.9;branch=z9hG4bK2");
    invite.Add("Via", "SIP/2.0/UDP 10.1.0.1;branch=z9hG4bK1");
    invite.Add("Record-Route", "<sip:10.1.0.9;lr>");
    invite.Add("Record-Route", "<sip:10.1.0.8;lr>");
    invite.Add("Max-Forwards", "68");
    invite.Add("From", "<sip:ada@example.org>;tag=a");
    invite.Add("To", "<sip:bob@example.org>");
    invite.Add("Call-ID", "1@ada");
    invite.Add("CSeq", "7 INVITE");
    invite.Add("Contact", "<sip:ada@10.1.0.1:5062>");
    return invite;
}

/// @return its 200
SipPacket
Answer()
{
    SipPacket answer = SipResponseTo(Invite(), 200);
    answer.Set("To", "<sip:bob@example.org>;tag=b");
    answer.Add("Contact", "<sip:bob@10.2.0.1:5064>");
    return answer;
}

/// @param method of a request of the caller @param sequence its number @return it
SipPacket
Request(const std::string& method, uint32_t sequence)
{
    SipPacket request;
    request.method = method;
    request.Add("From", "<sip:ada@example.org>;tag=a");
    request.Add("To", "<sip:bob@example.org>;tag=b");
    request.Add("Call-ID", "1@ada");
    request.Add("CSeq", std::to_string(sequence) + " " + method);
    return request;
}

TEST(SipDialogTest, CallersRoutesAreReversed)
{
    auto dialog = SipDialog::OfCaller(Invite(), Answer());
    ASSERT_TRUE(dialog);
    const SipPacket bye = dialog->MakeRequest("BYE");
    EXPECT_EQ(bye.uri, "sip:bob@10.2.0.1:5064");
    EXPECT_THAT(bye.All("Route"), ElementsAre("<sip:10.1.0.8;lr>", "<sip:10.1.0.9;lr>"));
    EXPECT_EQ(dialog->NextHop().host, "10.1.0.8");
    EXPECT_EQ(bye.Get("From"), "<sip:ada@example.org>;tag=a");
    EXPECT_EQ(bye.Get("To"), "<sip:bob@example.org>;tag=b");
    EXPECT_EQ(bye.Get("Call-ID"), "1@ada");
    EXPECT_EQ(bye.Get("CSeq"), "8 BYE");
    EXPECT_THAT(bye.All("Via"), IsEmpty());
}

TEST(SipDialogTest, CalleesRoutesAreNot)
{
    auto dialog = SipDialog::OfCallee(Invite(), Answer());
    ASSERT_TRUE(dialog);
    const SipPacket bye = dialog->MakeRequest("BYE");
    EXPECT_EQ(bye.uri, "sip:ada@10.1.0.1:5062");
    EXPECT_THAT(bye.All("Route"), ElementsAre("<sip:10.1.0.9;lr>", "<sip:10.1.0.8;lr>"));
    EXPECT_EQ(dialog->NextHop().host, "10.1.0.9");
    EXPECT_EQ(bye.Get("From"), "<sip:bob@example.org>;tag=b");
    EXPECT_EQ(bye.Get("To"), "<sip:ada@example.org>;tag=a");
    EXPECT_EQ(bye.Get("CSeq"), "1 BYE"); // RFC 3261 12.1.1: a sequence of its own
}

TEST(SipDialogTest, AcknowledgmentHasTheInvitesNumber)
{
    auto dialog = SipDialog::OfCaller(Invite(), Answer());
    ASSERT_TRUE(dialog);
    EXPECT_EQ(dialog->MakeRequest("INVITE").Get("CSeq"), "8 INVITE");
    EXPECT_EQ(dialog->MakeAck(8).Get("CSeq"), "8 ACK");
    EXPECT_EQ(dialog->LocalSequence(), 8U); // RFC 3261 13.2.2.4: an ACK counts not
}

TEST(SipDialogTest, RefreshedByAContactAlone)
{
    auto dialog = SipDialog::OfCaller(Invite(), Answer());
    ASSERT_TRUE(dialog);
    SipPacket reinvite = Request("INVITE", 9);
    dialog->Refresh(reinvite);
    EXPECT_EQ(dialog->MakeRequest("BYE").uri, "sip:bob@10.2.0.1:5064");
    reinvite.Add("Contact", "<sip:bob@10.2.0.7>");
    dialog->Refresh(reinvite);
    EXPECT_EQ(dialog->MakeRequest("BYE").uri, "sip:bob@10.2.0.7");
    EXPECT_EQ(dialog->NextHop().host, "10.1.0.8"); // RFC 3261 12.2: the routes stay
}

TEST(SipDialogTest, WithoutRoutesRequestsGoToTheContact)
{
    SipPacket answer = Answer();
    answer.RemoveFirst("Record-Route");
    answer.RemoveFirst("Record-Route");
    auto dialog = SipDialog::OfCaller(Invite(), answer);
    ASSERT_TRUE(dialog);
    EXPECT_EQ(dialog->NextHop().host, "10.2.0.1");
    EXPECT_THAT(dialog->MakeAck(7).All("Route"), IsEmpty());
}

/// A change of the INVITE's answer, and whether it still makes dialogs.
struct MakingRow
{
    const char* label;
    const char* field;
    const char* value; ///< null: the field is missing
    bool makes;
};

/// @param row a row @param out gets its label
void
PrintTo(const MakingRow& row, std::ostream* out)
{
    *out << row.label;
}

class SipDialogMaking : public ::testing::TestWithParam<MakingRow>
{
};

TEST_P(SipDialogMaking, IsOrIsNotADialogOfTheCaller)
{
    const MakingRow& row = GetParam();
    SipPacket answer = Answer();
    answer.RemoveFirst(row.field);
    if (row.value != nullptr)
    {
        answer.Add(row.field, row.value);
    }
    EXPECT_EQ(SipDialog::OfCaller(Invite(), answer).has_value(), row.makes);
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    SipDialogMaking,
    ::testing::Values(MakingRow{"Plain", "Contact", "<sip:bob@10.2.0.1>", true},
                      MakingRow{"BareContact", "Contact", "sip:bob@10.2.0.1", true},
                      MakingRow{"OtherTag", "To", "<sip:x@y>;tag=other", true},
                      MakingRow{"NamelessContact", "Contact", "<sip:10.2.0.1>", true},
                      MakingRow{"NoContact", "Contact", nullptr, false},
                      MakingRow{"ContactOfAnotherScheme", "Contact", "<tel:+49>", false},
                      MakingRow{"ContactOfAll", "Contact", "*", false},
                      MakingRow{"NoTag", "To", "<sip:bob@example.org>", false},
                      MakingRow{"NoTo", "To", nullptr, false},
                      MakingRow{"ToInWrongForm", "To", "<sip:bob@example.org;tag=b", false}),
    [](const auto& info) { return info.param.label; });

/// A change of a request of the caller, and whether it is of the callee's dialog.
struct HoldingRow
{
    const char* label;
    const char* field;
    const char* value;
    bool holds;
};

/// @param row a row @param out gets its label
void
PrintTo(const HoldingRow& row, std::ostream* out)
{
    *out << row.label;
}

class SipDialogHolding : public ::testing::TestWithParam<HoldingRow>
{
};

TEST_P(SipDialogHolding, IsOrIsNotOfTheDialog)
{
    const HoldingRow& row = GetParam();
    const auto dialog = SipDialog::OfCallee(Invite(), Answer());
    ASSERT_TRUE(dialog);
    SipPacket request = Request("BYE", 8);
    request.Set(row.field, row.value);
    EXPECT_EQ(dialog->Holds(request), row.holds);
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    SipDialogHolding,
    ::testing::Values(HoldingRow{"Plain", "CSeq", "8 BYE", true},
                      HoldingRow{"OtherUri", "From", "<sip:else@where>;tag=a", true},
                      HoldingRow{"OtherCase", "To", "<sip:bob@example.org>;TAG=b", true},
                      HoldingRow{"OtherCall", "Call-ID", "2@ada", false},
                      HoldingRow{"NoTag", "To", "<sip:bob@example.org>", false},
                      HoldingRow{"TagOfAnotherFork", "To", "<sip:bob@example.org>;tag=c", false},
                      HoldingRow{"OtherCaller", "From", "<sip:ada@example.org>;tag=b", false}),
    [](const auto& info) { return info.param.label; });

TEST(SipDialogTest, OvertakenRequestsAreRefused)
{
    auto dialog = SipDialog::OfCallee(Invite(), Answer());
    ASSERT_TRUE(dialog);
    EXPECT_FALSE(dialog->Take(Request("BYE", 6)));
    EXPECT_TRUE(dialog->Take(Request("INVITE", 10)));
    EXPECT_FALSE(dialog->Take(Request("BYE", 9)));
    EXPECT_TRUE(dialog->Take(Request("BYE", 11)));
}

TEST(SipDialogTest, ResponseHasTheRequestsFields)
{
    const SipPacket invite = Invite();
    const SipPacket ringing = SipResponseTo(invite, 180);
    EXPECT_EQ(ringing.All("Via"), invite.All("Via"));
    EXPECT_EQ(ringing.All("Record-Route"), invite.All("Record-Route"));
    EXPECT_EQ(ringing.Get("CSeq"), "7 INVITE");
    EXPECT_FALSE(ringing.Has("Contact"));
    EXPECT_FALSE(ringing.Has("Max-Forwards"));
    EXPECT_FALSE(SipResponseTo(invite, 100).Has("Record-Route"));
    EXPECT_FALSE(SipResponseTo(invite, 486).Has("Record-Route"));
}

TEST(SipDialogTest, FollowUpHasTheFirstViaAndTheSameNumber)
{
    const SipPacket cancel = SipFollowUp(Invite(), "CANCEL");
    EXPECT_EQ(cancel.uri, "sip:bob@example.org");
    EXPECT_THAT(cancel.All("Via"), ElementsAre("SIP/2.0/UDP 10.1.0.9;branch=z9hG4bK2"));
    EXPECT_EQ(cancel.Get("CSeq"), "7 CANCEL");
    EXPECT_FALSE(cancel.Has("Record-Route"));
    EXPECT_FALSE(cancel.Has("Contact"));
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
