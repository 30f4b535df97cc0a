/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_NAT_CARRIER_ADDRESS_RANGE_H
#define CONNTRACK_NAT_CARRIER_ADDRESS_RANGE_H

#include <cstdint>
#include <optional>
#include <string>

/**
 * @file
 * IPv4 addresses in a row.
 *
 * Layer: nat.
 * Units and byte order: addresses are numbers in host order, both ends inclusive.
 */

namespace ns3
{
namespace conntrack
{

/// IPv4 addresses in a row.
struct AddressRange
{
    uint32_t first{0};         ///< lowest address, host order
    uint32_t last{0xffffffff}; ///< highest address, host order; not below first

    /// @return how many
    uint64_t Count() const
    {
        return uint64_t{last} - first + 1;
    }

    /// @param address any @return whether it is one of them
    bool Contains(uint32_t address) const
    {
        return address >= first && address <= last;
    }
};

/**
 * @param text "203.0.113.0/28", "203.0.113.1-203.0.113.4" or "203.0.113.1"
 * @return the addresses; none: it is none of these, or a prefix with bits beyond its length
 */
std::optional<AddressRange> ParseAddressRange(const std::string& text);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_NAT_CARRIER_ADDRESS_RANGE_H
