/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_APP_SIP_DIALOG_H
#define CONNTRACK_APP_SIP_DIALOG_H

#include "model/wire/sip-dialogue.h"
#include "model/wire/sip-fields.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/**
 * @file
 * A dialog: what two user agents keep of each other during a call; and messages made of others.
 *
 * Layer: app.
 * Shape: a value, no simulator.
 * Errors: none (std::nullopt) for messages that make no dialog.
 * Source: RFC 3261 12 (dialogs), 8.2.6 (responses), 9.1 and 17.1.1.3 (CANCEL and ACK).
 * Differs: every route is loose (RFC 3261 16.12); RFC 2543's strict routers are not known.
 */

namespace ns3
{
namespace conntrack
{

/// @param request that came @param code of the response @return it, without a tag of its own
SipPacket SipResponseTo(const SipPacket& request, uint16_t code);

/// @param request that was sent, with its Via @param method CANCEL or ACK @return the request that
/// belongs to the same transaction
SipPacket SipFollowUp(const SipPacket& request, const std::string& method);

/// @param value of From or To @return its tag; empty: there is none
std::string SipTagOf(std::string_view value);

/// What a request must name to belong to the same dialog.
struct SipDialogId
{
    std::string callId;
    std::string localTag;
    std::string remoteTag;
};

/// A dialog, seen from one end.
class SipDialog
{
  public:
    /// @param invite that was sent @param response to it, with a tag and a Contact
    /// @return the caller's dialog
    static std::optional<SipDialog> OfCaller(const SipPacket& invite, const SipPacket& response);

    /// @param invite that came @param response that is sent, with a tag
    /// @return the callee's dialog
    static std::optional<SipDialog> OfCallee(const SipPacket& invite, const SipPacket& response);

    /// @param method of a new request @return it, with the next sequence number, without Via
    SipPacket MakeRequest(const std::string& method);

    /// @param invite the sequence number of the INVITE that got a 2xx @return its ACK, without Via
    SipPacket MakeAck(uint32_t invite) const;

    /// @param request that came @return whether it is of this dialog
    bool Holds(const SipPacket& request) const;

    /// Take a request's sequence number. @param request of this dialog
    /// @return whether it is none that was overtaken (RFC 3261 12.2.2)
    bool Take(const SipPacket& request);

    /// Take the other end's new address. @param message a re-INVITE or its 2xx
    void Refresh(const SipPacket& message);

    /// @return where requests go: the first route, or the other end itself
    SipLocator NextHop() const;

    /// @return what names it
    const SipDialogId& Id() const
    {
        return m_id;
    }

    /// @return the number of the last request that was made
    uint32_t LocalSequence() const
    {
        return m_localSequence;
    }

  private:
    SipPacket Make(const std::string& method, uint32_t sequence) const;

    SipDialogId m_id;
    std::string m_local;  ///< From of requests
    std::string m_remote; ///< To of requests
    SipLocator m_target;  ///< the other end's Contact
    std::vector<std::string> m_routes;
    uint32_t m_localSequence{0};
    uint32_t m_remoteSequence{0};
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_APP_SIP_DIALOG_H
