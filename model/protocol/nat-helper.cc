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
    const ExpectResult result =
        context.expectations.Expect(announcement.expectation, context.packet.now);
    return result == ExpectResult::Ok ? HelperVerdict::Accept
                                      : context.Drop("cannot add expectation");
}

} // namespace conntrack
} // namespace ns3
