/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "test/unit/protocol/sip-fixture.h"

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

constexpr auto PHONE = Direction::Original;
constexpr auto REGISTRAR = Direction::Reply;
constexpr auto ACCEPT = HelperVerdict::Accept;
constexpr auto DROP = HelperVerdict::Drop;

using SipRegistration = SipFixture;
using Texts = std::vector<std::string>;

const Texts NOTHING;
const Texts CALLS{"0 10.2.0.10 > 10.1.0.10 5060"};
const std::string CONTACT = "Contact: <sip:a@10.1.0.10:5060>";

std::string
Register(uint32_t sequence,
         const std::string& contact = CONTACT,
         const std::string& expires = "Expires: 60\r\n")
{
    return Message("REGISTER sip:10.2.0.10 SIP/2.0",
                   "CSeq: " + std::to_string(sequence) + " REGISTER\r\n" + contact + "\r\n" +
                       expires);
}

std::string
Answer(uint32_t code,
       uint32_t sequence,
       const std::string& contact = CONTACT,
       const std::string& expires = "Expires: 60\r\n")
{
    return Message("SIP/2.0 " + std::to_string(code) + " X",
                   "CSeq: " + std::to_string(sequence) + " REGISTER\r\n" + contact + "\r\n" +
                       expires);
}

TEST_F(SipRegistration, IsInactiveUntilItIsAccepted)
{
    Connection& connection = Dial();
    EXPECT_EQ(Send(connection, PHONE, Register(1)), ACCEPT);
    EXPECT_EQ(Expected(), CALLS);
    Expectation& expected = connection.help->expectations.front();
    EXPECT_EQ(expected.flags, expectation_flag::PERMANENT | expectation_flag::INACTIVE);
    EXPECT_EQ(expected.deadline, 180 * SECOND);
    EXPECT_EQ(expected.helper, connection.help->helper) << "calls that come are read, too";
    now = 10 * SECOND;
    EXPECT_EQ(Send(connection, REGISTRAR, Answer(200, 1)), ACCEPT);
    EXPECT_EQ(expected.flags, expectation_flag::PERMANENT);
    EXPECT_EQ(expected.deadline, 70 * SECOND);
}

TEST_F(SipRegistration, AnybodyMayCallWithoutDirectSignalling)
{
    Use({{"DirectSignalling", "false"}});
    EXPECT_EQ(Send(Dial(), PHONE, Register(1)), ACCEPT);
    EXPECT_EQ(Expected(), (Texts{"0 any > 10.1.0.10 5060"}));
}

TEST_F(SipRegistration, TcpIsExpectedByTcp)
{
    EXPECT_EQ(Send(Dial(35060, protocol::TCP), PHONE, Register(1)), ACCEPT);
    EXPECT_EQ(Expected(), CALLS);
    expectations->ForEach([](const Expectation& e) { EXPECT_EQ(e.tuple.protocol, protocol::TCP); });
}

TEST_F(SipRegistration, ExpectedConnectionsDoNotRegister)
{
    Connection& connection = Dial();
    connection.status |= status::EXPECTED;
    EXPECT_EQ(Send(connection, PHONE, Register(1)), ACCEPT);
    EXPECT_EQ(Expected(), NOTHING);
}

struct RequestRow
{
    const char* label;
    std::string contact;
    std::string expires;
    Texts expected;
};

class SipRegisters : public SipFixture, public ::testing::WithParamInterface<RequestRow>
{
};

TEST_P(SipRegisters, Expect)
{
    EXPECT_EQ(Send(Dial(), PHONE, Register(1, GetParam().contact, GetParam().expires)), ACCEPT);
    EXPECT_EQ(Expected(), GetParam().expected);
    EXPECT_TRUE(lines.empty());
}

const std::string MINUTE = "Expires: 60\r\n";

const RequestRow REQUESTS[] = {
    {"Parameter", CONTACT + ";expires=60", "", CALLS},
    {"ParameterWins", CONTACT + ";expires=60", "Expires: 0\r\n", CALLS},
    {"ParameterOfTheNext", CONTACT + ", <sip:x>;expires=0", MINUTE, CALLS},
    {"OtherPort", "m: sip:10.1.0.10:7000", MINUTE, {"0 10.2.0.10 > 10.1.0.10 7000"}},
    {"TransportUdp", "Contact: <sip:10.1.0.10;transport=UDP>", MINUTE, CALLS},
    {"TransportInAnyCase", "Contact: <sip:10.1.0.10;Transport=udp>", MINUTE, CALLS},
    {"UnreadableFirst", "Contact: <sip:a@x>\r\n" + CONTACT, MINUTE, CALLS},
    {"NoTime", CONTACT, "", NOTHING},
    {"TimeZero", CONTACT, "Expires: 0\r\n", NOTHING},
    {"TimeOfLetters", CONTACT, "Expires: x\r\n", NOTHING},
    {"TimeTooLarge", CONTACT, "Expires: 4294967296\r\n", NOTHING},
    {"ParameterZero", CONTACT + ";expires=0", MINUTE, NOTHING},
    {"TransportTcp", "Contact: <sip:10.1.0.10;transport=tcp>", MINUTE, NOTHING},
    {"TransportSctp", "Contact: <sip:10.1.0.10;transport=sctp>", MINUTE, NOTHING},
    {"ThirdParty", "Contact: <sip:10.1.0.99>", MINUTE, NOTHING},
    {"ThirdPartyFirst", "Contact: <sip:10.1.0.99>\r\n" + CONTACT, MINUTE, NOTHING},
    {"LowPort", "Contact: <sip:10.1.0.10:80>", MINUTE, NOTHING},
    {"Star", "Contact: *", MINUTE, NOTHING},
    {"NoContact", "X: 1", MINUTE, NOTHING},
};

INSTANTIATE_TEST_SUITE_P(Rows,
                         SipRegisters,
                         ::testing::ValuesIn(REQUESTS),
                         [](const ::testing::TestParamInfo<RequestRow>& info) {
                             return info.param.label;
                         });

/// An answer to the REGISTER of CSeq 3, and for how many seconds it holds.
struct AnswerRow
{
    const char* label;
    std::string answer;
    int seconds; ///< 180: nothing has changed; 0: it is withdrawn
};

class SipRegisterAnswers : public SipFixture, public ::testing::WithParamInterface<AnswerRow>
{
};

TEST_P(SipRegisterAnswers, Hold)
{
    Connection& connection = Dial();
    Send(connection, PHONE, Register(3));
    EXPECT_EQ(Send(connection, REGISTRAR, GetParam().answer), ACCEPT);
    ASSERT_EQ(Expected(), GetParam().seconds == 0 ? NOTHING : CALLS);
    if (GetParam().seconds != 0)
    {
        const Expectation& expected = connection.help->expectations.front();
        EXPECT_EQ(expected.deadline, GetParam().seconds * SECOND);
        EXPECT_EQ((expected.flags & expectation_flag::INACTIVE) != 0, GetParam().seconds == 180);
    }
}

const AnswerRow ANSWERS[] = {
    {"Ok", Answer(200, 3), 60},
    {"Accepted", Answer(202, 3), 60},
    {"Parameter", Answer(200, 3, CONTACT + ";expires=33", ""), 33},
    {"SecondOfAList", Answer(200, 3, "m: <sip:a@10.1.0.77>, <sip:a@10.1.0.10>;expires=44", ""), 44},
    {"SecondField", Answer(200, 3, "m: <sip:a@10.1.0.77>\r\n" + CONTACT), 60},
    {"OurOtherPortFirst", Answer(200, 3, "m: <sip:a@10.1.0.10:7000>\r\n" + CONTACT), 60},
    {"Trying", Answer(100, 3), 180},
    {"OtherNumber", Answer(200, 2), 180},
    {"RefusedOfAnotherNumber", Answer(401, 2), 180},
    {"Refused", Answer(401, 3), 0},
    {"Redirected", Answer(301, 3), 0},
    {"NoTime", Answer(200, 3, CONTACT, ""), 0},
    {"TimeZero", Answer(200, 3, CONTACT + ";expires=0"), 0},
    {"ZeroOfAnotherFirst", Answer(200, 3, "m: <sip:a@10.1.0.10:7000>;expires=0\r\n" + CONTACT), 0},
    {"OtherPort", Answer(200, 3, "m: <sip:a@10.1.0.10:7000>"), 0},
    {"OtherHost", Answer(200, 3, "m: <sip:a@10.1.0.77>"), 0},
    {"OtherTransport", Answer(200, 3, "m: <sip:a@10.1.0.10;transport=tcp>"), 0},
    {"Star", Answer(200, 3, "m: *"), 0},
    {"NoContact", Answer(200, 3, "X: 1"), 0},
};

INSTANTIATE_TEST_SUITE_P(Rows,
                         SipRegisterAnswers,
                         ::testing::ValuesIn(ANSWERS),
                         [](const ::testing::TestParamInfo<AnswerRow>& info) {
                             return info.param.label;
                         });

TEST_F(SipRegistration, AnUnreadableTimeDropsTheAnswer)
{
    Connection& connection = Dial();
    Send(connection, PHONE, Register(1));
    EXPECT_EQ(Send(connection, REGISTRAR, Answer(200, 1, CONTACT + ";expires=")), DROP);
    EXPECT_EQ(lines, (Texts{"cannot parse expires"}));
    EXPECT_EQ(Expected(), CALLS);
}

TEST_F(SipRegistration, RefreshedMovedAndTakenBack)
{
    Connection& connection = Dial();
    Send(connection, PHONE, Register(1));
    Send(connection, REGISTRAR, Answer(200, 1));
    Send(connection, PHONE, Register(2));
    EXPECT_EQ(connection.help->expectations.front().flags & expectation_flag::INACTIVE,
              expectation_flag::INACTIVE)
        << "until it is accepted again";
    Send(connection, PHONE, Register(3, "m: <sip:a@10.1.0.10:7000>"));
    EXPECT_EQ(Expected(), (Texts{"0 10.2.0.10 > 10.1.0.10 7000"})) << "one at a time";
    Send(connection, PHONE, Register(4, CONTACT, "Expires: 0\r\n"));
    EXPECT_EQ(Expected(), (Texts{"0 10.2.0.10 > 10.1.0.10 7000"}));
    Send(connection, REGISTRAR, Answer(200, 4, "X: 1", ""));
    EXPECT_EQ(Expected(), NOTHING);
}

TEST_F(SipRegistration, AnotherConnectionsContactIsRefused)
{
    Send(Dial(), PHONE, Register(1));
    EXPECT_EQ(Send(Dial(5070), PHONE, Register(1)), DROP);
    EXPECT_EQ(lines, (Texts{"cannot add expectation"}));
    EXPECT_EQ(Expected(), CALLS);
}

TEST_F(SipRegistration, MediaDoNotEndIt)
{
    Connection& connection = Dial();
    Send(connection, PHONE, Register(1));
    Send(connection, PHONE, Message("BYE sip:b SIP/2.0", "CSeq: 2 BYE\r\n"));
    EXPECT_EQ(Expected(), CALLS);
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
