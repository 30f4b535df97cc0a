/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
/**
 * @file
 * A protocol helper in a module of its own, for a toy protocol.
 *
 * A client sends a server, at UDP port 7000, a datagram that begins with
 *
 *     CALL ME AT 9001<LF>
 *
 * and the server calls: it sends to that port of the client. The helper expects that, for 30
 * seconds, four calls at most for each client. Behind NAT the NAT helper puts another port into the
 * datagram, if 9001 is taken.
 *
 * Whoever loads the library has both in every router: ns-3's TypeIds know them, and routers take
 * their helpers from there.
 */

#include "model/nat/text-nat-helper.h"
#include "model/protocol/protocol-helper.h"

#include "ns3/uinteger.h"

#include <charconv>
#include <optional>

using namespace ns3;
using namespace ns3::conntrack;

namespace callme
{

/// Expects the calls that are asked for.
class CallMeProtocolHelper : public ProtocolHelper
{
  public:
    /// @return the TypeId, callme::CallMeProtocolHelper
    static TypeId GetTypeId();

    CallMeProtocolHelper();

  private:
    HelperKind DoGetKind() const override;
    HelperVerdict DoHelp(HelperContext& context) const override;

    uint16_t m_lowest{1024};
};

/// Its NAT helper: the base does it all for announcements in text.
class CallMeNatHelper : public TextNatHelper
{
  public:
    /// @return the TypeId, callme::CallMeNatHelper
    static TypeId GetTypeId();

    CallMeNatHelper();
};

NS_OBJECT_ENSURE_REGISTERED(CallMeProtocolHelper);
NS_OBJECT_ENSURE_REGISTERED(CallMeNatHelper);

namespace
{

constexpr uint16_t PORT = 7000;
constexpr uint32_t MOST_EXPECTED = 4;
constexpr Nanos TIMEOUT = 30 * SECOND;
constexpr std::size_t UDP_HEADER = 8; // RFC 768
constexpr std::string_view COMMAND = "CALL ME AT ";

/// The number that a command ends in; none: the datagram holds no such command.
struct Request
{
    uint16_t port;
    std::size_t length; ///< of the number's text
};

std::optional<Request>
Parse(std::string_view text)
{
    if (text.substr(0, COMMAND.size()) != COMMAND)
    {
        return std::nullopt;
    }
    const std::string_view rest = text.substr(COMMAND.size());
    Request request{};
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), request.port);
    request.length = static_cast<std::size_t>(end - rest.data());
    const bool isWhole = request.length < rest.size() && *end == '\n';
    return error == std::errc() && isWhole ? std::optional(request) : std::nullopt;
}

} // namespace

TypeId
CallMeProtocolHelper::GetTypeId()
{
    static TypeId tid = TypeId("callme::CallMeProtocolHelper")
                            .SetParent<ProtocolHelper>()
                            .AddConstructor<CallMeProtocolHelper>()
                            .AddAttribute("Lowest",
                                          "The lowest port that a client may be called at.",
                                          UintegerValue(1024),
                                          MakeUintegerAccessor(&CallMeProtocolHelper::m_lowest),
                                          MakeUintegerChecker<uint16_t>());
    return tid;
}

CallMeProtocolHelper::CallMeProtocolHelper()
{
    SetPolicies({{"call", MOST_EXPECTED, TIMEOUT}});
}

HelperKind
CallMeProtocolHelper::DoGetKind() const
{
    return {"call-me", PORT, {{Family::Ipv4, protocol::UDP}, {Family::Ipv6, protocol::UDP}}};
}

HelperVerdict
CallMeProtocolHelper::DoHelp(HelperContext& context) const
{
    const TrackedPacket& packet = context.packet;
    const std::string_view text = packet.view.Transport().From(UDP_HEADER).AsText();
    const auto request = Parse(text);
    if (packet.direction != Direction::Original || !request)
    {
        return HelperVerdict::Accept;
    }
    if (request->port < m_lowest)
    {
        return context.Drop("port " + std::to_string(request->port) + " is too low");
    }
    const Connection& connection = *packet.connection;
    // NAT may have given the client another address: who answers knows it by the reply tuple.
    ExpectationTable::Endpoints call;
    call.family = connection.Reply().family;
    call.source = connection.Reply().source;
    call.destination = connection.Reply().destination;
    call.protocol = protocol::UDP;
    call.destinationPort = request->port;
    const auto print = [](const Address&, uint16_t port) { return std::to_string(port); };
    return ExpectAnnounced(context, call, {COMMAND.size(), request->length, print});
}

TypeId
CallMeNatHelper::GetTypeId()
{
    static TypeId tid = TypeId("callme::CallMeNatHelper")
                            .SetParent<TextNatHelper>()
                            .AddConstructor<CallMeNatHelper>();
    return tid;
}

CallMeNatHelper::CallMeNatHelper()
{
    SetModuleName("ip_nat_call-me"); // "ip_nat_" and the kind's name
}

} // namespace callme
