/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_STACK_INTERFACE_NAMES_H
#define CONNTRACK_STACK_INTERFACE_NAMES_H

#include "model/table/tracked-packet.h"

#include "ns3/net-device.h"

#include <memory>
#include <string>
#include <vector>

/**
 * @file
 * A node's devices as rules name them.
 *
 * Layer: stack.
 * Shape: a name for each device index, made at its first use, at a stable address.
 * Names: the one that was set; else ns3::Names' if the device has one; else "lo" for the loopback
 * device and "ethN" for the others, N being the device's index on its node.
 */

namespace ns3
{
namespace conntrack
{

/// A node's devices as rules name them.
class InterfaceNames
{
  public:
    /**
     * @param device a device of the node
     * @param name what rules call it
     */
    void Set(Ptr<const NetDevice> device, const std::string& name);

    /**
     * @param device a device of the node; null: none
     * @return it as rules see it; valid as long as this
     */
    Interface Get(const NetDevice* device)
    {
        if (device == nullptr)
        {
            return {};
        }
        const uint32_t index = device->GetIfIndex();
        const bool isKnown = index < m_entries.size() && m_entries[index] != nullptr;
        const Entry& entry = isKnown ? *m_entries[index] : Add(*device);
        return {entry.name, index + 1, entry.type}; // Linux numbers interfaces from 1
    }

  private:
    struct Entry
    {
        std::string name;
        uint16_t type;
    };

    const Entry& Add(const NetDevice& device);

    std::vector<std::unique_ptr<Entry>> m_entries; ///< by device index
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_STACK_INTERFACE_NAMES_H
