/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "test/unit/protocol/pptp-fixture.h"

#include <ostream>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

constexpr auto CLIENT = Direction::Original;
constexpr auto SERVER = Direction::Reply;

using Texts = std::vector<std::string>;

const Texts NOTHING;
const Texts CALL{"10.1.0.10 7 > 10.2.0.10 9", "10.2.0.10 9 > 10.1.0.10 7"};

const Said REQUEST{CLIENT, PptpKind::OutgoingCallRequest, {CLIENT_ID}};
const Said REPLY{SERVER, PptpKind::OutgoingCallReply, {SERVER_ID, CLIENT_ID}};
const Said RINGS{SERVER, PptpKind::IncomingCallRequest, {SERVER_ID}};
const Said ANSWER{CLIENT, PptpKind::IncomingCallReply, {CLIENT_ID, SERVER_ID}};
const Said CONNECTED{SERVER, PptpKind::IncomingCallConnected, {CLIENT_ID}};
const Said START{CLIENT, PptpKind::StartRequest};
const Said STARTED{SERVER, PptpKind::StartReply};

Said
From(Direction sender, Said said)
{
    said.sender = sender;
    return said;
}

Said
With(Said said, const PptpFields& fields)
{
    said.fields = fields;
    return said;
}

Said
Cut(Said said)
{
    said.missing = 1;
    return said;
}

using PptpHelper = PptpFixture;

TEST_F(PptpHelper, ExpectsBothDirectionsOfACall)
{
    Connection& control = Dial();
    SendAll(control, OutgoingCall());
    EXPECT_EQ(Expected(), CALL);
    expectations->ForEach([&](const Expectation& e) {
        EXPECT_EQ(e.mask.address, ToAddress("255.255.255.255"));
        EXPECT_EQ(e.mask.port, 0xffff);
        EXPECT_EQ(e.tuple.protocol, protocol::GRE);
        EXPECT_EQ(e.master, &control);
        EXPECT_EQ(e.flags, 0U);
        EXPECT_EQ(e.deadline, 300 * SECOND);
    });
    Tuple packet = control.Original();
    packet.protocol = protocol::GRE;
    packet.destinationPort = SERVER_ID;
    EXPECT_EQ(calls.keys.SourceKeyFor(packet), CLIENT_ID);
}

TEST_F(PptpHelper, NothingIsReadBeforeTheConnectionStands)
{
    Connection& control = Dial();
    state = FlowState::New;
    SendAll(control, OutgoingCall());
    EXPECT_EQ(Expected(), NOTHING);
}

/// What ends say, and what is expected then.
struct Row
{
    const char* name;
    Dialogue dialogue;
    Texts expected;
};

/// The rows' names.
void
PrintTo(const Row& row, std::ostream* stream)
{
    *stream << row.name;
}

class PptpDialogues : public PptpFixture, public ::testing::WithParamInterface<Row>
{
};

TEST_P(PptpDialogues, Expect)
{
    SendAll(Dial(), GetParam().dialogue);
    EXPECT_EQ(Expected(), GetParam().expected);
    EXPECT_EQ(calls.keys.Size(), Expected().size());
}

const Said STOP{CLIENT, PptpKind::StopRequest};
const Said STOPPED{SERVER, PptpKind::StopReply};
const Said HANGS_UP{SERVER, PptpKind::CallDisconnectNotify, {SERVER_ID}};
const Said CLEAR{CLIENT, PptpKind::CallClearRequest, {CLIENT_ID}};

INSTANTIATE_TEST_SUITE_P(
    Taken,
    PptpDialogues,
    ::testing::Values(
        Row{"Outgoing", OutgoingCall(), CALL},
        Row{"Incoming", InSession({RINGS, ANSWER, CONNECTED}), CALL},
        Row{"StartedTwice", InSession({START, REQUEST, REPLY}), CALL},
        Row{"Restarted", InSession({STOP, STOPPED, START, STARTED, REQUEST, REPLY}), CALL},
        Row{"RightAfterWrong", InSession({REQUEST, With(REPLY, {SERVER_ID, 8}), REPLY}), CALL},
        Row{"SaidAgain", InSession({REQUEST, REPLY, REPLY}), CALL},
        Row{"RefusedTooLate", InSession({REQUEST, REPLY, With(REPLY, {9, 7, 2})}), CALL},
        Row{"StoppedUnasked", InSession({STOPPED, REQUEST, REPLY}), CALL},
        Row{"Stopping", InSession({REQUEST, REPLY, STOP, STOPPED}), CALL},
        Row{"Clearing", InSession({REQUEST, REPLY, CLEAR}), CALL},
        Row{"ClientHangsUp", InSession({REQUEST, REPLY, From(CLIENT, HANGS_UP)}), CALL},
        Row{"HangsUpInPart", InSession({REQUEST, REPLY, Cut(HANGS_UP)}), CALL},
        Row{"CalledAgain", InSession({REQUEST, REPLY, HANGS_UP, REQUEST, REPLY}), CALL}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Refused,
    PptpDialogues,
    ::testing::Values(
        Row{"NoSession", {REQUEST, REPLY}, {}},
        Row{"NotStarted", {START, REQUEST, REPLY}, {}},
        Row{"StartRefused", {START, With(STARTED, {0, 0, 2}), REQUEST, REPLY}, {}},
        Row{"StartedUnasked", {STARTED, REQUEST, REPLY}, {}},
        Row{"RolesExchanged", {From(SERVER, START), From(CLIENT, STARTED), REQUEST, REPLY}, {}},
        Row{"Stopped", InSession({STOP, STOPPED, REQUEST, REPLY}), {}},
        Row{"NotAsked", InSession({REPLY}), {}},
        Row{"WrongPeer", InSession({REQUEST, With(REPLY, {SERVER_ID, 8})}), {}},
        Row{"CallRefused", InSession({REQUEST, With(REPLY, {9, 7, 4})}), {}},
        Row{"GrantedTooLate", InSession({REQUEST, With(REPLY, {9, 7, 2}), REPLY}), {}},
        Row{"ServerCallsAsClient", InSession({From(SERVER, REQUEST), From(CLIENT, REPLY)}), {}},
        Row{"ClearedAtOnce", InSession({REQUEST, CLEAR, REPLY}), {}},
        Row{"NotAnswered", InSession({RINGS, CONNECTED}), {}},
        Row{"AnswerRefused", InSession({RINGS, With(ANSWER, {7, 9, 2}), CONNECTED}), {}},
        Row{"AnswerToAnother", InSession({RINGS, With(ANSWER, {7, 8}), CONNECTED}), {}},
        Row{"ConnectedToAnother", InSession({RINGS, ANSWER, With(CONNECTED, {8})}), {}},
        Row{"HungUp", InSession({REQUEST, REPLY, HANGS_UP}), {}},
        Row{"RequestInPart", InSession({Cut(REQUEST), REPLY}), {}},
        Row{"ReplyInPart", InSession({REQUEST, Cut(REPLY)}), {}}),
    [](const auto& info) { return info.param.name; });

TEST_F(PptpHelper, SecondCallOfAConnectionEndsTheExpectations)
{
    Connection& control = Dial();
    SendAll(control, OutgoingCall());
    SendAll(control, {With(REQUEST, {17}), With(REPLY, {19, 17})});
    EXPECT_EQ(Expected(), NOTHING) << "the class has room for one call, and the keys are taken";
    EXPECT_EQ(calls.keys.Size(), 2U) << "the first call's";
}

TEST_F(PptpHelper, HangingUpEndsTheCallsConnection)
{
    Connection& control = Dial();
    SendAll(control, OutgoingCall());
    Tuple call = control.Original();
    call.protocol = protocol::GRE;
    call.sourcePort = CLIENT_ID;
    call.destinationPort = SERVER_ID;
    Connection& gre = Confirm(*connections.Create(call, *Invert(call), {}, 0));
    ConnectionTable::Hold(gre);
    SendAll(control, {HANGS_UP});
    EXPECT_TRUE(gre.Is(status::DYING));
    EXPECT_FALSE(control.Is(status::DYING));
    EXPECT_EQ(calls.keys.Size(), 0U);
    connections.Release(gre);
}

TEST_F(PptpHelper, H13_DyingControlConnectionTakesKeysAndExpectationsAlong)
{
    Connection& control = Dial();
    Connection& other = Dial(40001);
    SendAll(control, OutgoingCall());
    SendAll(other, InSession({With(REQUEST, {17}), With(REPLY, {19, 17})}));
    registry->ConnectionEnds(control, SECOND);
    EXPECT_EQ(Expected(), (Texts{"10.1.0.10 17 > 10.2.0.10 19", "10.2.0.10 19 > 10.1.0.10 17"}));
    EXPECT_EQ(calls.keys.Size(), 2U);
}

TEST_F(PptpHelper, H13_KeysGoWithoutTheHelper)
{
    Connection& control = Dial();
    SendAll(control, OutgoingCall());
    registry->Unregister(helper, SECOND);
    EXPECT_EQ(calls.keys.Size(), 2U);
    registry->ConnectionEnds(control, SECOND);
    EXPECT_EQ(calls.keys.Size(), 0U);
}

TEST_F(PptpHelper, ClashingCallIsNotExpected)
{
    SendAll(Dial(), OutgoingCall());
    SendAll(Dial(40001), OutgoingCall());
    EXPECT_EQ(Expected(), CALL);
    EXPECT_EQ(calls.keys.Size(), 2U);
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
