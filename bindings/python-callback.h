/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_BINDINGS_PYTHON_CALLBACK_H
#define CONNTRACK_BINDINGS_PYTHON_CALLBACK_H

#include "bindings/session.h"

#include <memory>
#include <pybind11/pybind11.h>
#include <utility>

/**
 * @file
 * A Python callable in ns-3's hands.
 *
 * Layer: bindings.
 * Shape: shared; ns-3 may copy and free it without the GIL.
 * Lifetime: the callable is given up when its simulation is destroyed, even if Python keeps the
 * ns-3 object that would call it; it often refers to that object, a cycle nobody could free.
 */

namespace ns3
{
namespace conntrack
{
namespace python
{

/// A Python callable in ns-3's hands.
class PythonCallback
{
  public:
    /**
     * @param callable what to call
     * @return the callback, dropped when the simulation is destroyed
     */
    static std::shared_ptr<PythonCallback> Make(pybind11::object callable)
    {
        auto callback = std::make_shared<PythonCallback>(std::move(callable));
        Session::Get().Register(callback);
        return callback;
    }

    /// @param callable what to call
    explicit PythonCallback(pybind11::object callable)
        : m_callable(std::move(callable))
    {
    }

    ~PythonCallback()
    {
        const pybind11::gil_scoped_acquire acquired;
        Drop();
    }

    PythonCallback(const PythonCallback&) = delete;
    PythonCallback& operator=(const PythonCallback&) = delete;

    /// Never call it again. The GIL must be held.
    void Drop()
    {
        m_callable = pybind11::object();
    }

    /// @return whether it is never called again
    bool IsDropped() const
    {
        return !m_callable;
    }

    /**
     * Call it; what it throws is kept for the end of Run.
     * @param makeArgument makes the one argument; not called if nobody listens any more
     */
    template <typename MakeArgument>
    void Tell(const MakeArgument& makeArgument) const
    {
        Use([&](const pybind11::object& callable) { callable(makeArgument()); });
    }

    /**
     * Call it in a way of one's own; what is thrown is kept for the end of Run.
     * @param use gets the callable; not called if nobody listens any more
     */
    template <typename Caller>
    void Use(const Caller& use) const
    {
        if (!m_callable || Session::Get().HasFailed())
        {
            return;
        }
        const pybind11::gil_scoped_acquire acquired;
        const Session::Telling telling;
        const pybind11::object callable = m_callable; // it may drop itself
        Call([&] { use(callable); });
    }

    /**
     * Call it in an event of its own, where it may do all; what it throws is kept for the end of
     * Run.
     * @param makeArguments makes a tuple; not called if nobody listens any more
     */
    template <typename MakeArguments>
    void Perform(const MakeArguments& makeArguments) const
    {
        if (!m_callable || Session::Get().HasFailed())
        {
            return;
        }
        const pybind11::gil_scoped_acquire acquired;
        const pybind11::object callable = m_callable; // it may drop itself
        Call([&] { callable(*makeArguments()); });
    }

    /// @return the callable, or None. The GIL must be held.
    pybind11::object Get() const
    {
        return m_callable ? m_callable : pybind11::object(pybind11::none());
    }

    /// Call it without arguments, once, as an event of its own.
    void Happen()
    {
        if (!m_callable || Session::Get().HasFailed())
        {
            return;
        }
        const pybind11::gil_scoped_acquire acquired;
        const pybind11::object callable = std::exchange(m_callable, pybind11::object());
        Call([&] { callable(); });
    }

  private:
    template <typename Caller>
    static void Call(const Caller& call)
    {
        try
        {
            call();
        }
        catch (...)
        {
            Session::Get().KeepException();
        }
    }

    pybind11::object m_callable;
};

} // namespace python
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_BINDINGS_PYTHON_CALLBACK_H
