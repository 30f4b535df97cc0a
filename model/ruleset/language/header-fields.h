/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_RULESET_LANGUAGE_HEADER_FIELDS_H
#define CONNTRACK_RULESET_LANGUAGE_HEADER_FIELDS_H

#include "model/ruleset/field.h"

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/**
 * @file
 * Where the fields lie that nft knows by name: headers, options, meta and ct keys.
 *
 * Layer: ruleset.
 * Units: bits from the beginning of the header.
 * Source: nft(8), "Payload expressions" and following; RFC 791, 768, 792, 2460, 4443, 9293, 9260.
 */

namespace ns3
{
namespace conntrack
{

/// A header's field.
struct HeaderField
{
    const char* protocol;
    const char* name;
    uint16_t offset;
    uint16_t length;
    const char* type;
};

/// What a packet must be for a header to be there.
struct HeaderKind
{
    const char* protocol;
    FieldId layer;  ///< Network or Transport
    Family family;  ///< unspecified: both
    int l4Protocol; ///< -1: any
};

/// What an ICMP or ICMPv6 message must be for a field to have its meaning.
struct MessageTypes
{
    const char* protocol;
    const char* field;
    std::vector<uint8_t> types;
};

/// A field by its name, and its data type.
struct KeyedField
{
    const char* name;
    FieldId id;
    uint16_t length;
    const char* type;
};

/// A field of an option or extension header.
struct OptionField
{
    const char* name; ///< of the option
    uint8_t number;
    const char* field;
    uint16_t offset;
    uint16_t length;
    const char* type;
};

/// @return all named fields of headers
const std::vector<HeaderField>& HeaderFields();

/// @return all headers
const std::vector<HeaderKind>& HeaderKinds();

/// @return which fields belong to which ICMP messages
const std::vector<MessageTypes>& MessageFields();

/// @return the keys of `meta`
const std::vector<KeyedField>& MetaKeys();

/// @return the keys of `ct`
const std::vector<KeyedField>& CtKeys();

/// @return the fields of IPv6's extension headers
const std::vector<OptionField>& ExtHeaderFields();

/// @return the fields of IPv4's options
const std::vector<OptionField>& IpOptionFields();

/// @return the fields of TCP's options
const std::vector<OptionField>& TcpOptionFields();

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_RULESET_LANGUAGE_HEADER_FIELDS_H
