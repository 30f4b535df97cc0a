/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// What NATs do, measured from outside as RFC 4787 asks, and held against the table of doc/nat.rst:
// a row is a question, a column a preset, the first one the kernel's NAT without CarrierGradeNat.
#include "test/system/simulation-fixture.h"

#include "ns3/ipv4-raw-socket-factory.h"
#include "ns3/pointer.h"
#include "ns3/udp-header.h"
#include "ns3/uinteger.h"

#include <fstream>
#include <map>
#include <ostream>
#include <set>
#include <sstream>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

constexpr uint32_t INSIDE = 0;
constexpr uint32_t ROUTER = 1;
constexpr uint32_t OUTSIDE = 2;

// Two hosts inside, which share a node, and several outside.
const std::string A = "10.1.0.1";
const std::string B = "10.1.0.11";
const std::string R1 = "10.2.0.2";
const std::string R2 = "10.2.0.12";

std::string
YesOrNo(bool yes)
{
    return yes ? "yes" : "no";
}

/// Address and port of "10.1.0.1 5000".
std::pair<std::string, uint16_t>
Split(const std::string& endpoint)
{
    std::istringstream words(endpoint);
    std::pair<std::string, uint16_t> split;
    words >> split.first >> split.second;
    return split;
}

/// Measures a NAT.
class NatWorld : public SimulationTest
{
  public:
    /// @param column of the table
    void Begin(const std::string& column)
    {
        m_column = column;
        Build(3);
        AddAddress(INSIDE, B);
        for (const char* last : {"12", "13", "14", "15", "16", "17"})
        {
            AddAddress(OUTSIDE, std::string("10.2.0.") + last);
        }
    }

    /// @return the router's event lines
    const std::vector<std::string>& Events() const
    {
        return events;
    }

    std::string Mapping();
    std::string Pooling();
    std::string PortKept();
    std::string Overloading();
    std::string LowPorts();
    std::string Parity();
    std::string Timeouts();
    std::string OutboundRefresh();
    std::string InboundRefresh();
    std::string Overlap();
    std::string Filtering();
    std::string HairpinSource();
    std::string Algs();
    std::string Determinism();
    std::string IcmpErrors();
    std::string DontFragment();
    std::string Fragments();

  private:
    void TestBody() override
    {
    }

    static StatefulFirewall Rules()
    {
        StatefulFirewall rules;
        rules.inside = "eth1";
        rules.outside = "eth2";
        rules.masquerades = true;
        rules.admitsTranslated = true;
        return rules;
    }

    /// @param rules if not those of masquerading @param firstPort of the outside
    Ptr<Conntrack> StartNat(const std::string& rules = ToJson(Rules()), uint16_t firstPort = 1024)
    {
        NetfilterHelper helper;
        helper.SetFirstStream(1);
        if (m_column != "Linux")
        {
            Ptr<CarrierGradeNat> nat = CreateObject<CarrierGradeNat>();
            nat->SetPreset(m_column);
            nat->SetAttribute("FirstPort", UintegerValue(firstPort));
            helper.SetAttribute("CarrierGradeNat", PointerValue(nat));
        }
        return Install(ROUTER, rules, helper);
    }

    void AddAddress(uint32_t node, const std::string& address)
    {
        nodes.Get(node)->GetObject<Ipv4>()->AddAddress(
            1,
            Ipv4InterfaceAddress(address.c_str(), "255.255.255.0"));
    }

    /// @param address of a host @param port its @return a socket there
    UdpPeer& Host(const std::string& address, uint16_t port)
    {
        const uint32_t node = address.find("10.1.") == 0 ? INSIDE : OUTSIDE;
        peers.push_back(std::make_unique<UdpPeer>(nodes.Get(node), SocketAddressOf(address, port)));
        return *peers.back();
    }

    /// @return what hosts at these outside endpoints see of one inside socket, while another host
    /// inside may have the same port
    std::vector<std::string> Seen(bool contended)
    {
        StartNat();
        UdpPeer& a = Host(A, 5000);
        UdpPeer& b = Host(B, 5000);
        std::vector<UdpPeer*> remotes{&Host(R1, 7), &Host(R1, 8), &Host(R2, 7)};
        At(1, [&] {
            if (contended)
            {
                b.Send(R1, 8);
                b.Send(R2, 7);
            }
        });
        At(2, [&] { a.Send(R1, 7); });
        At(3, [&] { a.Send(R1, 8); });
        At(4, [&] { a.Send(R2, 7); });
        Run(5);
        std::vector<std::string> seen;
        seen.reserve(remotes.size());
        for (const UdpPeer* remote : remotes)
        {
            seen.push_back(remote->from.empty() ? "nothing" : remote->from.back());
        }
        return seen;
    }

    /// @return sends whole packets from the inside
    Ptr<Socket> RawSocket() const
    {
        Ptr<Socket> raw =
            Socket::CreateSocket(nodes.Get(INSIDE), Ipv4RawSocketFactory::GetTypeId());
        raw->SetAttribute("IpHeaderInclude", BooleanValue(true));
        return raw;
    }

    static std::string MappingOf(const std::vector<std::string>& seen)
    {
        return seen[0] == seen[1] && seen[0] == seen[2] ? "endpoint"
               : seen[0] == seen[1]                     ? "address"
                                                        : "address+port";
    }

    /// @return whether a connection's packet at a time renews it: its deadline moves
    bool Renews(bool fromInside)
    {
        Ptr<Conntrack> router = StartNat();
        UdpPeer& a = Host(A, 5000);
        UdpPeer& r = Host(R1, 7);
        At(1, [&] { a.Send(R1, 7); });
        At(1.1, [&] { r.Send(Split(r.from.back()).first, Split(r.from.back()).second); });
        At(1.2, [&] { a.Send(R1, 7); });
        Nanos before = 0;
        Nanos after = 0;
        At(10, [&] { before = DeadlineOf(*router, 7); });
        At(11, [&] {
            if (fromInside)
            {
                a.Send(R1, 7);
            }
            else
            {
                r.Send(Split(r.from.back()).first, Split(r.from.back()).second);
            }
        });
        At(12, [&] { after = DeadlineOf(*router, 7); });
        Run(13);
        EXPECT_GT(before, 0);
        return after > before;
    }

    static Nanos DeadlineOf(Conntrack& router, uint16_t port)
    {
        Nanos deadline = 0;
        router.GetConnections().ForEach([&](const Connection& connection) {
            deadline =
                connection.Original().destinationPort == port ? connection.deadline : deadline;
        });
        return deadline;
    }

    /// @return a pair of hosts' outside ports towards one remote end, by the inside port
    std::map<uint16_t, uint16_t> PortsOfSecond(const std::vector<uint16_t>& ports)
    {
        UdpPeer& r = Host(R1, 7);
        std::map<uint16_t, uint16_t> got;
        double when = 1;
        for (const uint16_t port : ports)
        {
            UdpPeer& b = Host(B, port);
            UdpPeer& a = Host(A, port);
            At(when, [&b] { b.Send(R1, 7); });
            At(when + 0.1, [&a] { a.Send(R1, 7); });
            At(when + 0.2, [&got, &r, port] { got[port] = Split(r.from.back()).second; });
            when += 0.3;
        }
        Run(when + 1);
        EXPECT_EQ(r.from.size(), 2 * ports.size());
        return got;
    }

    std::string m_column;
};

std::string
NatWorld::Mapping()
{
    return MappingOf(Seen(true));
}

std::string
NatWorld::Pooling()
{
    RuleWriter rules("ip");
    rules.Add("chain",
              R"("name":"post","type":"nat","hook":"postrouting","prio":100,"policy":"accept")");
    rules.Rule(
        "post",
        All(Meta("oifname", "eth2"), R"({"snat":{"addr":{"range":["10.2.0.101","10.2.0.104"]}}})"));
    StartNat(rules.Text());
    std::set<std::string> seen;
    std::vector<UdpPeer*> remotes;
    for (uint16_t i = 0; i < 6; ++i)
    {
        const std::string remote = "10.2.0.1" + std::to_string(2 + i);
        UdpPeer& a = Host(A, static_cast<uint16_t>(5000 + i));
        remotes.push_back(&Host(remote, 7));
        At(1 + i, [&a, remote] { a.Send(remote, 7); });
    }
    Run(10);
    for (const UdpPeer* remote : remotes)
    {
        EXPECT_EQ(remote->from.size(), 1U);
        seen.insert(Split(remote->from.at(0)).first);
    }
    return seen.size() == 1 ? "paired" : "arbitrary";
}

std::string
NatWorld::PortKept()
{
    StartNat();
    UdpPeer& a = Host(A, 5000);
    UdpPeer& r = Host(R1, 7);
    At(1, [&] { a.Send(R1, 7); });
    Run(2);
    return YesOrNo(Split(r.from.at(0)).second == 5000);
}

std::string
NatWorld::Overloading()
{
    StartNat();
    UdpPeer& a = Host(A, 5000);
    UdpPeer& b = Host(B, 5000);
    UdpPeer& r1 = Host(R1, 7);
    UdpPeer& r2 = Host(R2, 7);
    At(1, [&] { b.Send(R2, 7); });
    At(2, [&] { a.Send(R1, 7); });
    Run(3);
    return YesOrNo(r1.from.at(0) == r2.from.at(0));
}

std::string
NatWorld::LowPorts()
{
    StartNat(ToJson(Rules()), 1);
    for (const auto& [inside, outside] : PortsOfSecond({700, 701, 702, 703, 704}))
    {
        if (outside >= 1024)
        {
            return "no";
        }
    }
    return "yes";
}

std::string
NatWorld::Parity()
{
    StartNat();
    std::vector<uint16_t> ports(16);
    std::generate(ports.begin(), ports.end(), [port = uint16_t{5000}]() mutable { return port++; });
    for (const auto& [inside, outside] : PortsOfSecond(ports))
    {
        if (inside % 2 != outside % 2)
        {
            return "no";
        }
    }
    return "yes";
}

std::string
NatWorld::Timeouts()
{
    Ptr<Conntrack> router = StartNat();
    UdpPeer& a = Host(A, 5000);
    UdpPeer& r = Host(R1, 7);
    std::string text;
    const auto tell = [&] {
        const Nanos left = DeadlineOf(*router, 7) - Conntrack::Now();
        text += (text.empty() ? "" : " / ") + std::to_string((left + SECOND / 2) / SECOND);
    };
    At(1, [&] { a.Send(R1, 7); });
    At(1.1, tell);
    r.echo = true;
    At(2, [&] { a.Send(R1, 7); });
    At(5, [&] { a.Send(R1, 7); });
    At(5.1, tell);
    Run(6);
    return text + " s";
}

std::string
NatWorld::OutboundRefresh()
{
    return YesOrNo(Renews(true));
}

std::string
NatWorld::InboundRefresh()
{
    return YesOrNo(Renews(false));
}

std::string
NatWorld::Overlap()
{
    AddAddress(OUTSIDE, "10.1.0.50"); // an address of the inside network, outside
    StartNat();
    UdpPeer& a = Host(A, 5000);
    peers.push_back(std::make_unique<UdpPeer>(nodes.Get(OUTSIDE), SocketAddressOf("10.1.0.50", 7)));
    UdpPeer& overlapping = *peers.back();
    UdpPeer& other = Host(R1, 7);
    At(1, [&] { a.Send("10.1.0.50", 7); });
    At(2, [&] { a.Send(R1, 7); });
    Run(3);
    EXPECT_EQ(other.from.size(), 1U);
    return YesOrNo(!overlapping.from.empty());
}

std::string
NatWorld::Filtering()
{
    StartNat();
    UdpPeer& a = Host(A, 5000);
    UdpPeer& asked = Host(R1, 7);
    UdpPeer& port = Host(R1, 8);
    UdpPeer& address = Host(R2, 7);
    At(1, [&] { a.Send(R1, 7); });
    At(2, [&] {
        const auto [outside, number] = Split(asked.from.at(0));
        asked.Send(outside, number);
        port.Send(outside, number);
        address.Send(outside, number);
    });
    Run(3);
    EXPECT_EQ(CountOf(a.from, R1 + " 7"), 1U);
    return CountOf(a.from, R2 + " 7") == 1   ? "endpoint"
           : CountOf(a.from, R1 + " 8") == 1 ? "address"
                                             : "address+port";
}

std::string
NatWorld::HairpinSource()
{
    StartNat();
    UdpPeer& a = Host(A, 5000);
    UdpPeer& b = Host(B, 6000);
    UdpPeer& r = Host(R1, 7);
    std::string outsideOfA;
    std::string outsideOfB;
    At(1, [&] { a.Send(R1, 7); });
    At(1.5, [&] { b.Send(R1, 7); });
    // Each tries, as two behind one NAT do that were told their outside endpoints (RFC 5128).
    At(2, [&] {
        outsideOfA = r.from.at(0);
        outsideOfB = r.from.at(1);
        a.Send(Split(outsideOfB).first, Split(outsideOfB).second);
    });
    At(3, [&] { b.Send(Split(outsideOfA).first, Split(outsideOfA).second); });
    At(4, [&] { a.Send(Split(outsideOfB).first, Split(outsideOfB).second); });
    Run(5);
    if (b.from.empty())
    {
        return "none";
    }
    return b.from.back() == outsideOfA    ? "external"
           : b.from.back() == A + " 5000" ? "internal"
                                          : "another source";
}

std::string
NatWorld::Algs()
{
    Ptr<Conntrack> router = StartNat();
    UdpPeer& a = Host(A, 5060);
    At(1, [&] {
        a.Send(R1, 5060); // SIP
        a.Send(R1, 69);   // TFTP
    });
    Run(2);
    uint32_t helped = 0;
    uint32_t all = 0;
    router->GetConnections().ForEach([&](const Connection& connection) {
        ++all;
        helped += connection.help != nullptr ? 1 : 0;
    });
    EXPECT_EQ(all, 2U);
    return helped == 0 ? "off" : "on";
}

std::string
NatWorld::Determinism()
{
    const std::string contended = MappingOf(Seen(true));
    CleanUp();
    events.clear();
    Begin(m_column);
    return YesOrNo(MappingOf(Seen(false)) == contended);
}

std::string
NatWorld::IcmpErrors()
{
    StartNat();
    UdpPeer& a = Host(A, 5000);
    UdpPeer& r = Host(R1, 7);
    At(1, [&] { a.Send(R1, 7); });
    At(2, [&] { a.Send(R1, 9); }); // nobody is there
    At(3, [&] { r.Send(Split(r.from.at(0)).first, Split(r.from.at(0)).second); });
    Run(4);
    const bool passed = CountOf(a.errors, SeenError{3, 3, 0}) == 1;
    return std::string(passed ? "pass" : "lost") + (a.from.empty() ? ", end it" : ", kept");
}

/// @return a whole UDP datagram from A to R1's port 7
Ptr<Packet>
Datagram(uint32_t size)
{
    Ptr<Packet> packet = Create<Packet>(size);
    UdpHeader header;
    header.SetSourcePort(5000);
    header.SetDestinationPort(7);
    header.EnableChecksums();
    header.InitializeChecksum(Ipv4Address(A.c_str()), Ipv4Address(R1.c_str()), protocol::UDP);
    packet->AddHeader(header);
    return packet;
}

/// @return the header of a packet from A to R1
Ipv4Header
HeaderFor(const Packet& payload)
{
    Ipv4Header header;
    header.SetSource(Ipv4Address(A.c_str()));
    header.SetDestination(Ipv4Address(R1.c_str()));
    header.SetProtocol(protocol::UDP);
    header.SetPayloadSize(static_cast<uint16_t>(payload.GetSize()));
    header.SetTtl(64);
    header.SetIdentification(77);
    header.EnableChecksum();
    return header;
}

std::string
NatWorld::DontFragment()
{
    StartNat();
    nodes.Get(ROUTER)->GetDevice(2)->SetMtu(600);
    UdpPeer& a = Host(A, 5000);
    UdpPeer& r = Host(R1, 7);
    Ptr<Socket> raw = RawSocket();
    At(1, [&] {
        Ptr<Packet> packet = Datagram(1000);
        Ipv4Header header = HeaderFor(*packet);
        header.SetDontFragment();
        packet->AddHeader(header);
        raw->SendTo(packet, 0, SocketAddressOf(R1, 0));
    });
    Run(2);
    EXPECT_TRUE(r.from.empty());
    return YesOrNo(CountOf(a.errors, SeenError{3, 4, 600}) == 1);
}

std::string
NatWorld::Fragments()
{
    StartNat();
    UdpPeer& a = Host(A, 5000);
    UdpPeer& r = Host(R1, 7);
    Ptr<Socket> raw = RawSocket();
    const auto send = [&](bool last) {
        Ptr<Packet> packet = Datagram(1016)->CreateFragment(last ? 512 : 0, 512);
        Ipv4Header header = HeaderFor(*packet);
        header.SetFragmentOffset(last ? 512 : 0);
        last ? header.SetLastFragment() : header.SetMoreFragments();
        packet->AddHeader(header);
        raw->SendTo(packet, 0, SocketAddressOf(R1, 0));
    };
    At(1, [&] { a.Send(R1, 7, 3000); });
    At(2, [&] {
        send(true);
        send(false);
    });
    Run(3);
    const bool ordered = CountOf(r.sizes, 3000U) == 1;
    const bool reordered = CountOf(r.sizes, 1016U) == 1;
    return ordered && reordered ? "any order" : ordered ? "in order" : "none";
}

/// A row of the table.
struct Question
{
    const char* name;
    const char* label; ///< the first cell
    std::string (NatWorld::*measure)();
};

/// @param question a row @param out gets its name
void
PrintTo(const Question& question, std::ostream* out)
{
    *out << question.label;
}

constexpr Question QUESTIONS[] = {
    {"Mapping", "1 mapping", &NatWorld::Mapping},
    {"Pooling", "2 pooling", &NatWorld::Pooling},
    {"PortKept", "3 port kept if free", &NatWorld::PortKept},
    {"Overloading", "3 port overloading", &NatWorld::Overloading},
    {"LowPorts", "3a low ports stay low", &NatWorld::LowPorts},
    {"Parity", "4 parity kept", &NatWorld::Parity},
    {"Timeouts", "5 time-outs", &NatWorld::Timeouts},
    {"OutboundRefresh", "6 outbound refresh", &NatWorld::OutboundRefresh},
    {"InboundRefresh", "6a inbound refresh", &NatWorld::InboundRefresh},
    {"Overlap", "7 overlapping nets", &NatWorld::Overlap},
    {"Filtering", "8 filtering", &NatWorld::Filtering},
    {"Hairpinning", "9 hairpinning", &NatWorld::HairpinSource},
    {"Algs", "10 UDP helpers", &NatWorld::Algs},
    {"Determinism", "11 deterministic", &NatWorld::Determinism},
    {"IcmpErrors", "12 ICMP errors", &NatWorld::IcmpErrors},
    {"DontFragment", "13 error for DF", &NatWorld::DontFragment},
    {"Fragments", "14 fragments", &NatWorld::Fragments},
};

constexpr std::size_t COLUMNS = 6;
const std::array<std::string, COLUMNS> PRESETS{"Linux",
                                               "full cone",
                                               "restricted cone",
                                               "port-restricted cone",
                                               "symmetric",
                                               "rfc4787"};

/// @return the cells of the table of doc/nat.rst by its first column
std::map<std::string, std::vector<std::string>>
ReadTable()
{
    std::ifstream file("doc/nat.rst");
    std::map<std::string, std::vector<std::string>> rows;
    std::string line;
    std::vector<std::size_t> starts; // of the columns, from the rule of equals signs
    int rules = 0;
    while (std::getline(file, line))
    {
        if (line.find(".. table of RFC 4787") == 0)
        {
            rules = 1;
        }
        else if (rules > 0 && line.find("====") == 0)
        {
            starts.clear();
            for (std::size_t at = 0; at < line.size(); ++at)
            {
                if (line[at] == '=' && (at == 0 || line[at - 1] == ' '))
                {
                    starts.push_back(at);
                }
            }
            rules = rules == 3 ? 0 : rules + 1;
        }
        else if (rules == 3 && !line.empty())
        {
            std::vector<std::string> cells;
            for (std::size_t i = 0; i < starts.size(); ++i)
            {
                const std::size_t end = i + 1 < starts.size() ? starts[i + 1] : line.size();
                std::string cell =
                    starts[i] < line.size() ? line.substr(starts[i], end - starts[i]) : "";
                cell.erase(cell.find_last_not_of(' ') + 1);
                cells.push_back(cell);
            }
            rows[cells[0]] = cells;
        }
    }
    return rows;
}

/// A cell of the table.
struct Cell
{
    const Question* question;
    std::size_t column; ///< of PRESETS
};

std::vector<Cell>
AllCells()
{
    std::vector<Cell> cells;
    for (const Question& question : QUESTIONS)
    {
        for (std::size_t column = 0; column < COLUMNS; ++column)
        {
            cells.push_back({&question, column});
        }
    }
    return cells;
}

/// @param cell a cell @param out gets its name
void
PrintTo(const Cell& cell, std::ostream* out)
{
    *out << cell.question->label << ", " << PRESETS[cell.column];
}

class Rfc4787 : public ::testing::TestWithParam<Cell>
{
};

TEST_P(Rfc4787, TableSaysWhatIsMeasured)
{
    const auto table = ReadTable();
    const auto row = table.find(GetParam().question->label);
    ASSERT_NE(row, table.end()) << "doc/nat.rst has no row '" << GetParam().question->label << "'";
    ASSERT_EQ(row->second.size(), COLUMNS + 1);
    NatWorld world;
    world.Begin(PRESETS[GetParam().column]);
    EXPECT_EQ((world.*GetParam().question->measure)(), row->second[GetParam().column + 1]);
}

INSTANTIATE_TEST_SUITE_P(Cells, Rfc4787, ::testing::ValuesIn(AllCells()), [](const auto& info) {
    std::string name = std::string(info.param.question->name) + "_";
    for (const char letter : PRESETS[info.param.column])
    {
        name += std::isalnum(static_cast<unsigned char>(letter)) != 0 ? letter : '_';
    }
    return name;
});

TEST(Rfc4787Table, HasNoOtherRows)
{
    EXPECT_EQ(ReadTable().size(), std::size(QUESTIONS));
}

class LinuxPreset : public ::testing::TestWithParam<Question>
{
};

TEST_P(LinuxPreset, DoesAsTheKernelDoes)
{
    std::vector<std::string> measured;
    std::vector<std::vector<std::string>> events;
    for (const char* column : {"Linux", "linux"})
    {
        NatWorld world;
        world.Begin(column);
        measured.push_back((world.*GetParam().measure)());
        events.push_back(world.Events());
    }
    EXPECT_EQ(measured[0], measured[1]);
    EXPECT_EQ(events[0], events[1]);
    EXPECT_EQ(events[0].empty(), std::string(GetParam().name) == "DontFragment");
}

INSTANTIATE_TEST_SUITE_P(Questions,
                         LinuxPreset,
                         ::testing::ValuesIn(QUESTIONS),
                         [](const auto& info) { return info.param.name; });

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
