/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/protocol/helper-registry-impl.h"

#include "ns3/enum.h"
#include "ns3/fatal-error.h"

#include <algorithm>
#include <utility>

namespace ns3
{
namespace conntrack
{

NS_OBJECT_ENSURE_REGISTERED(HelperRegistry);

namespace
{

/// Row H25: what a class may expect at most.
constexpr uint32_t MOST_EXPECTATIONS = 255;

const std::string MODULE_PREFIX = "nfct-helper-"; // row H4

/// Row H16: errors of whoever wrote the helper.
void
RefuseBadHelper(const ProtocolHelper& helper)
{
    const std::string& name = helper.GetIdentity().name;
    if (helper.GetPolicies().empty())
    {
        NS_FATAL_ERROR("helper " << name << " has no expectation policy");
    }
    if (helper.GetPolicies().size() > EXPECTATION_CLASSES)
    {
        NS_FATAL_ERROR("helper " << name << " has more than " << EXPECTATION_CLASSES << " classes");
    }
    if (name.size() > ProtocolHelper::NAME_LENGTH)
    {
        NS_FATAL_ERROR("helper " << name << " has a name longer than "
                                 << ProtocolHelper::NAME_LENGTH);
    }
}

} // namespace

TypeId
HelperRegistry::GetTypeId()
{
    using AutoAssignValue = decltype(EnumValue(BY_PROFILE)); // a template since ns-3.41
    static TypeId tid =
        TypeId("ns3::conntrack::HelperRegistry")
            .SetParent<Object>()
            .SetGroupName("Conntrack")
            .AddConstructor<HelperRegistry>()
            .AddAttribute("AutoAssign",
                          "Whether a new connection gets the helper of its port without a rule "
                          "(sysctl net.netfilter.nf_conntrack_helper); Profile: as the kernel "
                          "profile has it.",
                          EnumValue(BY_PROFILE),
                          MakeAccessorHelper<AutoAssignValue>(&HelperRegistry::m_autoAssign),
                          MakeEnumChecker(BY_PROFILE, "Profile", OFF, "Off", ON, "On"))
            .AddTraceSource("HelperLog",
                            "A line of a helper that drops a packet, as the kernel logs it.",
                            MakeTraceSourceAccessor(&HelperRegistry::m_logTrace),
                            "ns3::conntrack::HelperRegistry::LogTracedCallback");
    return tid;
}

HelperRegistry::HelperRegistry()
    : m_impl(std::make_unique<Impl>())
{
}

HelperRegistry::~HelperRegistry() = default;

void
HelperRegistry::DoDispose()
{
    m_impl = std::make_unique<Impl>();
    Object::DoDispose();
}

RegistryResult
HelperRegistry::Initialize(const Setup& setup)
{
    if (m_impl->faults.noBuckets)
    {
        return RegistryResult::NoMemory;
    }
    if (m_impl->faults.extension != RegistryResult::Ok)
    {
        return m_impl->faults.extension;
    }
    m_impl->setup = setup;
    m_impl->profile = setup.profile ? setup.profile : KernelProfile::Find("v5.10");
    m_impl->buckets = std::vector<Impl::Bucket>(BUCKETS);
    return RegistryResult::Ok;
}

void
HelperRegistry::SetFaults(const Faults& faults)
{
    m_impl->faults = faults;
}

void
HelperRegistry::Finish()
{
    m_impl->buckets.clear();
    m_impl->modules.clear();
}

uint32_t
HelperRegistry::BucketOf(Family family, uint8_t protocol, uint16_t port)
{
    const uint32_t swapped = (port & 0xff) << 8 | port >> 8;
    return ((static_cast<uint32_t>(family) << 8 | protocol) ^ swapped) % BUCKETS;
}

RegistryResult
HelperRegistry::Register(Ptr<ProtocolHelper> helper)
{
    RefuseBadHelper(*helper);
    if (m_impl->buckets.empty())
    {
        return RegistryResult::NotReady;
    }
    if (helper->GetPolicies().front().maxExpected > MOST_EXPECTATIONS)
    {
        return RegistryResult::Invalid;
    }
    const ProtocolHelper::Identity& wanted = helper->GetIdentity();
    Impl::Bucket& bucket = m_impl->buckets[BucketOf(wanted.family, wanted.protocol, wanted.port)];
    const bool isNameTaken = FindByName(wanted.name, wanted.family, wanted.protocol) != nullptr;
    const bool isPortTaken = std::any_of(bucket.begin(), bucket.end(), [&](const auto& entry) {
        const ProtocolHelper::Identity& present = entry.helper->GetIdentity();
        return present.family == wanted.family && present.protocol == wanted.protocol &&
               present.port == wanted.port;
    });
    if (isNameTaken || (isPortTaken && !wanted.userSpace))
    {
        return m_impl->profile->duplicateHelperIsBusy ? RegistryResult::Busy
                                                      : RegistryResult::Exists;
    }
    bucket.push_front({helper});
    return RegistryResult::Ok;
}

void
HelperRegistry::Unregister(Ptr<ProtocolHelper> helper, Nanos now)
{
    if (m_impl->Find(helper) == nullptr)
    {
        return;
    }
    for (Impl::Bucket& bucket : m_impl->buckets)
    {
        bucket.erase(std::remove_if(bucket.begin(),
                                    bucket.end(),
                                    [&](const auto& entry) { return entry.helper == helper; }),
                     bucket.end());
    }
    const ProtocolHelper* gone = PeekPointer(helper);
    if (m_impl->setup.expectations)
    {
        m_impl->setup.expectations->RemoveIf(
            [gone](const Expectation& expectation) {
                const HelperArea* area = expectation.master->help;
                return expectation.helper == gone || (area && area->helper == gone);
            },
            now,
            ExpectationEnd::Helperless);
    }
    if (m_impl->setup.connections)
    {
        m_impl->setup.connections->ForEach(
            [&](Connection& connection) { Unhelp(connection, *gone, now); });
    }
}

RegistryResult
HelperRegistry::RegisterAll(const std::vector<Ptr<ProtocolHelper>>& helpers, Nanos now)
{
    for (auto next = helpers.begin(); next != helpers.end(); ++next)
    {
        const RegistryResult result = Register(*next);
        if (result != RegistryResult::Ok)
        {
            UnregisterAll({helpers.begin(), next}, now);
            return result;
        }
    }
    return RegistryResult::Ok;
}

void
HelperRegistry::UnregisterAll(const std::vector<Ptr<ProtocolHelper>>& helpers, Nanos now)
{
    for (auto next = helpers.rbegin(); next != helpers.rend(); ++next)
    {
        Unregister(*next, now);
    }
}

Ptr<ProtocolHelper>
HelperRegistry::FindByReply(const Tuple& reply) const
{
    if (m_impl->buckets.empty())
    {
        return nullptr;
    }
    for (const auto& entry :
         m_impl->buckets[BucketOf(reply.family, reply.protocol, reply.sourcePort)])
    {
        const ProtocolHelper::Identity& identity = entry.helper->GetIdentity();
        if (identity.port == reply.sourcePort && identity.family == reply.family &&
            identity.protocol == reply.protocol)
        {
            return entry.helper;
        }
    }
    return nullptr;
}

Ptr<ProtocolHelper>
HelperRegistry::FindByName(const std::string& name, Family family, uint8_t protocol) const
{
    return m_impl->First([&](const ProtocolHelper::Identity& identity) {
        return identity.name == name && identity.protocol == protocol &&
               (identity.family == Family::Unspecified || identity.family == family);
    });
}

void
HelperRegistry::SetModuleLoader(ModuleLoader loader)
{
    m_impl->loader = std::move(loader);
}

Ptr<ProtocolHelper>
HelperRegistry::Acquire(const std::string& name, Family family, uint8_t protocol)
{
    Ptr<ProtocolHelper> helper = FindByName(name, family, protocol);
    if (!helper && m_impl->Load(MODULE_PREFIX + name))
    {
        helper = FindByName(name, family, protocol);
    }
    if (!helper || !m_impl->Get(helper->GetIdentity().module))
    {
        return nullptr;
    }
    uint32_t& references = m_impl->Find(helper)->references;
    if (references == 0)
    {
        m_impl->Put(helper->GetIdentity().module);
        return nullptr;
    }
    ++references;
    return helper;
}

void
HelperRegistry::Release(Ptr<ProtocolHelper> helper)
{
    Impl::Entry* entry = m_impl->Find(helper);
    if (entry != nullptr && entry->references > 0)
    {
        --entry->references;
    }
    m_impl->Put(helper->GetIdentity().module);
}

uint32_t
HelperRegistry::GetReferences(Ptr<ProtocolHelper> helper) const
{
    const Impl::Entry* entry = m_impl->Find(helper);
    return entry ? entry->references : 0;
}

bool
HelperRegistry::Retire(Ptr<ProtocolHelper> helper)
{
    Impl::Entry* entry = m_impl->Find(helper);
    if (entry == nullptr || entry->references != 1)
    {
        return false;
    }
    entry->references = 0;
    return true;
}

uint32_t
HelperRegistry::GetModuleReferences(const std::string& module) const
{
    const auto found = m_impl->modules.find(module);
    return found == m_impl->modules.end() ? 0 : found->second.references;
}

void
HelperRegistry::SetModuleGoing(const std::string& module, bool going)
{
    m_impl->modules[module].isGoing = going;
}

void
HelperRegistry::ForEach(const std::function<void(Ptr<ProtocolHelper>)>& visit) const
{
    for (const Impl::Bucket& bucket : m_impl->buckets)
    {
        for (const Impl::Entry& entry : bucket)
        {
            visit(entry.helper);
        }
    }
}

} // namespace conntrack
} // namespace ns3
