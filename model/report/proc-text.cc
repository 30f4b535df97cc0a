/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/report/proc-text.h"

#include "model/protocol/protocol-helper.h"
#include "model/report/names.h"
#include "model/report/parts.h"
#include "model/report/tuple-text.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

namespace
{

/// What the protocol's tracker prints of its state.
std::string
TrackText(const Connection& connection, const Timeouts& timeouts)
{
    const uint8_t number = connection.Original().protocol;
    if (number == protocol::GRE)
    {
        const GreTrack& gre = connection.track.gre;
        const Nanos first =
            gre.timeout ? gre.timeout : TimeoutOf(timeouts.gre, PairTimeout::Unreplied);
        const Nanos stream =
            gre.streamTimeout ? gre.streamTimeout : TimeoutOf(timeouts.gre, PairTimeout::Replied);
        return "timeout=" + std::to_string(first / SECOND) +
               ", stream_timeout=" + std::to_string(stream / SECOND) + " ";
    }
    const std::string name = StateName(connection.track, number);
    return name.empty() ? "" : name + " ";
}

std::string
DirectionText(const Connection& connection, Direction direction, const ReportContext& context)
{
    const Tuple& tuple = connection.tuples[Index(direction)];
    std::string text =
        AddressesText(tuple, AddressForm::Full) + PortsText(tuple) +
        ZoneText(connection, direction == Direction::Original ? Zone::ORIGINAL : Zone::REPLY);
    if (context.accounting)
    {
        text += CounterText(connection.counters[Index(direction)]);
    }
    return text;
}

/// The helper of the master and the class of the expectation, if the class has a name.
std::string
ClassText(const Expectation& expectation)
{
    const HelperArea* area = expectation.master->help;
    if (!area || !area->helper)
    {
        return "";
    }
    const auto& policies = area->helper->GetPolicies();
    const uint32_t number = expectation.classNumber;
    const std::string name = number < policies.size() ? policies[number].name : "";
    return area->helper->GetIdentity().name + (name.empty() ? "" : "/" + name);
}

std::string
TimeText(const Expectation& expectation, Nanos now)
{
    if (!expectation.hasTimer)
    {
        return "- ";
    }
    const int64_t left = expectation.timerPending ? SecondsLeft(expectation.deadline, now) : 0;
    return std::to_string(left) + " ";
}

} // namespace

std::string
ProcLine(const Connection& connection,
         Nanos now,
         const ReportContext& context,
         const Timeouts& timeouts)
{
    const int64_t left = std::max<int64_t>(SecondsLeft(connection.deadline, now), 0);
    std::string line = ProtocolsText(connection) + std::to_string(left) + " " +
                       TrackText(connection, timeouts) +
                       DirectionText(connection, Direction::Original, context);
    line += connection.Is(status::SEEN_REPLY) ? "" : "[UNREPLIED] ";
    line += DirectionText(connection, Direction::Reply, context);
    line += connection.Is(status::ASSURED) ? "[ASSURED] " : "";
    line += Format("mark=%u ", connection.mark) + ZoneText(connection, Zone::BOTH);
    if (context.timestamps)
    {
        const Nanos age = std::max<Nanos>(now - connection.start, 0);
        line += "delta-time=" + std::to_string(age / SECOND) + " ";
    }
    return line + Format("use=%u", 2 + connection.children);
}

std::string
ProcLine(const Expectation& expectation, Nanos now)
{
    const Tuple& tuple = expectation.tuple;
    std::string line =
        TimeText(expectation, now) +
        Format("l3proto = %u proto=%u ", static_cast<unsigned>(tuple.family), tuple.protocol) +
        AddressesText(tuple, AddressForm::Full) + PortsText(tuple);
    const std::string flags = ExpectationFlagText(expectation.flags);
    const std::string helper = ClassText(expectation);
    return line + flags + (flags.empty() || helper.empty() ? "" : " ") + helper;
}

std::string
ProcStatHead(const ReportContext& context)
{
    return std::string("entries  clashres found new invalid ignore delete ") +
           (context.IsNewForm() ? "chainlength" : "delete_list") +
           " insert insert_failed drop early_drop icmp_error  expect_new expect_create"
           " expect_delete search_restart";
}

std::string
ProcStatLine(const Statistics& statistics, uint32_t connections)
{
    const auto cut = [](uint64_t value) { return static_cast<unsigned>(value); };
    // new, ignore and delete are no longer counted by the kernel.
    return Format("%08x  %08x %08x %08x %08x %08x %08x %08x %08x %08x %08x %08x %08x  ",
                  connections,
                  cut(statistics.clashResolve),
                  cut(statistics.found),
                  0U,
                  cut(statistics.invalid),
                  0U,
                  0U,
                  cut(statistics.chainTooLong),
                  cut(statistics.insert),
                  cut(statistics.insertFailed),
                  cut(statistics.drop),
                  cut(statistics.earlyDrop),
                  cut(statistics.icmpError)) +
           Format("%08x %08x %08x %08x",
                  cut(statistics.expectNew),
                  cut(statistics.expectCreate),
                  cut(statistics.expectDelete),
                  cut(statistics.searchRestart));
}

} // namespace conntrack
} // namespace ns3
