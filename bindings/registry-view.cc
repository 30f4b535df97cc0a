/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/registry-view.h"

#include "bindings/attributes.h"
#include "bindings/python-helper.h"
#include "bindings/python-values.h"
#include "model/protocol/helper-factory.h"
#include "model/report/names.h"

#include <algorithm>
#include <cctype>
#include <pybind11/stl.h>
#include <set>

namespace ns3
{
namespace conntrack
{
namespace python
{

namespace py = pybind11;

namespace
{

constexpr uint32_t MOST_EXPECTED = 255; // row H16

Family
ParseFamily(const std::string& name)
{
    for (const Family family : {Family::Ipv4, Family::Ipv6})
    {
        if (NameOf(family) == name)
        {
            return family;
        }
    }
    throw py::value_error("A family is 'ipv4' or 'ipv6', not '" + name + "'");
}

/// An attribute of a helper that is written in Python.
template <typename Value>
Value
Told(const py::object& helper, const char* name, const char* wanted)
{
    const py::object value = py::getattr(helper, name, py::none());
    try
    {
        return value.cast<Value>();
    }
    catch (const py::cast_error&)
    {
        throw py::type_error("A helper's " + std::string(name) + " is " + wanted + ", not " +
                             py::repr(value).cast<std::string>());
    }
}

std::vector<ExpectationPolicy>
ReadPolicies(const py::object& helper)
{
    std::vector<ExpectationPolicy> policies;
    const py::object told = py::getattr(helper, "policies", py::none());
    if (!py::isinstance<py::list>(told) && !py::isinstance<py::tuple>(told))
    {
        throw py::type_error("A helper's policies are a list of dicts, not " +
                             py::repr(told).cast<std::string>());
    }
    for (const py::handle one : told)
    {
        if (!py::isinstance<py::dict>(one))
        {
            throw py::type_error("A helper's policies are dicts, not " +
                                 py::repr(one).cast<std::string>());
        }
        const auto values = py::reinterpret_borrow<py::dict>(one);
        ExpectationPolicy policy;
        for (const auto& [key, value] : values)
        {
            const auto name = py::str(key).cast<std::string>();
            if (name == "name" && AsText(value))
            {
                policy.name = *AsText(value);
            }
            else if (name == "max_expected" && AsInteger<uint64_t>(value) &&
                     *AsInteger<uint64_t>(value) <= MOST_EXPECTED)
            {
                policy.maxExpected = static_cast<uint32_t>(*AsInteger<uint64_t>(value));
            }
            else if (name == "timeout")
            {
                policy.timeout = ToTime(value, "A policy's timeout").GetNanoSeconds();
            }
            else
            {
                throw py::value_error("A policy has name, max_expected (0 to 255) and timeout, not "
                                      "'" +
                                      name + "' = " + py::repr(value).cast<std::string>());
            }
        }
        policies.push_back(policy);
    }
    if (policies.empty() || policies.size() > EXPECTATION_CLASSES)
    {
        throw py::value_error("A helper has 1 to 4 policies, not " +
                              std::to_string(policies.size()));
    }
    return policies;
}

std::string
WhyNot(RegistryResult result, const std::string& name)
{
    const char* why = result == RegistryResult::Exists || result == RegistryResult::Busy
                          ? "its name or port is taken"
                          : "the registry refuses it";
    return "Helper '" + name + "' cannot be registered: " + why;
}

} // namespace

RegistryView::RegistryView(Conntrack& conntrack)
    : m_conntrack(&conntrack)
{
    Look();
}

HelperRegistry&
RegistryView::Look() const
{
    Session::Get().Look();
    Session::Get().CheckAlive(*m_conntrack.get());
    return *m_conntrack.get()->GetHelpers();
}

HelperRegistry&
RegistryView::Change() const
{
    Session::Get().Change();
    return Look();
}

uint8_t
RegistryView::ParseProtocol(const std::string& name)
{
    for (const uint8_t number :
         {protocol::TCP, protocol::UDP, protocol::UDPLITE, protocol::SCTP, protocol::GRE})
    {
        if (ProtocolName(number) == name)
        {
            return number;
        }
    }
    throw py::value_error("A helper's protocol is 'tcp', 'udp', 'udplite', 'sctp' or 'gre', not '" +
                          name + "'");
}

std::vector<Held<ProtocolHelper>>
RegistryView::All() const
{
    std::vector<Held<ProtocolHelper>> all;
    Look().ForEach([&](const Ptr<ProtocolHelper>& helper) { all.emplace_back(helper); });
    return all;
}

bool
RegistryView::Has(const std::string& name) const
{
    const auto all = All();
    return std::any_of(all.begin(), all.end(), [&](const Held<ProtocolHelper>& helper) {
        return helper.get()->GetIdentity().name == name;
    });
}

py::object
RegistryView::Find(const std::string& name,
                   const std::string& family,
                   const std::string& protocol) const
{
    const Ptr<ProtocolHelper> helper =
        Look().FindByName(name, ParseFamily(family), ParseProtocol(protocol));
    return helper ? py::cast(Held<ProtocolHelper>(helper)) : py::object(py::none());
}

void
RegistryView::Load(const std::string& kind,
                   const std::vector<uint16_t>& ports,
                   const py::kwargs& attributes)
{
    HelperRegistry& registry = Change();
    std::vector<Ptr<ProtocolHelper>> helpers;
    try
    {
        helpers = MakeHelpers(kind, ports);
    }
    catch (const std::invalid_argument& error)
    {
        throw py::value_error(error.what());
    }
    for (const Ptr<ProtocolHelper>& helper : helpers)
    {
        const auto settings = MakeSettings(helper->GetInstanceTypeId(), attributes);
        for (const AttributeSetting& setting : settings)
        {
            helper->SetAttribute(setting.name, *setting.value);
        }
    }
    const RegistryResult result = registry.RegisterAll(helpers, Conntrack::Now());
    if (result != RegistryResult::Ok)
    {
        throw py::value_error(WhyNot(result, kind));
    }
}

void
RegistryView::Keep(Ptr<ProtocolHelper> helper) const
{
    PythonParts::Of(*m_conntrack.get()).helpers.push_back(helper);
}

void
RegistryView::Register(const py::object& helper)
{
    HelperRegistry& registry = Change();
    if (!py::hasattr(helper, "_bind"))
    {
        throw py::type_error("A helper is a ns3conntrack.ProtocolHelper, not " +
                             py::repr(helper).cast<std::string>());
    }
    ProtocolHelper::Identity identity;
    identity.name = Told<std::string>(helper, "name", "a text");
    const bool isPlain =
        std::all_of(identity.name.begin(), identity.name.end(), [](unsigned char letter) {
            return std::isgraph(letter) != 0 && letter != '"';
        });
    if (identity.name.empty() || identity.name.size() > ProtocolHelper::NAME_LENGTH || !isPlain)
    {
        throw py::value_error("A helper's name has 1 to 15 characters without blanks, not '" +
                              identity.name + "'");
    }
    identity.protocol = ParseProtocol(Told<std::string>(helper, "protocol", "a text"));
    identity.port = Told<uint16_t>(helper, "port", "a number from 0 to 65535");
    identity.natModule = "ip_nat_" + identity.name;
    identity.natModule.resize(std::min(identity.natModule.size(), ProtocolHelper::NAME_LENGTH));
    const std::vector<ExpectationPolicy> policies = ReadPolicies(helper);
    std::vector<Family> families{Family::Ipv4, Family::Ipv6};
    if (!py::getattr(helper, "family", py::none()).is_none())
    {
        families = {ParseFamily(Told<std::string>(helper, "family", "a text or None"))};
    }
    const auto calls = helper.attr("_bind")().cast<std::pair<py::function, py::function>>();
    std::vector<Ptr<ProtocolHelper>> helpers;
    for (const Family family : families)
    {
        identity.family = family;
        Ptr<PythonHelper> one(new PythonHelper(registry,
                                               PythonCallback::Make(calls.first),
                                               PythonCallback::Make(calls.second)),
                              false);
        one->SetIdentity(identity);
        one->SetPolicies(policies);
        helpers.emplace_back(one);
    }
    const RegistryResult result = registry.RegisterAll(helpers, Conntrack::Now());
    if (result != RegistryResult::Ok)
    {
        throw py::value_error(WhyNot(result, identity.name));
    }
    std::for_each(helpers.begin(), helpers.end(), [this](const auto& one) { Keep(one); });
    if (!registry.FindNat(identity.natModule))
    {
        m_conntrack.get()->AddTextNatHelper(identity.natModule);
    }
}

void
RegistryView::Unregister(const py::object& helper)
{
    HelperRegistry& registry = Change();
    std::vector<Ptr<ProtocolHelper>> found;
    const bool isOne = py::isinstance<ProtocolHelper>(helper);
    const std::string name = isOne ? std::string()
                             : py::isinstance<py::str>(helper)
                                 ? helper.cast<std::string>()
                                 : Told<std::string>(helper, "name", "a text");
    registry.ForEach([&](const Ptr<ProtocolHelper>& one) {
        if (isOne ? PeekPointer(one) == helper.cast<ProtocolHelper*>()
                  : one->GetIdentity().name == name)
        {
            found.push_back(one);
        }
    });
    if (found.empty())
    {
        throw py::value_error("The registry has no such helper: " +
                              py::repr(helper).cast<std::string>());
    }
    for (const Ptr<ProtocolHelper>& one : found)
    {
        Keep(one); // rules may point to it
        registry.Unregister(one, Conntrack::Now());
        if (const auto own = DynamicCast<PythonHelper>(one))
        {
            own->Silence();
        }
    }
    Session::Get().Rethrow();
}

void
RegistryView::RegisterFunction(const std::string& name, const py::function& function)
{
    HelperRegistry& registry = Change();
    if (name.empty())
    {
        throw py::value_error("An expectfn has a name");
    }
    auto& functions = PythonParts::Of(*m_conntrack.get()).functions;
    functions.push_back(
        std::make_unique<PythonExpectFunction>(name, registry, PythonCallback::Make(function)));
    registry.RegisterExpectFunction(*functions.back());
}

void
RegistryView::UnregisterFunction(const std::string& name)
{
    HelperRegistry& registry = Change();
    auto& functions = PythonParts::Of(*m_conntrack.get()).functions;
    const auto newest =
        std::find_if(functions.rbegin(), functions.rend(), [&](const auto& function) {
            return function->name == name && !function->callback->IsDropped();
        });
    if (newest == functions.rend())
    {
        throw py::value_error("No expectfn '" + name + "' was registered here");
    }
    registry.UnregisterExpectFunction(**newest);
    (*newest)->callback->Drop();
}

bool
RegistryView::GetAutoAssign() const
{
    return Look().GetAutoAssign();
}

void
RegistryView::SetAutoAssign(bool on)
{
    Change().SetAutoAssign(on);
}

std::string
RegistryView::Describe() const
{
    std::set<std::string> names;
    for (const Held<ProtocolHelper>& helper : All())
    {
        names.insert(helper.get()->GetIdentity().name);
    }
    std::string text;
    for (const std::string& name : names)
    {
        text += (text.empty() ? "" : ", ") + name;
    }
    return "<HelperRegistry: " + text + ">";
}

} // namespace python
} // namespace conntrack
} // namespace ns3
