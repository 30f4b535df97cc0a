/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#include "model/ruleset/language/json-reader.h"

#include <algorithm>
#include <set>
#include <vector>

namespace ns3
{
namespace conntrack
{

namespace
{

// Deep enough for every expression of nft; hostile documents shall not exhaust the stack.
constexpr int MAX_NESTING = 32;
// Of a part of the document in a message.
constexpr std::size_t EXCERPT_LENGTH = 160;

// Told of each part as it is parsed; keeps the names of the members of all open objects.
class ParseGuard
{
  public:
    bool operator()(int depth, Json::parse_event_t event, Json& parsed)
    {
        if (depth > MAX_NESTING)
        {
            Refuse("JSON is nested deeper than " + std::to_string(MAX_NESTING) + " levels");
        }
        if (event == Json::parse_event_t::object_start)
        {
            m_open.emplace_back();
        }
        else if (event == Json::parse_event_t::object_end)
        {
            m_open.pop_back();
        }
        else if (event == Json::parse_event_t::key)
        {
            const auto& name = parsed.get_ref<const std::string&>();
            if (!m_open.back().insert(name).second)
            {
                Refuse("JSON object has two members named \"" + name + "\"");
            }
        }
        return true;
    }

  private:
    std::vector<std::set<std::string>> m_open;
};

} // namespace

void
Refuse(const std::string& message)
{
    throw RulesetError(message);
}

Json
ParseDocument(std::string_view text)
{
    ParseGuard guard;
    try
    {
        return Json::parse(text.begin(), text.end(), std::ref(guard));
    }
    catch (const Json::exception& error)
    {
        // The library's words begin with its name for the error, in brackets.
        const std::string words = error.what();
        const std::size_t end = words.find("] ");
        Refuse("broken JSON: " + (end == std::string::npos ? words : words.substr(end + 2)));
    }
}

std::string
Excerpt(const Json& part)
{
    std::string text = part.dump(-1, ' ', true, Json::error_handler_t::replace);
    if (text.size() > EXCERPT_LENGTH)
    {
        text.resize(EXCERPT_LENGTH);
        text += "...";
    }
    return text;
}

const Json&
Member(const Json& object, const char* key)
{
    const Json* member = FindMember(object, key);
    if (member == nullptr)
    {
        Refuse(std::string("\"") + key + "\" is missing in " + Excerpt(object));
    }
    return *member;
}

const Json*
FindMember(const Json& object, const char* key)
{
    if (!object.is_object())
    {
        Refuse("expected an object with \"" + std::string(key) + "\", not " + Excerpt(object));
    }
    const auto found = object.find(key);
    return found == object.end() ? nullptr : &*found;
}

void
AllowOnly(const Json& object, std::initializer_list<const char*> known)
{
    if (!object.is_object())
    {
        Refuse("expected an object, not " + Excerpt(object));
    }
    for (const auto& [name, value] : object.items())
    {
        if (std::find(known.begin(), known.end(), name) == known.end())
        {
            Refuse("\"" + name + "\" is not supported");
        }
    }
}

const std::string&
AsText(const Json& part, const std::string& what)
{
    if (!part.is_string())
    {
        Refuse(what + " must be a string, not " + Excerpt(part));
    }
    return part.get_ref<const std::string&>();
}

uint64_t
AsNumber(const Json& part, const std::string& what, uint64_t maximum)
{
    if (!part.is_number_unsigned() || part.get<uint64_t>() > maximum)
    {
        Refuse(what + " must be a whole number from 0 to " + std::to_string(maximum) + ", not " +
               Excerpt(part));
    }
    return part.get<uint64_t>();
}

uint64_t
NumberOr(const Json& object, const char* key, uint64_t maximum, uint64_t otherwise)
{
    const Json* member = FindMember(object, key);
    return member == nullptr ? otherwise
                             : AsNumber(*member, "\"" + std::string(key) + "\"", maximum);
}

std::string
TextOrEmpty(const Json& object, const char* key)
{
    const Json* member = FindMember(object, key);
    return member == nullptr ? "" : AsText(*member, "\"" + std::string(key) + "\"");
}

bool
FlagOrFalse(const Json& object, const char* key)
{
    const Json* member = FindMember(object, key);
    if (member != nullptr && !member->is_boolean())
    {
        Refuse("\"" + std::string(key) + "\" must be true or false, not " + Excerpt(*member));
    }
    return member != nullptr && member->get<bool>();
}

const Json&
AsArray(const Json& part, const std::string& what)
{
    if (!part.is_array())
    {
        Refuse(what + " must be a list, not " + Excerpt(part));
    }
    return part;
}

Named
AsNamed(const Json& part, const std::string& what)
{
    if (!part.is_object() || part.size() != 1)
    {
        Refuse(what + " must be an object of one member, not " + Excerpt(part));
    }
    const auto member = part.begin();
    return {member.key(), member.value()};
}

} // namespace conntrack
} // namespace ns3
