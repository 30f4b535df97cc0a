/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_RULESET_PACKET_TEXT_H
#define CONNTRACK_RULESET_PACKET_TEXT_H

#include "model/flow/tuple.h"
#include "model/wire/bytes.h"

#include <cstdint>
#include <string>

/**
 * @file
 * The words of a log line that tell a packet's headers: "SRC=... DST=... LEN=... PROTO=TCP ...".
 *
 * Layer: ruleset.
 * Errors: what is cut is said so in the text (INCOMPLETE, TRUNCATED).
 * Source: recordings rules-log and tcp-x-log-invalid (kernel 6.18).
 */

namespace ns3
{
namespace conntrack
{

/// Writes the words of one packet; of a quoted one too, but not of one quoted by that.
class PacketText
{
  public:
    /// Whether the packet is one that an ICMP error quotes.
    enum class Role : uint8_t
    {
        Whole,
        Quoted,
    };

    /**
     * @param flags bits of namespace log_flag
     * @param role whether it is quoted
     */
    PacketText(uint8_t flags, Role role)
        : m_flags(flags),
          m_role(role)
    {
    }

    /**
     * @param bytes the packet from its IP header on
     * @param family its family
     */
    void AddPacket(ByteView bytes, Family family)
    {
        family == Family::Ipv4 ? AddIpv4(bytes) : AddIpv6(bytes);
    }

    /// @return all words so far
    std::string Take()
    {
        return std::move(m_text);
    }

    /**
     * Add words.
     * @param format as of printf
     */
    void Add(const char* format, ...) __attribute__((format(printf, 2, 3)));

  private:
    bool Shows(uint8_t flag) const
    {
        return (m_flags & flag) != 0;
    }

    void AddIpv4(ByteView bytes);
    void AddIpv4Transport(ByteView bytes, uint8_t protocol, bool isLaterFragment);
    void AddIpv6(ByteView bytes);
    bool AddIpv6Header(ByteView bytes, uint8_t header, bool& isLaterFragment);
    void AddIpv6Transport(ByteView bytes, uint8_t protocol, bool isLaterFragment);
    void AddTcp(ByteView bytes, bool isLaterFragment);
    void AddUdp(ByteView bytes, const char* name, bool isLaterFragment);
    void AddIcmp(ByteView bytes);
    void AddIcmpv6(ByteView bytes);
    void AddSpi(ByteView bytes, const char* name, std::size_t offset);
    void AddQuote(ByteView bytes, Family family);
    void AddOptions(ByteView bytes);
    void AddIncomplete(ByteView bytes);

    std::string m_text;
    uint8_t m_flags;
    Role m_role;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_RULESET_PACKET_TEXT_H
