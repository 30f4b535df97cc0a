/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/protocol/ftp-protocol-helper.h"

#include "model/protocol/nat-helper.h"
#include "model/wire/ftp-dialogue.h"

#include "ns3/boolean.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

NS_OBJECT_ENSURE_REGISTERED(FtpProtocolHelper);

namespace
{

constexpr uint16_t CONTROL_PORT = 21; // IANA: ftp

// Linux's nf_conntrack_ftp: the newest data connection only, for five minutes.
constexpr uint32_t MOST_EXPECTED = 1;
constexpr Nanos EXPECTATION_TIMEOUT = 300 * SECOND;

constexpr std::size_t TCP_SEQ_AT = 4; // RFC 9293 3.1

/// Sequence numbers at which a direction's lines are known to begin; the two newest.
class LineBegins
{
  public:
    bool Has(uint32_t seq) const
    {
        return std::find(m_known.begin(), m_known.begin() + m_count, seq) !=
               m_known.begin() + m_count;
    }

    /// A number older than both is not worth remembering.
    void Add(uint32_t seq)
    {
        if (Has(seq))
        {
            return;
        }
        if (m_count < m_known.size())
        {
            m_known[m_count++] = seq;
            return;
        }
        uint32_t& older = IsBefore(m_known[0], m_known[1]) ? m_known[0] : m_known[1];
        if (IsBefore(older, seq))
        {
            older = seq;
        }
    }

  private:
    /// RFC 9293 3.4: sequence numbers are compared modulo 2^32.
    static bool IsBefore(uint32_t a, uint32_t b)
    {
        return static_cast<int32_t>(a - b) < 0;
    }

    std::array<uint32_t, 2> m_known{};
    uint32_t m_count{0};
};

/// What is remembered of a control connection, by direction.
using Memory = std::array<LineBegins, 2>;

/// The address that an announcement means: unless it names all of one, the rest is the sender's own
/// (so PORT over IPv6 replaces the first four bytes, as in Linux).
Address
ToAddress(const FtpEndpoint& endpoint, const Address& sender)
{
    Address address = sender;
    std::copy_n(endpoint.address.bytes.begin(), endpoint.addressBytes, address.bytes.begin());
    return address;
}

/// The text of an endpoint in the form of a word. Linux writes IPv6 addresses in full.
std::string
PrintEndpoint(FtpWord word, const FtpHostPort& endpoint)
{
    switch (word)
    {
    case FtpWord::Port:
    case FtpWord::Pasv:
        return PrintPort(endpoint);
    case FtpWord::Eprt: {
        const bool ipv4 = endpoint.family == Family::Ipv4;
        return (ipv4 ? "|1|" : "|2|") + ToFullString(endpoint.address, endpoint.family) + "|" +
               std::to_string(endpoint.port) + "|";
    }
    case FtpWord::Epsv:
        break;
    }
    return "|||" + std::to_string(endpoint.port) + "|";
}

} // namespace

TypeId
FtpProtocolHelper::GetTypeId()
{
    static TypeId tid = TypeId("ns3::conntrack::FtpProtocolHelper")
                            .SetParent<ProtocolHelper>()
                            .SetGroupName("Conntrack")
                            .AddConstructor<FtpProtocolHelper>()
                            .AddAttribute("Loose",
                                          "Whether a data connection may end at another host than "
                                          "the one that announces it (module parameter loose).",
                                          BooleanValue(false),
                                          MakeBooleanAccessor(&FtpProtocolHelper::m_loose),
                                          MakeBooleanChecker());
    return tid;
}

FtpProtocolHelper::FtpProtocolHelper()
{
    SetPolicies({{"", MOST_EXPECTED, EXPECTATION_TIMEOUT}});
}

HelperKind
FtpProtocolHelper::DoGetKind() const
{
    return {"ftp",
            CONTROL_PORT,
            {{Family::Ipv4, protocol::TCP}, {Family::Ipv6, protocol::TCP}},
            HelperNumbering::Port};
}

HelperVerdict
FtpProtocolHelper::DoHelp(HelperContext& context) const
{
    TrackedPacket& packet = context.packet;
    const ByteView payload = PayloadOf(packet);
    if (packet.state != FlowState::Established || payload.size == 0)
    {
        return HelperVerdict::Accept;
    }
    // Read now: a NAT helper may change the packet.
    const uint32_t seq = ReadU32(packet.view.Transport().data + TCP_SEQ_AT);
    const auto size = static_cast<uint32_t>(payload.size);
    const bool endsLine = payload.data[payload.size - 1] == '\n';
    LineBegins& lines = packet.connection->help->Data<Memory>()[Index(packet.direction)];
    HelperVerdict verdict = HelperVerdict::Accept;
    if (lines.Has(seq))
    {
        const Family family = packet.connection->Original().family;
        const FtpEndpoint endpoint = FindFtpEndpoint(payload, packet.direction, family);
        if (endpoint.match == FtpMatch::Partial)
        {
            return context.Drop("partial matching of `" + std::string(ToText(endpoint.word)) + "'");
        }
        if (endpoint.match == FtpMatch::Complete)
        {
            verdict = Announce(context, endpoint);
        }
    }
    else if (HasListeners() &&
             FindFtpEndpoint(payload, packet.direction, packet.connection->Original().family)
                     .match == FtpMatch::Complete)
    {
        Remark("its line does not begin where one is known to");
    }
    if (endsLine)
    {
        lines.Add(seq + size);
    }
    return verdict;
}

HelperVerdict
FtpProtocolHelper::Announce(HelperContext& context, const FtpEndpoint& endpoint) const
{
    const TrackedPacket& packet = context.packet;
    const Connection& connection = *packet.connection;
    const Tuple& sent = connection.tuples[Index(packet.direction)];
    const Tuple& answered = connection.tuples[Index(Opposite(packet.direction))];

    // With NAT the sender is seen under another address than it knows of itself.
    Address destination = answered.destination;
    const Address announced = ToAddress(endpoint, sent.source);
    if (announced != sent.source)
    {
        if (!m_loose)
        {
            Remark("the address is a third party's, and Loose is off");
            return HelperVerdict::Accept; // nobody opens doors for others
        }
        destination = announced;
    }

    ExpectationTable::Endpoints endpoints;
    endpoints.family = sent.family;
    endpoints.source = answered.source;
    endpoints.destination = destination;
    endpoints.protocol = protocol::TCP;
    endpoints.destinationPort = endpoint.port;
    const FtpWord word = endpoint.word;
    const Family family = sent.family;
    return ExpectAnnounced(
        context,
        endpoints,
        {endpoint.position, endpoint.length, [word, family](const Address& address, uint16_t port) {
             return PrintEndpoint(word, {address, family, port});
         }});
}

} // namespace conntrack
} // namespace ns3
