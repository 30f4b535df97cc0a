/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TEST_SYSTEM_SIP_FIXTURE_H
#define CONNTRACK_TEST_SYSTEM_SIP_FIXTURE_H

#include "helper/sip-helper.h"
#include "model/app/sip/sip-proxy.h"
#include "model/app/sip/sip-user-agent.h"
#include "test/system/simulation-fixture.h"

#include "ns3/boolean.h"
#include "ns3/double.h"
#include "ns3/enum.h"
#include "ns3/uinteger.h"

#include <string>
#include <vector>

/**
 * @file
 * Phones on the nodes of a row, and what they tell.
 *
 * Layer: test.
 */

namespace ns3
{
namespace conntrack
{
namespace test
{

/// What a phone or proxy has told.
struct SipTold
{
    std::vector<SipCallRecord> calls;
    std::vector<SipRegistrationRecord> registrations;
    std::vector<SipLimit> limits;
    std::vector<std::string> messages; ///< "> INVITE", "< 200 INVITE", ">> " sent again

    /// @return the calls' fates
    std::vector<SipFate> Fates() const
    {
        std::vector<SipFate> fates;
        for (const SipCallRecord& call : calls)
        {
            fates.push_back(call.fate);
        }
        return fates;
    }

    /// @return what happened to registrations
    std::vector<SipRegistrationEvent> Events() const
    {
        std::vector<SipRegistrationEvent> events;
        for (const SipRegistrationRecord& registration : registrations)
        {
            events.push_back(registration.event);
        }
        return events;
    }
};

/// Phones on nodes of a row.
class SipTest : public SimulationTest
{
  protected:
    /// @param application a SipElement @param told what it tells goes there
    static void Hear(Ptr<Application> application, SipTold& told)
    {
        application->TraceConnectWithoutContext(
            "Call",
            Callback<void, const SipCallRecord&>(
                [&told](const SipCallRecord& call) { told.calls.push_back(call); }));
        application->TraceConnectWithoutContext("Registration",
                                                Callback<void, const SipRegistrationRecord&>(
                                                    [&told](const SipRegistrationRecord& record) {
                                                        told.registrations.push_back(record);
                                                    }));
        application->TraceConnectWithoutContext(
            "Limit",
            Callback<void, const SipLimitRecord&>(
                [&told](const SipLimitRecord& record) { told.limits.push_back(record.limit); }));
        application->TraceConnectWithoutContext(
            "Message",
            Callback<void, const SipMessageRecord&>([&told](const SipMessageRecord& record) {
                const SipPacket& message = record.message;
                const auto sequence = ParseSipCSeq(message.Get("CSeq"));
                told.messages.push_back(
                    std::string(record.again  ? ">> "
                                : record.sent ? "> "
                                              : "< ") +
                    (message.IsRequest() ? "" : std::to_string(message.code) + " ") +
                    (sequence ? sequence->method : ""));
            }));
    }

    /// @param helper of the application @param node where @param told what it tells goes there
    /// @param start seconds @return it
    template <typename T>
    Ptr<T> Add(SipHelper& helper, uint32_t node, SipTold& told, double start = 1)
    {
        helper.SetFirstStream(nextStream);
        nextStream += 20;
        ApplicationContainer applications = helper.Install(nodes.Get(node));
        applications.Start(Seconds(start));
        Hear(applications.Get(0), told);
        return DynamicCast<T>(applications.Get(0));
    }

    /// @param helper gets it @param name of a random variable's attribute @param value always
    static void SetConstant(SipHelper& helper, const std::string& name, double value)
    {
        helper.SetAttribute(
            name,
            StringValue("ns3::ConstantRandomVariable[Constant=" + std::to_string(value) + "]"));
    }

    /// @param user a name @param version family @return a URI of the last node
    std::string UriOf(const std::string& user, Ip version = Ip::V4) const
    {
        const std::string address = ServerAddress(version);
        return "sip:" + user + "@" + (version == Ip::V6 ? "[" + address + "]" : address);
    }

    /// @param version family @return a phone that calls bob at the last node after a second
    SipUserAgentHelper Caller(Ip version = Ip::V4) const
    {
        SipUserAgentHelper helper("ada");
        helper.SetAttribute("Targets", StringValue(UriOf("bob", version)));
        SetConstant(helper, "HoldingTime", 10);
        return helper;
    }

    SipTold ada; ///< on node 0
    SipTold bob; ///< on the last node
    SipTold proxy;
    int64_t nextStream{200}; ///< the next application's first
};

} // namespace test
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TEST_SYSTEM_SIP_FIXTURE_H
