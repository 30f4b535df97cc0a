/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "helper/sip-helper.h"

#include "model/app/sip/sip-proxy.h"
#include "model/app/sip/sip-user-agent.h"

#include "ns3/abort.h"
#include "ns3/boolean.h"
#include "ns3/string.h"
#include "ns3/udp-l4-protocol.h"

namespace ns3
{
namespace conntrack
{

SipHelper::SipHelper(TypeId tid)
{
    m_factory.SetTypeId(tid);
}

void
SipHelper::SetAttribute(const std::string& name, const AttributeValue& value)
{
    m_factory.Set(name, value);
}

void
SipHelper::SetFirstStream(int64_t stream)
{
    m_stream = stream;
}

ApplicationContainer
SipHelper::Install(Ptr<Node> node) const
{
    NS_ABORT_MSG_UNLESS(node->GetObject<UdpL4Protocol>(),
                        "Node " << node->GetId() << " has no UDP: install an InternetStackHelper");
    Ptr<SipElement> application = m_factory.Create<SipElement>();
    if (m_stream >= 0)
    {
        m_stream += application->AssignStreams(m_stream);
    }
    node->AddApplication(application);
    return ApplicationContainer(application);
}

ApplicationContainer
SipHelper::Install(const NodeContainer& nodes) const
{
    ApplicationContainer applications;
    for (auto node = nodes.Begin(); node != nodes.End(); ++node)
    {
        applications.Add(Install(*node));
    }
    return applications;
}

SipUserAgentHelper::SipUserAgentHelper(const std::string& user)
    : SipHelper(SipUserAgent::GetTypeId())
{
    SetAttribute("User", StringValue(user));
}

SipUserAgentHelper::SipUserAgentHelper(const std::string& user,
                                       const ns3::Address& proxy,
                                       const std::string& domain)
    : SipUserAgentHelper(user)
{
    SetAttribute("Proxy", AddressValue(proxy));
    SetAttribute("Domain", StringValue(domain));
    SetAttribute("Register", BooleanValue(true));
}

SipProxyHelper::SipProxyHelper(const std::string& domain)
    : SipHelper(SipProxy::GetTypeId())
{
    SetAttribute("Domain", StringValue(domain));
}

} // namespace conntrack
} // namespace ns3
