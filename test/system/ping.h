/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TEST_SYSTEM_PING_H
#define CONNTRACK_TEST_SYSTEM_PING_H

#include "ns3/application.h"
#include "ns3/callback.h"
#include "ns3/ipv4-address.h"
#include "ns3/ipv6-address.h"
#include "ns3/nstime.h"
#include "ns3/uinteger.h"

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

// An old header would be found in Debian's ns-3.37 beside a newer ns-3: ask for the new one.
#if __has_include("ns3/ping.h")
#include "ns3/ping.h"
#include "ns3/string.h"
#else
#include "ns3/ping6.h"
#include "ns3/v4ping.h"
#endif

/**
 * @file
 * The applications that send echo requests, one a second: Ping since ns-3.38, before that V4Ping
 * and Ping6.
 *
 * Layer: test.
 */

namespace ns3
{
namespace conntrack
{
namespace test
{

#if __has_include("ns3/ping.h")

/// @param to where @param answered called with each answer @return the application
inline Ptr<Application>
MakePing(const std::string& to, std::function<void()> answered)
{
    Ptr<Ping> ping = CreateObject<Ping>();
    ping->SetAttribute("Destination", AddressValue(Ipv4Address(to.c_str())));
    ping->SetAttribute("VerboseMode", StringValue("Silent"));
    ping->TraceConnectWithoutContext(
        "Rtt",
        Callback<void, uint16_t, Time>(
            [answered = std::move(answered)](uint16_t, Time) { answered(); }));
    return ping;
}

/// @param from the sender's address @param to where @return an application that asks once
inline Ptr<Application>
MakePing6Once(const std::string& from, const std::string& to)
{
    Ptr<Ping> ping = CreateObject<Ping>();
    ping->SetAttribute("InterfaceAddress", AddressValue(Ipv6Address(from.c_str())));
    ping->SetAttribute("Destination", AddressValue(Ipv6Address(to.c_str())));
    ping->SetAttribute("VerboseMode", StringValue("Silent"));
    ping->SetAttribute("Count", UintegerValue(1));
    return ping;
}

#else

/// @param to where @param answered called with each answer @return the application
inline Ptr<Application>
MakePing(const std::string& to, std::function<void()> answered)
{
    Ptr<V4Ping> ping = CreateObject<V4Ping>();
    ping->SetAttribute("Remote", Ipv4AddressValue(to.c_str()));
    ping->TraceConnectWithoutContext(
        "Rtt",
        Callback<void, Time>([answered = std::move(answered)](Time) { answered(); }));
    return ping;
}

/// @param from the sender's address @param to where @return an application that asks once
inline Ptr<Application>
MakePing6Once(const std::string& from, const std::string& to)
{
    Ptr<Ping6> ping = CreateObject<Ping6>();
    ping->SetLocal(Ipv6Address(from.c_str()));
    ping->SetRemote(Ipv6Address(to.c_str()));
    ping->SetAttribute("MaxPackets", UintegerValue(1));
    return ping;
}

#endif

} // namespace test
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TEST_SYSTEM_PING_H
