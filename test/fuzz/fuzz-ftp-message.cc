/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
// The first byte chooses sender and family, the rest is a segment.
#include "model/wire/ftp-message.h"

#include <cstdlib>

using namespace ns3::conntrack;

extern "C" int
LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size)
{
    if (size == 0)
    {
        return 0;
    }
    const ByteView segment{data + 1, size - 1};
    const auto found = FindFtpEndpoint(segment,
                                       data[0] & 1 ? Direction::Reply : Direction::Original,
                                       data[0] & 2 ? Family::Ipv6 : Family::Ipv4);
    if (found.match == FtpMatch::Complete &&
        (found.length == 0 || found.position + found.length > segment.size))
    {
        std::abort();
    }
    return 0;
}
