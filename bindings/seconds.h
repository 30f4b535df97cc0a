/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_BINDINGS_SECONDS_H
#define CONNTRACK_BINDINGS_SECONDS_H

#include "model/flow/time.h"

#include "ns3/nstime.h"

/**
 * @file
 * Times as Python has them: seconds, as float.
 *
 * Layer: bindings.  Time::GetSeconds would give 3 us as 3.0000000000000005e-06.
 */

namespace ns3
{
namespace conntrack
{
namespace python
{

/// @param time nanoseconds @return seconds
inline double
ToSeconds(Nanos time)
{
    return static_cast<double>(time) / SECOND;
}

/// @param time any @return seconds
inline double
ToSeconds(Time time)
{
    return ToSeconds(time.GetNanoSeconds());
}

} // namespace python
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_BINDINGS_SECONDS_H
