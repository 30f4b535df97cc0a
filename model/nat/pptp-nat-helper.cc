/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/nat/pptp-nat-helper.h"

#include "model/nat/payload-edit.h"

namespace ns3
{
namespace conntrack
{

NS_OBJECT_ENSURE_REGISTERED(PptpNatHelper);

namespace
{

constexpr uint32_t NAT_BITS = status::SRC_NAT | status::DST_NAT;

/// The tuple of the call's other direction, as Linux looks for it. When the server's packet comes
/// first it looks for call ids of 0, so that what is expected of the client mostly stays.
Tuple
OtherWay(const Expectation& expectation, const Connection& master)
{
    const auto& call = master.help->Data<PptpCall>();
    const bool isFromServer = expectation.direction == Direction::Original;
    Tuple tuple = master.tuples[Index(Opposite(expectation.direction))];
    tuple.protocol = protocol::GRE;
    tuple.sourcePort = isFromServer ? call.serverId : uint16_t{0};
    tuple.destinationPort = isFromServer ? call.clientId : uint16_t{0};
    return tuple;
}

/// Where an end of a call goes: the id is saved for the side of the client.
NatRange
RangeFor(const Address& address, const Expectation& expectation, Direction clientSide)
{
    const NatRange range = NatRange::Of(address);
    return expectation.direction == clientSide ? range.WithPort(expectation.savedPort) : range;
}

void
Follow(const ExpectFunction& self,
       Connection& connection,
       const Expectation& expectation,
       Nanos now)
{
    const auto& follow = static_cast<const PptpFollow&>(self);
    const Connection& master = *connection.master;
    const bool isTranslated = master.Is(NAT_BITS);
    const Tuple other = isTranslated ? OtherWay(expectation, master) : *Invert(expectation.tuple);
    if (Expectation* waiting = follow.expectations.Find(other, master.zone.id))
    {
        follow.expectations.Withdraw(*waiting, now);
    }
    if (!isTranslated)
    {
        return;
    }
    const Tuple& answered = master.tuples[Index(Opposite(expectation.direction))];
    follow.engine.Decide(connection,
                         RangeFor(answered.destination, expectation, Direction::Original),
                         NatSide::Source,
                         now);
    follow.engine.Decide(connection,
                         RangeFor(answered.source, expectation, Direction::Reply),
                         NatSide::Destination,
                         now);
}

} // namespace

TypeId
PptpNatHelper::GetTypeId()
{
    static TypeId tid = TypeId("ns3::conntrack::PptpNatHelper")
                            .SetParent<NatHelper>()
                            .SetGroupName("Conntrack")
                            .AddConstructor<PptpNatHelper>();
    return tid;
}

PptpNatHelper::PptpNatHelper()
{
    SetModuleName("ip_nat_pptp"); // row H18
}

void
PptpNatHelper::SetServices(const NatHelperServices& services)
{
    m_services = services;
}

HelperVerdict
PptpNatHelper::Translate(HelperContext& context, const PptpMessage& message, PptpCall& call) const
{
    const Connection& connection = *context.packet.connection;
    const bool isClient = context.packet.direction == Direction::Original;
    switch (message.kind)
    {
    case PptpKind::OutgoingCallRequest:
        call.ownClientId = call.clientId;
        call.clientId = connection.Reply().destinationPort;
        return SetCallId(context, PPTP_CALL_ID_AT, call.clientId);
    case PptpKind::IncomingCallReply:
    case PptpKind::CallClearRequest:
        return SetCallId(context, PPTP_CALL_ID_AT, call.clientId);
    case PptpKind::OutgoingCallReply:
        return SetCallId(context, PPTP_PEER_CALL_ID_AT, call.ownClientId);
    case PptpKind::IncomingCallConnected:
    case PptpKind::CallDisconnectNotify:
    case PptpKind::WanErrorNotify:
        return SetCallId(context, PPTP_CALL_ID_AT, call.ownClientId);
    case PptpKind::SetLinkInfo:
        return isClient ? HelperVerdict::Accept
                        : SetCallId(context, PPTP_CALL_ID_AT, call.ownClientId);
    default:
        return HelperVerdict::Accept;
    }
}

HelperVerdict
PptpNatHelper::SetCallId(HelperContext& context, std::size_t position, uint16_t callId) const
{
    const char text[2]{static_cast<char>(callId >> 8), static_cast<char>(callId & 0xff)};
    const TextChange change{position, sizeof(text), {text, sizeof(text)}};
    return EditTcpPayload(context.packet, change, m_services.checksums()) ? HelperVerdict::Accept
                                                                          : HelperVerdict::Drop;
}

void
PptpNatHelper::Prepare(const PptpCallPair& pair, const PptpCall& call) const
{
    pair.fromClient.savedPort = call.clientId;
    pair.fromClient.direction = Direction::Original;
    pair.fromClient.tuple.sourcePort = call.ownClientId;
    pair.fromServer.savedPort = call.ownClientId;
    pair.fromServer.direction = Direction::Reply;
}

PptpFollow::PptpFollow(NatEngine& natEngine, ExpectationTable& expectationTable)
    : engine(natEngine),
      expectations(expectationTable)
{
    call = &Follow;
}

} // namespace conntrack
} // namespace ns3
