/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/report/conntrack-text.h"

#include "model/report/names.h"
#include "model/report/parts.h"
#include "model/report/tuple-text.h"

#include <algorithm>
#include <ctime>

namespace ns3
{
namespace conntrack
{

namespace
{

/// "[seconds.microseconds]", a tab and the kind, right-aligned in nine columns.
std::string
EventHead(Nanos wallClock, MessageKind kind)
{
    const std::string name = std::string("[") + NameOf(kind) + "]";
    return Format("[%lld.%-6lld]\t%9s ",
                  static_cast<long long>(wallClock / SECOND),
                  static_cast<long long>(wallClock % SECOND / 1000),
                  name.c_str());
}

std::string
StartText(Nanos wallClock)
{
    const std::time_t seconds = wallClock / SECOND;
    std::tm fields{};
    gmtime_r(&seconds, &fields);
    char text[64];
    std::strftime(text, sizeof(text), "%a %b %e %H:%M:%S %Y", &fields);
    return std::string("[start=") + text + "] ";
}

std::string
WithoutLastBlank(std::string line)
{
    if (!line.empty() && line.back() == ' ')
    {
        line.pop_back();
    }
    return line;
}

/// Both directions, with what stands between and behind them.
std::string
FlowText(const Connection& connection, const ConnectionParts& parts)
{
    std::string text;
    for (const Direction direction : {Direction::Original, Direction::Reply})
    {
        const bool original = direction == Direction::Original;
        if (!original && !connection.Is(status::SEEN_REPLY))
        {
            text += "[UNREPLIED] ";
        }
        const Tuple& tuple = connection.tuples[Index(direction)];
        text += AddressesText(tuple, AddressForm::Short) + PortsText(tuple);
        if (connection.zone.id != 0)
        {
            text += ZoneText(connection, original ? Zone::ORIGINAL : Zone::REPLY);
        }
        if (parts.counters)
        {
            text += CounterText(connection.counters[Index(direction)]);
        }
    }
    return text;
}

/// All from the protocol to the helper, with a blank behind.
std::string
ConnectionText(const Connection& connection,
               const ConnectionParts& parts,
               Nanos now,
               const ReportContext& context)
{
    std::string text = ProtocolsText(connection);
    if (parts.timeLeft)
    {
        const int64_t left = SecondsLeft(connection.deadline, now);
        text += std::to_string(std::max<int64_t>(left, 0)) + " ";
    }
    if (parts.protocolState)
    {
        text += StateName(connection.track, connection.Original().protocol) + " ";
    }
    text += FlowText(connection, parts);
    text += connection.Is(status::ASSURED) ? "[ASSURED] " : "";
    text += parts.mark ? "mark=" + std::to_string(connection.mark) + " " : "";
    text += connection.zone.id ? ZoneText(connection, Zone::BOTH) : "";
    const Nanos start = context.WallClock(connection.start);
    if (parts.start)
    {
        // Both ends are cut to seconds first: 1.9 to 2.1 is a second.
        const Nanos age = context.WallClock(now) / SECOND - start / SECOND;
        text += "delta-time=" + std::to_string(age) + " ";
    }
    if (parts.start && !parts.stop)
    {
        text += StartText(start);
    }
    return text + (parts.helper ? "helper=" + HelperName(connection) + " " : "");
}

} // namespace

std::string
EventLine(const ConnectionNotice& notice, const ReportContext& context)
{
    const Connection& connection = notice.connection;
    std::string line = EventHead(context.WallClock(notice.now), KindOf(notice)) +
                       ConnectionText(connection, PartsOf(notice, context), notice.now, context);
    if (context.showIds)
    {
        line += "id=" + std::to_string(connection.id) + " ";
    }
    if (notice.requester.portId)
    {
        line += "[USERSPACE] portid=" + std::to_string(notice.requester.portId) + " ";
    }
    return WithoutLastBlank(std::move(line));
}

std::string
EventLine(const ExpectationNotice& notice, const ReportContext& context)
{
    return EventHead(context.WallClock(notice.now), KindOf(notice)) +
           ListLine(notice.expectation, notice.now);
}

std::string
ListLine(const Connection& connection, Nanos now, const ReportContext& context)
{
    return ConnectionText(connection, PartsOfEntry(connection, context), now, context) +
           Format("use=%u id=%u", 1 + connection.children, connection.id);
}

std::string
ListLine(const Expectation& expectation, Nanos now)
{
    const Tuple mask = MaskTuple(expectation);
    const Tuple& master = expectation.master->Original();
    const std::string helper = HelperName(*expectation.master);
    const int64_t left = std::max<int64_t>(SecondsLeft(expectation.deadline, now), 0);
    std::string line = Format("%lld proto=%u ", static_cast<long long>(left), mask.protocol);
    line += AddressesText(expectation.tuple, AddressForm::Short) + PortsText(expectation.tuple);
    line += AddressesText(mask, AddressForm::Short, "mask-") + PortsText(mask);
    line += AddressesText(master, AddressForm::Short, "master-") + PortsText(master);
    const std::string flags = ExpectationFlagText(expectation.flags);
    line += flags + (flags.empty() ? "" : " ") + Format("class=%u ", expectation.classNumber);
    return WithoutLastBlank(line + (helper.empty() ? "" : "helper=" + helper));
}

std::string
StatisticsLine(const Statistics& statistics, const ReportContext& context)
{
    const auto number = [](const char* name, uint64_t value) {
        return std::string(name) + "=" + std::to_string(value) + " ";
    };
    std::string line =
        "cpu=0   \t" + number("found", statistics.found) + number("invalid", statistics.invalid) +
        number("insert", statistics.insert) + number("insert_failed", statistics.insertFailed) +
        number("drop", statistics.drop) + number("early_drop", statistics.earlyDrop) +
        number("error", statistics.icmpError) + number("search_restart", statistics.searchRestart) +
        number("clash_resolve", statistics.clashResolve);
    return line + (context.IsNewForm() ? number("chaintoolong", statistics.chainTooLong) : "");
}

} // namespace conntrack
} // namespace ns3
