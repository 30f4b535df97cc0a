/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "helper/replay-case.h"

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

namespace ns3
{
namespace conntrack
{

namespace
{

using Json = nlohmann::ordered_json;

MacAddress
ParseMac(const std::string& text)
{
    MacAddress address{};
    char end = 0;
    const int found = std::sscanf(text.c_str(),
                                  "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%c",
                                  &address[0],
                                  &address[1],
                                  &address[2],
                                  &address[3],
                                  &address[4],
                                  &address[5],
                                  &end);
    if (found != 6)
    {
        throw ReplayError("\"" + text + "\" is no MAC address");
    }
    return address;
}

Nanos
FromSeconds(double seconds)
{
    return std::llround(seconds * static_cast<double>(SECOND));
}

void
AddSettings(NamedSettings& settings, const Json& json)
{
    for (const auto& [name, value] : json.items())
    {
        settings.emplace_back(name, value.is_string() ? value.get<std::string>() : value.dump());
    }
}

/// The client is behind "cli", the server behind "srv".
MacAddress
PeerOf(const std::string& port, const Json& topology)
{
    return ParseMac(topology.at(port == "srv" ? "server" : "client").at("mac").get<std::string>());
}

void
ReadPorts(ReplayCase& replay, const Json& json)
{
    const Json& topology = json.at("topology");
    const Json mtus = json.value("mtu", Json::object());
    for (const auto& [name, port] : topology.at("router").items())
    {
        ReplayPort result;
        result.name = name;
        result.address = ParseMac(port.at("mac").get<std::string>());
        result.peer = PeerOf(name, topology);
        result.ipv4 = port.value("ipv4", "");
        result.ipv6 = port.value("ipv6", "");
        result.capture = port.at("capture").get<std::string>();
        result.mtu = mtus.value(name, result.mtu);
        replay.ports.push_back(result);
    }
}

void
ReadCase(ReplayCase& replay, const Json& json)
{
    replay.kernel = json.at("kernel").get<std::string>();
    replay.epochAtStart = json.at("t0_ns").get<Nanos>();
    replay.jiffies = json.value("t0_jiffies", uint64_t{0});
    replay.input = json.value("replay", "packets");
    AddSettings(replay.sysctls, json.at("sysctl"));
    AddSettings(replay.sysctls, json.value("host_sysctl", Json::object()));
    AddSettings(replay.moduleParameters, json.value("module_parameters", Json::object()));
    ReadPorts(replay, json);
}

void
ReadSnapshots(ReplayCase& replay, const Json& json)
{
    for (const Json& snapshot : json)
    {
        const Nanos time = FromSeconds(snapshot.at("t").get<double>());
        const Nanos end = FromSeconds(snapshot.at("t_end").get<double>());
        replay.snapshots.push_back({snapshot.at("label").get<std::string>(), time, end});
    }
}

/// Read a JSON file; whatever is wrong in it becomes one sentence with its name.
template <typename Reader>
void
ReadJson(const std::string& path, Reader read)
{
    const std::string text = ReadFile(path);
    try
    {
        read(Json::parse(text));
    }
    catch (const std::exception& error)
    {
        throw ReplayError(path + ": " + error.what());
    }
}

} // namespace

std::string
ReadFile(const std::string& path)
{
    std::error_code ignored;
    std::ifstream file(path, std::ios::binary);
    if (!file || std::filesystem::is_directory(path, ignored))
    {
        throw ReplayError(path + ": cannot be read");
    }
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

ReplayCase
ReplayCase::Load(const std::string& folder)
{
    ReplayCase replay;
    replay.folder = folder;
    ReadJson(folder + "/case.json", [&](const Json& json) { ReadCase(replay, json); });
    ReadJson(folder + "/snapshots.json", [&](const Json& json) { ReadSnapshots(replay, json); });
    replay.ruleset = ReadFile(folder + "/ruleset.json");
    return replay;
}

} // namespace conntrack
} // namespace ns3
