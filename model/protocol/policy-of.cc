/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/protocol/protocol-helper.h"

namespace ns3
{
namespace conntrack
{

const ExpectationPolicy&
PolicyOf(const ProtocolHelper& helper, uint32_t classNumber)
{
    static const ExpectationPolicy none;
    const auto& policies = helper.GetPolicies();
    return classNumber < policies.size() ? policies[classNumber] : none;
}

} // namespace conntrack
} // namespace ns3
