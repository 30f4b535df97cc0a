/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/attributes.h"

#include "bindings/attribute-checks.h"
#include "bindings/attribute-values.h"
#include "bindings/held.h"
#include "bindings/seconds.h"
#include "bindings/session.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/integer.h"
#include "ns3/object-ptr-container.h"
#include "ns3/pointer.h"
#include "ns3/random-variable-stream.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

namespace ns3
{
namespace conntrack
{
namespace python
{

namespace py = pybind11;

namespace
{

TypeId::AttributeInformation
FindAttribute(TypeId tid, const std::string& name)
{
    TypeId::AttributeInformation found;
    if (!tid.LookupAttributeByName(name, &found))
    {
        throw py::attribute_error(ShortName(tid) + " has no attribute '" + name + "'");
    }
    return found;
}

std::string
Describe(TypeId tid, const std::string& name)
{
    return ShortName(tid) + " attribute '" + name + "'";
}

py::object
ToList(const ObjectPtrContainerValue& container)
{
    py::list list;
    for (auto item = container.Begin(); item != container.End(); ++item)
    {
        list.append(Held<Object>(item->second));
    }
    return list;
}

} // namespace

std::string
ShortName(TypeId tid)
{
    const std::string name = tid.GetName();
    const auto end = name.rfind("::");
    return end == std::string::npos ? name : name.substr(end + 2);
}

bool
HasAttribute(TypeId tid, const std::string& name)
{
    TypeId::AttributeInformation found;
    return tid.LookupAttributeByName(name, &found);
}

AttributeSetting
MakeSetting(TypeId tid, const std::string& name, py::handle value)
{
    const TypeId::AttributeInformation found = FindAttribute(tid, name);
    if ((found.flags & (TypeId::ATTR_SET | TypeId::ATTR_CONSTRUCT)) == 0)
    {
        throw py::attribute_error(Describe(tid, name) + " can be read only");
    }
    AttributeSetting setting{name, MakeValue(Describe(tid, name), *found.checker, value)};
    CheckFurther(tid, Describe(tid, name), setting);
    return setting;
}

std::vector<AttributeSetting>
MakeSettings(TypeId tid, const py::dict& values)
{
    std::vector<AttributeSetting> settings;
    for (const auto& [name, value] : values)
    {
        settings.push_back(MakeSetting(tid, name.cast<std::string>(), value));
    }
    return settings;
}

void
SetAttribute(Object& object, const std::string& name, py::handle value)
{
    const TypeId tid = object.GetInstanceTypeId();
    const AttributeSetting setting = MakeSetting(tid, name, value);
    const TypeId::AttributeInformation found = FindAttribute(tid, name);
    if ((found.flags & TypeId::ATTR_SET) == 0 || !found.accessor->HasSetter())
    {
        throw py::attribute_error(Describe(tid, name) + " can be set only when it is made");
    }
    if (!object.SetAttributeFailSafe(name, *setting.value))
    {
        throw py::value_error(Describe(tid, name) + " cannot be " +
                              py::repr(value).cast<std::string>());
    }
}

py::object
GetAttribute(Object& object, const std::string& name)
{
    const TypeId tid = object.GetInstanceTypeId();
    const TypeId::AttributeInformation found = FindAttribute(tid, name);
    const Ptr<AttributeValue> value = found.checker->Create();
    if ((found.flags & TypeId::ATTR_GET) == 0 || !found.accessor->HasGetter() ||
        !object.GetAttributeFailSafe(name, *value))
    {
        throw py::attribute_error(Describe(tid, name) + " cannot be read");
    }
    if (const auto* boolean = dynamic_cast<BooleanValue*>(PeekPointer(value)))
    {
        return py::bool_(boolean->Get());
    }
    if (const auto* number = dynamic_cast<UintegerValue*>(PeekPointer(value)))
    {
        return py::int_(number->Get());
    }
    if (const auto* number = dynamic_cast<IntegerValue*>(PeekPointer(value)))
    {
        return py::int_(number->Get());
    }
    if (const auto* number = dynamic_cast<DoubleValue*>(PeekPointer(value)))
    {
        return py::float_(number->Get());
    }
    if (const auto* time = dynamic_cast<TimeValue*>(PeekPointer(value)))
    {
        return py::float_(ToSeconds(time->Get()));
    }
    if (const auto* pointer = dynamic_cast<PointerValue*>(PeekPointer(value)))
    {
        return py::cast(Held<Object>(pointer->GetObject()));
    }
    if (const auto* container = dynamic_cast<ObjectPtrContainerValue*>(PeekPointer(value)))
    {
        return ToList(*container);
    }
    return py::str(value->SerializeToString(found.checker));
}

TypeId
FindClass(const std::string& name)
{
    TypeId tid;
    if (!TypeId::LookupByNameFailSafe(name, &tid))
    {
        throw py::value_error("There is no ns-3 class '" + name + "'");
    }
    if (!tid.HasConstructor() || !tid.IsChildOf(Object::GetTypeId()))
    {
        throw py::value_error("An object of the ns-3 class '" + name + "' cannot be made");
    }
    return tid;
}

namespace
{

/// A random variable that was not given a stream gets the simulation's next one: ns-3's own counter
/// goes on from one simulation of a process to the next.
void
FixStream(const Ptr<RandomVariableStream>& variable)
{
    if (variable && variable->GetStream() < 0)
    {
        variable->SetStream(Session::Get().TakeStreams(1));
    }
}

/// The same for those that an object has as attributes, as error models do.
void
FixStreams(const Ptr<Object>& object)
{
    FixStream(DynamicCast<RandomVariableStream>(object));
    for (TypeId tid = object->GetInstanceTypeId(); tid != Object::GetTypeId();
         tid = tid.GetParent())
    {
        for (std::size_t i = 0; i < tid.GetAttributeN(); ++i)
        {
            const auto attribute = tid.GetAttribute(i);
            if (DynamicCast<const PointerChecker>(attribute.checker) &&
                attribute.accessor->HasGetter())
            {
                PointerValue value;
                attribute.accessor->Get(PeekPointer(object), value);
                FixStream(value.Get<RandomVariableStream>());
            }
        }
    }
}

} // namespace

Ptr<Object>
MakeObject(TypeId tid, const std::vector<AttributeSetting>& settings)
{
    ObjectFactory factory;
    factory.SetTypeId(tid);
    for (const AttributeSetting& setting : settings)
    {
        factory.Set(setting.name, *setting.value);
    }
    const Ptr<Object> object = factory.Create<Object>();
    FixStreams(object);
    return object;
}

Ptr<Object>
MakeObject(const std::string& text, TypeId wanted)
{
    const auto open = text.find('[');
    const TypeId tid = FindClass(text.substr(0, open));
    if (tid != wanted && !tid.IsChildOf(wanted))
    {
        throw py::value_error("The ns-3 class '" + tid.GetName() + "' is no " + wanted.GetName());
    }
    std::vector<AttributeSetting> settings;
    if (open != std::string::npos)
    {
        if (text.back() != ']')
        {
            throw py::value_error("'" + text + "' does not end in ]");
        }
        std::string rest = text.substr(open + 1, text.size() - open - 2);
        while (!rest.empty())
        {
            const std::string part = rest.substr(0, rest.find('|'));
            const auto equals = part.find('=');
            if (equals == std::string::npos)
            {
                throw py::value_error("'" + part + "' in '" + text + "' is not NAME=VALUE");
            }
            settings.push_back(
                MakeSetting(tid, part.substr(0, equals), py::str(part.substr(equals + 1))));
            rest.erase(0, part.size() + 1);
        }
    }
    return MakeObject(tid, settings);
}

} // namespace python
} // namespace conntrack
} // namespace ns3
