/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/attribute-checks.h"
#include "bindings/bindings.h"
#include "bindings/installing.h"
#include "bindings/ip-text.h"
#include "bindings/port-book.h"
#include "bindings/sip-rows.h"
#include "model/app/rtp/media-ports.h"
#include "model/app/sip/sip-proxy.h"
#include "model/app/sip/sip-user-agent.h"

#include "ns3/boolean.h"
#include "ns3/inet-socket-address.h"
#include "ns3/inet6-socket-address.h"
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

/// An address, or (address, port) as a provider has it.
IpAddress
ToPlace(const py::object& place, uint16_t& port)
{
    py::object host = place;
    if (py::isinstance<py::tuple>(place) && py::len(place) == 2)
    {
        host = place.cast<py::tuple>()[0];
        const py::object number = place.cast<py::tuple>()[1];
        const long wanted = PyLong_Check(number.ptr()) ? PyLong_AsLong(number.ptr()) : 0;
        PyErr_Clear();
        port = wanted > 0 && wanted <= 0xffff ? static_cast<uint16_t>(wanted) : uint16_t{0};
    }
    const auto address =
        py::isinstance<py::str>(host) ? ParseIp(host.cast<std::string>()) : std::nullopt;
    if (!address || port == 0 || address->IsMulticast()) // ns-3 would crash at multicast
    {
        throw py::value_error("SipUserAgent: proxy cannot be " +
                              py::repr(place).cast<std::string>() +
                              ": it is an IP address, or (address, port)");
    }
    return *address;
}

/// Whom a phone calls: a text with blanks between URIs, or a list of URIs.
std::string
ToTargets(const py::object& targets)
{
    std::string text;
    if (py::isinstance<py::str>(targets))
    {
        text = targets.cast<std::string>();
    }
    else
    {
        for (const auto target : targets)
        {
            text += py::str(target).cast<std::string>() + " ";
        }
    }
    return text;
}

void
CheckTargets(const std::string& what, const AttributeValue& value)
{
    std::istringstream words(dynamic_cast<const StringValue&>(value).Get());
    for (std::string word; words >> word;)
    {
        if (!ParseSipLocator(word))
        {
            throw py::value_error(what + " has '" + word +
                                  "', which is no SIP URI such as 'sip:bob@example.org'");
        }
    }
}

void
CheckMediaPorts(TypeId tid, const std::vector<AttributeSetting>& settings)
{
    const auto first = static_cast<uint16_t>(ValueOf<UintegerValue>(tid, settings, "MediaPortMin"));
    const auto last = static_cast<uint16_t>(ValueOf<UintegerValue>(tid, settings, "MediaPortMax"));
    if (MediaPorts(first, last).Size() == 0)
    {
        throw py::value_error("SipUserAgent: MediaPortMin " + std::to_string(first) +
                              " to MediaPortMax " + std::to_string(last) + " has no pair of ports");
    }
}

/// What the attributes are set to, the proxy and the targets among them.
std::vector<AttributeSetting>
PhoneSettings(const Node& node, const std::string& user, const py::object& proxy, py::dict values)
{
    const TypeId tid = SipUserAgent::GetTypeId();
    if (values.contains("Proxy") || values.contains("User"))
    {
        throw py::attribute_error("SipUserAgent attributes 'Proxy' and 'User' are given as proxy "
                                  "and user");
    }
    if (values.contains("Targets"))
    {
        values["Targets"] = ToTargets(values["Targets"]);
    }
    if (!proxy.is_none() && !values.contains("Register"))
    {
        values["Register"] = true;
    }
    auto settings = MakeSettings(tid, values);
    settings.push_back(MakeSetting(tid, "User", py::str(user)));
    CheckMediaPorts(tid, settings);
    if (!proxy.is_none())
    {
        uint16_t port = 5060; // RFC 3261 18.1.1
        const IpAddress address = ToPlace(proxy, port);
        CheckStack(node, address.family);
        settings.push_back({"Proxy", Create<AddressValue>(address.ToSocketAddress(port))});
    }
    else if (ValueOf<BooleanValue>(tid, settings, "Register"))
    {
        throw py::value_error("SipUserAgent: Register needs a proxy, which is the registrar");
    }
    return settings;
}

template <typename Element>
Held<Element>
Add(Node& node,
    const std::vector<AttributeSetting>& settings,
    const py::object& start,
    const py::object& stop)
{
    const TypeId tid = Element::GetTypeId();
    const Lifetime lifetime = ToLifetime(start, stop);
    PortBook::Get().TakeBoth(node, ValueOf<UintegerValue>(tid, settings, "Port"), ShortName(tid));
    const auto element = Install<Element>(node, lifetime, settings);
    // 20: more than its random variables.
    element->AssignStreams(Session::Get().TakeStreams(20));
    return Held<Element>(element);
}

Held<SipUserAgent>
InstallPhone(Node& node,
             const std::string& user,
             const py::object& proxy,
             const py::object& start,
             const py::object& stop,
             const py::kwargs& attributes)
{
    Session::Get().Change();
    Session::Get().CheckAlive(node);
    CheckStack(node, Family::Unspecified);
    return Add<SipUserAgent>(node, PhoneSettings(node, user, proxy, attributes), start, stop);
}

Held<SipProxy>
InstallProxy(Node& node,
             const std::string& domain,
             const py::object& start,
             const py::object& stop,
             const py::kwargs& attributes)
{
    Session::Get().Change();
    Session::Get().CheckAlive(node);
    CheckStack(node, Family::Unspecified);
    const TypeId tid = SipProxy::GetTypeId();
    auto settings = MakeSettings(tid, attributes);
    settings.push_back(MakeSetting(tid, "Domain", py::str(domain)));
    return Add<SipProxy>(node, settings, start, stop);
}

void
Call(SipUserAgent& self, const std::string& target)
{
    Session::Get().Change();
    Session::Get().CheckAlive(self);
    if (!ParseSipLocator(target))
    {
        throw py::value_error("'" + target + "' is no SIP URI such as 'sip:bob@example.org'");
    }
    if (!self.IsOpen())
    {
        throw py::value_error("The SipUserAgent was not started yet: schedule() the call");
    }
    self.Call(target);
    Session::Get().Rethrow();
}

py::dict
Limits(SipElement& self)
{
    Session::Get().CheckAlive(self);
    py::dict counts;
    for (std::size_t i = 0; i < SIP_LIMITS; ++i)
    {
        const auto limit = static_cast<SipLimit>(i);
        counts[ToString(limit)] = self.GetLimitCount(limit);
    }
    return counts;
}

void
BindPhone(py::module_& module)
{
    AddAttributeCheck(SipUserAgent::GetTypeId(), "Targets", CheckTargets);
    ObjectClass<SipUserAgent, SipElement> phone(
        module,
        "SipUserAgent",
        "A SIP phone: registers, calls and is called; its media are RTP both ways.\n\n"
        "Attributes: Targets (whom it calls: URIs), Calls (how many; 0: until it is stopped),\n"
        "Interval, HoldingTime, AnswerDelay, Patience, ... in seconds are random variables: a\n"
        "number, or a text such as 'ns3::ExponentialRandomVariable[Mean=90]';\n"
        "attributes() tells all. Trace sources: Call, Registration, Message, Limit.");
    phone
        .def(py::init(&InstallPhone),
             py::arg("node"),
             py::arg("user"),
             py::arg("proxy") = py::none(),
             py::arg("start") = 0.0,
             py::arg("stop") = py::none(),
             "user: its name, before the @. proxy: takes its requests and is its registrar: an IP\n"
             "address, or (address, port); None: it calls directly and does not register. start,\n"
             "stop: seconds from now on; stop None: never. Further keyword arguments are "
             "attributes.")
        .def("call",
             &Call,
             py::arg("target"),
             "Call a SIP URI now, besides the calls of the attributes. ValueError if it is none, "
             "or\nif the phone was not started yet.")
        .def(
            "hang_up",
            [](SipUserAgent& self) {
                Session::Get().Change();
                Session::Get().CheckAlive(self);
                self.HangUp();
                Session::Get().Rethrow();
            },
            "End all its calls.")
        .def_property_readonly("calls",
                               &Get<&SipUserAgent::GetCalls, SipUserAgent>,
                               "How many calls are going on.")
        .def_property_readonly("calls_done",
                               &Get<&SipUserAgent::GetCallsDone, SipUserAgent>,
                               "How many calls have ended, both ways.")
        .def_property_readonly("media_ports_in_use",
                               &Get<&SipUserAgent::GetMediaPortsInUse, SipUserAgent>,
                               "Pairs of ports that its calls' media have.")
        .def_property_readonly("registered",
                               &Get<&SipUserAgent::IsRegistered, SipUserAgent>,
                               "Whether the registrar knows of it.");
    FixAttributes(phone, {"Port", "Proxy", "Targets", "Register", "MediaPortMin", "MediaPortMax"});
}

void
BindProxy(py::module_& module)
{
    ObjectClass<SipProxy, SipElement> proxy(
        module,
        "SipProxy",
        "A SIP provider's server: registrar, and proxy of the calls between its users.\n\n"
        "Trace sources: Registration, Message, Limit; attributes() tells its attributes.");
    proxy
        .def(py::init(&InstallProxy),
             py::arg("node"),
             py::arg("domain") = "",
             py::arg("start") = 0.0,
             py::arg("stop") = py::none(),
             "domain: whose users it knows, besides those at its own addresses. start, stop: "
             "seconds\nfrom now on; stop None: never. Further keyword arguments are attributes.")
        .def_property_readonly("bindings",
                               &Get<&SipProxy::GetBindings, SipProxy>,
                               "How many contacts are registered.")
        .def_property_readonly("relayed",
                               &Get<&SipProxy::GetRelayed, SipProxy>,
                               "Requests that were sent on and have no final response yet.");
    FixAttributes(proxy, {"Port"});
}

} // namespace

void
BindSip(py::module_& module)
{
    BindSipRows(module);
    ObjectClass<SipElement, Application>(module,
                                         "SipElement",
                                         "What SIP phones and proxies have in common.")
        .def_property_readonly("limits",
                               &Limits,
                               "How often each limit was met, and messages were malformed: a "
                               "dict.")
        .def_property_readonly("transactions",
                               &Get<&SipElement::GetTransactions, SipElement>,
                               "SIP transactions that have not ended.");
    BindPhone(module);
    BindProxy(module);
}

} // namespace python
} // namespace conntrack
} // namespace ns3
