/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/report/json-report.h"
#include "test/unit/packet-builder.h"
#include "test/unit/report/samples.h"

#include <functional>
#include <gtest/gtest.h>

namespace ns3
{
namespace conntrack
{
namespace
{

using namespace samples;

/// An event and the attributes that its object has, beside those that every one has.
struct KeysRow
{
    std::string name;
    std::function<void(Connection&)> change;
    uint16_t events;
    std::string profile;
    std::string keys;
};

class EventKeys : public ::testing::TestWithParam<KeysRow>
{
};

std::string
KeysAfter(const nlohmann::ordered_json& json, const std::string& last)
{
    std::string keys;
    bool after = false;
    for (const auto& item : json.items())
    {
        if (after)
        {
            keys += (keys.empty() ? "" : " ") + item.key();
        }
        after = after || item.key() == last;
    }
    return keys;
}

TEST_P(EventKeys, AreTheRecordings)
{
    const KeysRow& row = GetParam();
    Connection master = MakeControl();
    Connection connection = MakeControl();
    HelperArea area;
    const auto helper = MakeHelper("ftp");
    area.helper = PeekPointer(helper);
    connection.help = &area;
    connection.master = &master;
    row.change(connection);
    ReportContext context = MakeContext();
    context.profile = KernelProfile::Find(row.profile);
    const ConnectionNotice notice{connection, row.events, EndReason::Expired, SECOND, {}};
    EXPECT_EQ(KeysAfter(EventJson(notice, context), "status_names"), row.keys);
}

void
Nothing(Connection& /* connection */)
{
}

void
WithoutHelper(Connection& connection)
{
    connection.help = nullptr;
}

void
WithMark(Connection& connection)
{
    connection.help = nullptr;
    connection.mark = 1;
}

void
Expired(Connection& connection)
{
    connection.deadline = SECOND;
}

void
AsUdp(Connection& connection)
{
    connection.help = nullptr;
    connection.tuples[0].protocol = connection.tuples[1].protocol = protocol::UDP;
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    EventKeys,
    ::testing::Values(
        KeysRow{"New",
                WithoutHelper,
                event::NEW | event::PROTOINFO,
                "v6.18",
                "timeout protoinfo timestamp_event"},
        KeysRow{"NewOfAMaster",
                WithoutHelper,
                event::RELATED | event::PROTOINFO,
                "v6.18",
                "timeout protoinfo master timestamp_event"},
        KeysRow{"NewWithHelper",
                Nothing,
                event::NEW | event::HELPER,
                "v6.18",
                "timeout helper timestamp_event"},
        KeysRow{"UpdateTellsTheHelperAnyway",
                Nothing,
                event::REPLY,
                "v6.18",
                "timeout helper timestamp_event"},
        KeysRow{"UpdateWithMark", WithMark, event::REPLY, "v6.18", "timeout mark timestamp_event"},
        KeysRow{"UpdateUdpHasNoState", AsUdp, event::PROTOINFO, "v6.18", "timeout timestamp_event"},
        KeysRow{"Destroy",
                Expired,
                event::DESTROY,
                "v6.18",
                "counters_orig counters_reply timestamp protoinfo timestamp_event"},
        KeysRow{"DestroyBeforeItsTime",
                Nothing,
                event::DESTROY,
                "v6.18",
                "timeout counters_orig counters_reply timestamp protoinfo timestamp_event"},
        KeysRow{"DestroyWithMark",
                WithMark,
                event::DESTROY,
                "v6.18",
                "timeout counters_orig counters_reply timestamp protoinfo mark timestamp_event"},
        KeysRow{"DestroyUdp",
                AsUdp,
                event::DESTROY,
                "v6.18",
                "timeout counters_orig counters_reply timestamp timestamp_event"},
        KeysRow{"DestroyOf510",
                Nothing,
                event::DESTROY,
                "v5.10",
                "counters_orig counters_reply timestamp"},
        KeysRow{"NewOf510",
                WithoutHelper,
                event::NEW | event::PROTOINFO,
                "v5.10",
                "timeout protoinfo"}),
    [](const auto& info) { return info.param.name; });

TEST(EventJson, WholeConnection)
{
    const Connection connection = MakeControl();
    const ConnectionNotice notice{connection,
                                  event::NEW | event::PROTOINFO,
                                  EndReason::Expired,
                                  158721000,
                                  {}};
    EXPECT_EQ(
        EventJson(notice, MakeContext()).dump(),
        R"({"t":0.158721,"family":"ipv4","table":"conntrack","event":"NEW",)"
        R"("orig":{"src":"10.1.0.10","dst":"10.2.0.10","proto":6,"sport":40000,"dport":21},)"
        R"("reply":{"src":"10.2.0.10","dst":"10.1.0.10","proto":6,"sport":21,"dport":40000},)"
        R"("id":7,"status":8206,"status_names":["SEEN_REPLY","ASSURED","CONFIRMED","HELPER"],)"
        R"("timeout":431999,"protoinfo":{"tcp_state":"ESTABLISHED","wscale_original":10,)"
        R"("wscale_reply":0,"flags_original":35,"flags_reply":3},)"
        R"("timestamp_event":1795317926158721000})");
}

TEST(EventJson, WholeExpectation)
{
    Connection master = MakeControl();
    Expectation expectation = MakeExpectation(master);
    expectation.savedPort = 50120;
    expectation.direction = Direction::Reply;
    const ExpectFunction function{"nat-follow-master", nullptr};
    expectation.function = &function;
    const ExpectationNotice notice{expectation, ExpectationEvent::New, ExpectationEnd::Used, 0, {}};
    EXPECT_EQ(
        EventJson(notice).dump(),
        R"({"t":0.0,"family":"ipv4","table":"expect","event":"NEW",)"
        R"("tuple":{"src":"10.2.0.10","dst":"10.1.0.10","proto":6,"sport":0,"dport":50001},)"
        R"("mask":{"src":"255.255.255.255","dst":"255.255.255.255","proto":6,"sport":0,)"
        R"("dport":65535},)"
        R"("master":{"src":"10.1.0.10","dst":"10.2.0.10","proto":6,"sport":40000,"dport":21},)"
        R"("nat":{"dir":1,"tuple":{"src":"0.0.0.0","dst":"0.0.0.0","proto":6,"sport":50120,)"
        R"("dport":0}},"timeout":300,"id":9,"flags":0,"flag_names":[],"class":0,)"
        R"("fn":"nat-follow-master"})");
}

TEST(EventJson, SctpStateAndDirectedZone)
{
    Connection connection =
        MakeConnection(MakeTuple("10.1.0.10", "10.2.0.10", protocol::SCTP, 40000, 2906));
    connection.track.sctp = SctpTrack{};
    connection.track.sctp.state = SctpState::HeartbeatSent;
    connection.track.sctp.tag = {5, 0};
    connection.zone = {12, Zone::ORIGINAL};
    const ConnectionNotice notice{connection,
                                  event::NEW | event::PROTOINFO,
                                  EndReason::Expired,
                                  0,
                                  {}};
    const auto json = EventJson(notice, MakeContext());
    EXPECT_EQ(json.at("protoinfo").dump(),
              R"({"sctp_state":"HEARTBEAT_SENT","vtag_original":5,"vtag_reply":0})");
    EXPECT_EQ(json.at("orig").at("zone"), 12);
    EXPECT_FALSE(json.at("reply").contains("zone"));
    EXPECT_FALSE(json.contains("zone"));
}

TEST(EntryJson, OfAConnection)
{
    Connection master = MakeControl();
    Connection connection =
        MakeConnection(MakeTuple("fd00::1", "fd00::2", protocol::ICMPV6, 4660, 128 << 8));
    connection.master = &master;
    connection.zone = {7, Zone::BOTH};
    const auto json = EntryJson(connection, 0, MakeContext());
    EXPECT_EQ(KeysAfter(json, "family"),
              "orig reply zone id status status_names use timeout counters_orig counters_reply "
              "timestamp master mark");
    EXPECT_EQ(json.at("orig").dump(),
              R"({"src":"fd00::1","dst":"fd00::2","proto":58,"icmp_id":4660,"icmp_type":128,)"
              R"("icmp_code":0})");
    EXPECT_EQ(json.at("timestamp").dump(), R"({"start":1795317926000000000})");
}

TEST(EntryJson, GenericTupleHasNoPorts)
{
    const Connection connection = MakeConnection(MakeTuple("10.1.0.10", "10.2.0.10", 253));
    EXPECT_EQ(EntryJson(connection, 0, MakeContext()).at("orig").dump(),
              R"({"src":"10.1.0.10","dst":"10.2.0.10","proto":253})");
}

/// A packet and the object of its drop.
struct DropRow
{
    const char* name;
    test::Bytes bytes;
    DropReason reason;
    const char* json;
};

class DropObject : public ::testing::TestWithParam<DropRow>
{
};

TEST_P(DropObject, NamesReasonAndPacket)
{
    const auto view = PacketView::Parse(test::AsView(GetParam().bytes));
    ASSERT_TRUE(view);
    const PacketNotice notice{*view, GetParam().reason, InvalidReason::None, 1500 * MILLISECOND};
    EXPECT_EQ(DropJson(notice).dump(), GetParam().json);
}

INSTANTIATE_TEST_SUITE_P(
    Rows,
    DropObject,
    ::testing::Values(
        DropRow{"Udp",
                test::PacketBuilder("10.1.0.10", "10.2.0.10").Udp(5000, 7, "x").Build(),
                DropReason::Rule,
                R"({"t":1.5,"family":"ipv4","drop":"Rule","src":"10.1.0.10","dst":"10.2.0.10",)"
                R"("proto":17,"sport":5000,"dport":7})"},
        DropRow{"Ping",
                test::PacketBuilder("fd00::1", "fd00::2").Icmp(128, 0, 4660 << 16).Build(),
                DropReason::TableFull,
                R"({"t":1.5,"family":"ipv6","drop":"TableFull","src":"fd00::1","dst":"fd00::2",)"
                R"("proto":58,"icmp_id":4660,"icmp_type":128,"icmp_code":0})"},
        DropRow{"CutBeforeItsPorts",
                test::PacketBuilder("10.1.0.10", "10.2.0.10").Udp(5000, 7).CutTo(22).Build(),
                DropReason::BadFragment,
                R"({"t":1.5,"family":"ipv4","drop":"BadFragment","src":"10.1.0.10",)"
                R"("dst":"10.2.0.10","proto":17,"sport":0,"dport":0})"}),
    [](const auto& info) { return info.param.name; });

} // namespace
} // namespace conntrack
} // namespace ns3
