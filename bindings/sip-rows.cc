/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "bindings/sip-rows.h"

#include "bindings/records.h"
#include "bindings/traces.h"
#include "model/app/sip/sip-records.h"

namespace ns3
{
namespace conntrack
{
namespace python
{

namespace py = pybind11;

namespace
{

py::dict
ToRow(const RtpReport& media)
{
    return py::dict(py::arg("local") = ToPair(media.local),
                    py::arg("remote") = ToPair(media.remote),
                    py::arg("sent") = media.sent,
                    py::arg("received") = media.received,
                    py::arg("lost") = media.lost,
                    py::arg("out_of_order") = media.outOfOrder,
                    py::arg("elsewhere") = media.elsewhere,
                    py::arg("wrong") = media.wrong,
                    py::arg("jitter") = ToSeconds(media.jitter),
                    py::arg("reports_sent") = media.reportsSent,
                    py::arg("reports_received") = media.reportsReceived,
                    py::arg("heard") =
                        media.heard ? py::object(py::bool_(*media.heard)) : py::none(),
                    py::arg("round_trip") = SecondsOrNone(media.roundTrip),
                    py::arg("first_arrival") = SecondsOrNone(media.firstArrival),
                    py::arg("last_arrival") = SecondsOrNone(media.lastArrival));
}

py::object
CodeOrNone(uint16_t code)
{
    return code == 0 ? py::object(py::none()) : py::int_(code);
}

py::dict
ToRow(const SipCallRecord& call)
{
    return py::dict(py::arg("number") = call.number,
                    py::arg("outgoing") = call.outgoing,
                    py::arg("call_id") = ToStr(call.callId),
                    py::arg("local") = ToStr(call.localUri),
                    py::arg("remote") = ToStr(call.remoteUri),
                    py::arg("fate") = ToString(call.fate),
                    py::arg("code") = CodeOrNone(call.code),
                    py::arg("hung_up_here") = call.hungUpHere,
                    py::arg("holds") = call.holds,
                    py::arg("begin") = ToSeconds(call.begin),
                    py::arg("ringing") = SecondsOrNone(call.ringing),
                    py::arg("answered") = SecondsOrNone(call.answered),
                    py::arg("end") = ToSeconds(call.end),
                    py::arg("media") =
                        call.answered.IsZero() ? py::object(py::none()) : ToRow(call.media));
}

py::dict
ToRow(const SipRegistrationRecord& registration)
{
    return py::dict(py::arg("event") = ToString(registration.event),
                    py::arg("record") = ToStr(registration.record),
                    py::arg("contact") = ToStr(registration.contact),
                    py::arg("code") = CodeOrNone(registration.code),
                    py::arg("lifetime") = ToSeconds(registration.lifetime),
                    py::arg("time") = ToSeconds(registration.time));
}

py::dict
ToRow(const SipMessageRecord& message)
{
    const SipPacket& packet = message.message;
    return py::dict(py::arg("sent") = message.sent,
                    py::arg("again") = message.again,
                    py::arg("transport") = message.transport == SipTransport::Udp ? "udp" : "tcp",
                    py::arg("peer") = ToPair(message.peer),
                    py::arg("method") = packet.IsRequest() ? ToStr(packet.method) : py::none(),
                    py::arg("code") = CodeOrNone(packet.code),
                    py::arg("call_id") = ToStr(std::string(packet.Get("Call-ID"))),
                    py::arg("text") = ToStr(PrintSip(packet)),
                    py::arg("time") = ToSeconds(message.time));
}

py::dict
ToRow(const SipLimitRecord& limit)
{
    return py::dict(py::arg("limit") = ToString(limit.limit),
                    py::arg("peer") = ToPair(limit.peer),
                    py::arg("time") = ToSeconds(limit.time));
}

void
BindCall(py::module_& module)
{
    BindRecord<SipCallRecord>(
        module,
        "SipCall",
        "A call that has ended, at one of its ends.",
        &ToRow,
        {{"number", "Its number at this phone, from 0."},
         {"outgoing", "Whether this end called."},
         {"call_id", "The same at both ends."},
         {"local", "The URI of this end's user."},
         {"remote", "The URI of the other end's user."},
         {"fate",
          "'Completed', 'OneWay', 'NoMedia', 'Refused', 'Cancelled', 'TimedOut', 'Unreachable', "
          "'PeerLost' or 'Violation': as far as this end can tell."},
         {"code", "Of the INVITE's final response; None: there was none."},
         {"hung_up_here", "Whether this end hung up after the answer."},
         {"holds", "How often this end put the other on hold."},
         {"begin", "When the INVITE was sent, or came; seconds."},
         {"ringing", "When it rang first; seconds. None: it never did."},
         {"answered", "When it was answered; seconds. None: it never was."},
         {"end", "When it ended; seconds."},
         {"media",
          "What came of the media here, a dict: local and remote endpoints, packets sent, "
          "received, lost, out_of_order, elsewhere (from another endpoint than remote) and wrong, "
          "jitter, RTCP reports, heard (whether the other end reported packets of this one), "
          "round_trip and the arrivals in seconds. None: it was not answered."}});
}

void
BindOthers(py::module_& module)
{
    BindRecord<SipRegistrationRecord>(
        module,
        "SipRegistration",
        "What happened to a registration.",
        &ToRow,
        {{"event",
          "'Registered', 'Refreshed', 'Removed', 'Expired', 'Refused', 'TimedOut' or "
          "'Unreachable'."},
         {"record", "The user's address of record, a URI."},
         {"contact", "Where the user is, a URI."},
         {"code", "Of the response; None: there was none."},
         {"lifetime", "That was granted; seconds."},
         {"time", "When; seconds."}});
    BindRecord<SipMessageRecord>(module,
                                 "SipMessage",
                                 "A SIP message that was sent or came.",
                                 &ToRow,
                                 {{"sent", "Whether it was sent, rather than came."},
                                  {"again", "Whether it is a repetition."},
                                  {"transport", "'udp' or 'tcp'."},
                                  {"peer", "Where it went, or came from, (address, port)."},
                                  {"method", "Of a request, 'INVITE' say; None: it is a response."},
                                  {"code", "Of a response, 200 say; None: it is a request."},
                                  {"call_id", "Its call or registration."},
                                  {"text", "All of it."},
                                  {"time", "When; seconds."}});
    BindRecord<SipLimitRecord>(
        module,
        "SipLimit",
        "A limit that was met, or a message that was none.",
        &ToRow,
        {{"limit",
          "'Malformed', 'Connections', 'Transactions', 'Calls', 'MediaPorts' or 'Bindings'."},
         {"peer", "Whose message met it, (address, port); None: one's own."},
         {"time", "When; seconds."}});
}

} // namespace

void
BindSipRows(py::module_& module)
{
    BindCall(module);
    BindOthers(module);
    AddTrace<const SipCallRecord&>("ns3::conntrack::SipUserAgent::CallTracedCallback",
                                   [](Object&, const SipCallRecord& record) { return record; });
    const std::string element = "ns3::conntrack::SipElement::";
    AddTrace<const SipRegistrationRecord&>(
        element + "RegistrationTracedCallback",
        [](Object&, const SipRegistrationRecord& record) { return record; });
    AddTrace<const SipMessageRecord&>(
        element + "MessageTracedCallback",
        [](Object&, const SipMessageRecord& record) { return record; });
    AddTrace<const SipLimitRecord&>(element + "LimitTracedCallback",
                                    [](Object&, const SipLimitRecord& record) { return record; });
}

} // namespace python
} // namespace conntrack
} // namespace ns3
