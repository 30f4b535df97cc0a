/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_BINDINGS_HELD_H
#define CONNTRACK_BINDINGS_HELD_H

#include "bindings/session.h"

#include "ns3/ptr.h"

#include <pybind11/pybind11.h>
#include <utility>

/**
 * @file
 * How Python holds ns-3 objects.
 *
 * Layer: bindings.
 * Shape: a pointer that owns one of the object's references, as ns3::Ptr does.
 * Differs (from ns3::Ptr): ns-3 counts references without locks, and Python may drop its own in any
 * thread, by its cycle collector say, while Run goes on without the GIL. So the last act goes
 * through the Session, which lets it wait.
 */

namespace ns3
{
namespace conntrack
{
namespace python
{

/// How Python holds an ns-3 object.
template <typename T>
class Held
{
  public:
    /// @param object the object, or null
    explicit Held(T* object = nullptr)
        : m_object(object)
    {
        if (m_object != nullptr)
        {
            m_object->Ref();
        }
    }

    /// @param object the object, or null
    explicit Held(const Ptr<T>& object)
        : Held(PeekPointer(object))
    {
    }

    Held(const Held& other)
        : Held(other.m_object)
    {
    }

    Held(Held&& other) noexcept
        : m_object(std::exchange(other.m_object, nullptr))
    {
    }

    Held& operator=(Held other) noexcept
    {
        std::swap(m_object, other.m_object);
        return *this;
    }

    ~Held()
    {
        if (m_object != nullptr)
        {
            Session::Drop(m_object);
        }
    }

    /// @return the object
    T* get() const // NOLINT: pybind11 asks for this name
    {
        return m_object;
    }

  private:
    T* m_object;
};

} // namespace python
} // namespace conntrack
} // namespace ns3

PYBIND11_DECLARE_HOLDER_TYPE(T, ns3::conntrack::python::Held<T>, true)

#endif // CONNTRACK_BINDINGS_HELD_H
