/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/report/reasons.h"

namespace ns3
{
namespace conntrack
{

const char*
NameOf(EndReason reason)
{
    switch (reason)
    {
    case EndReason::Expired:
        return "expired";
    case EndReason::Reset:
        return "reset";
    case EndReason::Reopened:
        return "reopened";
    case EndReason::EarlyDrop:
        return "early drop";
    case EndReason::Deleted:
        return "deleted";
    case EndReason::Disposed:
        return "disposed";
    }
    return "unknown";
}

const char*
NameOf(ExpectationEnd reason)
{
    switch (reason)
    {
    case ExpectationEnd::Used:
        return "used";
    case ExpectationEnd::Expired:
        return "expired";
    case ExpectationEnd::Refreshed:
        return "refreshed";
    case ExpectationEnd::Evicted:
        return "evicted";
    case ExpectationEnd::MasterGone:
        return "master gone";
    case ExpectationEnd::Withdrawn:
        return "withdrawn";
    case ExpectationEnd::Helperless:
        return "helper gone";
    case ExpectationEnd::Deleted:
        return "deleted";
    }
    return "unknown";
}

const char*
NameOf(DropReason reason)
{
    switch (reason)
    {
    case DropReason::Rule:
        return "rule";
    case DropReason::Reject:
        return "reject";
    case DropReason::HelperRefused:
        return "helper refused";
    case DropReason::ConfirmClash:
        return "confirm clash";
    case DropReason::TableFull:
        return "table full";
    case DropReason::TrackerRefused:
        return "tracker refused";
    case DropReason::BadFragment:
        return "bad fragment";
    case DropReason::FragmentLimit:
        return "fragment limit";
    }
    return "unknown";
}

} // namespace conntrack
} // namespace ns3
