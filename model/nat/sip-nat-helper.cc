/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/nat/sip-nat-helper.h"

#include "model/nat/payload-edit.h"
#include "model/wire/sdp-message.h"

namespace ns3
{
namespace conntrack
{

NS_OBJECT_ENSURE_REGISTERED(SipNatHelper);

namespace
{

constexpr uint32_t LAST_PORT = 65535;

/// Where packets to the sender are sent by its peer. Without NAT of the sender that is anywhere:
/// what it announces stays.
Address
PublicTarget(const SipPassage& passage, const Address& announced)
{
    const Address& outside = passage.Answered().destination;
    return passage.Sent().source == outside ? announced : outside;
}

} // namespace

TypeId
SipNatHelper::GetTypeId()
{
    static TypeId tid = TypeId("ns3::conntrack::SipNatHelper")
                            .SetParent<NatHelper>()
                            .SetGroupName("Conntrack")
                            .AddConstructor<SipNatHelper>();
    return tid;
}

SipNatHelper::SipNatHelper()
{
    SetModuleName("ip_nat_sip"); // row H18
}

void
SipNatHelper::SetServices(const NatHelperServices& services)
{
    m_services = services;
}

// ---------------------------------------------------------------------------- expectations

void
SipNatHelper::Prepare(const SipPassage& passage,
                      Expectation& expectation,
                      const Address& target) const
{
    expectation.savedAddress = expectation.tuple.destination;
    expectation.savedPort = expectation.tuple.destinationPort;
    expectation.tuple.destination = target;
    expectation.direction = Opposite(passage.Packet().direction);
    expectation.function = m_services.followMaster;
}

HelperVerdict
SipNatHelper::ExpectSignalling(SipPassage& passage,
                               Expectation& expectation,
                               const SipSpan& contact) const
{
    HelperContext& context = passage.Context();
    const uint16_t answerPort = passage.Memory().answerPort;
    const uint16_t own = answerPort != 0 ? answerPort : passage.Sent().sourcePort;
    const uint16_t announced = expectation.tuple.destinationPort;
    const uint16_t first = announced == own ? passage.Answered().destinationPort : announced;
    const Address target = PublicTarget(passage, expectation.tuple.destination);
    Prepare(passage, expectation, target);
    if (!ExpectAtFreePort(context, expectation, first, m_services, m_services.registrations) ||
        expectation.tuple.destinationPort == 0)
    {
        return context.Drop("all ports in use for SIP");
    }
    const uint16_t port = expectation.tuple.destinationPort;
    if (target == expectation.savedAddress && port == expectation.savedPort)
    {
        return HelperVerdict::Accept;
    }
    if (!Replace(passage, contact, PrintSipEndpoint(target, port, passage.FamilyOf())))
    {
        context.expectations.Withdraw(expectation, context.packet.now);
        return context.Drop("cannot mangle packet");
    }
    return HelperVerdict::Accept;
}

HelperVerdict
SipNatHelper::ExpectMedia(SipPassage& passage,
                          const SipMediaPair& pair,
                          const SipSpan& port,
                          Address& target) const
{
    HelperContext& context = passage.Context();
    target = PublicTarget(passage, pair.rtp.tuple.destination);
    Prepare(passage, pair.rtp, target);
    Prepare(passage, pair.rtcp, target);
    if (!ExpectPair(passage, pair))
    {
        return context.Drop("all ports in use for SDP media");
    }
    const uint16_t chosen = pair.rtp.tuple.destinationPort;
    if (chosen != pair.rtp.savedPort && !SetMediaPort(passage, port, chosen))
    {
        context.expectations.Withdraw(pair.rtp, context.packet.now);
        context.expectations.Withdraw(pair.rtcp, context.packet.now);
        return context.Drop("cannot mangle SDP message");
    }
    return HelperVerdict::Accept;
}

/// From the announced port upward, by twos: pairs stay pairs.
bool
SipNatHelper::ExpectPair(const SipPassage& passage, const SipMediaPair& pair) const
{
    ExpectationTable& table = passage.Context().expectations;
    const Nanos now = passage.Packet().now;
    for (uint32_t port = pair.rtp.tuple.destinationPort; port != 0 && port < LAST_PORT; port += 2)
    {
        pair.rtp.tuple.destinationPort = static_cast<uint16_t>(port);
        ExpectResult result = table.Expect(pair.rtp, now, MasterTest::Skip);
        if (result == ExpectResult::Ok)
        {
            pair.rtcp.tuple.destinationPort = static_cast<uint16_t>(port + 1);
            result = table.Expect(pair.rtcp, now, MasterTest::Skip);
            if (result == ExpectResult::Ok)
            {
                return true;
            }
            table.Withdraw(pair.rtp, now);
        }
        if (result != ExpectResult::Busy)
        {
            return false;
        }
    }
    return false;
}

// ---------------------------------------------------------------------------- texts

bool
SipNatHelper::Replace(SipPassage& passage, const SipSpan& span, const std::string& text) const
{
    const TextChange change{passage.Position() + span.position, span.length, text};
    if (!(passage.IsTcp() ? ReplaceTcpText
                          : EditUdpPayload)(passage.Packet(), change, m_services.checksums()))
    {
        return false;
    }
    passage.Resize(span.length, text.size());
    return true;
}

bool
SipNatHelper::SetContentLength(SipPassage& passage) const
{
    const SipField version = FindSdpLine(passage.Text(), SdpLine::Version, 0);
    const SipField length = FindSipHeader(passage.Text(), SipHeader::ContentLength);
    if (version.search != SipSearch::Found || length.search != SipSearch::Found)
    {
        return false;
    }
    const std::size_t begin = version.span.position - std::string_view("v=").size();
    return Replace(passage, length.span, std::to_string(passage.Length() - begin));
}

bool
SipNatHelper::SetMediaPort(SipPassage& passage, const SipSpan& span, uint16_t port) const
{
    return Replace(passage, span, std::to_string(port)) && SetContentLength(passage);
}

bool
SipNatHelper::SetMediaAddress(SipPassage& passage, std::size_t from, const Address& address) const
{
    const auto found = FindSdpAddress(passage.Text(), SdpLine::Connection, from);
    return found && Replace(passage, found->span, ToString(address, passage.FamilyOf())) &&
           SetContentLength(passage);
}

bool
SipNatHelper::SetSessionAddress(SipPassage& passage, std::size_t from, const Address& address) const
{
    const std::string text = ToString(address, passage.FamilyOf());
    const auto owner = FindSdpAddress(passage.Text(), SdpLine::Owner, from);
    if (!owner || !Replace(passage, owner->span, text))
    {
        return false;
    }
    // RFC 4566 5.7: each media line may have its own instead.
    const auto session = FindSdpAddress(passage.Text(), SdpLine::Connection, from);
    return (!session || Replace(passage, session->span, text)) && SetContentLength(passage);
}

void
SipNatHelper::NoteGrowth(HelperContext& context, int32_t growth) const
{
    NoteTcpGrowth(context.packet, growth);
}

} // namespace conntrack
} // namespace ns3
