/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/tracker/tracker.h"

namespace ns3
{
namespace conntrack
{

const char*
Name(InvalidReason reason)
{
    switch (reason)
    {
    case InvalidReason::None:
        return "none";
    case InvalidReason::Truncated:
        return "truncated packet";
    case InvalidReason::BadLength:
        return "bad length";
    case InvalidReason::BadChecksum:
        return "bad checksum";
    case InvalidReason::BadFlags:
        return "bad flag combination";
    case InvalidReason::BadType:
        return "bad type";
    case InvalidReason::BadProtocol:
        return "bad protocol";
    case InvalidReason::BadChunk:
        return "bad chunks";
    case InvalidReason::BadTag:
        return "bad verification tag";
    case InvalidReason::BadQuote:
        return "bad quotation";
    case InvalidReason::OutOfWindow:
        return "out of window";
    case InvalidReason::BadState:
        return "bad state";
    case InvalidReason::MidStream:
        return "mid-stream";
    case InvalidReason::UnknownFlow:
        return "unknown flow";
    case InvalidReason::BadReset:
        return "bad reset";
    case InvalidReason::TableFull:
        return "table full";
    case InvalidReason::BadFragment:
        return "bad fragment";
    }
    return "unknown";
}

} // namespace conntrack
} // namespace ns3
