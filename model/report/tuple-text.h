/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_REPORT_TUPLE_TEXT_H
#define CONNTRACK_REPORT_TUPLE_TEXT_H

#include "model/flow/tuple.h"
#include "model/table/connection.h"
#include "model/table/expectation.h"

#include <string>

/**
 * @file
 * The pieces that the lines of /proc and of conntrack(8) have in common.
 *
 * Layer: report.  Every piece ends in a blank, as in the kernel.
 * Source: the recordings.
 */

namespace ns3
{
namespace conntrack
{

/// How an IPv6 address is written.
enum class AddressForm : uint8_t
{
    Short, ///< conntrack(8): RFC 5952
    Full,  ///< /proc: eight groups of four digits
};

/**
 * @param tuple the tuple
 * @param form how to write IPv6
 * @param prefix before "src" and "dst", e.g. "mask-"
 * @return "src=A dst=B "
 */
std::string AddressesText(const Tuple& tuple, AddressForm form, const std::string& prefix = "");

/**
 * @param tuple the tuple
 * @return "sport=N dport=M ", "type=N code=M id=I ", "srckey=0xN dstkey=0xM " or nothing
 */
std::string PortsText(const Tuple& tuple);

/**
 * @param number IP protocol number
 * @return whether tuples of that protocol have ports
 */
bool HasPorts(uint8_t number);

/// @param expectation an expectation @return its mask as ctnetlink shows it: as a tuple
Tuple MaskTuple(const Expectation& expectation);

/// @param counter packets and bytes of a direction @return "packets=N bytes=M "
std::string CounterText(const Counter& counter);

/**
 * @param connection a connection
 * @param directions bits of Zone: where the zone must hold for the text to be made
 * @return "zone=N ", "zone-orig=N " or "zone-reply=N "; nothing if the zone holds elsewhere
 */
std::string ZoneText(const Connection& connection, uint8_t directions);

/**
 * @param connection a connection
 * @return "ipv4     2 tcp      6 "
 */
std::string ProtocolsText(const Connection& connection);

/// @param format as for printf @return the text
std::string Format(const char* format, ...) __attribute__((format(printf, 1, 2)));

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_REPORT_TUPLE_TEXT_H
