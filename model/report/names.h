/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_REPORT_NAMES_H
#define CONNTRACK_REPORT_NAMES_H

#include "model/flow/status.h"
#include "model/flow/tuple.h"
#include "model/table/expectation-table.h"
#include "model/table/notices.h"
#include "model/tracker/tracks.h"

#include <string>
#include <vector>

/**
 * @file
 * The words that Linux and conntrack(8) have for numbers.
 *
 * Layer: report.
 * Source: linux/netfilter/nf_conntrack_common.h, nf_conntrack_tcp.h, nf_conntrack_sctp.h
 * (user-space API), conntrack(8); seen in the recordings.
 */

namespace ns3
{
namespace conntrack
{

/// @param family IPv4 or IPv6 @return "ipv4" or "ipv6"
const char* NameOf(Family family);

/// @param state of a packet @return as conntrack tools write it: "NEW", "ESTABLISHED", ...
const char* NameOf(FlowState state);

/// @param state a TCP state @return e.g. "SYN_SENT"
const char* NameOf(TcpState state);

/// @param state an SCTP state @return e.g. "COOKIE_WAIT"
const char* NameOf(SctpState state);

/**
 * @param track a connection's protocol state
 * @param protocol its IP protocol number
 * @return the name of the state; empty for a protocol without states
 */
std::string StateName(const ProtocolTrack& track, uint8_t protocol);

/// @param reason why a connection ended @return the name, as in the enumeration
const char* NameOf(EndReason reason);

/// @param reason why an expectation ended @return the name, as in the enumeration
const char* NameOf(ExpectationEnd reason);

/// @param reason why a packet went no further @return the name, as in the enumeration
const char* NameOf(DropReason reason);

/// @param status bits of namespace status @return the names of those set, lowest bit first
std::vector<std::string> StatusNames(uint32_t status);

/// @param flags bits of namespace expectation_flag @return their names, lowest bit first
std::vector<std::string> ExpectationFlagNames(uint32_t flags);

/// @param flags bits of namespace expectation_flag @return e.g. "PERMANENT,INACTIVE"; may be empty
std::string ExpectationFlagText(uint32_t flags);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_REPORT_NAMES_H
