/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/ruleset/language/data-type.h"

#include "model/ruleset/language/symbols.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstdio>
#include <cstdlib>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr uint64_t MILLISECONDS = 1000;

[[noreturn]] void
RefuseValue(const DataType& type, const Json& json)
{
    Refuse(Excerpt(json) + " is not a value of type " + type.name);
}

Value
ParseSymbol(const DataType& type, const Json& json)
{
    const std::string& text = AsText(json, "a value of type " + std::string(type.name));
    if (type.symbols != nullptr)
    {
        const auto at = std::find_if(type.symbols->begin(),
                                     type.symbols->end(),
                                     [&](const Symbol& symbol) { return symbol.name == text; });
        if (at != type.symbols->end())
        {
            return at->value;
        }
    }
    // nft 1.0.6 prints the ports of `ct ... proto-dst` sets as "0x5 [invalid type]".
    if (text.compare(0, 2, "0x") == 0)
    {
        char* end = nullptr;
        const Value value = std::strtoull(text.c_str() + 2, &end, 16);
        const std::string_view rest(end);
        if (end != text.c_str() + 2 && (rest.empty() || rest == " [invalid type]"))
        {
            return value;
        }
    }
    RefuseValue(type, json);
}

Value
ParseNumber(const DataType& type, const Json& json)
{
    if (json.is_string())
    {
        return ParseSymbol(type, json);
    }
    if (!json.is_number_unsigned())
    {
        RefuseValue(type, json);
    }
    return json.get<uint64_t>();
}

// A list, or {"|": [...]}, of flags.
Value
ParseFlags(const DataType& type, const Json& json)
{
    const Json* list = json.is_array() ? &json : nullptr;
    if (json.is_object())
    {
        const Named named = AsNamed(json, "flags");
        list = named.name == "|" && named.body.is_array() ? &named.body : nullptr;
        if (list == nullptr)
        {
            RefuseValue(type, json);
        }
    }
    if (list == nullptr)
    {
        return ParseNumber(type, json);
    }
    Value flags = 0;
    for (const Json& part : *list)
    {
        flags |= ParseFlags(type, part);
    }
    return flags;
}

Value
ParseAddress(const DataType& type, const Json& json, Family family)
{
    const std::string& text = AsText(json, "an address");
    std::array<uint8_t, 16> bytes{};
    const bool isV4 = family == Family::Ipv4;
    if (inet_pton(isV4 ? AF_INET : AF_INET6, text.c_str(), bytes.data()) != 1)
    {
        RefuseValue(type, json);
    }
    return ReadValue(bytes.data(), isV4 ? 4 : 16);
}

Value
ParseEther(const DataType& type, const Json& json)
{
    const std::string& text = AsText(json, "an address");
    std::array<unsigned, 6> bytes{};
    char end = 0;
    const int count = std::sscanf(text.c_str(),
                                  "%2x:%2x:%2x:%2x:%2x:%2x%c",
                                  &bytes[0],
                                  &bytes[1],
                                  &bytes[2],
                                  &bytes[3],
                                  &bytes[4],
                                  &bytes[5],
                                  &end);
    if (count != 6)
    {
        RefuseValue(type, json);
    }
    Value value = 0;
    for (const unsigned byte : bytes)
    {
        value = value << 8 | byte;
    }
    return value;
}

Value
ParseName(const DataType& type, const Json& json)
{
    if (json.is_number())
    {
        Refuse("the device index " + json.dump() + " means nothing here: give the device's name");
    }
    std::string text = AsText(json, "a name");
    if (type.form == DataType::Form::Name && text.size() >= 2 &&
        text.compare(text.size() - 2, 2, "\\*") == 0)
    {
        text.replace(text.size() - 2, 2, "*"); // nft's way to write a name that ends in *
    }
    if (text.size() >= NAME_BYTES)
    {
        Refuse("the name " + Excerpt(json) + " is longer than 15 characters");
    }
    return NameValue(text);
}

Value
ParseClassId(const DataType& type, const Json& json)
{
    if (!json.is_string())
    {
        return ParseNumber(type, json);
    }
    const std::string& text = json.get_ref<const std::string&>();
    if (text == "none")
    {
        return 0;
    }
    char* end = nullptr;
    const unsigned long major = std::strtoul(text.c_str(), &end, 16);
    if (end == text.c_str() || *end != ':' || major > 0xffff)
    {
        RefuseValue(type, json);
    }
    const char* second = end + 1;
    const unsigned long minor = std::strtoul(second, &end, 16);
    if (*end != '\0' || minor > 0xffff)
    {
        RefuseValue(type, json);
    }
    return major << 16 | minor;
}

Value
ParseForm(const DataType& type, const Json& json)
{
    switch (type.form)
    {
    case DataType::Form::Flags:
        return ParseFlags(type, json);
    case DataType::Form::Ipv4:
        return ParseAddress(type, json, Family::Ipv4);
    case DataType::Form::Ipv6:
        return ParseAddress(type, json, Family::Ipv6);
    case DataType::Form::Ether:
        return ParseEther(type, json);
    case DataType::Form::Name:
    case DataType::Form::Text:
        return ParseName(type, json);
    case DataType::Form::Boolean:
        return json.is_boolean() ? Value{json.get<bool>()} : ParseNumber(type, json);
    case DataType::Form::Seconds:
        return ParseNumber(type, json) * MILLISECONDS;
    case DataType::Form::ClassId:
        return ParseClassId(type, json);
    case DataType::Form::Number:
        break;
    }
    return ParseNumber(type, json);
}

// "eth*": all names that begin so.
std::optional<Interval>
ParseWildcard(const DataType& type, const Json& json)
{
    if (type.form != DataType::Form::Name || !json.is_string())
    {
        return std::nullopt;
    }
    const std::string& text = json.get_ref<const std::string&>();
    const std::size_t known = text.size() - 1;
    if (text.empty() || text.back() != '*' || (known > 0 && text[known - 1] == '\\'))
    {
        return std::nullopt;
    }
    if (known == 0)
    {
        Refuse("the device name \"*\" matches every name: leave the match out");
    }
    const Value low = ParseName(type, text.substr(0, known));
    return Interval{low, low | LowBits(static_cast<unsigned>((NAME_BYTES - known) * 8))};
}

Interval
ParsePrefix(const DataType& type, const Json& json, unsigned bits)
{
    AllowOnly(json, {"addr", "len"});
    const Value address = ParseValue(type, Member(json, "addr"), bits);
    const auto length = AsNumber(Member(json, "len"), "a prefix's length", bits);
    const Value open = LowBits(bits - static_cast<unsigned>(length));
    return {address & ~open, address | open};
}

} // namespace

const DataType&
FindType(std::string_view name)
{
    const std::vector<DataType>& types = AllTypes();
    const auto at = std::find_if(types.begin(), types.end(), [&](const DataType& type) {
        return type.name == name;
    });
    if (at == types.end())
    {
        Refuse("values of type \"" + std::string(name) + "\" are not supported");
    }
    return *at;
}

Value
ParseValue(const DataType& type, const Json& json, unsigned bits)
{
    const Value value = ParseForm(type, json);
    if (value > LowBits(bits != 0 ? bits : type.bits))
    {
        Refuse(Excerpt(json) + " does not fit " + std::to_string(bits != 0 ? bits : type.bits) +
               " bits");
    }
    return value;
}

Interval
ParseInterval(const DataType& type, const Json& json, unsigned bits)
{
    const unsigned width = bits != 0 ? bits : type.bits;
    if (json.is_object() && type.form != DataType::Form::Flags)
    {
        const Named named = AsNamed(json, "a value");
        if (named.name == "prefix")
        {
            return ParsePrefix(type, named.body, width);
        }
        if (named.name != "range")
        {
            RefuseValue(type, json);
        }
        const Json& ends = AsArray(named.body, "a range");
        if (ends.size() != 2)
        {
            Refuse("a range has two ends, not " + std::to_string(ends.size()));
        }
        const Interval range{ParseValue(type, ends[0], width), ParseValue(type, ends[1], width)};
        if (range.low > range.high)
        {
            Refuse("the range " + Excerpt(json) + " ends before it begins");
        }
        return range;
    }
    if (const auto wildcard = ParseWildcard(type, json))
    {
        return *wildcard;
    }
    const Value value = ParseValue(type, json, width);
    return {value, value};
}

Json
PrintValue(const DataType& type, Value value)
{
    const std::array<uint8_t, 16> bytes = BytesOf(value);
    switch (type.form)
    {
    case DataType::Form::Ipv4:
        return ToString(Address::FromBytes(bytes.data() + 12, Family::Ipv4), Family::Ipv4);
    case DataType::Form::Ipv6:
        return ToString(Address::FromBytes(bytes.data(), Family::Ipv6), Family::Ipv6);
    case DataType::Form::Ether: {
        std::array<char, 18> text;
        const uint8_t* mac = bytes.data() + 10;
        std::snprintf(text.data(),
                      text.size(),
                      "%02x:%02x:%02x:%02x:%02x:%02x",
                      mac[0],
                      mac[1],
                      mac[2],
                      mac[3],
                      mac[4],
                      mac[5]);
        return text.data();
    }
    case DataType::Form::Name:
    case DataType::Form::Text:
        return std::string(reinterpret_cast<const char*>(bytes.data()));
    case DataType::Form::Seconds:
        return static_cast<uint64_t>(value) / MILLISECONDS;
    case DataType::Form::Boolean:
        return value != 0;
    default:
        break;
    }
    if (type.symbols != nullptr)
    {
        for (const Symbol& symbol : *type.symbols)
        {
            if (symbol.value == value)
            {
                return symbol.name;
            }
        }
    }
    return static_cast<uint64_t>(value);
}

uint8_t
ParseProtocol(const Json& name)
{
    return static_cast<uint8_t>(ParseValue(FindType("inet_proto"), name));
}

} // namespace conntrack
} // namespace ns3
