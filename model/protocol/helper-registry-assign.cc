/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
// Rows H10-H13, H15, H22, H23: helpers and connections.
#include "model/protocol/gre-calls.h"
#include "model/protocol/helper-registry-impl.h"

#include "ns3/assert.h"
#include "ns3/log.h"

#include <utility>

namespace ns3
{
namespace conntrack
{

NS_LOG_COMPONENT_DEFINE("ConntrackHelperRegistry");

namespace
{

const std::string AUTO_ASSIGN_WARNING =
    "nf_conntrack: default automatic helper assignment has been turned off for security reasons "
    "and CT-based firewall rule not found. Use the iptables CT target to attach helpers instead.";

} // namespace

void
HelperRegistry::SetAutoAssign(bool on)
{
    m_autoAssign = on ? ON : OFF;
}

bool
HelperRegistry::GetAutoAssign() const
{
    const KernelProfile& profile = *m_impl->profile;
    return profile.hasAutoAssign &&
           (m_autoAssign == BY_PROFILE ? profile.autoAssignDefault : m_autoAssign == ON);
}

void
HelperRegistry::SetAutoAssignWarned()
{
    m_impl->autoAssignWarned = true;
}

const ProtocolHelper*
HelperRegistry::LookUp(const Connection& connection)
{
    if (!m_impl->profile->hasAutoAssign || (!GetAutoAssign() && m_impl->autoAssignWarned))
    {
        return nullptr;
    }
    const Ptr<ProtocolHelper> match = FindByReply(connection.Reply());
    if (!match || GetAutoAssign())
    {
        return PeekPointer(match);
    }
    Warn(AUTO_ASSIGN_WARNING);
    m_impl->autoAssignWarned = true;
    return nullptr;
}

HelperRegistry::AssignResult
HelperRegistry::TryAssign(Connection& connection, const Template* request)
{
    if (connection.Is(status::HELPER) || (!request && !m_impl->profile->hasAutoAssign))
    {
        return AssignResult::Ok;
    }
    const ProtocolHelper* helper = nullptr;
    if (request && request->hasHelperArea)
    {
        helper = request->helper;
        connection.status |= status::HELPER;
    }
    if (!helper)
    {
        helper = LookUp(connection);
    }
    HelperArea* area = connection.help;
    if (!helper)
    {
        if (area)
        {
            area->helper = nullptr;
        }
        return AssignResult::Ok;
    }
    if (!area)
    {
        NS_ASSERT_MSG(m_impl->setup.connections, "the registry was not given a connection table");
        area = m_impl->setup.connections->AddHelperArea(connection);
        if (!area)
        {
            return AssignResult::NoMemory;
        }
    }
    else if (area->helper && !area->helper->IsSameSort(*helper))
    {
        helper = nullptr; // its memory in the area would be misread
    }
    area->helper = helper;
    return AssignResult::Ok;
}

HelperRegistry::AssignResult
HelperRegistry::TryAssignAgain(Connection& connection)
{
    const bool hasExpectations = connection.help && !connection.help->expectations.empty();
    return connection.master || hasExpectations ? AssignResult::Ok : TryAssign(connection, nullptr);
}

void
HelperRegistry::Unhelp(Connection& connection, const ProtocolHelper& helper, Nanos now)
{
    if (!connection.help || connection.help->helper != &helper)
    {
        return;
    }
    if (m_impl->onHelperEvent && connection.Is(status::CONFIRMED))
    {
        m_impl->onHelperEvent(connection, now);
    }
    connection.help->helper = nullptr;
}

void
HelperRegistry::SetHelperEventCallback(HelperEventCallback callback)
{
    m_impl->onHelperEvent = std::move(callback);
}

void
HelperRegistry::ConnectionEnds(Connection& connection, Nanos now)
{
    if (!connection.help)
    {
        return;
    }
    const Setup& setup = m_impl->setup;
    if (connection.help->helper)
    {
        HelperEnding ending{connection,
                            *setup.connections,
                            *setup.expectations,
                            setup.greCalls,
                            now};
        connection.help->helper->ConnectionEnds(ending);
    }
    if (setup.greCalls)
    {
        setup.greCalls->keys.RemoveOf(connection.id); // its helper may have been unregistered
    }
}

void
HelperRegistry::Log(const ProtocolHelper& helper, const std::string& text) const
{
    const std::string line =
        "nf_ct_" + helper.GetIdentity().name + ": dropping packet: " + text + " ";
    Warn(line);
    m_logTrace(line);
}

void
HelperRegistry::Warn(const std::string& line) const
{
    NS_LOG_WARN(line);
    if (m_impl->onLog)
    {
        m_impl->onLog(line);
    }
}

void
HelperRegistry::SetLogCallback(std::function<void(const std::string&)> callback)
{
    m_impl->onLog = std::move(callback);
}

} // namespace conntrack
} // namespace ns3
