/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/protocol/sip-registration.h"

#include "model/protocol/sip-translator.h"
#include "model/wire/sip-header.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

namespace
{

/// @return seconds of the field Expires; 0 if there is none
uint32_t
ReadExpires(const SipText& message)
{
    const SipField field = FindSipHeader(message, SipHeader::Expires);
    return field.search == SipSearch::Found
               ? ReadSipNumber(message.text.substr(field.span.position)).value
               : 0;
}

/// RFC 3261 19.1.1: the contact may ask for another transport protocol.
/// @return whether calls to it come by the connection's
bool
HasSameTransport(const SipPassage& passage, std::size_t from)
{
    const SipText message = passage.Text();
    const auto value = FindSipParameter(message, from, "transport=");
    if (!value)
    {
        return true;
    }
    return BeginsWith(message.text.substr(*value), passage.IsTcp() ? "TCP" : "UDP");
}

bool
IsSignalling(const Expectation& expectation)
{
    return expectation.classNumber == static_cast<uint16_t>(SipClass::Signalling);
}

/// @return whether an expectation of the contact lives on
bool
Renew(const SipPassage& passage, const SipUri& contact, uint32_t seconds)
{
    MasterExpectations& all = passage.Flow().help->expectations;
    const auto found = std::find_if(all.begin(), all.end(), [&](const Expectation& expectation) {
        const Tuple& tuple = expectation.tuple;
        return IsSignalling(expectation) && expectation.timerPending &&
               tuple.destination == contact.address && tuple.destinationPort == contact.port &&
               tuple.protocol == passage.Flow().Original().protocol;
    });
    if (found == all.end())
    {
        return false;
    }
    found->flags &= static_cast<uint16_t>(~expectation_flag::INACTIVE);
    return passage.Context().expectations.Rearm(*found,
                                                passage.Packet().now,
                                                Nanos{seconds} * SECOND);
}

HelperVerdict
Expect(SipPassage& passage, const SipSettings& settings, const SipUri& contact)
{
    HelperContext& context = passage.Context();
    Connection& connection = passage.Flow();
    ExpectationTable::Endpoints endpoints;
    endpoints.classNumber = static_cast<uint32_t>(SipClass::Signalling);
    endpoints.family = passage.FamilyOf();
    if (settings.directSignalling)
    {
        endpoints.source = passage.Answered().source;
    }
    endpoints.destination = contact.address;
    endpoints.protocol = connection.Original().protocol;
    endpoints.destinationPort = contact.port;
    Expectation* expectation = context.expectations.Allocate(connection);
    ExpectationTable::Fill(*expectation, endpoints);
    expectation->helper = connection.help->helper;
    expectation->flags = expectation_flag::PERMANENT | expectation_flag::INACTIVE;
    HelperVerdict verdict = HelperVerdict::Accept;
    if (passage.Translator() != nullptr)
    {
        verdict = passage.Translator()->ExpectSignalling(passage, *expectation, contact.span);
    }
    else if (context.expectations.Expect(*expectation, context.packet.now) != ExpectResult::Ok)
    {
        verdict = context.Drop("cannot add expectation");
    }
    context.expectations.Put(*expectation);
    return verdict;
}

} // namespace

HelperVerdict
ReadSipRegister(SipPassage& passage, const SipSettings& settings, uint32_t sequence)
{
    if (passage.Flow().Is(status::EXPECTED))
    {
        return HelperVerdict::Accept; // the phone that was called there has its own connection
    }
    const SipText message = passage.Text();
    const auto contact = FindSipUri(message, SipHeader::Contact);
    // Nobody registers for others.
    if (!contact || contact->address != passage.Sent().source ||
        !HasSameTransport(passage, contact->span.End()))
    {
        return HelperVerdict::Accept;
    }
    const SipNumberParameter own = FindSipNumber(message, contact->span.End(), "expires=");
    if (own.search == SipSearch::Unreadable)
    {
        return passage.Context().Drop("cannot parse expires");
    }
    const uint32_t expires = own.search == SipSearch::Found ? own.value : ReadExpires(message);
    // Zero takes the registration back: what is expected ends with the answer.
    const HelperVerdict verdict =
        expires == 0 ? HelperVerdict::Accept : Expect(passage, settings, *contact);
    if (verdict == HelperVerdict::Accept)
    {
        passage.Memory().registerSequence = sequence;
    }
    return verdict;
}

HelperVerdict
ReadSipRegisterAnswer(SipPassage& passage, uint32_t sequence, uint32_t code)
{
    if (passage.Memory().registerSequence != sequence || (code >= 100 && code <= 199))
    {
        return HelperVerdict::Accept;
    }
    const SipText message = passage.Text();
    const bool isTaken = code >= 200 && code <= 299;
    const uint32_t general = isTaken ? ReadExpires(message) : 0;
    SipUriWalk contacts(SipHeader::Contact);
    for (auto contact = isTaken ? contacts.Next(message) : std::nullopt; contact;
         contact = contacts.Next(message))
    {
        if (contact->address != passage.Sent().destination ||
            !HasSameTransport(passage, contact->span.End()))
        {
            continue;
        }
        const SipNumberParameter own = FindSipNumber(message, contact->span.End(), "expires=");
        if (own.search == SipSearch::Unreadable)
        {
            return passage.Context().Drop("cannot parse expires");
        }
        const uint32_t expires = own.search == SipSearch::Found ? own.value : general;
        if (expires == 0)
        {
            break;
        }
        if (Renew(passage, *contact, expires))
        {
            return HelperVerdict::Accept;
        }
    }
    MasterExpectations& all = passage.Flow().help->expectations;
    const auto ended = std::find_if(all.begin(), all.end(), [](const Expectation& expectation) {
        return IsSignalling(expectation) && expectation.timerPending;
    });
    if (ended != all.end())
    {
        passage.Context().expectations.Withdraw(*ended, passage.Packet().now);
    }
    return HelperVerdict::Accept;
}

} // namespace conntrack
} // namespace ns3
