/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_RULESET_VALUE_SET_H
#define CONNTRACK_RULESET_VALUE_SET_H

#include "model/ruleset/field.h"
#include "model/ruleset/stateful.h"

#include <cstdint>
#include <optional>
#include <vector>

/**
 * @file
 * The elements of an nftables set or map, and the search in them.
 *
 * Layer: ruleset.
 * Shape: elements in a vector; single values in an open hash index, ranges of one field in a sorted
 * vector, ranges of concatenated fields searched one after the other.
 * Errors: Insert says what a set cannot hold.
 * Differs: an element whose time-out has passed makes room at once; Linux collects it within a
 * second.
 */

namespace ns3
{
namespace conntrack
{

/// What a rule does next.
enum class Step : uint8_t
{
    Next,  ///< the next operation
    Break, ///< the next rule
    Return,
    Jump, ///< to a chain, and back after it
    Goto, ///< to a chain, without return
    Accept,
    Drop,
    Reject,
};

/// Where an element of a verdict map leads.
struct Branch
{
    Step step{Step::Next};
    uint32_t chain{0}; ///< of Jump and Goto
};

/// An element of a set or map. Each field is a range; low equals high for a single value.
struct SetElement
{
    std::vector<Value> low;  ///< by field
    std::vector<Value> high; ///< by field
    Nanos deadline{0};       ///< 0: none
    Nanos timeout{0};        ///< its own time to live; 0: the set's
    Value data{0};           ///< of a map: a value, or the number of a named object
    Value second{0};         ///< of a map to pairs: the other value; to networks: the last address
    Branch branch;           ///< of a verdict map
    std::vector<ElementState> states;
    bool isDynamic{false}; ///< made by a packet
    bool isRemoved{false};
    std::size_t source{0}; ///< which element of the document it was, if not made by a packet

    /**
     * @param now point in time
     * @return whether it can be found
     */
    bool IsAlive(Nanos now) const
    {
        return !isRemoved && (deadline == 0 || now < deadline);
    }
};

/// Why an element cannot be put into a set.
enum class InsertResult : uint8_t
{
    Ok,
    Exists,   ///< the same key is there
    Overlaps, ///< its range and another's have values in common
    Full,     ///< the set has as many as it may
};

/// The elements of a set or map.
class ValueSet
{
  public:
    /// What a set is like.
    struct Setup
    {
        unsigned fields{1};               ///< how many are concatenated
        bool isInterval{false};           ///< elements may be ranges
        uint32_t maximum{0};              ///< most elements; 0: no limit
        Nanos timeout{0};                 ///< of an element that has none of its own; 0: none
        std::vector<ElementState> states; ///< what each element begins to remember
    };

    /// @param setup what it is like
    explicit ValueSet(Setup setup);

    /// @return what it is like
    const Setup& GetSetup() const
    {
        return m_setup;
    }

    /// @param states what elements that packets add begin to remember
    void SetStates(std::vector<ElementState> states)
    {
        m_setup.states = std::move(states);
    }

    /**
     * Put in an element of the document; Finish must follow the last.
     * @param element the element
     * @return Ok, Exists or Full
     */
    InsertResult Insert(SetElement element);

    /**
     * The element for all keys that no other has (`*`).
     * @param element the element; its key is not used
     * @return Ok or Exists
     */
    InsertResult InsertCatchAll(SetElement element);

    /// @return Ok, or Overlaps: two ranges of the document have values in common
    InsertResult Finish();

    /**
     * @param key as many values as fields
     * @param now point in time
     * @return the element of the key; null: none (the catch-all one is not considered)
     */
    SetElement* Find(const Value* key, Nanos now);

    /**
     * @param now point in time
     * @return the catch-all element; null: none
     */
    SetElement* FindCatchAll(Nanos now);

    /**
     * A packet adds its key (`add @s`, `update @s`).
     * @param key as many values as fields
     * @param now point in time
     * @param timeout its time to live; 0: the set's
     * @return the element, new or the one that was there; null: the set is full
     */
    SetElement* Add(const Value* key, Nanos now, Nanos timeout);

    /**
     * A packet removes its key (`delete @s`).
     * @param key as many values as fields
     * @param now point in time
     */
    void Remove(const Value* key, Nanos now);

    /// @return all elements, the removed and expired too, without the catch-all one
    const std::vector<SetElement>& GetElements() const
    {
        return m_elements;
    }

    /// @return the catch-all element; none: there is none
    const std::optional<SetElement>& GetCatchAll() const
    {
        return m_catchAll;
    }

  private:
    bool IsEqual(const SetElement& element, const Value* key) const;
    bool IsWithin(const SetElement& element, const Value* key) const;
    uint64_t HashOf(const Value* key) const;
    SetElement* FindExact(const Value* key);
    SetElement* FindRange(Value key);
    void Purge(Nanos now);
    void Rebuild();

    Setup m_setup;
    std::vector<SetElement> m_elements;
    std::optional<SetElement> m_catchAll;
    std::vector<uint32_t> m_slots;   // hash index: element number + 1; 0 is free
    std::vector<uint32_t> m_ordered; // by the low end, for ranges of one field
};

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_RULESET_VALUE_SET_H
