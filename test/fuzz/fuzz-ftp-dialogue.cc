/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
// A line, read as everything that it might be; what is read must print to what reads the same.
#include "model/wire/ftp-dialogue.h"

#include <cstdlib>

using namespace ns3::conntrack;

namespace
{

void
Check(bool holds)
{
    if (!holds)
    {
        std::abort();
    }
}

} // namespace

extern "C" int
LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size)
{
    const std::string_view line(reinterpret_cast<const char*>(data), size);
    const auto command = ParseFtpCommand(line);
    Check(!command || (command->verb.size() >= 3 && command->verb.size() <= 4));
    const auto reply = ParseFtpReply(line);
    Check(!reply || (reply->code >= 100 && reply->code <= 599 && reply->text.size() < size));
    if (const auto endpoint = ParsePort(line))
    {
        Check(ParsePort(PrintPort(*endpoint)) == endpoint);
    }
    if (const auto endpoint = ParseEprt(line))
    {
        Check(ParseEprt(PrintEprt(*endpoint)) == endpoint);
    }
    if (const auto endpoint = ParsePasv(line))
    {
        Check(ParsePasv(PrintPasv(*endpoint)) == endpoint);
    }
    if (const auto port = ParseEpsv(line))
    {
        Check(ParseEpsv(PrintEpsv(*port)) == port);
    }
    return 0;
}
