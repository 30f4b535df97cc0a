/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/nat/text-nat-helper.h"

#include "model/nat/payload-edit.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

NS_OBJECT_ENSURE_REGISTERED(TextNatHelper);
NS_OBJECT_ENSURE_REGISTERED(FtpNatHelper);

namespace
{

constexpr uint32_t LAST_PORT = 65535;
constexpr uint32_t MOST_DRAWS = 128; // profile v6.18

} // namespace

TypeId
TextNatHelper::GetTypeId()
{
    static TypeId tid =
        TypeId("ns3::conntrack::TextNatHelper").SetParent<NatHelper>().SetGroupName("Conntrack");
    return tid;
}

void
TextNatHelper::SetServices(const NatHelperServices& services)
{
    m_services = services;
}

HelperVerdict
TextNatHelper::DoAnnounce(HelperContext& context, const Announcement& announcement) const
{
    TrackedPacket& packet = context.packet;
    Expectation& expectation = announcement.expectation;
    expectation.savedPort = expectation.tuple.destinationPort;
    expectation.direction = Opposite(packet.direction);
    expectation.function = m_services.followMaster;
    // Linux takes port 0 for "none", though it was expected.
    if (!ExpectAtFreePort(context, expectation) || expectation.tuple.destinationPort == 0)
    {
        return context.Drop("all ports in use");
    }
    // Where the peer's packets go is what the connection's answers bear.
    const Address& outside =
        packet.connection->tuples[Index(Opposite(packet.direction))].destination;
    const std::string text = announcement.print(outside, expectation.tuple.destinationPort);
    const TextChange change{announcement.position, announcement.length, text};
    if (!EditTcpPayload(packet, change, m_services.checksums()))
    {
        context.expectations.Withdraw(expectation, packet.now);
        return context.Drop("cannot mangle packet");
    }
    return HelperVerdict::Accept;
}

bool
TextNatHelper::ExpectAtFreePort(HelperContext& context, Expectation& expectation) const
{
    const uint32_t first = expectation.savedPort;
    const uint32_t above = LAST_PORT - first;
    const bool upward = m_services.portSearch == PortSearch::Upward;
    const uint32_t further = upward ? above : std::min(above, MOST_DRAWS);
    uint32_t port = first;
    for (uint32_t tried = 0;; ++tried)
    {
        expectation.tuple.destinationPort = static_cast<uint16_t>(port);
        const ExpectResult result = context.expectations.Expect(expectation, context.packet.now);
        if (result == ExpectResult::Ok)
        {
            return true;
        }
        if (result != ExpectResult::Busy || tried == further)
        {
            return false;
        }
        port = upward ? port + 1 : first + m_services.random(above);
    }
}

TypeId
FtpNatHelper::GetTypeId()
{
    static TypeId tid = TypeId("ns3::conntrack::FtpNatHelper")
                            .SetParent<TextNatHelper>()
                            .SetGroupName("Conntrack")
                            .AddConstructor<FtpNatHelper>();
    return tid;
}

FtpNatHelper::FtpNatHelper()
{
    SetModuleName("ip_nat_ftp"); // row H18
}

} // namespace conntrack
} // namespace ns3
