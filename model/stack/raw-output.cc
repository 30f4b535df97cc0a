/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/stack/raw-output.h"

#include <ostream>

namespace ns3
{
namespace conntrack
{

NS_OBJECT_ENSURE_REGISTERED(DiscardTag);

TypeId
DiscardTag::GetTypeId()
{
    static TypeId tid = TypeId("ns3::conntrack::DiscardTag")
                            .SetParent<Tag>()
                            .SetGroupName("Conntrack")
                            .AddConstructor<DiscardTag>();
    return tid;
}

TypeId
DiscardTag::GetInstanceTypeId() const
{
    return GetTypeId();
}

uint32_t
DiscardTag::GetSerializedSize() const
{
    return 0;
}

void
DiscardTag::Serialize(TagBuffer) const
{
}

void
DiscardTag::Deserialize(TagBuffer)
{
}

void
DiscardTag::Print(std::ostream& stream) const
{
    stream << "discard";
}

bool
IsDiscarded(Ptr<const Packet> packet)
{
    DiscardTag tag;
    return packet->PeekPacketTag(tag);
}

} // namespace conntrack
} // namespace ns3
