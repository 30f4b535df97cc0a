/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/// @file
/// Captures of any bytes: file format, link types, the IP header.

#include "helper/capture-reader.h"
#include "model/wire/packet-view.h"

#include <cstdio>

using namespace ns3::conntrack;

namespace
{

void
ReadCapture(const uint8_t* data, std::size_t size)
{
    // libpcap only reads, and the stream is opened for reading.
    std::FILE* file = fmemopen(const_cast<uint8_t*>(data), size, "rb");
    if (!file)
    {
        return; // no bytes at all
    }
    try
    {
        CaptureReader reader(file, "fuzz");
        while (const auto packet = reader.Next())
        {
            PacketView::Parse(packet->frame.packet);
        }
    }
    catch (const CaptureError&)
    {
    }
}

} // namespace

extern "C" int
LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size)
{
    ReadCapture(data, size);
    for (const LinkType type : {LinkType::Ethernet,
                                LinkType::LinuxCooked,
                                LinkType::LinuxCooked2,
                                LinkType::RawIp,
                                LinkType::BsdLoopback,
                                LinkType::Ppp})
    {
        if (const auto frame = ParseLinkFrame(type, {data, size}))
        {
            PacketView::Parse(frame->packet);
        }
    }
    return 0;
}
