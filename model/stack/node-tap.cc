/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/stack/node-tap.h"

#include "model/wire/checksum.h"

#include "ns3/mac48-address.h"
#include "ns3/node.h"
#include "ns3/simulator.h"

#include <algorithm>

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
           OnesComplementSum(packet.Bytes().First((packet.Bytes().data[0] & 0x0f) * 4U)) == 0xffff;
}

/// One hop less, as the FORWARD hook sees it; the checksum's change is RFC 1141's.
void
DecrementHopLimit(std::vector<uint8_t>& bytes, Family family)
{
    if (family == Family::Ipv6)
    {
        --bytes[7];
        return;
    }
    --bytes[8];
    const uint32_t sum = ReadU16(&bytes[10]) + 0x0100U;
    WriteU16(&bytes[10], static_cast<uint16_t>(sum + (sum >> 16)));
}

} // namespace

Passing::Passing(PacketPath& path, Nanos now)
    : m_path(path)
{
    packet.now = now;
}

Passing::~Passing()
{
    m_path.Leave(packet);
}

bool
Passing::Take(Ptr<const Packet> ipPacket)
{
    uid = ipPacket->GetUid();
    std::vector<uint8_t> copy(ipPacket->GetSize());
    ipPacket->CopyData(copy.data(), static_cast<uint32_t>(copy.size()));
    return Take(std::move(copy));
}

void
Passing::SetLink(const ns3::Address& from, const ns3::Address& to, uint16_t etherType)
{
    if (!Mac48Address::IsMatchingType(from) || !Mac48Address::IsMatchingType(to))
    {
        return;
    }
    Mac48Address::ConvertFrom(to).CopyTo(m_link.data());
    Mac48Address::ConvertFrom(from).CopyTo(m_link.data() + 6);
    WriteU16(m_link.data() + 12, etherType);
    packet.link = {m_link.data(), m_link.size()};
}

bool
Passing::Take(std::vector<uint8_t> ipPacket)
{
    bytes = std::move(ipPacket);
    const auto view = PacketView::Parse({bytes.data(), bytes.size()});
    if (view)
    {
        packet.view = *view;
    }
    return view.has_value();
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

Interface
NodeTap::Describe(Ptr<const NetDevice> device) const
{
    return m_services.interfaces.Get(device);
}

Passage
NodeTap::Arrive(Passing& passing, Ptr<NetDevice> device)
{
    passing.packet.input = Describe(device);
    if (m_services.settings.hasChecksums && !IsHeaderChecksumRight(passing.packet.view))
    {
        return Passage::Stop; // as in Linux, dropped before any hook
    }
    if (m_services.path.RunBeforeAssembly(passing.packet) == Passage::Stop ||
        Assemble(passing) == Passage::Stop)
    {
        return Passage::Stop;
    }
    const Passage passage = m_services.path.Run(Hook::Prerouting, passing.packet);
    m_services.rearm();
    return passage;
}

Passage
NodeTap::Assemble(Passing& passing)
{
    const PacketView& view = passing.packet.view;
    const bool whole = !view.IsFragment() && view.FragmentHeaderOffset() == 0;
    if (whole || !m_services.path.IsTracking(view.GetFamily()))
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
        m_services.rearm();
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
NodeTap::Cross(Passing& passing, Ptr<NetDevice> device)
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
    DecrementHopLimit(passing.bytes, packet.view.GetFamily());
    packet.output = Describe(device);
    Passage passage = m_services.path.Run(Hook::Forward, packet);
    if (passage == Passage::Pass)
    {
        passage = m_services.path.Run(Hook::Postrouting, packet);
    }
    m_services.rearm();
    return passage;
}

Passage
NodeTap::Deliver(Passing& passing)
{
    const Passage passage = m_services.path.Run(Hook::Input, passing.packet);
    m_services.rearm();
    return passage;
}

Passage
NodeTap::Depart(Passing& passing, Ptr<NetDevice> device)
{
    passing.packet.isLocal = true;
    // What is for the node itself leaves by the loopback device in Linux, whichever ns-3 says.
    const bool own = IsOwnAddress(passing.packet.view.Destination());
    passing.packet.output = Describe(own ? GetLoopback() : device);
    Passage passage = m_services.path.Run(Hook::Output, passing.packet);
    if (passage == Passage::Pass)
    {
        passage = m_services.path.Run(Hook::Postrouting, passing.packet);
    }
    m_services.rearm();
    return passage;
}

std::optional<std::vector<std::vector<uint8_t>>>
NodeTap::Cut(const Passing& passing, Ptr<NetDevice> device)
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
        SendOwn(std::move(*bytes), nullptr);
    }
}

void
NodeTap::SendReset(const TrackedPacket& offender, ChecksumCheck check)
{
    if (auto bytes = MakeTcpReset(offender.view, check))
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
        SendBytes(own.bytes);
    }
}

} // namespace conntrack
} // namespace ns3
