/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/ruleset/conntrack-objects.h"

#include "model/table/expectation-table.h"

namespace ns3
{
namespace conntrack
{

namespace
{

// The class of expectations that rules make.
constexpr uint32_t DEFAULT_CLASS = 0;

// The connection of a packet if its first packet is still under way.
Connection*
FreshConnection(const RuleContext& context)
{
    Connection* connection = context.packet.connection;
    return connection != nullptr && !connection->Is(status::CONFIRMED | status::TEMPLATE)
               ? connection
               : nullptr;
}

} // namespace

void
HelperObject::Apply(const RuleContext& context) const
{
    Connection* connection = FreshConnection(context);
    // A connection that has an area, as one that a helper expected for itself, keeps its helper.
    if (connection == nullptr || connection->Original().protocol != protocol ||
        connection->Is(status::HELPER) || connection->help != nullptr)
    {
        return;
    }
    const ProtocolHelper* helper = connection->Original().family == Family::Ipv4 ? ipv4 : ipv6;
    if (helper == nullptr)
    {
        return;
    }
    if (HelperArea* area = context.actions.AddHelperArea(*connection))
    {
        area->helper = helper;
        connection->status |= status::HELPER;
    }
}

void
TimeoutObject::Apply(const RuleContext& context) const
{
    Connection* connection = FreshConnection(context);
    if (connection != nullptr && context.packet.view.Protocol() == protocol)
    {
        connection->timeouts = &timeouts;
        connection->deadline = first; // a time to live, as it is not confirmed
    }
}

Step
ExpectationObject::Apply(const RuleContext& context) const
{
    Connection* connection = FreshConnection(context);
    ExpectationTable* table = context.actions.GetExpectations();
    if (connection == nullptr || table == nullptr)
    {
        return Step::Break;
    }
    const HelperArea* area = context.actions.AddHelperArea(*connection);
    if (area == nullptr)
    {
        return Step::Drop;
    }
    if (area->expecting[DEFAULT_CLASS] >= most)
    {
        return Step::Break;
    }
    // It is to come the way the first connection did: from the answering tuple's destination.
    const Tuple& answer = connection->tuples[Index(Opposite(context.packet.direction))];
    ExpectationTable::Endpoints ends;
    ends.classNumber = DEFAULT_CLASS;
    ends.family = family == Family::Unspecified ? answer.family : family;
    ends.source = answer.source;
    ends.destination = answer.destination;
    ends.protocol = protocol;
    ends.destinationPort = port;

    Expectation* expectation = table->Allocate(*connection);
    ExpectationTable::Fill(*expectation, ends);
    const ExpectResult result =
        table->Expect(*expectation, context.packet.now, MasterTest::Compare, {}, timeout);
    table->Put(*expectation);
    return result == ExpectResult::Ok ? Step::Next : Step::Drop;
}

} // namespace conntrack
} // namespace ns3
