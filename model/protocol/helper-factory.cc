/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/protocol/helper-factory.h"

#include "ns3/object-factory.h"
#include "ns3/string.h"

#include <stdexcept>

namespace ns3
{
namespace conntrack
{

namespace
{

Ptr<ProtocolHelper>
MakeInstance(TypeId type)
{
    ObjectFactory factory;
    factory.SetTypeId(type);
    return factory.Create<ProtocolHelper>();
}

/// Ordered by name, so that nothing depends on the order of registration.
std::map<std::string, TypeId>
FindKinds()
{
    std::map<std::string, TypeId> kinds;
    for (uint16_t i = 0; i < TypeId::GetRegisteredN(); ++i)
    {
        const TypeId type = TypeId::GetRegistered(i);
        if (type.IsChildOf(ProtocolHelper::GetTypeId()) && type.HasConstructor())
        {
            const std::string name = MakeInstance(type)->GetKind().name;
            if (!name.empty())
            {
                kinds.emplace(name, type);
            }
        }
    }
    return kinds;
}

TypeId
FindKind(const std::string& name)
{
    const auto kinds = FindKinds();
    const auto found = kinds.find(name);
    if (found != kinds.end())
    {
        return found->second;
    }
    std::string known;
    for (const auto& kind : kinds)
    {
        known += (known.empty() ? "" : ", ") + kind.first;
    }
    throw std::invalid_argument("unknown protocol helper \"" + name + "\"; known are: " + known);
}

void
SetParameters(ProtocolHelper& helper, const std::string& kind, const HelperParameters& parameters)
{
    for (const auto& [name, value] : parameters)
    {
        if (!helper.SetAttributeFailSafe(name, StringValue(value)))
        {
            throw std::invalid_argument("protocol helper \"" + kind + "\" takes no parameter " +
                                        name + "=" + value);
        }
    }
}

} // namespace

std::vector<std::string>
GetHelperKinds()
{
    std::vector<std::string> names;
    for (const auto& kind : FindKinds())
    {
        names.push_back(kind.first);
    }
    return names;
}

std::vector<Ptr<ProtocolHelper>>
MakeHelpers(const std::string& kind,
            const std::vector<uint16_t>& ports,
            const HelperParameters& parameters)
{
    const TypeId type = FindKind(kind);
    const HelperKind description = MakeInstance(type)->GetKind();
    const std::vector<uint16_t> standard{description.defaultPort};
    std::vector<Ptr<ProtocolHelper>> helpers;
    uint32_t index = 0;
    for (const uint16_t port : ports.empty() ? standard : ports)
    {
        const uint32_t id = description.numbering == HelperNumbering::Port ? port : index;
        for (const auto& service : description.services)
        {
            Ptr<ProtocolHelper> helper = MakeInstance(type);
            SetParameters(*helper, kind, parameters);
            helper->Initialize(kind,
                               service.family,
                               service.protocol,
                               description.defaultPort,
                               port,
                               id);
            helpers.push_back(helper);
        }
        ++index;
    }
    return helpers;
}

} // namespace conntrack
} // namespace ns3
