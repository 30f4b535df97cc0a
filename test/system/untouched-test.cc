/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// Runs with and without Conntracks on all nodes, packet for packet the same.
#include "test/system/simulation-fixture.h"

#include "ns3/csma-net-device.h"
#include "ns3/dhcp-client.h"
#include "ns3/dhcp-helper.h"
#include "ns3/olsr-helper.h"
#include "ns3/radvd-helper.h"
#include "ns3/radvd.h"

#include <algorithm>
#include <iomanip>
#include <sstream>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr uint32_t CLIENT = 0;
constexpr uint32_t ROUTER = 1;
constexpr uint32_t SERVER = 2;

class UntouchedTest : public SimulationTest
{
  protected:
    /// Run a scenario without and with a Conntrack on each node, and compare.
    /// @param scenario builds and schedules @param until seconds @param rules of the Conntracks
    void Compare(const std::function<void()>& scenario, double until, const std::string& rules = "")
    {
        std::vector<std::vector<std::string>> runs;
        for (const bool installed : {false, true})
        {
            CleanUp();
            packets.clear();
            scenario();
            FixStreams();
            for (uint32_t i = 0; i < nodes.GetN(); ++i)
            {
                if (installed)
                {
                    Install(i, rules);
                }
                Record(nodes.Get(i));
            }
            Run(until);
            std::sort(packets.begin(), packets.end()); // OLSR's sockets lie in a map by address
            runs.push_back(packets);
        }
        EXPECT_THAT(runs[0], Not(IsEmpty()));
        EXPECT_EQ(runs[0].size(), runs[1].size());
        EXPECT_TRUE(runs[0] == runs[1]) << FirstDifference(runs[0], runs[1]);
        EXPECT_THAT(invalids, IsEmpty());
        EXPECT_THAT(drops, IsEmpty());
    }

    std::vector<std::string> packets; ///< a line for each that a stack took or gave

  private:
    /// Each run would have other random streams.
    void FixStreams()
    {
        int64_t stream = InternetStackHelper().AssignStreams(nodes, 1000) + 1000;
        stream += OlsrHelper().AssignStreams(nodes, stream);
        for (uint32_t i = 0; i < nodes.GetN(); ++i)
        {
            Ptr<Node> node = nodes.Get(i);
            for (uint32_t device = 1; device < node->GetNDevices(); ++device)
            {
                stream +=
                    DynamicCast<CsmaNetDevice>(node->GetDevice(device))->AssignStreams(stream);
            }
            for (uint32_t i = 0; i < node->GetNApplications(); ++i)
            {
                if (auto radvd = DynamicCast<Radvd>(node->GetApplication(i)))
                {
                    stream += radvd->AssignStreams(stream);
                }
                if (auto dhcp = DynamicCast<DhcpClient>(node->GetApplication(i)))
                {
                    stream += dhcp->AssignStreams(stream);
                }
            }
        }
    }

    static std::string FirstDifference(const std::vector<std::string>& left,
                                       const std::vector<std::string>& right)
    {
        const std::size_t common = std::min(left.size(), right.size());
        const auto end = left.begin() + static_cast<std::ptrdiff_t>(common);
        const auto [one, other] = std::mismatch(left.begin(), end, right.begin());
        return one == end ? "one ends early" : *one + "\n" + *other;
    }

    void Record(Ptr<Node> node)
    {
        const std::string name = std::to_string(node->GetId());
        for (const std::string trace : {"Tx", "Rx"})
        {
            const std::string what = name + " " + trace;
            node->GetObject<Ipv4L3Protocol>()->TraceConnectWithoutContext(
                trace,
                Callback<void, Ptr<const Packet>, Ptr<Ipv4>, uint32_t>(
                    [this, what](Ptr<const Packet> packet, Ptr<Ipv4>, uint32_t interface) {
                        Add(what, packet, interface);
                    }));
            node->GetObject<Ipv6L3Protocol>()->TraceConnectWithoutContext(
                trace,
                Callback<void, Ptr<const Packet>, Ptr<Ipv6>, uint32_t>(
                    [this, what](Ptr<const Packet> packet, Ptr<Ipv6>, uint32_t interface) {
                        Add(what, packet, interface);
                    }));
        }
    }

    void Add(const std::string& what, Ptr<const Packet> packet, uint32_t interface)
    {
        std::vector<uint8_t> bytes(packet->GetSize());
        packet->CopyData(bytes.data(), packet->GetSize());
        std::ostringstream line;
        line << Simulator::Now().GetNanoSeconds() << " " << what << " " << interface << " ";
        line << std::hex << std::setfill('0');
        for (const uint8_t byte : bytes)
        {
            line << std::setw(2) << uint32_t{byte};
        }
        packets.push_back(line.str());
    }
};

TEST_F(UntouchedTest, Ipv4MulticastAcrossTheRouter)
{
    const std::string group = "239.1.2.3";
    UdpPeer* router = nullptr;
    UdpPeer* server = nullptr;
    const auto scenario = [&] {
        Build(3, LinkKind::Csma);
        Ipv4StaticRoutingHelper helper;
        helper.AddMulticastRoute(nodes.Get(ROUTER),
                                 AddressOf(CLIENT, 0).c_str(),
                                 group.c_str(),
                                 nodes.Get(ROUTER)->GetDevice(1),
                                 nodes.Get(ROUTER)->GetDevice(2));
        helper.SetDefaultMulticastRoute(nodes.Get(CLIENT), nodes.Get(CLIENT)->GetDevice(1));
        UdpPeer& client = AddUdp(CLIENT, 5000);
        client.GetSocket()->BindToNetDevice(nodes.Get(CLIENT)->GetDevice(1));
        router = &AddUdp(ROUTER, 7);
        server = &AddUdp(SERVER, 7);
        At(2, [&] { client.Send(group, 7); });
        At(3, [&] { client.Send("224.0.0.9", 7); });
    };
    Compare(scenario, 5, Firewall());
    EXPECT_THAT(server->sizes, SizeIs(1));
    EXPECT_THAT(router->sizes, SizeIs(2)); // in ns-3 every group is local
}

TEST_F(UntouchedTest, Ipv6MulticastAcrossTheRouter)
{
    const std::string group = "ff0e::1234";
    UdpPeer* server = nullptr;
    const auto scenario = [&] {
        Build(3, LinkKind::Csma);
        Ipv6StaticRoutingHelper helper;
        helper.AddMulticastRoute(nodes.Get(ROUTER),
                                 AddressOf(CLIENT, 0, Ip::V6).c_str(),
                                 group.c_str(),
                                 nodes.Get(ROUTER)->GetDevice(1),
                                 nodes.Get(ROUTER)->GetDevice(2));
        helper.GetStaticRouting(nodes.Get(CLIENT)->GetObject<Ipv6>())->SetDefaultMulticastRoute(1);
        UdpPeer& client = AddUdp(CLIENT, 5000, Ip::V6);
        client.GetSocket()->BindToNetDevice(nodes.Get(CLIENT)->GetDevice(1));
        server = &AddUdp(SERVER, 7, Ip::V6);
        server->GetSocket()->Ipv6JoinGroup(Ipv6Address(group.c_str()));
        At(2, [&] { client.Send(group, 7); });
    };
    Compare(scenario, 5, Firewall());
    EXPECT_THAT(server->sizes, SizeIs(1));
    EXPECT_THAT(EventsWith("dst=" + group), SizeIs(2)); // of the client and the server
}

TEST_F(UntouchedTest, Broadcast)
{
    UdpPeer* router = nullptr;
    UdpPeer* server = nullptr;
    const auto scenario = [&] {
        Build(3, LinkKind::Csma);
        UdpPeer& client = AddUdp(CLIENT, 5000);
        client.GetSocket()->SetAllowBroadcast(true);
        router = &AddUdp(ROUTER, 67);
        server = &AddUdp(SERVER, 67);
        At(2, [&] { client.Send("255.255.255.255", 67); });
        At(3, [&] { client.Send("10.1.0.255", 67); });
    };
    Compare(scenario, 5, Firewall());
    EXPECT_THAT(router->sizes, SizeIs(2));
    EXPECT_THAT(server->sizes, IsEmpty());
}

TEST_F(UntouchedTest, DhcpGivesAHostItsAddress)
{
    Ipv4Address given;
    const auto scenario = [&] {
        CreateNodes(2);
        const auto devices = CsmaHelper().Install(nodes);
        DhcpHelper dhcp;
        dhcp.InstallFixedAddress(devices.Get(1), "10.1.0.2", "255.255.255.0");
        dhcp.InstallDhcpServer(devices.Get(1),
                               "10.1.0.2",
                               "10.1.0.0",
                               "255.255.255.0",
                               "10.1.0.10",
                               "10.1.0.20")
            .Start(Seconds(0));
        dhcp.InstallDhcpClient(devices.Get(0)).Start(Seconds(1));
        At(20,
           [&] { given = nodes.Get(CLIENT)->GetObject<Ipv4>()->GetAddress(1, 0).GetAddress(); });
    };
    Compare(scenario, 21);
    EXPECT_EQ(given, Ipv4Address("10.1.0.10"));
}

TEST_F(UntouchedTest, RouterAdvertisementsAndTheAddressesMadeOfThem)
{
    std::size_t addresses = 0;
    const auto scenario = [&] {
        Build(3, LinkKind::Csma);
        nodes.Get(CLIENT)->GetObject<Ipv6>()->SetForwarding(1, false); // a host
        RadvdHelper radvd;
        radvd.AddAnnouncedPrefix(1, Ipv6Address("fd00:aa::"), 64);
        radvd.Install(nodes.Get(ROUTER)).Start(Seconds(1));
        At(29, [&] { addresses = nodes.Get(CLIENT)->GetObject<Ipv6>()->GetNAddresses(1); });
    };
    Compare(scenario, 30);
    EXPECT_EQ(addresses, 3U); // link-local, static, automatic
    EXPECT_THAT(events, IsEmpty());
}

TEST_F(UntouchedTest, MessagesOfOlsr)
{
    const auto scenario = [&] {
        OlsrHelper olsr;
        Build(4, LinkKind::Csma, &olsr);
        UdpPeer& client = AddUdp(CLIENT, 5000);
        AddUdp(3, 7).echo = true;
        At(15, [&] { client.Send(ServerAddress(), 7); });
    };
    Compare(scenario, 20);
    EXPECT_THAT(EventsWith("dport=698", "dst=10.1.0.255"), Not(IsEmpty()));
}

class UntouchedFlowTest : public UntouchedTest, public ::testing::WithParamInterface<Ip>
{
};

TEST_P(UntouchedFlowTest, Unicast)
{
    const auto scenario = [&] {
        Build(4, LinkKind::Csma);
        UdpPeer& client = AddUdp(CLIENT, 5000, GetParam());
        AddUdp(3, 7, GetParam()).echo = true;
        for (const uint32_t size : {100, 700, 1400})
        {
            At(2 + size * 0.001,
               [&client, size, this] { client.Send(ServerAddress(GetParam()), 7, size); });
        }
    };
    Compare(scenario, 10);
    EXPECT_THAT(EventsWith("[NEW]"), SizeIs(4)); // once on each node
}

INSTANTIATE_TEST_SUITE_P(Families,
                         UntouchedFlowTest,
                         ::testing::Values(Ip::V4, Ip::V6),
                         [](const auto& row) { return row.param == Ip::V4 ? "Ipv4" : "Ipv6"; });

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
