/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_TEST_UNIT_STACK_RULE_WRITER_H
#define CONNTRACK_TEST_UNIT_STACK_RULE_WRITER_H

#include <string>

/**
 * @file
 * Short words for the JSON of rules, for tests.
 *
 * Layer: test.
 *
 *     RuleWriter rules;
 *     rules.Chain("fw", "forward", 0, "drop").Rule("fw", All({State("new"), ACCEPT}));
 */

namespace ns3
{
namespace conntrack
{
namespace test
{

const std::string ACCEPT = R"({"accept":null})";
const std::string DROP = R"({"drop":null})";
const std::string NOTRACK = R"({"notrack":null})";
const std::string COUNTER = R"({"counter":{"packets":0,"bytes":0}})";
const std::string TCP_RESET = R"({"reject":{"type":"tcp reset"}})";

/// @param left what is compared @param right with what, both JSON @param op how @return a match
inline std::string
Match(const std::string& left, const std::string& right, const std::string& op = "==")
{
    return R"({"match":{"op":")" + op + R"(","left":)" + left + R"(,"right":)" + right + "}}";
}

/// @param text letters @return it as JSON
inline std::string
Quoted(const std::string& text)
{
    return "\"" + text + "\"";
}

/// @param state as `ct state` names it @return a match
inline std::string
State(const std::string& state)
{
    return Match(R"({"ct":{"key":"state"}})", Quoted(state), "in");
}

/// @param key e.g. "iifname" @param value a name @return a match
inline std::string
Meta(const std::string& key, const std::string& value)
{
    return Match(R"({"meta":{"key":")" + key + "\"}}", Quoted(value));
}

/// @param protocol e.g. "udp" @param port destination port @return a match
inline std::string
Port(const std::string& protocol, int port)
{
    return Match(R"({"payload":{"protocol":")" + protocol + R"(","field":"dport"}})",
                 std::to_string(port));
}

/// @param prefix before the line @return a log statement
inline std::string
Log(const std::string& prefix)
{
    return R"({"log":{"prefix":")" + prefix + "\"}}";
}

/// @param code e.g. "port-unreachable", alike for both families @return a reject statement
inline std::string
Reject(const std::string& code = "port-unreachable")
{
    return R"({"reject":{"type":"icmpx","expr":")" + code + "\"}}";
}

/// @param statements of one rule @return its expr
template <typename... Statements>
std::string
All(const std::string& first, const Statements&... rest)
{
    std::string all = first;
    ((all += std::string(",") + rest), ...);
    return all;
}

/// Rules in one table "t".
class RuleWriter
{
  public:
    /// @param family of the table
    explicit RuleWriter(std::string family = "inet")
        : m_family(std::move(family)),
          m_text(R"({"nftables":[{"table":{"family":")" + m_family + R"(","name":"t","handle":1}})")
    {
    }

    /**
     * @param name its name @param hook its hook
     * @param priority its priority @param policy its policy
     * @return this
     */
    RuleWriter& Chain(const std::string& name,
                      const std::string& hook,
                      int priority,
                      const std::string& policy = "accept")
    {
        return Add("chain",
                   R"("name":")" + name + R"(","type":"filter","hook":")" + hook + R"(","prio":)" +
                       std::to_string(priority) + R"(,"policy":")" + policy + "\"");
    }

    /// @param chain where @param statements as All joins them @return this
    RuleWriter& Rule(const std::string& chain, const std::string& statements)
    {
        return Add("rule", R"("chain":")" + chain + R"(","expr":[)" + statements + "]");
    }

    /// @param kind e.g. "ct timeout" @param fields its further members @return this
    RuleWriter& Add(const std::string& kind, const std::string& fields)
    {
        m_text += R"(,{")" + kind + R"(":{"family":")" + m_family + R"(","table":"t","handle":)" +
                  std::to_string(++m_handle) + "," + fields + "}}";
        return *this;
    }

    /// @return the document
    std::string Text() const
    {
        return m_text + "]}";
    }

  private:
    std::string m_family;
    std::string m_text;
    int m_handle{1};
};

} // namespace test
} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_TEST_UNIT_STACK_RULE_WRITER_H
