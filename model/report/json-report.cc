/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/report/json-report.h"

#include "model/report/names.h"
#include "model/report/parts.h"
#include "model/report/tuple-text.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

using Json = nlohmann::ordered_json;

Json
TupleJson(const Tuple& tuple)
{
    Json json{{"src", ToString(tuple.source, tuple.family)},
              {"dst", ToString(tuple.destination, tuple.family)},
              {"proto", tuple.protocol}};
    if (HasPorts(tuple.protocol) || tuple.protocol == protocol::GRE)
    {
        json["sport"] = tuple.sourcePort;
        json["dport"] = tuple.destinationPort;
    }
    else if (tuple.protocol == protocol::ICMP || tuple.protocol == protocol::ICMPV6)
    {
        json["icmp_id"] = tuple.sourcePort;
        json["icmp_type"] = tuple.destinationPort >> 8;
        json["icmp_code"] = tuple.destinationPort & 0xff;
    }
    return json;
}

Json
PacketJson(const PacketView& packet)
{
    Tuple tuple;
    tuple.family = packet.GetFamily();
    tuple.source = packet.Source();
    tuple.destination = packet.Destination();
    tuple.protocol = packet.Protocol();
    return TupleJson(TupleOf(packet, TrackerSettings{}).value_or(tuple));
}

namespace
{

/// @return simulated seconds, to the microsecond
double
SecondsOf(Nanos now)
{
    return static_cast<double>(now / 1000) / 1e6;
}

Json
ShiftJson(const SequenceShift& shift)
{
    return Json{{"correction_pos", shift.position},
                {"offset_before", shift.before},
                {"offset_after", shift.after}};
}

/// A direction of a connection, with the zone if it holds in that direction only.
Json
DirectionJson(const Connection& connection, Direction direction)
{
    Json json = TupleJson(connection.tuples[Index(direction)]);
    const uint8_t alone = direction == Direction::Original ? Zone::ORIGINAL : Zone::REPLY;
    if (connection.zone.id != 0 && connection.zone.directions == alone)
    {
        json["zone"] = connection.zone.id;
    }
    return json;
}

Json
StateJson(const Connection& connection, bool stateOnly)
{
    const ProtocolTrack& track = connection.track;
    if (connection.Original().protocol == protocol::TCP)
    {
        Json json{{"tcp_state", NameOf(track.tcp.state)}};
        if (!stateOnly)
        {
            json["wscale_original"] = track.tcp.ends[0].scale;
            json["wscale_reply"] = track.tcp.ends[1].scale;
            json["flags_original"] = track.tcp.ends[0].flags;
            json["flags_reply"] = track.tcp.ends[1].flags;
        }
        return json;
    }
    Json json{{"sctp_state", NameOf(track.sctp.state)}};
    if (!stateOnly)
    {
        json["vtag_original"] = track.sctp.tag[0];
        json["vtag_reply"] = track.sctp.tag[1];
    }
    return json;
}

Json
CounterJson(const Counter& counter)
{
    return Json{{"packets", counter.packets}, {"bytes", counter.bytes}};
}

void
AddIdentity(Json& json, const Connection& connection)
{
    json["orig"] = DirectionJson(connection, Direction::Original);
    json["reply"] = DirectionJson(connection, Direction::Reply);
    if (connection.zone.id != 0 && connection.zone.directions == Zone::BOTH)
    {
        json["zone"] = connection.zone.id;
    }
    json["id"] = connection.id;
    json["status"] = connection.status;
    json["status_names"] = StatusNames(connection.status);
}

void
AddTimestamps(Json& json,
              const Connection& connection,
              const ConnectionParts& parts,
              Nanos now,
              const ReportContext& context)
{
    if (parts.start)
    {
        json["timestamp"] = Json{{"start", context.WallClock(connection.start)}};
    }
    if (parts.stop)
    {
        json["timestamp"]["stop"] = context.WallClock(now);
    }
}

void
AddParts(Json& json,
         const Connection& connection,
         const ConnectionParts& parts,
         Nanos now,
         const ReportContext& context)
{
    if (parts.timeLeft)
    {
        json["timeout"] = std::max<int64_t>(SecondsLeft(connection.deadline, now), 0);
    }
    if (parts.counters)
    {
        json["counters_orig"] = CounterJson(connection.counters[0]);
        json["counters_reply"] = CounterJson(connection.counters[1]);
    }
    AddTimestamps(json, connection, parts, now, context);
    if (parts.protocolState)
    {
        json["protoinfo"] = StateJson(connection, parts.stateOnly);
    }
    if (parts.helper)
    {
        json["helper"] = Json{{"name", HelperName(connection)}};
    }
    if (parts.shifts)
    {
        json["seqadj_orig"] = ShiftJson(connection.help->shifts[Index(Direction::Original)]);
        json["seqadj_reply"] = ShiftJson(connection.help->shifts[Index(Direction::Reply)]);
    }
    if (parts.master)
    {
        json["master"] = DirectionJson(*connection.master, Direction::Original);
    }
    if (parts.mark)
    {
        json["mark"] = connection.mark;
    }
}

/// An event's beginning; "t" keeps microseconds.
Json
EventHead(Nanos now, Family family, const char* table, MessageKind kind)
{
    return Json{{"t", SecondsOf(now)},
                {"family", NameOf(family)},
                {"table", table},
                {"event", NameOf(kind)}};
}

/// What the ends would have used without NAT; none if nothing was saved.
void
AddNat(Json& json, const Expectation& expectation)
{
    if (expectation.savedAddress.IsZero() && expectation.savedPort == 0)
    {
        return;
    }
    const Tuple& master = expectation.master->Original();
    Tuple saved;
    saved.family = master.family;
    saved.protocol = master.protocol;
    saved.source = expectation.savedAddress;
    saved.sourcePort = expectation.savedPort;
    json["nat"] = Json{{"dir", Index(expectation.direction)}, {"tuple", TupleJson(saved)}};
}

void
AddExpectation(Json& json, const Expectation& expectation, Nanos now)
{
    json["tuple"] = TupleJson(expectation.tuple);
    json["mask"] = TupleJson(MaskTuple(expectation));
    json["master"] = TupleJson(expectation.master->Original());
    AddNat(json, expectation);
    json["timeout"] = std::max<int64_t>(SecondsLeft(expectation.deadline, now), 0);
    json["id"] = expectation.id;
    json["flags"] = expectation.flags;
    json["flag_names"] = ExpectationFlagNames(expectation.flags);
    json["class"] = expectation.classNumber;
    const std::string helper = HelperName(*expectation.master);
    if (!helper.empty())
    {
        json["helper"] = helper;
    }
    if (expectation.function && !expectation.function->name.empty())
    {
        json["fn"] = expectation.function->name;
    }
}

} // namespace

Json
EventJson(const ConnectionNotice& notice, const ReportContext& context)
{
    const Connection& connection = notice.connection;
    const Family family = connection.Original().family;
    Json json = EventHead(notice.now, family, "conntrack", KindOf(notice));
    AddIdentity(json, connection);
    AddParts(json, connection, PartsOf(notice, context), notice.now, context);
    if (context.timestamps && context.IsNewForm())
    {
        json["timestamp_event"] = context.WallClock(notice.now);
    }
    return json;
}

Json
EventJson(const ExpectationNotice& notice)
{
    const Family family = notice.expectation.tuple.family;
    Json json = EventHead(notice.now, family, "expect", KindOf(notice));
    AddExpectation(json, notice.expectation, notice.now);
    return json;
}

Json
DropJson(const PacketNotice& notice)
{
    Json json{{"t", SecondsOf(notice.now)},
              {"family", NameOf(notice.view.GetFamily())},
              {"drop", NameOf(notice.drop)}};
    json.update(PacketJson(notice.view));
    return json;
}

Json
EntryJson(const Connection& connection, Nanos now, const ReportContext& context)
{
    Json json{{"family", NameOf(connection.Original().family)}};
    AddIdentity(json, connection);
    json["use"] = 1 + connection.children;
    AddParts(json, connection, PartsOfEntry(connection, context), now, context);
    return json;
}

Json
EntryJson(const Expectation& expectation, Nanos now)
{
    Json json{{"family", NameOf(expectation.tuple.family)}};
    AddExpectation(json, expectation, now);
    return json;
}

} // namespace conntrack
} // namespace ns3
