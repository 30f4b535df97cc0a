/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/report/parts.h"

#include "model/protocol/protocol-helper.h"

namespace ns3
{
namespace conntrack
{

namespace
{

bool
HasStates(const Connection& connection)
{
    const uint8_t number = connection.Original().protocol;
    return number == protocol::TCP || number == protocol::SCTP;
}

ConnectionParts
PartsOfEnd(const ConnectionNotice& notice, const ReportContext& context)
{
    const Connection& connection = notice.connection;
    ConnectionParts parts;
    if (context.IsNewForm())
    {
        parts.timeLeft = SecondsLeft(connection.deadline, notice.now) > 0;
        parts.protocolState = HasStates(connection);
        parts.stateOnly = true;
    }
    parts.counters = context.accounting;
    parts.start = parts.stop = context.timestamps;
    parts.mark = connection.mark != 0;
    return parts;
}

} // namespace

MessageKind
KindOf(const ConnectionNotice& notice)
{
    if (notice.events & event::DESTROY)
    {
        return MessageKind::Destroy;
    }
    return notice.events & (event::NEW | event::RELATED) ? MessageKind::New : MessageKind::Update;
}

MessageKind
KindOf(const ExpectationNotice& notice)
{
    return notice.event == ExpectationEvent::New ? MessageKind::New : MessageKind::Destroy;
}

const char*
NameOf(MessageKind kind)
{
    switch (kind)
    {
    case MessageKind::New:
        return "NEW";
    case MessageKind::Update:
        return "UPDATE";
    default:
        return "DESTROY";
    }
}

ConnectionParts
PartsOf(const ConnectionNotice& notice, const ReportContext& context)
{
    if (KindOf(notice) == MessageKind::Destroy)
    {
        return PartsOfEnd(notice, context);
    }
    const Connection& connection = notice.connection;
    ConnectionParts parts;
    parts.timeLeft = true;
    parts.protocolState = (notice.events & event::PROTOINFO) && HasStates(connection);
    parts.helper = !HelperName(connection).empty();
    parts.master = (notice.events & event::RELATED) && connection.master;
    parts.mark = connection.mark != 0 || (notice.events & event::MARK);
    return parts;
}

ConnectionParts
PartsOfEntry(const Connection& connection, const ReportContext& context)
{
    ConnectionParts parts;
    parts.timeLeft = true;
    parts.protocolState = HasStates(connection);
    parts.helper = !HelperName(connection).empty();
    parts.shifts = connection.Is(status::SEQ_ADJUST) && connection.help != nullptr;
    parts.master = connection.master != nullptr;
    parts.mark = true;
    parts.counters = context.accounting;
    parts.start = context.timestamps;
    return parts;
}

std::string
HelperName(const Connection& connection)
{
    return connection.help && connection.help->helper ? connection.help->helper->GetIdentity().name
                                                      : "";
}

} // namespace conntrack
} // namespace ns3
