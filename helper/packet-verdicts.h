/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_HELPER_PACKET_VERDICTS_H
#define CONNTRACK_HELPER_PACKET_VERDICTS_H

#include "model/stack/conntrack.h"

#include <functional>
#include <nlohmann/json.hpp>

/**
 * @file
 * What a router made of each packet that it was given, and why.
 *
 * Layer: helper.
 * Shape: one object of JSON a packet, handed on when the packet's way has ended; nothing is kept.
 * What it says was decided by tracker, rules and helper: it is heard from the path's witness and
 * from the traces Drop, Invalid, Connection, Expectation and Log while the packet passes.
 * Source: doc/formats.rst lists the keys.
 */

namespace ns3
{
namespace conntrack
{

/// What a router made of each packet.
class PacketVerdicts
{
  public:
    /// Gets each packet's object.
    using Listener = std::function<void(const nlohmann::ordered_json&)>;

    /**
     * @param conntrack the router, not yet disposed of when this ends; it has no other witness
     * @param listener gets each packet's object
     */
    PacketVerdicts(Ptr<Conntrack> conntrack, Listener listener);

    /// Nobody listens any more.
    ~PacketVerdicts();

    PacketVerdicts(const PacketVerdicts&) = delete;
    PacketVerdicts& operator=(const PacketVerdicts&) = delete;

    /**
     * A packet begins its way; it is the one that is meant until End.
     * @param number it has in its capture, from 1
     * @param packet its bytes
     */
    void Begin(uint64_t number, ByteView packet);

    /// Its way has ended, or it waits for further fragments.
    void End();

  private:
    void OnWitness(Hook hook, const TrackedPacket& packet);
    void OnJudged(const TrackedPacket& packet);
    void OnLeaving(const TrackedPacket& packet);
    void OnDrop(const PacketNotice& notice);
    void OnInvalid(const PacketNotice& notice);
    void OnConnection(const ConnectionNotice& notice);
    void OnExpectation(const ExpectationNotice& notice);
    void OnLog(const std::string& line);
    void OnRemark(const std::string& why);
    nlohmann::ordered_json Waiting(const Tuple& tuple) const; ///< the expectation nearest to it

    Ptr<Conntrack> m_conntrack;
    Listener m_listener;
    nlohmann::ordered_json m_packet; ///< the one that is on its way; null: none
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_HELPER_PACKET_VERDICTS_H
