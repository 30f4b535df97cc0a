/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/app/ftp-records.h"

namespace ns3
{
namespace conntrack
{

const char*
ToString(FtpMode value)
{
    constexpr const char* NAMES[] = {"Active", "Passive", "ExtendedActive", "ExtendedPassive"};
    return NAMES[static_cast<std::size_t>(value)];
}

const char*
ToString(FtpOperation value)
{
    constexpr const char* NAMES[] = {"Retrieve", "Store", "List"};
    return NAMES[static_cast<std::size_t>(value)];
}

const char*
ToString(FtpOutcome value)
{
    constexpr const char* NAMES[] = {"Completed",
                                     "Damaged",
                                     "CommandRefused",
                                     "DataRefused",
                                     "DataTimedOut",
                                     "Stalled",
                                     "Reset",
                                     "ControlLost"};
    return NAMES[static_cast<std::size_t>(value)];
}

const char*
ToString(FtpSessionEnd value)
{
    constexpr const char* NAMES[] =
        {"Quit", "Refused", "ConnectFailed", "TimedOut", "ConnectionLost", "Violation", "Stopped"};
    return NAMES[static_cast<std::size_t>(value)];
}

} // namespace conntrack
} // namespace ns3
