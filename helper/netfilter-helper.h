/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_HELPER_NETFILTER_HELPER_H
#define CONNTRACK_HELPER_NETFILTER_HELPER_H

#include "model/stack/conntrack.h"

#include "ns3/node-container.h"
#include "ns3/object-factory.h"

#include <map>
#include <string>
#include <vector>

/**
 * @file
 * Installs Conntrack on nodes that have an IP stack.
 *
 * Layer: helper.
 * Errors: NS_FATAL_ERROR with one sentence for a node without IP stack or an unknown attribute;
 * RulesetError for rules that cannot be loaded.
 */

namespace ns3
{
namespace conntrack
{

/// The Conntrack objects of some nodes, in the nodes' order.
using ConntrackContainer = std::vector<Ptr<Conntrack>>;

/// Installs Conntrack on nodes.
class NetfilterHelper
{
  public:
    /// Installs Conntrack with default attributes and no rules.
    NetfilterHelper();

    /**
     * @param name an attribute of Conntrack
     * @param value its value for nodes installed from now on
     */
    void SetAttribute(const std::string& name, const AttributeValue& value);

    /**
     * @param json rules for nodes installed from now on: the JSON of `nft -j list ruleset`
     */
    void SetRuleset(const std::string& json);

    /**
     * @param file a file with such rules
     */
    void SetRulesetFile(const std::string& file);

    /**
     * Fix the random streams of nodes installed from now on, one a node. Before Install, for the
     * tables draw their hash keys there.
     * @param stream of the first node
     */
    void SetFirstStream(int64_t stream);

    /**
     * @param node a node with an IP stack (InternetStackHelper) and without a Conntrack
     * @return its Conntrack
     */
    Ptr<Conntrack> Install(Ptr<Node> node) const;

    /**
     * @param nodes nodes with an IP stack
     * @return their Conntracks
     */
    ConntrackContainer Install(const NodeContainer& nodes) const;

  private:
    ObjectFactory m_factory;
    std::string m_ruleset;
    mutable int64_t m_stream{-1}; ///< for the next node; negative: ns-3 gives them
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_HELPER_NETFILTER_HELPER_H
