/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_PROTOCOL_HELPER_REGISTRY_H
#define CONNTRACK_PROTOCOL_HELPER_REGISTRY_H

#include "model/protocol/nat-helper.h"
#include "model/protocol/protocol-helper.h"
#include "model/table/connection-table.h"
#include "model/table/kernel-profile.h"

#include "ns3/object.h"
#include "ns3/traced-callback.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

/**
 * @file
 * The helper registry of a router: rows H1-H25.
 *
 * Layer: protocol.
 * Shape: 512 buckets of helpers, newest first; NAT helpers and expectfns in lists, newest first.
 * Errors: RegistryResult, for which Linux has errno values; caller bugs are NS_FATAL_ERROR.
 * Source: rows H of the behavior table; profile decides where kernels differ.
 * Differs: each node has its own registry; the kernel has one for all namespaces.
 */

namespace ns3
{
namespace conntrack
{

/// Answer to a registration or a look-up with references; Linux's errno in the comment.
enum class RegistryResult : uint8_t
{
    Ok,       ///< 0
    NotReady, ///< ENOENT: the registry is not initialized
    NotFound, ///< ENOENT: no such helper or NAT helper
    Invalid,  ///< EINVAL: class 0 allows more than 255 expectations
    Exists,   ///< EEXIST: name, or port, is taken (5.10 and before)
    Busy,     ///< EBUSY: the same (6.18)
    NoMemory, ///< ENOMEM
};

/// The helper registry of a router.
class HelperRegistry : public Object
{
  public:
    /// Buckets: a page of 4 KiB holds 512 list heads of 64-bit pointers (row H24).
    static constexpr uint32_t BUCKETS = 512;

    /// @return the TypeId, ns3::conntrack::HelperRegistry
    static TypeId GetTypeId();

    HelperRegistry();
    ~HelperRegistry() override;

    /// What the registry works with.
    struct Setup
    {
        ConnectionTable* connections{nullptr};   ///< for unhelp (rows H12, H17)
        ExpectationTable* expectations{nullptr}; ///< for row H17
        const KernelProfile* profile{nullptr};   ///< none: v5.10
        GreCalls* greCalls{nullptr};             ///< of PPTP; none: keys are not kept
    };

    /**
     * Row H24: begin; until then registering says NotReady.
     * @param setup the tables
     * @return Ok, or a fault's result, with nothing left behind
     */
    RegistryResult Initialize(const Setup& setup);

    /// What Initialize shall meet with, for tests; areas of row H9 have a switch in
    /// ConnectionTable.
    struct Faults
    {
        bool noBuckets{false};                        ///< NoMemory
        RegistryResult extension{RegistryResult::Ok}; ///< the extension's own error, passed on
    };

    /// @param faults what the next calls of Initialize meet with
    void SetFaults(const Faults& faults);

    /// Row H24: end; registering says NotReady again. Helpers and their references are forgotten.
    void Finish();

    /**
     * Row H1.
     * @param family number of the family
     * @param protocol IP protocol number
     * @param port host order
     * @return the bucket
     */
    static uint32_t BucketOf(Family family, uint8_t protocol, uint16_t port);

    /**
     * Row H16.
     * @param helper the helper, with identity and policies
     * @return Ok or why not
     */
    RegistryResult Register(Ptr<ProtocolHelper> helper);

    /**
     * Row H17: unlink it, end its expectations, take it from all connections.
     * @param helper a registered helper; another one is left alone
     * @param now point in time
     */
    void Unregister(Ptr<ProtocolHelper> helper, Nanos now);

    /**
     * Row H19: all or none.
     * @param helpers in the order to register
     * @param now point in time
     * @return the first failure, after which nothing of them is registered; or Ok
     */
    RegistryResult RegisterAll(const std::vector<Ptr<ProtocolHelper>>& helpers, Nanos now);

    /**
     * Row H20: in reverse order.
     * @param helpers registered ones
     * @param now point in time
     */
    void UnregisterAll(const std::vector<Ptr<ProtocolHelper>>& helpers, Nanos now);

    /**
     * Row H2.
     * @param reply the reply tuple of a connection
     * @return the helper of its source port; none: null
     */
    Ptr<ProtocolHelper> FindByReply(const Tuple& reply) const;

    /**
     * Row H3.
     * @param name a helper's name
     * @param family a family
     * @param protocol IP protocol number
     * @return the first in bucket order; none: null
     */
    Ptr<ProtocolHelper> FindByName(const std::string& name, Family family, uint8_t protocol) const;

    /// Asked to make a module's objects known (rows H4, H7), e.g. "nfct-helper-ftp", "ip_nat_ftp".
    /// Answers whether it could; row H7 does not care.
    using ModuleLoader = std::function<bool(const std::string& module)>;

    /// @param loader the module loader; none: nothing can be loaded
    void SetModuleLoader(ModuleLoader loader);

    /**
     * Row H4: find by name, loading its module if need be, and take two references.
     * @param name a helper's name
     * @param family a family
     * @param protocol IP protocol number
     * @return the helper, or null
     */
    Ptr<ProtocolHelper> Acquire(const std::string& name, Family family, uint8_t protocol);

    /// Row H5: give both references back. @param helper an acquired helper
    void Release(Ptr<ProtocolHelper> helper);

    /// @param helper a registered helper @return its reference count: 1 and one for each Acquire
    uint32_t GetReferences(Ptr<ProtocolHelper> helper) const;

    /**
     * Row H4: give up the reference of the registration itself, as user space does before it
     * deletes a helper: it can be found then, and no longer acquired.
     * @param helper a registered helper
     * @return false if it is in use (Linux: EBUSY), and then nothing changed
     */
    bool Retire(Ptr<ProtocolHelper> helper);

    /// @param module "nfct-helper-ftp", "ip_nat_ftp" @return its reference count
    uint32_t GetModuleReferences(const std::string& module) const;

    /**
     * Rows H4, H7: a module on its way out takes no references.
     * @param module its name
     * @param going whether it is on its way out
     */
    void SetModuleGoing(const std::string& module, bool going);

    /// Row H21. @param nat a NAT helper
    void RegisterNat(Ptr<NatHelper> nat);

    /// Row H21. @param nat a registered NAT helper
    void UnregisterNat(Ptr<NatHelper> nat);

    /// Row H6. @param module a module's name @return the newest NAT helper of it; none: null
    Ptr<NatHelper> FindNat(const std::string& module) const;

    /**
     * Row H7: a helper's NAT helper, its module loaded if need be, its reference taken.
     * @param name a helper's name
     * @param family a family
     * @param protocol IP protocol number
     * @return Ok or NotFound
     */
    RegistryResult AcquireNat(const std::string& name, Family family, uint8_t protocol);

    /// Row H8: give it back; if it is gone, one warning. @param helper whose NAT helper
    void ReleaseNat(Ptr<ProtocolHelper> helper);

    /// Row H14. @param function an expectfn, which must outlive its registration
    void RegisterExpectFunction(const ExpectFunction& function);

    /// Row H14. @param function a registered one
    void UnregisterExpectFunction(const ExpectFunction& function);

    /// Row H14. @param name its name @return the newest; none: null
    const ExpectFunction* FindExpectFunction(const std::string& name) const;

    /// Row H14. @param call its function @return the newest; none: null
    const ExpectFunction* FindExpectFunction(ExpectFunction::Call call) const;

    /**
     * Rows H10, H23: the node's auto-assign switch. It begins as attribute AutoAssign says, whose
     * default value (Config::SetDefault) is the module-wide default of row H23; "Profile" is off
     * except in v3.9. A kernel without the switch (v6.18) keeps it off.
     * @param on nf_conntrack_helper
     */
    void SetAutoAssign(bool on);

    /// @return the node's auto-assign switch
    bool GetAutoAssign() const;

    /// Row H22: no warning of row H10 any more.
    void SetAutoAssignWarned();

    /// What row H11 answers.
    enum class AssignResult : uint8_t
    {
        Ok,
        NoMemory, ///< ENOMEM: no helper area
    };

    /**
     * Row H11, with H10: give a new connection its helper.
     * @param connection an unconfirmed connection
     * @param request what rules asked for; none: null
     * @return NoMemory only from H9
     */
    AssignResult TryAssign(Connection& connection, const Template* request);

    /**
     * Row H11 once more, after NAT altered the reply tuple: not for an expected connection, nor for
     * one with expectations, nor in kernels without the auto-assign switch.
     * @param connection an unconfirmed connection
     * @return NoMemory only from H9
     */
    AssignResult TryAssignAgain(Connection& connection);

    /**
     * Row H12: take a helper from a connection; the HELPER event comes before the change.
     * @param connection a connection
     * @param helper the helper; a connection with another one stays as it is
     * @param now point in time
     */
    void Unhelp(Connection& connection, const ProtocolHelper& helper, Nanos now);

    /// Called for row H12's event, which is to be reported at once.
    using HelperEventCallback = std::function<void(Connection&, Nanos)>;

    /// @param callback the one to call; only for confirmed connections, as in Linux
    void SetHelperEventCallback(HelperEventCallback callback);

    /**
     * Row H13: a dying connection's helper gets to know, and its calls' keys go.
     * @param connection the connection
     * @param now point in time
     */
    void ConnectionEnds(Connection& connection, Nanos now);

    /**
     * Row H15: one line for the log and the trace source: "nf_ct_<helper>: dropping packet: <text>
     * ".
     * @param helper whose
     * @param text what it says
     */
    void Log(const ProtocolHelper& helper, const std::string& text) const;

    /// @param callback gets each line for the kernel log (warnings of H8, H10, lines of H15)
    void SetLogCallback(std::function<void(const std::string&)> callback);

    /// @param visit called with each helper, bucket by bucket, newest first
    void ForEach(const std::function<void(Ptr<ProtocolHelper>)>& visit) const;

    /**
     * TracedCallback signature of HelperLog.
     * @param line the line, without a time
     */
    typedef void (*LogTracedCallback)(const std::string& line);

  protected:
    void DoDispose() override; ///< forgets helpers and references

  private:
    /// Attribute AutoAssign; plain, for ns-3.37's EnumValue takes no enum class.
    enum AutoAssignSetting
    {
        BY_PROFILE,
        OFF,
        ON,
    };

    class Impl;

    const ProtocolHelper* LookUp(const Connection& connection);
    void Warn(const std::string& line) const;

    std::unique_ptr<Impl> m_impl;
    AutoAssignSetting m_autoAssign{BY_PROFILE};
    TracedCallback<const std::string&> m_logTrace;
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_PROTOCOL_HELPER_REGISTRY_H
