/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/attribute-values.h"
#include "bindings/attributes.h"
#include "bindings/bindings.h"
#include "bindings/held.h"
#include "bindings/python-callback.h"
#include "bindings/python-values.h"
#include "bindings/seconds.h"
#include "bindings/session.h"
#include "bindings/traces.h"
#include "bindings/watched-scheduler.h"

#include "ns3/config.h"
#include "ns3/error-model.h"
#include "ns3/global-value.h"
#include "ns3/packet.h"
#include "ns3/random-variable-stream.h"
#include "ns3/rng-seed-manager.h"
#include "ns3/scheduler.h"
#include "ns3/simulator-impl.h"
#include "ns3/simulator.h"
#include "ns3/string.h"
#include "ns3/uinteger.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{
namespace python
{

namespace py = pybind11;

namespace
{

// RngStream::CheckSeed aborts from here on (L'Ecuyer's MRG32k3a, its second modulus).
constexpr uint32_t SEED_LIMIT = 4294944443U;

/// What schedule() gives.
struct Event
{
    std::shared_ptr<PythonCallback> callback;
};

Event
Schedule(const py::object& delay, const py::object& callable, const py::args& arguments)
{
    Session::Get().Look();
    if (PyCallable_Check(callable.ptr()) == 0)
    {
        throw py::type_error("What happens then is a function, not " +
                             py::repr(callable).cast<std::string>());
    }
    const auto partial = py::module_::import("functools").attr("partial");
    const auto callback = std::make_shared<PythonCallback>(
        arguments.empty() ? callable : partial(callable, *arguments));
    Simulator::Schedule(ToTime(delay, "The delay"), [callback] { callback->Happen(); });
    return {callback};
}

void
Cancel(const Event& event)
{
    Session::Get().Look();
    event.callback->Drop(); // as ns-3 does, the empty event stays in the queue
}

double
Run(const py::object& until)
{
    Session& session = Session::Get();
    if (until.is_none())
    {
        session.Run();
    }
    else
    {
        session.Run(ToTime(until, "until"));
    }
    return ToSeconds(Simulator::Now());
}

double
RunWatched(const py::object& until, py::function callback)
{
    Session::Get().Change();
    const py::object end =
        until.is_none() ? py::object(py::none()) : py::float_(ToSeconds(ToTime(until, "until")));
    if (Session::Get().IsRunning())
    {
        return Run(until); // which refuses it
    }
    const PythonCallback show(std::move(callback));
    const auto tell = [&](Time next) {
        show.Tell([&] {
            const double now = ToSeconds(next);
            return py::make_tuple(end.is_none() ? now : std::min(now, end.cast<double>()), end);
        });
    };
    {
        const RunWatch watch(tell);
        return Run(until);
    }
}

double
Now()
{
    Session::Get().Look();
    return ToSeconds(Simulator::Now());
}

void
SetSeed(py::int_ seed, py::int_ run)
{
    Session::Get().Configure();
    const auto number = PyLong_AsLongLong(seed.ptr());
    const auto runNumber = PyLong_AsLongLong(run.ptr());
    PyErr_Clear(); // too large: -1, which is refused
    if (number < 1 || number >= SEED_LIMIT)
    {
        throw py::value_error("seed must be from 1 to " + std::to_string(SEED_LIMIT - 1));
    }
    if (runNumber < 0)
    {
        throw py::value_error("run must be from 0 to 2**63 - 1");
    }
    RngSeedManager::SetSeed(static_cast<uint32_t>(number));
    RngSeedManager::SetRun(static_cast<uint64_t>(runNumber));
}

void
SetDefault(const std::string& name, const py::object& value)
{
    Session::Get().Configure();
    const auto dots = name.rfind("::");
    TypeId tid;
    if (dots == std::string::npos || !TypeId::LookupByNameFailSafe(name.substr(0, dots), &tid))
    {
        throw py::value_error("'" + name +
                              "' is not CLASS::ATTRIBUTE of an ns-3 class, such as "
                              "'ns3::TcpSocket::SegmentSize'");
    }
    const AttributeSetting setting = MakeSetting(tid, name.substr(dots + 2), value);
    if (!Config::SetDefaultFailSafe(name, *setting.value))
    {
        throw py::attribute_error("'" + name + "' belongs to a class above it: name that one");
    }
}

/// For the classes that ns-3 makes without a check. @throws ValueError if it is not of a kind
void
CheckClass(TypeId chosen, TypeId wanted)
{
    if (!chosen.IsChildOf(wanted) || !chosen.HasConstructor())
    {
        throw py::value_error("'" + chosen.GetName() + "' is no " + wanted.GetName());
    }
}

void
SetGlobal(const std::string& name, const py::object& value)
{
    Session::Get().Configure();
    for (auto global = GlobalValue::Begin(); global != GlobalValue::End(); ++global)
    {
        if ((*global)->GetName() == name)
        {
            const auto made =
                MakeValue("Global value '" + name + "'", *(*global)->GetChecker(), value);
            if (name == "SchedulerType")
            {
                CheckClass(DynamicCast<TypeIdValue>(made)->Get(), Scheduler::GetTypeId());
            }
            if (name == "SimulatorImplementationType")
            {
                CheckClass(FindClass(DynamicCast<StringValue>(made)->Get()),
                           SimulatorImpl::GetTypeId());
            }
            if (name == "RngSeed" && DynamicCast<UintegerValue>(made)->Get() == 0)
            {
                throw py::value_error("Global value 'RngSeed' cannot be 0: seeds begin with 1");
            }
            (*global)->SetValue(*made);
            return;
        }
    }
    throw py::attribute_error("ns-3 has no global value '" + name + "'");
}

Held<Object>
MakeFromPython(const std::string& name, const py::kwargs& attributes)
{
    Session::Get().Change();
    const TypeId tid = FindClass(name);
    // Other classes are parts of a simulation, and would not be whole alone.
    if (!tid.IsChildOf(RandomVariableStream::GetTypeId()) &&
        !tid.IsChildOf(ErrorModel::GetTypeId()))
    {
        throw py::value_error("The ns-3 class '" + name + "' is no random variable or error model");
    }
    return Held<Object>(MakeObject(tid, MakeSettings(tid, attributes)));
}

py::dict
Attributes(const Object& object)
{
    py::dict help;
    for (TypeId tid = object.GetInstanceTypeId();; tid = tid.GetParent())
    {
        for (std::size_t i = 0; i < tid.GetAttributeN(); ++i)
        {
            const auto attribute = tid.GetAttribute(i);
            help[py::str(attribute.name)] = attribute.help;
        }
        if (!tid.HasParent() || tid.GetParent() == tid)
        {
            return help;
        }
    }
}

py::bytes
ToBytes(const Packet& packet)
{
    std::string bytes(packet.GetSize(), '\0');
    packet.CopyData(reinterpret_cast<uint8_t*>(bytes.data()), packet.GetSize());
    return py::bytes(bytes);
}

void
BindObject(py::module_& module)
{
    py::class_<Subscription>(module, "Subscription", "A callback at a trace source.")
        .def(
            "cancel",
            [](const Subscription& subscription) {
                Session::Get().Look();
                subscription.Cancel();
            },
            "Never call the callback again.");
    py::class_<Object, Held<Object>>(module,
                                     "Object",
                                     "An ns-3 object, with attributes and trace sources by name.")
        .def(
            "set",
            [](Object& object, const std::string& name, const py::object& value) {
                Session::Get().Change();
                Session::Get().CheckAlive(object);
                SetAttribute(object, name, value);
            },
            py::arg("name"),
            py::arg("value"),
            "Set an ns-3 attribute.\n\nDurations are seconds or texts such as '150ms', rates bit/s "
            "or texts such as\n'10Mbps'. Raises AttributeError for a name there is not, ValueError "
            "for a value.")
        .def(
            "get",
            [](Object& object, const std::string& name) {
                Session::Get().CheckAlive(object);
                return GetAttribute(object, name);
            },
            py::arg("name"),
            "An ns-3 attribute: bool, int, float (durations: seconds), str, Object, None or list.")
        .def("attributes",
             &Attributes,
             "What the object's attributes are for, by name: a dict of sentences.")
        .def(
            "trace",
            [](Object& object, const std::string& source, py::function callback) {
                Session::Get().Change();
                Session::Get().CheckAlive(object);
                return Trace(object, source, std::move(callback));
            },
            py::arg("source"),
            py::arg("callback"),
            "Call callback(value) whenever a trace source tells something.\n\nThe value is a copy. "
            "The callback may look at the simulation and schedule(), not\nchange it. What it "
            "raises ends run(), which raises it.")
        .def("trace_sources", &TraceNames, "The names that trace() knows.")
        .def_property_readonly(
            "type_name",
            [](const Object& object) { return object.GetInstanceTypeId().GetName(); },
            "The ns-3 class, e.g. 'ns3::CsmaNetDevice'.")
        .def("__repr__",
             [](const Object& object) { return "<" + object.GetInstanceTypeId().GetName() + ">"; });
    AddTrace<Ptr<const Packet>>("ns3::Packet::TracedCallback",
                                [](Object&, Ptr<const Packet> packet) { return ToBytes(*packet); });
    module.def(
        "create",
        &MakeFromPython,
        py::arg("class_name"),
        "A new random variable or error model: create('ns3::RateErrorModel', ErrorRate=0.01).");
}

void
BindSimulation(py::module_& module)
{
    py::class_<Event>(module, "Event", "A call that is scheduled.")
        .def("cancel", &Cancel, "Do not call, if it has not happened yet.")
        .def_property_readonly(
            "pending",
            [](const Event& event) {
                Session::Get().Look();
                return !event.callback->IsDropped();
            },
            "Whether it is still to come.");
    module.def("schedule",
               &Schedule,
               py::arg("delay"),
               py::arg("callback"),
               "Call callback(*arguments) after a delay, in simulated time from now.");
    module.def("run",
               &Run,
               py::arg("until") = py::none(),
               "Run the simulation until a point in simulated time, or until nothing is left to "
               "do.\n\nReturns the time reached, in seconds. Raises what a callback raised, and "
               "KeyboardInterrupt\nat Ctrl-C, after the present event; run() may then be called "
               "again. Other Python threads\ngo on meanwhile.");
    module.def("run_watched",
               &RunWatched,
               py::arg("until"),
               py::arg("callback"),
               "As run(), and call callback((now, until)) some times a second; what it raises, "
               "run_watched()\nraises.");
    module.def(
        "stop",
        [] { Session::Get().Stop(); },
        "End run() after the present event. Any thread may call it.");
    module.def("now", &Now, "Simulated time, in seconds.");
    module.def(
        "destroy",
        [] { Session::Get().Destroy(); },
        "End the simulation: nodes, events and callbacks are gone, and another one may begin.\n\n"
        "Its objects raise RuntimeError from then on. Seeds, defaults and globals stay.");
    module.def("set_seed",
               &SetSeed,
               py::arg("seed") = 1,
               py::arg("run") = 1,
               "Choose the random numbers of what is made from now on: the seed and the run.");
    module.def("set_default",
               &SetDefault,
               py::arg("name"),
               py::arg("value"),
               "Set the value that an attribute has in objects made from now on, by its full "
               "name:\nset_default('ns3::TcpSocket::SegmentSize', 1448).");
    module.def("set_global",
               &SetGlobal,
               py::arg("name"),
               py::arg("value"),
               "Set an ns-3 global value: set_global('ChecksumEnabled', True).");
    module.def(
        "reset_defaults",
        [] {
            Session::Get().Configure();
            Config::Reset();
        },
        "Give defaults and global values back what ns-3 begins with.");
    py::module_::import("atexit").attr("register")(
        py::cpp_function([] { Session::Get().DestroyAtExit(); }));
}

} // namespace

void
BindCore(py::module_& module)
{
    BindObject(module);
    BindSimulation(module);
}

} // namespace python
} // namespace conntrack
} // namespace ns3
