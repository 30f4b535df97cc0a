/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_PROTOCOL_HELPER_REGISTRY_IMPL_H
#define CONNTRACK_PROTOCOL_HELPER_REGISTRY_IMPL_H

#include "model/protocol/helper-registry.h"

#include <deque>
#include <map>

/**
 * @file
 * What a helper registry keeps; for its own source files only.
 *
 * Layer: protocol.
 * Shape: 512 buckets and two lists, all newest first, of some dozen entries together.
 */

namespace ns3
{
namespace conntrack
{

/// The buckets and lists.
class HelperRegistry::Impl
{
  public:
    /// A registered helper.
    struct Entry
    {
        Ptr<ProtocolHelper> helper;
        uint32_t references{1};
    };

    /// What counts the users of code that could go away.
    struct Module
    {
        uint32_t references{0};
        bool isGoing{false};
    };

    using Bucket = std::deque<Entry>;

    Setup setup;
    Faults faults;
    const KernelProfile* profile{KernelProfile::Find("v5.10")};
    std::vector<Bucket> buckets; ///< none: not initialized
    std::map<std::string, Module> modules;
    std::deque<Ptr<NatHelper>> natHelpers;
    std::deque<const ExpectFunction*> expectFunctions;
    ModuleLoader loader;
    std::function<void(const std::string&)> onLog;
    HelperEventCallback onHelperEvent;
    bool autoAssignWarned{false};
    bool natGoneWarned{false};

    /// @return the place of a registered helper; none: null
    Entry* Find(const Ptr<ProtocolHelper>& helper)
    {
        for (Bucket& bucket : buckets)
        {
            for (Entry& entry : bucket)
            {
                if (entry.helper == helper)
                {
                    return &entry;
                }
            }
        }
        return nullptr;
    }

    /// @return the first of all buckets that a test takes; none: null
    template <typename Test>
    Ptr<ProtocolHelper> First(Test test) const
    {
        for (const Bucket& bucket : buckets)
        {
            for (const Entry& entry : bucket)
            {
                if (test(entry.helper->GetIdentity()))
                {
                    return entry.helper;
                }
            }
        }
        return nullptr;
    }

    /// @return false if the module is on its way out
    bool Get(const std::string& module)
    {
        if (module.empty())
        {
            return true;
        }
        Module& found = modules[module];
        found.references += found.isGoing ? 0 : 1;
        return !found.isGoing;
    }

    void Put(const std::string& module)
    {
        const auto found = modules.find(module);
        if (found != modules.end() && found->second.references > 0)
        {
            --found->second.references;
        }
    }

    bool Load(const std::string& module) const
    {
        return loader && loader(module);
    }
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_PROTOCOL_HELPER_REGISTRY_IMPL_H
