/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/attribute-values.h"

#include "bindings/attributes.h"
#include "bindings/held.h"
#include "bindings/ip-text.h"
#include "bindings/python-values.h"
#include "model/nat/carrier/carrier-grade-nat.h"

#include "ns3/boolean.h"
#include "ns3/data-rate.h"
#include "ns3/double.h"
#include "ns3/enum.h"
#include "ns3/error-model.h"
#include "ns3/integer.h"
#include "ns3/pointer.h"
#include "ns3/queue-size.h"
#include "ns3/random-variable-stream.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <map>
#include <sstream>

namespace ns3
{
namespace conntrack
{
namespace python
{

namespace py = pybind11;

namespace
{

/// Makes a value of one kind; null if the Python value cannot be one.
using Maker = Ptr<AttributeValue> (*)(const AttributeChecker& checker, py::handle value);

/// What each kind of attribute is in a sentence, and how to make one.
struct Kind
{
    const char* wanted;
    Maker make;
};

Ptr<AttributeValue>
MakeBoolean(const AttributeChecker&, py::handle value)
{
    if (py::isinstance<py::bool_>(value))
    {
        return Create<BooleanValue>(value.cast<bool>());
    }
    // As Python, ns-3 and sysctl write them.
    static const std::map<std::string, bool> texts{{"True", true},
                                                   {"true", true},
                                                   {"1", true},
                                                   {"False", false},
                                                   {"false", false},
                                                   {"0", false}};
    const auto found = texts.find(AsText(value).value_or(""));
    return found != texts.end() ? Create<BooleanValue>(found->second) : nullptr;
}

Ptr<AttributeValue>
MakeUinteger(const AttributeChecker&, py::handle value)
{
    const auto number = AsInteger<uint64_t>(value);
    return number ? Create<UintegerValue>(*number) : nullptr;
}

Ptr<AttributeValue>
MakeInteger(const AttributeChecker&, py::handle value)
{
    const auto number = AsInteger<int64_t>(value);
    return number ? Create<IntegerValue>(*number) : nullptr;
}

Ptr<AttributeValue>
MakeDouble(const AttributeChecker&, py::handle value)
{
    const auto number = AsDouble(value);
    return number ? Create<DoubleValue>(*number) : nullptr;
}

Ptr<AttributeValue>
MakeString(const AttributeChecker&, py::handle value)
{
    const auto text = AsText(value);
    return text ? Create<StringValue>(*text) : nullptr;
}

Ptr<AttributeValue>
MakeTimeValue(const AttributeChecker& checker, py::handle value)
{
    const auto time = AsTime(value);
    // Where ns-3 gives no lower bound it still means durations.
    if (!time || (time->IsStrictlyNegative() && checker.Check(TimeValue(Time::Min()))))
    {
        return nullptr;
    }
    return Create<TimeValue>(*time);
}

Ptr<AttributeValue>
MakeEnum(const AttributeChecker& checker, py::handle value)
{
    // EnumChecker::GetValue answers a wrong name with 0, so the names are looked at.
    const std::string names = "|" + checker.GetUnderlyingTypeInformation() + "|";
    const auto text = AsText(value);
    if (!text || text->find('|') != std::string::npos ||
        names.find("|" + *text + "|") == std::string::npos)
    {
        return nullptr;
    }
    return Create<EnumValue>(dynamic_cast<const EnumChecker&>(checker).GetValue(*text));
}

/// A value that ns-3's operator>> reads whole, or null.
template <typename Value, typename Part>
Ptr<AttributeValue>
Read(const std::string& text)
{
    Part part;
    std::istringstream stream(text);
    stream >> part;
    return stream.eof() && !stream.fail() ? Create<Value>(part) : nullptr;
}

Ptr<AttributeValue>
MakeDataRate(const AttributeChecker&, py::handle value)
{
    if (const auto text = AsText(value))
    {
        const auto rate = Read<DataRateValue, DataRate>(*text);
        const bool positive = rate && DynamicCast<DataRateValue>(rate)->Get().GetBitRate() > 0;
        return positive ? rate : nullptr; // devices divide by it
    }
    const auto number = AsInteger<uint64_t>(value);
    return number.value_or(0) > 0 ? Create<DataRateValue>(DataRate(*number)) : nullptr;
}

Ptr<AttributeValue>
MakeQueueSize(const AttributeChecker&, py::handle value)
{
    const auto text = AsText(value);
    return text ? Read<QueueSizeValue, QueueSize>(*text) : nullptr;
}

Ptr<AttributeValue>
MakeAddress(const AttributeChecker&, py::handle value)
{
    const auto address = ParseIp(AsText(value).value_or(""));
    return address ? Create<AddressValue>(address->ToAddress()) : nullptr;
}

Ptr<AttributeValue>
MakeIpv4Address(const AttributeChecker&, py::handle value)
{
    const auto address = ParseIp(AsText(value).value_or(""));
    return address && address->IsIpv4() ? Create<Ipv4AddressValue>(address->ToIpv4()) : nullptr;
}

Ptr<AttributeValue>
MakeIpv6Address(const AttributeChecker&, py::handle value)
{
    const auto address = ParseIp(AsText(value).value_or(""));
    return address && !address->IsIpv4() ? Create<Ipv6AddressValue>(address->ToIpv6()) : nullptr;
}

Ptr<AttributeValue>
MakeTypeId(const AttributeChecker&, py::handle value)
{
    TypeId tid;
    const auto text = AsText(value);
    return text && TypeId::LookupByNameFailSafe(*text, &tid) ? Create<TypeIdValue>(tid) : nullptr;
}

Ptr<AttributeValue>
MakePointer(const AttributeChecker& checker, py::handle value)
{
    const TypeId wanted = dynamic_cast<const PointerChecker&>(checker).GetPointeeTypeId();
    if (value.is_none())
    {
        // Others are used without a look whether they are there.
        const bool optional =
            wanted == ErrorModel::GetTypeId() || wanted == CarrierGradeNat::GetTypeId();
        return optional ? Create<PointerValue>() : nullptr;
    }
    if (const auto text = AsText(value))
    {
        return Create<PointerValue>(MakeObject(*text, wanted));
    }
    if (wanted == RandomVariableStream::GetTypeId())
    {
        if (const auto number = AsDouble(value))
        {
            std::ostringstream constant;
            constant.precision(17);
            constant << "ns3::ConstantRandomVariable[Constant=" << *number << "]";
            return Create<PointerValue>(MakeObject(constant.str(), wanted));
        }
    }
    if (!py::isinstance<Object>(value))
    {
        return nullptr;
    }
    return Create<PointerValue>(Ptr<Object>(value.cast<Object*>()));
}

const Kind*
FindKind(const std::string& valueType)
{
    static const std::map<std::string, Kind> kinds{
        {"BooleanValue", {"True or False", MakeBoolean}},
        {"UintegerValue", {"a whole number", MakeUinteger}},
        {"IntegerValue", {"a whole number", MakeInteger}},
        {"DoubleValue", {"a number", MakeDouble}},
        {"StringValue", {"a text", MakeString}},
        {"TimeValue", {"a duration: seconds, or a text such as '150ms'", MakeTimeValue}},
        {"EnumValue", {"one of the names", MakeEnum}},
        {"DataRateValue", {"a rate: bit/s, or a text such as '10Mbps'", MakeDataRate}},
        {"QueueSizeValue", {"a queue size such as '100p' or '15000B'", MakeQueueSize}},
        {"AddressValue", {"an IP address", MakeAddress}},
        {"Ipv4AddressValue", {"an IPv4 address", MakeIpv4Address}},
        {"Ipv6AddressValue", {"an IPv6 address", MakeIpv6Address}},
        {"TypeIdValue", {"the name of an ns-3 class", MakeTypeId}},
        {"PointerValue",
         {"an object, or a text such as 'ns3::UniformRandomVariable[Min=1|Max=2]'", MakePointer}},
    };
    const std::string prefix = "ns3::"; // some have it, some do not
    const bool prefixed = valueType.compare(0, prefix.size(), prefix) == 0;
    const auto found = kinds.find(prefixed ? valueType.substr(prefix.size()) : valueType);
    return found == kinds.end() ? nullptr : &found->second;
}

} // namespace

Ptr<AttributeValue>
MakeValue(const std::string& what, const AttributeChecker& checker, py::handle value)
{
    const std::string type = checker.GetValueTypeName();
    const Kind* kind = FindKind(type);
    if (kind == nullptr)
    {
        throw py::type_error(what + " is an " + type + ", which Python cannot set");
    }
    const Ptr<AttributeValue> made = kind->make(checker, value);
    if (!made || !checker.Check(*made))
    {
        std::string sentence =
            what + " cannot be " + py::repr(value).cast<std::string>() + ": it is " + kind->wanted;
        if (checker.HasUnderlyingTypeInformation())
        {
            sentence += " (" + checker.GetUnderlyingTypeInformation() + ")";
        }
        throw py::value_error(sentence);
    }
    return made;
}

} // namespace python
} // namespace conntrack
} // namespace ns3
