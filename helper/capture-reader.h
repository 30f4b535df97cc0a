/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_HELPER_CAPTURE_READER_H
#define CONNTRACK_HELPER_CAPTURE_READER_H

#include "model/flow/time.h"
#include "model/wire/link-frame.h"

#include <cstdio>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

/**
 * @file
 * Packet captures, pcap and pcapng, read frame by frame.
 *
 * Layer: helper.
 * Shape: a stream; of the file only the present frame is in memory.
 * Units: nanoseconds of CLOCK_REALTIME, whatever the file's resolution.
 * Errors: CaptureError if the file cannot be used at all; damage further on ends the stream and is
 * told by GetDamage().
 * Source: libpcap.
 */

namespace ns3
{
namespace conntrack
{

/// A capture that cannot be read; what() is one sentence for the user.
class CaptureError : public std::runtime_error
{
  public:
    using std::runtime_error::runtime_error;
};

/// An IP packet of a capture, with its link's addresses.
struct CapturedPacket
{
    Nanos time{0};   ///< CLOCK_REALTIME
    LinkFrame frame; ///< valid until the next one is read
};

/// A packet capture, read frame by frame.
class CaptureReader
{
  public:
    /**
     * @param path the file
     * @throws CaptureError if it is missing, no capture, or of an unknown link type
     */
    explicit CaptureReader(const std::string& path);

    /**
     * @param file an open file, closed by the reader
     * @param name what to call it in sentences
     * @throws CaptureError if it is no capture, or of an unknown link type
     */
    CaptureReader(std::FILE* file, const std::string& name);

    ~CaptureReader();
    /// Takes over the open file.
    CaptureReader(CaptureReader&&) noexcept;

    /**
     * Read on to the next IP packet; other frames are skipped.
     * @return the packet; none at the end or at the first damage
     */
    std::optional<CapturedPacket> Next();

    /// @return how many frames were read, the present one and those without IP among them
    uint64_t GetFrames() const
    {
        return m_frames;
    }

    /// @return one sentence about where the capture is damaged or cut; empty: it is not (so far)
    const std::string& GetDamage() const
    {
        return m_damage;
    }

  private:
    void SetUp();

    std::unique_ptr<void, void (*)(void*)> m_capture;
    std::string m_name;
    std::string m_damage;
    LinkType m_linkType{LinkType::Ethernet};
    uint64_t m_frames{0};
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_HELPER_CAPTURE_READER_H
