/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_BINDINGS_PYTHON_HELPER_H
#define CONNTRACK_BINDINGS_PYTHON_HELPER_H

#include "bindings/python-callback.h"
#include "model/protocol/helper-registry.h"
#include "model/protocol/protocol-helper.h"

#include <memory>
#include <vector>

/**
 * @file
 * Protocol helpers and expectfns whose work is done in Python.
 *
 * Layer: bindings.
 * Lifetime: with their router. What is taken out of the registry is kept, silent, until the router
 * goes: rules and expectations may still point to it.
 * Errors: what Python raises waits for the end of Run; the packet passes as if nobody had looked.
 */

namespace ns3
{
namespace conntrack
{
namespace python
{

/// A protocol helper whose work is done in Python.
class PythonHelper : public ProtocolHelper
{
  public:
    /// @return the TypeId, ns3::conntrack::PythonHelper; made by Python alone
    static TypeId GetTypeId();

    /**
     * @param registry its router's, which outlives it
     * @param look called with a HelpedPacket; answers True, None (pass) or False (drop)
     * @param end called with the id of a connection that dies
     */
    PythonHelper(const HelperRegistry& registry,
                 std::shared_ptr<PythonCallback> look,
                 std::shared_ptr<PythonCallback> end);

    /// Never call Python again. The GIL must be held.
    void Silence();

  private:
    HelperVerdict DoHelp(HelperContext& context) const override;
    void DoConnectionEnds(HelperEnding& ending) const override;

    const HelperRegistry& m_registry;
    std::shared_ptr<PythonCallback> m_look;
    std::shared_ptr<PythonCallback> m_end;
};

/// An expectfn whose work is done in Python.
struct PythonExpectFunction : ExpectFunction
{
    /**
     * @param expectFunctionName as ctnetlink would show it
     * @param registry its router's, which outlives it
     * @param callback called with an ExpectedConnection
     */
    PythonExpectFunction(const std::string& expectFunctionName,
                         const HelperRegistry& registry,
                         std::shared_ptr<PythonCallback> callback);

    const HelperRegistry& registry;
    std::shared_ptr<PythonCallback> callback;
};

/// A connection that an expectation foretold, in the hands of an expectfn; as HelpedPacket, of use
/// while that is called.
class ExpectedConnection
{
  public:
    /**
     * @param connection unconfirmed
     * @param expectation that foretold it
     * @param registry of the router
     * @param now point in time
     */
    ExpectedConnection(Connection& connection,
                       const Expectation& expectation,
                       const HelperRegistry& registry,
                       Nanos now);

    /// From now on nothing can be asked.
    void End();

    Connection& Get() const;                   ///< @return the connection
    const Expectation& GetExpectation() const; ///< @return the expectation
    Nanos Now() const;                         ///< @return point in time

    /**
     * Have another expectfn do its work.
     * @param name e.g. "nat-follow-master"
     * @throws std::invalid_argument if there is none, or it is one of Python's
     */
    void Apply(const std::string& name) const;

  private:
    void CheckAlive() const;

    Connection* m_connection;
    const Expectation& m_expectation;
    const HelperRegistry& m_registry;
    Nanos m_now;
};

/// Keeps alive what a router's rules and expectations may point to. Aggregated to the router.
class PythonParts : public Object
{
  public:
    /// @return the TypeId, ns3::conntrack::PythonParts
    static TypeId GetTypeId();

    /// @param router a Conntrack @return its own
    static PythonParts& Of(Object& router);

    std::vector<Ptr<ProtocolHelper>> helpers;                     ///< registered once
    std::vector<std::unique_ptr<PythonExpectFunction>> functions; ///< registered once
};

} // namespace python
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_BINDINGS_PYTHON_HELPER_H
