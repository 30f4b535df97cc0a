/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_HELPER_REPLAY_SETTINGS_H
#define CONNTRACK_HELPER_REPLAY_SETTINGS_H

#include "helper/replay-case.h"
#include "model/report/report-context.h"
#include "model/stack/conntrack.h"

#include <string>

/**
 * @file
 * Settings of a kernel under their Linux names, brought to the attributes of the model.
 *
 * Layer: helper.
 * Units: sysctls of time-outs are seconds, as in Linux.
 * Errors: ReplayError with the name and the value.
 */

namespace ns3
{
namespace conntrack
{

/**
 * @param name e.g. "net.netfilter.nf_conntrack_tcp_loose"
 * @return its attribute's name, "TcpLoose"; empty: no setting of connection tracking
 */
std::string AttributeOfSysctl(const std::string& name);

/// What happens to a sysctl that the model does not have.
enum class UnknownSysctl : uint8_t
{
    Skip,   ///< a recording lists all of its kernel's
    Refuse, ///< somebody asked for it
};

/**
 * @param conntrack the router
 * @param settings sysctls by name
 * @param unknown what happens to one that the model does not have
 * @throws ReplayError for a wrong value
 */
void ApplySysctls(Ptr<Conntrack> conntrack, const NamedSettings& settings, UnknownSysctl unknown);

/**
 * Set parameters of the helpers' modules: "nf_conntrack_ftp/loose" is the attribute Loose of every
 * helper whose class is FtpProtocolHelper, "nf_conntrack_sip/sip_direct_media" DirectMedia of
 * SipProtocolHelper. Parameters the model does not have are skipped.
 * @param conntrack the router
 * @param settings parameters by "module/name"
 */
void ApplyModuleParameters(Ptr<Conntrack> conntrack, const NamedSettings& settings);

/**
 * @param conntrack the router
 * @param epochAtStart CLOCK_REALTIME at simulated time 0
 * @return how its messages print
 */
ReportContext ContextOf(Ptr<Conntrack> conntrack, Nanos epochAtStart);

/**
 * @param conntrack the router
 * @return its GRE time-outs, which /proc shows; the others are defaults
 */
Timeouts ShownTimeouts(Ptr<Conntrack> conntrack);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_HELPER_REPLAY_SETTINGS_H
