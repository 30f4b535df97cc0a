/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/nat/carrier/address-range.h"

#include <arpa/inet.h>
#include <charconv>
#include <system_error>

namespace ns3
{
namespace conntrack
{

namespace
{

std::optional<uint32_t>
ParseAddress(const std::string& text)
{
    in_addr address{};
    if (inet_pton(AF_INET, text.c_str(), &address) != 1)
    {
        return std::nullopt;
    }
    return ntohl(address.s_addr);
}

std::optional<AddressRange>
ParsePrefix(const std::string& base, const std::string& length)
{
    const auto first = ParseAddress(base);
    unsigned bits = 0;
    const char* end = length.data() + length.size();
    const auto read = std::from_chars(length.data(), end, bits);
    if (!first || read.ec != std::errc{} || read.ptr != end || bits > 32)
    {
        return std::nullopt;
    }
    const auto rest = static_cast<uint32_t>((uint64_t{1} << (32 - bits)) - 1);
    return (*first & rest) == 0 ? std::make_optional(AddressRange{*first, *first | rest})
                                : std::nullopt;
}

} // namespace

std::optional<AddressRange>
ParseAddressRange(const std::string& text)
{
    if (const auto slash = text.find('/'); slash != std::string::npos)
    {
        return ParsePrefix(text.substr(0, slash), text.substr(slash + 1));
    }
    const auto dash = text.find('-');
    const auto first = ParseAddress(text.substr(0, dash));
    const auto last = dash == std::string::npos ? first : ParseAddress(text.substr(dash + 1));
    if (!first || !last || *last < *first)
    {
        return std::nullopt;
    }
    return AddressRange{*first, *last};
}

} // namespace conntrack
} // namespace ns3
