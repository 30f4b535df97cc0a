/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "helper/replay-options.h"

#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <filesystem>

namespace ns3
{
namespace conntrack
{

Ptr<Conntrack>
MakeConntrack(const ReplayOptions& options,
              const std::string& profile,
              const std::string& timers,
              uint64_t jiffies)
{
    const std::string name = options.profile.empty() ? profile : options.profile;
    if (!KernelProfile::Find(name))
    {
        std::string known;
        for (const std::string& each : KernelProfile::Names())
        {
            known += (known.empty() ? "" : ", ") + each;
        }
        throw ReplayError("there is no profile \"" + name + "\", only " + known);
    }
    const auto conntrack = CreateObject<Conntrack>();
    conntrack->SetAttribute("Profile", StringValue(name));
    const std::string mode = options.timers.empty() ? timers : options.timers;
    if (!conntrack->SetAttributeFailSafe("Timers", StringValue(mode)))
    {
        throw ReplayError("timers are exact or wheel, not \"" + mode + "\"");
    }
    conntrack->SetAttribute("Hz", UintegerValue(RECORDED_HZ));
    conntrack->SetAttribute("ResetWindow", UintegerValue(0)); // no ns-3 host gets them
    conntrack->SetAttribute("JiffiesAtStart", UintegerValue(jiffies));
    if (options.stream >= 0)
    {
        conntrack->AssignStreams(options.stream);
    }
    return conntrack;
}

void
LoadRules(Ptr<Conntrack> conntrack, const std::string& json, const std::string& name)
{
    try
    {
        conntrack->LoadRuleset(json);
    }
    catch (const RulesetError& error)
    {
        throw ReplayError(name + ": " + error.what());
    }
}

void
MakeFolder(const std::string& folder)
{
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (!std::filesystem::is_directory(folder))
    {
        throw ReplayError(folder + ": cannot be made a folder");
    }
}

} // namespace conntrack
} // namespace ns3
