/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/ruleset/compile/expression-compiler.h"

namespace ns3
{
namespace conntrack
{

namespace
{

constexpr uint64_t MAX_SHIFT = 127; // of a value

Operand
RegisterOperand(uint8_t which, const DataType* type, unsigned bits)
{
    Field field;
    field.which = which;
    return {field, type, bits, ~Value{0}};
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
      m_fields(scope.family, ops)
{
}

Operand
ExpressionCompiler::Compile(const Json& json)
{
    const Named named = AsNamed(json, "an expression");
    const std::string& name = named.name;
    if (const auto field = m_fields.Compile(name, named.body))
    {
        return *field;
    }
    if (name == "numgen")
    {
        return CompileNumgen(named.body);
    }
    if (name == "&" || name == "|" || name == "^" || name == "<<" || name == ">>")
    {
        return CompileArithmetic(name, named.body);
    }
    if (name == "map")
    {
        uint8_t from = 0;
        const SetInfo map = CompileMapping(named.body, SetContent::Values, m_dataType, from);
        const uint8_t to = NewRegister();
        if (map.secondType != nullptr)
        {
            Refuse("a map to pairs of values is not supported here");
        }
        m_ops.emplace_back(MapOp{map.index, from, to, false});
        return RegisterOperand(to, map.dataType, map.dataType->bits);
    }
    Refuse("the expression \"" + name + "\" is not supported");
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
    numbers.modulus = static_cast<uint32_t>(AsNumber(Member(body, "mod"), "\"mod\"", UINT32_MAX));
    if (numbers.modulus == 0)
    {
        Refuse("\"mod\" must not be 0");
    }
    const uint64_t most = UINT32_MAX - (numbers.modulus - 1);
    numbers.offset = static_cast<uint32_t>(NumberOr(body, "offset", most, 0));
    const uint8_t to = NewRegister();
    m_ops.emplace_back(NumberOp{to, static_cast<uint32_t>(m_program.numbers.size())});
    m_program.numbers.push_back(numbers);
    return RegisterOperand(to, &FindType("integer"), 32);
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
    op.operand = isShift ? AsNumber(body[1], "a shift", MAX_SHIFT)
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
    return RegisterOperand(op.at, left.type, left.bits);
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
        AnonymousSet wanted{named.body, keys};
        wanted.content = content;
        wanted.dataType = dataType;
        wanted.leadsToNetworks = m_leadsToNetworks;
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

uint8_t
ExpressionCompiler::CompilePairs(const Json& body,
                                 const DataType& type,
                                 bool leadsToNetworks,
                                 SetInfo& map)
{
    uint8_t from = 0;
    m_leadsToNetworks = leadsToNetworks;
    map = CompileMapping(body, SetContent::Values, &type, from);
    m_leadsToNetworks = false;
    if (map.dataType != &type || map.leadsToNetworks != leadsToNetworks)
    {
        Refuse("the map does not lead to what is needed here");
    }
    const uint8_t to = NewRegister();
    const bool isPair = map.secondType != nullptr || leadsToNetworks;
    if (isPair)
    {
        NewRegister();
    }
    m_ops.emplace_back(MapOp{map.index, from, to, isPair});
    return to;
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
    const bool isThere = operand.field.id == FieldId::Register && operand.mask == ~Value{0};
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
