/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/attribute-checks.h"

#include "bindings/held.h"
#include "bindings/python-values.h"
#include "model/stack/conntrack.h"
#include "model/table/kernel-profile.h"

#include "ns3/boolean.h"
#include "ns3/bulk-send-application.h"
#include "ns3/channel.h"
#include "ns3/double.h"
#include "ns3/fq-cobalt-queue-disc.h"
#include "ns3/fq-codel-queue-disc.h"
#include "ns3/icmpv6-l4-protocol.h"
#include "ns3/ipv4-raw-socket-impl.h"
#include "ns3/net-device-queue-interface.h"
#include "ns3/net-device.h"
#include "ns3/node.h"
#include "ns3/onoff-application.h"
#include "ns3/pointer.h"
#include "ns3/random-variable-stream.h"
#include "ns3/rtt-estimator.h"
#include "ns3/string.h"
#include "ns3/tcp-congestion-ops.h"
#include "ns3/tcp-l4-protocol.h"
#include "ns3/tcp-recovery-ops.h"
#include "ns3/tcp-socket-base.h"
#include "ns3/tcp-socket.h"
#include "ns3/type-id.h"
#include "ns3/uinteger.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace ns3
{
namespace conntrack
{
namespace python
{

namespace py = pybind11;

namespace
{

// RFC 791: every device can carry as much. With less than a header ns-3 cuts packets for ever.
constexpr uint64_t LEAST_MTU = 68;
// What Socket::Send can say that it took: an int.
constexpr uint64_t MOST_SENT = 0x7fffffff;

/// @return a check that a whole number is in a range @param least of it @param most of it
AttributeCheck
Within(uint64_t least, uint64_t most)
{
    return [least, most](const std::string& what, const AttributeValue& value) {
        const uint64_t number = dynamic_cast<const UintegerValue&>(value).Get();
        if (number < least || number > most)
        {
            throw py::value_error(what + " cannot be " + std::to_string(number) + ": it is at " +
                                  (number < least ? "least " + std::to_string(least)
                                                  : "most " + std::to_string(most)));
        }
    };
}

/// Parents of TypeIds do not tell: ns-3.37 has some wrong. So one is made, unless making it would
/// put it into the simulation.
template <typename Class>
void
CheckMakes(const std::string& what, const AttributeValue& value)
{
    const TypeId chosen = dynamic_cast<const TypeIdValue&>(value).Get();
    const bool joins = chosen == Node::GetTypeId() || chosen.IsChildOf(Node::GetTypeId()) ||
                       chosen.IsChildOf(Channel::GetTypeId());
    if (joins || !DynamicCast<Class>(MakeObject(FindClass(chosen.GetName()), {})))
    {
        throw py::value_error(what + " cannot be '" + chosen.GetName() + "': it is a kind of " +
                              Class::GetTypeId().GetName());
    }
}

void
CheckProfile(const std::string& what, const AttributeValue& value)
{
    const std::string name = dynamic_cast<const StringValue&>(value).Get();
    if (KernelProfile::Find(name) == nullptr)
    {
        std::string names;
        for (const std::string& known : KernelProfile::Names())
        {
            names += (names.empty() ? "" : ", ") + known;
        }
        throw py::value_error(what + " cannot be '" + name + "': it is one of " + names);
    }
}

/// Some queue discs have durations as texts, and read them in the run.
void
CheckDuration(const std::string& what, const AttributeValue& value)
{
    const std::string text = dynamic_cast<const StringValue&>(value).Get();
    const auto time = AsTime(py::str(text));
    if (!time || time->IsNegative())
    {
        throw py::value_error(what + " cannot be '" + text + "': it is a duration such as '5ms'");
    }
}

/// @return a check for what Python has nothing for @param why not
AttributeCheck
Never(const std::string& why)
{
    return [why](const std::string& what, const AttributeValue& value) {
        const auto* boolean = dynamic_cast<const BooleanValue*>(&value);
        if (boolean == nullptr || boolean->Get())
        {
            throw py::value_error(what + " cannot be set: " + why);
        }
    };
}

double
Number(const RandomVariableStream& variable, const char* name)
{
    DoubleValue value;
    return variable.GetAttributeFailSafe(name, value) ? value.Get() : 0;
}

/// The least that a random variable can be: those that are not asked for anything are not negative.
double
LeastOf(const RandomVariableStream& variable)
{
    if (dynamic_cast<const NormalRandomVariable*>(&variable) != nullptr)
    {
        return Number(variable, "Mean") - Number(variable, "Bound");
    }
    return std::min(Number(variable, "Constant"), Number(variable, "Min"));
}

void
CheckNotNegative(const std::string& what, const AttributeValue& value)
{
    const auto variable = dynamic_cast<const PointerValue&>(value).Get<RandomVariableStream>();
    if (variable && LeastOf(*variable) < 0)
    {
        throw py::value_error(what + " cannot be negative, which " +
                              variable->GetInstanceTypeId().GetName() +
                              " can be with these attributes");
    }
}

/// Where ns-3 takes any random variable and has use for a uniform one.
void
CheckUniform(const std::string& what, const AttributeValue& value)
{
    const auto variable = dynamic_cast<const PointerValue&>(value).Get<RandomVariableStream>();
    if (variable && !DynamicCast<UniformRandomVariable>(variable))
    {
        throw py::value_error(what + " cannot be " + variable->GetInstanceTypeId().GetName() +
                              ": it is a UniformRandomVariable");
    }
}

/// Their values can be given only in C++, and without any they crash.
void
CheckHasValues(const std::string& what, const PointerValue& value)
{
    const Ptr<Object> object = value.GetObject();
    if (DynamicCast<EmpiricalRandomVariable>(object) ||
        DynamicCast<DeterministicRandomVariable>(object))
    {
        throw py::value_error(what + " cannot be " + object->GetInstanceTypeId().GetName() +
                              ", which has no values: Python cannot give them");
    }
}

using Checks = std::multimap<std::string, std::pair<TypeId, AttributeCheck>>; ///< by name

Checks
Known()
{
    Checks checks;
    const auto add = [&checks](TypeId owner, const char* name, AttributeCheck check) {
        checks.emplace(name, std::pair(owner, std::move(check)));
    };
    add(Conntrack::GetTypeId(), "Profile", CheckProfile);
    add(NetDevice::GetTypeId(), "Mtu", Within(LEAST_MTU, UINT16_MAX));
    add(TcpSocket::GetTypeId(), "SegmentSize", Within(1, UINT32_MAX)); // never ends to send
    add(TcpSocket::GetTypeId(), "RcvBufSize", Within(1, UINT32_MAX));
    add(TcpSocketBase::GetTypeId(), "MaxWindowSize", Within(1, UINT16_MAX));
    add(BulkSendApplication::GetTypeId(), "SendSize", Within(1, MOST_SENT));
    add(TcpL4Protocol::GetTypeId(), "SocketType", CheckMakes<TcpCongestionOps>);
    add(TcpL4Protocol::GetTypeId(), "RecoveryType", CheckMakes<TcpRecoveryOps>);
    add(TcpL4Protocol::GetTypeId(), "RttEstimatorType", CheckMakes<RttEstimator>);
    add(NetDeviceQueueInterface::GetTypeId(), "TxQueuesType", CheckMakes<NetDeviceQueue>);
    for (const TypeId& owner : {FqCoDelQueueDisc::GetTypeId(), FqCobaltQueueDisc::GetTypeId()})
    {
        add(owner, "Interval", CheckDuration);
        add(owner, "Target", CheckDuration);
        add(owner, "Flows", Within(1, UINT32_MAX));
        add(owner, "UseL4s", Never("it needs a CeThreshold, whatever is set first"));
    }
    for (const TypeId& owner : {BulkSendApplication::GetTypeId(), OnOffApplication::GetTypeId()})
    {
        add(owner, "Local", Never("it sends from where its route begins"));
    }
    add(OnOffApplication::GetTypeId(), "OnTime", CheckNotNegative);
    add(OnOffApplication::GetTypeId(), "OffTime", CheckNotNegative);
    add(Icmpv6L4Protocol::GetTypeId(), "RsRetransmissionJitter", CheckUniform);
    add(Ipv4RawSocketImpl::GetTypeId(),
        "IpHeaderInclude",
        Never("ns-3's own senders would make packets without a header"));
    return checks;
}

Checks&
All()
{
    static Checks checks = Known();
    return checks;
}

} // namespace

void
AddAttributeCheck(TypeId owner, const std::string& name, AttributeCheck check)
{
    All().emplace(name, std::pair(owner, std::move(check)));
}

void
CheckFurther(TypeId tid, const std::string& what, const AttributeSetting& setting)
{
    if (const auto* pointer = dynamic_cast<const PointerValue*>(PeekPointer(setting.value)))
    {
        CheckHasValues(what, *pointer);
    }
    const auto [first, last] = All().equal_range(setting.name);
    for (auto each = first; each != last; ++each)
    {
        const auto& [owner, check] = each->second;
        if (tid == owner || tid.IsChildOf(owner))
        {
            check(what, *setting.value);
        }
    }
}

} // namespace python
} // namespace conntrack
} // namespace ns3
