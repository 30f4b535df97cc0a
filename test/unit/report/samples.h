/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TEST_REPORT_SAMPLES_H
#define CONNTRACK_TEST_REPORT_SAMPLES_H

#include "model/protocol/protocol-helper.h"
#include "model/report/report-context.h"
#include "model/table/connection.h"
#include "model/table/expectation.h"

#include <arpa/inet.h>
#include <string>

/// @file
/// Connections and expectations made by hand, as the recordings have them.

namespace ns3
{
namespace conntrack
{
namespace samples
{

/// The wall clock of the samples at simulated time 0: Sun Nov 22 03:25:26 2026, UTC.
constexpr Nanos EPOCH = 1795317926 * SECOND;

/// A helper that does nothing but have a name and classes.
class NamedHelper : public ProtocolHelper
{
  private:
    HelperVerdict DoHelp(HelperContext& /* context */) const override
    {
        return HelperVerdict::Accept;
    }
};

inline Ptr<NamedHelper>
MakeHelper(const std::string& name, const std::string& className = "")
{
    const auto helper = CreateObject<NamedHelper>();
    ProtocolHelper::Identity identity;
    identity.name = name;
    identity.family = Family::Ipv4;
    identity.protocol = protocol::TCP;
    identity.port = 21;
    helper->SetIdentity(identity);
    helper->SetPolicies({{className, 1, 300 * SECOND}});
    return helper;
}

inline Address
Parse(const std::string& text)
{
    Address address;
    inet_pton(text.find(':') == std::string::npos ? AF_INET : AF_INET6,
              text.c_str(),
              address.bytes.data());
    return address;
}

inline Tuple
MakeTuple(const std::string& source,
          const std::string& destination,
          uint8_t number,
          uint16_t sourcePort = 0,
          uint16_t destinationPort = 0)
{
    Tuple tuple;
    tuple.family = source.find(':') == std::string::npos ? Family::Ipv4 : Family::Ipv6;
    tuple.source = Parse(source);
    tuple.destination = Parse(destination);
    tuple.protocol = number;
    tuple.sourcePort = sourcePort;
    tuple.destinationPort = destinationPort;
    return tuple;
}

/// A confirmed connection, 32 bytes sent, whose answers simply go back; it expires in 30 s.
inline Connection
MakeConnection(const Tuple& original)
{
    Connection connection;
    connection.tuples[0] = original;
    connection.tuples[1] = original;
    std::swap(connection.tuples[1].source, connection.tuples[1].destination);
    std::swap(connection.tuples[1].sourcePort, connection.tuples[1].destinationPort);
    connection.status = status::CONFIRMED;
    connection.counters[0] = {1, 32};
    connection.deadline = 30 * SECOND;
    connection.id = 7;
    return connection;
}

/// An FTP control connection of 10.1.0.10, established, seen both ways.
inline Connection
MakeControl()
{
    Connection connection =
        MakeConnection(MakeTuple("10.1.0.10", "10.2.0.10", protocol::TCP, 40000, 21));
    connection.status |= status::SEEN_REPLY | status::ASSURED | status::HELPER;
    connection.track.tcp.state = TcpState::Established;
    connection.track.tcp.ends[0].scale = 10;
    connection.track.tcp.ends[0].flags = 0x23;
    connection.track.tcp.ends[1].flags = 0x03;
    connection.counters = {Counter{8, 379}, Counter{7, 332}};
    connection.deadline = 432000 * SECOND;
    return connection;
}

/// The data connection that a server is to open to the client of the control connection.
inline Expectation
MakeExpectation(Connection& master)
{
    Expectation expectation;
    expectation.tuple = MakeTuple("10.2.0.10", "10.1.0.10", protocol::TCP, 0, 50001);
    expectation.mask.address = Parse("255.255.255.255");
    expectation.master = &master;
    expectation.deadline = 300 * SECOND;
    expectation.timerPending = true;
    expectation.hasTimer = true;
    expectation.id = 9;
    return expectation;
}

/// The context of the recordings.
inline ReportContext
MakeContext()
{
    ReportContext context;
    context.epochAtStart = EPOCH;
    context.profile = KernelProfile::Find("v6.18");
    return context;
}

} // namespace samples
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TEST_REPORT_SAMPLES_H
