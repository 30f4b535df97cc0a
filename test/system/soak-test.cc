/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// Ten simulated hours of random flows over bad links: nothing stays for ever, nothing is
// miscounted.
#include "test/system/counting-scheduler.h"
#include "test/system/disturber.h"
#include "test/system/simulation-fixture.h"
#include "test/system/talk.h"

#include "ns3/pointer.h"

#include <cmath>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

using ::testing::Each;
using ::testing::Gt;
using ::testing::Le;

constexpr uint32_t CLIENT = 0;
constexpr uint32_t ROUTER = 1;
constexpr uint32_t SERVER = 2;

constexpr double HOUR = 3600;
constexpr double TRAFFIC = 10 * HOUR;
constexpr double LONGEST = HOUR / 2;     // the time-out of established TCP here
constexpr Nanos EXPECTED = 300 * SECOND; // FTP's policy

class SoakTest : public SimulationTest
{
  protected:
    /// Ten hours of traffic, and as long as it takes until nothing is pending any more.
    void Soak()
    {
        clients.clear();
        servers.clear();
        disturbers.clear();
        CleanUp();
        events.clear();
        expectationEvents.clear();
        drops.clear();
        invalids.clear();
        pending.clear();
        CountingScheduler::Use();
        random = CreateObject<UniformRandomVariable>();
        random->SetStream(1);
        Build(3);
        InternetStackHelper().AssignStreams(nodes, 1000);
        MakeEndpoints();
        MakeRouter();
        MakeLinksBad();
        At(10, [this] { NextFlow(); });
        At(600, [this] { NextOutage(); });
        for (int hour = 1; hour <= 10; ++hour)
        {
            At(hour * HOUR, [this] { Inspect(); });
        }
        Simulator::Run();
    }

    double Draw(double least, double most)
    {
        return random->GetValue(least, most);
    }

    uint32_t Choose(uint32_t count)
    {
        return random->GetInteger(0, count - 1);
    }

    std::size_t Expectations(const std::string& part) const
    {
        return static_cast<std::size_t>(std::count_if(
            expectationEvents.begin(),
            expectationEvents.end(),
            [&](const std::string& line) { return line.find(part) != std::string::npos; }));
    }

    Ptr<Conntrack> conntrack;
    std::vector<std::string> expectationEvents;
    std::vector<int> pending; ///< simulator events, hour by hour
    std::vector<Ptr<Disturber>> disturbers;

  private:
    void MakeEndpoints()
    {
        // What is for the hosts of Ftp() ends here (IPv6 sends errors about it, of a wrong form).
        for (uint32_t node : {CLIENT, SERVER})
        {
            nodes.Get(node)->GetObject<Ipv4>()->SetAttribute("IpForward", BooleanValue(false));
            nodes.Get(node)->GetObject<Ipv6>()->SetForwarding(1, false);
        }
        for (const Ip version : {Ip::V4, Ip::V6})
        {
            for (uint16_t i = 0; i < 20; ++i)
            {
                AddUdp(CLIENT, 5000 + i, version);
            }
            for (uint16_t i = 0; i < 5; ++i)
            {
                AddUdp(SERVER, 7000 + i, version).echo = true;
            }
            servers.push_back(std::make_unique<TcpServer>(nodes.Get(SERVER), 80, version));
        }
    }

    void MakeRouter()
    {
        StatefulFirewall firewall;
        firewall.inside = "eth1";
        firewall.outside = "eth2";
        firewall.helpers = {{"ftp", protocol::TCP, 21}};
        NetfilterHelper helper;
        helper.SetFirstStream(2);
        helper.SetAttribute("Acct", BooleanValue(true));
        helper.SetAttribute("Max", UintegerValue(40));
        helper.SetAttribute("Buckets", UintegerValue(16));
        helper.SetAttribute("ExpectMax", UintegerValue(4));
        helper.SetAttribute("TcpTimeoutEstablished", TimeValue(Seconds(LONGEST)));
        conntrack = Install(ROUTER, ToJson(firewall), helper);
        conntrack->TraceConnectWithoutContext(
            "Expectation",
            Callback<void, const ExpectationNotice&>([this](const ExpectationNotice& notice) {
                expectationEvents.push_back(EventLine(notice, {}));
            }));
    }

    void MakeLinksBad()
    {
        for (uint32_t node = CLIENT; node <= SERVER; ++node)
        {
            for (uint32_t i = 1; i < nodes.Get(node)->GetNDevices(); ++i)
            {
                Ptr<NetDevice> device = nodes.Get(node)->GetDevice(i);
                auto disturber = Ptr<Disturber>(
                    new Disturber(device, 10 + static_cast<int64_t>(disturbers.size())),
                    false);
                device->SetAttribute("ReceiveErrorModel", PointerValue(disturber));
                disturbers.push_back(disturber);
            }
        }
    }

    void NextFlow()
    {
        const Ip version = Choose(2) == 0 ? Ip::V4 : Ip::V6;
        const double kind = Draw(0, 1);
        kind < 0.40   ? Udp(version)
        : kind < 0.60 ? Echo(version)
        : kind < 0.85 ? Ftp(version)
        : kind < 0.95 ? Nonsense(version)
                      : Tcp(version);
        const double next = -8 * std::log(Draw(1e-9, 1)); // 8 s on average
        if (Simulator::Now().GetSeconds() + next < TRAFFIC)
        {
            At(next, [this] { NextFlow(); });
        }
    }

    /// A link, or an interface of the router, goes down and comes up again.
    void NextOutage()
    {
        const double time = Draw(5, 300);
        const uint32_t link = Choose(2);
        Ptr<Ipv4> ipv4 = nodes.Get(ROUTER)->GetObject<Ipv4>();
        const auto set = [this, link, ipv4, interface = Choose(2) == 0](bool up) {
            disturbers[2 * link]->down = disturbers[2 * link + 1]->down = !up;
            if (interface)
            {
                up ? ipv4->SetUp(link + 1) : ipv4->SetDown(link + 1);
            }
        };
        set(false);
        At(time, [set] { set(true); });
        if (Simulator::Now().GetSeconds() < TRAFFIC - 2000)
        {
            At(time + Draw(60, 1500), [this] { NextOutage(); });
        }
    }

    void Udp(Ip version)
    {
        const uint32_t first = version == Ip::V4 ? 0 : 25;
        UdpPeer& client = *peers[first + Choose(20)];
        const auto port = static_cast<uint16_t>(7000 + Choose(6)); // nobody listens to the last one
        double when = 0;
        for (uint32_t left = 1 + Choose(6); left > 0; --left)
        {
            const uint32_t size = Choose(8) == 0 ? 4000 : 100; // sometimes in fragments
            At(when, [&client, port, size, version] {
                client.Send(AddressOf(SERVER, 1, version), port, size);
            });
            when += Draw(0.1, 5);
        }
    }

    void Echo(Ip version)
    {
        const uint32_t id = Choose(65536);
        for (uint32_t number = 0; number <= Choose(4); ++number)
        {
            Transmit(number,
                     CLIENT,
                     PacketBuilder(AddressOf(CLIENT, 0, version), AddressOf(SERVER, 1, version))
                         .Icmp(version == Ip::V4 ? 8 : 128, 0, id << 16 | number)
                         .Build());
        }
    }

    /// A control connection, a command, perhaps its data connection, perhaps an end.
    void Ftp(Ip version)
    {
        const bool ipv4 = version == Ip::V4;
        const std::array<std::string, 2> hosts{ipv4 ? "10.1.0.50" : "fd00:1::50",
                                               ipv4 ? "10.2.0.50" : "fd00:2::50"};
        const auto transmit = [this](double delay, int from, const Bytes& bytes) {
            Transmit(delay, from == 0 ? CLIENT : SERVER, bytes);
        };
        const auto step = [this] { return Draw(0.05, 0.5); };
        const auto control = static_cast<uint16_t>(10000 + Choose(50000));
        const uint32_t port = 20000 + Choose(40000);
        const std::string halves = std::to_string(port >> 8) + "," + std::to_string(port & 255);
        const bool active = Choose(2) == 0;
        Talk talk(transmit, step, hosts, {control, 21});
        talk.Open();
        talk.Say(1, tcp_bits::ACK | tcp_bits::PSH, "220 Ready\r\n");
        talk.Say(0, tcp_bits::ACK);
        talk.Say(active ? 0 : 1,
                 tcp_bits::ACK | tcp_bits::PSH,
                 active && ipv4 ? "PORT 10,1,0,50," + halves + "\r\n"
                 : active       ? "EPRT |2|fd00:1::50|" + std::to_string(port) + "|\r\n"
                 : ipv4         ? "227 Passive (10,2,0,50," + halves + ")\r\n"
                                : "229 Passive (|||" + std::to_string(port) + "|)\r\n");
        talk.Say(active ? 1 : 0, tcp_bits::ACK);
        if (Choose(2) == 0)
        {
            Talk data(transmit,
                      step,
                      hosts,
                      active ? std::array{static_cast<uint16_t>(port), uint16_t{20}}
                             : std::array{static_cast<uint16_t>(control + 1),
                                          static_cast<uint16_t>(port)});
            data.Wait(Draw(4, 200));
            data.Open(active ? 1 : 0);
            data.Say(1, tcp_bits::ACK | tcp_bits::PSH, "some data");
            data.Close(1);
        }
        if (Choose(3) > 0)
        {
            talk.Wait(Draw(0, 400));
            talk.Close(static_cast<int>(Choose(2)));
        }
    }

    /// What no rule lets in, or no tracker takes.
    void Nonsense(Ip version)
    {
        TcpFields fields;
        fields.sourcePort = static_cast<uint16_t>(1024 + Choose(60000));
        fields.destinationPort = 80;
        fields.flags = static_cast<uint8_t>(Choose(64));
        const uint32_t from = Choose(2) == 0 ? CLIENT : SERVER;
        const uint32_t to = from == CLIENT ? SERVER : CLIENT;
        PacketBuilder packet(AddressOf(from, from == CLIENT ? 0 : 1, version),
                             AddressOf(to, to == CLIENT ? 0 : 1, version));
        packet.Tcp(fields);
        Transmit(0, from, Choose(2) == 0 ? packet.WrongChecksum().Build() : packet.Build());
    }

    void Tcp(Ip version)
    {
        clients.push_back(std::make_unique<TcpClient>(nodes.Get(CLIENT),
                                                      AddressOf(SERVER, 1, version),
                                                      80,
                                                      1 + Choose(20000)));
    }

    void Transmit(double delay, uint32_t from, const Bytes& bytes)
    {
        At(delay, [device = nodes.Get(from)->GetDevice(1), bytes] {
            const bool ipv4 = bytes[0] >> 4 == 4;
            device->Send(Create<Packet>(bytes.data(), static_cast<uint32_t>(bytes.size())),
                         device->GetBroadcast(),
                         ipv4 ? Ipv4L3Protocol::PROT_NUMBER : Ipv6L3Protocol::PROT_NUMBER);
        });
    }

    /// Nothing is past its time, or farther from it than a time-out.
    void Inspect()
    {
        const Nanos now = Conntrack::Now();
        pending.push_back(CountingScheduler::pending);
        conntrack->GetConnections().ForEach([now](const Connection& connection) {
            EXPECT_GT(connection.deadline, now);
            EXPECT_LE(connection.deadline, now + static_cast<Nanos>(LONGEST * SECOND));
        });
        conntrack->GetExpectations()->ForEach([now](const Expectation& expectation) {
            EXPECT_GT(expectation.deadline, now);
            EXPECT_LE(expectation.deadline, now + EXPECTED);
        });
        EXPECT_LE(conntrack->GetConnections().Size(), 40U);
        EXPECT_LE(conntrack->GetExpectations()->Size(), 4U);
    }

    Ptr<UniformRandomVariable> random;
    std::vector<std::unique_ptr<TcpServer>> servers;
    std::vector<std::unique_ptr<TcpClient>> clients;
};

TEST_F(SoakTest, TenHoursLeaveNothingBehind)
{
    Soak();
    EXPECT_EQ(conntrack->GetConnections().Size(), 0U);
    EXPECT_EQ(conntrack->GetExpectations()->Size(), 0U);
    EXPECT_LT(Simulator::Now().GetSeconds(), TRAFFIC + LONGEST + 600);
    const Statistics& counted = conntrack->GetStatistics();
    EXPECT_EQ(EventsWith("[NEW]").size(), EventsWith("[DESTROY]").size());
    EXPECT_EQ(counted.expectCreate, counted.expectDelete);
    EXPECT_EQ(counted.expectCreate, Expectations("[NEW]"));
    EXPECT_EQ(counted.expectDelete, Expectations("[DESTROY]"));
    EXPECT_LT(counted.expectNew, counted.expectCreate);
    EXPECT_EQ(counted.drop, CountOf(drops, DropReason::TableFull));
    EXPECT_THAT(pending, Each(Le(100)));
    // It happened at all:
    EXPECT_GT(EventsWith("[NEW]").size(), 2000U);
    EXPECT_GT(counted.expectNew, 100U);
    EXPECT_GT(counted.drop, 20U);
    EXPECT_GT(counted.earlyDrop, 20U);
    EXPECT_GT(counted.invalid, 100U);
    EXPECT_GT(CountOf(drops, DropReason::Rule), 100U);
    EXPECT_GT(CountOf(drops, DropReason::BadFragment), 10U);
    for (const Ptr<Disturber>& disturber : disturbers)
    {
        EXPECT_THAT((std::vector{disturber->lost, disturber->doubled, disturber->reordered}),
                    Each(Gt(100U)));
    }
}

TEST_F(SoakTest, TheSameAgain)
{
    Soak();
    const auto firstEvents = events;
    const auto firstExpectations = expectationEvents;
    const auto firstDrops = drops;
    const auto firstInvalids = invalids;
    Soak();
    EXPECT_TRUE(events == firstEvents);
    EXPECT_TRUE(expectationEvents == firstExpectations);
    EXPECT_TRUE(drops == firstDrops);
    EXPECT_TRUE(invalids == firstInvalids);
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
