/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

// What a user agent can be set to.
#include "model/app/sip/sip-user-agent.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/enum.h"
#include "ns3/pointer.h"
#include "ns3/string.h"
#include "ns3/trace-source-accessor.h"
#include "ns3/uinteger.h"

namespace ns3
{
namespace conntrack
{

namespace
{

void
AddSeconds(TypeId& tid,
           const std::string& name,
           const std::string& help,
           Ptr<const AttributeAccessor> accessor,
           const std::string& value)
{
    tid.AddAttribute(name,
                     help,
                     StringValue("ns3::ConstantRandomVariable[Constant=" + value + "]"),
                     accessor,
                     MakePointerChecker<RandomVariableStream>());
}

void
AddShare(TypeId& tid,
         const std::string& name,
         const std::string& help,
         Ptr<const AttributeAccessor> accessor)
{
    tid.AddAttribute(name, help, DoubleValue(0), accessor, MakeDoubleChecker<double>(0, 1));
}

} // namespace

TypeId
SipUserAgent::GetTypeId()
{
    static TypeId tid = [] {
        TypeId made("ns3::conntrack::SipUserAgent");
        made.SetParent<SipElement>()
            .SetGroupName("Conntrack")
            .AddConstructor<SipUserAgent>()
            .AddTraceSource("Call",
                            "A call has ended.",
                            MakeTraceSourceAccessor(&SipUserAgent::m_callTrace),
                            "ns3::conntrack::SipUserAgent::CallTracedCallback");
        AddAttributes(made);
        AddTimes(made);
        return made;
    }();
    return tid;
}

void
SipUserAgent::AddAttributes(TypeId& tid)
{
    using TransportValue = decltype(EnumValue(0)); // a template since ns-3.41
    tid.AddAttribute("Proxy",
                     "Where requests go that begin something, and the registrar: InetSocketAddress "
                     "or Inet6SocketAddress; unset: to the target itself.",
                     AddressValue(),
                     MakeAddressAccessor(&SipUserAgent::m_proxy),
                     MakeAddressChecker())
        .AddAttribute("Transport",
                      "What carries them: Udp or Tcp.",
                      TransportValue(static_cast<int>(SipTransport::Udp)),
                      MakeAccessorHelper<TransportValue>(&SipUserAgent::SetTransport,
                                                         &SipUserAgent::GetTransport),
                      MakeEnumChecker(static_cast<int>(SipTransport::Udp),
                                      "Udp",
                                      static_cast<int>(SipTransport::Tcp),
                                      "Tcp"))
        .AddAttribute("User",
                      "The user's name, before the @.",
                      StringValue("phone"),
                      MakeStringAccessor(&SipUserAgent::m_user),
                      MakeStringChecker())
        .AddAttribute("Domain",
                      "What is behind the @; empty: the node's own address.",
                      StringValue(""),
                      MakeStringAccessor(&SipUserAgent::m_domain),
                      MakeStringChecker())
        .AddAttribute("Register",
                      "Whether it registers at Proxy.",
                      BooleanValue(false),
                      MakeBooleanAccessor(&SipUserAgent::m_register),
                      MakeBooleanChecker())
        .AddAttribute("Expires",
                      "Lifetime of its registration, in whole seconds.",
                      TimeValue(Seconds(3600)),
                      MakeTimeAccessor(&SipUserAgent::m_lifetime),
                      MakeTimeChecker(Seconds(1)))
        .AddAttribute("RegisterRetry",
                      "From a registration that failed to the next attempt.",
                      TimeValue(Seconds(30)),
                      MakeTimeAccessor(&SipUserAgent::m_registerRetry),
                      MakeTimeChecker(NanoSeconds(1)))
        .AddAttribute("Targets",
                      "Whom it calls: SIP URIs with blanks between, one is chosen at random each "
                      "time; empty: nobody.",
                      StringValue(""),
                      MakeStringAccessor(&SipUserAgent::m_targetText),
                      MakeStringChecker())
        .AddAttribute("Calls",
                      "How many calls it begins; 0: until it is stopped.",
                      UintegerValue(1),
                      MakeUintegerAccessor(&SipUserAgent::m_maxPlaced),
                      MakeUintegerChecker<uint32_t>())
        .AddAttribute("MaxCalls",
                      "Most calls at a time, both ways; one more gets 486, or is not begun.",
                      UintegerValue(1),
                      MakeUintegerAccessor(&SipUserAgent::m_maxCalls),
                      MakeUintegerChecker<uint32_t>())
        .AddAttribute("MediaPortMin",
                      "First port of media.",
                      UintegerValue(10000), // Asterisk's rtpstart
                      MakeUintegerAccessor(&SipUserAgent::m_mediaPortMin),
                      MakeUintegerChecker<uint16_t>(1))
        .AddAttribute("MediaPortMax",
                      "Last port of media.",
                      UintegerValue(20000), // Asterisk's rtpend
                      MakeUintegerAccessor(&SipUserAgent::m_mediaPortMax),
                      MakeUintegerChecker<uint16_t>(1))
        .AddAttribute("PayloadType",
                      "What it offers: 0 is PCMU, 8 is PCMA; it takes both.",
                      UintegerValue(0),
                      MakeUintegerAccessor(&SipUserAgent::m_payloadType),
                      MakeUintegerChecker<uint8_t>(0, 8))
        .AddAttribute("SymmetricRtp",
                      "Send media to where they come from, whatever the description says.",
                      BooleanValue(false),
                      MakeBooleanAccessor(&SipUserAgent::m_symmetric),
                      MakeBooleanChecker())
        .AddAttribute("ReliableProvisional",
                      "Whether a 180 is acknowledged by PRACK (RFC 3262), if the other end wants "
                      "it, too.",
                      BooleanValue(false),
                      MakeBooleanAccessor(&SipUserAgent::m_reliable),
                      MakeBooleanChecker())
        .AddAttribute("HoldByUpdate",
                      "Whether hold is asked for by UPDATE (RFC 3311) in place of a re-INVITE.",
                      BooleanValue(false),
                      MakeBooleanAccessor(&SipUserAgent::m_holdByUpdate),
                      MakeBooleanChecker())
        .AddAttribute("RefusalCode",
                      "The response to calls that are refused.",
                      UintegerValue(603),
                      MakeUintegerAccessor(&SipUserAgent::m_refusalCode),
                      MakeUintegerChecker<uint16_t>(300, 699));
    AddShare(tid,
             "HoldShare",
             "Probability that it puts the other end on hold during a call.",
             MakeDoubleAccessor(&SipUserAgent::m_holdShare));
    AddShare(tid,
             "RefusalShare",
             "Probability that it refuses a call.",
             MakeDoubleAccessor(&SipUserAgent::m_refusalShare));
    AddShare(tid,
             "NoAnswerShare",
             "Probability that nobody answers a call.",
             MakeDoubleAccessor(&SipUserAgent::m_noAnswerShare));
}

void
SipUserAgent::AddTimes(TypeId& tid)
{
    AddSeconds(tid,
               "Interval",
               "Seconds from the start, and from one call to the next, whatever became of it.",
               MakePointerAccessor(&SipUserAgent::m_interval),
               "1");
    AddSeconds(tid,
               "HoldingTime",
               "Seconds from the answer until it hangs up a call that it began; 0: the other end "
               "does.",
               MakePointerAccessor(&SipUserAgent::m_holding),
               "60");
    AddSeconds(tid,
               "AnsweredHoldingTime",
               "Seconds from the answer until it hangs up a call that it answered; 0: the other "
               "end does.",
               MakePointerAccessor(&SipUserAgent::m_answeredHolding),
               "0");
    AddSeconds(tid,
               "Patience",
               "Seconds that it waits for an answer, then it cancels; 0: without end.",
               MakePointerAccessor(&SipUserAgent::m_patience),
               "0");
    AddSeconds(tid,
               "RingTime",
               "Seconds that a call rings here, then it is refused with 480; 0: without end.",
               MakePointerAccessor(&SipUserAgent::m_ringTime),
               "180");
    AddSeconds(tid,
               "AnswerDelay",
               "Seconds that a call rings here until it is answered.",
               MakePointerAccessor(&SipUserAgent::m_answerDelay),
               "2");
    AddSeconds(tid,
               "HoldAfter",
               "Seconds from the answer until it puts the other end on hold.",
               MakePointerAccessor(&SipUserAgent::m_holdAfter),
               "10");
    AddSeconds(tid,
               "HoldTime",
               "Seconds that it keeps the other end on hold.",
               MakePointerAccessor(&SipUserAgent::m_holdTime),
               "5");
}

} // namespace conntrack
} // namespace ns3
