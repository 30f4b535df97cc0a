/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_RULESET_LANGUAGE_DATA_TYPE_H
#define CONNTRACK_RULESET_LANGUAGE_DATA_TYPE_H

#include "model/ruleset/field.h"
#include "model/ruleset/language/json-reader.h"

#include <string>
#include <string_view>
#include <vector>

/**
 * @file
 * nftables' data types: how values are written in JSON.
 *
 * Layer: ruleset.
 * Shape: a constant table; a type of the same name everywhere.
 * Source: `nft describe` of nftables 1.0.6; /etc/protocols (IANA protocol numbers).
 */

namespace ns3
{
namespace conntrack
{

/// A name for a value.
struct Symbol
{
    const char* name;
    uint32_t value;
};

/// A data type.
struct DataType
{
    /// How its values are written.
    enum class Form : uint8_t
    {
        Number,  ///< a number, or a symbol
        Flags,   ///< a number, a symbol, or a list of symbols
        Ipv4,    ///< dotted quad
        Ipv6,    ///< colon notation
        Ether,   ///< six pairs of hexadecimal digits
        Name,    ///< of a device; a trailing * leaves the rest open
        Text,    ///< of a helper
        Boolean, ///< true, false, 0 or 1
        Seconds, ///< a number of seconds; the value counts milliseconds
        ClassId, ///< "major:minor", or "none"
    };

    const char* name;
    Form form;
    unsigned bits;
    const std::vector<Symbol>* symbols; ///< none: null
};

/**
 * @param name a type's name, e.g. "ipv4_addr"
 * @return the type
 * @throws RulesetError if there is no such type, or its values do not occur in a simulation
 */
const DataType& FindType(std::string_view name);

/**
 * Read one value.
 * @param type its type
 * @param json how it is written
 * @param bits the width it must fit; 0: the type's
 * @return the value
 * @throws RulesetError if it is no such value
 */
Value ParseValue(const DataType& type, const Json& json, unsigned bits = 0);

/// The values from low to high.
struct Interval
{
    Value low{0};
    Value high{0};

    /// @return whether it is a single value
    bool IsSingle() const
    {
        return low == high;
    }
};

/**
 * Read a value, range or prefix.
 * @param type its type
 * @param json how it is written
 * @param bits the width it must fit; 0: the type's
 * @return the values
 * @throws RulesetError if it is none of these, or empty
 */
Interval ParseInterval(const DataType& type, const Json& json, unsigned bits = 0);

/**
 * Write a value, as nft does.
 * @param type its type
 * @param value the value
 * @return it in JSON
 */
Json PrintValue(const DataType& type, Value value);

/**
 * @param name a protocol's name in /etc/protocols, or its number
 * @return the number
 * @throws RulesetError if there is no such protocol
 */
uint8_t ParseProtocol(const Json& name);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_RULESET_LANGUAGE_DATA_TYPE_H
