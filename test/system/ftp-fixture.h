/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TEST_SYSTEM_FTP_FIXTURE_H
#define CONNTRACK_TEST_SYSTEM_FTP_FIXTURE_H

#include "helper/ftp-helper.h"
#include "model/app/ftp-client.h"
#include "model/app/ftp-server.h"
#include "test/system/simulation-fixture.h"

#include "ns3/enum.h"
#include "ns3/uinteger.h"

#include <string>
#include <vector>

/**
 * @file
 * A client (node 0), a router (node 1) and a server (node 2) of FTP, and what they tell.
 *
 * Layer: test.
 */

namespace ns3
{
namespace conntrack
{
namespace test
{

/// What an end has told.
struct FtpTold
{
    std::vector<FtpTransfer> transfers;
    std::vector<FtpSession> sessions;
    std::vector<std::string> lines; ///< "> " sent, "< " received

    /// @return the transfers' outcomes
    std::vector<FtpOutcome> Outcomes() const
    {
        std::vector<FtpOutcome> outcomes;
        for (const FtpTransfer& transfer : transfers)
        {
            outcomes.push_back(transfer.outcome);
        }
        return outcomes;
    }

    /// @return how the sessions ended
    std::vector<FtpSessionEnd> Ends() const
    {
        std::vector<FtpSessionEnd> ends;
        for (const FtpSession& session : sessions)
        {
            ends.push_back(session.end);
        }
        return ends;
    }
};

/// Client, router, server.
class FtpTest : public SimulationTest
{
  protected:
    /// @param application an FtpClient or FtpServer @param told what it tells goes there
    static void Hear(Ptr<Application> application, FtpTold& told)
    {
        application->TraceConnectWithoutContext(
            "Transfer",
            Callback<void, const FtpTransfer&>(
                [&told](const FtpTransfer& transfer) { told.transfers.push_back(transfer); }));
        application->TraceConnectWithoutContext(
            "Session",
            Callback<void, const FtpSession&>(
                [&told](const FtpSession& session) { told.sessions.push_back(session); }));
        application->TraceConnectWithoutContext(
            "Control",
            Callback<void, const FtpLine&>([&told](const FtpLine& line) {
                told.lines.push_back((line.sent ? "> " : "< ") + line.text);
            }));
    }

    /// @param helper with attributes @return the server on the last node
    Ptr<FtpServer> AddServer(FtpServerHelper helper = FtpServerHelper())
    {
        helper.SetFirstStream(100);
        auto application = helper.Install(nodes.Get(nodes.GetN() - 1)).Get(0);
        Hear(application, server);
        return DynamicCast<FtpServer>(application);
    }

    /// @param helper with attributes @param start seconds @return the client on node 0
    Ptr<FtpClient> AddClient(FtpClientHelper helper, double start = 1)
    {
        helper.SetFirstStream(nextStream);
        nextStream += 10;
        ApplicationContainer applications = helper.Install(nodes.Get(0));
        applications.Start(Seconds(start));
        Hear(applications.Get(0), client);
        return DynamicCast<FtpClient>(applications.Get(0));
    }

    /// @param mode of data connections @param version family @return a client's helper
    FtpClientHelper Client(FtpMode mode, Ip version = Ip::V4) const
    {
        FtpClientHelper helper(SocketAddressOf(ServerAddress(version), 21));
        helper.SetAttribute("Mode", EnumValue(static_cast<int>(mode)));
        return helper;
    }

    /// @param name of a random variable's attribute @param value always @param helper gets it
    static void SetConstant(FtpClientHelper& helper, const std::string& name, double value)
    {
        helper.SetAttribute(
            name,
            StringValue("ns3::ConstantRandomVariable[Constant=" + std::to_string(value) + "]"));
    }

    /// @return rules: node 0's side may begin anything; helper ftp at port 21
    static std::string FtpFirewall()
    {
        StatefulFirewall firewall;
        firewall.inside = "eth1";
        firewall.outside = "eth2";
        firewall.helpers = {{"ftp", protocol::TCP, 21}};
        return ToJson(firewall);
    }

    FtpTold client;
    FtpTold server;
    int64_t nextStream{200}; ///< the next client's first
};

} // namespace test
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TEST_SYSTEM_FTP_FIXTURE_H
