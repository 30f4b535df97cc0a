/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/session.h"

#include "bindings/python-callback.h"
#include "bindings/signal-watch.h"

#include "ns3/application.h"
#include "ns3/channel-list.h"
#include "ns3/channel.h"
#include "ns3/names.h"
#include "ns3/net-device.h"
#include "ns3/node-list.h"
#include "ns3/simulator-impl.h"
#include "ns3/simulator.h"

#include <chrono>
#include <pybind11/pybind11.h>
#include <stdexcept>

namespace ns3
{
namespace conntrack
{
namespace python
{

namespace py = pybind11;

namespace
{

constexpr uint32_t NO_CONTEXT = 0xffffffff; // ns-3's, of events that concern no node

/// Sets a flag as long as it lives.
class Raised
{
  public:
    explicit Raised(std::atomic<bool>& flag)
        : m_flag(flag)
    {
        m_flag = true;
    }

    ~Raised()
    {
        m_flag = false;
    }

    Raised(const Raised&) = delete;
    Raised& operator=(const Raised&) = delete;

  private:
    std::atomic<bool>& m_flag;
};

[[noreturn]] void
ThrowDestroyed(const std::string& what)
{
    throw std::runtime_error(what + " belongs to a simulation that was destroyed");
}

bool
IsListed(const Channel& channel)
{
    const uint32_t id = channel.GetId();
    return id < ChannelList::GetNChannels() && PeekPointer(ChannelList::GetChannel(id)) == &channel;
}

} // namespace

Session&
Session::Get()
{
    static auto* session = new Session;
    return *session;
}

void
Session::Look()
{
    if (m_owner == std::thread::id())
    {
        m_owner = std::this_thread::get_id();
        Simulator::GetImplementation(); // it remembers the thread that makes it
    }
    if (m_owner != std::this_thread::get_id())
    {
        throw std::runtime_error("The simulation belongs to the thread that began it, until it is "
                                 "destroyed: only stop() may be called by another thread");
    }
}

void
Session::Configure()
{
    if (m_owner != std::thread::id())
    {
        Look();
    }
    CheckNotTelling();
}

void
Session::Change()
{
    Look();
    CheckNotTelling();
}

void
Session::CheckNotTelling() const
{
    if (IsTelling())
    {
        throw std::runtime_error("A trace callback may look at the simulation but not change it: "
                                 "schedule(0, ...) does so right afterwards");
    }
}

void
Session::CheckAlive(const Node& node)
{
    Look();
    const uint32_t id = node.GetId();
    if (id >= NodeList::GetNNodes() || PeekPointer(NodeList::GetNode(id)) != &node)
    {
        ThrowDestroyed("Node " + std::to_string(id));
    }
}

void
Session::CheckAlive(Object& object)
{
    Look();
    const std::string name = object.GetInstanceTypeId().GetName();
    Ptr<Node> node;
    if (auto* device = dynamic_cast<NetDevice*>(&object))
    {
        node = device->GetNode();
    }
    else if (auto* application = dynamic_cast<Application*>(&object))
    {
        node = application->GetNode();
    }
    else if (auto* channel = dynamic_cast<Channel*>(&object))
    {
        if (!IsListed(*channel))
        {
            ThrowDestroyed("This " + name);
        }
        return;
    }
    else
    {
        node = object.GetObject<Node>();
        if (!node)
        {
            return; // a part that no simulation owns, such as a random variable
        }
    }
    if (!node)
    {
        ThrowDestroyed("This " + name);
    }
    CheckAlive(*node);
}

void
Session::Run()
{
    Change();
    if (m_running)
    {
        throw std::runtime_error("The simulation runs already: a callback cannot run it again");
    }
    {
        const SignalWatch watch;
        const Raised running(m_running);
        const py::gil_scoped_release released;
        Simulator::Run();
    }
    for (Object* object : std::exchange(m_dropped, {}))
    {
        object->Unref();
    }
    Rethrow();
}

void
Session::Run(Time until)
{
    Change();
    if (until < Simulator::Now())
    {
        throw std::invalid_argument("run() cannot end in the past: it is " +
                                    std::to_string(Simulator::Now().GetSeconds()) + " s already");
    }
    // As Simulator::Stop(delay) does; but a run that ends early must leave no stop for the next.
    const EventId end = Simulator::Schedule(until - Simulator::Now(), [] { Simulator::Stop(); });
    try
    {
        Run();
    }
    catch (...)
    {
        Simulator::Remove(end);
        throw;
    }
    Simulator::Remove(end);
}

void
Session::Stop()
{
    if (!m_running)
    {
        return;
    }
    if (m_owner == std::this_thread::get_id())
    {
        Simulator::Stop();
        return;
    }
    Simulator::ScheduleWithContext(NO_CONTEXT, Time(0), [] { Simulator::Stop(); });
}

void
Session::RequestSignalCheck()
{
    Simulator::ScheduleWithContext(NO_CONTEXT, Time(0), [] { Get().CheckSignals(); });
}

void
Session::CheckSignals()
{
    const py::gil_scoped_acquire acquired;
    if (PyErr_CheckSignals() == 0)
    {
        return; // its handler was content
    }
    try
    {
        throw py::error_already_set();
    }
    catch (...)
    {
        KeepException();
    }
}

void
Session::Destroy()
{
    if (m_running)
    {
        throw std::runtime_error("The simulation runs: it cannot be destroyed now");
    }
    if (m_owner == std::thread::id())
    {
        return;
    }
    if (IsTelling())
    {
        throw std::runtime_error("A trace callback cannot destroy the simulation");
    }
    Forget();
    Simulator::Destroy();
    Names::Clear();
    ++m_destroyed;
    for (const auto& ending : std::exchange(m_endings, {}))
    {
        ending();
    }
}

void
Session::Forget()
{
    for (const auto& registered : std::exchange(m_callbacks, {}))
    {
        if (const auto callback = registered.lock())
        {
            callback->Drop();
        }
    }
    m_nextStream = 0;
    m_failure = nullptr;
    m_owner = std::thread::id();
}

void
Session::DestroyAtExit()
{
    while (m_running && m_owner != std::this_thread::get_id())
    {
        Stop();
        const py::gil_scoped_release released;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    Destroy();
}

void
Session::KeepException()
{
    if (!m_failure)
    {
        m_failure = std::current_exception();
    }
    if (m_running)
    {
        Simulator::Stop();
    }
}

void
Session::Rethrow()
{
    if (m_failure)
    {
        std::rethrow_exception(std::exchange(m_failure, nullptr));
    }
}

void
Session::Register(const std::shared_ptr<PythonCallback>& callback)
{
    m_callbacks.push_back(callback);
}

void
Session::AtEnd(std::function<void()> action)
{
    m_endings.push_back(std::move(action));
}

int64_t
Session::TakeStreams(int64_t count)
{
    return std::exchange(m_nextStream, m_nextStream + count);
}

void
Session::Drop(Object* object)
{
    Session& session = Get();
    if (session.m_running && session.m_owner != std::this_thread::get_id())
    {
        session.m_dropped.push_back(object);
        return;
    }
    object->Unref();
}

} // namespace python
} // namespace conntrack
} // namespace ns3
