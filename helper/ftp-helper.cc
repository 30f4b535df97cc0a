/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "helper/ftp-helper.h"

#include "model/app/ftp-client.h"
#include "model/app/ftp-server.h"

#include "ns3/abort.h"
#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
#include "ns3/tcp-l4-protocol.h"
#include "ns3/uinteger.h"

namespace ns3
{
namespace conntrack
{

FtpHelper::FtpHelper(TypeId tid)
{
    m_factory.SetTypeId(tid);
}

void
FtpHelper::SetAttribute(const std::string& name, const AttributeValue& value)
{
    m_factory.Set(name, value);
}

void
FtpHelper::SetFirstStream(int64_t stream)
{
    m_stream = stream;
}

ApplicationContainer
FtpHelper::Install(Ptr<Node> node) const
{
    NS_ABORT_MSG_UNLESS(node->GetObject<TcpL4Protocol>(),
                        "Node " << node->GetId() << " has no TCP: install an InternetStackHelper");
    Ptr<Application> application = m_factory.Create<Application>();
    if (m_stream >= 0)
    {
        const auto client = DynamicCast<FtpClient>(application);
        m_stream += client ? client->AssignStreams(m_stream)
                           : DynamicCast<FtpServer>(application)->AssignStreams(m_stream);
    }
    node->AddApplication(application);
    return ApplicationContainer(application);
}

ApplicationContainer
FtpHelper::Install(const NodeContainer& nodes) const
{
    ApplicationContainer applications;
    for (auto node = nodes.Begin(); node != nodes.End(); ++node)
    {
        applications.Add(Install(*node));
    }
    return applications;
}

FtpServerHelper::FtpServerHelper(uint16_t port)
    : FtpHelper(FtpServer::GetTypeId())
{
    SetAttribute("Port", UintegerValue(port));
}

FtpClientHelper::FtpClientHelper(const ns3::Address& server)
    : FtpHelper(FtpClient::GetTypeId())
{
    SetAttribute("Remote", AddressValue(server));
}

FtpClientHelper::FtpClientHelper(Ipv4Address server, uint16_t port)
    : FtpClientHelper(InetSocketAddress(server, port))
{
}

FtpClientHelper::FtpClientHelper(Ipv6Address server, uint16_t port)
    : FtpClientHelper(Inet6SocketAddress(server, port))
{
}

} // namespace conntrack
} // namespace ns3
