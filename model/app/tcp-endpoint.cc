/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/app/tcp-endpoint.h"

#include "ns3/abort.h"
#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/tcp-l4-protocol.h"
#include "ns3/tcp-socket-factory.h"

namespace ns3
{
namespace conntrack
{

namespace
{

/// Read all that is there.
void
Drain(Ptr<Socket> socket)
{
    Ptr<Packet> packet;
    do
    {
        packet = socket->Recv();
    } while (packet && packet->GetSize() > 0);
}

} // namespace

ns3::Address
Endpoint::ToSocketAddress() const
{
    if (family == Family::Unspecified)
    {
        return {};
    }
    if (family == Family::Ipv4)
    {
        return InetSocketAddress(Ipv4Address(address.ToIpv4()), port);
    }
    Ipv6Address ipv6;
    ipv6.Set(const_cast<uint8_t*>(address.bytes.data())); // ns-3 3.37 only reads there
    return Inet6SocketAddress(ipv6, port);
}

bool
IsUnicast(const Endpoint& endpoint)
{
    return endpoint.family != Family::Unspecified && !endpoint.address.IsZero() &&
           !IsMulticast(endpoint.address, endpoint.family);
}

std::optional<Endpoint>
ToEndpoint(const ns3::Address& address)
{
    Endpoint endpoint;
    if (InetSocketAddress::IsMatchingType(address))
    {
        const auto ipv4 = InetSocketAddress::ConvertFrom(address);
        endpoint.family = Family::Ipv4;
        endpoint.address = conntrack::Address::FromIpv4(ipv4.GetIpv4().Get());
        endpoint.port = ipv4.GetPort();
        return endpoint;
    }
    if (Inet6SocketAddress::IsMatchingType(address))
    {
        const auto ipv6 = Inet6SocketAddress::ConvertFrom(address);
        endpoint.family = Family::Ipv6;
        ipv6.GetIpv6().GetBytes(endpoint.address.bytes.data());
        endpoint.port = ipv6.GetPort();
        return endpoint;
    }
    return std::nullopt;
}

Endpoint
LocalEndpoint(Ptr<const Socket> socket)
{
    ns3::Address address;
    socket->GetSockName(address);
    return ToEndpoint(address).value_or(Endpoint{});
}

Endpoint
PeerEndpoint(Ptr<const Socket> socket)
{
    ns3::Address address;
    socket->GetPeerName(address);
    return ToEndpoint(address).value_or(Endpoint{});
}

Ptr<Socket>
MakeTcpSocket(Ptr<Node> node)
{
    NS_ABORT_MSG_UNLESS(node->GetObject<TcpL4Protocol>(),
                        "Node " << node->GetId() << " has no TCP: install an InternetStackHelper");
    return Socket::CreateSocket(node, TcpSocketFactory::GetTypeId());
}

void
ReleaseSocket(Ptr<Socket> socket)
{
    const auto none = MakeNullCallback<void, Ptr<Socket>>();
    socket->SetConnectCallback(none, none);
    socket->SetAcceptCallback(MakeNullCallback<bool, Ptr<Socket>, const ns3::Address&>(),
                              MakeNullCallback<void, Ptr<Socket>, const ns3::Address&>());
    socket->SetSendCallback(MakeNullCallback<void, Ptr<Socket>, uint32_t>());
    socket->SetCloseCallbacks(none, none);
    // What still comes is thrown away: a socket with unread bytes would answer with a reset.
    socket->SetRecvCallback(MakeCallback(&Drain));
    Drain(socket);
    // A node that is disposed of has lost its devices, and ns-3's IPv6 would send FIN through them.
    if (socket->GetNode()->GetNDevices() > 0)
    {
        socket->Close();
    }
}

} // namespace conntrack
} // namespace ns3
