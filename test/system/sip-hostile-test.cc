/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// A phone and a proxy against peers that say what they must not.
#include "test/system/sip-fixture.h"

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::string SDP = "v=0\r\no=- 1 1 IN IP4 10.2.0.2\r\ns=-\r\nc=IN IP4 10.2.0.2\r\nt=0 0\r\n"
                        "m=audio 9000 RTP/AVP 0\r\n";

/// @param method of a request @param more fields and a body @return it, from node 2 to node 0
std::string
Request(const std::string& method, const std::string& more)
{
    return method + " sip:ada@10.1.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.2.0.2:5060;branch=z9hG4bK" +
           method +
           "\r\nFrom: <sip:eve@10.2.0.2>;tag=e\r\nTo: <sip:ada@10.1.0.1>\r\nCall-ID: 1\r\nCSeq: "
           "1 " +
           method + "\r\n" + more;
}

/// Says one thing to a phone, and remembers the answers' first lines.
class SipHostileTest : public SipTest
{
  protected:
    SipHostileTest()
    {
        Build(3);
        m_socket = Socket::CreateSocket(nodes.Get(2), UdpSocketFactory::GetTypeId());
        m_socket->Bind(InetSocketAddress(Ipv4Address::GetAny(), 5060));
        m_socket->SetRecvCallback(Callback<void, Ptr<Socket>>([this](Ptr<Socket> socket) {
            while (Ptr<Packet> packet = socket->Recv())
            {
                std::string text(packet->GetSize(), '\0');
                packet->CopyData(reinterpret_cast<uint8_t*>(text.data()), packet->GetSize());
                heard.push_back(text.substr(0, text.find('\r')));
                if (reply && !text.empty())
                {
                    Say(reply(text));
                }
            }
        }));
    }

    /// @param text to node 0
    void Say(const std::string& text)
    {
        m_socket->SendTo(Create<Packet>(reinterpret_cast<const uint8_t*>(text.data()),
                                        static_cast<uint32_t>(text.size())),
                         0,
                         InetSocketAddress("10.1.0.1", 5060));
    }

    std::vector<std::string> heard;
    std::function<std::string(const std::string&)> reply;

  private:
    Ptr<Socket> m_socket;
};

/// A request, and what a phone says first.
struct HostileRow
{
    const char* label;
    std::string text;
    const char* answer; ///< empty: none
};

/// @param row a row @param out gets its label
void
PrintTo(const HostileRow& row, std::ostream* out)
{
    *out << row.label;
}

class SipPhoneAgainst : public SipHostileTest, public ::testing::WithParamInterface<HostileRow>
{
};

TEST_P(SipPhoneAgainst, Request)
{
    SipUserAgentHelper phone("ada");
    Ptr<SipUserAgent> a = Add<SipUserAgent>(phone, 0, ada);
    At(2, [this] { Say(GetParam().text); });
    Run(300);
    if (GetParam().answer[0] == '\0')
    {
        EXPECT_THAT(heard, IsEmpty());
    }
    else
    {
        ASSERT_FALSE(heard.empty());
        EXPECT_EQ(heard[0], std::string("SIP/2.0 ") + GetParam().answer);
    }
    EXPECT_EQ(a->GetCalls(), 0U);
    EXPECT_EQ(a->GetTransactions(), 0U);
    EXPECT_EQ(a->GetMediaPortsInUse(), 0U);
}

const std::string CONTACT = "Contact: <sip:eve@10.2.0.2>\r\n";

INSTANTIATE_TEST_SUITE_P(
    Rows,
    SipPhoneAgainst,
    ::testing::Values(
        HostileRow{"Noise", "hello\r\n\r\n", ""},
        HostileRow{"KeepAlive", "\r\n\r\n", ""},
        HostileRow{"ResponseToNothing",
                   "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 10.1.0.1;branch=z9hG4bK0p5060n1\r\n"
                   "From: <sip:a@b>;tag=1\r\nTo: <sip:c@d>;tag=2\r\nCall-ID: 1\r\n"
                   "CSeq: 1 INVITE\r\n\r\n",
                   ""},
        HostileRow{"ViaThatIsNone",
                   "OPTIONS sip:a SIP/2.0\r\nVia: x\r\nf: <sip:a@b>\r\nt: <sip:c@d>\r\ni: 1\r\n"
                   "CSeq: 1 OPTIONS\r\n\r\n",
                   ""},
        HostileRow{"AckOfNothing", Request("ACK", "\r\n"), ""},
        HostileRow{"Options", Request("OPTIONS", "\r\n"), "200 OK"},
        HostileRow{"UnknownMethod", Request("STEAL", "\r\n"), "405 Method Not Allowed"},
        HostileRow{"CancelOfNothing",
                   Request("CANCEL", "\r\n"),
                   "481 Call/Transaction Does Not Exist"},
        HostileRow{"ByeOfNothing",
                   "BYE sip:ada@10.1.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.2.0.2\r\n"
                   "f: <sip:e@x>;tag=e\r\nt: <sip:a@x>;tag=a\r\ni: 1\r\nCSeq: 1 BYE\r\n\r\n",
                   "481 Call/Transaction Does Not Exist"},
        HostileRow{"InviteWithoutOffer", Request("INVITE", CONTACT + "\r\n"), "180 Ringing"},
        HostileRow{"InviteWithNoise",
                   Request("INVITE", CONTACT + "\r\nhello"),
                   "488 Not Acceptable Here"},
        HostileRow{"PrackOfNothing",
                   "PRACK sip:ada@10.1.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.2.0.2\r\n"
                   "f: <sip:e@x>;tag=e\r\nt: <sip:a@x>;tag=a\r\ni: 1\r\nCSeq: 2 PRACK\r\n"
                   "RAck: 1 1 INVITE\r\n\r\n",
                   "481 Call/Transaction Does Not Exist"},
        HostileRow{"InviteWithoutContact", Request("INVITE", "\r\n" + SDP), "400 Bad Request"},
        HostileRow{"InviteOfVideoAlone",
                   Request("INVITE",
                           CONTACT + "\r\nv=0\r\no=- 1 1 IN IP4 10.2.0.2\r\ns=-\r\n"
                                     "c=IN IP4 10.2.0.2\r\nt=0 0\r\nm=video 9000 RTP/AVP 31\r\n"),
                   "488 Not Acceptable Here"},
        HostileRow{"InviteThatRequires",
                   Request("INVITE", CONTACT + "Require: 100rel\r\n\r\n" + SDP),
                   "420 Bad Extension"},
        HostileRow{"InviteThatIsNeverAcknowledged",
                   Request("INVITE", CONTACT + "\r\n" + SDP),
                   "180 Ringing"},
        HostileRow{"MediaToNowhere",
                   Request("INVITE",
                           CONTACT + "\r\nv=0\r\no=- 1 1 IN IP4 10.2.0.2\r\ns=-\r\n"
                                     "c=IN IP4 0.0.0.0\r\nt=0 0\r\nm=audio 9000 RTP/AVP 0\r\n"),
                   "180 Ringing"},
        HostileRow{"MediaToAGroup",
                   Request("INVITE",
                           CONTACT + "\r\nv=0\r\no=- 1 1 IN IP4 10.2.0.2\r\ns=-\r\n"
                                     "c=IN IP4 224.0.0.1\r\nt=0 0\r\nm=audio 9000 RTP/AVP 0\r\n"),
                   "180 Ringing"},
        HostileRow{"ContactOfAGroup",
                   Request("INVITE", "Contact: <sip:eve@224.0.0.1>\r\n\r\n" + SDP),
                   "180 Ringing"},
        HostileRow{"ContactOfAGroupByTcp",
                   Request("INVITE", "Contact: <sip:eve@224.0.0.1;transport=tcp>\r\n\r\n" + SDP),
                   "180 Ringing"},
        HostileRow{"MediaOfTheOtherFamily",
                   Request("INVITE",
                           CONTACT + "\r\nv=0\r\no=- 1 1 IN IP6 fd00::1\r\ns=-\r\n"
                                     "c=IN IP6 fd00::1\r\nt=0 0\r\nm=audio 9000 RTP/AVP 0\r\n"),
                   "180 Ringing"}),
    [](const auto& info) { return info.param.label; });

/// A line and fields of each response to a request.
std::string
ResponseTo(const std::string& request, const std::string& start, const std::string& more)
{
    std::string text = "SIP/2.0 " + start + "\r\n";
    const auto message = ParseSip(request);
    for (const SipHeaderField& field : message->fields)
    {
        if (field.name == "Via" || field.name == "From" || field.name == "Call-ID" ||
            field.name == "CSeq")
        {
            text += field.name + ": " + field.value + "\r\n";
        }
    }
    return text + "To: <sip:bob@10.2.0.2>;tag=b\r\n" + more;
}

/// What a callee says to each INVITE, and what becomes of the call.
struct AnswerRow
{
    const char* label;
    const char* start;
    std::string more;
    SipFate fate;
};

/// @param row a row @param out gets its label
void
PrintTo(const AnswerRow& row, std::ostream* out)
{
    *out << row.label;
}

class SipCallerAgainst : public SipHostileTest, public ::testing::WithParamInterface<AnswerRow>
{
};

TEST_P(SipCallerAgainst, Answer)
{
    reply = [](const std::string& text) {
        return text.substr(0, 6) == "INVITE" ? ResponseTo(text, GetParam().start, GetParam().more)
                                             : std::string();
    };
    SipUserAgentHelper caller = Caller();
    SetConstant(caller, "Patience", 60);
    Ptr<SipUserAgent> a = Add<SipUserAgent>(caller, 0, ada);
    Run(300);
    EXPECT_THAT(ada.Fates(), ElementsAre(GetParam().fate));
    EXPECT_EQ(a->GetCalls(), 0U);
    EXPECT_EQ(a->GetTransactions(), 0U);
    EXPECT_EQ(a->GetMediaPortsInUse(), 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    SipCallerAgainst,
    ::testing::Values(
        AnswerRow{"AnswersWithoutContact", "200 OK", "\r\n" + SDP, SipFate::Violation},
        AnswerRow{"AnswersWithoutMedia", "200 OK", CONTACT + "\r\n", SipFate::Violation},
        AnswerRow{"AnswersWithNoise", "200 OK", CONTACT + "\r\nx", SipFate::Violation},
        AnswerRow{"AnswersWithAGroup",
                  "200 OK",
                  CONTACT + "\r\nv=0\r\no=- 1 1 IN IP4 10.2.0.2\r\ns=-\r\nc=IN IP4 224.0.0.1\r\n"
                            "t=0 0\r\nm=audio 9000 RTP/AVP 0\r\n",
                  SipFate::PeerLost},
        AnswerRow{"AnswersFromAGroup",
                  "200 OK",
                  "Contact: <sip:bob@224.0.0.1>\r\n\r\n" + SDP,
                  SipFate::PeerLost},
        AnswerRow{"AnswersAndIsSilent", "200 OK", CONTACT + "\r\n" + SDP, SipFate::PeerLost},
        AnswerRow{"RingsWithoutEnd", "180 Ringing", "\r\n", SipFate::Cancelled},
        AnswerRow{"SendsElsewhere", "302 Moved", CONTACT + "\r\n", SipFate::Refused},
        AnswerRow{"BusyEverywhere", "600 No", "\r\n", SipFate::Refused},
        AnswerRow{"MalformedResponse", "2000 OK", "\r\n", SipFate::TimedOut}),
    [](const auto& info) { return info.param.label; });

/// What an ACK has of an INVITE without an offer, and what becomes of the call.
struct LateRow
{
    const char* label;
    std::string body;
    SipFate fate;
    bool sends; ///< media
};

/// @param row a row @param out gets its label
void
PrintTo(const LateRow& row, std::ostream* out)
{
    *out << row.label;
}

class SipLateAnswer : public SipHostileTest, public ::testing::WithParamInterface<LateRow>
{
};

TEST_P(SipLateAnswer, IsInTheAck)
{
    std::string offer;
    reply = [&offer](const std::string& text) {
        const auto message = ParseSip(text);
        if (!message || message->code != 200 || message->Get("CSeq") != "1 INVITE")
        {
            return std::string();
        }
        offer = message->body;
        return "ACK sip:ada@10.1.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.2.0.2;branch=z9hG4bK2\r\n"
               "From: <sip:eve@10.2.0.2>;tag=e\r\nTo: " +
               std::string(message->Get("To")) + "\r\nCall-ID: 1\r\nCSeq: 1 ACK\r\n\r\n" +
               GetParam().body;
    };
    SipUserAgentHelper phone("ada");
    SetConstant(phone, "AnsweredHoldingTime", 5);
    Ptr<SipUserAgent> a = Add<SipUserAgent>(phone, 0, ada);
    At(2, [this] { Say(Request("INVITE", CONTACT + "\r\n")); });
    Run(100);
    EXPECT_NE(offer.find("m=audio 10000 RTP/AVP 0"), std::string::npos);
    ASSERT_THAT(ada.Fates(), ElementsAre(GetParam().fate));
    EXPECT_EQ(ada.calls[0].media.sent > 0, GetParam().sends);
    EXPECT_EQ(a->GetCalls(), 0U);
    EXPECT_EQ(a->GetTransactions(), 0U);
    EXPECT_EQ(a->GetMediaPortsInUse(), 0U);
}

// Nobody answers the BYE.
INSTANTIATE_TEST_SUITE_P(Rows,
                         SipLateAnswer,
                         ::testing::Values(LateRow{"Answer", SDP, SipFate::PeerLost, true},
                                           LateRow{"None", "", SipFate::Violation, false},
                                           LateRow{"Noise", "hello", SipFate::Violation, false}),
                         [](const auto& info) { return info.param.label; });

/// What acknowledges a 180, and what the phone says to that.
struct PrackRow
{
    const char* label;
    const char* acknowledged;      ///< RAck; null: there is no PRACK
    std::vector<uint16_t> answers; ///< to the PRACK
    uint16_t code;                 ///< of the INVITE
};

/// @param row a row @param out gets its label
void
PrintTo(const PrackRow& row, std::ostream* out)
{
    *out << row.label;
}

class SipPrackOf : public SipHostileTest, public ::testing::WithParamInterface<PrackRow>
{
};

TEST_P(SipPrackOf, IsOrIsNotTheRingings)
{
    const PrackRow& row = GetParam();
    bool said = false;
    std::vector<uint16_t> answers;
    reply = [&](const std::string& text) {
        const auto message = ParseSip(text);
        if (message && message->Get("CSeq") == "2 PRACK")
        {
            answers.push_back(message->code);
        }
        if (said || row.acknowledged == nullptr || !message || message->code != 180)
        {
            return std::string();
        }
        said = true;
        return "PRACK sip:ada@10.1.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.2.0.2;branch=z9hG4bK2\r\n"
               "From: <sip:eve@10.2.0.2>;tag=e\r\nTo: " +
               std::string(message->Get("To")) +
               "\r\nCall-ID: 1\r\nCSeq: 2 PRACK\r\nRAck: " + row.acknowledged + "\r\n\r\n";
    };
    SipUserAgentHelper phone("ada");
    phone.SetAttribute("ReliableProvisional", BooleanValue(true));
    SetConstant(phone, "AnswerDelay", 50);
    Ptr<SipUserAgent> a = Add<SipUserAgent>(phone, 0, ada);
    At(2, [this] { Say(Request("INVITE", CONTACT + "Require: 100rel\r\n\r\n" + SDP)); });
    Run(300);
    EXPECT_EQ(answers, row.answers);
    ASSERT_THAT(ada.calls, SizeIs(1));
    EXPECT_EQ(ada.calls[0].code, row.code);
    EXPECT_EQ(ada.calls[0].fate, SipFate::TimedOut); // nobody acknowledges an answer
    EXPECT_EQ(a->GetTransactions(), 0U);
}

INSTANTIATE_TEST_SUITE_P(Rows,
                         SipPrackOf,
                         ::testing::Values(PrackRow{"It", "1 1 INVITE", {200}, 200},
                                           PrackRow{"Nothing", nullptr, {}, 504},
                                           PrackRow{"AnotherResponse", "2 1 INVITE", {481}, 504},
                                           PrackRow{"AnotherRequest", "1 2 INVITE", {481}, 504},
                                           PrackRow{"Noise", "x", {481}, 504}),
                         [](const auto& info) { return info.param.label; });

TEST_F(SipHostileTest, AFloodOfInvitesIsBounded)
{
    SipUserAgentHelper phone("ada");
    phone.SetAttribute("MaxTransactions", UintegerValue(50));
    Ptr<SipUserAgent> a = Add<SipUserAgent>(phone, 0, ada);
    for (int i = 0; i < 200; ++i)
    {
        At(2 + i * 0.001, [this, i] {
            Say(Request("INVITE", CONTACT + "X: " + std::to_string(i) + "\r\n\r\n" + SDP)
                    .replace(Request("INVITE", "").find("z9hG4bK"),
                             7,
                             "z9hG4bK" + std::to_string(i)));
        });
    }
    At(3, [a] {
        EXPECT_EQ(a->GetTransactions(), 50U);
        EXPECT_EQ(a->GetCalls(), 1U);
    });
    Run(300);
    EXPECT_EQ(a->GetLimitCount(SipLimit::Transactions), 150U);
    EXPECT_EQ(a->GetLimitCount(SipLimit::Calls), 49U);
    EXPECT_THAT(heard, Contains("SIP/2.0 503 Service Unavailable"));
    EXPECT_EQ(a->GetTransactions(), 0U);
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
