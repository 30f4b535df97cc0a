/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TEST_UNIT_TRACKER_TCP_SCRIPT_H
#define CONNTRACK_TEST_UNIT_TRACKER_TCP_SCRIPT_H

#include "test/unit/tracker/flow-driver.h"

#include <array>
#include <cstdlib>
#include <sstream>

/**
 * @file
 * A TCP connection from a line of text, so that a row of a test is a line.
 *
 * Layer: test.
 *
 *     "c:S s:SA c:A c:PA+10 s:A^-10"
 *
 * A word is a segment: `c` or `s` sends, flags F S R P A U, then any of
 *     +n  n bytes of data       @n  sequence number moved by n    ^n  acknowledgement moved by n
 *     =n  sequence number n     wn  window                        *   sent again: nothing advances
 * Sequence numbers advance by what is sent; the other end acknowledges all of it at once.
 */

namespace ns3
{
namespace conntrack
{
namespace test
{

/// A connection between client 10.1.0.10:1000 and server 10.2.0.10:2000.
class TcpScript : public FlowDriver
{
  public:
    /// Next sequence number, client and server.
    std::array<uint32_t, 2> seq{1000, 5000};
    /// Options of SYNs.
    std::array<Bytes, 2> synOptions;
    /// Options of the next segment without SYN; then cleared.
    Bytes nextOptions;
    uint16_t window{65535};

    /**
     * @param words segments
     * @return the result of the last one
     */
    TrackResult Run(const std::string& words)
    {
        std::istringstream stream(words);
        TrackResult result;
        for (std::string word; stream >> word;)
        {
            result = Send(word);
        }
        return result;
    }

    /// @return the connection's state by name
    std::string State() const
    {
        return Name(track.tcp.state);
    }

    /**
     * @param direction an end
     * @return what is known of it
     */
    const TcpEnd& End(Direction direction) const
    {
        return track.tcp.ends[Index(direction)];
    }

  private:
    static uint8_t Flag(char letter)
    {
        const std::string letters = "FSRPAU";
        const auto at = letters.find(letter);
        return at == std::string::npos ? 0 : static_cast<uint8_t>(1U << at);
    }

    TrackResult Send(const std::string& word)
    {
        const Direction direction = word[0] == 'c' ? Direction::Original : Direction::Reply;
        uint32_t& own = seq[Index(direction)];
        TcpFields fields;
        fields.seq = own;
        fields.window = window;
        std::size_t at = 2;
        for (; at < word.size() && Flag(word[at]) != 0; at++)
        {
            fields.flags |= Flag(word[at]);
        }
        const bool hasAck = (fields.flags & tcp_bits::ACK) != 0;
        fields.ack = hasAck ? seq[Index(Opposite(direction))] : 0;
        std::size_t length = 0;
        bool advances = true;
        while (at < word.size())
        {
            const char what = word[at];
            char* end = nullptr;
            const long value = std::strtol(word.c_str() + at + 1, &end, 10);
            at = what == '*' ? at + 1 : static_cast<std::size_t>(end - word.c_str());
            advances = advances && what != '*';
            length = what == '+' ? static_cast<std::size_t>(value) : length;
            fields.seq += what == '@' ? static_cast<uint32_t>(value) : 0;
            fields.seq = what == '=' ? static_cast<uint32_t>(value) : fields.seq;
            fields.ack += what == '^' ? static_cast<uint32_t>(value) : 0;
            fields.window = what == 'w' ? static_cast<uint16_t>(value) : fields.window;
        }
        return Take(Build(fields, direction, length, advances), direction);
    }

    Bytes Build(TcpFields fields, Direction direction, std::size_t length, bool advances)
    {
        const bool isSyn = (fields.flags & tcp_bits::SYN) != 0;
        fields.options = isSyn ? synOptions[Index(direction)] : std::exchange(nextOptions, {});
        if (advances)
        {
            const bool isFin = (fields.flags & tcp_bits::FIN) != 0;
            seq[Index(direction)] +=
                static_cast<uint32_t>(length) + (isSyn ? 1 : 0) + (isFin ? 1 : 0);
        }
        const bool isOriginal = direction == Direction::Original;
        fields.sourcePort = isOriginal ? 1000 : 2000;
        fields.destinationPort = isOriginal ? 2000 : 1000;
        const char* client = "10.1.0.10";
        const char* server = "10.2.0.10";
        return PacketBuilder(isOriginal ? client : server, isOriginal ? server : client)
            .Tcp(fields, std::string(length, 'x'))
            .Build();
    }
};

} // namespace test
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TEST_UNIT_TRACKER_TCP_SCRIPT_H
