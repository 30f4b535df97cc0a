/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/nat/sip-follow.h"
#include "model/nat/sip-nat-helper.h"
#include "model/wire/checksum.h"
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
constexpr auto SERVER = Direction::Reply;
constexpr auto ACCEPT = HelperVerdict::Accept;
constexpr auto DROP = HelperVerdict::Drop;

using Texts = std::vector<std::string>;

const Texts NOTHING;

/// Connections of a phone 10.1.0.10 that is seen as 10.2.0.199.
class SipNat : public SipFixture
{
  protected:
    SipNat()
    {
        NatHelperServices services;
        services.followMaster = &follow;
        services.random = [](uint32_t) { return 7U; };
        services.checksums = [] { return ChecksumUse::Kept; };
        UseServices(services);
        nat = PeekPointer(helper);
    }

    void UseServices(const NatHelperServices& services)
    {
        helper->SetServices(services);
    }

    /// @param connection whose source is translated from now on
    /// @param address its public address @param port its public port
    /// @return it
    static Connection& Translate(Connection& connection,
                                 const std::string& address = "10.2.0.199",
                                 uint16_t port = 5060)
    {
        connection.tuples[1].destination = ToAddress(address);
        connection.tuples[1].destinationPort = port;
        connection.status |= status::SRC_NAT;
        return connection;
    }

    /// @return the line of the last packet as it left that begins so
    std::string Line(const std::string& begin) const
    {
        const std::size_t at = left.rfind(begin, 0) == 0 ? 0 : left.find("\n" + begin);
        const std::size_t from = at == 0 || at == std::string::npos ? at : at + 1;
        return from == std::string::npos ? "" : left.substr(from, left.find('\r', from) - from);
    }

    NatEngine engine{connections, *registry, *KernelProfile::Find("v6.18"), [] {
                         return uint16_t{0};
                     }};
    SipFollow follow{engine};
    Ptr<SipNatHelper> helper{CreateObject<SipNatHelper>()};
};

std::string
Options(const std::string& fields, const std::string& uri = "sip:b@10.2.0.10:5060")
{
    return Message("OPTIONS " + uri + " SIP/2.0", fields);
}

TEST_F(SipNat, IsFoundUnderItsModulesName)
{
    EXPECT_EQ(helper->GetModuleName(), "ip_nat_sip");
    EXPECT_EQ(follow.name, "sip");
}

// ---------------------------------------------------------------------------- fields

/// A line of a request, before and after.
struct FieldRow
{
    const char* label;
    const char* before;
    const char* after;
};

class SipNatFields : public SipNat, public ::testing::WithParamInterface<FieldRow>
{
};

TEST_P(SipNatFields, OfARequest)
{
    Connection& connection = Translate(Dial());
    const std::string before = std::string(GetParam().before) + "\r\n";
    const std::string after = std::string(GetParam().after) + "\r\n";
    ASSERT_EQ(Send(connection, PHONE, Options(before)), ACCEPT);
    EXPECT_EQ(left, Options(after));
    EXPECT_TRUE(lines.empty());
}

const FieldRow FIELDS[] = {
    {"Via", "Via: SIP/2.0/UDP 10.1.0.10:5060;x", "Via: SIP/2.0/UDP 10.2.0.199:5060;x"},
    {"ViaWithoutPort", "v: SIP/2.0/UDP 10.1.0.10;x", "v: SIP/2.0/UDP 10.2.0.199:5060;x"},
    {"Maddr",
     "Via: SIP/2.0/UDP 10.1.0.10;maddr=10.1.0.10;x",
     "Via: SIP/2.0/UDP 10.2.0.199:5060;maddr=10.2.0.199;x"},
    {"Contact", "Contact: <sip:a@10.1.0.10>", "Contact: <sip:a@10.2.0.199:5060>"},
    {"Contacts",
     "m: <sip:a@10.1.0.10>, <sip:b@10.1.0.10:5060>\r\nm: <sip:c@10.1.0.10>",
     "m: <sip:a@10.2.0.199:5060>, <sip:b@10.2.0.199:5060>\r\nm: <sip:c@10.2.0.199:5060>"},
    {"From", "From: <sip:a@10.1.0.10>;tag=1", "From: <sip:a@10.2.0.199:5060>;tag=1"},
    {"To", "t: sip:b@10.1.0.10;tag=1", "t: sip:b@10.2.0.199:5060;tag=1"},
    {"OtherPort", "m: <sip:a@10.1.0.10:7000>", "m: <sip:a@10.1.0.10:7000>"},
    {"OtherHost", "m: <sip:a@10.1.0.77>", "m: <sip:a@10.1.0.77>"},
    {"OtherTransport", "Via: SIP/2.0/TCP 10.1.0.10;x", "Via: SIP/2.0/TCP 10.1.0.10;x"},
    {"OthersVia",
     "Via: SIP/2.0/UDP 10.1.0.77;maddr=10.1.0.10;x\r\nVia: SIP/2.0/UDP 10.1.0.10;x",
     "Via: SIP/2.0/UDP 10.1.0.77;maddr=10.1.0.10;x\r\nVia: SIP/2.0/UDP 10.1.0.10;x"},
    {"Route", "Route: <sip:10.1.0.10;lr>", "Route: <sip:10.1.0.10;lr>"},
    {"RecordRoute", "Record-Route: <sip:10.1.0.10;lr>", "Record-Route: <sip:10.1.0.10;lr>"},
    {"CallId", "Call-ID: x@10.1.0.10", "Call-ID: x@10.1.0.10"},
    {"Name", "m: <sip:a@example.org>", "m: <sip:a@example.org>"},
    {"Server", "m: <sip:a@10.2.0.10>", "m: <sip:a@10.2.0.10>"},
};

INSTANTIATE_TEST_SUITE_P(Rows,
                         SipNatFields,
                         ::testing::ValuesIn(FIELDS),
                         [](const ::testing::TestParamInfo<FieldRow>& info) {
                             return info.param.label;
                         });

TEST_F(SipNat, RequestUri)
{
    Connection& connection = Translate(Dial());
    Send(connection, SERVER, Options("", "sip:a@10.2.0.199"));
    EXPECT_EQ(left, Options("", "sip:a@10.1.0.10:5060"));
    Send(connection, SERVER, Options("", "sip:a@10.2.0.199:7000"));
    EXPECT_EQ(left, Options("", "sip:a@10.2.0.199:7000"));
}

TEST_F(SipNat, ShorterContacts)
{
    Connection& connection = Translate(Dial(), "10.2.0.9");
    Send(connection, PHONE, Options("m: <sip:a@10.1.0.10:5060>, <sip:b@10.1.0.10:5060>\r\n"));
    EXPECT_EQ(Line("m:"), "m: <sip:a@10.2.0.9:5060>, <sip:b@10.2.0.9:5060>");
}

TEST_F(SipNat, ThousandsOfContacts)
{
    std::string fields = "m: <sip:a@10.1.0.10>";
    std::string translated = "m: <sip:a@10.2.0.199:5060>";
    for (int i = 0; i < 2000; ++i)
    {
        fields += ",<sip:10.1.0.10>";
        translated += ",<sip:10.2.0.199:5060>";
    }
    Connection& connection = Translate(Dial());
    EXPECT_EQ(Send(connection, PHONE, Options(fields + "\r\n")), ACCEPT);
    EXPECT_EQ(left, Options(translated + "\r\n"));
    for (int i = 0; i < 2000; ++i)
    {
        fields += ",<sip:10.1.0.10>";
    }
    EXPECT_EQ(Send(connection, PHONE, Options(fields + "\r\n")), DROP)
        << "it would become longer than a packet may be";
    EXPECT_EQ(lines, (Texts{"cannot mangle contact", "cannot NAT SIP message"}));
}

TEST_F(SipNat, AnswersAreTranslatedBack)
{
    Connection& connection = Translate(Dial(), "10.2.0.199", 6000);
    Send(connection,
         SERVER,
         Message("SIP/2.0 200 OK",
                 "Via: SIP/2.0/UDP 10.2.0.199:6000;received=10.2.0.199;rport=6000;x\r\n"
                 "From: <sip:a@10.2.0.199:6000>;tag=1\r\nCSeq: 1 OPTIONS\r\n"));
    EXPECT_EQ(Line("Via"), "Via: SIP/2.0/UDP 10.1.0.10:5060;received=10.1.0.10;rport=5060;x");
    EXPECT_EQ(Line("From"), "From: <sip:a@10.1.0.10:5060>;tag=1");
}

TEST_F(SipNat, Ipv6)
{
    Connection& connection = Dial(5060, protocol::UDP, "fd00:1::10");
    Translate(connection, "fd00:2::60:1");
    Send(connection, PHONE, Options("m: <sip:a@[fd00:1::10]>\r\n", "sip:x"));
    EXPECT_EQ(Line("m:"), "m: <sip:a@[fd00:2::60:1]:5060>");
}

TEST_F(SipNat, ThePacketStaysWhole)
{
    Send(Translate(Dial()), PHONE, Options("m: <sip:a@10.1.0.10>\r\n"));
    const auto view = PacketView::Parse(AsView(packet));
    ASSERT_TRUE(view);
    EXPECT_EQ(view->Length(), packet.size());
    EXPECT_EQ(ReadU16(view->Transport().data + 4), view->Transport().size);
    EXPECT_EQ(OnesComplementSum(view->Transport(), PseudoHeaderSum(*view, protocol::UDP)), 0xffff);
}

TEST_F(SipNat, AnswersGoToTheViasPort)
{
    Connection& connection = Translate(Dial(50123), "10.2.0.199", 50123);
    Send(connection, PHONE, Options("Via: SIP/2.0/UDP 10.1.0.10:5060;x\r\n"));
    EXPECT_EQ(left, Options("Via: SIP/2.0/UDP 10.1.0.10:5060;x\r\n")) << "not the sending port's";
    Send(connection, SERVER, Message("SIP/2.0 200 OK", "CSeq: 1 OPTIONS\r\n"));
    const auto view = PacketView::Parse(AsView(packet));
    EXPECT_EQ(ReadU16(view->Transport().data + 2), 5060);
    EXPECT_EQ(OnesComplementSum(view->Transport(), PseudoHeaderSum(*view, protocol::UDP)), 0xffff);
}

// ---------------------------------------------------------------------------- media

std::string
Invite(const std::string& body, uint32_t sequence = 1)
{
    return Message("INVITE sip:b SIP/2.0",
                   "CSeq: " + std::to_string(sequence) + " INVITE\r\n",
                   body);
}

TEST_F(SipNat, MediaAreExpectedAtThePublicAddress)
{
    Connection& connection = Translate(Dial());
    const std::string own = "c=IN IP4 10.1.0.10";
    ASSERT_EQ(Send(connection, PHONE, Invite(Sdp("10.1.0.10", {"m=audio 40000 x", own}))), ACCEPT);
    EXPECT_EQ(left, Invite(Sdp("10.2.0.199", {"m=audio 40000 x", "c=IN IP4 10.2.0.199"})))
        << "with its new length";
    EXPECT_EQ(Expected(),
              (Texts{"1 10.2.0.10 > 10.2.0.199 40000", "1 10.2.0.10 > 10.2.0.199 40001"}));
    expectations->ForEach([&](const Expectation& e) {
        EXPECT_EQ(e.savedAddress, ToAddress("10.1.0.10"));
        EXPECT_EQ(e.savedPort, e.tuple.destinationPort);
        EXPECT_EQ(e.direction, SERVER);
        EXPECT_EQ(e.function, &follow);
    });
}

TEST_F(SipNat, ATakenPortMovesThePair)
{
    Use({{"DirectSignalling", "false"}});
    Connection& other = Dial(5070);
    for (const char* taken : {"40001", "40002"})
    {
        nat = nullptr;
        Send(other,
             PHONE,
             Message("REGISTER sip:x SIP/2.0",
                     std::string("CSeq: 1 REGISTER\r\nExpires: 9\r\nm: <sip:10.1.0.10:") + taken +
                         ">\r\n"));
        nat = PeekPointer(helper);
        other.help->expectations.front().tuple.destination = ToAddress("10.1.0.10");
        Connection& connection = Dial(5060);
        connection.status |= status::DST_NAT; // the phone itself is not translated
        const std::string offer = Sdp("10.1.0.10", {"m=audio 40000 x"});
        EXPECT_EQ(Send(connection, PHONE, Invite(offer)), ACCEPT);
        const bool isFirst = std::string(taken) == "40001";
        EXPECT_EQ(Line("m="), isFirst ? "m=audio 40002 x" : "m=audio 40000 x");
        connections.End(connection, EndReason::Deleted, 0);
        expectations->RemoveOf(connection, 0);
    }
}

TEST_F(SipNat, NoPairIsLeft)
{
    Use({{"DirectSignalling", "false"}});
    Connection& connection = Dial();
    connection.status |= status::DST_NAT;
    Send(connection,
         PHONE,
         Message("REGISTER sip:x SIP/2.0",
                 "CSeq: 1 REGISTER\r\nExpires: 9\r\nm: <sip:10.1.0.10:65535>\r\n"));
    EXPECT_EQ(Send(connection, PHONE, Invite(Sdp("10.1.0.10", {"m=audio 65534 x"}))), DROP);
    EXPECT_EQ(lines, (Texts{"all ports in use for SDP media", "cannot add expectation for voice"}));
}

TEST_F(SipNat, ThePortOfAnotherPhoneIsRefused)
{
    Send(Translate(Dial()), PHONE, Invite(Sdp("10.1.0.10", {"m=audio 40000 x"})));
    Connection& second = Dial(5070, protocol::UDP, "10.1.0.11");
    Translate(second, "10.2.0.199", 5070);
    EXPECT_EQ(Send(second, PHONE, Invite(Sdp("10.1.0.11", {"m=audio 40000 x"}))), DROP);
    EXPECT_EQ(lines.front(), "all ports in use for SDP media");
}

/// A description that the phone sends, and what leaves; nothing: it is dropped.
struct DescriptionRow
{
    const char* label;
    std::string before;
    std::string after;
};

class SipNatDescriptions : public SipNat, public ::testing::WithParamInterface<DescriptionRow>
{
};

TEST_P(SipNatDescriptions, Leave)
{
    Connection& connection = Translate(Dial());
    const bool passes = !GetParam().after.empty();
    EXPECT_EQ(Send(connection, PHONE, Invite(GetParam().before)), passes ? ACCEPT : DROP);
    if (passes)
    {
        EXPECT_EQ(left, Invite(GetParam().after));
    }
}

const DescriptionRow DESCRIPTIONS[] = {
    {"NoSessionAddress",
     "v=0\r\no=- 1 1 IN IP4 10.1.0.10\r\nm=audio 4000 x\r\nc=IN IP4 10.1.0.10\r\n",
     "v=0\r\no=- 1 1 IN IP4 10.2.0.199\r\nm=audio 4000 x\r\nc=IN IP4 10.2.0.199\r\n"},
    {"OwnerIsAnother",
     "v=0\r\no=- 1 1 IN IP4 10.9.9.9\r\nc=IN IP4 10.1.0.10\r\nm=audio 4000 x\r\n",
     "v=0\r\no=- 1 1 IN IP4 10.2.0.199\r\nc=IN IP4 10.2.0.199\r\nm=audio 4000 x\r\n"},
    {"ThirdParty",
     "v=0\r\no=- 1 1 IN IP4 10.1.0.10\r\nc=IN IP4 10.1.0.77\r\nm=audio 4000 x\r\n",
     "v=0\r\no=- 1 1 IN IP4 10.1.0.77\r\nc=IN IP4 10.1.0.77\r\nm=audio 4000 x\r\n"},
    {"NoMedia", Sdp("10.1.0.10", {}), Sdp("10.1.0.10", {})},
    {"OddPort", Sdp("10.1.0.10", {"m=audio 4001 x"}), Sdp("10.2.0.199", {"m=audio 4001 x"})},
    {"RtcpAttribute",
     Sdp("10.1.0.10", {"m=audio 4000 x", "a=rtcp:4001 IN IP4 10.1.0.10"}),
     Sdp("10.2.0.199", {"m=audio 4000 x", "a=rtcp:4001 IN IP4 10.1.0.10"})},
    {"NoOwner", "v=0\r\nc=IN IP4 10.1.0.10\r\nm=audio 4000 x\r\n", ""},
    {"OwnerOfAName", "v=0\r\no=- IN IP4 x\r\nc=IN IP4 10.1.0.10\r\nm=audio 4000 x\r\n", ""},
    {"PortTooLow", Sdp("10.1.0.10", {"m=audio 80 x"}), ""},
};

INSTANTIATE_TEST_SUITE_P(Rows,
                         SipNatDescriptions,
                         ::testing::ValuesIn(DESCRIPTIONS),
                         [](const ::testing::TestParamInfo<DescriptionRow>& info) {
                             return info.param.label;
                         });

TEST_F(SipNat, ADescriptionWithoutContentLengthIsDropped)
{
    const std::string text =
        "INVITE sip:b SIP/2.0\r\nCSeq: 1 INVITE\r\n\r\n" + Sdp("10.1.0.10", {"m=audio 4000 x"});
    EXPECT_EQ(Send(Translate(Dial()), PHONE, text), DROP);
    EXPECT_TRUE(lines.empty()) << "without a word";
}

// ---------------------------------------------------------------------------- registrations

std::string
Register(const std::string& contact)
{
    return Message("REGISTER sip:x SIP/2.0",
                   "CSeq: 1 REGISTER\r\nExpires: 60\r\nContact: <sip:a@" + contact + ">\r\n");
}

TEST_F(SipNat, TheSendingPortsContactGetsThePublicPort)
{
    Connection& connection = Translate(Dial(), "10.2.0.199", 6000);
    EXPECT_EQ(Send(connection, PHONE, Register("10.1.0.10")), ACCEPT);
    EXPECT_EQ(left, Register("10.2.0.199:6000"));
    EXPECT_EQ(Expected(), (Texts{"0 10.2.0.10 > 10.2.0.199 6000"}));
    const Expectation& expected = connection.help->expectations.front();
    EXPECT_EQ(expected.savedAddress, ToAddress("10.1.0.10"));
    EXPECT_EQ(expected.savedPort, 5060);
}

TEST_F(SipNat, AnotherPortIsKept)
{
    EXPECT_EQ(Send(Translate(Dial(), "10.2.0.199", 6000), PHONE, Register("10.1.0.10:7000")),
              ACCEPT);
    EXPECT_EQ(left, Register("10.2.0.199:7000"));
}

TEST_F(SipNat, ATakenPortOfARegistration)
{
    Send(Translate(Dial()), PHONE, Register("10.1.0.10:7000"));
    Connection& second = Dial(5070, protocol::UDP, "10.1.0.11");
    Translate(second, "10.2.0.199", 5070);
    EXPECT_EQ(Send(second, PHONE, Register("10.1.0.11:7000")), ACCEPT);
    EXPECT_EQ(left, Register("10.2.0.199:7001")) << "the next one, if ports are searched upward";

    NatHelperServices refusing;
    refusing.followMaster = &follow;
    refusing.registrations = MasterTest::Skip; // profile v5.10
    refusing.checksums = [] { return ChecksumUse::Kept; };
    UseServices(refusing);
    EXPECT_EQ(Send(second, PHONE, Register("10.1.0.11:7000")), DROP);
    EXPECT_EQ(lines, (Texts{"all ports in use for SIP"}));
}

// ---------------------------------------------------------------------------- TCP

TEST_F(SipNat, ASegmentsGrowthIsNotedOnce)
{
    Connection& connection = Translate(Dial(5060, protocol::TCP));
    const std::string one = Options("m: <sip:a@10.1.0.10:5060>\r\n");
    EXPECT_EQ(Send(connection, PHONE, one + one), ACCEPT);
    EXPECT_TRUE(connection.Is(status::SEQ_ADJUST));
    const SequenceShift& shift = connection.help->shifts[Index(PHONE)];
    EXPECT_EQ(shift.At(seq), 0) << "the segment itself";
    EXPECT_EQ(shift.At(seq + 1), 2) << "one character for each message";
    const auto view = PacketView::Parse(AsView(packet));
    EXPECT_EQ(OnesComplementSum(view->Transport(), PseudoHeaderSum(*view, protocol::TCP)), 0xffff);
}

TEST_F(SipNat, ASegmentThatEndsInAPartIsNotNoted)
{
    Connection& connection = Translate(Dial(5060, protocol::TCP));
    const std::string one = Options("m: <sip:a@10.1.0.10:5060>\r\n");
    const std::string part = Message("INVITE x", "", "12345");
    EXPECT_EQ(Send(connection, PHONE, one + part.substr(0, part.size() - 1)), ACCEPT);
    EXPECT_NE(left.find("10.2.0.199:5060"), std::string::npos);
    EXPECT_FALSE(connection.Is(status::SEQ_ADJUST)) << "Linux 6.18 forgets it";
}

// ---------------------------------------------------------------------------- expectfn

class SipFollowed : public SipNat
{
  protected:
    SipFollowed()
    {
        Send(master, PHONE, Invite(Sdp("10.1.0.10", {"m=audio 40000 x"})));
        Send(
            master,
            SERVER,
            Message("SIP/2.0 200 OK", "CSeq: 1 INVITE\r\n", Sdp("10.2.0.10", {"m=audio 42000 x"})));
    }

    /// @return what answers to a stream's first packet bear, as the expectfn has it
    std::string Answers(const std::string& source,
                        uint16_t sourcePort,
                        const std::string& destination,
                        uint16_t destinationPort)
    {
        Tuple original;
        original.family = Family::Ipv4;
        original.protocol = protocol::UDP;
        original.source = ToAddress(source);
        original.sourcePort = sourcePort;
        original.destination = ToAddress(destination);
        original.destinationPort = destinationPort;
        Expectation* expectation = expectations->Take(original, 0, now);
        if (expectation == nullptr)
        {
            return "unexpected";
        }
        Tuple reply = original;
        std::swap(reply.source, reply.destination);
        std::swap(reply.sourcePort, reply.destinationPort);
        Connection& stream = *connections.Create(original, reply, {}, now);
        ConnectionTable::SetMaster(stream, *expectation->master);
        expectation->function->call(*expectation->function, stream, *expectation, now);
        const Tuple answer = stream.Reply();
        expectations->Put(*expectation);
        connections.Release(stream);
        return ToString(answer.source, answer.family) + ":" + std::to_string(answer.sourcePort) +
               " > " + ToString(answer.destination, answer.family) + ":" +
               std::to_string(answer.destinationPort);
    }

    Connection& master{Translate(Dial())};
};

TEST_F(SipFollowed, FromOutside)
{
    EXPECT_EQ(Answers("10.2.0.10", 42000, "10.2.0.199", 40000),
              "10.1.0.10:40000 > 10.2.0.10:42000");
}

TEST_F(SipFollowed, FromInsideFromTheAnnouncedPort)
{
    EXPECT_EQ(Answers("10.1.0.10", 40000, "10.2.0.10", 42000),
              "10.2.0.10:42000 > 10.2.0.199:40000");
}

TEST_F(SipFollowed, FromInsideFromAnotherPort)
{
    EXPECT_EQ(Answers("10.1.0.10", 50000, "10.2.0.10", 42001),
              "10.2.0.10:42001 > 10.2.0.199:50000");
}

TEST_F(SipFollowed, FromElsewhereNothingIsExpected)
{
    EXPECT_EQ(Answers("10.2.0.66", 42000, "10.2.0.199", 40000), "unexpected");
    EXPECT_EQ(Answers("10.2.0.10", 42000, "10.2.0.199", 40002), "unexpected");
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
