/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "helper/replay-settings.h"

#include "ns3/boolean.h"
#include "ns3/string.h"

#include <cctype>

namespace ns3
{
namespace conntrack
{

namespace
{

/// "tcp_timeout_close" to "TcpTimeoutClose", ns-3's case.
std::string
ToCamelCase(const std::string& name)
{
    std::string result;
    bool upper = true;
    for (const char c : name)
    {
        if (c == '_')
        {
            upper = true;
            continue;
        }
        result += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
        upper = false;
    }
    return result;
}

/// Boolean sysctls are 0 or 1, module parameters of that kind N or Y.
std::string
ToAttributeText(const std::string& value, const TypeId::AttributeInformation& attribute)
{
    // ns-3 writes these names with its namespace or without, depending on the type and version.
    const std::string type = attribute.checker->GetValueTypeName();
    if (type.find("TimeValue") != std::string::npos)
    {
        return value + "s";
    }
    if (type.find("BooleanValue") != std::string::npos)
    {
        return value == "0" || value == "N" ? "false" : "true";
    }
    return value;
}

bool
IsNumber(const std::string& value)
{
    return !value.empty() && value.size() <= 10 &&
           value.find_first_not_of("0123456789") == std::string::npos;
}

bool
GetBoolean(Ptr<Conntrack> conntrack, const std::string& name)
{
    BooleanValue value(true);
    conntrack->GetAttributeFailSafe(name, value);
    return value.Get();
}

Nanos
GetDuration(Ptr<Conntrack> conntrack, const std::string& name, Nanos otherwise)
{
    TimeValue value;
    return conntrack->GetAttributeFailSafe(name, value) ? value.Get().GetNanoSeconds() : otherwise;
}

} // namespace

std::string
AttributeOfSysctl(const std::string& name)
{
    const std::string prefix = "nf_conntrack_";
    const std::size_t at = name.rfind("net.netfilter.", 0) == 0 ? 14 : 0;
    return name.compare(at, prefix.size(), prefix) == 0
               ? ToCamelCase(name.substr(at + prefix.size()))
               : "";
}

void
ApplySysctls(Ptr<Conntrack> conntrack, const NamedSettings& settings, UnknownSysctl unknown)
{
    for (const auto& [name, value] : settings)
    {
        const std::string attributeName = AttributeOfSysctl(name);
        TypeId::AttributeInformation attribute;
        if (attributeName.empty() ||
            !conntrack->GetInstanceTypeId().LookupAttributeByName(attributeName, &attribute))
        {
            if (unknown == UnknownSysctl::Refuse)
            {
                throw ReplayError("there is no sysctl " + name);
            }
            continue;
        }
        const StringValue text(ToAttributeText(value, attribute));
        if (!IsNumber(value) || !conntrack->SetAttributeFailSafe(attributeName, text))
        {
            throw ReplayError("sysctl " + name + " cannot be \"" + value + "\"");
        }
    }
}

void
ApplyModuleParameters(Ptr<Conntrack> conntrack, const NamedSettings& settings)
{
    const std::string prefix = "nf_conntrack_";
    for (const auto& [name, value] : settings)
    {
        const std::size_t slash = name.find('/');
        if (slash == std::string::npos || name.compare(0, prefix.size(), prefix) != 0)
        {
            continue;
        }
        const std::string module = name.substr(prefix.size(), slash - prefix.size());
        const std::string type = "ns3::conntrack::" + ToCamelCase(module) + "ProtocolHelper";
        const std::string parameter = name.substr(slash + 1);
        const bool isPrefixed = parameter.rfind(module + "_", 0) == 0; // sip_direct_media
        const std::string shorter = isPrefixed ? parameter.substr(module.size() + 1) : parameter;
        conntrack->GetHelpers()->ForEach([&, value = value](Ptr<ProtocolHelper> helper) {
            const TypeId tid = helper->GetInstanceTypeId();
            for (const std::string& attribute : {ToCamelCase(parameter), ToCamelCase(shorter)})
            {
                TypeId::AttributeInformation found;
                if (tid.GetName() == type && tid.LookupAttributeByName(attribute, &found))
                {
                    helper->SetAttribute(attribute, StringValue(ToAttributeText(value, found)));
                    break;
                }
            }
        });
    }
}

ReportContext
ContextOf(Ptr<Conntrack> conntrack, Nanos epochAtStart)
{
    ReportContext context;
    context.epochAtStart = epochAtStart;
    context.accounting = GetBoolean(conntrack, "Acct");
    context.timestamps = GetBoolean(conntrack, "Timestamp");
    context.profile = &conntrack->GetProfile();
    return context;
}

Timeouts
ShownTimeouts(Ptr<Conntrack> conntrack)
{
    Timeouts timeouts;
    timeouts.gre[0] = GetDuration(conntrack, "GreTimeout", timeouts.gre[0]);
    timeouts.gre[1] = GetDuration(conntrack, "GreTimeoutStream", timeouts.gre[1]);
    return timeouts;
}

} // namespace conntrack
} // namespace ns3
