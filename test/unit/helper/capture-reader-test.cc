/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "helper/capture-reader.h"
#include "helper/capture-writer.h"

#include <cstdio>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <string>
#include <unistd.h>
#include <vector>

namespace ns3
{
namespace conntrack
{
namespace
{

using Blob = std::vector<uint8_t>;

/// A file that goes with the test.
class TemporaryFile
{
  public:
    explicit TemporaryFile(const Blob& bytes = {})
        : m_path("/tmp/conntrack-capture-XXXXXX")
    {
        close(mkstemp(m_path.data()));
        std::ofstream(m_path, std::ios::binary)
            .write(reinterpret_cast<const char*>(bytes.data()),
                   static_cast<std::streamsize>(bytes.size()));
    }

    ~TemporaryFile()
    {
        std::remove(m_path.c_str());
    }

    const std::string& Path() const
    {
        return m_path;
    }

    Blob Read() const
    {
        std::ifstream file(m_path, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    }

  private:
    std::string m_path;
};

/// Little-endian numbers, one behind the other.
class Builder
{
  public:
    Builder& U16(uint32_t value)
    {
        m_bytes.push_back(static_cast<uint8_t>(value));
        m_bytes.push_back(static_cast<uint8_t>(value >> 8));
        return *this;
    }

    Builder& U32(uint32_t value)
    {
        return U16(value & 0xffff).U16(value >> 16);
    }

    Builder& Add(const Blob& bytes)
    {
        m_bytes.insert(m_bytes.end(), bytes.begin(), bytes.end());
        return *this;
    }

    const Blob& Get() const
    {
        return m_bytes;
    }

  private:
    Blob m_bytes;
};

constexpr uint32_t MICROSECONDS = 0xa1b2c3d4;
constexpr uint32_t NANOSECONDS = 0xa1b23c4d;
constexpr uint32_t RAW_IP = 101; // LINKTYPE_RAW

const Blob PACKET{0x45, 1, 2, 3};

/// The head of a pcap file.
Builder
Pcap(uint32_t magic, uint32_t linkType)
{
    Builder builder;
    builder.U32(magic).U16(2).U16(4).U32(0).U32(0).U32(65535).U32(linkType);
    return builder;
}

void
AddRecord(Builder& builder, uint32_t seconds, uint32_t fraction, const Blob& frame)
{
    const auto size = static_cast<uint32_t>(frame.size());
    builder.U32(seconds).U32(fraction).U32(size).U32(size).Add(frame);
}

/// A pcapng file with a section, an Ethernet-less interface and its blocks to come.
Builder
PcapNg(const Blob& interfaceOptions = {})
{
    Builder builder;
    builder.U32(0x0a0d0d0a).U32(28).U32(0x1a2b3c4d).U16(1).U16(0).U32(~0U).U32(~0U).U32(28);
    const auto size = static_cast<uint32_t>(20 + interfaceOptions.size());
    builder.U32(1).U32(size).U16(RAW_IP).U16(0).U32(65535).Add(interfaceOptions).U32(size);
    return builder;
}

void
AddEnhancedPacket(Builder& builder, uint64_t stamp, const Blob& frame)
{
    const auto size = static_cast<uint32_t>(frame.size());
    builder.U32(6).U32(32 + size).U32(0).U32(static_cast<uint32_t>(stamp >> 32));
    builder.U32(static_cast<uint32_t>(stamp)).U32(size).U32(size).Add(frame).U32(32 + size);
}

/// Times of all packets; damage afterwards as the reader tells it.
struct ReadResult
{
    std::vector<Nanos> times;
    std::string damage;
};

ReadResult
ReadAll(const Blob& bytes)
{
    const TemporaryFile file(bytes);
    CaptureReader reader(file.Path());
    ReadResult result;
    while (const auto packet = reader.Next())
    {
        result.times.push_back(packet->time);
    }
    result.damage = reader.GetDamage();
    return result;
}

TEST(CaptureReader, PcapWithMicroseconds)
{
    Builder builder = Pcap(MICROSECONDS, RAW_IP);
    AddRecord(builder, 5, 7, PACKET);
    const ReadResult result = ReadAll(builder.Get());
    EXPECT_EQ(result.times, (std::vector<Nanos>{5 * SECOND + 7000}));
    EXPECT_EQ(result.damage, "");
}

TEST(CaptureReader, PcapWithNanoseconds)
{
    Builder builder = Pcap(NANOSECONDS, RAW_IP);
    AddRecord(builder, 5, 7, PACKET);
    EXPECT_EQ(ReadAll(builder.Get()).times, (std::vector<Nanos>{5 * SECOND + 7}));
}

TEST(CaptureReader, PcapNgWithMicroseconds)
{
    Builder builder = PcapNg();
    AddEnhancedPacket(builder, 5000007, PACKET);
    EXPECT_EQ(ReadAll(builder.Get()).times, (std::vector<Nanos>{5 * SECOND + 7000}));
}

TEST(CaptureReader, PcapNgWithNanoseconds)
{
    // Option 9, if_tsresol: 10^-9; end of options.
    Builder builder = PcapNg({9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0});
    AddEnhancedPacket(builder, 5 * uint64_t{SECOND} + 7, PACKET);
    EXPECT_EQ(ReadAll(builder.Get()).times, (std::vector<Nanos>{5 * SECOND + 7}));
}

TEST(CaptureReader, OtherFramesAreSkipped)
{
    Builder builder = Pcap(MICROSECONDS, RAW_IP);
    AddRecord(builder, 1, 0, {0x00, 0x00});
    AddRecord(builder, 2, 0, PACKET);
    EXPECT_EQ(ReadAll(builder.Get()).times, (std::vector<Nanos>{2 * SECOND}));
}

TEST(CaptureReader, EmptyCaptureIsNotDamaged)
{
    const ReadResult result = ReadAll(Pcap(MICROSECONDS, RAW_IP).Get());
    EXPECT_TRUE(result.times.empty());
    EXPECT_EQ(result.damage, "");
}

TEST(CaptureReader, CutCaptureGivesWhatIsBeforeTheCut)
{
    Builder builder = Pcap(MICROSECONDS, RAW_IP);
    AddRecord(builder, 1, 0, PACKET);
    AddRecord(builder, 2, 0, PACKET);
    Blob bytes = builder.Get();
    bytes.pop_back();
    const ReadResult result = ReadAll(bytes);
    EXPECT_EQ(result.times, (std::vector<Nanos>{SECOND}));
    EXPECT_NE(result.damage.find(": damaged after 1 frames: "), std::string::npos) << result.damage;
}

TEST(CaptureReader, CutPcapNg)
{
    Builder builder = PcapNg();
    AddEnhancedPacket(builder, 5000007, PACKET);
    AddEnhancedPacket(builder, 5000008, PACKET);
    Blob bytes = builder.Get();
    bytes.resize(bytes.size() - 9);
    const ReadResult result = ReadAll(bytes);
    EXPECT_EQ(result.times.size(), 1U);
    EXPECT_NE(result.damage, "");
}

TEST(CaptureReader, ImpossibleLengthIsDamage)
{
    Builder builder = Pcap(MICROSECONDS, RAW_IP);
    AddRecord(builder, 1, 0, PACKET);
    builder.U32(2).U32(0).U32(0xffffffff).U32(0xffffffff);
    const ReadResult result = ReadAll(builder.Get());
    EXPECT_EQ(result.times.size(), 1U);
    EXPECT_NE(result.damage, "");
}

TEST(CaptureReader, SecondLinkTypeIsDamage)
{
    Builder builder = PcapNg();
    AddEnhancedPacket(builder, 1, PACKET);
    builder.U32(1).U32(20).U16(1).U16(0).U32(65535).U32(20); // an Ethernet interface
    AddEnhancedPacket(builder, 2, PACKET);
    const ReadResult result = ReadAll(builder.Get());
    EXPECT_EQ(result.times.size(), 1U);
    EXPECT_NE(result.damage, "");
}

TEST(CaptureReader, TimeBeyondCountingIsDamage)
{
    // Option 9, if_tsresol: seconds.
    Builder builder = PcapNg({9, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0});
    AddEnhancedPacket(builder, uint64_t{1} << 60, PACKET);
    EXPECT_NE(ReadAll(builder.Get()).damage.find("time stamp"), std::string::npos);
}

/// The sentence of a CaptureError.
std::string
Refusal(const std::string& path)
{
    try
    {
        CaptureReader reader(path);
        return "";
    }
    catch (const CaptureError& error)
    {
        return error.what();
    }
}

TEST(CaptureReader, MissingFile)
{
    EXPECT_EQ(Refusal("/nonexistent.pcap"), "/nonexistent.pcap: No such file or directory");
}

TEST(CaptureReader, NoCapture)
{
    const TemporaryFile file({1, 2, 3, 4, 5, 6, 7, 8});
    EXPECT_NE(Refusal(file.Path()).find("unknown file format"), std::string::npos);
    const TemporaryFile empty;
    EXPECT_NE(Refusal(empty.Path()), "");
}

TEST(CaptureReader, UnknownLinkTypeIsNamed)
{
    const TemporaryFile file(Pcap(MICROSECONDS, 127).Get());
    EXPECT_EQ(Refusal(file.Path()), file.Path() + ": link type IEEE802_11_RADIO is not supported");
}

TEST(CaptureWriter, WritesWhatTheReaderReads)
{
    const TemporaryFile file;
    LinkFrame frame;
    frame.packet = {PACKET.data(), PACKET.size()};
    frame.family = Family::Ipv4;
    frame.source = {2, 0, 0, 0, 1, 1};
    frame.destination = {2, 0, 0, 0, 1, 2};
    CaptureWriter writer(file.Path());
    writer.Write(1795317998209164091, frame);
    writer.Close();
    const Blob bytes = file.Read();
    ASSERT_GE(bytes.size(), 4U);
    EXPECT_EQ(Blob(bytes.begin(), bytes.begin() + 4), Builder().U32(NANOSECONDS).Get());

    CaptureReader reader(file.Path());
    const auto packet = reader.Next();
    ASSERT_TRUE(packet);
    EXPECT_EQ(packet->time, 1795317998209164091);
    EXPECT_EQ(packet->frame.source, frame.source);
    EXPECT_EQ(packet->frame.destination, frame.destination);
    EXPECT_EQ(packet->frame.packet.size, PACKET.size());
    EXPECT_FALSE(reader.Next());
}

TEST(CaptureWriter, CannotWrite)
{
    EXPECT_THROW(CaptureWriter("/nonexistent/out.pcap"), CaptureError);
}

} // namespace
} // namespace conntrack
} // namespace ns3
