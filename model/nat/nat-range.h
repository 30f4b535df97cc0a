/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_NAT_NAT_RANGE_H
#define CONNTRACK_NAT_NAT_RANGE_H

#include "model/flow/tuple.h"

/**
 * @file
 * What a NAT rule asks for: the addresses and ports from which an end is to get its new ones.
 *
 * Layer: nat.
 * Shape: a plain value.
 * Units and byte order: addresses as in a tuple, ports in host order; both ranges inclusive.
 * Source: Linux's struct nf_nat_range2; nft(8), NAT STATEMENTS.
 */

namespace ns3
{
namespace conntrack
{

/// The end of a connection that NAT changes.
enum class NatSide : uint8_t
{
    Source,      ///< SNAT, masquerade: at POSTROUTING and INPUT
    Destination, ///< DNAT, redirect: at PREROUTING and OUTPUT
};

/// How new addresses and ports are chosen.
enum class PortChoice : uint8_t
{
    Keep,        ///< the packet's own if it may be had, another else
    Random,      ///< any of the range (`random`)
    FullyRandom, ///< the same, and since Linux 5.0 not another thing (`fully-random`)
};

/// What a NAT rule asks for.
struct NatRange
{
    bool mapsAddress{false}; ///< else the address stays
    bool mapsPort{false};    ///< else the port stays if it may; ICMP: the identifier
    bool persistent{false};  ///< one source always gets the same address, whatever it talks to
    PortChoice ports{PortChoice::Keep};
    Address minAddress;
    Address maxAddress;
    uint16_t minPort{0};
    uint16_t maxPort{0};

    /// @param address the only one @return a range of one address
    static NatRange Of(const Address& address)
    {
        NatRange range;
        range.mapsAddress = true;
        range.minAddress = range.maxAddress = address;
        return range;
    }

    /// @param port the only one @return this, with a range of one port
    NatRange WithPort(uint16_t port) const
    {
        NatRange range = *this;
        range.mapsPort = true;
        range.minPort = range.maxPort = port;
        return range;
    }
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_NAT_NAT_RANGE_H
