/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/stack/invalid-log.h"

#include "model/ruleset/packet-log.h"

#include <array>

namespace ns3
{
namespace conntrack
{

namespace
{

/// What the kernel says of a protocol's packet.
struct Sentence
{
    uint8_t protocol;
    InvalidReason reason;
    const char* text;
};

constexpr std::array<Sentence, 12> SENTENCES{{
    {protocol::TCP, InvalidReason::BadLength, "truncated packet"},
    {protocol::TCP, InvalidReason::BadChecksum, "bad checksum"},
    {protocol::TCP, InvalidReason::BadFlags, "invalid tcp flag combination"},
    {protocol::TCP, InvalidReason::MidStream, "invalid new"},
    {protocol::UDP, InvalidReason::Truncated, "short packet"},
    {protocol::UDP, InvalidReason::BadLength, "truncated/malformed packet"},
    {protocol::UDP, InvalidReason::BadChecksum, "bad checksum"},
    {protocol::ICMP, InvalidReason::Truncated, "short packet"},
    {protocol::ICMP, InvalidReason::BadChecksum, "bad hw icmp checksum"},
    {protocol::ICMP, InvalidReason::BadType, "invalid icmp type"},
    {protocol::ICMPV6, InvalidReason::Truncated, "short packet"},
    {protocol::ICMPV6, InvalidReason::BadChecksum, "ICMPv6 checksum failed"},
}};

std::string
TextOf(uint8_t protocol, InvalidReason reason)
{
    for (const Sentence& sentence : SENTENCES)
    {
        if (sentence.protocol == protocol && sentence.reason == reason)
        {
            return sentence.text;
        }
    }
    return Name(reason);
}

} // namespace

std::string
InvalidLogLine(const TrackedPacket& packet, InvalidReason reason)
{
    const uint8_t protocol = packet.view.Protocol();
    LogSetup setup;
    setup.flags = log_flag::TCP_SEQUENCE | log_flag::TCP_OPTION_BYTES | log_flag::IP_OPTION_BYTES;
    setup.prefix =
        "nf_ct_proto_" + std::to_string(protocol) + ": " + TextOf(protocol, reason) + " ";
    const ByteView link = packet.arrival != nullptr ? packet.arrival->GetLinkHeader() : ByteView{};
    return FormatPacketLog(setup, packet, link);
}

} // namespace conntrack
} // namespace ns3
