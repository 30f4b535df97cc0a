/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "examples/conntrack-replay/options.h"

#include <functional>
#include <map>
#include <set>

namespace ns3
{
namespace conntrack
{

namespace
{

/// An option that was given.
struct Given
{
    std::string name;
    std::optional<std::string> value;
};

Given
Split(const std::string& argument)
{
    if (argument.rfind("--", 0) != 0)
    {
        throw UsageError("\"" + argument + "\" is no option; --help lists them");
    }
    const std::size_t equals = argument.find('=');
    if (equals == std::string::npos)
    {
        return {argument, std::nullopt};
    }
    return {argument.substr(0, equals), argument.substr(equals + 1)};
}

void
AddSysctl(NamedSettings& sysctls, const std::string& value)
{
    const std::size_t equals = value.find('=');
    if (equals == std::string::npos || equals == 0)
    {
        throw UsageError("--sysctl wants NAME=VALUE, not \"" + value + "\"");
    }
    sysctls.emplace_back(value.substr(0, equals), value.substr(equals + 1));
}

using Setter = std::function<void(const std::string&)>;

std::map<std::string, Setter>
SettersOf(ReplayCommand& command)
{
    const auto into = [](std::string& target) -> Setter {
        return [&target](const std::string& value) { target = value; };
    };
    return {{"--case", into(command.folder)},
            {"--pcap", into(command.capture.capture)},
            {"--ruleset", into(command.capture.ruleset)},
            {"--iif", into(command.capture.input)},
            {"--oif", into(command.capture.output)},
            {"--out", into(command.options.out)},
            {"--profile", into(command.options.profile)},
            {"--timers", into(command.options.timers)},
            {"--sysctl",
             [&command](const std::string& value) { AddSysctl(command.options.sysctls, value); }}};
}

/// Options that do not go together, or not alone.
void
CheckTogether(ReplayCommand& command, const std::set<std::string>& seen)
{
    const bool isCase = seen.count("--case") != 0;
    if (isCase == (seen.count("--pcap") != 0))
    {
        throw UsageError(isCase ? "--case and --pcap exclude each other"
                                : "--case=DIR or --pcap=FILE must be given; --help says more");
    }
    for (const char* name : {"--ruleset", "--iif", "--oif"})
    {
        if (isCase && seen.count(name))
        {
            throw UsageError(std::string(name) + " goes with --pcap only");
        }
    }
    command.kind = isCase ? ReplayCommand::Kind::Case : ReplayCommand::Kind::Capture;
}

} // namespace

ReplayCommand
ParseCommand(const std::vector<std::string>& arguments)
{
    ReplayCommand command;
    const std::map<std::string, Setter> setters = SettersOf(command);
    std::set<std::string> seen;
    for (const std::string& argument : arguments)
    {
        const Given given = Split(argument);
        if (given.name == "--help" || given.name == "--dump")
        {
            if (given.value)
            {
                throw UsageError(given.name + " takes no value");
            }
            if (given.name == "--help")
            {
                return {};
            }
            command.options.dump = EndDump::Proc;
            continue;
        }
        const auto setter = setters.find(given.name);
        if (setter == setters.end())
        {
            throw UsageError("there is no option " + given.name + "; --help lists them");
        }
        if (!given.value || given.value->empty())
        {
            throw UsageError(given.name + " wants a value: " + given.name + "=...");
        }
        if (!seen.insert(given.name).second && given.name != "--sysctl")
        {
            throw UsageError(given.name + " is given twice");
        }
        setter->second(*given.value);
    }
    CheckTogether(command, seen);
    return command;
}

std::string
HelpText()
{
    return R"(Usage: conntrack-replay --case=DIR [--out=DIR] [OPTION...]
       conntrack-replay --pcap=FILE [--ruleset=FILE] [--out=DIR] [OPTION...]

Replays packets through a simulated Linux router and prints its events, in time order, as
"conntrack -E -o timestamp,extended" and "conntrack -E expect -o timestamp" would.

  --case=DIR        a recorded case (test/corpus): what entered the recorded router enters this one
  --pcap=FILE       any capture (pcap, pcapng): every packet of it is forwarded
  --out=DIR         write events, tables, leaving frames and rules to this folder too
  --ruleset=FILE    rules in the JSON of "nft -j list ruleset"; without it every known helper sits
                    on its usual ports and everything is accepted
  --iif=NAME        the input interface that rules see with --pcap (eth0)
  --oif=NAME        the output interface that rules see with --pcap (eth1)
  --profile=NAME    the kernel: v3.9, v5.10 or v6.18 (the case's, or v6.18)
  --timers=MODE     exact, or wheel: as late as the kernel's (wheel for a case, else exact)
  --sysctl=NAME=N   e.g. --sysctl=nf_conntrack_tcp_loose=0; may be repeated
  --dump            print the files of /proc/net at the end
  --help            print this

With --pcap nf_conntrack_checksum is 0, and nf_conntrack_acct and nf_conntrack_timestamp are 1.
A damaged capture is replayed up to the damage. Exit status: 0, or 1 with a sentence on standard
error.
)";
}

} // namespace conntrack
} // namespace ns3
