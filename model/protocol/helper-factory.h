/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_PROTOCOL_HELPER_FACTORY_H
#define CONNTRACK_PROTOCOL_HELPER_FACTORY_H

#include "model/protocol/protocol-helper.h"

#include <map>
#include <string>
#include <vector>

/**
 * @file
 * Makes protocol helpers by the name of their kind.
 *
 * Layer: protocol.
 * Shape: no list of its own: a kind is any class derived from ProtocolHelper that ns-3's TypeIds
 * know, has a constructor there, and names itself in GetKind.
 * Errors: std::invalid_argument with one sentence.
 */

namespace ns3
{
namespace conntrack
{

/// Attributes of a helper's class and their values, as ns-3 writes them: {"Loose", "true"}.
using HelperParameters = std::map<std::string, std::string>;

/// @return the names of all kinds, sorted
std::vector<std::string> GetHelperKinds();

/**
 * Make a kind's helpers: for each port one of each family and transport protocol that it serves.
 * @param kind a kind's name, e.g. "ftp"
 * @param ports where they serve, host order; none: the default port
 * @param parameters attributes of each
 * @return the helpers, in the order in which to register them
 * @throws std::invalid_argument for a kind that is unknown (the known ones are named), for an
 *         attribute that its class does not have, or for a value that it refuses
 */
std::vector<Ptr<ProtocolHelper>> MakeHelpers(const std::string& kind,
                                             const std::vector<uint16_t>& ports = {},
                                             const HelperParameters& parameters = {});

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_PROTOCOL_HELPER_FACTORY_H
