/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
// Rows H6-H8, H14, H21: what NAT modules register beside helpers.
#include "model/protocol/helper-registry-impl.h"

#include <algorithm>
#include <utility>

namespace ns3
{
namespace conntrack
{

void
HelperRegistry::RegisterNat(Ptr<NatHelper> nat)
{
    m_impl->natHelpers.push_front(nat);
}

void
HelperRegistry::UnregisterNat(Ptr<NatHelper> nat)
{
    auto& list = m_impl->natHelpers;
    const auto found = std::find(list.begin(), list.end(), nat);
    if (found != list.end())
    {
        list.erase(found);
    }
}

Ptr<NatHelper>
HelperRegistry::FindNat(const std::string& module) const
{
    const auto& list = m_impl->natHelpers;
    const auto found = std::find_if(list.begin(), list.end(), [&](const Ptr<NatHelper>& nat) {
        return nat->GetModuleName() == module;
    });
    return found == list.end() ? nullptr : *found;
}

RegistryResult
HelperRegistry::AcquireNat(const std::string& name, Family family, uint8_t protocol)
{
    const Ptr<ProtocolHelper> helper = FindByName(name, family, protocol);
    if (!helper)
    {
        return RegistryResult::NotFound;
    }
    const std::string& module = helper->GetIdentity().natModule;
    if (!FindNat(module))
    {
        m_impl->Load(module);
    }
    return FindNat(module) && m_impl->Get(module) ? RegistryResult::Ok : RegistryResult::NotFound;
}

void
HelperRegistry::ReleaseNat(Ptr<ProtocolHelper> helper)
{
    const std::string& module = helper->GetIdentity().natModule;
    if (FindNat(module))
    {
        m_impl->Put(module);
    }
    else if (!std::exchange(m_impl->natGoneWarned, true))
    {
        Warn("nf_conntrack: NAT helper " + module + " went away while it was in use");
    }
}

void
HelperRegistry::RegisterExpectFunction(const ExpectFunction& function)
{
    m_impl->expectFunctions.push_front(&function);
}

void
HelperRegistry::UnregisterExpectFunction(const ExpectFunction& function)
{
    auto& list = m_impl->expectFunctions;
    const auto found = std::find(list.begin(), list.end(), &function);
    if (found != list.end())
    {
        list.erase(found);
    }
}

const ExpectFunction*
HelperRegistry::FindExpectFunction(const std::string& name) const
{
    const auto& list = m_impl->expectFunctions;
    const auto found = std::find_if(list.begin(), list.end(), [&](const ExpectFunction* function) {
        return function->name == name;
    });
    return found == list.end() ? nullptr : *found;
}

const ExpectFunction*
HelperRegistry::FindExpectFunction(ExpectFunction::Call call) const
{
    const auto& list = m_impl->expectFunctions;
    const auto found = std::find_if(list.begin(), list.end(), [&](const ExpectFunction* function) {
        return function->call == call;
    });
    return found == list.end() ? nullptr : *found;
}

} // namespace conntrack
} // namespace ns3
