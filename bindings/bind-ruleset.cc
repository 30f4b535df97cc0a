/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/bindings.h"
#include "bindings/json.h"
#include "model/report/names.h"
#include "model/ruleset/ready-made.h"
#include "model/ruleset/ruleset.h"

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

/// ("tcp", 80) or ("udp", 5000, 5999).
using ServiceRow = std::vector<py::object>;

uint8_t
ToProtocol(py::handle name)
{
    const auto text = py::str(name).cast<std::string>();
    for (const uint8_t number : {protocol::TCP, protocol::UDP, protocol::SCTP, protocol::UDPLITE})
    {
        if (text == ProtocolName(number))
        {
            return number;
        }
    }
    throw py::value_error("A service's protocol is 'tcp', 'udp', 'sctp' or 'udplite', not '" +
                          text + "'");
}

uint16_t
ToPort(py::handle port)
{
    if (PyLong_Check(port.ptr()))
    {
        const long number = PyLong_AsLong(port.ptr());
        PyErr_Clear(); // too large: -1
        if (number > 0 && number <= 0xffff)
        {
            return static_cast<uint16_t>(number);
        }
    }
    throw py::value_error("A port is a number from 1 to 65535, not " +
                          py::repr(port).cast<std::string>());
}

std::vector<Service>
ToServices(const std::vector<py::tuple>& rows)
{
    std::vector<Service> services;
    for (const py::tuple& row : rows)
    {
        if (row.size() != 2 && row.size() != 3)
        {
            throw py::value_error("A service is (protocol, port) or (protocol, first, last), not " +
                                  py::repr(row).cast<std::string>());
        }
        const uint16_t last = row.size() == 3 ? ToPort(row[2]) : uint16_t{0};
        services.push_back({ToProtocol(row[0]), ToPort(row[1]), last});
    }
    return services;
}

std::vector<HelperService>
ToHelpers(const std::vector<py::tuple>& rows)
{
    std::vector<HelperService> services;
    for (const py::tuple& row : rows)
    {
        if (row.size() != 3)
        {
            throw py::value_error("A helper's service is (helper, protocol, port), not " +
                                  py::repr(row).cast<std::string>());
        }
        services.push_back(
            {py::str(row[0]).cast<std::string>(), ToProtocol(row[1]), ToPort(row[2])});
    }
    return services;
}

std::vector<PortForward>
ToForwards(const std::vector<py::tuple>& rows)
{
    std::vector<PortForward> forwards;
    for (const py::tuple& row : rows)
    {
        if (row.size() != 3 && row.size() != 4)
        {
            throw py::value_error("A forward is (protocol, port, address) or (protocol, port, "
                                  "address, server_port), not " +
                                  py::repr(row).cast<std::string>());
        }
        const uint16_t serverPort = row.size() == 4 ? ToPort(row[3]) : uint16_t{0};
        forwards.push_back(
            {ToProtocol(row[0]), ToPort(row[1]), py::str(row[2]).cast<std::string>(), serverPort});
    }
    return forwards;
}

StatefulFirewall
MakeFirewall(const std::string& inside,
             const std::string& outside,
             const std::vector<py::tuple>& helpers,
             const std::vector<py::tuple>& fromInside,
             const std::vector<py::tuple>& fromOutside,
             bool masquerades,
             const std::vector<py::tuple>& forwards,
             bool admitsTranslated)
{
    return {inside,
            outside,
            ToHelpers(helpers),
            ToServices(fromInside),
            ToServices(fromOutside),
            masquerades,
            ToForwards(forwards),
            admitsTranslated};
}

} // namespace

void
BindRuleset(py::module_& module)
{
    module.def(
        "helpers_alone",
        [](const std::vector<py::tuple>& helpers) { return HelpersAlone(ToHelpers(helpers)); },
        py::arg("helpers"),
        "Rules, as JSON, that accept everything and give connections their helpers: rows such as\n"
        "('ftp', 'tcp', 2121). ValueError: what is wrong with a row.");
    py::register_exception<RulesetError>(module, "RulesetError", PyExc_ValueError).doc() =
        "Rules that cannot be loaded: one sentence names the place and what is wrong.";
    py::class_<StatefulFirewall>(module,
                                 "StatefulFirewall",
                                 "Rules that let pass what the inside begins and what belongs to "
                                 "that, and drop the rest.")
        .def(py::init(&MakeFirewall),
             py::kw_only(),
             py::arg("inside") = "",
             py::arg("outside") = "",
             py::arg("helpers") = std::vector<py::tuple>(),
             py::arg("from_inside") = std::vector<py::tuple>(),
             py::arg("from_outside") = std::vector<py::tuple>(),
             py::arg("masquerades") = false,
             py::arg("forwards") = std::vector<py::tuple>(),
             py::arg("admits_translated") = false,
             "inside, outside: device names ('eth1'); '': any. helpers: rows such as ('ftp', "
             "'tcp', 21),\nwhich the inside may use. from_inside, from_outside: services that they "
             "may begin,\n('tcp', 80) or ('udp', 5000, 5999); by default everything and nothing.\n"
             "masquerades: what leaves by `outside` gets the router's address there. forwards: "
             "services\nof the inside at that address, ('tcp', 8080, '10.1.0.10', 80). "
             "admits_translated: what NAT sends\nto the inside may pass, as a "
             "CarrierGradeNat's filter lets it in.")
        .def(
            "to_json",
            [](const StatefulFirewall& firewall) { return ToJson(firewall); },
            "The rules as `nft -j list ruleset` prints them.")
        .def(
            "to_dict",
            [](const StatefulFirewall& firewall) {
                return ToPython(nlohmann::ordered_json::parse(ToJson(firewall)));
            },
            "The same as a dict, to be looked at or changed.");
}

} // namespace python
} // namespace conntrack
} // namespace ns3
