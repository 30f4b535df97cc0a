/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_PROTOCOL_PROTOCOL_HELPER_H
#define CONNTRACK_PROTOCOL_PROTOCOL_HELPER_H

#include "model/table/connection-table.h"
#include "model/table/expectation-table.h"
#include "model/table/tracked-packet.h"

#include "ns3/object.h"
#include "ns3/traced-callback.h"

#include <functional>
#include <string>
#include <vector>

/**
 * @file
 * The base of every protocol helper: who it is, what it may expect, and its look at a packet.
 *
 * Layer: protocol.
 * Shape: one ns3::Object for each name, family, protocol and port it serves; shared by all
 * connections of a router. What it remembers of a connection lies in the connection's HelperArea.
 * Source: rows H2-H5, H13, H15, H16, H18, H25 of the behavior table.
 */

namespace ns3
{
namespace conntrack
{

class NatHelper;
struct GreCalls;

/// A helper's word about a packet.
enum class HelperVerdict : uint8_t
{
    Accept,
    Drop,
};

/// @param destination an address of a family
/// @return the interface by which the router reaches it, as rules number them; 0: none
using RouteQuestion = std::function<uint32_t(Family family, const Address& destination)>;

/// What a helper may do beside reading its packet.
struct HelperContext
{
    TrackedPacket& packet;                ///< with its connection, which has this helper
    ConnectionTable& connections;         ///< renews connections
    ExpectationTable& expectations;       ///< takes what the packet announces
    const NatHelper* nat;                 ///< edits payload and chooses ports; none without NAT
    const RouteQuestion& interfaceToward; ///< may be empty: no routes are known
    /// Text for the helper log (row H15), without prefix; none: nobody listens.
    std::function<void(const std::string&)> log;
    GreCalls* greCalls{nullptr}; ///< the router's, for PPTP; none: keys are not kept

    /**
     * Row H15: have the packet dropped.
     * @param why for the helper log
     * @return Drop
     */
    HelperVerdict Drop(const std::string& why) const
    {
        if (log)
        {
            log(why);
        }
        return HelperVerdict::Drop;
    }
};

/**
 * @param packet of a connection over TCP or UDP
 * @return what follows its transport header, empty if there is nothing; an ICMP error about such a
 *         connection is read like UDP, as Linux does
 */
ByteView PayloadOf(const TrackedPacket& packet);

/// What a helper may do when a connection dies.
struct HelperEnding
{
    Connection& connection;         ///< the one that dies
    ConnectionTable& connections;   ///< ends others
    ExpectationTable& expectations; ///< gives expectations back
    GreCalls* greCalls;             ///< the router's, for PPTP; may be none
    Nanos now;                      ///< point in time
};

/// What number stands behind the name of a helper on another than its default port (row H18).
enum class HelperNumbering : uint8_t
{
    Port,  ///< the port itself: ftp, sane
    Index, ///< its place among the kind's ports: tftp, sip, irc
};

/// What a class of helpers serves. MakeHelpers makes its instances by this.
struct HelperKind
{
    /// Helpers of one name differ in these.
    struct Service
    {
        Family family;    ///< of the connections that it reads
        uint8_t protocol; ///< IP protocol number
    };

    std::string name;              ///< e.g. "ftp", as rules name it; empty: made by other means
    uint16_t defaultPort{0};       ///< host order
    std::vector<Service> services; ///< for each port, in the order of registration
    HelperNumbering numbering{HelperNumbering::Index}; ///< for names on other ports (row H18)
};

/// The base of every protocol helper.
class ProtocolHelper : public Object
{
  public:
    /// Longest name, without its end (row H25).
    static constexpr std::size_t NAME_LENGTH = 15;

    /// @return the TypeId, ns3::conntrack::ProtocolHelper
    static TypeId GetTypeId();

    /// Who a helper is.
    struct Identity
    {
        std::string name;                   ///< "ftp", or "ftp-2121" on another port (row H18)
        std::string natModule;              ///< "ip_nat_ftp" (row H18); empty: none
        Family family{Family::Unspecified}; ///< of its connections; Unspecified: it is found by
                                            ///< name alone (rows H2, H3)
        uint8_t protocol{0};                ///< IP protocol number
        uint16_t port{0};                   ///< of the side that is connected to; host order
        bool userSpace{false};              ///< its packets go to a program (row H16)
        std::string module; ///< "nfct-helper-ftp" (row H4), counts references; empty: none does
    };

    /// @return who it is
    const Identity& GetIdentity() const
    {
        return m_identity;
    }

    /// @param identity who it shall be; before it is registered
    void SetIdentity(const Identity& identity);

    /**
     * Row H18: give it the kernel's names for a helper of a port, cut to NAME_LENGTH.
     * @param name the protocol's name, e.g. "ftp"
     * @param family its family
     * @param protocol IP protocol number
     * @param defaultPort where the protocol usually lives
     * @param port where this one serves
     * @param id what stands behind the name if the port is another: the port (ftp, sane) or an
     * index
     */
    void Initialize(const std::string& name,
                    Family family,
                    uint8_t protocol,
                    uint16_t defaultPort,
                    uint16_t port,
                    uint32_t id);

    /// @return what its class serves
    HelperKind GetKind() const
    {
        return DoGetKind();
    }

    /// @return its classes' policies, one to four
    const std::vector<ExpectationPolicy>& GetPolicies() const
    {
        return m_policies;
    }

    /// @param policies its classes' policies; before it is registered
    void SetPolicies(std::vector<ExpectationPolicy> policies);

    /**
     * Look at a packet that is about to leave, of a connection that has this helper.
     * @param context the packet and what may be done
     * @return whether it may leave
     */
    HelperVerdict Help(HelperContext& context) const
    {
        return DoHelp(context);
    }

    /**
     * Row H13: a connection with this helper dies.
     * @param ending the connection and what may be done
     */
    void ConnectionEnds(HelperEnding& ending) const
    {
        DoConnectionEnds(ending);
    }

    /**
     * Tell whoever listens why nothing is expected of an announcement that was read: Linux is
     * silent then.
     * @param why e.g. "the address is another host's"
     */
    void Remark(const char* why) const;

    /// @return whether anybody listens to remarks: else there is no need to look for them
    bool HasListeners() const
    {
        return !m_remarkTrace.IsEmpty();
    }

    /**
     * TracedCallback signature of Remark.
     * @param why nothing is expected
     */
    typedef void (*RemarkTracedCallback)(const std::string& why);

    /**
     * Whether two helpers are of one sort, so that one can take over the other's memory (row H11:
     * Linux compares the inspecting functions).
     * @param other the other helper
     * @return whether their classes and transport protocols are the same
     */
    bool IsSameSort(const ProtocolHelper& other) const;

  private:
    /// @return what the class serves; by default a kind without a name
    virtual HelperKind DoGetKind() const;

    /**
     * Look at a packet.
     * @param context the packet and what may be done
     * @return whether it may leave
     */
    virtual HelperVerdict DoHelp(HelperContext& context) const = 0;

    /**
     * A connection with this helper dies.
     * @param ending the connection and what may be done
     */
    virtual void DoConnectionEnds(HelperEnding& ending) const;

    Identity m_identity;
    std::vector<ExpectationPolicy> m_policies;
    TracedCallback<const std::string&> m_remarkTrace;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_PROTOCOL_PROTOCOL_HELPER_H
