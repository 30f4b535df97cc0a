/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_BINDINGS_SIP_ROWS_H
#define CONNTRACK_BINDINGS_SIP_ROWS_H

#include <pybind11/pybind11.h>

/**
 * @file
 * What SIP phones and proxies tell, as Python has it.
 *
 * Layer: bindings.
 * Units: seconds of simulated time.
 */

namespace ns3
{
namespace conntrack
{
namespace python
{

/// @param module gets SipCall, SipRegistration, SipMessage, SipLimit and their traces
void BindSipRows(pybind11::module_& module);

} // namespace python
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_BINDINGS_SIP_ROWS_H
