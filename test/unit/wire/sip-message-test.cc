/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/sip-message.h"
#include "test/unit/packet-builder.h"

#include <gtest/gtest.h>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

TEST(SipMessage, Methods)
{
    EXPECT_EQ(ReadSipMethod("INVITE sip:b"), SipMethod::Invite);
    EXPECT_EQ(ReadSipMethod("invite sip:b"), SipMethod::Invite);
    EXPECT_EQ(ReadSipMethod("UPDATE x"), SipMethod::Update);
    EXPECT_EQ(ReadSipMethod("ACK x"), SipMethod::Ack);
    EXPECT_EQ(ReadSipMethod("PRACK x"), SipMethod::Prack);
    EXPECT_EQ(ReadSipMethod("BYE x"), SipMethod::Bye);
    EXPECT_EQ(ReadSipMethod("REGISTER x"), SipMethod::Register);
    for (const char* other : {"CANCEL sip:b",
                              "INVITED sip:b",
                              "INVITE\tsip:b",
                              "INVITE  sip:b",
                              "INVITE 1",
                              "INVITE ",
                              "INVITE",
                              " INVITE sip:b",
                              "OPTIONS sip:b",
                              ""})
    {
        EXPECT_EQ(ReadSipMethod(other), SipMethod::Other) << other;
    }
}

TEST(SipMessage, Responses)
{
    EXPECT_TRUE(IsSipResponse("SIP/2.0 200 OK"));
    EXPECT_TRUE(IsSipResponse("sip/2.0 200 OK"));
    EXPECT_FALSE(IsSipResponse("SIP/2.0"));
    EXPECT_FALSE(IsSipResponse("SIP/3.0 200 OK"));
    EXPECT_EQ(ReadSipStatus("SIP/2.0 200 OK"), 200U);
    EXPECT_EQ(ReadSipStatus("SIP/2.0 20"), 20U);
    EXPECT_EQ(ReadSipStatus("SIP/2.0  200 OK"), 0U);
    EXPECT_EQ(ReadSipStatus("SIP/2.0 OK"), 0U);
    EXPECT_EQ(ReadSipStatus("SIP/2.0 4294967496 OK"), 0U);
    EXPECT_EQ(ReadSipStatus("SIP/2.0"), 0U);
}

SipSequence
Sequence(const std::string& line)
{
    return FindSipSequence({"SIP/2.0 200 OK\r\n" + line + "\r\n\r\n", Family::Ipv4});
}

TEST(SipMessage, Sequences)
{
    EXPECT_EQ(Sequence("CSeq: 7 INVITE").number, 7U);
    EXPECT_EQ(Sequence("CSeq: 7 INVITE").method, SipMethod::Invite);
    EXPECT_EQ(Sequence("CSeq: 7\tinvite").method, SipMethod::Invite);
    EXPECT_EQ(Sequence("CSeq: 7 INVITEX").method, SipMethod::Invite);
    EXPECT_EQ(Sequence("CSeq: 7  INVITE").method, SipMethod::Other);
    EXPECT_EQ(Sequence("CSeq: 7 OPTIONS").method, SipMethod::Other);
    EXPECT_EQ(Sequence("CSeq: 7").method, SipMethod::Other);
    EXPECT_TRUE(Sequence("CSeq: 0 BYE").isNumber);
    EXPECT_FALSE(Sequence("CSeq: 4294967296 BYE").isNumber);
    EXPECT_EQ(Sequence("CSeq: x BYE").search, SipSearch::Unreadable);
    EXPECT_EQ(Sequence("X: 1").search, SipSearch::Absent);
}

/// The address and port of a request's URI.
std::string
Target(const std::string& request, Family family = Family::Ipv4)
{
    const auto uri = FindSipRequestUri({request, family});
    return uri ? request.substr(uri->span.position, uri->span.length) : "";
}

TEST(SipMessage, RequestUris)
{
    EXPECT_EQ(Target("INVITE sip:b@10.2.0.10:6000 SIP/2.0\r\n"), "10.2.0.10:6000");
    EXPECT_EQ(Target("INVITE sip:10.2.0.10 SIP/2.0\r\n"), "10.2.0.10");
    EXPECT_EQ(Target("INVITE <x> sip:10.2.0.10;y SIP/2.0\r\n"), "10.2.0.10");
    EXPECT_EQ(Target("INVITE sip:b@[fd00::1]:6000 SIP/2.0\r\n", Family::Ipv6), "[fd00::1]:6000");
    for (const char* none : {"INVITE tel:1 SIP/2.0\r\nX: sip:10.2.0.10 ",
                             "INVITE sip:b@example.org SIP/2.0\r\n",
                             "INVITE sip:b@10.2.0.10:80 SIP/2.0\r\n",
                             "INVITE sip:b@10.2.0.10",
                             "INVITE sip:",
                             "INVITE",
                             "INVITE ",
                             "1 sip:b@10.2.0.10 x",
                             ""})
    {
        EXPECT_EQ(Target(none), "") << none;
    }
}

// ---------------------------------------------------------------------------- segments

SipFrame
Frame(const std::string& segment)
{
    return FrameSipMessage({segment, Family::Ipv4});
}

TEST(SipFraming, WholeMessages)
{
    const std::string bare = "ACK x\r\nContent-Length: 0\r\n\r\n";
    EXPECT_EQ(Frame(bare).framing, SipFraming::Whole);
    EXPECT_EQ(Frame(bare).length, bare.size());
    EXPECT_EQ(Frame(bare + "INVITE").length, bare.size());
    const std::string body = "ACK x\r\nl:3\r\nX: 1\r\n\r\nabc";
    EXPECT_EQ(Frame(body).length, body.size());
    EXPECT_EQ(Frame("\r\n\r\n" + bare).framing, SipFraming::Whole) << "with a keep-alive before";
}

TEST(SipFraming, PartsOfMessages)
{
    EXPECT_EQ(Frame("ACK x\r\nl:3\r\n\r\nab").framing, SipFraming::Partial);
    EXPECT_EQ(Frame("ACK x\r\nl:4294967295\r\n\r\nab").framing, SipFraming::Partial);
}

TEST(SipFraming, WhatCannotBeTold)
{
    for (const char* unknown : {"",
                                "\r\n\r\n",
                                "ACK x\r\n\r\n",
                                "ACK x\r\nl:3\r\n",
                                "ACK x\r\nl:3\n\nabc",
                                "ACK x\r\nl:x\r\n\r\n",
                                "ACK x\r\nl:4294967296\r\n\r\n",
                                "ACK x\r\nContent-Length 0\r\n\r\n"})
    {
        EXPECT_EQ(Frame(unknown).framing, SipFraming::Unknown) << unknown;
    }
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
