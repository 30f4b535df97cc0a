/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/stack/raw-header.h"

namespace ns3
{
namespace conntrack
{

NS_OBJECT_ENSURE_REGISTERED(RawHeader);

TypeId
RawHeader::GetTypeId()
{
    static TypeId tid = TypeId("ns3::conntrack::RawHeader")
                            .SetParent<Header>()
                            .SetGroupName("Conntrack")
                            .AddConstructor<RawHeader>();
    return tid;
}

TypeId
RawHeader::GetInstanceTypeId() const
{
    return GetTypeId();
}

uint32_t
RawHeader::GetSerializedSize() const
{
    return static_cast<uint32_t>(m_bytes.size);
}

void
RawHeader::Serialize(Buffer::Iterator start) const
{
    start.Write(m_bytes.data, GetSerializedSize());
}

uint32_t
RawHeader::Deserialize(Buffer::Iterator)
{
    return GetSerializedSize();
}

void
RawHeader::Print(std::ostream& stream) const
{
    stream << "translated bytes=" << m_bytes.size;
}

} // namespace conntrack
} // namespace ns3
