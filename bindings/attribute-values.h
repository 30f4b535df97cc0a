/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_BINDINGS_ATTRIBUTE_VALUES_H
#define CONNTRACK_BINDINGS_ATTRIBUTE_VALUES_H

#include "ns3/attribute.h"
#include "ns3/ptr.h"

#include <pybind11/pybind11.h>
#include <string>

/**
 * @file
 * One ns-3 attribute value from one Python value.
 *
 * Layer: bindings.
 * Errors: ValueError, TypeError; see bindings/attributes.h.
 */

namespace ns3
{
namespace conntrack
{
namespace python
{

/**
 * @param what whose value it is, to begin the sentence of an error: "Conntrack attribute 'Max'"
 * @param checker the attribute's
 * @param value a Python value; a text is read as ns-3 would
 * @return the value, which the checker takes
 */
Ptr<AttributeValue> MakeValue(const std::string& what,
                              const AttributeChecker& checker,
                              pybind11::handle value);

} // namespace python
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_BINDINGS_ATTRIBUTE_VALUES_H
