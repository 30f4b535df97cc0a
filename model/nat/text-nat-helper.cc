/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/nat/text-nat-helper.h"

#include "model/nat/payload-edit.h"

#include "ns3/object-factory.h"

#include <array>
#include <map>

namespace ns3
{
namespace conntrack
{

NS_OBJECT_ENSURE_REGISTERED(TextNatHelper);

namespace
{

// Row H18: names under which the kernel's protocol helpers ask for them.
constexpr std::array<const char*, 4> MODULES{"ip_nat_amanda",
                                             "ip_nat_ftp",
                                             "ip_nat_irc",
                                             "ip_nat_tftp"};

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
    if (!announcement.text.print)
    {
        return AnnounceSender(context, announcement);
    }
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
    const std::string text = announcement.text.print(outside, expectation.tuple.destinationPort);
    const TextChange change{announcement.text.position, announcement.text.length, text};
    if (!EditText(packet, change, m_services.checksums()))
    {
        context.expectations.Withdraw(expectation, packet.now);
        return context.Drop("cannot mangle packet");
    }
    return HelperVerdict::Accept;
}

HelperVerdict
TextNatHelper::AnnounceSender(HelperContext& context, const Announcement& announcement) const
{
    Expectation& expectation = announcement.expectation;
    expectation.savedPort = context.packet.connection->Original().sourcePort;
    expectation.direction = Direction::Reply;
    expectation.function = m_services.followMaster;
    return ExpectAsItIs(context, expectation);
}

std::vector<Ptr<TextNatHelper>>
MakeTextNatHelpers()
{
    // Ordered by name, so that nothing depends on the order of registration.
    std::map<std::string, TypeId> types;
    for (uint16_t i = 0; i < TypeId::GetRegisteredN(); ++i)
    {
        const TypeId type = TypeId::GetRegistered(i);
        if (type.IsChildOf(TextNatHelper::GetTypeId()) && type.HasConstructor())
        {
            types.emplace(type.GetName(), type);
        }
    }
    std::vector<Ptr<TextNatHelper>> helpers;
    for (const char* module : MODULES)
    {
        helpers.push_back(CreateObject<TextNatHelper>());
        helpers.back()->SetModuleName(module);
    }
    for (const auto& [name, type] : types)
    {
        ObjectFactory factory;
        factory.SetTypeId(type);
        helpers.push_back(factory.Create<TextNatHelper>());
    }
    return helpers;
}

} // namespace conntrack
} // namespace ns3
