/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/tracker/flow-tracker.h"
#include "model/wire/error-packet.h"

using namespace ns3::conntrack;

/// Looks at any bytes as a packet and as a quotation, classifies it and answers it with errors.
extern "C" int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const ByteView bytes{data, size};
    for (const auto& view : {PacketView::Parse(bytes), PacketView::ParseQuoted(bytes)})
    {
        if (!view)
        {
            continue;
        }
        const bool isSane = view->Transport().size <= size && view->Bytes().size <= size &&
                            view->TransportOffset() <= view->Length() &&
                            view->FragmentHeaderOffset() < view->Length();
        if (!isSane)
        {
            __builtin_trap();
        }
        Classify(*view, TrackerSettings{});
        MakeIcmpError(*view, ErrorSpec{});
        MayRejectWithIcmp(*view);
        MakeTcpReset(*view, ChecksumCheck::Skip);
    }
    return 0;
}
