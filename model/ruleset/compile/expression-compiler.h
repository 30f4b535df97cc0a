/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_RULESET_COMPILE_EXPRESSION_COMPILER_H
#define CONNTRACK_RULESET_COMPILE_EXPRESSION_COMPILER_H

#include "model/ruleset/compile/field-compiler.h"
#include "model/ruleset/language/data-type.h"
#include "model/ruleset/language/json-reader.h"
#include "model/ruleset/program.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/**
 * @file
 * Compile nft's expressions: what a rule reads, and what it computes from that.
 *
 * Layer: ruleset.
 * Shape: one object for a rule; its operations go to a chain.
 * Errors: RulesetError, without the place.
 */

namespace ns3
{
namespace conntrack
{

/// A set or map that rules may name, or an anonymous one.
struct SetInfo
{
    uint32_t index{0};                   ///< of Program::sets
    std::vector<const DataType*> types;  ///< of the key's fields
    const DataType* dataType{nullptr};   ///< of a map to values
    const DataType* secondType{nullptr}; ///< of a map to pairs of values: the second one's
    bool leadsToNetworks{false};         ///< of a map to addresses: to first and last ones
    bool isVerdictMap{false};
    std::optional<ObjectKind> objectKind; ///< of a map to named objects
    bool isInterval{false};
    const Json* document{nullptr}; ///< of a named one: its part of the document
};

/// What rules of a table may name.
struct TableScope
{
    std::string name; ///< with the family, e.g. "inet fw"
    TableFamily family{TableFamily::Inet};
    std::map<std::string, SetInfo> sets;
    std::map<std::string, uint32_t> chains;
    std::map<std::pair<ObjectKind, std::string>, uint32_t> objects;
};

/// What the elements of a set lead to.
enum class SetContent : uint8_t
{
    Nothing,  ///< a set
    Values,   ///< a map to values
    Branches, ///< a verdict map
    Objects,  ///< a map to named objects
};

/// A set or map that stands within a rule.
struct AnonymousSet
{
    const Json& elements;
    const std::vector<Operand>& keys;
    SetContent content{SetContent::Nothing};
    const DataType* dataType{nullptr};          ///< of Values
    const DataType* secondType{nullptr};        ///< of Values that are pairs
    bool leadsToNetworks{false};                ///< of Values that are networks
    ObjectKind objectKind{ObjectKind::Counter}; ///< of Objects
};

/// Makes a set of an anonymous one.
using SetMaker = std::function<SetInfo(const AnonymousSet&)>;

/// Compiles the expressions of one rule.
class ExpressionCompiler
{
  public:
    /**
     * @param scope what may be named
     * @param program gets what expressions remember
     * @param ops gets the operations
     * @param makeSet makes anonymous sets
     */
    ExpressionCompiler(const TableScope& scope,
                       Program& program,
                       std::vector<Op>& ops,
                       SetMaker makeSet);

    /// A new statement begins: its registers are its own.
    void BeginStatement()
    {
        m_registers = 0;
        m_dataType = nullptr;
    }

    /**
     * Compile an expression that has one value.
     * @param json the expression
     * @return where its value is
     */
    Operand Compile(const Json& json);

    /**
     * Compile an expression, or a concatenation, into registers that follow each other.
     * @param json the expression
     * @param operands gets one for each field
     * @return the first register
     */
    uint8_t CompileKey(const Json& json, std::vector<Operand>& operands);

    /**
     * Compile an expression or constant into a register.
     * @param json the expression
     * @param type the type that a constant has
     * @return the register
     */
    uint8_t CompileValue(const Json& json, const DataType& type);

    /**
     * Put a compiled expression into a register.
     * @param operand what Compile returned
     * @return the register
     */
    uint8_t Emit(const Operand& operand);

    /**
     * Compile a map that may lead to two values: for NAT, to address and port, or to a network.
     * @param body an object with "key" and "data"
     * @param type of the first value
     * @param leadsToNetworks whether the values are networks: first and last address
     * @param[out] map the map: its secondType says whether there is a second value
     * @return the first value's register; the second one is behind it
     */
    uint8_t CompilePairs(const Json& body,
                         const DataType& type,
                         bool leadsToNetworks,
                         SetInfo& map);

    /// @return a register of this statement that nothing has been put into yet
    uint8_t NewRegister();

    /**
     * Compile the key of a map, and find or make the map.
     * @param body an object with "key" and "data"
     * @param content what the map leads to
     * @param dataType of a map to values: the type of values
     * @param from gets the key's first register
     * @return the map
     */
    SetInfo CompileMapping(const Json& body,
                           SetContent content,
                           const DataType* dataType,
                           uint8_t& from);

    /**
     * @param name a set's name, with or without the leading "@"
     * @return the set
     * @throws RulesetError if the table has none of that name
     */
    const SetInfo& FindSet(const std::string& name) const;

    /// @return what compiles the fields of packets, and knows what the rule requires
    FieldCompiler& Fields()
    {
        return m_fields;
    }

    /**
     * @param operands the fields of a key
     * @param types the types that a set has
     * @throws RulesetError if they do not go together
     */
    static void CheckKey(const std::vector<Operand>& operands,
                         const std::vector<const DataType*>& types);

  private:
    Operand CompileNumgen(const Json& body);
    Operand CompileArithmetic(const std::string& sign, const Json& body);
    void Load(const Operand& operand, uint8_t to);

    const TableScope& m_scope;
    Program& m_program;
    std::vector<Op>& m_ops;
    SetMaker m_makeSet;
    const DataType* m_dataType{nullptr}; // of the values of anonymous maps
    bool m_leadsToNetworks{false};       // the same, in CompilePairs
    FieldCompiler m_fields;
    uint8_t m_registers{0};
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_RULESET_COMPILE_EXPRESSION_COMPILER_H
