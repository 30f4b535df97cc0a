/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_RULESET_COMPILE_FIELD_COMPILER_H
#define CONNTRACK_RULESET_COMPILE_FIELD_COMPILER_H

#include "model/ruleset/language/data-type.h"
#include "model/ruleset/language/json-reader.h"
#include "model/ruleset/program.h"

#include <optional>
#include <string>
#include <vector>

/**
 * @file
 * Compile what rules read of a packet: payload, meta, ct, options; and what it must be for that.
 *
 * Layer: ruleset.
 * Shape: one object for a rule. `tcp dport` says that the packet is TCP, and in a table for both
 * families `ip saddr` says that it is IPv4: the operations for that are added here, as nft does.
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

/// Where the values of an expression are found.
struct Operand
{
    Field field;
    const DataType* type{nullptr};
    unsigned bits{0};
    Value mask{~Value{0}}; ///< to be applied to the field
};

/// Compiles the fields of one rule.
class FieldCompiler
{
  public:
    /**
     * @param table the family of the rule's table
     * @param ops gets the operations
     */
    FieldCompiler(TableFamily table, std::vector<Op>& ops);

    /**
     * Compile a field.
     * @param name the sort of expression
     * @param body its particulars
     * @return where its value is; none: an expression of this sort is no field
     */
    std::optional<Operand> Compile(const std::string& name, const Json& body);

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

  private:
    Operand CompilePayload(const Json& body);
    Operand CompileRawPayload(const Json& body);
    Operand CompileMeta(const Json& body);
    Operand CompileCt(const Json& body);
    Operand CompileOption(const std::string& kind, const Json& body);
    Operand CompileRawTcpOption(const Json& body);
    void RequireMessage(const std::string& protocol, const std::string& field);

    TableFamily m_table;
    std::vector<Op>& m_ops;
    Family m_family; // what the packet is known to be
    std::optional<uint8_t> m_protocol;
    bool m_usesTracking{false};
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_RULESET_COMPILE_FIELD_COMPILER_H
