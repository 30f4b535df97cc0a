/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TEST_SYSTEM_TALK_H
#define CONNTRACK_TEST_SYSTEM_TALK_H

#include "test/unit/packet-builder.h"

#include <array>
#include <functional>
#include <string>

/**
 * @file
 * TCP conversations written by hand.
 *
 * Layer: test.
 */

namespace ns3
{
namespace conntrack
{
namespace test
{

/// A conversation of two hosts that do not listen to each other: its segments come at their times.
class Talk
{
  public:
    /// Sends bytes after some seconds, from 0: the client's place, 1: the server's.
    using Transmit = std::function<void(double delay, int from, const Bytes& bytes)>;

    /// @param transmit sends @param step from one segment to the next, seconds
    /// @param addresses of client and server @param ports theirs
    Talk(Transmit transmit,
         std::function<double()> step,
         std::array<std::string, 2> addresses,
         std::array<uint16_t, 2> ports)
        : m_transmit(std::move(transmit)),
          m_step(std::move(step)),
          m_addresses(std::move(addresses)),
          m_ports(ports)
    {
    }

    /// @param from 0: the client, 1: the server @param flags TCP's @param text payload
    void Say(int from, uint8_t flags, const std::string& text = "")
    {
        TcpFields fields;
        fields.sourcePort = m_ports[from];
        fields.destinationPort = m_ports[1 - from];
        fields.seq = m_next[from];
        fields.ack = (flags & tcp_bits::ACK) != 0 ? m_next[1 - from] : 0;
        fields.flags = flags;
        m_transmit(
            m_time,
            from,
            PacketBuilder(m_addresses[from], m_addresses[1 - from]).Tcp(fields, text).Build());
        m_next[from] += static_cast<uint32_t>(text.size());
        m_next[from] += (flags & (tcp_bits::SYN | tcp_bits::FIN)) != 0 ? 1 : 0;
        m_time += m_step();
    }

    /// @param from who connects
    void Open(int from = 0)
    {
        Say(from, tcp_bits::SYN);
        Say(1 - from, tcp_bits::SYN | tcp_bits::ACK);
        Say(from, tcp_bits::ACK);
    }

    /// @param from who closes first
    void Close(int from)
    {
        Say(from, tcp_bits::FIN | tcp_bits::ACK);
        Say(1 - from, tcp_bits::FIN | tcp_bits::ACK);
        Say(from, tcp_bits::ACK);
    }

    /// @param seconds until the next segment
    void Wait(double seconds)
    {
        m_time += seconds;
    }

  private:
    Transmit m_transmit;
    std::function<double()> m_step;
    std::array<std::string, 2> m_addresses;
    std::array<uint16_t, 2> m_ports;
    std::array<uint32_t, 2> m_next{1000, 5000};
    double m_time{0};
};

} // namespace test
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TEST_SYSTEM_TALK_H
