/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_RULESET_COMPILE_ELEMENT_READER_H
#define CONNTRACK_RULESET_COMPILE_ELEMENT_READER_H

#include "model/ruleset/compile/load-context.h"

#include <vector>

/**
 * @file
 * Read the elements of a set or map: keys, times, counters, and what a map has for them.
 *
 * Layer: ruleset.
 * Errors: RulesetError that begins with the element.
 */

namespace ns3
{
namespace conntrack
{

/// Fills a set, one element after the other.
class ElementReader
{
  public:
    /**
     * @param info the set
     * @param scope what elements may name
     * @param context where they go
     */
    ElementReader(const SetInfo& info, const TableScope& scope, LoadContext& context)
        : m_info(info),
          m_set(context.program.sets[info.index]),
          m_scope(scope),
          m_context(context)
    {
    }

    /**
     * @param elements the list of elements
     * @throws RulesetError that names the element
     */
    void Read(const Json& elements);

    /// @param widths bits of the compared fields, where they are less than their types'
    void SetWidths(std::vector<unsigned> widths)
    {
        m_widths = std::move(widths);
    }

  private:
    void ReadElement(const Json& json, std::size_t source);
    void ReadKey(const Json& json, SetElement& element) const;
    void ReadDetails(const Json& body, SetElement& element) const;
    void ReadData(const Json& json, SetElement& element) const;
    void ReadTimes(const Json* body, SetElement& element) const;

    const SetInfo& m_info;
    ValueSet& m_set;
    const TableScope& m_scope;
    LoadContext& m_context;
    std::vector<unsigned> m_widths; // of the compared fields; empty: those of the types
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_RULESET_COMPILE_ELEMENT_READER_H
