/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "helper/netfilter-helper.h"

#include "ns3/node.h"

#include <fstream>
#include <sstream>

namespace ns3
{
namespace conntrack
{

NetfilterHelper::NetfilterHelper()
{
    m_factory.SetTypeId(Conntrack::GetTypeId());
}

void
NetfilterHelper::SetAttribute(const std::string& name, const AttributeValue& value)
{
    m_factory.Set(name, value);
}

void
NetfilterHelper::SetRuleset(const std::string& json)
{
    m_ruleset = json;
}

void
NetfilterHelper::SetRulesetFile(const std::string& file)
{
    std::ifstream stream(file);
    std::ostringstream text;
    text << stream.rdbuf();
    NS_ABORT_MSG_IF(!stream || !text, "Cannot read the rules in file '" << file << "'");
    m_ruleset = text.str();
}

void
NetfilterHelper::SetFirstStream(int64_t stream)
{
    m_stream = stream;
}

Ptr<Conntrack>
NetfilterHelper::Install(Ptr<Node> node) const
{
    NS_ABORT_MSG_IF(node->GetObject<Conntrack>(),
                    "Node " << node->GetId() << " has a Conntrack already");
    Ptr<Conntrack> conntrack = m_factory.Create<Conntrack>();
    if (m_stream >= 0)
    {
        m_stream += conntrack->AssignStreams(m_stream);
    }
    if (!m_ruleset.empty())
    {
        conntrack->LoadRuleset(m_ruleset); // first: rules that are refused leave the node as it was
    }
    node->AggregateObject(conntrack);
    conntrack->Attach();
    return conntrack;
}

ConntrackContainer
NetfilterHelper::Install(const NodeContainer& nodes) const
{
    ConntrackContainer installed;
    for (auto node = nodes.Begin(); node != nodes.End(); ++node)
    {
        installed.push_back(Install(*node));
    }
    return installed;
}

} // namespace conntrack
} // namespace ns3
