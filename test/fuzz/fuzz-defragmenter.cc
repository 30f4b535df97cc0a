/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/wire/defragmenter.h"
#include "model/wire/fragmenter.h"

using namespace ns3::conntrack;

/// Feeds packets, each after its length in two bytes, and cuts what becomes complete again.
extern "C" int
LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    DefragmenterLimits limits;
    limits.ipv4Memory = limits.ipv6Memory = 20000;
    Defragmenter defragmenter(limits);
    ByteView rest{data, size};
    for (Nanos now = 0; rest.size >= 2; now += SECOND)
    {
        const std::size_t length = ReadU16(rest.data);
        const auto view = PacketView::Parse(rest.From(2).First(length));
        rest = rest.From(2 + length);
        const auto outcome = view ? defragmenter.Add(*view, {}, now) : Defragmenter::Outcome{};
        const auto whole = PacketView::Parse({outcome.packet.data(), outcome.packet.size()});
        if (whole && FormForLink(*whole, outcome.shape, 1400) == SendForm::Fragments)
        {
            Fragment(*whole, outcome.shape, 1400, 1);
        }
        defragmenter.Expire(now);
    }
    defragmenter.Expire(1000000 * SECOND);
    if (defragmenter.Size() + defragmenter.Memory(Family::Ipv4) + defragmenter.Memory(Family::Ipv6))
    {
        __builtin_trap(); // something was not given back
    }
    return 0;
}
