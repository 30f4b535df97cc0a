/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_HELPER_CAPTURE_WRITER_H
#define CONNTRACK_HELPER_CAPTURE_WRITER_H

#include "model/flow/time.h"
#include "model/wire/link-frame.h"

#include <memory>
#include <string>

/**
 * @file
 * Packet captures, written: pcap with nanoseconds, Ethernet.
 *
 * Layer: helper.  Units: nanoseconds of CLOCK_REALTIME.
 * Errors: CaptureError if the file cannot be written.  Source: libpcap.
 */

namespace ns3
{
namespace conntrack
{

/// A capture that is written.
class CaptureWriter
{
  public:
    /**
     * @param path the file, made or overwritten
     * @throws CaptureError if it cannot be made
     */
    explicit CaptureWriter(const std::string& path);

    /**
     * @param time CLOCK_REALTIME
     * @param frame the frame
     */
    void Write(Nanos time, const LinkFrame& frame);

    /**
     * Flush and close.
     * @throws CaptureError if not everything could be written
     */
    void Close();

  private:
    std::string m_path;
    std::unique_ptr<void, void (*)(void*)> m_format;
    std::unique_ptr<void, void (*)(void*)> m_file;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_HELPER_CAPTURE_WRITER_H
