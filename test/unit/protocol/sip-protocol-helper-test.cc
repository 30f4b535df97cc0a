/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/protocol/sip-protocol-helper.h"
#include "test/unit/protocol/sip-fixture.h"

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

constexpr auto CALLER = Direction::Original;
constexpr auto CALLEE = Direction::Reply;
constexpr auto ACCEPT = HelperVerdict::Accept;
constexpr auto DROP = HelperVerdict::Drop;

using SipHelper = SipFixture;
using Texts = std::vector<std::string>;

const Texts NOTHING;
const Texts AUDIO{"1 10.2.0.10 > 10.1.0.10 40000", "1 10.2.0.10 > 10.1.0.10 40001"};

std::string
Request(const std::string& method, uint32_t sequence, const std::string& body = "")
{
    return Message(method + " sip:b@10.2.0.10 SIP/2.0",
                   "CSeq: " + std::to_string(sequence) + " " + method + "\r\n",
                   body);
}

std::string
Answer(uint32_t code, const std::string& method, uint32_t sequence, const std::string& body = "")
{
    return Message("SIP/2.0 " + std::to_string(code) + " X",
                   "CSeq: " + std::to_string(sequence) + " " + method + "\r\n",
                   body);
}

std::string
Offer(const std::string& line = "m=audio 40000 RTP/AVP 0")
{
    return Sdp("10.1.0.10", {line});
}

// ---------------------------------------------------------------------------- who it is

TEST_F(SipHelper, ServesUdpAndTcpOfBothFamilies)
{
    ASSERT_EQ(helpers.size(), 4U);
    Texts served;
    for (const auto& helper : helpers)
    {
        const auto& identity = helper->GetIdentity();
        EXPECT_EQ(identity.name, "sip");
        EXPECT_EQ(identity.natModule, "ip_nat_sip");
        EXPECT_EQ(identity.port, 5060);
        served.push_back(std::to_string(static_cast<int>(identity.family)) + " " +
                         std::to_string(identity.protocol));
    }
    EXPECT_EQ(served, (Texts{"2 17", "2 6", "10 17", "10 6"}));
    EXPECT_FALSE(helpers[0]->IsSameSort(*helpers[1]));
}

TEST_F(SipHelper, FourClasses)
{
    const auto& policies = helpers[0]->GetPolicies();
    ASSERT_EQ(policies.size(), 4U);
    const char* names[] = {"signalling", "audio", "video", "image"};
    const uint32_t most[] = {1, 4, 4, 2};
    for (std::size_t i = 0; i < 4; ++i)
    {
        EXPECT_EQ(policies[i].name, names[i]);
        EXPECT_EQ(policies[i].maxExpected, most[i]);
        EXPECT_EQ(policies[i].timeout, 180 * SECOND);
    }
}

// ---------------------------------------------------------------------------- calls

TEST_F(SipHelper, InviteExpectsAPair)
{
    Connection& call = Dial();
    EXPECT_EQ(Send(call, CALLER, Request("INVITE", 1, Offer())), ACCEPT);
    EXPECT_EQ(Expected(), AUDIO);
    expectations->ForEach([&](const Expectation& e) {
        EXPECT_EQ(e.tuple.protocol, protocol::UDP);
        EXPECT_EQ(e.mask.port, 0);
        EXPECT_EQ(e.flags, 0U);
        EXPECT_EQ(e.helper, nullptr);
        EXPECT_EQ(e.function, nullptr);
        EXPECT_EQ(e.deadline, 180 * SECOND);
    });
}

TEST_F(SipHelper, AnAnswerExpectsTheOtherWay)
{
    Connection& call = Dial();
    const std::string answer = Sdp("10.2.0.10", {"m=audio 42000 RTP/AVP 0"});
    EXPECT_EQ(Send(call, CALLEE, Answer(183, "INVITE", 1, answer)), ACCEPT);
    EXPECT_EQ(Expected(),
              (Texts{"1 10.1.0.10 > 10.2.0.10 42000", "1 10.1.0.10 > 10.2.0.10 42001"}));
}

TEST_F(SipHelper, Ipv6)
{
    Connection& call = Dial(5060, protocol::UDP, "fd00:1::10");
    const std::string offer = Sdp("fd00:1::10", {"m=audio 40000 RTP/AVP 0"});
    EXPECT_EQ(Send(call, CALLER, Request("INVITE", 1, offer)), ACCEPT);
    EXPECT_EQ(Expected(),
              (Texts{"1 fd00:2::10 > fd00:1::10 40000", "1 fd00:2::10 > fd00:1::10 40001"}));
}

/// A message after an INVITE of CSeq 5, and whether the media are still expected.
struct EndRow
{
    const char* label;
    Direction sender;
    std::string message;
    bool isKept;
};

class SipEnds : public SipFixture, public ::testing::WithParamInterface<EndRow>
{
};

TEST_P(SipEnds, Media)
{
    Connection& call = Dial();
    ASSERT_EQ(Send(call, CALLER, Request("INVITE", 5, Offer())), ACCEPT);
    EXPECT_EQ(Send(call, GetParam().sender, GetParam().message), ACCEPT);
    EXPECT_EQ(Expected(), GetParam().isKept ? AUDIO : NOTHING);
    EXPECT_TRUE(lines.empty());
}

const EndRow ENDS[] = {
    {"Bye", CALLER, Request("BYE", 6), false},
    {"ByeOfTheCallee", CALLEE, Request("BYE", 1), false},
    {"InviteWithoutABody", CALLER, Request("INVITE", 6), false},
    {"Refused", CALLEE, Answer(486, "INVITE", 5), false},
    {"Redirected", CALLEE, Answer(302, "INVITE", 5), false},
    {"StatusOf99", CALLEE, Answer(99, "INVITE", 5), false},
    {"UpdateRefusedWithTheSameNumber", CALLEE, Answer(488, "UPDATE", 5), false},
    {"PrackRefusedWithTheSameNumber", CALLEE, Answer(488, "PRACK", 5), false},
    {"RefusedOfAnotherNumber", CALLEE, Answer(486, "INVITE", 4), true},
    {"UpdateRefused", CALLEE, Answer(488, "UPDATE", 6), true},
    {"Ringing", CALLEE, Answer(180, "INVITE", 5), true},
    {"Cancel", CALLER, Request("CANCEL", 5), true},
    {"CancelRefused", CALLEE, Answer(481, "CANCEL", 5), true},
    {"ByeRefused", CALLEE, Answer(481, "BYE", 5), true},
    {"Ack", CALLER, Request("ACK", 5), true},
    {"Update", CALLER, Request("UPDATE", 6), true},
    {"Options", CALLER, Request("OPTIONS", 6), true},
    {"KeepAlive", CALLER, "\r\n\r\n", true},
    {"Nonsense", CALLER, "Nothing that anybody knows.", true},
};

INSTANTIATE_TEST_SUITE_P(Rows,
                         SipEnds,
                         ::testing::ValuesIn(ENDS),
                         [](const ::testing::TestParamInfo<EndRow>& info) {
                             return info.param.label;
                         });

TEST_F(SipHelper, UpdateAckAndPrackAddMedia)
{
    for (const char* method : {"UPDATE", "ACK", "PRACK"})
    {
        Connection& call = Dial(6000);
        EXPECT_EQ(Send(call, CALLER, Request(method, 1, Offer())), ACCEPT) << method;
        EXPECT_EQ(Expected(), AUDIO) << method;
        expectations->RemoveOf(call, now);
        connections.End(call, EndReason::Deleted, now);
    }
}

TEST_F(SipHelper, ReinviteMovesMedia)
{
    Connection& call = Dial();
    Send(call, CALLER, Request("INVITE", 1, Offer("m=audio 50000 RTP/AVP 0")));
    Send(call, CALLER, Request("INVITE", 2, Offer()));
    EXPECT_EQ(Expected(), AUDIO);
    Send(call, CALLEE, Answer(486, "INVITE", 1));
    EXPECT_EQ(Expected(), AUDIO) << "a late answer";
}

TEST_F(SipHelper, ARefusedInviteIsNotRemembered)
{
    Connection& call = Dial();
    Send(call, CALLER, Request("INVITE", 1, Offer()));
    EXPECT_EQ(Send(call, CALLER, Request("INVITE", 2, Offer("m=audio 80 RTP/AVP 0"))), DROP);
    Send(call, CALLER, Request("UPDATE", 3, Offer()));
    Send(call, CALLEE, Answer(486, "INVITE", 2));
    EXPECT_EQ(Expected(), AUDIO);
}

// ---------------------------------------------------------------------------- descriptions

struct DescriptionRow
{
    const char* label;
    std::string body;
    Texts expected;
};

class SipDescriptions : public SipFixture, public ::testing::WithParamInterface<DescriptionRow>
{
};

TEST_P(SipDescriptions, Expect)
{
    Connection& call = Dial();
    EXPECT_EQ(Send(call, CALLER, Request("INVITE", 1, GetParam().body)), ACCEPT);
    EXPECT_EQ(Expected(), GetParam().expected);
    EXPECT_TRUE(lines.empty());
}

const std::string OWN = "c=IN IP4 10.1.0.10";
const std::string FOREIGN = "c=IN IP4 10.9.9.9";
const std::string LINE = "m=audio 40000 RTP/AVP 0";

const DescriptionRow DESCRIPTIONS[] = {
    {"OddPort", Offer("m=audio 40001 RTP/AVP 0"), AUDIO},
    {"ZerosBefore", Offer("m=audio 00000040000 RTP/AVP 0"), AUDIO},
    {"MediaHasItsOwn", Sdp("10.9.9.9", {LINE, OWN}), AUDIO},
    {"OthersAreSkipped", Sdp("10.1.0.10", {"m=text 1 x", "m=audio 0 x", "a=b", LINE}), AUDIO},
    {"UnreadableMediaAddress", Sdp("10.1.0.10", {LINE, "c=IN IP4 x"}), AUDIO},
    {"Image",
     Offer("m=image 4500 udptl t38"),
     {"3 10.2.0.10 > 10.1.0.10 4500", "3 10.2.0.10 > 10.1.0.10 4501"}},
    {"ThreeLinesAtMost",
     Sdp("10.1.0.10", {LINE, "m=video 0 x", "m=video 2000 x", "m=image 3000 x", "m=audio 4000 x"}),
     {"1 10.2.0.10 > 10.1.0.10 40000",
      "1 10.2.0.10 > 10.1.0.10 40001",
      "2 10.2.0.10 > 10.1.0.10 2000",
      "2 10.2.0.10 > 10.1.0.10 2001",
      "3 10.2.0.10 > 10.1.0.10 3000",
      "3 10.2.0.10 > 10.1.0.10 3001"}},
    {"FullClass",
     Sdp("10.1.0.10", {"m=audio 2000 x", "m=audio 2002 x", "m=audio 2004 x"}),
     {"1 10.2.0.10 > 10.1.0.10 2002",
      "1 10.2.0.10 > 10.1.0.10 2003",
      "1 10.2.0.10 > 10.1.0.10 2004",
      "1 10.2.0.10 > 10.1.0.10 2005"}},
    {"SamePortOfAnotherKind", Sdp("10.1.0.10", {LINE, "m=video 40000 RTP/AVP 0"}), AUDIO},
    {"ThirdParty", Sdp("10.9.9.9", {LINE}), NOTHING},
    {"MediaOfAThirdParty", Sdp("10.1.0.10", {LINE, FOREIGN}), NOTHING},
    {"Hold", Sdp("0.0.0.0", {LINE}), NOTHING},
    {"PortZero", Offer("m=audio 0 RTP/AVP 0"), NOTHING},
    {"NoPort", Offer("m=audio x"), NOTHING},
    {"TooLargeANumber", Offer("m=audio 4294967296 x"), NOTHING},
    {"NoVersion", "x=0\r\n" + OWN + "\r\n" + LINE + "\r\n", NOTHING},
    {"NoMedia", Sdp("10.1.0.10", {}), NOTHING},
    {"NoBody", "", NOTHING},
};

INSTANTIATE_TEST_SUITE_P(Rows,
                         SipDescriptions,
                         ::testing::ValuesIn(DESCRIPTIONS),
                         [](const ::testing::TestParamInfo<DescriptionRow>& info) {
                             return info.param.label;
                         });

TEST_F(SipHelper, MediaAnywhereFromAnybody)
{
    Use({{"DirectMedia", "false"}});
    Connection& call = Dial();
    EXPECT_EQ(Send(call, CALLER, Request("INVITE", 1, Sdp("10.9.9.9", {LINE}))), ACCEPT);
    EXPECT_EQ(Expected(), (Texts{"1 any > 10.9.9.9 40000", "1 any > 10.9.9.9 40001"}));
}

TEST_F(SipHelper, ExternalMediaAreLeftAlone)
{
    Use({{"DirectMedia", "false"}, {"ExternalMedia", "true"}});
    routes = [](Family, const Address& target) { return target.bytes[1] == 2 ? 2U : 1U; };
    Connection& call = Dial();
    EXPECT_EQ(Send(call, CALLER, Request("INVITE", 1, Sdp("10.2.0.60", {LINE}))), ACCEPT);
    EXPECT_EQ(Expected(), NOTHING) << "beyond the interface by which the message leaves";
    EXPECT_EQ(Send(call, CALLER, Request("INVITE", 2, Sdp("10.1.0.60", {LINE}))), ACCEPT);
    EXPECT_EQ(Expected(), (Texts{"1 any > 10.1.0.60 40000", "1 any > 10.1.0.60 40001"}));
}

TEST_F(SipHelper, AnotherConnectionsMediaAreNotExpectedTwice)
{
    Send(Dial(5060), CALLER, Request("INVITE", 1, Offer()));
    Connection& second = Dial(5070);
    EXPECT_EQ(Send(second, CALLER, Request("INVITE", 1, Offer())), ACCEPT);
    EXPECT_EQ(Send(second, CALLER, Request("INVITE", 2, Offer("m=video 40000 x"))), ACCEPT);
    EXPECT_EQ(Expected(), AUDIO);
    EXPECT_TRUE(second.help->expectations.empty());
}

TEST_F(SipHelper, AClashDropsTheMessage)
{
    Use({{"DirectSignalling", "false"}});
    Connection& call = Dial();
    Send(call,
         CALLER,
         Message("REGISTER sip:x SIP/2.0",
                 "CSeq: 1 REGISTER\r\nExpires: 9\r\nm: <sip:10.1.0.10:40001>\r\n"));
    EXPECT_EQ(Expected(), (Texts{"0 any > 10.1.0.10 40001"}));
    EXPECT_EQ(Send(call, CALLER, Request("INVITE", 2, Offer())), DROP);
    EXPECT_EQ(lines, (Texts{"cannot add expectation for voice"}));
    EXPECT_EQ(Expected(), (Texts{"0 any > 10.1.0.10 40001"})) << "the pair's first is withdrawn";
}

// ---------------------------------------------------------------------------- what is dropped

struct DropRow
{
    const char* label;
    Direction sender;
    std::string message;
    const char* line; ///< of the helper log
};

class SipDrops : public SipFixture, public ::testing::WithParamInterface<DropRow>
{
};

TEST_P(SipDrops, WithALine)
{
    Connection& call = Dial();
    EXPECT_EQ(Send(call, GetParam().sender, GetParam().message), DROP);
    ASSERT_FALSE(lines.empty());
    EXPECT_EQ(lines.front(), GetParam().line);
    EXPECT_EQ(Expected(), NOTHING);
}

const DropRow DROPS[] = {
    {"NoCode", CALLEE, "SIP/2.0 OK and so on\r\n\r\n", "cannot get code"},
    {"CodeZero", CALLEE, Answer(0, "INVITE", 1), "cannot get code"},
    {"AnswerWithoutCseq", CALLEE, Message("SIP/2.0 200 OK", ""), "cannot parse cseq"},
    {"AnswerToNobodyWithoutCseq", CALLEE, "SIP/2.0 200", "cannot parse cseq"},
    {"CseqTooLarge",
     CALLEE,
     Message("SIP/2.0 200 OK", "CSeq: 4294967296 OPTIONS\r\n"),
     "cannot get cseq"},
    {"RequestWithoutCseq", CALLER, Message("BYE sip:b SIP/2.0", ""), "cannot parse cseq"},
    {"CseqOfLetters", CALLER, Message("ACK sip:b SIP/2.0", "CSeq: x\r\n"), "cannot parse cseq"},
    {"RequestsCseqTooLarge",
     CALLER,
     Message("ACK sip:b SIP/2.0", "CSeq: 000000000001 ACK\r\n"),
     "cannot get cseq"},
    {"PortTooLow", CALLER, Request("INVITE", 1, Offer("m=audio 1023 x")), "wrong port 1023"},
    {"PortTooHigh", CALLER, Request("INVITE", 1, Offer("m=audio 65536 x")), "wrong port 65536"},
    {"NoAddress",
     CALLER,
     Request("UPDATE", 1, "v=0\r\n" + LINE + "\r\n"),
     "cannot parse SDP message"},
    {"ExpiresOfLetters",
     CALLER,
     Message("REGISTER sip:x SIP/2.0", "CSeq: 1 REGISTER\r\nm: <sip:10.1.0.10>;expires=x\r\n"),
     "cannot parse expires"},
};

INSTANTIATE_TEST_SUITE_P(Rows,
                         SipDrops,
                         ::testing::ValuesIn(DROPS),
                         [](const ::testing::TestParamInfo<DropRow>& info) {
                             return info.param.label;
                         });

// ---------------------------------------------------------------------------- time

TEST_F(SipHelper, EachMessageRenewsTheConnection)
{
    Use({{"SipTimeout", "7s"}});
    Connection& call = Dial();
    now = 100 * SECOND;
    for (const std::string& text : {Request("OPTIONS", 1), std::string("\r\n")})
    {
        now += SECOND;
        Send(call, CALLER, text);
        EXPECT_EQ(call.deadline, now + 7 * SECOND);
    }
    const Nanos before = call.deadline;
    now += SECOND;
    Send(call, CALLER, "");
    EXPECT_EQ(call.deadline, before) << "no payload";
    call.status |= status::FIXED_TIMEOUT;
    Send(call, CALLER, "\r\n");
    EXPECT_EQ(call.deadline, before);
}

// ---------------------------------------------------------------------------- TCP

TEST_F(SipHelper, ASegmentMayHaveSeveralMessages)
{
    Connection& call = Dial(35060, protocol::TCP);
    const std::string two = Request("OPTIONS", 1) + Request("INVITE", 2, Offer());
    EXPECT_EQ(Send(call, CALLER, two), ACCEPT);
    EXPECT_EQ(Expected(), AUDIO);
    EXPECT_EQ(Send(call, CALLER, Request("BYE", 3) + "INVITE"), ACCEPT);
    EXPECT_EQ(Expected(), NOTHING) << "what is cut is not read";
}

TEST_F(SipHelper, APartOfAMessageIsNotRead)
{
    Connection& call = Dial(35060, protocol::TCP);
    const std::string whole = Request("INVITE", 1, Offer());
    EXPECT_EQ(Send(call, CALLER, whole.substr(0, whole.size() - 1)), ACCEPT);
    EXPECT_EQ(Send(call, CALLER, whole.substr(0, 30)), ACCEPT);
    EXPECT_EQ(Send(call, CALLER, whole.substr(30)), ACCEPT);
    EXPECT_EQ(Expected(), NOTHING);
    EXPECT_EQ(Send(call, CALLER, whole), ACCEPT);
    EXPECT_EQ(Expected(), AUDIO);
}

TEST_F(SipHelper, OnlyEstablishedConnectionsAreRead)
{
    Connection& call = Dial(35060, protocol::TCP);
    state = FlowState::New;
    EXPECT_EQ(Send(call, CALLER, Request("INVITE", 1, Offer())), ACCEPT);
    EXPECT_EQ(Expected(), NOTHING);
    EXPECT_EQ(Send(Dial(6000), CALLER, Request("INVITE", 1, Offer())), ACCEPT);
    EXPECT_EQ(Expected(), AUDIO) << "UDP at once";
}

TEST_F(SipHelper, ABadMessageDropsTheSegment)
{
    Connection& call = Dial(35060, protocol::TCP);
    const std::string both = Request("INVITE", 1, Offer()) + "SIP/2.0 XXX\r\nl:0\r\n\r\n";
    EXPECT_EQ(Send(call, CALLER, both), DROP);
    EXPECT_EQ(Expected(), AUDIO) << "what the first one opened stays";
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
