/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_RULESET_FIELD_H
#define CONNTRACK_RULESET_FIELD_H

#include "model/ruleset/rule-actions.h"
#include "model/table/tracked-packet.h"

#include <array>
#include <cstdint>
#include <string_view>

/**
 * @file
 * What rules compare: a value, and where in a packet or its context it is read.
 *
 * Layer: ruleset.
 * Shape: every value is one unsigned number of at most 128 bits: a port, an IPv6 address, an
 * interface name (its 16 bytes, padded with zeros). So masks, ranges and order work alike for all.
 * Errors: a field that a packet does not have is no value; the rule then does not match, as in
 * nftables.
 * Source: linux/netfilter/nf_tables.h (the keys), RFC 791, 8200, 9293.
 */

namespace ns3
{
namespace conntrack
{

/// A value of a rule or packet.
__extension__ using Value = unsigned __int128;

/// Longest interface or helper name, with its end.
constexpr std::size_t NAME_BYTES = 16;

/**
 * @param bits how many, 0 to 128
 * @return a value with that many low bits set
 */
constexpr Value
LowBits(unsigned bits)
{
    return bits >= 128 ? ~Value{0} : (Value{1} << bits) - 1;
}

/**
 * @param bytes the first byte, most significant
 * @param count how many, at most 16
 * @return their number
 */
Value ReadValue(const uint8_t* bytes, std::size_t count);

/**
 * @param value a value
 * @return its 16 bytes, most significant first
 */
std::array<uint8_t, 16> BytesOf(Value value);

/**
 * @param name an interface's or helper's name
 * @return its value: at most 15 characters, then zeros
 */
Value NameValue(std::string_view name);

/// Where a value is read.
enum class FieldId : uint8_t
{
    Register, ///< computed before, see Field::which
    Network,  ///< bits of the packet from its IP header on
    Transport,
    Link,
    Mark,
    Priority,
    L4Protocol,
    NfProto,
    EtherType,
    Length,
    PacketType,
    InputName,
    OutputName,
    InputType,
    OutputType,
    CtState,
    CtStatus,
    CtDirection,
    CtMark,
    CtExpiration, ///< milliseconds
    CtHelper,
    CtFamily,
    CtProtocol,
    CtZone, ///< Field::which: a direction, or BOTH
    CtId,
    CtBytes,
    CtPackets,
    CtAverage,
    CtSource,
    CtDestination,
    CtSourcePort,
    CtDestinationPort,
    ExtHeader, ///< bits of IPv6's extension header number Field::which
    HasExtHeader,
    IpOption, ///< bits of IPv4's option number Field::which
    HasIpOption,
    TcpOption, ///< bits of the TCP option of kind Field::which
    HasTcpOption,
};

/// Where a value is read, with the particulars.
struct Field
{
    /// For keys of a connection that may be of one direction: both are added up.
    static constexpr uint8_t BOTH = 2;

    FieldId id{FieldId::Register};
    uint8_t which{0};   ///< a register, direction, header or option
    uint8_t family{0};  ///< CtSource, CtDestination: the family it is of; 0: any
    uint16_t offset{0}; ///< bits
    uint16_t length{0}; ///< bits
};

/// What a rule may look at.
struct RuleContext
{
    TrackedPacket& packet;
    RuleActions& actions;
    bool beforeTracking; ///< the chain runs before connection tracking does

    /// @return whether an earlier rule attached a zone template, which hides that there is no flow
    bool HasTemplate() const
    {
        return beforeTracking && packet.connection == nullptr && packet.request.hasZone &&
               packet.state != FlowState::Untracked;
    }
};

/**
 * Read a field that is no register.
 * @param field which
 * @param context where
 * @param value gets the value
 * @return whether the packet has it
 */
bool LoadField(const Field& field, const RuleContext& context, Value& value);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_RULESET_FIELD_H
