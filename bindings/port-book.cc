/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/port-book.h"

#include "bindings/session.h"
#include "model/flow/tuple.h"

#include <pybind11/pybind11.h>

namespace ns3
{
namespace conntrack
{
namespace python
{

PortBook&
PortBook::Get()
{
    static auto* book = new PortBook;
    return *book;
}

void
PortBook::CheckFree(const Place& place) const
{
    const auto taker = m_takers.find(place);
    if (taker != m_takers.end())
    {
        const auto& [node, protocol, port] = place;
        throw pybind11::value_error("Node " + std::to_string(node) + " has a " + taker->second +
                                    " at port " + std::to_string(port) + " already");
    }
}

void
PortBook::Take(const Node& node, uint8_t protocol, uint64_t port, const std::string& who)
{
    const Place place(node.GetId(), protocol, port);
    CheckFree(place);
    if (!m_ends)
    {
        m_ends = true;
        Session::Get().AtEnd([this] {
            m_takers.clear();
            m_ends = false;
        });
    }
    m_takers[place] = who;
}

void
PortBook::TakeBoth(const Node& node, uint64_t port, const std::string& who)
{
    CheckFree(Place(node.GetId(), protocol::UDP, port));
    Take(node, protocol::TCP, port, who);
    Take(node, protocol::UDP, port, who);
}

void
PortBook::Return(const Node& node, uint8_t protocol, uint64_t port)
{
    m_takers.erase(Place(node.GetId(), protocol, port));
}

} // namespace python
} // namespace conntrack
} // namespace ns3
