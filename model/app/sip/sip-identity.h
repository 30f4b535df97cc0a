/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_APP_SIP_SIP_IDENTITY_H
#define CONNTRACK_APP_SIP_SIP_IDENTITY_H

#include "model/app/sip/sip-transactions.h"
#include "model/wire/sip-fields.h"

#include <cstdint>
#include <optional>
#include <string>

/**
 * @file
 * Who a user agent is: the requests it begins with, and the way they go.
 *
 * Layer: app.
 * Shape: of one user agent; outlives its calls.
 * Source: RFC 3261 8.1.1 (requests outside of dialogs), 8.1.2 (where they go).
 * Differs: host names are not looked up, as ns-3 has no DNS: they need an outbound proxy.
 */

namespace ns3
{
namespace conntrack
{

/// @param uri a URI with an address as its host @return where its messages go; none: it has a name
std::optional<SipPeer> SipPeerOf(const SipLocator& uri);

/// Who a user agent is.
class SipIdentity
{
  public:
    /// What it is made of.
    struct Settings
    {
        std::string user;   ///< "ada"
        std::string domain; ///< "example.org"; empty: one's own address
        SipTransport transport{SipTransport::Udp};
        std::optional<SipPeer> proxy; ///< takes every request that begins something
    };

    /// @param transactions of the user agent; outlive it @param settings who it is
    SipIdentity(SipTransactions& transactions, Settings settings);

    /// What a request outside of dialogs is about.
    struct Subject
    {
        std::string method;
        SipLocator uri; ///< Request-URI
        SipLocator to;
        std::string callId;
        std::string fromTag;
        uint32_t sequence{1};
    };

    /// @param subject of the request @param peer where it will go
    /// @return it, without Via, with a Contact; none: there is no route
    std::optional<SipPacket> MakeRequest(const Subject& subject, const SipPeer& peer) const;

    /// @param uri of a request outside of dialogs @return where it goes; none: nobody knows
    std::optional<SipPeer> FirstHop(const SipLocator& uri) const;

    /// @param uri of a request within a dialog @return where it goes; none: nobody knows
    std::optional<SipPeer> NextHop(const SipLocator& uri) const;

    /// @param peer where a message goes @return the value of Contact; none: there is no route
    std::optional<std::string> ContactTowards(const SipPeer& peer) const;

    /// @param peer where messages go @return the URI of this user
    SipLocator AddressOfRecord(const SipPeer& peer) const;

    /// @return a text that no other user agent of the simulation makes: for tags and Call-IDs
    std::string NewToken();

    /// @return what carries its messages
    SipTransactions& Transactions() const
    {
        return m_transactions;
    }

    /// @return what it is made of
    const Settings& GetSettings() const
    {
        return m_settings;
    }

  private:
    SipTransactions& m_transactions;
    Settings m_settings;
    uint64_t m_tokens{0};
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_APP_SIP_SIP_IDENTITY_H
