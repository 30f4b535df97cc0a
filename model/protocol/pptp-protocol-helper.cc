/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/protocol/pptp-protocol-helper.h"

#include "model/protocol/gre-calls.h"

namespace ns3
{
namespace conntrack
{

NS_OBJECT_ENSURE_REGISTERED(PptpProtocolHelper);

namespace
{

constexpr uint16_t CONTROL_PORT = 1723; // RFC 2637 1.3

// Linux's nf_conntrack_pptp: both directions of a call, for five minutes.
constexpr uint32_t MOST_EXPECTED = 2;
constexpr Nanos EXPECTATION_TIMEOUT = 300 * SECOND;

// RFC 2637 2.2, 2.4, 2.8, and 2.10.
constexpr uint8_t RESULT_OK = 1;

/// Whether a message counts.
enum class Reading : uint8_t
{
    Counts,
    Ignored, ///< out of turn: it changes nothing and is not translated
};

Tuple
CallTuple(const Tuple& control, uint16_t sourceId, uint16_t destinationId)
{
    Tuple tuple = control;
    tuple.protocol = protocol::GRE;
    tuple.sourcePort = sourceId;
    tuple.destinationPort = destinationId;
    return tuple;
}

/// One control connection.
class ControlConnection
{
  public:
    explicit ControlConnection(const HelperEnding& world)
        : m_connection(world.connection),
          m_world(world),
          m_call(world.connection.help->Data<PptpCall>())
    {
    }

    PptpCall& Call() const
    {
        return m_call;
    }

    Reading ReadClient(const PptpMessage& message) const
    {
        switch (message.kind)
        {
        case PptpKind::StartRequest:
            if (m_call.session != PptpSession::None)
            {
                return Reading::Ignored;
            }
            m_call.session = PptpSession::Requested;
            return Reading::Counts;
        case PptpKind::StopRequest:
            m_call.session = PptpSession::Stopping;
            return Reading::Counts;
        case PptpKind::OutgoingCallRequest:
            if (m_call.session != PptpSession::Confirmed)
            {
                return Reading::Ignored;
            }
            m_call.state = PptpCallState::OutRequested;
            m_call.clientId = *message.callId;
            return Reading::Counts;
        case PptpKind::IncomingCallReply:
            return ReadIncomingReply(message);
        case PptpKind::CallClearRequest:
            if (m_call.session != PptpSession::Confirmed)
            {
                return Reading::Ignored;
            }
            m_call.state = PptpCallState::Clearing;
            return Reading::Counts;
        case PptpKind::SetLinkInfo:
        case PptpKind::EchoRequest:
        case PptpKind::EchoReply:
            return Reading::Counts;
        default:
            return Reading::Ignored;
        }
    }

    Reading ReadServer(const PptpMessage& message, const PptpTranslator* translator) const
    {
        switch (message.kind)
        {
        case PptpKind::StartReply:
            if (m_call.session < PptpSession::Requested)
            {
                return Reading::Ignored;
            }
            m_call.session =
                message.result == RESULT_OK ? PptpSession::Confirmed : PptpSession::Failed;
            return Reading::Counts;
        case PptpKind::StopReply:
            if (m_call.session > PptpSession::Stopping)
            {
                return Reading::Ignored;
            }
            m_call.session = message.result == RESULT_OK ? PptpSession::None : PptpSession::Failed;
            return Reading::Counts;
        case PptpKind::OutgoingCallReply:
            return ReadOutgoingReply(message, translator);
        case PptpKind::IncomingCallRequest:
            if (m_call.session != PptpSession::Confirmed)
            {
                return Reading::Ignored;
            }
            m_call.state = PptpCallState::InRequested;
            m_call.serverId = *message.callId;
            return Reading::Counts;
        case PptpKind::IncomingCallConnected:
            return ReadIncomingConnected(message, translator);
        case PptpKind::CallDisconnectNotify:
            m_call.state = PptpCallState::None;
            EndCall();
            return Reading::Counts;
        case PptpKind::WanErrorNotify:
        case PptpKind::SetLinkInfo: // by RFC 2637 2.15 the client's alone
        case PptpKind::EchoRequest:
        case PptpKind::EchoReply:
            return Reading::Counts;
        default:
            return Reading::Ignored;
        }
    }

    /// The call's keys go, and so does what it has: a connection, else an expectation, of each way.
    void EndCall() const
    {
        if (m_world.greCalls != nullptr)
        {
            m_world.greCalls->keys.RemoveOf(m_connection.id);
        }
        EndWay(CallTuple(m_connection.Original(), m_call.clientId, m_call.serverId));
        EndWay(CallTuple(m_connection.Reply(), m_call.serverId, m_call.clientId));
    }

  private:
    Reading ReadIncomingReply(const PptpMessage& message) const
    {
        const bool isDue =
            m_call.state == PptpCallState::InRequested || m_call.state == PptpCallState::InReplied;
        if (!isDue || message.peerId != m_call.serverId)
        {
            return Reading::Ignored;
        }
        if (message.result != RESULT_OK)
        {
            m_call.state = PptpCallState::None;
            return Reading::Counts;
        }
        m_call.state = PptpCallState::InReplied;
        m_call.clientId = *message.callId;
        return Reading::Counts;
    }

    Reading ReadOutgoingReply(const PptpMessage& message, const PptpTranslator* translator) const
    {
        const bool isDue = m_call.state == PptpCallState::OutRequested ||
                           m_call.state == PptpCallState::OutConnected;
        if (m_call.session != PptpSession::Confirmed || !isDue || message.peerId != m_call.clientId)
        {
            return Reading::Ignored;
        }
        if (message.result != RESULT_OK)
        {
            m_call.state = PptpCallState::None;
            return Reading::Counts;
        }
        m_call.state = PptpCallState::OutConnected;
        m_call.serverId = *message.callId;
        Expect(translator);
        return Reading::Counts;
    }

    Reading ReadIncomingConnected(const PptpMessage& message,
                                  const PptpTranslator* translator) const
    {
        const bool isDue =
            m_call.state == PptpCallState::InReplied || m_call.state == PptpCallState::InConnected;
        if (m_call.session != PptpSession::Confirmed || !isDue || message.peerId != m_call.clientId)
        {
            return Reading::Ignored;
        }
        m_call.state = PptpCallState::InConnected;
        Expect(translator);
        return Reading::Counts;
    }

    Expectation& Fill(Direction direction, uint16_t sourceId, uint16_t destinationId) const
    {
        const Tuple& control = m_connection.tuples[Index(direction)];
        Expectation* expectation = m_world.expectations.Allocate(m_connection);
        ExpectationTable::Endpoints endpoints;
        endpoints.family = control.family;
        endpoints.protocol = protocol::GRE;
        endpoints.source = control.source;
        endpoints.sourcePort = sourceId;
        endpoints.destination = control.destination;
        endpoints.destinationPort = destinationId;
        ExpectationTable::Fill(*expectation, endpoints);
        expectation->function = m_world.greCalls ? m_world.greCalls->follow : nullptr;
        return *expectation;
    }

    /// All or nothing: both directions with their keys.
    void Expect(const PptpTranslator* translator) const
    {
        Expectation& client = Fill(Direction::Original, m_call.clientId, m_call.serverId);
        Expectation& server = Fill(Direction::Reply, m_call.serverId, m_call.clientId);
        if (translator != nullptr)
        {
            translator->Prepare({client, server}, m_call);
        }
        ExpectationTable& table = m_world.expectations;
        if (table.Expect(client, m_world.now) == ExpectResult::Ok)
        {
            if (table.Expect(server, m_world.now) != ExpectResult::Ok)
            {
                table.Withdraw(client, m_world.now);
            }
            else if (!AddKeys(client.tuple, server.tuple))
            {
                table.Withdraw(server, m_world.now);
                table.Withdraw(client, m_world.now);
            }
        }
        table.Put(server);
        table.Put(client);
    }

    bool AddKeys(const Tuple& client, const Tuple& server) const
    {
        if (m_world.greCalls == nullptr)
        {
            return true;
        }
        GreKeyMap& keys = m_world.greCalls->keys;
        if (!keys.Add(m_connection.id, Direction::Original, client))
        {
            return false; // it has another call, whose keys stay
        }
        if (!keys.Add(m_connection.id, Direction::Reply, server))
        {
            keys.RemoveOf(m_connection.id);
            return false;
        }
        return true;
    }

    void EndWay(const Tuple& tuple) const
    {
        const auto found = m_world.connections.Find(tuple, m_connection.zone, m_world.now);
        if (found.connection != nullptr)
        {
            m_world.connections.End(*found.connection, EndReason::Deleted, m_world.now);
        }
        else if (Expectation* expectation = m_world.expectations.Find(tuple, m_connection.zone.id))
        {
            m_world.expectations.Withdraw(*expectation, m_world.now);
        }
    }

    Connection& m_connection;
    HelperEnding m_world;
    PptpCall& m_call;
};

} // namespace

TypeId
PptpProtocolHelper::GetTypeId()
{
    static TypeId tid = TypeId("ns3::conntrack::PptpProtocolHelper")
                            .SetParent<ProtocolHelper>()
                            .SetGroupName("Conntrack")
                            .AddConstructor<PptpProtocolHelper>();
    return tid;
}

PptpProtocolHelper::PptpProtocolHelper()
{
    SetPolicies({{"", MOST_EXPECTED, EXPECTATION_TIMEOUT}});
}

HelperKind
PptpProtocolHelper::DoGetKind() const
{
    return {"pptp", CONTROL_PORT, {{Family::Ipv4, protocol::TCP}}};
}

HelperVerdict
PptpProtocolHelper::DoHelp(HelperContext& context) const
{
    const TrackedPacket& packet = context.packet;
    if (packet.state != FlowState::Established)
    {
        return HelperVerdict::Accept;
    }
    const auto message = ReadPptpMessage(PayloadOf(packet));
    if (!message)
    {
        return HelperVerdict::Accept;
    }
    const auto* translator = dynamic_cast<const PptpTranslator*>(context.nat);
    const ControlConnection control({*packet.connection,
                                     context.connections,
                                     context.expectations,
                                     context.greCalls,
                                     packet.now});
    const Reading reading = packet.direction == Direction::Original
                                ? control.ReadClient(*message)
                                : control.ReadServer(*message, translator);
    return reading == Reading::Counts && translator != nullptr
               ? translator->Translate(context, *message, control.Call())
               : HelperVerdict::Accept;
}

void
PptpProtocolHelper::DoConnectionEnds(HelperEnding& ending) const
{
    ControlConnection(ending).EndCall();
}

} // namespace conntrack
} // namespace ns3
