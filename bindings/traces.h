/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_BINDINGS_TRACES_H
#define CONNTRACK_BINDINGS_TRACES_H

#include "bindings/python-callback.h"

#include "ns3/callback.h"
#include "ns3/object.h"

#include <functional>
#include <memory>
#include <pybind11/pybind11.h>
#include <string>

/**
 * @file
 * ns-3 trace sources that call Python.
 *
 * Layer: bindings.
 * Shape: a table from the C++ signature that a trace source documents to the code that turns its
 * arguments into one Python value, a copy. Each bind-TOPIC.cc adds its signatures.
 * Errors: AttributeError for a source that there is not; TypeError for a signature without a row.
 */

namespace ns3
{
namespace conntrack
{
namespace python
{

/// Connects a callback to a trace source of an object.
using Connector = std::function<void(Object& object,
                                     const std::string& source,
                                     const std::shared_ptr<PythonCallback>& callback)>;

/**
 * Teach a signature.
 * @param signature as the trace source names it, "ns3::Packet::TracedCallback"
 * @param connector for trace sources of that signature
 */
void AddConnector(const std::string& signature, Connector connector);

/**
 * Teach a signature of one argument.
 * @tparam Argument as the trace source has it
 * @param signature as the trace source names it
 * @param toPython makes the Python value, from the object and the argument
 */
template <typename Argument, typename ToPython>
void
AddTrace(const std::string& signature, ToPython toPython)
{
    AddConnector(signature,
                 [toPython](Object& object,
                            const std::string& source,
                            const std::shared_ptr<PythonCallback>& callback) {
                     object.TraceConnectWithoutContext(
                         source,
                         Callback<void, Argument>([toPython, callback, &object](Argument argument) {
                             callback->Tell([&] { return toPython(object, argument); });
                         }));
                 });
}

/// A callback that is connected to a trace source.
class Subscription
{
  public:
    /// @param callback the one that is connected
    explicit Subscription(std::shared_ptr<PythonCallback> callback)
        : m_callback(std::move(callback))
    {
    }

    /// Never call it again.
    void Cancel() const
    {
        m_callback->Drop();
    }

  private:
    std::shared_ptr<PythonCallback> m_callback;
};

/**
 * @param object whose trace source
 * @param source its name
 * @param callable called with one value
 * @return the subscription
 */
Subscription Trace(Object& object, const std::string& source, pybind11::function callable);

/// @param object any @return the names of its trace sources that Python can listen to
pybind11::list TraceNames(const Object& object);

} // namespace python
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_BINDINGS_TRACES_H
