/*
 * SPDX-License-Identifier: GPL-2.0-only
 */
#ifndef CONNTRACK_RULESET_LANGUAGE_JSON_READER_H
#define CONNTRACK_RULESET_LANGUAGE_JSON_READER_H

#include "model/ruleset/ruleset.h"

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

/**
 * @file
 * Read a JSON document and its parts, strictly: what is missing, surplus or of a wrong type is
 * said.
 *
 * Layer: ruleset.
 * Errors: RulesetError, whose text the callers complete with the place.
 */

namespace ns3
{
namespace conntrack
{

/// A JSON document or a part of it; objects keep the order of their members.
using Json = nlohmann::ordered_json;

/**
 * @param message what is wrong
 * @throws RulesetError always
 */
[[noreturn]] void Refuse(const std::string& message);

/**
 * Parse a document.
 * @param text the document
 * @return its root
 * @throws RulesetError with line and column; also for nesting beyond 32 and for a member named
 * twice
 */
Json ParseDocument(std::string_view text);

/**
 * @param part any part of a document
 * @return it as text for a message, cut if it is long
 */
std::string Excerpt(const Json& part);

/**
 * @param object an object
 * @param key the name of a member
 * @return the member
 * @throws RulesetError if there is none, or this is no object
 */
const Json& Member(const Json& object, const char* key);

/**
 * @param object an object
 * @param key the name of a member
 * @return the member; null: there is none
 */
const Json* FindMember(const Json& object, const char* key);

/**
 * @param object an object
 * @param known all names that its members may have
 * @throws RulesetError if it is no object or has another member
 */
void AllowOnly(const Json& object, std::initializer_list<const char*> known);

/**
 * @param part a part
 * @param what what it is, for the message
 * @return its text
 * @throws RulesetError if it is no string
 */
const std::string& AsText(const Json& part, const std::string& what);

/**
 * @param part a part
 * @param what what it is, for the message
 * @param maximum the largest number allowed
 * @return the number
 * @throws RulesetError if it is no whole number from 0 to maximum
 */
uint64_t AsNumber(const Json& part, const std::string& what, uint64_t maximum);

/**
 * @param object an object
 * @param key the name of a member
 * @param maximum the largest number allowed
 * @param otherwise what to return if there is none
 * @return the number
 */
uint64_t NumberOr(const Json& object, const char* key, uint64_t maximum, uint64_t otherwise);

/**
 * @param object an object
 * @param key the name of a member
 * @return the text; empty if there is none
 */
std::string TextOrEmpty(const Json& object, const char* key);

/**
 * @param object an object
 * @param key the name of a member
 * @return its truth; false if there is none
 */
bool FlagOrFalse(const Json& object, const char* key);

/**
 * @param part a part
 * @param what what it is, for the message
 * @return the array
 * @throws RulesetError if it is none
 */
const Json& AsArray(const Json& part, const std::string& what);

/// A JSON object with one member, as statements and expressions are written.
struct Named
{
    const std::string& name;
    const Json& body;
};

/**
 * @param part a part
 * @param what what it is, for the message
 * @return its one member
 * @throws RulesetError if it is no object of one member
 */
Named AsNamed(const Json& part, const std::string& what);

} // namespace conntrack
} // namespace ns3

#endif // CONNTRACK_RULESET_LANGUAGE_JSON_READER_H
