/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_RULESET_LANGUAGE_SYMBOLS_H
#define CONNTRACK_RULESET_LANGUAGE_SYMBOLS_H

#include "model/ruleset/language/data-type.h"

#include <vector>

/**
 * @file
 * The names that nft has for values, by data type.
 *
 * Layer: ruleset.
 * Source: `nft describe` of nftables 1.0.6; the numbers are IANA's or Linux's.
 */

namespace ns3
{
namespace conntrack
{

/// @return all data types that rules can compare
const std::vector<DataType>& AllTypes();

/// @return the ICMP codes that `reject with icmp` knows
const std::vector<Symbol>& IcmpCodes();

/// @return the ICMPv6 codes that `reject with icmpv6` knows
const std::vector<Symbol>& Icmpv6Codes();

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_RULESET_LANGUAGE_SYMBOLS_H
