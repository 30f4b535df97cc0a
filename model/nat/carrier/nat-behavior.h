/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_NAT_CARRIER_NAT_BEHAVIOR_H
#define CONNTRACK_NAT_CARRIER_NAT_BEHAVIOR_H

#include "model/flow/time.h"

#include <cstdint>
#include <string>
#include <vector>

/**
 * @file
 * How a NAT behaves, in the words of RFC 4787, and the combinations that have names.
 *
 * Layer: nat.
 * Shape: plain values.
 * Source: RFC 4787 4 to 6; the names of cones are RFC 3489's, which RFC 4787 replaced.
 */

namespace ns3
{
namespace conntrack
{

/// When two connections of one inside endpoint share their outside endpoint (RFC 4787 4.1).
enum class MappingBehavior : uint8_t
{
    Linux,                   ///< no mappings: the kernel's search for each connection
    EndpointIndependent,     ///< always
    AddressDependent,        ///< those to the same remote address
    AddressAndPortDependent, ///< those to the same remote address and port: never
};

/// Who may send to a mapping's outside endpoint without being asked (RFC 4787 5).
enum class FilteringBehavior : uint8_t
{
    EndpointIndependent,     ///< anybody
    AddressDependent,        ///< remote addresses that the mapping has a connection to
    AddressAndPortDependent, ///< nobody: only answers pass
};

/// Whether the mappings of one inside address share an outside address (RFC 4787 4.1).
enum class PoolingBehavior : uint8_t
{
    Paired,
    Arbitrary,
};

/// Which outside port a new mapping gets (RFC 4787 4.2.1).
enum class PortAssignment : uint8_t
{
    Preservation,   ///< the inside port if it is free, a random one else
    NoPreservation, ///< a random one
    Overloading,    ///< as Preservation, but free is what no connection to this remote end has
};

/// What becomes of a packet from the inside to a mapping's outside endpoint (RFC 4787 6).
enum class Hairpinning : uint8_t
{
    None,           ///< it is dropped
    InternalSource, ///< it reaches the other host with its inside source
    ExternalSource, ///< it reaches the other host with the outside source that it has elsewhere
};

/// Which packets renew the time-out of a UDP connection (RFC 4787 4.3).
enum class MappingRefresh : uint8_t
{
    Outbound, ///< those from the inside alone
    Both,
};

/// How a NAT behaves.
struct NatBehavior
{
    MappingBehavior mapping{MappingBehavior::EndpointIndependent}; ///< what a mapping depends on
    FilteringBehavior filtering{FilteringBehavior::EndpointIndependent}; ///< who may answer to it
    PoolingBehavior pooling{PoolingBehavior::Paired};   ///< which outside address a subscriber gets
    PortAssignment ports{PortAssignment::Preservation}; ///< which port a mapping gets
    bool keepsParity{false};     ///< an even port gets an even one (RFC 4787 4.2.2)
    bool keepsContiguity{false}; ///< an odd port gets the next of its neighbor's, if it may
    /// Whether the inside reaches mappings of the inside, and as whom.
    Hairpinning hairpinning{Hairpinning::ExternalSource};
    MappingRefresh refresh{MappingRefresh::Both}; ///< which packets renew it
    Nanos udpTimeout{0}; ///< of UDP connections, whatever answers they had; 0: the router's
};

/// A combination that has a name.
struct NatPreset
{
    std::string name;     ///< as SetPreset takes it
    NatBehavior behavior; ///< what it stands for
};

/// @return all presets: "linux", "full cone", "restricted cone", "port-restricted cone",
/// "symmetric" and "rfc4787", which follows each of that RFC's recommendations
const std::vector<NatPreset>& NatPresets();

/// @param name of a preset @return it; null: there is none
const NatPreset* FindNatPreset(const std::string& name);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_NAT_CARRIER_NAT_BEHAVIOR_H
