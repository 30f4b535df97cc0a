/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/ruleset/compile/field-compiler.h"

#include "model/ruleset/language/header-fields.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr uint64_t MAX_BITS = 128; // of a value

Family
FamilyOf(TableFamily family)
{
    switch (family)
    {
    case TableFamily::Ip:
        return Family::Ipv4;
    case TableFamily::Ip6:
        return Family::Ipv6;
    case TableFamily::Inet:
        break;
    }
    return Family::Unspecified;
}

Operand
OperandOf(const Field& field, const DataType& type, unsigned bits)
{
    return {field, &type, bits, ~Value{0}};
}

const HeaderKind&
FindHeader(const std::string& name)
{
    const auto& kinds = HeaderKinds();
    const auto at = std::find_if(kinds.begin(), kinds.end(), [&](const HeaderKind& kind) {
        return kind.protocol == name;
    });
    if (at == kinds.end())
    {
        Refuse("the header \"" + name + "\" is not supported");
    }
    return *at;
}

const KeyedField&
FindKey(const std::vector<KeyedField>& keys, const std::string& name, const char* kind)
{
    const auto at = std::find_if(keys.begin(), keys.end(), [&](const KeyedField& key) {
        return key.name == name;
    });
    if (at == keys.end())
    {
        Refuse(std::string("\"") + kind + " " + name + "\" is not supported");
    }
    return *at;
}

uint8_t
ParseDirection(const Json& body)
{
    const std::string direction = TextOrEmpty(body, "dir");
    if (direction.empty())
    {
        return Field::BOTH;
    }
    if (direction != "original" && direction != "reply")
    {
        Refuse("a direction is \"original\" or \"reply\", not \"" + direction + "\"");
    }
    return static_cast<uint8_t>(
        Index(direction == "original" ? Direction::Original : Direction::Reply));
}

} // namespace

FieldCompiler::FieldCompiler(TableFamily table, std::vector<Op>& ops)
    : m_table(table),
      m_ops(ops),
      m_family(FamilyOf(table))
{
}

std::optional<Operand>
FieldCompiler::Compile(const std::string& name, const Json& body)
{
    if (name == "payload")
    {
        return CompilePayload(body);
    }
    if (name == "meta")
    {
        return CompileMeta(body);
    }
    if (name == "ct")
    {
        return CompileCt(body);
    }
    if (name == "exthdr" || name == "tcp option" || name == "ip option")
    {
        return CompileOption(name, body);
    }
    return std::nullopt;
}

Operand
FieldCompiler::CompilePayload(const Json& body)
{
    if (FindMember(body, "base") != nullptr)
    {
        return CompileRawPayload(body);
    }
    AllowOnly(body, {"protocol", "field"});
    const std::string& header = AsText(Member(body, "protocol"), "a header");
    const std::string& name = AsText(Member(body, "field"), "a header's field");
    const HeaderKind& kind = FindHeader(header);
    const auto& fields = HeaderFields();
    const auto at = std::find_if(fields.begin(), fields.end(), [&](const HeaderField& field) {
        return field.protocol == header && field.name == name;
    });
    if (at == fields.end())
    {
        Refuse("the field \"" + header + " " + name + "\" is not supported");
    }
    if (kind.family != Family::Unspecified &&
        (kind.layer == FieldId::Network || m_table == TableFamily::Inet))
    {
        RequireFamily(kind.family);
    }
    if (kind.l4Protocol >= 0)
    {
        RequireProtocol(static_cast<uint8_t>(kind.l4Protocol));
    }
    RequireMessage(header, name);
    Field field;
    field.id = kind.layer;
    field.offset = at->offset;
    field.length = at->length;
    return OperandOf(field, FindType(at->type), at->length);
}

Operand
FieldCompiler::CompileRawPayload(const Json& body)
{
    AllowOnly(body, {"base", "offset", "len"});
    const std::string& base = AsText(Member(body, "base"), "a base");
    Field field;
    if (base == "ll")
    {
        field.id = FieldId::Link;
    }
    else if (base == "nh")
    {
        field.id = FieldId::Network;
    }
    else if (base == "th")
    {
        field.id = FieldId::Transport;
    }
    else
    {
        Refuse("the payload base \"" + base + "\" is not supported");
    }
    const uint64_t most = UINT16_MAX - MAX_BITS;
    field.offset = static_cast<uint16_t>(AsNumber(Member(body, "offset"), "\"offset\"", most));
    field.length = static_cast<uint16_t>(AsNumber(Member(body, "len"), "\"len\"", MAX_BITS));
    if (field.length == 0 || field.offset % 8U + field.length > MAX_BITS)
    {
        Refuse("raw payload has 1 to 128 bits within 16 bytes");
    }
    return OperandOf(field, FindType("integer"), field.length);
}

// Fields that only some ICMP messages have.
void
FieldCompiler::RequireMessage(const std::string& protocol, const std::string& field)
{
    for (const MessageTypes& message : MessageFields())
    {
        if (message.protocol != protocol || message.field != field)
        {
            continue;
        }
        Field type;
        type.id = FieldId::Transport;
        type.length = 8;
        const Value low = message.types.front();
        const Value high = message.types.back();
        // Echo and its answer are 0 and 8, or neighbors: in the first case a mask tells both.
        const Value mask = low == high ? ~Value{0} : ~(high ^ low);
        m_ops.emplace_back(CompareOp{type, Comparison::Equal, mask, low & mask});
    }
}

Operand
FieldCompiler::CompileMeta(const Json& body)
{
    AllowOnly(body, {"key"});
    const std::string& name = AsText(Member(body, "key"), "a meta key");
    const KeyedField& key = FindKey(MetaKeys(), name, "meta");
    Field field;
    field.id = key.id;
    return OperandOf(field, FindType(key.type), key.length);
}

Operand
FieldCompiler::CompileCt(const Json& body)
{
    AllowOnly(body, {"key", "dir", "family"});
    std::string name = AsText(Member(body, "key"), "a ct key");
    const std::string family = TextOrEmpty(body, "family");
    if ((name == "saddr" || name == "daddr") && (family == "ip" || family == "ip6"))
    {
        name.insert(0, family + " ");
    }
    else if (name == "saddr" || name == "daddr")
    {
        name.insert(0, m_table == TableFamily::Ip6 ? "ip6 " : "ip ");
    }
    const KeyedField& key = FindKey(CtKeys(), name, "ct");
    Field field;
    field.id = key.id;
    field.which = ParseDirection(body);
    if (field.id == FieldId::CtSource || field.id == FieldId::CtDestination)
    {
        field.family = static_cast<uint8_t>(key.length == 32 ? Family::Ipv4 : Family::Ipv6);
    }
    const bool hasTwo = field.id >= FieldId::CtSource;
    if (hasTwo && field.which == Field::BOTH)
    {
        Refuse("\"ct " + name + "\" needs a direction");
    }
    const bool mayHaveOne = hasTwo || field.id == FieldId::CtZone || field.id == FieldId::CtBytes ||
                            field.id == FieldId::CtPackets || field.id == FieldId::CtAverage;
    if (!mayHaveOne && field.which != Field::BOTH)
    {
        Refuse("\"ct " + name + "\" has no direction");
    }
    m_usesTracking = true;
    return OperandOf(field, FindType(key.type), key.length);
}

Operand
FieldCompiler::CompileOption(const std::string& kind, const Json& body)
{
    if (kind == "tcp option" && FindMember(body, "base") != nullptr)
    {
        return CompileRawTcpOption(body);
    }
    AllowOnly(body, {"name", "field"});
    const std::string& name = AsText(Member(body, "name"), "an option");
    const std::string wanted = TextOrEmpty(body, "field");
    const bool isTcp = kind == "tcp option";
    const bool isIpv4 = kind == "ip option";
    const auto& fields = isTcp ? TcpOptionFields() : isIpv4 ? IpOptionFields() : ExtHeaderFields();
    const auto at = std::find_if(fields.begin(), fields.end(), [&](const OptionField& field) {
        return field.name == name && (wanted.empty() || field.field == wanted);
    });
    if (at == fields.end())
    {
        Refuse("\"" + kind + " " + name + (wanted.empty() ? "" : " " + wanted) +
               "\" is not supported");
    }
    if (!isTcp)
    {
        RequireFamily(isIpv4 ? Family::Ipv4 : Family::Ipv6);
    }
    Field field;
    field.which = at->number;
    if (wanted.empty())
    {
        field.id = isTcp    ? FieldId::HasTcpOption
                   : isIpv4 ? FieldId::HasIpOption
                            : FieldId::HasExtHeader;
        return OperandOf(field, FindType("boolean"), 1);
    }
    field.id = isTcp ? FieldId::TcpOption : isIpv4 ? FieldId::IpOption : FieldId::ExtHeader;
    field.offset = at->offset;
    field.length = at->length;
    return OperandOf(field, FindType(at->type), at->length);
}

// Of a kind given by its number nft can only ask whether it is there.
Operand
FieldCompiler::CompileRawTcpOption(const Json& body)
{
    AllowOnly(body, {"base", "offset", "len"});
    Field field;
    field.id = FieldId::HasTcpOption;
    field.which = static_cast<uint8_t>(AsNumber(Member(body, "base"), "\"base\"", UINT8_MAX));
    if (AsNumber(Member(body, "offset"), "\"offset\"", UINT16_MAX) != 0 ||
        AsNumber(Member(body, "len"), "\"len\"", UINT16_MAX) != 8)
    {
        Refuse("of a TCP option given by its number, only whether it exists can be asked");
    }
    return OperandOf(field, FindType("boolean"), 1);
}

void
FieldCompiler::RequireFamily(Family family)
{
    if (m_family == family)
    {
        return;
    }
    if (m_table != TableFamily::Inet)
    {
        Refuse("no packet of a table of family " +
               std::string(m_table == TableFamily::Ip ? "ip" : "ip6") + " has this");
    }
    Field field;
    field.id = FieldId::NfProto;
    m_ops.emplace_back(
        CompareOp{field, Comparison::Equal, ~Value{0}, static_cast<uint8_t>(family)});
    m_family = family;
}

void
FieldCompiler::RequireProtocol(uint8_t number)
{
    if (m_protocol == number)
    {
        return;
    }
    Field field;
    field.id = FieldId::L4Protocol;
    m_ops.emplace_back(CompareOp{field, Comparison::Equal, ~Value{0}, number});
    m_protocol = number;
}

void
FieldCompiler::Learn(const Operand& operand, Value value)
{
    if (operand.field.id == FieldId::L4Protocol)
    {
        m_protocol = static_cast<uint8_t>(value);
    }
    else if (operand.field.id == FieldId::NfProto && m_table == TableFamily::Inet)
    {
        m_family = static_cast<Family>(value);
    }
}

} // namespace conntrack
} // namespace ns3
