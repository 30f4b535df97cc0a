/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "helper/capture-reader.h"

#include <pcap/pcap.h>

namespace ns3
{
namespace conntrack
{

namespace
{

/// The last second that nanoseconds in 64 bits can count, in the year 2262.
constexpr int64_t LAST_SECOND = INT64_MAX / SECOND - 5; // a hostile fraction may be 4 s

void
Close(void* capture)
{
    if (capture)
    {
        pcap_close(static_cast<pcap_t*>(capture));
    }
}

pcap_t*
OpenPath(const std::string& path)
{
    char error[PCAP_ERRBUF_SIZE] = "";
    pcap_t* capture =
        pcap_open_offline_with_tstamp_precision(path.c_str(), PCAP_TSTAMP_PRECISION_NANO, error);
    if (!capture)
    {
        const bool named = std::string(error).rfind(path, 0) == 0;
        throw CaptureError(named ? error : path + ": " + error);
    }
    return capture;
}

pcap_t*
OpenFile(std::FILE* file, const std::string& name)
{
    char error[PCAP_ERRBUF_SIZE] = "";
    pcap_t* capture =
        pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, error);
    if (!capture)
    {
        std::fclose(file);
        throw CaptureError(name + ": " + error);
    }
    return capture;
}

} // namespace

CaptureReader::CaptureReader(const std::string& path)
    : m_capture(OpenPath(path), Close),
      m_name(path)
{
    SetUp();
}

CaptureReader::CaptureReader(std::FILE* file, const std::string& name)
    : m_capture(OpenFile(file, name), Close),
      m_name(name)
{
    SetUp();
}

CaptureReader::~CaptureReader() = default;
CaptureReader::CaptureReader(CaptureReader&&) noexcept = default;

void
CaptureReader::SetUp()
{
    const int number = pcap_datalink(static_cast<pcap_t*>(m_capture.get()));
    const std::optional<LinkType> type = LinkTypeOf(number);
    if (!type)
    {
        const char* name = pcap_datalink_val_to_name(number);
        throw CaptureError(m_name + ": link type " +
                           (name ? std::string(name) : std::to_string(number)) +
                           " is not supported");
    }
    m_linkType = *type;
}

std::optional<CapturedPacket>
CaptureReader::Next()
{
    auto* capture = static_cast<pcap_t*>(m_capture.get());
    while (m_damage.empty())
    {
        pcap_pkthdr* header = nullptr;
        const u_char* bytes = nullptr;
        const int result = pcap_next_ex(capture, &header, &bytes);
        if (result == PCAP_ERROR_BREAK) // libpcap's word for the end of the file
        {
            break;
        }
        const std::string after =
            m_name + ": damaged after " + std::to_string(m_frames) + " frames";
        if (result != 1)
        {
            m_damage = after + ": " + pcap_geterr(capture);
            break;
        }
        if (header->ts.tv_sec < 0 || header->ts.tv_sec > LAST_SECOND || header->ts.tv_usec < 0)
        {
            m_damage = after + ": a time stamp is out of range";
            break;
        }
        ++m_frames;
        const auto frame = ParseLinkFrame(m_linkType, {bytes, header->caplen});
        if (frame)
        {
            // With nanosecond precision tv_usec holds nanoseconds.
            return CapturedPacket{header->ts.tv_sec * SECOND + header->ts.tv_usec, *frame};
        }
    }
    return std::nullopt;
}

} // namespace conntrack
} // namespace ns3
