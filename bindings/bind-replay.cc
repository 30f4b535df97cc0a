/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/attributes.h"
#include "bindings/bindings.h"
#include "bindings/conntrack-arguments.h"
#include "bindings/json.h"
#include "bindings/session.h"
#include "helper/replay-capture-run.h"
#include "helper/replay-case-run.h"
#include "helper/replay-settings.h"
#include "model/protocol/helper-factory.h"
#include "model/report/conntrack-text.h"
#include "model/report/json-report.h"

#include "ns3/boolean.h"
#include "ns3/global-value.h"
#include "ns3/node-list.h"
#include "ns3/simulator.h"

#include <pybind11/stl.h>
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

using Json = nlohmann::ordered_json;

/// A simulation that begins here and is gone at the end of the block, whatever happens.
class OwnSimulation
{
  public:
    OwnSimulation()
    {
        Session& session = Session::Get();
        session.Change();
        if (session.IsRunning() || NodeList::GetNNodes() != 0 || Conntrack::Now() != 0 ||
            !Simulator::IsFinished())
        {
            throw std::runtime_error("A replay is a simulation of its own: destroy() the present "
                                     "one first");
        }
        session.Destroy();
        session.Change();
        GlobalValue::GetValueByName("ChecksumEnabled", m_checksums);
    }

    ~OwnSimulation()
    {
        GlobalValue::Bind("ChecksumEnabled", m_checksums); // a replay turns it on
        Session::Get().Destroy();
    }

    OwnSimulation(const OwnSimulation&) = delete;
    OwnSimulation& operator=(const OwnSimulation&) = delete;

  private:
    BooleanValue m_checksums;
};

/// What a replay told.
struct Told
{
    std::vector<Json> rows;
    std::vector<std::string> lines;
    std::vector<Json> drops;
    std::vector<std::string> log;
    std::vector<Json> packets;
    std::vector<uint64_t> causes; ///< of each row: the number of a packet; 0: time
    std::ostringstream damage;
};

void
Listen(Conntrack& conntrack, const ReportContext& context, Told& told)
{
    conntrack.TraceConnectWithoutContext(
        "Connection",
        Callback<void, const ConnectionNotice&>([&told, context](const ConnectionNotice& notice) {
            told.rows.push_back(EventJson(notice, context));
            told.lines.push_back(EventLine(notice, context));
        }));
    conntrack.TraceConnectWithoutContext(
        "Expectation",
        Callback<void, const ExpectationNotice&>([&told, context](const ExpectationNotice& notice) {
            told.rows.push_back(EventJson(notice));
            told.lines.push_back(EventLine(notice, context));
        }));
    conntrack.TraceConnectWithoutContext(
        "Drop",
        Callback<void, const PacketNotice&>(
            [&told](const PacketNotice& notice) { told.drops.push_back(DropJson(notice)); }));
    conntrack.TraceConnectWithoutContext(
        "Log",
        Callback<void, const std::string&>(
            [&told](const std::string& line) { told.log.push_back(line); }));
}

py::list
ToList(const std::vector<Json>& rows)
{
    py::list list;
    for (const Json& row : rows)
    {
        list.append(ToPython(row));
    }
    return list;
}

/// @return how many events happened while a packet was on its way: they are the newest
std::size_t
EventsOf(const Json& packet)
{
    std::size_t count = 0;
    for (const char* key : {"events", "expects", "expected"})
    {
        count += packet.contains(key) ? packet.at(key).size() : 0;
    }
    return count;
}

/// The number of the packet that caused each row; None: time did.
py::list
CausesOf(const Told& told)
{
    py::list causes;
    for (std::size_t i = 0; i < told.rows.size(); ++i)
    {
        const uint64_t number = i < told.causes.size() ? told.causes[i] : 0;
        causes.append(number == 0 ? py::object(py::none()) : py::object(py::int_(number)));
    }
    return causes;
}

/// What a user chose for both kinds of replay.
struct Choices
{
    std::string kernel;
    std::string out;
    py::object setup;
    std::vector<AttributeSetting> attributes;
    bool verdicts;
};

Choices
MakeChoices(const std::string& kernel,
            const std::string& out,
            const py::object& setup,
            const py::dict& attributes,
            bool verdicts)
{
    if (attributes.contains("Profile"))
    {
        throw py::attribute_error("A replay's attribute 'Profile' is its argument kernel");
    }
    Choices choices{kernel, out, setup, MakeSettings(Conntrack::GetTypeId(), attributes), verdicts};
    for (const AttributeSetting& setting : choices.attributes)
    {
        CheckCarrierGradeNat(setting);
    }
    return choices;
}

ReplayOptions
MakeOptions(const Choices& choices, bool makesNode, Told& told)
{
    ReplayOptions options;
    options.profile = choices.kernel;
    options.out = choices.out;
    options.errors = &told.damage;
    options.stream = Session::Get().TakeStreams(1);
    options.prepare = [&choices, makesNode](Ptr<Conntrack> conntrack) {
        for (const AttributeSetting& setting : choices.attributes)
        {
            conntrack->SetAttribute(setting.name, *setting.value);
        }
        if (makesNode)
        {
            CreateObject<Node>()->AggregateObject(conntrack); // by which Session knows its end
        }
    };
    options.equip = [&choices](Ptr<Conntrack> conntrack) {
        if (!choices.setup.is_none())
        {
            choices.setup(Held<Conntrack>(conntrack));
            Session::Get().CheckAlive(*conntrack);
        }
    };
    if (choices.verdicts)
    {
        options.verdicts = [&told](const Json& packet) {
            told.causes.resize(told.rows.size() - EventsOf(packet), 0);
            told.causes.resize(told.rows.size(), packet.at("packet"));
            told.packets.push_back(packet);
        };
    }
    return options;
}

template <typename Replay>
py::dict
Run(Replay& replay, Told& told)
{
    const Ptr<Conntrack> conntrack = replay.GetConntrack();
    const ReportContext context = conntrack::ContextOf(conntrack, replay.GetEpoch());
    Listen(*conntrack, context, told);
    replay.Begin();
    Session::Get().Run();
    replay.Finish();
    const EventRecorder recorder(conntrack, context);
    const py::object router = py::cast(Held<Conntrack>(conntrack));
    return py::dict(py::arg("rows") = ToList(told.rows),
                    py::arg("lines") = told.lines,
                    py::arg("event_packets") = CausesOf(told),
                    py::arg("drops") = ToList(told.drops),
                    py::arg("log") = told.log,
                    py::arg("packets") = ToList(told.packets),
                    py::arg("connections") = router.attr("connections")(),
                    py::arg("expectations") = router.attr("expectations")(),
                    py::arg("statistics") = router.attr("statistics"),
                    py::arg("ruleset") = router.attr("ruleset")(),
                    py::arg("tables") = ToPython(recorder.Snapshot("end")),
                    py::arg("epoch_ns") = replay.GetEpoch(),
                    py::arg("damage") = told.damage.str());
}

py::dict
ReplayCaptureFile(const std::string& path,
                  const py::object& ruleset,
                  const std::pair<std::string, std::string>& interfaces,
                  const Choices& choices)
{
    CaptureSetup setup;
    setup.capture = path;
    setup.rules = ruleset.is_none() ? "" : ToRuleset(ruleset);
    setup.input = interfaces.first;
    setup.output = interfaces.second;
    const OwnSimulation simulation;
    Told told;
    CaptureReplay replay(setup, MakeOptions(choices, true, told));
    return Run(replay, told);
}

py::dict
ReplayCaseFolder(const std::string& folder, const Choices& choices)
{
    const OwnSimulation simulation;
    Told told;
    CaseReplay replay(folder, MakeOptions(choices, false, told));
    py::dict result = Run(replay, told);
    result["snapshots"] = ToPython(replay.GetSnapshots());
    return result;
}

} // namespace

void
BindReplay(py::module_& module)
{
    const auto error = py::register_exception<ReplayError>(module, "ReplayError", PyExc_ValueError);
    error.doc() = "A replay that cannot be done: one sentence names the file and what is wrong.";
    py::register_exception<CaptureError>(module, "CaptureError", error).doc() =
        "A capture that cannot be read.";
    module.def("helper_kinds",
               &GetHelperKinds,
               "The names of all protocol helpers that are written in C++, those of loaded modules "
               "too.");
    module.def(
        "replay_capture",
        [](const std::string& path,
           const py::object& ruleset,
           const std::pair<std::string, std::string>& interfaces,
           const std::string& kernel,
           const std::string& out,
           const py::object& setup,
           bool verdicts,
           const py::dict& attributes) {
            Session::Get().Change();
            return ReplayCaptureFile(path,
                                     ruleset,
                                     interfaces,
                                     MakeChoices(kernel, out, setup, attributes, verdicts));
        },
        py::arg("path"),
        py::arg("ruleset"),
        py::arg("interfaces"),
        py::arg("kernel"),
        py::arg("out"),
        py::arg("setup"),
        py::arg("verdicts"),
        py::arg("attributes"),
        "ns3conntrack.replay_capture's compiled half: a dict with what the replay told.");
    module.def(
        "replay_case",
        [](const std::string& folder,
           const std::string& kernel,
           const std::string& out,
           const py::object& setup,
           bool verdicts,
           const py::dict& attributes) {
            Session::Get().Change();
            return ReplayCaseFolder(folder, MakeChoices(kernel, out, setup, attributes, verdicts));
        },
        py::arg("folder"),
        py::arg("kernel"),
        py::arg("out"),
        py::arg("setup"),
        py::arg("verdicts"),
        py::arg("attributes"),
        "ns3conntrack.replay_case's compiled half: a dict with what the replay told.");
}

} // namespace python
} // namespace conntrack
} // namespace ns3
