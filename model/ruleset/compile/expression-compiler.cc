/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/ruleset/compile/expression-compiler.h"

#include "model/ruleset/compile/header-fields.h"

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

ExpressionCompiler::ExpressionCompiler(const TableScope& scope,
                                       Program& program,
                                       std::vector<Op>& ops,
                                       SetMaker makeSet)
    : m_scope(scope),
      m_program(program),
      m_ops(ops),
      m_makeSet(std::move(makeSet)),
      m_family(FamilyOf(scope.family))
{
}

Operand
ExpressionCompiler::Compile(const Json& json)
{
    const Named named = AsNamed(json, "an expression");
    const std::string& name = named.name;
    if (name == "payload")
    {
        return CompilePayload(named.body);
    }
    if (name == "meta")
    {
        return CompileMeta(named.body);
    }
    if (name == "ct")
    {
        return CompileCt(named.body);
    }
    if (name == "exthdr" || name == "tcp option" || name == "ip option")
    {
        return CompileOption(name, named.body);
    }
    if (name == "&" || name == "|" || name == "^" || name == "<<" || name == ">>")
    {
        return CompileArithmetic(name, named.body);
    }
    if (name == "numgen")
    {
        return CompileNumgen(named.body);
    }
    if (name == "map")
    {
        uint8_t from = 0;
        const SetInfo map = CompileMapping(named.body, SetContent::Values, m_dataType, from);
        const uint8_t to = NewRegister();
        m_ops.emplace_back(MapOp{map.index, from, to});
        Field field;
        field.which = to;
        return OperandOf(field, *map.dataType, map.dataType->bits);
    }
    Refuse("the expression \"" + name + "\" is not supported");
}

Operand
ExpressionCompiler::CompilePayload(const Json& body)
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
        (kind.layer == FieldId::Network || m_scope.family == TableFamily::Inet))
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
ExpressionCompiler::CompileRawPayload(const Json& body)
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
ExpressionCompiler::RequireMessage(const std::string& protocol, const std::string& field)
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
ExpressionCompiler::CompileMeta(const Json& body)
{
    AllowOnly(body, {"key"});
    const std::string& name = AsText(Member(body, "key"), "a meta key");
    const KeyedField& key = FindKey(MetaKeys(), name, "meta");
    Field field;
    field.id = key.id;
    return OperandOf(field, FindType(key.type), key.length);
}

Operand
ExpressionCompiler::CompileCt(const Json& body)
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
        name.insert(0, m_scope.family == TableFamily::Ip6 ? "ip6 " : "ip ");
    }
    const KeyedField& key = FindKey(CtKeys(), name, "ct");
    Field field;
    field.id = key.id;
    field.which = ParseDirection(body);
    if (field.id == FieldId::CtSource || field.id == FieldId::CtDestination)
    {
        field.family =
            static_cast<uint8_t>(key.length == 32 ? Family::Ipv4 : Family::Ipv6);
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
ExpressionCompiler::CompileOption(const std::string& kind, const Json& body)
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
ExpressionCompiler::CompileRawTcpOption(const Json& body)
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

Operand
ExpressionCompiler::CompileNumgen(const Json& body)
{
    AllowOnly(body, {"mode", "mod", "offset"});
    if (AsText(Member(body, "mode"), "\"mode\"") != "inc")
    {
        Refuse("of \"numgen\", only the mode \"inc\" is supported");
    }
    NumberGenerator numbers;
    numbers.modulus =
        static_cast<uint32_t>(AsNumber(Member(body, "mod"), "\"mod\"", UINT32_MAX));
    if (numbers.modulus == 0)
    {
        Refuse("\"mod\" must not be 0");
    }
    const uint64_t most = UINT32_MAX - (numbers.modulus - 1);
    numbers.offset = static_cast<uint32_t>(NumberOr(body, "offset", most, 0));
    const uint8_t to = NewRegister();
    m_ops.emplace_back(NumberOp{to, static_cast<uint32_t>(m_program.numbers.size())});
    m_program.numbers.push_back(numbers);
    Field field;
    field.which = to;
    return OperandOf(field, FindType("integer"), 32);
}

Operand
ExpressionCompiler::CompileArithmetic(const std::string& sign, const Json& body)
{
    if (AsArray(body, "\"" + sign + "\"").size() != 2)
    {
        Refuse("\"" + sign + "\" has two sides, not " + std::to_string(body.size()));
    }
    Operand left = Compile(body[0]);
    if (body[1].is_object() && AsNamed(body[1], "an expression").name != "|")
    {
        Refuse("the right side of \"" + sign + "\" must be a constant");
    }
    const bool isShift = sign == "<<" || sign == ">>";
    AluOp op;
    op.operand = isShift ? AsNumber(body[1], "a shift", MAX_BITS - 1)
                         : ParseValue(*left.type, body[1], left.bits);
    if (sign == "&")
    {
        left.mask &= op.operand;
        return left;
    }
    op.kind = sign == "|"    ? AluOp::Kind::Or
              : sign == "^"  ? AluOp::Kind::Xor
              : sign == "<<" ? AluOp::Kind::Left
                             : AluOp::Kind::Right;
    op.width = LowBits(left.bits);
    op.at = Emit(left);
    m_ops.emplace_back(op);
    left.field = Field{};
    left.field.which = op.at;
    left.mask = ~Value{0};
    return left;
}

uint8_t
ExpressionCompiler::CompileKey(const Json& json, std::vector<Operand>& operands)
{
    const Named named = AsNamed(json, "an expression");
    if (named.name == "concat")
    {
        for (const Json& part : AsArray(named.body, "a concatenation"))
        {
            operands.push_back(Compile(part));
        }
        if (operands.empty() || operands.size() > MAX_FIELDS)
        {
            Refuse("a concatenation has 1 to 16 fields, not " + std::to_string(operands.size()));
        }
    }
    else
    {
        operands.push_back(Compile(json));
    }
    const uint8_t first = m_registers;
    for (const Operand& operand : operands)
    {
        Load(operand, NewRegister());
    }
    return first;
}

uint8_t
ExpressionCompiler::CompileValue(const Json& json, const DataType& type)
{
    m_dataType = &type;
    const bool isConstant = !json.is_object() || AsNamed(json, "a value").name == "concat";
    if (isConstant)
    {
        const uint8_t to = NewRegister();
        m_ops.emplace_back(ConstantOp{to, ParseValue(type, json)});
        return to;
    }
    return Emit(Compile(json));
}

SetInfo
ExpressionCompiler::CompileMapping(const Json& body,
                                   SetContent content,
                                   const DataType* dataType,
                                   uint8_t& from)
{
    AllowOnly(body, {"key", "data"});
    std::vector<Operand> keys;
    from = CompileKey(Member(body, "key"), keys);
    const Json& data = Member(body, "data");
    if (!data.is_string())
    {
        const Named named = AsNamed(data, "a map");
        if (named.name != "set")
        {
            Refuse("a map's data must be a named map or a set, not " + Excerpt(data));
        }
        AnonymousSet wanted{named.body, keys, content, dataType, ObjectKind::Counter};
        return m_makeSet(wanted);
    }
    const SetInfo& map = FindSet(data.get_ref<const std::string&>());
    CheckKey(keys, map.types);
    const bool fits = content == SetContent::Values     ? map.dataType != nullptr
                      : content == SetContent::Branches ? map.isVerdictMap
                                                        : map.objectKind.has_value();
    if (!fits)
    {
        Refuse(Excerpt(data) + " is no map to what is needed here");
    }
    return map;
}

const SetInfo&
ExpressionCompiler::FindSet(const std::string& name) const
{
    const auto at = m_scope.sets.find(name.compare(0, 1, "@") == 0 ? name.substr(1) : name);
    if (at == m_scope.sets.end())
    {
        Refuse("table " + m_scope.name + " has no set or map \"" + name + "\"");
    }
    return at->second;
}

void
ExpressionCompiler::RequireFamily(Family family)
{
    if (m_family == family)
    {
        return;
    }
    if (m_scope.family != TableFamily::Inet)
    {
        Refuse("no packet of a table of family " +
               std::string(m_scope.family == TableFamily::Ip ? "ip" : "ip6") + " has this");
    }
    Field field;
    field.id = FieldId::NfProto;
    m_ops.emplace_back(
        CompareOp{field, Comparison::Equal, ~Value{0}, static_cast<uint8_t>(family)});
    m_family = family;
}

void
ExpressionCompiler::RequireProtocol(uint8_t number)
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
ExpressionCompiler::Learn(const Operand& operand, Value value)
{
    if (operand.field.id == FieldId::L4Protocol)
    {
        m_protocol = static_cast<uint8_t>(value);
    }
    else if (operand.field.id == FieldId::NfProto && m_scope.family == TableFamily::Inet)
    {
        m_family = static_cast<Family>(value);
    }
}

void
ExpressionCompiler::CheckKey(const std::vector<Operand>& operands,
                             const std::vector<const DataType*>& types)
{
    if (operands.size() != types.size())
    {
        Refuse("the set's keys have " + std::to_string(types.size()) + " fields, not " +
               std::to_string(operands.size()));
    }
    for (std::size_t i = 0; i < types.size(); ++i)
    {
        const bool isName = operands[i].type->form == DataType::Form::Name &&
                            types[i]->form == DataType::Form::Name;
        const bool isNumber = std::string_view(types[i]->name) == "integer" ||
                              std::string_view(operands[i].type->name) == "integer";
        if (operands[i].type != types[i] && !isName && !isNumber)
        {
            Refuse("the set has keys of type " + std::string(types[i]->name) + ", not " +
                   operands[i].type->name);
        }
    }
}

uint8_t
ExpressionCompiler::NewRegister()
{
    if (m_registers >= MAX_REGISTERS)
    {
        Refuse("the expression is too complex");
    }
    return m_registers++;
}

void
ExpressionCompiler::Load(const Operand& operand, uint8_t to)
{
    m_ops.emplace_back(LoadOp{operand.field, to});
    if (operand.mask != ~Value{0})
    {
        m_ops.emplace_back(AluOp{AluOp::Kind::And, to, operand.mask, ~Value{0}});
    }
}

uint8_t
ExpressionCompiler::Emit(const Operand& operand)
{
    const bool isThere =
        operand.field.id == FieldId::Register && operand.mask == ~Value{0};
    if (isThere)
    {
        return operand.field.which;
    }
    const uint8_t to = NewRegister();
    Load(operand, to);
    return to;
}

} // namespace conntrack
} // namespace ns3
