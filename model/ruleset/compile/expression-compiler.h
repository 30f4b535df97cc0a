/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_RULESET_COMPILE_EXPRESSION_COMPILER_H
#define CONNTRACK_RULESET_COMPILE_EXPRESSION_COMPILER_H

#include "model/ruleset/compile/data-type.h"
#include "model/ruleset/compile/json-reader.h"
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

/// Families of tables.
enum class TableFamily : uint8_t
{
    Ip,
    Ip6,
    Inet,
};

/// A set or map that rules may name, or an anonymous one.
struct SetInfo
{
    uint32_t index{0};                  ///< of Program::sets
    std::vector<const DataType*> types; ///< of the key's fields
    const DataType* dataType{nullptr};  ///< of a map to values
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

/// Where the values of an expression are found.
struct Operand
{
    Field field;
    const DataType* type{nullptr};
    unsigned bits{0};
    Value mask{~Value{0}}; ///< to be applied to the field
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

    /**
     * Go on only for packets of a family.
     * @param family the family
     */
    void RequireFamily(Family family);

    /**
     * Go on only for packets of a transport protocol.
     * @param number IP protocol number
     */
    void RequireProtocol(uint8_t number);

    /**
     * A match of the rule says so much itself that it need not be required.
     * @param operand what is compared
     * @param value what it equals
     */
    void Learn(const Operand& operand, Value value);

    /// @return whether anything read a connection
    bool UsesTracking() const
    {
        return m_usesTracking;
    }

    /**
     * @param operands the fields of a key
     * @param types the types that a set has
     * @throws RulesetError if they do not go together
     */
    static void CheckKey(const std::vector<Operand>& operands,
                         const std::vector<const DataType*>& types);

  private:
    Operand CompilePayload(const Json& body);
    Operand CompileRawPayload(const Json& body);
    Operand CompileMeta(const Json& body);
    Operand CompileCt(const Json& body);
    Operand CompileOption(const std::string& kind, const Json& body);
    Operand CompileRawTcpOption(const Json& body);
    Operand CompileNumgen(const Json& body);
    Operand CompileArithmetic(const std::string& sign, const Json& body);
    void RequireMessage(const std::string& protocol, const std::string& field);
    uint8_t NewRegister();
    void Load(const Operand& operand, uint8_t to);

    const TableScope& m_scope;
    Program& m_program;
    std::vector<Op>& m_ops;
    SetMaker m_makeSet;
    const DataType* m_dataType{nullptr}; // of the values of anonymous maps
    Family m_family; // what the packet is known to be
    std::optional<uint8_t> m_protocol;
    uint8_t m_registers{0};
    bool m_usesTracking{false};
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_RULESET_COMPILE_EXPRESSION_COMPILER_H
