/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/attributes.h"
#include "bindings/bindings.h"
#include "bindings/ip-text.h"
#include "bindings/json.h"
#include "bindings/session.h"
#include "bindings/traces.h"
#include "model/nat/carrier/carrier-grade-nat.h"
#include "model/report/nat-log-text.h"

#include <pybind11/stl.h>

namespace ns3
{
namespace conntrack
{
namespace python
{

namespace py = pybind11;

namespace
{

py::tuple
PresetNames()
{
    py::list names;
    for (const NatPreset& preset : NatPresets())
    {
        names.append(preset.name);
    }
    return py::tuple(names);
}

Held<CarrierGradeNat>
Make(const std::string& preset, const py::kwargs& attributes)
{
    Session::Get().Change();
    if (FindNatPreset(preset) == nullptr)
    {
        throw py::value_error("There is no preset '" + preset + "', only " +
                              py::str(", ").attr("join")(PresetNames()).cast<std::string>());
    }
    const auto settings = MakeSettings(CarrierGradeNat::GetTypeId(), attributes);
    Ptr<CarrierGradeNat> nat = CreateObject<CarrierGradeNat>();
    nat->SetPreset(preset);
    for (const AttributeSetting& setting : settings)
    {
        nat->SetAttribute(setting.name, *setting.value);
    }
    const std::string fault = nat->FindFault();
    if (!fault.empty())
    {
        throw py::value_error(fault);
    }
    return Held<CarrierGradeNat>(nat);
}

py::dict
GetStatistics(const CarrierGradeNat& nat)
{
    Session::Get().Look();
    const CarrierGradeStatistics& counts = nat.GetStatistics();
    return py::dict(py::arg("sessions_created") = counts.sessionsCreated,
                    py::arg("mappings_created") = counts.mappingsCreated,
                    py::arg("blocks_allocated") = counts.blocksAllocated,
                    py::arg("quota_exceeded") = counts.quotaExceeded,
                    py::arg("ports_exhausted") = counts.portsExhausted,
                    py::arg("admitted") = counts.admitted,
                    py::arg("hairpinned") = counts.hairpinned,
                    py::arg("filtered") = counts.filtered,
                    py::arg("most_mappings") = counts.mostMappings,
                    py::arg("most_blocks") = counts.mostBlocks);
}

std::optional<std::string>
FindSubscriber(CarrierGradeNat& nat,
               const std::string& address,
               uint16_t port,
               const std::string& protocol)
{
    Session::Get().Look();
    const auto outside = ParseIp(address);
    if (!outside || !outside->IsIpv4())
    {
        throw py::value_error("'" + address + "' is no IPv4 address");
    }
    if (protocol != "tcp" && protocol != "udp" && protocol != "icmp")
    {
        throw py::value_error("A protocol is 'tcp', 'udp' or 'icmp', not '" + protocol + "'");
    }
    const uint8_t number = protocol == "tcp"   ? protocol::TCP
                           : protocol == "udp" ? protocol::UDP
                                               : protocol::ICMP;
    const auto inside = nat.FindSubscriber(outside->bytes.ToIpv4(), port, number);
    return inside ? std::make_optional(ToString(Address::FromIpv4(*inside), Family::Ipv4))
                  : std::nullopt;
}

template <auto GETTER>
uint32_t
CountOf(const CarrierGradeNat& nat)
{
    Session::Get().Look();
    return (nat.*GETTER)();
}

} // namespace

void
BindCarrierNat(py::module_& module)
{
    AddTrace<const NatRecord&>(
        "ns3::conntrack::CarrierGradeNat::RecordTracedCallback",
        [](Object&, const NatRecord& record) { return ToPython(NatLogJson(record)); });
    ObjectClass<CarrierGradeNat, Object> nat(
        module,
        "CarrierGradeNat",
        "A carrier's NAT: chooses addresses and ports for the Conntrack that gets it\n"
        "(Conntrack(router, ruleset=..., CarrierGradeNat=nat)). Trace source: Log, a dict a record "
        "with the\nkeys of nat-log.jsonl (doc/formats.rst).");
    nat.attr("PRESETS") = PresetNames();
    nat.def(py::init(&Make),
            py::arg("preset") = "rfc4787",
            "preset: one of PRESETS. Keyword arguments are attributes, which change it: "
            "BlockAllocation='Dynamic',\nBlockSize=512, OutsidePool='203.0.113.0/28'. Raises "
            "ValueError or AttributeError.")
        .def_property_readonly("statistics", &GetStatistics, "What was counted: a dict.")
        .def_property_readonly("mappings",
                               &CountOf<&CarrierGradeNat::GetMappings>,
                               "Mappings at present.")
        .def_property_readonly("sessions",
                               &CountOf<&CarrierGradeNat::GetSessions>,
                               "Translated connections at present.")
        .def_property_readonly("blocks",
                               &CountOf<&CarrierGradeNat::GetBlocks>,
                               "Dynamic blocks that subscribers have at present.")
        .def("subscriber",
             &FindSubscriber,
             py::arg("address"),
             py::arg("port"),
             py::arg("protocol") = "udp",
             "Who has an outside port, as computed (deterministic blocks), else by its mapping; "
             "None: nobody.");
}

} // namespace python
} // namespace conntrack
} // namespace ns3
