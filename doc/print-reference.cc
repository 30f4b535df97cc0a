/*
 * SPDX-License-Identifier: GPL-2.0-only
 */

/**
 * @file
 * Prints what the tables of the documentation are made of, as JSON: attributes and trace sources of
 * every class of ours that has a TypeId, the helpers of a new router, kernel profiles.
 *
 * Arguments are names of expectfns and of NAT helpers' modules; the answer says which are
 * registered.
 */

#include "helper/netfilter-helper.h"
#include "model/stack/conntrack.h"

#include "ns3/internet-stack-helper.h"
#include "ns3/simulator.h"
#include "ns3/type-id.h"

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <vector>

using namespace ns3;
using namespace ns3::conntrack;

using Json = nlohmann::ordered_json;

namespace
{

/// Only what is in the namespace of this module, by name.
std::vector<TypeId>
FindOurTypes()
{
    std::vector<TypeId> types;
    for (uint16_t i = 0; i < TypeId::GetRegisteredN(); ++i)
    {
        const TypeId type = TypeId::GetRegistered(i);
        if (type.GetName().rfind("ns3::conntrack::", 0) == 0)
        {
            types.push_back(type);
        }
    }
    std::sort(types.begin(), types.end(), [](const TypeId& a, const TypeId& b) {
        return a.GetName() < b.GetName();
    });
    return types;
}

Json
DescribeAttribute(const TypeId::AttributeInformation& attribute)
{
    Json object;
    object["name"] = attribute.name;
    object["help"] = attribute.help;
    object["type"] = attribute.checker->GetValueTypeName();
    object["range"] = attribute.checker->HasUnderlyingTypeInformation()
                          ? attribute.checker->GetUnderlyingTypeInformation()
                          : "";
    object["initial"] = attribute.originalInitialValue->SerializeToString(attribute.checker);
    object["settable"] = (attribute.flags & TypeId::ATTR_SET) != 0;
    return object;
}

Json
DescribeType(const TypeId& type)
{
    Json object;
    object["name"] = type.GetName();
    object["parent"] = type.GetParent().GetName();
    object["constructible"] = type.HasConstructor();
    object["attributes"] = Json::array();
    for (std::size_t i = 0; i < type.GetAttributeN(); ++i)
    {
        object["attributes"].push_back(DescribeAttribute(type.GetAttribute(i)));
    }
    object["traces"] = Json::array();
    for (std::size_t i = 0; i < type.GetTraceSourceN(); ++i)
    {
        const auto source = type.GetTraceSource(i);
        object["traces"].push_back(
            {{"name", source.name}, {"help", source.help}, {"callback", source.callback}});
    }
    return object;
}

Json
DescribeHelper(const ProtocolHelper& helper)
{
    const ProtocolHelper::Identity& identity = helper.GetIdentity();
    Json object;
    object["type"] = helper.GetInstanceTypeId().GetName();
    object["name"] = identity.name;
    object["natModule"] = identity.natModule;
    object["family"] = static_cast<int>(identity.family);
    object["protocol"] = identity.protocol;
    object["port"] = identity.port;
    object["classes"] = Json::array();
    for (const ExpectationPolicy& policy : helper.GetPolicies())
    {
        object["classes"].push_back({{"name", policy.name},
                                     {"most", policy.maxExpected},
                                     {"seconds", static_cast<double>(policy.timeout) / 1e9}});
    }
    return object;
}

} // namespace

int
main(int argc, char* argv[])
{
    NodeContainer nodes(1);
    InternetStackHelper().Install(nodes);
    const Ptr<Conntrack> conntrack = NetfilterHelper().Install(nodes.Get(0));
    const Ptr<HelperRegistry> registry = conntrack->GetHelpers();

    Json document;
    document["types"] = Json::array();
    for (const TypeId& type : FindOurTypes())
    {
        document["types"].push_back(DescribeType(type));
    }
    document["helpers"] = Json::array();
    registry->ForEach([&document](const Ptr<ProtocolHelper>& helper) {
        document["helpers"].push_back(DescribeHelper(*helper));
    });
    document["profiles"] = KernelProfile::Names();
    document["registered"] = Json::object();
    for (int i = 1; i < argc; ++i)
    {
        document["registered"][argv[i]] =
            registry->FindExpectFunction(argv[i]) != nullptr || registry->FindNat(argv[i]);
    }
    std::cout << document.dump(2) << "\n";
    Simulator::Destroy();
}
