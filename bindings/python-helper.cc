/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/python-helper.h"

#include "bindings/helped-packet.h"

#include <stdexcept>
#include <utility>

namespace ns3
{
namespace conntrack
{
namespace python
{

namespace py = pybind11;

namespace
{

/// Ends what Python may keep, however its call ends.
template <typename Handle>
class Ending
{
  public:
    explicit Ending(Handle& handle)
        : m_handle(handle)
    {
    }

    ~Ending()
    {
        m_handle.End();
    }

    Ending(const Ending&) = delete;
    Ending& operator=(const Ending&) = delete;

  private:
    Handle& m_handle;
};

bool
IsAccepted(const py::object& verdict)
{
    if (verdict.is_none() || PyBool_Check(verdict.ptr()))
    {
        return !verdict.is(py::bool_(false));
    }
    throw py::type_error("help() returns True, False or None, not " +
                         py::repr(verdict).cast<std::string>());
}

void
CallExpectFunction(const ExpectFunction& self,
                   Connection& connection,
                   const Expectation& expectation,
                   Nanos now)
{
    const auto& own = static_cast<const PythonExpectFunction&>(self);
    own.callback->Use([&](const py::object& callable) {
        auto handle =
            std::make_shared<ExpectedConnection>(connection, expectation, own.registry, now);
        const Ending<ExpectedConnection> ending(*handle);
        callable(handle);
    });
}

} // namespace

TypeId
PythonHelper::GetTypeId()
{
    static TypeId tid = TypeId("ns3::conntrack::PythonHelper")
                            .SetParent<ProtocolHelper>()
                            .SetGroupName("Conntrack");
    return tid;
}

PythonHelper::PythonHelper(const HelperRegistry& registry,
                           std::shared_ptr<PythonCallback> look,
                           std::shared_ptr<PythonCallback> end)
    : m_registry(registry),
      m_look(std::move(look)),
      m_end(std::move(end))
{
}

void
PythonHelper::Silence()
{
    m_look->Drop();
    m_end->Drop();
}

HelperVerdict
PythonHelper::DoHelp(HelperContext& context) const
{
    const TrackedPacket& seen = context.packet;
    if (seen.view.Protocol() != seen.connection->Original().protocol)
    {
        return HelperVerdict::Accept; // an ICMP error about it, whose text anybody could write
    }
    bool accepted = true;
    m_look->Use([&](const py::object& callable) {
        auto packet = std::make_shared<HelpedPacket>(context, m_registry, GetPolicies().size());
        const Ending<HelpedPacket> ending(*packet);
        accepted = IsAccepted(callable(packet));
    });
    return accepted ? HelperVerdict::Accept : HelperVerdict::Drop;
}

void
PythonHelper::DoConnectionEnds(HelperEnding& ending) const
{
    m_end->Use([&](const py::object& callable) { callable(ending.connection.id); });
}

PythonExpectFunction::PythonExpectFunction(const std::string& expectFunctionName,
                                           const HelperRegistry& registry,
                                           std::shared_ptr<PythonCallback> callback)
    : registry(registry),
      callback(std::move(callback))
{
    name = expectFunctionName;
    call = &CallExpectFunction;
}

ExpectedConnection::ExpectedConnection(Connection& connection,
                                       const Expectation& expectation,
                                       const HelperRegistry& registry,
                                       Nanos now)
    : m_connection(&connection),
      m_expectation(expectation),
      m_registry(registry),
      m_now(now)
{
}

void
ExpectedConnection::End()
{
    m_connection = nullptr;
}

void
ExpectedConnection::CheckAlive() const
{
    if (m_connection == nullptr)
    {
        throw std::runtime_error(
            "The connection is no longer an expectfn's: it has it only while it is called");
    }
}

Connection&
ExpectedConnection::Get() const
{
    CheckAlive();
    return *m_connection;
}

const Expectation&
ExpectedConnection::GetExpectation() const
{
    CheckAlive();
    return m_expectation;
}

Nanos
ExpectedConnection::Now() const
{
    CheckAlive();
    return m_now;
}

void
ExpectedConnection::Apply(const std::string& name) const
{
    CheckAlive();
    const ExpectFunction* function = m_registry.FindExpectFunction(name);
    if (function == nullptr)
    {
        throw std::invalid_argument("There is no expectfn '" + name + "'");
    }
    if (function->call == &CallExpectFunction)
    {
        throw std::invalid_argument("The expectfn '" + name + "' is Python's: call it yourself");
    }
    function->call(*function, *m_connection, m_expectation, m_now);
}

TypeId
PythonParts::GetTypeId()
{
    static TypeId tid = TypeId("ns3::conntrack::PythonParts")
                            .SetParent<Object>()
                            .SetGroupName("Conntrack")
                            .AddConstructor<PythonParts>();
    return tid;
}

PythonParts&
PythonParts::Of(Object& router)
{
    Ptr<PythonParts> parts = router.GetObject<PythonParts>();
    if (!parts)
    {
        parts = CreateObject<PythonParts>();
        router.AggregateObject(parts);
    }
    return *parts;
}

} // namespace python
} // namespace conntrack
} // namespace ns3
