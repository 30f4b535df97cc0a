/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/nat/text-nat-helper.h"

#include "model/nat/payload-edit.h"

namespace ns3
{
namespace conntrack
{

NS_OBJECT_ENSURE_REGISTERED(TextNatHelper);
NS_OBJECT_ENSURE_REGISTERED(FtpNatHelper);

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
    if (!ExpectAtFreePort(context, expectation, expectation.savedPort, m_services) ||
        expectation.tuple.destinationPort == 0)
    {
        return context.Drop("all ports in use");
    }
    // Where the peer's packets go is what the connection's answers bear.
    const Address& outside =
        packet.connection->tuples[Index(Opposite(packet.direction))].destination;
    const std::string text = announcement.print(outside, expectation.tuple.destinationPort);
    const TextChange change{announcement.position, announcement.length, text};
    if (!EditText(packet, change, m_services.checksums()))
    {
        context.expectations.Withdraw(expectation, packet.now);
        return context.Drop("cannot mangle packet");
    }
    return HelperVerdict::Accept;
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
