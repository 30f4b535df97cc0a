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
    Get(PeekPointer(device));
    m_entries[device->GetIfIndex()]->name = name;
}

const InterfaceNames::Entry&
InterfaceNames::Add(const NetDevice& device)
{
    const uint32_t index = device.GetIfIndex();
    if (index >= m_entries.size())
    {
        m_entries.resize(index + 1);
    }
    const bool loopback = dynamic_cast<const LoopbackNetDevice*>(&device) != nullptr;
    std::string name = Names::FindName(Ptr<NetDevice>(const_cast<NetDevice*>(&device)));
    if (name.empty())
    {
        name = loopback ? "lo" : "eth" + std::to_string(index);
    }
    m_entries[index] =
        std::make_unique<Entry>(Entry{name, loopback ? ARPHRD_LOOP : ARPHRD_ETHERNET});
    return *m_entries[index];
}

} // namespace conntrack
} // namespace ns3
