/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/nat/carrier/nat-behavior.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

namespace
{

NatBehavior
Cone(FilteringBehavior filtering)
{
    NatBehavior behavior;
    behavior.filtering = filtering;
    return behavior;
}

NatBehavior
Symmetric()
{
    NatBehavior behavior;
    behavior.mapping = MappingBehavior::AddressAndPortDependent;
    behavior.filtering = FilteringBehavior::AddressAndPortDependent;
    behavior.ports = PortAssignment::NoPreservation;
    behavior.hairpinning = Hairpinning::None;
    return behavior;
}

NatBehavior
Linux()
{
    NatBehavior behavior;
    behavior.mapping = MappingBehavior::Linux;
    behavior.filtering = FilteringBehavior::AddressAndPortDependent;
    behavior.ports = PortAssignment::Overloading;
    behavior.hairpinning = Hairpinning::None;
    return behavior;
}

NatBehavior
Rfc4787()
{
    NatBehavior behavior;
    behavior.keepsParity = true;                 // REQ-4
    behavior.udpTimeout = 300 * SECOND;          // REQ-5c
    behavior.refresh = MappingRefresh::Outbound; // REQ-6; inbound packets may renew, or not
    return behavior;
}

} // namespace

const std::vector<NatPreset>&
NatPresets()
{
    static const std::vector<NatPreset> presets{
        {"linux", Linux()},
        {"full cone", Cone(FilteringBehavior::EndpointIndependent)},
        {"restricted cone", Cone(FilteringBehavior::AddressDependent)},
        {"port-restricted cone", Cone(FilteringBehavior::AddressAndPortDependent)},
        {"symmetric", Symmetric()},
        {"rfc4787", Rfc4787()}};
    return presets;
}

const NatPreset*
FindNatPreset(const std::string& name)
{
    const auto& presets = NatPresets();
    const auto found = std::find_if(presets.begin(), presets.end(), [&](const NatPreset& preset) {
        return preset.name == name;
    });
    return found == presets.end() ? nullptr : &*found;
}

} // namespace conntrack
} // namespace ns3
