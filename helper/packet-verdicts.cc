/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "helper/packet-verdicts.h"

#include "model/report/json-report.h"
#include "model/report/names.h"
#include "model/report/parts.h"

#include <utility>

namespace ns3
{
namespace conntrack
{

namespace
{

using Json = nlohmann::ordered_json;

constexpr std::size_t TCP_FLAGS = 13; // RFC 9293 3.1: where the header's flags are

/// As tcpdump writes them: "S.", "P.", "R".
std::string
FlagsText(uint8_t flags)
{
    std::string text;
    for (const auto& [bit, letter] :
         {std::pair{0x02, 'S'}, {0x01, 'F'}, {0x04, 'R'}, {0x08, 'P'}, {0x20, 'U'}, {0x10, '.'}})
    {
        if ((flags & bit) != 0)
        {
            text += letter;
        }
    }
    return text.empty() ? "none" : text;
}

bool
IsByRule(DropReason reason)
{
    return reason == DropReason::Rule || reason == DropReason::Reject;
}

/// What of a packet's tuple is another one now.
Json
Changes(const Json& before, const Json& after)
{
    Json changes = Json::object();
    for (const auto& [key, value] : after.items())
    {
        if (!before.contains(key) || before.at(key) != value)
        {
            changes[key] = value;
        }
    }
    return changes;
}

/// In what a packet's tuple is not what an expectation waits for.
std::vector<const char*>
Differences(const Expectation& expectation, const Tuple& tuple)
{
    const Tuple& wanted = expectation.tuple;
    std::vector<const char*> differ;
    if (wanted.family != tuple.family || wanted.protocol != tuple.protocol)
    {
        differ.push_back("protocol");
    }
    if (wanted.destination != tuple.destination)
    {
        differ.push_back("destination");
    }
    if (wanted.destinationPort != tuple.destinationPort)
    {
        differ.push_back("destination port");
    }
    const SourceMask& mask = expectation.mask;
    if ((wanted.source & mask.address) != (tuple.source & mask.address))
    {
        differ.push_back("source");
    }
    if ((wanted.sourcePort & mask.port) != (tuple.sourcePort & mask.port))
    {
        differ.push_back("source port");
    }
    return differ;
}

} // namespace

PacketVerdicts::PacketVerdicts(Ptr<Conntrack> conntrack, Listener listener)
    : m_conntrack(conntrack),
      m_listener(std::move(listener))
{
    m_conntrack->GetPath().SetWitness(
        [this](Hook hook, const TrackedPacket& packet) { OnWitness(hook, packet); });
    m_conntrack->TraceConnectWithoutContext("Drop", MakeCallback(&PacketVerdicts::OnDrop, this));
    m_conntrack->TraceConnectWithoutContext("Invalid",
                                            MakeCallback(&PacketVerdicts::OnInvalid, this));
    m_conntrack->TraceConnectWithoutContext("Connection",
                                            MakeCallback(&PacketVerdicts::OnConnection, this));
    m_conntrack->TraceConnectWithoutContext("Expectation",
                                            MakeCallback(&PacketVerdicts::OnExpectation, this));
    m_conntrack->TraceConnectWithoutContext("Log", MakeCallback(&PacketVerdicts::OnLog, this));
    m_conntrack->GetHelpers()->ForEach([this](const Ptr<ProtocolHelper>& helper) {
        helper->TraceConnectWithoutContext("Remark", MakeCallback(&PacketVerdicts::OnRemark, this));
    });
}

PacketVerdicts::~PacketVerdicts()
{
    m_conntrack->TraceDisconnectWithoutContext("Drop", MakeCallback(&PacketVerdicts::OnDrop, this));
    m_conntrack->TraceDisconnectWithoutContext("Invalid",
                                               MakeCallback(&PacketVerdicts::OnInvalid, this));
    m_conntrack->TraceDisconnectWithoutContext("Connection",
                                               MakeCallback(&PacketVerdicts::OnConnection, this));
    m_conntrack->TraceDisconnectWithoutContext("Expectation",
                                               MakeCallback(&PacketVerdicts::OnExpectation, this));
    m_conntrack->TraceDisconnectWithoutContext("Log", MakeCallback(&PacketVerdicts::OnLog, this));
    m_conntrack->GetHelpers()->ForEach([this](const Ptr<ProtocolHelper>& helper) {
        helper->TraceDisconnectWithoutContext("Remark",
                                              MakeCallback(&PacketVerdicts::OnRemark, this));
    });
    m_conntrack->GetPath().SetWitness(nullptr);
}

void
PacketVerdicts::Begin(uint64_t number, ByteView packet)
{
    m_packet = Json{{"packet", number},
                    {"t", static_cast<double>(Conntrack::Now() / 1000) / 1e6},
                    {"verdict", "unreadable"}};
    const auto view = PacketView::Parse(packet);
    if (!view)
    {
        return;
    }
    m_packet["verdict"] = view->IsFragment() ? "waits" : "stopped";
    m_packet["family"] = NameOf(view->GetFamily());
    m_packet["length"] = view->Length();
    m_packet["tuple"] = PacketJson(*view);
    const ByteView transport = view->TransportHead();
    if (view->Protocol() == protocol::TCP && transport.size > TCP_FLAGS)
    {
        m_packet["flags"] = FlagsText(transport.data[TCP_FLAGS]);
    }
}

void
PacketVerdicts::End()
{
    if (!m_packet.is_null())
    {
        m_listener(std::exchange(m_packet, nullptr));
    }
}

void
PacketVerdicts::OnWitness(Hook hook, const TrackedPacket& packet)
{
    if (m_packet.is_null() || packet.isLocal)
    {
        return; // the router speaks for itself
    }
    if (hook == Hook::Prerouting)
    {
        OnJudged(packet);
        return;
    }
    m_packet["verdict"] = hook == Hook::Input ? "local" : "passes";
    OnLeaving(packet);
}

void
PacketVerdicts::OnJudged(const TrackedPacket& packet)
{
    m_packet["state"] = NameOf(packet.state);
    m_packet["tuple"] = PacketJson(packet.view); // of the whole packet, if it was in fragments
    if (packet.connection == nullptr)
    {
        return;
    }
    const Connection& connection = *packet.connection;
    const std::string state = StateName(connection.track, connection.Original().protocol);
    m_packet["direction"] = packet.direction == Direction::Original ? "original" : "reply";
    m_packet["original"] = TupleJson(connection.Original());
    m_packet["first"] = !connection.Is(status::CONFIRMED);
    if (connection.Original().protocol != packet.view.Protocol())
    {
        m_packet["error"] = true; // of ICMP, about a packet of that connection
    }
    if (!state.empty())
    {
        m_packet["protocol_state"] = state;
    }
    if (connection.master != nullptr)
    {
        m_packet["master"] = TupleJson(connection.master->Original());
        m_packet["master_helper"] = HelperName(*connection.master);
    }
    else if (packet.state == FlowState::New && m_packet["first"])
    {
        m_packet["waiting"] = Waiting(connection.Original());
    }
}

Json
PacketVerdicts::Waiting(const Tuple& tuple) const
{
    Json nearest = Json::array();
    std::size_t fewest = SIZE_MAX;
    m_conntrack->GetExpectations()->ForEach([&](const Expectation& expectation) {
        std::vector<const char*> differ = Differences(expectation, tuple);
        if (differ.size() < fewest)
        {
            fewest = differ.size();
            nearest = Json{{"tuple", TupleJson(expectation.tuple)}, {"differs", differ}};
        }
    });
    return nearest;
}

void
PacketVerdicts::OnLeaving(const TrackedPacket& packet)
{
    Json nat = Changes(m_packet.at("tuple"), PacketJson(packet.view));
    if (!nat.empty() && packet.connection != nullptr)
    {
        m_packet["nat"] = std::move(nat);
    }
    if (packet.connection != nullptr && !HelperName(*packet.connection).empty())
    {
        m_packet["helper"] = HelperName(*packet.connection);
    }
}

void
PacketVerdicts::OnDrop(const PacketNotice& notice)
{
    if (m_packet.is_null())
    {
        return; // a fragment's time is over
    }
    m_packet["verdict"] = notice.drop == DropReason::Reject ? "rejected" : "dropped";
    m_packet["drop"] = NameOf(notice.drop);
    if (notice.invalid != InvalidReason::None)
    {
        m_packet["state"] = "INVALID";
        m_packet["invalid"] = Name(notice.invalid);
    }
    if (IsByRule(notice.drop) && m_conntrack->GetRuleset() != nullptr)
    {
        m_packet["rule"] = m_conntrack->GetRuleset()->DescribeRefusal();
    }
}

void
PacketVerdicts::OnInvalid(const PacketNotice& notice)
{
    if (!m_packet.is_null())
    {
        m_packet["invalid"] = Name(notice.invalid);
    }
}

void
PacketVerdicts::OnConnection(const ConnectionNotice& notice)
{
    if (!m_packet.is_null())
    {
        m_packet["events"].push_back(NameOf(KindOf(notice)));
    }
}

void
PacketVerdicts::OnExpectation(const ExpectationNotice& notice)
{
    if (!m_packet.is_null())
    {
        const char* key = KindOf(notice) == MessageKind::New ? "expects" : "expected";
        m_packet[key].push_back(TupleJson(notice.expectation.tuple));
    }
}

void
PacketVerdicts::OnLog(const std::string& line)
{
    if (!m_packet.is_null())
    {
        m_packet["log"].push_back(line);
    }
}

void
PacketVerdicts::OnRemark(const std::string& why)
{
    if (!m_packet.is_null())
    {
        m_packet["remarks"].push_back(why);
    }
}

} // namespace conntrack
} // namespace ns3
