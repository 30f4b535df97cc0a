/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/// @file
/// Rulesets of any bytes: what loads runs for a few packets and is written again.

#include "model/ruleset/ruleset.h"
#include "test/unit/packet-builder.h"

#include <nlohmann/json.hpp>
#include <string_view>

using namespace ns3::conntrack;

namespace
{

// A router that has nothing.
class NoActions : public RuleActions
{
  public:
    void LogLine(int, const std::string&) override
    {
    }

    HelperArea* AddHelperArea(Connection&) override
    {
        return nullptr;
    }

    ExpectationTable* GetExpectations() override
    {
        return nullptr;
    }

    const Connection* FindConnection(const Tuple&, const Zone&, Nanos) override
    {
        return nullptr;
    }
};

std::vector<test::Bytes>
Packets()
{
    test::TcpFields syn;
    syn.flags = test::tcp_bits::SYN;
    syn.options = {2, 4, 5, 0x78, 1, 3, 3, 7};
    return {
        test::PacketBuilder("10.1.0.10", "10.2.0.10").Tcp(syn, "data").Build(),
        test::PacketBuilder("10.1.0.10", "10.2.0.10").Udp(5000, 53, "data").Build(),
        test::PacketBuilder("10.1.0.10", "10.2.0.10").Ipv4Options({7, 7, 4}).Icmp(8, 0, 1).Build(),
        test::PacketBuilder("10.1.0.10", "10.2.0.10").Raw(6, {1, 2, 3}).Build(),
        test::PacketBuilder("fd00:1::10", "fd00:2::10").Udp(5000, 53, "data").Build(),
        test::PacketBuilder("fd00:1::10", "fd00:2::10").Raw(0, {44, 0, 1, 4, 0, 0, 0, 0}).Build(),
        test::PacketBuilder("fd00:1::10", "fd00:2::10").Raw(0, {17}).Build(),
    };
}

void
RunPackets(Ruleset& rules, Connection* connection)
{
    static const std::vector<test::Bytes> packets = Packets();
    NoActions actions;
    Nanos now = 0;
    for (const test::Bytes& bytes : packets)
    {
        const auto view = PacketView::Parse(test::AsView(bytes));
        if (!view)
        {
            continue;
        }
        TrackedPacket packet;
        packet.view = *view;
        packet.connection = connection;
        packet.state = connection == nullptr ? FlowState::Invalid : FlowState::New;
        packet.input = {"eth0", 1, 1};
        packet.now = now += SECOND;
        for (uint8_t hook = 0; hook < static_cast<uint8_t>(Hook::Count); ++hook)
        {
            const auto& chains = rules.GetBaseChains(view->GetFamily(), static_cast<Hook>(hook));
            for (const BaseChain* chain : chains)
            {
                rules.Run(*chain, packet, actions);
            }
        }
    }
}

} // namespace

extern "C" int
LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size)
{
    static const int helper = 0;
    RulesetEnvironment environment;
    environment.findHelper = [](const std::string&, Family, uint8_t) {
        return reinterpret_cast<const ProtocolHelper*>(&helper); // known, but never looked at
    };
    try
    {
        const auto rules = Ruleset::Load({reinterpret_cast<const char*>(data), size}, environment);
        Connection connection;
        RunPackets(*rules, nullptr);
        RunPackets(*rules, &connection);
        rules->ToJson(SECOND).dump();
    }
    catch (const RulesetError&)
    {
    }
    return 0;
}
