/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_PROTOCOL_PPTP_CALL_H
#define CONNTRACK_PROTOCOL_PPTP_CALL_H

#include "model/protocol/nat-helper.h"
#include "model/wire/pptp-message.h"

#include <cstdint>

/**
 * @file
 * A PPTP control connection and its call, as helper and NAT helper see them.
 *
 * Layer: protocol; the NAT engine's folder implements PptpTranslator.
 * Shape: 10 bytes of a control connection's memory; zero is a good beginning.
 * Source: RFC 2637 3.1 and 3.2 (states of a control connection and of a call), as coarse as Linux
 * keeps them.
 */

namespace ns3
{
namespace conntrack
{

/// How far a control connection is; the order counts.
enum class PptpSession : uint8_t
{
    None,
    Failed,
    Stopping,  ///< the client has asked for its end
    Requested, ///< the client has asked for its begin
    Confirmed,
};

/// How far its call is.
enum class PptpCallState : uint8_t
{
    None,
    OutRequested, ///< the client calls
    OutConnected,
    InRequested, ///< the server calls
    InReplied,
    InConnected,
    Clearing, ///< the client has asked for its end
};

/// What is remembered of a control connection.
struct PptpCall
{
    PptpSession session;  ///< of the control connection
    PptpCallState state;  ///< of its call
    uint16_t clientId;    ///< of the client, as the server knows it
    uint16_t serverId;    ///< of the server
    uint16_t ownClientId; ///< of the client, as it knows itself; with NAT only
};

/// Both directions of a call, to be expected.
struct PptpCallPair
{
    Expectation& fromClient; ///< of its GRE packets
    Expectation& fromServer; ///< of its GRE packets
};

/// PPTP's NAT helper, as its helper sees it.
class PptpTranslator : public NatHelper
{
  public:
    /**
     * Put other call ids into a message, which has been read.
     * @param context the packet
     * @param message at its begin
     * @param call of its connection
     * @return Drop if the packet cannot be changed
     */
    virtual HelperVerdict Translate(HelperContext& context,
                                    const PptpMessage& message,
                                    PptpCall& call) const = 0;

    /**
     * Have a call expected as it will come through NAT.
     * @param pair filled for the call as the server knows it; in no list yet
     * @param call of its connection
     */
    virtual void Prepare(const PptpCallPair& pair, const PptpCall& call) const = 0;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_PROTOCOL_PPTP_CALL_H
