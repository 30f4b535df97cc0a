/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_BINDINGS_ATTRIBUTE_CHECKS_H
#define CONNTRACK_BINDINGS_ATTRIBUTE_CHECKS_H

#include "bindings/attributes.h"

#include "ns3/attribute.h"
#include "ns3/type-id.h"

#include <functional>
#include <string>

/**
 * @file
 * Values that ns-3, or a class of ours, aborts or hangs at although the attribute's own checker
 * takes them. All ways to set an attribute from Python come by here: arguments, set() and
 * set_default().
 *
 * Layer: bindings.
 * Errors: ValueError of one sentence.
 * Source: each attribute of the modules that Python has, set to extreme values in a simulation of
 * its own (ns-3.37).
 */

namespace ns3
{
namespace conntrack
{
namespace python
{

/**
 * Looks at a value.
 * @param what begins a sentence: "TcpSocket attribute 'SegmentSize'"
 * @param value that the attribute's checker took
 */
using AttributeCheck = std::function<void(const std::string& what, const AttributeValue& value)>;

/**
 * Look at an attribute's values from now on.
 * @param owner the class that has it
 * @param name of the attribute
 * @param check throws at what is refused
 */
void AddAttributeCheck(TypeId owner, const std::string& name, AttributeCheck check);

/**
 * @param tid the class that the attribute is set for
 * @param what begins a sentence
 * @param setting that the attribute's checker took
 * @throws ValueError at what would abort or hang
 */
void CheckFurther(TypeId tid, const std::string& what, const AttributeSetting& setting);

} // namespace python
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_BINDINGS_ATTRIBUTE_CHECKS_H
