/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/ruleset/program.h"

namespace ns3
{
namespace conntrack
{

namespace
{

// Chains under way at a time; loading refuses deeper jumps.
constexpr unsigned MAX_DEPTH = 16;

// What an operation said, with the chain to go to or the error to send.
struct Result
{
    Step step{Step::Next};
    uint32_t chain{0};
    const RejectOp* reject{nullptr};

    Result() = default;

    Result(Step what)
        : step(what)
    {
    }

    Result(const Branch& branch)
        : step(branch.step),
          chain(branch.chain)
    {
    }

    static Result GoOnIf(bool condition)
    {
        return condition ? Step::Next : Step::Break;
    }
};

bool
Compare(Comparison comparison, Value left, Value right)
{
    switch (comparison)
    {
    case Comparison::Equal:
        return left == right;
    case Comparison::NotEqual:
        return left != right;
    case Comparison::Less:
        return left < right;
    case Comparison::Greater:
        return left > right;
    case Comparison::LessOrEqual:
        return left <= right;
    case Comparison::GreaterOrEqual:
        break;
    }
    return left >= right;
}

// Runs the operations of one base chain for one packet.
class Machine
{
  public:
    Machine(Program& program, const RuleContext& context)
        : m_program(program),
          m_context(context)
    {
    }

    Result operator()(const CompareOp& op)
    {
        Value value;
        return Result::GoOnIf(Load(op.field, value) &&
                              Compare(op.comparison, value & op.mask, op.right));
    }

    Result operator()(const RangeOp& op)
    {
        Value value;
        return Result::GoOnIf(Load(op.field, value) &&
                              (value >= op.low && value <= op.high) != op.isInverted);
    }

    Result operator()(const LoadOp& op)
    {
        return Result::GoOnIf(Load(op.field, m_registers[op.to]));
    }

    Result operator()(const ConstantOp& op)
    {
        m_registers[op.to] = op.value;
        return Step::Next;
    }

    Result operator()(const NumberOp& op)
    {
        m_registers[op.to] = m_program.numbers[op.index].Take();
        return Step::Next;
    }

    Result operator()(const AluOp& op)
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

    Result operator()(const LookupOp& op)
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

    Result operator()(const MapOp& op)
    {
        SetElement* element = FindInMap(op.set, op.from);
        if (element == nullptr)
        {
            return Step::Break;
        }
        m_registers[op.to] = element->data;
        return Result::GoOnIf(Update(*element));
    }

    Result operator()(const BranchMapOp& op)
    {
        SetElement* element = FindInMap(op.set, op.from);
        return element != nullptr && Update(*element) ? Result(element->branch) : Step::Break;
    }

    Result operator()(const ObjectOp& op)
    {
        return UseObject(op.kind, op.index);
    }

    Result operator()(const ObjectMapOp& op)
    {
        SetElement* element = FindInMap(op.set, op.from);
        return element == nullptr ? Step::Break
                                  : UseObject(op.kind, static_cast<uint32_t>(element->data));
    }

    Result operator()(const BranchOp& op)
    {
        return op.branch;
    }

    Result operator()(const RejectOp& op)
    {
        Result result(Step::Reject);
        result.reject = &op;
        return result;
    }

    Result operator()(const LogOp& op)
    {
        const LogSetup& setup = m_program.logs[op.index];
        const ByteView link = m_context.actions.GetLinkHeader();
        m_context.actions.LogLine(setup.level, FormatPacketLog(setup, m_context.packet, link));
        return Step::Next;
    }

    Result operator()(const NotrackOp&)
    {
        if (m_context.packet.connection == nullptr && !m_context.HasTemplate())
        {
            m_context.packet.state = FlowState::Untracked;
        }
        return Step::Next;
    }

    Result operator()(const AssignOp& op)
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

    Result operator()(const SetChangeOp& op)
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

  private:
    bool Load(const Field& field, Value& value) const
    {
        if (field.id == FieldId::Register)
        {
            value = m_registers[field.which];
            return true;
        }
        return LoadField(field, m_context, value);
    }

    Nanos Now() const
    {
        return m_context.packet.now;
    }

    uint32_t Length() const
    {
        return m_context.packet.view.Length();
    }

    SetElement* FindInMap(uint32_t index, uint8_t from)
    {
        ValueSet& set = m_program.sets[index];
        SetElement* element = set.Find(&m_registers[from], Now());
        return element != nullptr ? element : set.FindCatchAll(Now());
    }

    bool Update(SetElement& element) const
    {
        return element.states.empty() || UpdateStates(element.states, m_context);
    }

    Result UseObject(ObjectKind kind, uint32_t index);
    void SetFlowMark(uint32_t mark);
    void SetZone(const Zone& zone);

    Program& m_program;
    const RuleContext& m_context;
    Value m_registers[MAX_REGISTERS]; // not cleared: loading sees to it that none is read unset
};

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

// Where a chain was left by a jump.
struct Frame
{
    const Chain* chain;
    std::size_t rule;
};

Verdict
VerdictOf(const Result& result, const RuleContext& context)
{
    Verdict verdict;
    if (result.step == Step::Accept)
    {
        return verdict;
    }
    verdict.kind = VerdictKind::Drop;
    if (result.step == Step::Reject)
    {
        const RejectOp& reject = *result.reject;
        verdict.kind = VerdictKind::Reject;
        verdict.reject = reject.kind == RejectOp::Kind::Icmp ? RejectKind::IcmpUnreachable
                                                             : RejectKind::TcpReset;
        verdict.code =
            context.packet.view.GetFamily() == Family::Ipv4 ? reject.code4 : reject.code6;
    }
    return verdict;
}

// One rule: its operations in order, up to the first that does not say Next.
Result
RunRule(Machine& machine, const Chain& chain, std::size_t rule)
{
    std::size_t at = rule == 0 ? 0 : chain.ruleEnds[rule - 1];
    for (const std::size_t end = chain.ruleEnds[rule]; at < end; ++at)
    {
        // The two commonest operations are met without a table of functions.
        const Op& op = chain.ops[at];
        const auto* compare = std::get_if<CompareOp>(&op);
        const Result result = compare != nullptr ? machine(*compare) : std::visit(machine, op);
        if (result.step != Step::Next)
        {
            return result;
        }
    }
    return Step::Break;
}

} // namespace

Verdict
RunChain(Program& program, uint32_t chain, const RuleContext& context)
{
    Machine machine(program, context);
    const Chain& base = program.chains[chain];
    Frame stack[MAX_DEPTH];
    unsigned depth = 0;
    Frame here{&base, 0};
    while (true)
    {
        Result result(Step::Return);
        while (here.rule < here.chain->ruleEnds.size())
        {
            result = RunRule(machine, *here.chain, here.rule++);
            if (result.step != Step::Break)
            {
                break;
            }
            result = Step::Return;
        }
        switch (result.step)
        {
        case Step::Jump:
            stack[depth++] = here;
            [[fallthrough]];
        case Step::Goto:
            here = {&program.chains[result.chain], 0};
            break;
        case Step::Accept:
        case Step::Drop:
        case Step::Reject:
            return VerdictOf(result, context);
        default: // Return, or the chain's end
            if (depth == 0)
            {
                return VerdictOf(base.policyDrops ? Step::Drop : Step::Accept, context);
            }
            here = stack[--depth];
        }
    }
}

} // namespace conntrack
} // namespace ns3
