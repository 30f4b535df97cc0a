/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_PROTOCOL_SIP_REGISTRATION_H
#define CONNTRACK_PROTOCOL_SIP_REGISTRATION_H

#include "model/protocol/sip-passage.h"

/**
 * @file
 * SIP registrations: calls are expected where a phone has registered, for as long as it has.
 *
 * Layer: protocol.
 * Shape: functions of a message; the expectation is in the connection's list.
 * Source: RFC 3261 10; what counts, and for how long, is Linux's.
 *
 *     REGISTER of 10.1.0.10 with    Contact: <sip:a@10.1.0.10:5060>, Expires: 60
 *     expected: the registrar, any port -> 10.1.0.10, port 5060; PERMANENT, INACTIVE, 180 s
 *     200 with the same contact     no longer INACTIVE, 60 s from now
 *
 * Only the REGISTER's first contact counts, and only if it is the sender's own address. An answer
 * of another CSeq is ignored. One that refuses, or does not list the contact, ends the expectation.
 */

namespace ns3
{
namespace conntrack
{

/**
 * Expect calls where a phone wants to register.
 * @param passage the request
 * @param settings of the helper
 * @param sequence its CSeq
 * @return Drop, with a line for the log, if it cannot be read or expected
 */
HelperVerdict ReadSipRegister(SipPassage& passage, const SipSettings& settings, uint32_t sequence);

/**
 * The registrar answers.
 * @param passage the response to a REGISTER
 * @param sequence its CSeq
 * @param code its status
 * @return Drop, with a line for the log, if it cannot be read
 */
HelperVerdict ReadSipRegisterAnswer(SipPassage& passage, uint32_t sequence, uint32_t code);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_PROTOCOL_SIP_REGISTRATION_H
