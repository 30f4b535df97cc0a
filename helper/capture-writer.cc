/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "helper/capture-writer.h"

#include "helper/capture-reader.h"

#include <pcap/pcap.h>

namespace ns3
{
namespace conntrack
{

namespace
{

/// tcpdump's present snap length.
constexpr int SNAP_LENGTH = 262144;

void
CloseFormat(void* format)
{
    pcap_close(static_cast<pcap_t*>(format));
}

void
CloseFile(void* file)
{
    if (file)
    {
        pcap_dump_close(static_cast<pcap_dumper_t*>(file));
    }
}

} // namespace

CaptureWriter::CaptureWriter(const std::string& path)
    : m_path(path),
      m_format(
          pcap_open_dead_with_tstamp_precision(DLT_EN10MB, SNAP_LENGTH, PCAP_TSTAMP_PRECISION_NANO),
          CloseFormat),
      m_file(nullptr, CloseFile)
{
    auto* format = static_cast<pcap_t*>(m_format.get());
    m_file.reset(pcap_dump_open(format, path.c_str()));
    if (!m_file)
    {
        throw CaptureError(pcap_geterr(format));
    }
}

void
CaptureWriter::Write(Nanos time, const LinkFrame& frame)
{
    const std::vector<uint8_t> bytes = ToEthernet(frame);
    pcap_pkthdr header{};
    header.ts.tv_sec = time / SECOND;
    header.ts.tv_usec = time % SECOND;
    header.caplen = header.len = static_cast<uint32_t>(bytes.size());
    pcap_dump(static_cast<u_char*>(m_file.get()), &header, bytes.data());
}

void
CaptureWriter::Close()
{
    const bool written = pcap_dump_flush(static_cast<pcap_dumper_t*>(m_file.get())) == 0;
    m_file.reset();
    if (!written)
    {
        throw CaptureError(m_path + ": not everything could be written");
    }
}

} // namespace conntrack
} // namespace ns3
