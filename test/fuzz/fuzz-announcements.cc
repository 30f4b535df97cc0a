/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
// The first byte chooses the protocol, the rest is a payload. Small parsers share a target.
#include "model/wire/tftp-message.h"

#include <cstdlib>

using namespace ns3::conntrack;

extern "C" int
LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size)
{
    if (size == 0)
    {
        return 0;
    }
    const ByteView payload{data + 1, size - 1};
    switch (data[0])
    {
    case 'T':
        if (IsTftpRequest(payload) && payload.size < 2)
        {
            std::abort();
        }
        break;
    default:
        break;
    }
    return 0;
}
