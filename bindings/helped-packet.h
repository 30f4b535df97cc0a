/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_BINDINGS_HELPED_PACKET_H
#define CONNTRACK_BINDINGS_HELPED_PACKET_H

#include "bindings/snapshots.h"
#include "model/protocol/helper-registry.h"
#include "model/protocol/protocol-helper.h"

#include <functional>
#include <optional>
#include <string>

/**
 * @file
 * A packet in the hands of a protocol helper that is written in Python.
 *
 * Layer: bindings.
 * Shape: a handle without bytes of its own; Python gets copies.
 * Lifetime: of use while the helper is called; Python may keep it, but gets RuntimeError then.
 * Errors: std::invalid_argument and std::runtime_error with one sentence.
 */

namespace ns3
{
namespace conntrack
{
namespace python
{

/// What a helper written in Python wants to be expected.
struct Wish
{
    std::string destination; ///< address
    uint16_t destinationPort{0};
    std::optional<std::string> source; ///< address; none: any
    std::optional<uint16_t> sourcePort;
    std::optional<uint8_t> protocol; ///< none: the connection's
    uint32_t classNumber{0};
    uint16_t flags{0};                         ///< of namespace expectation_flag
    std::optional<std::string> expectFunction; ///< by name
    std::optional<std::string> helper;         ///< by name, for the expected connection
};

/// A packet in the hands of a helper.
class HelpedPacket
{
  public:
    /**
     * @param context the packet and what may be done
     * @param registry where expectfns and helpers are found by name
     * @param classes how many classes of expectations the helper has
     */
    HelpedPacket(HelperContext& context, const HelperRegistry& registry, std::size_t classes);

    /// From now on nothing can be asked.
    void End();

    std::string GetPayload() const;              ///< @return bytes behind the transport header
    std::optional<uint32_t> GetSequence() const; ///< @return TCP's number of its first byte
    const TrackedPacket& GetPacket() const;      ///< @return the packet
    ConnectionSnapshot GetConnection() const;    ///< @return its connection, a copy

    /// @return the expectations of its connection, newest first
    std::vector<ExpectationSnapshot> GetExpectations() const;

    /// @param why for the helper log
    void Drop(const std::string& why) const;

    /**
     * Expect a connection as it is announced, whatever NAT does.
     * @param wish which
     * @return the expectation, a copy; none: refused
     */
    std::optional<ExpectationSnapshot> Expect(const Wish& wish) const;

    /// @param address as text @param port of the endpoint @return the text that announces it
    using Render = std::function<std::string(const std::string& address, uint16_t port)>;

    /**
     * Expect an announced connection where NAT will have it come, and announce that in the payload.
     * @param wish which, as it is announced
     * @param position of the announcing text in the payload
     * @param length of it
     * @param render makes another such text; what it throws is thrown after all is put in order
     * @return the expectation, a copy; none: refused, the packet should be dropped
     */
    std::optional<ExpectationSnapshot> Announce(const Wish& wish,
                                                std::size_t position,
                                                std::size_t length,
                                                const Render& render) const;

    /**
     * Take back an expectation of this connection.
     * @param id its number
     * @return whether it was there
     */
    bool Withdraw(uint32_t id) const;

  private:
    HelperContext& Context() const;
    Expectation& Make(const Wish& wish) const;
    Address ParseAddress(const std::string& text) const;

    HelperContext* m_context;
    const HelperRegistry& m_registry;
    std::size_t m_classes;
};

} // namespace python
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_BINDINGS_HELPED_PACKET_H
