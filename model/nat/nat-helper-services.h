/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_NAT_NAT_HELPER_SERVICES_H
#define CONNTRACK_NAT_NAT_HELPER_SERVICES_H

#include "model/protocol/nat-helper.h"
#include "model/table/kernel-profile.h"
#include "model/wire/packet-edit.h"

#include <functional>

/**
 * @file
 * What NAT helpers use of their router, and their search for a port.
 *
 * Layer: nat.
 * Shape: a plain value that each helper has a copy of.
 */

namespace ns3
{
namespace conntrack
{

/// What NAT helpers use of their router.
struct NatHelperServices
{
    const ExpectFunction* followMaster{nullptr}; ///< translates expected connections
    PortSearch portSearch{PortSearch::Upward};
    /// Whether a registration that another connection expects already is refused, or another port
    /// is looked for.
    MasterTest registrations{MasterTest::Compare};
    /// A random number below a bound of at least 1, from the run's stream.
    std::function<uint32_t(uint32_t bound)> random;
    /// Whether checksums mean anything.
    std::function<ChecksumUse()> checksums;
};

/**
 * Find a port at which a connection can be expected: the first one, else as the profile has it.
 * @param context the packet
 * @param expectation gets the port
 * @param first where to begin
 * @param services of the router
 * @param masterTest Skip: another connection's equal expectation ends the search
 * @return whether it is expected now
 */
bool ExpectAtFreePort(HelperContext& context,
                      Expectation& expectation,
                      uint16_t first,
                      const NatHelperServices& services,
                      MasterTest masterTest = MasterTest::Compare);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_NAT_NAT_HELPER_SERVICES_H
