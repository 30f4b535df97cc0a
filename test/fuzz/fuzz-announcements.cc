/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
// The first byte chooses the protocol, the rest is a payload. Small parsers share a target.
#include "model/wire/amanda-message.h"
#include "model/wire/irc-message.h"
#include "model/wire/sane-message.h"
#include "model/wire/tftp-message.h"

#include <cstdlib>

using namespace ns3::conntrack;

namespace
{

void
Require(bool holds)
{
    if (!holds)
    {
        std::abort();
    }
}

void
ReadAmanda(ByteView payload)
{
    const auto line = FindAmandaLine(payload);
    if (!line)
    {
        return;
    }
    Require(line->begin <= line->end && payload.data[line->end] == '\n');
    for (const auto word : AMANDA_WORDS)
    {
        // Shorter, too: a NAT helper may have changed it meanwhile.
        for (const std::size_t size : {payload.size, payload.size / 2, line->begin})
        {
            for (const auto reach : {AmandaReach::WordEnds, AmandaReach::WordBegins})
            {
                const auto port = FindAmandaPort(payload.First(size), *line, word, reach);
                Require(!port || port->position + port->length <= size);
            }
        }
    }
}

} // namespace

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
    case 'A':
        ReadAmanda(payload);
        break;
    case 'I': {
        DccReader reader(payload);
        while (const auto offer = reader.Next())
        {
            Require(offer->position + offer->length <= payload.size);
        }
        break;
    }
    case 'S':
        Require(!IsSaneStart(payload) || payload.size == SANE_REQUEST_BYTES);
        Require(!ReadSaneStartReply(payload) || payload.size >= SANE_REQUEST_BYTES);
        break;
    case 'T':
        Require(!IsTftpRequest(payload) || payload.size >= 2);
        break;
    default:
        break;
    }
    return 0;
}
