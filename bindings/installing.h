/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_BINDINGS_INSTALLING_H
#define CONNTRACK_BINDINGS_INSTALLING_H

#include "bindings/attributes.h"
#include "bindings/bindings.h"
#include "bindings/held.h"
#include "bindings/ip-text.h"
#include "bindings/session.h"
#include "model/flow/tuple.h"

#include "ns3/application.h"
#include "ns3/node.h"
#include "ns3/nstime.h"

#include <pybind11/pybind11.h>
#include <set>
#include <string>
#include <vector>

/**
 * @file
 * Applications made from Python and put onto nodes.
 *
 * Layer: bindings.
 * Errors: ValueError and TypeError for what applications abort at when they start.
 */

namespace ns3
{
namespace conntrack
{
namespace python
{

/// When an application runs; from now on.
struct Lifetime
{
    Time start;
    Time stop; ///< 0: never
};

/**
 * @param start as Python gives it
 * @param stop as Python gives it; None: never
 * @return both, in order
 */
Lifetime ToLifetime(const pybind11::object& start, const pybind11::object& stop);

/**
 * @param node where a program is to run
 * @param family what it needs; Unspecified: either
 * @throws ValueError if the node has no such stack
 */
void CheckStack(const Node& node, Family family);

/**
 * @param server the address of a server
 * @param port its port
 * @return the address
 * @throws ValueError if nothing can be sent there: ns-3 crashes at multicast
 */
IpAddress ToServer(const std::string& server, uint16_t port);

/**
 * A getter that looks at a living application.
 * @tparam GETTER of the class
 * @param self the application
 * @return what the getter says
 */
template <auto GETTER, typename Class>
auto
Get(Class& self)
{
    Session::Get().CheckAlive(self);
    return (self.*GETTER)();
}

/**
 * The value that an attribute will have.
 * @tparam Value the attribute's: UintegerValue, DoubleValue
 * @param tid of an application
 * @param settings of it
 * @param name of the attribute
 * @return what is set, or the default
 */
template <typename Value>
auto
ValueOf(TypeId tid, const std::vector<AttributeSetting>& settings, const std::string& name)
{
    TypeId::AttributeInformation attribute;
    tid.LookupAttributeByName(name, &attribute);
    Ptr<const AttributeValue> value = attribute.initialValue;
    for (const AttributeSetting& setting : settings)
    {
        value = setting.name == name ? Ptr<const AttributeValue>(setting.value) : value;
    }
    return dynamic_cast<const Value&>(*value).Get();
}

/**
 * Make an application and put it onto a node.
 * @tparam Class of the application
 * @param node where
 * @param lifetime when
 * @param settings of it
 * @return the application
 */
template <typename Class>
Ptr<Class>
Install(Node& node, const Lifetime& lifetime, const std::vector<AttributeSetting>& settings)
{
    const auto application = DynamicCast<Class>(MakeObject(Class::GetTypeId(), settings));
    application->SetStartTime(lifetime.start);
    application->SetStopTime(lifetime.stop);
    node.AddApplication(application);
    return application;
}

/**
 * Give a class a set() that refuses what was checked when the object was made.
 * @param bound the class
 * @param fixed the attributes that stay as they were made
 */
template <typename Class, typename Base>
void
FixAttributes(ObjectClass<Class, Base>& bound, const std::set<std::string>& fixed)
{
    bound.def(
        "set",
        [fixed](Class& self, const std::string& name, const pybind11::object& value) {
            Session::Get().Change();
            Session::Get().CheckAlive(self);
            if (fixed.count(name) != 0)
            {
                throw pybind11::attribute_error(ShortName(Class::GetTypeId()) + " attribute '" +
                                                name + "' can be set only when it is made");
            }
            SetAttribute(self, name, value);
        },
        pybind11::arg("name"),
        pybind11::arg("value"),
        "Set an attribute; Object.set tells more.");
}

} // namespace python
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_BINDINGS_INSTALLING_H
