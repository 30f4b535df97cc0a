/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/protocol/nat-helper.h"

namespace ns3
{
namespace conntrack
{

NS_OBJECT_ENSURE_REGISTERED(NatHelper);

TypeId
NatHelper::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::conntrack::NatHelper").SetParent<Object>().SetGroupName("Conntrack");
    return tid;
}

HelperVerdict
NatHelper::DoAnnounce(HelperContext& context, const Announcement& announcement) const
{
    return ExpectAsItIs(context, announcement.expectation);
}

HelperVerdict
ExpectAsItIs(HelperContext& context, Expectation& expectation)
{
    const ExpectResult result = context.expectations.Expect(expectation, context.packet.now);
    return result == ExpectResult::Ok ? HelperVerdict::Accept
                                      : context.Drop("cannot add expectation");
}

HelperVerdict
ExpectAnnounced(HelperContext& context,
                const ExpectationTable::Endpoints& endpoints,
                const AnnouncedText& text)
{
    Expectation* expectation = context.expectations.Allocate(*context.packet.connection);
    ExpectationTable::Fill(*expectation, endpoints);
    const HelperVerdict verdict = context.nat != nullptr
                                      ? context.nat->Announce(context, {*expectation, text})
                                      : ExpectAsItIs(context, *expectation);
    context.expectations.Put(*expectation);
    return verdict;
}

} // namespace conntrack
} // namespace ns3
