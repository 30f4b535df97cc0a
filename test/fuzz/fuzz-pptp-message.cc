/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
// A segment's payload.
#include "model/wire/pptp-message.h"

#include <cstdlib>

using namespace ns3::conntrack;

extern "C" int
LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size)
{
    const auto message = ReadPptpMessage({data, size});
    if (message && message->peerId &&
        (message->peerIdAt + 2 > size || ReadU16(data + message->peerIdAt) != *message->peerId))
    {
        std::abort();
    }
    return 0;
}
