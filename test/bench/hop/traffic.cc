/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "test/bench/hop/traffic.h"

#include "ns3/ipv4-header.h"
#include "ns3/ipv6-header.h"
#include "ns3/tcp-header.h"
#include "ns3/tcp-option-sack-permitted.h"
#include "ns3/tcp-option-ts.h"
#include "ns3/tcp-option-winscale.h"
#include "ns3/udp-header.h"

#include <cstdio>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr uint32_t PAYLOAD = 1000;
constexpr uint8_t HOP_LIMIT = 64;
constexpr uint32_t PORTS_A_CLIENT = 50000; // more connections come from further clients
constexpr uint16_t FIRST_CLIENT_PORT = 10000;

/// Which packet: of which connection, and its number within it.
struct Place
{
    uint32_t connection;
    uint32_t number; ///< even ones are the client's, but for the opening of TCP
    bool isOpening;
    Direction direction;
};

Ptr<Packet>
FromText(const std::string& text)
{
    return Create<Packet>(reinterpret_cast<const uint8_t*>(text.data()),
                          static_cast<uint32_t>(text.size()));
}

/// What the kinds have in common: addresses, ports, turns.
class TurnTraffic : public Traffic
{
  public:
    /// Where all connections are alike.
    struct Plan
    {
        uint32_t ipVersion;
        uint32_t connections;
        uint32_t translated;
    };

    TurnTraffic(const Plan& plan, uint32_t openingPackets)
        : m_ipVersion(plan.ipVersion),
          m_connections(plan.connections),
          m_translated(plan.translated),
          m_openingPackets(openingPackets)
    {
    }

    uint32_t CountOfOpening() const override
    {
        return m_connections * m_openingPackets;
    }

    Ptr<Packet> Next(Direction& direction) override
    {
        const uint32_t at = m_next++;
        Place place{};
        place.isOpening = at < CountOfOpening();
        if (place.isOpening)
        {
            place.connection = at % m_connections;
            place.number = at / m_connections;
        }
        else
        {
            const uint32_t later = at - CountOfOpening();
            place.connection = later / 2 % m_connections;
            place.number = later / 2 / m_connections * 2 + later % 2;
        }
        place.direction = place.number % 2 == 0 ? Direction::Original : Direction::Reply;
        direction = place.direction;
        Ptr<Packet> packet = MakeSegment(place);
        AddIpHeader(packet, place);
        return packet;
    }

  protected:
    static uint16_t ClientPort(const Place& place)
    {
        return static_cast<uint16_t>(FIRST_CLIENT_PORT + place.connection % PORTS_A_CLIENT);
    }

  private:
    /// @return a transport header and what follows it
    virtual Ptr<Packet> MakeSegment(const Place& place) const = 0;
    virtual uint8_t Protocol() const = 0;

    void AddIpHeader(Ptr<Packet> packet, const Place& place) const
    {
        const uint32_t client = place.connection / PORTS_A_CLIENT + 1;
        if (m_ipVersion == 4)
        {
            Ipv4Header header;
            const bool seenTranslated = m_translated != 0 && place.direction == Direction::Reply;
            header.SetSource(Ipv4Address(seenTranslated ? m_translated
                                                        : Ipv4Address(CLIENTS_V4).Get() + client));
            header.SetDestination(Ipv4Address(Ipv4Address(SERVERS_V4).Get() + 1));
            AddHeader(packet, header, place);
            return;
        }
        uint8_t bytes[16];
        Ipv6Address(CLIENTS_V6).GetBytes(bytes);
        bytes[14] = static_cast<uint8_t>(client >> 8);
        bytes[15] = static_cast<uint8_t>(client);
        Ipv6Header header;
        header.SetSource(Ipv6Address(bytes));
        Ipv6Address(SERVERS_V6).GetBytes(bytes);
        bytes[15] = 1;
        header.SetDestination(Ipv6Address(bytes));
        AddHeader(packet, header, place);
    }

    template <typename IpHeader>
    void AddHeader(Ptr<Packet> packet, IpHeader& header, const Place& place) const
    {
        if (place.direction == Direction::Reply)
        {
            const auto client = header.GetSource();
            header.SetSource(header.GetDestination());
            header.SetDestination(client);
        }
        FillIn(header, static_cast<uint16_t>(packet->GetSize()));
        packet->AddHeader(header);
    }

    void FillIn(Ipv4Header& header, uint16_t size) const
    {
        header.SetProtocol(Protocol());
        header.SetTtl(HOP_LIMIT);
        header.SetPayloadSize(size);
    }

    void FillIn(Ipv6Header& header, uint16_t size) const
    {
        header.SetNextHeader(Protocol());
        header.SetHopLimit(HOP_LIMIT);
        header.SetPayloadLength(size);
    }

    uint32_t m_ipVersion;
    uint32_t m_connections;
    uint32_t m_translated; ///< what the server knows the client by; 0: its own address
    uint32_t m_openingPackets;
    uint32_t m_next{0};
};

class UdpTraffic : public TurnTraffic
{
  public:
    explicit UdpTraffic(const Plan& plan)
        : TurnTraffic(plan, 2) // the first packet and an answer
    {
    }

  private:
    Ptr<Packet> MakeSegment(const Place& place) const override
    {
        const bool isReply = place.direction == Direction::Reply;
        UdpHeader header;
        header.SetSourcePort(isReply ? SERVER_PORT : ClientPort(place));
        header.SetDestinationPort(isReply ? ClientPort(place) : SERVER_PORT);
        Ptr<Packet> packet = Create<Packet>(PAYLOAD);
        packet->AddHeader(header);
        return packet;
    }

    uint8_t Protocol() const override
    {
        return protocol::UDP;
    }
};

/// The client sends data, the server acknowledges, and may say something.
class TcpTraffic : public TurnTraffic
{
  public:
    explicit TcpTraffic(const Plan& plan, uint16_t serverPort = SERVER_PORT)
        : TurnTraffic(plan, 3), // SYN, SYN+ACK, ACK
          m_serverPort(serverPort)
    {
    }

  private:
    /// @return what the client says; always of the same length
    virtual Ptr<Packet> ClientData(uint32_t /* turn */) const
    {
        return Create<Packet>(PAYLOAD);
    }

    /// @return what the server says; always of the same length
    virtual Ptr<Packet> ServerData() const
    {
        return Create<Packet>();
    }

    Ptr<Packet> MakeSegment(const Place& place) const override
    {
        const bool isReply = place.direction == Direction::Reply;
        const uint32_t turn = place.number / 2;
        Ptr<Packet> packet = place.isOpening ? Create<Packet>()
                             : isReply       ? ServerData()
                                             : ClientData(turn);
        TcpHeader header;
        header.SetSourcePort(isReply ? m_serverPort : ClientPort(place));
        header.SetDestinationPort(isReply ? ClientPort(place) : m_serverPort);
        header.SetWindowSize(65535);
        header.AppendOption(CreateObject<TcpOptionTS>());
        if (place.isOpening)
        {
            FillInOpening(header, place.number);
        }
        else
        {
            const uint32_t said = 1 + turn * ClientData(turn)->GetSize();
            const uint32_t answered = 1 + turn * ServerData()->GetSize();
            header.SetFlags(TcpHeader::ACK);
            header.SetSequenceNumber(SequenceNumber32(isReply ? answered : said));
            header.SetAckNumber(
                SequenceNumber32(isReply ? said + ClientData(turn)->GetSize() : answered));
        }
        packet->AddHeader(header);
        return packet;
    }

    static void FillInOpening(TcpHeader& header, uint32_t number)
    {
        constexpr uint8_t flags[] = {TcpHeader::SYN,
                                     TcpHeader::SYN | TcpHeader::ACK,
                                     TcpHeader::ACK};
        header.SetFlags(flags[number]);
        header.SetSequenceNumber(SequenceNumber32(number == 2 ? 1 : 0));
        header.SetAckNumber(SequenceNumber32(number == 0 ? 0 : 1));
        if (number < 2)
        {
            header.AppendOption(CreateObject<TcpOptionWinScale>());
            header.AppendOption(CreateObject<TcpOptionSackPermitted>());
        }
    }

    uint8_t Protocol() const override
    {
        return protocol::TCP;
    }

    uint16_t m_serverPort;
};

class FtpTraffic : public TcpTraffic
{
  public:
    explicit FtpTraffic(const Plan& plan)
        : TcpTraffic(plan, FTP_PORT)
    {
    }

  private:
    Ptr<Packet> ClientData(uint32_t /* turn */) const override
    {
        return FromText("NOOP\r\n");
    }

    Ptr<Packet> ServerData() const override
    {
        return FromText("200 Command okay.\r\n");
    }
};

class FtpPortTraffic : public FtpTraffic
{
  public:
    using FtpTraffic::FtpTraffic;

  private:
    Ptr<Packet> ClientData(uint32_t turn) const override
    {
        char text[sizeof("PORT 10,0,0,1,100,100\r\n")];
        std::snprintf(text, sizeof(text), "PORT 10,0,0,1,100,%u\r\n", 100 + turn % 100);
        return FromText(text);
    }
};

} // namespace

std::unique_ptr<Traffic>
MakeTraffic(const std::string& name, uint32_t ipVersion, uint32_t connections, uint32_t translated)
{
    const TurnTraffic::Plan plan{ipVersion, connections, translated};
    if (name == "udp")
    {
        return std::make_unique<UdpTraffic>(plan);
    }
    if (name == "tcp")
    {
        return std::make_unique<TcpTraffic>(plan);
    }
    if (name == "ftp")
    {
        return std::make_unique<FtpTraffic>(plan);
    }
    if (name == "ftp-port")
    {
        return std::make_unique<FtpPortTraffic>(plan);
    }
    return nullptr;
}

} // namespace conntrack
} // namespace ns3
