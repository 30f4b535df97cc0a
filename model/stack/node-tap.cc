/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/stack/node-tap.h"

#include "model/stack/raw-header.h"
#include "model/wire/checksum.h"

#include "ns3/ipv4-l3-protocol.h"
#include "ns3/ipv6-l3-protocol.h"
#include "ns3/mac48-address.h"
#include "ns3/node.h"
#include "ns3/simulator.h"

#include <algorithm>
#include <utility>

namespace ns3
{
namespace conntrack
{

namespace
{

// RFC 792 and RFC 1812 4.3.3; RFC 4443 3.
constexpr uint8_t ICMP_UNREACHABLE = 3;
constexpr uint8_t ICMP_FRAGMENTATION_NEEDED = 4; // code of type 3
constexpr uint8_t ICMP_TIME_EXCEEDED = 11;
constexpr uint8_t ICMPV6_UNREACHABLE = 1;
constexpr uint8_t ICMPV6_TOO_BIG = 2;
constexpr uint8_t ICMPV6_TIME_EXCEEDED = 3;
constexpr uint8_t REASSEMBLY_TIME = 1;    // code of "time exceeded"
constexpr uint32_t IPV6_LEAST_MTU = 1280; // RFC 8200 5

bool
IsHeaderChecksumRight(const PacketView& packet)
{
    return packet.GetFamily() == Family::Ipv6 ||
           OnesComplementSum(packet.Head().First((packet.Head().data[0] & 0x0f) * 4U)) == 0xffff;
}

/// One hop less in an IP header; the checksum's change is RFC 1141's.
void
TakeOneHop(uint8_t* header, Family family)
{
    if (family == Family::Ipv6)
    {
        --header[7];
        return;
    }
    --header[8];
    const uint32_t sum = ReadU16(header + 10) + 0x0100U;
    WriteU16(header + 10, static_cast<uint16_t>(sum + (sum >> 16)));
}

} // namespace

Passing::Passing(PacketPath& path, Nanos now)
    : m_path(path)
{
    packet.now = now;
    packet.editor = this;
}

Passing::~Passing()
{
    m_path.Leave(packet);
}

bool
Passing::Take(const Ptr<const Packet>& ipPacket)
{
    uid = ipPacket->GetUid();
    const uint32_t size = ipPacket->GetSize();
    const uint32_t headSize = ipPacket->CopyData(m_head.data(), HEAD);
    m_source = ipPacket;
    m_bytes.clear();
    const ByteView head{m_head.data(), headSize};
    const auto view =
        headSize == size ? PacketView::Parse(head) : PacketView::ParseHead(head, *this, size);
    if (view)
    {
        packet.view = *view;
    }
    return view.has_value();
}

bool
Passing::Take(std::vector<uint8_t> ipPacket)
{
    m_source = nullptr;
    m_bytes = std::move(ipPacket);
    const auto view = PacketView::Parse({m_bytes.data(), m_bytes.size()});
    if (view)
    {
        packet.view = *view;
    }
    return view.has_value();
}

ByteView
Passing::GetWhole()
{
    if (m_bytes.empty())
    {
        m_bytes.resize(m_source->GetSize());
        m_source->CopyData(m_bytes.data(), static_cast<uint32_t>(m_bytes.size()));
        // The head may have changed since.
        std::copy_n(m_head.begin(), std::min(HEAD, m_bytes.size()), m_bytes.begin());
    }
    return {m_bytes.data(), m_bytes.size()};
}

MutableBytes
Passing::Edit(std::size_t end)
{
    const std::size_t size = m_source ? m_source->GetSize() : m_bytes.size();
    const std::size_t length = std::min<std::size_t>(size, packet.view.Length());
    m_changed = std::max(m_changed, std::min(end, length));
    if (m_source && m_changed <= HEAD && m_bytes.empty())
    {
        return {m_head.data(), std::min(HEAD, length)};
    }
    if (m_source)
    {
        GetWhole();
        m_source = nullptr;
        m_bytes.resize(length);
        packet.view = *PacketView::Parse({m_bytes.data(), m_bytes.size()});
    }
    return {m_bytes.data(), m_bytes.size()};
}

void
Passing::Replace(std::vector<uint8_t> bytes)
{
    m_source = nullptr;
    m_bytes = std::move(bytes);
    packet.view = *PacketView::Parse({m_bytes.data(), m_bytes.size()});
    m_changed = m_bytes.size();
    m_replaced = true;
}

Ptr<Packet>
Passing::Renew(const Ptr<const Packet>& given, std::size_t without)
{
    const ByteView bytes = m_source ? packet.view.Head() : packet.view.Bytes();
    const std::size_t end = std::exchange(m_changed, 0);
    const ByteView changed = bytes.First(std::max(end, without)).From(without);
    Ptr<Packet> renewed = given->Copy(); // with its uid and tags
    if (std::exchange(m_replaced, false))
    {
        renewed->RemoveAtStart(renewed->GetSize());
    }
    else if (end != 0)
    {
        renewed->RemoveAtStart(static_cast<uint32_t>(changed.size));
        const auto rest = static_cast<uint32_t>(packet.view.Length() - without - changed.size);
        renewed->RemoveAtEnd(std::max(renewed->GetSize(), rest) - rest); // padding of the link
    }
    renewed->AddHeader(RawHeader(changed));
    return renewed;
}

Ptr<const Packet>
Passing::Rebuild(const Ptr<const Packet>& came)
{
    if (!assembled)
    {
        return HasChanged() ? Ptr<const Packet>(Renew(came, 0)) : came;
    }
    const ByteView bytes = packet.view.Bytes();
    Ptr<Packet> whole = Create<Packet>(bytes.data, static_cast<uint32_t>(bytes.size));
    uid = whole->GetUid();
    m_changed = 0;
    m_replaced = false;
    return whole;
}

void
Passing::DecrementHopLimit()
{
    const Family family = packet.view.GetFamily();
    if (m_source)
    {
        TakeOneHop(m_head.data(), family);
    }
    if (!m_bytes.empty())
    {
        TakeOneHop(m_bytes.data(), family);
    }
}

ByteView
FrameArrival::GetLinkHeader() const
{
    if (!Mac48Address::IsMatchingType(m_from) || !Mac48Address::IsMatchingType(m_to))
    {
        return {};
    }
    const bool ipv4 = m_passing.packet.view.GetFamily() == Family::Ipv4;
    Mac48Address::ConvertFrom(m_to).CopyTo(m_header.data());
    Mac48Address::ConvertFrom(m_from).CopyTo(m_header.data() + 6);
    WriteU16(m_header.data() + 12,
             ipv4 ? Ipv4L3Protocol::PROT_NUMBER : Ipv6L3Protocol::PROT_NUMBER);
    return {m_header.data(), m_header.size()};
}

Receivers
FrameArrival::GetReceivers() const
{
    // ns-3 tells protocol handlers of none but PACKET_HOST: the address says what rules ask for.
    const Address to = m_passing.packet.view.Destination();
    if (m_tap.IsBroadcast(to, m_device))
    {
        return Receivers::Broadcast;
    }
    return IsMulticast(to, m_passing.packet.view.GetFamily()) ? Receivers::Multicast
                                                              : Receivers::Host;
}

NodeTap::NodeTap(const TapServices& services)
    : m_services(services)
{
}

NodeTap::~NodeTap() = default;

void
NodeTap::Detach()
{
    m_detached = true;
}

Passing*
NodeTap::Current(uint64_t uid) const
{
    return m_current != nullptr && m_current->uid == uid ? m_current : nullptr;
}

Passage
NodeTap::Arrive(Passing& passing, const Ptr<NetDevice>& device)
{
    passing.packet.input = Describe(device);
    if (m_services.settings.hasChecksums && !IsHeaderChecksumRight(passing.packet.view))
    {
        return Passage::Stop; // as in Linux, dropped before any hook
    }
    if (m_services.path.RunBeforeAssembly(passing.packet) == Passage::Stop)
    {
        return Passage::Stop;
    }
    const PacketView& view = passing.packet.view;
    const bool whole = !view.IsFragment() && view.FragmentHeaderOffset() == 0;
    if (!whole && Assemble(passing) == Passage::Stop)
    {
        return Passage::Stop;
    }
    return m_services.path.Run(Hook::Prerouting, passing.packet);
}

Passage
NodeTap::Assemble(Passing& passing)
{
    if (!m_services.path.IsTracking(passing.packet.view.GetFamily()))
    {
        return Passage::Pass;
    }
    const FragmentScope scope{FragmentScope::Hook::Ingress,
                              passing.packet.request.zone.id,
                              passing.packet.input.index};
    auto outcome = m_services.fragments.Add(passing.packet.view, scope, passing.packet.now);
    switch (outcome.verdict)
    {
    case Defragmenter::Verdict::Untouched:
        return Passage::Pass;
    case Defragmenter::Verdict::Waiting:
        return Passage::Stop;
    case Defragmenter::Verdict::Refused:
        m_services.path.TellDrop(passing.packet,
                                 outcome.refusal == FragmentRefusal::MemoryLimit
                                     ? DropReason::FragmentLimit
                                     : DropReason::BadFragment);
        return Passage::Stop;
    case Defragmenter::Verdict::Complete:
        break;
    }
    passing.shape = std::move(outcome.shape);
    passing.assembled = true;
    return passing.Take(std::move(outcome.packet)) ? Passage::Pass : Passage::Stop;
}

Passage
NodeTap::Cross(Passing& passing, const Ptr<NetDevice>& device)
{
    TrackedPacket& packet = passing.packet;
    const bool ipv4 = packet.view.GetFamily() == Family::Ipv4;
    if (packet.view.HopLimit() <= 1)
    {
        SendIcmpError(packet, ipv4 ? ICMP_TIME_EXCEEDED : ICMPV6_TIME_EXCEEDED, 0);
        return Passage::Stop;
    }
    if (FormForLink(packet.view, passing.shape, device->GetMtu()) == SendForm::TooBig)
    {
        SendIcmpError(packet,
                      ipv4 ? ICMP_UNREACHABLE : ICMPV6_TOO_BIG,
                      ipv4 ? ICMP_FRAGMENTATION_NEEDED : 0,
                      ipv4 ? device->GetMtu()
                           : std::max<uint32_t>(device->GetMtu(), IPV6_LEAST_MTU));
        return Passage::Stop;
    }
    passing.DecrementHopLimit();
    packet.output = Describe(device);
    return m_services.path.Run(Hook::Forward, packet) == Passage::Pass
               ? m_services.path.Run(Hook::Postrouting, packet)
               : Passage::Stop;
}

Passage
NodeTap::Deliver(Passing& passing)
{
    return m_services.path.Run(Hook::Input, passing.packet);
}

Passage
NodeTap::Depart(Passing& passing, const Ptr<NetDevice>& device)
{
    passing.packet.isLocal = true;
    // What is for the node itself leaves by the loopback device in Linux, whichever ns-3 says.
    const bool own = IsOwnAddress(passing.packet.view.Destination());
    passing.packet.output = Describe(own ? GetLoopback() : device);
    const Address destination = passing.packet.view.Destination();
    if (m_services.path.Run(Hook::Output, passing.packet) == Passage::Stop)
    {
        return Passage::Stop;
    }
    Ptr<NetDevice> exit = device;
    if (passing.packet.view.Destination() != destination) // it is routed again
    {
        exit = DeviceToward(passing.packet.view.Destination());
        passing.packet.output = Describe(exit);
    }
    return exit && IsBroadcast(passing.packet.view.Destination(), exit)
               ? DepartToAll(passing, exit)
               : m_services.path.Run(Hook::Postrouting, passing.packet);
}

Passage
NodeTap::DepartToAll(Passing& passing, const Ptr<NetDevice>& device)
{
    TrackedPacket& packet = passing.packet;
    Passing returning(m_services.path, packet.now);
    const ByteView bytes = packet.view.Bytes();
    returning.Take(std::vector<uint8_t>(bytes.data, bytes.data + bytes.size));
    TrackedPacket& copy = returning.packet;
    copy.connection = packet.connection;
    if (copy.connection != nullptr)
    {
        ConnectionTable::Hold(*copy.connection);
    }
    copy.direction = packet.direction;
    copy.state = packet.state;
    copy.output = packet.output;
    copy.mark = packet.mark;
    copy.priority = packet.priority;
    copy.isLocal = true;
    const Passage returns = m_services.path.Run(Hook::Postrouting, copy);

    const auto mask = BroadcastMask(packet.view.Destination(), device);
    packet.broadcastMask = mask ? &*mask : nullptr;
    const Passage leaves = m_services.path.Run(Hook::Postrouting, packet);
    packet.broadcastMask = nullptr;

    copy.output = {};
    copy.input = Describe(device);
    if (returns == Passage::Pass && m_services.path.Run(Hook::Prerouting, copy) == Passage::Pass)
    {
        m_services.path.Run(Hook::Input, copy); // nobody here gets it: ns-3 does not bring it back
    }
    return leaves;
}

std::optional<std::vector<std::vector<uint8_t>>>
NodeTap::Cut(const Passing& passing, const Ptr<NetDevice>& device)
{
    const uint32_t mtu = device->GetMtu();
    if (passing.shape.IsWhole() ||
        FormForLink(passing.packet.view, passing.shape, mtu) == SendForm::Whole)
    {
        return std::nullopt;
    }
    return Fragment(passing.packet.view, passing.shape, mtu, ++m_lastFragmentId);
}

void
NodeTap::SendNoRoute(const Passing& passing)
{
    const bool ipv4 = passing.packet.view.GetFamily() == Family::Ipv4;
    ErrorToLimit limited;
    limited.family = passing.packet.view.GetFamily();
    limited.destination = passing.packet.view.Source();
    if (m_services.errorLimit.AllowsNoRoute(limited, passing.packet.now))
    {
        SendIcmpError(passing.packet, ipv4 ? ICMP_UNREACHABLE : ICMPV6_UNREACHABLE, 0);
    }
}

void
NodeTap::SendReassemblyTimeout(const Passing& first)
{
    const bool ipv4 = first.packet.view.GetFamily() == Family::Ipv4;
    if (!ipv4 || IsOwnAddress(first.packet.view.Destination()))
    {
        SendIcmpError(first.packet,
                      ipv4 ? ICMP_TIME_EXCEEDED : ICMPV6_TIME_EXCEEDED,
                      REASSEMBLY_TIME);
    }
}

void
NodeTap::Reject(TrackedPacket& packet, const Verdict& verdict)
{
    const auto check =
        m_services.settings.hasChecksums ? ChecksumCheck::Verify : ChecksumCheck::Skip;
    if (verdict.reject == RejectKind::TcpReset)
    {
        SendReset(packet, check);
    }
    else if (verdict.reject == RejectKind::IcmpUnreachable && MayRejectWithIcmp(packet.view, check))
    {
        const bool ipv4 = packet.view.GetFamily() == Family::Ipv4;
        SendIcmpError(packet, ipv4 ? ICMP_UNREACHABLE : ICMPV6_UNREACHABLE, verdict.code);
    }
}

void
NodeTap::SendIcmpError(const TrackedPacket& offender, uint8_t type, uint8_t code, uint32_t rest)
{
    if (offender.isLocal)
    {
        return; // to itself: the stack tells its sockets otherwise
    }
    const Address destination = offender.view.Source();
    const auto source = IsOwnAddress(offender.view.Destination())
                            ? std::optional<Address>(offender.view.Destination())
                            : SourceToward(destination);
    if (!source)
    {
        return;
    }
    ErrorSpec spec;
    spec.type = type;
    spec.code = code;
    spec.rest = rest;
    spec.source = *source;
    auto bytes = MakeIcmpError(offender.view, spec);
    ErrorToLimit limited;
    limited.family = offender.view.GetFamily();
    limited.type = type;
    limited.code = code;
    limited.destination = destination;
    if (bytes && m_services.errorLimit.Allows(limited, offender.now))
    {
        SendOwn(std::move(*bytes), &offender);
    }
}

void
NodeTap::SendReset(const TrackedPacket& offender, ChecksumCheck check)
{
    if (auto bytes = MakeTcpReset(offender.view, check, m_services.settings.resetWindow))
    {
        m_services.path.CloseTcp(offender);
        SendOwn(std::move(*bytes), &offender);
    }
}

void
NodeTap::SendOwn(std::vector<uint8_t> bytes, const TrackedPacket* relatedTo)
{
    Passing own(m_services.path, Simulator::Now().GetNanoSeconds());
    if (!own.Take(std::move(bytes)))
    {
        return;
    }
    if (relatedTo != nullptr && relatedTo->connection != nullptr)
    {
        // It belongs to the connection of the packet it answers, and travels the other way.
        ConnectionTable::Hold(*relatedTo->connection);
        own.packet.connection = relatedTo->connection;
        own.packet.direction = Opposite(relatedTo->direction);
        own.packet.state = FlowState::Related;
    }
    if (Depart(own, DeviceToward(own.packet.view.Destination())) == Passage::Pass)
    {
        const ByteView whole = own.packet.view.Bytes();
        SendBytes(std::vector<uint8_t>(whole.data, whole.data + whole.size));
    }
}

} // namespace conntrack
} // namespace ns3
