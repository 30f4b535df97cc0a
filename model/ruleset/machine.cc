/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/ruleset/machine.h"

#include <algorithm>

namespace ns3
{
namespace conntrack
{

Result
Machine::operator()(const CompareOp& op)
{
    return Result::GoOnIf(Test(op));
}

Result
Machine::operator()(const RangeOp& op)
{
    Value value;
    return Result::GoOnIf(Load(op.field, value) &&
                          (value >= op.low && value <= op.high) != op.isInverted);
}

Result
Machine::operator()(const LoadOp& op)
{
    return Result::GoOnIf(Load(op.field, m_registers[op.to]));
}

Result
Machine::operator()(const ConstantOp& op)
{
    m_registers[op.to] = op.value;
    return Step::Next;
}

Result
Machine::operator()(const NumberOp& op)
{
    m_registers[op.to] = m_program.numbers[op.index].Take();
    return Step::Next;
}

Result
Machine::operator()(const AluOp& op)
{
    Value& value = m_registers[op.at];
    switch (op.kind)
    {
    case AluOp::Kind::And:
        value &= op.operand;
        break;
    case AluOp::Kind::Or:
        value |= op.operand;
        break;
    case AluOp::Kind::Xor:
        value ^= op.operand;
        break;
    case AluOp::Kind::Left:
        value <<= static_cast<unsigned>(op.operand);
        break;
    case AluOp::Kind::Right:
        value >>= static_cast<unsigned>(op.operand);
        break;
    }
    value &= op.width;
    return Step::Next;
}

Result
Machine::operator()(const LookupOp& op)
{
    ValueSet& set = m_program.sets[op.set];
    SetElement* element = set.Find(&m_registers[op.from], Now());
    if ((element != nullptr) == op.isInverted)
    {
        element = set.FindCatchAll(Now());
        if (element == nullptr)
        {
            return Step::Break;
        }
    }
    return Result::GoOnIf(element == nullptr || Update(*element));
}

Result
Machine::operator()(const MapOp& op)
{
    SetElement* element = FindInMap(op.set, op.from);
    if (element == nullptr)
    {
        return Step::Break;
    }
    m_registers[op.to] = element->data;
    if (op.isPair)
    {
        m_registers[op.to + 1] = element->second;
    }
    return Result::GoOnIf(Update(*element));
}

Result
Machine::operator()(const BranchMapOp& op)
{
    SetElement* element = FindInMap(op.set, op.from);
    return element != nullptr && Update(*element) ? Result(element->branch) : Step::Break;
}

Result
Machine::operator()(const ObjectOp& op)
{
    return UseObject(op.kind, op.index);
}

Result
Machine::operator()(const ObjectMapOp& op)
{
    SetElement* element = FindInMap(op.set, op.from);
    return element == nullptr ? Step::Break
                              : UseObject(op.kind, static_cast<uint32_t>(element->data));
}

Result
Machine::operator()(const BranchOp& op)
{
    return op.branch;
}

Result
Machine::operator()(const RejectOp& op)
{
    Result result(Step::Reject);
    result.reject = &op;
    return result;
}

Result
Machine::operator()(const LogOp& op)
{
    const LogSetup& setup = m_program.logs[op.index];
    const ByteView link = m_context.actions.GetLinkHeader();
    m_context.actions.LogLine(setup.level, FormatPacketLog(setup, m_context.packet, link));
    return Step::Next;
}

Result
Machine::operator()(const NotrackOp&)
{
    if (m_context.packet.connection == nullptr && !m_context.HasTemplate())
    {
        m_context.packet.state = FlowState::Untracked;
    }
    return Step::Next;
}

Result
Machine::operator()(const AssignOp& op)
{
    const Value value = m_registers[op.from];
    switch (op.target)
    {
    case AssignOp::Target::PacketMark:
        m_context.packet.mark = static_cast<uint32_t>(value);
        break;
    case AssignOp::Target::PacketPriority:
        m_context.packet.priority = static_cast<uint8_t>(value);
        break;
    case AssignOp::Target::FlowMark:
        SetFlowMark(static_cast<uint32_t>(value));
        break;
    case AssignOp::Target::FlowZone:
        SetZone({static_cast<uint16_t>(value), op.directions});
        break;
    }
    return Step::Next;
}

Result
Machine::operator()(const SetChangeOp& op)
{
    ValueSet& set = m_program.sets[op.set];
    const Value* key = &m_registers[op.from];
    if (op.kind == SetChangeOp::Kind::Delete)
    {
        set.Remove(key, Now());
        return Step::Next;
    }
    SetElement* element = set.Add(key, Now(), op.timeout);
    if (element == nullptr)
    {
        return Step::Break;
    }
    if (op.kind == SetChangeOp::Kind::Update && element->deadline != 0)
    {
        element->deadline = Now() + (op.timeout != 0 ? op.timeout : set.GetSetup().timeout);
    }
    return Result::GoOnIf(Update(*element));
}

Address
Machine::AddressAt(uint8_t at) const
{
    const bool ipv4 = m_context.packet.view.GetFamily() == Family::Ipv4;
    const auto bytes = BytesOf(m_registers[at]); // a number in network order fills the last bytes
    Address address;
    std::copy(bytes.begin() + (ipv4 ? 12 : 0), bytes.end(), address.bytes.begin());
    return address;
}

NatRange
Machine::RangeOf(const NatOp& op) const
{
    NatRange range;
    range.ports = op.ports;
    range.persistent = op.persistent;
    if (op.minAddress)
    {
        range.mapsAddress = true;
        range.minAddress = AddressAt(*op.minAddress);
        range.maxAddress = AddressAt(op.maxAddress.value_or(*op.minAddress));
    }
    if (op.minPort)
    {
        range.mapsPort = true;
        range.minPort = static_cast<uint16_t>(m_registers[*op.minPort]);
        range.maxPort = static_cast<uint16_t>(m_registers[op.maxPort.value_or(*op.minPort)]);
    }
    if (op.isPrefix)
    {
        const PacketView& view = m_context.packet.view;
        const Address own = op.side == NatSide::Source ? view.Source() : view.Destination();
        for (std::size_t i = 0; i < own.bytes.size(); ++i)
        {
            const auto host =
                static_cast<uint8_t>(range.minAddress.bytes[i] ^ range.maxAddress.bytes[i]);
            range.minAddress.bytes[i] =
                static_cast<uint8_t>((range.minAddress.bytes[i] & ~host) | (own.bytes[i] & host));
        }
        range.maxAddress = range.minAddress;
    }
    return range;
}

Result
Machine::operator()(const NatOp& op)
{
    const bool done =
        m_context.actions.DecideNat(m_context.packet, op.side, op.target, RangeOf(op));
    return done ? Step::Accept : Step::Drop;
}

Result
Machine::UseObject(ObjectKind kind, uint32_t index)
{
    switch (kind)
    {
    case ObjectKind::Counter:
        m_program.counters[index].Add(Length());
        return Step::Next;
    case ObjectKind::Quota:
        return Result::GoOnIf(m_program.quotas[index].Matches(Length()));
    case ObjectKind::Limit:
        return Result::GoOnIf(m_program.limits[index].Matches(Length(), Now()));
    case ObjectKind::ConnectionCount:
        return Result::GoOnIf(m_program.connectionCounts[index].Matches(m_context));
    case ObjectKind::CtHelper:
        m_program.helpers[index].Apply(m_context);
        return Step::Next;
    case ObjectKind::CtTimeout:
        m_program.timeouts[index].Apply(m_context);
        return Step::Next;
    case ObjectKind::CtExpectation:
        break;
    }
    return m_program.expectations[index].Apply(m_context);
}

void
Machine::SetFlowMark(uint32_t mark)
{
    Connection* connection = m_context.packet.connection;
    if (connection != nullptr && connection->mark != mark)
    {
        connection->mark = mark;
        connection->pendingEvents |= event::MARK;
    }
}

void
Machine::SetZone(const Zone& zone)
{
    // Tracking has not begun: the packet gets a template, unless it has one.
    TrackedPacket& packet = m_context.packet;
    if (m_context.beforeTracking && packet.connection == nullptr && !m_context.HasTemplate())
    {
        packet.request.zone = zone;
        packet.request.hasZone = true;
        packet.state = FlowState::Invalid;
    }
}

} // namespace conntrack
} // namespace ns3
