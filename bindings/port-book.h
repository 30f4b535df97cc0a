/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_BINDINGS_PORT_BOOK_H
#define CONNTRACK_BINDINGS_PORT_BOOK_H

#include "ns3/node.h"

#include <cstdint>
#include <map>
#include <string>
#include <tuple>

/**
 * @file
 * Which ports of nodes Python's servers and sockets have.
 *
 * Layer: bindings.
 * Shape: one a process, emptied when the simulation is destroyed. A server's port is its own from
 * the time it is made, though it may start later: ns-3's servers abort if they cannot bind then.
 * Errors: ValueError for a port that is taken.
 */

namespace ns3
{
namespace conntrack
{
namespace python
{

/// Which ports of nodes are taken.
class PortBook
{
  public:
    /// @return the one of the process
    static PortBook& Get();

    /**
     * @param node where
     * @param protocol UDP or TCP
     * @param port to be taken
     * @param who takes it: "FtpServer"
     * @throws ValueError if somebody has it
     */
    void Take(const Node& node, uint8_t protocol, uint64_t port, const std::string& who);

    /// As Take, of UDP and of TCP, or of neither.
    /// @param node where @param port to be taken @param who takes it
    void TakeBoth(const Node& node, uint64_t port, const std::string& who);

    /// @param node where @param protocol UDP or TCP @param port that is free again
    void Return(const Node& node, uint8_t protocol, uint64_t port);

  private:
    using Place = std::tuple<uint32_t, uint8_t, uint64_t>; ///< node, protocol, port

    void CheckFree(const Place& place) const;

    std::map<Place, std::string> m_takers;
    bool m_ends{false}; ///< it will be emptied
};

} // namespace python
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_BINDINGS_PORT_BOOK_H
