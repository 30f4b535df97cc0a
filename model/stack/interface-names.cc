/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/stack/interface-names.h"

#include "ns3/loopback-net-device.h"
#include "ns3/names.h"

namespace ns3
{
namespace conntrack
{

namespace
{

// linux/if_arp.h
constexpr uint16_t ARPHRD_ETHERNET = 1;
constexpr uint16_t ARPHRD_LOOP = 772;

} // namespace

void
InterfaceNames::Set(Ptr<const NetDevice> device, const std::string& name)
{
    Get(device);
    m_entries[device->GetIfIndex()]->name = name;
}

Interface
InterfaceNames::Get(Ptr<const NetDevice> device)
{
    if (!device)
    {
        return {};
    }
    const uint32_t index = device->GetIfIndex();
    if (index >= m_entries.size())
    {
        m_entries.resize(index + 1);
    }
    if (!m_entries[index])
    {
        const bool loopback = DynamicCast<const LoopbackNetDevice>(device) != nullptr;
        std::string name = Names::FindName(ConstCast<NetDevice>(device));
        if (name.empty())
        {
            name = loopback ? "lo" : "eth" + std::to_string(index);
        }
        m_entries[index] =
            std::make_unique<Entry>(Entry{name, loopback ? ARPHRD_LOOP : ARPHRD_ETHERNET});
    }
    // Linux numbers interfaces from 1.
    return {m_entries[index]->name, index + 1, m_entries[index]->type};
}

} // namespace conntrack
} // namespace ns3
