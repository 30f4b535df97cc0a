/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/ruleset/field.h"

#include "model/protocol/protocol-helper.h"
#include "model/ruleset/packet-options.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

namespace
{

// linux/netfilter/nf_conntrack_common.h: the bits of `ct state`.
constexpr uint32_t STATE_INVALID = 1;
constexpr uint32_t STATE_ESTABLISHED = 2;
constexpr uint32_t STATE_RELATED = 4;
constexpr uint32_t STATE_NEW = 8;
constexpr uint32_t STATE_UNTRACKED = 64;

// linux/if_packet.h: the values of `meta pkttype`.
constexpr uint8_t PACKET_HOST = 0;
constexpr uint8_t PACKET_BROADCAST = 1;
constexpr uint8_t PACKET_MULTICAST = 2;

constexpr uint16_t ETHERTYPE_IPV4 = 0x0800;
constexpr uint16_t ETHERTYPE_IPV6 = 0x86dd;

bool
ReadBits(ByteView bytes, const Field& field, Value& value)
{
    const std::size_t first = field.offset / 8;
    const std::size_t end = (std::size_t{field.offset} + field.length + 7) / 8;
    if (end > bytes.size)
    {
        return false;
    }
    const unsigned surplus = static_cast<unsigned>(end * 8) - field.offset - field.length;
    if (end - first == 2 && surplus == 0 && field.length == 16) // ports
    {
        value = ReadU16(bytes.data + first);
        return true;
    }
    value = (ReadValue(bytes.data + first, end - first) >> surplus) & LowBits(field.length);
    return true;
}

bool
ReadBits(const std::optional<ByteView>& bytes, const Field& field, Value& value)
{
    return bytes && ReadBits(*bytes, field, value);
}

// The three layers of a packet's bytes.
bool
LoadBytes(const Field& field, const RuleContext& context, Value& value)
{
    const PacketView& view = context.packet.view;
    switch (field.id)
    {
    case FieldId::Network:
        return ReadBits(view.Head(), field, value) || ReadBits(view.Bytes(), field, value);
    case FieldId::Transport:
        return view.FragmentOffset() == 0 && (ReadBits(view.TransportHead(), field, value) ||
                                              ReadBits(view.Transport(), field, value));
    case FieldId::Link:
        return ReadBits(context.actions.GetLinkHeader(), field, value);
    case FieldId::ExtHeader:
        return ReadBits(FindExtHeader(view, field.which), field, value);
    case FieldId::HasExtHeader:
        value = FindExtHeader(view, field.which).has_value();
        return true;
    case FieldId::IpOption:
        return ReadBits(FindIpOption(view, field.which), field, value);
    case FieldId::HasIpOption:
        value = FindIpOption(view, field.which).has_value();
        return true;
    case FieldId::TcpOption:
        return ReadBits(FindTcpOption(view, field.which), field, value);
    default: // HasTcpOption
        value = FindTcpOption(view, field.which).has_value();
        return true;
    }
}

uint8_t
PacketTypeOf(const TrackedPacket& packet)
{
    switch (packet.arrival != nullptr ? packet.arrival->GetReceivers() : Receivers::Host)
    {
    case Receivers::Broadcast:
        return PACKET_BROADCAST;
    case Receivers::Multicast:
        return PACKET_MULTICAST;
    case Receivers::Host:
        break;
    }
    return PACKET_HOST;
}

bool
LoadMeta(FieldId id, const TrackedPacket& packet, Value& value)
{
    switch (id)
    {
    case FieldId::Mark:
        value = packet.mark;
        return true;
    case FieldId::Priority:
        value = packet.priority;
        return true;
    case FieldId::L4Protocol:
        value = packet.view.Protocol();
        return true;
    case FieldId::NfProto:
        value = static_cast<uint8_t>(packet.view.GetFamily());
        return true;
    case FieldId::EtherType:
        value = packet.view.GetFamily() == Family::Ipv4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6;
        return true;
    case FieldId::Length:
        value = packet.view.Length();
        return true;
    case FieldId::PacketType:
        value = PacketTypeOf(packet);
        return true;
    case FieldId::InputName:
        value = NameValue(packet.input.name);
        return true;
    case FieldId::OutputName:
        value = NameValue(packet.output.name);
        return true;
    case FieldId::InputType:
        value = packet.input.type;
        return packet.input.index != 0;
    default: // OutputType
        value = packet.output.type;
        return packet.output.index != 0;
    }
}

uint32_t
StateBitOf(const RuleContext& context)
{
    switch (context.packet.state)
    {
    case FlowState::Untracked:
        return STATE_UNTRACKED;
    case FlowState::New:
        return STATE_NEW;
    case FlowState::Established:
        return STATE_ESTABLISHED;
    case FlowState::Related:
        return STATE_RELATED;
    case FlowState::Invalid:
        break;
    }
    return context.HasTemplate() ? STATE_NEW : STATE_INVALID;
}

uint64_t
Sum(const Connection& connection, uint8_t which, uint64_t Counter::*part)
{
    if (which != Field::BOTH)
    {
        return connection.counters[which].*part;
    }
    return connection.counters[0].*part + connection.counters[1].*part;
}

bool
LoadMasterHelper(const Connection& connection, Value& value)
{
    // The helper that expected this connection, which is its master's.
    const Connection* master = connection.master;
    if (master == nullptr || master->help == nullptr || master->help->helper == nullptr)
    {
        return false;
    }
    value = NameValue(master->help->helper->GetIdentity().name);
    return true;
}

bool
LoadAddress(const Field& field, const Connection& connection, Value& value)
{
    const Tuple& tuple = connection.tuples[field.which];
    if (field.family != 0 && field.family != static_cast<uint8_t>(tuple.family))
    {
        return false;
    }
    const Address& address = field.id == FieldId::CtSource ? tuple.source : tuple.destination;
    value = ReadValue(address.bytes.data(), tuple.family == Family::Ipv4 ? 4 : 16);
    return true;
}

uint16_t
ZoneOf(const Zone& zone, uint8_t which)
{
    return which == Field::BOTH ? zone.id : zone.IdFor(static_cast<Direction>(which));
}

// Milliseconds until it expires; an unconfirmed connection has no deadline yet.
uint32_t
ExpirationOf(const Connection& connection, Nanos now)
{
    if (!connection.Is(status::CONFIRMED) || connection.deadline <= now)
    {
        return 0;
    }
    return static_cast<uint32_t>((connection.deadline - now) / MILLISECOND);
}

bool
LoadFlow(const Field& field,
         const Connection& connection,
         const TrackedPacket& packet,
         Value& value)
{
    switch (field.id)
    {
    case FieldId::CtStatus:
        value = connection.status;
        return true;
    case FieldId::CtDirection:
        value = Index(packet.direction);
        return true;
    case FieldId::CtMark:
        value = connection.mark;
        return true;
    case FieldId::CtExpiration:
        value = ExpirationOf(connection, packet.now);
        return true;
    case FieldId::CtHelper:
        return LoadMasterHelper(connection, value);
    case FieldId::CtFamily:
        value = static_cast<uint8_t>(connection.Original().family);
        return true;
    case FieldId::CtProtocol:
        value = connection.Original().protocol;
        return true;
    case FieldId::CtZone:
        value = ZoneOf(connection.zone, field.which);
        return true;
    case FieldId::CtId:
        value = connection.id;
        return true;
    case FieldId::CtBytes:
        value = Sum(connection, field.which, &Counter::bytes);
        return true;
    case FieldId::CtPackets:
        value = Sum(connection, field.which, &Counter::packets);
        return true;
    case FieldId::CtAverage: {
        const uint64_t packets = Sum(connection, field.which, &Counter::packets);
        value = packets == 0 ? 0 : Sum(connection, field.which, &Counter::bytes) / packets;
        return true;
    }
    case FieldId::CtSourcePort:
        value = connection.tuples[field.which].sourcePort;
        return true;
    case FieldId::CtDestinationPort:
        value = connection.tuples[field.which].destinationPort;
        return true;
    default: // CtSource, CtDestination
        return LoadAddress(field, connection, value);
    }
}

} // namespace

Value
ReadValue(const uint8_t* bytes, std::size_t count)
{
    Value value = 0;
    for (std::size_t i = 0; i < count; ++i)
    {
        value = value << 8 | bytes[i];
    }
    return value;
}

std::array<uint8_t, 16>
BytesOf(Value value)
{
    std::array<uint8_t, 16> bytes;
    WriteU32(bytes.data(), static_cast<uint32_t>(value >> 96));
    WriteU32(bytes.data() + 4, static_cast<uint32_t>(value >> 64));
    WriteU32(bytes.data() + 8, static_cast<uint32_t>(value >> 32));
    WriteU32(bytes.data() + 12, static_cast<uint32_t>(value));
    return bytes;
}

Value
NameValue(std::string_view name)
{
    std::array<uint8_t, NAME_BYTES> bytes{};
    std::copy_n(name.begin(), std::min(name.size(), NAME_BYTES - 1), bytes.begin());
    const Value high = uint64_t{ReadU32(bytes.data())} << 32 | ReadU32(bytes.data() + 4);
    const uint64_t low = uint64_t{ReadU32(bytes.data() + 8)} << 32 | ReadU32(bytes.data() + 12);
    return high << 64 | low;
}

bool
LoadField(const Field& field, const RuleContext& context, Value& value)
{
    const TrackedPacket& packet = context.packet;
    if (field.id == FieldId::CtState)
    {
        value = StateBitOf(context);
        return true;
    }
    if (field.id <= FieldId::Link || field.id >= FieldId::ExtHeader)
    {
        return LoadBytes(field, context, value);
    }
    if (field.id < FieldId::CtState)
    {
        return LoadMeta(field.id, packet, value);
    }
    if (packet.connection != nullptr)
    {
        return LoadFlow(field, *packet.connection, packet, value);
    }
    if (!context.HasTemplate())
    {
        return false;
    }
    Connection asTemplate;
    asTemplate.status = status::TEMPLATE | status::CONFIRMED;
    asTemplate.zone = packet.request.zone;
    return LoadFlow(field, asTemplate, packet, value);
}

} // namespace conntrack
} // namespace ns3
