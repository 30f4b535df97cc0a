/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/app/sip/sip-records.h"

namespace ns3
{
namespace conntrack
{

const char*
ToString(SipFate value)
{
    constexpr const char* NAMES[] = {"Completed",
                                     "OneWay",
                                     "NoMedia",
                                     "Refused",
                                     "Cancelled",
                                     "TimedOut",
                                     "Unreachable",
                                     "PeerLost",
                                     "Violation"};
    static_assert(sizeof(NAMES) / sizeof(*NAMES) == SIP_FATES);
    return NAMES[static_cast<std::size_t>(value)];
}

const char*
ToString(SipRegistrationEvent value)
{
    constexpr const char* NAMES[] =
        {"Registered", "Refreshed", "Removed", "Expired", "Refused", "TimedOut", "Unreachable"};
    return NAMES[static_cast<std::size_t>(value)];
}

const char*
ToString(SipLimit value)
{
    constexpr const char* NAMES[] =
        {"Malformed", "Connections", "Transactions", "Calls", "MediaPorts", "Bindings"};
    static_assert(sizeof(NAMES) / sizeof(*NAMES) == SIP_LIMITS);
    return NAMES[static_cast<std::size_t>(value)];
}

} // namespace conntrack
} // namespace ns3
