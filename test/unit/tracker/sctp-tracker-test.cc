/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/tracker/sctp-chunks.h"
#include "model/wire/checksum.h"
#include "test/unit/tracker/flow-driver.h"

#include <cstdlib>
#include <gtest/gtest.h>
#include <map>
#include <sstream>

namespace ns3
{
namespace conntrack
{
namespace test
{
namespace
{

/**
 * An association from a line of text: words `c` or `s`, a colon, the packet's tag, and its chunks:
 * `c:0/init11 s:11/initack22`. A number after a chunk's name is the tag it announces, or its flags.
 */
class SctpScript : public FlowDriver
{
  public:
    TrackResult Run(const std::string& words)
    {
        std::istringstream stream(words);
        TrackResult result;
        for (std::string word; stream >> word;)
        {
            result = Send(word);
        }
        return result;
    }

    std::string State() const
    {
        return Name(track.sctp.state);
    }

    /// Take a packet of these bytes after the common header.
    TrackResult TakeChunks(const Bytes& chunks, uint32_t tag, Direction direction)
    {
        Bytes bytes(SCTP_HEADER);
        const bool isOriginal = direction == Direction::Original;
        WriteU16(&bytes[0], isOriginal ? 4000 : 36412);
        WriteU16(&bytes[2], isOriginal ? 36412 : 4000);
        WriteU32(&bytes[4], tag);
        bytes.insert(bytes.end(), chunks.begin(), chunks.end());
        WriteU32(&bytes[8], SctpChecksum(AsView(bytes)) ^ checksumXor);
        const char* client = "10.1.0.10";
        const char* server = "10.2.0.10";
        return Take(PacketBuilder(isOriginal ? client : server, isOriginal ? server : client)
                        .Raw(protocol::SCTP, bytes)
                        .Build(),
                    direction);
    }

    uint32_t checksumXor{0};

  private:
    TrackResult Send(const std::string& word)
    {
        const Direction direction = word[0] == 'c' ? Direction::Original : Direction::Reply;
        std::istringstream parts(word.substr(2));
        std::string part;
        std::getline(parts, part, '/');
        const auto tag = static_cast<uint32_t>(std::strtoul(part.c_str(), nullptr, 10));
        Bytes chunks;
        while (std::getline(parts, part, '/'))
        {
            const Bytes chunk = Chunk(part);
            chunks.insert(chunks.end(), chunk.begin(), chunk.end());
        }
        return TakeChunks(chunks, tag, direction);
    }

    static Bytes Chunk(const std::string& part)
    {
        static const std::map<std::string, uint8_t> types{
            {"data", 0},
            {"init", 1},
            {"initack", 2},
            {"sack", 3},
            {"beat", 4},
            {"beatack", 5},
            {"abort", 6},
            {"shutdown", 7},
            {"shutack", 8},
            {"error", 9},
            {"echo", 10},
            {"cookieack", 11},
            {"complete", 14},
            {"unknown", 200},
        };
        const std::size_t letters = part.find_first_of("0123456789");
        const uint8_t type = types.at(part.substr(0, letters));
        const auto number = static_cast<uint32_t>(
            letters == std::string::npos ? 0 : std::strtoul(part.c_str() + letters, nullptr, 10));
        const bool announces = type == sctp_chunk::INIT || type == sctp_chunk::INIT_ACK;
        Bytes chunk(announces ? 20 : 8);
        chunk[0] = type;
        chunk[1] = static_cast<uint8_t>(announces ? 0 : number);
        WriteU16(&chunk[2], static_cast<uint16_t>(chunk.size()));
        WriteU32(&chunk[4], announces ? number : 0);
        return chunk;
    }
};

/// Packets and the last one's verdict, the state and the tags (original, reply) that it leaves.
struct Row
{
    const char* name;
    const char* script;
    const char* verdict;
    const char* state;
    int64_t timeout; ///< seconds; -1: not renewed
    uint32_t originalTag;
    uint32_t replyTag;
};

class Sctp : public testing::TestWithParam<Row>
{
};

TEST_P(Sctp, IsAsInLinux)
{
    const Row& row = GetParam();
    SctpScript flow;
    const TrackResult result = flow.Run(row.script);
    EXPECT_EQ(Verdict(result), row.verdict);
    EXPECT_EQ(flow.State(), row.state);
    EXPECT_EQ(result.timeout.value_or(-SECOND) / SECOND, row.timeout);
    EXPECT_EQ(flow.track.sctp.tag[0], row.originalTag);
    EXPECT_EQ(flow.track.sctp.tag[1], row.replyTag);
}

const char* const TAG = "bad verification tag";
const char* const CHUNK = "bad chunks";
const char* const STATE = "bad state";
#define OPEN "c:0/init11 s:11/initack22 c:22/echo s:11/cookieack "

const Row ROWS[] = {
    // the handshake
    {"Init", "c:0/init11", "taken", "CLOSED", 10, 0, 11},
    {"InitAgain", "c:0/init11 c:0/init11", "passed", "CLOSED", -1, 0, 11},
    {"InitAck", "c:0/init11 s:11/initack22", "taken", "COOKIE_WAIT", 3, 22, 11},
    {"InitAckOtherTag", "c:0/init11 s:12/initack22", TAG, "CLOSED", -1, 0, 11},
    {"CookieEcho", "c:0/init11 s:11/initack22 c:22/echo", "taken", "COOKIE_ECHOED", 3, 22, 11},
    {"CookieEchoOtherTag", "c:0/init11 s:11/initack22 c:23/echo", TAG, "COOKIE_WAIT", -1, 22, 11},
    {"CookieEchoWithData",
     "c:0/init11 s:11/initack22 c:22/echo/data",
     "taken",
     "COOKIE_ECHOED",
     3,
     22,
     11},
    {"StaleCookie",
     "c:0/init11 s:11/initack22 c:22/echo s:11/error",
     "taken",
     "CLOSED",
     10,
     22,
     11},
    {"Open", OPEN, "taken", "ESTABLISHED", 210, 22, 11},
    // an open association
    {"Data", OPEN "c:22/data", "taken", "ESTABLISHED", 210, 22, 11},
    {"DataOtherTag", OPEN "c:11/data", TAG, "ESTABLISHED", -1, 22, 11},
    {"UnknownChunk", OPEN "s:11/unknown", "taken", "ESTABLISHED", 210, 22, 11},
    {"Abort", OPEN "c:22/abort", "taken", "CLOSED", 10, 22, 11},
    {"AbortReflected", OPEN "c:11/abort1", "taken", "CLOSED", 10, 22, 11},
    {"AbortOtherTag", OPEN "c:11/abort", TAG, "ESTABLISHED", -1, 22, 11},
    {"AbortReflectedOtherTag", OPEN "c:22/abort1", TAG, "ESTABLISHED", -1, 22, 11},
    {"InitWithTag", OPEN "c:22/init33", TAG, "ESTABLISHED", -1, 22, 11},
    {"Restart", OPEN "c:0/init33", "taken", "ESTABLISHED", 210, 22, 33},
    {"RestartAnswered", OPEN "c:0/init33 s:33/initack44", "taken", "ESTABLISHED", 210, 44, 33},
    {"InitAckUnasked", OPEN "s:11/initack44", TAG, "ESTABLISHED", -1, 22, 11},
    {"InitCollision", "c:0/init11 s:0/init22 s:11/initack22", "taken", "COOKIE_WAIT", 3, 22, 11},
    {"InitCollisionOtherTag", "c:0/init11 s:0/init22 s:11/initack23", TAG, "CLOSED", -1, 22, 11},
    // shutdown
    {"Shutdown", OPEN "c:22/shutdown", "taken", "SHUTDOWN_SENT", 3, 22, 11},
    {"ShutdownByServer", OPEN "s:11/shutdown", "taken", "SHUTDOWN_RECD", 3, 22, 11},
    {"ShutdownAck", OPEN "c:22/shutdown s:11/shutack", "taken", "SHUTDOWN_ACK_SENT", 3, 22, 11},
    {"Complete", OPEN "c:22/shutdown s:11/shutack c:22/complete", "taken", "CLOSED", 10, 22, 11},
    {"CompleteOtherTag",
     OPEN "c:22/shutdown s:11/shutack c:11/complete",
     TAG,
     "SHUTDOWN_ACK_SENT",
     -1,
     22,
     11},
    {"InitInShutdown", OPEN "c:22/shutdown c:0/init33", "taken", "CLOSED", 10, 22, 33},
    // a path that begins with a HEARTBEAT
    {"Heartbeat", "c:5/beat", "taken", "HEARTBEAT_SENT", 30, 5, 0},
    {"HeartbeatAnswered", "c:5/beat s:6/beatack", "taken", "ESTABLISHED", 210, 5, 6},
    {"HeartbeatBothWays", "c:5/beat s:6/beat", "taken", "HEARTBEAT_SENT", 30, 5, 6},
    {"HeartbeatThenAbort", "c:5/beat s:5/abort1", STATE, "HEARTBEAT_SENT", -1, 5, 0},
    {"HeartbeatOtherTag", OPEN "c:7/beat", "passed", "ESTABLISHED", -1, 22, 11},
    {"HeartbeatOtherTagData", OPEN "c:7/beat/data", TAG, "ESTABLISHED", -1, 22, 11},
    {"HeartbeatOtherTagTwice", OPEN "c:7/beat/beat", TAG, "ESTABLISHED", -1, 22, 11},
    {"OtherTagAnswered", OPEN "c:7/beat s:8/beatack", "taken", "ESTABLISHED", 210, 0, 8},
    {"OtherTagUnasked", OPEN "s:8/beatack", TAG, "ESTABLISHED", -1, 22, 11},
    {"OtherTagAnsweredBySelf", OPEN "c:7/beat c:8/beatack", TAG, "ESTABLISHED", -1, 22, 11},
    {"RightTagForgets", OPEN "c:7/beat c:22/beat s:8/beatack", TAG, "ESTABLISHED", -1, 22, 11},
    // out of the blue
    {"FirstShutdownAck", "c:9/shutack", "taken", "SHUTDOWN_ACK_SENT", 3, 0, 9},
    {"FirstHeartbeatAck", "c:9/beatack", "taken", "CLOSED", 10, 9, 0},
    {"FirstData", "c:0/data", "mid-stream", "NONE", -1, 0, 0},
    {"FirstUnknown", "c:0/unknown", "mid-stream", "NONE", -1, 0, 0},
    {"FirstAbort", "c:0/abort", STATE, "NONE", -1, 0, 0},
    {"FirstCookieAck", "c:0/cookieack", STATE, "NONE", -1, 0, 0},
    {"FirstComplete", "c:0/complete", STATE, "NONE", -1, 0, 0},
    {"FirstInitWithTag", "c:5/init11", TAG, "NONE", -1, 0, 0},
    // bundling
    {"InitNotAlone", "c:0/init11/data", CHUNK, "NONE", -1, 0, 0},
    {"InitAfterData", OPEN "c:22/data/init33", CHUNK, "ESTABLISHED", -1, 22, 11},
    {"EchoNotFirst", OPEN "c:22/data/echo", CHUNK, "ESTABLISHED", -1, 22, 11},
    {"CookieAckNotFirst", OPEN "s:11/sack/cookieack", CHUNK, "ESTABLISHED", -1, 22, 11},
    {"CompleteNotAlone", OPEN "s:11/complete/data", CHUNK, "ESTABLISHED", -1, 22, 11},
    {"NoChunk", OPEN "c:22", CHUNK, "ESTABLISHED", -1, 22, 11},
    {"StepsBeforeARefusalStay", OPEN "c:22/shutdown/abort1", TAG, "SHUTDOWN_SENT", -1, 22, 11},
};

#undef OPEN

INSTANTIATE_TEST_SUITE_P(Tracker, Sctp, testing::ValuesIn(ROWS), [](const auto& info) {
    return std::string(info.param.name);
});

TEST(SctpEvents, EstablishedIsAssured)
{
    SctpScript flow;
    EXPECT_EQ(flow.Run("c:0/init11").events, event::PROTOINFO);
    flow.Run("s:11/initack22 c:22/echo");
    const TrackResult open = flow.Run("s:11/cookieack");
    EXPECT_EQ(open.events, event::PROTOINFO | event::ASSURED);
    EXPECT_EQ(open.statusSet, status::ASSURED);
    EXPECT_EQ(flow.Run("c:22/data").events, 0);
}

TEST(SctpProfile, OldKernelsNameItHeartbeatAcked)
{
    SctpScript flow;
    flow.settings.sctpHeartbeatAcked = true;
    const TrackResult result = flow.Run("c:5/beat s:6/beatack");
    EXPECT_EQ(flow.State(), "HEARTBEAT_ACKED");
    EXPECT_EQ(result.timeout, 210 * SECOND);
    EXPECT_EQ(result.statusSet, 0U);
    flow.Run("c:5/shutdown");
    EXPECT_EQ(flow.State(), "SHUTDOWN_SENT");
}

TEST(SctpVerify, ChecksumIsCrc32c)
{
    // RFC 3720 B.4 has CRC32c of 32 zero bytes: 8a9136aa, sent least byte first.
    EXPECT_EQ(SctpChecksum(AsView(Bytes(32))), 0xaa36918aU);
    SctpScript flow;
    flow.checksumXor = 1;
    EXPECT_EQ(Verdict(flow.Run("c:0/init11")), "bad checksum");
    flow.settings.verifyChecksums = false;
    EXPECT_EQ(Verdict(flow.Run("c:0/init11")), "taken");
}

TEST(SctpVerify, CutChunks)
{
    SctpScript flow;
    const auto take = [&flow](const Bytes& chunks) {
        return Verdict(flow.TakeChunks(chunks, 0, Direction::Original));
    };
    EXPECT_EQ(take({1, 0, 0, 20, 0, 0, 0, 11}), "truncated packet");
    EXPECT_EQ(take({1, 0, 0}), "bad chunks");
    EXPECT_EQ(take({4, 0, 0, 0}), "bad chunks");        // empty
    EXPECT_EQ(take({4, 0, 255, 255}), "taken");         // says more than there is
    EXPECT_EQ(take({4, 0, 0, 4, 3, 0, 0}), "taken");    // the second one is cut
    EXPECT_EQ(take({4, 0, 0, 5, 0, 0, 0, 0}), "taken"); // padded
    EXPECT_EQ(take({4, 0, 0, 1, 4, 0, 0, 2}), "taken"); // shorter than their headers
    EXPECT_EQ(take({4, 0, 0, 4, 4, 0, 0, 0}), "bad chunks");
}

TEST(SctpVerify, CutHeader)
{
    FlowDriver flow;
    const Bytes cut =
        PacketBuilder("10.1.0.10", "10.2.0.10").Raw(protocol::SCTP, Bytes(11)).Build();
    EXPECT_EQ(Verdict(flow.Take(cut, Direction::Original)), "truncated packet");
}

} // namespace
} // namespace test
} // namespace conntrack
} // namespace ns3
