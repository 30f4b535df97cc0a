/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/snapshots.h"

#include "model/protocol/protocol-helper.h"
#include "model/report/conntrack-text.h"
#include "model/report/json-report.h"
#include "model/report/names.h"
#include "model/report/parts.h"
#include "model/report/tuple-text.h"

namespace ns3
{
namespace conntrack
{
namespace python
{

ReportContext
ContextOf(const Conntrack& conntrack)
{
    ReportContext context;
    context.accounting = conntrack.GetAccounting();
    context.timestamps = conntrack.GetTimestamps();
    context.profile = &conntrack.GetProfile();
    return context;
}

ConnectionSnapshot
Copy(const Connection& connection, Nanos now)
{
    ConnectionSnapshot copy;
    copy.original = connection.Original();
    copy.reply = connection.Reply();
    if (connection.master != nullptr)
    {
        copy.master = connection.master->Original();
    }
    copy.helper = HelperName(connection);
    copy.state = StateName(connection.track, connection.Original().protocol);
    copy.counters = connection.counters;
    copy.start = connection.start;
    copy.remaining = connection.deadline - now;
    copy.id = connection.id;
    copy.status = connection.status;
    copy.mark = connection.mark;
    copy.zone = connection.zone.id;
    return copy;
}

ExpectationSnapshot
Copy(const Expectation& expectation, Nanos now)
{
    ExpectationSnapshot copy;
    copy.tuple = expectation.tuple;
    copy.mask = MaskTuple(expectation);
    copy.master = expectation.master->Original();
    copy.helper = HelperName(*expectation.master);
    copy.remaining = expectation.deadline - now;
    copy.id = expectation.id;
    copy.flags = expectation.flags;
    copy.classNumber = expectation.classNumber;
    return copy;
}

ConnectionEvent
Copy(const Conntrack& conntrack, const ConnectionNotice& notice)
{
    const ReportContext context = ContextOf(conntrack);
    ConnectionEvent event;
    event.row = EventJson(notice, context);
    event.line = EventLine(notice, context);
    event.subject = Copy(notice.connection, notice.now);
    event.kind = NameOf(KindOf(notice));
    event.reason = KindOf(notice) == MessageKind::Destroy ? NameOf(notice.end) : "";
    event.bits = notice.events;
    event.time = notice.now;
    return event;
}

ExpectationEvent
Copy(const Conntrack& conntrack, const ExpectationNotice& notice)
{
    ExpectationEvent event;
    event.row = EventJson(notice);
    event.line = EventLine(notice, ContextOf(conntrack));
    event.subject = Copy(notice.expectation, notice.now);
    event.kind = NameOf(KindOf(notice));
    event.reason = KindOf(notice) == MessageKind::Destroy ? NameOf(notice.end) : "";
    event.time = notice.now;
    return event;
}

namespace
{

PacketEvent
CopyPacket(const PacketNotice& notice)
{
    PacketEvent event;
    event.bytes = std::string(notice.view.Bytes().AsText());
    event.family = notice.view.GetFamily();
    event.source = ToString(notice.view.Source(), event.family);
    event.destination = ToString(notice.view.Destination(), event.family);
    event.protocol = notice.view.Protocol();
    event.length = notice.view.Length();
    event.time = notice.now;
    return event;
}

} // namespace

PacketEvent
CopyDropped(const PacketNotice& notice)
{
    PacketEvent event = CopyPacket(notice);
    event.row = DropJson(notice);
    event.kind = "DROP";
    event.reason = NameOf(notice.drop);
    return event;
}

PacketEvent
CopyInvalid(const PacketNotice& notice)
{
    PacketEvent event = CopyPacket(notice);
    event.kind = "INVALID";
    event.reason = Name(notice.invalid);
    const nlohmann::ordered_json row = DropJson(notice);
    for (const auto& [key, value] : row.items())
    {
        if (key == "drop") // it is not dropped, at least not yet
        {
            event.row["invalid"] = event.reason;
        }
        else
        {
            event.row[key] = value;
        }
    }
    return event;
}

ConnectionEntry
CopyEntry(Conntrack& conntrack, const Connection& connection)
{
    const Nanos now = Conntrack::Now();
    const ReportContext context = ContextOf(conntrack);
    return {Copy(connection, now),
            {EntryJson(connection, now, context), ListLine(connection, now, context)}};
}

ExpectationEntry
CopyEntry(const Expectation& expectation)
{
    const Nanos now = Conntrack::Now();
    return {Copy(expectation, now), {EntryJson(expectation, now), ListLine(expectation, now)}};
}

std::vector<ConnectionEntry>
Connections(Conntrack& conntrack)
{
    std::vector<ConnectionEntry> entries;
    conntrack.GetConnections().ForEach(
        [&](const Connection& connection) { entries.push_back(CopyEntry(conntrack, connection)); });
    return entries;
}

std::vector<ExpectationEntry>
Expectations(Conntrack& conntrack)
{
    std::vector<ExpectationEntry> entries;
    conntrack.GetExpectations()->ForEach(
        [&](const Expectation& expectation) { entries.push_back(CopyEntry(expectation)); });
    return entries;
}

} // namespace python
} // namespace conntrack
} // namespace ns3
