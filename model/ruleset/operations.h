/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_RULESET_OPERATIONS_H
#define CONNTRACK_RULESET_OPERATIONS_H

#include "model/nat/nat-range.h"
#include "model/ruleset/field.h"
#include "model/ruleset/rule-actions.h"
#include "model/ruleset/value-set.h"

#include <optional>
#include <variant>

/**
 * @file
 * The operations to which rules are compiled.
 *
 * Layer: ruleset.
 * Shape: plain values in one vector. A comparison reads a field of the packet itself, so that most
 * rules are one operation for each match; what needs more goes through registers.
 */

namespace ns3
{
namespace conntrack
{

/// Fields of a concatenation, at most: Linux's registers hold 16 of 4 bytes.
constexpr unsigned MAX_FIELDS = 16;

/// Registers of a rule: enough for two whole keys.
constexpr unsigned MAX_REGISTERS = 2 * MAX_FIELDS;

/// How a comparison goes.
enum class Comparison : uint8_t
{
    Equal,
    NotEqual,
    Less,
    Greater,
    LessOrEqual,
    GreaterOrEqual,
};

/// The rule goes on if a field, masked, compares with a value.
struct CompareOp
{
    Field field;
    Comparison comparison{Comparison::Equal};
    Value mask{~Value{0}};
    Value right{0};
};

/// The rule goes on if a field is in a range, or is not.
struct RangeOp
{
    Field field;
    bool isInverted{false};
    Value low{0};
    Value high{0};
};

/// Put a field into a register.
struct LoadOp
{
    Field field;
    uint8_t to{0};
};

/// Put a value into a register.
struct ConstantOp
{
    uint8_t to{0};
    Value value{0};
};

/// Put a generated number into a register.
struct NumberOp
{
    uint8_t to{0};
    uint32_t index{0}; ///< of Program::numbers
};

/// Arithmetic of a register with a constant.
struct AluOp
{
    enum class Kind : uint8_t
    {
        And,
        Or,
        Xor,
        Left,
        Right,
    };

    Kind kind{Kind::And};
    uint8_t at{0}; ///< the register
    Value operand{0};
    Value width{~Value{0}}; ///< bits that the result may have
};

/// The rule goes on if registers are in a set, or are not.
struct LookupOp
{
    uint32_t set{0};
    uint8_t from{0}; ///< first register
    bool isInverted{false};
};

/// Put what a map has for registers into a register.
struct MapOp
{
    uint32_t set{0};
    uint8_t from{0};
    uint8_t to{0};
    bool isPair{false}; ///< the register behind it gets the second value
};

/// Go where a verdict map says.
struct BranchMapOp
{
    uint32_t set{0};
    uint8_t from{0};
};

/// Named objects and statements that remember.
enum class ObjectKind : uint8_t
{
    Counter,
    Quota,
    Limit,
    ConnectionCount,
    CtHelper,
    CtTimeout,
    CtExpectation,
};

/// Use a named object, or a statement's own.
struct ObjectOp
{
    ObjectKind kind{ObjectKind::Counter};
    uint32_t index{0};
};

/// Use the named object that a map has for registers.
struct ObjectMapOp
{
    ObjectKind kind{ObjectKind::Counter};
    uint32_t set{0};
    uint8_t from{0};
};

/// Go on, leave the rule, or the chain.
struct BranchOp
{
    Branch branch;
};

/// Refuse the packet with an error.
struct RejectOp
{
    enum class Kind : uint8_t
    {
        Icmp, ///< ICMP or ICMPv6, with the family's code
        TcpReset,
    };

    Kind kind{Kind::Icmp};
    uint8_t code4{0};
    uint8_t code6{0};
};

/// Write a line.
struct LogOp
{
    uint32_t index{0}; ///< of Program::logs
};

/// Do not track the packet.
struct NotrackOp
{
};

/// Set a mark or the like to a register's value.
struct AssignOp
{
    enum class Target : uint8_t
    {
        PacketMark,
        PacketPriority,
        FlowMark,
        FlowZone,
    };

    Target target{Target::PacketMark};
    uint8_t from{0};
    uint8_t directions{Zone::BOTH}; ///< of FlowZone
};

/// Change a set by a packet's key.
struct SetChangeOp
{
    enum class Kind : uint8_t
    {
        Add,
        Update,
        Delete,
    };

    Kind kind{Kind::Add};
    uint32_t set{0};
    uint8_t from{0};
    Nanos timeout{0};
};

/// Translate the packet's connection, and end the chain.
struct NatOp
{
    NatSide side{NatSide::Source};
    NatTarget target{NatTarget::Given};
    /// Registers of the range; none: the end stays, or the port does.
    std::optional<uint8_t> minAddress;
    std::optional<uint8_t> maxAddress;
    std::optional<uint8_t> minPort;
    std::optional<uint8_t> maxPort;
    PortChoice ports{PortChoice::Keep};
    bool persistent{false};
    bool isPrefix{false}; ///< the range is a network: the host's part of the address stays
};

/// One operation.
using Op = std::variant<CompareOp,
                        BranchOp,
                        ObjectOp,
                        LookupOp,
                        LoadOp,
                        RangeOp,
                        AluOp,
                        ConstantOp,
                        NumberOp,
                        BranchMapOp,
                        MapOp,
                        ObjectMapOp,
                        RejectOp,
                        LogOp,
                        NotrackOp,
                        AssignOp,
                        SetChangeOp,
                        NatOp>;

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_RULESET_OPERATIONS_H
