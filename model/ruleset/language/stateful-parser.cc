/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/ruleset/language/stateful-parser.h"

#include <array>
#include <utility>

namespace ns3
{
namespace conntrack
{

namespace
{

uint64_t
UnitOf(const Json& body, const char* key)
{
    const std::string unit = TextOrEmpty(body, key);
    static const std::array<std::pair<const char*, uint64_t>, 3> units{
        {{"bytes", 1}, {"kbytes", 1024}, {"mbytes", 1024 * 1024}}};
    for (const auto& [name, bytes] : units)
    {
        if (unit == name || (unit.empty() && bytes == 1))
        {
            return bytes;
        }
    }
    Refuse("the unit \"" + unit + "\" is not supported");
}

uint64_t
SecondsOf(const std::string& interval)
{
    static const std::array<std::pair<const char*, uint64_t>, 5> intervals{
        {{"second", 1}, {"minute", 60}, {"hour", 3600}, {"day", 86400}, {"week", 604800}}};
    for (const auto& [name, seconds] : intervals)
    {
        if (interval == name)
        {
            return seconds;
        }
    }
    Refuse("a limit is per second, minute, hour, day or week, not \"" + interval + "\"");
}

uint64_t
Multiply(uint64_t number, uint64_t unit)
{
    uint64_t product = 0;
    if (__builtin_mul_overflow(number, unit, &product))
    {
        Refuse("the number " + std::to_string(number) + " is too large for its unit");
    }
    return product;
}

} // namespace

PacketCounter
ParseCounter(const Json& body)
{
    PacketCounter counter;
    if (!body.is_null())
    {
        AllowOnly(body, {"packets", "bytes"});
        counter.packets = AsNumber(Member(body, "packets"), "\"packets\"", UINT64_MAX);
        counter.bytes = AsNumber(Member(body, "bytes"), "\"bytes\"", UINT64_MAX);
    }
    return counter;
}

Quota
ParseQuota(const Json& body)
{
    AllowOnly(body, {"val", "val_unit", "used", "used_unit", "inv"});
    Quota quota;
    const uint64_t value = AsNumber(Member(body, "val"), "\"val\"", UINT64_MAX);
    quota.bytes = Multiply(value, UnitOf(body, "val_unit"));
    quota.used = Multiply(NumberOr(body, "used", UINT64_MAX, 0), UnitOf(body, "used_unit"));
    quota.isOver = FlagOrFalse(body, "inv");
    return quota;
}

TokenLimit
ParseLimit(const Json& body, Nanos now)
{
    AllowOnly(body, {"rate", "burst", "per", "inv", "rate_unit", "burst_unit"});
    const std::string unit = TextOrEmpty(body, "rate_unit");
    TokenLimit::Setup setup;
    setup.rate = AsNumber(Member(body, "rate"), "\"rate\"", UINT64_MAX);
    setup.seconds = SecondsOf(AsText(Member(body, "per"), "\"per\""));
    setup.isOver = FlagOrFalse(body, "inv");
    uint64_t burst = NumberOr(body, "burst", UINT32_MAX, 0);
    if (!unit.empty() && unit != "packets")
    {
        setup.unit = TokenLimit::Unit::Bytes;
        setup.rate = Multiply(setup.rate, UnitOf(body, "rate_unit"));
        burst = Multiply(burst, UnitOf(body, "burst_unit"));
    }
    setup.burst = static_cast<uint32_t>(burst);
    const auto limit = burst > UINT32_MAX ? std::nullopt : TokenLimit::Make(setup, now);
    if (!limit)
    {
        Refuse("the limit's rate is zero, or its numbers are too large");
    }
    return *limit;
}

ConnectionCount
ParseConnectionCount(const Json& body)
{
    AllowOnly(body, {"val", "inv"});
    const uint64_t most = AsNumber(Member(body, "val"), "\"val\"", UINT32_MAX);
    return {static_cast<uint32_t>(most), FlagOrFalse(body, "inv")};
}

std::vector<ElementState>
ParseElementStates(const Json& statements, Nanos now)
{
    std::vector<ElementState> states;
    for (const Json& statement : AsArray(statements, "\"stmt\""))
    {
        const Named named = AsNamed(statement, "a statement of a set");
        if (named.name == "counter")
        {
            states.emplace_back(ParseCounter(named.body));
        }
        else if (named.name == "quota")
        {
            states.emplace_back(ParseQuota(named.body));
        }
        else if (named.name == "limit")
        {
            states.emplace_back(ParseLimit(named.body, now));
        }
        else if (named.name == "ct count")
        {
            states.emplace_back(ParseConnectionCount(named.body));
        }
        else
        {
            Refuse("\"" + named.name + "\" in a set's elements is not supported");
        }
    }
    return states;
}

} // namespace conntrack
} // namespace ns3
