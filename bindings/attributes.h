/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_BINDINGS_ATTRIBUTES_H
#define CONNTRACK_BINDINGS_ATTRIBUTES_H

#include "ns3/attribute.h"
#include "ns3/node.h"
#include "ns3/object-factory.h"
#include "ns3/object.h"
#include "ns3/type-id.h"

#include <pybind11/pybind11.h>
#include <string>
#include <vector>

/**
 * @file
 * ns-3 attributes from Python values and back.
 *
 * Layer: bindings.
 * Units: durations are numbers of seconds, or texts with a unit such as "150ms".
 * Errors: AttributeError for a name that there is not, ValueError or TypeError for a value, each
 * with class, attribute and value in one sentence. ns-3 itself aborts at most of these, so nothing
 * is handed to it that was not looked at first.
 */

namespace ns3
{
namespace conntrack
{
namespace python
{

/// An attribute's name and a value that it may have.
struct AttributeSetting
{
    std::string name;
    Ptr<AttributeValue> value;
};

/**
 * @param tid a class
 * @param name an attribute of it or of a class above it
 * @param value what it shall be
 * @return both, checked
 */
AttributeSetting MakeSetting(TypeId tid, const std::string& name, pybind11::handle value);

/**
 * @param tid a class
 * @param values attributes by name
 * @return all of them, checked
 */
std::vector<AttributeSetting> MakeSettings(TypeId tid, const pybind11::dict& values);

/**
 * @param tid a class
 * @param name a name
 * @return whether the class, or one above it, has such an attribute
 */
bool HasAttribute(TypeId tid, const std::string& name);

/**
 * @param object any
 * @param name an attribute of it
 * @param value what it shall be
 */
void SetAttribute(Object& object, const std::string& name, pybind11::handle value);

/**
 * @param object any
 * @param name an attribute of it
 * @return its value: bool, int, float, str, an object, None, or a list of objects
 */
pybind11::object GetAttribute(Object& object, const std::string& name);

/**
 * @param text a class and attributes, "ns3::UniformRandomVariable[Min=1|Max=10]"
 * @param wanted the class it must be, or be beneath
 * @return a new object
 */
Ptr<Object> MakeObject(const std::string& text, TypeId wanted);

/**
 * @param name a class, "ns3::RateErrorModel"
 * @return its type, which has a constructor
 */
TypeId FindClass(const std::string& name);

/**
 * @param tid a class that can be made
 * @param settings of it
 * @return a new object, its random variables, if it is or has any, with streams of the simulation's
 */
Ptr<Object> MakeObject(TypeId tid, const std::vector<AttributeSetting>& settings);

/// @param tid a class @return its name without the namespaces
std::string ShortName(TypeId tid);

} // namespace python
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_BINDINGS_ATTRIBUTES_H
