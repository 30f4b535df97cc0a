/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/app/sip/sip-dialog.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr const char* MAX_FORWARDS = "70"; // RFC 3261 8.1.1.6

uint32_t
SequenceOf(const SipPacket& message)
{
    const auto sequence = ParseSipCSeq(message.Get("CSeq"));
    return sequence ? sequence->number : 0;
}

} // namespace

SipPacket
SipResponseTo(const SipPacket& request, uint16_t code)
{
    SipPacket response;
    response.code = code;
    response.reason = SipReason(code);
    for (const SipHeaderField& field : request.fields)
    {
        const bool routes = code > 100 && code < 300 && field.name == "Record-Route";
        if (field.name == "Via" || field.name == "From" || field.name == "To" ||
            field.name == "Call-ID" || field.name == "CSeq" || routes)
        {
            response.fields.push_back(field);
        }
    }
    return response;
}

SipPacket
SipFollowUp(const SipPacket& request, const std::string& method)
{
    SipPacket message;
    message.method = method;
    message.uri = request.uri;
    message.Add("Via", std::string(request.Get("Via"))); // the first alone: one's own
    message.Add("Max-Forwards", MAX_FORWARDS);
    for (const SipHeaderField& field : request.fields)
    {
        if (field.name == "From" || field.name == "To" || field.name == "Call-ID" ||
            field.name == "Route")
        {
            message.fields.push_back(field);
        }
    }
    message.Add("CSeq", std::to_string(SequenceOf(request)) + " " + method);
    return message;
}

std::string
SipTagOf(std::string_view value)
{
    const auto party = ParseSipParty(value);
    return party ? std::string(party->parameters.Find("tag").value_or("")) : "";
}

std::optional<SipDialog>
SipDialog::OfCaller(const SipPacket& invite, const SipPacket& response)
{
    SipDialog dialog;
    dialog.m_local = response.Get("From");
    dialog.m_remote = response.Get("To");
    dialog.m_id = {std::string(response.Get("Call-ID")),
                   SipTagOf(dialog.m_local),
                   SipTagOf(dialog.m_remote)};
    const auto target = ParseSipParty(response.Get("Contact"));
    if (!target || dialog.m_id.remoteTag.empty())
    {
        return std::nullopt;
    }
    dialog.m_target = target->uri;
    dialog.m_routes = response.All("Record-Route");
    std::reverse(dialog.m_routes.begin(), dialog.m_routes.end()); // RFC 3261 12.1.2
    dialog.m_localSequence = SequenceOf(invite);
    return dialog;
}

std::optional<SipDialog>
SipDialog::OfCallee(const SipPacket& invite, const SipPacket& response)
{
    SipDialog dialog;
    dialog.m_local = response.Get("To");
    dialog.m_remote = invite.Get("From");
    dialog.m_id = {std::string(invite.Get("Call-ID")),
                   SipTagOf(dialog.m_local),
                   SipTagOf(dialog.m_remote)};
    const auto target = ParseSipParty(invite.Get("Contact"));
    if (!target || dialog.m_id.localTag.empty())
    {
        return std::nullopt;
    }
    dialog.m_target = target->uri;
    dialog.m_routes = invite.All("Record-Route"); // RFC 3261 12.1.1: in this order
    dialog.m_remoteSequence = SequenceOf(invite);
    return dialog;
}

SipPacket
SipDialog::Make(const std::string& method, uint32_t sequence) const
{
    SipPacket request;
    request.method = method;
    request.uri = PrintSipLocator(m_target);
    request.Add("Max-Forwards", MAX_FORWARDS);
    for (const std::string& route : m_routes)
    {
        request.Add("Route", route);
    }
    request.Add("From", m_local);
    request.Add("To", m_remote);
    request.Add("Call-ID", m_id.callId);
    request.Add("CSeq", std::to_string(sequence) + " " + method);
    return request;
}

SipPacket
SipDialog::MakeRequest(const std::string& method)
{
    return Make(method, ++m_localSequence);
}

SipPacket
SipDialog::MakeAck(uint32_t invite) const
{
    return Make("ACK", invite);
}

bool
SipDialog::Holds(const SipPacket& request) const
{
    return request.Get("Call-ID") == m_id.callId && SipTagOf(request.Get("To")) == m_id.localTag &&
           SipTagOf(request.Get("From")) == m_id.remoteTag;
}

bool
SipDialog::Take(const SipPacket& request)
{
    const uint32_t sequence = SequenceOf(request);
    if (sequence < m_remoteSequence)
    {
        return false;
    }
    m_remoteSequence = sequence;
    return true;
}

void
SipDialog::Refresh(const SipPacket& message)
{
    if (const auto target = ParseSipParty(message.Get("Contact")))
    {
        m_target = target->uri;
    }
}

SipLocator
SipDialog::NextHop() const
{
    const auto route = m_routes.empty() ? std::nullopt : ParseSipParty(m_routes.front());
    return route ? route->uri : m_target;
}

} // namespace conntrack
} // namespace ns3
